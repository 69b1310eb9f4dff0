"""Images as arrays, and arrays as images; files by Pillow, which is imported when it is used."""

import io
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import numpy.typing as npt

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.typing import Array, FilePath, Tensor, TensorLike

if TYPE_CHECKING:
    from PIL.Image import Image

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
COLOR_MODES = {"grayscale": 1, "rgb": 3, "rgba": 4}
"""The number of channels of each colour mode."""


def pillow() -> Any:
    """The module ``PIL.Image``.

    Raises:
        ImportError: If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as e:
        raise ImportError(
            "Images are read and written by Pillow, which is not installed: "
            "pip install 'keras-core[image]'"
        ) from e
    return Image


def check_interpolation(interpolation: str) -> str:
    """A way to resize images, in lower case.

    Raises:
        ValueError: If there is no such way.
    """
    name = interpolation.lower() if isinstance(interpolation, str) else interpolation
    if name not in INTERPOLATIONS:
        raise ValueError(
            f"Invalid interpolation method {interpolation} specified. Supported methods are "
            f"{', '.join(INTERPOLATIONS)}"
        )
    return name


def check_size(size: Any, name: str) -> tuple[int, int]:
    """A height and a width.

    Raises:
        ValueError: If it is no pair of positive integers.
    """
    if (
        not isinstance(size, (tuple, list))
        or len(size) != 2
        or not all(isinstance(v, (int, np.integer)) and v > 0 for v in size)
    ):
        raise ValueError(
            f"`{name}` should be a tuple of 2 positive integers, (height, width). "
            f"Received: {name}={size!r}"
        )
    return int(size[0]), int(size[1])


@public("keras.utils.array_to_img", "keras.preprocessing.image.array_to_img")
def array_to_img(
    x: TensorLike,
    data_format: str | None = None,
    scale: bool = True,
    dtype: npt.DTypeLike | None = None,
) -> "Image":
    """Converts an array to an image of Pillow.

    Args:
        x: Array or tensor of shape ``(height, width, channels)``, or ``(channels, height,
            width)``, with 1, 3 or 4 channels.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        scale: Whether to stretch the values to 0 to 255, which is the default. Otherwise they
            are taken as they are.
        dtype: Float dtype in which to compute, by default `keras.config.floatx`.

    Returns:
        An image of Pillow, in mode ``"L"``, ``"RGB"`` or ``"RGBA"``; one channel of values above
        255 gives mode ``"I"``.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.utils.array_to_img(np.zeros((2, 3, 3))).size
    (3, 2)
    """
    image = pillow()
    data_format = config.standardize_data_format(data_format)
    array = np.asarray(native.to_numpy(x), dtype=config.floatx() if dtype is None else dtype)
    if array.ndim != 3:
        raise ValueError(
            "Expected image array to have rank 3 (single image). Got array with shape: "
            f"{array.shape}"
        )
    if data_format == "channels_first":
        array = array.transpose(1, 2, 0)
    if scale:
        array = array - array.min()
        top = array.max()
        if top != 0:
            array = array / top
        array = array * 255
    channels = array.shape[2]
    if channels not in COLOR_MODES.values():
        raise ValueError(f"Unsupported channel number: {channels}. Expected 1, 3 or 4 channels.")
    if channels == 1:
        array = array[:, :, 0]
    deep = channels == 1 and array.size and array.max() > 255
    return image.fromarray(np.ascontiguousarray(array.astype("int32" if deep else "uint8")))


@public("keras.utils.img_to_array", "keras.preprocessing.image.img_to_array")
def img_to_array(
    img: "Image | npt.ArrayLike", data_format: str | None = None, dtype: npt.DTypeLike | None = None
) -> Array:
    """Converts an image of Pillow to a NumPy array.

    Args:
        img: Image of Pillow, or an array of it.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        dtype: Dtype of the array, by default `keras.config.floatx`.

    Returns:
        An array of rank 3, with an axis of channels also for an image in shades of grey.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> image = keras.utils.array_to_img(np.ones((2, 3, 1)), scale=False)
    >>> keras.utils.img_to_array(image)[..., 0].tolist()
    [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]
    """
    data_format = config.standardize_data_format(data_format)
    x = np.array(img, dtype=config.floatx() if dtype is None else dtype)
    if x.ndim == 3:
        return x.transpose(2, 0, 1) if data_format == "channels_first" else x
    if x.ndim == 2:
        return x[None] if data_format == "channels_first" else x[..., None]
    raise ValueError(f"Unsupported image shape: {x.shape}. Expected 2 or 3 axes.")


@public("keras.utils.save_img", "keras.preprocessing.image.save_img")
def save_img(
    path: FilePath,
    x: TensorLike,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Saves an array as an image file.

    Args:
        path: Path of the file, or a file that is open for writing.
        x: Array or tensor of shape ``(height, width, channels)``, or ``(channels, height,
            width)``.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        file_format: Format of the file, such as ``"png"``. By default the one that the suffix of
            `path` names.
        scale: Whether to stretch the values to 0 to 255, which is the default.
        **kwargs: More options of Pillow's ``Image.save``.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> keras.utils.save_img("grey.png", np.full((4, 6, 3), 128.0))
    >>> keras.utils.load_img("grey.png").size
    (6, 4)
    """
    img = array_to_img(x, data_format=data_format, scale=scale)
    named = file_format or (Path(path).suffix[1:] if isinstance(path, (str, os.PathLike)) else "")
    if img.mode == "RGBA" and named.lower() in ("jpg", "jpeg"):
        warnings.warn(
            "The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2
        )
        img = img.convert("RGB")
    img.save(path, format=file_format, **kwargs)


