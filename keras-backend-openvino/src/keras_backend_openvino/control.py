"""Control flow: Python's own where tensors have values, nodes of the graph while tracing."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset15 as op

from keras_backend_openvino import primitives as p
from keras_backend_openvino.graph import DTYPES, Tensor, Trace, flatten, integer, rebuild
from keras_core_plugins.nest import map_leaves


def _tensor(x: Any) -> Any:
    """A leaf as a tensor, if it is a number or a variable."""
    if x is None or isinstance(x, Tensor):
        return x
    value = getattr(x, "__keras_value__", None)
    if value is not None:
        return value()
    kind = "bool" if isinstance(x, bool) else "int32" if isinstance(x, int) else "float32"
    return Tensor(kind, np.asarray(x, DTYPES[kind]))


class _Body:
    """A function traced into a graph of its own, with inputs for what it takes from outside."""

    def __init__(self, fn: Callable[..., Any], args: Any, shapes: Sequence[Any]) -> None:
        with Trace() as trace:
            pairs = zip(flatten(args), shapes, strict=True)
            self.out = fn(*rebuild(args, [trace.parameter(x.dtype, shape) for x, shape in pairs]))
            self.out = map_leaves(_tensor, self.out)
            self.leaves = flatten(self.out)
            self.results = [op.result(_own(x.output)) for x in self.leaves]
        self.parameters = trace.parameters
        captured = [x.output for x in trace.captured]
        self.captured = list(zip(trace.parameters[len(shapes) :], captured, strict=True))

    def model(self) -> Any:
        """What OpenVINO takes for a body.

        Inputs are results too, so that no operation writes in their memory: the CPU plugin
        reads it once more, for the results of a step, after it has filled it for the next one.
        """
        return ov.Model([*self.results, *map(op.result, self.parameters)], self.parameters)

    def lifted(self, outputs: Sequence[Any]) -> Any:
        """The results, given the outputs of the node around the body."""
        trace: Any = Trace.current()
        pairs = zip(self.leaves, outputs, strict=True)
        return rebuild(self.out, [trace.tensor(y, x.dtype) for x, y in pairs])


def _own(x: Any) -> Any:
    """A result that is no input: with inputs for results, a swap would lose one of them."""
    if x.get_node().get_type_name() != "Parameter":
        return x
    twice = op.concat([op.unsqueeze(x, integer([0]))] * 2, 0)
    return op.gather(twice, integer(1), integer(0)).output(0)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    if pred.trace is None:
        return true_fn() if pred else false_fn()
    bodies = _Body(true_fn, (), ()), _Body(false_fn, (), ())
    kinds = [[(x.dtype, x.ndim) for x in body.leaves] for body in bodies]
    if kinds[0] != kinds[1]:
        raise ValueError(
            "`true_fn` and `false_fn` should return outputs of the same kind (struct, dtype and "
            f"shape). Got {bodies[0].leaves} and {bodies[1].leaves} instead."
        )
    node = op.if_op(pred.output)
    node.set_then_body(bodies[0].model())
    node.set_else_body(bodies[1].model())
    for i, body in enumerate(bodies):
        for parameter, x in body.captured:
            node.set_input(x, *((parameter, None) if i == 0 else (None, parameter)))
    outputs = [node.set_output(*pair) for pair in zip(*(b.results for b in bodies), strict=True)]
    return bodies[0].lifted(outputs)


def _loop(
    step: Callable[[Any, Any], Any], state: Any, xs: Any, trips: Any, start: Any
) -> tuple[Any, Any]:
    """``step(state, slice of xs) -> (whether to go on, state, slice of ys)`` as a node."""
    carried, sliced = flatten(state), flatten(xs)
    shapes = [x.static_shape for x in carried] + [(1, *x.static_shape[1:]) for x in sliced]
    body = _Body(step, (state, xs), shapes)
    node = op.loop(_tensor(trips).output, _tensor(start).output)
    node.set_function(body.model())
    node.set_special_body_ports([-1, 0])
    for parameter, x in body.captured:
        node.set_invariant_input(parameter, x)
    results = [r.input_value(0) for r in body.results]
    inputs, count, way = iter(body.parameters), 1 + len(carried), (0, 1, 1, -1, 0)
    for x, result in zip(carried, results[1:count], strict=True):
        node.set_merged_input(next(inputs), x.output, result)
    for x in sliced:
        node.set_sliced_input(next(inputs), x.output, *way)
    outputs = [node.get_iter_value(r, -1) for r in results[:count]]
    outputs += [node.get_concatenated_slices(r, *way) for r in results[count:]]
    _, state, ys = body.lifted(outputs)
    return state, ys


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: Any
) -> Any:
    limit = -1 if maximum_iterations is None else maximum_iterations
    if Trace.current() is None:
        while limit and cond(*loop_vars):
            loop_vars, limit = tuple(body(*loop_vars)), limit - 1
        return loop_vars

    def step(state: Any, _: None) -> Any:
        state = map_leaves(_tensor, tuple(body(*state)))
        return cond(*state), state, None

    state = map_leaves(_tensor, tuple(loop_vars))
    return _loop(step, state, None, limit, cond(*state))[0]


def scan(
    f: Callable[[Any, Any], Any], init: Any, xs: Any, length: Any, reverse: bool, unroll: Any
) -> tuple[Any, Any]:
    leaves = flatten(xs)
    size = leaves[0].shape[0] if leaves else length
    if isinstance(size, int) and (Trace.current() is None or unroll is True or size < 2):
        return _unrolled(f, init, xs, size, reverse)
    if reverse:  # which a node could read, but not write
        carry, ys = scan(f, init, _map(_flipped, xs), length, False, unroll)
        return carry, _map(_flipped, ys)

    def step(carry: Any, x: Any) -> Any:
        carry, y = f(carry, _map(lambda x: p.reshape(x, x.shape[1:]), x))
        return True, carry, _map(_row, map_leaves(_tensor, y))

    return _loop(step, map_leaves(_tensor, init), xs, size, True)


def _map(fn: Callable[[Tensor], Tensor], nest: Any) -> Any:
    return rebuild(nest, map(fn, flatten(nest)))


def _row(x: Tensor) -> Tensor:
    return p.reshape(x, (1, *x.shape))


def _flipped(x: Tensor) -> Tensor:
    return p.flip(x, (0,))


def _unrolled(f: Any, init: Any, xs: Any, size: int, reverse: bool) -> tuple[Any, Any]:
    carry, steps = init, []
    for i in reversed(range(size)) if reverse else range(size):
        place = Tensor("int32", np.array(i, np.int32))
        carry, y = f(carry, _map(lambda x, i=place: p.take(x, i, 0), xs))
        steps.append(map_leaves(_tensor, y))
    if not steps:
        return carry, None
    columns = zip(*map(flatten, reversed(steps) if reverse else steps), strict=True)
    return carry, rebuild(steps[0], [p.concatenate([*map(_row, c)], 0) for c in columns])
