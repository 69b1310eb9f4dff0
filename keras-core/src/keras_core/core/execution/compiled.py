"""Functions over variables, given to the engine: differentiation and compilation.

User code reads and assigns `Variable`s. A stateful engine runs such a function as it is.
For a functional one the function is *lifted*: it runs in a `StatelessScope` that maps its
variables to the values of the pure function's arguments, and the values that it assigned
come back as results.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.execution import reverse_mode as core_autodiff
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime, tape
from keras_core.core.tensors.scopes import FRAME, StatelessScope
from keras_core.core.tensors.symbolic import KerasTensor

_CAPABILITIES = runtime.CAPABILITIES
_STATEFUL = _CAPABILITIES.stateful_variables

AUTODIFF: Any = core_autodiff if _CAPABILITIES.autodiff == "core" else runtime.BACKEND.autodiff
"""The `Autodiff` service: the engine's, the core's, or None."""


def require_gradients(what: str) -> Any:
    """The autodiff service.

    Raises:
        CapabilityError: If the backend has none.
    """
    runtime.require(
        AUTODIFF,
        what,
        "gradients",
        "inference-only",
        "Train on jax, torch, tensorflow or numpy, save to .keras, and load it here.",
    )
    return AUTODIFF


def value_and_grad(
    fn: Callable[[], tuple[Any, Any]], variables: Sequence[Variable]
) -> tuple[tuple[Any, Any], list[Any]]:
    """Call ``fn() -> (loss, aux)`` and differentiate the loss by the variables it reads.

    What ``fn`` assigns is assigned when it returns. ``aux`` is a nest of tensors.
    """
    service = require_gradients("Computing gradients")
    frame = FRAME.get()
    if _STATEFUL and (frame is None or frame.stateless is None):
        return service.value_and_grad(lambda _: fn(), [v.engine_variable for v in variables])

    written: list[Variable] = []

    def pure(values: Sequence[Any]) -> tuple[Any, Any]:
        with StatelessScope() as scope:
            scope.hold(variables, values)
            loss, aux = fn()
        updates = scope.written()
        written[:] = [v for v, _ in updates]
        return loss, (aux, [value for _, value in updates])

    (loss, (aux, updates)), grads = service.value_and_grad(
        pure, [v.stored_value() for v in variables]
    )
    for variable, value in zip(written, updates, strict=True):
        variable.store(value)
    return (loss, aux), grads


def no_grad() -> Any:
    """A context in which the engine need not prepare for gradients."""
    return _no_grad()


class _NullContext:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        return None


_no_grad = getattr(AUTODIFF, "no_grad", None) or _NullContext


# -- Compilation ---------------------------------------------------------------------

_TENSOR_TYPES = native.TENSOR_TYPES
_COMPILER: Any = runtime.BACKEND.compiler

_runs_as_it_is: Callable[[], bool]
if _COMPILER is None:
    _runs_as_it_is = lambda: True  # noqa: E731
elif runtime.BACKEND.autodiff is None:  # the tape does not see what compiled code computes
    _runs_as_it_is = lambda: _COMPILER.is_tracing() or tape.is_recording()  # noqa: E731
else:
    _runs_as_it_is = _COMPILER.is_tracing


class _Discovery(StatelessScope):
    """A scope that notes the variables which are read without being held."""

    def __init__(self) -> None:
        super().__init__()
        self.missing: dict[int, Variable] = {}

    def read(self, variable: Variable) -> Any:
        held = self._values.get(id(variable))
        if held is not None:
            return held[1]
        self.missing.setdefault(id(variable), variable)
        return variable.stored_now()


_NOTHING = _NullContext()


class Compiled:
    """A function over variables and tensors, compiled by the engine on first use.

    Args:
        fn: Its arguments and results are nests of dicts, lists and tuples; leaves that are
            no tensors, arrays or numbers (strings, None) are part of the signature.
        variables: Those that it is known to touch; others are found in the first trace.
        options: For the engine's compiler.
        keeps_values: Whether the values that variables had before a call stay valid, so that other
            threads may read them meanwhile. Otherwise their memory is used again.
        at_rest: What is held while the values of all variables are read, so that they are of one
            moment; nothing by default.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        variables: Sequence[Variable] = (),
        options: dict[str, Any] | None = None,
        keeps_values: bool = False,
        at_rest: AbstractContextManager[Any] = _NOTHING,
    ) -> None:
        self.fn = fn
        self.options = options or {}
        self.keeps_values, self.at_rest = keeps_values, at_rest
        self._variables: dict[int, Variable] = {id(v): v for v in variables}
        self._entries: dict[Any, Callable[..., Any]] = {}
        self._flat: dict[int, Callable[..., Any]] = {}  # those of positional tensors, by number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _runs_as_it_is():
            return self.fn(*args, **kwargs)
        if not kwargs:
            for x in args:
                if type(x) not in _TENSOR_TYPES:
                    break
            else:
                entry = self._flat.get(len(args))
                if entry is not None:
                    return entry(*args)
        dynamic: list[Any] = []
        key = _signature((args, kwargs), dynamic)
        try:
            entry = self._entries.get(key)
        except TypeError:
            static = (x for x in tree.flatten((args, kwargs)) if _as_dynamic(x) is None)
            bad = next(x for x in static if type(x).__hash__ is None)
            raise TypeError(
                "The arguments of a compiled function must be tensors, numbers, or hashable "
                f"values. Received: {bad!r} of type {type(bad).__name__}"
            ) from None
        if entry is None:
            nest = (args, kwargs)
            if any(isinstance(x, KerasTensor) for x in tree.flatten(nest)):
                return self.fn(*args, **kwargs)
            static = [x if _as_dynamic(x) is None else _HOLE for x in tree.flatten(nest)]
            entry = self._entries[key] = (_stateful_entry if _STATEFUL else _LiftedEntry)(
                self, nest, static
            )
            if key == _signature((tuple(dynamic), {}), []):
                self._flat[len(dynamic)] = entry
        return entry(*dynamic)

    def _rebuild(self, nest: Any, static: list[Any], dynamic: Sequence[Any]) -> Any:
        values = iter(dynamic)
        return tree.pack_sequence_as(nest, [next(values) if s is _HOLE else s for s in static])


