"""Building tensors out of others: joining, cutting, diagonals, products, bits."""

from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis, ordered_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import checked, sizes
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static
from keras_core.ops.arithmetic import abs as absolute
from keras_core.ops.arithmetic import multiply, power, sign
from keras_core.ops.casting import cast, convert_to_tensor
from keras_core.ops.comparison import equal, logical_not
from keras_core.ops.creation import linspace
from keras_core.ops.elementary import exp, log
from keras_core.ops.linear import tensordot
from keras_core.ops.numbers import complex_of
from keras_core.ops.shaping import concatenate, flip, moveaxis, reshape, slice_axis, split
from keras_core.typing import DTypeLike, ShapeLike, Tensor, TensorLike


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


@public("keras.ops.append", "keras.ops.numpy.append")
@op("x1:promote x2:promote axis:axis?")
def append(x1: TensorLike, x2: TensorLike, axis: int | None = None) -> Tensor:
    """``x2`` behind ``x1``.

    Args:
        x1: A tensor.
        x2: A tensor.
        axis: The axis; by default both are flattened.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.append([[1, 2]], [[3, 4]], axis=0)).tolist()
    [[1, 2], [3, 4]]
    """
    if axis is None:
        x1, x2, axis = reshape(x1, (-1,)), reshape(x2, (-1,)), 0
    return concatenate([x1, x2], axis)


def _at_least(x: Any, n: int) -> Any:
    shape = shape_of(x)
    if len(shape) >= n:
        return x
    if n == 3:
        one = (1, *(shape or (1,)), 1) if len(shape) < 2 else (*shape, 1)
        return p.reshape(x, one)
    return p.reshape(x, (1,) * (n - len(shape)) + tuple(shape))


@public("keras.ops.hstack", "keras.ops.numpy.hstack")
@op("xs:*promote")
def hstack(xs: Sequence[TensorLike]) -> Tensor:
    """Tensors side by side: along the second axis, or the first of 1-D tensors.

    Args:
        xs: A list of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hstack([[1, 2], [3]])).tolist()
    [1, 2, 3]
    """
    xs = [_at_least(x, 1) for x in xs]
    return concatenate(xs, 0 if ndim_of(xs[0]) == 1 else 1)


@public("keras.ops.vstack", "keras.ops.numpy.vstack")
@op("xs:*promote")
def vstack(xs: Sequence[TensorLike]) -> Tensor:
    """Tensors on top of each other: along the first axis, 1-D tensors as rows.

    Args:
        xs: A list of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vstack([[1, 2], [3, 4]])).tolist()
    [[1, 2], [3, 4]]
    """
    return concatenate([_at_least(x, 2) for x in xs], 0)


@public("keras.ops.dstack", "keras.ops.numpy.dstack")
@op("xs:*promote")
def dstack(xs: Sequence[TensorLike]) -> Tensor:
    """Tensors behind each other: along the third axis.

    Args:
        xs: A list of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.dstack([[1, 2], [3, 4]])).tolist()
    [[[1, 3], [2, 4]]]
    """
    return concatenate([_at_least(x, 3) for x in xs], 2)


@public("keras.ops.column_stack", "keras.ops.numpy.column_stack")
@op("xs:*promote")
def column_stack(xs: Sequence[TensorLike]) -> Tensor:
    """Tensors as columns of a matrix; 1-D tensors are columns.

    Args:
        xs: A list of tensors.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.column_stack([[1, 2], [3, 4]])).tolist()
    [[1, 3], [2, 4]]
    """
    return concatenate(
        [p.reshape(x, (shape_of(_at_least(x, 1))[0], 1)) if ndim_of(x) < 2 else x for x in xs], 1
    )


@public("keras.ops.hsplit", "keras.ops.numpy.hsplit")
@op("x:any")
def hsplit(x: TensorLike, indices_or_sections: ShapeLike) -> list[Tensor]:
    """A tensor cut along the second axis, or the first of a 1-D tensor.

    Args:
        x: A tensor.
        indices_or_sections: A number of equal parts, or the places to cut at.

    Example:

    >>> from keras_core import ops
    >>> [tuple(part.shape) for part in ops.hsplit(ops.ones((2, 4)), 2)]
    [(2, 2), (2, 2)]
    """
    return split(x, indices_or_sections, 0 if ndim_of(x) == 1 else 1)