@public("keras.utils.load_img", "keras.preprocessing.image.load_img")
def load_img(
    path: FilePath,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> "Image":
    """Loads an image of any format that Pillow reads.

    Args:
        path: Path of the file, or an ``io.BytesIO`` of its bytes.
        color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``. Images in shades of
            grey with more than 8 bits keep their depth with ``"grayscale"``.
        target_size: Size ``(height, width)`` that the image is resized to. None, the default,
            keeps its own.
        interpolation: ``"nearest"`` (the default), ``"bilinear"``, ``"bicubic"``,
            ``"lanczos"``, ``"box"`` or ``"hamming"``.
        keep_aspect_ratio: Whether the image is cropped at the centre to the ratio of
            `target_size` first, so that nothing is distorted. False by default.

    Returns:
        An image of Pillow.

    Raises:
        ValueError: If the file is no image, or a damaged one.

    Example:

    >>> import keras_core as keras
    >>> import numpy as np
    >>> keras.utils.save_img("grey.png", np.full((4, 6, 3), 128.0))
    >>> keras.utils.load_img("grey.png", target_size=(2, 3)).size
    (3, 2)
    """
    image = pillow()
    if color_mode not in COLOR_MODES:
        raise ValueError(
            f'color_mode must be "grayscale", "rgb", or "rgba". Received: color_mode={color_mode!r}'
        )
    interpolation = check_interpolation(interpolation)
    size = None if target_size is None else check_size(target_size, "target_size")
    if isinstance(path, io.BytesIO):
        source: Any = path
    elif isinstance(path, (str, os.PathLike)):
        source = io.BytesIO(Path(path).read_bytes())
    else:
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    try:
        img = image.open(source)
        img.load()
    except (OSError, SyntaxError, ValueError, image.DecompressionBombError) as e:
        raise ValueError(
            f"Cannot read {path if source is not path else 'the bytes'} as an image: {e}. Check "
            "that it is an image file, and that it is whole."
        ) from e
    if color_mode == "grayscale":
        if img.mode not in ("L", "I;16", "I"):
            img = img.convert("L")
    elif img.mode != color_mode.upper():
        img = img.convert(color_mode.upper())
    if size is None:
        return img
    height, width = size
    box = None
    if keep_aspect_ratio:
        box = crop_box(img.size[1], img.size[0], height, width)
        box = (box[1], box[0], box[1] + box[3], box[0] + box[2])  # left, top, right, bottom
    elif img.size == (width, height):
        return img
    return img.resize((width, height), getattr(image.Resampling, interpolation.upper()), box)


def crop_box(height: int, width: int, to_height: int, to_width: int) -> tuple[int, int, int, int]:
    """The largest part at the centre with the ratio of a size: top, left, height, width."""
    crop_height = min(height, int(float(width * to_height) / to_width))
    crop_width = min(width, int(float(height * to_width) / to_height))
    top, left = int((height - crop_height) / 2), int((width - crop_width) / 2)
    return top, left, crop_height, crop_width


@overload
def smart_resize(
    x: Array,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    backend_module: None = None,
) -> Array: ...


@overload
def smart_resize(
    x: TensorLike,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    backend_module: None = None,
) -> Tensor: ...


@public("keras.preprocessing.image.smart_resize")
def smart_resize(
    x: TensorLike,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    backend_module: None = None,
) -> Any:
    """Resizes images without distorting them: they are cropped at the centre first.

    Args:
        x: Image of shape ``(height, width, channels)`` or batch of images of shape ``(batch,
            height, width, channels)``; with ``"channels_first"`` the channels come before the
            height. An array or a tensor.
        size: Size ``(height, width)`` to resize to.
        interpolation: ``"bilinear"`` (the default), ``"nearest"``, ``"bicubic"``, ``"lanczos3"``
            or ``"lanczos5"``.
        data_format: ``"channels_last"`` (the default) or ``"channels_first"``.
        backend_module: Not used any more; has to be None.

    Returns:
        An array if `x` is one, else a tensor.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.smart_resize(np.ones((4, 6, 3)), (2, 2)).shape
    (2, 2, 3)
    """
    if backend_module is not None:
        raise ValueError("`backend_module` is not supported: one backend runs in a process.")
    try:
        to_height, to_width = check_size(size, "size")
    except ValueError:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.") from None
    config.standardize_data_format(data_format)
    tensor = ops.convert_to_tensor(x)
    shape = tensor.shape
    if len(shape) not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, "
            f"height, width, channels)`, but got input with incorrect rank, of shape {shape}."
        )
    first = data_format == "channels_first"
    axis = len(shape) - (2 if first else 3)
    top, left, height, width = crop_box(shape[axis], shape[axis + 1], to_height, to_width)
    parts: list[Any] = [slice(None)] * len(shape)
    parts[axis], parts[axis + 1] = slice(top, top + height), slice(left, left + width)
    out = ops.image.resize(
        tensor[tuple(parts)],
        (to_height, to_width),
        interpolation=interpolation,
        data_format=data_format,
    )
    if isinstance(x, np.ndarray):
        return native.to_numpy(out).astype(x.dtype)
    return out
