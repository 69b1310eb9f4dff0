"""Networks for phones, found by a search: some blocks weigh their channels."""

import warnings
from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import divisible, pad_for_stride, pooled
from keras_core.applications.architectures._request import (
    Request,
    Shape,
    architecture,
    channels_first,
    take_shape_of_tensor,
)
from keras_core.applications.architectures.mobilenet import relu6
from keras_core.core.base.public import public
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor

# Expansion, filters, size of the windows, step, whether channels are weighed, hard_silu or ReLU.
_LARGE = (
    (1, 16, 3, 1, False, False), (4, 24, 3, 2, False, False), (3, 24, 3, 1, False, False),
    (3, 40, 5, 2, True, False), (3, 40, 5, 1, True, False), (3, 40, 5, 1, True, False),
    (6, 80, 3, 2, False, True), (2.5, 80, 3, 1, False, True), (2.3, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True), (6, 112, 3, 1, True, True), (6, 112, 3, 1, True, True),
    (6, 160, 5, 2, True, True), (6, 160, 5, 1, True, True), (6, 160, 5, 1, True, True),
)  # fmt: skip
_SMALL = (
    (1, 16, 3, 2, True, False), (72 / 16, 24, 3, 2, False, False),
    (88 / 24, 24, 3, 1, False, False), (4, 40, 5, 2, True, True), (6, 40, 5, 1, True, True),
    (6, 40, 5, 1, True, True), (3, 48, 5, 1, True, True), (3, 48, 5, 1, True, True),
    (6, 96, 5, 2, True, True), (6, 96, 5, 1, True, True), (6, 96, 5, 1, True, True),
)  # fmt: skip


def signature(
    input_shape: Shape | None = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: ActivationLike = "softmax",
    include_preprocessing: bool = True,
    name: str | None = None,
) -> Model:
    """The arguments of MobileNetV3.

    Args:
        input_shape: Shape of an image without the batch, ``(None, None, 3)`` by default; no side
            is smaller than 32. The weights of ImageNet are for sides of 224.
        alpha: Width of the network: the number of filters of each layer is that of the paper
            times ``alpha``, 1.0 by default. There are weights for 0.75 and 1.0.
        minimalistic: Whether to do without the weighing of channels, ``hard_silu`` and windows of
            5 by 5, which some devices are slow at. False by default.
        dropout_rate: Fraction of the features that are dropped before the classifier in training.
        include_preprocessing: Whether the model scales images of values from 0 to 255 itself,
            True by default. Otherwise it expects values from -1 to 1.
    """
    raise NotImplementedError


def _check(request: Request) -> None:
    alpha, minimal = request.options["alpha"], request.options["minimalistic"]
    if request.pretrained and alpha not in ((1.0,) if minimal else (0.75, 1.0)):
        raise ValueError(
            "If imagenet weights are being loaded, alpha can be one of `0.75`, `1.0` for non "
            f"minimalistic or `1.0` for minimalistic only. Received: alpha={alpha}, "
            f"minimalistic={minimal}"
        )
    take_shape_of_tensor(request)


def _file(size: str) -> Any:
    def file(request: Request) -> str:
        minimal = "_minimalistic" if request.options["minimalistic"] else ""
        alpha = float(request.options["alpha"])
        return f"mobilenet_v3/weights_mobilenet_v3_{size}{minimal}_224_{alpha}_float"

    return file


def _axis() -> int:
    return 1 if channels_first() else -1


def _bn(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=_axis(), momentum=0.999, name=name)(x)


def _activated(x: Any, hard_silu: bool) -> Any:
    return layers.Activation("hard_silu")(x) if hard_silu else layers.ReLU()(x)