class _Hole:
    def __repr__(self) -> str:
        return "tensor"


_HOLE = _Hole()


def _as_dynamic(x: Any) -> Any:
    """The tensor that a leaf is passed as; None for one that is part of the signature."""
    if native.is_tensor(x):
        return x
    if _CAPABILITIES.jit_takes_arrays and isinstance(x, np.ndarray) and x.dtype.kind in "biuf":
        # an array that nobody can change: the engine may not be done with it at the return
        return x if x.base is None and not x.flags.writeable else x.copy()
    if isinstance(x, Variable):
        return x.value
    if isinstance(x, (np.ndarray, np.generic, int, float, complex)) and not isinstance(x, bool):
        return native.convert(x)
    return None


def _signature(x: Any, dynamic: list[Any]) -> Any:
    """A hashable description of a nest, the tensors of which are added to ``dynamic``."""
    kind = type(x)
    if kind in native.TENSOR_TYPES:
        dynamic.append(x)
        return _HOLE
    if kind is tuple or kind is list:
        return (kind, *[_signature(v, dynamic) for v in x])
    parts = tree.parts_of(x)
    if parts is not None:
        # two orders of insertion are two signatures, though the leaves come in that of the keys
        order = tuple(x) if isinstance(x, dict) else ()
        return (kind, order, *[_signature(v, dynamic) for v in parts[1]])
    tensor = _as_dynamic(x)
    if tensor is None:
        return x
    dynamic.append(tensor)
    return _HOLE


def _stateful_entry(owner: Compiled, nest: Any, static: list[Any]) -> Callable[..., Any]:
    """The compiled function of a stateful engine, for one structure of arguments."""
    shape = tree.map_structure(lambda _: None, nest)

    def run(*dynamic: Any) -> Any:  # a list would be one more nest for the engine to read
        args, kwargs = owner._rebuild(shape, static, dynamic)
        return owner.fn(*args, **kwargs)

    compiled: Callable[..., Any] = _COMPILER.jit(run, donate_first=False, options=owner.options)
    return compiled


class _Program:
    """A function of a functional engine, compiled for the variables that are known.

    Args:
        owner: The function over variables.
        nest: The structure of its arguments.
        static: Their leaves, with holes for tensors.
    """

    def __init__(self, owner: Compiled, nest: Any, static: list[Any]) -> None:
        self.variables = list(owner._variables.values())
        self.found: dict[int, Variable] = {}
        self.extra_written: list[Variable] = []
        variables, known = self.variables, {id(v) for v in self.variables}
        keeps = owner.keeps_values

        def pure(state: list[Any], *dynamic: Any) -> Any:
            args, kwargs = owner._rebuild(nest, static, dynamic)
            with _Discovery() as scope:
                scope.hold(variables, state)
                out = owner.fn(*args, **kwargs)
            written = [v for v, _ in scope.written()]
            self.found = {i: v for i, v in scope.missing.items() if i not in known}
            self.extra_written = [v for v in written if id(v) not in known]
            extra = [scope.get_current_value(v) for v in self.extra_written]
            # memory that is used again has to come back
            back = {id(v) for v in written} if keeps else known
            values = [
                _as_laid_out(v, scope.get_current_value(v)) if id(v) in back else None
                for v in variables
            ]
            return out, values, extra

        self.pure = pure
        self.run = _COMPILER.jit(
            pure, donate_first=bool(variables) and not keeps, options=owner.options
        )

    @property
    def is_known(self) -> bool:
        """Whether no variables were found but those that it was made for."""
        return not (self.found or self.extra_written)


