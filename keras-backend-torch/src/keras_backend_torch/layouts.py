"""Tensors that lie over several processes: `DTensor` of `torch.distributed.tensor`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.utils import _pytree as pytree

from keras_backend_torch.tensors import from_numpy


class Layout(NamedTuple):
    """How a tensor lies on a mesh: for each axis of the mesh, what that does with the tensor."""

    mesh: Any
    placements: tuple[Any, ...]


def layout(mesh: Any, axes: tuple[str | None, ...]) -> Layout | None:
    """What cuts the axes of a tensor along the axes of a mesh; None for a single process."""
    if mesh is None:
        return None
    from torch.distributed.tensor import Replicate, Shard

    # one part is no part: DTensor could not drop an axis of size 1 then
    sizes = dict(zip(mesh.mesh_dim_names, mesh.shape, strict=True))
    cut = {axis: i for i, axis in enumerate(axes) if axis is not None and sizes[axis] > 1}
    return Layout(mesh, tuple(Shard(cut[n]) if n in cut else Replicate() for n in sizes))


def distribute(
    x: torch.Tensor | np.ndarray[Any, Any], layout: Layout | None, whole: bool
) -> torch.Tensor:
    """``x`` laid out so: of an array, a process takes its own part to its device."""
    if layout is None:
        return x if isinstance(x, torch.Tensor) else from_numpy(x, str(x.dtype))
    from torch.distributed.tensor import DTensor, Replicate

    mesh, placements = layout
    if isinstance(x, DTensor):
        return x if x.placements == placements else x.redistribute(placements=placements)
    if isinstance(x, torch.Tensor) and whole:
        everywhere = [Replicate()] * mesh.ndim
        same = DTensor.from_local(x, mesh, everywhere, run_check=False)
        return same.redistribute(placements=placements)
    if isinstance(x, np.ndarray):
        part = x[_part(x.shape, layout)] if whole else x
        x = from_numpy(np.ascontiguousarray(part).reshape(part.shape), str(x.dtype))
    return DTensor.from_local(x, mesh, placements, run_check=False)


def _part(shape: tuple[int, ...], layout: Layout) -> tuple[slice, ...]:
    """Which part of a tensor is that of this process; its sizes can be divided."""
    found = [slice(None)] * len(shape)
    for i, placement in enumerate(layout.placements):
        if placement.is_shard():
            size = shape[placement.dim] // layout.mesh.size(i)
            begin = size * layout.mesh.get_local_rank(i)
            found[placement.dim] = slice(begin, begin + size)
    return tuple(found)


def gradients_as(
    grads: Sequence[torch.Tensor | None], xs: Sequence[torch.Tensor]
) -> list[torch.Tensor | None]:
    """Gradients that lie as what they are of: parts of a sum are added up here, once."""
    return [
        g.redistribute(placements=x.placements)  # type: ignore[attr-defined]  # both are DTensors
        if g is not None and is_laid_out(g) and is_laid_out(x)
        else g
        for g, x in zip(grads, xs, strict=True)
    ]


def is_laid_out(x: torch.Tensor) -> bool:
    """Whether a tensor lies over several processes."""
    return type(x) is not torch.Tensor and hasattr(x, "full_tensor")


@contextmanager
def scope(mesh: Any) -> Iterator[None]:
    """Tensors without a layout are the same in all processes."""
    if mesh is None:
        yield
        return
    from torch.distributed.tensor.experimental import implicit_replication

    with implicit_replication(), _WholeWhereItMust(mesh):
        yield


class _WholeWhereItMust(TorchFunctionMode):
    """Computes what DTensor has no rule for on whole tensors, in each process.

    An error that is not about layouts comes again from the whole tensors, in torch's usual words.

    Args:
        mesh: The mesh that the results lie on.
    """

    def __init__(self, mesh: Any) -> None:
        super().__init__()
        self._mesh = mesh

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        try:
            return func(*args, **kwargs)
        except RuntimeError:  # `NotImplementedError` is one
            tensors = [x for x in pytree.tree_leaves((args, kwargs)) if _is_one(x)]
            if not any(map(is_laid_out, tensors)) or "out" in kwargs:
                raise
        whole, options = pytree.tree_map(_whole, (tuple(args), dict(kwargs)))
        results = func(*whole, **options)
        if _changes_its_argument(func) and is_laid_out(args[0]):
            args[0].copy_(self._everywhere(whole[0]))
            return args[0] if results is whole[0] else results
        return pytree.tree_map(self._everywhere, results)

    def _everywhere(self, x: Any) -> Any:
        from torch.distributed.tensor import DTensor, Replicate

        if not _is_one(x):
            return x
        return DTensor.from_local(x, self._mesh, [Replicate()] * self._mesh.ndim, run_check=False)


def _changes_its_argument(func: Callable[..., Any]) -> bool:
    name = func.__name__
    return name == "__setitem__" or (name.endswith("_") and not name.endswith("__"))


def _is_one(x: Any) -> bool:
    return isinstance(x, torch.Tensor)


def _whole(x: Any) -> Any:
    return x.full_tensor() if _is_one(x) and is_laid_out(x) else x
