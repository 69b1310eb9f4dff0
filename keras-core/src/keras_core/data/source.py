"""What the trainer goes through: batches, as many epochs of them as are asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from keras_core.core.base import config, tree
from keras_core.core.execution.seeds import host_generator

Batch = tuple[Any, ...]


@dataclass(frozen=True)
class Request:
    """What the user asked for: the data and how to go through them."""

    x: Any
    y: Any = None
    sample_weight: Any = None
    batch_size: int | None = None
    steps: int | None = None
    shuffle: bool = False
    class_weight: dict[Any, float] | None = None
    raw: bool = False
    """Whether inputs stay arrays, of strings too: the model begins on the host."""


class Source:
    """Batches, as many epochs of them as are asked for.

    An epoch of so many steps goes on where the last one stopped, and ends where the data ends;
    the next one begins the data anew.

    Attributes:
        num_batches: Number of batches in an epoch, None if it is not known.
        ran_out: Whether the last epoch had fewer batches than it should have had.
    """

    looks_ahead: ClassVar[bool] = True
    """Whether `example` costs no more than the first batch does anyway."""

    def __init__(self, steps: int | None, size: int | None) -> None:
        limit, wanted = config.max_steps_per_epoch(), size if steps is None else steps
        if limit is not None and (wanted is None or wanted > limit):
            steps = limit
        self._steps = steps
        self.num_batches = size if steps is None else steps
        self.ran_out = False
        self._current: Iterator[Batch] | None = None
        self._order: Any = None  # where the generator of orders was when the pass began
        self._taken = 0  # the batches of the pass so far
        self._resumed_at = 0

    def _pass(self, skip: int = 0) -> Iterator[Batch]:
        """All batches once: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Their order is drawn before this returns.

        Args:
            skip: How many batches are left out at the beginning.
        """
        raise NotImplementedError

    def batches(self) -> Iterator[Batch]:
        """The batches of the next epoch."""
        count, self._resumed_at = self._resumed_at, 0
        for _ in range(2):  # the data may have ended with the last epoch
            if self._current is None:
                self._order, self._taken = host_generator().bit_generator.state, 0
                self._current = self._pass()
            left = None if self._steps is None else self._steps - count
            batches = islice(self._current, left)
            while (batch := _next(batches, count)) is not _END:
                count += 1
                self._taken += 1
                yield batch
            if count == self._steps:
                break
            self._current = None
            if count:
                break
        self.ran_out = self.num_batches is not None and count < self.num_batches

    def restart(self) -> None:
        """Let the next epoch begin the data anew."""
        self._current = None

    def get_state(self) -> dict[str, Any]:
        """Where it is, for another source of the same data to go on from."""
        return {} if self._current is None else {"order": self._order, "taken": self._taken}

    def set_state(self, state: dict[str, Any], batch: int) -> None:
        """Go on where another source of the same data was.

        Args:
            state: What its `get_state` returned.
            batch: How many batches of the epoch it had given.
        """
        self._current, self._resumed_at = None, batch
        if state:
            self._order, self._taken = state["order"], state["taken"]
            host_generator().bit_generator.state = self._order
            self._current = self._pass(self._taken)

    def begin_epoch(self) -> None:
        """Called before the batches of an epoch are asked for."""

    def end_epoch(self) -> None:
        """Called after an epoch."""

    def example(self) -> Batch | None:
        """The first batch, which is not used up; None if there is none."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop what runs in the background."""
        self._current = None


_END: Any = object()


def _next(batches: Iterator[Batch], number: int) -> Batch:
    """The next batch, or `_END`. An error says which batch it is about."""
    try:
        return next(batches, _END)
    except Exception as e:
        e.add_note(f"The data raised this for batch {number} of the epoch, counted from 0.")
        raise


def bare(data: Batch) -> Any:
    """A single input, or a dict of inputs, without its tuple, as steps that take no more expect."""
    alone = len(data) == 1 and (isinstance(data[0], dict) or not tree.is_nested(data[0]))
    return data[0] if alone else data


class StagedSource(Source):
    """The batches of another source, each put through a function first.

    Args:
        source: The other source.
        stage: Function of a batch.
    """

    def __init__(self, source: Source, stage: Callable[[Batch], Batch]) -> None:
        self._source, self._stage = source, stage

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    @property
    def looks_ahead(self) -> bool:  # type: ignore[override]  # that of the other source
        """Whether `example` costs no more than the first batch does anyway."""
        return self._source.looks_ahead

    def batches(self) -> Iterator[Batch]:
        """The batches of the next epoch."""
        return map(self._stage, self._source.batches())

    def restart(self) -> None:
        """Let the next epoch begin the data anew."""
        self._source.restart()

    def get_state(self) -> dict[str, Any]:
        """Where it is, for another source of the same data to go on from."""
        return self._source.get_state()

    def set_state(self, state: dict[str, Any], batch: int) -> None:
        """Go on where another source of the same data was."""
        self._source.set_state(state, batch)

    def begin_epoch(self) -> None:
        """Called before the batches of an epoch are asked for."""
        self._source.begin_epoch()

    def end_epoch(self) -> None:
        """Called after an epoch."""
        self._source.end_epoch()

    def example(self) -> Batch | None:
        """The first batch, which is not used up; None if there is none."""
        batch = self._source.example()
        return None if batch is None else self._stage(batch)

    def close(self) -> None:
        """Stop what runs in the background."""
        self._source.close()
