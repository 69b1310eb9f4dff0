"""Images turned, moved, zoomed and recoloured, as arrays on the host, in the way of Keras 2.

Equal seeds give what the real Keras gives: each function draws in the same order from the same
generator, NumPy's global one unless `drawn_from` says another.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.base.thread_value import Scoped
from keras_core.data.images import array_to_img, img_to_array

Array = np.ndarray[Any, Any]

_GENERATOR: Scoped[Any] = Scoped(np.random)


def generator() -> Any:
    """What random numbers are drawn from: a ``RandomState``, or the module ``numpy.random``."""
    return _GENERATOR.get()


@contextlib.contextmanager
def drawn_from(source: Any) -> Iterator[None]:
    """Random numbers are drawn from ``source`` in this thread."""
    before = _GENERATOR.set(source)
    try:
        yield
    finally:
        _GENERATOR.reset(before)


def _interpolation() -> Any:
    """The module ``scipy.ndimage``.

    Raises:
        ImportError: If SciPy is not installed.
    """
    try:
        from scipy import ndimage
    except ImportError as e:
        raise ImportError(
            "Images are turned, moved, sheared and zoomed by SciPy, which is not installed: "
            "pip install 'keras-core[legacy]'"
        ) from e
    return ndimage


def pair(value: Any, name: str) -> tuple[float, float]:
    """Two numbers.

    Raises:
        ValueError: If it is anything else.
    """
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
        raise ValueError(
            f"`{name}` should be a tuple or list of two floats. Received: {name}={value}"
        )
    return value[0], value[1]


def _matrix(theta: float, tx: float, ty: float, shear: float, zx: float, zy: float) -> Array:
    """Where a pixel of the result comes from, in coordinates whose origin is the centre."""
    angle, lean = np.deg2rad(theta), np.deg2rad(shear)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    leant = np.array([[1, -np.sin(lean)], [0, np.cos(lean)]])
    whole = np.eye(3)
    whole[:2, :2] = turned @ leant @ np.diag([zx, zy])
    whole[:2, 2] = turned @ [tx, ty]
    return whole


@public("keras.preprocessing.image.apply_affine_transform", in_files=False)
def apply_affine_transform(
    x: Array,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Array:
    """Turns, moves, shears and zooms an image. Needs SciPy.

    Deprecated: use `keras.ops.image.affine_transform`.

    Args:
        x: Array of rank 3.
        theta: Angle in degrees to turn it by. 0 by default.
        tx: Pixels to move it by along the columns. 0 by default.
        ty: Pixels to move it by along the rows. 0 by default.
        shear: Angle in degrees to shear it by. 0 by default.
        zx: Factor of the part that is seen along the columns: below 1, it is zoomed in. 1 by
            default.
        zy: The same along the rows.
        row_axis: The axis of the rows, 1 by default.
        col_axis: The axis of the columns, 2 by default.
        channel_axis: The axis of the channels, 0 by default.
        fill_mode: What is outside of the image: ``"nearest"`` (the default), ``"constant"``,
            ``"reflect"`` or ``"wrap"``.
        cval: The value outside with ``fill_mode="constant"``. 0 by default.
        order: Order of the splines that interpolate, from 0 to 5. 1 by default: linearly.

    Returns:
        An array of the shape and dtype of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> row = np.arange(4.0).reshape(1, 1, 4)
    >>> keras.preprocessing.image.apply_affine_transform(row, tx=1).tolist()
    [[[1.0, 2.0, 3.0, 3.0]]]
    """
    whole = _matrix(theta, tx, ty, shear, zx, zy)
    planes = np.moveaxis(x, channel_axis, 0)
    if np.array_equal(whole, np.eye(3)):
        return x.copy()
    # The centre has the height along the columns and the width along the rows, as in Keras.
    centre = np.array([x.shape[row_axis], x.shape[col_axis]]) / 2 - 0.5
    linear, offset = whole[:2, :2], whole[:2, 2] + centre - whole[:2, :2] @ centre
    if col_axis > row_axis:  # from (column, row) to the order of the axes
        linear, offset = linear[::-1, ::-1], offset[::-1]
    ndimage = _interpolation()
    out = [
        ndimage.affine_transform(plane, linear, offset, order=order, mode=fill_mode, cval=cval)
        for plane in planes
    ]
    return np.moveaxis(np.stack(out), 0, channel_axis)


@public("keras.preprocessing.image.apply_channel_shift", in_files=False)
def apply_channel_shift(x: Array, intensity: float, channel_axis: int = 0) -> Array:
    """Adds a number to all values, which stay between the least and the greatest of the image.

    Deprecated: use `keras.ops.clip`.

    Args:
        x: Array of rank 3.
        intensity: The number.
        channel_axis: The axis of the channels, 0 by default. It has no effect: all channels are
            shifted by the same number.

    Returns:
        An array of the shape of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.apply_channel_shift(np.arange(4.0).reshape(1, 1, 4), 2).tolist()
    [[[2.0, 3.0, 3.0, 3.0]]]
    """
    del channel_axis
    return np.clip(x + intensity, x.min(), x.max())


@public("keras.preprocessing.image.apply_brightness_shift", in_files=False)
def apply_brightness_shift(x: Array, brightness: float, scale: bool = True) -> Array:
    """Makes an image darker or brighter. Needs Pillow.

    Deprecated: use `keras.layers.RandomBrightness`.

    Args:
        x: Array of rank 3, with 1, 3 or 4 channels.
        brightness: Factor of the values: 0 gives black, 1 the image.
        scale: Whether the values are stretched to 0 to 255 before, which is the default.
            Otherwise they have to be from 0 to 255, or are brought there and back.

    Returns:
        A float array of the shape of `x`, of whole numbers from 0 to 255 unless it was brought
        back.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> grey = np.full((1, 1, 3), 100.0)
    >>> keras.preprocessing.image.apply_brightness_shift(grey, 0.5, scale=False).tolist()
    [[[50.0, 50.0, 50.0]]]
    """
    from PIL import ImageEnhance

    low, high = x.min(), x.max()
    is_outside = bool(low < 0 or high > 255)
    image = array_to_img(x, scale=scale or is_outside)
    out: Array = img_to_array(ImageEnhance.Brightness(image).enhance(brightness))
    return out / 255 * (high - low) + low if is_outside and not scale else out


# -- At random -----------------------------------------------------------------------


@public("keras.preprocessing.image.random_rotation", in_files=False)
def random_rotation(
    x: Array,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Turns an image by a random angle. Needs SciPy.

    Deprecated: use `keras.layers.RandomRotation`.

    Args:
        x: Array of rank 3.
        rg: The greatest angle, in degrees.
        row_axis: The axis of the rows, 1 by default.
        col_axis: The axis of the columns, 2 by default.
        channel_axis: The axis of the channels, 0 by default.
        fill_mode: What is outside; see `apply_affine_transform`. ``"nearest"`` by default.
        cval: The value outside with ``fill_mode="constant"``. 0 by default.
        interpolation_order: Order of the splines that interpolate, 1 by default.

    Returns:
        An array of the shape and dtype of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_rotation(np.ones((3, 4, 4)), 20).shape
    (3, 4, 4)
    """
    theta = generator().uniform(-rg, rg)
    return apply_affine_transform(
        x,
        theta=theta,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


@public("keras.preprocessing.image.random_shift", in_files=False)
def random_shift(
    x: Array,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Moves an image by random numbers of pixels. Needs SciPy.

    Deprecated: use `keras.layers.RandomTranslation`.

    Args:
        x: Array of rank 3.
        wrg: The greatest move along the rows, as a fraction of the width.
        hrg: The greatest move along the columns, as a fraction of the height.
        row_axis: The axis of the rows, 1 by default.
        col_axis: The axis of the columns, 2 by default.
        channel_axis: The axis of the channels, 0 by default.
        fill_mode: What is outside; see `apply_affine_transform`. ``"nearest"`` by default.
        cval: The value outside with ``fill_mode="constant"``. 0 by default.
        interpolation_order: Order of the splines that interpolate, 1 by default.

    Returns:
        An array of the shape and dtype of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_shift(np.ones((3, 4, 4)), 0.2, 0.2).shape
    (3, 4, 4)
    """
    tx = generator().uniform(-hrg, hrg) * x.shape[row_axis]
    ty = generator().uniform(-wrg, wrg) * x.shape[col_axis]
    return apply_affine_transform(
        x,
        tx=tx,
        ty=ty,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


@public("keras.preprocessing.image.random_shear", in_files=False)
def random_shear(
    x: Array,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Shears an image by a random angle. Needs SciPy.

    Deprecated: use `keras.layers.RandomShear`.

    Args:
        x: Array of rank 3.
        intensity: The greatest angle, in degrees.
        row_axis: The axis of the rows, 1 by default.
        col_axis: The axis of the columns, 2 by default.
        channel_axis: The axis of the channels, 0 by default.
        fill_mode: What is outside; see `apply_affine_transform`. ``"nearest"`` by default.
        cval: The value outside with ``fill_mode="constant"``. 0 by default.
        interpolation_order: Order of the splines that interpolate, 1 by default.

    Returns:
        An array of the shape and dtype of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_shear(np.ones((3, 4, 4)), 20).shape
    (3, 4, 4)
    """
    shear = generator().uniform(-intensity, intensity)
    return apply_affine_transform(
        x,
        shear=shear,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


@public("keras.preprocessing.image.random_zoom", in_files=False)
def random_zoom(
    x: Array,
    zoom_range: Sequence[float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Array:
    """Zooms an image by random factors. Needs SciPy.

    Deprecated: use `keras.layers.RandomZoom`.

    Args:
        x: Array of rank 3.
        zoom_range: The least and the greatest factor of what is seen: below 1, it is zoomed in.
        row_axis: The axis of the rows, 1 by default.
        col_axis: The axis of the columns, 2 by default.
        channel_axis: The axis of the channels, 0 by default.
        fill_mode: What is outside; see `apply_affine_transform`. ``"nearest"`` by default.
        cval: The value outside with ``fill_mode="constant"``. 0 by default.
        interpolation_order: Order of the splines that interpolate, 1 by default.

    Returns:
        An array of the shape and dtype of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_zoom(np.ones((3, 4, 4)), (0.8, 1.2)).shape
    (3, 4, 4)
    """
    zx, zy = drawn_zoom(pair(zoom_range, "zoom_range"))
    return apply_affine_transform(
        x,
        zx=zx,
        zy=zy,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def drawn_zoom(bounds: tuple[float, float]) -> tuple[float, float]:
    """Factors along the two axes; nothing is drawn between 1 and 1."""
    if bounds[0] == bounds[1] == 1:
        return 1.0, 1.0
    zx, zy = generator().uniform(*bounds, 2)
    return float(zx), float(zy)


@public("keras.preprocessing.image.random_channel_shift", in_files=False)
def random_channel_shift(x: Array, intensity_range: float, channel_axis: int = 0) -> Array:
    """Adds a random number to all values of an image.

    Deprecated: use `keras.layers.RandomBrightness`.

    Args:
        x: Array of rank 3.
        intensity_range: The greatest number.
        channel_axis: The axis of the channels, 0 by default; see `apply_channel_shift`.

    Returns:
        An array of the shape of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_channel_shift(np.ones((3, 4, 4)), 20.0).shape
    (3, 4, 4)
    """
    intensity = generator().uniform(-intensity_range, intensity_range)
    return apply_channel_shift(x, intensity, channel_axis)


@public("keras.preprocessing.image.random_brightness", in_files=False)
def random_brightness(x: Array, brightness_range: Sequence[float], scale: bool = True) -> Array:
    """Makes an image darker or brighter at random. Needs Pillow.

    Deprecated: use `keras.layers.RandomBrightness`.

    Args:
        x: Array of rank 3.
        brightness_range: The least and the greatest factor of the values.
        scale: Whether the values are stretched to 0 to 255 before, which is the default.

    Returns:
        A float array of the shape of `x`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> keras.preprocessing.image.random_brightness(np.ones((4, 4, 3)), (0.5, 1.5)).shape
    (4, 4, 3)
    """
    bounds = pair(brightness_range, "brightness_range")
    return apply_brightness_shift(x, generator().uniform(*bounds), scale)
