"""The networks of the Visual Geometry Group, of 16 layers; those of 19 are made of the same."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import classifier, pooled
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.core.base.public import public


def body(x: Any, request: Request, *convolutions: int) -> Any:
    """The outputs of a network with so many convolutions in each of its five blocks."""
    for i, n in enumerate(convolutions, 1):
        for j in range(1, n + 1):
            filters = min(32 * 2**i, 512)
            x = layers.Conv2D(
                filters, 3, padding="same", activation="relu", name=f"block{i}_conv{j}"
            )(x)
        x = layers.MaxPooling2D(2, strides=2, name=f"block{i}_pool")(x)
    if not request.include_top:
        return pooled(x, request, named=False)
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = layers.Dense(4096, activation="relu", name=name)(x)
    return classifier(x, request)


@public(
    "keras.applications.VGG16",
    "keras.applications.vgg16.VGG16",
)
@architecture("vgg16", 224, f"vgg16/vgg16{TF}")
def VGG16(x: Any, request: Request) -> Any:
    """VGG with 16 layers ("Very Deep Convolutional Networks for Large-Scale Image Recognition",
    Simonyan and Zisserman, 2015).
    """
    return body(x, request, 2, 2, 3, 3, 3)
