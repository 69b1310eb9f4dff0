"""From Python and NumPy values to tensors of the engine, and back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.operations import operations
from keras_core.core.tensors.runtime import BACKEND, CAPABILITIES, CONSTANT, FROM_SIZE, NDIM
from keras_core.core.tensors.scopes import current_device, in_symbolic_scope
from keras_core.core.tensors.symbolic import Dim, KerasTensor, escape, shapes_agree

_is_tensor = BACKEND.tensors.is_tensor
_from_numpy = BACKEND.tensors.from_numpy
dtype_of_tensor = BACKEND.tensors.dtype
shape_of_tensor = BACKEND.tensors.shape
static_shape_of_tensor = BACKEND.tensors.static_shape
ndim_of_tensor = NDIM

TENSOR_TYPES: set[type] = set()
"""Types that are known to be tensors of the engine: a look-up instead of a call."""


def is_engine_tensor(x: Any) -> bool:
    """Whether ``x`` is a dense tensor of the engine."""
    if type(x) in TENSOR_TYPES:
        return True
    if _is_tensor(x):
        TENSOR_TYPES.add(type(x))
        return True
    return False


ARRAYS_ARE_TENSORS = is_engine_tensor(np.zeros(()))
"""Whether nothing tells a tensor of the engine from an array, whose float64 is a default."""

if BACKEND.sparse is not None:
    is_sparse = BACKEND.sparse.is_sparse
else:

    def is_sparse(x: Any) -> bool:
        """Whether ``x`` is a sparse tensor of the engine."""
        return False


_RAGGED: Any = BACKEND.ragged
if _RAGGED is not None:
    is_ragged = _RAGGED.is_ragged
else:

    def is_ragged(x: Any) -> bool:
        """Whether ``x`` is a ragged tensor of the engine."""
        return False


def is_tensor(x: Any) -> bool:
    """Whether ``x`` is a tensor of the engine, dense, sparse or ragged."""
    return is_engine_tensor(x) or is_sparse(x) or is_ragged(x)


if BACKEND.compiler is not None:
    is_tracing = BACKEND.compiler.is_tracing
else:

    def is_tracing() -> bool:
        """Whether tensors have no values, since the engine's compiler traces."""
        return False


_scalars: dict[Any, Any] = {}


def scalar(value: Any, dtype: str) -> Any:
    """A 0-d tensor for a Python number; the ones met before are kept. A tensor stays one."""
    if type(value) in TENSOR_TYPES:
        return convert(value, dtype)
    if is_tracing() or not value or value != value:
        # a tracer must not outlive its trace; -0.0 and 0.0 are one key, and NaN is none
        return fresh_scalar(value, dtype)
    key = (value, dtype, current_device())
    out = _scalars.get(key)
    if out is None:
        if len(_scalars) > 4096:
            _scalars.clear()
        out = _scalars[key] = fresh_scalar(value, dtype)
    return out


def fresh_scalar(value: Any, dtype: str) -> Any:
    """A 0-d tensor for a Python number that nobody else holds."""
    try:
        number = int(value) if dtype in dtypes.INTS else value
        if (out := CONSTANT(number, dtype)) is not None:
            return out
        return _from_numpy(np.asarray(number).astype(dtypes.numpy_dtype(dtype)), dtype)
    except OverflowError:
        raise ValueError(
            f"The Python number {value} does not fit into the dtype {dtype!r}. "
            "Cast the other operand to a wider dtype first."
        ) from None


def match_pair(x1: Any, x2: Any) -> tuple[Any, Any] | None:
    """Two operands as tensors of one dtype, for the everyday cases; None for all others.

    One is a tensor, the other a Python number or a variable of the same dtype.
    """
    if type(x1) not in TENSOR_TYPES:
        value = getattr(x1, "__keras_value__", None)
        if value is not None:
            x1 = value()
            if type(x1) not in TENSOR_TYPES:
                return None
        elif type(x2) in TENSOR_TYPES:
            swapped = match_pair(x2, x1)
            return None if swapped is None else (swapped[1], swapped[0])
        else:
            return None
    dtype = dtype_of_tensor(x1)
    kind = type(x2)
    if kind is float:
        return (x1, scalar(x2, dtype)) if dtype in dtypes.INEXACT else None
    if kind is int:
        return (x1, scalar(x2, dtype)) if dtype != "bool" else None
    if kind not in TENSOR_TYPES:
        value = getattr(x2, "__keras_value__", None)
        if value is None:
            return None
        x2 = value()
        if type(x2) not in TENSOR_TYPES:
            return None
    return (x1, x2) if dtype_of_tensor(x2) == dtype else None


_PYTHON_NUMBERS = (bool, int, float, complex)


def _describe(x: Any) -> str:
    text = repr(x)
    return text if len(text) <= 200 else text[:200] + "..."


def is_size(x: Any) -> bool:
    """Whether ``x`` is what the engine has for a dimension that it does not know yet."""
    return FROM_SIZE(x) is not None


