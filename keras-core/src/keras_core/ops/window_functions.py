"""Window functions of signal processing."""

from typing import Any

import numpy as np

from keras_core.engine import dtypes, tensors


def _window(values: Any) -> Any:
    return tensors.convert(np.asarray(values), dtypes.config.floatx())


def _size(x: Any) -> int:
    return int(tensors.to_numpy(x).reshape(-1)[0])


def bartlett(x: Any) -> Any:
    """The triangular window.

    Args:
        x: The number of points.
    """
    return _window(np.bartlett(_size(x)))


def blackman(x: Any) -> Any:
    """The Blackman window.

    Args:
        x: The number of points.
    """
    return _window(np.blackman(_size(x)))


def hamming(x: Any) -> Any:
    """The Hamming window.

    Args:
        x: The number of points.
    """
    return _window(np.hamming(_size(x)))


def hanning(x: Any) -> Any:
    """The Hann window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hanning(3)).tolist()
    [0.0, 1.0, 0.0]
    """
    return _window(np.hanning(_size(x)))


def kaiser(x: Any, beta: float) -> Any:
    """The Kaiser window.

    Args:
        x: The number of points.
        beta: The shape: larger values give a narrower window.
    """
    return _window(np.kaiser(_size(x), float(tensors.to_numpy(beta))))
