"""Sparse tensors: the indices and the values of what is stored, everything else being 0.

Users hold the engine's own sparse tensors. An operation that gets one takes its slow path,
where its *sparse rule* computes on the parts (`Coo`) with ordinary operations, or else the
tensor is made dense. A symbolic tensor with ``sparse=True`` has symbolic parts, so that a rule
infers as it runs.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from keras_core.core.tensors import dtypes, native, runtime
from keras_core.core.tensors.operations import operations
from keras_core.core.tensors.symbolic import Dim, KerasTensor

_SERVICE: Any = runtime.BACKEND.sparse


@dataclass(frozen=True, slots=True)
class Coo:
    """A sparse tensor as coordinates and values."""

    indices: Any
    """Integers of shape ``[n, ndim]``."""

    values: Any
    """Of shape ``[n]``."""

    shape: tuple[Any, ...]
    """Ints; a `Dim` or a scalar tensor for a size that is not known."""


def is_sparse(x: Any) -> bool:
    """Whether ``x`` is a sparse tensor, of the engine or symbolic."""
    return x.sparse if isinstance(x, KerasTensor) else native.is_sparse(x)


def take_apart(x: Any) -> Any:
    """A sparse tensor as `Coo`; anything else as it is."""
    if not is_sparse(x):
        return x
    if isinstance(x, KerasTensor):
        indices = KerasTensor((None, x.ndim), dtypes.narrow("int64"))
        return Coo(indices, KerasTensor((None,), x.dtype), native.shape_of(x))
    return Coo(*_SERVICE.parts(x), native.shape_of(x))


def put_together(x: Any) -> Any:
    """The sparse tensor that `Coo` stands for; anything else as it is.

    Raises:
        ValueError: If the engine has no sparse tensors.
    """
    if not isinstance(x, Coo):
        return x
    if isinstance(x.values, KerasTensor):
        shape = tuple(None if isinstance(d, Dim) else d for d in x.shape)
        return KerasTensor(shape, x.values.dtype, sparse=True)
    if _SERVICE is None:
        refuse()
    return _SERVICE.from_parts(x.indices, x.values, x.shape)


def coalesce(x: Coo) -> Coo:
    """With the values of equal indices added up; values may have a second axis."""
    if isinstance(x.values, KerasTensor):
        return x
    if native.ndim_of(x.values) == 2:
        return Coo(*_SERVICE.coalesce(x.indices, x.values, x.shape), x.shape)
    values = operations.expand_dims(x.values, -1)
    indices, values = _SERVICE.coalesce(x.indices, values, x.shape)
    return Coo(indices, operations.squeeze(values, -1), x.shape)


def matmul(x1: Any, x2: Any) -> Any:
    """The product of a sparse matrix of the engine with a matrix of the same dtype."""
    return _SERVICE.matmul(x1, x2)


def batch(x: Coo) -> Any:
    """The tensor for a batch of data in NumPy's arrays: dense on engines without sparse ones."""
    if hasattr(_SERVICE, "batch"):
        return _SERVICE.batch(x.indices, x.values, x.shape)
    x = Coo(native.convert(x.indices), native.convert(x.values), x.shape)
    return densify(x) if _SERVICE is None else put_together(x)


def densify(x: Any) -> Any:
    """A sparse tensor or `Coo` as a dense tensor; anything else as it is."""
    if isinstance(x, KerasTensor):
        return KerasTensor(x.shape, x.dtype) if x.sparse else x
    if not isinstance(x, Coo):
        if not native.is_sparse(x):
            return x
        x = take_apart(x)
    dtype = native.dtype_of(x.values)
    values = x.values if dtype != "bool" else operations.cast(x.values, "int32")
    zeros = runtime.PRIMITIVES.full(x.shape, 0, native.dtype_of(values))
    out = runtime.PRIMITIVES.scatter_nd(zeros, x.indices, values, "add")
    return out if dtype != "bool" else operations.cast(out, "bool")


def refuse() -> NoReturn:
    """Say that the engine has no sparse tensors."""
    raise ValueError(
        f"`sparse=True` is not supported with the {runtime.NAME} backend, which has no sparse "
        "tensors. Leave it out for a dense tensor."
    )
