"""Reading and writing elements; sorting and searching."""

from builtins import slice as Slice  # the operation has the same name
from collections.abc import Sequence
from typing import Any

from keras_core.engine import dtypes, tensors
from keras_core.engine import primitives as p
from keras_core.engine.dispatch import canonical_axis, op
from keras_core.engine.sparse import Coo, put_together
from keras_core.engine.symbolic import KerasTensor, is_static
from keras_core.engine.tensors import ndim_of, shape_of
from keras_core.ops.arithmetic import floor_divide, mod, multiply
from keras_core.ops.comparison import greater_equal, less, logical_and
from keras_core.ops.reductions import dimension_tensor
from keras_core.ops.shaping import expand_dims, reshape, slice_axis, stack


@op("x:any indices:int axis:axis?")
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Slices along an axis, by index.

    Args:
        x: A tensor.
        indices: Integers of any shape; negative ones count from the end.
        axis: The axis; by default the tensor is flattened.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.take([10, 20, 30], [0, -1])).tolist()
    [10, 30]
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    shape = tensors.static_shape(x)
    if shape[axis] == 0 and 0 not in tensors.static_shape(indices):
        raise ValueError(
            f"`take` has nothing to take from axis {axis} of a tensor of shape {shape}. Received: "
            f"indices of shape {tensors.static_shape(indices)}"
        )
    return p.take(x, indices, axis)


def _wrap(indices: Any, d: Any) -> Any:
    """Negative indices counted from the end of an axis of size ``d``."""
    size = dimension_tensor(d, p.dtype_of(indices))
    return p.where(p.less(indices, p.const(0, indices)), p.add(indices, size), indices)


def _of_one_rank(x: Any, indices: Any, axis: int | None) -> tuple[Any, Any, int | None]:
    if axis is not None and ndim_of(x) != ndim_of(indices):
        raise ValueError(
            "`take_along_axis` expects `x` and `indices` of the same rank. Received: shapes "
            f"{tensors.static_shape(x)} and {tensors.static_shape(indices)}"
        )
    return x, indices, axis


@op("x:any indices:int axis:axis?", prepare=_of_one_rank)
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Elements along an axis, by an index for each place of the result.

    Args:
        x: A tensor.
        indices: Integers; the other axes broadcast with those of ``x``.
        axis: The axis; by default both tensors are flattened.
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


@op("x:any key:nest")
def get_item(x: Any, key: Any) -> Any:
    """``x[key]``, with ints, slices, ``...``, None and one tensor or list of integers.

    Args:
        x: A tensor.
        key: An index or a tuple of them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.get_item(ops.arange(6), slice(1, None, 2))).tolist()
    [1, 3, 5]
    """
    if isinstance(key, list) and any(isinstance(k, (Slice, type(...), type(None))) for k in key):
        key = tuple(key)  # as it comes from the JSON of a saved model
    keys = _parse_key(key)
    if isinstance(key, list) and not any(isinstance(k, (Slice, type(...))) for k in key):
        keys = [tensors.convert(key)]
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
            places = p.nonzero(k)
            arrays.extend((axis + i, place) for i, place in enumerate(places))
            axis += ndim_of(k)
        else:
            k = k if isinstance(k, KerasTensor) else tensors.convert(k)
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
        return p.take(x, arrays[0][1], arrays[0][0])
    if arrays:
        return _advanced(x, arrays, dropped)
    return x


def _slice_of(k: Any) -> Any:
    if isinstance(k, Slice):
        return k
    if isinstance(k, list):
        return tensors.convert(k)
    if not hasattr(k, "__index__") or isinstance(k, (bool, KerasTensor)):
        return k
    if tensors.is_engine_tensor(k) and (ndim_of(k) or tensors.is_tracing()):
        return k
    try:
        return k.__index__()
    except TypeError:
        return k


def _is_mask(k: Any) -> bool:
    if isinstance(k, (int, Slice, type(None), type(...))) and not isinstance(k, bool):
        return False
    return tensors.natural_dtype(k) in ("bool", bool)


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
    if k == Slice(None):
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
    arrays = arrays + [(a, tensors.convert(0, "int32")) for a in dropped]
    arrays.sort(key=lambda pair: pair[0])
    axes = [a for a, _ in arrays]
    shape = shape_of(x)
    common = p.broadcast_shapes(*(tensors.static_shape(k) for _, k in arrays))
    if None in common:
        common = shape_of(arrays[0][1])
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
    """That indices are within the rank of ``shape``, and that the updates fit both."""
    places = tensors.static_shape(indices)
    if places and places[-1] is None:
        return
    if not places or places[-1] > len(shape):
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
    tensors.check_shapes(name, **{argument: (updates, wanted)})


