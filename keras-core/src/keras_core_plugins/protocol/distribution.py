"""The service that spreads tensors and computations over devices and processes."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from keras_core_plugins.protocol.primitives import Tensor
from keras_core_plugins.protocol.services import Replicas

if TYPE_CHECKING:  # listings and the doctor have to work where NumPy is broken
    import numpy as np


class Distribution(Protocol):
    """Optional, since protocol 1.1: the devices of all processes, and what lies where on them.

    An engine sees several devices in one of two ways, or in both:

    * as one: a tensor has a layout, and computations on it are spread by the engine. Then it has
      `layout` and `distribute`.
    * as replicas, each of which computes its part of a batch with variables of its own. Then it has
      `replicas`.

    Layouts serve data and model parallelism, replicas data parallelism; where an engine has both,
    replicas are what data parallelism is made of.
    """

    def list_devices(self) -> list[str]:
        """The devices of all processes, by names such as ``"cpu:0"``, in the order of processes.

        Those of one kind: the accelerators, where there are any.
        """
        ...

    def initialize(
        self, job_addresses: str | None, num_processes: int | None, process_id: int | None
    ) -> None:
        """Wait for the other processes, and connect with them.

        Called once, before the first tensor is made. What is None is to be read from the
        environment, as the engine's own launcher sets it. ``job_addresses`` are ``"host:port"``,
        one for each process or the first one's alone, with commas in between.
        """
        ...

    def process(self) -> tuple[int, int]:
        """The number of this process, from 0, and how many there are."""
        ...

    def agree(self, value: int) -> int:
        """The value that process 0 calls it with, in all processes; ``0 <= value < 2**31``."""
        ...

    def mesh(
        self, shape: tuple[int, ...], axis_names: tuple[str, ...], devices: Sequence[str]
    ) -> Any:
        """The engine's object for devices in a grid, which are listed in row-major order.

        Raises `ValueError` for a device that there is not.
        """
        ...

    def layout(self, mesh: Any, axes: tuple[str | None, ...]) -> Any:
        """Optional. The engine's object for a tensor, each of whose axes is cut into as many parts
        as the named axis of the mesh is long; an axis that has None is not cut.
        """
        ...

    def distribute(self, x: "Tensor | np.ndarray[Any, Any]", layout: Any, whole: bool) -> Tensor:
        """Optional. ``x`` laid out so, or made to be, while the engine traces or differentiates.

        The sizes of ``x`` can be divided. It may come from the host, and then no device ever holds
        all of it. If ``whole``, every process has all of ``x``; if not, its own part of the first
        axis. `Tensors.to_numpy` of the result returns all of it, in every process.
        """
        ...

    def replicas(self, mesh: Any, whole: bool) -> Replicas | None:
        """Optional. The replicas on the devices of a mesh of one axis, None for layouts instead.

        If ``whole``, what `Replicas.run` gets is the batch of all processes; if not, it is the part
        of this process.
        """
        ...

    def scope(self, mesh: Any) -> AbstractContextManager[Any]:
        """Optional. What is open while tensors with layouts on a mesh are computed with."""
        ...
