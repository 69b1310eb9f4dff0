"""Images of another size."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_core.engine import config, dtypes, tensors
from keras_core.engine import primitives as p
from keras_core.engine.axes import ordered_axes
from keras_core.engine.dispatch import op
from keras_core.engine.symbolic import is_static
from keras_core.engine.tensors import ndim_of, shape_of
from keras_core.ops.image.layout import apply_weights, from_float, spatial_axes
from keras_core.ops.shaping import slice_axis


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


@op("images:any size:count")
def resize(
    images: Any,
    size: Sequence[int],
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
    rows, columns, _ = spatial_axes(images, data_format, "resize")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers. Received: size={size}")
    target = tuple(map(int, size))
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
        top, left = int(float(ph - h) / 2), int(float(pw - w) / 2)  # the same at both ends
        width = [(0, 0)] * len(shape)
        width[rows], width[columns] = (top, top), (left, left)
        x = p.pad(x, width, fill_value)
    dtype = p.dtype_of(x)
    if interpolation != "nearest" and dtype not in dtypes.FLOATS:
        x = p.cast(x, config.floatx())
    sizes = [(shape_of(x)[axis], out) for axis, out in zip((rows, columns), target, strict=True)]
    if interpolation == "nearest":
        for axis, (d, out) in zip((rows, columns), sizes, strict=True):
            if d != out:
                places = np.floor((np.arange(out) + 0.5) * (d / out)).astype("int32")
                x = p.take(x, tensors.convert(np.minimum(places, d - 1)), axis)
    else:
        weights = [
            None if d == out else _weights(d, out, out / d, 0.0, interpolation, antialias)
            for d, out in sizes
        ]
        kernel = f"antialiased {interpolation}" if antialias else interpolation
        x = _resample(x, rows, weights, kernel)
    return from_float(x, dtype)


@op("x:float", name="resample")
def _resample(x: Any, rows: int, weights: list[Any], kernel: str) -> Any:
    """Two axes resized by matrices.

    Args:
        x: A tensor.
        rows: The first of the axes; the other is the next.
        weights: The matrices, as arrays of shape ``(size, new size)``; None for an axis that
            keeps its size.
        kernel: What the matrices hold, for an engine that has no need of them: the name of
            the interpolation, with ``"antialiased "`` before it if it is.
    """
    for axis, matrix in enumerate(weights, start=rows):
        if matrix is not None:
            x = apply_weights(x, axis, matrix)
    return x


@op("images:float output_shape:count")
def scale_and_translate(
    images: Any,
    output_shape: Sequence[int],
    scale: float | Sequence[float],
    translation: float | Sequence[float],
    spatial_dims: Sequence[int],
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
    axes = ordered_axes(spatial_dims, ndim_of(images), "spatial_dims")
    scales, moves = (tensors.to_numpy(v).reshape(-1).tolist() for v in (scale, translation))
    if len(output_shape) != ndim_of(images) or not len(set(axes)) == len(scales) == len(moves):
        raise ValueError(
            "`scale_and_translate` expected a size in `output_shape` for each axis of the images, "
            "and a number in `scale` and `translation` for each of the different axes in "
            f"`spatial_dims`. Received: images.shape={tensors.static_shape(images)}, "
            f"output_shape={output_shape}, scale={scales}, translation={moves}, "
            f"spatial_dims={spatial_dims}"
        )
    if 0 in scales:
        raise ValueError(f"`scale` must not be 0. Received: scale={scales}")
    x = images
    for axis, factor, move in zip(axes, scales, moves, strict=True):
        d, out = shape_of(x)[axis], output_shape[axis]
        x = apply_weights(x, axis, _weights(d, out, factor, move, name, antialias))
    return x


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


@op(
    "images:any top_cropping:size left_cropping:size "
    "bottom_cropping:size right_cropping:size target_height:size target_width:size"
)
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
    rows, columns, _ = spatial_axes(images, data_format, "crop_images")
    x = _cropped(
        images, rows, top_cropping, bottom_cropping, target_height,
        "`top_cropping`, `bottom_cropping`, `target_height`",
    )  # fmt: skip
    return _cropped(
        x, columns, left_cropping, right_cropping, target_width,
        "`left_cropping`, `right_cropping`, `target_width`",
    )  # fmt: skip


def _cropped(x: Any, axis: int, a: Any, b: Any, target: Any, names: str) -> Any:
    d = shape_of(x)[axis]
    a, b = _third(a, b, target, d - (target or 0), names)
    if is_static(d) and a + b > d:
        raise ValueError(
            f"The values of {names} do not fit the images: the margins {a} and {b} of {d}."
        )
    return slice_axis(x, axis, a, d - b)


@op(
    "images:any top_padding:size left_padding:size "
    "bottom_padding:size right_padding:size target_height:size target_width:size"
)
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
    rows, columns, _ = spatial_axes(images, data_format, "pad_images")
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
