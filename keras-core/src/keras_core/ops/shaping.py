"""Shapes: reshaping, transposing, joining, splitting, repeating, padding."""

import math
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axes, canonical_axis, ordered_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import sizes
from keras_core.core.primitives.shaping import cannot_reshape
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static, shapes_agree
from keras_core.ops.reductions import dimension_tensor
from keras_core.typing import PadWidth, ShapeLike, Tensor, TensorLike


def _target_shape(x: Any, newshape: Any) -> tuple[Any, Any]:
    """The new shape as a tuple in which -1 is resolved where it can be."""
    if type(newshape) is tuple and {*map(type, newshape)} == {int} and min(newshape) >= 0:
        return x, newshape  # engines check the sizes anyway
    old = native.static_shape(x)
    dims = list(sizes(newshape, "reshape", "newshape", least=-1))
    static = all(map(is_static, dims))
    open_at = [i for i, d in enumerate(dims) if is_static(d) and d == -1]
    if len(open_at) > 1:
        raise ValueError(
            "There must be at most one unknown dimension (-1) in newshape. Received: "
            f"newshape={tuple(newshape)}."
        )
    if not static or None in old:
        return x, tuple(dims)
    total = math.prod(old)  # type: ignore[arg-type]  # None was excluded
    if open_at:
        rest = -math.prod(dims)
        dims[open_at[0]] = total // rest if rest else 0
    if math.prod(dims) != total:
        raise ValueError(cannot_reshape(old, newshape))
    return x, tuple(dims)


@public("keras.ops.reshape", "keras.ops.numpy.reshape")
@op("x:any newshape:shape", prepare=_target_shape)
def reshape(x: TensorLike, newshape: ShapeLike) -> Tensor:
    """The elements in another shape, in row-major order.

    Args:
        x: A tensor.
        newshape: The shape; one entry may be -1: what is left.

    Raises:
        ValueError: If the number of elements differs.

    Example:

    >>> from keras_core import ops
    >>> ops.reshape(ops.arange(6), (2, -1)).shape[1]
    3
    """
    return p.reshape(x, newshape)


def _axes_order(x: Any, axes: Any) -> tuple[Any, tuple[int, ...]]:
    n = ndim_of(x)
    if axes is None:
        return x, tuple(reversed(range(n)))
    if type(axes) is tuple and len(axes) == n and {*axes} == {*range(n)}:
        return x, axes
    order = ordered_axes(axes, n)
    if sorted(order) != [*range(n)]:
        raise ValueError(
            f"`axes` must be a permutation of the axes of a tensor with {n} axes. "
            f"Received: axes={tuple(axes)}"
        )
    return x, order


@public("keras.ops.transpose", "keras.ops.numpy.transpose")
@op("x:any", prepare=_axes_order)
def transpose(x: TensorLike, axes: ShapeLike | None = None) -> Tensor:
    """The axes in another order.

    Args:
        x: A tensor.
        axes: The order; by default reversed.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.transpose(ops.ones((2, 3, 4)), (0, 2, 1)))
    (2, 4, 3)
    """
    return p.transpose(x, axes)


def _two_axes(x: Any, axis1: Any, axis2: Any) -> tuple[Any, int, int]:
    n = ndim_of(x)
    return x, canonical_axis(axis1, n, "axis1"), canonical_axis(axis2, n, "axis2")


