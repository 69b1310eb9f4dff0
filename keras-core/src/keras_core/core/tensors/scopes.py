"""What surrounds a piece of code: explicit state, autocasting, names, symbolic inference.

Each thread has its own.
"""

import contextlib
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from keras_core.core.base.file_errors import LimitExceededError
from keras_core.core.base.public import public
from keras_core.core.base.thread_value import Scoped, ThreadScoped
from keras_core.core.tensors import dtypes, runtime
from keras_core.typing import Tensor, TensorLike


class Variable(Protocol):
    """A `keras_core.core.state.variables.Variable`, which stands on this module."""

    engine_variable: Any

    def prepared(self, value: Any) -> Any:
        """A value in the form that the variable holds, after a check of its shape."""

    def stored_now(self) -> Any:
        """The value as it is stored, in this scope or outside of all."""

    def draw(self) -> None:
        """Give it the values of its initializer."""


class Frame(NamedTuple):
    """What decides how a variable is read. One value, so one look-up a read."""

    stateless: "StatelessScope | None"
    autocast: str | None


FRAME: ThreadScoped[Frame | None] = ThreadScoped(None)
_symbolic: ThreadScoped[bool] = ThreadScoped(False)
_names: ThreadScoped[tuple[tuple[str, Any], ...]] = ThreadScoped(())
"""The names before the paths of variables, each with the object that it is the name of, if any."""

_device: Scoped[str | None] = Scoped(None)
_following: "Scoped[WeightsFollow | None]" = Scoped(None)