def _scattered(inputs: Any, indices: Any, updates: Any, reduction: Any) -> Any:
    check_scatter("scatter_update", tensors.static_shape(inputs), indices, updates)
    return inputs, indices, updates, reduction


@op("inputs:promote indices:int updates:promote", prepare=_scattered)
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """A copy in which elements or slices are replaced, or combined with others.

    Args:
        inputs: A tensor.
        indices: Integers of shape ``(..., k)``: the first ``k`` indices of each place.
        updates: A tensor of shape ``indices.shape[:-1] + inputs.shape[k:]``.
        reduction: None to replace, or ``"add"``, ``"max"``, ``"min"`` or ``"mul"``.
    """
    kinds = {None: "set", "add": "add", "max": "max", "min": "min", "mul": "multiply"}
    if reduction not in kinds:
        raise ValueError(
            f"`reduction` must be one of {list(kinds)}. Received: reduction={reduction!r}"
        )
    return p.scatter_nd(inputs, indices, updates, kinds[reduction])  # type: ignore[arg-type]


@op("indices:int values:any")
def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros with values added at places.

    Args:
        indices: Integers of shape ``(..., k)``.
        values: A tensor of shape ``indices.shape[:-1] + shape[k:]``.
        shape: The shape of the result.
    """
    shape = tuple(shape)
    known = [d if is_static(d) else None for d in shape]
    check_scatter("scatter", known, indices, values, "values")
    zeros = p.full(shape, 0, p.dtype_of(values))
    return p.scatter_nd(zeros, indices, values, "add")


@op("inputs:any start_indices:nest")
def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """A block of a tensor.

    Args:
        inputs: A tensor.
        start_indices: Where the block begins along each axis: numbers or a tensor of them.
        shape: The size of the block.
    """
    x, n = inputs, ndim_of(inputs)
    _check_block("slice", "shape", shape, x)
    if not isinstance(start_indices, (list, tuple)) or any(
        not isinstance(i, int) for i in start_indices
    ):
        starts = _start_list(start_indices, n)
    else:
        starts = list(start_indices)
    for axis, (start, size) in enumerate(zip(starts, shape, strict=True)):
        if isinstance(start, int):
            x = slice_axis(x, axis, start, start + size)
        else:
            places = p.add(p.arange(0, size, 1, "int32"), p.cast(start, "int32"))
            x = p.take(x, places, axis)
    return x


def _check_block(name: str, argument: str, block: Sequence[Any], x: Any) -> None:
    """That a block has the axes of a tensor, and none is longer."""
    shape = tensors.static_shape(x)
    if len(block) != len(shape) or any(
        is_static(b) and d is not None and not 0 <= b <= d
        for b, d in zip(block, shape, strict=True)
    ):
        raise ValueError(
            f"`{name}` expected a block that fits into a tensor of shape {shape}. Received: "
            f"{argument}={tuple(block)}"
        )


def _start_list(starts: Any, n: int) -> list[Any]:
    if isinstance(starts, (list, tuple)):
        return [s if isinstance(s, (int, KerasTensor)) else tensors.convert(s) for s in starts]
    if not isinstance(starts, KerasTensor):
        starts = tensors.convert(starts)
    return [p.reshape(slice_axis(starts, 0, i, i + 1), ()) for i in range(n)]


@op("inputs:promote start_indices:nest updates:promote")
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """A copy in which a block is replaced.

    Args:
        inputs: A tensor.
        start_indices: Where the block begins along each axis: numbers or a tensor of them.
        updates: The block.
    """
    starts = _start_list(start_indices, ndim_of(inputs))
    shape = shape_of(updates)
    _check_block("slice_update", "updates.shape", shape, inputs)
    parts = []
    for axis, (start, d) in enumerate(zip(starts, shape, strict=True)):
        line = [1] * len(shape)
        line[axis] = d
        places = p.arange(0, d, 1, "int32")
        offset = (
            tensors.convert(start, "int32") if isinstance(start, int) else p.cast(start, "int32")
        )
        places = p.broadcast_to(p.reshape(p.add(places, offset), line), shape)
        parts.append(p.reshape(places, (*shape, 1)))
    return p.scatter_nd(inputs, p.concatenate(parts, len(shape)), updates, "set")


def _sortable(x: Any) -> Any:
    return p.cast(x, "int32") if p.dtype_of(x) == "bool" else x


@op("x:any axis:axis?")
def sort(x: Any, axis: int | None = -1) -> Any:
    """In ascending order along an axis, NaN last.

    Args:
        x: A tensor.
        axis: The axis; None to flatten.
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return p.sort(x, axis)


