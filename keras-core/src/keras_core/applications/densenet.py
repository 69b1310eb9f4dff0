"""`keras.applications.densenet`."""

from keras_core.applications.architectures.densenet import DenseNet121, DenseNet169, DenseNet201
from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_torch as preprocess_input

__all__ = [
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "decode_predictions",
    "preprocess_input",
]
