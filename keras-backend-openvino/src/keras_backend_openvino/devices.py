"""The device: OpenVINO's CPU plugin."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any


def list_devices() -> list[str]:
    """The CPU. Other plugins of OpenVINO lack the integers and the precision that are needed."""
    return ["cpu:0"]


def device_scope(name: str) -> AbstractContextManager[Any]:
    """Nothing to do for the only device."""
    if name != "cpu:0":
        raise ValueError(f"The openvino backend has the device 'cpu:0' only. Received: {name!r}")
    return nullcontext()
