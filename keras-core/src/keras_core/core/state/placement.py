"""Where the values of variables and batches are put: the one place that decides it.

A distribution over several devices is a `Placement` that is in force while variables are made and
steps are run. Nothing here knows of devices.
"""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from keras_core.core.base.thread_value import ThreadScoped
from keras_core_plugins.protocol import Replicas


class Layout(Protocol):
    """How a tensor lies over devices."""

    def put(self, value: Any, what: str) -> Any:
        """A tensor of the engine that lies so, from a tensor or an array; or one made to.

        Args:
            value: The tensor, which may be a part of what is traced.
            what: What it is called in messages.
        """


class Placement(Protocol):
    """Decides the layouts of variables, outputs and batches."""

    def layout_of(self, path: str, shape: tuple[int, ...]) -> Layout | None:
        """The layout of a variable, None for one that is not laid out.

        Args:
            path: Its path, such as ``"dense/kernel"``.
            shape: Its shape.
        """

    def put_output(self, path: str, outputs: Any) -> Any:
        """What a layer returns, laid out if something is said about it.

        Args:
            path: The path of the layer.
            outputs: A nest of tensors.
        """

    def check_processes(self) -> None:
        """Called when a step is made: raise an error if the processes do not go together."""

    def check_batches(self, count: int | None) -> None:
        """Called with data: raise an error if the processes have other numbers of batches.

        Args:
            count: How many this process has, None if that is not known.
        """

    def put_batch(self, batch: Any) -> Any:
        """A batch, laid out."""

    def replicas(self) -> Replicas | None:
        """The replicas that steps run on, None if there are none."""

    def computing(self) -> AbstractContextManager[Any]:
        """What is open while a step runs."""
        ...


class _Everywhere:
    """What is in force where no scope is open: in every thread."""

    placement: Placement | None = None


EVER: list[bool] = []
"""Holds something once anything has been in force: layers ask no further before."""

_SCOPES: ThreadScoped[tuple[Placement | None] | None] = ThreadScoped(None)


def current() -> Placement | None:
    """What is in force in this thread."""
    inner = _SCOPES.value
    return _Everywhere.placement if inner is None else inner[0]


def set_current(placement: Placement | None) -> None:
    """Put something in force, in all threads, where no scope is open."""
    EVER[:] = [True]
    _Everywhere.placement = placement


class PlacementScope:
    """Variables that are made inside, in this thread, are placed.

    Args:
        placement: What places them, None to leave them where the engine puts tensors.
    """

    def __init__(self, placement: Placement | None) -> None:
        self._placement = placement
        self._tokens: list[tuple[Placement | None] | None] = []

    def __enter__(self) -> None:
        EVER[:] = [True]
        self._tokens.append(_SCOPES.set((self._placement,)))

    def __exit__(self, *exc: object) -> None:
        _SCOPES.reset(self._tokens.pop())


def layout_for(path: str, shape: tuple[int, ...]) -> Layout | None:
    """The layout of a new variable that none was asked for.

    Args:
        path: Its path.
        shape: Its shape.
    """
    placement = current()
    return None if placement is None else placement.layout_of(path, shape)
