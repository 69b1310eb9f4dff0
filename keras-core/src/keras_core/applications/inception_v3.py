"""`keras.applications.inception_v3`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.inception_v3 import InceptionV3

__all__ = [
    "InceptionV3",
    "decode_predictions",
    "preprocess_input",
]
