"""Images: `keras.ops.image`."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core.engine import config, dtypes, tensors
from keras_core.engine import primitives as p
from keras_core.engine.dispatch import op
from keras_core.engine.tensors import ndim_of, shape_of
from keras_core.ops.casting import cast
from keras_core.ops.convolution import conv, depthwise_conv, tuple_of
from keras_core.ops.linear import tensordot
from keras_core.ops.shaping import moveaxis, slice_axis

__all__ = [
    "affine_transform",
    "crop_images",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "map_coordinates",
    "pad_images",
    "resize",
    "rgb_to_grayscale",
    "scale_and_translate",
]


def _spatial(images: Any, data_format: Any, name: str) -> tuple[int, int, int]:
    """The axes of rows, columns and channels."""
    n = ndim_of(images)
    if n not in (3, 4):
        raise ValueError(
            f"`{name}` expects an image with three axes or a batch with four. Received: "
            f"images.shape={tensors.static_shape(images)}"
        )
    last = config.standardize_data_format(data_format) == "channels_last"
    return (n - 3, n - 2, n - 1) if last else (n - 2, n - 1, n - 3)


# -- Resizing ----------------------------------------------------------------------------


def _cubic(x: Any) -> Any:
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x >= 2.0, 0.0, np.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Callable[[Any], Any]:
    return lambda x: np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0.0)


_KERNELS: dict[str, Callable[[Any], Any]] = {
    "bilinear": lambda x: np.maximum(0.0, 1.0 - x),
    "bicubic": _cubic,
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}
_ALIASES = {"linear": "bilinear", "triangle": "bilinear", "cubic": "bicubic"}


def _weights(
    size: int, out: int, scale: float, translation: float, method: str, antialias: bool
) -> Any:
    """What each place of the input, in rows, contributes to each of the output."""
    inverse = 1.0 / scale
    width = max(inverse, 1.0) if antialias else 1.0
    sample = (np.arange(out) + 0.5) * inverse - translation * inverse - 0.5
    w = _KERNELS[method](np.abs(sample[None, :] - np.arange(size)[:, None]) / width)
    total = w.sum(0, keepdims=True)
    safe = np.where(total != 0, total, 1)
    w = np.where(np.abs(total) > 1000 * np.finfo("float32").eps, w / safe, 0)
    return np.where((sample >= -0.5) & (sample <= size - 0.5), w, 0)


def _apply(x: Any, axis: int, weights: Any) -> Any:
    return moveaxis(tensordot(x, tensors.convert(weights, p.dtype_of(x)), ([axis], [0])), -1, axis)


def _from_float(x: Any, dtype: str) -> Any:
    if p.dtype_of(x) == dtype:
        return x
    if dtype in dtypes.INTS:
        info = np.iinfo(dtype)
        x = p.round(x)
        x = p.maximum(p.minimum(x, p.const(float(info.max), x)), p.const(float(info.min), x))
    return p.cast(x, dtype)


@op("images:any")
def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Images in another size.

    Args:
        images: An image or a batch of them.
        size: The height and the width.
        interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or
            ``"lanczos5"``.
        antialias: Whether a smaller image is an average over all pixels.
        crop_to_aspect_ratio: Whether the images are cropped to the ratio of the size first.
        pad_to_aspect_ratio: Whether they are padded to it.
        fill_mode: ``"constant"``.
        fill_value: What is padded.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.image.resize(ops.ones((4, 6, 3)), (2, 3)))
    (2, 3, 3)
    """
    if interpolation != "nearest" and interpolation not in _KERNELS:
        raise ValueError(
            f"Invalid value for argument `interpolation`. Expected one of "
            f"{('nearest', *_KERNELS)}. Received: interpolation={interpolation}"
        )
    if fill_mode != "constant":
        raise ValueError(
            "Invalid value for argument `fill_mode`. Only `'constant'` is supported. Received: "
            f"fill_mode={fill_mode}"
        )
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "Only one of `crop_to_aspect_ratio` & `pad_to_aspect_ratio` can be `True`."
        )
    rows, columns, _ = _spatial(images, data_format, "resize")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers. Received: size={size}")
    target = tuple(int(v) for v in size)
    shape = shape_of(images)
    h, w = shape[rows], shape[columns]
    x = images
    if crop_to_aspect_ratio:
        ch = min(h, max(int(float(w * target[0]) / target[1]), 1))
        cw = min(w, max(int(float(h * target[1]) / target[0]), 1))
        top, left = int(float(h - ch) / 2), int(float(w - cw) / 2)
        x = slice_axis(slice_axis(x, rows, top, top + ch), columns, left, left + cw)
    elif pad_to_aspect_ratio:
        ph = max(h, int(float(w * target[0]) / target[1]))
        pw = max(w, int(float(h * target[1]) / target[0]))
        top, left = int(float(ph - h) / 2), int(float(pw - w) / 2)
        width = [(0, 0)] * len(shape)
        width[rows], width[columns] = (top, ph - h - top), (left, pw - w - left)
        x = p.pad(x, width, fill_value)
    dtype = p.dtype_of(x)
    if interpolation != "nearest" and dtype not in dtypes.FLOATS:
        x = p.cast(x, config.floatx())
    for axis, out in ((rows, target[0]), (columns, target[1])):
        d = shape_of(x)[axis]
        if d == out:
            continue
        if interpolation == "nearest":
            places = np.floor((np.arange(out) + 0.5) * (d / out)).astype("int32")
            x = p.take(x, tensors.convert(np.minimum(places, d - 1)), axis)
        else:
            x = _apply(x, axis, _weights(d, out, out / d, 0.0, interpolation, antialias))
    return _from_float(x, dtype)


