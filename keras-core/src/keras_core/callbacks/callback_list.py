"""Several callbacks called as one."""

from typing import Any

from keras_core.callbacks.base import Callback
from keras_core.callbacks.logging import History, ProgbarLogger
from keras_core.core.base import tree
from keras_core.core.base.public import public

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


@public("keras.callbacks.CallbackList")
class CallbackList:
    """Callbacks as one; it calls only those that override a method.

    Args:
        callbacks: A list of callbacks.
        add_history: Whether a `History` is added.
        add_progbar: Whether a `ProgbarLogger` is added.
        model: The model.
        **params: ``verbose``, ``epochs``, ``steps``.
    """

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
        if add_progbar and not any(isinstance(c, ProgbarLogger) for c in self.callbacks):
            self.callbacks.append(ProgbarLogger())
        if add_history:
            held = [c for c in self.callbacks if isinstance(c, History)]
            if not held:
                held = [History()]
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

    def _each(self, name: str, *position: int, logs: Any) -> None:
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, name)(*position, logs)

    def on_train_begin(self, logs: Any = None) -> None:
        """Call `on_train_begin` of each callback."""
        self._each("on_train_begin", logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Call `on_epoch_begin` of each callback."""
        self._each("on_epoch_begin", epoch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call `on_train_batch_begin` of each callback."""
        self._each("on_train_batch_begin", batch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call `on_batch_begin` of each callback."""
        self._each("on_batch_begin", batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call `on_batch_end` of each callback."""
        self._each("on_batch_end", batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call `on_train_batch_end` of each callback."""
        self._each("on_train_batch_end", batch, logs=logs)

    def on_test_begin(self, logs: Any = None) -> None:
        """Call `on_test_begin` of each callback."""
        self._each("on_test_begin", logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call `on_test_batch_begin` of each callback."""
        self._each("on_test_batch_begin", batch, logs=logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call `on_test_batch_end` of each callback."""
        self._each("on_test_batch_end", batch, logs=logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Call `on_test_end` of each callback."""
        self._each("on_test_end", logs=logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Call `on_epoch_end` of each callback."""
        self._each("on_epoch_end", epoch, logs=logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Call `on_train_end` of each callback."""
        self._each("on_train_end", logs=logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        """Call `on_predict_begin` of each callback."""
        self._each("on_predict_begin", logs=logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call `on_predict_batch_begin` of each callback."""
        self._each("on_predict_batch_begin", batch, logs=logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call `on_predict_batch_end` of each callback."""
        self._each("on_predict_batch_end", batch, logs=logs)

    def on_predict_end(self, logs: Any = None) -> None:
        """Call `on_predict_end` of each callback."""
        self._each("on_predict_end", logs=logs)
