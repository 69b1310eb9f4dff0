"""Reading and writing elements."""

import math
import weakref
from builtins import slice as Slice  # the operation has the same name
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core import primitives as p
from keras_core.core.base.axes import canonical_axis
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.dispatch.options import sizes
from keras_core.core.primitives.indexing import check_takeable
from keras_core.core.tensors import dtypes, native, runtime
from keras_core.core.tensors.concrete import at_hand, check_indices, check_places
from keras_core.core.tensors.native import ndim_of, shape_of
from keras_core.core.tensors.sparse import Coo, put_together
from keras_core.core.tensors.symbolic import KerasTensor, is_static, shapes_agree
from keras_core.ops.arithmetic import floor_divide, mod, multiply
from keras_core.ops.comparison import greater_equal, less, logical_and
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import (
    expand_dims,
    reshape,
    slice_axis,
    stack,
)
from keras_core.typing import DTypeLike, ShapeLike, Tensor, TensorLike


def _size(x: Any, axis: int | None) -> int | None:
    """The size of an axis, or of all of them; None if it is not known."""
    shape = native.static_shape(x)
    if axis is not None:
        return shape[axis]
    return None if None in shape else math.prod(shape)  # type: ignore[arg-type]


_seen: tuple[Any, Any] = (lambda: None, None)
"""The indices that were looked at last, weakly, and the size of the axis."""


def _checked_take(x: Any, indices: Any, axis: int | None) -> tuple[Any, Any, int | None]:
    global _seen
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    check_takeable(x, indices, axis)
    size = _size(x, axis)
    is_seen = _seen[0]() is indices and _seen[1] == size
    if not is_seen and check_indices("take", "indices", indices, size):
        _seen = (weakref.ref(indices), size)  # tensors are values: what fits stays so
    return x, indices, axis


_TAKE_CHECKS = runtime.CAPABILITIES.checks_indices and "take" not in runtime.OVERRIDES
"""Then it is looked for the mistake where the primitive raises an error."""


@public("keras.ops.take", "keras.ops.numpy.take")
@op("x:any indices:int axis:axis?", prepare=None if _TAKE_CHECKS else _checked_take)
def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Slices along an axis, by index.

    Args:
        x: A tensor.
        indices: Integers of any shape; negative ones count from the end.
        axis: The axis; by default the tensor is flattened.

    Raises:
        IndexError: If the axis has no such index; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.take([10, 20, 30], [0, -1])).tolist()
    [10, 30]
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return p.take(x, indices, axis)


def _wrap(indices: Any, d: Any) -> Any:
    """Negative indices counted from the end of an axis of size ``d``."""
    size = dimension_tensor(d, p.dtype_of(indices))
    return p.where(p.less(indices, p.const(0, indices)), p.add(indices, size), indices)


def _of_one_rank(x: Any, indices: Any, axis: int | None) -> tuple[Any, Any, int | None]:
    if axis is not None and ndim_of(x) != ndim_of(indices):
        raise ValueError(
            "`take_along_axis` expects `x` and `indices` of the same rank. Received: shapes "
            f"{native.static_shape(x)} and {native.static_shape(indices)}"
        )
    check_indices("take_along_axis", "indices", indices, _size(x, axis))
    return x, indices, axis


