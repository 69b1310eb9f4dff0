"""Residual networks that normalise and activate before each convolution."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import bn_relu, top
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.applications.architectures.resnet import stem
from keras_core.core.base.public import public


def _block(x: Any, filters: int, name: str, strides: int, projected: bool) -> Any:
    before = x
    x = bn_relu(x, f"{name}_preact")
    if projected:
        shortcut = layers.Conv2D(4 * filters, 1, strides=strides, name=f"{name}_0_conv")(x)
    elif strides > 1:
        shortcut = layers.MaxPooling2D(1, strides=strides)(before)
    else:
        shortcut = before
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(x)
    x = layers.ZeroPadding2D(1, name=f"{name}_2_pad")(bn_relu(x, f"{name}_1"))
    x = layers.Conv2D(filters, 3, strides=strides, use_bias=False, name=f"{name}_2_conv")(x)
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(bn_relu(x, f"{name}_2"))
    return layers.Add(name=f"{name}_out")([shortcut, x])


def _resnet(x: Any, request: Request, *blocks: int) -> Any:
    x = stem(x, normalized=False)
    for stage, n in enumerate(blocks, 2):
        for i in range(1, n + 1):
            strides = 2 if i == n and stage < 5 else 1
            x = _block(x, 32 * 2 ** (stage - 1), f"conv{stage}_block{i}", strides, i == 1)
    return top(bn_relu(x, "post"), request)


@public(
    "keras.applications.ResNet50V2",
    "keras.applications.resnet_v2.ResNet50V2",
)
@architecture("resnet50v2", 224, f"resnet/resnet50v2{TF}")
def ResNet50V2(x: Any, request: Request) -> Any:
    """ResNet V2 with 50 layers ("Identity Mappings in Deep Residual Networks", He et al.,
    2016).
    """
    return _resnet(x, request, 3, 4, 6, 3)


@public(
    "keras.applications.ResNet101V2",
    "keras.applications.resnet_v2.ResNet101V2",
)
@architecture("resnet101v2", 224, f"resnet/resnet101v2{TF}")
def ResNet101V2(x: Any, request: Request) -> Any:
    """ResNet V2 with 101 layers ("Identity Mappings in Deep Residual Networks", He et al.,
    2016).
    """
    return _resnet(x, request, 3, 4, 23, 3)


@public(
    "keras.applications.ResNet152V2",
    "keras.applications.resnet_v2.ResNet152V2",
)
@architecture("resnet152v2", 224, f"resnet/resnet152v2{TF}")
def ResNet152V2(x: Any, request: Request) -> Any:
    """ResNet V2 with 152 layers ("Identity Mappings in Deep Residual Networks", He et al.,
    2016).
    """
    return _resnet(x, request, 3, 8, 36, 3)
