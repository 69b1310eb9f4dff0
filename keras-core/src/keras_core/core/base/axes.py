"""Axes that users name, as non-negative ints."""

from operator import index
from typing import Any


def canonical_axis(axis: Any, ndim: int, name: str = "axis") -> int:
    """``axis`` as a non-negative int.

    Raises:
        TypeError: If it is no int.
        ValueError: If it is out of range.
    """
    try:
        i = index(axis)  # a number for a tracer, too, which may take `axis` for variable
    except TypeError:
        raise TypeError(f"`{name}` must be an int. Received: {name}={axis!r}") from None
    if not -ndim <= i < ndim:
        raise ValueError(
            f"`{name}` is out of bounds: expected {-ndim} <= {name} < {ndim} for a tensor with "
            f"{ndim} axes. Received: {name}={axis}"
        )
    return i + ndim if i < 0 else i


def ordered_axes(axes: Any, ndim: int, name: str = "axes") -> tuple[int, ...]:
    """Several axes as non-negative ints, in the order given.

    Raises:
        TypeError: If they are not a tuple or list of ints.
        ValueError: If one is out of range.
    """
    if not isinstance(axes, (tuple, list)):
        raise TypeError(f"`{name}` must be a tuple or list of ints. Received: {name}={axes!r}")
    return tuple([canonical_axis(a, ndim, name) for a in axes])


def canonical_axes(axis: Any, ndim: int, name: str = "axis") -> tuple[int, ...]:
    """None, an axis or several as a sorted tuple of non-negative ints.

    Raises:
        TypeError: If one is no int.
        ValueError: If one is out of range, or given twice.
    """
    if axis is None:
        return tuple(range(ndim))
    if not isinstance(axis, (tuple, list)):
        return (canonical_axis(axis, ndim, name),)
    axes = tuple(sorted(canonical_axis(a, ndim, name) for a in axis))
    if len(set(axes)) != len(axes):
        raise ValueError(f"`{name}` names an axis twice. Received: {name}={axis}")
    return axes
