"""Where the values of variables are put: the one place that decides it.

A distribution over several devices is a `Placement` that is in force while variables are made.
"""

from typing import Any, Protocol

from keras_core.core.base.thread_value import Scoped


class Placement(Protocol):
    """Decides the layouts of variables, and lays their values out."""

    def layout_of(self, path: str, shape: tuple[int, ...]) -> Any:
        """The layout of a variable, None for one that is not laid out.

        Args:
            path: Its path, such as ``"dense/kernel"``.
            shape: Its shape.
        """

    def put(self, value: Any, layout: Any) -> Any:
        """A value as a tensor of the engine that lies as its layout says."""


CURRENT: Scoped[Placement | None] = Scoped(None)
"""What is in force in this thread."""


class PlacementScope:
    """Variables that are made inside are placed.

    Args:
        placement: What places them, None to leave them where the engine puts tensors.
    """

    def __init__(self, placement: Placement | None) -> None:
        self._placement = placement
        self._tokens: list[Placement | None] = []

    def __enter__(self) -> None:
        self._tokens.append(CURRENT.set(self._placement))

    def __exit__(self, *exc: object) -> None:
        CURRENT.reset(self._tokens.pop())


def placed(value: Any, layout: Any, path: str, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """The value of a new variable where it belongs, with its layout.

    Args:
        value: The value.
        layout: The layout that was asked for, None for what the placement says.
        path: The path of the variable.
        shape: Its shape.
    """
    placement = CURRENT.get()
    if placement is None:
        return value, layout
    if layout is None:
        layout = placement.layout_of(path, shape)
    return (value if layout is None else placement.put(value, layout)), layout
