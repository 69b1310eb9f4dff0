"""Callbacks that show or write down what happens."""

import csv
import os
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_core.callbacks.base import Callback
from keras_core.core.base import console
from keras_core.core.base.files import log_path
from keras_core.core.base.progbar import Progbar
from keras_core.core.base.public import public
from keras_core.typing import FilePath, Results


@public("keras.callbacks.History")
class History(Callback):
    """The results by name and epoch, in ``history``; `fit` returns it.

    Example:

    >>> import keras_core as keras
    >>> history = keras.callbacks.History()
    >>> history.on_train_begin()
    >>> history.on_epoch_end(0, {"loss": 0.5})
    >>> history.history
    {'loss': [0.5]}
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Results | None = None) -> None:
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)


@public("keras.callbacks.ProgbarLogger")
class ProgbarLogger(Callback):
    """A progress bar; results are read only when they are shown.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> bar = keras.callbacks.ProgbarLogger()
    >>> history = model.fit(x, y, verbose=0, callbacks=[bar])
    """

    def __init__(self) -> None:
        super().__init__()
        self._bar: Progbar | None = None
        self._count = 0
        self._training = False

    @property
    def _verbose(self) -> int:
        return int(self.params.get("verbose", 1))

    def _start(self) -> None:
        self._count = 0
        # logs are means over the epoch already
        self._bar = Progbar(self.params.get("steps"), verbose=self._verbose, stateless_metrics=())

    def on_train_begin(self, logs: Results | None = None) -> None:
        self._training = True

    def on_train_end(self, logs: Results | None = None) -> None:
        self._training = False

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        self._start()
        epochs = self.params.get("epochs") or 1
        if self._verbose and epochs > 1:
            console.write(f"Epoch {epoch + 1}/{epochs}")

    def on_test_begin(self, logs: Results | None = None) -> None:
        if not self._training:
            self._start()

    def on_predict_begin(self, logs: Results | None = None) -> None:
        self._start()

    def _step(self, batch: int, logs: Results | None) -> None:
        bar = self._bar
        if bar is None:
            return
        self._count = batch + 1
        # the last update of an epoch comes with the validation's results
        if (bar.target is None or self._count < bar.target) and bar.is_due(self._count):
            bar.update(self._count, list((logs or {}).items()), finalize=False)

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        self._step(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Results | None = None) -> None:
        if not self._training:
            self._step(batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Results | None = None) -> None:
        self._step(batch, {})

    def _finish(self, logs: Results | None) -> None:
        if self._bar is not None:
            values = [(k, v) for k, v in (logs or {}).items() if np.ndim(v) == 0]
            self._bar.target = self._bar.target or self._count
            self._bar.update(self._bar.target, values, finalize=True)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        self._finish(logs)

    def on_test_end(self, logs: Results | None = None) -> None:
        if not self._training:
            self._finish(logs)

    def on_predict_end(self, logs: Results | None = None) -> None:
        self._finish({})


@public("keras.callbacks.CSVLogger")
class CSVLogger(Callback):
    """Writes the results of each epoch to a file.

    Args:
        filename: The path.
        separator: Between the columns.
        append: Whether an existing file is continued.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, verbose=0, callbacks=[keras.callbacks.CSVLogger("log.csv")])
    >>> open("log.csv").readline().strip()
    'epoch,loss,val_loss'
    """

    def __init__(self, filename: FilePath, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self._file: Any = None
        self._writer: Any = None
        self._keys: list[str] | None = None

    def on_train_begin(self, logs: Results | None = None) -> None:
        path, mode = log_path(self.filename), "a" if self.append else "w"
        self._has_header = self.append and os.path.isfile(path) and self._cut_torn_row(path)
        self._file = open(path, mode, newline="")  # noqa: SIM115  # closed at the end
        self._writer = None

    def _cut_torn_row(self, path: str) -> bool:
        """Take off a last row without an end, which a process that was killed has left.

        Returns:
            Whether whole rows are left.
        """
        with open(path, "r+b") as file:
            text = file.read()
            end = text.rfind(b"\n") + 1
            if end < len(text):
                warnings.warn(
                    f"CSVLogger takes the last row off {self.filename!r}, which was not written to "
                    f"its end: {text[end:].decode('utf-8', 'replace')!r}",
                    stacklevel=3,
                )
                file.truncate(end)
        return end > 0

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        logs = dict(logs or {})
        if self._keys is None:
            self._keys = sorted(logs)
            for key in [k for k in self._keys if not k.startswith("val_")]:
                if f"val_{key}" not in self._keys:
                    self._keys.append(f"val_{key}")  # validation may come in later epochs
        if self._writer is None:
            self._writer = csv.DictWriter(
                self._file, ["epoch", *self._keys], delimiter=self.sep, extrasaction="ignore"
            )
            if not self._has_header:
                self._writer.writeheader()
        row = {k: logs.get(k, "NA") for k in self._keys}
        self._writer.writerow({"epoch": epoch, **row})
        self._file.flush()

    def on_train_end(self, logs: Results | None = None) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None


@public("keras.callbacks.LambdaCallback")
class LambdaCallback(Callback):
    """Functions as a callback.

    Args:
        on_epoch_begin: Called with the epoch and the logs.
        on_epoch_end: Called with the epoch and the logs.
        on_train_begin: Called with the logs.
        on_train_end: Called with the logs.
        on_train_batch_begin: Called with the batch and the logs.
        on_train_batch_end: Called with the batch and the logs.
        **kwargs: Functions for other methods of `Callback`.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.LambdaCallback(
    ...     on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"])
    ... )
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Callable[..., Any],
    ) -> None:
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        for name, fn in given.items():
            if fn is not None:
                setattr(self, name, fn)
