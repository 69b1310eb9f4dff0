"""`keras.datasets.california_housing`."""

from keras_core.datasets.housing import load_california as load_data

__all__ = [
    "load_data",
]
