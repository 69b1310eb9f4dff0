"""The compiler: tracing a function into one OpenVINO model."""

import operator
import threading
from collections.abc import Callable, Sequence
from typing import Any

import openvino as ov

from keras_backend_openvino.graph import CORE, SETTINGS, Tensor, Trace, run, stored
from keras_backend_openvino.nest import flatten, rebuild, signature


def is_tracing() -> bool:
    """Whether a function is being traced in this thread."""
    return Trace.current() is not None


def trace(fn: Callable[..., Any], *args: Any) -> None:
    """Run ``fn`` on tensors without values."""
    with Trace() as current:
        placeholders = [current.parameter(x.dtype, x.static_shape)[1] for x in flatten(args)]
        fn(*rebuild(args, iter(placeholders)))


class _Program:
    """A function compiled for arguments of some shapes, with some of them as constants."""

    def __init__(
        self,
        fn: Callable[..., Any],
        args: Any,
        shapes: Sequence[Any],
        baked: Sequence[bool],
        options: dict[str, Any],
    ) -> None:
        xs = flatten(args)
        self.shapes = shapes
        self._constants = [i for i, b in enumerate(baked) if b]
        self._baked = [xs[i] for i in self._constants]
        self._inputs = [i for i, b in enumerate(baked) if not b]
        with Trace() as trace:
            pairs = [trace.parameter(xs[i].dtype, shapes[i], stored=True) for i in self._inputs]
            inner = list(xs)
            for i, (_, placeholder) in zip(self._inputs, pairs, strict=True):
                inner[i] = placeholder
            self._out = fn(*rebuild(args, iter(inner)))
            self._leaves = flatten(self._out)
            self._computed = [i for i, y in enumerate(self._leaves) if y.traced is not None]
            outputs = [self._leaves[i].output for i in self._computed]
        self._kept = trace.kept
        self._model: Any = None
        if outputs:
            model = ov.Model(outputs, [parameter for parameter, _ in pairs])
            self._model = CORE.compile_model(model, "CPU", {**SETTINGS, **options})

    def keeps(self, xs: Sequence[Tensor]) -> bool:
        """Whether the constants still are the right ones."""
        return all(map(operator.is_, self._baked, map(xs.__getitem__, self._constants)))

    def fits(self, xs: Sequence[Tensor]) -> bool:
        """Whether the program is right for these arguments."""
        return (
            len(xs) == len(self.shapes)
            and self.keeps(xs)
            and all(
                m is None or m == d
                for i in self._inputs
                for d, m in zip(xs[i].shape, self.shapes[i], strict=True)
            )
        )

    def __call__(self, xs: Sequence[Tensor], owner: object) -> Any:
        results = list(self._leaves)
        if self._model is not None:
            values = run(self._model, [xs[i].array for i in self._inputs])
            for i, value in zip(self._computed, values, strict=True):
                dtype = results[i].dtype
                results[i] = Tensor(dtype, stored(value, dtype))
                results[i].made_by = owner
        return rebuild(self._out, iter(results))


class _Compiled:
    """A function with its programs, by the structure of the arguments."""

    def __init__(self, fn: Callable[..., Any], bake: bool, options: dict[str, Any]) -> None:
        self._fn = fn
        self._state = 1 if bake else 0
        """How many arguments are state; their structure is always the same."""

        self._options = {k: v for k, v in options.items() if k != "xla"}
        self._programs: dict[Any, list[_Program]] = {}
        self._changing: set[int] = set()
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        if is_tracing():
            return self._fn(*args)
        xs = flatten(args)
        programs = self._programs.setdefault(signature(args[self._state :]), [])
        for program in programs:
            if program.fits(xs):
                return program(xs, self)
        with self._lock:
            program = self._compile(args, xs, programs)
        return program(xs, self)

    def _compile(self, args: Any, xs: Sequence[Tensor], programs: list[_Program]) -> _Program:
        # A constant that was replaced by a result of this very function will be replaced
        # again; one that was replaced by something else, such as loaded weights, will not.
        state = flatten(args[: self._state])
        self._changing |= {i for i, x in enumerate(state) if x.made_by is self}
        baked = [i < len(state) and i not in self._changing for i in range(len(xs))]
        shapes = [[x.shape for x in xs]]
        if programs:  # what varies is left open, where the function allows it
            pairs = zip(programs[-1].shapes, shapes[0], strict=True)
            shapes.insert(0, [_joined(*pair) for pair in pairs])
        programs[:] = [p for p in programs if p.keeps(xs)]
        while True:
            try:
                program = _Program(self._fn, args, shapes.pop(0), baked, self._options)
            except Exception:
                if not shapes:
                    raise
            else:
                programs.append(program)
                return program


def _joined(a: Sequence[Any], b: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(m if m == n else None for m, n in zip(a, b, strict=True))


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """A function that runs one OpenVINO model for each structure of its arguments.

    What is in the first argument, if that may be donated, is state, such as weights: it becomes
    constants of the model, which OpenVINO lays out for its kernels. ``options`` are
    properties of OpenVINO, such as ``{"PERFORMANCE_HINT": "THROUGHPUT"}``.
    """
    return _Compiled(fn, donate_first, options)
