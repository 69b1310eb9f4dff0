"""Models of OpenVINO from functions of tensors.

OpenVINO has no eager mode: what is computed outside of any trace is a program of one function.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import openvino as ov

from keras_backend_openvino.graph import (
    DTYPES,
    INTS,
    Array,
    Tensor,
    Trace,
    flatten,
    host_tensor,
    rebuild,
    signature,
    wrap,
)
from keras_backend_openvino.layout import sink_transposes

CORE = ov.Core()
_SETTINGS: dict[str, Any] = {
    # Otherwise a CPU with bfloat16 units rounds all floats to it.
    "INFERENCE_PRECISION_HINT": "f32",
    "PERFORMANCE_HINT": "LATENCY",
}


class Program:
    """A function compiled for tensors of some shapes.

    ``shapes`` has that of each tensor in ``args``; None for one that is a constant.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        args: Any,
        shapes: Sequence[Sequence[int | None] | None],
        options: Mapping[str, Any] | None = None,
    ) -> None:
        xs = flatten(args)
        self.shapes = shapes
        self._constants = [(i, xs[i]) for i, shape in enumerate(shapes) if shape is None]
        with Trace() as trace:
            inner = [
                x if shape is None else trace.parameter(x.dtype, shape, stored=True)
                for x, shape in zip(xs, shapes, strict=True)
            ]
            self._out = fn(*rebuild(args, inner))
            outputs = [y.output for y in flatten(self._out) if y.trace is not None]
        self._kept = trace.kept
        self._model: Any = None
        if outputs:
            model = sink_transposes(ov.Model(outputs, trace.parameters))
            self._model = CORE.compile_model(model, "CPU", {**_SETTINGS, **(options or {})})

    def keeps(self, xs: Sequence[Tensor]) -> bool:
        """Whether the constants still are the right ones."""
        return all(xs[i] is x for i, x in self._constants)

    def fits(self, xs: Sequence[Tensor]) -> bool:
        """Whether the program is right for these arguments, which have the right ranks."""
        return self.keeps(xs) and all(
            shape is None or all(m in (None, d) for d, m in zip(x.shape, shape, strict=True))
            for x, shape in zip(xs, self.shapes, strict=True)
        )

    def __call__(self, xs: Sequence[Tensor], owner: object = None) -> Any:
        values = iter(())
        if self._model is not None:
            inputs = [
                x.array for x, shape in zip(xs, self.shapes, strict=True) if shape is not None
            ]
            values = iter(_run(self._model, inputs))

        def result(y: Tensor) -> Tensor:
            if y.trace is None:
                return y
            with np.errstate(over="ignore"):
                array = next(values).astype(DTYPES[y.dtype], copy=False)
            return Tensor(y.dtype, array, made_by=owner)

        return rebuild(self._out, map(result, flatten(self._out)))


def _run(compiled: Any, arrays: Sequence[Array]) -> list[Array]:
    """The outputs of a compiled model. A request of its own makes it safe in any thread."""
    request = compiled.create_infer_request()
    for i, array in enumerate(arrays):
        request.set_input_tensor(i, host_tensor(array))
    request.infer()
    # Copies: the memory may be the request's, and then dies with it, or that of an input.
    return [np.array(request.get_output_tensor(i).data) for i in range(len(compiled.outputs))]


_programs: dict[Any, Program] = {}
_MOST_PROGRAMS = 2048


def _eagerly(fn: Callable[..., Any], args: Any) -> Any:
    xs = flatten(args)
    shapes = [x.array.shape for x in xs]
    key = fn, signature(args), *shapes
    program = _programs.get(key)
    if program is None:
        if len(_programs) >= _MOST_PROGRAMS:
            _programs.pop(next(iter(_programs)), None)
        program = _programs[key] = Program(fn, args, shapes)
    return program(xs)


def graph(
    fn: Callable[..., Any] | None = None,
    *,
    dtype: str | tuple[str | None, ...] | None = None,
    like: int = 0,
    wraps: bool = False,
) -> Any:
    """Make a function of OpenVINO outputs one of tensors.

    Tensors among the arguments, also those in lists, become outputs. The result, or each of a
    tuple of results, has ``dtype``, or else that of tensor number ``like``; with ``wraps`` narrow
    integers are wrapped.
    """
    if fn is None:
        return functools.partial(graph, dtype=dtype, like=like, wraps=wraps)

    @functools.wraps(fn)
    def call(*args: Any) -> Any:
        trace = Trace.current()
        if trace is None:
            return _eagerly(call, args)
        xs = flatten(args)
        out = fn(*rebuild(args, [x.output for x in xs]))

        def lift(output: Any, kind: str | None) -> Tensor:
            kind = kind or xs[like].dtype
            output = wrap(output, kind) if wraps and kind in INTS else output
            return trace.tensor(output, kind)

        if not isinstance(out, (tuple, list)):
            return lift(out, dtype)  # type: ignore[arg-type]
        kinds = dtype if isinstance(dtype, tuple) else [dtype] * len(out)
        return tuple(map(lift, out, kinds))

    return call
