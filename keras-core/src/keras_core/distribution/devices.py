"""The devices of this computation, and the processes that it consists of."""

import os
from typing import Any

from keras_core.core.base.files import set_writes
from keras_core.core.base.public import public
from keras_core.core.execution.seeds import make_default_seed, set_random_seed
from keras_core.core.tensors import runtime

_KINDS = ("cpu", "gpu", "tpu")


@public("keras.distribution.list_devices")
def list_devices(device_type: str | None = None) -> list[str]:
    """The devices of all processes.

    Args:
        device_type: ``"cpu"``, ``"gpu"`` or ``"tpu"``, in any case; by default the accelerators if
            there are any, else the CPUs.

    Returns:
        Names such as ``"gpu:0"``, in the order of the processes; an empty list if there is no
        device of that kind.

    Raises:
        ValueError: For another kind of device.

    Example:

    >>> import keras_core as keras
    >>> keras.distribution.list_devices("cpu")[0]
    'cpu:0'
    """
    kind = None if device_type is None else str(device_type).lower()
    if kind is not None and kind not in _KINDS:
        raise ValueError(
            f"`device_type` must be one of {_KINDS}, or None. Received: device_type={device_type!r}"
        )
    service: Any = runtime.DISTRIBUTION or runtime.BACKEND.devices
    names = ["cpu:0"] if service is None else service.list_devices()
    if kind is not None:
        others = [] if runtime.BACKEND.devices is None else runtime.BACKEND.devices.list_devices()
        names = [n for n in dict.fromkeys([*names, *others]) if n.startswith(f"{kind}:")]
    return list(names)


@public("keras.distribution.get_device_count")
def get_device_count(device_type: str | None = None) -> int:
    """How many devices there are in all processes.

    Args:
        device_type: ``"cpu"``, ``"gpu"`` or ``"tpu"``; by default the accelerators if there are
            any, else the CPUs.

    Example:

    >>> import keras_core as keras
    >>> keras.distribution.get_device_count("cpu") >= 1
    True
    """
    return len(list_devices(device_type))


@public("keras.distribution.initialize")
def initialize(
    job_addresses: str | None = None,
    num_processes: int | None = None,
    process_id: int | None = None,
) -> None:
    """Connect with the other processes; to be called in each of them before anything else.

    What is not given is read from the environment, where ``keras-core launch``, ``torchrun``,
    SLURM and the like have put it. All processes begin with the same random seed from then on,
    that of process 0, and so with the same weights. If some have not come after
    ``KERAS_DISTRIBUTION_TIMEOUT`` seconds, 300 by default, it is an error in the others.

    Args:
        job_addresses: ``"host:port"`` of process 0, or of all processes with commas in between; by
            default ``KERAS_DISTRIBUTION_JOB_ADDRESSES``.
        num_processes: How many processes there are; by default
            ``KERAS_DISTRIBUTION_NUM_PROCESSES``.
        process_id: The number of this one, from 0; by default ``KERAS_DISTRIBUTION_PROCESS_ID``.

    Raises:
        CapabilityError: If the backend knows one device only.
        ValueError: If the arguments do not fit together.
        RuntimeError: If the others do not come, or something has been computed already.

    Example:

    ```python
    import keras_core as keras

    keras.distribution.initialize()  # in a program that `keras-core launch` starts
    keras.distribution.set_distribution(keras.distribution.DataParallel())
    ```
    """
    service = runtime.require_distribution("initialize()")
    job_addresses = job_addresses or os.environ.get("KERAS_DISTRIBUTION_JOB_ADDRESSES")
    num_processes = _number("num_processes", num_processes)
    process_id = _number("process_id", process_id)
    addresses = job_addresses.split(",") if job_addresses else []
    if num_processes is not None and len(addresses) not in (0, 1, num_processes):
        raise ValueError(
            f"The provided job_addresses {addresses} has {len(addresses)} jobs, but num_processes "
            f"is {num_processes}"
        )
    if num_processes is not None and num_processes < 1:
        raise ValueError(f"`num_processes` must be positive. Received: {num_processes}")
    if process_id is not None and not 0 <= process_id < (num_processes or process_id + 1):
        raise ValueError(
            f"`process_id` must be from 0 to num_processes - 1. Received: process_id={process_id}, "
            f"num_processes={num_processes}"
        )
    try:
        service.initialize(job_addresses, num_processes, process_id)
    except RuntimeError as error:
        error.add_note(
            "initialize() waits until all processes have come, for as many seconds as "
            "KERAS_DISTRIBUTION_TIMEOUT says, 300 by default. Look at the logs of those that have "
            f"not. Received: job_addresses={job_addresses!r}, num_processes={num_processes}, "
            f"process_id={process_id}"
        )
        raise
    set_writes(service.process()[0] == 0)
    set_random_seed(service.agree(make_default_seed()))


def _number(name: str, given: int | None) -> int | None:
    """An argument, or what the environment says in its place."""
    if given is not None:
        return given
    text = os.environ.get(f"KERAS_DISTRIBUTION_{name.upper()}")
    try:
        return None if text is None else int(text)
    except ValueError:
        raise ValueError(
            f"KERAS_DISTRIBUTION_{name.upper()} must be a number. Received: {text!r}"
        ) from None
