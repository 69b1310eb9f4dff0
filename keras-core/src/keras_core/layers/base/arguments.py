"""Checks on the arguments of constructors that several families of layers share."""

from typing import Any


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
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(
            f"Invalid value received for argument `{name}`. Expected a float value between 0 and "
            f"1. Received: {name}={value}"
        )
    return value


def int_pairs(name: str, value: Any, n: int) -> tuple[tuple[int, int], ...]:
    """A number for all axes, one for each, or a pair for each, as a pair for each axis.

    Args:
        name: The name of the argument, for messages.
        value: What was given.
        n: The number of axes.

    Raises:
        ValueError: If there are more or fewer axes, or a number is negative or no int.
    """
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
