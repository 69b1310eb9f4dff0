"""The devices of jax, by names such as ``cpu:0``, ``gpu:1`` and ``tpu:3``."""

from contextlib import AbstractContextManager
from typing import Any

import jax


def _devices() -> dict[str, Any]:
    found = [*jax.devices()]
    if found[0].platform != "cpu":
        found += jax.devices("cpu")
    return {f"{d.platform}:{d.id}": d for d in found}


def list_devices() -> list[str]:
    """All devices, the default one first."""
    return list(_devices())


def device_scope(name: str) -> AbstractContextManager[Any]:
    """Place new tensors on the device ``name``."""
    found = _devices()
    device = found.get(name.lower() if ":" in name else f"{name.lower()}:0")
    if device is None:
        raise ValueError(f"There is no device {name!r}. Devices: {', '.join(found)}")
    return jax.default_device(device)
