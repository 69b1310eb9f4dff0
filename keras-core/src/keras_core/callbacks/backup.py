"""Callbacks that hold other weights than the current ones: backups, averages."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from keras_core.callbacks.base import BatchCounter, Callback, not_finite
from keras_core.callbacks.state_file import read_state, write_state
from keras_core.core.base.file_errors import ModelFileError
from keras_core.core.base.files import OwnedFolder, atomic_path, writes_here
from keras_core.core.base.public import public
from keras_core.optimizers.state import averages
from keras_core.typing import FilePath, Results


@public("keras.callbacks.BackupAndRestore")
class BackupAndRestore(Callback):
    """Goes on where an interrupted `fit` stopped, as if it had not been interrupted.

    Everything that decides the future is written after each epoch, or every so many batches: the
    weights, the state of the optimizer, the place in the data and their order, the state of all
    random generators, and that of the other callbacks (what their `get_state` returns). A new
    `fit` of the same model, with the same data and callbacks and the same folder, takes it up.
    Its results are those of a run that was not interrupted, bit for bit where the engine computes
    the same in each run. (TensorFlow may round differently where batches differ in size.)

    The file is written beside its place and moved there, so that a process that is killed leaves
    a whole one. Weights that are not finite are never written. The folder has one owner at a
    time.

    What it cannot know are the states of things outside: a generator or a loader of another
    library is read again up to the place, and has to yield the same; a `PyDataset` that changes
    from epoch to epoch says how in its own `get_state`.

    Args:
        backup_dir: The folder, which is made if there is none.
        save_freq: ``"epoch"`` (the default), or a number of batches. A run that was interrupted
            within an epoch goes on with the batch behind the last backup.
        double_checkpoint: Whether the backup before the last one is kept too, to fall back on if
            the last one cannot be read. False by default.
        delete_checkpoint: Whether the backup is deleted when training has ended well. True by
            default.

    Raises:
        CorruptFileError: When training begins, if there are backups and none can be read.
        RuntimeError: When training begins, if another run has the folder.

    Example:

    >>> import keras_core as keras
    >>> callback = keras.callbacks.BackupAndRestore("/tmp/backup")
    """

    is_called_last = True

    def __init__(
        self,
        backup_dir: FilePath,
        save_freq: int | str = "epoch",
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
        self._batches = BatchCounter(save_freq) if save_freq != "epoch" else None
        self._latest = Path(self.backup_dir) / "latest.backup"
        self._previous = Path(self.backup_dir) / "previous.backup"
        self._run: Any = None
        self._values: dict[str, Any] = {}
        self._owned = OwnedFolder(Path(self.backup_dir))

    def watches_batches(self) -> bool:
        """Batches matter only if they are counted."""
        return self._batches is not None

    def set_run(self, run: Any) -> None:
        """Take note of the run that is written down."""
        self._run = run

    def get_state(self) -> dict[str, Any]:
        """How many batches were counted."""
        return {} if self._batches is None else self._batches.get_state()

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        if self._batches is not None and state:
            self._batches.set_state(state)

    def _save(self, epoch: int, batch: int) -> None:
        run = self._run
        variables = run.variables()
        broken = not_finite(variables.values())
        if broken is not None:
            warnings.warn(
                f"BackupAndRestore writes nothing after epoch {epoch}, batch {batch}: the variable "
                f"{broken!r} has values that are not finite.",
                stacklevel=2,
            )
            return
        run.epoch, run.batch = epoch, batch
        state = {"run": run.get_state(), "values": {k: v.numpy() for k, v in variables.items()}}
        with atomic_path(self._latest) as path:
            write_state(path, state)
            if self.double_checkpoint and writes_here() and self._latest.exists():
                self._latest.replace(self._previous)

    def on_train_begin(self, logs: Results | None = None) -> None:
        self._owned.take()
        try:
            self._restore()
        except BaseException:
            self._owned.release()
            raise

    def _restore(self) -> None:
        failed: list[ModelFileError] = []
        for path in (self._latest, self._previous):
            if not path.exists():
                continue
            try:
                state = read_state(path)
            except ModelFileError as e:
                failed.append(e)
                continue
            if failed:
                warnings.warn(
                    f"The last backup cannot be read, so training goes on from the one before it, "
                    f"{str(path)!r}. {failed[0]}",
                    stacklevel=2,
                )
            self._set(path, state)
            return
        if failed:
            failed[0].add_note(
                "There is no other backup. To train from the start, delete the file."
            )
            raise failed[0]

    def _set(self, path: Path, state: dict[str, Any]) -> None:
        variables = self._run.variables()
        values = state.get("values", {})
        differing = [
            key
            for key, v in variables.items()
            if key not in values or values[key].shape != tuple(v.shape)
        ]
        if differing or len(values) != len(variables):
            example = f" One that differs is {variables[differing[0]].path!r}." if differing else ""
            raise ValueError(
                f"The backup {str(path)!r} belongs to another model: it holds {len(values)} "
                f"variables, and the model with its optimizer has {len(variables)}.{example} "
                "Delete the file, or use another folder."
            )
        self._values = values
        self._assign()
        self._run.set_state(state["run"])

    def _assign(self) -> None:
        for key, variable in self._run.variables().items():
            variable.assign(self._values[key])

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        if self._batches is not None:
            self._batches.begin_epoch()
        if self._values and self._run.is_within_epoch:  # others may have set the learning rate
            self._assign()
        self._values = {}

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        if self._batches is not None and self._batches.is_due(batch):
            self._save(self._run.epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch + 1, 0)

    def on_train_end(self, logs: Results | None = None) -> None:
        if self.delete_checkpoint and self._run.is_complete:
            for path in (self._latest, self._previous):
                path.unlink(missing_ok=True)
        self._owned.release()


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
        pairs = averages(optimizer)
        if self._held is None:
            self._held = [np.array(variable.numpy()) for variable, _ in pairs]
            for variable, average in pairs:
                variable.assign(average.value)
        else:
            for (variable, _), held in zip(pairs, self._held, strict=True):
                variable.assign(held)
            self._held = None

    def get_state(self) -> dict[str, Any]:
        """The weights, if their average is in the model."""
        return {"held": self._held}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        self._held = state["held"]

    def on_train_begin(self, logs: Results | None = None) -> None:
        self._optimizer()

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        if self.swap_on_epoch:
            self._use_average(False)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        if self.swap_on_epoch:
            self._use_average(True)

    def on_train_end(self, logs: Results | None = None) -> None:
        self._held = None  # training ends with the average

    def on_test_begin(self, logs: Results | None = None) -> None:
        self._use_average(True)

    def on_test_end(self, logs: Results | None = None) -> None:
        self._use_average(False)

    def on_predict_begin(self, logs: Results | None = None) -> None:
        if not getattr(getattr(self.model, "optimizer", None), "use_ema", False):
            warnings.warn(
                "SwapEMAWeights has no average to predict with: the optimizer does not keep one.",
                stacklevel=2,
            )
            return
        self._use_average(True)

    def on_predict_end(self, logs: Results | None = None) -> None:
        self._use_average(False)
