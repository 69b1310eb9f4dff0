"""A graph of operations as a function."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.graph.nodes import Node, Operation, history_of, inner_layers
from keras_core.core.tensors.scopes import SymbolicScope
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.shapes import is_shape
from keras_core.layers.core.input_layer import InputLayer


class _Step:
    """One call: where its arguments are in the table of values, and where its results go."""

    __slots__ = ("args", "kwargs", "node", "operation", "outputs", "simple")

    def __init__(self, node: Node, slots: dict[int, int]) -> None:
        def place(x: Any) -> Any:
            return _Slot(slots[id(x)]) if isinstance(x, KerasTensor) else x

        self.node = node
        self.operation = node.operation
        self.args = tree.map_structure(place, node.args)
        self.kwargs = tree.map_structure(place, node.kwargs)
        self.outputs = [slots[id(t)] for t in node.outputs]
        # Most calls take one tensor and return one.
        self.simple = (
            self.args[0].index
            if len(self.args) == 1
            and isinstance(self.args[0], _Slot)
            and not self.kwargs
            and node.returns_tensor
            else None
        )


class _Slot:
    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class Plan:
    """What is between some symbolic tensors and others: found once, run as a flat list of calls.

    Args:
        inputs: A nest of `KerasTensor`s.
        outputs: A nest of `KerasTensor`s that depend on nothing but ``inputs``.

    Attributes:
        input_nest: ``inputs``, in containers of its own.
        output_nest: ``outputs``, in containers of its own.
        inputs: The inputs, flat.
        outputs: The outputs, flat.
        nodes: The calls, in the order in which they run; see `sort_graph`.
        operations: The operations, in the order in which they are listed.
    """

    __slots__ = (
        "_host_split",
        "_input_slots",
        "_output_slots",
        "_size",
        "_steps",
        "input_nest",
        "inputs",
        "nodes",
        "operations",
        "output_nest",
        "outputs",
    )

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self.input_nest = tree.map_structure(lambda x: x, inputs)
        self.output_nest = tree.map_structure(lambda x: x, outputs)
        self.inputs = tree.flatten(inputs)
        self.outputs = tree.flatten(outputs)
        for what, nest, xs in (
            ("inputs", inputs, self.inputs),
            ("outputs", outputs, self.outputs),
        ):
            if not xs:
                raise ValueError(f"`{what}` argument cannot be empty. Received: {what}={nest!r}")
            for x in xs:
                if not isinstance(x, KerasTensor):
                    raise ValueError(
                        f"All `{what}` values must be KerasTensors. Received: {what}={x!r} "
                        f"(of type {type(x).__name__})"
                    )
        self.nodes, self.operations = sort_graph(self.inputs, self.outputs)
        self._lay_out()

    def _lay_out(self) -> None:
        """Give each tensor a place in the table of values."""
        slots: dict[int, int] = {}
        for x in self.inputs:
            slots.setdefault(id(x), len(slots))
        for node in self.nodes:
            for t in node.outputs:
                slots.setdefault(id(t), len(slots))
        self._size = len(slots)
        self._input_slots = [slots[id(x)] for x in self.inputs]
        self._output_slots = [slots[id(x)] for x in self.outputs]
        self._steps = [_Step(node, slots) for node in self.nodes]
        self._host_split: Any = False  # until it is asked for

    def host_split(self) -> "tuple[Plan, Plan, frozenset[int]] | None":
        """What runs on the host first, the rest, and the places of inputs only the first takes.

        None if nothing runs on the host.
        """
        if self._host_split is False:
            self._host_split = self._split_host()
        return self._host_split

    def _split_host(self) -> "tuple[Plan, Plan, frozenset[int]] | None":
        made = {id(x) for x in self.inputs}
        used: dict[int, Any] = {}
        first = False
        for node in self.nodes:
            if _is_on_host(node.operation) and all(id(x) in made for x in node.input_tensors):
                made.update(id(t) for t in node.outputs)
                first = True
            else:
                used.update((id(x), x) for x in node.input_tensors if id(x) in made)
        if not first:
            return None
        used.update((id(x), x) for x in self.outputs if id(x) in made)
        between = list(used.values())
        only = frozenset(i for i, x in enumerate(self.inputs) if id(x) not in used)
        return Plan(self.inputs, between), Plan(between, self.output_nest), only

    def __getstate__(self) -> dict[str, Any]:
        """The graph as a flat list: a chain of objects is too deep for `pickle` and `copy`."""
        starts = [h.node for h in map(history_of, self.inputs) if h is not None and h.node.is_input]
        mine = dict.fromkeys([*starts, *self.nodes])
        # in the order of the calls of each operation
        calls = [n for o in dict.fromkeys(m.operation for m in mine) for n in o._inbound_nodes]
        calls = [n for n in calls if n in mine]
        places = {node: i for i, node in enumerate(calls)}
        return {
            "input_nest": self.input_nest,
            "output_nest": self.output_nest,
            "operations": self.operations,
            "calls": [(n.operation, n.args, n.kwargs, n.outputs, n.returns_tensor) for n in calls],
            "order": [places[node] for node in self.nodes],
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.input_nest, self.output_nest = state["input_nest"], state["output_nest"]
        self.inputs, self.outputs = tree.flatten(self.input_nest), tree.flatten(self.output_nest)
        self.operations = state["operations"]
        calls = []
        for operation, args, kwargs, outputs, returns_tensor in state["calls"]:
            history = history_of(outputs[0])  # another graph may have entered the call
            calls.append(
                Node(operation, args, kwargs, outputs[0] if returns_tensor else outputs)
                if history is None
                else history.node
            )
        self.nodes = [calls[i] for i in state["order"]]
        self._lay_out()

    def run(
        self,
        flat_inputs: Sequence[Any],
        call: Callable[[Operation], Callable[..., Any]] | None = None,
    ) -> Any:
        """The outputs, in their nest, for as many values as there are inputs."""
        values: list[Any] = [None] * self._size
        for i, x in zip(self._input_slots, flat_inputs, strict=True):
            values[i] = x
        for step in self._steps:
            operation: Any = step.operation if call is None else call(step.operation)
            if step.simple is not None:
                values[step.outputs[0]] = operation(values[step.simple])
                continue

            def fill(x: Any) -> Any:
                return values[x.index] if type(x) is _Slot else x

            args = tree.map_structure(fill, step.args)
            out = operation(*args, **tree.map_structure(fill, step.kwargs))
            results = [y for y in tree.flatten(out) if y is not None]
            for i, y in zip(step.outputs, results, strict=True):
                values[i] = y
        return tree.pack_sequence_as(self.output_nest, [values[i] for i in self._output_slots])


@public("keras.Function", "keras.models.Function")
class Function(Operation):
    """The operations between some symbolic tensors and others, as one operation.

    Args:
        inputs: A nest of `KerasTensor`s.
        outputs: A nest of `KerasTensor`s that depend on nothing but ``inputs``.
        name: A name; made from the class by default.

    Raises:
        ValueError: If an output depends on something that is no input.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.KerasTensor((None, 2)), keras.KerasTensor((None, 2))
    >>> f = keras.Function([a, b], keras.ops.add(a, b) * 2)
    >>> x, y = keras.ops.array([[1.0, 2.0]]), keras.ops.array([[3.0, 4.0]])
    >>> keras.ops.convert_to_numpy(f([x, y])).tolist()
    [[8.0, 12.0]]
    """

    _plan: Plan

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._plan = Plan(inputs, outputs)

    def _computes_on_host(self) -> bool:
        return all(_is_on_host(node.operation) for node in self._plan.nodes)

    @property
    def operations(self) -> list[Operation]:
        """The operations, each once: those farthest from the outputs first."""
        return list(self._plan.operations)

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, flat."""
        return self._plan.inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, flat."""
        return self._plan.outputs

    @property
    def input(self) -> Any:
        """The symbolic inputs in their nest."""
        return self._plan.input_nest

    @property
    def output(self) -> Any:
        """The symbolic outputs in their nest."""
        return self._plan.output_nest

    def call(self, inputs: Any) -> Any:
        """Run the operations."""
        return self.run(tree.flatten(inputs))

    def run(
        self,
        flat_inputs: Sequence[Any],
        call: Callable[[Operation], Callable[..., Any]] | None = None,
    ) -> Any:
        """Run the operations on flat inputs.

        Args:
            flat_inputs: As many values as there are inputs.
            call: What to call instead of an operation, as a function of the operation.
        """
        if len(flat_inputs) != len(self.inputs):
            raise ValueError(
                f"{self.name!r} expected {len(self.inputs)} input(s). Received: {len(flat_inputs)}"
            )
        return self._plan.run(flat_inputs, call)

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic outputs for other symbolic inputs."""
        with SymbolicScope():
            return self.call(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for inputs of other shapes."""
        shapes = [input_shape] if is_shape(input_shape) else _flatten_shapes(input_shape)
        inputs = [KerasTensor(s, x.dtype) for s, x in zip(shapes, self.inputs, strict=True)]
        with SymbolicScope():
            outputs = self.run(inputs)
        return tree.map_structure(lambda t: t.shape, outputs)


def plan_of(function: Function) -> Plan:
    """The calls of a function, in the order in which they are made."""
    return function._plan


def _flatten_shapes(shapes: Any) -> list[Any]:
    if is_shape(shapes):
        return [shapes]
    values = [shapes[k] for k in sorted(shapes)] if isinstance(shapes, dict) else shapes
    return [s for v in values for s in _flatten_shapes(v)]


def _is_on_host(operation: Any) -> bool:
    """Whether an operation computes on the host, or is a model of such."""
    asked = getattr(type(operation), "_computes_on_host", None)
    return asked is not None and asked(operation)


def sort_graph(inputs: Sequence[Any], outputs: Sequence[Any]) -> tuple[list[Node], list[Operation]]:
    """The calls between inputs and outputs as they run, and their operations as they are listed.

    Files name weights by the order of the operations, so it is that of Keras: by distance, the
    largest number of calls from the operation to an output; those of one distance as they are
    met on the way from the outputs to the inputs. Calls run by distance too.

    Args:
        inputs: Symbolic tensors. Nothing before them is part of the result.
        outputs: Symbolic tensors.

    Returns:
        The nodes, without those of input layers, and the operations, with the input layers.

    Raises:
        ValueError: If an output depends on something that is no input.
    """
    nodes, met = _walk(inputs, outputs)
    distances: dict[Node, int] = {}
    of_operation: dict[Operation, int] = {}
    for node in reversed(nodes):  # each before those that it needs
        # The calls of one operation are never nearer than the ones that have been seen.
        distance = max(distances.get(node, 0), of_operation.get(node.operation, 0))
        distances[node] = of_operation[node.operation] = distance
        for parent in node.parent_nodes:
            distances[parent] = max(distances.get(parent, 0), distance + 1)
    for x in inputs:
        history = history_of(x)
        if history is not None and history.node.is_input and history.operation not in met:
            of_operation[history.operation] = 0
            met[history.operation] = -1
    wanted = set(nodes)
    calls = [n for n in distances if n in wanted and not n.is_input]
    calls.sort(key=lambda n: -distances[n])
    operations = sorted(of_operation, key=lambda o: (-of_operation[o], met[o]))
    return calls, [o for outer in operations for o in (outer, *inner_layers(outer))]


def _walk(inputs: Sequence[Any], outputs: Sequence[Any]) -> tuple[list[Node], dict[Operation, int]]:
    """The nodes, each after those it needs, and when each operation was met. No recursion."""
    given = {id(x) for x in inputs}
    order: list[Node] = []
    done: set[Node] = set()
    met: dict[Operation, int] = {}
    for output in outputs:
        stack: list[tuple[Any, bool]] = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            history = history_of(tensor)
            if history is None or (id(tensor) in given and not history.node.is_input):
                if id(tensor) in given:
                    continue
                raise ValueError(
                    f"The output {output!r} depends on {tensor!r}, which is neither among the "
                    "`inputs` nor made by an operation. Give it as an input."
                )
            node = history.node
            if node in done:
                continue
            if expanded:
                done.add(node)
                order.append(node)
                continue
            if node.is_input and id(tensor) not in given:
                raise ValueError(
                    "`inputs` not connected to `outputs`: the output "
                    f"{output.name!r} depends on the input {tensor.name!r}, which was not given "
                    "among the `inputs`."
                )
            met.setdefault(node.operation, len(met))
            stack.append((tensor, True))
            stack.extend((x, False) for x in reversed(node.input_tensors))
    return order, met


def from_inputs(inputs: Any, outputs: Any) -> tuple[Any, Any]:
    """The same graph with every input made by an input layer.

    Where an input is what another operation made, the calls behind it are recorded anew, with
    the same operations.

    Args:
        inputs: A nest of symbolic tensors.
        outputs: A nest of symbolic tensors that depend on nothing but ``inputs``.
    """
    replaced: dict[int, KerasTensor] = {}
    between = False
    for x in tree.flatten(inputs):
        history = history_of(x)
        if history is None:
            InputLayer(batch_shape=x.shape, dtype=x.dtype, input_tensor=x, name=x.name)
        elif not history.node.is_input:
            between = True
            layer = InputLayer(
                batch_shape=x.shape, dtype=x.dtype, sparse=x.sparse, ragged=x.ragged, name=x.name
            )
            replaced[id(x)] = layer._inbound_nodes[0].outputs[0]
    if not between:
        return inputs, outputs

    def new(x: Any) -> Any:
        return replaced.get(id(x), x)

    nodes, _ = sort_graph(tree.flatten(inputs), tree.flatten(outputs))
    for node in nodes:
        copies = [KerasTensor(t.shape, t.dtype, t.sparse, t.ragged) for t in node.outputs]
        replaced.update((id(t), c) for t, c in zip(node.outputs, copies, strict=True))
        args, kwargs = tree.map_structure(new, (node.args, node.kwargs))
        Node(node.operation, args, kwargs, copies[0] if node.returns_tensor else copies)
    return tree.map_structure(new, inputs), tree.map_structure(new, outputs)


@public("keras.utils.get_source_inputs")
def get_source_inputs(tensor: Any) -> list[KerasTensor]:
    """The inputs that a symbolic tensor depends on, in the order in which they are met.

    Args:
        tensor: A symbolic tensor.

    Example:

    >>> import keras_core as keras
    >>> a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    >>> [x.name for x in keras.utils.get_source_inputs(keras.layers.Add()([a, b]))]
    ['a', 'b']
    """
    if history_of(tensor) is None:
        return [tensor]
    found: dict[int, KerasTensor] = {}
    stack, seen = [tensor], set()
    while stack:
        x = stack.pop()
        history = history_of(x)
        if history is None or history.node.is_input:
            found.setdefault(id(x), x)
        elif history.node not in seen:
            seen.add(history.node)
            stack.extend(reversed(history.node.input_tensors))
    return list(found.values())
