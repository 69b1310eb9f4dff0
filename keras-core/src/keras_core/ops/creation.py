"""New tensors."""

from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import checked, sizes
from keras_core.core.graph.nodes import recorded
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core.typing import DTypeLike, ShapeLike, Tensor, TensorLike


def _dtype(dtype: Any) -> str:
    return dtypes.narrow(dtypes.standardize_dtype(dtype))


@public("keras.ops.zeros", "keras.ops.numpy.zeros")
@recorded
def zeros(shape: ShapeLike, dtype: DTypeLike = None) -> Tensor:
    """Zeros.

    Args:
        shape: The shape.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.zeros((2,))).tolist()
    [0.0, 0.0]
    """
    return p.full(sizes(shape, "zeros", "shape"), 0, _dtype(dtype))


@public("keras.ops.ones", "keras.ops.numpy.ones")
@recorded
def ones(shape: ShapeLike, dtype: DTypeLike = None) -> Tensor:
    """Ones.

    Args:
        shape: The shape.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ones((2, 2))).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    return p.full(sizes(shape, "ones", "shape"), 1, _dtype(dtype))


@public("keras.ops.empty", "keras.ops.numpy.empty")
@recorded
def empty(shape: ShapeLike, dtype: DTypeLike = None) -> Tensor:
    """A tensor whose values do not matter.

    Args:
        shape: The shape.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.empty((2, 3)).shape)
    (2, 3)
    """
    return p.full(sizes(shape, "empty", "shape"), 0, _dtype(dtype))


@public("keras.ops.full", "keras.ops.numpy.full")
@recorded
def full(shape: ShapeLike, fill_value: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """A tensor filled with a value.

    Args:
        shape: The shape.
        fill_value: A number, or a tensor that broadcasts to the shape.
        dtype: The dtype, `floatx` by default, whatever the value.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.full((2,), 7)).tolist()
    [7.0, 7.0]
    """
    target = _dtype(dtypes.config.floatx() if dtype is None else dtype)
    shape = sizes(shape, "full", "shape")
    if isinstance(fill_value, (bool, int, float, complex)):
        if target in dtypes.INTS and not isinstance(fill_value, complex):
            fill_value = int(fill_value)
        elif isinstance(fill_value, bool) and target != "bool":
            fill_value = float(fill_value)
        return p.full(shape, fill_value, target)
    value = (
        fill_value if isinstance(fill_value, KerasTensor) else native.convert(fill_value, target)
    )
    return p.broadcast_to(value, shape)


@public("keras.ops.zeros_like", "keras.ops.numpy.zeros_like")
@op("x:any dtype:dtype")
def zeros_like(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """Zeros of the shape of ``x``.

    Args:
        x: A tensor.
        dtype: The dtype, by default that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.zeros_like([3, 4])).tolist()
    [0, 0]
    """
    return p.full(native.shape_of(x), 0, dtype or p.dtype_of(x))


@public("keras.ops.ones_like", "keras.ops.numpy.ones_like")
@op("x:any dtype:dtype")
def ones_like(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """Ones of the shape of ``x``.

    Args:
        x: A tensor.
        dtype: The dtype, by default that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ones_like([3, 4])).tolist()
    [1, 1]
    """
    return p.full(native.shape_of(x), 1, dtype or p.dtype_of(x))


@public("keras.ops.empty_like", "keras.ops.numpy.empty_like")
@op("x:any dtype:dtype")
def empty_like(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """A tensor of the shape of ``x`` whose values do not matter.

    Args:
        x: A tensor.
        dtype: The dtype, by default that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.empty_like(ops.ones((2, 3))).shape)
    (2, 3)
    """
    return p.full(native.shape_of(x), 0, dtype or p.dtype_of(x))


@public("keras.ops.full_like", "keras.ops.numpy.full_like")
@op("x:any fill_value:any dtype:dtype")
def full_like(x: TensorLike, fill_value: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """A tensor of the shape of ``x`` filled with a value.

    Args:
        x: A tensor.
        fill_value: A number, or a tensor that broadcasts to the shape.
        dtype: The dtype, by default that of ``x``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.full_like([1, 2], 7)).tolist()
    [7, 7]
    """
    target = dtype or p.dtype_of(x)
    value = fill_value if p.dtype_of(fill_value) == target else p.cast(fill_value, target)
    return p.broadcast_to(value, native.shape_of(x))


@public("keras.ops.arange", "keras.ops.numpy.arange")
@recorded
def arange(
    start: TensorLike,
    stop: TensorLike | None = None,
    step: TensorLike | None = None,
    dtype: DTypeLike = None,
) -> Tensor:
    """``start, start + step, ...`` below ``stop``.

    Args:
        start: Where to start; with no other argument, where to stop, from 0.
        stop: Where to stop; it is not included.
        step: The step, 1 by default.
        dtype: The dtype; by default that of the arguments together.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.arange(1, 7, 2)).tolist()
    [1, 3, 5]
    """
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    values = [_plain(v) for v in (start, stop, step)]
    if isinstance(values[2], (int, float)) and values[2] == 0:
        raise ValueError("`arange` expects a step that is not 0. Received: step=0")
    if dtype is None:
        dtype = dtypes.result_type(*(native.natural_dtype(v) for v in (start, stop, step)))
    return p.arange(*values, _dtype(dtype))


def _plain(v: Any) -> Any:
    """A Python number for a 0-d tensor with a value."""
    if isinstance(v, (int, float, Dim)):
        return v
    if native.is_engine_tensor(v) and native.is_tracing():
        return v
    value = native.to_numpy(v)
    if value.size != 1:
        raise ValueError(f"`arange` expected numbers. Received: a value of shape {value.shape}")
    return value.item()


@public("keras.ops.linspace", "keras.ops.numpy.linspace")
def linspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Evenly spaced numbers.

    Args:
        start: The first number, or a tensor of them.
        stop: The last number, or a tensor of them.
        num: How many.
        endpoint: Whether ``stop`` is the last number.
        retstep: Whether the step is returned too.
        dtype: The dtype; by default that of the arguments together, a float.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.linspace(0.0, 1.0, 3)).tolist()
    [0.0, 0.5, 1.0]
    """
    out, step = _linspace(start, stop, num, endpoint, dtype, axis)
    return (out, step) if retstep else out


