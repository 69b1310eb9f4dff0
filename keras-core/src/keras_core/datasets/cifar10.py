"""`keras.datasets.cifar10`."""

from keras_core.datasets.pictures import load_cifar10 as load_data

__all__ = [
    "load_data",
]
