"""Several devices and processes: `jax.sharding` and `jax.distributed`."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax import Array
from jax.core import Tracer
from jax.sharding import Mesh, NamedSharding, PartitionSpec


def list_devices() -> list[str]:
    """The devices of all processes."""
    return [f"{d.platform}:{d.id}" for d in jax.devices()]


def initialize(
    job_addresses: str | None, num_processes: int | None, process_id: int | None
) -> None:
    """Connect with the other processes, by the coordinator that runs in process 0."""
    first = None if job_addresses is None else job_addresses.split(",")[0]
    wait = int(float(os.environ.get("KERAS_DISTRIBUTION_TIMEOUT", "300")))
    jax.distributed.initialize(first, num_processes, process_id, initialization_timeout=wait)
    sys.excepthook = _End(sys.excepthook)


class _End:
    """Ends this process at once after an error: jax would have it wait for all others at its exit.

    Args:
        report: What shows the error.
    """

    def __init__(self, report: Callable[..., Any]) -> None:
        self._report = report

    def __call__(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        self._report(kind, error, trace)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)


def process() -> tuple[int, int]:
    """The number of this process, and how many there are."""
    return jax.process_index(), jax.process_count()


def agree(value: int) -> int:
    """The value of process 0."""
    if jax.process_count() == 1:
        return value
    from jax.experimental import multihost_utils  # takes a while to import

    return int(multihost_utils.broadcast_one_to_all(np.int32(value)))


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: Sequence[str]) -> Mesh:
    """A mesh, along whose axes XLA chooses the layouts that are not said."""
    found = dict(zip(list_devices(), jax.devices(), strict=True))
    unknown = [name for name in devices if name not in found]
    if unknown:
        raise ValueError(f"There is no device {unknown[0]!r}. Devices: {', '.join(found)}")
    return Mesh(np.array([found[name] for name in devices]).reshape(shape), axis_names)


def layout(mesh: Mesh, axes: tuple[str | None, ...]) -> NamedSharding:
    """A sharding, in the form that compiled functions give to their results."""
    last = max((i for i, axis in enumerate(axes) if axis is not None), default=-1)
    return NamedSharding(mesh, PartitionSpec(*axes[: last + 1]))


def distribute(x: Any, layout: Any, whole: bool) -> Array:
    """``x`` with a sharding: each device is sent its own part."""
    if isinstance(x, Tracer):
        return jax.lax.with_sharding_constraint(x, layout)
    if not whole:
        return jax.make_array_from_process_local_data(layout, np.asarray(x))
    if isinstance(x, Array):
        if x.sharding == layout:
            return x
        if layout.is_fully_addressable or not x.is_fully_addressable:
            return jax.device_put(x, layout)
    array = np.asarray(x)
    return jax.make_array_from_callback(array.shape, layout, lambda part: array[part])
