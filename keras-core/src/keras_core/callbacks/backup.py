"""Callbacks that hold other weights than the current ones: backups, averages."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.callbacks.base import BatchCounter, Callback
from keras_core.core.base.files import atomic_path
from keras_core.core.base.public import public


@public("keras.callbacks.BackupAndRestore")
class BackupAndRestore(Callback):
    """Goes on where an interrupted `fit` stopped.

    The state of the model and its optimizer is written after each epoch, or every so many
    batches; a new `fit` of the same model with the same folder takes it up. The file is
    written beside its place and moved there, so that an interruption leaves a whole one.

    Args:
        backup_dir: The folder.
        save_freq: ``"epoch"``, or a number of batches. An epoch that was interrupted is run
            again from its start.
        double_checkpoint: Whether the backup before the last one is kept too.
        delete_checkpoint: Whether the backup is deleted when training has ended.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.BackupAndRestore("/tmp/backup")
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and (
            isinstance(save_freq, bool) or not isinstance(save_freq, int) or save_freq < 1
        ):
            raise ValueError(
                "Invalid value for argument `save_freq`. Expected a positive integer or 'epoch'. "
                f"Received: save_freq={save_freq}"
            )
        self.backup_dir = str(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._epoch = 0
        self._batches = BatchCounter(save_freq) if save_freq != "epoch" else None
        self._latest = Path(self.backup_dir) / "latest.npz"
        self._previous = Path(self.backup_dir) / "previous.npz"

    def watches_batches(self) -> bool:
        """Batches matter only if they are counted."""
        return self._batches is not None

    def _variables(self) -> dict[str, Any]:
        held = {f"model/{i}": v for i, v in enumerate(self.model.variables)}
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None:
            held.update({f"optimizer/{i}": v for i, v in enumerate(optimizer.variables)})
        return held

    def _save(self, epoch: int) -> None:
        folder = Path(self.backup_dir)
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {"epoch": np.asarray(epoch)}
        for key, variable in self._variables().items():
            array = variable.numpy()
            # NumPy's files know no dtypes of others
            arrays[key] = array if array.dtype.isbuiltin else array.astype("float32")
        if self.double_checkpoint and self._latest.exists():
            self._latest.replace(self._previous)
        with atomic_path(self._latest) as path, open(path, "wb") as file:
            np.savez(file, **arrays)

    def on_train_begin(self, logs: Any = None) -> None:
        for path in (self._latest, self._previous):
            if path.exists():
                self._restore(path)
                return

    def _restore(self, path: Path) -> None:
        variables = self._variables()
        with np.load(path, allow_pickle=False) as file:
            if set(file.files) != {"epoch", *variables}:
                raise ValueError(
                    f"The backup {path} belongs to another model: it holds "
                    f"{len(file.files) - 1} variables, and the model with its optimizer has "
                    f"{len(variables)}. Delete the folder, or use another one."
                )
            for key, variable in variables.items():
                variable.assign(file[key])
            self.model.resumed_epoch = int(file["epoch"])

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch
        if self._batches is not None:
            self._batches.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._batches is not None and self._batches.is_due(batch):
            self._save(self._epoch)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch + 1)

    def on_train_end(self, logs: Any = None) -> None:
        if self.delete_checkpoint:
            for path in (self._latest, self._previous):
                path.unlink(missing_ok=True)


@public("keras.callbacks.SwapEMAWeights")
class SwapEMAWeights(Callback):
    """Evaluates and saves with the moving average of the weights.

    The optimizer has to keep one: ``use_ema=True``.

    Args:
        swap_on_epoch: Whether the average is in the model from the end of an epoch to the start
            of the next, so that a `ModelCheckpoint` behind this callback saves it.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.SwapEMAWeights()
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._held: list[Any] | None = None  # the weights, while their average is in the model

    def _optimizer(self) -> Any:
        optimizer = getattr(self.model, "optimizer", None)
        inner = getattr(optimizer, "inner_optimizer", optimizer)
        if inner is None or not getattr(inner, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. "
                f"Received: optimizer={optimizer!r}"
            )
        return inner

    def _use_average(self, wanted: bool) -> None:
        optimizer = self._optimizer()
        if not optimizer.built or wanted == (self._held is not None):
            return
        pairs = [
            (variable, average)
            for variable, average in zip(
                optimizer._trainable_variables, optimizer._average, strict=True
            )
            if average is not None
        ]
        if self._held is None:
            self._held = [np.array(variable.numpy()) for variable, _ in pairs]
            for variable, average in pairs:
                variable.assign(average.value)
        else:
            for (variable, _), held in zip(pairs, self._held, strict=True):
                variable.assign(held)
            self._held = None

    def on_train_begin(self, logs: Any = None) -> None:
        self._optimizer()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if self.swap_on_epoch:
            self._use_average(False)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self.swap_on_epoch:
            self._use_average(True)

    def on_train_end(self, logs: Any = None) -> None:
        self._held = None  # training ends with the average

    def on_test_begin(self, logs: Any = None) -> None:
        self._use_average(True)

    def on_test_end(self, logs: Any = None) -> None:
        self._use_average(False)

    def on_predict_begin(self, logs: Any = None) -> None:
        if not getattr(getattr(self.model, "optimizer", None), "use_ema", False):
            warnings.warn(
                "SwapEMAWeights has no average to predict with: the optimizer does not keep one.",
                stacklevel=2,
            )
            return
        self._use_average(True)

    def on_predict_end(self, logs: Any = None) -> None:
        self._use_average(False)
