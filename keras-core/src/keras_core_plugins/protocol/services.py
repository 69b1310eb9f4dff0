"""The services: how the core handles a backend's tensors, variables and execution.

Each class here is a `typing.Protocol`; a module of functions satisfies it as well as an
object does. What a docstring calls optional may be left out.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from keras_core_plugins.protocol.primitives import Tensor

if TYPE_CHECKING:  # listings and the doctor have to work where NumPy is broken
    import numpy as np

Handle: TypeAlias = Any
"""What a backend stores a variable in: an object of its own, or simply a tensor."""


class Tensors(Protocol):
    """Conversion to and from the engine's tensors, and what is known of one."""

    def is_tensor(self, x: Any) -> bool:
        """Whether ``x`` is a tensor of this engine, tracers and symbolic ones included.

        The core holds weak references to tensors: a class with ``__slots__`` has
        ``"__weakref__"`` among them.
        """
        ...

    def from_numpy(self, x: "np.ndarray[Any, Any]", dtype: str) -> Tensor:
        """A tensor of ``dtype`` with the values of ``x``, on the current device.

        ``x`` already has that dtype (``ml_dtypes`` stands in for what NumPy lacks). The
        tensor may share memory with ``x`` only where neither can change the other.
        """
        ...

    def to_numpy(self, x: Tensor) -> "np.ndarray[Any, Any]":
        """The values as a NumPy array of the same dtype; waits for the device.

        An array that can be written to shares no memory with a tensor: return a copy, or a
        read-only view.

        Raises `TypeError` for a tensor that has no values yet (a tracer).
        """
        ...

    def dtype(self, x: Tensor) -> str:
        """The dtype by its standard name, such as ``"float32"``."""
        ...

    def shape(self, x: Tensor) -> tuple[Any, ...]:
        """The shape: ints, and a scalar int32 tensor for a dimension not known yet.

        The latter may also be an object of the engine that does arithmetic as an int does and
        that the primitives take where they take sizes; see `from_size`.
        """
        ...

    def static_shape(self, x: Tensor) -> tuple[int | None, ...]:
        """The shape as far as it is known while tracing: ints, and None."""
        ...

    def from_size(self, d: Any) -> Tensor | None:
        """Optional. A dimension that is neither an int nor a tensor, as a scalar int32 tensor.

        For engines whose `shape` returns such objects. None for anything else.
        """
        ...

    def constant(self, x: Any, dtype: str | None) -> Tensor | None:
        """Optional. A number, a nested list of numbers or an array as a tensor, while tracing.

        For engines whose compiler traces Python code, and cannot follow what NumPy does in it.
        None where `from_numpy` will do. ``dtype`` is None for that of an array.
        """
        ...

    def copy(self, x: Tensor) -> Tensor:
        """Optional. The same values in memory of their own, without a way over the host."""
        ...

    def ndim(self, x: Tensor) -> int:
        """Optional. The number of axes, if that is had faster than the length of the shape."""
        ...


class Variables(Protocol):
    """Where the state of a model lives.

    An engine whose state is *stateful* (torch, tensorflow) keeps a mutable object; for a
    *functional* one (jax, numpy) the handle is the tensor itself, and `assign` returns
    the next one. Leave the service out to get the functional form.
    """

    def create(
        self, value: Tensor, trainable: bool, name: str, aggregation: str = "none"
    ) -> Handle:
        """A new handle that holds ``value``.

        ``aggregation`` is for engines with `Integration.replicas`: ``"none"``, ``"mean"``,
        ``"sum"`` or ``"only_first_replica"``, what is read outside of the replicas. With ``"mean"``
        and ``"sum"`` each replica assigns a value of its own.
        """
        ...

    def read(self, handle: Handle) -> Tensor:
        """The current value. It stays what it is, also as what views of it show, when another
        one is assigned.
        """
        ...

    def assign(self, handle: Handle, value: Tensor) -> Handle:
        """Store ``value`` (same shape and dtype) and return the handle to keep.

        When ``value`` is the handle itself, an update in place has been done already.
        """
        ...

    def set_trainable(self, handle: Handle, trainable: bool) -> None:
        """Optional. Tell the engine that the variable's ``trainable`` flag changed."""
        ...