@public("keras.ops.take_along_axis", "keras.ops.numpy.take_along_axis")
@op("x:any indices:int axis:axis?", prepare=_of_one_rank)
def take_along_axis(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Elements along an axis, by an index for each place of the result.

    Args:
        x: A tensor.
        indices: Integers, negative ones counting from the end; the other axes broadcast with those
            of ``x``.
        axis: The axis; by default both tensors are flattened.

    Raises:
        IndexError: If the axis has no such index; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.take_along_axis([[1, 2], [3, 4]], [[1], [0]], axis=1)).tolist()
    [[2], [3]]
    """
    if axis is None:
        x, indices, axis = reshape(x, (-1,)), reshape(indices, (-1,)), 0
    shape, wanted = shape_of(x), shape_of(indices)

    def other(a: Any, b: Any) -> Any:
        return b if is_static(a) and a == 1 else a

    full = tuple(wanted[i] if i == axis else other(d, wanted[i]) for i, d in enumerate(shape))
    wide = tuple(d if i == axis else full[i] for i, d in enumerate(shape))
    indices = p.broadcast_to(_wrap(indices, shape[axis]), full)
    return p.gather_nd(p.broadcast_to(x, wide), p.positions_along(x, indices, axis))


def _parse_key(key: Any) -> list[Any]:
    return list(key) if isinstance(key, tuple) else [key]


@public("keras.ops.get_item", "keras.ops.numpy.get_item")
@op("x:any key:nest")
def get_item(x: TensorLike, key: Any) -> Tensor:
    """``x[key]``, with ints, slices, ``...``, None and one tensor or list of integers.

    Args:
        x: A tensor.
        key: An index or a tuple of them.

    Raises:
        IndexError: If an axis has no such index, or a mask not its size; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.get_item(ops.arange(6), slice(1, None, 2))).tolist()
    [1, 3, 5]
    """
    if isinstance(key, list) and any(isinstance(k, (Slice, type(...), type(None))) for k in key):
        key = tuple(key)  # as it comes from the JSON of a saved model
    keys = _parse_key(key)
    if isinstance(key, list) and not any(isinstance(k, (Slice, type(...))) for k in key):
        keys = [native.convert(key)]
    keys = [_slice_of(k) for k in keys]
    n = ndim_of(x)
    used = 0
    for k in keys:
        if k is None or k is ...:
            continue
        used += ndim_of(k) if _is_mask(k) else 1
    if used > n:
        raise ValueError(
            f"Too many indices: {used} for a tensor with {n} axes. Received: key={key!r}"
        )
    if sum(k is ... for k in keys) > 1:
        raise ValueError(f"An index can only have one ellipsis (`...`). Received: key={key!r}")
    if not any(k is ... for k in keys):
        keys.append(...)
    at = next(i for i, k in enumerate(keys) if k is ...)
    keys[at : at + 1] = [Slice(None)] * (n - used)

    axis = 0
    dropped: list[int] = []
    arrays: list[tuple[int, Any]] = []
    added: list[int] = []
    for k in keys:
        if k is None:
            added.append(axis)
            x = expand_dims(x, axis)
            axis += 1
        elif isinstance(k, Slice):
            x = _slice(x, axis, k)
            axis += 1
        elif isinstance(k, int) and not isinstance(k, bool):
            d = shape_of(x)[axis]
            if is_static(d) and not -d <= k < d:
                raise IndexError(f"Index {k} is out of bounds for axis {axis} with size {d}.")
            start = k + d if k < 0 else k
            x = slice_axis(x, axis, start, start + 1)
            dropped.append(axis)
            axis += 1
        elif _is_mask(k):
            places = _places(k, native.static_shape(x)[axis : axis + ndim_of(k)])
            arrays.extend((axis + i, place) for i, place in enumerate(places))
            axis += ndim_of(k)
        else:
            k = k if isinstance(k, KerasTensor) else native.convert(k)
            if p.dtype_of(k) not in dtypes.INTS:
                raise IndexError(
                    f"Indices must be integers or booleans. Received: dtype {p.dtype_of(k)}"
                )
            arrays.append((axis, k))
            axis += 1
    if dropped and not arrays:
        shape = shape_of(x)
        x = p.reshape(x, tuple(d for i, d in enumerate(shape) if i not in dropped))
    if len(arrays) == 1 and not dropped:
        return take(x, arrays[0][1], arrays[0][0])
    whole: Any = x
    return _advanced(whole, arrays, dropped) if arrays else whole


def _slice_of(k: Any) -> Any:
    if isinstance(k, Slice):
        return k
    if isinstance(k, list) or (isinstance(k, np.ndarray) and k.ndim):
        return native.convert(k)
    if not hasattr(k, "__index__") or isinstance(k, (bool, KerasTensor)):
        return k
    if native.is_engine_tensor(k) and (ndim_of(k) or native.is_tracing()):
        return k
    try:
        return k.__index__()
    except TypeError:
        return k


def _is_mask(k: Any) -> bool:
    if isinstance(k, (int, Slice, type(None), type(...))) and not isinstance(k, bool):
        return False
    return native.natural_dtype(k) in ("bool", bool)


def _places(mask: Any, shape: Sequence[int | None]) -> tuple[Any, ...]:
    """The indices of the elements of a mask, which is to have the size of the axes it is for."""
    if not shapes_agree(native.static_shape(mask), shape):
        raise IndexError(
            f"`get_item` expected a mask of shape {tuple(shape)}, as the axes that it is for. "
            f"Received: a mask of shape {native.static_shape(mask)}"
        )
    return p.nonzero(mask)


def _bound(v: Any) -> Any:
    if v is None or isinstance(v, int):
        return v
    if hasattr(v, "__index__"):
        try:
            return v.__index__()
        except TypeError:
            return v
    return v


def _slice(x: Any, axis: int, k: Slice) -> Any:
    if k.start is None and k.stop is None and k.step is None:
        return x
    d = shape_of(x)[axis]
    start, stop, step = (_bound(v) for v in (k.start, k.stop, k.step))
    step = 1 if step is None else step
    if is_static(d) and all(v is None or isinstance(v, int) for v in (start, stop)):
        start, stop, step = Slice(start, stop, step).indices(d)
        if step < 0:
            count = len(range(start, stop, step))
            if not count:
                return slice_axis(x, axis, 0, 0)
            last = start + (count - 1) * step
            return p.flip(slice_axis(x, axis, last, start + 1, -step), (axis,))
        return slice_axis(x, axis, start, max(start, stop), step)
    if step < 0:
        if start is None and stop is None:
            x = p.flip(x, (axis,))
            return x if step == -1 else slice_axis(x, axis, 0, d, -step)
        raise ValueError(
            "A slice with a negative step and bounds needs an axis of known size. "
            f"Received: {k} for axis {axis}"
        )
    start = 0 if start is None else start
    if isinstance(start, int) and start < 0:
        start = d + start
    if stop is None:
        stop = d
    elif isinstance(stop, int) and stop < 0:
        stop = d + stop
    return slice_axis(x, axis, start, stop, step)


def _advanced(x: Any, arrays: list[tuple[int, Any]], dropped: list[int]) -> Any:
    """Several index tensors, broadcast together, as NumPy has it."""
    arrays = arrays + [(a, native.convert(0, "int32")) for a in dropped]
    arrays.sort(key=lambda pair: pair[0])
    axes = [a for a, _ in arrays]
    shape = shape_of(x)
    common = p.broadcast_shapes(*(native.static_shape(k) for _, k in arrays))
    if None in common:
        common = shape_of(arrays[0][1])
    for a, k in arrays:
        check_indices("get_item", "key", k, native.static_shape(x)[a])
    parts = [
        p.reshape(p.broadcast_to(_wrap(p.cast(k, "int32"), shape[a]), common), (*common, 1))
        for a, k in arrays
    ]
    rest = [i for i in range(len(shape)) if i not in axes]
    moved = p.transpose(x, (*axes, *rest))
    out = p.gather_nd(moved, p.concatenate(parts, len(common)))
    if axes == list(range(axes[0], axes[0] + len(axes))):  # adjacent: the result stays there
        k, first = len(common), axes[0]
        order = (*range(k, k + first), *range(k), *range(k + first, ndim_of(out)))
        out = p.transpose(out, order)
    return out


def check_scatter(
    name: str, shape: Sequence[int | None], indices: Any, updates: Any, argument: str = "updates"
) -> None:
    """That indices are places in a tensor of ``shape``, and that the updates fit both."""
    places = native.static_shape(indices)
    depth = places[-1] if places else len(shape) + 1
    if depth is None:
        return
    if depth > len(shape):
        raise ValueError(
            f"`{name}` expected indices whose last axis holds up to {len(shape)} numbers for each "
            f"place in a tensor of shape {tuple(shape)}. Received: indices of shape {places}"
        )
    if 0 in shape[: places[-1]] and 0 not in places:
        raise ValueError(
            f"`{name}` has no place to write to in a tensor of shape {tuple(shape)}. Received: "
            f"indices of shape {places}"
        )
    wanted = (*places[:-1], *shape[places[-1] :])
    native.check_shapes(name, **{argument: (updates, wanted)})
    check_places(name, "indices", indices, shape)


def _scattered(inputs: Any, indices: Any, updates: Any, reduction: Any) -> Any:
    check_scatter("scatter_update", native.static_shape(inputs), indices, updates)
    return inputs, indices, updates, reduction


@public("keras.ops.scatter_update")
@op("inputs:promote indices:int updates:promote", prepare=_scattered)
def scatter_update(
    inputs: TensorLike, indices: TensorLike, updates: TensorLike, reduction: str | None = None
) -> Tensor:
    """A copy in which elements or slices are replaced, or combined with others.

    Args:
        inputs: A tensor.
        indices: Integers of shape ``(..., k)``: the first ``k`` indices of each place.
        updates: A tensor of shape ``indices.shape[:-1] + inputs.shape[k:]``.
        reduction: None to replace, or ``"add"``, ``"max"``, ``"min"`` or ``"mul"``.

    Raises:
        IndexError: If an index is negative or too large; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.scatter_update([1, 2, 3], [[0], [2]], [5, 7])).tolist()
    [5, 2, 7]
    """
    kinds = {None: "set", "add": "add", "max": "max", "min": "min", "mul": "multiply"}
    if reduction not in kinds:
        raise ValueError(
            f"`reduction` must be one of {list(kinds)}. Received: reduction={reduction!r}"
        )
    return p.scatter_nd(inputs, indices, updates, kinds[reduction])  # type: ignore[arg-type]


@public("keras.ops.scatter")
@op("indices:int values:any")
def scatter(indices: TensorLike, values: TensorLike, shape: ShapeLike) -> Tensor:
    """Zeros with values added at places.

    Args:
        indices: Integers of shape ``(..., k)``.
        values: A tensor of shape ``indices.shape[:-1] + shape[k:]``.
        shape: The shape of the result.

    Raises:
        IndexError: If an index is negative or too large; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.scatter([[0], [2]], [5, 7], (4,))).tolist()
    [5, 0, 7, 0]
    """
    shape = sizes(shape, "scatter", "shape")
    known = [d if is_static(d) else None for d in shape]
    check_scatter("scatter", known, indices, values, "values")
    zeros = p.full(shape, 0, p.dtype_of(values))
    return p.scatter_nd(zeros, indices, values, "add")


@public("keras.ops.slice")
@op("inputs:any start_indices:nest")
def slice(inputs: TensorLike, start_indices: TensorLike, shape: ShapeLike) -> Tensor:
    """A block of a tensor.

    Args:
        inputs: A tensor.
        start_indices: Where the block begins along each axis: numbers or a tensor of them.
        shape: The size of the block; -1 for all from the start on, which has to be a number.

    Raises:
        ValueError: If the block does not fit into the tensor; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2))).tolist()
    [[2, 3], [5, 6]]
    """
    x, n = inputs, ndim_of(inputs)
    starts = _start_list("slice", start_indices, n)
    shape = tuple(
        d - s if is_static(size) and size == -1 and isinstance(s, int) else size
        for size, s, d in zip(
            sizes(shape, "slice", "shape", least=-1), starts, shape_of(x), strict=False
        )
    )
    _check_block("slice", "shape", shape, x, starts)
    part: Any = x
    for axis, (start, size) in enumerate(zip(starts, shape, strict=True)):
        if isinstance(start, int):
            part = slice_axis(part, axis, start, start + size)
        else:
            places = p.add(p.arange(0, size, 1, "int32"), p.cast(start, "int32"))
            part = p.take(part, places, axis)
    return part


def _check_block(
    name: str, argument: str, block: Sequence[Any], x: Any, starts: Sequence[Any]
) -> None:
    """That a block has the axes of a tensor, and lies inside it."""
    shape = native.static_shape(x)
    if not len(block) == len(starts) == len(shape) or not all(map(_fits, starts, block, shape)):
        raise ValueError(
            f"`{name}` expected a block that fits into a tensor of shape {shape}. Received: "
            f"{argument}={tuple(block)}, start_indices={[_number(s) for s in starts]}"
        )


def _number(start: Any) -> int | None:
    """A start as an int; None if it is not known."""
    if isinstance(start, int):
        return start
    values = at_hand(start)
    return None if values is None else int(values)


def _fits(start: Any, size: Any, d: int | None) -> bool:
    """Whether what is known of a block lies inside an axis of size ``d``."""
    first = _number(start)
    size = size if is_static(size) else 0
    return min(size, first or 0) >= 0 and (d is None or (first or 0) + size <= d)


def _start_list(name: str, starts: Any, n: int) -> list[Any]:
    if isinstance(starts, (list, tuple)):
        return [s if isinstance(s, (int, KerasTensor)) else native.convert(s) for s in starts]
    if not isinstance(starts, KerasTensor):
        starts = native.convert(starts)
    native.check_shapes(name, start_indices=(starts, (n,)))
    return [p.reshape(slice_axis(starts, 0, i, i + 1), ()) for i in range(n)]


@public("keras.ops.slice_update")
@op("inputs:promote start_indices:nest updates:promote")
def slice_update(inputs: TensorLike, start_indices: TensorLike, updates: TensorLike) -> Tensor:
    """A copy in which a block is replaced.

    Args:
        inputs: A tensor.
        start_indices: Where the block begins along each axis: numbers or a tensor of them.
        updates: The block.

    Raises:
        ValueError: If the block does not fit into the tensor; where values are at hand.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.slice_update([1, 2, 3, 4], (1,), [8, 9])).tolist()
    [1, 8, 9, 4]
    """
    starts = _start_list("slice_update", start_indices, ndim_of(inputs))
    shape = shape_of(updates)
    _check_block("slice_update", "updates.shape", shape, inputs, starts)
    parts = []
    for axis, (start, d) in enumerate(zip(starts, shape, strict=True)):
        line = [1] * len(shape)
        line[axis] = d
        places = p.arange(0, d, 1, "int32")
        offset = (
            native.convert(start, "int32") if isinstance(start, int) else p.cast(start, "int32")
        )
        places = p.broadcast_to(p.reshape(p.add(places, offset), line), shape)
        parts.append(p.reshape(places, (*shape, 1)))
    return p.scatter_nd(inputs, p.concatenate(parts, len(shape)), updates, "set")


@public("keras.ops.one_hot", "keras.ops.nn.one_hot")
@op("x:any num_classes:size dtype:dtype")
def one_hot(
    x: TensorLike,
    num_classes: int,
    axis: int = -1,
    dtype: DTypeLike = None,
    sparse: bool = False,
) -> Tensor:
    """Ones at the classes, zeros elsewhere.

    Args:
        x: Classes, of any shape; others than 0 to ``num_classes - 1`` give zeros. Floats are
            cut to integers.
        num_classes: The size of the new axis.
        axis: Where the new axis goes.
        dtype: The dtype, `floatx` by default.
        sparse: Whether a sparse tensor is returned, on backends that have them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.one_hot([0, 2], 3)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    if p.dtype_of(x) not in dtypes.INTS:
        x = p.cast(x, "int32")
    n = ndim_of(x) + 1
    at = canonical_axis(axis, n)
    dtype = str(dtype or dtypes.config.floatx())
    if sparse:
        return put_together(_sparse_one_hot(x, num_classes, at, dtype))
    line = [1] * n
    line[at] = num_classes
    classes = p.reshape(p.arange(0, num_classes, 1, p.dtype_of(x)), line)
    return p.cast(p.equal(expand_dims(x, at), classes), dtype)


