"""`keras.datasets.mnist`."""

from keras_core.datasets.pictures import load_mnist as load_data

__all__ = [
    "load_data",
]
