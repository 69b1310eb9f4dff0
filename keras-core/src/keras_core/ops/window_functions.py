"""Window functions of signal processing."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.dispatch.options import checked
from keras_core.core.tensors import dtypes, native
from keras_core.typing import Tensor

_F = TypeVar("_F", bound=Callable[..., Any])


def _window(values: Any) -> Any:
    return native.convert(np.asarray(values), dtypes.config.floatx())


def _takes_floats(window: _F) -> _F:
    """Let the number of points be a float, of which what is behind the point is cut off."""

    @functools.wraps(window)
    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        value = x if isinstance(x, (int, float)) else native.to_numpy(x)
        is_float = isinstance(value, float) or (
            isinstance(value, np.ndarray) and value.dtype.kind == "f" and not value.ndim
        )
        return window(int(value) if is_float else x, *args, **kwargs)

    return call  # type: ignore[return-value]


@public("keras.ops.bartlett", "keras.ops.numpy.bartlett")
@_takes_floats
@checked("x:size")
def bartlett(x: int) -> Tensor:
    """The triangular window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.bartlett(5)).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    return _window(np.bartlett(x))


@public("keras.ops.blackman", "keras.ops.numpy.blackman")
@_takes_floats
@checked("x:size")
def blackman(x: int) -> Tensor:
    """The Blackman window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.blackman(5)[1:4]).tolist()
    [0.3400..., 1.0, 0.3400...]
    """
    return _window(np.blackman(x))


@public("keras.ops.hamming", "keras.ops.numpy.hamming")
@_takes_floats
@checked("x:size")
def hamming(x: int) -> Tensor:
    """The Hamming window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hamming(3)).tolist()
    [0.0799..., 1.0, 0.0799...]
    """
    return _window(np.hamming(x))


@public("keras.ops.hanning", "keras.ops.numpy.hanning")
@_takes_floats
@checked("x:size")
def hanning(x: int) -> Tensor:
    """The Hann window.

    Args:
        x: The number of points.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.hanning(3)).tolist()
    [0.0, 1.0, 0.0]
    """
    return _window(np.hanning(x))


@public("keras.ops.kaiser", "keras.ops.numpy.kaiser")
@_takes_floats
@checked("x:size")
def kaiser(x: int, beta: float) -> Tensor:
    """The Kaiser window.

    Args:
        x: The number of points.
        beta: The shape: larger values give a narrower window.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.kaiser(3, 0.0)).tolist()
    [1.0, 1.0, 1.0]
    """
    return _window(
        np.kaiser(x, float(beta if isinstance(beta, (int, float)) else native.to_numpy(beta)))
    )