class Sparse(Protocol):
    """The engine's sparse tensors, for backends with ``Capabilities.sparse``.

    The core writes down once what operations do with sparse tensors, on their parts: the
    indices and the values of what is stored, everything else being 0. `Tensors.dtype`,
    `Tensors.shape` and `Tensors.static_shape` take sparse tensors too; `Tensors.is_tensor` is
    False for them.
    """

    def is_sparse(self, x: Any) -> bool:
        """Whether ``x`` is a sparse tensor of this engine."""
        ...

    def parts(self, x: Any) -> tuple[Tensor, Tensor]:
        """Integer indices of shape ``[n, ndim]``, within the shape, and values of shape ``[n]``.

        Indices do not repeat, unless with the value 0.
        """
        ...

    def from_parts(self, indices: Tensor, values: Tensor, shape: tuple[Any, ...]) -> Any:
        """A sparse tensor of what `parts` would return. The indices come in any order.

        ``shape`` is as `Tensors.shape` returns it.
        """
        ...

    def coalesce(
        self, indices: Tensor, values: Tensor, shape: tuple[Any, ...]
    ) -> tuple[Tensor, Tensor]:
        """Add up the values of equal indices.

        ``values`` has the shape ``[n, k]``. In a compiled function the result may be as long as
        the arguments, filled up with zeros.
        """
        ...

    def matmul(self, x1: Any, x2: Any) -> Any:
        """The product of a sparse matrix with a matrix, sparse if that is sparse too.

        Both have the same dtype, a float.
        """
        ...

    def batch(
        self,
        indices: "np.ndarray[Any, Any]",
        values: "np.ndarray[Any, Any]",
        shape: tuple[int, ...],
    ) -> Any:
        """Optional. `from_parts` for a batch of data on the host.

        An engine that compiles anew for each ``n`` fills it up to one of a few sizes here.
        """
        ...


