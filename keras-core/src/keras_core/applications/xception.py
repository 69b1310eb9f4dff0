"""`keras.applications.xception`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.xception import Xception

__all__ = [
    "Xception",
    "decode_predictions",
    "preprocess_input",
]
