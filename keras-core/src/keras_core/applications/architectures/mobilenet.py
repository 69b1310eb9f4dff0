"""Networks for phones: depthwise convolutions, and a width that can be chosen."""

import warnings
from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import pooled
from keras_core.applications.architectures._request import (
    Request,
    Shape,
    architecture,
    channels_first,
)
from keras_core.core.base.public import public
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor

_SIZES = (128, 160, 192, 224)
_BLOCKS = (  # filters and step
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2),
    (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip


def size_among(sizes: tuple[int, ...]) -> Any:
    """The default size: that of the images if there are weights for it, or 224."""

    def size(request: Request) -> int:
        rows = request.rows
        return rows if rows is not None and rows == request.columns and rows in sizes else 224

    return size


def rows_of_weights(request: Request, sizes: tuple[int, ...]) -> int | None:
    """The size that the weights are for, which is part of their name and of that of the model."""
    return size_among(sizes)(request) if request.pretrained else request.rows


def warn_of_size(request: Request, sizes: tuple[int, ...]) -> None:
    """Say so where there are no weights for the size of the images."""
    rows = request.rows
    if request.pretrained and (rows is None or rows != request.columns or rows not in sizes):
        warnings.warn(
            f"`input_shape` is undefined or non-square, or `rows` is not in {list(sizes)}. "
            "Weights for input shape (224, 224) will be loaded as the default.",
            stacklevel=4,
        )


def relu6(x: Any, name: str | None = None) -> Any:
    """ReLU that ends at 6, so that few bits suffice for the values."""
    return layers.ReLU(6.0, name=name)(x)


def signature(
    input_shape: Shape | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    name: str | None = None,
) -> Model:
    """The arguments of MobileNet.

    Args:
        input_shape: Shape of an image without the batch, ``(224, 224, 3)`` by default with the
            top, and ``(None, None, 3)`` without; no side is smaller than 32. There are weights of
            ImageNet for sides of 128, 160, 192 and 224.
        alpha: Width of the network: the number of filters of each layer is that of the paper
            times ``alpha``, 1.0 by default. There are weights for 0.25, 0.5, 0.75 and 1.0.
        depth_multiplier: Filters of the depthwise convolutions for each channel, 1 by default.
        dropout: Fraction of the features that are dropped before the classifier in training.
    """
    raise NotImplementedError


def _check(request: Request) -> None:
    if not request.pretrained:
        return
    alpha, depth = request.options["alpha"], request.options["depth_multiplier"]
    if depth != 1:
        raise ValueError(
            "If imagenet weights are being loaded, depth multiplier must be 1.  "
            f"Received depth_multiplier={depth}"
        )
    if alpha not in (0.25, 0.5, 0.75, 1.0):
        raise ValueError(
            "If imagenet weights are being loaded, alpha can be one of `0.25`, `0.50`, `0.75` or "
            f"`1.0` only.  Received alpha={alpha}"
        )


def _name(request: Request) -> str:
    return f"mobilenet_{request.options['alpha']:0.2f}_{rows_of_weights(request, _SIZES)}"


def _file(request: Request) -> str:
    tenths = {0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1.0: "1_0"}.get(request.options["alpha"])
    return f"mobilenet/mobilenet_{tenths}_{rows_of_weights(request, _SIZES)}_tf"


def _activated(x: Any, name: str) -> Any:
    x = layers.BatchNormalization(axis=1 if channels_first() else -1, name=f"{name}_bn")(x)
    return relu6(x, f"{name}_relu")


@public(
    "keras.applications.MobileNet",
    "keras.applications.mobilenet.MobileNet",
)
@architecture(_name, size_among(_SIZES), _file, like=signature, check=_check)
def MobileNet(x: Any, request: Request, alpha: float, depth_multiplier: int, dropout: float) -> Any:
    """MobileNet ("MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
    Applications", Howard et al., 2017).
    """
    warn_of_size(request, _SIZES)
    filters = int(32 * alpha)
    x = layers.Conv2D(filters, 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    x = _activated(x, "conv1")
    for i, (filters, strides) in enumerate(_BLOCKS, 1):
        if strides > 1:
            x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{i}")(x)
        x = layers.DepthwiseConv2D(
            3,
            strides=strides,
            padding="same" if strides == 1 else "valid",
            depth_multiplier=depth_multiplier,
            use_bias=False,
            name=f"conv_dw_{i}",
        )(x)
        x = layers.Conv2D(
            int(filters * alpha), 1, padding="same", use_bias=False, name=f"conv_pw_{i}"
        )(_activated(x, f"conv_dw_{i}"))
        x = _activated(x, f"conv_pw_{i}")
    if not request.include_top:
        return pooled(x, request, named=False)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    x = layers.Conv2D(request.classes, 1, padding="same", name="conv_preds")(x)
    x = layers.Reshape((request.classes,), name="reshape_2")(x)
    return layers.Activation(request.classifier_activation, name="predictions")(x)
