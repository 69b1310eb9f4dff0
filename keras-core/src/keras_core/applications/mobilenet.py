"""`keras.applications.mobilenet`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.mobilenet import MobileNet

__all__ = [
    "MobileNet",
    "decode_predictions",
    "preprocess_input",
]
