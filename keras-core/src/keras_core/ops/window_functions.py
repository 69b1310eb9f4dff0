"""Window functions of signal processing."""

from typing import Any

import numpy as np

from keras_core.engine import dtypes, tensors
from keras_core.engine.options import checked


def _window(values: Any) -> Any:
    return tensors.convert(np.asarray(values), dtypes.config.floatx())


@checked("x:size")
def bartlett(x: int) -> Any:
    """The triangular window.

    Args:
        x: The number of points.
    """
    return _window(np.bartlett(x))


@checked("x:size")
def blackman(x: int) -> Any:
    """The Blackman window.

    Args:
        x: The number of points.
    """
    return _window(np.blackman(x))


@checked("x:size")
def hamming(x: int) -> Any:
    """The Hamming window.

    Args:
        x: The number of points.
    """
    return _window(np.hamming(x))


@checked("x:size")
def hanning(x: int) -> Any:
    """The Hann window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hanning(3)).tolist()
    [0.0, 1.0, 0.0]
    """
    return _window(np.hanning(x))


@checked("x:size")
def kaiser(x: int, beta: float) -> Any:
    """The Kaiser window.

    Args:
        x: The number of points.
        beta: The shape: larger values give a narrower window.
    """
    return _window(np.kaiser(x, float(tensors.to_numpy(beta))))
