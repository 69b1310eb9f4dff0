"""The base class of callbacks, and the list that calls them."""

from collections.abc import Callable
from typing import Any

from keras_core.core.base import tree


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


_TRAIN = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
_TEST = ("on_test_batch_begin", "on_test_batch_end")


def _overrides(callback: Any, names: tuple[str, ...]) -> bool:
    own = getattr(callback, "watches_batches", None)
    if own is not None:
        return bool(own())
    return any(
        name in callback.__dict__
        or getattr(type(callback), name, None) is not getattr(Callback, name)
        for name in names
    )


class CallbackList:
    """Callbacks as one; it calls only those that override a method.

    Args:
        callbacks: A list of callbacks.
        add_history: Whether a `History` is added.
        add_progbar: Whether a `ProgbarLogger` is added.
        model: The model.
        **params: ``verbose``, ``epochs``, ``steps``.
    """

    _history: type | None = None
    _progbar: type | None = None

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        self.callbacks: list[Any] = tree.flatten(callbacks) if callbacks else []
        for callback in self.callbacks:
            if not hasattr(callback, "set_model"):
                raise TypeError(
                    f"`callbacks` must hold instances of `keras.callbacks.Callback`. "
                    f"Received: {callback!r}"
                )
        if add_progbar and not any(isinstance(c, self._progbar) for c in self.callbacks):  # type: ignore[arg-type]  # set below in the package
            self.callbacks.append(self._progbar())  # type: ignore[misc]  # set in the package
        if add_history:
            held = [c for c in self.callbacks if isinstance(c, self._history)]  # type: ignore[arg-type]  # set in the package
            if not held:
                held = [self._history()]  # type: ignore[misc]  # set in the package
                self.callbacks.append(held[0])
            if model is not None:
                object.__setattr__(model, "history", held[0])
        self.set_model(model)
        self.set_params(params)
        self.watches_train_batches = any(_overrides(c, _TRAIN) for c in self.callbacks)
        self.watches_test_batches = any(_overrides(c, _TEST) for c in self.callbacks)

    def append(self, callback: Any) -> None:
        """Add a callback."""
        self.callbacks.append(callback)
        self.watches_train_batches |= _overrides(callback, _TRAIN)
        self.watches_test_batches |= _overrides(callback, _TEST)

    def set_params(self, params: dict[str, Any]) -> None:
        """Hand the parameters down."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hand the model down."""
        self._model = model
        for callback in self.callbacks:
            callback.set_model(model)

    @property
    def model(self) -> Any:
        """The model."""
        return self._model

    def __iter__(self) -> Any:
        return iter(self.callbacks)


def _forward(name: str, counted: str) -> Callable[..., None]:
    if counted == "epoch":

        def call(self: CallbackList, epoch: int, logs: Any = None) -> None:
            logs = {} if logs is None else logs
            for callback in self.callbacks:
                getattr(callback, name)(epoch, logs)
    elif counted == "batch":

        def call(self: CallbackList, batch: int, logs: Any = None) -> None:  # type: ignore[misc]  # as above
            logs = {} if logs is None else logs
            for callback in self.callbacks:
                getattr(callback, name)(batch, logs)
    else:

        def call(self: CallbackList, logs: Any = None) -> None:  # type: ignore[misc]  # as above
            logs = {} if logs is None else logs
            for callback in self.callbacks:
                getattr(callback, name)(logs)

    call.__name__ = name
    call.__doc__ = f"Call `{name}` of each callback."
    return call


for _what in ("batch", "epoch", "train_batch", "test_batch", "predict_batch"):
    for _when in ("begin", "end"):
        _counted = "epoch" if _what == "epoch" else "batch"
        setattr(CallbackList, f"on_{_what}_{_when}", _forward(f"on_{_what}_{_when}", _counted))
for _what in ("train", "test", "predict"):
    for _when in ("begin", "end"):
        setattr(CallbackList, f"on_{_what}_{_when}", _forward(f"on_{_what}_{_when}", ""))
