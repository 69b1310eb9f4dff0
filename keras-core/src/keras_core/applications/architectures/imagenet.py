"""Images as the networks expect them, and the classes of ImageNet as words."""

from typing import Any, overload

import numpy as np

from keras_core import ops
from keras_core.applications.architectures._weights import class_index
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.typing import Array, Shaped, T, Tensor

_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_CAFFE_MEAN = (103.939, 116.779, 123.68)
_MODES = ("caffe", "tf", "torch")


@overload
def preprocess_input(x: Array, data_format: str | None = None, mode: str = "caffe") -> Array: ...


@overload
def preprocess_input(x: Tensor, data_format: str | None = None, mode: str = "caffe") -> Tensor: ...


@public("keras.applications.imagenet_utils.preprocess_input")
def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Scales the colours of images as a network expects them.

    Args:
        x: Images of three channels, with values from 0 to 255: an array or a tensor of shape
            ``(height, width, 3)`` or ``(batch, height, width, 3)``, which is left as it is.
        data_format: ``"channels_last"``, or ``"channels_first"`` for shapes of ``(3, height,
            width)``; `keras.config.image_data_format()` by default.
        mode: ``"caffe"``, the default, turns the channels from RGB to BGR and subtracts the mean
            of ImageNet's; ``"tf"`` scales to the range from -1 to 1; ``"torch"`` scales to the
            range from 0 to 1, subtracts the mean of ImageNet's channels and divides by their
            standard deviation.

    Returns:
        The images as floats: of the dtype of ``x`` if that is one, or `keras.config.floatx()`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> images = np.full((1, 2, 2, 3), 255)
    >>> keras.applications.imagenet_utils.preprocess_input(images, mode="tf").max().item()
    1.0
    """
    if mode not in _MODES:
        raise ValueError(
            f"Expected mode to be one of `caffe`, `tf` or `torch`. Received: mode={mode}"
        )
    if data_format not in (None, "channels_first", "channels_last"):
        raise ValueError(
            "Expected data_format to be one of `channels_first` or `channels_last`. "
            f"Received: data_format={data_format}"
        )
    first = (data_format or config.image_data_format()) == "channels_first"
    axis = len(x.shape) - 3 if first else len(x.shape) - 1
    if x.shape[axis] != 3:
        raise ValueError(
            f"`preprocess_input` expects images of three channels on axis {axis}. Received: "
            f"x.shape={tuple(x.shape)}"
        )
    if isinstance(x, np.ndarray):
        x = x if np.issubdtype(x.dtype, np.floating) else x.astype(config.floatx())
    elif not dtypes.is_float(ops.dtype(x)):
        x = ops.cast(x, config.floatx())
    if mode == "tf":
        return x / 127.5 - 1.0
    line = (3,) + (1,) * (len(x.shape) - 1 - axis)
    if mode == "caffe":
        flipped = np.flip(x, axis) if isinstance(x, np.ndarray) else ops.flip(x, axis)
        return flipped - _of_channels(_CAFFE_MEAN, x, line)
    return (x / 255.0 - _of_channels(_MEAN, x, line)) / _of_channels(_DEVIATION, x, line)


def _of_channels(values: tuple[float, ...], x: Any, line: tuple[int, ...]) -> Any:
    dtype = x.dtype if isinstance(x, np.ndarray) else ops.dtype(x)
    return np.asarray(values, dtype).reshape(line)


@public(
    "keras.applications.convnext.preprocess_input",
    "keras.applications.efficientnet.preprocess_input",
    "keras.applications.efficientnet_v2.preprocess_input",
    "keras.applications.mobilenet_v3.preprocess_input",
)
def unchanged(x: T, data_format: str | None = None) -> T:
    """Returns images as they are: the network does on its own what they need.

    Args:
        x: Images with values from 0 to 255, an array or a tensor.
        data_format: Of no effect; other networks have it too.

    Example:

    >>> import keras_core as keras
    >>> keras.applications.convnext.preprocess_input([[[0.0, 128.0, 255.0]]])
    [[[0.0, 128.0, 255.0]]]
    """
    return x


def _of_mode(mode: str) -> Any:
    """The `preprocess_input` of a family whose networks expect images of one mode."""

    def preprocess(x: Any, data_format: str | None = None) -> Any:
        return preprocess_input(x, data_format, mode)

    preprocess.__name__ = preprocess.__qualname__ = "preprocess_input"
    page = {"caffe": "resnet", "tf": "inception_v3", "torch": "densenet"}[mode]
    preprocess.__doc__ = f"""Scales the colours of images as these networks expect them.

    Args:
        x: Images of three channels, with values from 0 to 255: an array or a tensor of shape
            ``(height, width, 3)`` or ``(batch, height, width, 3)``, which is left as it is.
        data_format: ``"channels_last"``, or ``"channels_first"`` for shapes of ``(3, height,
            width)``; `keras.config.image_data_format()` by default.

    Returns:
        The images as floats, scaled as by mode ``"{mode}"`` of `imagenet_utils.preprocess_input`.

    Example:

    >>> import keras_core as keras
    >>> images = keras.ops.ones((1, 2, 2, 3))
    >>> tuple(keras.applications.{page}.preprocess_input(images).shape)
    (1, 2, 2, 3)
    """
    return preprocess


preprocess_caffe = _of_mode("caffe")
public(
    "keras.applications.resnet.preprocess_input",
    "keras.applications.resnet50.preprocess_input",
    "keras.applications.vgg16.preprocess_input",
    "keras.applications.vgg19.preprocess_input",
)(preprocess_caffe)
preprocess_tf = _of_mode("tf")
public(
    "keras.applications.inception_resnet_v2.preprocess_input",
    "keras.applications.inception_v3.preprocess_input",
    "keras.applications.mobilenet.preprocess_input",
    "keras.applications.mobilenet_v2.preprocess_input",
    "keras.applications.nasnet.preprocess_input",
    "keras.applications.resnet_v2.preprocess_input",
    "keras.applications.xception.preprocess_input",
)(preprocess_tf)
preprocess_torch = _of_mode("torch")
public(
    "keras.applications.densenet.preprocess_input",
)(preprocess_torch)


@public(
    "keras.applications.convnext.decode_predictions",
    "keras.applications.densenet.decode_predictions",
    "keras.applications.efficientnet.decode_predictions",
    "keras.applications.efficientnet_v2.decode_predictions",
    "keras.applications.imagenet_utils.decode_predictions",
    "keras.applications.inception_resnet_v2.decode_predictions",
    "keras.applications.inception_v3.decode_predictions",
    "keras.applications.mobilenet.decode_predictions",
    "keras.applications.mobilenet_v2.decode_predictions",
    "keras.applications.mobilenet_v3.decode_predictions",
    "keras.applications.nasnet.decode_predictions",
    "keras.applications.resnet.decode_predictions",
    "keras.applications.resnet50.decode_predictions",
    "keras.applications.resnet_v2.decode_predictions",
    "keras.applications.vgg16.decode_predictions",
    "keras.applications.vgg19.decode_predictions",
    "keras.applications.xception.decode_predictions",
)
def decode_predictions(preds: Shaped, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """The most likely classes of ImageNet, in words.

    The names are downloaded once.

    Args:
        preds: What a network with the top of ImageNet returned: an array or a tensor of shape
            ``(batch, 1000)``.
        top: How many classes are listed for each image, 5 by default.

    Returns:
        For each image, its most likely classes, best first: the WordNet id, the name and the score.

    Raises:
        ValueError: If ``preds`` has another shape.

    Example:

    ```python
    import keras_core as keras

    model = keras.applications.MobileNet()
    keras.applications.mobilenet.decode_predictions(model.predict(images), top=3)
    ```
    """
    if len(preds.shape) != 2 or preds.shape[1] != 1000:
        raise ValueError(
            "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape "
            f"(samples, 1000)). Received array with shape: {tuple(preds.shape)}"
        )
    index = class_index()
    scores = ops.convert_to_numpy(preds)
    best = scores.argsort()[:, -top:][:, ::-1]
    return [
        [(*index[str(i)], row[i]) for i in chosen] for row, chosen in zip(scores, best, strict=True)
    ]