@public("keras.ops.swapaxes", "keras.ops.numpy.swapaxes")
@op("x:any", prepare=_two_axes)
def swapaxes(x: TensorLike, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged.

    Args:
        x: A tensor.
        axis1: An axis.
        axis2: Another axis.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.swapaxes(ops.ones((2, 3, 4)), 0, 2).shape)
    (4, 3, 2)
    """
    order = list(range(ndim_of(x)))
    order[axis1], order[axis2] = axis2, axis1
    return p.transpose(x, tuple(order))


def _moves(x: Any, source: Any, destination: Any) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    n = ndim_of(x)
    sources = tuple(source) if isinstance(source, (list, tuple)) else (source,)
    targets = tuple(destination) if isinstance(destination, (list, tuple)) else (destination,)
    if len(sources) != len(targets):
        raise ValueError(
            "`source` and `destination` must have the same number of axes. "
            f"Received: source={source}, destination={destination}"
        )
    canonical_axes(sources, n, "source")  # no axis twice
    canonical_axes(targets, n, "destination")
    return (
        x,
        tuple(canonical_axis(a, n, "source") for a in sources),
        tuple(canonical_axis(a, n, "destination") for a in targets),
    )


@public("keras.ops.moveaxis", "keras.ops.numpy.moveaxis")
@op("x:any", prepare=_moves)
def moveaxis(x: TensorLike, source: ShapeLike, destination: ShapeLike) -> Tensor:
    """Axes moved to other places.

    Args:
        x: A tensor.
        source: An axis or several.
        destination: Where they go.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.moveaxis(ops.ones((2, 3, 4)), 0, -1).shape)
    (3, 4, 2)
    """
    order = [i for i in range(ndim_of(x)) if i not in source]
    for target, axis in sorted(zip(destination, source, strict=True)):
        order.insert(target, axis)
    return p.transpose(x, tuple(order))


def _new_axes(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    places = tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)
    return x, canonical_axes(places, ndim_of(x) + len(places))


@public("keras.ops.expand_dims", "keras.ops.numpy.expand_dims")
@op("x:any", prepare=_new_axes)
def expand_dims(x: TensorLike, axis: ShapeLike) -> Tensor:
    """A new axis of size 1.

    Args:
        x: A tensor.
        axis: Where it goes, or several places.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.expand_dims(ops.ones((2, 3)), 0))
    (1, 2, 3)
    """
    shape = shape_of(x)
    sizes = iter(shape)
    n = len(shape) + len(axis)
    return p.reshape(x, tuple(1 if i in axis else next(sizes) for i in range(n)))


def _axes_of_size_1(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    shape = native.static_shape(x)
    if axis is None:
        return x, tuple(i for i, d in enumerate(shape) if d == 1)
    gone = canonical_axes(axis, len(shape))
    allowed = (1,) if isinstance(x, KerasTensor) else (1, None)
    for a in gone:
        if shape[a] not in allowed:
            raise ValueError(
                f"Cannot squeeze axis {a} of a tensor of shape {shape}: its size is not 1."
            )
    return x, gone


@public("keras.ops.squeeze", "keras.ops.numpy.squeeze")
@op("x:any", prepare=_axes_of_size_1)
def squeeze(x: TensorLike, axis: ShapeLike | None = None) -> Tensor:
    """Axes of size 1 removed.

    Args:
        x: A tensor.
        axis: The axis or axes to remove; all of size 1 by default.

    Raises:
        ValueError: If an axis has another size.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.squeeze(ops.ones((1, 3, 1)), axis=0).shape)
    (3, 1)
    """
    return p.reshape(x, tuple(d for i, d in enumerate(shape_of(x)) if i not in axis))


@public("keras.ops.ravel", "keras.ops.numpy.ravel")
@op("x:any")
def ravel(x: TensorLike) -> Tensor:
    """All elements along one axis.

    Args:
        x: A tensor.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.ravel([[1, 2], [3, 4]])).tolist()
    [1, 2, 3, 4]
    """
    return reshape(x, (-1,))


def _counted(name: str, argument: str) -> Callable[..., tuple[Any, ...]]:
    """Numbers of at least 0 in the second place."""

    def prepare(x: Any, counts: Any, *rest: Any) -> tuple[Any, ...]:
        return x, sizes(counts, name, argument), *rest

    return prepare


def _wider(x: Any, shape: Any) -> tuple[Any, tuple[Any, ...]]:
    shape = sizes(shape, "broadcast_to", "shape")
    if len(shape) < ndim_of(x):  # which some engines take for the shape of one element
        p.broadcast_to.rule(x, shape)
    return x, shape


@public("keras.ops.broadcast_to", "keras.ops.numpy.broadcast_to")
@op("x:any shape:shape", prepare=_wider)
def broadcast_to(x: TensorLike, shape: ShapeLike) -> Tensor:
    """``x`` repeated to a shape.

    Args:
        x: A tensor.
        shape: A shape that ``x`` broadcasts to.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.broadcast_to([1, 2], (2, 2))).tolist()
    [[1, 2], [1, 2]]
    """
    return p.broadcast_to(x, shape)


@public("keras.ops.concatenate", "keras.ops.numpy.concatenate")
@op("xs:*promote axis:axis?")
def concatenate(xs: Sequence[TensorLike], axis: int | None = 0) -> Tensor:
    """Tensors joined along an axis.

    Args:
        xs: A list of tensors whose other axes agree.
        axis: The axis; None to flatten the tensors first.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.concatenate([[1, 2], [3]])).tolist()
    [1, 2, 3]
    """
    if axis is None:
        return p.concatenate([p.ravel(x) for x in xs], 0)
    n = ndim_of(xs[0])
    for x in xs:  # sizes are checked by engines, but torch takes ``[]`` with any rank
        if ndim_of(x) != n:
            p.check_joined(xs, axis)
    return p.concatenate(xs, axis)


def _stacked(x: Any, axis: Any) -> tuple[Any, int]:
    shapes = [native.static_shape(v) for v in x]
    if not all(shapes_agree(shape, shapes[0]) for shape in shapes):
        raise ValueError(f"`stack` joins tensors of one shape. Received: shapes {shapes}")
    return x, canonical_axis(axis, len(shapes[0]) + 1)


@public("keras.ops.stack", "keras.ops.numpy.stack")
@op("x:*promote", prepare=_stacked)
def stack(x: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Tensors joined along a new axis.

    Args:
        x: A list of tensors of one shape.
        axis: Where the new axis goes.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.stack([[1, 2], [3, 4]], axis=1)).tolist()
    [[1, 3], [2, 4]]
    """
    out = []
    for t in x:
        shape = shape_of(t)
        out.append(p.reshape(t, (*shape[:axis], 1, *shape[axis:])))
    return p.concatenate(out, axis)


