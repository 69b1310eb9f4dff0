"""Models over several devices and processes."""

from keras_core.distribution.devices import get_device_count, initialize, list_devices
from keras_core.distribution.layout import LayoutMap, TensorLayout, distribute_tensor
from keras_core.distribution.mesh import DeviceMesh
from keras_core.distribution.strategies import (
    DataParallel,
    ModelParallel,
    distribution,
    set_distribution,
)

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "LayoutMap",
    "ModelParallel",
    "TensorLayout",
    "distribute_tensor",
    "distribution",
    "get_device_count",
    "initialize",
    "list_devices",
    "set_distribution",
]
