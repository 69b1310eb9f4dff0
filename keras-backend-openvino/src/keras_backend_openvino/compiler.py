"""The compiler: tracing a function into one OpenVINO model."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from keras_backend_openvino.graph import Tensor, Trace, flatten, rebuild, signature
from keras_backend_openvino.program import Program


def is_tracing() -> bool:
    """Whether a function is being traced in this thread."""
    return Trace.current() is not None


def trace(fn: Callable[..., Any], *args: Any) -> None:
    """Run ``fn`` on tensors without values."""
    with Trace() as current:
        fn(*rebuild(args, [current.parameter(x.dtype, x.static_shape) for x in flatten(args)]))


class _Compiled:
    """A function with its programs, by the structure of the arguments."""

    def __init__(self, fn: Callable[..., Any], bake: bool, options: dict[str, Any]) -> None:
        self._fn = fn
        self._state = 1 if bake else 0
        """How many arguments are state; their structure is always the same."""

        self._options = {k: v for k, v in options.items() if k != "xla"}
        self._programs: dict[Any, list[Program]] = {}
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

    def _compile(self, args: Any, xs: Sequence[Tensor], programs: list[Program]) -> Program:
        # A constant that was replaced by a result of this very function will be replaced
        # again; one that was replaced by something else, such as loaded weights, will not.
        state = flatten(args[: self._state])
        self._changing |= {i for i, x in enumerate(state) if x.made_by is self}
        constants = set(range(len(state))) - self._changing
        exact = [None if i in constants else x.shape for i, x in enumerate(xs)]
        shapes = exact
        if programs:  # what varies is left open, where the function allows it
            known = programs[-1].shapes
            shapes = [e and _joined(k or e, e) for k, e in zip(known, exact, strict=True)]
        programs[:] = [p for p in programs if p.keeps(xs)]
        try:
            program = Program(self._fn, args, shapes, self._options)
        except Exception:
            if shapes is exact:
                raise
            program = Program(self._fn, args, exact, self._options)
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
