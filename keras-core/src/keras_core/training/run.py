"""Where a `fit` is, to be written down and taken up by another one."""

import math
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from keras_core.core.execution import seeds
from keras_core.data.source import Source
from keras_core.training.steps import Steps

_SECONDS = 10
"""How often the loss is looked at, if nobody else reads it."""


class Run:
    """A `fit`: its place in the epochs and the data, and what its future depends on.

    Args:
        model: The model that is trained.
        source: The batches.
        callbacks: The callbacks, in the order in which they are called.
        epoch: The epoch to begin with.
        on_nan: What happens when the loss is not finite.

    Raises:
        ValueError: For another ``on_nan``.
    """

    def __init__(
        self, model: Any, source: Source, callbacks: Any, epoch: int, on_nan: str = "warn"
    ) -> None:
        if on_nan not in ("warn", "raise", "ignore"):
            raise ValueError(
                f'`on_nan` must be "warn", "raise" or "ignore". Received: on_nan={on_nan!r}'
            )
        self._model, self._source, self._callbacks = model, source, callbacks
        self._on_nan = on_nan
        self._looked = time.monotonic()
        self._began_at = 0
        self.epoch, self.batch = epoch, 0
        self.is_complete = False
        """Whether all epochs have been run, or the run was told to stop."""

        self._within_epoch: dict[str, Any] | None = None

    @property
    def is_within_epoch(self) -> bool:
        """Whether the epoch that begins goes on from its middle."""
        return self._within_epoch is not None

    def variables(self) -> dict[str, Any]:
        """What is trained and what trains it, by keys that stay the same between processes."""
        optimizer = self._model.optimizer
        groups = {
            "model": self._model.variables,
            "optimizer": [] if optimizer is None else optimizer.variables,
        }
        return {f"{k}/{i}": v for k, vs in groups.items() for i, v in enumerate(vs)}

    def get_state(self) -> dict[str, Any]:
        """Everything but the variables: a nest of numbers, texts, None and arrays."""
        metrics = self._model.metrics_variables if self.batch else ()  # each epoch resets them
        return {
            "epoch": self.epoch,
            "batch": self.batch,
            "metrics": [v.numpy() for v in metrics],
            "source": self._source.get_state(),
            "callbacks": [[key, c.get_state()] for key, c in self._named_callbacks()],
            "random": seeds.random_state(),
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on where the run was that ``state`` is from, before the first epoch."""
        self.epoch = state["epoch"]
        if state["batch"]:  # the rest once the epoch has begun
            self._within_epoch = state
            self._set_callbacks(state["callbacks"])
        else:
            self._set(state)

    def _set(self, state: dict[str, Any]) -> None:
        self._set_callbacks(state["callbacks"])
        self._source.set_state(state["source"], state["batch"])
        seeds.set_random_state(state["random"])

    def begin_epoch(self, epoch: int) -> int:
        """The number of the batch to begin with.

        Callbacks have heard of the epoch, and so will the data. If it goes on from its middle, what
        they do then has been done before, and is undone.
        """
        state, self._within_epoch = self._within_epoch, None
        self.epoch, self.batch = epoch, 0
        self._source.begin_epoch()
        if state is not None:
            self.batch = state["batch"]
            self._set(state)
            self._set_metrics(state["metrics"])
        finite_steps = self._model._training_state.finite_steps
        if finite_steps is not None:
            finite_steps.assign(0)
        self._began_at = self.batch
        return self.batch

    def looks_now(self) -> bool:
        """Whether it is time to look at the loss, though nobody else reads it."""
        now = time.monotonic()
        if self._on_nan == "ignore" or now - self._looked < _SECONDS:
            return False
        self._looked = now
        return True

    def checked(self, logs: dict[str, Any], batches: int) -> dict[str, Any]:
        """The results, if the loss is finite or it is not to be told.

        Args:
            logs: The results.
            batches: Of how many batches of the epoch they are.
        """
        loss = logs.get("loss")
        if self._on_nan == "ignore" or not isinstance(loss, float) or math.isfinite(loss):
            return logs
        finite_steps = self._model._training_state.finite_steps
        if finite_steps is None or type(self._model).train_step is not Steps.train_step:
            place = f"within the first {batches} steps"  # a step of the user's need not count
        else:
            place = f"in step {self._began_at + int(finite_steps.numpy()) + 1}"
        text = (
            f"The loss is {loss} {place} of epoch {self.epoch + 1} (both counted from 1). Look at "
            "the data and their scale, at the learning rate, and at logarithms and divisions; "
            "`clipnorm` of the optimizer bounds gradients. `fit(on_nan=...)` says what happens."
        )
        if self._on_nan == "raise":
            raise FloatingPointError(text)
        self._on_nan = "ignore"  # once is enough
        warnings.warn(text, stacklevel=2)
        return logs

    def _set_metrics(self, values: list[Any]) -> None:
        variables = self._model.metrics_variables
        if [v.shape for v in values] != [tuple(v.shape) for v in variables]:
            warnings.warn(
                "The metrics are not those of the run that was interrupted: the results of this "
                "epoch are of its rest only.",
                stacklevel=4,
            )
            return
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def _named_callbacks(self) -> Iterator[tuple[str, Any]]:
        """The callbacks by class, and by number among those of a class."""
        seen: Counter[str] = Counter()
        for callback in self._callbacks:
            name = type(callback).__name__
            yield f"{name}/{seen[name]}", callback
            seen[name] += 1

    def _set_callbacks(self, states: list[Any]) -> None:
        held = dict(self._named_callbacks())
        for key, state in states:
            if key in held:
                held[key].set_state(state)
            elif state:
                warnings.warn(
                    f"The run that was interrupted had a callback {key.partition('/')[0]} with a "
                    "state of its own, and this one has none: it will not go on in the same way.",
                    stacklevel=4,
                )
