"""Control flow. What is Python's own while tensors have values becomes part of the graph."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from keras_backend_tensorflow._engine import dims, tf

_map = tf.nest.map_structure


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return tf.cond(pred, true_fn, false_fn)


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    index = tf.clip_by_value(tf.cast(index, tf.int32), 0, len(branches) - 1)
    return tf.switch_case(index, [lambda f=f: f(*operands) for f in branches])


def _loop(
    cond: Callable[[Any], Any], body: Callable[[Any], Any], state: Any, limit: Any = None
) -> Any:
    """`tf.while_loop` over any nest; there None is no value."""

    def values(nest: Any) -> list[Any]:
        tf.nest.assert_same_structure(state, nest)
        return [x for x in tf.nest.flatten(nest) if x is not None]

    def nest(values: Sequence[Any]) -> Any:
        rest = iter(values)
        return _map(lambda x: None if x is None else next(rest), state)

    out = tf.while_loop(
        lambda *xs: cond(nest(xs)),
        lambda *xs: values(body(nest(xs))),
        [x if isinstance(x, tf.TensorArray) else tf.convert_to_tensor(x) for x in values(state)],
        maximum_iterations=limit,
        parallel_iterations=32,  # 10, the default, leaves cores idle in loops of small steps
    )
    return nest(out)


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: Any
) -> Any:
    def step(state: Any) -> Any:
        return tuple(body(*state))

    return _loop(lambda state: cond(*state), step, tuple(loop_vars), maximum_iterations)


def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    def step(state: Any) -> Any:
        return state[0] + 1, body_fun(*state)

    return _loop(lambda state: state[0] < upper, step, (lower, init_val))[1]


def _tensors(nest: Any) -> list[Any]:
    """The tensors of a nest, in which None is no value."""
    return [tf.convert_to_tensor(x) for x in tf.nest.flatten(nest) if x is not None]


def _filled(nest: Any, values: Iterator[Any]) -> Any:
    """The nest with other values."""
    return _map(lambda x: None if x is None else next(values), nest)


def scan(
    f: Callable[[Any, Any], Any], init: Any, xs: Any, length: Any, reverse: bool, unroll: Any
) -> tuple[Any, Any]:
    leaves = [x for x in tf.nest.flatten(xs) if x is not None]
    size = dims(leaves[0])[0] if leaves else length

    if type(size) is int and size and (unroll is True or tf.executing_eagerly()):
        carry, parts = init, []
        for i in reversed(range(size)) if reverse else range(size):
            carry, y = f(carry, _map(lambda x, i=i: None if x is None else x[i], xs))
            parts.append(y)
        if reverse:
            parts.reverse()
        return carry, _map(lambda *ys: None if ys[0] is None else tf.stack(ys), *parts)

    starts, parts = _tensors(init), _tensors(xs)

    # What a step returns has to be known before the loop is built, so it is traced here, once.
    def flat_step(carry: list[Any], elements: list[Any]) -> tuple[list[Any], Any]:
        held, given = iter(carry), iter(elements)
        following, y = f(_filled(init, held), _filled(xs, given))
        tf.nest.assert_same_structure(init, following)
        return _tensors(following), y

    traced = tf.function(flat_step, autograph=False).get_concrete_function(
        [tf.TensorSpec(x.shape, x.dtype) for x in starts],
        [tf.TensorSpec(x.shape[1:], x.dtype) for x in parts],
    )
    _, y = traced.structured_outputs
    arrays = [tf.TensorArray(v.dtype, size, element_shape=v.shape) for v in _tensors(y)]
    # The gradient of a slice is as large as the whole at each step; that of a read, one element.
    steps = [
        tf.TensorArray(x.dtype, size, element_shape=x.shape[1:], clear_after_read=False).unstack(x)
        for x in parts
    ]

    def step(state: Any) -> Any:
        i, carry, arrays = state
        place = size - 1 - i if reverse else i
        carry, y = traced(carry, [a.read(place) for a in steps])
        return i + 1, carry, [a.write(place, v) for a, v in zip(arrays, _tensors(y), strict=True)]

    # XLA differentiates a loop only if it knows how long it may be.
    _, ends, arrays = _loop(lambda state: state[0] < size, step, (0, starts, arrays), size)
    stacked = iter([a.stack() for a in arrays])
    return _filled(init, iter(ends)), _filled(y, stacked)


def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    def run(xs: Any) -> Any:
        return tf.vectorized_map(function, xs)

    # Eagerly it traces `function` by AutoGraph, which puts words of its own in front of errors.
    return (tf.function(run, autograph=False) if tf.executing_eagerly() else run)(elements)
