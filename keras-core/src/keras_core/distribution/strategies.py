"""How a model is spread: its batches, or its variables too."""

import functools
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.execution.seeds import host_generator
from keras_core.core.state import placement
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime
from keras_core.distribution.devices import list_devices
from keras_core.distribution.layout import LayoutMap, TensorLayout, layouts_service
from keras_core.distribution.mesh import DeviceMesh
from keras_core.typing import T
from keras_core_plugins.protocol import Replicas

_UNKNOWN = 2**31 - 1
"""Stands for a number of batches that is not known."""


class Distribution:
    """What data and model parallelism have in common.

    It is a `Placement` of the core: that is how variables, layers and the trainer meet it.

    Args:
        device_mesh: The mesh.
        batch_dim_name: The axis of the mesh along which batches are cut.
        auto_shard_dataset: Whether every process has all batches.
    """

    def __init__(
        self, device_mesh: DeviceMesh, batch_dim_name: str, auto_shard_dataset: bool
    ) -> None:
        self._device_mesh = device_mesh
        self._batch_dim_name = batch_dim_name
        self._auto_shard_dataset = auto_shard_dataset
        self._divides = False

    # -- Facts -----------------------------------------------------------------------

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh."""
        return self._device_mesh

    @property
    def batch_dim_name(self) -> str:
        """The axis of the mesh along which batches are cut."""
        return self._batch_dim_name

    @property
    def auto_shard_dataset(self) -> bool:
        """Whether every process has all batches, and takes its own part of them."""
        return self._auto_shard_dataset

    @property
    def num_model_replicas(self) -> int:
        """How many copies of the model there are: parts that a batch is cut into."""
        return self._device_mesh.size_of(self._batch_dim_name)

    @property
    def num_processes(self) -> int:
        """How many processes there are."""
        return 1 if runtime.DISTRIBUTION is None else runtime.DISTRIBUTION.process()[1]

    @property
    def num_data_shards(self) -> int:
        """How many processes, or groups of them, read data of their own."""
        return min(self.num_processes, self.num_model_replicas)

    @property
    def data_shard_id(self) -> int:
        """Which share of the data this process reads, from 0 to `num_data_shards` - 1."""
        process = 0 if runtime.DISTRIBUTION is None else runtime.DISTRIBUTION.process()[0]
        return process * self.num_data_shards // self.num_processes

    # -- Layouts ---------------------------------------------------------------------

    def _everywhere(self, ndim: int) -> TensorLayout:
        """The layout of what is whole on every device."""
        return TensorLayout([None] * ndim, self._device_mesh)

    def get_data_layout(self, data_shape: Sequence[int | None]) -> TensorLayout:
        """The layout of a batch, whose first axis is cut.

        Args:
            data_shape: Its shape.
        """
        axes = [self._batch_dim_name, *[None] * (len(data_shape) - 1)] if data_shape else []
        return TensorLayout(axes, self._device_mesh)

    def get_variable_layout(self, variable: Any) -> TensorLayout | None:
        """The layout of a variable.

        Args:
            variable: The variable.
        """
        raise NotImplementedError

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout that a tensor is made to have, None for what the engine chooses.

        Args:
            path: The path of the layer that returns it, with ``/output`` behind it.
        """
        raise NotImplementedError

    # -- In force --------------------------------------------------------------------

    @contextmanager
    def scope(self) -> Iterator[None]:
        """A context in which it is in force, in this thread, in place of what is set for all."""
        with ExitStack() as stack:
            self.enter(stack)
            stack.enter_context(placement.PlacementScope(self))
            yield

    def enter(self, stack: ExitStack) -> None:
        """Open what the engine has to have open while it is in force.

        Args:
            stack: What closes it again.

        Raises:
            CapabilityError: If the backend cannot do it.
        """
        replicas = self.replicas()
        if replicas is None:
            layouts_service(f"{type(self).__name__}()")
            stack.enter_context(self.computing())
        else:
            stack.enter_context(replicas.scope())

    def replicas(self) -> Replicas | None:
        """The replicas that steps run on, None if the engine lays tensors out."""
        return None

    def computing(self) -> AbstractContextManager[Any]:
        """What is open while a step runs."""
        scope = getattr(runtime.DISTRIBUTION, "scope", None)
        return nullcontext() if scope is None else scope(self._device_mesh.backend_mesh)

    def layout_of(self, path: str, shape: tuple[int, ...]) -> Any:
        """The layout of a variable, None for one that is not laid out."""
        raise NotImplementedError

    def put_output(self, path: str, outputs: T) -> T:
        """What a layer returns, laid out if the map says something about it."""
        layout = self.get_tensor_layout(f"{path}/output")
        if layout is None:
            return outputs
        what = f"the output of layer {path!r}"
        return tree.map_structure(lambda y: self._for_batch(layout, y).put(y, what), outputs)

    def _for_batch(self, layout: TensorLayout, y: Any) -> TensorLayout:
        """A layout for outputs, without the cut along a batch that cannot be divided."""
        first, *rest = layout.axes or (None,)
        if first != self._batch_dim_name or not y.shape or not y.shape[0] % self.num_model_replicas:
            return layout
        return TensorLayout([None, *rest], layout.device_mesh)

    def check_processes(self) -> None:
        """Make sure that processes which share their data draw them in the same order.

        Raises:
            RuntimeError: In those that differ from the first one.
        """
        if self.num_processes == 1 or not self._auto_shard_dataset:
            return
        state = str(host_generator().bit_generator.state)
        own = zlib.crc32(state.encode()) >> 1
        if runtime.DISTRIBUTION.agree(own) != own:
            raise RuntimeError(
                "The processes draw different random numbers, so each would shuffle the data in an "
                "order of its own. Call `keras.utils.set_random_seed` with the same seed in all of "
                "them, or give each its own data and say `auto_shard_dataset=False`."
            )

    def check_batches(self, count: int | None) -> None:
        """Make sure that no process is left waiting for others which have come to an end.

        Args:
            count: How many batches this process has, None if that is not known.

        Raises:
            ValueError: In those that differ from the first one.
        """
        if self.num_processes == 1:
            return
        own = _UNKNOWN if count is None else min(count, _UNKNOWN - 1)
        first = runtime.DISTRIBUTION.agree(own)
        if first != own:
            names = [str(n) if n < _UNKNOWN else "an unknown number of" for n in (own, first)]
            raise ValueError(
                f"Process {runtime.DISTRIBUTION.process()[0]} has {names[0]} batches, and process "
                f"0 has {names[1]}. All processes have to take the same number of steps: give "
                "`steps_per_epoch` (or `steps`), or data of the same length."
            )

    def put_batch(self, batch: T) -> T:
        """A batch, cut along its first axis; whole on each device if that cannot be divided."""
        return tree.map_structure(self._put_part, batch)

    def _put_part(self, x: Any) -> Any:
        sizes = getattr(x, "shape", ())
        if not sizes or native.is_sparse(x):
            return x
        whole, parts = self._auto_shard_dataset, self.num_model_replicas
        if not whole:
            parts = parts // self.num_data_shards
            if sizes[0] % parts:
                raise ValueError(
                    f"A process got {sizes[0]} samples, which cannot be divided among its {parts} "
                    "parts of the mesh. With `auto_shard_dataset=False` each batch has to be "
                    "divisible: drop what is left over at the end of the data."
                )
            return self.get_data_layout(sizes).put(x, "a batch", whole=False)
        if sizes[0] % parts:
            self._warn_of_size(sizes[0], parts)
            return TensorLayout([], self._device_mesh).put(x, "a batch")
        self._divides = True
        return self.get_data_layout(sizes).put(x, "a batch")

    def _warn_of_size(self, size: int, parts: int) -> None:
        """Say once that batches of some size are computed by every device."""
        if size > parts and not self._divides:
            self._divides = True
            warnings.warn(
                f"A batch of {size} samples cannot be divided among {parts} devices, so each of "
                f"them computes all of it. Choose a batch size that is a multiple of {parts}.",
                stacklevel=2,
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} device_mesh={self.device_mesh}>"


