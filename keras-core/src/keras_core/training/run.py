"""Where a `fit` is, to be written down and taken up by another one."""

import math
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core.core.execution import seeds
from keras_core.core.tensors import native
from keras_core.data.source import Source

HELD = 256
"""How many losses are held; the older half, long computed by then, is looked at."""


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
        self._losses: list[tuple[int, int, Any]] = []
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
        self._losses.clear()
        return self.batch

    def note(self, returned: Any, first: int, last: int) -> None:
        """Take note of the loss of some steps, without waiting for it.

        Args:
            returned: What they returned: a loss, or results with one.
            first: The number of the first of them, from 0.
            last: The number of the last.
        """
        loss = _loss_in(returned)
        if loss is None or self._on_nan == "ignore":
            return
        self._losses.append((first, last, loss))
        if len(self._losses) == HELD:
            # weights that are not finite once make all losses behind them so
            middle = self._losses[HELD // 2 - 1]
            if _is_finite(middle[2]):
                del self._losses[: HELD // 2]
            else:
                self._tell(float(native.to_numpy(middle[2])), last + 1)

    def checked(self, logs: dict[str, Any], batches: int) -> dict[str, Any]:
        """The results, if the loss is finite or it is not to be told.

        Args:
            logs: The results.
            batches: Of how many batches of the epoch they are.
        """
        loss = logs.get("loss")
        if self._on_nan != "ignore" and isinstance(loss, float) and not math.isfinite(loss):
            self._tell(loss, batches)
        return logs

    def _tell(self, loss: float, batches: int) -> None:
        broken = (steps for *steps, held in self._losses if not _is_finite(held))
        first, last = next(broken, (0, batches - 1))
        one = f"step {first + 1}"
        place = one if first == last else f"one of the steps {first + 1} to {last + 1}"
        text = (
            f"The loss is {loss} in {place} of epoch {self.epoch + 1} (both counted from 1). Look "
            "at the data and their scale, at the learning rate, and at logarithms and divisions; "
            "`clipnorm` of the optimizer bounds gradients. `fit(on_nan=...)` says what happens."
        )
        if self._on_nan == "raise":
            raise FloatingPointError(text)
        self._on_nan = "ignore"  # once is enough
        self._losses.clear()
        warnings.warn(text, stacklevel=2)

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


def _loss_in(returned: Any) -> Any:
    """What a step says of its loss: in a dict of results, or alone in a list."""
    if isinstance(returned, list):
        return returned[0]
    return returned.get("loss") if isinstance(returned, dict) else None


def _is_finite(loss: Any) -> bool:
    return bool(np.isfinite(native.to_numpy(loss)).all())