def _as_numpy(x: Any) -> np.ndarray[Any, Any]:
    """A NumPy array for what is neither a tensor nor a Python number."""
    if isinstance(x, np.ndarray | np.generic | bool | int | float | complex):
        return np.asarray(x)
    if type(x).__module__.startswith("pandas"):
        return np.asarray(x)
    if hasattr(x, "detach") and hasattr(x, "cpu"):  # a tensor of torch, on another backend
        x = x.detach().cpu()
        if str(x.dtype) == "torch.bfloat16":
            return np.asarray(x.float().numpy(), dtypes.numpy_dtype("bfloat16"))
        return x.numpy()
    return np.asarray(x)


def _numbers(x: Any) -> np.ndarray[Any, Any]:
    """`_as_numpy`, of numbers or booleans.

    Raises:
        TypeError: If it holds anything else.
    """
    if x is None:
        raise TypeError(
            "Cannot convert None to a tensor. Expected a tensor, an array, a number or a nested "
            "list of numbers."
        )
    array = _as_numpy(x)
    if array.dtype == object or array.dtype.kind in "USMm":
        raise TypeError(
            f"Cannot convert a value of type {type(x).__name__} and dtype {array.dtype} to a "
            f"tensor. Expected numbers or booleans. Received: {_describe(x)}"
        )
    return array


def array_dtype(x: Any) -> str:
    """The dtype that an array or a NumPy number is taken in: `floatx` for one of float64.

    NumPy makes float64 of all floats that do not say otherwise; what a tensor should be in float64
    says so.
    """
    return _without_double(dtypes.standardize_dtype(x.dtype))


def _without_double(dtype: str) -> str:
    return dtypes.config.floatx() if dtype == "float64" else dtype


def natural_dtype(x: Any) -> Any:
    """The dtype of a value as an argument of `dtypes.result_type`; weak for Python numbers."""
    kind = type(x)
    if kind in _PYTHON_NUMBERS:
        return kind
    if is_engine_tensor(x) or is_ragged(x):
        return dtype_of_tensor(x)
    if isinstance(x, KerasTensor):
        return x.dtype
    if isinstance(x, Dim) or FROM_SIZE(x) is not None:
        return int
    if isinstance(x, (np.ndarray, np.generic)):
        # a compiler may not let arrays be looked at
        out = CONSTANT(x, None) if isinstance(x, np.ndarray) else None
        return array_dtype(_numbers(x)) if out is None else _without_double(dtype_of_tensor(out))
    dtype = getattr(x, "dtype", None)
    if dtype is not None:
        return dtypes.standardize_dtype(dtype)
    if isinstance(x, (list, tuple)):
        leaves = tree.flatten(x)
        if not leaves:
            return float
        return dtypes.settle(dtypes.join(*{dtypes.node_of(natural_dtype(v)) for v in leaves}))
    return array_dtype(_numbers(x))


def convert(x: Any, dtype: str | None = None) -> Any:
    """A tensor of the engine for ``x``, of ``dtype`` (narrowed) if that is given.

    Raises:
        TypeError: If ``x`` cannot be made a tensor.
    """
    if dtype is not None:
        dtype = dtypes.narrow(dtype)
    if is_engine_tensor(x):
        if dtype is None or dtype_of_tensor(x) == dtype:
            return x
        return _cast(x, dtype)
    kind = type(x)
    if kind in _PYTHON_NUMBERS:  # torch.compile knows no attributes of a number
        return scalar(x, dtype or dtypes.narrow(dtypes.result_type(kind)))
    value = getattr(x, "__keras_value__", None)
    if value is not None:
        return convert(value(), dtype)
    if isinstance(x, KerasTensor):
        raise escape(x, "an operation that needs values")
    if isinstance(x, Dim) and in_symbolic_scope():
        return KerasTensor((), dtype or "int32")
    if isinstance(x, (list, tuple)):
        return _convert_list(x, dtype)
    if is_sparse(x) or is_ragged(x):
        return x if dtype is None or dtype_of_tensor(x) == dtype else _cast(x, dtype)
    size = FROM_SIZE(x)
    if size is not None:
        return convert(size, dtype)
    if isinstance(x, np.ndarray) and (out := CONSTANT(x, dtype)) is not None:
        return convert(out, dtype or dtypes.narrow(_without_double(dtype_of_tensor(out))))
    array = _numbers(x)
    target = dtype or dtypes.narrow(array_dtype(array))
    wanted = dtypes.numpy_dtype(target)
    if array.dtype == wanted:
        return _from_numpy(array, target)
    if array.dtype.kind == "c":
        _refuse_to_lose(target, array)
    return _from_numpy(array.astype(wanted), target)


def as_spec(x: Any) -> Any:
    """A symbolic tensor like ``x``, if that is a tensor of the engine."""
    return KerasTensor(static_shape(x), dtype_of(x)) if is_engine_tensor(x) else x


def convert_nest(nest: Any) -> Any:
    """``nest`` with tensors for its leaves, symbolic ones in a symbolic scope; None as it is.

    Raises:
        SymbolicEscapeError: For a symbolic tensor outside of a symbolic scope, where tensors have
            values: a function held it.
    """
    infers = in_symbolic_scope()

    def convert_leaf(x: Any) -> Any:
        if x is None or (infers and isinstance(x, KerasTensor)):
            return x
        return as_spec(convert(x)) if infers else convert(x)

    return tree.map_structure(convert_leaf, nest)


