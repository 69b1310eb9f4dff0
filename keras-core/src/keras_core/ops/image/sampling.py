"""Images sampled at other places."""

import itertools
from collections.abc import Callable
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.execution.seeds import draw_seed
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.image.filters import blur
from keras_core.ops.image.layout import as_batch, as_given, from_float, spatial_axes
from keras_core.ops.noise import standard_normal
from keras_core.ops.products import cross
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import moveaxis, slice_axis
from keras_core.typing import SeedLike, Tensor, TensorLike

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _fixed(index: Any, d: Any, mode: str) -> Any:
    """Int32 indices brought into an axis of size ``d``, a 0-d tensor."""
    one = p.const(1, index)
    last = p.subtract(d, one)
    if mode == "wrap":
        return p.mod(index, d)
    if mode == "mirror":
        twice = p.add(last, last)
        i = p.mod(index, p.maximum(twice, one))
        return p.minimum(i, p.maximum(p.subtract(twice, i), p.const(0, i)))
    if mode == "reflect":
        twice = p.add(d, d)
        i = p.mod(index, twice)
        return p.minimum(i, p.subtract(p.subtract(twice, one), i))
    return p.maximum(p.minimum(index, last), p.const(0, index))


def _sample(x: Any, places: list[Any], order: int, mode: str, fill_value: float) -> Any:
    """Elements of ``x`` at float coordinates along its first axes."""
    choices: list[list[tuple[Any, Any]]] = []
    dtype = p.dtype_of(places[0])
    for c in places:
        if order == 0:
            # halves away from 0
            near = p.floor(p.add(p.abs(c), p.const(0.5, c)))
            choices.append([(p.multiply(p.sign(c), near), None)])
        else:
            low = p.floor(c)
            upper = p.subtract(c, low)
            one = p.ones_like(c)
            choices.append([(low, p.subtract(one, upper)), (p.add(low, one), upper)])
    total = None
    k = ndim_of(places[0])
    for corner in itertools.product(*choices):
        parts = []
        inside = weight = None
        for axis, (at, w) in enumerate(corner):
            d = dimension_tensor(shape_of(x)[axis], "int32")
            index = p.cast(at, "int32")
            ok = p.logical_and(p.less_equal(p.const(0, index), index), p.less(index, d))
            inside = ok if inside is None else p.logical_and(inside, ok)
            if w is not None:
                weight = w if weight is None else p.multiply(weight, w)
            parts.append(p.reshape(_fixed(index, d, mode), (*shape_of(index), 1)))
        value = p.cast(p.gather_nd(x, p.concatenate(parts, k)), dtype)
        tail = (1,) * (ndim_of(value) - k)
        if mode == "constant":
            mask = p.reshape(inside, (*shape_of(inside), *tail))
            value = p.where(mask, value, p.const(float(fill_value), value))
        if weight is not None:
            value = p.multiply(value, p.reshape(weight, (*shape_of(weight), *tail)))
        total = value if total is None else p.add(total, value)
    return total


