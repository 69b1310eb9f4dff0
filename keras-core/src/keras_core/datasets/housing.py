"""Prices of houses by numbers about their district: Boston and California."""

from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.data.fetch import get_file
from keras_core.data.pickles import load_npz

_SERVER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


@public("keras.datasets.boston_housing.load_data")
def load_boston(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[Split, Split]:
    """Loads the Boston Housing dataset: prices in 506 districts of Boston in the 1970s.

    One of its 13 features was made to measure the racial make-up of a district, on the assumption
    that segregation raises prices. Do not use it to learn about the world; California Housing has
    no such feature. It is downloaded once, to the folder ``datasets`` of the cache.

    Args:
        path: Name of the file in the cache. ``"boston_housing.npz"`` by default.
        test_split: Fraction of the districts that are test data, 0.2 by default.
        seed: Seed of the order of the districts.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` and ``x_test`` have the shape
        ``(districts, 13)``; ``y_train`` and ``y_test`` are the median prices in thousands of
        dollars, of shape ``(districts,)``.

    Raises:
        ValueError: If `test_split` is no fraction below 1.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.boston_housing.load_data()
    ```
    """
    _check(test_split)
    file = get_file(
        path,
        origin=_SERVER + "boston_housing.npz",
        file_hash="f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    )
    held = load_npz(file)
    return _split(held["x"], held["y"], test_split, seed)


@public("keras.datasets.california_housing.load_data")
def load_california(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> tuple[Split, Split]:
    """Loads the California Housing dataset: prices in districts of California, of 1990.

    The 8 features are the longitude, the latitude, the median age of the houses, the numbers of
    rooms, bedrooms, people and households, and the median income. It is downloaded once, to the
    folder ``datasets`` of the cache.

    Args:
        version: ``"large"`` (the default) for all 20,640 districts, ``"small"`` for 600 of them.
        path: Name of the file in the cache. ``"california_housing.npz"`` by default.
        test_split: Fraction of the districts that are test data, 0.2 by default.
        seed: Seed of the order of the districts.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``. ``x_train`` and ``x_test`` have the shape
        ``(districts, 8)``; ``y_train`` and ``y_test`` are the median prices in dollars, of shape
        ``(districts,)``. All are float32.

    Raises:
        ValueError: If `version` is unknown, or `test_split` is no fraction below 1.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.california_housing.load_data()
    ```
    """
    _check(test_split)
    if version not in ("small", "large"):
        raise ValueError(
            f"Argument `version` must be one of 'small', 'large'. Received: version={version}"
        )
    file = get_file(
        path,
        origin=_SERVER + "california_housing.npz",
        file_hash="1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
    )
    held = load_npz(file)
    x, y = held["x"], held["y"]
    if version == "small":
        x, y = x[:600], y[:600]
    return _split(x, y, test_split, seed)


def _check(test_split: float) -> None:
    if not 0 <= test_split < 1:
        raise ValueError(
            f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive "
            "of 1)."
        )


def _split(x: Any, y: Any, test_split: float, seed: int) -> tuple[Split, Split]:
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    size = int(len(x) * (1 - test_split))
    return (x[:size], y[:size]), (x[size:], y[size:])
