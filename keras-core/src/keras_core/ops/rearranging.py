"""Blocks, patches, adaptive windows, and other operations of networks."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.ops.arithmetic import sign
from keras_core.ops.casting import cast
from keras_core.ops.convolution import tuple_of
from keras_core.ops.elementary import log10
from keras_core.ops.indexing import one_hot
from keras_core.ops.linear import tensordot
from keras_core.ops.reductions import max as maximum_over
from keras_core.ops.reductions import mean
from keras_core.ops.reductions import sum as sum_over
from keras_core.ops.shaping import moveaxis, reshape
from keras_core.ops.sorting import argsort
from keras_core.typing import DTypeLike, ShapeLike, Tensor, TensorLike


def _spatial(x: Any, data_format: Any) -> list[int]:
    n = ndim_of(x)
    if n not in (3, 4, 5):
        raise ValueError(
            "Expected inputs with a batch, 1 to 3 spatial axes and channels. Received: "
            f"inputs.shape={native.static_shape(x)}"
        )
    last = config.standardize_data_format(data_format) == "channels_last"
    return list(range(1, n - 1)) if last else list(range(2, n))


def _bounds(d: int, out: int) -> list[tuple[int, int]]:
    return [(i * d // out, -(-(i + 1) * d // out)) for i in range(out)]


@public("keras.ops.adaptive_average_pool", "keras.ops.nn.adaptive_average_pool")
@op("inputs:float")
def adaptive_average_pool(
    inputs: TensorLike, output_size: ShapeLike, data_format: str | None = None
) -> Tensor:
    """The means of as many windows as the output has places.

    Args:
        inputs: A tensor with a batch, 1 to 3 spatial axes and channels.
        output_size: The size of the spatial axes of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(6, dtype="float32"), (1, 6, 1))
    >>> ops.convert_to_numpy(ops.adaptive_average_pool(x, 3)[0, :, 0]).tolist()
    [0.5, 2.5, 4.5]
    """
    axes = _spatial(inputs, data_format)
    x = inputs
    for axis, out in zip(axes, tuple_of(output_size, len(axes), "output_size"), strict=True):
        d = shape_of(x)[axis]
        weights = np.zeros((d, out))
        for i, (a, b) in enumerate(_bounds(d, out)):
            weights[a:b, i] = 1.0 / (b - a)
        x = moveaxis(tensordot(x, native.convert(weights, p.dtype_of(x)), ([axis], [0])), -1, axis)
    return x


@public("keras.ops.adaptive_max_pool", "keras.ops.nn.adaptive_max_pool")
@op("inputs:number")
def adaptive_max_pool(
    inputs: TensorLike, output_size: ShapeLike, data_format: str | None = None
) -> Tensor:
    """The largest elements of as many windows as the output has places.

    Args:
        inputs: A tensor with a batch, 1 to 3 spatial axes and channels.
        output_size: The size of the spatial axes of the result.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.reshape(ops.arange(6, dtype="float32"), (1, 6, 1))
    >>> ops.convert_to_numpy(ops.adaptive_max_pool(x, 3)[0, :, 0]).tolist()
    [1.0, 3.0, 5.0]
    """
    axes = _spatial(inputs, data_format)
    x = inputs
    for axis, out in zip(axes, tuple_of(output_size, len(axes), "output_size"), strict=True):
        bounds = _bounds(shape_of(x)[axis], out)
        width = max(b - a for a, b in bounds)
        places = [[min(a + k, b - 1) for k in range(width)] for a, b in bounds]
        x = p.max(p.take(x, native.convert(places, "int32"), axis), (axis + 1,), False)
    return x


def _block(x: Any, block_size: int, data_format: str) -> bool:
    if ndim_of(x) != 4 or block_size < 1:
        raise ValueError(
            "Expected a tensor with four axes and a positive `block_size`. Received: shape "
            f"{native.static_shape(x)}, block_size={block_size}"
        )
    return config.standardize_data_format(data_format) == "channels_last"


@public("keras.ops.depth_to_space", "keras.ops.nn.depth_to_space")
@op("x:any")
def depth_to_space(x: TensorLike, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Channels rearranged into blocks of space.

    Args:
        x: A tensor with four axes.
        block_size: The size of a block.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.depth_to_space(ops.ones((1, 2, 2, 4)), 2).shape)
    (1, 4, 4, 1)
    """
    b = block_size
    if _block(x, b, data_format):
        n, h, w, c = shape_of(x)
        y = p.transpose(p.reshape(x, (n, h, w, b, b, c // (b * b))), (0, 1, 3, 2, 4, 5))
        return p.reshape(y, (n, h * b, w * b, c // (b * b)))
    n, c, h, w = shape_of(x)
    y = p.transpose(p.reshape(x, (n, c // (b * b), b, b, h, w)), (0, 1, 4, 2, 5, 3))
    return p.reshape(y, (n, c // (b * b), h * b, w * b))


@public("keras.ops.space_to_depth", "keras.ops.nn.space_to_depth")
@op("x:any")
def space_to_depth(x: TensorLike, block_size: int, data_format: str = "channels_last") -> Tensor:
    """Blocks of space rearranged into channels.

    Args:
        x: A tensor with four axes.
        block_size: The size of a block.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.space_to_depth(ops.ones((1, 4, 4, 1)), 2).shape)
    (1, 2, 2, 4)
    """
    b = block_size
    if _block(x, b, data_format):
        n, h, w, c = shape_of(x)
        y = p.transpose(p.reshape(x, (n, h // b, b, w // b, b, c)), (0, 1, 3, 2, 4, 5))
        return p.reshape(y, (n, h // b, w // b, c * b * b))
    n, c, h, w = shape_of(x)
    y = p.transpose(p.reshape(x, (n, c, h // b, b, w // b, b)), (0, 1, 3, 5, 2, 4))
    return p.reshape(y, (n, c * b * b, h // b, w // b))


def _blocks(size: Any, kernel: int, dilation: int, padding: int, stride: int) -> Any:
    count = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    return np.arange(kernel)[:, None] * dilation + np.arange(count) * stride


@public("keras.ops.unfold", "keras.ops.nn.unfold")
@op("x:any4")
def unfold(
    x: TensorLike,
    kernel_size: ShapeLike,
    dilation: ShapeLike = 1,
    padding: int | Sequence[Any] = 0,
    stride: ShapeLike = 1,
) -> Tensor:
    """The sliding blocks of images as columns.

    Args:
        x: Images ``(batch, channels, height, width)``.
        kernel_size: The size of a block.
        dilation: The distance of the elements of a block.
        padding: How many zeros are added at each side.
        stride: The distance of two blocks.

    Returns:
        A tensor ``(batch, channels * block elements, blocks)``.

    Example:

    >>> from keras_core import ops
    >>> tuple(ops.unfold(ops.ones((1, 3, 4, 4)), 2, stride=2).shape)
    (1, 12, 4)
    """
    k, d, e, s = (
        tuple_of(v, 2, name, allow_zero=name == "padding")
        for v, name in (
            (kernel_size, "kernel_size"),
            (dilation, "dilation"),
            (padding, "padding"),
            (stride, "stride"),
        )
    )
    n, c, h, w = shape_of(x)
    rows, columns = (_blocks(v, k[i], d[i], e[i], s[i]) for i, v in enumerate((h, w)))
    y = p.pad(x, ((0, 0), (0, 0), (e[0], e[0]), (e[1], e[1])), 0)
    y = p.take(y, native.convert(rows, "int32"), 2)
    y = p.transpose(p.take(y, native.convert(columns, "int32"), 4), (0, 1, 2, 4, 3, 5))
    return p.reshape(y, (n, c * k[0] * k[1], rows.shape[1] * columns.shape[1]))


@public("keras.ops.fold", "keras.ops.nn.fold")
@op("x:float3")
def fold(
    x: TensorLike,
    output_size: ShapeLike,
    kernel_size: ShapeLike,
    dilation: ShapeLike = 1,
    padding: int | Sequence[Any] = 0,
    stride: ShapeLike = 1,
) -> Tensor:
    """Images from their sliding blocks, which are summed where they overlap.

    Args:
        x: Blocks ``(batch, channels * block elements, blocks)``, as `unfold` gives.
        output_size: The height and the width of the images.
        kernel_size: The size of a block.
        dilation: The distance of the elements of a block.
        padding: How many zeros were added at each side.
        stride: The distance of two blocks.

    Example:

    >>> from keras_core import ops
    >>> patches = ops.unfold(ops.ones((1, 1, 4, 4)), 2, stride=2)
    >>> tuple(ops.fold(patches, (4, 4), 2, stride=2).shape)
    (1, 1, 4, 4)
    """
    k, d, e, s = (
        tuple_of(v, 2, name, allow_zero=name == "padding")
        for v, name in (
            (kernel_size, "kernel_size"),
            (dilation, "dilation"),
            (padding, "padding"),
            (stride, "stride"),
        )
    )
    size = tuple_of(output_size, 2, "output_size")
    rows, columns = (_blocks(v, k[i], d[i], e[i], s[i]) for i, v in enumerate(size))
    n, depth, _ = shape_of(x)
    c = depth // (k[0] * k[1])
    y = p.reshape(x, (n, c, *k, rows.shape[1], columns.shape[1]))
    # sums over one-hot matrices put each row and each column in its place
    for places, extent, edge in ((rows, size[0], e[0]), (columns, size[1], e[1])):
        hot = (places[..., None] == np.arange(extent) + edge).astype("float32")
        axes = [2, 4] if extent == size[0] and places is rows else [2, 3]
        y = tensordot(y, native.convert(hot, p.dtype_of(y)), (axes, [0, 1]))
    return y


@public("keras.ops.multi_hot", "keras.ops.nn.multi_hot")
def multi_hot(
    inputs: TensorLike,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: DTypeLike = None,
    sparse: bool = False,
    **kwargs: int,
) -> Tensor:
    """Ones at all classes of a sample, zeros elsewhere.

    Args:
        inputs: Classes, integers.
        num_classes: The number of classes.
        axis: Where the axis of the classes goes.
        dtype: The dtype, `floatx` by default.
        sparse: Whether a sparse tensor is returned, on backends that have them.
        **kwargs: ``num_tokens``, an older name of ``num_classes``.

    Raises:
        ValueError: If the number of classes is not given.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.multi_hot([0, 2], num_classes=4)).tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    if num_classes is None:
        raise ValueError("Argument `num_classes` must be specified.")
    hot = one_hot(inputs, num_classes, axis, dtype, sparse)
    if sparse:  # the sum over an axis stays sparse
        counts = sum_over(hot, 1 if len(hot.shape) > 2 else 0)
        return cast(sign(counts), native.dtype_of(hot))
    return maximum_over(hot, 1 if len(hot.shape) > 2 else 0)


@public("keras.ops.psnr", "keras.ops.nn.psnr")
@op("x1:float x2:float")
def psnr(x1: TensorLike, x2: TensorLike, max_val: float) -> Tensor:
    """The peak signal-to-noise ratio in decibels.

    Args:
        x1: A tensor.
        x2: A tensor of the same shape.
        max_val: The largest possible value.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.psnr(ops.zeros(4), ops.ones(4), max_val=10.0)).tolist()
    20.0
    """
    if native.static_shape(x1) != native.static_shape(x2):
        raise ValueError(
            f"Input shapes {native.static_shape(x1)} and {native.static_shape(x2)} must match "
            "for PSNR calculation."
        )
    gap = p.subtract(x1, x2)
    error = mean(p.multiply(gap, gap))
    peak = p.multiply(p.const(20.0, error), log10(p.const(max_val, error)))
    return p.subtract(peak, p.multiply(p.const(10.0, error), log10(error)))


@public("keras.ops.cdist")
@op("x:float2+ y:float2+")
def cdist(x: TensorLike, y: TensorLike) -> Tensor:
    """The Euclidean distances of all pairs of rows.

    Args:
        x: A tensor ``(..., m, d)``.
        y: A tensor ``(..., n, d)``.

    Returns:
        A tensor ``(..., m, n)``.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])).tolist()
    [[5.0, 1.0]]
    """
    *bx, m, d = shape_of(x)
    *by, n, _ = shape_of(y)
    gap = p.subtract(p.reshape(x, (*bx, m, 1, d)), p.reshape(y, (*by, 1, n, d)))
    square = p.sum(p.multiply(gap, gap), (ndim_of(gap) - 1,), False)
    zero = p.equal(square, p.zeros_like(square))  # where the root has no derivative
    root = p.sqrt(p.where(zero, p.ones_like(square), square))
    return p.where(zero, p.zeros_like(square), root)


@public("keras.ops.argpartition", "keras.ops.numpy.argpartition")
@op("x:any axis:axis?")
def argpartition(x: TensorLike, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """Indices that put the element of rank ``kth`` in its place, int32.

    Args:
        x: A tensor.
        kth: The rank, or several; smaller elements come before it, larger ones behind.
        axis: The axis; None to flatten.

    Example:

    >>> from keras_core import ops
    >>> sorted(ops.convert_to_numpy(ops.argpartition([7, 1, 5, 3], 1))[:2].tolist())
    [1, 3]
    """
    return cast(argsort(x, axis), "int32")


# -- rearrange ---------------------------------------------------------------------------


def _side(text: str, pattern: str) -> list[list[str]]:
    """The groups of names on one side of a pattern."""
    groups: list[list[str]] = []
    inside = None
    for token in re.findall(r"\(|\)|\.\.\.|\w+|\S", text):
        if token == "(" and inside is None:
            inside = []
        elif token == ")" and inside is not None:
            groups.append(inside)
            inside = None
        elif token == "..." or re.fullmatch(r"[A-Za-z_]\w*|1", token):
            if inside is None:
                groups.append([token] if token != "1" else [])
            elif token != "1":
                inside.append(token)
        else:
            raise ValueError(f"Invalid pattern for `rearrange`: {pattern!r}")
    if inside is not None:
        raise ValueError(f"Unbalanced parentheses in the pattern {pattern!r}")
    names = [name for group in groups for name in group]
    if len(set(names)) != len(names):
        raise ValueError(f"A name occurs twice on one side of the pattern {pattern!r}")
    return groups


@public("keras.ops.rearrange")
def rearrange(tensor: TensorLike, pattern: str, **axes_lengths: int) -> Tensor:
    """The axes of a tensor in another order, split and joined by a pattern of names.

    Args:
        tensor: A tensor.
        pattern: Such as ``"b (h p) c -> b h (p c)"``.
        **axes_lengths: Sizes of names that cannot be inferred.

    Raises:
        ValueError: If the pattern does not fit.

    Example:

    >>> from keras_core import ops
    >>> ops.shape(ops.rearrange(ops.ones((2, 6)), "a (b c) -> c a b", b=3))
    (2, 2, 3)
    """
    return _rearrange(tensor, pattern, dict(axes_lengths))


def _product(dims: Sequence[Any]) -> Any:
    out: Any = 1
    for d in dims:
        out = out * d
    return out


@op("tensor:any", name="rearrange")
def _rearrange(tensor: TensorLike, pattern: str, axes_lengths: Any) -> Any:
    if pattern.count("->") != 1:
        raise ValueError(f"The pattern must have one `->`. Received: pattern={pattern!r}")
    left, right = (_side(text, pattern) for text in pattern.split("->"))
    shape = list(shape_of(tensor))
    if ["..."] in left:
        at = left.index(["..."])
        more = [f"...{i}" for i in range(len(shape) - len(left) + 1)]
        left[at : at + 1] = [[name] for name in more]
        right = [
            [n for name in group for n in (more if name == "..." else [name])]
            if group != ["..."]
            else ["..."]
            for group in right
        ]
        right = [
            g for group in right for g in ([[n] for n in more] if group == ["..."] else [group])
        ]
    if len(left) != len(shape):
        raise ValueError(
            f"The pattern {pattern!r} is for {len(left)} axes. Received: shape "
            f"{native.static_shape(tensor)}"
        )
    sizes: dict[str, Any] = dict(axes_lengths)
    for d, group in zip(shape, left, strict=True):
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1:
            raise ValueError(f"The sizes of {unknown} in {pattern!r} cannot be inferred.")
        known = _product([sizes[name] for name in group if name in sizes])
        if unknown:
            if isinstance(d, int) and isinstance(known, int) and d % known:
                raise ValueError(f"An axis of size {d} cannot be split by {known}: {pattern!r}")
            sizes[unknown[0]] = d // known if len(group) > 1 else d
        elif isinstance(d, int) and isinstance(known, int) and d != known:
            raise ValueError(f"An axis has size {d}, not {known} as {pattern!r} says.")
    names = [name for group in left for name in group]
    wanted = [name for group in right for name in group]
    if set(names) != set(wanted):
        raise ValueError(f"Both sides of {pattern!r} must have the same names.")
    x = reshape(tensor, tuple(sizes[name] for name in names))
    x = p.transpose(x, tuple(names.index(name) for name in wanted))
    return reshape(x, tuple(_product([sizes[name] for name in group]) for group in right))
