"""`keras.applications.resnet50`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
from keras_core.applications.architectures.resnet import ResNet50

__all__ = [
    "ResNet50",
    "decode_predictions",
    "preprocess_input",
]
