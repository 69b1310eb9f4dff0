"""What is kept from Keras 2: `keras.legacy`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.legacy import saving as saving
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "saving",
]
