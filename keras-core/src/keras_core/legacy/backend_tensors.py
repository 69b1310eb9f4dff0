"""What `keras.backend` had for tensors in Keras 2: making, shaping, reducing, comparing them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.legacy import legacy
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.dtypes import is_float, standardize_dtype


def _dtype(x: Any) -> str:
    return standardize_dtype(x.dtype if hasattr(x, "dtype") else ops.convert_to_tensor(x).dtype)


def _number(x: Any) -> Any:
    """A tensor; truth values become floats."""
    return ops.cast(x, config.floatx()) if _dtype(x) == "bool" else ops.convert_to_tensor(x)


def _float(x: Any) -> Any:
    return ops.convert_to_tensor(x) if is_float(_dtype(x)) else ops.cast(x, config.floatx())


def _axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


# -- Elementwise ----------------------------------------------------------------------


@legacy("keras.backend.abs", today="`keras.ops.abs`")
def abs(x: Any) -> Any:
    """The absolute values."""
    return ops.abs(x)


@legacy("keras.backend.cos", today="`keras.ops.cos`")
def cos(x: Any) -> Any:
    """The cosines."""
    return ops.cos(x)


@legacy("keras.backend.exp", today="`keras.ops.exp`")
def exp(x: Any) -> Any:
    """e to the power of each element."""
    return ops.exp(x)


@legacy("keras.backend.log", today="`keras.ops.log`")
def log(x: Any) -> Any:
    """The natural logarithms."""
    return ops.log(x)


@legacy("keras.backend.pow", today="`keras.ops.power`")
def pow(x: Any, a: Any) -> Any:
    """Each element to the power of ``a``."""
    return ops.power(x, a)


@legacy("keras.backend.round", today="`keras.ops.round`")
def round(x: Any) -> Any:
    """The nearest whole numbers; halves go to the even one."""
    return ops.round(x)


@legacy("keras.backend.sign", today="`keras.ops.sign`")
def sign(x: Any) -> Any:
    """-1, 0 or 1."""
    return ops.sign(x)


@legacy("keras.backend.sin", today="`keras.ops.sin`")
def sin(x: Any) -> Any:
    """The sines."""
    return ops.sin(x)


@legacy("keras.backend.sqrt", today="`keras.ops.sqrt`")
def sqrt(x: Any) -> Any:
    """The square roots; those of negative numbers are 0."""
    return ops.sqrt(ops.maximum(x, ops.zeros_like(x)))


@legacy("keras.backend.square", today="`keras.ops.square`")
def square(x: Any) -> Any:
    """The squares."""
    return ops.square(x)


@legacy("keras.backend.clip", today="`keras.ops.clip`")
def clip(x: Any, min_value: Any, max_value: Any) -> Any:
    """Elements below a smallest value become that value, and so do those above a largest one.

    Args:
        x: A tensor.
        min_value: The smallest value, None for no limit. It wins over a largest one below it.
        max_value: The largest value, None for no limit.
    """
    if max_value is not None:
        plain = isinstance(min_value, int | float) and isinstance(max_value, int | float)
        if plain and max_value < min_value:
            max_value = min_value
        x = ops.minimum(x, ops.cast(max_value, _dtype(x)))
    return x if min_value is None else ops.maximum(x, ops.cast(min_value, _dtype(x)))


@legacy("keras.backend.maximum", today="`keras.ops.maximum`")
def maximum(x: Any, y: Any) -> Any:
    """The larger of two elements, everywhere."""
    return ops.maximum(x, y)


@legacy("keras.backend.minimum", today="`keras.ops.minimum`")
def minimum(x: Any, y: Any) -> Any:
    """The smaller of two elements, everywhere."""
    return ops.minimum(x, y)


@legacy("keras.backend.equal", today="`keras.ops.equal`")
def equal(x: Any, y: Any) -> Any:
    """Where x is y."""
    return ops.equal(x, y)


@legacy("keras.backend.not_equal", today="`keras.ops.not_equal`")
def not_equal(x: Any, y: Any) -> Any:
    """Where x is not y."""
    return ops.not_equal(x, y)


@legacy("keras.backend.greater", today="`keras.ops.greater`")
def greater(x: Any, y: Any) -> Any:
    """Where x is above y."""
    return ops.greater(x, y)


@legacy("keras.backend.greater_equal", today="`keras.ops.greater_equal`")
def greater_equal(x: Any, y: Any) -> Any:
    """Where x is y or above it."""
    return ops.greater_equal(x, y)


@legacy("keras.backend.less", today="`keras.ops.less`")
def less(x: Any, y: Any) -> Any:
    """Where x is below y."""
    return ops.less(x, y)


@legacy("keras.backend.less_equal", today="`keras.ops.less_equal`")
def less_equal(x: Any, y: Any) -> Any:
    """Where x is y or below it."""
    return ops.less_equal(x, y)


# -- Reductions -----------------------------------------------------------------------


@legacy("keras.backend.all", today="`keras.ops.all`")
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements along axes are other than 0."""
    return ops.all(ops.cast(x, "bool"), _axes(axis), keepdims)


