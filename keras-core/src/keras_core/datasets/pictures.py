"""Small pictures in classes: MNIST, Fashion-MNIST, CIFAR10 and CIFAR100."""

import gzip
import os
from typing import Any

import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.data.fetch import get_file
from keras_core.data.pickles import DataFileError, load_npz, load_pickle

_SERVER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CIFAR = "https://www.cs.toronto.edu/~kriz/"

Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]

_FASHION = {
    "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
    "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
}
"""Files of Fashion-MNIST, with the MD5 hashes that its authors publish."""


@public("keras.datasets.mnist.load_data")
def load_mnist(path: str = "mnist.npz") -> tuple[Split, Split]:
    """Loads the MNIST dataset: 70,000 handwritten digits of 28x28 pixels in shades of grey.

    It is downloaded once, to the folder ``datasets`` of the cache.

    Args:
        path: Name of the file in the cache. ``"mnist.npz"`` by default.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` has the shape ``(60000, 28, 28)``,
        ``x_test`` ``(10000, 28, 28)``, both uint8 from 0 to 255; ``y_train`` and ``y_test`` are
        the digits, uint8 of shapes ``(60000,)`` and ``(10000,)``.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    ```
    """
    file = get_file(
        fname=path,
        origin=_SERVER + "mnist.npz",
        file_hash="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    )
    held = load_npz(file)
    return (held["x_train"], held["y_train"]), (held["x_test"], held["y_test"])


@public("keras.datasets.fashion_mnist.load_data")
def load_fashion_mnist() -> tuple[Split, Split]:
    """Loads the Fashion-MNIST dataset: 70,000 pictures of clothes of 28x28 pixels in grey.

    The classes are T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag and ankle
    boot, 0 to 9. It is downloaded once, to ``datasets/fashion-mnist`` of the cache.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` has the shape ``(60000, 28, 28)``,
        ``x_test`` ``(10000, 28, 28)``, both uint8 from 0 to 255; ``y_train`` and ``y_test`` are
        the classes, uint8 of shapes ``(60000,)`` and ``(10000,)``.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    ```
    """
    arrays = [
        _read_idx(
            get_file(name, _SERVER + name, cache_subdir="datasets/fashion-mnist", file_hash=digest)
        )
        for name, digest in _FASHION.items()
    ]
    y_train, x_train, y_test, x_test = arrays
    return (x_train, y_train), (x_test, y_test)


def _read_idx(path: str) -> np.ndarray[Any, Any]:
    """An array of bytes in the IDX format: a magic number, the shape, the values."""
    with gzip.open(path, "rb") as file:
        data = file.read()
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    values = np.frombuffer(data, "uint8", offset=4 + 4 * axes)
    if data[:3] != b"\0\0\x08" or values.size != np.prod(shape, dtype="int64"):
        raise DataFileError(f"{path!r} is no IDX file of bytes, or a damaged one.")
    return values.reshape(shape)


@public("keras.datasets.cifar10.load_data")
def load_cifar10() -> tuple[Split, Split]:
    """Loads the CIFAR10 dataset: 60,000 colour pictures of 32x32 pixels in 10 classes.

    The classes are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck, 0 to
    9. It is downloaded once, to the folder ``datasets`` of the cache.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` has the shape ``(50000, 32, 32, 3)``,
        ``x_test`` ``(10000, 32, 32, 3)``, both uint8 from 0 to 255, with the channels first if
        `keras.config.image_data_format` says so; ``y_train`` and ``y_test`` are the classes,
        uint8 of shapes ``(50000, 1)`` and ``(10000, 1)``.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
    ```
    """
    folder = get_file(
        fname="cifar-10-batches-py-target",
        origin=_CIFAR + "cifar-10-python.tar.gz",
        extract=True,
        file_hash="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    )
    folder = os.path.join(folder, "cifar-10-batches-py")
    parts = [_read_cifar(os.path.join(folder, f"data_batch_{i}"), b"labels") for i in range(1, 6)]
    train = np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])
    return train, _read_cifar(os.path.join(folder, "test_batch"), b"labels")


@public("keras.datasets.cifar100.load_data")
def load_cifar100(label_mode: str = "fine") -> tuple[Split, Split]:
    """Loads the CIFAR100 dataset: 60,000 colour pictures of 32x32 pixels in 100 classes.

    It is downloaded once, to the folder ``datasets`` of the cache.

    Args:
        label_mode: ``"fine"`` (the default) for the 100 classes, ``"coarse"`` for the 20
            superclasses.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` has the shape ``(50000, 32, 32, 3)``,
        ``x_test`` ``(10000, 32, 32, 3)``, both uint8 from 0 to 255, with the channels first if
        `keras.config.image_data_format` says so; ``y_train`` and ``y_test`` are the classes,
        integers of shapes ``(50000, 1)`` and ``(10000, 1)``.

    Raises:
        ValueError: If `label_mode` is neither ``"fine"`` nor ``"coarse"``.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar100.load_data()
    ```
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(
            f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.'
        )
    folder = get_file(
        fname="cifar-100-python-target",
        origin=_CIFAR + "cifar-100-python.tar.gz",
        extract=True,
        file_hash="85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    )
    folder = os.path.join(folder, "cifar-100-python")
    key = f"{label_mode}_labels".encode()
    train, test = (_read_cifar(os.path.join(folder, name), key) for name in ("train", "test"))
    return (train[0], train[1].astype("int64")), (test[0], test[1].astype("int64"))


def _read_cifar(path: str, key: bytes) -> Split:
    with open(path, "rb") as file:
        held = load_pickle(file, encoding="bytes")
    x, y = held[b"data"].reshape(-1, 3, 32, 32), np.array(held[key], "uint8")
    if config.image_data_format() == "channels_last":
        x = x.transpose(0, 2, 3, 1)
    return x, y.reshape(-1, 1)
