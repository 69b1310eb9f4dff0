"""`keras.applications.vgg19`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
from keras_core.applications.architectures.vgg19 import VGG19

__all__ = [
    "VGG19",
    "decode_predictions",
    "preprocess_input",
]