def _weighed(x: Any, filters: int, name: str) -> Any:
    """Each channel times a number from 0 to 1, which the means of all channels decide."""
    weights = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_avg_pool")(x)
    weights = layers.Conv2D(divisible(filters * 0.25), 1, padding="same", name=f"{name}_conv")(
        weights
    )
    weights = layers.ReLU(name=f"{name}_relu")(weights)
    weights = layers.Conv2D(filters, 1, padding="same", name=f"{name}_conv_1")(weights)
    return layers.Multiply(name=f"{name}_mul")([x, relu6(weights + 3.0) * (1.0 / 6.0)])


def _block(
    x: Any, number: int, expansion: float, filters: int, size: int, strides: int, weighed: bool,
    hard_silu: bool,
) -> Any:  # fmt: skip
    name = f"expanded_conv_{number}" if number else "expanded_conv"
    channels, before = x.shape[_axis()], x
    wide = divisible(channels * expansion)
    if number:
        x = layers.Conv2D(wide, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
        x = _activated(_bn(x, f"{name}_expand_bn"), hard_silu)
    if strides == 2:
        x = pad_for_stride(x, size, f"{name}_depthwise_pad")
    x = layers.DepthwiseConv2D(
        size,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = _activated(_bn(x, f"{name}_depthwise_bn"), hard_silu)
    if weighed:
        x = _weighed(x, wide, f"{name}_squeeze_excite")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _bn(x, f"{name}_project_bn")
    if strides == 1 and channels == filters:
        x = layers.Add(name=f"{name}_add")([before, x])
    return x


def _mobilenet(
    x: Any, request: Request, blocks: Any, last: int, alpha: float, minimalistic: bool,
    dropout_rate: float, include_preprocessing: bool,
) -> Any:  # fmt: skip
    if request.pretrained and not request.rows == request.columns == 224:
        warnings.warn(
            "`input_shape` is undefined or non-square, or `rows` is not 224. Weights for input "
            "shape (224, 224) will be loaded as the default.",
            stacklevel=5,
        )
    if include_preprocessing:
        x = layers.Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
    x = layers.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _activated(_bn(x, "conv_bn"), not minimalistic)
    for number, (expansion, filters, size, strides, weighed, hard_silu) in enumerate(blocks):
        x = _block(
            x,
            number,
            expansion,
            divisible(filters * alpha),
            3 if minimalistic else size,
            strides,
            weighed and not minimalistic,
            hard_silu and not minimalistic,
        )
    wide = divisible(x.shape[_axis()] * 6)
    x = layers.Conv2D(wide, 1, padding="same", use_bias=False, name="conv_1")(x)
    x = _activated(_bn(x, "conv_1_bn"), not minimalistic)
    if not request.include_top:
        return pooled(x, request)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    if alpha > 1.0:
        last = divisible(last * alpha)
    x = layers.Conv2D(last, 1, padding="same", name="conv_2")(x)
    x = _activated(x, not minimalistic)
    if dropout_rate > 0:
        x = layers.Dropout(dropout_rate)(x)
    x = layers.Conv2D(request.classes, 1, padding="same", name="logits")(x)
    x = layers.Flatten()(x)
    return layers.Activation(request.classifier_activation, name="predictions")(x)


@public(
    "keras.applications.MobileNetV3Large",
)
@architecture(
    "MobileNetV3Large", lambda request: None, _file("large"), like=signature, check=_check
)
def MobileNetV3Large(x: Any, request: Request, **options: Any) -> Any:
    """MobileNetV3, the large one ("Searching for MobileNetV3", Howard et al., 2019)."""
    return _mobilenet(x, request, _LARGE, 1280, **options)


@public(
    "keras.applications.MobileNetV3Small",
)
@architecture(
    "MobileNetV3Small", lambda request: None, _file("small"), like=signature, check=_check
)
def MobileNetV3Small(x: Any, request: Request, **options: Any) -> Any:
    """MobileNetV3, the small one ("Searching for MobileNetV3", Howard et al., 2019)."""
    return _mobilenet(x, request, _SMALL, 1024, **options)
