"""A grid of devices with names for its axes."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.tensors import runtime
from keras_core.distribution.devices import list_devices


@public("keras.distribution.DeviceMesh")
class DeviceMesh:
    """Devices in a grid, whose axes have names: what tensors are laid out on.

    Args:
        shape: The sizes of the axes, a tuple of positive ints; their product is the number of
            devices.
        axis_names: A name for each axis, such as ``["batch", "model"]``.
        devices: The names of the devices, a list or array of strings such as ``"cpu:0"``, in
            row-major order; by default all that `list_devices` returns.

    Raises:
        ValueError: If the shape does not fit the names or the devices.

    Example:

    >>> import keras_core as keras
    >>> keras.distribution.DeviceMesh((1, 1), ["batch", "model"], devices=["cpu:0"])
    <DeviceMesh shape=(1, 1), axis_names=['batch', 'model']>
    """

    def __init__(
        self,
        shape: Sequence[int],
        axis_names: Sequence[str],
        devices: Sequence[str] | np.ndarray[Any, Any] | None = None,
    ) -> None:
        if not shape or not axis_names:
            raise ValueError(
                f"Shape and axis_names cannot be empty. Received: shape={shape}, "
                f"axis_names={axis_names}"
            )
        if len(shape) != len(axis_names):
            raise ValueError(
                f"Shape and axis_names should have same size. Received: shape={shape}, "
                f"axis_names={axis_names}"
            )
        if len(set(axis_names)) != len(axis_names):
            raise ValueError(f"The names of axes must differ. Received: axis_names={axis_names}")
        found = np.array(list_devices() if devices is None else devices)
        if min(shape) < 1 or np.prod(shape) != found.size:
            raise ValueError(
                f"Shape does not match the number of devices. Received: shape={shape}; "
                f"devices.shape={found.shape}"
            )
        self._shape, self._axis_names = shape, axis_names
        self._devices = found.reshape(tuple(shape))

    @property
    def shape(self) -> Sequence[int]:
        """The sizes of the axes."""
        return self._shape

    @property
    def axis_names(self) -> Sequence[str]:
        """The names of the axes."""
        return self._axis_names

    @property
    def devices(self) -> np.ndarray[Any, Any]:
        """The names of the devices, in an array of the shape of the mesh."""
        return self._devices

    @functools.cached_property
    def backend_mesh(self) -> object:
        """The mesh as the engine has it.

        Raises:
            CapabilityError: If the backend knows one device only.
            ValueError: If there is no such device.
        """
        service = runtime.require_distribution("A DeviceMesh")
        names = tuple(map(str, self._axis_names))
        return service.mesh(tuple(map(int, self._shape)), names, self._devices.reshape(-1).tolist())

    def size_of(self, axis: str) -> int:
        """The size of the axis of that name."""
        return int(self._shape[list(self._axis_names).index(axis)])

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: the engine's object is made again."""
        return {k: v for k, v in self.__dict__.items() if k != "backend_mesh"}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} shape={self.shape}, axis_names={self.axis_names}>"
