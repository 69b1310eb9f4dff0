"""Matrix products, convolution and pooling."""

from collections.abc import Sequence
from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import (
    broadcast_shapes,
    dtype_of,
    known,
    ndim,
    static_shape,
)
from keras_core.core.primitives.elementwise import (
    add,
    conj,
    divide,
    equal,
    logical_and,
    logical_not,
    logical_or,
    ones_like,
    where,
    zeros_like,
)
from keras_core.core.primitives.shaping import (
    concatenate,
    dilate,
    flip,
    pad,
    reshape,
    slice,
    swap_last,
    transpose,
)
from keras_core.core.tensors.native import shape_of
from keras_core.core.tensors.symbolic import Dim, is_static

Padding = Sequence[tuple[Any, Any]]


def _matmul_rule(x1: Any, x2: Any) -> Any:
    a, b = static_shape(x1), static_shape(x2)
    if a[-1] is not None and b[-2] is not None and a[-1] != b[-2]:
        raise ValueError(
            f"`matmul` cannot multiply the shapes {a} and {b}: the inner dimensions "
            f"{a[-1]} and {b[-2]} differ."
        )
    return spec((*broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1]), dtype_of(x1))


def _matmul_vjp(g: Any, y: Any, x1: Any, x2: Any) -> Any:
    n2 = ndim(x2)
    if n2 == 2 and ndim(x1) > 2:  # one large product instead of a batch that is summed
        a, b = shape_of(x1), shape_of(g)
        rows = 1
        for d in a[:-1]:
            rows = rows * d
        flat_x, flat_g = reshape(x1, (rows, a[-1])), reshape(g, (rows, b[-1]))
        return matmul(g, conj(swap_last(x2))), matmul(conj(swap_last(flat_x)), flat_g)
    return matmul(g, conj(swap_last(x2))), matmul(conj(swap_last(x1)), g)


matmul = primitive("x1 x2", _matmul_rule, _matmul_vjp, "matmul")


# -- Convolution ---------------------------------------------------------------------


def window_size(d: Any, window: int, stride: int, padding: tuple[Any, Any], dilation: int) -> Any:
    """The number of windows along an axis of size ``d``, which may be unknown."""
    if d is None or isinstance(d, Dim) or not all(is_static(v) for v in padding):
        return None
    span = (window - 1) * dilation + 1
    out = (d + padding[0] + padding[1] - span) // stride + 1
    if out <= 0 and d != 0:
        raise ValueError(
            f"The window is larger than the input: a window of {window} with dilation {dilation} "
            f"spans {span}, but the axis has size {d} with padding {tuple(padding)}."
        )
    return max(out, 0)


def _conv_rule(
    x: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int,
) -> Any:
    shape, window = static_shape(x), static_shape(kernel)
    channels, per_group = shape[-1], window[-2]
    if channels is not None and per_group is not None and channels != per_group * groups:
        raise ValueError(
            f"The kernel {window} expects {per_group * groups} input channels "
            f"({per_group} for each of {groups} groups). Received: inputs of shape {shape}"
        )
    spatial = [
        window_size(d, w, s, p, r)
        for d, w, s, p, r in zip(shape[1:-1], window[:-2], strides, padding, dilation, strict=True)
    ]
    return spec((shape[0], *spatial, window[-1]), dtype_of(x))


def _pad_or_crop(x: Any, padding: Padding) -> Any:
    """``x`` padded with zeros in its spatial axes; cropped where the padding is negative."""
    widths = [(0, 0), *((max(a, 0), max(b, 0)) for a, b in padding), (0, 0)]
    x = pad(x, widths, 0)
    if any(a < 0 or b < 0 for a, b in padding):
        shape = shape_of(x)
        crops = [(0, 0), *((max(-a, 0), max(-b, 0)) for a, b in padding), (0, 0)]
        x = slice(
            x,
            tuple(a for a, _ in crops),
            tuple(d - b for d, (_, b) in zip(shape, crops, strict=True)),
            (1,) * len(shape),
        )
    return x


