"""Several callbacks called as one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from keras_core.callbacks.base import Callback
from keras_core.callbacks.logging import History, ProgbarLogger
from keras_core.core.base import tree
from keras_core.core.base.files import writes_here
from keras_core.core.base.public import public
from keras_core.typing import Results

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

    Example:

    >>> import keras_core as keras
    >>> callbacks = keras.callbacks.CallbackList([keras.callbacks.History()], epochs=1)
    >>> callbacks.on_train_begin()
    >>> [type(callback).__name__ for callback in callbacks.callbacks]
    ['History']
    """

    def __init__(
        self,
        callbacks: Callback | Iterable[Callback] | None = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: int | str | None,
    ) -> None:
        self.callbacks: list[Any] = tree.flatten(callbacks) if callbacks else []
        for callback in self.callbacks:
            if not hasattr(callback, "set_model"):
                raise TypeError(
                    f"`callbacks` must hold instances of `keras.callbacks.Callback`. "
                    f"Received: {callback!r}"
                )
        add_progbar = add_progbar and writes_here()
        if add_progbar and not any(isinstance(c, ProgbarLogger) for c in self.callbacks):
            self.callbacks.append(ProgbarLogger())
        if add_history:
            held = [c for c in self.callbacks if isinstance(c, History)]
            if not held:
                held = [History()]
                self.callbacks.append(held[0])
            if model is not None:
                object.__setattr__(model, "history", held[0])
        self._sort()
        self.set_model(model)
        self.set_params(params)
        self.watches_train_batches = any(_overrides(c, _TRAIN) for c in self.callbacks)
        self.watches_test_batches = any(_overrides(c, _TEST) for c in self.callbacks)

    def append(self, callback: Callback) -> None:
        """Add a callback."""
        self.callbacks.append(callback)
        self._sort()
        self.watches_train_batches |= _overrides(callback, _TRAIN)
        self.watches_test_batches |= _overrides(callback, _TEST)

    def _sort(self) -> None:
        self.callbacks.sort(key=lambda c: getattr(c, "is_called_last", False))

    def set_run(self, run: Any) -> None:
        """Hand the run of `fit` to those that write it down."""
        for callback in self.callbacks:
            if hasattr(callback, "set_run"):
                callback.set_run(run)

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

    def __iter__(self) -> Iterator[Any]:
        return iter(self.callbacks)

    def _each(self, name: str, *position: int, logs: Results | None) -> None:
        logs = {} if logs is None else logs
        for callback in self.callbacks:
            getattr(callback, name)(*position, logs)

    def _end_each(self, name: str, callbacks: list[Any], logs: Results | None) -> None:
        """Call the end of all of them, and raise the first error behind the last."""
        first: BaseException | None = None
        for callback in callbacks:
            try:
                getattr(callback, name)({} if logs is None else logs)
            except BaseException as e:
                if first is None:
                    first = e
                else:
                    first.add_note(f"{type(callback).__name__}.{name} failed, too: {e!r}")
        if first is not None:
            raise first

    @contextmanager
    def running(self, what: str) -> Iterator[None]:
        """Call the beginning, and the end, too, if the block raises an error.

        Args:
            what: ``"train"``, ``"test"`` or ``"predict"``. Those whose beginning has failed, and
                those behind them, do not hear of an end.
        """
        begun: list[Any] = []
        try:
            for callback in self.callbacks:
                getattr(callback, f"on_{what}_begin")({})
                begun.append(callback)
            yield
        except BaseException as e:
            try:
                self._end_each(f"on_{what}_end", begun, {})
            except BaseException as other:
                e.add_note(f"While it was handled, on_{what}_end of a callback failed: {other!r}")
            raise

    def on_train_begin(self, logs: Results | None = None) -> None:
        """Call `on_train_begin` of each callback."""
        self._each("on_train_begin", logs=logs)

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        """Call `on_epoch_begin` of each callback."""
        self._each("on_epoch_begin", epoch, logs=logs)

    def on_train_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_train_batch_begin` of each callback."""
        self._each("on_train_batch_begin", batch, logs=logs)

    def on_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_batch_begin` of each callback."""
        self._each("on_batch_begin", batch, logs=logs)

    def on_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_batch_end` of each callback."""
        self._each("on_batch_end", batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_train_batch_end` of each callback."""
        self._each("on_train_batch_end", batch, logs=logs)

    def on_test_begin(self, logs: Results | None = None) -> None:
        """Call `on_test_begin` of each callback."""
        self._each("on_test_begin", logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_test_batch_begin` of each callback."""
        self._each("on_test_batch_begin", batch, logs=logs)

    def on_test_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_test_batch_end` of each callback."""
        self._each("on_test_batch_end", batch, logs=logs)

    def on_test_end(self, logs: Results | None = None) -> None:
        """Call `on_test_end` of each callback."""
        self._end_each("on_test_end", self.callbacks, logs)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        """Call `on_epoch_end` of each callback."""
        self._each("on_epoch_end", epoch, logs=logs)

    def on_train_end(self, logs: Results | None = None) -> None:
        """Call `on_train_end` of each callback."""
        self._end_each("on_train_end", self.callbacks, logs)

    def on_predict_begin(self, logs: Results | None = None) -> None:
        """Call `on_predict_begin` of each callback."""
        self._each("on_predict_begin", logs=logs)

    def on_predict_batch_begin(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_predict_batch_begin` of each callback."""
        self._each("on_predict_batch_begin", batch, logs=logs)

    def on_predict_batch_end(self, batch: int, logs: Results | None = None) -> None:
        """Call `on_predict_batch_end` of each callback."""
        self._each("on_predict_batch_end", batch, logs=logs)

    def on_predict_end(self, logs: Results | None = None) -> None:
        """Call `on_predict_end` of each callback."""
        self._end_each("on_predict_end", self.callbacks, logs)
