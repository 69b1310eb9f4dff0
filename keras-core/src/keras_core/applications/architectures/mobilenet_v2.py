"""Networks for phones: residual blocks that are narrow at their ends."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import (
    classifier,
    divisible,
    pad_for_stride,
    pooled,
)
from keras_core.applications.architectures._request import (
    Request,
    Shape,
    architecture,
    channels_first,
    take_shape_of_tensor,
)
from keras_core.applications.architectures._weights import TF
from keras_core.applications.architectures.mobilenet import (
    relu6,
    rows_of_weights,
    size_among,
    warn_of_size,
)
from keras_core.core.base.public import public
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor

_SIZES = (96, 128, 160, 192, 224)
_STAGES = (  # expansion, filters, blocks and the step of the first
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
    (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip


def signature(
    input_shape: Shape | None = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    name: str | None = None,
) -> Model:
    """The arguments of MobileNetV2.

    Args:
        input_shape: Shape of an image without the batch, ``(224, 224, 3)`` by default with the
            top, and ``(None, None, 3)`` without; no side is smaller than 32. There are weights of
            ImageNet for sides of 96, 128, 160, 192 and 224.
        alpha: Width of the network: the number of filters of each layer is that of the paper
            times ``alpha``, 1.0 by default. There are weights for 0.35, 0.5, 0.75, 1.0, 1.3
            and 1.4.
    """
    raise NotImplementedError


def _check(request: Request) -> None:
    alpha = request.options["alpha"]
    if request.pretrained and alpha not in (0.35, 0.5, 0.75, 1.0, 1.3, 1.4):
        raise ValueError(
            "If imagenet weights are being loaded, alpha must be one of `0.35`, `0.50`, `0.75`, "
            f"`1.0`, `1.3` or `1.4` only; Received `alpha={alpha}`"
        )
    take_shape_of_tensor(request)


def _name(request: Request) -> str:
    return f"mobilenetv2_{request.options['alpha']:0.2f}_{rows_of_weights(request, _SIZES)}"


def _file(request: Request) -> str:
    alpha = float(request.options["alpha"])
    return f"mobilenet_v2/mobilenet_v2{TF}_{alpha}_{rows_of_weights(request, _SIZES)}"


def _bn(x: Any, name: str) -> Any:
    axis = 1 if channels_first() else -1
    return layers.BatchNormalization(axis=axis, momentum=0.999, name=name)(x)


def _block(x: Any, expansion: int, filters: int, strides: int, name: str) -> Any:
    axis = 1 if channels_first() else -1
    channels, before = x.shape[axis], x
    if expansion > 1:
        x = layers.Conv2D(
            expansion * channels, 1, padding="same", use_bias=False, name=f"{name}_expand"
        )(x)
        x = relu6(_bn(x, f"{name}_expand_BN"), f"{name}_expand_relu")
    if strides == 2:
        x = pad_for_stride(x, 3, f"{name}_pad")
    x = layers.DepthwiseConv2D(
        3,
        strides=strides,
        padding="same" if strides == 1 else "valid",
        use_bias=False,
        name=f"{name}_depthwise",
    )(x)
    x = relu6(_bn(x, f"{name}_depthwise_BN"), f"{name}_depthwise_relu")
    x = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(x)
    x = _bn(x, f"{name}_project_BN")
    if channels == filters and strides == 1:
        x = layers.Add(name=f"{name}_add")([before, x])
    return x


@public(
    "keras.applications.MobileNetV2",
    "keras.applications.mobilenet_v2.MobileNetV2",
)
@architecture(_name, size_among(_SIZES), _file, like=signature, check=_check)
def MobileNetV2(x: Any, request: Request, alpha: float) -> Any:
    """MobileNetV2 ("MobileNetV2: Inverted Residuals and Linear Bottlenecks", Sandler et al., 2018).

    Example:

    >>> import keras_core as keras
    >>> model = keras.applications.MobileNetV2((96, 96, 3), include_top=False, weights=None)
    >>> model.output_shape
    (None, 3, 3, 1280)
    """
    warn_of_size(request, _SIZES)
    x = layers.Conv2D(
        divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1"
    )(x)
    x = relu6(_bn(x, "bn_Conv1"), "Conv1_relu")
    number = 0
    for expansion, filters, blocks, step in _STAGES:
        for i in range(blocks):
            name = f"block_{number}" if number else "expanded_conv"
            x = _block(x, expansion, divisible(int(filters * alpha)), 1 if i else step, name)
            number += 1
    last = divisible(1280 * alpha) if alpha > 1.0 else 1280
    x = layers.Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = relu6(_bn(x, "Conv_1_bn"), "out_relu")
    if not request.include_top:
        return pooled(x, request, named=False)
    return classifier(layers.GlobalAveragePooling2D()(x), request)
