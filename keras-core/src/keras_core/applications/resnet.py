"""`keras.applications.resnet`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
from keras_core.applications.architectures.resnet import ResNet50, ResNet101, ResNet152

__all__ = [
    "ResNet101",
    "ResNet152",
    "ResNet50",
    "decode_predictions",
    "preprocess_input",
]
