"""Control flow: Python's own where tensors have values, nodes of the graph while tracing."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset15 as op

from keras_backend_openvino import primitives as p
from keras_backend_openvino.graph import DTYPES, Tensor, Trace, const, lift
from keras_backend_openvino.nest import flatten, rebuild


def _tensors(nest: Any) -> Any:
    """The nest with Python's numbers as tensors."""
    if isinstance(nest, dict):
        return {k: _tensors(v) for k, v in nest.items()}
    if isinstance(nest, (list, tuple)):
        return type(nest)(_tensors(v) for v in nest)
    if nest is None or isinstance(nest, Tensor):
        return nest
    value = getattr(nest, "__keras_value__", None)
    if value is not None:
        return value()
    kind = "bool" if isinstance(nest, bool) else "int32" if isinstance(nest, int) else "float32"
    return Tensor(kind, np.asarray(nest, DTYPES[kind]))


class _Body:
    """A function traced into a graph of its own, with inputs for what it takes from outside."""

    def __init__(self, fn: Callable[..., Any], args: Any) -> None:
        with Trace() as trace:
            pairs = [trace.parameter(x.dtype, x.static_shape) for x in flatten(args)]
            self.parameters = [parameter for parameter, _ in pairs]
            self.out = _tensors(fn(*rebuild(args, iter([x for _, x in pairs]))))
            self.leaves = flatten(self.out)
            self.results = [op.result(_own(x.output)) for x in self.leaves]
        self.captured = trace.captured

    def model(self) -> Any:
        """What OpenVINO takes for a body.

        Inputs are results too, so that no operation writes in their memory: the CPU plugin
        reads it once more, for the results of a step, after it has filled it for the next one.
        """
        inputs = [*self.parameters, *(q for q, _ in self.captured)]
        return ov.Model([*self.results, *map(op.result, inputs)], inputs)

    def lifted(self, outputs: Sequence[Any]) -> Any:
        """The results, given the outputs of the node around the body."""
        pairs = zip(outputs, self.leaves, strict=True)
        return rebuild(self.out, iter([lift(y, x.dtype, ()) for y, x in pairs]))


def _own(x: Any) -> Any:
    """A result that is no input: with inputs for results, a swap would lose one of them."""
    if x.get_node().get_type_name() != "Parameter":
        return x
    twice = op.concat([op.unsqueeze(x, const([0], np.int32))] * 2, 0)
    return op.gather(twice, const(1, np.int32), const(0, np.int32)).output(0)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    if pred.traced is None:
        return true_fn() if pred else false_fn()
    bodies = _Body(true_fn, ()), _Body(false_fn, ())
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
            node.set_input(x.output, *((parameter, None) if i == 0 else (None, parameter)))
    outputs = [node.set_output(*pair) for pair in zip(*(b.results for b in bodies), strict=True)]
    return bodies[0].lifted(outputs)


def switch(index: Tensor, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    if index.traced is None:
        return branches[min(max(int(index), 0), len(branches) - 1)](*operands)
    out = lambda: branches[-1](*operands)  # noqa: E731
    for i in reversed(range(len(branches) - 1)):
        out = _branch(index <= i, branches[i], operands, out)  # type: ignore[operator]
    return out()


def _branch(pred: Tensor, fn: Callable[..., Any], operands: Any, rest: Any) -> Callable[[], Any]:
    return lambda: cond(pred, lambda: fn(*operands), rest)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: Any
) -> Any:
    if Trace.current() is None:
        count = 0
        while (maximum_iterations is None or count < maximum_iterations) and cond(*loop_vars):
            loop_vars = tuple(body(*loop_vars))
            count += 1
        return loop_vars

    def step(*state: Any) -> Any:
        state = tuple(_tensors(body(*state)))
        return cond(*state), state

    loop_vars = tuple(_tensors(loop_vars))
    limit = -1 if maximum_iterations is None else maximum_iterations
    return _loop(step, loop_vars, _tensors(limit), _tensors(cond(*loop_vars)))


