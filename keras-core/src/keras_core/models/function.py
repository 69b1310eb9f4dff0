"""A graph of operations as a function: planned once, run as a flat list of calls."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.engine import tree
from keras_core.engine.graph import Node, Operation, history_of
from keras_core.engine.scopes import SymbolicScope
from keras_core.engine.symbolic import KerasTensor
from keras_core.layers.shapes import is_shape


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
    >>> keras.ops.convert_to_numpy(f([[[1.0, 2.0]], [[3.0, 4.0]]])).tolist()
    [[8.0, 12.0]]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._init_graph(inputs, outputs)

    def _init_graph(self, inputs: Any, outputs: Any) -> None:
        self._inputs_struct = tree.map_structure(lambda x: x, inputs)
        self._outputs_struct = tree.map_structure(lambda x: x, outputs)
        self._inputs = tree.flatten(inputs)
        self._outputs = tree.flatten(outputs)
        if not self._inputs:
            raise ValueError(f"`inputs` argument cannot be empty. Received: inputs={inputs!r}")
        if not self._outputs:
            raise ValueError(f"`outputs` argument cannot be empty. Received: outputs={outputs!r}")
        for what, xs in (("inputs", self._inputs), ("outputs", self._outputs)):
            for x in xs:
                if not isinstance(x, KerasTensor):
                    raise ValueError(
                        f"All `{what}` values must be KerasTensors. Received: {what}={x!r} "
                        f"(of type {type(x).__name__})"
                    )
        self._nodes = sort_nodes(self._inputs, self._outputs)
        slots: dict[int, int] = {}
        for x in self._inputs:
            slots.setdefault(id(x), len(slots))
        for node in self._nodes:
            for t in node.outputs:
                slots.setdefault(id(t), len(slots))
        self._slot_count = len(slots)
        self._input_slots = [slots[id(x)] for x in self._inputs]
        self._output_slots = [slots[id(x)] for x in self._outputs]
        self._steps = [_Step(node, slots) for node in self._nodes]

    @property
    def operations(self) -> list[Operation]:
        """The operations, each once, in the order in which they run."""
        seen: dict[int, Operation] = {}
        for x in self._inputs:
            history = history_of(x)
            if history is not None:
                seen[id(history.operation)] = history.operation
        for node in self._nodes:
            for operation in (node.operation, *node.operation._inner_layers):
                seen[id(operation)] = operation
        return list(seen.values())

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, flat."""
        return self._inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, flat."""
        return self._outputs

    @property
    def input(self) -> Any:
        """The symbolic inputs in their nest."""
        return self._inputs_struct

    @property
    def output(self) -> Any:
        """The symbolic outputs in their nest."""
        return self._outputs_struct

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
        if len(flat_inputs) != len(self._input_slots):
            raise ValueError(
                f"{self.name!r} expected {len(self._input_slots)} input(s). "
                f"Received: {len(flat_inputs)}"
            )
        values: list[Any] = [None] * self._slot_count
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
        return tree.pack_sequence_as(self._outputs_struct, [values[i] for i in self._output_slots])

    def compute_output_spec(self, inputs: Any) -> Any:
        """The symbolic outputs for other symbolic inputs."""
        with SymbolicScope():
            return self.call(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for inputs of other shapes."""
        shapes = [input_shape] if is_shape(input_shape) else _flatten_shapes(input_shape)
        inputs = [KerasTensor(s, x.dtype) for s, x in zip(shapes, self._inputs, strict=True)]
        with SymbolicScope():
            outputs = self.run(inputs)
        return tree.map_structure(lambda t: t.shape, outputs)


def _flatten_shapes(shapes: Any) -> list[Any]:
    if is_shape(shapes):
        return [shapes]
    values = [shapes[k] for k in sorted(shapes)] if isinstance(shapes, dict) else shapes
    return [s for v in values for s in _flatten_shapes(v)]


def sort_nodes(inputs: Sequence[Any], outputs: Sequence[Any]) -> list[Node]:
    """The nodes between inputs and outputs, each after those it needs. No recursion.

    Raises:
        ValueError: If an output depends on something that is no input.
    """
    given = {id(x) for x in inputs}
    order: list[Node] = []
    done: set[int] = set()
    for output in outputs:
        stack: list[tuple[Any, bool]] = [(output, False)]
        while stack:
            tensor, expanded = stack.pop()
            if id(tensor) in given:
                continue
            history = history_of(tensor)
            if history is None:
                raise ValueError(
                    f"The output {output!r} depends on {tensor!r}, which is neither among the "
                    "`inputs` nor made by an operation. Give it as an input."
                )
            node = history.node
            if id(node) in done:
                continue
            if node.is_input:
                raise ValueError(
                    "`inputs` not connected to `outputs`: the output "
                    f"{output.name!r} depends on the input {tensor.name!r}, which was not given "
                    "among the `inputs`."
                )
            if expanded:
                done.add(id(node))
                order.append(node)
                continue
            stack.append((tensor, True))
            stack.extend((x, False) for x in reversed(node.input_tensors))
    return order