def slice_axis(x: Any, axis: int, start: Any, stop: Any, step: int = 1) -> Any:
    """``x[start:stop:step]`` along one axis; the bounds are in range."""
    stops = list(shape_of(x))
    starts, steps = [0] * len(stops), [1] * len(stops)
    starts[axis], stops[axis], steps[axis] = start, stop, step
    return p.slice(x, tuple(starts), tuple(stops), tuple(steps))


def _cuts(x: Any, indices_or_sections: ShapeLike, axis: int) -> tuple[Any, Any, int]:
    """The number of parts, or the places to cut at as a list of ints."""
    cuts = indices_or_sections
    if isinstance(cuts, (list, tuple, np.ndarray)) or native.is_engine_tensor(cuts):
        cuts = list(sizes(cuts, "split", "indices_or_sections", least=-sys.maxsize))
    else:
        (cuts,) = sizes(cuts, "split", "indices_or_sections", least=1)
    return x, cuts, axis


def _split(x: Any, indices_or_sections: ShapeLike, axis: int, equal: bool) -> list[Any]:
    total = shape_of(x)[axis]
    if isinstance(indices_or_sections, int):
        k = indices_or_sections
        if not is_static(total):
            each = total // k
            if equal:
                return [slice_axis(x, axis, each * i, each * (i + 1)) for i in range(k)]
        bounds = [0]
        for i in range(k):  # the first ones take what is left
            bounds.append(bounds[-1] + (total - i + k - 1) // k)
    else:
        places = indices_or_sections
        places = [i + total if i < 0 else i for i in places]
        if is_static(total):
            places = [min(max(i, 0), total) for i in places]
        bounds = [0, *places, total]
    return [
        slice_axis(x, axis, a, max(a, b) if is_static(a) and is_static(b) else b)
        for a, b in pairwise(bounds)
    ]


def _parts(x: Any, indices_or_sections: ShapeLike, axis: int) -> tuple[Any, Any, int]:
    k = _cuts(x, indices_or_sections, axis)[1]
    total = native.static_shape(x)[axis]
    if isinstance(k, int) and total is not None and total % k:
        raise ValueError(
            "`x` size along the split axis must be divisible by `indices_or_sections`. "
            f"Received: indices_or_sections={k}, x.shape={native.static_shape(x)}, axis={axis}"
        )
    return x, k, axis


@public("keras.ops.split", "keras.ops.numpy.split")
@op("x:any axis:axis", prepare=_parts)
def split(x: TensorLike, indices_or_sections: ShapeLike, axis: int = 0) -> list[Tensor]:
    """A tensor cut along an axis.

    Args:
        x: A tensor.
        indices_or_sections: A number of equal parts, or the places to cut at.
        axis: The axis.

    Returns:
        A list of tensors.

    Raises:
        ValueError: If the axis cannot be cut into equal parts.

    Example:

    >>> from keras_core import ops
    >>> [tuple(part.shape) for part in ops.split(ops.ones((6, 2)), 3)]
    [(2, 2), (2, 2), (2, 2)]
    """
    return _split(x, indices_or_sections, axis, True)


@public("keras.ops.array_split", "keras.ops.numpy.array_split")
@op("x:any axis:axis", prepare=_cuts)
def array_split(x: TensorLike, indices_or_sections: ShapeLike, axis: int = 0) -> list[Tensor]:
    """A tensor cut along an axis into parts of nearly equal size.

    Args:
        x: A tensor.
        indices_or_sections: A number of parts, or the places to cut at.
        axis: The axis.

    Returns:
        A list of tensors.

    Example:

    >>> from keras_core import ops
    >>> [tuple(part.shape) for part in ops.array_split(ops.arange(7), 3)]
    [(3,), (2,), (2,)]
    """
    return _split(x, indices_or_sections, axis, False)


@public("keras.ops.unstack")
@op("x:any axis:axis")
def unstack(x: TensorLike, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """The slices along an axis.

    Args:
        x: A tensor.
        num: The size of the axis, if it is not known.
        axis: The axis.

    Returns:
        A list of tensors with one axis less.

    Example:

    >>> from keras_core import ops
    >>> [ops.convert_to_numpy(row).tolist() for row in ops.unstack([[1, 2], [3, 4]])]
    [[1, 2], [3, 4]]
    """
    shape = shape_of(x)
    count = num if num is not None else shape[axis]
    if not is_static(count):
        raise ValueError(
            f"`unstack` along axis {axis}, whose size is not known, needs `num`. "
            f"Received: x.shape={native.static_shape(x)}"
        )
    rest = (*shape[:axis], *shape[axis + 1 :])
    return [p.reshape(slice_axis(x, axis, i, i + 1), rest) for i in range(count)]


@public("keras.ops.tile", "keras.ops.numpy.tile")
@op("x:any repeats:shape", prepare=_counted("tile", "repeats"))
def tile(x: TensorLike, repeats: ShapeLike) -> Tensor:
    """``x`` repeated as a whole.

    Args:
        x: A tensor.
        repeats: How often along each axis, the last ones if there are fewer.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.tile([1, 2], 2)).tolist()
    [1, 2, 1, 2]
    """
    counts = list(repeats)
    shape = list(shape_of(x))
    n = max(len(shape), len(counts))
    shape = [1] * (n - len(shape)) + shape
    counts = [1] * (n - len(counts)) + counts
    pairs = [d for c, s in zip(counts, shape, strict=True) for d in (1, s)]
    wide = [d for c, s in zip(counts, shape, strict=True) for d in (c, s)]
    out = p.broadcast_to(p.reshape(x, pairs), wide)
    return p.reshape(out, tuple(c * s for c, s in zip(counts, shape, strict=True)))


@public("keras.ops.repeat", "keras.ops.numpy.repeat")
@op("x:any repeats:shape axis:axis?", prepare=_counted("repeat", "repeats"))
def repeat(x: TensorLike, repeats: ShapeLike, axis: int | None = None) -> Tensor:
    """Each element repeated.

    Args:
        x: A tensor.
        repeats: How often, or how often each element along the axis.
        axis: The axis; by default the tensor is flattened.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.repeat([1, 2], 2)).tolist()
    [1, 1, 2, 2]
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    shape = shape_of(x)
    if len(repeats) != 1:
        if is_static(shape[axis]) and len(repeats) != shape[axis]:
            raise ValueError(
                "`repeats` must be one number, or as many as the axis has elements. Received: "
                f"repeats={repeats}, x.shape={native.static_shape(x)}, axis={axis}"
            )
        places = [i for i, c in enumerate(repeats) for _ in range(c)]
        return p.take(x, native.convert(places, "int32"), axis)
    wide = p.reshape(x, (*shape[: axis + 1], 1, *shape[axis + 1 :]))
    wide = p.broadcast_to(wide, (*shape[: axis + 1], *repeats, *shape[axis + 1 :]))
    return p.reshape(wide, (*shape[:axis], shape[axis] * repeats[0], *shape[axis + 1 :]))


@public("keras.ops.flip", "keras.ops.numpy.flip")
@op("x:any")
def flip(x: TensorLike, axis: ShapeLike | None = None) -> Tensor:
    """The order of the elements reversed.

    Args:
        x: A tensor.
        axis: The axis or axes; all of them by default.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.flip([[1, 2], [3, 4]], axis=1)).tolist()
    [[2, 1], [4, 3]]
    """
    return p.flip(x, canonical_axes(axis, ndim_of(x)))


def _shifts(x: Any, shift: Any, axis: Any) -> tuple[Any, Any, Any]:
    """As many shifts as axes; an axis may be moved along twice."""
    shifts = sizes(shift, "roll", "shift", least=-sys.maxsize)
    if axis is None:
        return x, (sum(shifts),), None
    n = ndim_of(x)
    axes = [canonical_axis(a, n) for a in (axis if isinstance(axis, (list, tuple)) else (axis,))]
    if len(shifts) == 1:
        shifts *= len(axes)
    if len(axes) == 1:
        axes *= len(shifts)
    if len(shifts) != len(axes):
        raise ValueError(
            "`shift` must be a number, or one for each axis. Received: "
            f"shift={shift!r}, axis={axis!r}"
        )
    return x, shifts, axes


@public("keras.ops.roll", "keras.ops.numpy.roll")
@op("x:any", prepare=_shifts)
def roll(x: TensorLike, shift: ShapeLike, axis: ShapeLike | None = None) -> Tensor:
    """The elements moved along axes; those that fall off come in again.

    Args:
        x: A tensor.
        shift: By how many places, or a number for each axis.
        axis: The axis or axes; by default the tensor is flattened.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.roll([1, 2, 3], 1)).tolist()
    [3, 1, 2]
    """
    if axis is None:
        return reshape(roll(reshape(x, (-1,)), shift, 0), shape_of(x))
    for s, a in zip(shift, axis, strict=True):
        d = shape_of(x)[a]
        if is_static(d) and d == 0:
            continue
        cut = (d - s % d) % d if is_static(d) else d - s % d
        x = p.concatenate([slice_axis(x, a, cut, d), slice_axis(x, a, 0, cut)], a)
    return x


def _pad_pairs(pad_width: Any, n: int) -> list[tuple[Any, Any]]:
    widths = pad_width
    if isinstance(widths, np.ndarray) or native.is_engine_tensor(widths):
        widths = native.to_numpy(widths).tolist()
    if not isinstance(widths, (list, tuple)) or not any(isinstance(w, Sequence) for w in widths):
        widths = [widths]
    pairs = [sizes(w, "pad", "pad_width") for w in widths]
    pairs = [w * 2 if len(w) == 1 else w for w in pairs]
    if len(pairs) == 1:
        pairs = pairs * n
    if len(pairs) != n or any(len(w) != 2 for w in pairs):
        raise ValueError(
            "`pad_width` must be an int, a pair, or a pair for each axis of the tensor, which has "
            f"{n}. Received: pad_width={pad_width}"
        )
    return pairs  # type: ignore[return-value]  # pairs were checked to be of two


@public("keras.ops.pad", "keras.ops.numpy.pad")
@op("x:any")
def pad(
    x: TensorLike, pad_width: PadWidth, mode: str = "constant", constant_values: float | None = None
) -> Tensor:
    """``x`` with something added before and after each axis.

    Args:
        x: A tensor.
        pad_width: ``((before, after), ...)`` for each axis, one pair for all, or an int.
        mode: ``"constant"``, ``"reflect"``, ``"symmetric"`` or ``"edge"``, as in NumPy.
        constant_values: What is added in constant mode, 0 by default.

    Raises:
        ValueError: For another mode, or a value in another mode than constant.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.pad([1, 2], ((1, 2),), constant_values=0)).tolist()
    [0, 1, 2, 0, 0]
    """
    pairs = _pad_pairs(pad_width, ndim_of(x))
    if mode == "constant":
        value = 0 if constant_values is None else constant_values
        if not isinstance(value, (bool, int, float, complex)):
            value = native.to_numpy(value).item()
        return p.pad(x, pairs, value)
    if constant_values is not None:
        raise ValueError(
            "Argument `constant_values` can only be provided when `mode == 'constant'`. "
            f"Received: mode={mode!r}"
        )
    if mode not in ("reflect", "symmetric", "edge"):
        raise ValueError(
            "`mode` must be one of 'constant', 'reflect', 'symmetric' and 'edge'. "
            f"Received: mode={mode!r}"
        )
    for axis, (before, after) in enumerate(pairs):
        x = _pad_axis(x, axis, before, after, mode)
    return x


def _pad_axis(x: Any, axis: int, before: int, after: int, mode: str) -> Any:
    if not before and not after:
        return x
    d = shape_of(x)[axis]
    if not is_static(d):
        return p.take(x, _padded_places(d, before, after, mode), axis)
    period = 2 * (d - 1) if mode == "reflect" else 2 * d
    places = []
    for i in range(-before, d + after):
        if mode == "edge":
            places.append(min(max(i, 0), d - 1))
        elif mode == "reflect":
            j = i % period if period else 0
            places.append(j if j < d else period - j)
        else:
            j = i % period
            places.append(j if j < d else period - 1 - j)
    return p.take(x, native.convert(places, "int32"), axis)


def _padded_places(d: Any, before: int, after: int, mode: str) -> Any:
    """The indices of a padded axis whose size is not known."""
    i = p.arange(-before, d + after, 1, "int32")
    last = dimension_tensor(d - 1, "int32")
    zero, one = (native.scalar(v, "int32") for v in (0, 1))
    if mode == "edge":
        return p.minimum(p.maximum(i, zero), last)
    period = p.add(last, last) if mode == "reflect" else p.add(p.add(last, last), p.add(one, one))
    j = p.mod(i, p.maximum(period, one))
    mirrored = p.subtract(period, j if mode == "reflect" else p.add(j, one))
    return p.where(p.less(last, j), mirrored, j)