@op("images:float")
def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> Any:
    """Images scaled and moved along some axes.

    Args:
        images: A tensor.
        output_shape: The shape of the result.
        scale: The scale along each of the axes.
        translation: The move along each of the axes.
        spatial_dims: The axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: Whether a smaller image is an average over all pixels.
    """
    name = _ALIASES.get(method, method)
    if name not in _KERNELS:
        raise ValueError(f"Invalid `method`: {method!r}")
    scales, moves = (tensors.to_numpy(v).reshape(-1) for v in (scale, translation))
    x = images
    for i, axis in enumerate(spatial_dims):
        axis %= ndim_of(x)
        d = shape_of(x)[axis]
        move, factor = float(moves[i]), float(scales[i])
        x = _apply(x, axis, _weights(d, output_shape[axis], factor, move, name, antialias))
    return x


# -- Cropping and padding ----------------------------------------------------------------


def _third(a: Any, b: Any, target: Any, total: Any, names: str) -> tuple[int, int]:
    """Both margins out of two of: before, after, and what they leave or add."""
    if sum(v is None for v in (a, b, target)) != 1:
        raise ValueError(f"Must specify exactly two of {names}.")
    if a is None:
        a = total - b
    elif b is None:
        b = total - a
    if a < 0 or b < 0:
        raise ValueError(f"The values of {names} do not fit the images: the margins {a} and {b}.")
    return a, b


@op("images:any")
def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images without some rows and columns; two of the three numbers for each axis are given.

    Args:
        images: An image or a batch of them.
        top_cropping: How many rows go at the top.
        left_cropping: How many columns go at the left.
        bottom_cropping: How many rows go at the bottom.
        right_cropping: How many columns go at the right.
        target_height: How many rows stay.
        target_width: How many columns stay.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    rows, columns, _ = _spatial(images, data_format, "crop_images")
    h, w = shape_of(images)[rows], shape_of(images)[columns]
    a, b = _third(
        top_cropping, bottom_cropping, target_height, h - (target_height or 0),
        "`top_cropping`, `bottom_cropping`, `target_height`",
    )  # fmt: skip
    x = slice_axis(images, rows, a, h - b)
    a, b = _third(
        left_cropping, right_cropping, target_width, w - (target_width or 0),
        "`left_cropping`, `right_cropping`, `target_width`",
    )  # fmt: skip
    return slice_axis(x, columns, a, w - b)


@op("images:any")
def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images with zeros around; two of the three numbers for each axis are given.

    Args:
        images: An image or a batch of them.
        top_padding: How many rows are added at the top.
        left_padding: How many columns are added at the left.
        bottom_padding: How many rows are added at the bottom.
        right_padding: How many columns are added at the right.
        target_height: How many rows there are then.
        target_width: How many columns there are then.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    rows, columns, _ = _spatial(images, data_format, "pad_images")
    h, w = shape_of(images)[rows], shape_of(images)[columns]
    width: list[tuple[Any, Any]] = [(0, 0)] * ndim_of(images)
    width[rows] = _third(
        top_padding, bottom_padding, target_height, (target_height or 0) - h,
        "`top_padding`, `bottom_padding`, `target_height`",
    )  # fmt: skip
    width[columns] = _third(
        left_padding, right_padding, target_width, (target_width or 0) - w,
        "`left_padding`, `right_padding`, `target_width`",
    )  # fmt: skip
    return p.pad(images, width, 0)


