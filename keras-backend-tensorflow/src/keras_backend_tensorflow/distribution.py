"""Several devices of one process, and several processes: strategies of `tf.distribute`."""

import faulthandler
import functools
import json
import os
from collections.abc import Sequence
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.replicas import Replicas

_TIMEOUT = float(os.environ.get("KERAS_DISTRIBUTION_TIMEOUT", "300"))


class _Joined:
    """The strategy that joins this process with others; there is one at most."""

    strategy: Any = None


def list_devices() -> list[str]:
    """The devices of all processes, each of which has as many as this one.

    Listing them starts TensorFlow's runtime.
    """
    strategy = _Joined.strategy
    if strategy is None:
        found = _local_devices()
        kinds = {name.partition(":")[0] for name in found}
        best = next(kind for kind in ("tpu", "gpu", "cpu") if kind in kinds)
        return [name for name in found if name.startswith(f"{best}:")]
    kind = strategy.extended.worker_devices[0].rpartition("device:")[2].partition(":")[0].lower()
    return [f"{kind}:{i}" for i in range(strategy.num_replicas_in_sync)]


def _local_devices() -> list[str]:
    names = [d.name.lower().rpartition("device:")[2] for d in tf.config.list_logical_devices()]
    return [name for name in names if "xla_" not in name]


def initialize(
    job_addresses: str | None, num_processes: int | None, process_id: int | None
) -> None:
    """Join the other processes, by the addresses of all of them.

    Those that ``TF_CONFIG`` has are taken; what is given comes before it.
    """
    given = job_addresses.split(",") if job_addresses else []
    if num_processes is not None and len(given) == num_processes > 1 and process_id is not None:
        task = {"type": "worker", "index": process_id}
        os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": given}, "task": task})
    workers = json.loads(os.environ.get("TF_CONFIG", "{}")).get("cluster", {}).get("worker", [])
    count = len(workers) if num_processes is None else num_processes
    if count <= 1:
        return
    if len(workers) != count:
        raise RuntimeError(
            "On tensorflow initialize() needs the addresses of all processes. Start them with "
            "`keras-core launch`, set TF_CONFIG, or give `job_addresses` with one 'host:port' for "
            f"each process, `num_processes` and `process_id`. Received: {len(workers)} addresses "
            f"in TF_CONFIG, job_addresses={job_addresses!r}, num_processes={num_processes}, "
            f"process_id={process_id}"
        )
    _Joined.strategy = _wait_until_all_processes_have_come()


def _wait_until_all_processes_have_come() -> Any:
    """The strategy. After a while the process is ended, with this function's name at the top.

    TensorFlow waits for the others without end, in code that no exception and no thread reaches.
    """
    faulthandler.dump_traceback_later(_TIMEOUT, exit=True)
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    finally:
        faulthandler.cancel_dump_traceback_later()


def process() -> tuple[int, int]:
    """The number of this process, and how many there are."""
    strategy = _Joined.strategy
    if strategy is None:
        return 0, 1
    resolver = strategy.cluster_resolver
    return resolver.task_id, len(resolver.cluster_spec().job_tasks("worker"))


def agree(value: int) -> int:
    """The value of process 0."""
    strategy = _Joined.strategy
    if strategy is None:
        return value
    own = value if strategy.cluster_resolver.task_id == 0 else 0
    values = strategy.experimental_local_results(_sum()(tf.constant(own, tf.int64)))
    return int(values[0]) // len(values)  # the replicas of a process say the same


@functools.cache
def _sum() -> Any:
    """A function that adds up what the processes say, as often as they have replicas."""

    def in_replica(own: Any) -> Any:
        context = tf.distribute.get_replica_context()
        return context.all_reduce(tf.distribute.ReduceOp.SUM, tf.identity(own))

    return tf.function(lambda own: _Joined.strategy.run(in_replica, (own,)), autograph=False)


def mesh(
    shape: tuple[int, ...], axis_names: tuple[str, ...], devices: Sequence[str]
) -> tuple[str, ...]:
    """The devices of a strategy."""
    found = list_devices() if _Joined.strategy is not None else _local_devices()
    unknown = [name for name in devices if name not in found]
    if unknown:
        raise ValueError(f"There is no device {unknown[0]!r}. Devices: {', '.join(found)}")
    if _Joined.strategy is not None and len(devices) != len(found):
        raise ValueError(
            "On tensorflow, where processes are joined, a mesh has the devices of all of them. "
            f"Received: {list(devices)}, of {found}"
        )
    return tuple(devices)


def replicas(mesh: tuple[str, ...], whole: bool) -> Replicas:
    """The replicas of a mirrored strategy, or of that which joins the processes."""
    if _Joined.strategy is not None:
        return Replicas(_Joined.strategy, whole)
    return Replicas(_strategy(mesh))


@functools.cache
def _strategy(devices: tuple[str, ...]) -> Any:
    """The one strategy of these devices: several would give their messages the same numbers."""
    return tf.distribute.MirroredStrategy(devices)
