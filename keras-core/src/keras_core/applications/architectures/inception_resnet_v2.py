"""Inception blocks with residual connections."""

from typing import Any

from keras_core import layers, ops
from keras_core.applications.architectures._blocks import channel_axis, top
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.applications.architectures.inception_v3 import (
    averaged,
    branch,
    conv,
    joined,
    stem,
)
from keras_core.core.base.public import public


@public("keras.src.applications.inception_resnet_v2.CustomScaleLayer")
class CustomScaleLayer(layers.Layer):
    """The sum of two tensors, the second times a number.

    Args:
        scale: The number; 0.1 to 0.2 keeps deep networks of this kind stable.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.
    """

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        return ops.add(inputs[0], ops.multiply(inputs[1], self.scale))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale}


def _residual(x: Any, branches: list[Any], scale: float, name: str, activated: bool = True) -> Any:
    """``x`` and a share of what the branches found in it."""
    found = joined(branches, f"{name}_mixed")
    found = layers.Conv2D(x.shape[channel_axis()], 1, padding="same", name=f"{name}_conv")(found)
    x = CustomScaleLayer(scale)([x, found])
    return layers.Activation("relu", name=f"{name}_ac")(x) if activated else x


@public(
    "keras.applications.InceptionResNetV2",
    "keras.applications.inception_resnet_v2.InceptionResNetV2",
)
@architecture(
    "inception_resnet_v2", 299, f"inception_resnet_v2/inception_resnet_v2{TF}", minimum=75
)
def InceptionResNetV2(x: Any, request: Request) -> Any:
    """Inception-ResNet V2 ("Inception-v4, Inception-ResNet and the Impact of Residual Connections
    on Learning", Szegedy et al., 2017).
    """
    x = stem(x)
    branches = [
        branch(x, (96, 1)),
        branch(x, (48, 1), (64, 5)),
        branch(x, (64, 1), (96, 3), (96, 3)),
        averaged(x, 64),
    ]
    x = joined(branches, "mixed_5b")
    for i in range(1, 11):
        branches = [
            branch(x, (32, 1)),
            branch(x, (32, 1), (32, 3)),
            branch(x, (32, 1), (48, 3), (64, 3)),
        ]
        x = _residual(x, branches, 0.17, f"block35_{i}")
    branches = [
        branch(x, (384, 3), smaller=True),
        branch(x, (256, 1), (256, 3), (384, 3), smaller=True),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = joined(branches, "mixed_6a")
    for i in range(1, 21):
        branches = [branch(x, (192, 1)), branch(x, (128, 1), (160, (1, 7)), (192, (7, 1)))]
        x = _residual(x, branches, 0.1, f"block17_{i}")
    branches = [
        branch(x, (256, 1), (384, 3), smaller=True),
        branch(x, (256, 1), (288, 3), smaller=True),
        branch(x, (256, 1), (288, 3), (320, 3), smaller=True),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = joined(branches, "mixed_7a")
    for i in range(1, 11):
        branches = [branch(x, (192, 1)), branch(x, (192, 1), (224, (1, 3)), (256, (3, 1)))]
        last = i == 10
        x = _residual(x, branches, 1.0 if last else 0.2, f"block8_{i}", activated=not last)
    x = conv(x, 1536, 1, name="conv_7b")
    return top(x, request, named=False)
