"""Callbacks that steer training by what they see."""

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Never

import numpy as np

from keras_core import ops
from keras_core.callbacks.base import BatchCounter, Callback, not_finite
from keras_core.core.base import console
from keras_core.core.base.public import public
from keras_core.optimizers import LossScaleOptimizer, MultiOptimizer
from keras_core.saving.formats import notes_in
from keras_core.saving.notes import noting
from keras_core.typing import FilePath, Results


class Monitor(Callback):
    """What the callbacks that watch one result share."""

    def _set_up(self, monitor: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"{type(self).__name__} mode {mode!r} is unknown, fallback to auto mode.",
                stacklevel=3,
            )
            mode = "auto"
        self.monitor, self.mode = monitor, mode
        self.min_delta = abs(min_delta)
        self._sign: int | None = {"min": -1, "max": 1}.get(mode)

    @property
    def _direction(self) -> int:
        """1 if more is better, -1 if less is."""
        if self._sign is None:
            self._sign = self._sign_of(self.monitor.removeprefix("val_"))
        return self._sign

    def _sign_of(self, name: str) -> int:
        if name == "loss" or name.endswith("_loss"):
            return -1
        for metric in getattr(self.model, "metrics", ()):
            by_name = getattr(metric, "by_name", None)
            held = {metric.name: metric} if by_name is None else by_name()
            direction = getattr(held.get(name), "_direction", None)
            if direction is not None:
                return {"up": 1, "down": -1}[direction]
        raise ValueError(
            f"{type(self).__name__} received monitor={self.monitor!r}, of which it is not known "
            "whether more or less is better. Pass `mode='max'` or `mode='min'`, or set "
            "`_direction` of the metric to 'up' or 'down'."
        )

    def _worst(self) -> float:
        return -math.inf * self._direction

    def _improves(self, value: float, best: float) -> bool:
        """NaN never does."""
        if value is None or math.isnan(value):
            return False
        if best is None or math.isnan(best):
            return True
        if self._direction < 0:
            return value < best - self.min_delta
        return value > best + self.min_delta

    def _value(self, logs: Results | None) -> Any:
        value = (logs or {}).get(self.monitor)
        if value is None:
            warnings.warn(
                f"{type(self).__name__} is conditioned on the metric {self.monitor!r}, which is "
                f"not available. Available metrics are: {', '.join(logs or {})}",
                stacklevel=3,
            )
            return None
        return float(np.asarray(value).reshape(-1)[0])


_EARLY_STOPPING_STATE = ("wait", "stopped_epoch", "best", "best_weights", "best_epoch")


