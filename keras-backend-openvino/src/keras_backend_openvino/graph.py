"""Tensors, and the graph of OpenVINO that is being built.

A `Tensor` has an array, or it is an output of the graph that a `Trace` builds, and has no values
yet. In such a graph, arrays are constants.

In a graph there are three element types only: boolean, i32 for all integers and f32 for all
floats, which is what the CPU plugin computes in anyway. The dtype is kept beside it: narrow
integers are wrapped after arithmetic, narrow floats rounded when they are stored or cast.
"""

import threading
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
import openvino as ov
from openvino import Type
from openvino import opset15 as op

from keras_core_plugins.nest import Nests

Array = np.ndarray[Any, Any]
Output: Any = ov.Output

INTS = ("uint8", "int8", "uint16", "int16", "int32")
FLOATS = ("bfloat16", "float16", "float32")
DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(getattr(ml_dtypes, name, name)) for name in ("bool", *INTS, *FLOATS)
}


class Tensor:
    """An immutable tensor: an array, or an output of the graph of a trace."""

    __slots__ = ("__weakref__", "_array", "_keras_mask", "_output", "dtype", "made_by", "trace")

    def __init__(
        self,
        dtype: str,
        array: Array | None = None,
        output: Output | None = None,
        trace: "Trace | None" = None,
        made_by: object = None,
    ) -> None:
        self.dtype = dtype
        self.trace = trace
        self.made_by = made_by
        self._array = array
        self._output = output

    @property
    def output(self) -> Output:
        """The tensor in the graph that is being built."""
        trace = Trace.current()
        assert trace is not None
        return self._output if self.trace is trace else trace.output_of(self)

    @property
    def array(self) -> Array:
        """The values, which nobody may change. OpenVINO takes writeable arrays only."""
        if self._array is None:
            raise TypeError(
                "A tensor of a compiled function has no values, neither while it is traced nor "
                f"outside of it: {self!r}"
            )
        return self._array

    def numpy(self) -> Array:
        """The values, read-only."""
        view = self.array.view()
        view.flags.writeable = False
        return view

    @property
    def static_shape(self) -> tuple[int | None, ...]:
        """The shape as far as it is known."""
        if self._array is not None:
            return self._array.shape
        dims = self._output.get_partial_shape()
        return tuple(d.get_length() if d.is_static else None for d in dims)

    @property
    def shape(self) -> tuple[Any, ...]:
        """The shape: ints, and scalar int32 tensors for what is not known."""
        if self._array is not None:
            return self._array.shape
        return tuple(
            Tensor("int32", output=d, trace=Trace.current()) if isinstance(d, Output) else d
            for d in sizes(self.output)
        )

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.static_shape)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype, copy=copy)

    def __repr__(self) -> str:
        values = "" if self._array is None else f" {self._array}"
        return f"<Tensor shape={self.static_shape} dtype={self.dtype}{values}>"

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("A tensor of shape () has no length")
        return int(self.shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))  # type: ignore[index]  # see integration.py

    def __bool__(self) -> bool:
        return bool(self.array)

    def __int__(self) -> int:
        return int(self.array)

    def __float__(self) -> float:
        return float(self.array)

    def __index__(self) -> int:
        return int(self.array.item().__index__())

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        return self

    def __reduce__(self) -> Any:
        return Tensor, (self.dtype, self.numpy())


_NESTS = Nests(Tensor, lambda x: (x.dtype, x.ndim))
flatten, rebuild, signature = _NESTS.flatten, _NESTS.rebuild, _NESTS.signature


# -- Arrays and element types ------------------------------------------------------------


def element_type(dtype: str) -> Any:
    """What ``dtype`` is in a graph."""
    return Type.boolean if dtype == "bool" else Type.i32 if dtype in INTS else Type.f32


def stored_type(dtype: str) -> Any:
    """What ``dtype`` is in an array."""
    return Type.bf16 if dtype == "bfloat16" else Type(DTYPES[dtype])


def is_float(x: Any) -> bool:
    """Whether an output has floats."""
    return bool(x.get_element_type().is_real())


def host_tensor(array: Array) -> Any:
    """An OpenVINO tensor in the memory of ``array``, which has to outlive it."""
    if array.dtype == DTYPES["bfloat16"]:  # which OpenVINO's NumPy does not know
        return ov.Tensor(array.reshape(-1).view(np.uint8), list(array.shape), Type.bf16)
    return ov.Tensor(array, shared_memory=True)


