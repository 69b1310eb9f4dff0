"""Names for the types in signatures: tensors, shapes, dtypes, nests, and objects by name.

They are for readers and for type checkers; nothing is checked at run time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy.typing as npt

T = TypeVar("T")


@runtime_checkable
class Tensor(Protocol):
    """What operations return: a tensor of the engine, such as a ``torch.Tensor``.

    While a model is built it is a symbolic `KerasTensor`, which has the same operators. Any method
    of the engine's own class may be used beside these, which all engines have.

    Example:

    >>> import numpy as np
    >>> from keras_core.typing import Tensor
    >>> isinstance(np.ones(2), Tensor)
    True
    """

    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...
    def __add__(self, other: Any, /) -> Any: ...
    def __radd__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __rsub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: Any, /) -> Any: ...
    def __truediv__(self, other: Any, /) -> Any: ...
    def __rtruediv__(self, other: Any, /) -> Any: ...
    def __floordiv__(self, other: Any, /) -> Any: ...
    def __mod__(self, other: Any, /) -> Any: ...
    def __pow__(self, other: Any, /) -> Any: ...
    def __matmul__(self, other: Any, /) -> Any: ...
    def __neg__(self) -> Any: ...
    def __abs__(self) -> Any: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __lt__(self, other: Any, /) -> Any: ...
    def __le__(self, other: Any, /) -> Any: ...
    def __gt__(self, other: Any, /) -> Any: ...
    def __ge__(self, other: Any, /) -> Any: ...


class Shaped(Protocol):
    """Anything with a shape and a dtype: tensors, variables, arrays, symbolic tensors."""

    @property
    def shape(self) -> Any: ...
    @property
    def dtype(self) -> Any: ...


TensorLike: TypeAlias = Shaped | npt.ArrayLike
"""What operations take for a tensor: also variables, arrays, numbers, nested lists of numbers."""

Shape: TypeAlias = tuple[int | None, ...]
"""A shape, with None for sizes that are not known."""

ShapeLike: TypeAlias = int | Sequence[Any]
"""A size or several. While a function is compiled, a size may be a tensor."""

DTypeName: TypeAlias = Literal[
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64",
    "float8_e4m3fn", "float8_e5m2", "float16", "bfloat16", "float32", "float64",
    "complex64", "complex128", "string",
]  # fmt: skip
"""The standard names of dtypes."""

DTypeLike: TypeAlias = DTypeName | str | npt.DTypeLike | Any
"""A dtype: a standard name, or a dtype object of NumPy or of the engine."""

Axes: TypeAlias = int | Sequence[int] | None
"""An axis, several, or None for all."""

Nest: TypeAlias = T | Sequence["Nest[T]"] | Mapping[str, "Nest[T]"]
"""A nest of lists, tuples and dicts."""

Padding: TypeAlias = Literal["valid", "same", "VALID", "SAME"]
"""Padding of windows."""

DataFormat: TypeAlias = Literal["channels_last", "channels_first"]
"""Where the axis of the channels is; ``keras.config.image_data_format()`` says the default."""
