"""What can be said of the values of tensors, where these are at hand.

Errors about values are raised by calls that run at once on a machine without accelerators.
Elsewhere to look at values is to wait for them, or there are none: in compiled code, an index out
of range gives unspecified elements, and a matrix that has no factor gives NaN.
"""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.tensors import native
from keras_core.core.tensors.runtime import BACKEND
from keras_core.core.tensors.scopes import in_symbolic_scope

Array = np.ndarray[Any, Any]


@functools.cache
def _is_host() -> bool:
    """Whether all tensors have values, in the memory of this process."""
    devices = BACKEND.devices
    is_cpu = devices is None or all(name.startswith("cpu") for name in devices.list_devices())
    return is_cpu and native.EAGER


def at_hand(x: Any) -> Array | None:
    """The values of a tensor, or None if to have them is to wait, or if there are none."""
    if native.is_tracing() or in_symbolic_scope():
        return None
    if not _is_host() or not native.is_engine_tensor(x):
        return None
    try:
        return native.to_numpy(x)
    except (RuntimeError, TypeError):  # a tensor inside a transformation of the engine
        return None


def _extremes(values: Array) -> tuple[int, int]:
    """The least and the largest: of a few, Python finds them sooner than NumPy."""
    if values.size <= 64:
        numbers = values.ravel().tolist()
        return min(numbers), max(numbers)
    return int(values.min()), int(values.max())


def check_range(
    name: str,
    argument: str,
    values: Array | None,
    low: int,
    high: int | None = None,
    error: type[Exception] = ValueError,
) -> None:
    """Raise ``error`` if a value is less than ``low``, or more than ``high``.

    Args:
        name: The operation.
        argument: What the values are called.
        values: Integers; None if they are not at hand.
        low: The least value.
        high: The largest one; None if there is none.
        error: What is raised.
    """
    if values is None or not values.size:
        return
    least, most = _extremes(values)
    if least >= low and (high is None or most <= high):
        return
    wrong = least if least < low else most
    wanted = f"integers of at least {low}" if high is None else f"integers from {low} to {high}"
    raise error(f"`{name}` expected {wanted} for the argument `{argument}`. Received: {wrong}")


def check_indices(name: str, argument: str, indices: Any, size: Any) -> bool:
    """Raise an `IndexError` for an index that an axis does not have; negative ones count back.

    Args:
        name: The operation.
        argument: What the indices are called.
        indices: A tensor of integers.
        size: The size of the axis; where it is 0 or not known, nothing is checked.

    Returns:
        Whether the values were at hand.
    """
    if not isinstance(size, int) or not size or (values := at_hand(indices)) is None:
        return False
    check_range(name, argument, values, -size, size - 1, IndexError)
    return True


def check_places(name: str, argument: str, indices: Any, shape: Sequence[Any]) -> None:
    """Raise an `IndexError` for a place that is not in a tensor.

    Args:
        name: The operation.
        argument: What the indices are called.
        indices: A tensor of integers ``(..., k)``.
        shape: The shape of the tensor, with ``k`` axes or more.
    """
    if (values := at_hand(indices)) is not None:
        for i in range(values.shape[-1]):
            check_range(name, argument, values[..., i], 0, shape[i] - 1, IndexError)


def check_finite(name: str, x: Any) -> None:
    """Raise a `numpy.linalg.LinAlgError` for matrices that hold inf or NaN.

    Args:
        name: The operation.
        x: A tensor.
    """
    if not is_finite(x):
        raise np.linalg.LinAlgError(
            f"`{name}` expected finite numbers. Received: matrices of shape "
            f"{native.static_shape(x)} that hold inf or NaN"
        )


def is_finite(x: Any) -> bool:
    """False if the values of a tensor are at hand, and there is inf or NaN among them."""
    values = at_hand(x)
    return values is None or bool(np.isfinite(values).all())
