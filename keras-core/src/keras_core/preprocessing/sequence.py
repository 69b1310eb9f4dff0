"""`keras.preprocessing.sequence`."""

from keras_core.data.sequences import pad_sequences

__all__ = [
    "pad_sequences",
]
