"""EfficientNets that train faster: convolutions of all channels in the first stages."""

import math
from typing import Any

from keras_core import initializers, layers
from keras_core.applications.architectures._blocks import (
    channel_axis,
    classifier,
    pooled,
    squeeze_excite,
)
from keras_core.applications.architectures._request import Request, Shape, architecture
from keras_core.applications.architectures.efficientnet import CONV, DENSE, Stage
from keras_core.core.base.public import public
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor

# The first three stages of each are fused: one convolution instead of two.
_B = (
    Stage(3, 1, 32, 16, 1, 1), Stage(3, 2, 16, 32, 4, 2), Stage(3, 2, 32, 48, 4, 2),
    Stage(3, 3, 48, 96, 4, 2), Stage(3, 5, 96, 112, 6, 1), Stage(3, 8, 112, 192, 6, 2),
)  # fmt: skip
_S = (
    Stage(3, 2, 24, 24, 1, 1), Stage(3, 4, 24, 48, 4, 2), Stage(3, 4, 48, 64, 4, 2),
    Stage(3, 6, 64, 128, 4, 2), Stage(3, 9, 128, 160, 6, 1), Stage(3, 15, 160, 256, 6, 2),
)  # fmt: skip
_M = (
    Stage(3, 3, 24, 24, 1, 1), Stage(3, 5, 24, 48, 4, 2), Stage(3, 5, 48, 80, 4, 2),
    Stage(3, 7, 80, 160, 4, 2), Stage(3, 14, 160, 176, 6, 1), Stage(3, 18, 176, 304, 6, 2),
    Stage(3, 5, 304, 512, 6, 1),
)  # fmt: skip
_L = (
    Stage(3, 4, 32, 32, 1, 1), Stage(3, 7, 32, 64, 4, 2), Stage(3, 7, 64, 96, 4, 2),
    Stage(3, 10, 96, 192, 4, 2), Stage(3, 19, 192, 224, 6, 1), Stage(3, 25, 224, 384, 6, 2),
    Stage(3, 7, 384, 640, 6, 1),
)  # fmt: skip