# -- Colours -----------------------------------------------------------------------------


@op("images:any")
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """The brightness of RGB images.

    Args:
        images: An image or a batch of them.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    _, _, channels = _spatial(images, data_format, "rgb_to_grayscale")
    dtype = p.dtype_of(images)
    x = images if dtype in dtypes.FLOATS else cast(images, None)
    out = _apply(x, channels, np.array([[0.2989], [0.5870], [0.1140]]))
    return out if p.dtype_of(out) == dtype else p.cast(out, dtype)


# -- Patches -----------------------------------------------------------------------------


def _patches(
    images: Any, size: tuple[int, ...], strides: Any, rate: Any, padding: str, data_format: Any
) -> Any:
    n = len(size)
    if ndim_of(images) not in (n + 1, n + 2):
        raise ValueError(
            f"Expected {n + 1} or {n + 2} axes. Received: shape {tensors.static_shape(images)}"
        )
    data_format = config.standardize_data_format(data_format)
    single = ndim_of(images) == n + 1
    x = p.reshape(images, (1, *shape_of(images))) if single else images
    c = shape_of(x)[-1 if data_format == "channels_last" else 1]
    steps = size if strides is None else tuple_of(strides, n, "strides")
    count = math.prod(size) * c
    kernel = tensors.convert(np.eye(count).reshape((*size, c, count)), p.dtype_of(x))
    out = conv(x, kernel, steps, padding, data_format, rate)
    return p.reshape(out, shape_of(out)[1:]) if single else out


@op("images:float")
def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of images, their pixels along the channels.

    Args:
        images: An image or a batch of them.
        size: The size of a patch.
        strides: The distance of two patches, by default their size.
        dilation_rate: The distance of the pixels of a patch.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    window = tuple_of(size, 2, "size")
    return _patches(images, window, strides, dilation_rate, padding, data_format)


@op("volumes:float")
def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of volumes, their elements along the channels.

    Args:
        volumes: A volume or a batch of them.
        size: The size of a patch.
        strides: The distance of two patches, by default their size.
        dilation_rate: The distance of the elements of a patch.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    window = tuple_of(size, 3, "size")
    return _patches(volumes, window, strides, dilation_rate, padding, data_format)


# -- Filters -----------------------------------------------------------------------------


@op("images:float")
def gaussian_blur(
    images: Any, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Any:
    """Images blurred with a Gaussian kernel.

    Args:
        images: An image or a batch of them.
        kernel_size: The height and the width of the kernel.
        sigma: The standard deviations along both axes.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    _, _, channels = _spatial(images, data_format, "gaussian_blur")
    c = shape_of(images)[channels]

    def line(size: int, s: float) -> Any:
        t = np.arange(size) - (size - 1) / 2
        e = np.exp(-0.5 * (t / s) ** 2)
        return e / e.sum()

    kernel = np.outer(line(kernel_size[0], sigma[0]), line(kernel_size[1], sigma[1]))
    wide = np.repeat(kernel[:, :, None, None], c, 2)
    single = ndim_of(images) == 3
    x = p.reshape(images, (1, *shape_of(images))) if single else images
    out = depthwise_conv(
        x,
        tensors.convert(wide, p.dtype_of(x)),
        1,
        "same",
        config.standardize_data_format(data_format),
    )
    return p.reshape(out, shape_of(out)[1:]) if single else out


# -- Sampling ----------------------------------------------------------------------------

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _fixed(index: Any, d: int, mode: str) -> Any:
    """Int32 indices brought into an axis of size ``d``."""
    if mode == "wrap":
        return p.mod(index, p.const(d, index))
    if mode == "mirror":
        period = max(2 * (d - 1), 1)
        i = p.mod(index, p.const(period, index))
        return p.minimum(i, p.subtract(p.const(period, i), i)) if d > 1 else p.zeros_like(i)
    if mode == "reflect":
        i = p.mod(index, p.const(2 * d, index))
        return p.minimum(i, p.subtract(p.const(2 * d - 1, i), i))
    return p.maximum(p.minimum(index, p.const(d - 1, index)), p.const(0, index))


def _sample(x: Any, places: list[Any], order: int, mode: str, fill_value: Any) -> Any:
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
            d = shape_of(x)[axis]
            index = p.cast(at, "int32")
            ok = p.logical_and(
                p.less_equal(p.const(0, index), index), p.less(index, p.const(d, index))
            )
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


