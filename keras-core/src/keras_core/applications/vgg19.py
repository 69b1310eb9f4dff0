"""`keras.applications.vgg19`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_caffe as preprocess_input
    from keras_core.applications.architectures.vgg19 import VGG19 as VGG19
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "VGG19",
    "decode_predictions",
    "preprocess_input",
]
