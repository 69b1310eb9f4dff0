"""What shape rules and gradient rules share."""

from collections.abc import Sequence
from typing import Any

from keras_core.core.dispatch.op import spec
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import Dim, KerasTensor, is_static

dtype_of = native.dtype_of
static_shape = native.static_shape
ndim = native.ndim_of


def const(value: complex, like: Any) -> Any:
    """A 0-d tensor of the dtype of ``like``."""
    return native.scalar(value, dtype_of(like))


def merge_dims(a: int | None, b: int | None, shapes: Any) -> int | None:
    """The size that two axes broadcast to."""
    if a == 1:
        return b
    if b == 1 or a == b:
        return a
    if a is None:
        return b
    if b is None:
        return a
    raise ValueError(
        f"The shapes {' and '.join(map(str, shapes))} cannot be broadcast: {a} and {b} differ "
        "and neither is 1."
    )


def broadcast_shapes(*shapes: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """The shape that the shapes broadcast to, by NumPy's rules.

    Raises:
        ValueError: If they do not.
    """
    out: tuple[int | None, ...] = ()
    for shape in shapes:
        n = max(len(out), len(shape))
        a = (1,) * (n - len(out)) + out
        b = (1,) * (n - len(shape)) + shape
        out = tuple(merge_dims(x, y, shapes) for x, y in zip(a, b, strict=True))
    return out


def same(x: Any, *_: Any) -> KerasTensor:
    """The shape and dtype of the first argument."""
    return spec(static_shape(x), dtype_of(x))


def broadcast(*xs: Any) -> KerasTensor:
    """The shape that the arguments broadcast to, the dtype of the last."""
    return spec(broadcast_shapes(*(static_shape(x) for x in xs)), dtype_of(xs[-1]))


def broadcast_bool(*xs: Any) -> KerasTensor:
    """The shape that the arguments broadcast to, bool."""
    return spec(broadcast_shapes(*(static_shape(x) for x in xs)), "bool")


def reduced_shape(
    shape: Sequence[int | None], axis: Sequence[int], keepdims: bool
) -> tuple[int | None, ...]:
    """``shape`` after a reduction over ``axis``."""
    if keepdims:
        return tuple(1 if i in axis else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axis)


def known(d: Any) -> int | None:
    """A dimension as the shape of a symbolic tensor shows it."""
    return d if is_static(d) else None


def size(shape: Sequence[int | None]) -> int | None:
    """The product of the dimensions, None if one is not known."""
    total = 1
    for d in shape:
        if d is None or isinstance(d, Dim):
            return None
        total *= d
    return total
