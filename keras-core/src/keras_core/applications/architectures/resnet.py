"""Residual networks."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import batch_norm, bn_relu, top
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.core.base.public import public


def stem(x: Any, normalized: bool) -> Any:
    """The layers before the first block: convolution and pooling, each with a step of 2."""
    x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if normalized:
        x = bn_relu(x, "conv1")
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _block(x: Any, filters: int, name: str, strides: int, projected: bool) -> Any:
    shortcut = x
    if projected:
        shortcut = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x)
        shortcut = batch_norm(shortcut, f"{name}_0_bn")
    x = bn_relu(layers.Conv2D(filters, 1, strides=strides, name=f"{name}_1_conv")(x), f"{name}_1")
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(bn_relu(x, f"{name}_2"))
    x = layers.Add(name=f"{name}_add")([shortcut, batch_norm(x, f"{name}_3_bn")])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _resnet(x: Any, request: Request, *blocks: int) -> Any:
    x = stem(x, normalized=True)
    for stage, n in enumerate(blocks, 2):
        for i in range(1, n + 1):
            strides = 2 if i == 1 and stage > 2 else 1
            x = _block(x, 32 * 2 ** (stage - 1), f"conv{stage}_block{i}", strides, i == 1)
    return top(x, request)


@public(
    "keras.applications.ResNet50",
    "keras.applications.resnet.ResNet50",
    "keras.applications.resnet50.ResNet50",
)
@architecture("resnet50", 224, f"resnet/resnet50{TF}")
def ResNet50(x: Any, request: Request) -> Any:
    """ResNet with 50 layers ("Deep Residual Learning for Image Recognition", He et al., 2015).

    Example:

    >>> import keras_core as keras
    >>> model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=5)
    >>> model.output_shape
    (None, 5)
    """
    return _resnet(x, request, 3, 4, 6, 3)


@public(
    "keras.applications.ResNet101",
    "keras.applications.resnet.ResNet101",
)
@architecture("resnet101", 224, f"resnet/resnet101{TF}")
def ResNet101(x: Any, request: Request) -> Any:
    """ResNet with 101 layers ("Deep Residual Learning for Image Recognition", He et al., 2015)."""
    return _resnet(x, request, 3, 4, 23, 3)


@public(
    "keras.applications.ResNet152",
    "keras.applications.resnet.ResNet152",
)
@architecture("resnet152", 224, f"resnet/resnet152{TF}")
def ResNet152(x: Any, request: Request) -> Any:
    """ResNet with 152 layers ("Deep Residual Learning for Image Recognition", He et al., 2015)."""
    return _resnet(x, request, 3, 8, 36, 3)
