"""A residual network of separable convolutions."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import top
from keras_core.applications.architectures._request import Request, architecture, channels_first
from keras_core.applications.architectures._weights import TF
from keras_core.core.base.public import public


def _bn(x: Any, name: str | None = None) -> Any:
    return layers.BatchNormalization(axis=1 if channels_first() else -1, name=name)(x)


def _relu(x: Any, name: str) -> Any:
    return layers.Activation("relu", name=f"{name}_act")(x)


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return _bn(x, f"{name}_bn")


def _smaller(x: Any, first: int, second: int, name: str, activated: bool = True) -> Any:
    """A residual block of two separable convolutions and a step of 2."""
    shortcut = layers.Conv2D(second, 1, strides=2, padding="same", use_bias=False)(x)
    shortcut = _bn(shortcut)
    for i, filters in enumerate((first, second), 1):
        layer = f"{name}_sepconv{i}"
        x = _separable(_relu(x, layer) if i > 1 or activated else x, filters, layer)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.Add()([x, shortcut])


@public(
    "keras.applications.Xception",
    "keras.applications.xception.Xception",
)
@architecture("xception", 299, f"xception/xception{TF}", minimum=71)
def Xception(x: Any, request: Request) -> Any:
    """Xception ("Xception: Deep Learning with Depthwise Separable Convolutions", Chollet, 2017)."""
    for i, (filters, strides) in enumerate(((32, 2), (64, 1)), 1):
        layer = f"block1_conv{i}"
        x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=layer)(x)
        x = _relu(_bn(x, f"{layer}_bn"), layer)
    x = _smaller(x, 128, 128, "block2", activated=False)
    x = _smaller(x, 256, 256, "block3")
    x = _smaller(x, 728, 728, "block4")
    for block in range(5, 13):
        shortcut = x
        for i in (1, 2, 3):
            layer = f"block{block}_sepconv{i}"
            x = _separable(_relu(x, layer), 728, layer)
        x = layers.Add()([x, shortcut])
    x = _smaller(x, 728, 1024, "block13")
    for i, filters in enumerate((1536, 2048), 1):
        layer = f"block14_sepconv{i}"
        x = _relu(_separable(x, filters, layer), layer)
    return top(x, request, named=False)
