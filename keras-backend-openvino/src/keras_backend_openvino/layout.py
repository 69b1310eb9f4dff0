"""Channels first and last.

OpenVINO's kernels have the channels first, the protocol has them last. In a model, a convolution
and what follows it element by element stay in OpenVINO's order: the transposition sinks behind
each operation, until it meets its inverse in front of the next convolution.
"""

from typing import Any

from openvino import opset15 as op

from keras_backend_openvino.graph import Output, ints, sizes


def _to_last(rank: int) -> tuple[int, ...]:
    return (0, *range(2, rank), 1)


def first(x: Any) -> Output:
    """``x`` with the channels first."""
    rank = len(sizes(x))
    return op.transpose(x, ints((0, rank - 1, *range(1, rank - 1)))).output(0)


def last(x: Any) -> Output:
    """``x`` with the channels last."""
    return op.transpose(x, ints(_to_last(len(sizes(x))))).output(0)


def _source(x: Output) -> Output | None:
    """What ``x`` is with the channels first, if it was made by `last`."""
    node = x.get_node()
    if node.get_type_name() != "Transpose":
        return None
    order = _numbers(node.input_value(1))
    return node.input_value(0) if len(order) > 2 and order == _to_last(len(order)) else None


def _numbers(x: Output) -> tuple[int, ...]:
    """The values of a 1-D constant; nothing for what is none."""
    node = x.get_node()
    return tuple(node.get_data().tolist()) if node.get_type_name() == "Constant" else ()


_POINTWISE = {"BitwiseNot", "Convert", "Gelu", "IsNaN", "LogicalNot", "Select", "SoftPlus", "Swish"}


def _turned(node: Any) -> tuple[list[Output], bool] | None:
    """The inputs of a node with the channels first, and whether the result has them there.

    None for a node that is left as it is.
    """
    inputs, attributes = node.input_values(), node.get_attributes()
    rank = next((len(x.get_partial_shape()) for x in inputs if _source(x) is not None), 0)
    if not rank or any(len(x.get_partial_shape()) > rank for x in inputs):
        return None
    name, order = node.get_type_name(), _to_last(rank)
    parent = node.get_type_info().parent
    if name in _POINTWISE or (parent and parent.name.startswith(("Unary", "Binary"))):
        return [_broadcast(x, rank) for x in inputs], True
    if name == "Concat" and attributes["axis"] in (-1, rank - 1):
        node.set_attribute("axis", 1)
        return [first(x) for x in inputs], True
    if name == "Pad":
        widths = map(_numbers, inputs[1:3])
        return [
            first(inputs[0]),
            *(ints([w[0], w[-1], *w[1:-1]]) for w in widths),
            *inputs[3:],
        ], True
    if name.startswith("Reduce"):
        axes = sorted(order[a] for a in _numbers(inputs[1]))
        kept = [a for a in order if a not in axes]
        if attributes["keep_dims"] or kept == sorted(kept):
            return [first(inputs[0]), ints(axes)], attributes["keep_dims"]
    return None


def _broadcast(x: Output, rank: int) -> Output:
    missing = rank - len(x.get_partial_shape())
    if missing == rank:
        return x
    return first(op.unsqueeze(x, ints(range(missing))) if missing else x)


def sink_transposes(model: Any) -> Any:
    """The model, changed in place."""
    for node in model.get_ordered_ops():
        turned = _turned(node)
        if turned is None:
            continue
        for place, x in zip(node.inputs(), turned[0], strict=True):
            place.replace_source_output(x)
        node.validate_and_infer_types()
        if turned[1]:
            readers = node.output(0).get_target_inputs()
            back = last(node)
            for reader in readers:
                reader.replace_source_output(back)
    model.validate_nodes_and_infer_types()
    return model
