"""`keras.applications.mobilenet_v2`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.mobilenet_v2 import MobileNetV2

__all__ = [
    "MobileNetV2",
    "decode_predictions",
    "preprocess_input",
]
