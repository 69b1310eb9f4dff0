"""How an operation is declared, and what its calls go through.

A *primitive* is declared by its shape rule and its gradient rule; the backend supplies
the function. A *public operation* (`op`) is declared by the kinds of its parameters and
a body over other operations, which a backend may override. Its *front* is generated:

>>> from keras_core.core.dispatch.op import op
>>> from keras_core import ops
>>> @op("x:float axis:axis", register=False)
... def spread(x, axis=-1):
...     return ops.subtract(ops.max(x, axis), ops.min(x, axis))
>>> float(spread([1, 4, 2]))
3.0

Kinds of parameters:

========== ==========================================================================
any        a tensor of any dtype
promote    tensors that are promoted to one dtype together
number     like ``promote``, and bool becomes int32
float      like ``promote``, and integers become floats
bool, int  a tensor that is cast to bool; a tensor that must hold integers
axis       an axis, made non-negative against the first tensor parameter
axes       None, an axis or several: a sorted tuple, all of them for None
shape      a number or several, as a tuple, which may be dimensions that are not known
dtype      a dtype name, None left as it is
nest       a nest that may hold tensors and variables, passed on with their values
size       an option that is an int of at least 0; ``count`` of at least 1
========== ==========================================================================

``*`` before the kind of a tensor marks a list of tensors, ``?`` behind a kind allows None. A
number behind it is the rank of the tensor, or with ``+`` the least one: ``float3``, ``any2+?``.

Parameters without a kind are options, which are held against their annotations: see
`keras_core.core.dispatch.options`.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

from keras_core.core.base import tree
from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.base.lazy import import_parts
from keras_core.core.dispatch import options
from keras_core.core.dispatch.errors import attempt, explain
from keras_core.core.dispatch.fronts import JOINED_KINDS, TENSOR_KINDS, dtype_arg, front
from keras_core.core.dispatch.generated import compiled
from keras_core.core.graph.captures import resolved
from keras_core.core.graph.nodes import record_op
from keras_core.core.graph.program import RECORDER, cast_spec, recorded_rule
from keras_core.core.tensors import dtypes, native, ragged, runtime, sparse, tape
from keras_core.core.tensors.operations import operations
from keras_core.core.tensors.scopes import SymbolicScope, in_symbolic_scope
from keras_core.core.tensors.symbolic import Dim, KerasTensor

_HAS_SPARSE = runtime.BACKEND.sparse is not None
_HAS_RAGGED = runtime.BACKEND.ragged is not None
_CORE_AUTODIFF = runtime.CAPABILITIES.autodiff == "core"

_P = ParamSpec("_P")
_R = TypeVar("_R")

PRIMITIVES: dict[str, Callable[..., Any]] = {}
"""The fronts of all primitives, by name."""


def spec(shape: Any, dtype: str) -> KerasTensor:
    """What a shape rule returns."""
    return KerasTensor(shape, dtype)


# -- Primitives ----------------------------------------------------------------------


def primitive(
    tensor_params: str,
    rule: Callable[..., Any],
    vjp: tape.Rule | None = None,
    name: str = "",
    check: Callable[..., None] | None = None,
) -> Callable[..., Any]:
    """Declare a primitive and return the function that calls it.

    Args:
        tensor_params: All parameters in order; those that are tensors without a mark, a
            list of tensors with ``*`` before it, others in brackets: ``"x [axis]"``. One
            named ``shape`` may hold dimensions that are not known.
        rule: Its shape rule, from the same arguments to `spec`s.
        vjp: Its gradient rule; None if it has no gradient.
        name: Its name; by default that of ``rule`` without the underscore.
        check: Takes the arguments of a call for which the engine raised an error that inference
            does not explain; raises what is wrong with their values.
    """
    name = name or rule.__name__.strip("_")
    params: list[str] = []
    singles: list[str] = []
    lists: list[str] = []
    for token in tensor_params.split():
        bare = token.strip("*[]")
        params.append(bare)
        if token[0] == "*":
            lists.append(bare)
        elif token[0] != "[":
            singles.append(bare)
    fn = getattr(runtime.PRIMITIVES, name)
    if _CORE_AUTODIFF:
        # A function without a rule has no gradient: its result is a constant to the tape.
        fn = tape.recorded(fn, vjp, _picker(params, singles, lists))
    checks = [f"type({p}) is SYMBOLIC" for p in singles] + [
        f"SYMBOLIC in map(type, {p})" for p in lists
    ]
    if "shape" in params:
        checks.append("DIM in map(type, shape)")
    args = ", ".join(params)
    source = f"def {name}({args}):\n"
    if checks:
        source += f"    if {' or '.join(checks)}:\n        return INFER({args})\n"
    source += attempt(f"fn({args})", "rule", "primitive", name, args)
    namespace: dict[str, Any] = {
        "SYMBOLIC": KerasTensor,
        "DIM": Dim,
        "INFER": recorded_rule(name, rule),
        "rule": rule,
        "fn": fn,
        "explain": functools.partial(explain, check=check),
    }
    front: Any = compiled("primitive", name, source, namespace)
    front.__doc__ = f"See `keras_core_plugins.protocol.Primitives.{name}`."
    front.vjp = vjp
    front.rule = rule
    PRIMITIVES[name] = front
    return front


def _picker(
    params: list[str], singles: list[str], lists: list[str]
) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A function that picks the tensors out of the arguments, in order."""
    tensor_at = [(i, p in lists) for i, p in enumerate(params) if p in singles or p in lists]
    if tensor_at == [(0, False)]:
        return lambda args: args[:1]
    if tensor_at == [(0, False), (1, False)]:
        return lambda args: args[:2]

    def pick(args: tuple[Any, ...]) -> tuple[Any, ...]:
        out: list[Any] = []
        for i, is_list in tensor_at:
            if is_list:
                out.extend(args[i])
            elif args[i] is not None:
                out.append(args[i])
        return tuple(out)

    return pick


