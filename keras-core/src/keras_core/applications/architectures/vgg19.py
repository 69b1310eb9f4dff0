"""The network of the Visual Geometry Group, of 19 layers."""

from typing import Any

from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.applications.architectures.vgg16 import body
from keras_core.core.base.public import public


@public(
    "keras.applications.VGG19",
    "keras.applications.vgg19.VGG19",
)
@architecture("vgg19", 224, f"vgg19/vgg19{TF}")
def VGG19(x: Any, request: Request) -> Any:
    """VGG with 19 layers ("Very Deep Convolutional Networks for Large-Scale Image Recognition",
    Simonyan and Zisserman, 2015).
    """
    return body(x, request, 2, 2, 4, 4, 4)
