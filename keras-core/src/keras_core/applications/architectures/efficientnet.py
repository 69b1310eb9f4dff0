"""Networks whose width, depth and size of images grow together."""

import math
from dataclasses import dataclass
from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import (
    channel_axis,
    classifier,
    divisible,
    pad_for_stride,
    pooled,
    squeeze_excite,
)
from keras_core.applications.architectures._request import Request, architecture
from keras_core.core.base.public import public

CONV: dict[str, Any] = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
DENSE: dict[str, Any] = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0 / 3.0, "mode": "fan_out", "distribution": "uniform"},
}


@dataclass(frozen=True)
class Stage:
    """Blocks of one kind, the first of which may make a step."""

    size: int
    """Of the windows."""

    blocks: int
    into: int
    out: int
    expansion: int
    strides: int


_STAGES = (
    Stage(3, 1, 32, 16, 1, 1),
    Stage(3, 2, 16, 24, 6, 2),
    Stage(5, 2, 24, 40, 6, 2),
    Stage(3, 3, 40, 80, 6, 2),
    Stage(5, 3, 80, 112, 6, 1),
    Stage(5, 4, 112, 192, 6, 2),
    Stage(3, 1, 192, 320, 6, 1),
)
_DEVIATION = (0.229, 0.224, 0.225)


def _conv(x: Any, filters: int, size: int, name: str, **kwargs: Any) -> Any:
    return layers.Conv2D(
        filters, size, use_bias=False, kernel_initializer=CONV, name=name, **kwargs
    )(x)


def _activated(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}bn")(x)
    return layers.Activation("silu", name=f"{name}activation")(x)


def _block(x: Any, stage: Stage, into: int, out: int, strides: int, drop: float, name: str) -> Any:
    before, filters = x, into * stage.expansion
    if stage.expansion > 1:
        x = _conv(x, filters, 1, f"{name}expand_conv", padding="same")
        x = _activated(x, f"{name}expand_")
    if strides == 2:
        x = pad_for_stride(x, stage.size, f"{name}dwconv_pad")
    x = layers.DepthwiseConv2D(
        stage.size,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        depthwise_initializer=CONV,
        name=f"{name}dwconv",
    )(x)
    x = _activated(x, name)
    x = squeeze_excite(x, max(1, into // 4), name, kernel_initializer=CONV)
    x = _conv(x, out, 1, f"{name}project_conv", padding="same")
    x = layers.BatchNormalization(axis=channel_axis(), name=f"{name}project_bn")(x)
    if strides == 1 and into == out:
        if drop > 0:
            x = layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
        x = layers.Add(name=f"{name}add")([x, before])
    return x


def _efficientnet(x: Any, request: Request, width: float, depth: float, dropout: float) -> Any:
    x = layers.Rescaling(1.0 / 255.0)(x)
    x = layers.Normalization(axis=channel_axis())(x)
    if request.pretrained:
        # the normalisation in the files divides by the variance; see tensorflow's issue 49930
        x = layers.Rescaling([1.0 / math.sqrt(d) for d in _DEVIATION])(x)
    x = pad_for_stride(x, 3, "stem_conv_pad")
    x = _conv(x, divisible(32 * width), 3, "stem_conv", strides=2)
    x = _activated(x, "stem_")
    counts = [math.ceil(stage.blocks * depth) for stage in _STAGES]
    number = 0
    for i, (stage, count) in enumerate(zip(_STAGES, counts, strict=True), 1):
        into, out = divisible(stage.into * width), divisible(stage.out * width)
        for j in range(count):
            name = f"block{i}{chr(97 + j)}_"
            drop = 0.2 * number / sum(counts)
            x = _block(x, stage, out if j else into, out, 1 if j else stage.strides, drop, name)
            number += 1
    x = _conv(x, divisible(1280 * width), 1, "top_conv", padding="same")
    x = _activated(x, "top_")
    if not request.include_top:
        return pooled(x, request)
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    x = layers.Dropout(dropout, name="top_dropout")(x)
    return classifier(x, request, kernel_initializer=DENSE)


def _variant(n: int, size: int) -> Any:
    return architecture(f"efficientnetb{n}", size, f"efficientnetb{n}")


@public(
    "keras.applications.EfficientNetB0",
    "keras.applications.efficientnet.EfficientNetB0",
)
@_variant(0, 224)
def EfficientNetB0(x: Any, request: Request) -> Any:
    """EfficientNet B0 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.0, 1.0, 0.2)


@public(
    "keras.applications.EfficientNetB1",
    "keras.applications.efficientnet.EfficientNetB1",
)
@_variant(1, 240)
def EfficientNetB1(x: Any, request: Request) -> Any:
    """EfficientNet B1 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.0, 1.1, 0.2)


@public(
    "keras.applications.EfficientNetB2",
    "keras.applications.efficientnet.EfficientNetB2",
)
@_variant(2, 260)
def EfficientNetB2(x: Any, request: Request) -> Any:
    """EfficientNet B2 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.1, 1.2, 0.3)


@public(
    "keras.applications.EfficientNetB3",
    "keras.applications.efficientnet.EfficientNetB3",
)
@_variant(3, 300)
def EfficientNetB3(x: Any, request: Request) -> Any:
    """EfficientNet B3 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.2, 1.4, 0.3)


@public(
    "keras.applications.EfficientNetB4",
    "keras.applications.efficientnet.EfficientNetB4",
)
@_variant(4, 380)
def EfficientNetB4(x: Any, request: Request) -> Any:
    """EfficientNet B4 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.4, 1.8, 0.4)


@public(
    "keras.applications.EfficientNetB5",
    "keras.applications.efficientnet.EfficientNetB5",
)
@_variant(5, 456)
def EfficientNetB5(x: Any, request: Request) -> Any:
    """EfficientNet B5 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.6, 2.2, 0.4)


@public(
    "keras.applications.EfficientNetB6",
    "keras.applications.efficientnet.EfficientNetB6",
)
@_variant(6, 528)
def EfficientNetB6(x: Any, request: Request) -> Any:
    """EfficientNet B6 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 1.8, 2.6, 0.5)


@public(
    "keras.applications.EfficientNetB7",
    "keras.applications.efficientnet.EfficientNetB7",
)
@_variant(7, 600)
def EfficientNetB7(x: Any, request: Request) -> Any:
    """EfficientNet B7 ("EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
    Tan and Le, 2019). It expects images of values from 0 to 255.
    """
    return _efficientnet(x, request, 2.0, 3.1, 0.5)
