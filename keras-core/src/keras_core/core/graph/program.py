"""Programs: the primitives that a function runs, written down while its result is inferred.

All that operations and layers compute, they compute by primitives, so a program is what an
exporter to another format translates: one rule for each primitive, whatever the layers are.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.thread_value import ThreadScoped
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import KerasTensor


@dataclass(frozen=True)
class Call:
    """One call of a primitive."""

    primitive: str
    """Its name, one of those of `keras_core_plugins.protocol.Primitives`.

    Or that of a function of functions in `keras_core.ops`, such as ``"scan"``.
    """

    arguments: tuple[Any, ...]
    """As the primitive got them; tensors are symbolic, or constants that are at hand."""

    results: Any
    """The symbolic result, or a tuple or list of them."""


@dataclass
class Program:
    """The calls of primitives between some inputs and outputs, in the order in which they run."""

    inputs: list[KerasTensor]
    calls: list[Call] = field(default_factory=list)
    outputs: Any = None
    """A nest of symbolic tensors."""

    variables: dict[int, tuple[KerasTensor, Any]] = field(default_factory=dict)
    """By the id of the symbolic tensor that stands for it: that tensor, and the variable."""

    constants: dict[int, tuple[KerasTensor, Any]] = field(default_factory=dict)
    """The same of tensors that were at hand when the result was inferred."""

    def spec_of(self, x: Any, source: Any) -> Any:
        """A symbolic tensor for ``x``; what it comes from is kept.

        Args:
            x: A tensor, or anything else, which is returned as it is.
            source: What was given for it, perhaps a variable.
        """
        spec = native.as_spec(x)
        if spec is not x:
            if hasattr(source, "__keras_value__"):
                for held, variable in self.variables.values():
                    if variable is source and held.dtype == spec.dtype:
                        return held
                self.variables[id(spec)] = spec, source
            else:
                self.constants[id(spec)] = spec, x
        return spec

    def call(self, primitive: str, arguments: tuple[Any, ...], results: Any) -> None:
        """Write down one call."""
        self.calls.append(Call(primitive, arguments, results))

    def __str__(self) -> str:
        names = {id(x): f"x{i}" for i, x in enumerate(self.inputs)}
        lines = [f"{names[id(x)]} = input: {_typed(x)}" for x in self.inputs]
        for key, (spec, variable) in self.variables.items():
            names[key] = f"v{len(names) - len(self.inputs)}"
            lines.append(f"{names[key]} = variable {variable.path!r}: {_typed(spec)}")
        for i, call in enumerate(self.calls):
            results = tree.flatten(call.results)
            arguments = ", ".join(_written(a, names) for a in call.arguments)
            for j, result in enumerate(results):
                names[id(result)] = f"t{i}" if len(results) == 1 else f"t{i}_{j}"
            made = ", ".join(names[id(r)] for r in results)
            types = ", ".join(map(_typed, results))
            lines.append(f"{made} = {call.primitive}({arguments}): {types}")
        outputs = ", ".join(_written(x, names) for x in tree.flatten(self.outputs))
        return "\n".join([*lines, f"return {outputs}"])


def _typed(x: Any) -> str:
    return f"{x.dtype}{list(x.shape)}"


def _written(x: Any, names: dict[int, str]) -> str:
    if id(x) in names:
        return names[id(x)]
    if isinstance(x, KerasTensor):
        return f"constant {_typed(x)}"
    if isinstance(x, (list, tuple)):
        return f"[{', '.join(_written(v, names) for v in x)}]"
    if native.is_engine_tensor(x):
        return f"constant {native.dtype_of_tensor(x)}{list(native.static_shape(x))}"
    return getattr(x, "__name__", None) or repr(x)


RECORDER: ThreadScoped[Program | None] = ThreadScoped(None)
"""The program that is written down in this thread."""


def recorded_rule(name: str, rule: Callable[..., Any]) -> Callable[..., Any]:
    """The shape rule of a primitive, which also writes down that the primitive was called."""

    def infer(*args: Any) -> Any:
        out = rule(*args)
        program = RECORDER.get()
        if program is not None:
            program.call(name, args, out)
        return out

    return infer


def record(function: Callable[..., Any], inputs: Sequence[KerasTensor]) -> Program:
    """The program of ``function``, which infers its result from symbolic tensors."""
    program = Program(list(inputs))
    before = RECORDER.set(program)
    try:
        program.outputs = function(*inputs)
    finally:
        RECORDER.reset(before)
    return program


_cast = recorded_rule("cast", lambda x, dtype: KerasTensor(x.shape, dtype, x.sparse, x.ragged))


def cast_spec(x: KerasTensor, dtype: str) -> KerasTensor:
    """A symbolic tensor in another dtype; the cast is written down."""
    return x if x.dtype == dtype else _cast(x, dtype)


def called_once(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Infer the result of a loop, a condition and the like, which are written down as one call."""
    program = RECORDER.set(None)
    try:
        out = function(*args, **kwargs)
    finally:
        RECORDER.reset(program)
    if program is not None:
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        program.call(function.__name__, bound.args, out)
    return out
