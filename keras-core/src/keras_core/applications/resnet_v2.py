"""`keras.applications.resnet_v2`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2

__all__ = [
    "ResNet101V2",
    "ResNet152V2",
    "ResNet50V2",
    "decode_predictions",
    "preprocess_input",
]