# -- Public operations ---------------------------------------------------------------


def operation_named(name: str) -> "Op":
    """The public operation of a name."""
    front: Any = operations.by_name[name]
    operation: Op = front.__wrapped_op__
    return operation


def all_operations() -> "dict[str, Op]":
    """The public operations by name; the modules of all of them are imported."""
    return {name: operation_named(name) for name in operations.by_name}


class Op:
    """A public operation: its declaration, its body, and the function that runs."""

    def __init__(
        self,
        body: Callable[..., Any],
        declaration: str,
        name: str,
        vjp: tape.Rule | None,
        prepare: Callable[..., Any] | None,
        verify: Callable[..., None] | None = None,
        public: bool = True,
    ) -> None:
        self.name = name
        self.body = body
        self.vjp = vjp
        self.prepare = prepare
        self.signature = inspect.signature(body)
        self.params = list(self.signature.parameters)
        self.kinds: list[str] = []
        self.lists: list[bool] = []
        self.optional: list[bool] = []
        self.ranks: list[tuple[int, bool] | None] = []
        """For each parameter the rank that a tensor must have, and whether it may be more."""
        declared = dict(token.split(":") for token in declaration.split())
        unknown = set(declared) - set(self.params)
        if unknown:
            raise TypeError(f"Operation {name!r} declares unknown parameters: {sorted(unknown)}")
        for p in self.params:
            kind = declared.get(p, "")
            self.optional.append(kind.endswith("?"))
            self.lists.append(kind.startswith("*"))
            kind = kind.strip("*?")
            bare = kind.rstrip("0123456789+")
            rank = kind[len(bare) :]
            self.kinds.append(bare)
            self.ranks.append((int(rank.strip("+")), rank.endswith("+")) if rank else None)
        self.options = options.options_of(body, dict(zip(self.params, self.kinds, strict=True)))
        self._joined = [i for i, k in enumerate(self.kinds) if k in JOINED_KINDS]
        self.tensor_params = [i for i, k in enumerate(self.kinds) if k in TENSOR_KINDS]
        self._numbers = [
            i
            for i, p in enumerate(self.params)
            if p in self.options and float in self.options[p].single
        ]
        self.call_parameters = [
            p
            for p, k in zip(self.params, self.kinds, strict=True)
            if k in TENSOR_KINDS or k == "nest"
        ]
        joined_kinds = {self.kinds[i] for i in self._joined}
        self._sparse_rule: Callable[..., Any] | None = None
        self._ragged_rule: Callable[..., Any] | None = None
        self.keeps_rows = False
        """Whether the result for a ragged tensor has the rows of it, as its rule says."""
        self.to_float = "float" in joined_kinds
        self.to_number = "number" in joined_kinds
        self.override = runtime.OVERRIDES.get(name) if public else None
        self.impl = self._resolve()
        if verify is not None:
            self.impl = _verified(self.impl, verify)
        self.front: Callable[..., Any] = front(self)

    def __reduce__(self) -> Any:
        return operation_named, (self.name,)

    @property
    def sparse_rule(self) -> Callable[..., Any] | None:
        """What it does with sparse tensors, if that is not what it does with dense ones.

        The rules stand on operations, so they are imported when one is first asked for.
        """
        import_parts("keras.ops")
        return self._sparse_rule

    @sparse_rule.setter
    def sparse_rule(self, rule: Callable[..., Any]) -> None:
        self._sparse_rule = rule

    @property
    def ragged_rule(self) -> Callable[..., Any] | None:
        """What it does with ragged tensors, if it takes any; imported as `sparse_rule` is."""
        import_parts("keras.ops")
        return self._ragged_rule

    @ragged_rule.setter
    def ragged_rule(self, rule: Callable[..., Any]) -> None:
        self._ragged_rule = rule

    def _resolve(self) -> Callable[..., Any]:
        """The function that runs on canonical arguments; decided once."""
        override = self.override
        if not _CORE_AUTODIFF:
            if override is None and self.vjp is not None and runtime.BACKEND.autodiff is not None:
                return _with_rule(self.body, self.vjp, self.tensor_params)
            return override or self.body
        if self.vjp is not None:
            pick = _picker(
                self.params,
                [self.params[i] for i in self.tensor_params if not self.lists[i]],
                [self.params[i] for i in self.tensor_params if self.lists[i]],
            )
            return tape.recorded(override or self.body, self.vjp, pick)
        if override is None:
            return self.body
        body, is_recording = self.body, tape.is_recording
        return lambda *args: body(*args) if is_recording() else override(*args)

    # The slow path: anything but tensors of the right dtypes.

    def call(self, *args: Any) -> Any:
        """Run with arguments of any form, given by position."""
        if self.is_symbolic(args):
            return self.call_symbolic(args)
        if _HAS_SPARSE and self._holds(args, sparse.is_sparse):
            return self.call_sparse(args)
        if _HAS_RAGGED and self._holds(args, native.is_ragged):
            return self.call_ragged(args)
        given = self.canonical(args)
        if any(options.is_tensor(given[i]) for i in self._numbers):
            return self.body(*given)
        if self.override is None:
            return self.impl(*given)
        try:
            return self.impl(*given)
        except Exception as error:
            explain(error, lambda *_: self.infer(args), "override", self.name, given)
            raise

    def is_symbolic(self, args: Sequence[Any]) -> bool:
        """Whether an argument holds a symbolic tensor, or a size that is not known."""
        for arg, kind in zip(args, self.kinds, strict=True):
            if isinstance(arg, (KerasTensor, Dim)) or (kind == "shape" and not _is_known(arg)):
                return True
            if (
                (kind in TENSOR_KINDS or kind == "nest")
                and isinstance(arg, (list, tuple, dict))
                and any(isinstance(leaf, (KerasTensor, Dim)) for leaf in tree.flatten(arg))
            ):
                return True
        return False

    def call_symbolic(self, args: Sequence[Any]) -> Any:
        """Infer the result; outside a symbolic scope, record the call in the graph."""
        args = resolved(tuple(args))
        if not self.is_symbolic(args):
            return self.front(*args)
        args = [
            _with_values(x) if kind == "shape" else x
            for x, kind in zip(args, self.kinds, strict=True)
        ]
        if in_symbolic_scope():
            return self.infer(args)
        with SymbolicScope():
            outputs = self.infer(args)
        return record_op(self, args, outputs)

    def infer(self, args: Sequence[Any]) -> Any:
        """The symbolic result, by running the body on symbolic tensors."""
        if self._holds(args, sparse.is_sparse):
            return self.call_sparse(args)
        given = self.canonical(args, symbolic=True)
        program = RECORDER.get()
        for i in self.tensor_params:
            if program is None:
                given[i] = tree.map_structure(native.as_spec, given[i])
            elif self.lists[i]:
                given[i] = [program.spec_of(x, s) for x, s in zip(given[i], args[i], strict=True)]
            else:
                given[i] = program.spec_of(given[i], args[i])
        out = self.body(*given)
        # what depends on shapes only, such as zeros_like, was computed for real
        if program is not None:
            return tree.map_structure(lambda x: program.spec_of(x, x), out)
        out = tree.map_structure(native.as_spec, out)
        if _HAS_RAGGED and self._holds(args, ragged.is_ragged) and self.ragged_rule:
            return KerasTensor(out.shape, out.dtype, ragged=True) if self.keeps_rows else out
        return out

    def call_sparse(self, args: Sequence[Any]) -> Any:
        """Run with sparse tensors among the arguments: by the sparse rule, or on dense ones."""
        out: Any = NotImplemented
        if self.sparse_rule is not None:
            out = self.sparse_rule(*self._changed(args, sparse.take_apart))
        if out is NotImplemented:
            return self.front(*self._changed(args, sparse.densify))
        return sparse.put_together(out)

    def call_ragged(self, args: Sequence[Any]) -> Any:
        """Run with ragged tensors among the arguments, by the ragged rule."""
        args = tree.map_structure(_value_of, list(args))
        out = NotImplemented if self.ragged_rule is None else self.ragged_rule(*args)
        if out is NotImplemented:
            ragged.refuse(self.name, next(filter(native.is_ragged, tree.flatten(args))))
        return out

    def _holds(self, args: Sequence[Any], test: Callable[[Any], bool]) -> bool:
        """Whether a tensor parameter is such a tensor, or holds one in its list."""
        return any(
            any(map(test, args[i]))
            if self.lists[i] and isinstance(args[i], (list, tuple))
            else test(args[i])
            for i in self.tensor_params
        )

    def _changed(self, args: Sequence[Any], change: Callable[[Any], Any]) -> list[Any]:
        """The arguments with ``change`` made to the tensor parameters."""
        out = list(args)
        for i in self.tensor_params:
            in_list = self.lists[i] and isinstance(out[i], (list, tuple))
            out[i] = [*map(change, out[i])] if in_list else change(out[i])
        return out

    def canonical(self, args: Sequence[Any], symbolic: bool = False) -> list[Any]:
        """The arguments as the body gets them."""
        out = list(args)
        kinds = self.kinds
        for i in self.tensor_params:
            x = out[i]
            if x is None:
                if not self.optional[i]:
                    raise TypeError(
                        f"`{self.name}` expected a tensor for the argument `{self.params[i]}`. "
                        "Received: None"
                    )
            elif self.lists[i]:
                out[i] = self._check_list(x, self.params[i])
        if self._joined:
            try:
                target = self._joined_dtype(out)
            except TypeError as e:
                raise TypeError(f"`{self.name}`: {e}") from e
            for i in self._joined:
                out[i] = self._to_tensors(i, out[i], target, symbolic)
        for i in self.tensor_params:
            kind = kinds[i]
            if kind == "any":
                out[i] = self._to_tensors(i, out[i], None, symbolic)
            elif kind == "bool":
                out[i] = self._to_tensors(i, out[i], "bool", symbolic)
            elif kind == "int" and out[i] is not None:
                out[i] = self._to_integers(out[i], self.params[i], symbolic)
        for i in self.tensor_params:
            if self.ranks[i] is not None and out[i] is not None:
                for x in out[i] if self.lists[i] else [out[i]]:
                    self._check_rank(i, x)
        first = next((out[i] for i in self.tensor_params if out[i] is not None), None)
        if isinstance(first, list):
            first = first[0]
        for i, kind in enumerate(kinds):
            if kind == "axis":
                if not (self.optional[i] and out[i] is None):
                    out[i] = canonical_axis(out[i], native.ndim_of(first))
            elif kind == "axes":
                out[i] = canonical_axes(out[i], native.ndim_of(first))
            elif kind == "dtype":
                out[i] = dtype_arg(out[i])
            elif kind == "shape":
                out[i] = options.sizes(out[i], self.name, self.params[i], least=-1)
            elif kind == "nest":
                out[i] = tree.map_structure(_value_of, out[i])
            elif (option := self.options.get(self.params[i])) is not None:
                out[i] = option.convert(out[i], self.name, self.params[i])
        if self.prepare is not None:
            return list(self.prepare(*out))
        return out

    def _check_rank(self, i: int, x: Any) -> None:
        rank, or_more = self.ranks[i] or (0, True)
        n = native.ndim_of(x)
        if n < rank or (n > rank and not or_more):
            raise ValueError(
                f"`{self.name}` expected a tensor of rank {rank}{' or more' if or_more else ''} "
                f"for the argument `{self.params[i]}`. Received: a tensor of shape "
                f"{native.static_shape(x)}"
            )

    def _check_list(self, xs: Any, name: str) -> list[Any]:
        if native.is_engine_tensor(xs) or isinstance(xs, KerasTensor) or hasattr(xs, "dtype"):
            if not native.ndim_of(xs):
                raise ValueError(
                    f"`{self.name}` expected a list of tensors for `{name}`. Received: {xs!r}"
                )
            return [xs[i] for i in range(native.static_shape(xs)[0] or 0)]
        if not isinstance(xs, (list, tuple)) or not xs:
            raise ValueError(
                f"`{self.name}` expected a list or tuple of at least one tensor for `{name}`. "
                f"Received: {xs!r}"
            )
        return list(xs)

    def _joined_dtype(self, args: list[Any]) -> str:
        found: set[Any] = set()
        for i in self._joined:
            x = args[i]
            if x is not None:
                found.update(map(native.natural_dtype, x if self.lists[i] else [x]))
        if self.to_float:
            found.add(float)
        target = dtypes.result_type(*found) if found else dtypes.config.floatx()
        return "int32" if self.to_number and target == "bool" else target

    def _to_tensors(self, i: int, x: Any, dtype: str | None, symbolic: bool) -> Any:
        if x is None:
            return None
        if self.lists[i]:
            return [self._to_tensor(v, dtype, symbolic) for v in x]
        return self._to_tensor(x, dtype, symbolic)

    def _to_tensor(self, x: Any, dtype: str | None, symbolic: bool) -> Any:
        if isinstance(x, KerasTensor):
            return x if dtype is None else cast_spec(x, dtype)
        if symbolic and isinstance(x, (bool, int, float)):
            dtype = dtype or dtypes.result_type(type(x))
            program = RECORDER.get()
            if program is None:
                return KerasTensor((), dtype)
            return program.spec_of(native.fresh_scalar(x, dtype), x)
        try:
            return native.convert(x, dtype)
        except (TypeError, ValueError) as e:
            raise type(e)(f"`{self.name}`: {e}") from e

    def _to_integers(self, x: Any, name: str, symbolic: bool) -> Any:
        x = self._to_tensor(x, None, symbolic)
        dtype = native.dtype_of(x)
        if dtype == "bool":
            return self._to_tensor(x, "int32", symbolic)
        if dtype not in dtypes.INTS:
            raise TypeError(
                f"`{self.name}` expected integers for the argument `{name}`. Received: a tensor "
                f"of dtype {dtype}. Use `ops.cast(..., 'int32')` if its values are whole numbers."
            )
        return x