@public("keras.ops.vsplit", "keras.ops.numpy.vsplit")
@op("x:any")
def vsplit(x: TensorLike, indices_or_sections: ShapeLike) -> list[Tensor]:
    """A tensor cut along the first axis.

    Args:
        x: A tensor.
        indices_or_sections: A number of equal parts, or the places to cut at.

    Example:

    >>> from keras_core import ops
    >>> [tuple(part.shape) for part in ops.vsplit(ops.ones((4, 2)), 2)]
    [(2, 2), (2, 2)]
    """
    return split(x, indices_or_sections, 0)


@public("keras.ops.dsplit", "keras.ops.numpy.dsplit")
@op("x:any")
def dsplit(x: TensorLike, indices_or_sections: ShapeLike) -> list[Tensor]:
    """A tensor cut along the third axis.

    Args:
        x: A tensor.
        indices_or_sections: A number of equal parts, or the places to cut at.

    Example:

    >>> from keras_core import ops
    >>> [tuple(part.shape) for part in ops.dsplit(ops.ones((2, 3, 4)), 2)]
    [(2, 3, 2), (2, 3, 2)]
    """
    return split(x, indices_or_sections, 2)


@public("keras.ops.fliplr", "keras.ops.numpy.fliplr")
@op("x:any2+")
def fliplr(x: TensorLike) -> Tensor:
    """The columns in reversed order.

    Args:
        x: A tensor with two axes or more.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.fliplr([[1, 2], [3, 4]])).tolist()
    [[2, 1], [4, 3]]
    """
    return p.flip(x, (1,))


@public("keras.ops.flipud", "keras.ops.numpy.flipud")
@op("x:any1+")
def flipud(x: TensorLike) -> Tensor:
    """The rows in reversed order.

    Args:
        x: A tensor with one axis or more.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.flipud([[1, 2], [3, 4]])).tolist()
    [[3, 4], [1, 2]]
    """
    return p.flip(x, (0,))


@public("keras.ops.rot90", "keras.ops.numpy.rot90")
@op("array:any")
def rot90(array: TensorLike, k: int = 1, axes: Sequence[int] = (0, 1)) -> Tensor:
    """A rotation by 90 degrees in the plane of two axes.

    Args:
        array: A tensor with two axes or more.
        k: How often; from the first towards the second axis.
        axes: The two axes.

    Raises:
        ValueError: If the axes are not two, or the tensor has fewer.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.rot90([[1, 2], [3, 4]])).tolist()
    [[2, 4], [1, 3]]
    """
    n = ndim_of(array)
    if n < 2:
        raise ValueError(f"Input array must have at least 2 dimensions. Received: input.ndim={n}")
    plane = ordered_axes(axes, n)
    if len(plane) != 2 or plane[0] == plane[1]:
        raise ValueError(f"Invalid axes: {axes}. Axes must be a tuple of two different dimensions.")
    a, b = plane
    k %= 4
    order = list(range(n))
    order[a], order[b] = b, a
    if k == 0:
        return array
    if k == 2:
        return p.flip(array, tuple(sorted((a, b))))
    if k == 1:
        return p.transpose(p.flip(array, (b,)), tuple(order))
    return p.flip(p.transpose(array, tuple(order)), (b,))


