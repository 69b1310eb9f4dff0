"""Networks in which each layer takes the features of all before it."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import batch_norm, bn_relu, channel_axis, top
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.core.base.public import public

_GROWTH = 32  # features that a layer adds


def _layer(x: Any, name: str) -> Any:
    y = bn_relu(x, f"{name}_0")
    y = layers.Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(y)
    y = bn_relu(y, f"{name}_1")
    y = layers.Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(y)
    return layers.Concatenate(axis=channel_axis(), name=f"{name}_concat")([x, y])


def _transition(x: Any, name: str) -> Any:
    """Half as many features of half the height and width."""
    half = x.shape[channel_axis()] // 2
    x = layers.Conv2D(half, 1, use_bias=False, name=f"{name}_conv")(bn_relu(x, name))
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _densenet(x: Any, request: Request, *blocks: int) -> Any:
    x = layers.ZeroPadding2D(3)(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = layers.ZeroPadding2D(1)(bn_relu(x, "conv1"))
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
    for stage, n in enumerate(blocks, 2):
        for i in range(1, n + 1):
            x = _layer(x, f"conv{stage}_block{i}")
        if stage < 5:
            x = _transition(x, f"pool{stage}")
    x = layers.Activation("relu", name="relu")(batch_norm(x, "bn"))
    return top(x, request)


@public(
    "keras.applications.DenseNet121",
    "keras.applications.densenet.DenseNet121",
)
@architecture("densenet121", 224, f"densenet/densenet121{TF}")
def DenseNet121(x: Any, request: Request) -> Any:
    """DenseNet with 121 layers ("Densely Connected Convolutional Networks", Huang et al., 2017)."""
    return _densenet(x, request, 6, 12, 24, 16)


@public(
    "keras.applications.DenseNet169",
    "keras.applications.densenet.DenseNet169",
)
@architecture("densenet169", 224, f"densenet/densenet169{TF}")
def DenseNet169(x: Any, request: Request) -> Any:
    """DenseNet with 169 layers ("Densely Connected Convolutional Networks", Huang et al., 2017)."""
    return _densenet(x, request, 6, 12, 32, 32)


@public(
    "keras.applications.DenseNet201",
    "keras.applications.densenet.DenseNet201",
)
@architecture("densenet201", 224, f"densenet/densenet201{TF}")
def DenseNet201(x: Any, request: Request) -> Any:
    """DenseNet with 201 layers ("Densely Connected Convolutional Networks", Huang et al., 2017)."""
    return _densenet(x, request, 6, 12, 48, 32)
