"""`keras.applications.efficientnet`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.efficientnet import EfficientNetB0 as EfficientNetB0
    from keras_core.applications.architectures.efficientnet import EfficientNetB1 as EfficientNetB1
    from keras_core.applications.architectures.efficientnet import EfficientNetB2 as EfficientNetB2
    from keras_core.applications.architectures.efficientnet import EfficientNetB3 as EfficientNetB3
    from keras_core.applications.architectures.efficientnet import EfficientNetB4 as EfficientNetB4
    from keras_core.applications.architectures.efficientnet import EfficientNetB5 as EfficientNetB5
    from keras_core.applications.architectures.efficientnet import EfficientNetB6 as EfficientNetB6
    from keras_core.applications.architectures.efficientnet import EfficientNetB7 as EfficientNetB7
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import unchanged as preprocess_input
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]