def _diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    n = ndim_of(x)
    if n < 2:
        raise ValueError(
            "A diagonal is that of a tensor with at least two dimensions. Received a tensor of "
            f"shape {native.static_shape(x)}."
        )
    a, b = canonical_axis(axis1, n, "axis1"), canonical_axis(axis2, n, "axis2")
    if a == b:
        raise ValueError(
            f"`axis1` and `axis2` must be two axes. Received: axis1={axis1}, axis2={axis2}"
        )
    shape = shape_of(x)
    row, column = max(-offset, 0), max(offset, 0)
    if not (is_static(shape[a]) and is_static(shape[b])) and isinstance(x, KerasTensor):
        kept = (d for i, d in enumerate(x.shape) if i not in (a, b))
        return KerasTensor((*kept, None), x.dtype)
    count = max(min(shape[a] - row, shape[b] - column), 0)
    rest = tuple(i for i in range(n) if i not in (a, b))
    line = p.reshape(p.arange(0, count, 1, "int32"), (count, 1))
    places = p.concatenate([p.add(line, p.const(row, line)), p.add(line, p.const(column, line))], 1)
    out = p.gather_nd(p.transpose(x, (a, b, *rest)), places)
    return p.transpose(out, (*range(1, ndim_of(out)), 0))


@public("keras.ops.diagonal", "keras.ops.numpy.diagonal")
@op("x:any")
def diagonal(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """A diagonal of the matrices that two axes span, as the last axis.

    Args:
        x: A tensor with two axes or more.
        offset: Which diagonal; positive ones are above the main one.
        axis1: The axis of the rows.
        axis2: The axis of the columns.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diagonal([[1, 2], [3, 4]])).tolist()
    [1, 4]
    """
    return _diagonal(x, offset, axis1, axis2)


@public("keras.ops.trace", "keras.ops.numpy.trace")
@op("x:promote")
def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum of a diagonal.

    Args:
        x: A tensor with two axes or more.
        offset: Which diagonal; positive ones are above the main one.
        axis1: The axis of the rows.
        axis2: The axis of the columns.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.trace([[1, 2], [3, 4]])).tolist()
    5
    """
    d = _diagonal(x, offset, axis1, axis2)
    d = p.cast(d, dtypes.accumulator(p.dtype_of(d)))
    return p.sum(d, (ndim_of(d) - 1,), False)


def _on_diagonal(x: Any, k: int) -> Any:
    (n,) = shape_of(x)
    wide = p.broadcast_to(p.reshape(x, (n, 1)), (n, n))
    i = p.reshape(p.arange(0, n, 1, "int32"), (n, 1))
    square = p.where(p.equal(i, p.reshape(i, (1, n))), wide, p.zeros_like(wide))
    width = ((0, k), (k, 0)) if k >= 0 else ((-k, 0), (0, -k))
    return p.pad(square, width, 0)


@public("keras.ops.diag", "keras.ops.numpy.diag")
@op("x:any")
def diag(x: TensorLike, k: int = 0) -> Tensor:
    """The diagonal of a matrix, or a matrix with a given diagonal.

    Args:
        x: A tensor with one or two axes.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diag([1, 2])).tolist()
    [[1, 0], [0, 2]]
    """
    if ndim_of(x) == 1:
        return _on_diagonal(x, k)
    if ndim_of(x) == 2:
        return _diagonal(x, k, 0, 1)
    raise ValueError(f"`x` must be 1d or 2d. Received: x.shape={native.static_shape(x)}")


@public("keras.ops.diagflat", "keras.ops.numpy.diagflat")
@op("x:any")
def diagflat(x: TensorLike, k: int = 0) -> Tensor:
    """A matrix with the flattened elements on a diagonal.

    Args:
        x: A tensor.
        k: Which diagonal; positive ones are above the main one.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.diagflat([1, 2])).tolist()
    [[1, 0], [0, 2]]
    """
    return _on_diagonal(reshape(x, (-1,)), k)


@public("keras.ops.kron", "keras.ops.numpy.kron")
@op("x1:number x2:number")
def kron(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The Kronecker product.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.kron([1, 2], [1, 10])).tolist()
    [1, 10, 2, 20]
    """
    s1, s2 = list(shape_of(x1)), list(shape_of(x2))
    n = max(len(s1), len(s2))
    s1, s2 = [1] * (n - len(s1)) + s1, [1] * (n - len(s2)) + s2
    a = p.reshape(x1, [d for s in s1 for d in (s, 1)])
    b = p.reshape(x2, [d for s in s2 for d in (1, s)])
    return p.reshape(p.multiply(a, b), [c * d for c, d in zip(s1, s2, strict=True)])


