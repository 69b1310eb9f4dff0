"""`keras.applications.resnet`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
    from keras_core.applications.architectures.resnet import ResNet50 as ResNet50
    from keras_core.applications.architectures.resnet import ResNet101 as ResNet101
    from keras_core.applications.architectures.resnet import ResNet152 as ResNet152
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "ResNet101",
    "ResNet152",
    "ResNet50",
    "decode_predictions",
    "preprocess_input",
]
