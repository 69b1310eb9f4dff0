"""Sequences of different lengths as one array."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from keras_core.core.base.public import public
from keras_core.typing import Array


@public("keras.utils.pad_sequences", "keras.preprocessing.sequence.pad_sequences")
def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: npt.DTypeLike = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: float | str | bytes = 0.0,
) -> Array:
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
