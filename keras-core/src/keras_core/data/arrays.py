"""Batches cut from arrays, tensors and frames."""

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base import config, tree
from keras_core.core.execution.seeds import host_generator
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.runtime import CAPABILITIES
from keras_core.data.class_weight import class_weights
from keras_core.data.source import Batch, Request, Source, bare
from keras_core.data.sparse_rows import SparseRows

_ARGUMENTS = ("x", "y", "sample_weight")


def as_array(x: Any, name: str, strings: bool = False) -> Any:
    """An array or a tensor of the engine for one input, target or weight.

    Args:
        x: What was given.
        name: The name of the argument.
        strings: Whether an array of strings will do.
    """
    if x is None:
        return None
    if native.is_ragged(x) or (native.is_engine_tensor(x) and not isinstance(x, np.ndarray)):
        return x
    rows = x if isinstance(x, SparseRows) else SparseRows.of(x)
    if rows is not None:
        return rows
    module = type(x).__module__
    if module.startswith("pandas"):
        x = x.to_numpy()
        if x.ndim == 1:
            x = x[:, None] if name == "x" else x
    elif not isinstance(x, np.ndarray):
        x = native.to_numpy(x)
    if strings and holds_strings(x):
        return x
    if x.dtype.kind in "USOMmV" and x.dtype != dtypes.numpy_dtype("bfloat16"):
        if x.dtype == object and None not in x.ravel():
            with contextlib.suppress(TypeError, ValueError):
                x = x.astype(config.floatx())
        if x.dtype.kind in "USOMm":
            raise ValueError(
                f"The argument `{name}` holds values of dtype {x.dtype}, but numbers are needed. "
                "Turn strings and categories into integers first, and make ragged lists even with "
                "`keras.utils.pad_sequences`."
            )
    if x.dtype == np.float64:
        x = x.astype(config.floatx())
    return x


def holds_strings(x: np.ndarray[Any, Any]) -> bool:
    """Whether an array is one of strings, by its first element if that is all that can be said."""
    if x.dtype.kind != "O":
        return x.dtype.kind in "SUT"
    return x.size > 0 and isinstance(x.reshape(-1)[0], (str, bytes))


def is_array_like(x: Any) -> bool:
    """Whether ``x`` has the values of one input: an array, a tensor, a frame."""
    return hasattr(x, "shape") or hasattr(x, "__array__")


def short(x: Any) -> str:
    """``x`` for a message."""
    text = repr(x)
    return text if len(text) <= 100 else text[:100] + "..."


def is_number_list(x: Any) -> bool:
    """Whether a list is one array written out, rather than a list of arrays."""
    return (
        isinstance(x, (list, tuple))
        and bool(x)
        and not any(
            hasattr(v, "shape")
            or isinstance(v, dict)
            or (isinstance(v, (list, tuple)) and any(hasattr(w, "shape") for w in v))
            for v in x
        )
    )


def _arrays(nest: Any, name: str, strings: bool = False) -> Any:
    if nest is None:
        return None
    if is_number_list(nest):
        try:
            nest = np.asarray(nest)
        except ValueError as e:
            raise ValueError(
                f"The argument `{name}` is a ragged list: its rows differ in length. Make them "
                "even with `keras.utils.pad_sequences`."
            ) from e
    if type(nest).__module__.startswith("pandas"):
        return as_array(nest, name, strings)

    def leaf(x: Any) -> Any:
        if x is None:
            return None
        if not is_array_like(x) and not isinstance(x, (list, tuple)):
            raise ValueError(
                f"Unrecognized data type for the argument `{name}`: {type(x).__name__}. Expected "
                f"NumPy arrays, tensors or pandas frames. Received: {name}={short(x)}"
            )
        return as_array(x, name, strings)

    return tree.map_structure(leaf, nest)


def to_arrays(x: Any, y: Any = None, sample_weight: Any = None, strings: bool = False) -> Batch:
    """Arrays, or tensors of the engine, for what was given as inputs, targets and weights."""
    return (
        _arrays(x, "x", strings),
        _arrays(y, "y"),
        _arrays(sample_weight, "sample_weight"),
    )


def take_rows(data: Batch, rows: slice) -> Batch:
    """The samples ``rows`` of arrays."""
    return tuple(tree.map_structure(lambda v: None if v is None else v[rows], p) for p in data)


def common_length(data: Batch) -> int:
    """The number of samples in arrays.

    Raises:
        ValueError: If they differ in it, or have no axis of samples.
    """
    lengths: dict[int, list[str]] = {}
    for name, part in zip(_ARGUMENTS, data, strict=False):
        for v in tree.flatten(part):
            if v is None:
                continue
            shape = tuple(v.shape)
            if not shape:
                raise ValueError(
                    f"The argument `{name}` must have a batch axis. Received: a scalar. Put it in "
                    "an array of one sample."
                )
            lengths.setdefault(int(shape[0]), []).append(f"{name} {shape}")
    if not lengths:
        raise ValueError("No data was given: `x` is None.")
    if len(lengths) > 1:
        found = "; ".join(", ".join(v) for v in lengths.values())
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of "
            f"samples. Received shapes: {found}"
        )
    return next(iter(lengths))


def _packed(request: Request) -> Batch:
    """The arrays of a request, without what was not given."""
    x, y, sample_weight = to_arrays(request.x, request.y, request.sample_weight, request.raw)
    if request.class_weight is not None:
        if sample_weight is not None:
            raise ValueError(
                "You cannot specify both `class_weight` and `sample_weight`. Multiply the weights "
                "yourself."
            )
        if y is None:
            raise ValueError("`class_weight` needs targets: `y` is None.")
        sample_weight = class_weights(y, request.class_weight)
    return (x,) if y is None else (x, y) if sample_weight is None else (x, y, sample_weight)


class ArraySource(Source):
    """Batches cut from arrays along their first axis."""

    def __init__(self, request: Request) -> None:
        self._data = _packed(request)
        self._leaves = [v for v in tree.flatten(self._data) if v is not None]
        self._size = common_length(self._data)
        self._batch_size = request.batch_size or 32
        self._shuffle, self._raw = request.shuffle, request.raw
        super().__init__(request.steps, -(-self._size // self._batch_size))

    def _cut(self, rows: Any) -> Batch:
        def cut(v: Any) -> Any:
            if v is None:
                return None
            if isinstance(v, SparseRows):
                return v[rows].tensor()
            if isinstance(v, np.ndarray):
                part = v[rows].copy() if isinstance(rows, slice) else v[rows]
                part.flags.writeable = False  # nobody else has it: engines may share its memory
                keep = self._raw or CAPABILITIES.jit_takes_arrays
                return part if keep else native.convert(part)
            if isinstance(rows, slice):
                return v[rows]
            return ops.take(v, rows, axis=0)

        return bare(tree.map_structure(cut, self._data))

    def _pass(self, skip: int = 0) -> Iterator[Batch]:
        n, size = self._size, self._batch_size
        order = host_generator().permutation(n) if self._shuffle else None
        bounds = ((begin, min(begin + size, n)) for begin in range(skip * size, n, size))
        return (self._cut(slice(a, b) if order is None else order[a:b]) for a, b in bounds)

    def example(self) -> Batch | None:
        if not self._size and not self._leaves:
            return None
        rows = slice(0, min(self._batch_size, self._size))

        def cut(v: Any) -> Any:
            if isinstance(v, SparseRows):
                return v[rows].tensor()
            return None if v is None else v[rows]

        return bare(tree.map_structure(cut, self._data))