@public("keras.ops.cross", "keras.ops.numpy.cross")
@op("x1:number x2:number")
def cross(
    x1: TensorLike,
    x2: TensorLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """The cross product of vectors with two or three components.

    Args:
        x1: A tensor.
        x2: A tensor.
        axisa: The axis of the components of ``x1``.
        axisb: The axis of the components of ``x2``.
        axisc: The axis of the components of the result.
        axis: All three of them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a = moveaxis(x1, canonical_axis(axisa, ndim_of(x1), "axisa"), -1)
    b = moveaxis(x2, canonical_axis(axisb, ndim_of(x2), "axisb"), -1)
    sizes = native.static_shape(a)[-1], native.static_shape(b)[-1]
    if any(d not in (2, 3) for d in sizes):
        raise ValueError(
            f"`x1` must have size 2 or 3 along axis {axisa} and `x2` along {axisb}. Received: "
            f"shapes {native.static_shape(x1)} and {native.static_shape(x2)}"
        )

    def parts(v: Any) -> list[Any]:
        rest = shape_of(v)[:-1]
        last = ndim_of(v) - 1
        count = native.static_shape(v)[-1] or 0
        out = [p.reshape(slice_axis(v, last, i, i + 1), rest) for i in range(count)]
        return out if count == 3 else [*out, p.zeros_like(out[0])]

    a0, a1, a2 = parts(a)
    b0, b1, b2 = parts(b)

    def minor(u: Any, v: Any, w: Any, z: Any) -> Any:
        return p.subtract(p.multiply(u, v), p.multiply(w, z))

    third = minor(a0, b1, a1, b0)
    if sizes == (2, 2):
        return third
    out = [minor(a1, b2, a2, b1), minor(a2, b0, a0, b2), third]
    shape = (*shape_of(third), 1)
    return moveaxis(p.concatenate([p.reshape(v, shape) for v in out], len(shape) - 1), -1, axisc)


@public("keras.ops.inner", "keras.ops.numpy.inner")
@op("x1:number x2:number")
def inner(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product over the last axes.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.inner([1.0, 2.0], [3.0, 4.0])).tolist()
    11.0
    """
    if not ndim_of(x1) or not ndim_of(x2):
        return p.multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


@public("keras.ops.vdot", "keras.ops.numpy.vdot")
@op("x1:number x2:number")
def vdot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """The product of the flattened tensors, the first conjugated.

    Args:
        x1: A tensor.
        x2: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vdot([1.0, 2.0], [3.0, 4.0])).tolist()
    11.0
    """
    a, b = p.ravel(p.conj(x1)), p.ravel(x2)
    if p.static_shape(a) != p.static_shape(b) and None not in (
        *p.static_shape(a),
        *p.static_shape(b),
    ):
        raise ValueError(
            f"`vdot` takes two tensors of the same size. Received: shapes {p.static_shape(x1)} and "
            f"{p.static_shape(x2)}"
        )
    return p.sum(p.multiply(a, b), (0,), False)


@public("keras.ops.vander", "keras.ops.numpy.vander")
@op("x:number N:size")
def vander(x: TensorLike, N: int | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix: the powers of ``x``.

    Args:
        x: A 1-D tensor.
        N: The number of columns, by default that of the elements.
        increasing: Whether the powers go up.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.vander([1, 2, 3], 3)).tolist()
    [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
    """
    if ndim_of(x) != 1:
        raise ValueError(f"Input tensor must be 1-D. Received: x.shape={native.static_shape(x)}")
    n = shape_of(x)[0]
    count = n if N is None else N
    if not count:
        return (
            p.reshape(slice_axis(x, 0, 0, 0), (n, 0))
            if n == 0
            else p.full((n, 0), 0, p.dtype_of(x))
        )
    column = p.reshape(x, (n, 1))
    wide = p.broadcast_to(column, (n, count))
    first = p.less(p.arange(0, count, 1, "int32"), native.convert(1, "int32"))
    out = p.cumprod(p.where(first, p.ones_like(wide), wide), 1)
    return out if increasing else flip(out, 1)


@public("keras.ops.logspace", "keras.ops.numpy.logspace")
@checked("num:size")
def logspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    base: TensorLike = 10,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Numbers evenly spaced on a logarithmic scale, from ``base**start`` to ``base**stop``.

    Args:
        start: The first exponent, or a tensor of them.
        stop: The last exponent, or a tensor of them.
        num: How many.
        endpoint: Whether the last is included.
        base: The base.
        dtype: The dtype; by default that of the arguments together, a float.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.logspace(0.0, 3.0, 4, base=2)).tolist()
    [1.0, 2.0, 4.0, 8.0]
    """
    out = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return out if dtype is None else cast(out, dtype)


@public("keras.ops.geomspace", "keras.ops.numpy.geomspace")
@checked("num:size")
def geomspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike = None,
    axis: int = 0,
) -> Tensor:
    """Numbers with a constant ratio.

    Args:
        start: The first number, or a tensor of them.
        stop: The last number, or a tensor of them, of the same sign.
        num: How many.
        endpoint: Whether ``stop`` is included.
        dtype: The dtype; by default that of the arguments together, a float.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.geomspace(1.0, 8.0, 4)).tolist()
    [1.0, 2.0, 4.0, 8.0]
    """
    logs = linspace(log(absolute(start)), log(absolute(stop)), num, endpoint, axis=axis)
    signs = linspace(sign(start), sign(stop), num, endpoint, axis=axis)
    out = multiply(signs, exp(logs))
    return out if dtype is None else cast(out, dtype)


@public("keras.ops.select", "keras.ops.numpy.select")
@op("condlist:*bool choicelist:*promote default:promote")
def select(
    condlist: Sequence[TensorLike], choicelist: Sequence[TensorLike], default: TensorLike = 0
) -> Tensor:
    """For each element the choice of the first condition that holds.

    Args:
        condlist: A list of bool tensors.
        choicelist: As many tensors.
        default: What is taken where no condition holds.

    Example:

    >>> from keras_core import ops
    >>> x = ops.arange(4)
    >>> ops.convert_to_numpy(ops.select([x < 1, x > 2], [x + 10, x * 10], default=-1)).tolist()
    [10, -1, -1, 30]
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            "`condlist` and `choicelist` must have the same length. Received: "
            f"{len(condlist)} and {len(choicelist)}"
        )
    out = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        out = p.where(condition, choice, out)
    return out


@public("keras.ops.isin", "keras.ops.numpy.isin")
@op("x1:promote x2:promote")
def isin(
    x1: TensorLike, x2: TensorLike, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Where elements are among those of another tensor.

    Args:
        x1: A tensor.
        x2: The elements to look for.
        assume_unique: Whether no element occurs twice; it makes no difference.
        invert: Whether the result is negated.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.isin([1, 2, 3], [2, 3])).tolist()
    [False, True, True]
    """
    wide = p.reshape(x1, (*shape_of(x1), 1))
    found = p.any(equal(wide, reshape(x2, (-1,))), (ndim_of(wide) - 1,), False)
    return logical_not(found) if invert else found


def _place(indices: Any, shape: Any) -> tuple[Any, tuple[Any, ...]]:
    return indices, sizes(shape, "unravel_index", "shape", least=1)


@public("keras.ops.unravel_index", "keras.ops.numpy.unravel_index")
@op("indices:int", prepare=_place)
def unravel_index(indices: TensorLike, shape: ShapeLike) -> tuple[Tensor, Tensor]:
    """Flat indices as an index for each axis.

    Args:
        indices: Integers.
        shape: The shape of the tensor that is indexed.

    Returns:
        A tuple of tensors.

    Example:

    >>> from keras_core import ops
    >>> [ops.convert_to_numpy(axis).tolist() for axis in ops.unravel_index([1, 5], (2, 3))]
    [[0, 1], [1, 2]]
    """
    total = 1
    for d in shape:
        total *= d
    rest = p.where(
        p.less(indices, p.zeros_like(indices)), p.add(indices, p.const(total, indices)), indices
    )
    out = []
    for d in reversed(shape):
        size = p.const(d, rest)
        out.append(p.mod(rest, size))
        rest = p.floor_divide(rest, size)
    return tuple(reversed(out))


_INT_OF_WIDTH = {1: "int8", 2: "int16", 4: "int32", 8: "int64"}


def _width(dtype: str) -> int:
    return dtypes.numpy_dtype(dtype).itemsize


@public("keras.ops.view", "keras.ops.numpy.view")
@op("x:any dtype:dtype")
def view(x: TensorLike, dtype: DTypeLike = None) -> Tensor:
    """The bits read as another dtype.

    Args:
        x: A tensor.
        dtype: The dtype. If it is narrower or wider, the last axis grows or shrinks.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view(ops.array([1.0], dtype="float32"), "int32")).tolist()
    [1065353216]
    """
    source = p.dtype_of(x)
    if dtype is None or dtype == source:
        return x
    if source == "bool":
        x, source = p.cast(x, "uint8"), "uint8"
    if dtype == "bool":
        return p.cast(view(x, "uint8"), "bool")
    a, b = _width(source), _width(dtype)
    if a == b:
        return p.bitcast(x, dtype)
    shape = shape_of(x)
    bits = p.bitcast(x, _INT_OF_WIDTH[a]) if source != _INT_OF_WIDTH[a] else x
    n = len(shape)
    if a > b:
        parts = []
        for k in range(a // b):
            moved = p.right_shift(bits, p.const(8 * b * k, bits))
            parts.append(p.reshape(p.cast(moved, _INT_OF_WIDTH[b]), (*shape, 1)))
        out = p.reshape(p.concatenate(parts, n), (*shape[:-1], shape[-1] * (a // b)))
    else:
        ratio = b // a
        if shape[-1] % ratio:
            raise ValueError(
                f"Cannot view a tensor of shape {native.static_shape(x)} and dtype {source} as "
                f"{dtype}: the size of the last axis must be divisible by {ratio}."
            )
        wide = p.cast(p.reshape(bits, (*shape[:-1], shape[-1] // ratio, ratio)), _INT_OF_WIDTH[b])
        wide = p.bitwise_and(wide, p.const((1 << (8 * a)) - 1, wide))
        steps = p.arange(0, ratio, 1, _INT_OF_WIDTH[b])
        out = p.sum(p.left_shift(wide, p.multiply(steps, p.const(8 * a, steps))), (n,), False)
    return out if dtype == _INT_OF_WIDTH[b] else p.bitcast(out, dtype)


@public("keras.ops.view_as_complex")
@op("x:float")
def view_as_complex(x: TensorLike) -> tuple[Tensor, Tensor]:
    """Complex numbers from a last axis of their two parts.

    Args:
        x: A tensor whose last axis has size 2.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view_as_complex([[1.0, 2.0]])).tolist()
    [(1+2j)]
    """
    if not ndim_of(x) or native.static_shape(x)[-1] != 2:
        raise ValueError(
            "Last dimension of input must be size 2 (real and imaginary). Received: shape "
            f"{native.static_shape(x)}"
        )
    rest, last = shape_of(x)[:-1], ndim_of(x) - 1
    first, second = (p.reshape(slice_axis(x, last, i, i + 1), rest) for i in range(2))
    return complex_of(first, second)


@public("keras.ops.view_as_real")
@op("x:any")
def view_as_real(x: TensorLike) -> Tensor:
    """The two parts of complex numbers as a last axis.

    Args:
        x: A complex tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.view_as_real(ops.array([1 + 2j], dtype="complex64"))).tolist()
    [[1.0, 2.0]]
    """
    if p.dtype_of(x) not in dtypes.COMPLEX:
        raise TypeError(f"`view_as_real` expects complex numbers. Received: dtype {p.dtype_of(x)}")
    shape = (*shape_of(x), 1)
    return p.concatenate([p.reshape(p.real(x), shape), p.reshape(p.imag(x), shape)], len(shape) - 1)
