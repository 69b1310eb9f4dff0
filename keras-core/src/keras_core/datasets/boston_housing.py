"""`keras.datasets.boston_housing`."""

from keras_core.datasets.housing import load_boston as load_data

__all__ = [
    "load_data",
]
