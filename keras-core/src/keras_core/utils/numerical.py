"""Small helpers for arrays."""

from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.tensors import native


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Ones at the classes, zeros elsewhere.

    Args:
        x: Integers of any shape; a last axis of size 1 is dropped.
        num_classes: The number of classes; by default the largest class plus 1.

    Returns:
        A tensor if ``x`` is one, else a NumPy array, of shape ``x.shape + (num_classes,)``.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.to_categorical([0, 2]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    if native.is_engine_tensor(x) and not isinstance(x, np.ndarray):
        shape = ops.shape(x)
        if len(shape) > 1 and shape[-1] == 1:
            x = ops.squeeze(x, -1)
        n = num_classes or int(ops.convert_to_numpy(ops.max(x))) + 1
        return ops.one_hot(ops.cast(x, "int32"), n)
    x = np.asarray(x, dtype="int64")
    shape = x.shape
    if len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    x = x.reshape(-1)
    n = num_classes or int(np.max(x)) + 1
    out = np.zeros((x.shape[0], n))
    out[np.arange(x.shape[0]), x] = 1
    return out.reshape((*shape, n))


def normalize(x: Any, axis: Any = -1, order: int = 2) -> Any:
    """Vectors of norm 1 along an axis.

    Args:
        x: An array or a tensor.
        axis: The axis.
        order: The order of the norm.
    """
    if native.is_engine_tensor(x) and not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=order)
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)


def pad_sequences(
    sequences: Any,
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Any:
    """Sequences of different lengths as one array.

    Args:
        sequences: A list of sequences.
        maxlen: The length of the rows; by default that of the longest sequence.
        dtype: The dtype of the array.
        padding: ``"pre"`` or ``"post"``: where short ones are padded.
        truncating: ``"pre"`` or ``"post"``: where long ones are cut.
        value: What they are padded with.

    Example:

    >>> import keras_core as keras
    >>> keras.utils.pad_sequences([[1], [2, 3]]).tolist()
    [[0, 1], [2, 3]]
    """
    if padding not in ("pre", "post") or truncating not in ("pre", "post"):
        raise ValueError(
            "`padding` and `truncating` must be 'pre' or 'post'. "
            f"Received: padding={padding!r}, truncating={truncating!r}"
        )
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    rows = []
    for s in sequences:
        if not hasattr(s, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found: {s!r}")
        rows.append(np.asarray(s))
    longest = max((len(s) for s in rows), default=0) if maxlen is None else maxlen
    tail = next((s.shape[1:] for s in rows if len(s)), ())
    out = np.full((len(rows), longest, *tail), value, dtype=dtype)
    for i, s in enumerate(rows):
        if not len(s):
            continue
        if s.shape[1:] != tail:
            raise ValueError(
                f"The shape of sample {s.shape[1:]} of the sequence at position {i} is different "
                f"from the expected shape {tail}"
            )
        cut = s[-longest:] if truncating == "pre" else s[:longest]
        if longest == 0:
            continue
        if padding == "post":
            out[i, : len(cut)] = cut
        else:
            out[i, -len(cut) :] = cut
    return out
