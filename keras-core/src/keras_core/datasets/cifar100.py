"""`keras.datasets.cifar100`."""

from keras_core.datasets.pictures import load_cifar100 as load_data

__all__ = [
    "load_data",
]
