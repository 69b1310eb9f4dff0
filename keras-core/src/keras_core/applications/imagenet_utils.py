"""`keras.applications.imagenet_utils`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_input as preprocess_input
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "decode_predictions",
    "preprocess_input",
]
