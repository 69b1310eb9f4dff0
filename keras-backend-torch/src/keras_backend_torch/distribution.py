"""Several processes, each with a device: `torch.distributed`."""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist

from keras_backend_torch import devices as _names
from keras_backend_torch.devices import DEFAULT, current, use
from keras_backend_torch.layouts import distribute, layout, scope
from keras_backend_torch.replicas import Alone, Replicas

__all__ = ["agree", "distribute", "initialize", "layout", "list_devices", "mesh", "process"]
__all__ += ["replicas", "scope"]

_TIMEOUT = timedelta(seconds=float(os.environ.get("KERAS_DISTRIBUTION_TIMEOUT", "300")))


def process() -> tuple[int, int]:
    """The number of this process, and how many there are."""
    if dist.is_available() and dist.is_initialized():
        return dist.get_rank(), dist.get_world_size()
    return 0, 1


def list_devices() -> list[str]:
    """A device for each process: the processes are the devices, in their order."""
    kind = "cpu" if DEFAULT.type == "cpu" else "gpu"
    count = process()[1]
    return [f"{kind}:{i}" for i in range(count)] if count > 1 else _names.list_devices()[:1]


def initialize(
    job_addresses: str | None, num_processes: int | None, process_id: int | None
) -> None:
    """Join the other processes, of which each gets an accelerator, if there are any."""
    options: dict[str, Any] = {}
    if job_addresses is not None:
        options["init_method"] = f"tcp://{job_addresses.split(',')[0]}"
    count = os.environ.get("WORLD_SIZE") if num_processes is None else num_processes
    rank = os.environ.get("RANK") if process_id is None else process_id
    if count is None or rank is None:
        raise RuntimeError(
            "initialize() does not know how many processes there are, and which of them this is. "
            "Start them with `keras-core launch` or `torchrun`, or give `num_processes` and "
            f"`process_id`. Received: num_processes={count}, process_id={rank}"
        )
    local = int(os.environ.get("LOCAL_RANK", rank))
    if DEFAULT.type not in ("cpu", "mps"):
        use(torch.device(DEFAULT.type, local % torch.accelerator.device_count()))
    dist.init_process_group(world_size=int(count), rank=int(rank), timeout=_TIMEOUT, **options)


def agree(value: int) -> int:
    """The value of process 0."""
    if process()[1] == 1:
        return value
    held = torch.tensor([value], device=current())
    dist.broadcast(held, 0)
    return int(held)


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: Sequence[str]) -> Any:
    """A `DeviceMesh` of torch; None for one device, which needs no group of processes."""
    found = list_devices()
    unknown = [name for name in devices if name not in found]
    if unknown:
        raise ValueError(
            f"There is no device {unknown[0]!r}. Devices: {', '.join(found)}. On torch each "
            "process has one: start as many with `keras-core launch --processes N` or `torchrun`, "
            "and call `keras.distribution.initialize()` in them."
        )
    if process()[1] == 1:
        return None
    if len(devices) != len(found):
        raise ValueError(
            f"On torch a mesh has the devices of all processes. Received: {list(devices)}, of "
            f"{found}"
        )
    from torch.distributed.device_mesh import DeviceMesh

    ranks = torch.tensor([found.index(name) for name in devices]).reshape(shape)
    return DeviceMesh(current().type, ranks, mesh_dim_names=axis_names)


def replicas(mesh: Any, whole: bool) -> Any:
    """A replica in each process; None for a single one."""
    return Alone() if mesh is None else Replicas(whole)
