"""The base class of callbacks."""

from typing import Any

from keras_core.core.base.public import public


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

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """The same as `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """The same as `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Before an epoch of training."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """After an epoch of training and its validation."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a step of training."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a step of training."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a step of evaluation or validation."""

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a step of evaluation or validation."""

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Before a step of prediction."""

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """After a step of prediction."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Before `fit` begins."""

    def on_train_end(self, logs: Any = None) -> None:
        """After `fit`, unless it raised an error."""

    def on_test_begin(self, logs: Any = None) -> None:
        """Before evaluation or validation."""

    def on_test_end(self, logs: Any = None) -> None:
        """After evaluation or validation."""

    def on_predict_begin(self, logs: Any = None) -> None:
        """Before `predict`."""

    def on_predict_end(self, logs: Any = None) -> None:
        """After `predict`."""


class BatchCounter:
    """Says every so many batches that it is time, over epochs and steps of several batches.

    Args:
        every: Number of batches.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._seen = self._last = 0

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
