"""Where new tensors live. Names are ``cpu:0``, ``gpu:1``; ``gpu`` is whatever torch accelerates."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_ACCELERATOR = torch.accelerator.current_accelerator(check_available=True)

# Not every dtype exists on Apple's GPUs, so those are used only when they are asked for.
DEFAULT = (
    torch.device("cpu")
    if _ACCELERATOR is None or _ACCELERATOR.type == "mps"
    else torch.device(_ACCELERATOR.type, 0)
)


class _Chosen:
    """What new tensors are made on where no scope is open."""

    device = DEFAULT


class _State(threading.local):
    """Per thread; torch's compiler follows this, and does not follow context variables."""

    def __init__(self) -> None:
        self.device = _Chosen.device


_state = _State()


def use(device: torch.device) -> None:
    """Make tensors on ``device`` in this process: its share of the accelerators."""
    _Chosen.device = _state.device = device
    torch.accelerator.set_device_index(device)


def current() -> torch.device:
    """The device for new tensors."""
    return _state.device


def list_devices() -> list[str]:
    """All devices, the default one first."""
    count = torch.accelerator.device_count() if _ACCELERATOR else 0
    names = [*(f"gpu:{i}" for i in range(count)), "cpu:0"]
    return names if DEFAULT.type != "cpu" else names[::-1]


def to_device(name: str) -> torch.device:
    """The device of that name; torch's own names, such as ``cuda:0`` and ``meta``, do too."""
    kind, _, index = name.lower().partition(":")
    if kind == "gpu":
        if f"gpu:{index or 0}" not in list_devices():
            raise ValueError(f"There is no device {name!r}. Devices: {', '.join(list_devices())}")
        assert _ACCELERATOR is not None  # else the name would not be in the list
        return torch.device(_ACCELERATOR.type, int(index or 0))
    try:
        return torch.device(kind, 0) if index == "0" else torch.device(name.lower())
    except RuntimeError as e:
        raise ValueError(
            f"There is no device {name!r}. Devices: {', '.join(list_devices())}"
        ) from e


@contextmanager
def device_scope(name: str) -> Iterator[None]:
    """Place new tensors and variables on the device ``name``."""
    before, _state.device = _state.device, to_device(name)
    try:
        yield
    finally:
        _state.device = before