def _is_known(shape: Any) -> bool:
    """Whether no number is a dimension, or a tensor, that is not known yet."""
    if isinstance(shape, (tuple, list)):
        return _UNKNOWN.isdisjoint(map(type, shape))
    return type(shape) not in _UNKNOWN


_UNKNOWN = {Dim, KerasTensor}


def _with_values(shape: Any) -> Any:
    """A shape in which a symbolic integer stands as the dimension that it will be."""
    if isinstance(shape, (tuple, list)):
        return type(shape)(map(_with_values, shape))
    if isinstance(shape, KerasTensor) and shape.shape == () and dtypes.is_int(shape.dtype):
        return Dim("value", (shape,))
    return shape


def _value_of(x: Any) -> Any:
    value = getattr(x, "__keras_value__", None)
    return x if value is None else value()


def _with_rule(
    body: Callable[..., Any], rule: tape.Rule, places: Sequence[int]
) -> Callable[..., Any]:
    """``body`` with a gradient rule of its own, by the engine's custom gradients."""
    service: Any = runtime.BACKEND.autodiff

    def call(*args: Any) -> Any:
        given = [i for i in places if args[i] is not None]

        def run(*xs: Any) -> Any:
            filled = list(args)
            for i, x in zip(given, xs, strict=True):
                filled[i] = x
            y = body(*filled)

            def pullback(*g: Any) -> list[Any]:
                grads = rule(_one_or_all(g), y, *filled)
                return list(grads) if isinstance(grads, (tuple, list)) else [grads]

            return list(y) if isinstance(y, (tuple, list)) else [y], pullback

        return _one_or_all(tuple(service.custom_gradient(run, [args[i] for i in given])))

    return call


