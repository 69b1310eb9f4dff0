"""`keras.applications.xception`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
    from keras_core.applications.architectures.xception import Xception as Xception
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Xception",
    "decode_predictions",
    "preprocess_input",
]
