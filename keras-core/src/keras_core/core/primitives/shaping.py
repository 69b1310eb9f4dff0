"""Creation and shape primitives."""

from collections.abc import Sequence
from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import (
    broadcast_shapes,
    dtype_of,
    known,
    ndim,
    same,
    static_shape,
)
from keras_core.core.primitives._rules import size as _size
from keras_core.core.tensors import runtime
from keras_core.core.tensors.native import shape_of
from keras_core.core.tensors.symbolic import KerasTensor, is_static, shapes_agree


def _public(shape: Sequence[Any]) -> tuple[int | None, ...]:
    return tuple(known(d) for d in shape)


def _has_dim(values: Sequence[Any]) -> bool:
    from keras_core.core.tensors.symbolic import Dim

    return any(isinstance(v, (Dim, KerasTensor)) for v in values)


_full = runtime.PRIMITIVES.full
_arange = runtime.PRIMITIVES.arange


def full(shape: Sequence[Any], fill_value: Any, dtype: str) -> Any:
    """See `keras_core_plugins.protocol.Primitives.full`."""
    if type(fill_value) is KerasTensor or _has_dim(shape):
        return spec(_public(shape), dtype)
    if dtype == "bool" and isinstance(fill_value, int):
        fill_value = bool(fill_value)
    return _full(shape, fill_value, dtype)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Any:
    """See `keras_core_plugins.protocol.Primitives.arange`."""
    if _has_dim((start, stop, step)):
        return spec((None,), dtype)
    return _arange(start, stop, step, dtype)


def _reshape_rule(x: Any, shape: Sequence[Any]) -> Any:
    dims: list[int | None] = [known(d) for d in shape]
    old = static_shape(x)
    if -1 in dims:
        i = dims.index(-1)
        rest, total = _size([d for j, d in enumerate(dims) if j != i]), _size(old)
        if total is not None and rest is not None:
            if rest == 0 or total % rest:
                raise ValueError(cannot_reshape(old, shape))
            dims[i] = total // rest
        else:
            dims[i] = None
    else:
        total, new = _size(old), _size(dims)
        if total is not None and new is not None and total != new:
            raise ValueError(cannot_reshape(old, shape))
        unknown = [j for j, d in enumerate(dims) if d is None]
        if total is not None and len(unknown) == 1:
            rest = _size([d for d in dims if d is not None])
            if rest:
                dims[unknown[0]] = total // rest
    return spec(dims, dtype_of(x))


def cannot_reshape(old: Any, new: Any) -> str:
    """What is wrong with a call of `reshape`."""
    return (
        f"The total size of the tensor must be unchanged: cannot reshape a tensor of shape "
        f"{tuple(old)} into newshape={tuple(new)}."
    )


def _transpose_rule(x: Any, axes: tuple[int, ...]) -> Any:
    shape = static_shape(x)
    return spec([shape[a] for a in axes], dtype_of(x))


def _transpose_vjp(g: Any, y: Any, x: Any, axes: tuple[int, ...]) -> Any:
    back = [0] * len(axes)
    for i, a in enumerate(axes):
        back[a] = i
    return transpose(g, tuple(back))


def _broadcast_rule(x: Any, shape: Sequence[Any]) -> Any:
    target = _public(shape)
    if not shapes_agree(broadcast_shapes(static_shape(x), target), target):
        raise ValueError(f"Cannot broadcast the shape {static_shape(x)} to {target}.")
    return spec(target, dtype_of(x))


def _concatenate_rule(xs: Sequence[Any], axis: int) -> Any:
    check_joined(xs, axis)
    sizes = list(zip(*map(static_shape, xs), strict=True))
    out = [next((d for d in along if d is not None), None) for along in sizes]
    parts = [d for d in sizes[axis] if d is not None]
    out[axis] = sum(parts) if len(parts) == len(xs) else None
    return spec(out, dtype_of(xs[0]))


def check_joined(xs: Sequence[Any], axis: int) -> None:
    """Raise a `ValueError` for tensors that `concatenate` cannot join."""
    shapes = [static_shape(x) for x in xs]
    others = [(*s[:axis], *s[axis + 1 :]) for s in shapes]
    for i, shape in enumerate(others):
        if len(shapes[i]) != len(shapes[0]) or not shapes_agree(shape, others[0]):
            raise ValueError(
                f"`concatenate` joins tensors of the same shape but for axis {axis}. Received: "
                f"shapes {shapes}, of which number {i} does not fit."
            )


