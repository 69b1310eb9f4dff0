"""Checks on the arguments of constructors that several families of layers share."""

import math
from typing import Any

import numpy as np


def positive_int(name: str, value: Any) -> int:
    """``value`` as an int.

    Args:
        name: The name of the argument, for the message.
        value: What was given.

    Raises:
        ValueError: If it is no positive int.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or value.__index__() <= 0:
        raise ValueError(
            f"Received an invalid value for `{name}`, expected a positive integer. "
            f"Received: {name}={value}"
        )
    return value.__index__()


def fraction(name: str, value: Any) -> float:
    """``value``, a number between 0 and 1.

    Args:
        name: The name of the argument, for the message.
        value: What was given.

    Raises:
        ValueError: If it is no number, or not between 0 and 1.
    """
    if not _is_number(value) or not 0 <= value <= 1:
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a float value between 0 and "
            f"1. Received: {name}={value!r}"
        )
    return value


def number(name: str, value: Any, least: float = -math.inf) -> float:
    """``value``, a finite number.

    Args:
        name: The name of the argument, for the message.
        value: What was given.
        least: The smallest number that it may be.

    Raises:
        ValueError: If it is no number, not finite, or too small.
    """
    if not _is_number(value) or not math.isfinite(value) or value < least:
        limit = "" if least == -math.inf else f" of {least:g} or more"
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a finite number{limit}. "
            f"Received: {name}={value!r}"
        )
    return value


def number_or_numbers(name: str, value: Any) -> Any:
    """``value``, a finite number, or a list of them that is not empty.

    Args:
        name: The name of the argument, for the message.
        value: What was given.

    Raises:
        ValueError: If it is neither.
    """
    if not isinstance(value, (list, tuple)):
        return number(name, value)
    if not value or not all(_is_number(v) and math.isfinite(v) for v in value):
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a finite number, or a list of "
            f"them. Received: {name}={value!r}"
        )
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.bool_))


def axis_number(name: str, value: Any) -> int:
    """``value``, the number of an axis.

    Args:
        name: The name of the argument, for the message.
        value: What was given.

    Raises:
        ValueError: If it is no integer.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected the number of an axis, an "
            f"integer. Received: {name}={value!r}"
        )
    return value.__index__()


def axis_numbers(name: str, value: Any) -> int | list[int]:
    """``value``, the number of an axis, or a list of them; see `axis_number`."""
    if isinstance(value, (list, tuple)):
        return [axis_number(name, v) for v in value]
    return axis_number(name, value)


def int_pairs(name: str, value: Any, n: int) -> tuple[tuple[int, int], ...]:
    """A number for all axes, one for each, or a pair for each, as a pair for each axis.

    Args:
        name: The name of the argument, for messages.
        value: What was given.
        n: The number of axes.

    Raises:
        ValueError: If there are more or fewer axes, or a number is negative or no int.
    """
    if not isinstance(value, (int, list, tuple)):
        raise ValueError(
            f"`{name}` should be an int, one for each axis, or a pair for each. "
            f"Received: {name}={value!r}"
        )
    if isinstance(value, int):
        pairs: tuple[tuple[Any, Any], ...] = ((value, value),) * n
    elif n == 1 and len(value) == 2 and all(isinstance(v, int) for v in value):
        pairs = ((value[0], value[1]),)
    elif len(value) != n:
        raise ValueError(f"`{name}` should have {n} elements. Received: {value}.")
    else:
        pairs = tuple((v, v) if isinstance(v, int) else (v[0], v[1]) for v in value)
    if any(not isinstance(v, int) or v < 0 for pair in pairs for v in pair):
        raise ValueError(f"`{name}` must hold ints that are not negative. Received: {value}.")
    return pairs
