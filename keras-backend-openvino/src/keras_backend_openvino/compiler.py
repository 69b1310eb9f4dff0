"""The compiler: tracing a function into one OpenVINO model."""

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
        self, fn: Callable[..., Any], args: Any, shapes: Sequence[Any], baked: Sequence[bool]
    ) -> None:
        xs = flatten(args)
        self.shapes = shapes
        self.baked = [x if b else None for x, b in zip(xs, baked, strict=True)]
        with Trace() as current:
            self._kept = current.kept
            self._parameters, inner = [], []
            for x, shape, constant in zip(xs, shapes, self.baked, strict=True):
                if constant is None:
                    parameter, x = current.parameter(x.dtype, shape, stored=True)
                    self._parameters.append(parameter)
                inner.append(x)
            self._out = fn(*rebuild(args, iter(inner)))
            self._leaves = flatten(self._out)
            self._outputs = [y.output for y in self._leaves if y.traced is not None]
        self._model: Any = None

    def compile(self, options: dict[str, Any]) -> None:
        """Compile what was traced; nothing if all results are known."""
        if self._outputs:
            model = ov.Model(self._outputs, self._parameters)
            self._model = CORE.compile_model(model, "CPU", {**SETTINGS, **options})

    def keeps(self, xs: Sequence[Tensor]) -> bool:
        """Whether the constants still are the right ones."""
        return all(b is None or b is x for x, b in zip(xs, self.baked, strict=True))

    def fits(self, xs: Sequence[Tensor]) -> bool:
        """Whether the program is right for these arguments."""
        return self.keeps(xs) and all(
            m is None or m == d
            for x, shape in zip(xs, self.shapes, strict=True)
            for d, m in zip(x.shape, shape, strict=True)
        )

    def __call__(self, xs: Sequence[Tensor], owner: object) -> Any:
        arrays = [x.array for x, b in zip(xs, self.baked, strict=True) if b is None]
        values = iter(run(self._model, arrays) if self._model is not None else ())
        results = []
        for y in self._leaves:
            if y.traced is not None:
                y = Tensor(y.dtype, stored(next(values), y.dtype))
                y.made_by = owner
            results.append(y)
        return rebuild(self._out, iter(results))


class _Compiled:
    """A function with its programs, by the structure of the arguments."""

    def __init__(self, fn: Callable[..., Any], bake: bool, options: dict[str, Any]) -> None:
        self._fn = fn
        self._bake = bake
        self._options = {k: v for k, v in options.items() if k != "xla"}
        self._programs: dict[Any, list[_Program]] = {}
        self._changing: set[int] = set()
        self._lock = threading.Lock()

    def __call__(self, *args: Any) -> Any:
        if is_tracing():
            return self._fn(*args)
        xs = flatten(args)
        programs = self._programs.setdefault(signature(args), [])
        for program in programs:
            if program.fits(xs):
                return program(xs, self)
        with self._lock:
            program = self._compile(args, xs, programs)
        return program(xs, self)

    def _compile(self, args: Any, xs: Sequence[Tensor], programs: list[_Program]) -> _Program:
        # A constant that was replaced by a result of this very function will be replaced
        # again; one that was replaced by something else, such as loaded weights, will not.
        state = flatten(args[0]) if self._bake else []
        self._changing |= {i for i, x in enumerate(state) if x.made_by is self}
        baked = [i < len(state) and i not in self._changing for i in range(len(xs))]
        exact = [x.shape for x in xs]
        shapes = [exact]
        if programs:  # what varies is left open, where the function allows it
            pairs = zip(programs[-1].shapes, exact, strict=True)
            shapes.insert(
                0, [tuple(m if m == d else None for m, d in zip(*p, strict=True)) for p in pairs]
            )
        programs[:] = [p for p in programs if p.keeps(xs)]
        while True:
            try:
                program = _Program(self._fn, args, shapes.pop(0), baked)
                program.compile(self._options)
            except Exception:
                if not shapes:
                    raise
            else:
                programs.append(program)
                return program


def jit(
    fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
) -> Callable[..., Any]:
    """A function that runs one OpenVINO model for each structure of its arguments.

    What is in the first argument, if that may be donated, is state, such as weights: it becomes
    constants of the model, which OpenVINO lays out for its kernels. ``options`` are
    properties of OpenVINO, such as ``{"PERFORMANCE_HINT": "THROUGHPUT"}``.
    """
    return _Compiled(fn, donate_first, options)
