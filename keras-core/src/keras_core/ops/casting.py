"""Tensors from values and back, dtypes, shapes."""

from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.execution.compiled import AUTODIFF
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, native, runtime
from keras_core.core.tensors.ragged import check_engine, to_dense
from keras_core.core.tensors.sparse import is_sparse, refuse
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core.typing import DTypeLike, Tensor, TensorLike


@public("keras.ops.convert_to_tensor")
def convert_to_tensor(
    x: TensorLike, dtype: DTypeLike = None, sparse: bool | None = None, ragged: bool | None = None
) -> Tensor:
    """A tensor of the backend.

    Args:
        x: A tensor, a variable, an array, a number or a nested list of numbers.
        dtype: By default that of ``x``; `floatx` for Python's floats and for arrays of float64.
        sparse: False to get a dense tensor from a sparse one. True changes nothing: a sparse
            tensor stays what it is, a dense one too.
        ragged: False to get a dense tensor from a ragged one, with zeros at the ends of its rows.
            True changes nothing, as with ``sparse``.

    Raises:
        TypeError: If ``x`` holds anything but numbers.
        ValueError: If ``sparse`` or ``ragged`` is True and the backend has no such tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_tensor([1.0, 2.0]).shape[0]
    2
    """
    if sparse and not runtime.CAPABILITIES.sparse:
        refuse()
    if ragged:
        check_engine()
    if ragged is False:
        x = to_dense(x)
    if sparse is False and is_sparse(x):
        x = _dense(x)
    takes = native.ARRAYS_ARE_TENSORS and dtype is None and type(x) is np.ndarray
    if takes and x.dtype.char == "d":
        dtype = native.array_dtype(x)
    return as_tensor(x, dtype)


def as_tensor(x: Any, dtype: DTypeLike = None) -> Any:
    """As `convert_to_tensor`, but a tensor keeps its dtype on NumPy's backend, too."""
    if isinstance(x, KerasTensor):
        return x if dtype is None else cast(x, dtype)
    if isinstance(x, Dim):
        return cast(x, dtype or "int32")
    if dtype is None:
        return native.convert(x)
    dtype = dtypes.standardize_dtype(dtype)
    try:
        return native.convert(x, dtype)
    except native.ImaginaryPartError:
        return cast(x, dtype)  # as it was asked for


@op("x:any", name="convert_to_tensor")
def _dense(x: TensorLike) -> Any:
    return x  # it has no sparse rule: what gets here is dense


@public("keras.ops.convert_to_numpy")
def convert_to_numpy(x: TensorLike) -> np.ndarray[Any, Any]:
    """A NumPy array with the values of a tensor or a variable; it is the caller's.

    Args:
        x: A tensor, a variable or anything array-like.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ones((2,))).tolist()
    [1.0, 1.0]
    """
    return native.owned_numpy(x)


@public("keras.backend.is_tensor", "keras.ops.is_tensor")
def is_tensor(x: object) -> bool:
    """Whether ``x`` is a tensor of the backend, dense or sparse.

    Args:
        x: Anything.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.is_tensor(keras.ops.ones(2)), keras.backend.is_tensor([1.0])
    (True, False)
    """
    return native.is_tensor(x)


@public("keras.ops.cast")
@op("x:any dtype:dtype")
def cast(x: TensorLike, dtype: DTypeLike | None) -> Tensor:
    """``x`` as another dtype.

    Args:
        x: A tensor.
        dtype: The dtype. Floats are truncated towards 0 to integers.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cast([1.7, -1.7], "int32")).tolist()
    [1, -1]
    """
    dtype = dtype or dtypes.config.floatx()
    return x if p.dtype_of(x) == dtype else p.cast(x, dtype)


@public("keras.ops.shape")
def shape(x: TensorLike) -> tuple[Any, ...]:
    """The shape of a tensor: ints, and scalar tensors for sizes that are known only at run time.

    Args:
        x: A tensor, a variable or anything array-like. A symbolic tensor shows None for sizes
            that are not known; one can do arithmetic with them.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.ones((2, 3)))
    (2, 3)
    """
    if isinstance(x, Variable):
        return x.shape
    if isinstance(x, KerasTensor) or native.is_tensor(x):
        return native.shape_of(x)
    return tuple(np.shape(x))


@public("keras.ops.dtype")
def dtype(x: TensorLike) -> str:
    """The dtype of a tensor by name.

    Args:
        x: A tensor, a variable or anything array-like.

    Example:

    >>> from keras_core import ops
    >>> ops.dtype(ops.ones((2,), dtype="int8"))
    'int8'
    """
    if isinstance(x, Variable):
        return x.dtype
    found = native.natural_dtype(x)
    return dtypes.result_type(found) if isinstance(found, type) else found


@public("keras.ops.ndim", "keras.ops.numpy.ndim")
def ndim(x: TensorLike) -> int:
    """The number of axes of a tensor.

    Args:
        x: A tensor, a variable or anything array-like.

    Example:

    >>> from keras_core import ops
    >>> int(ops.ndim(ops.ones((2, 3))))
    2
    """
    return len(shape(x))


@public("keras.ops.size", "keras.ops.numpy.size")
def size(x: TensorLike) -> int | Tensor | None:
    """The number of elements of a tensor.

    Args:
        x: A tensor, a variable or anything array-like.

    Example:

    >>> from keras_core import ops
    >>> int(ops.size(ops.ones((2, 3))))
    6
    """
    total: Any = 1
    for d in shape(x):
        total = total * d
    return None if total is None else total


@public("keras.ops.stop_gradient")
def stop_gradient(variable: TensorLike) -> Tensor:
    """The value as a constant: no gradient flows through it.

    Args:
        variable: A tensor or a variable, or a nest of them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.grad(lambda x: x * ops.stop_gradient(x))(3.0)).tolist()
    3.0
    """

    def stop(x: Any) -> Any:
        if isinstance(x, KerasTensor) or native.is_sparse(x):
            return _stop(x)
        x = native.convert(x)
        return x if AUTODIFF is None else AUTODIFF.stop_gradient(x)

    return tree.map_structure(stop, variable)


@op("x:any", name="stop_gradient")
def _stop(x: TensorLike) -> Any:
    return x if isinstance(x, KerasTensor) or AUTODIFF is None else AUTODIFF.stop_gradient(x)


@public("keras.ops.copy", "keras.ops.numpy.copy")
@op("x:any")
def copy(x: TensorLike) -> Tensor:
    """A copy of a tensor.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.copy([1, 2])).tolist()
    [1, 2]
    """
    return p.identity(x)


@public("keras.ops.array", "keras.ops.numpy.array")
def array(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """A tensor with the values of ``x``.

    Args:
        x: A tensor or anything array-like.
        dtype: The dtype, by default that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.array([1, 2], dtype="float32")).tolist()
    [1.0, 2.0]
    """
    return convert_to_tensor(x, dtype)
