"""`keras.datasets.fashion_mnist`."""

from keras_core.datasets.pictures import load_fashion_mnist as load_data

__all__ = [
    "load_data",
]