def _concatenate_vjp(g: Any, y: Any, xs: Sequence[Any], axis: int) -> Any:
    out, begin = [], 0
    shape = shape_of(g)
    for x in xs:
        end = begin + shape_of(x)[axis]
        start = tuple(begin if i == axis else 0 for i in range(len(shape)))
        stop = tuple(end if i == axis else d for i, d in enumerate(shape))
        out.append(slice(g, start, stop, (1,) * len(shape)))
        begin = end
    return out


def _slice_rule(x: Any, start: Any, stop: Any, step: tuple[int, ...]) -> Any:
    dims: list[int | None] = []
    for d, a, b, s in zip(static_shape(x), start, stop, step, strict=True):
        end = d if b is None else b
        if is_static(end) and is_static(a):
            dims.append(max(0, -(-(end - a) // s)))
        else:
            dims.append(None)
    return spec(dims, dtype_of(x))


def dilate(x: Any, axis: int, factor: int) -> Any:
    """``factor - 1`` zeros put between the elements along ``axis``."""
    if factor == 1:
        return x
    shape = shape_of(x)
    n = len(shape)
    split = reshape(x, (*shape[: axis + 1], 1, *shape[axis + 1 :]))
    widths = [(0, 0)] * (n + 1)
    widths[axis + 1] = (0, factor - 1)
    padded = pad(split, widths, 0)
    merged = reshape(padded, (*shape[:axis], shape[axis] * factor, *shape[axis + 1 :]))
    stop = list(shape_of(merged))
    stop[axis] = stop[axis] - (factor - 1)
    return slice(merged, (0,) * n, tuple(stop), (1,) * n)


def _slice_vjp(g: Any, y: Any, x: Any, start: Any, stop: Any, step: tuple[int, ...]) -> Any:
    for axis, s in enumerate(step):
        if s > 1 and static_shape(g)[axis] != 0:
            g = dilate(g, axis, s)
    widths = [(a, d - a - n) for a, d, n in zip(start, shape_of(x), shape_of(g), strict=True)]
    return pad(g, widths, 0)


def _pad_rule(x: Any, pad_width: Any, value: Any) -> Any:
    dims = [
        d + a + b if d is not None and is_static(a) and is_static(b) else None
        for d, (a, b) in zip(static_shape(x), pad_width, strict=True)
    ]
    return spec(dims, dtype_of(x))


def _pad_vjp(g: Any, y: Any, x: Any, pad_width: Any, value: Any) -> Any:
    shape = shape_of(x)
    start = tuple(a for a, _ in pad_width)
    stop = tuple(a + d for (a, _), d in zip(pad_width, shape, strict=True))
    return slice(g, start, stop, (1,) * len(shape))


reshape = primitive(
    "x [shape]", _reshape_rule, lambda g, y, x, shape: reshape(g, shape_of(x)), "reshape"
)
transpose = primitive("x [axes]", _transpose_rule, _transpose_vjp, "transpose")
# The tape sums a gradient over what was broadcast, so the rule is the identity.
broadcast_to = primitive("x [shape]", _broadcast_rule, lambda g, y, x, shape: g, "broadcast_to")
concatenate = primitive("*xs [axis]", _concatenate_rule, _concatenate_vjp, "concatenate")
slice = primitive("x [start] [stop] [step]", _slice_rule, _slice_vjp, "slice")
flip = primitive("x [axis]", same, lambda g, y, x, axis: flip(g, axis), "flip")
pad = primitive("x [pad_width] [value]", _pad_rule, _pad_vjp, "pad")


def identity(x: Any) -> Any:
    """``x`` as a new tensor."""
    return x if type(x) is KerasTensor else reshape(x, shape_of(x))


def ravel(x: Any) -> Any:
    """All elements along one axis."""
    total: Any = 1
    for d in shape_of(x):
        total = total * d
    return reshape(x, (total,) if is_static(total) else (-1,))


def swap_last(x: Any) -> Any:
    """The last two axes exchanged."""
    n = ndim(x)
    return transpose(x, (*range(n - 2), n - 1, n - 2))
