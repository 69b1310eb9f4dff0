"""Ragged tensors: rows that differ in length, on engines that have them.

Users hold the engine's own ragged tensors. An operation that gets one takes its slow path, where
its *ragged rule* says what it does: to the values, which are a dense tensor, or along the rows. An
operation without a rule refuses: to fill rows up would change its result.
"""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.symbolic import KerasTensor

_SERVICE: Any = runtime.BACKEND.ragged


def is_ragged(x: Any) -> bool:
    """Whether ``x`` is a ragged tensor, of the engine or symbolic."""
    return x.ragged if isinstance(x, KerasTensor) else native.is_ragged(x)


def ragged_rank(x: Any) -> int:
    """How many axes after the first vary in size."""
    rank: int = _SERVICE.ragged_rank(x)
    return rank


def values_of(x: Any) -> Any:
    """The innermost rows of a ragged tensor, one after the other."""
    return _SERVICE.values(x)


def map_values(fn: Callable[..., Any], *args: Any) -> Any:
    """A ragged tensor of what ``fn`` makes of the values of those among the arguments."""
    return _SERVICE.map_values(fn, args)


def spread(x: Any, like: Any) -> Any:
    """For each value of the ragged tensor ``like``, the part of ``x`` for its sample."""
    return _SERVICE.spread(x, like)


def from_rows(values: Any, lengths: Any) -> Any:
    """A ragged tensor of consecutive values, of ``lengths[i]`` in row ``i``."""
    return _SERVICE.from_rows(values, lengths)


def row_lengths(x: Any) -> Any:
    """The sizes of the axis after the first, as an array."""
    return _SERVICE.row_lengths(x)


def to_dense(x: Any) -> Any:
    """A ragged tensor filled up with zeros; anything else as it is."""
    return _SERVICE.to_dense(x) if is_ragged(x) else x


def take(x: Any, rows: Any) -> Any:
    """The rows of a ragged tensor by their numbers."""
    return _SERVICE.take(x, rows)


def reduce(kind: str, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """A reduction along rows, in the dtype of ``x``; see `keras_core_plugins.protocol.Ragged`."""
    return _SERVICE.reduce(kind, x, axes, keepdims)


def expand_dims(x: Any, axis: int) -> Any:
    """An axis of size 1 before the first of a ragged tensor, or before one that varies."""
    return _SERVICE.expand_dims(x, axis)


def concatenate(xs: Sequence[Any], axis: int) -> Any:
    """Tensors of one dtype, some ragged, joined along the first axis or one that varies."""
    return _SERVICE.concatenate(xs, axis)


def refuse(name: str, x: Any) -> NoReturn:
    """Say that an operation has no meaning for a ragged tensor."""
    raise TypeError(
        f"`{name}` takes no ragged tensor, or not along the axes that vary in size. Received: a "
        f"ragged tensor of shape {native.static_shape(x)}. Fill its rows up with "
        "`keras.ops.convert_to_tensor(x, ragged=False)`."
    )


def check_engine() -> None:
    """Say that the engine has no ragged tensors, if it has none."""
    if _SERVICE is None:
        raise ValueError(
            f"`ragged=True` is not supported with the {runtime.NAME} backend, which has no ragged "
            "tensors. Leave it out to have rows filled up, or fill them up with "
            "`keras.utils.pad_sequences`."
        )