def signature(
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    input_shape: Shape | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> Model:
    """The arguments of EfficientNetV2.

    Args:
        include_preprocessing: Whether the model scales images of values from 0 to 255 itself,
            True by default.
    """
    raise NotImplementedError


def _rounded(filters: float) -> int:
    """The multiple of 8 next to a number of filters."""
    return max(8, int(filters + 4) // 8 * 8)


def _conv(x: Any, filters: int, size: int, strides: int, name: str) -> Any:
    return layers.Conv2D(
        filters, size, strides=strides, padding="same", use_bias=False, kernel_initializer=CONV,
        name=name,
    )(x)  # fmt: skip


def _bn(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=channel_axis(), momentum=0.9, name=name)(x)


def _activated(x: Any, name: str) -> Any:
    return layers.Activation("silu", name=f"{name}activation")(_bn(x, f"{name}bn"))


def _end(x: Any, before: Any, strides: int, drop: float, name: str) -> Any:
    """The sum with what a block was given, if it has the same shape."""
    if strides == 1 and x.shape[channel_axis()] == before.shape[channel_axis()]:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = layers.Add(name=f"{name}add")([x, before])
    return x


def _fused(x: Any, stage: Stage, into: int, out: int, strides: int, drop: float, name: str) -> Any:
    before = x
    if stage.expansion == 1:
        x = _conv(x, out, stage.size, strides, f"{name}project_conv")
        return _end(_activated(x, f"{name}project_"), before, strides, drop, name)
    x = _conv(x, into * stage.expansion, stage.size, strides, f"{name}expand_conv")
    x = _conv(_activated(x, f"{name}expand_"), out, 1, 1, f"{name}project_conv")
    return _end(_bn(x, f"{name}project_bn"), before, strides, drop, name)


def _block(x: Any, stage: Stage, into: int, out: int, strides: int, drop: float, name: str) -> Any:
    before = x
    x = _conv(x, into * stage.expansion, 1, 1, f"{name}expand_conv")
    x = layers.DepthwiseConv2D(
        stage.size,
        strides=strides,
        padding="same",
        use_bias=False,
        depthwise_initializer=CONV,
        name=f"{name}dwconv2",
    )(_activated(x, f"{name}expand_"))
    x = squeeze_excite(_activated(x, name), max(1, into // 4), name, kernel_initializer=CONV)
    x = _conv(x, out, 1, 1, f"{name}project_conv")
    return _end(_bn(x, f"{name}project_bn"), before, strides, drop, name)


def _efficientnet(
    x: Any, request: Request, stages: tuple[Stage, ...], include_preprocessing: bool,
    width: float = 1.0, depth: float = 1.0,
) -> Any:  # fmt: skip
    if include_preprocessing and stages is _B:
        x = layers.Rescaling(scale=1.0 / 255)(x)
        x = layers.Normalization(
            mean=[0.485, 0.456, 0.406],
            variance=[0.229**2, 0.224**2, 0.225**2],
            axis=channel_axis(),
        )(x)
    elif include_preprocessing:
        x = layers.Rescaling(scale=1.0 / 128.0, offset=-1)(x)
    x = _activated(_conv(x, _rounded(stages[0].into * width), 3, 2, "stem_conv"), "stem_")
    total = sum(stage.blocks for stage in stages)
    number = 0
    for i, stage in enumerate(stages, 1):
        into, out = _rounded(stage.into * width), _rounded(stage.out * width)
        for j in range(math.ceil(stage.blocks * depth)):
            x = (_fused if i <= 3 else _block)(
                x,
                stage,
                out if j else into,
                out,
                1 if j else stage.strides,
                0.2 * number / total,
                f"block{i}{chr(97 + j)}_",
            )
            number += 1
    x = _activated(_conv(x, _rounded(1280 * width), 1, 1, "top_conv"), "top_")
    if not request.include_top:
        return pooled(x, request)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(0.2, name="top_dropout")(x)
    return classifier(
        x, request, kernel_initializer=DENSE, bias_initializer=initializers.Constant(0.0)
    )


def _variant(name: str, size: int) -> Any:
    name = f"efficientnetv2-{name}"
    return architecture(name, size, f"efficientnet_v2/{name}", like=signature)


@public(
    "keras.applications.EfficientNetV2B0",
    "keras.applications.efficientnet_v2.EfficientNetV2B0",
)
@_variant("b0", 224)
def EfficientNetV2B0(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 B0 ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _B, include_preprocessing)


@public(
    "keras.applications.EfficientNetV2B1",
    "keras.applications.efficientnet_v2.EfficientNetV2B1",
)
@_variant("b1", 240)
def EfficientNetV2B1(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 B1 ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _B, include_preprocessing, 1.0, 1.1)


@public(
    "keras.applications.EfficientNetV2B2",
    "keras.applications.efficientnet_v2.EfficientNetV2B2",
)
@_variant("b2", 260)
def EfficientNetV2B2(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 B2 ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _B, include_preprocessing, 1.1, 1.2)


@public(
    "keras.applications.EfficientNetV2B3",
    "keras.applications.efficientnet_v2.EfficientNetV2B3",
)
@_variant("b3", 300)
def EfficientNetV2B3(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 B3 ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _B, include_preprocessing, 1.2, 1.4)


@public(
    "keras.applications.EfficientNetV2S",
    "keras.applications.efficientnet_v2.EfficientNetV2S",
)
@_variant("s", 384)
def EfficientNetV2S(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 S ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _S, include_preprocessing)


@public(
    "keras.applications.EfficientNetV2M",
    "keras.applications.efficientnet_v2.EfficientNetV2M",
)
@_variant("m", 480)
def EfficientNetV2M(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 M ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _M, include_preprocessing)


@public(
    "keras.applications.EfficientNetV2L",
    "keras.applications.efficientnet_v2.EfficientNetV2L",
)
@_variant("l", 480)
def EfficientNetV2L(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """EfficientNetV2 L ("EfficientNetV2: Smaller Models and Faster Training", Tan and Le,
    2021).
    """
    return _efficientnet(x, request, _L, include_preprocessing)
