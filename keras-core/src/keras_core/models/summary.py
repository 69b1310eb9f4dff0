"""Tables of models for people."""

import re
from collections.abc import Sequence
from typing import Any

from keras_core.core.base import config, tree
from keras_core.core.base import console as messages


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


def _connections(layer: Any, model: Any) -> str:
    out = []
    for node in layer._inbound_nodes:
        for parent in node.parent_nodes:
            out.append(f"{parent.operation.name}[0][0]")
    return ", ".join(out) or "-"


def print_summary(
    model: Any,
    line_length: int | None = None,
    positions: Sequence[float] | None = None,
    print_fn: Any = None,
    expand_nested: bool = False,
    show_trainable: bool = False,
    layer_range: Any = None,
) -> None:
    """Print a table of the layers of a model; see `Model.summary`."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    layers = list(model.layers)
    functional = hasattr(model, "operations")
    linear = not functional or all(
        len(node.input_tensors) <= 1 for layer in layers for node in layer._inbound_nodes
    )
    if layer_range is not None:
        layers = _between(layers, layer_range)
    table = Table(width=line_length)
    table.add_column("Layer (type)", overflow="fold")
    table.add_column("Output Shape", overflow="fold")
    table.add_column("Param #", justify="right")
    if not linear:
        table.add_column("Connected to", overflow="fold")
    if show_trainable:
        table.add_column("Trai…", justify="center")

    def add(layer: Any, depth: int) -> None:
        if layer.built:
            params = f"{layer.count_params():,}"
        else:
            params = f"{0 if not layer.weights else count_params(layer.weights):,} (unbuilt)"
        row = [
            escape("  " * depth + f"{layer.name} ({type(layer).__name__})"),
            escape(_output_shape(layer)),
            params,
        ]
        if not linear:
            row.append(escape(_connections(layer, model)))
        if show_trainable:
            row.append("Y" if layer.trainable else "N")
        table.add_row(*row)
        if expand_nested and hasattr(layer, "layers"):
            for inner in layer.layers:
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
    console = Console(width=line_length, record=print_fn is not None, quiet=False)
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


def _between(layers: list[Any], layer_range: Any) -> list[Any]:
    first, last = layer_range
    hits = [i for i, x in enumerate(layers) if re.match(first, x.name)]
    ends = [i for i, x in enumerate(layers) if re.match(last, x.name)]
    if not hits or not ends:
        raise ValueError(
            f"Passed layer_range does not match any layer. Received: {layer_range}, layers: "
            f"{[x.name for x in layers]}"
        )
    return layers[min(hits) : max(ends) + 1]
