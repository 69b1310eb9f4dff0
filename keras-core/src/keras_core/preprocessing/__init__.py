"""`keras.preprocessing`."""

from keras_core.preprocessing import image, sequence

__all__ = [
    "image",
    "sequence",
]
