"""What the order of data of another library depends on, to be written down and taken up."""

from collections.abc import Callable, Iterator
from typing import Any

from keras_core_plugins import DataAdapter


class Order:
    """The order in which some data come.

    Args:
        adapter: What is known of data of this kind.
        x: The data.
    """

    def __init__(self, adapter: DataAdapter, x: Any) -> None:
        self._adapter, self._x = adapter, x
        self._passes = 0
        self._begin: Any = None

    def _now(self) -> Any:
        get = self._adapter.get_order
        return None if get is None else get(self._x)

    def _put(self, order: Any) -> None:
        if order is not None and self._adapter.set_order is not None:
            self._adapter.set_order(self._x, order)

    def note_pass(self) -> None:
        """Take note that a pass through the data begins."""
        self._passes += 1
        self._begin = self._now()

    def get_state(self, within: bool) -> dict[str, Any]:
        """Where it is.

        Args:
            within: Whether a pass has begun that is not at its end.
        """
        begin = self._begin if within else None
        return {"passes": self._passes, "begin": begin, "now": self._now()}

    def take_up(self, state: dict[str, Any], within: bool, make: Callable[[], Any]) -> bool:
        """Be before the pass that ``state`` was in, or that which was to begin.

        Args:
            state: What `get_state` returned.
            within: Whether it was in a pass.
            make: Begins a pass.

        Returns:
            Whether a pass that this source has begun already is the one that is wanted.
        """
        if self._adapter.counts_passes:
            wanted = state["passes"] + (0 if within else 1)
            if wanted == self._passes:
                return True
            while self._passes < wanted - 1:
                _begin(make())
                self._passes += 1
        self._put(state["begin"] if within else state["now"])
        return False

    def go_on(self, state: dict[str, Any]) -> None:
        """Be where ``state`` was in its pass, once its batches were skipped."""
        self._put(state["now"])


def _begin(batches: Iterator[Any]) -> None:
    next(batches, None)  # some draw their order with the first batch
