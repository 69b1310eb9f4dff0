"""The graph that calls with symbolic tensors leave behind: operations and nodes."""

import inspect
import operator
from collections.abc import Sequence
from typing import Any

from keras_core.engine import tree
from keras_core.engine.names import auto_name
from keras_core.engine.scopes import SymbolicScope
from keras_core.engine.symbolic import Dim, KerasTensor
from keras_core.engine.tensors import shape_of


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
        self.outputs = [t for t in tree.flatten(outputs) if isinstance(t, KerasTensor)]
        self.input_tensors = [t for t in tree.flatten((args, kwargs)) if isinstance(t, KerasTensor)]
        index = len(operation._inbound_nodes)
        for i, t in enumerate(self.outputs):
            t._keras_history = History(operation, index, i)  # type: ignore[attr-defined]
        operation._inbound_nodes.append(self)

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


def history_of(x: Any) -> History | None:
    """Where a symbolic tensor comes from, None for one that no operation made."""
    return getattr(x, "_keras_history", None)


class Operation:
    """Something with a name that maps tensors to tensors and can be put in a graph.

    Subclasses implement `call`, and `compute_output_spec` unless `call` consists of
    ``keras.ops``.

    Args:
        name: A name; made from the class by default.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> "Operation":
        instance = super().__new__(cls)
        # What the instance was made with is its config, unless it defines `get_config`.
        instance.__dict__["_init_arguments"] = (args, kwargs)
        return instance

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                f"Argument `name` must be a string and cannot contain the character `/`. "
                f"Received: name={name!r} (of type {type(name).__name__})"
            )
        self.name = name
        self._inbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(x, KerasTensor) for x in tree.flatten((args, kwargs))):
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

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs: by default what `call` returns for symbolic inputs."""
        with SymbolicScope():
            return self.call(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make the operation with again, as JSON-ready values."""
        config: dict[str, Any] = {"name": self.name}
        args, kwargs = self.__dict__["_init_arguments"]
        parameters = list(inspect.signature(type(self).__init__).parameters)[1:]
        config.update(zip(parameters, args, strict=False))
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
        """The symbolic inputs of the first call."""
        return self._first_node().args[0] if self._first_node().args else None

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

    def call(self, *args: Any, dims: Sequence[Any] = ()) -> Any:
        """Run the operation. ``dims`` are the tensors that unknown dimensions come from."""
        given = dict(zip(self.op.call_parameters, args, strict=False))
        static = self.static
        if dims:
            env = dict(zip(map(id, _sources(static)), dims, strict=True))
            static = tree.map_structure(
                lambda x: _evaluate(x, env) if isinstance(x, Dim) else x, static
            )
        return self.op.front(**given, **static)

    def compute_output_spec(self, *args: Any, dims: Sequence[Any] = ()) -> Any:
        """The symbolic outputs."""
        given = dict(zip(self.op.call_parameters, args, strict=False))
        with SymbolicScope():
            return self.op.front(**given, **self.static)

    def get_config(self) -> dict[str, Any]:
        """The name and the arguments that are no tensors."""
        if any(isinstance(x, Dim) for x in tree.flatten(self.static)):
            raise NotImplementedError(
                f"The operation {self.op.name!r} takes a size that is computed from a tensor's "
                "shape, which has no form in a saved model. Wrap the computation in a layer, "
                "or give the size as -1."
            )
        return {"name": self.name, **self.static}


def _sources(static: Any) -> list[KerasTensor]:
    """The symbolic tensors that the dimensions in ``static`` were read from, each once."""
    found: dict[int, KerasTensor] = {}

    def visit(x: Any) -> None:
        if not isinstance(x, Dim):
            return
        if x.fn == "dim":
            found[id(x.args[0])] = x.args[0]
        else:
            for a in x.args:
                visit(a)

    for leaf in tree.flatten(static):
        visit(leaf)
    return list(found.values())


def _evaluate(x: Any, env: dict[int, Any]) -> Any:
    """The value of a dimension when its sources have values."""
    if not isinstance(x, Dim):
        return x
    if x.fn == "dim":
        return shape_of(env[id(x.args[0])])[x.args[1]]
    a, b = (_evaluate(v, env) for v in x.args)
    return getattr(operator, x.fn)(a, b)


def record_op(op: Any, args: Sequence[Any], outputs: Any) -> Any:
    """Put a call of a public operation in the graph and return its outputs."""
    call_args: list[Any] = []
    static: dict[str, Any] = {}
    for name, value in zip(op.params, args, strict=True):
        if name in op.call_parameters:
            call_args.append(value)
        else:
            static[name] = value
    while call_args and call_args[-1] is None:
        call_args.pop()
    operation = OpOperation(op, static)
    sources = _sources(static)
    outputs = tree.map_structure(
        # an output may be an input passed through: a tensor has one history
        lambda t: KerasTensor(t.shape, t.dtype, t.sparse) if isinstance(t, KerasTensor) else t,
        outputs,
    )
    Node(operation, tuple(call_args), {"dims": sources} if sources else {}, outputs)
    return outputs
