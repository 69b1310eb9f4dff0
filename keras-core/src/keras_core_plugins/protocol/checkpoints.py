"""The service that writes checkpoints of sharded tensors while training goes on."""

from typing import Any, Protocol


class CheckpointWriter(Protocol):
    """What `Checkpoints.writer` returns: it adds checkpoints to one folder."""

    def save(self, step: int, items: dict[str, Any]) -> None:
        """Write the checkpoint ``step``, in place of one of this number.

        ``items`` are nested dicts of tensors, or of strings, by name. Tensors may change, or their
        memory be used again, as soon as this returns. Every process calls it, and writes the
        parts that it has of tensors which lie on several devices.
        """
        ...

    def wait(self) -> None:
        """Return when all that was saved is on disk. Raises what went wrong in the background."""
        ...

    def close(self) -> None:
        """Wait, and let go of what the writer holds."""
        ...


class Checkpoints(Protocol):
    """Optional, since protocol 1.1: folders of checkpoints by the number of the step.

    A checkpoint is a folder named after its number, which is there when it is whole, with a folder
    for each of its items. The core decides what the items hold.
    """

    def writer(self, folder: str, *, keep: int | None, background: bool) -> CheckpointWriter:
        """A writer of a folder, which is made if there is none.

        ``keep`` is how many checkpoints there may be: those of the lowest numbers are deleted; None
        for all. With ``background``, `save` returns before all is on disk.
        """
        ...

    def shapes(self, folder: str, step: int, item: str) -> dict[str, Any]:
        """The nested dicts of an item, with ``(shape, dtype)`` in place of tensors."""
        ...

    def read(self, folder: str, step: int, item: str, like: dict[str, Any]) -> dict[str, Any]:
        """The tensors of an item that are in ``like``, placed and sharded as these are.

        ``like`` is nested dicts of tensors, whose shapes and dtypes are those of the item.
        """
        ...

    def read_texts(self, folder: str, step: int, item: str) -> dict[str, str]:
        """The strings of an item."""
        ...