def _verified(run: Callable[..., Any], verify: Callable[..., None]) -> Callable[..., Any]:
    """``run``, with its results looked at."""

    def call(*args: Any) -> Any:
        try:
            out = run(*args)
        except Exception as error:
            try:
                verify(None, *args)
            except Exception as refusal:
                raise refusal from error
            raise
        verify(out, *args)
        return out

    return call


def _one_or_all(xs: tuple[Any, ...]) -> Any:
    return xs[0] if len(xs) == 1 else xs


def op(
    declaration: str,
    *,
    name: str = "",
    vjp: tape.Rule | None = None,
    prepare: Callable[..., Any] | None = None,
    verify: Callable[..., None] | None = None,
    register: bool = True,
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Declare a public operation; see the module's documentation.

    Args:
        declaration: ``"parameter:kind ..."``.
        name: Its name, by default that of the function.
        vjp: A gradient rule ``(g, y, *args) -> gradients`` of the tensor parameters (those
            that are not None, lists spread out), if the body's own is worse.
        prepare: Takes the canonical arguments and returns them checked and completed.
        verify: Takes the result, or None where an engine raised an error, and the canonical
            arguments; raises an error for values that make no sense.
        register: Whether it is one of the public operations.
    """

    def decorate(body: Callable[_P, _R]) -> Callable[_P, _R]:
        operation = Op(body, declaration, name or body.__name__, vjp, prepare, verify, register)
        front: Any = operation.front
        front.__doc__ = body.__doc__
        front.__module__ = body.__module__
        front.__qualname__ = front.__name__ = operation.name
        front.__signature__ = operation.signature
        front.__annotations__ = body.__annotations__
        front.__wrapped_op__ = operation
        if register:
            operations.bind(operation.name, front)
        return front

    return decorate