@public("keras.distribution.DataParallel")
class DataParallel(Distribution):
    """Every device has the whole model, and computes its part of each batch.

    Losses, gradients and metrics are those of the whole batch.

    Args:
        device_mesh: A `DeviceMesh` of one axis; by default one of ``devices``.
        devices: The names of the devices, a list of strings; by default all of them, see
            `list_devices`.
        auto_shard_dataset: Whether all processes are given the same data, of which each takes its
            own part of each batch: the default. If False, each process is given other data, whose
            batches are parts of the whole one.

    Raises:
        ValueError: If the mesh is none.

    Example:

    >>> import keras_core as keras
    >>> distribution = keras.distribution.DataParallel(devices=["cpu:0"])
    >>> distribution.num_model_replicas
    1
    """

    def __init__(
        self,
        device_mesh: DeviceMesh | None = None,
        devices: Sequence[str] | None = None,
        auto_shard_dataset: bool = True,
    ) -> None:
        if device_mesh is None:
            chosen = list(devices) if devices else list_devices()
            device_mesh = DeviceMesh((len(chosen),), ["batch"], chosen)
        elif not isinstance(device_mesh, DeviceMesh):
            raise ValueError(
                f"Expect `mesh` to be an instance of `DeviceMesh`. Received: mesh={device_mesh} "
                f"(of type {type(device_mesh)})"
            )
        elif len(device_mesh.shape) != 1:
            warnings.warn(
                "`DataParallel` cuts batches along the first axis of its mesh; devices along the "
                f"others compute the same. Received: device_mesh={device_mesh}",
                stacklevel=2,
            )
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)

    def replicas(self) -> Replicas | None:
        """The replicas that steps run on, None if the engine lays tensors out."""
        return self._replicas

    @functools.cached_property
    def _replicas(self) -> Any:
        service: Any = runtime.require_distribution("DataParallel()")
        make = getattr(service, "replicas", None)
        if make is None:
            return None
        return make(self._device_mesh.backend_mesh, self._auto_shard_dataset)

    def computing(self) -> AbstractContextManager[Any]:
        """What is open while a step runs."""
        return nullcontext() if self._replicas is not None else super().computing()

    def layout_of(self, path: str, shape: tuple[int, ...]) -> TensorLayout | None:
        """The layout of a variable, None if each replica has one of its own."""
        return None if self._replicas is not None else self._everywhere(len(shape))

    def put_batch(self, batch: T) -> T:
        """A batch, cut along its first axis; as it is if replicas take their parts themselves."""
        return batch if self._replicas is not None else super().put_batch(batch)

    def get_variable_layout(self, variable: Variable) -> TensorLayout:
        """The layout of a variable, which is whole on every device.

        Args:
            variable: The variable.
        """
        return getattr(variable, "layout", None) or self._everywhere(len(variable.shape))

    def get_tensor_layout(self, path: str) -> None:
        """None: the engine chooses.

        Args:
            path: The path of the tensor.
        """