@public("keras.ops.image.map_coordinates")
@op("inputs:any coordinates:float1+")
def map_coordinates(
    inputs: TensorLike,
    coordinates: TensorLike,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Tensor:
    """The values of a tensor at coordinates between its elements.

    Args:
        inputs: A tensor.
        coordinates: A tensor whose first axis holds the coordinates along each axis.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(
    ...     ops.image.map_coordinates([[0.0, 1.0], [2.0, 3.0]], [[0.5], [0.5]], order=1)
    ... ).tolist()
    [1.5]
    """
    if native.static_shape(coordinates)[0] != ndim_of(inputs):
        raise ValueError(
            "First dim of `coordinates` must be the same as the rank of `inputs`. Received: shapes "
            f"{native.static_shape(inputs)} and {native.static_shape(coordinates)}"
        )
    if order not in (0, 1) or fill_mode not in _FILL_MODES:
        raise ValueError(
            f"`order` must be 0 or 1 and `fill_mode` one of {_FILL_MODES}. Received: "
            f"order={order}, fill_mode={fill_mode!r}"
        )
    rest = shape_of(coordinates)[1:]
    places = [p.reshape(slice_axis(coordinates, 0, i, i + 1), rest) for i in range(ndim_of(inputs))]
    return from_float(_sample(inputs, places, order, fill_mode, fill_value), p.dtype_of(inputs))


def _check_modes(interpolation: str, fill_mode: str) -> None:
    if interpolation not in ("nearest", "bilinear") or fill_mode not in _FILL_MODES:
        raise ValueError(
            "`interpolation` must be 'nearest' or 'bilinear' and `fill_mode` one of "
            f"{_FILL_MODES}. Received: interpolation={interpolation!r}, fill_mode={fill_mode!r}"
        )


def _grid(x: Any) -> tuple[Any, Any]:
    """The rows ``(1, h, 1)`` and the columns ``(1, 1, w)`` of a batch, channels last."""
    _, h, w, _ = shape_of(x)
    dtype = p.dtype_of(x)
    return (
        p.reshape(p.arange(0, h, 1, dtype), (1, h, 1)),
        p.reshape(p.arange(0, w, 1, dtype), (1, 1, w)),
    )


def _project(x: Any, transform: Any, interpolation: str, mode: str, fill_value: float) -> Any:
    """Images, channels last, at the places ``(n, 8)`` numbers of a projective map lead to."""
    n, h, w, _ = shape_of(x)
    t = p.broadcast_to(transform, (n, 8))
    a = [p.reshape(slice_axis(t, 1, i, i + 1), (n, 1, 1)) for i in range(8)]
    ys, xs = _grid(x)

    def line(i: int) -> Any:
        return p.add(p.multiply(a[i], xs), p.multiply(a[i + 1], ys))

    scale = p.add(line(6), p.const(1, xs))
    columns = p.divide(p.add(line(0), a[2]), scale)
    rows = p.divide(p.add(line(3), a[5]), scale)
    shape = (n, h, w)
    return _sample_images(
        x, p.broadcast_to(rows, shape), p.broadcast_to(columns, shape), interpolation, mode,
        fill_value,
    )  # fmt: skip


def _sample_images(
    x: Any, rows: Any, columns: Any, interpolation: str, mode: str, fill_value: Any
) -> Any:
    """Images, channels last, at places ``(n, h, w)`` within each of them."""
    n, h, w, c = shape_of(x)
    pixels = p.reshape(x, (n * h * w, c))
    first = p.multiply(p.arange(0, n, 1, "int32"), dimension_tensor(h * w, "int32"))
    first = p.reshape(first, (n, 1, 1))
    width = dimension_tensor(w, "int32")
    is_open = mode == "constant"
    total = None
    for row, row_inside, row_share in _lines(rows, h, interpolation, mode):
        start = p.add(first, p.multiply(row, width))
        for column, inside, share in _lines(columns, w, interpolation, mode):
            index = p.add(start, column)
            value = p.gather_nd(pixels, p.reshape(index, (*shape_of(index), 1)))
            if is_open:
                inside = p.logical_and(row_inside, inside)
                mask = p.reshape(inside, (*shape_of(inside), 1))
                value = p.where(mask, value, p.const(float(fill_value), value))
            if share is not None:
                weight = p.multiply(row_share, share)
                value = p.multiply(value, p.reshape(weight, (*shape_of(weight), 1)))
            total = value if total is None else p.add(total, value)
    return total


def _lines(places: Any, d: Any, interpolation: str, mode: str) -> list[tuple[Any, Any, Any]]:
    """The lines of pixels around places along an axis: index, whether it is inside, and share."""
    size = dimension_tensor(d, "int32")
    if interpolation == "nearest":
        # halves away from 0
        near = p.floor(p.add(p.abs(places), p.const(0.5, places)))
        found = [(p.multiply(p.sign(places), near), None)]
    else:
        low, one = p.floor(places), p.const(1, places)
        upper = p.subtract(places, low)
        found = [(low, p.subtract(one, upper)), (p.add(low, one), upper)]
    lines = []
    for at, share in found:
        index = p.cast(at, "int32")
        fixed = _fixed(index, size, mode)
        inside = p.equal(fixed, index) if mode == "constant" else None
        lines.append((fixed, inside, share))
    return lines


def _channels_last(images: Any, data_format: Any, name: str) -> tuple[Any, Callable[[Any], Any]]:
    """A batch with the channels last, and the function that undoes it."""
    spatial_axes(images, data_format, name)
    x, single = as_batch(images)
    if config.standardize_data_format(data_format) == "channels_last":
        return x, lambda y: as_given(y, single)
    return moveaxis(x, 1, -1), lambda y: as_given(moveaxis(y, -1, 1), single)


@public("keras.ops.image.affine_transform")
@op("images:float transform:float")
def affine_transform(
    images: TensorLike,
    transform: TensorLike,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images under projective maps; affine ones if ``c0`` and ``c1`` are 0.

    Args:
        images: An image or a batch of them.
        transform: ``[a0, a1, a2, b0, b1, b2, c0, c1]``, or such a row for each image. The output
            at ``(x, y)`` is the input at ``((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)``
            with ``k = c0 x + c1 y + 1``.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: If the transform has not eight numbers.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(4, dtype="float32"), (2, 2, 1))
    >>> y = ops.image.affine_transform(x, [0.0, 1, 0, 1, 0, 0, 0, 0])  # x and y change places
    >>> ops.convert_to_numpy(y)[..., 0].tolist()
    [[0.0, 2.0], [1.0, 3.0]]
    """
    _check_modes(interpolation, fill_mode)
    if ndim_of(transform) not in (1, 2) or native.static_shape(transform)[-1] not in (8, None):
        raise ValueError(
            "`transform` must have eight numbers, or eight for each image. Received: "
            f"transform.shape={native.static_shape(transform)}"
        )
    x, undo = _channels_last(images, data_format, "affine_transform")
    t = p.reshape(transform, (1, 8)) if ndim_of(transform) == 1 else transform
    return undo(_project(x, t, interpolation, fill_mode, fill_value))


def _basis(points: Any) -> Any:
    """The map ``(n, 3, 3)`` that leads the axes, and their sum, to four points ``(n, 4, 2)``."""
    n = shape_of(points)[0]
    ones = p.full((n, 4, 1), 1, p.dtype_of(points))
    rows = p.concatenate([points, ones], 2)
    three, last = slice_axis(rows, 1, 0, 3), slice_axis(rows, 1, 3, 4)
    # the fourth point as a sum of the three, by Cramer's rule; a common factor does not matter
    return p.multiply(three, p.sum(p.multiply(_cofactors(three), last), (2,), True))


def _cofactors(m: Any) -> Any:
    """The matrix ``c`` with ``c @ transpose(m)`` a multiple of the identity."""
    a, b, c = (slice_axis(m, 1, i, i + 1) for i in range(3))
    return p.concatenate([cross(b, c), cross(c, a), cross(a, b)], 1)


@op("start:float end:float")
def homography(start: TensorLike, end: TensorLike) -> Tensor:
    """The eight numbers ``(n, 8)`` of the map that leads the end points to the start points.

    Args:
        start: Four points ``(n, 4, 2)`` for each image.
        end: Where they are after the map of the images.
    """
    a, b = _basis(start), _cofactors(_basis(end))
    # no matrix product: engines may compute it with fewer bits
    columns = p.reshape(a, (shape_of(a)[0], 3, 3, 1))
    rows = p.reshape(b, (shape_of(b)[0], 3, 1, 3))
    m = p.sum(p.multiply(columns, rows), (1,), False)
    flat = p.reshape(m, (shape_of(m)[0], 9))
    return p.divide(slice_axis(flat, 1, 0, 8), slice_axis(flat, 1, 8, 9))


@public("keras.ops.image.perspective_transform")
@op("images:float start_points:float end_points:float")
def perspective_transform(
    images: TensorLike,
    start_points: TensorLike,
    end_points: TensorLike,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images under the projective maps that lead four points to four others.

    Args:
        images: An image or a batch of them.
        start_points: Four points ``(4, 2)``, or four for each image.
        end_points: Where they go.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_value: What is outside.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: If there are not four points with two coordinates.

    Example:

    >>> from keras_core import ops
    >>> corners = ops.convert_to_tensor([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    >>> x = ops.reshape(ops.arange(4, dtype="float32"), (2, 2, 1))
    >>> y = ops.image.perspective_transform(x, corners, ops.flip(corners, 1), "nearest")
    >>> ops.convert_to_numpy(y)[..., 0].tolist()
    [[0.0, 2.0], [1.0, 3.0]]
    """
    _check_modes(interpolation, "constant")
    points = []
    for name, value in (("start_points", start_points), ("end_points", end_points)):
        shape = native.static_shape(value)
        if len(shape) not in (2, 3) or shape[-2:] != (4, 2):
            raise ValueError(
                f"Invalid {name} shape: expected (4,2) for a single image or (N,4,2) for a batch. "
                f"Received shape: {shape}"
            )
        points.append(value if len(shape) == 3 else p.reshape(value, (1, 4, 2)))
    x, undo = _channels_last(images, data_format, "perspective_transform")
    return undo(_project(x, homography(*points), interpolation, "constant", fill_value))


@op("images:float rows:float columns:float")
def sample_images(
    images: TensorLike,
    rows: TensorLike,
    columns: TensorLike,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Images whose pixels come from other places within each of them.

    Args:
        images: An image or a batch of them.
        rows: The row ``(n, height, width)`` that each pixel comes from; for one image, n is 1.
        columns: The column that each pixel comes from.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    _check_modes(interpolation, fill_mode)
    x, undo = _channels_last(images, data_format, "sample_images")
    return undo(_sample_images(x, rows, columns, interpolation, fill_mode, fill_value))


@public("keras.ops.image.elastic_transform")
@op("images:float")
def elastic_transform(
    images: TensorLike,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: SeedLike = None,
    data_format: str | None = None,
) -> Tensor:
    """Images whose pixels are moved by smooth random fields (Simard et al., 2003).

    Args:
        images: An image or a batch of them, each of which gets a field of its own.
        alpha: How far the pixels move.
        sigma: The standard deviation of the Gaussian kernel that makes the field smooth.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.
        seed: An int (the same field each time), a `keras.random.SeedGenerator`, or None.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.elastic_transform(ops.ones((8, 8, 3)), seed=1))
    (8, 8, 3)
    """
    _check_modes(interpolation, fill_mode)
    x, undo = _channels_last(images, data_format, "elastic_transform")
    n, h, w, _ = shape_of(x)
    dtype = p.dtype_of(x)
    noise = p.cast(standard_normal(draw_seed(seed), (n, h, w, 2), "float32"), dtype)
    size = int(6 * sigma) | 1
    field = blur(noise, (size, size), (sigma, sigma), "same", "channels_last")
    field = p.multiply(field, p.const(alpha * sigma, field))
    rows, columns = (
        p.add(p.reshape(slice_axis(field, 3, i, i + 1), (n, h, w)), line)
        for i, line in enumerate(_grid(x))
    )
    return undo(_sample_images(x, rows, columns, interpolation, fill_mode, fill_value))
