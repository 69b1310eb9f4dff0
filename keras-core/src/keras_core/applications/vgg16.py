"""`keras.applications.vgg16`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
from keras_core.applications.architectures.vgg16 import VGG16

__all__ = [
    "VGG16",
    "decode_predictions",
    "preprocess_input",
]