def _convert_list(x: Any, dtype: str | None) -> Any:
    leaves = tree.flatten(x)
    if any(
        type(v) not in _PYTHON_NUMBERS and (is_engine_tensor(v) or hasattr(v, "__keras_value__"))
        for v in leaves
    ):
        dtype = dtype or dtypes.narrow(natural_dtype(x))
        return operations.stack([convert(v, dtype) for v in x])
    if is_tracing() and (out := CONSTANT(x, dtype or _dtype_of_list(x))) is not None:
        return out
    try:
        array = np.asarray(x)
    except ValueError as e:
        raise ValueError(
            "Cannot convert a ragged nested list to a tensor: all lists at one level must have "
            f"the same length. Received: {_describe(x)}"
        ) from e
    if array.dtype == object or array.dtype.kind in "USMm":
        raise TypeError(
            "Cannot convert a list to a tensor: its elements must be numbers or booleans. "
            f"Received: {_describe(x)}"
        )
    dtype = dtype or _dtype_of_list(x)
    if array.dtype.kind == "c":
        _refuse_to_lose(dtype, array)
    return _from_numpy(array.astype(dtypes.numpy_dtype(dtype)), dtype)


def _dtype_of_list(x: Any) -> str:
    dtype = natural_dtype(x)
    return dtypes.narrow(dtypes.result_type(dtype) if isinstance(dtype, type) else dtype)


def _cast(x: Any, dtype: str) -> Any:
    if dtype_of_tensor(x) in _COMPLEX:
        _refuse_to_lose(dtype, x)
    return operations.cast(x, dtype)


_COMPLEX = frozenset({"complex64", "complex128"})


class ImaginaryPartError(ValueError):
    """Complex numbers would become real ones without being asked to."""


def _refuse_to_lose(dtype: str, x: Any) -> None:
    """Raise an error where complex numbers would become real ones without being asked to."""
    if dtype not in _COMPLEX:
        raise ImaginaryPartError(
            f"Complex values cannot be taken as {dtype}: they would lose their imaginary parts. "
            "Give their parts (`ops.real`, `ops.imag`, `ops.absolute`), or say that they are to "
            f"be cut by `ops.cast`. Received: values of shape {tuple(x.shape)}"
        )


def to_numpy(x: Any) -> np.ndarray[Any, Any]:
    """The values of a tensor, a variable or anything array-like."""
    if is_engine_tensor(x):
        return np.asarray(BACKEND.tensors.to_numpy(x))
    if type(x) in _PYTHON_NUMBERS:
        return np.asarray(x)
    value = getattr(x, "__keras_value__", None)
    if value is not None:
        return np.asarray(BACKEND.tensors.to_numpy(value()))
    if isinstance(x, KerasTensor):
        raise escape(x, "NumPy")
    if is_sparse(x):
        return to_numpy(operations.convert_to_tensor(x))
    if is_ragged(x):
        return to_numpy(_RAGGED.to_dense(x))
    if isinstance(x, (list, tuple)):
        return np.asarray([to_numpy(v) for v in x]) if x else np.asarray(x)
    return _as_numpy(x)


def owned_numpy(x: Any) -> np.ndarray[Any, Any]:
    """As `to_numpy`, in an array that the caller may write to."""
    array = to_numpy(x)
    return array.copy() if array is x or not array.flags.writeable else array


def dtype_of(x: Any) -> str:
    """The dtype of a tensor, symbolic or not."""
    return x.dtype if isinstance(x, KerasTensor) else dtype_of_tensor(x)


def shape_of(x: Any) -> tuple[Any, ...]:
    """The dimensions of a tensor: ints; a `Dim` or a scalar tensor for an unknown one."""
    if isinstance(x, KerasTensor):
        return tuple(Dim("dim", (x, i)) if d is None else d for i, d in enumerate(x.shape))
    return shape_of_tensor(x)


def static_shape(x: Any) -> tuple[int | None, ...]:
    """The shape of a tensor with None for what is not known."""
    return x.shape if isinstance(x, KerasTensor) else static_shape_of_tensor(x)


def ndim_of(x: Any) -> int:
    """The number of axes of a tensor."""
    return len(x.shape) if isinstance(x, KerasTensor) else ndim_of_tensor(x)


def check_shapes(name: str, **wanted: tuple[Any, Sequence[int | None]]) -> None:
    """Raise a `ValueError` for the first argument of ``name`` that has not the shape it should.

    Args:
        name: The operation.
        **wanted: For each argument the tensor, or None if there is none, and its shape.
    """
    for argument, (x, shape) in wanted.items():
        if x is not None and not shapes_agree(static_shape(x), shape):
            raise ValueError(
                f"`{name}` expected a tensor of shape {tuple(shape)} for the argument "
                f"`{argument}`. Received: a tensor of shape {static_shape(x)}"
            )


EAGER = CAPABILITIES.eager