@op("start:float stop:float num:size dtype:dtype", name="linspace", register=False)
def _linspace(
    start: TensorLike,
    stop: TensorLike,
    num: int,
    endpoint: bool,
    dtype: DTypeLike | None,
    axis: int,
) -> Any:
    divisor = num - 1 if endpoint else num
    compute = p.dtype_of(start)
    step = p.divide(p.subtract(stop, start), p.const(float(max(divisor, 1)), start))
    if divisor < 1:
        step = p.multiply(step, p.const(float("nan"), start))
    line = p.arange(0, num, 1, compute)
    shape = native.shape_of(step)
    n = len(shape)
    at = canonical_axis(axis, n + 1)
    line_shape = [1] * (n + 1)
    line_shape[at] = num
    line = p.reshape(line, line_shape)
    wide = (*shape[:at], 1, *shape[at:])
    first, delta = p.reshape(p.broadcast_to(start, shape), wide), p.reshape(step, wide)
    if divisor < 1:
        out = p.add(first, p.multiply(line, p.zeros_like(delta)))
    else:
        out = p.add(first, p.multiply(line, delta))
        if endpoint and num > 1:  # the last number is exact
            last = p.reshape(p.broadcast_to(stop, shape), wide)
            is_last = p.equal(line, p.const(float(num - 1), line))
            out = p.where(is_last, last, out)
    if dtype is not None and dtype != compute:
        out = p.cast(p.floor(out) if dtype in dtypes.INTS else out, dtype)
    return out, step


