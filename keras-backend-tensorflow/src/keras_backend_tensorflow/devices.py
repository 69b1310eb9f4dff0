"""Devices by the names that the core uses, GPUs and other accelerators first."""

from contextlib import AbstractContextManager
from typing import Any

from keras_backend_tensorflow._engine import tf


def list_devices() -> list[str]:
    """Physical devices: to list logical ones would start TensorFlow's runtime."""
    found = [d.name.lower() for d in tf.config.list_physical_devices()]
    names = [name.removeprefix("/physical_device:") for name in found if "xla_" not in name]
    return sorted(names, key=lambda name: name.startswith("cpu"))


def device_scope(name: str) -> AbstractContextManager[Any]:
    """Place what is made inside on the device ``name``."""
    scope: AbstractContextManager[Any] = tf.device(name)
    return scope
