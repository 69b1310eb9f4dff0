"""The base class of callbacks."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.typing import Results


@public("keras.callbacks.Callback")
class Callback:
    """Something that watches or steers `fit`, `evaluate` and `predict`.

    A subclass overrides some of the methods. ``logs`` holds results by name; the logs of a
    batch are computed when they are first read.

    Example:

    >>> import keras_core as keras
    >>> class Stop(keras.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         if logs["loss"] < 0.1:
    ...             self.model.stop_training = True
    """

    is_called_last: bool = False
    """Whether it is called after all others, so that it sees what they have done."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model."""
        return self.__dict__.get("_model")

    def set_params(self, params: dict[str, Any]) -> None:
        """Take note of ``verbose``, ``epochs`` and ``steps``."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Take note of the model."""
        self._model = model

    def get_state(self) -> dict[str, Any]:
        """What its future depends on besides its arguments: a subclass may override it.

        `BackupAndRestore` keeps it, and hands it to the `set_state` of a callback of the same
        class in the run that goes on.

        Returns:
            A dict of numbers, strings, None and NumPy arrays, and of dicts and lists of these.
            Empty by default.
        """
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned; it is called after `on_train_begin`."""

    def on_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """The same as `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """The same as `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        """Before an epoch of training."""

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        """After an epoch of training and its validation."""

    def on_train_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Before a step of training."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """After a step of training."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Before a step of evaluation or validation."""

    def on_test_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """After a step of evaluation or validation."""

    def on_predict_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Before a step of prediction."""

    def on_predict_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """After a step of prediction."""

    def on_train_begin(self, logs: Results | None = None) -> None:
        """Before `fit` begins."""

    def on_train_end(self, logs: Results | None = None) -> None:
        """After `fit`, also if it was interrupted or raised an error; ``logs`` are empty then."""

    def on_test_begin(self, logs: Results | None = None) -> None:
        """Before evaluation or validation."""

    def on_test_end(self, logs: Results | None = None) -> None:
        """After evaluation or validation."""

    def on_predict_begin(self, logs: Results | None = None) -> None:
        """Before `predict`."""

    def on_predict_end(self, logs: Results | None = None) -> None:
        """After `predict`."""


class BatchCounter:
    """Says every so many batches that it is time, over epochs and steps of several batches.

    Args:
        every: Number of batches.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._seen = self._last = 0

    @classmethod
    def of(cls, save_freq: int | str) -> "BatchCounter | None":
        """The counter for an argument `save_freq`: None for ``"epoch"``.

        Raises:
            ValueError: If it is something else, and no int.
        """
        if save_freq == "epoch":
            return None
        if isinstance(save_freq, bool) or not isinstance(save_freq, int):
            raise ValueError(
                f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer "
                "values"
            )
        return cls(save_freq)

    def get_state(self) -> dict[str, Any]:
        """How many batches were counted."""
        return {"seen": self._seen, "last": self._last}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        self._seen, self._last = state["seen"], state["last"]

    def begin_epoch(self) -> None:
        """Take note that the batches are numbered from 0 again."""
        self._last = 0

    def is_due(self, batch: int) -> bool:
        """Whether it is time, now that the batch of this number is done."""
        self._seen += batch + 1 - self._last
        self._last = batch + 1
        if self._seen < self._every:
            return False
        self._seen = 0
        return True


def not_finite(variables: Iterable[Any]) -> str | None:
    """The path of the first variable with a value that is NaN or infinite, None if there is none.

    Args:
        variables: Variables of any dtype.
    """
    for variable in variables:
        array = variable.numpy()
        # the kind of dtypes that NumPy does not know, such as bfloat16, is V
        if array.dtype.kind in "fcV" and not np.isfinite(array).all():
            return str(variable.path)
    return None