def _sparse_one_hot(x: Any, num_classes: int, at: int, dtype: str) -> Coo:
    """A value for each class: 1, or 0 for one out of range."""
    shape = list(shape_of(x))
    flat = reshape(x, (-1,))
    valid = logical_and(greater_equal(flat, 0), less(flat, num_classes))
    place = p.arange(0, shape_of(flat)[0], 1, p.dtype_of(flat))
    columns: list[Any] = []
    for d in reversed(shape):
        columns.insert(0, mod(place, d))
        place = floor_divide(place, d)
    columns.insert(at, multiply(flat, valid))
    shape.insert(at, num_classes)
    return Coo(stack(columns, -1), p.cast(valid, dtype), tuple(shape))


@public("keras.ops.select", "keras.ops.numpy.select")
@op("condlist:*bool choicelist:*promote default:promote")
def select(
    condlist: Sequence[TensorLike], choicelist: Sequence[TensorLike], default: TensorLike = 0
) -> Tensor:
    """For each element the choice of the first condition that holds.

    Args:
        condlist: A list of bool tensors.
        choicelist: As many tensors.
        default: What is taken where no condition holds.

    Example:

    >>> from keras_core import ops
    >>> x = ops.arange(4)
    >>> ops.convert_to_numpy(ops.select([x < 1, x > 2], [x + 10, x * 10], default=-1)).tolist()
    [10, -1, -1, 30]
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            "`condlist` and `choicelist` must have the same length. Received: "
            f"{len(condlist)} and {len(choicelist)}"
        )
    out: Any = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        out = p.where(condition, choice, out)
    return out


def _place(indices: Any, shape: Any) -> tuple[Any, tuple[Any, ...]]:
    return indices, sizes(shape, "unravel_index", "shape", least=1)


@public("keras.ops.unravel_index", "keras.ops.numpy.unravel_index")
@op("indices:int", prepare=_place)
def unravel_index(indices: TensorLike, shape: ShapeLike) -> tuple[Tensor, ...]:
    """Flat indices as an index for each axis.

    Args:
        indices: Integers.
        shape: The shape of the tensor that is indexed.

    Returns:
        A tuple of tensors.

    Example:

    >>> from keras_core import ops
    >>> [ops.convert_to_numpy(axis).tolist() for axis in ops.unravel_index([1, 5], (2, 3))]
    [[0, 1], [1, 2]]
    """
    sides: Any = shape
    total = math.prod(sides)
    rest = p.where(
        p.less(indices, p.zeros_like(indices)), p.add(indices, p.const(total, indices)), indices
    )
    out = []
    for d in reversed(sides):
        size = p.const(d, rest)
        out.append(p.mod(rest, size))
        rest = p.floor_divide(rest, size)
    return tuple(reversed(out))