class Ragged(Protocol):
    """The engine's ragged tensors, whose rows differ in length. A backend without leaves it out.

    The axis after the first, or several from there on, vary in size. The *values* of a ragged
    tensor are its innermost rows, one after the other: a dense tensor that has the varying axes
    less. `Tensors.dtype`, `Tensors.static_shape` and `Tensors.ndim` take ragged tensors too;
    `Tensors.is_tensor` is False for them.
    """

    def is_ragged(self, x: Any) -> bool:
        """Whether ``x`` is a ragged tensor of this engine."""
        ...

    def ragged_rank(self, x: Any) -> int:
        """How many axes vary in size: 1 or more."""
        ...

    def values(self, x: Any) -> Tensor:
        """The innermost rows, one after the other."""
        ...

    def map_values(self, fn: Callable[..., Tensor], args: Sequence[Any]) -> Any:
        """What ``fn`` makes of the values, in the same rows.

        ``args`` are given to ``fn``, with the values in place of each ragged tensor. Rows of all
        ragged tensors must be equally long, or an error of the engine is raised.
        """
        ...

    def spread(self, x: Tensor, like: Any) -> Tensor:
        """For each value of the ragged tensor ``like``, the part of ``x`` for its sample."""
        ...

    def from_rows(self, values: Tensor, lengths: Tensor) -> Any:
        """A ragged tensor of consecutive values, of ``lengths[i]`` in row ``i``."""
        ...

    def row_lengths(self, x: Any) -> "np.ndarray[Any, Any]":
        """The sizes of the axis after the first."""
        ...

    def to_dense(self, x: Any) -> Tensor:
        """A dense tensor, with zeros at the ends of rows, or empty strings."""
        ...

    def take(self, x: Any, rows: Any) -> Any:
        """The rows with the numbers ``rows``, a tensor or an array of integers."""
        ...

    def reduce(self, kind: str, x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
        """A reduction over axes that vary or the first.

        ``kind`` is one of ``"all"``, ``"any"``, ``"max"``, ``"mean"``, ``"min"``, ``"prod"`` and
        ``"sum"``; the dtype of the result is that of ``x``.
        """
        ...

    def expand_dims(self, x: Any, axis: int) -> Any:
        """An axis of size 1 before the first, or before one that varies."""
        ...

    def concatenate(self, xs: Sequence[Any], axis: int) -> Any:
        """Tensors of one dtype joined along the first axis or one that varies.

        At least one of them is ragged; dense ones are rows of one length.
        """
        ...


class Autodiff(Protocol):
    """The engine's own differentiation. A backend without one leaves the service out."""

    def value_and_grad(
        self, fn: Callable[[Sequence[Tensor]], tuple[Tensor, Any]], xs: Sequence[Any]
    ) -> tuple[tuple[Tensor, Any], list[Tensor | None]]:
        """Call ``fn(xs) -> (loss, aux)`` and differentiate the scalar loss by each of ``xs``.

        ``xs`` are tensors, or variable handles of a stateful backend; ``fn`` reads the
        handles themselves, so they are to be watched in place. ``aux`` is a nest of
        dicts, lists, tuples and tensors and is returned as it is. A gradient is None
        where the loss does not depend on the input. Calls nest, for higher derivatives.
        """
        ...

    def vjp(
        self, fn: Callable[..., list[Tensor]], xs: Sequence[Tensor]
    ) -> tuple[list[Tensor], Callable[[Sequence[Tensor | None]], list[Tensor | None]]]:
        """``fn(*xs) -> list`` of tensors, and the function from output to input cotangents.

        That takes one list, ``pullback(dys) -> dxs``, and may be called several times. A
        cotangent that is None is a zero: so are those of outputs that are no floats.
        """
        ...

    def stop_gradient(self, x: Tensor) -> Tensor:
        """``x`` as a constant."""
        ...

    def custom_gradient(
        self,
        fn: Callable[..., tuple[list[Tensor], Callable[..., list[Tensor | None]]]],
        xs: Sequence[Tensor],
    ) -> list[Tensor]:
        """Call ``fn(*xs) -> (ys, pullback)`` so that ``pullback(*dys) -> dxs`` is its gradient."""
        ...

    def jvp(
        self, fn: Callable[..., list[Tensor]], xs: Sequence[Tensor], tangents: Sequence[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Optional. ``fn(*xs) -> list`` of tensors, and its derivative along ``tangents``.

        The core applies `vjp` twice where this is left out.
        """
        ...

    def checkpoint(self, fn: Callable[..., list[Tensor]]) -> Callable[..., list[Tensor]]:
        """Optional. ``fn(*xs) -> list`` of tensors that keeps nothing in between for the gradient.

        It is called a second time for that, with the same arguments. What it reads besides, such
        as variables, has its gradient, too.
        """
        ...

    def no_grad(self) -> AbstractContextManager[Any]:
        """Optional. A context in which the engine need not prepare for gradients."""
        ...


class Compiler(Protocol):
    """The engine's compiler. A backend that only runs eagerly leaves the service out."""

    def jit(
        self, fn: Callable[..., Any], *, donate_first: bool, options: dict[str, Any]
    ) -> Callable[..., Any]:
        """A compiled ``fn`` over nests of dicts, lists, tuples, None and tensors.

        A functional backend gets a pure function; with ``donate_first`` the buffers of
        its first argument may be reused for the results. A stateful backend gets
        the user's function, which reads and assigns variable handles. ``options`` go to the
        engine (``{"xla": True}`` asks for the strongest compiler it has).
        """
        ...

    def is_tracing(self) -> bool:
        """Whether the caller runs inside `jit`, so that tensors have no values yet."""
        ...

    def trace(self, fn: Callable[..., Any], *args: Any) -> None:
        """Optional. Run ``fn`` as `jit` would for ``args``, and compile nothing.

        The core finds in this way which variables a function touches.
        """
        ...


class Devices(Protocol):
    """Optional. The devices of the engine, by names such as ``"cpu:0"`` and ``"gpu:1"``."""

    def list_devices(self) -> list[str]:
        """All devices, the default one first."""
        ...

    def device_scope(self, name: str) -> AbstractContextManager[Any]:
        """Place new tensors and variables on the device ``name``."""
        ...


class Replicas(Protocol):
    """Copies of variables on several devices, each of which computes a part of a batch.

    It belongs to a distribution of the engine's own, in the scope of which variables are made.
    """

    def scope(self) -> AbstractContextManager[Any]:
        """The scope in which variables have to be made."""
        ...

    def owns(self, handle: Handle) -> bool:
        """Whether a variable was made in the scope."""
        ...

    def align(self, handles: list[Handle]) -> None:
        """Optional. Give variables of all replicas the values that they have in the first one."""
        ...

    def run(self, step: Callable[[Any], Any], batch: Any, gather: bool) -> Any:
        """Call ``step`` in each replica, with its part of ``batch`` along the first axis.

        Returns the nest of results of ``step``: put together along the first axis if ``gather``,
        else their means over the replicas, counted by their shares of the batch. Variables whose
        aggregation is ``"sum"`` or ``"mean"`` have the value of all replicas then.
        """
        ...


class Integration(Protocol):
    """Optional. How the core's objects take part in the engine's own world.

    Every member is optional.
    """

    layer_mixin: type
    """A base class for `Layer`, such as one that makes layers modules of the engine.

    The core calls ``_add_engine_variable(name, handle)`` and ``_add_engine_layer(name, layer)``
    on it, if it has them, for each variable and sublayer, and
    ``_remove_engine_variable(handle)`` and ``_remove_engine_layer(layer)`` for what is part of
    it no longer. If the engine casts the variables of a layer by itself, the mixin calls
    ``self._on_engine_cast(dtype)`` after it. If it puts layers into a mode for training, the
    mixin sets ``self._calls_train`` to True or False: what holds for calls that do not say
    whether they train. While ``self._enters_engine`` is True, calls ask
    ``self._enter_engine()`` for a function that takes the place of the call, such as one that
    runs hooks around it; None for the call itself.
    """

    object_mixin: type
    """A base class for what else holds variables: optimizers, metrics and seed generators.

    For layers too, if there is no ``layer_mixin``. For engines that walk over objects by
    themselves, to write checkpoints: ``self._children_by_name()`` is a dict of what an object
    holds. Its values are variables, such objects, and nests of both; whatever else there is
    besides is to be passed over. A model says what its ``call`` takes by ``self._input_specs()``,
    a list of nests of objects with ``shape`` and ``dtype``, or raises `ValueError`.
    """

    variable_mixin: type
    """A base class for `Variable`, such as one that lets the engine's own functions of variables
    take them. ``_handle`` is what `Variables.create` returned.
    """

    def variable_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """What `Variable.shape` returns: a tuple that the engine's own functions take as well."""
        ...

    def variable_dtype(self, dtype: str) -> str:
        """What `Variable.dtype` returns: a string that the engine's own functions take as well."""
        ...

    def bind_operators(
        self, operators: Mapping[str, Callable[..., Any]], is_recording: Callable[[], bool]
    ) -> None:
        """Take the operations (``"add"``, ``"get_item"``, ...) that Python's operators on tensors
        call: with ``autodiff="core"`` those of `traceable` tensors while ``is_recording()``.

        For tensors without operators of their own, `keras_core_plugins.operators` adds them all.
        """
        ...

    def traceable(self, x: Tensor) -> Tensor:
        """For backends with ``autodiff="core"``. ``x`` as a new object whose operators do so.

        Without it, only calls of ``keras.ops`` are differentiated, not ``x * y``.
        """
        ...

    def outside_traces(self) -> AbstractContextManager[Any]:
        """A context in which tensors are made outside of the function that is being traced.

        Layers may be built, and variables made, in a function that the engine traces. An engine
        whose tensors belong to the trace in which they were made needs it.
        """
        ...

    def infer_spec(
        self, fn: Callable[..., Any], specs: Sequence[tuple[tuple[int | None, ...], str]]
    ) -> Any:
        """The outputs of ``fn`` for inputs of these shapes and dtypes, without running it.

        Used only for functions that call the engine directly. Returns the outputs' nest
        with a ``(shape, dtype)`` pair for each tensor. On backends with `Ragged` the spec of a
        ragged tensor has True for a third element, as an argument and as a result.
        """
        ...

    def enable_determinism(self) -> None:
        """Use only kernels that give the same result in each run, from now on.

        Where the engine has none, the operation raises, or this function does, with a
        `RuntimeError` that says what to do.
        """
        ...

    def replicas(self) -> Replicas | None:
        """The replicas of the scope that is open, None if there is none."""
        ...

    def replica_count(self) -> int:
        """How many replicas there are, called in one of them; 1 anywhere else."""
        ...

    def replica_share(self) -> Any:
        """The share of the batch that the replica has in which it is called, in `Replicas.run`.

        A float, or a scalar tensor; they add up to 1. None anywhere else.
        """
        ...

    def replica_id(self) -> int:
        """The number of the replica in which it is called, from 0; 0 anywhere else."""
        ...

    def sum_over_replicas(self, tensors: list[Tensor | None]) -> list[Tensor | None]:
        """The sums of what all replicas call it with, in one of them; with their gradients."""
        ...
