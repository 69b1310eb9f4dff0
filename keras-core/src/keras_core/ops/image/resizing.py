"""Images of another size."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.axes import ordered_axes
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.symbolic import Dim, KerasTensor, is_static
from keras_core.ops.arithmetic import absolute, floor, maximum, minimum
from keras_core.ops.comparison import where
from keras_core.ops.image.layout import apply_weights, from_float, numbers_of, spatial_axes
from keras_core.ops.numbers import sinc
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import slice_axis
from keras_core.typing import Tensor, TensorLike


class _Engine:
    """The functions of NumPy that the weights take, on tensors."""

    abs, maximum, sinc, where = map(staticmethod, (absolute, maximum, sinc, where))

    @staticmethod
    def arange(stop: Any) -> Any:
        return p.cast(p.arange(0, stop, 1, "int32"), "float32")

    @staticmethod
    def sum(x: Any) -> Any:
        return p.sum(x, (0,), True)


class _Host(_Engine):
    """The same on arrays."""

    abs, maximum, sinc, where = map(staticmethod, (np.abs, np.maximum, np.sinc, np.where))

    @staticmethod
    def arange(stop: Any) -> Any:
        return np.arange(stop)

    @staticmethod
    def sum(x: Any) -> Any:
        return x.sum(0, keepdims=True)


def _cubic(x: Any, m: Any) -> Any:
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return m.where(x >= 2.0, 0.0, m.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Callable[[Any, Any], Any]:
    return lambda x, m: m.where(x < radius, m.sinc(x) * m.sinc(x / radius), 0.0)


_KERNELS: dict[str, Callable[[Any, Any], Any]] = {
    "bilinear": lambda x, m: m.maximum(0.0, 1.0 - x),
    "bicubic": _cubic,
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}
_ALIASES = {"linear": "bilinear", "triangle": "bilinear", "cubic": "bicubic"}


def _weights(
    size: Any, out: int, scale: float | None, translation: float, method: str, antialias: bool
) -> Any:
    """What each place of the input, in rows, contributes to each of the output.

    Args:
        size: The size of the input, which may be one that is not known.
        out: The size of the output.
        scale: The scale; None for that of the sizes.
        translation: The move.
        method: The kernel.
        antialias: Whether the kernel gets wider for a smaller output.
    """
    if isinstance(size, Dim):
        return KerasTensor((None, out), "float32")
    m, known = (_Host, size) if is_static(size) else (_Engine, dimension_tensor(size, "float32"))
    inverse = known / out if scale is None else 1.0 / scale
    width = m.maximum(inverse, 1.0) if antialias else 1.0
    sample = (m.arange(out) + 0.5) * inverse - translation * inverse - 0.5
    w = _KERNELS[method](m.abs(sample[None, :] - m.arange(size)[:, None]) / width, m)
    total = m.sum(w)
    some = m.abs(total) > 1000 * float(np.finfo("float32").eps)
    w = m.where(some, w / m.where(some, total, 1.0), 0.0)
    return m.where((sample >= -0.5) & (sample <= known - 0.5), w, 0.0)


@public("keras.ops.image.resize")
@op("images:any size:count")
def resize(
    images: TensorLike,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
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
        ch = least(h, most(w * target[0] // target[1], 1))
        cw = least(w, most(h * target[1] // target[0], 1))
        top, left = (h - ch) // 2, (w - cw) // 2
        x = slice_axis(slice_axis(x, rows, top, top + ch), columns, left, left + cw)
    elif pad_to_aspect_ratio:
        ph = most(h, w * target[0] // target[1])
        pw = most(w, h * target[1] // target[0])
        top, left = (ph - h) // 2, (pw - w) // 2  # the same at both ends
        width = [(0, 0)] * len(shape)
        width[rows], width[columns] = (top, top), (left, left)
        x = p.pad(x, width, fill_value)
    dtype = p.dtype_of(x)
    if interpolation != "nearest" and dtype not in dtypes.FLOATS:
        x = p.cast(x, config.floatx())
    sizes = [(shape_of(x)[axis], out) for axis, out in zip((rows, columns), target, strict=True)]
    if interpolation == "nearest":
        for axis, (d, out) in zip((rows, columns), sizes, strict=True):
            if not is_static(d) or d != out:
                x = p.take(x, _nearest(d, out), axis)
        return from_float(x, dtype)
    weights = [
        None if is_static(d) and d == out else _weights(d, out, None, 0.0, interpolation, antialias)
        for d, out in sizes
    ]
    if all(is_static(d) for d, _ in sizes):
        kernel = f"antialiased {interpolation}" if antialias else interpolation
        return from_float(_resample(x, rows, weights, kernel), dtype)
    for axis, matrix in enumerate(weights, start=rows):
        if matrix is not None:
            x = apply_weights(x, axis, matrix)
    return from_float(x, dtype)


def _nearest(d: Any, out: int) -> Any:
    """The indices of the nearest places along an axis of size ``d``."""
    centres = np.arange(out, dtype="float32") + 0.5
    if is_static(d):
        places = np.floor(centres * (d / out)).astype("int32")
        return native.convert(np.minimum(places, d - 1))
    places = floor(native.convert(centres) * (dimension_tensor(d, "float32") / out))
    return minimum(p.cast(places, "int32"), dimension_tensor(d - 1, "int32"))


@op("x:float", name="resample")
def _resample(x: TensorLike, rows: int, weights: list[Any], kernel: str) -> Any:
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


@public("keras.ops.image.scale_and_translate")
@op("images:float output_shape:count")
def scale_and_translate(
    images: TensorLike,
    output_shape: Sequence[int],
    scale: float | Sequence[float],
    translation: float | Sequence[float],
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """Images scaled and moved along some axes.

    Args:
        images: A tensor.
        output_shape: The shape of the result.
        scale: The scale along each of the axes.
        translation: The move along each of the axes.
        spatial_dims: The axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: Whether a smaller image is an average over all pixels.

    Example:

    >>> from keras_core import ops
    >>> image, scale, shift = ops.ones((4, 4, 1)), ops.array([2.0, 2.0]), ops.zeros(2)
    >>> tuple(ops.image.scale_and_translate(image, (8, 8, 1), scale, shift, (0, 1), "linear").shape)
    (8, 8, 1)
    """
    name = _ALIASES.get(method, method)
    if name not in _KERNELS:
        raise ValueError(f"Invalid `method`: {method!r}")
    axes = ordered_axes(spatial_dims, ndim_of(images), "spatial_dims")
    scales, moves = numbers_of(scale), numbers_of(translation)
    if len(output_shape) != ndim_of(images) or not len(set(axes)) == len(scales) == len(moves):
        raise ValueError(
            "`scale_and_translate` expected a size in `output_shape` for each axis of the images, "
            "and a number in `scale` and `translation` for each of the different axes in "
            f"`spatial_dims`. Received: images.shape={native.static_shape(images)}, "
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


def least(a: Any, b: Any) -> Any:
    """The smaller of two sizes, which may be unknown."""
    return min(a, b) if is_static(a) and is_static(b) else _chosen(p.minimum, a, b)


def most(a: Any, b: Any) -> Any:
    """The larger of two sizes, which may be unknown."""
    return max(a, b) if is_static(a) and is_static(b) else _chosen(p.maximum, a, b)


def _chosen(choose: Any, a: Any, b: Any) -> Any:
    if isinstance(a, Dim) or isinstance(b, Dim):
        return Dim()
    return choose(dimension_tensor(a, "int32"), dimension_tensor(b, "int32"))


def _third(a: Any, b: Any, target: Any, total: Any, names: str) -> tuple[int, int]:
    """Both margins out of two of: before, after, and what they leave or add."""
    if sum(v is None for v in (a, b, target)) != 1:
        raise ValueError(f"Must specify exactly two of {names}.")
    if a is None:
        a = total - b
    elif b is None:
        b = total - a
    if any(is_static(v) and v < 0 for v in (a, b)):
        raise ValueError(f"The values of {names} do not fit the images: the margins {a} and {b}.")
    return a, b


@public("keras.ops.image.crop_images")
@op(
    "images:any top_cropping:size left_cropping:size "
    "bottom_cropping:size right_cropping:size target_height:size target_width:size"
)
def crop_images(
    images: TensorLike,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
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

    Example:

    >>> from keras_core import ops
    >>> tuple(
    ...     ops.image.crop_images(
    ...         ops.ones((8, 8, 3)),
    ...         top_cropping=1,
    ...         left_cropping=2,
    ...         target_height=4,
    ...         target_width=4,
    ...     ).shape
    ... )
    (4, 4, 3)
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
    if all(map(is_static, (a, b, d))) and a + b > d:
        raise ValueError(
            f"The values of {names} do not fit the images: the margins {a} and {b} of {d}."
        )
    stop = d - b if target is None or not is_static(a) else a + target
    return _of_size(slice_axis(x, axis, a, stop), axis, target)


def _of_size(x: Any, axis: int, size: int | None) -> Any:
    """``x`` with an axis whose size is found out to be ``size``."""
    shape = list(shape_of(x))
    if size is None or is_static(shape[axis]):
        return x
    shape[axis] = size
    return p.reshape(x, tuple(shape))


@public("keras.ops.image.pad_images")
@op(
    "images:any top_padding:size left_padding:size "
    "bottom_padding:size right_padding:size target_height:size target_width:size"
)
def pad_images(
    images: TensorLike,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
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

    Example:

    >>> from keras_core import ops
    >>> tuple(
    ...     ops.image.pad_images(ops.ones((2, 2, 3)), 1, 1, target_height=4, target_width=4).shape
    ... )
    (4, 4, 3)
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
    return _of_size(_of_size(p.pad(images, width, 0), rows, target_height), columns, target_width)