@legacy("keras.backend.any", today="`keras.ops.any`")
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether some element along axes is other than 0."""
    return ops.any(ops.cast(x, "bool"), _axes(axis), keepdims)


@legacy("keras.backend.argmax", today="`keras.ops.argmax`")
def argmax(x: Any, axis: int = -1) -> Any:
    """Where the largest element along an axis is."""
    return ops.argmax(x, axis)


@legacy("keras.backend.argmin", today="`keras.ops.argmin`")
def argmin(x: Any, axis: int = -1) -> Any:
    """Where the smallest element along an axis is."""
    return ops.argmin(x, axis)


@legacy("keras.backend.cumprod", today="`keras.ops.cumprod`")
def cumprod(x: Any, axis: int = 0) -> Any:
    """The products of all elements up to each one, along an axis."""
    return ops.cumprod(x, axis)


@legacy("keras.backend.cumsum", today="`keras.ops.cumsum`")
def cumsum(x: Any, axis: int = 0) -> Any:
    """The sums of all elements up to each one, along an axis."""
    return ops.cumsum(x, axis)


@legacy("keras.backend.max", today="`keras.ops.max`")
def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest elements along axes."""
    return ops.max(x, _axes(axis), keepdims)


@legacy("keras.backend.mean", today="`keras.ops.mean`")
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The means along axes; those of whole numbers are whole, as they were."""
    x = _number(x)
    return ops.cast(ops.mean(x, _axes(axis), keepdims), _dtype(x))


@legacy("keras.backend.min", today="`keras.ops.min`")
def min(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest elements along axes."""
    return ops.min(x, _axes(axis), keepdims)


@legacy("keras.backend.prod", today="`keras.ops.prod`")
def prod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The products along axes."""
    return ops.prod(x, _axes(axis), keepdims)


@legacy("keras.backend.std", today="`keras.ops.std`")
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviations along axes."""
    return ops.std(_float(x), _axes(axis), keepdims)


@legacy("keras.backend.sum", today="`keras.ops.sum`")
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sums along axes."""
    return ops.sum(x, _axes(axis), keepdims)


@legacy("keras.backend.var", today="`keras.ops.var`")
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variances along axes."""
    return ops.var(_float(x), _axes(axis), keepdims)


@legacy("keras.backend.l2_normalize", today="`keras.ops.normalize`")
def l2_normalize(x: Any, axis: Any = None) -> Any:
    """Divided by the square root of the sum of squares along axes."""
    squares = ops.sum(ops.square(x), _axes(axis), keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, 1e-12)))


# -- Making ---------------------------------------------------------------------------


@legacy("keras.backend.arange", today="`keras.ops.arange`")
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: str = "int32") -> Any:
    """Numbers from ``start`` (0, if it is the only one) up to ``stop``, which is left out."""
    return ops.arange(start, stop, step, dtype=dtype)


@legacy("keras.backend.constant", today="`keras.ops.convert_to_tensor`")
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Any:
    """A tensor of a value.

    Args:
        value: Numbers.
        dtype: Its dtype, ``floatx()`` by default.
        shape: What it is made to: a single number fills it.
        name: Only for graphs, which there are no more.
    """
    x = ops.convert_to_tensor(value, dtype or config.floatx())
    if shape is None:
        return x
    return ops.broadcast_to(x, shape) if ops.size(x) == 1 else ops.reshape(x, shape)


@legacy("keras.backend.eye", today="`keras.ops.eye`")
def eye(size: int, dtype: Any = None, name: str | None = None) -> Any:
    """A variable: the identity matrix."""
    return Variable(ops.eye(size, dtype=dtype or config.floatx()), name=name)


