"""Blocks, patches, and axes arranged anew by a pattern."""

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
from keras_core.ops.indexing import one_hot
from keras_core.ops.linear import tensordot
from keras_core.ops.reductions import max as maximum_over
from keras_core.ops.reductions import sum as sum_over
from keras_core.ops.shaping import reshape
from keras_core.typing import DTypeLike, ShapeLike, Tensor, TensorLike


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
