"""Tables of models for people."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core.base import config, tree
from keras_core.core.base import console as messages
from keras_core.core.graph.nodes import Node, history_of, kind_of
from keras_core.models.function import sort_graph


def _size(shape: Any) -> int:
    total = 1
    for d in shape:
        total *= d
    return total


def count_params(variables: Sequence[Any]) -> int:
    """The number of scalars in variables."""
    return sum(_size(v.shape) for v in variables)


_BYTES = {"bool": 1, "int8": 1, "uint8": 1, "float16": 2, "bfloat16": 2, "int16": 2, "uint16": 2,
          "float64": 8, "int64": 8, "uint64": 8}  # fmt: skip


def memory_of(variables: Sequence[Any]) -> int:
    """The bytes that variables take."""
    return sum(_size(v.shape) * _BYTES.get(v.dtype, 4) for v in variables)


def readable(size: float) -> str:
    """A number of bytes for people."""
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.2f} {unit}"
        size /= 1024
    raise AssertionError("the last unit returns")


class _Graph:
    """The calls in the graph of a functional model, and which operation each belongs to."""

    def __init__(self, model: Any) -> None:
        self.nodes: dict[int, list[Node]] = {}
        nodes, _ = sort_graph(model.inputs, model.outputs)
        for node in nodes:
            self.nodes.setdefault(id(node.operation), []).append(node)
        users = Counter(id(t) for node in nodes for t in node.input_tensors)
        self.branches = (
            len(model.inputs) > 1
            or any(len(calls) > 1 for calls in self.nodes.values())
            or any(len(node.input_tensors) > 1 for node in nodes)
            or any(count > 1 for count in users.values())
        )

    def connections(self, operation: Any) -> str:
        """Where an operation's inputs come from: name, number of the call, number of the output."""
        found = [history_of(t) for n in self.nodes.get(id(operation), ()) for t in n.input_tensors]
        return (
            ", ".join(f"{h.operation.name}[{h.node_index}][{h.tensor_index}]" for h in found if h)
            or "-"
        )


def _output_shape(layer: Any) -> str:
    if layer._inbound_nodes:
        shapes = [t.shape for t in layer._inbound_nodes[0].outputs]
        return str(shapes[0]) if len(shapes) == 1 else str(shapes)
    try:
        return str(tree.map_structure(lambda t: t.shape, layer.output))
    except AttributeError:
        pass
    config = layer.get_build_config()
    shape = config.get("input_shape") if config else None
    if layer.built and shape:
        try:
            return str(layer.compute_output_shape(tuple(shape)))
        except Exception:  # a subclass may need more than a shape; "?" says so
            return "?"
    return "?"


def _parameters(layer: Any) -> str:
    if not hasattr(layer, "weights"):  # an operation
        return "0"
    if layer.built:
        return f"{layer.count_params():,}"
    return f"{count_params(layer.weights):,} (unbuilt)"


def _trainable(layer: Any) -> str:
    if not getattr(layer, "weights", None):
        return "-"
    return "Y" if layer.trainable else "N"


def _widths(positions: Sequence[float], length: int, columns: int) -> list[int]:
    """The widths of columns that end at positions, in characters or as shares of the length."""
    if len(positions) < columns or any(
        b <= a for a, b in itertools.pairwise([0, *positions[:columns]])
    ):
        raise ValueError(
            f"`positions` should be {columns} growing numbers, the ends of the columns in "
            f"characters or as shares of the line. Received: positions={positions}"
        )
    scale = length if positions[-1] <= 1 else 1
    ends = [round(p * scale) for p in positions[:columns]]
    # A column has a space at each side and a line at its right; the first also one at its left.
    return [max(1, b - a - 3) for a, b in itertools.pairwise([1, *ends])]


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Callable[[str], object] | None = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Sequence[str] | None = None,
) -> None:
    """Print a table of the layers of a model; see `Model.summary`."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    functional = hasattr(model, "operations")
    layers = list(model.operations if functional else model.layers)
    if layer_range is not None:
        layers = _between(layers, layer_range)
    graph = _Graph(model) if functional else None
    columns: list[tuple[str, dict[str, Any], Callable[[Any], str]]] = [
        ("Output Shape", {"overflow": "fold"}, lambda x: escape(_output_shape(x))),
        ("Param #", {"justify": "right"}, _parameters),
    ]
    if graph is not None and graph.branches:
        columns += [("Connected to", {"overflow": "fold"}, lambda x: escape(graph.connections(x)))]
    if show_trainable:
        columns += [("Trainable", {"justify": "center"}, _trainable)]
    console = Console(width=line_length, record=print_fn is not None, quiet=False)
    widths: Sequence[int | None] = [None] * (len(columns) + 1)
    if positions is not None:
        widths = _widths(positions, line_length or console.width, len(columns) + 1)
    table = Table(width=line_length if positions is None else None, show_lines=True)
    table.add_column("Layer (type)", overflow="fold", width=widths[0])
    for (title, options, _), width in zip(columns, widths[1:], strict=True):
        table.add_column(title, width=width, **options)

    def add(layer: Any, depth: int) -> None:
        indent = "" if not depth else "   " * depth + "└ "
        title = escape(f"{indent}{layer.name} ({kind_of(layer)})")
        table.add_row(title, *(cell(layer) for _, _, cell in columns))
        if expand_nested:
            for inner in getattr(layer, "layers", ()):
                add(inner, depth + 1)

    for layer in layers:
        add(layer, 0)
    trainable, frozen = model.trainable_weights, model.non_trainable_weights
    lines = [
        _total("Total params", [*trainable, *frozen]),
        _total("Trainable params", trainable),
        _total("Non-trainable params", frozen),
    ]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None and optimizer.built:
        lines.append(_total("Optimizer params", optimizer.variables))
        lines[0] = _total("Total params", [*trainable, *frozen, *optimizer.variables])
    if print_fn is None and config.is_interactive_logging_enabled():
        console.print(f'[bold]Model: "{escape(model.name)}"[/bold]')
        console.print(table)
        for line in lines:
            console.print(line, highlight=False)
        return
    with console.capture() as capture:
        console.print(f'Model: "{escape(model.name)}"')
        console.print(table)
        for line in lines:
            console.print(line, highlight=False)
    (print_fn or messages.write)(capture.get())


def _total(title: str, variables: Sequence[Any]) -> str:
    return f" {title}: {count_params(variables):,} ({readable(memory_of(variables))})"


def _between(layers: list[Any], layer_range: Sequence[str]) -> list[Any]:
    if len(layer_range) != 2:
        raise ValueError(
            "layer_range must be two names of layers, or regular expressions for them: the first "
            f"and the last to show. Received: layer_range={layer_range}"
        )
    first, last = layer_range
    hits = [i for i, x in enumerate(layers) if re.match(first, x.name)]
    ends = [i for i, x in enumerate(layers) if re.match(last, x.name)]
    if not hits or not ends:
        raise ValueError(
            f"Passed layer_range does not match any layer. Received: {layer_range}, layers: "
            f"{[x.name for x in layers]}"
        )
    return layers[min(hits) : max(ends) + 1]