@public("keras.callbacks.EarlyStopping")
class EarlyStopping(Monitor):
    """Stops when a result has stopped improving.

    Args:
        monitor: The name of the result.
        min_delta: The least change that counts.
        patience: How many epochs without improvement are allowed.
        verbose: 1 to say when it stops.
        mode: ``"min"``, ``"max"`` or ``"auto"``, by the name of the result.
        baseline: What the result has to beat from the start.
        restore_best_weights: Whether the model ends with the weights of the best epoch.
        start_from_epoch: The first epoch that is watched.

    Example:

    >>> import keras_core as keras
    >>> stop = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, epochs=3, verbose=0, callbacks=[stop])
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self._set_up(monitor, mode, min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch

    def get_monitor_value(self, logs: Results | None) -> float | None:
        """The result that is watched, None (with a warning) if it is missing."""
        return self._value(logs)

    def get_state(self) -> dict[str, Any]:
        """The best result and its weights, and how long ago they were."""
        return {k: getattr(self, k) for k in _EARLY_STOPPING_STATE}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        for key in _EARLY_STOPPING_STATE:
            setattr(self, key, state[key])

    def on_train_begin(self, logs: Results | None = None) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best: Any = None
        self.best_weights: Any = None
        self.best_epoch = 0

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        worst = self._worst()
        value = self.get_monitor_value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        best = worst if self.best is None else self.best
        if self._improves(value, best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._improves(value, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Results | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            console.write(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                console.write(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)


@public("keras.callbacks.ModelCheckpoint")
class ModelCheckpoint(Monitor):
    """Saves the model, or its weights, as training goes on.

    Args:
        filepath: The path, which may hold names of results and the epoch, as in
            ``"{epoch:02d}-{val_loss:.2f}.keras"``.
        monitor: The name of the result that decides what is best.
        verbose: 1 to say when it saves.
        save_best_only: Whether only improvements are saved.
        save_weights_only: Whether only weights are saved: the path ends in ``.weights.h5``.
        mode: ``"min"``, ``"max"`` or ``"auto"``, by the name of the result.
        save_freq: ``"epoch"``, or a number of batches.
        initial_value_threshold: What the result has to beat from the start.

    Example:

    >>> import keras_core as keras
    >>> save = keras.callbacks.ModelCheckpoint("best.keras", monitor="loss", save_best_only=True)
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, verbose=0, callbacks=[save])
    >>> keras.models.load_model("best.keras").output_shape
    (None, 1)
    """

    def __init__(
        self,
        filepath: FilePath,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: int | str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__()
        self._set_up(monitor, mode)
        self.verbose = verbose
        self.filepath = str(filepath)
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.save_freq = save_freq
        self.best = initial_value_threshold
        self._best_is_of_another_run = False
        self._epoch = 0
        self._batches = BatchCounter.of(save_freq)
        if save_weights_only and not self.filepath.endswith(".weights.h5"):
            raise ValueError(
                "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided "
                f"must end in `.weights.h5`. Received: filepath={self.filepath}"
            )
        if not save_weights_only and not self.filepath.endswith((".keras", ".h5", ".hdf5")):
            raise ValueError(
                "The filepath provided must end in `.keras` (Keras model format). "
                f"Received: filepath={self.filepath}"
            )

    def watches_batches(self) -> bool:
        """Batches matter only if they are counted."""
        return self._batches is not None

    def on_train_batch_end(self, batch: int, logs: Results | None = None) -> None:
        if self._batches is not None and self._batches.is_due(batch):
            self._save(self._epoch, batch, logs)

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        self._epoch = epoch
        if self._batches is not None:
            self._batches.begin_epoch()

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def get_state(self) -> dict[str, Any]:
        """The best result, and how many batches were counted."""
        batches = None if self._batches is None else self._batches.get_state()
        return {"best": self.best, "batches": batches}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        self.best, self._best_is_of_another_run = state["best"], False
        if self._batches is not None and state["batches"] is not None:
            self._batches.set_state(state["batches"])

    def on_train_begin(self, logs: Results | None = None) -> None:
        if self.save_best_only and self.best is None and "{" not in self.filepath:
            self.best = self._best_in(Path(self.filepath))
            self._best_is_of_another_run = self.best is not None

    def _best_in(self, path: Path) -> float | None:
        """The result that the file was written for by a run before, None if it does not say."""
        held = notes_in(path).get("best") if path.is_file() else None
        if not isinstance(held, dict) or held.get("monitor") != self.monitor:
            return None
        value = held.get("value")
        return value if isinstance(value, float) and math.isfinite(value) else None

    def _path(self, epoch: int, batch: int | None, logs: Results | None) -> Path:
        values = dict((logs or {}).items()) if "{" in self.filepath else {}
        batch_number = {} if batch is None else {"batch": batch + 1}
        try:
            return Path(self.filepath.format(epoch=epoch + 1, **batch_number, **values))
        except KeyError as e:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {e}'
            ) from e

    def _save(self, epoch: int, batch: int | None, logs: Results | None) -> None:
        path = self._path(epoch, batch, logs)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and (broken := not_finite(self.model.variables)) is not None:
            warnings.warn(
                f"ModelCheckpoint leaves {str(path)!r} as it is: the variable {broken!r} has "
                f"values that are not finite, after epoch {epoch + 1}.",
                stacklevel=2,
            )
            return
        value = None
        if self.save_best_only:
            worst = self._worst()
            value = (logs or {}).get(self.monitor)
            if value is None or np.ndim(value):
                warnings.warn(
                    f"ModelCheckpoint can save the best model only if {self.monitor!r} is a number "
                    f"among the results, which are {', '.join(logs or {})}. It saves all the same.",
                    stacklevel=2,
                )
                value = None
        if value is not None:
            old = "None" if self.best is None else f"{self.best:.5f}"
            if not self._improves(value, worst if self.best is None else self.best):
                self._say(epoch, f"{self.monitor} did not improve from {old}")
                if self._best_is_of_another_run:
                    self._best_is_of_another_run = False
                    warnings.warn(
                        f"ModelCheckpoint keeps {str(path)!r}, saved with {self.monitor}={old} by "
                        "a run before this one, until there is something better. Delete the file "
                        "to start anew.",
                        stacklevel=2,
                    )
                return
            self._say(
                epoch, f"{self.monitor} improved from {old} to {value:.5f}, saving model to {path}"
            )
            self.best = value
        else:
            self._say(epoch, f"saving model to {path}")
        best = {} if value is None else {"best": {"monitor": self.monitor, "value": float(value)}}
        with noting(best):
            if self.save_weights_only:
                self.model.save_weights(path, overwrite=True)
            else:
                self.model.save(path, overwrite=True)
        self._say(epoch, f"finished saving model to {path}")

    def _say(self, epoch: int, text: str) -> None:
        if self.verbose > 0:
            console.write(f"\nEpoch {epoch + 1}: {text}")


def _rated(model: Any) -> dict[str, Any]:
    """The optimizers with a learning rate, by what stands behind its name in logs."""
    optimizer = model.optimizer
    if isinstance(optimizer, LossScaleOptimizer):
        optimizer = optimizer.inner_optimizer
    if isinstance(optimizer, MultiOptimizer):
        return {f"_{o.name}": o for o in optimizer.optimizers}
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError('Optimizer must have a "learning_rate" attribute.')
    return {"": optimizer}


def _learning_rate(optimizer: Any) -> float:
    return float(ops.convert_to_numpy(optimizer.learning_rate))


def _note_rates(model: Any, logs: Results | None) -> None:
    if logs is not None:
        for suffix, optimizer in _rated(model).items():
            logs[f"learning_rate{suffix}"] = _learning_rate(optimizer)


@public("keras.callbacks.LearningRateScheduler")
class LearningRateScheduler(Callback):
    """Sets the learning rate at the start of each epoch.

    Args:
        schedule: A function of the epoch, and of the learning rate as it is, that returns the
            learning rate.
        verbose: 1 to say what it is.

    Example:

    >>> import keras_core as keras
    >>> halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(keras.optimizers.SGD(1.0), "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, epochs=2, verbose=0, callbacks=[halve])
    >>> float(model.optimizer.learning_rate.numpy())
    0.25
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Results | None = None) -> None:
        for optimizer in _rated(self.model).values():
            now = _learning_rate(optimizer)
            try:
                rate: Any = self.schedule(epoch, now)
            except TypeError:
                rate = self.schedule(epoch)
            if not isinstance(rate, (float, np.floating)):
                raise ValueError(
                    "The output of the `schedule` function should be a float. "
                    f"Got: {rate!r} of type {type(rate).__name__}"
                )
            optimizer.learning_rate = float(rate)
            if self.verbose > 0:
                console.write(
                    f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}."
                )

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        _note_rates(self.model, logs)


