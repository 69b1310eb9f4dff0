"""Several devices of one process: strategies of `tf.distribute`."""

import functools
from collections.abc import Sequence
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.replicas import Replicas


def list_devices() -> list[str]:
    """The logical devices; to list them starts TensorFlow's runtime."""
    found = [d.name.lower() for d in tf.config.list_logical_devices()]
    names = [name.removeprefix("/device:") for name in found if "xla_" not in name]
    kinds = {name.partition(":")[0] for name in names}
    best = next(kind for kind in ("tpu", "gpu", "cpu") if kind in kinds)
    return [name for name in names if name.startswith(f"{best}:")]


def initialize(
    job_addresses: str | None, num_processes: int | None, process_id: int | None
) -> None:
    """Refused, unless this is the only process."""
    if (num_processes or 1) > 1:
        raise NotImplementedError(
            "On tensorflow `keras.distribution` spreads models over the devices of one process. "
            "For several processes make and fit the model in the scope of a "
            "`tf.distribute.MultiWorkerMirroredStrategy`, or use jax or torch. Received: "
            f"num_processes={num_processes}"
        )


def process() -> tuple[int, int]:
    """The first process of one."""
    return 0, 1


def agree(value: int) -> int:
    """The value."""
    return value


def mesh(
    shape: tuple[int, ...], axis_names: tuple[str, ...], devices: Sequence[str]
) -> tuple[str, ...]:
    """The devices of a mirrored strategy."""
    found = [d.name.lower().removeprefix("/device:") for d in tf.config.list_logical_devices()]
    unknown = [name for name in devices if name not in found]
    if unknown:
        raise ValueError(f"There is no device {unknown[0]!r}. Devices: {', '.join(found)}")
    return tuple(devices)


def replicas(mesh: tuple[str, ...], whole: bool) -> Replicas:
    """The replicas of a mirrored strategy."""
    return Replicas(_strategy(mesh))


@functools.cache
def _strategy(devices: tuple[str, ...]) -> Any:
    """The one strategy of these devices: several would give their messages the same numbers."""
    return tf.distribute.MirroredStrategy(devices)