# -- Tracing -----------------------------------------------------------------------------


class Trace:
    """A graph that is being built: of a compiled function, or the body of a loop in one."""

    _active = threading.local()

    def __init__(self) -> None:
        self.outer = Trace.current()
        self.parameters: list[Any] = []
        self.captured: list[Tensor] = []
        """What the last parameters stand for: tensors of the graph around this one."""

        self._known: dict[int, tuple[Tensor, Output]] = {}
        # Tensors whose memory the graph's constants use: they have to outlive it.
        self.kept: list[Tensor] = self.outer.kept if self.outer is not None else []

    @classmethod
    def current(cls) -> "Trace | None":
        """The innermost trace of this thread."""
        return getattr(cls._active, "trace", None)

    def __enter__(self) -> "Trace":
        Trace._active.trace = self
        return self

    def __exit__(self, *exc: object) -> None:
        Trace._active.trace = self.outer

    def parameter(self, dtype: str, shape: Sequence[int | None], stored: bool = False) -> Tensor:
        """A new input, which takes arrays as they are stored or as graphs have them."""
        dims = ov.PartialShape([-1 if d is None else d for d in shape])
        parameter = op.parameter(dims, (stored_type if stored else element_type)(dtype))
        self.parameters.append(parameter)
        return Tensor(dtype, output=_unified(parameter, dtype), trace=self)

    def tensor(self, node: Any, dtype: str) -> Tensor:
        """What a node of this graph gives."""
        output = node.output(0) if isinstance(node, ov.Node) else node
        shape = output.get_partial_shape()
        if shape.is_static and 0 in shape.to_shape():
            # Nothing to compute, and OpenVINO is not at ease with nothing.
            return Tensor(dtype, np.empty(shape.to_shape(), DTYPES[dtype]))
        return Tensor(dtype, output=output, trace=self)

    def output_of(self, tensor: Tensor) -> Output:
        """A tensor from elsewhere in this graph: a constant, or an input from outside."""
        if id(tensor) not in self._known:
            if tensor.trace is None:
                output = _unified(op.constant(host_tensor(tensor.array), True), tensor.dtype)
                self.kept.append(tensor)
            elif self.outer is None:
                raise TypeError("A tensor of a compiled function was used in another one.")
            else:
                output = self.parameter(tensor.dtype, tensor.static_shape)._output
                self.captured.append(tensor)
            self._known[id(tensor)] = (tensor, output)
        return self._known[id(tensor)][1]


def _unified(node: Any, dtype: str) -> Output:
    wanted = element_type(dtype)
    return (node if node.get_element_type() == wanted else op.convert(node, wanted)).output(0)


# -- Building ----------------------------------------------------------------------------


def const(value: Any, dtype: Any = np.float32) -> Output:
    """A number, or an array of numbers, in the graph."""
    return op.constant(np.asarray(value, dtype)).output(0)


def integer(value: Any) -> Output:
    """An i32 number, or an array of them, in the graph; outputs stay as they are."""
    return value if isinstance(value, Output) else const(value, np.int32)


def ints(values: Sequence[Any]) -> Output:
    """A 1-D i32 output of ints and scalar outputs, for the shape of an operation."""
    if not any(isinstance(v, Output) for v in values):
        return const(np.array(values, np.int64).clip(-(2**31), 2**31 - 1), np.int32)
    parts = [op.reshape(integer(v), integer([1]), False) for v in values]
    return op.concat(parts, 0).output(0)


def sizes(x: Any) -> list[Any]:
    """The dimensions of a node or an output: ints, and scalar outputs."""
    x = x.output(0) if isinstance(x, ov.Node) else x
    return [
        d.get_length()
        if d.is_static
        else op.gather(op.shape_of(x, "i32"), integer(i), integer(0)).output(0)
        for i, d in enumerate(x.get_partial_shape())
    ]


def wrap(x: Any, dtype: str) -> Any:
    """An i32 output cut to the width of an integer dtype."""
    if dtype == "int32":
        return x
    bits = DTYPES[dtype].itemsize * 8
    x = op.bitwise_and(x, integer(2**bits - 1))
    if dtype[0] == "u":
        return x
    sign = integer(2 ** (bits - 1))
    return op.subtract(op.bitwise_xor(x, sign), sign)
