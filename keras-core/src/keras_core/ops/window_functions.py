"""Window functions of signal processing."""

from typing import Any

import numpy as np

from keras_core.engine import dtypes, tensors
from keras_core.engine.options import checked


def _window(values: Any) -> Any:
    return tensors.convert(np.asarray(values), dtypes.config.floatx())


@checked("x:size")
def _count(x: int) -> int:
    return x


def _points(x: Any) -> int:
    """The number of points; what is behind the point of a float is cut off."""
    value = x if isinstance(x, int) else tensors.to_numpy(x)
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f" and not value.ndim
    return _count(int(value) if is_float else x)


def bartlett(x: Any) -> Any:
    """The triangular window.

    Args:
        x: The number of points.
    """
    return _window(np.bartlett(_points(x)))


def blackman(x: Any) -> Any:
    """The Blackman window.

    Args:
        x: The number of points.
    """
    return _window(np.blackman(_points(x)))


def hamming(x: Any) -> Any:
    """The Hamming window.

    Args:
        x: The number of points.
    """
    return _window(np.hamming(_points(x)))


def hanning(x: Any) -> Any:
    """The Hann window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hanning(3)).tolist()
    [0.0, 1.0, 0.0]
    """
    return _window(np.hanning(_points(x)))


def kaiser(x: Any, beta: float) -> Any:
    """The Kaiser window.

    Args:
        x: The number of points.
        beta: The shape: larger values give a narrower window.
    """
    return _window(np.kaiser(_points(x), float(tensors.to_numpy(beta))))
