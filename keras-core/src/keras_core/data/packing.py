"""What data sources yield, taken apart and put together."""

from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public


@public("keras.utils.unpack_x_y_sample_weight")
def unpack_x_y_sample_weight(data: object) -> tuple[Any, Any, Any]:
    """``(x, y, sample_weight)`` from ``x``, ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.

    Args:
        data: What a data source yields.

    Raises:
        ValueError: If it is a tuple of more than three.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.unpack_x_y_sample_weight((1, 2))
    (1, 2, None)
    """
    if isinstance(data, list):
        data = tuple(data)
    if not isinstance(data, tuple):
        return data, None, None
    if len(data) > 3 or not data:
        raise ValueError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`. "
            f"Received: a tuple of {len(data)}"
        )
    return (*data, *(None,) * (3 - len(data)))  # type: ignore[return-value]  # three entries


@public("keras.utils.pack_x_y_sample_weight")
def pack_x_y_sample_weight(x: object, y: object = None, sample_weight: object = None) -> Any:
    """``x``, ``(x, y)`` or ``(x, y, sample_weight)``: what was given.

    Args:
        x: Inputs.
        y: Targets.
        sample_weight: Weights of the samples.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.pack_x_y_sample_weight([1, 2], [0, 1])
    ([1, 2], [0, 1])
    """
    if y is None:
        return (x,) if tree.is_nested(x) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
