"""`keras.applications.inception_resnet_v2`."""

from keras_core.applications.architectures.imagenet import decode_predictions
from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
from keras_core.applications.architectures.inception_resnet_v2 import InceptionResNetV2

__all__ = [
    "InceptionResNetV2",
    "decode_predictions",
    "preprocess_input",
]
