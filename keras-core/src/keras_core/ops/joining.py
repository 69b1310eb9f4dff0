"""Joining, cutting and turning along axes by name."""

from collections.abc import Sequence
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base.axes import ordered_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.shaping import concatenate, reshape, split
from keras_core.typing import ShapeLike, Tensor, TensorLike


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
        turned: Any = array
        return turned
    if k == 2:
        return p.flip(array, tuple(sorted((a, b))))
    if k == 1:
        return p.transpose(p.flip(array, (b,)), tuple(order))
    return p.flip(p.transpose(array, tuple(order)), (b,))
