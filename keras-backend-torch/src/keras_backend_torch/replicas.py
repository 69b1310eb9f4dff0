"""Replicas: processes of torch.distributed, each of which has the whole model."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.utils import _pytree as pytree

from keras_backend_torch.compiler import opaque


class _State(threading.local):
    """Per thread: whether a replica computes here."""

    def __init__(self) -> None:
        self.share: float | None = None
        self.before: dict[Tensor, Tensor] = {}


_state = _State()


def replica_count() -> int:
    """How many replicas there are, seen from one of them."""
    return 1 if _state.share is None else dist.get_world_size()


def replica_share() -> float | None:
    """The part of the batch that this replica has."""
    return _state.share


def replica_id() -> int:
    """The number of this replica, 0 outside of any."""
    return 0 if _state.share is None else dist.get_rank()


@opaque
def sum_over_replicas(tensors: list[Tensor | None]) -> list[Tensor | None]:
    """The sums over all replicas; None stays None."""
    given = [x for x in tensors if x is not None]
    if torch.is_grad_enabled() and any(x.requires_grad for x in given):
        sums = iter([_Sum.apply(x) for x in given])
    else:
        sums = iter(_reduced([x.detach() for x in given]))
    return [None if x is None else next(sums) for x in tensors]


class _Sum(torch.autograd.Function):
    """The sum over all replicas, whose gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:  # type: ignore[override]  # torch leaves it open
        return _reduced([x])[0]

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> Tensor:  # type: ignore[override]  # torch leaves it open
        return _reduced([dy])[0]


def _reduced(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The sums of tensors, those of one dtype sent together."""
    out: list[Tensor | None] = [None] * len(tensors)
    pending = []
    for dtype in dict.fromkeys(x.dtype for x in tensors):
        group = [i for i, x in enumerate(tensors) if x.dtype == dtype]
        flat = torch.cat([tensors[i].reshape(-1) for i in group])
        pending.append((group, flat, dist.all_reduce(flat, async_op=True)))
    for group, flat, work in pending:
        work.wait()
        parts = flat.split([tensors[i].numel() for i in group])
        for i, part in zip(group, parts, strict=True):
            out[i] = part.view(tensors[i].shape)
    return out  # type: ignore[return-value]  # each has its place


def note(handle: Tensor, aggregation: str) -> None:
    """Remember how the values that replicas give to a variable are brought together."""
    if aggregation in ("sum", "mean"):
        handle.keras_aggregation = aggregation  # type: ignore[attr-defined]


def before_assignment(handle: Tensor) -> None:
    """Keep the value of a variable that replicas give values of their own."""
    if _state.share is None or handle in _state.before:
        return
    if hasattr(handle, "keras_aggregation"):
        _state.before[handle] = handle.detach().clone()


@contextmanager
def _computing(share: float) -> Iterator[None]:
    """A replica computes inside; what the replicas gave to variables is brought together then."""
    _state.share, _state.before = share, {}
    try:
        yield
        changed = list(_state.before.items())
        if changed:
            with torch.no_grad():
                _bring_together(changed, share)
    finally:
        _state.share, _state.before = None, {}


def _bring_together(changed: list[tuple[Tensor, Tensor]], share: float) -> None:
    adds = [handle.keras_aggregation == "sum" for handle, _ in changed]  # type: ignore[attr-defined]
    parts = [
        handle.detach() - before if added else handle.detach() * share
        for (handle, before), added in zip(changed, adds, strict=True)
    ]
    sums = _reduced(parts)
    for (handle, before), added, total in zip(changed, adds, sums, strict=True):
        handle.copy_(before + total if added else total)


class Replicas:
    """The processes, one replica each.

    Args:
        whole: Whether each process has all of a batch, and takes its part of it here.
    """

    def __init__(self, whole: bool) -> None:
        self._whole = whole

    def scope(self) -> AbstractContextManager[Any]:
        """Variables are made as ever."""
        return nullcontext()

    def owns(self, handle: Any) -> bool:
        """Every variable will do."""
        return True

    @opaque
    def align(self, handles: Sequence[Tensor]) -> None:
        """Give variables the values that they have in process 0."""
        held = [x.detach().reshape(-1).view(torch.uint8) for x in handles]
        if held:
            flat = torch.cat(held)
            dist.broadcast(flat, 0)
            for x, part in zip(held, flat.split([len(x) for x in held]), strict=True):
                x.copy_(part)

    @partial(opaque, recursive=False)
    def run(self, step: Callable[[Any], Any], batch: Any, gather: bool) -> Any:
        """The results of ``step`` on the part of ``batch``, put together."""
        leaves = [x for x in pytree.tree_leaves(batch) if isinstance(x, Tensor) and x.dim()]
        size = leaves[0].shape[0] if leaves else 0
        rank, count = dist.get_rank(), dist.get_world_size()
        if not self._whole:
            share = size / float(_reduced([torch.tensor(float(size))])[0])
        elif size < count:  # too few to go round: all compute the same, and nothing is to be sent
            return step(batch)
        else:
            first, end = size * rank // count, size * (rank + 1) // count
            share = (end - first) / size
            batch = pytree.tree_map(lambda x: _part(x, first, end), batch)
        with _computing(share):
            outputs = step(batch)
            join = partial(_gathered if gather else _mean, share=share)
            return pytree.tree_map(join, outputs)


class Alone(Replicas):
    """A single process, which has all of each batch."""

    def __init__(self) -> None:
        super().__init__(True)

    def align(self, handles: Sequence[Tensor]) -> None:
        """There is nobody to differ from."""

    def run(self, step: Callable[[Any], Any], batch: Any, gather: bool) -> Any:
        """The results of ``step``."""
        return step(batch)


def _part(x: Any, first: int, end: int) -> Any:
    if not isinstance(x, Tensor) or not x.dim():
        return x
    if x.layout is torch.strided:
        return x[first:end]
    return x.to_dense()[first:end].to_sparse()


def _gathered(x: Any, share: float) -> Any:
    """The parts of all replicas along the first axis."""
    if not isinstance(x, Tensor) or not x.dim():
        return x
    own = torch.tensor([x.shape[0]], device=x.device)
    sizes = [torch.empty_like(own) for _ in range(dist.get_world_size())]
    dist.all_gather(sizes, own)
    counts = [int(s) for s in sizes]
    padded = torch.zeros(max(counts), *x.shape[1:], dtype=x.dtype, device=x.device)
    padded[: x.shape[0]] = x
    parts = [torch.empty_like(padded) for _ in counts]
    dist.all_gather(parts, padded)
    return torch.cat([part[:n] for part, n in zip(parts, counts, strict=True)])


def _mean(x: Any, share: float) -> Any:
    """The mean over the replicas, each counted by its part of the batch."""
    if not isinstance(x, Tensor) or not x.is_floating_point():
        return x
    return _reduced([x.detach() * share])[0]