class _LiftedEntry:
    """A compiled function of a functional engine, for one structure of arguments."""

    def __init__(self, owner: Compiled, nest: Any, static: list[Any]) -> None:
        self._owner = owner
        self._shape = tree.map_structure(lambda _: None, nest)
        self._static = static
        self._lock = threading.RLock()  # for the search for variables
        self._traced = False
        self._program = _Program(owner, self._shape, static)

    def __call__(self, *dynamic: Any) -> Any:
        if not self._traced:
            with self._lock:
                if not self._traced:
                    self._discover(*dynamic)
                    self._traced = True
        program = self._program
        with self._owner.at_rest:
            state = [v.stored_value() for v in program.variables]
        if state and not self._owner.keeps_values:
            _keep_for_others(state)
        try:
            out, new_state, extra = program.run(state, *dynamic)
        except BaseException:
            if not program.is_known:  # the engine may keep the trace
                self._adopt(program)
            raise
        for variable, value in zip(program.variables, new_state, strict=True):
            if value is not None:
                variable.store(value)
        for variable, value in zip(program.extra_written, extra, strict=True):
            variable.store(value)
        if not program.is_known:
            # This call was right, with the values of the others as constants. From now
            # on they are arguments.
            self._adopt(program)
        return out

    def _adopt(self, program: _Program) -> None:
        with self._lock:
            self._owner._variables.update(program.found)
            self._owner._variables.update({id(v): v for v in program.extra_written})
            if program is self._program:
                self._program = _Program(self._owner, self._shape, self._static)

    def _discover(self, *dynamic: Any) -> None:
        """Find the variables by a trace without compilation, where the engine offers one."""
        trace = getattr(_COMPILER, "trace", None)
        if trace is None:
            if len(self._program.variables) != len(self._owner._variables):
                self._program = _Program(self._owner, self._shape, self._static)
            return
        for _ in range(2):
            program = self._program
            trace(program.pure, [v.stored_value() for v in program.variables], *dynamic)
            if program.is_known:
                return
            self._adopt(program)


def _as_laid_out(variable: Variable, value: Any) -> Any:
    """A new value that lies as the one before, wherever the engine has computed it."""
    layout = variable.layout
    return value if layout is None else layout.put(value, variable.path)


def _keep_for_others(state: list[Any]) -> None:
    """Put copies into ``state`` for tensors that somebody else holds, since it is donated.

    That may be another variable, or a user who has read one: what was read stays what it is.
    """
    for i, n in enumerate(_references(state)):
        if n > _ALONE:
            state[i] = runtime.COPY(state[i])


def _references(state: list[Any]) -> list[int]:
    return [sys.getrefcount(x) for x in state]


class _Holder:
    """What a variable is to the tensor that it holds."""

    def __init__(self) -> None:
        self.engine_variable = object()


def _references_of_one() -> int:
    """How many references a tensor has that a variable and a list hold and nobody else does."""
    holder = _Holder()
    return _references([v.engine_variable for v in [holder]])[0]


_ALONE = _references_of_one()


def compiles_by_default() -> bool:
    """Whether training steps are compiled unless the user says otherwise."""
    return _CAPABILITIES.jit and _CAPABILITIES.jit_by_default


@public("keras.ops.jit")
def jit(
    fn: Callable[..., Any] | None = None, *, options: dict[str, Any] | None = None
) -> Callable[..., Any]:
    """Compile a function with the engine's compiler.

    The function may read and assign variables, and take and return nests of tensors. It runs
    as it is on a backend without a compiler.

    Args:
        fn: The function.
        options: For the engine, such as ``{"xla": True}``.

    Example:

    >>> import keras_core as keras
    >>> counter = keras.Variable(0.0)
    >>> @keras.ops.jit
    ... def add(x):
    ...     counter.assign_add(x)
    ...     return counter * 2
    >>> float(add(3.0)), float(counter.numpy())
    (6.0, 3.0)
    """
    if fn is None:
        return lambda f: jit(f, options=options)
    if not callable(fn):
        raise TypeError(f"`jit` expected a function. Received: {fn!r}")
    return Compiled(fn, options=options)


__all__ = [
    "AUTODIFF",
    "Compiled",
    "compiles_by_default",
    "jit",
    "no_grad",
    "require_gradients",
    "value_and_grad",
]