@public("keras.ops.eye", "keras.ops.numpy.eye")
@recorded
@checked("N:size M:size")
def eye(N: int, M: int | None = None, k: int = 0, dtype: DTypeLike = None) -> Tensor:
    """Ones on a diagonal, zeros elsewhere.

    Args:
        N: The number of rows.
        M: The number of columns, by default that of the rows.
        k: Which diagonal; positive ones are above the main one.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.eye(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return _triangle(N, M, k, dtype, p.equal)


@public("keras.ops.tri", "keras.ops.numpy.tri")
@recorded
@checked("N:size M:size")
def tri(N: int, M: int | None = None, k: int = 0, dtype: DTypeLike = None) -> Tensor:
    """Ones on and below a diagonal, zeros above.

    Args:
        N: The number of rows.
        M: The number of columns, by default that of the rows.
        k: Which diagonal; positive ones are above the main one.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tri(2)).tolist()
    [[1.0, 0.0], [1.0, 1.0]]
    """
    return _triangle(N, M, k, dtype, lambda i, j: p.less_equal(j, i))


def _triangle(n: Any, m: Any, k: int, dtype: Any, compare: Any) -> Any:
    m = n if m is None else m
    i = p.reshape(p.arange(0, n, 1, "int32"), (n, 1))
    j = p.reshape(p.arange(-k, m - k, 1, "int32"), (1, m))
    return p.cast(compare(i, j), _dtype(dtype))


@public("keras.ops.identity", "keras.ops.numpy.identity")
@recorded
@checked("n:size")
def identity(n: int, dtype: DTypeLike = None) -> Tensor:
    """The identity matrix.

    Args:
        n: The number of rows and columns.
        dtype: The dtype, `floatx` by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.identity(2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return eye(n, dtype=dtype)


@public("keras.ops.meshgrid", "keras.ops.numpy.meshgrid")
def meshgrid(*x: TensorLike, indexing: str = "xy") -> list[Any]:
    """Coordinate matrices from coordinate vectors.

    Args:
        *x: 1-D tensors; others are flattened.
        indexing: ``"xy"`` or ``"ij"``: the order of the first two axes.

    Example:

    >>> from keras_core import ops
    >>> a, b = ops.meshgrid([1, 2], [3, 4])
    >>> ops.convert_to_numpy(a).tolist(), ops.convert_to_numpy(b).tolist()
    ([[1, 2], [1, 2]], [[3, 3], [4, 4]])
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"Valid values for `indexing` are 'xy' and 'ij', but received indexing={indexing!r}"
        )
    return list(_meshgrid(list(x), indexing)) if x else []


@op("xs:*any", name="meshgrid")
def _meshgrid(xs: list[Any], indexing: str) -> Any:
    xs = [p.ravel(x) if native.ndim_of(x) > 1 else x for x in xs]
    sizes = [native.shape_of(x)[0] if native.ndim_of(x) else 1 for x in xs]
    order = list(range(len(xs)))
    if indexing == "xy" and len(xs) > 1:
        order[0], order[1] = 1, 0
    full = [sizes[i] for i in order]
    out = []
    for i, x in enumerate(xs):
        line = [1] * len(xs)
        line[order.index(i)] = sizes[i]
        out.append(p.broadcast_to(p.reshape(x, line), full))
    return tuple(out)


@public("keras.ops.tril", "keras.ops.numpy.tril")
@op("x:any2+")
def tril(x: TensorLike, k: int = 0) -> Tensor:
    """The part of matrices on and below a diagonal.

    Args:
        x: A tensor of shape ``(..., m, n)``.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tril([[1, 2], [3, 4]])).tolist()
    [[1, 0], [3, 4]]
    """
    return p.lower(x, k)


@public("keras.ops.triu", "keras.ops.numpy.triu")
@op("x:any2+")
def triu(x: TensorLike, k: int = 0) -> Tensor:
    """The part of matrices on and above a diagonal.

    Args:
        x: A tensor of shape ``(..., m, n)``.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.triu([[1, 2], [3, 4]])).tolist()
    [[1, 2], [0, 4]]
    """
    return p.upper(x, k)