@public("keras.callbacks.ReduceLROnPlateau")
class ReduceLROnPlateau(Monitor):
    """Lowers the learning rate when a result has stopped improving.

    Args:
        monitor: The name of the result.
        factor: What the learning rate is multiplied by.
        patience: How many epochs without improvement are allowed.
        verbose: 1 to say when it does so.
        mode: ``"min"``, ``"max"`` or ``"auto"``, by the name of the result.
        min_delta: The least change that counts.
        cooldown: How many epochs to wait afterwards.
        min_lr: The lowest learning rate.
        **kwargs: Nothing: others are refused.

    Example:

    >>> import keras_core as keras
    >>> reduce = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2)
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, verbose=0, callbacks=[reduce])
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Never,
    ) -> None:
        super().__init__()
        if kwargs:
            raise ValueError(
                f"Arguments of ReduceLROnPlateau that there are not: {', '.join(kwargs)}. "
                "`min_delta` is what Keras 2 called `epsilon`."
            )
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Got {factor}")
        self._set_up(monitor, mode, min_delta)
        self.factor, self.patience, self.verbose = factor, patience, verbose
        self.cooldown, self.min_lr = cooldown, min_lr
        self._reset()

    def _reset(self) -> None:
        self.best: Any = None
        self.wait = self.cooldown_counter = 0

    def in_cooldown(self) -> bool:
        """Whether it waits after it lowered the learning rate."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs: Results | None = None) -> None:
        self._reset()

    def get_state(self) -> dict[str, Any]:
        """The best result, and how long ago it was."""
        return {"best": self.best, "wait": self.wait, "cooldown": self.cooldown_counter}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take up what `get_state` returned."""
        self.best, self.wait = state["best"], state["wait"]
        self.cooldown_counter = state["cooldown"]

    def on_epoch_end(self, epoch: int, logs: Results | None = None) -> None:
        _note_rates(self.model, logs)
        worst = self._worst()
        value = self._value(logs)
        if value is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        best = worst if self.best is None else self.best
        if self._improves(value, best):
            self.best, self.wait = value, 0
            return
        if self.cooldown_counter > 0:
            return
        self.wait += 1
        if self.wait < self.patience:
            return
        for suffix, optimizer in _rated(self.model).items():
            old = _learning_rate(optimizer)
            if old <= self.min_lr:
                continue
            new = max(old * self.factor, self.min_lr)
            optimizer.learning_rate = new
            if self.verbose > 0:
                which = f"{suffix[1:]} " if suffix else ""
                console.write(
                    f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing {which}learning rate to "
                    f"{new}."
                )
            self.cooldown_counter, self.wait = self.cooldown, 0


@public("keras.callbacks.TerminateOnNaN")
class TerminateOnNaN(Callback):
    """Stops when the loss is NaN or infinite.

    Args:
        raise_error: Whether an error is raised instead.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x, y = keras.ops.ones((4, 2)), keras.ops.ones((4, 1))
    >>> history = model.fit(x, y, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: Results | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"NaN or Inf loss encountered at batch {batch}.")
        console.write(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
