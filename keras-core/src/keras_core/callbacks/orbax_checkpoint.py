"""Checkpoints that are written while training goes on."""

import warnings
from typing import Any

import numpy as np

from keras_core.callbacks.base import BatchCounter, not_finite
from keras_core.callbacks.steering import Monitor
from keras_core.core.base import console
from keras_core.core.base.files import writes_here
from keras_core.core.base.public import public
from keras_core.core.tensors import runtime
from keras_core.saving import checkpoints
from keras_core.typing import FilePath, Results


@public("keras.callbacks.OrbaxCheckpoint")
class OrbaxCheckpoint(Monitor):
    """Saves the model with Orbax as training goes on. Only with the jax backend.

    ``pip install "keras-backend-jax[orbax]"`` installs what it takes. Each checkpoint is a folder
    in ``directory``, named after the number of the epoch (from 0), or after the number of updates
    if batches are counted. It is written in the background, and each process writes what it has of
    weights that lie on several devices.

    `keras.saving.load_model` and `Model.load_weights` read the last checkpoint of ``directory``, or
    the one whose folder they are given, onto the devices that the model lies on.

    Args:
        directory: The folder for the checkpoints, which is made if there is none.
        monitor: The name of the result that decides what is best; ``"val_loss"`` by default.
        verbose: 1 to say when it saves; 0, the default, to be silent.
        save_best_only: Whether only improvements are saved; False by default.
        mode: ``"min"``, ``"max"`` or ``"auto"`` (the default), by the name of the result.
        save_freq: ``"epoch"`` (the default), or a number of batches.
        initial_value_threshold: What the result has to beat from the start; nothing by default.
        max_to_keep: How many checkpoints are kept, those of the highest numbers; 1 by default,
            None for all.
        save_on_background: Whether training goes on while a checkpoint is written; True by default.
        save_weights_only: Whether the config of the model, the optimizer and the metrics are left
            out; False by default.

    Raises:
        CapabilityError: If the backend has no such checkpoints.

    Example:

    >>> import keras_core as keras
    >>> if keras.config.backend() == "jax":
    ...     save = keras.callbacks.OrbaxCheckpoint("checkpoints", max_to_keep=3)

    Then ``model.fit(x, y, epochs=10, callbacks=[save])`` writes checkpoints, and
    ``keras.models.load_model("checkpoints")`` reads the last one.
    """

    def __init__(
        self,
        directory: FilePath,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        save_freq: int | str = "epoch",
        initial_value_threshold: float | None = None,
        max_to_keep: int | None = 1,
        save_on_background: bool = True,
        save_weights_only: bool = False,
    ) -> None:
        super().__init__()
        self._service = runtime.require_checkpoints("keras.callbacks.OrbaxCheckpoint")
        self._set_up(monitor, mode)
        self._batches = BatchCounter.of(save_freq)
        if max_to_keep is not None and (not isinstance(max_to_keep, int) or max_to_keep < 1):
            raise ValueError(
                "`max_to_keep` must be a positive int, or None to keep all checkpoints. Received: "
                f"max_to_keep={max_to_keep!r}"
            )
        self.directory = str(directory)
        self.verbose = verbose
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.save_freq, self.max_to_keep = save_freq, max_to_keep
        self.save_on_background = save_on_background
        self.best = initial_value_threshold
        self._writer: Any = None

    def watches_batches(self) -> bool:
        """Batches matter only if they are counted."""
        return self._batches is not None

    def on_train_begin(self, logs: Results | None = None) -> None:
        self._writer = self._service.writer(
            self.directory, keep=self.max_to_keep, background=self.save_on_background
        )

    def on_train_end(self, logs: Results | None = None) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        if self._batches is not None:
            self._batches.begin_epoch()

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        if self._batches is not None and self._batches.is_due(batch):
            self._save(int(np.asarray(self.model.optimizer.iterations.numpy())), logs)

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        if self._batches is None:
            self._save(epoch, logs)

    def get_state(self) -> dict[str, Any]:
        """The best result, and how many batches were counted."""
        batches = None if self._batches is None else self._batches.get_state()
        return {"best": self.best, "batches": batches}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        self.best = state["best"]
        if self._batches is not None and state["batches"] is not None:
            self._batches.set_state(state["batches"])

    def _save(self, step: int, logs: Results | None) -> None:
        if self.save_best_only:
            value = self._value(logs)
            if value is None or not self._improves(
                value, self._worst() if self.best is None else self.best
            ):
                return
            self.best = value
        broken = not_finite(self.model.variables)
        if broken is not None:
            warnings.warn(
                f"OrbaxCheckpoint writes no checkpoint {step}: the variable {broken!r} has values "
                "that are not finite.",
                stacklevel=2,
            )
            return
        if self.verbose > 0:
            console.write(f"\nCheckpoint {step}: saving model to {self.directory}")
        with self.model.at_rest():
            self._writer.save(step, checkpoints.content(self.model, self.save_weights_only))

    # -- Processes -----------------------------------------------------------------------

    def wait_until_finished(self) -> None:
        """Return when all checkpoints are on disk, as they are when training has ended."""
        if self._writer is not None:
            self._writer.wait()

    def is_multihost_enabled(self) -> bool:
        """Whether several processes train together."""
        service = runtime.DISTRIBUTION
        return service is not None and service.process()[1] > 1

    def is_primary_host(self) -> bool:
        """Whether this process speaks for all that train together."""
        return writes_here()
