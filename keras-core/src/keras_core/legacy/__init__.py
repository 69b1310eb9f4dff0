"""What is kept from Keras 2: `keras.legacy`."""

from keras_core.legacy import saving

__all__ = [
    "saving",
]