def conv_input_gradient(
    g: Any,
    kernel: Any,
    spatial: Sequence[int],
    strides: Sequence[int],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int,
) -> Any:
    """The gradient of `conv` by its input of size ``spatial``: a transposed convolution."""
    window = shape_of(kernel)
    n = len(spatial)
    per_group, filters = window[-2], window[-1]
    for axis, s in enumerate(strides, start=1):
        g = dilate(g, axis, s)
    widths = []
    for i in range(n):
        span = (window[i] - 1) * dilation[i] + 1
        low = span - 1 - padding[i][0]
        widths.append((low, spatial[i] - shape_of(g)[i + 1] - low + span - 1))
    g = _pad_or_crop(g, widths)
    k = flip(kernel, tuple(range(n)))
    k = reshape(k, (*window[:n], per_group, groups, filters // groups))
    k = transpose(k, (*range(n), n + 2, n + 1, n))
    k = reshape(k, (*window[:n], filters // groups, groups * per_group))
    return conv(g, k, (1,) * n, ((0, 0),) * n, dilation, groups)


def _windows(x: Any, offset: Sequence[int], strides: Sequence[int], out: Sequence[int]) -> Any:
    """The elements at ``offset`` of every window, as a strided slice of the padded ``x``."""
    shape = shape_of(x)
    stop = [o + (n - 1) * s + 1 for o, s, n in zip(offset, strides, out, strict=True)]
    return slice(x, (0, *offset, 0), (shape[0], *stop, shape[-1]), (1, *strides, 1))


def _offsets(window: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, ...]]:
    out: list[tuple[int, ...]] = [()]
    for w, r in zip(window, dilation, strict=True):
        out = [(*o, i * r) for o in out for i in range(w)]
    return out


def conv_kernel_gradient(
    x: Any,
    g: Any,
    window: Sequence[int],
    strides: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Any:
    """The gradient of `conv` by its kernel: a matrix product with the windows."""
    out = shape_of(g)
    spatial, filters = out[1:-1], out[-1]
    per_group = shape_of(x)[-1] // groups
    x = _pad_or_crop(x, padding)
    offsets = _offsets(window, dilation)
    count = len(offsets)
    rows = out[0]
    for d in spatial:
        rows = rows * d
    patches = concatenate([_windows(x, o, strides, spatial) for o in offsets], len(out) - 1)
    patches = reshape(patches, (rows, count, groups, per_group))
    patches = reshape(transpose(patches, (2, 1, 3, 0)), (groups, count * per_group, rows))
    g = transpose(reshape(g, (rows, groups, filters // groups)), (1, 0, 2))
    k = reshape(matmul(patches, g), (groups, count, per_group, filters // groups))
    return reshape(transpose(k, (1, 2, 0, 3)), (*window, per_group, filters))


def _conv_vjp(
    g: Any,
    y: Any,
    x: Any,
    kernel: Any,
    strides: tuple[int, ...],
    padding: Padding,
    dilation: tuple[int, ...],
    groups: int,
) -> Any:
    spatial, window = shape_of(x)[1:-1], shape_of(kernel)[:-2]
    return (
        conv_input_gradient(g, kernel, spatial, strides, padding, dilation, groups),
        conv_kernel_gradient(x, g, window, strides, padding, dilation, groups),
    )


conv = primitive("x kernel [strides] [padding] [dilation] [groups]", _conv_rule, _conv_vjp, "conv")


# -- Pooling -------------------------------------------------------------------------


def _pool_rule(x: Any, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding) -> Any:
    shape = static_shape(x)
    spatial = [
        window_size(d, w, s, p, 1)
        for d, w, s, p in zip(shape[1:-1], window, strides, padding, strict=True)
    ]
    return spec((shape[0], *(known(d) for d in spatial), shape[-1]), dtype_of(x))


def _place(g: Any, offset: Sequence[int], strides: Sequence[int], padded: Sequence[int]) -> Any:
    """The adjoint of `_windows`: ``g`` put at ``offset`` of every window, zeros elsewhere."""
    for axis, s in enumerate(strides, start=1):
        g = dilate(g, axis, s)
    shape = shape_of(g)[1:-1]
    widths = [(o, p - o - d) for o, p, d in zip(offset, padded, shape, strict=True)]
    return pad(g, [(0, 0), *widths, (0, 0)], 0)


def _crop(x: Any, padding: Padding) -> Any:
    return _pad_or_crop(x, [(-a, -b) for a, b in padding])


def _max_pool_vjp(
    g: Any, y: Any, x: Any, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Any:
    """The first largest of each window gets the gradient."""
    out = shape_of(g)[1:-1]
    lowest = -float("inf")
    padded = pad(x, [(0, 0), *padding, (0, 0)], lowest)
    size = shape_of(padded)[1:-1]
    total: Any = None
    taken: Any = None
    for offset in _offsets(window, (1,) * len(window)):
        wins = equal(_windows(padded, offset, strides, out), y)
        if taken is None:
            taken = wins
        else:
            wins = logical_and(wins, logical_not(taken))
            taken = logical_or(taken, wins)
        part = _place(where(wins, g, zeros_like(g)), offset, strides, size)
        total = part if total is None else add(total, part)
    return _crop(total, padding)


def _average_pool_vjp(
    g: Any, y: Any, x: Any, window: tuple[int, ...], strides: tuple[int, ...], padding: Padding
) -> Any:
    out = shape_of(g)[1:-1]
    shape = shape_of(x)
    n = len(shape)
    one = ones_like(slice(x, (0,) * n, (1, *shape[1:-1], 1), (1,) * n))
    inside = pad(one, [(0, 0), *padding, (0, 0)], 0)
    size = shape_of(inside)[1:-1]
    offsets = _offsets(window, (1,) * len(window))
    count: Any = None
    for offset in offsets:
        part = _windows(inside, offset, strides, out)
        count = part if count is None else add(count, part)
    g = divide(g, count)
    total: Any = None
    for offset in offsets:
        part = _place(g, offset, strides, size)
        total = part if total is None else add(total, part)
    return _crop(total, padding)


max_pool = primitive("x [window] [strides] [padding]", _pool_rule, _max_pool_vjp, "max_pool")
average_pool = primitive(
    "x [window] [strides] [padding]", _pool_rule, _average_pool_vjp, "average_pool"
)

__all__ = [
    "average_pool",
    "conv",
    "conv_input_gradient",
    "conv_kernel_gradient",
    "matmul",
    "max_pool",
]
