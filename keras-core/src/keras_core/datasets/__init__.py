"""Data sets that are downloaded on first use: `keras.datasets`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.datasets import boston_housing as boston_housing
    from keras_core.datasets import california_housing as california_housing
    from keras_core.datasets import cifar10 as cifar10
    from keras_core.datasets import cifar100 as cifar100
    from keras_core.datasets import fashion_mnist as fashion_mnist
    from keras_core.datasets import imdb as imdb
    from keras_core.datasets import mnist as mnist
    from keras_core.datasets import reuters as reuters
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