def _loop(step: Callable[..., Any], state: Any, trips: Tensor, start: Tensor) -> Any:
    """``step(*state) -> (whether to go on, state)`` as a node, until it says no."""
    body = _Body(step, state)
    node = op.loop(trips.output, start.output)
    node.set_function(body.model())
    node.set_special_body_ports([-1, 0])
    results = [r.input_value(0) for r in body.results]
    for parameter, x, result in zip(body.parameters, flatten(state), results[1:], strict=True):
        node.set_merged_input(parameter, x.output, result)
    for parameter, x in body.captured:
        node.set_invariant_input(parameter, x.output)
    outputs = [node.get_iter_value(r, -1) for r in results]
    return body.lifted(outputs)[1]


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    lower, upper = _tensors(lower), _tensors(upper)
    return while_loop(
        lambda i, _: i < upper, lambda i, v: (i + 1, body_fun(i, v)), (lower, init_val), None
    )[1]


def scan(
    f: Callable[[Any, Any], Any], init: Any, xs: Any, length: Any, reverse: bool, unroll: Any
) -> tuple[Any, Any]:
    leaves = flatten(xs)
    size = leaves[0].shape[0] if leaves else length
    if isinstance(size, int) and (Trace.current() is None or unroll is True or size < 2):
        return _unrolled(f, init, xs, size, reverse)
    if reverse:  # which a node could read, but not write
        carry, ys = scan(f, init, _flipped(xs), length, False, unroll)
        return carry, _flipped(ys)

    def step(init: Any, xs: Any) -> Any:
        slices = [p.reshape(x, x.shape[1:]) for x in flatten(xs)]
        carry, ys = f(init, rebuild(xs, iter(slices)))
        ys = _tensors(ys)
        parts = [p.reshape(y, (1, *y.shape)) for y in flatten(ys)]
        return _tensors(True), _tensors(carry), rebuild(ys, iter(parts))

    init = _tensors(init)
    body = _Body(step, (init, rebuild(xs, iter([_slice_like(x) for x in leaves]))))
    node = op.loop(_tensors(size).output, const(True, bool))
    node.set_function(body.model())
    node.set_special_body_ports([-1, 0])
    results = [r.input_value(0) for r in body.results]
    carried = flatten(init)
    way = (0, 1, 1, -1, 0)  # start, stride, size, end, axis
    for i, x in enumerate((*carried, *leaves)):
        if i < len(carried):
            node.set_merged_input(body.parameters[i], x.output, results[1 + i])
        else:
            node.set_sliced_input(body.parameters[i], x.output, *way)
    for parameter, x in body.captured:
        node.set_invariant_input(parameter, x.output)
    outputs = [node.get_iter_value(r, -1) for r in results[: 1 + len(carried)]]
    outputs += [node.get_concatenated_slices(r, *way) for r in results[1 + len(carried) :]]
    _, carry, ys = body.lifted(outputs)
    return carry, ys


def _flipped(nest: Any) -> Any:
    return rebuild(nest, iter([p.flip(x, (0,)) for x in flatten(nest)]))


def _slice_like(x: Tensor) -> Tensor:
    return p.slice(x, (0,) * x.ndim, (1, *[None] * (x.ndim - 1)), (1,) * x.ndim)


def _unrolled(f: Any, init: Any, xs: Any, size: int, reverse: bool) -> tuple[Any, Any]:
    carry, steps = init, []
    for i in reversed(range(size)) if reverse else range(size):
        carry, y = f(carry, rebuild(xs, iter([x[i] for x in flatten(xs)])))  # type: ignore[index]
        steps.append(_tensors(y))
    if not steps:
        return carry, None
    if reverse:
        steps.reverse()
    columns = zip(*map(flatten, steps), strict=True)
    stacked = [p.concatenate([p.reshape(y, (1, *y.shape)) for y in c], 0) for c in columns]
    return carry, rebuild(steps[0], iter(stacked))
