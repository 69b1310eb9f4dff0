"""Variables: the state of models, optimizers and metrics."""

import copy
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Never

import numpy as np

from keras_core.core.base import trackable, tree
from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.objects.lookup import resolve
from keras_core.core.state.placement import Layout, current, layout_for
from keras_core.core.tensors import dtypes, native, scopes
from keras_core.core.tensors.operations import operations
from keras_core.core.tensors.runtime import (
    BACKEND,
    SET_TRAINABLE,
    VARIABLE_BASE,
    VARIABLE_DTYPE,
    VARIABLE_SHAPE,
)
from keras_core.core.tensors.symbolic import (
    KerasTensor,
    SymbolicEscapeError,
    add_operators,
    standardize_shape,
)
from keras_core.typing import (
    DTypeLike,
    InitializerLike,
    ShapeLike,
    Tensor,
    TensorFunction,
    TensorLike,
)

_AGGREGATIONS = (None, "none", "mean", "sum", "only_first_replica")

_SYNCHRONIZATIONS = (None, "none", "auto", "on_write", "on_read")

if BACKEND.variables is None:
    _create: Callable[[Any, bool, str, str], Any] | None = None
    _read: Callable[[Any], Any] | None = None
    _assign: Callable[[Any, Any], Any] | None = None
else:
    _create, _read, _assign = (
        BACKEND.variables.create,
        BACKEND.variables.read,
        BACKEND.variables.assign,
    )

_FRAME = scopes.FRAME


def _own(value: Any, dtype: str) -> Any:
    """``value`` as a tensor that nobody else holds, since engines update variables in place."""
    if isinstance(value, (bool, int, float, complex)):
        return native.fresh_scalar(value, dtype)
    if native.is_engine_tensor(value) and not native.is_tracing():
        value = np.array(native.to_numpy(value))
    return native.convert(value, dtype)


