"""`keras.applications.densenet`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.densenet import DenseNet121 as DenseNet121
    from keras_core.applications.architectures.densenet import DenseNet169 as DenseNet169
    from keras_core.applications.architectures.densenet import DenseNet201 as DenseNet201
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_torch as preprocess_input
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "decode_predictions",
    "preprocess_input",
]
