"""The graph that calls with symbolic tensors leave behind: operations and nodes."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

import numpy as np

from keras_core.core.base import keras_operations, tree
from keras_core.core.base.names import auto_name, check_name
from keras_core.core.base.public import public
from keras_core.core.graph.captures import Captures, evaluate, has_values, resolved, sources_of
from keras_core.core.graph.program import called_once
from keras_core.core.tensors.scopes import InferenceScope, SymbolicScope, in_symbolic_scope
from keras_core.core.tensors.symbolic import Dim, KerasTensor, is_escape


class Node:
    """One call of an operation with symbolic tensors."""

    def __init__(
        self,
        operation: "Operation",
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        outputs: Any,
    ) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.returns_tensor = isinstance(outputs, KerasTensor)
        self.outputs = [t for t in tree.flatten(outputs) if isinstance(t, KerasTensor)]
        self.input_tensors = [t for t in tree.flatten((args, kwargs)) if isinstance(t, KerasTensor)]
        if not all(t.record_history for t in self.input_tensors):
            raise ValueError(
                "A KerasTensor with `record_history=False` stands for a shape and a dtype where "
                "these are inferred, as in `compute_output_spec`; it is no input of a model. "
                f"Received it as an input of {operation.name!r}: use `keras.Input`."
            )
        # an operation that is being unpickled may not have its attributes yet
        nodes = operation.__dict__.setdefault("_inbound_nodes", [])
        for i, t in enumerate(self.outputs):
            t._keras_history = History(operation, len(nodes), i)  # type: ignore[attr-defined]
        nodes.append(self)

    @property
    def parent_nodes(self) -> "list[Node]":
        """The nodes that made the inputs."""
        out = []
        for t in self.input_tensors:
            history = history_of(t)
            if history is not None:
                out.append(history.node)
        return out

    @property
    def is_input(self) -> bool:
        """Whether the node made an input of a model."""
        return not self.input_tensors

    def __repr__(self) -> str:
        return f"<Node operation={self.operation.name} outputs={self.outputs}>"


class History:
    """Where a symbolic tensor comes from: ``operation``, and its node and output index."""

    __slots__ = ("node_index", "operation", "tensor_index")

    def __init__(self, operation: "Operation", node_index: int, tensor_index: int) -> None:
        self.operation = operation
        self.node_index = node_index
        self.tensor_index = tensor_index

    @property
    def node(self) -> Node:
        """The call that made the tensor."""
        return self.operation._inbound_nodes[self.node_index]

    def __iter__(self) -> Any:
        return iter((self.operation, self.node_index, self.tensor_index))


def kind_of(operation: "Operation") -> str:
    """The name of an operation's class; of an operation of ``keras.ops``, that in Keras's files."""
    if isinstance(operation, OpOperation):
        return keras_operations.class_of(operation.op.name)
    return type(operation).__name__


def history_of(x: Any) -> History | None:
    """Where a symbolic tensor comes from, None for one that no operation made."""
    return getattr(x, "_keras_history", None)


@public("keras.Operation")
class Operation:
    """Something with a name that maps tensors to tensors and can be put in a graph.

    Subclasses implement `call`, and `compute_output_spec` unless `call` consists of
    ``keras.ops``.

    Args:
        name: A name; made from the class by default.

    Example:

    >>> import keras_core as keras
    >>> class Double(keras.Operation):
    ...     def call(self, x):
    ...         return x * 2
    >>> float(Double()(3.0))
    6.0
    """

    _inner_layers: "Sequence[Operation]" = ()
    """The layers that run inside of it in a graph, and belong to the model of that graph."""

    config_class: type | None = None
    """The class that configs name for the instances, None for the class that they are of."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        instance = super().__new__(cls)
        # What the instance was made with is its config, unless it defines `get_config`.
        instance.__dict__["_init_arguments"] = (args, kwargs)
        return instance

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = auto_name(type(self).__name__)
        check_name(name)
        self.name = name
        self._inbound_nodes: list[Node]
        self.__dict__["_inbound_nodes"] = []  # book-keeping, not an attribute that is tracked

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: all but the calls, which the graphs around it hold."""
        return {k: v for k, v in self.__dict__.items() if k != "_inbound_nodes"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__dict__.setdefault("_inbound_nodes", [])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _is_symbolic((args, kwargs), KerasTensor):
            args, kwargs = resolved((args, kwargs))
            if _is_symbolic((args, kwargs), KerasTensor):
                return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Infer the outputs and record the call."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation."""
        raise NotImplementedError(f"{type(self).__name__} does not implement `call()`.")

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """What `call` computes where the weights are quantised; layers with a kernel have it."""
        raise NotImplementedError(
            f"{type(self).__name__} does not have a `quantized_call` method implemented."
        )

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs: by default what `call` returns for symbolic inputs."""
        with InferenceScope():
            return self.call(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make the operation with again, as JSON-ready values."""
        args, kwargs = self.__dict__["_init_arguments"]
        parameters = list(inspect.signature(type(self).__init__).parameters.values())[1:]
        named = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
        if len(args) > len(named):
            raise NotImplementedError(
                f"{type(self).__name__} was made with arguments that have no name ({args}), so it "
                "must override `get_config()`, and `from_config()` to take them back."
            )
        takes_name = any(p.name == "name" for p in parameters)
        config: dict[str, Any] = {"name": self.name} if takes_name else {}
        config.update(zip(named, args, strict=False))
        config.update(kwargs)
        unsafe = {k: v for k, v in config.items() if not _is_plain(v)}
        if unsafe:
            raise NotImplementedError(
                f"{type(self).__name__} was made with arguments that have no JSON form "
                f"({', '.join(unsafe)}), so it must override `get_config()`, and `from_config()` "
                "if it takes something else back.\n\n"
                "Example:\n\nclass CustomLayer(keras.layers.Layer):\n"
                "    def __init__(self, arg, **kwargs):\n"
                "        super().__init__(**kwargs)\n"
                "        self.arg = arg\n\n"
                "    def get_config(self):\n"
                "        return {**super().get_config(), 'arg': self.arg}"
            )
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An instance made with ``config``."""
        try:
            return cls(**config)
        except TypeError as e:
            raise TypeError(
                f"Error when deserializing class {cls.__name__!r} using config={config}.\n\n{e}"
            ) from e

    @property
    def input(self) -> Any:
        """The symbolic inputs of the first call: a tensor, or a list in the order of `call`."""
        node = self._first_node()
        try:
            given = inspect.signature(self.call).bind(*node.args, **node.kwargs).arguments
        except TypeError:  # such as the `training` of layers whose `call` takes none
            given = {"args": node.args, "kwargs": node.kwargs}
        inputs = [
            t for value in given.values() for t in tree.flatten(value) if isinstance(t, KerasTensor)
        ]
        return inputs[0] if len(inputs) == 1 else inputs

    @property
    def output(self) -> Any:
        """The symbolic outputs of the first call."""
        outputs = self._first_node().outputs
        return outputs[0] if len(outputs) == 1 else outputs

    def _first_node(self) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(
                f"The {type(self).__name__} {self.name!r} has never been called with symbolic "
                "tensors, so it has no `input` or `output`."
            )
        return self._inbound_nodes[0]


def inner_layers(operation: Operation) -> "Sequence[Operation]":
    """The layers that were called within an operation."""
    return operation._inner_layers


def _is_symbolic(nest: Any, kinds: Any = (KerasTensor, Dim)) -> bool:
    return any(isinstance(x, kinds) for x in tree.flatten(nest))


def _is_plain(value: Any) -> bool:
    return all(
        leaf is None or isinstance(leaf, (bool, int, float, str)) for leaf in tree.flatten(value)
    )


class OpOperation(Operation):
    """A call of a public operation in a graph.

    Args:
        op: The operation (`dispatch.Op`).
        static: The arguments that are no tensors, by name.
        name: A name; made from that of the operation by default.
    """

    def __init__(self, op: Any, static: dict[str, Any], name: str | None = None) -> None:
        super().__init__(name or auto_name(op.name))
        self.op = op
        self.static = static
        self._names = [*op.call_parameters, *keras_operations.IN_CALL.get(op.name, ())]
        self._spreads = op.name in keras_operations.SPREADS
        self._key = keras_operations.TUPLES.get(op.name)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Infer the outputs and record the call, which may come from a file."""
        if self._key is not None:
            place = self._names.index(self._key)
            if place < len(args) and isinstance(args[place], list):
                args = (*args[:place], tuple(args[place]), *args[place + 1 :])
        return super().symbolic_call(*args, **kwargs)

    def call(self, *args: Any, dims: Sequence[Any] = (), **named: Any) -> Any:
        """Run the operation. ``dims`` are the tensors that unknown dimensions come from."""
        if not (dims or named or self._spreads):
            return self.op.front(**dict(zip(self._names, args, strict=False)), **self.static)
        given = self._given(args, named)
        static = self.static
        if dims:
            sources = sources_of((args, named, static))
            values = {t.serial: value for t, value in zip(sources, dims, strict=True)}
            given, static = tree.map_structure(lambda x: evaluate(x, values), (given, static))
        return self.op.front(**given, **static)

    def compute_output_spec(self, *args: Any, dims: Sequence[Any] = (), **named: Any) -> Any:
        """The symbolic outputs."""
        with SymbolicScope():
            return self.op.front(**self._given(args, named), **self.static)

    def _given(self, args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by name."""
        if self._spreads:
            return {self._names[0]: list(args), **named}
        return {**dict(zip(self._names, args, strict=False)), **named}

    def get_config(self) -> dict[str, Any]:
        """The name and the arguments that are no tensors."""
        if any("dims" in node.kwargs for node in self._inbound_nodes):
            raise NotImplementedError(
                f"The operation {self.op.name!r} takes a size that is computed from a tensor's "
                "shape, which has no form in a saved model. Wrap the computation in a layer, "
                "or give the size as -1."
            )
        hidden = keras_operations.NOT_THERE.get(self.op.name, ())
        return {"name": self.name, **{k: v for k, v in self.static.items() if k not in hidden}}


def record_op(op: Any, args: Sequence[Any], outputs: Any) -> Any:
    """Put a call of a public operation in the graph and return its outputs."""
    call_args: list[Any] = []
    named: dict[str, Any] = {}
    static: dict[str, Any] = {}
    in_call = keras_operations.IN_CALL.get(op.name, ())
    in_config = keras_operations.IN_CONFIG.get(op.name, ())
    for name, value in zip(op.params, args, strict=True):
        if name == keras_operations.TUPLES.get(op.name) and isinstance(value, list):
            value = np.asarray(value)  # which JSON tells from a tuple
        if name in in_call:
            if value is not op.signature.parameters[name].default:
                named[name] = value
        elif name in op.call_parameters and not (name in in_config and not _is_symbolic(value)):
            call_args.append(value)
        else:
            static[name] = value
    while call_args and call_args[-1] is None:
        call_args.pop()
    if op.name in keras_operations.SPREADS:
        call_args = list(call_args[0])
    for x in tree.flatten(call_args):
        if isinstance(x, slice) and _is_symbolic([x.start, x.stop, x.step], KerasTensor):
            raise TypeError(
                f"`{op.name}`: in a graph a slice may not have a symbolic tensor as a bound. Use "
                f"`ops.slice`. Received: {x}"
            )
    operation = OpOperation(op, static)
    sources = sources_of((call_args, named, static))
    outputs = _made_anew(outputs)
    Node(operation, tuple(call_args), {**named, **({"dims": sources} if sources else {})}, outputs)
    return outputs


def _made_anew(outputs: Any) -> Any:
    """Outputs without a history, which a tensor has one of: an output may be an input."""
    return tree.map_structure(
        lambda t: (
            KerasTensor(t.shape, t.dtype, t.sparse, t.ragged) if isinstance(t, KerasTensor) else t
        ),
        outputs,
    )


class FunctionOperation(Operation):
    """A call in a graph of a function that is no operation, such as one that takes functions.

    Its inputs are all symbolic tensors that it uses: those in its arguments, and those that the
    functions among them hold.

    Args:
        function: The function.
        args: Its arguments by position.
        kwargs: Its arguments by name.
        used: The symbolic tensors that it uses.
        inner: The layers that it calls.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        used: Sequence[KerasTensor],
        inner: Sequence[Operation],
    ) -> None:
        super().__init__(auto_name(function.__name__))
        self._inner_layers = inner
        self._function = function
        self._arguments = (args, kwargs)
        self._used = used

    def call(self, *values: Any) -> Any:
        """Run the function with ``values`` for the symbolic tensors that it uses."""
        given = {t.serial: value for t, value in zip(self._used, values, strict=True)}
        with Captures(given) as captures:
            args, kwargs = captures.resolve(self._arguments)
            return self._function(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """There is none: a saved model would have to hold Python code."""
        raise NotImplementedError(
            f"The call of `{self._function.__name__}` has no form in a saved model: it takes a "
            "function, or a size that is computed from a tensor's shape. Make the call in a layer "
            "of your own, which has a config."
        )


_F = TypeVar("_F", bound=Callable[..., Any])


def recorded(function: _F) -> _F:
    """``function``, which is no operation, put in the graph where it is called symbolically.

    In a symbolic scope it is called as it is, and infers its result: from one call of the
    functions that it takes, each of them.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = resolved((args, kwargs))
        if in_symbolic_scope():
            return called_once(function, args, kwargs)
        if _is_symbolic((args, kwargs)):
            return _record_function(function, args, kwargs)
        try:
            return function(*args, **kwargs)
        except Exception as error:
            if has_values() or not is_escape(error):
                raise
            # The arguments have values, but one of them is a function that holds a tensor without.
            return _record_function(function, args, kwargs, error)

    return call  # type: ignore[return-value]


def _record_function(
    function: Callable[..., Any], args: Any, kwargs: Any, error: Exception | None = None
) -> Any:
    with InferenceScope(), Captures() as captures:
        given_args, given_kwargs = captures.resolve((args, kwargs))
        outputs = _made_anew(function(*given_args, **given_kwargs))
    used = tuple(captures.found.values())
    if error is not None and not used:
        raise error
    inner = tuple(captures.operations.values())
    Node(FunctionOperation(function, args, kwargs, used, inner), used, {}, outputs)
    return outputs