@public("keras.Variable")
class Variable(VARIABLE_BASE):  # type: ignore[misc]  # the base is the backend's choice
    """State that lasts: a tensor whose value can be assigned.

    Args:
        initializer: The initial value (an array, a tensor, a nested list), or an `Initializer`,
            its name or config, or any function ``(shape, dtype) -> value``.
        shape: The shape; needed where ``initializer`` is a function.
        dtype: By default that of the initial value, or `floatx` for a function.
        trainable: Whether optimizers may update it.
        autocast: Whether a mixed-precision layer reads it in its compute dtype.
        aggregation: How replicas are combined: None, ``"none"``, ``"mean"``, ``"sum"`` or
            ``"only_first_replica"``.
        synchronization: A note for who distributes variables, which can be read again: ``"auto"``,
            ``"none"``, ``"on_write"`` or ``"on_read"``.
        name: Without ``/``; made from the class by default.
        layout: How the value is laid out over devices, None for one device.
        **kwargs: Nothing more: a name that is unknown is an error.

    Raises:
        ValueError: If the initial value does not have the shape, or a function comes without.

    Example:

    >>> import keras_core as keras
    >>> v = keras.Variable([1.0, 2.0], name="v")
    >>> value = v.assign_add([0.5, 0.5])
    >>> v.numpy().tolist()
    [1.5, 2.5]
    """

    _tracked_as = "variable"

    _put_off: Callable[[], Any] | None = None
    """What draws the initial value, while that is put off; see `scopes.WeightsFollow`."""

    if TYPE_CHECKING:  # operators are added below; they return tensors

        def __add__(self, other: Any, /) -> Tensor: ...
        def __radd__(self, other: Any, /) -> Tensor: ...
        def __sub__(self, other: Any, /) -> Tensor: ...
        def __rsub__(self, other: Any, /) -> Tensor: ...
        def __mul__(self, other: Any, /) -> Tensor: ...
        def __rmul__(self, other: Any, /) -> Tensor: ...
        def __truediv__(self, other: Any, /) -> Tensor: ...
        def __rtruediv__(self, other: Any, /) -> Tensor: ...
        def __floordiv__(self, other: Any, /) -> Tensor: ...
        def __rfloordiv__(self, other: Any, /) -> Tensor: ...
        def __mod__(self, other: Any, /) -> Tensor: ...
        def __rmod__(self, other: Any, /) -> Tensor: ...
        def __pow__(self, other: Any, /) -> Tensor: ...
        def __rpow__(self, other: Any, /) -> Tensor: ...
        def __matmul__(self, other: Any, /) -> Tensor: ...
        def __rmatmul__(self, other: Any, /) -> Tensor: ...
        def __and__(self, other: Any, /) -> Tensor: ...
        def __or__(self, other: Any, /) -> Tensor: ...
        def __xor__(self, other: Any, /) -> Tensor: ...
        def __lt__(self, other: Any, /) -> Tensor: ...
        def __le__(self, other: Any, /) -> Tensor: ...
        def __gt__(self, other: Any, /) -> Tensor: ...
        def __ge__(self, other: Any, /) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __getitem__(self, key: Any, /) -> Tensor: ...

    def __init__(
        self,
        initializer: InitializerLike | TensorLike,
        shape: ShapeLike | None = None,
        dtype: DTypeLike = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
        layout: Layout | None = None,
        **kwargs: Never,
    ) -> None:
        if kwargs:
            raise TypeError(f"Unexpected keyword arguments for a Variable: {', '.join(kwargs)}")
        name = name or auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                f"Argument `name` must be a string without the character `/`. Received: {name!r}"
            )
        if aggregation not in _AGGREGATIONS:
            raise ValueError(
                f"Invalid value for argument `aggregation`. Expected one of {_AGGREGATIONS}. "
                f"Received: {aggregation!r}"
            )
        if synchronization not in _SYNCHRONIZATIONS:
            raise ValueError(
                "Invalid value for argument `synchronization`. Expected one of "
                f"{_SYNCHRONIZATIONS}. Received: {synchronization!r}"
            )
        self._name = name
        prefix = scopes.current_path()
        self._path = f"{prefix}/{name}" if prefix else name
        self._trainable = bool(trainable)
        self._autocast = bool(autocast)
        self._aggregation = aggregation or "none"
        self._synchronization = synchronization
        self._overwrite_with_gradient = False
        self._regularizer: Any = None
        self._constraint: Any = None

        with scopes.CreationScope():  # a layer may be built while shapes are inferred
            value = self._initial_value(initializer, shape, dtype, layout is not None)
            on_host = isinstance(value, np.ndarray)
            sizes = tuple(value.shape if on_host else native.static_shape_of_tensor(value))
            self.layout = layout_for(self._path, sizes) if layout is None else layout
            if self.layout is not None:
                value = self.layout.put(value, f"variable {self._path!r}")
            elif on_host:
                value = native.convert(value, dtypes.standardize_dtype(value.dtype))
        self._describe(value)
        self.engine_variable = self._created(value)
        """What `Variables.create` of the engine returned, or the value if it has no variables."""

    def _describe(self, value: Any) -> None:
        """Note the dtype and the shape that the value has and keeps."""
        self._dtype = native.dtype_of_tensor(value)
        self._shape = tuple(native.static_shape_of_tensor(value))
        self._ndim = len(self._shape)
        self._is_float = self._dtype in dtypes.FLOATS

    @classmethod
    def of_engine(cls, engine_variable: object, name: str, trainable: bool = True) -> "Variable":
        """A variable whose value the engine holds already, in a variable of its own.

        Args:
            engine_variable: What `Variables.create` of the backend would have returned, or a
                tensor if it has no variables.
            name: A name without ``/``.
            trainable: Whether optimizers may update it.
        """
        value = engine_variable if _read is None else _read(engine_variable)
        made = cls(0.0, trainable=trainable, name=name)
        made._describe(value)
        made.engine_variable = engine_variable
        return made

    def _created(self, value: Any) -> Any:
        """What the engine holds the value in."""
        if _create is None:
            return value
        return _create(value, self._trainable, self._path, self._aggregation)

    def _initial_value(self, initializer: Any, shape: Any, dtype: Any, laid_out: bool) -> Any:
        """The value as a tensor; as an array if it may be laid out, part by part."""
        if isinstance(initializer, (str, dict, type)):
            initializer = resolve(initializer, "keras.initializers", "initializer")
        elif initializer is None:
            raise TypeError(
                "A Variable needs an initial value: a tensor, an array, a number or a nested list "
                "of numbers, or an initializer with a `shape`. Received: initializer=None"
            )
        if not callable(initializer) or native.is_engine_tensor(initializer):
            if dtype is None:
                is_array = isinstance(initializer, np.ndarray)  # on NumPy's backend a tensor, too
                natural = (native.array_dtype if is_array else native.natural_dtype)(initializer)
                dtype = dtypes.result_type(natural)
            value = _own(initializer, dtypes.narrow(dtypes.standardize_dtype(dtype)))
            if shape is not None and native.static_shape(value) != standardize_shape(shape):
                raise ValueError(
                    f"The initial value of variable {self._path!r} has the shape "
                    f"{native.static_shape(value)}, but shape={tuple(shape)} was asked for."
                )
            return value
        if shape is None:
            raise ValueError(
                "When creating a Variable from an initializer, the `shape` argument must be "
                f"given. Received: initializer={initializer!r}, shape=None"
            )
        shape = standardize_shape(shape)
        if None in shape:
            raise ValueError(
                f"The shape of variable {self._path!r} must be known in full. Received: {shape}. "
                "Give the input of the layer a fixed size along that axis."
            )
        dtype = dtypes.narrow(dtypes.standardize_dtype(dtype))
        following = scopes.weights_that_follow()
        if following is not None:
            following.admit(self._path, shape, dtype)
        sample = getattr(initializer, "sample", None)
        if sample is not None:  # drawn on the host: the same numbers on every engine
            if following is None:
                array = np.asarray(sample(shape, dtype))
            else:
                array = np.zeros(shape, dtypes.numpy_dtype(dtype))
                self._put_off = functools.partial(sample, shape, dtype)
                following.put_off(self)
            array = np.ascontiguousarray(array).reshape(array.shape)
            if laid_out or current() is not None:
                return array.astype(dtypes.numpy_dtype(dtype), copy=False)
            return native.convert(array, dtype)
        value = native.convert(initializer(shape, dtype=dtype), dtype)
        if native.static_shape(value) != shape:
            raise ValueError(
                f"The initializer of variable {self._path!r} returned the shape "
                f"{native.static_shape(value)}. Expected: {shape}"
            )
        return value

    # -- Reading and writing ---------------------------------------------------------

    def draw(self) -> None:
        """Draw the initial value, if that was put off and there is no other by now."""
        if self._put_off is not None:
            self.assign(self._put_off())

    def stored_now(self) -> Tensor:
        """The value that the engine holds, whatever scope is open."""
        return self.engine_variable if _read is None else _read(self.engine_variable)

    @property
    def value(self) -> Tensor:
        """The current value, a tensor of the engine."""
        frame = _FRAME.value
        if frame is None:
            return self.engine_variable if _read is None else _read(self.engine_variable)
        scope = frame.stateless
        value = self.stored_now() if scope is None else scope.read(self)
        if frame.autocast is not None and self._autocast and self._is_float:
            return native.convert(value, frame.autocast)
        return value

    __keras_value__ = __pos__ = lambda self: self.value

    def prepared(self, value: TensorLike) -> Tensor:
        """``value`` as a tensor of the shape and dtype of the variable."""
        if isinstance(value, (bool, int, float, complex)):
            value = native.fresh_scalar(value, self._dtype)
        elif (
            self.layout is not None
            and not native.ARRAYS_ARE_TENSORS
            and isinstance(value, np.ndarray)
            and value.dtype.kind != "c"
        ):
            value = value.astype(dtypes.numpy_dtype(self._dtype), copy=False)
        else:
            value = native.convert(value, self._dtype)
        on_host = isinstance(value, np.ndarray)
        shape = value.shape if on_host else native.static_shape_of_tensor(value)
        if shape != self._shape and (
            len(shape) != self._ndim
            or any(a is not None and a != b for a, b in zip(shape, self._shape, strict=True))
        ):
            raise ValueError(
                "The shape of the target variable and the shape of the target value in "
                f"`variable.assign(value)` must match. variable.shape={self._shape}, "
                f"Received: value.shape={tuple(shape)}. Target variable: {self._path}"
            )
        if self.layout is not None:
            value = self.layout.put(value, f"variable {self._path!r}")
        return value

    def assign(self, value: TensorLike) -> Tensor:
        """Replace the value; it must have the same shape and is cast to the same dtype.

        While the outputs of a layer are inferred, a symbolic value is not stored.

        Raises:
            ValueError: If the shape differs.
        """
        if isinstance(value, KerasTensor) and scopes.in_symbolic_scope():
            return value
        if self._put_off is not None:
            self._put_off = None
        self.store(self.prepared(value))
        return value

    def store(self, value: TensorLike) -> None:
        """`assign` for a tensor that is known to fit."""
        frame = _FRAME.value
        if frame is not None and frame.stateless is not None:
            frame.stateless.write(self, value)
        elif _assign is None:
            self.engine_variable = value
        else:
            self.engine_variable = _assign(self.engine_variable, value)

    def sync(self) -> None:
        """Take note of a dtype that the engine itself has given to the value."""
        self._describe(self.stored_now())

    def assign_add(self, value: TensorLike) -> Tensor:
        """Add ``value``."""
        return self.assign(operations.add(self.stored_value(), value))

    def assign_sub(self, value: TensorLike) -> Tensor:
        """Subtract ``value``."""
        return self.assign(operations.subtract(self.stored_value(), value))

    def stored_value(self) -> Tensor:
        """The value in the dtype of the variable, whatever is autocast."""
        frame = _FRAME.value
        if frame is not None and frame.stateless is not None:
            return frame.stateless.read(self)
        return self.stored_now()

    @property
    def stored_dtype(self) -> str:
        """The dtype of the value that is held, whatever is autocast."""
        return self._dtype

    def numpy(self) -> np.ndarray[Any, Any]:
        """The value as a NumPy array, which is the caller's."""
        return native.owned_numpy(self.value)

    # -- Facts -----------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def path(self) -> str:
        """The name with those of the layers around it."""
        return self._path

    @property
    def dtype(self) -> str:
        """The dtype by name; inside an autocast scope, the one that reads return."""
        frame = _FRAME.value
        dtype = self._dtype
        if frame is not None and frame.autocast and self._autocast and self._is_float:
            dtype = frame.autocast
        return dtype if VARIABLE_DTYPE is None else VARIABLE_DTYPE(dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        shape: Any = self._shape  # a variable has no unknown dimension
        return shape if VARIABLE_SHAPE is None else VARIABLE_SHAPE(shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._ndim

    @property
    def trainable(self) -> bool:
        """Whether optimizers may update it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        if value != self._trainable:
            self._trainable = value
            trackable.trainability_changed()
            SET_TRAINABLE(self.engine_variable, value)

    @property
    def aggregation(self) -> str:
        """How replicas are combined."""
        return self._aggregation

    @property
    def synchronization(self) -> str | None:
        """When replicas are brought together."""
        return self._synchronization

    @property
    def overwrite_with_gradient(self) -> bool:
        """Whether the gradient replaces the value, as for the scales of float8 training."""
        return self._overwrite_with_gradient

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise TypeError(f"`overwrite_with_gradient` must be a boolean. Received: {value!r}")
        self._overwrite_with_gradient = value

    @property
    def regularizer(self) -> TensorFunction | None:
        """A function whose value for this variable is added to the loss, or None."""
        return self._regularizer

    @regularizer.setter
    def regularizer(self, value: TensorFunction | None) -> None:
        if value is not None and not callable(value):
            raise ValueError(f"`regularizer` must be callable or None. Received: {value!r}")
        self._regularizer = value

    @property
    def constraint(self) -> TensorFunction | None:
        """A function that projects the value after each update, or None."""
        return self._constraint

    @constraint.setter
    def constraint(self, value: TensorFunction | None) -> None:
        if value is not None and not callable(value):
            raise ValueError(f"`constraint` must be callable or None. Received: {value!r}")
        self._constraint = value

    def __repr__(self) -> str:
        try:
            value = f", value={np.array2string(self.numpy(), threshold=100)}"
        except (TypeError, SymbolicEscapeError):  # no values while an engine traces
            value = ""
        return f"<Variable path={self._path}, shape={self._shape}, dtype={self._dtype}{value}>"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype)

    def __jax_array__(self) -> Any:
        return self.value

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
        value = self.value
        if dtype is None or getattr(value, "dtype", None) == dtype:
            return value
        return native.convert(value, dtypes.standardize_dtype(dtype))

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        def unwrap(x: Any) -> Any:
            return x.value if isinstance(x, Variable) else x

        return func(*tree.map_structure(unwrap, args), **tree.map_structure(unwrap, kwargs or {}))

    def __len__(self) -> int:
        if not self._shape:
            raise TypeError("A variable of shape () has no length")
        return self._shape[0]  # type: ignore[return-value]

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))  # type: ignore[index]  # see add_operators

    def __float__(self) -> float:
        return float(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __index__(self) -> int:
        return self.numpy().item().__index__()

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the value as an array, since not every engine pickles every dtype."""
        return {**self.__dict__, "engine_variable": native.to_numpy(self.stored_now())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.engine_variable = self._created(self.prepared(state["engine_variable"]))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Variable":
        twin = type(self).__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update(self.__dict__)
        # through the memo: a module of the engine may hold the same handle
        twin.engine_variable = copy.deepcopy(self.engine_variable, memo)
        return twin


# Variables are kept in sets and dicts by identity; `==` compares values as Keras's does,
# so the hash is that of the object.
add_operators(Variable, ("lt", "le", "gt", "ge", "eq", "ne"))
Variable.__hash__ = object.__hash__  # type: ignore[method-assign]
