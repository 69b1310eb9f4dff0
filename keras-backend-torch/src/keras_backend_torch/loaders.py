"""torch's loaders as data for any backend, and its datasets. torch is imported when it is used."""

import sys
from collections.abc import Iterator
from typing import Any

from keras_core_plugins import DataAdapter, DatasetFormat, current


class Batches:
    """The batches of a loader: as they are on torch, as NumPy arrays elsewhere."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator[Any]:
        record = current()
        if record is not None and record.installed.name == "torch":
            return iter(self._loader)
        from torch.utils import _pytree as pytree

        return (pytree.tree_map(_to_numpy, batch) for batch in self._loader)


def _to_numpy(x: Any) -> Any:
    import torch

    if not isinstance(x, torch.Tensor):
        return x
    x = x.detach().cpu()
    if x.layout != torch.strided:
        x = x.to_dense()
    return x.float().numpy() if x.dtype == torch.bfloat16 else x.numpy()


def _is_loader(x: Any) -> bool:
    module = sys.modules.get("torch.utils.data")
    return module is not None and isinstance(x, module.DataLoader)


def _generators(loader: Any) -> list[Any]:
    """The generators of its own that a loader draws its order from, beside that of torch."""
    held = [getattr(x, "generator", None) for x in (loader, loader.sampler, loader.batch_sampler)]
    return [g for g in held if g is not None]


def _get_order(loader: Any) -> Any:
    import torch

    own = [g.get_state().numpy() for g in _generators(loader)]
    return {"torch": torch.get_rng_state().numpy(), "own": own}


def _set_order(loader: Any, order: Any) -> None:
    import torch

    torch.set_rng_state(torch.from_numpy(order["torch"]))
    for generator, state in zip(_generators(loader), order["own"], strict=True):
        generator.set_state(torch.from_numpy(state))


def _worker_seed() -> int | None:
    module = sys.modules.get("torch.utils.data")
    info = None if module is None else module.get_worker_info()
    return None if info is None else int(info.seed)


ADAPTERS = [
    DataAdapter(
        name="torch.utils.data.DataLoader",
        accepts=_is_loader,
        batches=Batches,
        get_order=_get_order,
        set_order=_set_order,
        worker_seed=_worker_seed,
    )
]


def _build(elements: Any, spec: Any) -> Any:
    """A dataset of torch: its samples by index."""
    from torch.utils.data import Dataset

    class Elements(Dataset[Any]):
        def __len__(self) -> int:
            return len(elements)

        def __getitem__(self, index: int) -> Any:
            return elements[index]

    return Elements()


FORMATS = [DatasetFormat(name="torch", build=_build)]
