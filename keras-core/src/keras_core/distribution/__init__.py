"""Models over several devices and processes."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.distribution.devices import get_device_count as get_device_count
    from keras_core.distribution.devices import initialize as initialize
    from keras_core.distribution.devices import list_devices as list_devices
    from keras_core.distribution.layout import LayoutMap as LayoutMap
    from keras_core.distribution.layout import TensorLayout as TensorLayout
    from keras_core.distribution.layout import distribute_tensor as distribute_tensor
    from keras_core.distribution.mesh import DeviceMesh as DeviceMesh
    from keras_core.distribution.strategies import DataParallel as DataParallel
    from keras_core.distribution.strategies import ModelParallel as ModelParallel
    from keras_core.distribution.strategies import distribution as distribution
    from keras_core.distribution.strategies import set_distribution as set_distribution
else:
    __getattr__, __dir__ = lazily(__name__)

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
