"""`keras.applications.nasnet`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
    from keras_core.applications.architectures.nasnet import NASNetLarge as NASNetLarge
    from keras_core.applications.architectures.nasnet import NASNetMobile as NASNetMobile
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "NASNetLarge",
    "NASNetMobile",
    "decode_predictions",
    "preprocess_input",
]
