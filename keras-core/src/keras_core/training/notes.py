"""What an error in a step says besides: which batch it was, and of which shapes."""

from contextlib import suppress
from typing import Any

from keras_core.layers.base.notes import in_words


def note_batch(error: BaseException, number: int, batch: Any) -> None:
    """Note the batch at the end of an error's message.

    Args:
        error: What the step for it raised; it keeps its type and its message.
        number: The number of the batch in its epoch.
        batch: Its inputs, targets and weights.
    """
    with suppress(Exception):  # what cannot be described must not hide the error
        words = in_words(batch)
        error.add_note(f"It was raised by the step for batch {number}, counted from 0: {words}")
