"""Checkpoints by Orbax: asynchronous, and sharded as the arrays are."""

import os
from typing import Any

import jax
import jax.numpy as jnp


def _orbax() -> Any:
    try:
        import orbax.checkpoint as ocp
    except ImportError as error:
        raise ImportError(
            "Checkpoints on jax are written by Orbax, which is not installed: "
            "pip install 'keras-backend-jax[orbax]'"
        ) from error
    return ocp


class Writer:
    """Adds checkpoints to a folder; see `writer`."""

    def __init__(self, folder: str, keep: int | None, background: bool) -> None:
        ocp = self._ocp = _orbax()
        options = ocp.CheckpointManagerOptions(
            max_to_keep=keep, create=True, enable_async_checkpointing=background
        )
        self._manager = ocp.CheckpointManager(os.path.abspath(folder), options=options)

    def save(self, step: int, items: dict[str, Any]) -> None:
        """Write a checkpoint, in place of one of this number."""
        args = self._ocp.args
        if step in self._manager.all_steps():
            self._manager.delete(step)

        # The memory of the arrays is used again by the next step of training.
        def held(x: Any) -> Any:
            return x if isinstance(x, str) else jnp.copy(x)

        composite = {
            name: args.PyTreeSave(jax.tree.map(held, item)) for name, item in items.items()
        }
        self._manager.save(step, args=args.Composite(**composite), force=True)

    def wait(self) -> None:
        """Return when all is on disk."""
        self._manager.wait_until_finished()

    def close(self) -> None:
        """Wait, and let go of the folder."""
        self._manager.close()


def writer(folder: str, *, keep: int | None, background: bool) -> Writer:
    """A writer of a folder of checkpoints."""
    return Writer(folder, keep, background)


def _place(folder: str, step: int, item: str) -> str:
    return os.path.join(os.path.abspath(folder), str(step), item)


def shapes(folder: str, step: int, item: str) -> dict[str, Any]:
    """The nested dicts of an item, with shapes and dtypes for arrays."""
    with _orbax().PyTreeCheckpointer() as reader:
        found = reader.metadata(_place(folder, step, item)).item_metadata.tree
    return jax.tree.map(
        lambda x: (tuple(x.shape), jnp.dtype(x.dtype).name),
        found,
        is_leaf=lambda x: hasattr(x, "shape"),
    )


def read(folder: str, step: int, item: str, like: dict[str, Any]) -> dict[str, Any]:
    """The arrays of an item that are in ``like``, sharded as these are."""
    ocp = _orbax()
    targets = jax.tree.map(
        lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=x.sharding), like
    )
    args = ocp.args.PyTreeRestore(
        targets,
        restore_args=ocp.checkpoint_utils.construct_restore_args(targets),
        partial_restore=True,
    )
    with ocp.PyTreeCheckpointer() as reader:
        return reader.restore(_place(folder, step, item), args=args)


def read_texts(folder: str, step: int, item: str) -> dict[str, str]:
    """The strings of an item."""
    with _orbax().PyTreeCheckpointer() as reader:
        return reader.restore(_place(folder, step, item))
