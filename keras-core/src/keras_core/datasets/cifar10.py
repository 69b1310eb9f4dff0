"""`keras.datasets.cifar10`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.datasets.pictures import load_cifar10 as load_data
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "load_data",
]
