"""What the bodies of several families share."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._request import Request, channels_first


def channel_axis() -> int:
    """The axis of the channels of a batch of images."""
    return 1 if channels_first() else 3


def batch_norm(x: Any, name: str, epsilon: float = 1.001e-5, **kwargs: Any) -> Any:
    """Batch normalisation of the channels."""
    return layers.BatchNormalization(axis=channel_axis(), epsilon=epsilon, name=name, **kwargs)(x)


def bn_relu(x: Any, name: str) -> Any:
    """Batch normalisation and ReLU, ``{name}_bn`` and ``{name}_relu``."""
    x = batch_norm(x, f"{name}_bn")
    return layers.Activation("relu", name=f"{name}_relu")(x)


def pad_for_stride(x: Any, size: int, name: str | None) -> Any:
    """Zeros for windows with a step of 2, as many as padding of "same" takes for even sizes.

    Those that are odd get one more before the image; those that are not known count as even.
    """
    spatial = x.shape[2:] if channels_first() else x.shape[1:3]
    half = size // 2
    padding = tuple((half - (1 if side is None else 1 - side % 2), half) for side in spatial)
    return layers.ZeroPadding2D(padding, name=name)(x)


def pooled(x: Any, request: Request, named: bool = True) -> Any:
    """The features of a model without its top."""
    if request.pooling == "avg":
        return layers.GlobalAveragePooling2D(name="avg_pool" if named else None)(x)
    if request.pooling == "max":
        return layers.GlobalMaxPooling2D(name="max_pool" if named else None)(x)
    return x


def top(x: Any, request: Request, named: bool = True, **kwargs: Any) -> Any:
    """The end of a model: the mean of each channel and a classifier, or the features.

    Args:
        x: The last feature map.
        request: What the user asks for.
        named: Whether the pooling of the features has a name.
        **kwargs: For the classifier.
    """
    if not request.include_top:
        return pooled(x, request, named)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return classifier(x, request, **kwargs)


def classifier(x: Any, request: Request, **kwargs: Any) -> Any:
    """The last layer of a model with its top."""
    return layers.Dense(
        request.classes, activation=request.classifier_activation, name="predictions", **kwargs
    )(x)


def divisible(value: float, divisor: int = 8) -> int:
    """The multiple of ``divisor`` next to a number of filters, and not below nine tenths of it."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def squeeze_excite(x: Any, filters: int, name: str, **kwargs: Any) -> Any:
    """Each channel times a number from 0 to 1, which the means of all channels decide.

    Args:
        x: The features.
        filters: How many numbers the means are reduced to in between.
        name: What the names of the layers begin with.
        **kwargs: For both convolutions.
    """
    channels = x.shape[channel_axis()]
    weights = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    shape = (channels, 1, 1) if channels_first() else (1, 1, channels)
    weights = layers.Reshape(shape, name=f"{name}se_reshape")(weights)
    for size, activation, part in ((filters, "silu", "reduce"), (channels, "sigmoid", "expand")):
        weights = layers.Conv2D(
            size, 1, padding="same", activation=activation, name=f"{name}se_{part}", **kwargs
        )(weights)
    return layers.Multiply(name=f"{name}se_excite")([x, weights])