@public("keras.StatelessScope")
class StatelessScope:
    """Reads and writes of variables go to this scope instead of to the variables.

    Args:
        state_mapping: Pairs ``(variable, value)``: what reads of a variable return.
        collect_losses: Whether `Layer.add_loss` adds to ``losses`` here.
        initialize_variables: Whether variables that are made inside have their initial values:
            True, as they always have here.

    Raises:
        ValueError: If ``initialize_variables`` is False.

    Example:

    >>> import keras_core as keras
    >>> v = keras.Variable([1.0, 2.0])
    >>> with keras.StatelessScope() as scope:
    ...     value = v.assign([3.0, 4.0])
    >>> v.numpy().tolist(), keras.ops.convert_to_numpy(scope.get_current_value(v)).tolist()
    ([1.0, 2.0], [3.0, 4.0])
    """

    takes_losses = False
    """Whether the losses that it collects are no longer those of the layers that added them."""

    def __init__(
        self,
        state_mapping: Sequence[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        if not initialize_variables:
            raise ValueError(
                "Variables have their initial values from when they are made. Leave out "
                "`initialize_variables=False`, and make variables ahead of the scope."
            )
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        self._values: dict[int, tuple[Variable, Any]] = {}
        self._written: set[int] = set()
        self._tokens: list[Any] = []
        self.outer: StatelessScope | None = None
        """The scope around this one, while it is open."""
        for pair in state_mapping or ():
            variable, value = pair
            if not hasattr(variable, "engine_variable"):
                raise ValueError(
                    "Invalid reference variable in `state_mapping`: every key must be a "
                    f"`keras.Variable`. Received: {variable!r}"
                )
            self._values[id(variable)] = (variable, variable.prepared(value))

    def read(self, variable: Variable) -> Tensor:
        """The value of a variable inside the scope."""
        held = self._values.get(id(variable))
        if held is not None:
            return held[1]
        return variable.stored_now() if self.outer is None else self.outer.read(variable)

    def hold(self, variables: Sequence[Variable], values: Sequence[Any]) -> None:
        """Give variables values that are known to fit."""
        self._values.update((id(v), (v, x)) for v, x in zip(variables, values, strict=True))

    def write(self, variable: Variable, value: TensorLike) -> None:
        """Set the value of a variable inside the scope."""
        self._values[id(variable)] = (variable, value)
        self._written.add(id(variable))

    def add_loss(self, loss: TensorLike) -> None:
        """Collect a loss."""
        self.losses.append(loss)

    def add_update(self, update: tuple[Variable, Any]) -> None:
        """Set the value of a variable: ``(variable, value)``."""
        self.write(update[0], update[0].prepared(update[1]))

    def get_current_value(self, variable: Variable) -> Tensor | None:
        """The value of a variable inside the scope, None if the scope does not hold it."""
        held = self._values.get(id(variable))
        return None if held is None else held[1]

    def written(self) -> list[tuple[Any, Any]]:
        """The variables that were assigned in the scope, with their last values."""
        return [self._values[i] for i in self._values if i in self._written]

    def __enter__(self) -> "StatelessScope":
        frame = FRAME.get()
        self.outer = frame.stateless if frame else None
        self._tokens.append(FRAME.set(Frame(self, frame.autocast if frame else None)))
        return self

    def __exit__(self, *exc: object) -> None:
        FRAME.reset(self._tokens.pop())


def current_stateless_scope() -> StatelessScope | None:
    """The innermost stateless scope, or None."""
    frame = FRAME.get()
    return None if frame is None else frame.stateless


class AutocastScope:
    """Float variables that allow it are read in ``dtype`` inside; None switches it off."""

    def __init__(self, dtype: str | None) -> None:
        self.dtype = dtype
        self._tokens: list[Any] = []

    def __enter__(self) -> "AutocastScope":
        frame = FRAME.get()
        self._tokens.append(FRAME.set(Frame(frame.stateless if frame else None, self.dtype)))
        return self

    def __exit__(self, *exc: object) -> None:
        FRAME.reset(self._tokens.pop())


@public("keras.SymbolicScope")
class SymbolicScope:
    """Operations on `KerasTensor`s infer shapes inside, without recording a graph.

    Args:
        active: True by default. With False operations record again, as outside: for a graph that
            is made meanwhile.

    Example:

    >>> import keras_core as keras
    >>> with keras.SymbolicScope():
    ...     y = keras.ops.matmul(keras.KerasTensor((None, 3)), keras.KerasTensor((3, 2)))
    >>> y.shape
    (None, 2)
    """

    def __init__(self, active: bool = True) -> None:
        self._active = active
        self._tokens: list[Any] = []

    def __enter__(self) -> "SymbolicScope":
        self._tokens.append(_symbolic.set(self._active))
        return self

    def __exit__(self, *exc: object) -> None:
        _symbolic.reset(self._tokens.pop())


class _Inferred(StatelessScope):
    """What is assigned while shapes are inferred; nobody takes it over."""


class InferenceScope:
    """User code runs inside to find out the shapes of its results, and leaves no trace.

    Operations on `KerasTensor`s are not recorded, and what is assigned to variables, also to the
    states of seed generators and metrics, is forgotten at the end.

    Args:
        symbolic: Whether the code gets `KerasTensor`s; otherwise tensors of the engine.
    """

    def __init__(self, symbolic: bool = True) -> None:
        self._symbolic = symbolic
        self._tokens: list[tuple[Any, Any]] = []

    def __enter__(self) -> "InferenceScope":
        frame = FRAME.get()
        outer, autocast = frame or (None, None)
        if not isinstance(outer, _Inferred):
            scope = _Inferred()
            scope.outer = outer
            outer = scope
        self._tokens.append((FRAME.set(Frame(outer, autocast)), _symbolic.set(self._symbolic)))
        return self

    def __exit__(self, *exc: object) -> None:
        frame, symbolic = self._tokens.pop()
        FRAME.reset(frame)
        _symbolic.reset(symbolic)


_compiler: Any = runtime.BACKEND.compiler


class CreationScope:
    """State is made inside: for real, also while shapes are inferred or a function is traced."""

    def __init__(self) -> None:
        self._tokens: list[tuple[Any, Any]] = []
        self._outside: list[Any] = []

    def __enter__(self) -> "CreationScope":
        is_tracing = _compiler is not None and _compiler.is_tracing()
        outside = runtime.OUTSIDE_TRACES() if is_tracing else contextlib.nullcontext()
        outside.__enter__()
        self._outside.append(outside)
        frame = FRAME.get()
        scope, autocast = frame or (None, None)
        while isinstance(scope, _Inferred):
            scope = scope.outer
        frame = None if scope is None and autocast is None else Frame(scope, autocast)
        self._tokens.append((FRAME.set(frame), _symbolic.set(False)))
        return self

    def __exit__(self, *exc: Any) -> None:
        frame, symbolic = self._tokens.pop()
        FRAME.reset(frame)
        _symbolic.reset(symbolic)
        self._outside.pop().__exit__(*exc)


_FREE_BYTES = 1 << 26
_COPIES = 8


class WeightsFollow:
    """Initial values are not drawn inside, since values are about to be loaded.

    At the end they are drawn for those variables that have not been assigned any.

    Args:
        limit: How many bytes of values follow; None if that is not known. What is made may be
            a few times as large, since an optimizer keeps more than one value for each weight.
        what: Where the values come from, for messages.

    Raises:
        LimitExceededError: If more is to be made than that.
    """

    def __init__(self, limit: int | None = None, what: str = "the file") -> None:
        self._left = None if limit is None else _FREE_BYTES + _COPIES * limit
        self._what = what
        self._waiting: list[Variable] = []
        self._tokens: list[Any] = []

    def admit(self, path: str, shape: tuple[int, ...], dtype: str) -> None:
        """Say that a variable is about to be made."""
        if self._left is None:
            return
        size = math.prod(shape) * dtypes.numpy_dtype(dtype).itemsize
        self._left -= size
        if self._left < 0:
            raise LimitExceededError(
                f"The config in {self._what} describes more than its weights: with the variable "
                f"{path!r} of the shape {shape}, which takes {size} bytes, the model would be many "
                "times as large as what the file holds."
            )

    def put_off(self, variable: Variable) -> None:
        """Remember a variable that has no values yet."""
        self._waiting.append(variable)

    def __enter__(self) -> "WeightsFollow":
        self._tokens.append(_following.set(self))
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        _following.reset(self._tokens.pop())
        for variable in self._waiting if kind is None else ():
            variable.draw()


def weights_that_follow() -> WeightsFollow | None:
    """The innermost scope in which initial values are not drawn, or None."""
    return _following.get()


def is_inferring() -> bool:
    """Whether the code runs only to find out the shapes of its results."""
    frame = FRAME.get()
    return frame is not None and isinstance(frame.stateless, _Inferred)


def in_symbolic_scope() -> bool:
    """Whether symbolic tensors are only inferred, not recorded."""
    return _symbolic.get()


@public("keras.name_scope")
class name_scope:  # a context manager, named like a function
    """Put ``name`` before the paths of the variables made inside.

    Args:
        name: Without ``/``.
        caller: The object that the scope is of, such as the layer that makes the variables. Any
            object; None for none, the default.
        deduplicate: Whether the scope changes nothing directly inside one of the same name and
            the same ``caller``; True by default. Without a ``caller`` each scope counts.
        override_parent: A path such as ``"encoder/block"`` to put before ``name`` instead of the
            names of the surrounding scopes, or ``""`` for no path; by default these names.

    Raises:
        ValueError: If ``name`` is no string, or holds a ``/``, or ``override_parent`` is no string.

    Example:

    >>> import keras_core as keras
    >>> with keras.name_scope("encoder"):
    ...     v = keras.Variable([1.0], name="scale")
    >>> v.path
    'encoder/scale'
    """

    __slots__ = ("_tokens", "caller", "deduplicate", "name", "override_parent")

    def __init__(
        self,
        name: str,
        caller: object = None,
        deduplicate: bool = True,
        override_parent: str | None = None,
    ) -> None:
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                "Argument `name` must be a string without the character `/`. Received: "
                f"name={name!r}"
            )
        if not isinstance(override_parent, str | None):
            raise ValueError(
                "`override_parent` must be a path such as 'encoder/block', or None. Received: "
                f"override_parent={override_parent!r}"
            )
        self.name = name
        self.caller = caller
        self.deduplicate = deduplicate
        self.override_parent = override_parent
        self._tokens: list[tuple[tuple[str, Any], ...]] = []

    def __enter__(self) -> "name_scope":
        outer = _names.get()
        self._tokens.append(outer)
        innermost = outer[-1] if outer else (None, None)
        is_again = innermost[0] == self.name and innermost[1] is self.caller is not None
        if not (self.deduplicate and is_again):
            if self.override_parent is not None:
                outer = tuple((part, None) for part in self.override_parent.split("/") if part)
            _names.set((*outer, (self.name, self.caller)))
        return self

    def __exit__(self, *exc: object) -> None:
        _names.reset(self._tokens.pop())


class owner_scope:  # a context manager, named like a function
    """Put the name of an object before the paths of the variables made inside.

    Inside of a scope of the same object it changes nothing, whatever its name was there.
    """

    __slots__ = ("_owner", "_token")

    def __init__(self, owner: Any) -> None:
        self._owner = owner

    def __enter__(self) -> None:
        self._token = outer = _names.get()
        if not outer or outer[-1][1] is not self._owner:
            _names.set((*outer, (self._owner.name, self._owner)))

    def __exit__(self, *exc: object) -> None:
        _names.reset(self._token)


def current_path() -> str:
    """The names of the surrounding scopes, joined by ``/``."""
    return "/".join(name for name, _ in _names.get())


@public("keras.device")
@contextmanager
def device_scope(device_name: str) -> Iterator[None]:
    """Place the tensors and variables made inside on a device.

    Args:
        device_name: Such as ``"cpu:0"`` or ``"gpu:1"``.

    Raises:
        ValueError: If the backend has no such device.

    Example:

    >>> import keras_core as keras
    >>> with keras.device("cpu:0"):
    ...     x = keras.ops.ones(2)
    >>> tuple(x.shape)
    (2,)
    """
    devices = runtime.BACKEND.devices
    if devices is None:
        if device_name.lower().split(":")[0] != "cpu":
            raise ValueError(
                f"The backend {runtime.NAME!r} runs on the device 'cpu:0' only. Received: "
                f"{device_name!r}"
            )
        yield
        return
    token = _device.set(device_name)
    try:
        with devices.device_scope(device_name):
            yield
    finally:
        _device.reset(token)


def current_device() -> str | None:
    """The device of the innermost device scope, or None."""
    return _device.get()


_host: ThreadScoped[bool] = ThreadScoped(False)


class HostScope:
    """Data are prepared inside, in this thread: layers for that run by NumPy on arrays."""

    def __init__(self) -> None:
        self._tokens: list[bool] = []

    def __enter__(self) -> None:
        self._tokens.append(_host.set(True))

    def __exit__(self, *exc: object) -> None:
        _host.reset(self._tokens.pop())


def on_host() -> bool:
    """Whether this thread is inside a `HostScope`."""
    return _host.get()