@legacy("keras.backend.ones", today="`keras.ops.ones`")
def ones(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of ones."""
    return Variable(ops.ones(shape, dtype or config.floatx()), name=name)


@legacy("keras.backend.ones_like", today="`keras.ops.ones_like`")
def ones_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Ones in the shape of a tensor."""
    return ops.ones_like(x, dtype)


@legacy("keras.backend.zeros", today="`keras.ops.zeros`")
def zeros(shape: Any, dtype: Any = None, name: str | None = None) -> Any:
    """A variable of zeros."""
    return Variable(ops.zeros(shape, dtype or config.floatx()), name=name)


@legacy("keras.backend.zeros_like", today="`keras.ops.zeros_like`")
def zeros_like(x: Any, dtype: Any = None, name: str | None = None) -> Any:
    """Zeros in the shape of a tensor."""
    return ops.zeros_like(x, dtype)


@legacy("keras.backend.cast", today="`keras.ops.cast`")
def cast(x: Any, dtype: Any) -> Any:
    """In another dtype."""
    return ops.cast(x, dtype)


@legacy("keras.backend.cast_to_floatx", today="`keras.ops.cast(x, keras.config.floatx())`")
def cast_to_floatx(x: Any) -> Any:
    """In the dtype that floats have; what is no tensor becomes an array of NumPy."""
    if ops.is_tensor(x) or isinstance(x, Variable):
        return ops.cast(x, config.floatx())
    return np.asarray(x, config.floatx())


@legacy("keras.backend.one_hot", today="`keras.ops.one_hot`")
def one_hot(indices: Any, num_classes: int) -> Any:
    """1 at each index and 0 elsewhere, along a new last axis."""
    return ops.one_hot(indices, num_classes)


# -- Shapes ---------------------------------------------------------------------------


@legacy("keras.backend.shape", today="`keras.ops.shape`")
def shape(x: Any) -> Any:
    """The shape as a tensor."""
    return ops.convert_to_tensor(ops.shape(x), "int32")


@legacy("keras.backend.int_shape", today="`tensor.shape`")
def int_shape(x: Any) -> tuple[int | None, ...]:
    """The shape; None for sizes that are not known."""
    return tuple(x.shape)


@legacy("keras.backend.ndim", today="`len(tensor.shape)`")
def ndim(x: Any) -> int:
    """The number of axes."""
    return len(x.shape)


@legacy("keras.backend.dtype", today="`keras.backend.standardize_dtype(tensor.dtype)`")
def dtype(x: Any) -> str:
    """The name of the dtype."""
    return standardize_dtype(x.dtype)


@legacy("keras.backend.reshape", today="`keras.ops.reshape`")
def reshape(x: Any, shape: Any) -> Any:
    """The same elements in another shape."""
    return ops.reshape(x, shape)


@legacy("keras.backend.flatten", today="`keras.ops.ravel`")
def flatten(x: Any) -> Any:
    """All elements along one axis."""
    return ops.reshape(x, (-1,))


@legacy("keras.backend.batch_flatten", today="`keras.ops.reshape(x, (keras.ops.shape(x)[0], -1))`")
def batch_flatten(x: Any) -> Any:
    """All elements of each member of a batch along one axis."""
    size = 1
    for d in x.shape[1:]:
        size = -1 if d is None or size < 0 else size * d
    return ops.reshape(x, (-1, size) if size >= 0 else (ops.shape(x)[0], -1))


@legacy("keras.backend.expand_dims", today="`keras.ops.expand_dims`")
def expand_dims(x: Any, axis: int = -1) -> Any:
    """With a new axis of size 1."""
    return ops.expand_dims(x, axis)


@legacy("keras.backend.squeeze", today="`keras.ops.squeeze`")
def squeeze(x: Any, axis: int) -> Any:
    """Without an axis of size 1."""
    return ops.squeeze(x, axis)


@legacy("keras.backend.transpose", today="`keras.ops.transpose`")
def transpose(x: Any) -> Any:
    """With the axes in the opposite order."""
    return ops.transpose(x)


@legacy("keras.backend.permute_dimensions", today="`keras.ops.transpose`")
def permute_dimensions(x: Any, pattern: Sequence[int]) -> Any:
    """With the axes in another order."""
    return ops.transpose(x, pattern)


@legacy("keras.backend.concatenate", today="`keras.ops.concatenate`")
def concatenate(tensors: Sequence[Any], axis: int = -1) -> Any:
    """Tensors one after the other, along an axis that they have."""
    return ops.concatenate(tensors, axis)


@legacy("keras.backend.stack", today="`keras.ops.stack`")
def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """Tensors one after the other, along a new axis."""
    return ops.stack(x, axis)


@legacy("keras.backend.repeat", today="`keras.layers.RepeatVector` or `keras.ops.repeat`")
def repeat(x: Any, n: int) -> Any:
    """Each row of a matrix, n times: (samples, features) becomes (samples, n, features)."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


@legacy("keras.backend.repeat_elements", today="`keras.ops.repeat`")
def repeat_elements(x: Any, rep: int, axis: int) -> Any:
    """Each element along an axis, several times."""
    return ops.repeat(x, rep, axis=axis)


@legacy("keras.backend.tile", today="`keras.ops.tile`")
def tile(x: Any, n: Any) -> Any:
    """A tensor beside copies of itself."""
    return ops.tile(x, (n,) if isinstance(n, int) else n)


@legacy("keras.backend.reverse", today="`keras.ops.flip`")
def reverse(x: Any, axes: Any) -> Any:
    """In the opposite order, along axes."""
    return ops.flip(x, _axes(axes))


@legacy("keras.backend.gather", today="`keras.ops.take(x, indices, axis=0)`")
def gather(reference: Any, indices: Any) -> Any:
    """The rows at some indices."""
    return ops.take(reference, indices, axis=0)


# -- Products -------------------------------------------------------------------------


@legacy("keras.backend.dot", today="`keras.ops.dot`")
def dot(x: Any, y: Any) -> Any:
    """The last axis of x, multiplied with the last but one of y, and summed up."""
    return ops.dot(x, y)


@legacy("keras.backend.batch_dot", today="`keras.ops.einsum` or `keras.layers.Dot`")
def batch_dot(x: Any, y: Any, axes: int | Sequence[int] | None = None) -> Any:
    """The products of the members of two batches, summed up along one axis of each.

    Args:
        x: A tensor of rank 2 or more.
        y: Another one.
        axes: The axis of each; one number for both. By default the last of x, and the last but one
            of y (the last, if y is of rank 2).
    """
    rank_x, rank_y = len(x.shape), len(y.shape)
    if axes is None:
        axes = (rank_x - 1, rank_y - 1 if rank_y == 2 else rank_y - 2)
    a, b = (axes, axes) if isinstance(axes, int) else axes
    a, b = a % rank_x, b % rank_y
    if a == 0 or b == 0:
        raise ValueError(f"batch_dot sums along other axes than the batch's. Received: axes={axes}")
    letters = "abcdefghijklmnopqrstuvwxy"
    left = ["z", *letters[: rank_x - 1]]
    right = ["z", *letters[rank_x - 1 : rank_x + rank_y - 2]]
    right[b] = left[a]
    kept = [c for i, c in enumerate(left) if i != a] + [
        c for i, c in enumerate(right) if i not in (0, b)
    ]
    out = ops.einsum(f"{''.join(left)},{''.join(right)}->{''.join(kept)}", x, y)
    return ops.expand_dims(out, 1) if len(kept) == 1 else out


# -- Functions ------------------------------------------------------------------------


@legacy("keras.backend.switch", today="`keras.ops.cond` or `keras.ops.where`")
def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """One of two values.

    Args:
        condition: A single truth value; or truth values for the first axes of the two, which are
            chosen from element by element.
        then_expression: A tensor, or a function that makes one.
        else_expression: The same, where the condition does not hold.
    """
    if len(ops.shape(condition)) == 0:
        chosen: list[Callable[[], Any]] = [
            x if callable(x) else (lambda x=x: ops.convert_to_tensor(x))
            for x in (then_expression, else_expression)
        ]
        return ops.cond(ops.cast(condition, "bool"), *chosen)
    then: Any = then_expression() if callable(then_expression) else then_expression
    other: Any = else_expression() if callable(else_expression) else else_expression
    missing = len(then.shape) - len(condition.shape)
    condition = ops.reshape(condition, (*ops.shape(condition), *([1] * missing)))
    return ops.where(ops.cast(condition, "bool"), then, other)


@legacy("keras.backend.map_fn", today="`keras.ops.map`")
def map_fn(fn: Callable[..., Any], elems: Any, name: str | None = None, dtype: Any = None) -> Any:
    """What a function makes of each element along the first axis.

    Args:
        fn: The function.
        elems: A tensor, or several in a nest.
        name: Only for graphs, which there are no more.
        dtype: The dtype of the results; by default as the function makes them.
    """
    out = ops.map(fn, elems)
    return out if dtype is None else ops.cast(out, dtype)


@legacy("keras.backend.foldl", today="`keras.ops.scan`")
def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """Elements put together one after the other by ``fn(what is there, element)``.

    Args:
        fn: The function.
        elems: A tensor; what is along its first axis.
        initializer: What is there at first; by default the first element.
        name: Only for graphs, which there are no more.
    """
    elems = ops.convert_to_tensor(elems)
    if initializer is None:
        initializer, elems = elems[0], elems[1:]
    return ops.scan(lambda carry, x: (fn(carry, x), None), initializer, elems)[0]


@legacy("keras.backend.foldr", today="`keras.ops.scan`")
def foldr(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """As `foldl`, from the last element to the first."""
    return foldl(fn, ops.flip(ops.convert_to_tensor(elems), 0), initializer)