@op("x:any axis:axis?")
def argsort(x: Any, axis: int | None = -1) -> Any:
    """The indices that sort along an axis, int32; equal elements stay in order.

    Args:
        x: A tensor.
        axis: The axis; None to flatten.
    """
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    return p.argsort(_sortable(x), axis)


def _within(x: Any, k: int, sorted: bool, is_stable: bool) -> tuple[Any, ...]:
    n = tensors.static_shape(x)[-1]
    if k < 0 or (n is not None and k > n):
        raise ValueError(
            "`k` must be at least 0 and at most the size of the last axis. Received: "
            f"k={k}, x.shape={tensors.static_shape(x)}"
        )
    return x, k, sorted, is_stable


@op("x:any1+", prepare=_within)
def top_k(x: Any, k: int, sorted: bool = True, is_stable: bool = True) -> Any:
    """The largest elements along the last axis, and their indices.

    Args:
        x: A tensor.
        k: How many.
        sorted: Whether they come in descending order.
        is_stable: Whether of equal elements the first comes first.

    Returns:
        A pair of tensors with a last axis of size ``k``; the indices are int32.

    Raises:
        ValueError: If the axis has fewer than ``k`` elements.
    """
    last = ndim_of(x) - 1
    # a stable ascending sort of the reversed axis has the first of equal elements last
    reversed_x = p.flip(_sortable(x), (last,))
    order = p.argsort(reversed_x, last)
    d = shape_of(x)[-1]
    best = p.flip(slice_axis(order, last, d - k, d), (last,))
    indices = p.subtract(dimension_tensor(d - 1, "int32"), best)
    return p.gather_nd(x, p.positions_along(x, indices, last)), indices


@op("targets:int1 predictions:any2")
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether the targets are among the ``k`` classes of largest score.

    Args:
        targets: Classes of shape ``(batch,)``.
        predictions: Scores of shape ``(batch, classes)``.
        k: How many classes count.

    Returns:
        A bool tensor of shape ``(batch,)``; ties at the boundary are in.
    """
    own = take_along_axis(predictions, expand_dims(targets, -1), -1)
    better = p.cast(p.less(own, predictions), "int32")
    n = p.sum(better, (1,), False)
    finite = p.less(p.abs(own), p.const(float("inf"), own))
    return p.logical_and(p.less(n, p.const(k, n)), reshape(finite, (-1,)))


@op("x:any1+")
def nonzero(x: Any) -> Any:
    """The indices of the elements that are not 0.

    Args:
        x: A tensor.

    Returns:
        A tuple with an int32 tensor for each axis.
    """
    mask = x if p.dtype_of(x) == "bool" else p.logical_not(p.equal(x, p.const(0, x)))
    return tuple(p.nonzero(mask))


def _is_sequence(sorted_sequence: Any, values: Any, side: str) -> tuple[Any, Any, str]:
    if ndim_of(sorted_sequence) != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. You can use "
            "`keras.ops.vectorized_map` to extend it to N-D sequences. Received: "
            f"sorted_sequence.shape={tensors.static_shape(sorted_sequence)}"
        )
    return _sortable(sorted_sequence), _sortable(values), side


@op("sorted_sequence:promote values:promote", prepare=_is_sequence)
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Where values go in a sorted 1-D tensor, int32.

    Args:
        sorted_sequence: A sorted 1-D tensor.
        values: A tensor of any shape.
        side: ``"left"`` or ``"right"`` of equal elements.
    """
    wide = expand_dims(values, -1)
    before = (
        p.less(sorted_sequence, wide) if side == "left" else p.less_equal(sorted_sequence, wide)
    )
    return p.sum(p.cast(before, "int32"), (ndim_of(wide) - 1,), False)


@op("x:int dtype:dtype")
def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """Ones at the classes, zeros elsewhere.

    Args:
        x: Classes, integers of any shape; others than 0 to ``num_classes - 1`` give zeros.
        num_classes: The size of the new axis.
        axis: Where the new axis goes.
        dtype: The dtype, `floatx` by default.
        sparse: Whether a sparse tensor is returned, on backends that have them.

    Example:

    >>> from keras_core import ops
    >>> ops.convert_to_numpy(ops.one_hot([0, 2], 3)).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    n = ndim_of(x) + 1
    at = canonical_axis(axis, n)
    dtype = dtype or dtypes.config.floatx()
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