@public("keras.distribution.ModelParallel")
class ModelParallel(Distribution):
    """Variables are cut and lie on several devices, as a `LayoutMap` says; so are batches.

    Args:
        layout_map: The layouts of variables, and of what layers return: by the path of the layer
            with ``/output`` behind it. What is not in it is whole on every device.
        batch_dim_name: The axis of the mesh along which batches are cut; by default the first one.
        auto_shard_dataset: Whether all processes are given the same data, as for `DataParallel`.
        **kwargs: ``device_mesh``, which has to be the mesh of the map, as in older programs.

    Raises:
        ValueError: If there is no map, or the mesh is another one.

    Example:

    >>> import keras_core as keras
    >>> mesh = keras.distribution.DeviceMesh((1, 1), ["batch", "model"], devices=["cpu:0"])
    >>> layout_map = keras.distribution.LayoutMap(mesh)
    >>> layout_map[".*kernel"] = (None, "model")
    >>> keras.distribution.ModelParallel(layout_map=layout_map).batch_dim_name
    'batch'
    """

    def __init__(
        self,
        *,
        layout_map: LayoutMap | None = None,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
        **kwargs: DeviceMesh | None,
    ) -> None:
        mesh = kwargs.pop("device_mesh", None)
        if kwargs:
            raise TypeError(f"ModelParallel() got unexpected arguments: {', '.join(kwargs)}")
        if layout_map is None:
            raise ValueError("You must specify a layout_map argument.")
        if not isinstance(layout_map, LayoutMap):
            raise ValueError(
                "Argument `layout_map` must be a `LayoutMap` instance. Received: "
                f"layout_map={layout_map}"
            )
        if mesh is not None and mesh is not layout_map.device_mesh:
            raise ValueError(
                f"`device_mesh` is not the mesh of `layout_map`. Received: device_mesh={mesh}, "
                f"layout_map.device_mesh={layout_map.device_mesh}"
            )
        axes = list(layout_map.device_mesh.axis_names)
        if batch_dim_name is not None and batch_dim_name not in axes:
            raise ValueError(
                f"`batch_dim_name` must be one of the axes of the mesh, {axes}. Received: "
                f"batch_dim_name={batch_dim_name!r}"
            )
        super().__init__(layout_map.device_mesh, batch_dim_name or axes[0], auto_shard_dataset)
        self._layout_map = layout_map

    def layout_of(self, path: str, shape: tuple[int, ...]) -> TensorLayout:
        """The layout of a variable."""
        return self._layout_map[path] or self._everywhere(len(shape))

    def get_variable_layout(self, variable: Variable) -> TensorLayout:
        """The layout of a variable: that of the map, or whole on every device.

        Args:
            variable: The variable.
        """
        layout: TensorLayout | None = getattr(variable, "layout", None)
        return layout or self.layout_of(variable.path, tuple(variable.shape))

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout of the map, None if it has none.

        Args:
            path: The path of the tensor, such as ``"dense/output"``.
        """
        return self._layout_map[path]


class _Set:
    """The distribution that is set for all threads, and what is open for it."""

    stack = ExitStack()


@public("keras.distribution.distribution")
def distribution() -> Distribution | None:
    """The distribution that is in force, None if there is none.

    Example:

    >>> import keras_core as keras
    >>> keras.distribution.distribution() is None
    True
    """
    found = placement.current()
    return found if isinstance(found, Distribution) else None


@public("keras.distribution.set_distribution")
def set_distribution(value: Distribution | None) -> None:
    """Put a distribution in force: models that are made from now on are spread by it.

    Args:
        value: A `DataParallel` or `ModelParallel`; None for one device, as at the start.

    Raises:
        CapabilityError: If the backend cannot do it.
        ValueError: If it is no distribution, or its devices are not there.

    Example:

    >>> import keras_core as keras
    >>> keras.distribution.set_distribution(None)
    >>> keras.distribution.distribution() is None
    True
    """
    if value is not None and not isinstance(value, Distribution):
        raise ValueError(
            "Expected a `DataParallel`, a `ModelParallel` or None. Received: "
            f"value={value!r} (of type {type(value).__name__})"
        )
    before, stack = _Set.stack, ExitStack()
    before.close()
    placement.set_current(None)
    _Set.stack = stack
    if value is not None:
        value.enter(stack)
        placement.set_current(value)