@op("inputs:any coordinates:float")
def map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: Any = 0
) -> Any:
    """The values of a tensor at coordinates between its elements.

    Args:
        inputs: A tensor.
        coordinates: A tensor whose first axis holds the coordinates along each axis.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.
    """
    if tensors.static_shape(coordinates)[0] != ndim_of(inputs):
        raise ValueError(
            "First dim of `coordinates` must be the same as the rank of `inputs`. Received: shapes "
            f"{tensors.static_shape(inputs)} and {tensors.static_shape(coordinates)}"
        )
    if order not in (0, 1) or fill_mode not in _FILL_MODES:
        raise ValueError(
            f"`order` must be 0 or 1 and `fill_mode` one of {_FILL_MODES}. Received: "
            f"order={order}, fill_mode={fill_mode!r}"
        )
    rest = shape_of(coordinates)[1:]
    places = [p.reshape(slice_axis(coordinates, 0, i, i + 1), rest) for i in range(ndim_of(inputs))]
    return _from_float(_sample(inputs, places, order, fill_mode, fill_value), p.dtype_of(inputs))


@op("images:float transform:float")
def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: Any = 0,
    data_format: str | None = None,
) -> Any:
    """Images under affine maps.

    Args:
        images: An image or a batch of them.
        transform: ``[a0, a1, a2, b0, b1, b2, c0, c1]`` for each: the output at ``(x, y)`` is the
            input at ``(a0 x + a1 y + a2, b0 x + b1 y + b2)``; the last two are not read.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: ``"constant"``, ``"nearest"``, ``"wrap"``, ``"mirror"`` or ``"reflect"``.
        fill_value: What is outside in constant mode.
        data_format: ``"channels_last"`` or ``"channels_first"``.
    """
    if interpolation not in ("nearest", "bilinear") or fill_mode not in _FILL_MODES:
        raise ValueError(
            "`interpolation` must be 'nearest' or 'bilinear' and `fill_mode` one of "
            f"{_FILL_MODES}. Received: interpolation={interpolation!r}, fill_mode={fill_mode!r}"
        )
    single = ndim_of(images) == 3
    x = p.reshape(images, (1, *shape_of(images))) if single else images
    t = p.reshape(transform, (1, 8)) if ndim_of(transform) == 1 else transform
    last = config.standardize_data_format(data_format) == "channels_last"
    x = x if last else moveaxis(x, 1, -1)
    n, h, w, _ = shape_of(x)
    t = p.broadcast_to(t, (n, 8))
    a = [p.reshape(slice_axis(t, 1, i, i + 1), (n, 1, 1)) for i in range(6)]
    dtype = p.dtype_of(x)
    xs = p.reshape(p.arange(0, w, 1, dtype), (1, 1, w))
    ys = p.reshape(p.arange(0, h, 1, dtype), (1, h, 1))

    def line(i: int) -> Any:
        return p.add(p.add(p.multiply(a[i], xs), p.multiply(a[i + 1], ys)), a[i + 2])

    batch = p.broadcast_to(p.reshape(p.arange(0, n, 1, dtype), (n, 1, 1)), (n, h, w))
    order = 0 if interpolation == "nearest" else 1
    columns, rows = line(0), line(3)
    # the batch axis is exact: its upper neighbour has weight 0 and is brought into range
    out = _sample_batch(x, batch, rows, columns, order, fill_mode, fill_value)
    out = out if last else moveaxis(out, -1, 1)
    return p.reshape(out, shape_of(out)[1:]) if single else out


def _sample_batch(
    x: Any, batch: Any, rows: Any, columns: Any, order: int, mode: str, fill_value: Any
) -> Any:
    """`_sample` within each image: rows are those of one tall image, fixed up by hand."""
    if order == 0:
        return _sample(x, [batch, rows, columns], 0, mode, fill_value)
    low_r, low_c = p.floor(rows), p.floor(columns)
    ur, uc = p.subtract(rows, low_r), p.subtract(columns, low_c)
    one = p.ones_like(rows)
    total = None
    for r, wr in ((low_r, p.subtract(one, ur)), (p.add(low_r, one), ur)):
        for c, wc in ((low_c, p.subtract(one, uc)), (p.add(low_c, one), uc)):
            value = _sample(x, [batch, r, c], 0, mode, fill_value)
            weight = p.multiply(wr, wc)
            value = p.multiply(value, p.reshape(weight, (*shape_of(weight), 1)))
            total = value if total is None else p.add(total, value)
    return total
