"""What was read of variables stays as it was, whatever is assigned to them afterwards.

Tensors are values: a backend may return views of a tensor, and may update a variable in place,
but not both, since whoever has such a view then sees it change.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keras_core import Variable, ops
from keras_core.conformance.compare import Array

TENSORS: dict[str, Callable[[Variable], Any]] = {
    "value": lambda v: v.value,
    "convert_to_tensor": ops.convert_to_tensor,
    "stop_gradient": ops.stop_gradient,
    "cast": lambda v: ops.cast(v, v.dtype),
    "reshape": lambda v: ops.reshape(v, (-1,)),
    "ravel": ops.ravel,
    "expand_dims": lambda v: ops.expand_dims(v, 0),
    "transpose": ops.transpose,
    "flip": lambda v: ops.flip(v, axis=0),
    "slice": lambda v: ops.slice(v, (0,) * len(v.shape), (1,) * len(v.shape)),
    "get_item": lambda v: v[:1],
    "unstack": lambda v: ops.unstack(v, axis=0)[0],
    "split": lambda v: ops.split(v, v.shape[0], axis=0)[0],
    "broadcast_to": lambda v: ops.broadcast_to(v, (2, *v.shape)),
}
"""Ways to read a variable of at least one axis as a tensor, of which a backend may make a view."""

_SAME = ("value", "convert_to_tensor", "stop_gradient", "cast")
VIEWS = {name: way for name, way in TENSORS.items() if name not in _SAME}
"""Those after which nobody holds the variable's own tensor: the core cannot tell it from unread."""

ARRAYS: dict[str, Callable[[Variable], Any]] = {
    "numpy()": lambda v: v.numpy(),
    "convert_to_numpy": ops.convert_to_numpy,
    "convert_to_numpy of a reshape": lambda v: ops.convert_to_numpy(ops.reshape(v, (-1,))),
}
"""Ways to read one as an array."""


def check(
    ways: dict[str, Callable[[Variable], Any]],
    variables: Sequence[Variable],
    change: Callable[[], Any],
    what: str,
) -> None:
    """Read the variables, call ``change``, and raise an `AssertionError` if a reading changed."""
    read = [(name, v, way(v)) for v in variables if v.shape for name, way in ways.items()]
    before = [_values(x) for _, _, x in read]
    weights = [_values(v) for v in variables]
    change()
    same = all(np.array_equal(_values(v), w) for v, w in zip(variables, weights, strict=True))
    assert not same, f"{what} changed none of the variables"
    changed = {
        name: v for (name, v, x), values in zip(read, before, strict=True) if not _stayed(x, values)
    }
    if changed:
        name, v = next(iter(changed.items()))
        raise AssertionError(
            f"{what} changed what had been read of a variable before it, by "
            f"{', '.join(changed)} (first {name} of float32{list(v.shape)})\n"
            "  expected the value at the time of the reading: either the engine updates "
            "variables in memory of their own, or reading one copies it, and so do primitives "
            "that return views of it"
        )


def _values(x: Any) -> Array:
    return np.array(ops.convert_to_numpy(x))


def _stayed(x: Any, values: Array) -> bool:
    try:
        return np.array_equal(_values(x), values)
    except RuntimeError:  # of an engine that has given the memory away, and says so
        return True
