"""Differentiation by `tf.GradientTape`."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from keras_backend_tensorflow._engine import tf


def _differentiable(x: Any) -> bool:
    return bool(x.dtype.is_floating or x.dtype.is_complex)


def _watch(tape: Any, xs: Sequence[Any]) -> None:
    for x in xs:
        if _differentiable(x):  # TensorFlow warns of others
            tape.watch(x)


def _gradients(tape: Any, ys: Any, xs: Sequence[Any], cotangents: Any = None) -> list[Any]:
    wanted = [x for x in xs if _differentiable(x)]
    found = iter(tape.gradient(ys, wanted, output_gradients=cotangents) if wanted else ())
    grads = [next(found) if _differentiable(x) else None for x in xs]
    # A gather gives `IndexedSlices`.
    return [tf.convert_to_tensor(g) if isinstance(g, tf.IndexedSlices) else g for g in grads]


def value_and_grad(
    fn: Callable[[Sequence[Any]], tuple[Any, Any]], xs: Sequence[Any]
) -> tuple[tuple[Any, Any], list[Any]]:
    """The loss, what came with it, and the gradients by tensors or variables."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        _watch(tape, xs)
        loss, aux = fn(xs)
    return (loss, aux), _gradients(tape, loss, xs)


def vjp(
    fn: Callable[..., list[Any]], xs: Sequence[Any]
) -> tuple[list[Any], Callable[[Sequence[Any]], list[Any]]]:
    """The outputs, and the pullback, which may be called again."""
    # An input that is also an output, or comes twice, has to be a node of its own.
    xs = [tf.identity(x) for x in xs]
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        _watch(tape, xs)
        ys = list(fn(*xs))

    def pullback(cotangents: Sequence[Any]) -> list[Any]:
        # TensorFlow takes ones for None.
        pairs = [(y, dy) for y, dy in zip(ys, cotangents, strict=True) if dy is not None]
        return _gradients(tape, [y for y, _ in pairs], xs, [dy for _, dy in pairs])

    return ys, pullback


def jvp(
    fn: Callable[..., list[Any]], xs: Sequence[Any], tangents: Sequence[Any]
) -> tuple[list[Any], list[Any]]:
    """The outputs and their tangents, in one pass forward."""
    xs = [tf.identity(x) for x in xs]
    with tf.autodiff.ForwardAccumulator(xs, list(tangents)) as accumulator:
        ys = list(fn(*xs))
    zero = tf.UnconnectedGradients.ZERO
    return ys, [accumulator.jvp(y, unconnected_gradients=zero) for y in ys]


def stop_gradient(x: Any) -> Any:
    """``x`` as a constant."""
    return tf.stop_gradient(x)


def custom_gradient(
    fn: Callable[..., tuple[list[Any], Callable[..., list[Any]]]], xs: Sequence[Any]
) -> list[Any]:
    """Call ``fn`` with its own gradient."""

    @tf.custom_gradient
    def call(*args: Any) -> Any:
        ys, pullback = fn(*args)

        # TensorFlow asks for `variables` where `fn` reads some; they get no gradient.
        def gradient(*cotangents: Any, variables: Sequence[Any] | None = None) -> Any:
            dxs = _at_once(list(pullback(*cotangents)))
            return dxs if variables is None else (dxs, [None] * len(variables))

        return list(ys), gradient

    return list(call(*xs))


def checkpoint(fn: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """``fn``, run again for its gradient instead of keeping what is in between."""

    def call(*xs: Any) -> list[Any]:
        results: list[list[Any]] = []

        def run(floats: Sequence[Any]) -> list[Any]:
            given = iter(floats)
            results.append(fn(*[next(given) if _differentiable(x) else x for x in xs]))
            return [y for y in results[-1] if _differentiable(y)]

        # TensorFlow wants a gradient for whatever goes in and comes out.
        @tf.custom_gradient
        def of_floats(*floats: Any) -> Any:
            def gradient(*cotangents: Any, variables: Sequence[Any] = ()) -> Any:
                with tf.control_dependencies(cotangents):  # not before they are there
                    again = [tf.identity(x) for x in floats]
                sources = [*again, *variables]
                with tf.GradientTape() as tape:
                    for source in sources:
                        tape.watch(source)
                    ys = run(again)
                grads = _at_once(tape.gradient(ys, sources, output_gradients=list(cotangents)))
                count = len(again)
                return (grads[:count], grads[count:]) if variables else grads

            return run(floats), gradient

        floats = iter(of_floats(*filter(_differentiable, xs)))
        return [next(floats) if _differentiable(y) else y for y in results[0]]

    return call


def _at_once(tensors: list[Any]) -> list[Any]:
    """The tensors, each once all are there.

    TensorFlow takes the result of a function of its own gradient apart, and then no longer knows
    that the update of a variable has to wait for the gradients that read its value.
    """
    if not tf.inside_function():
        return tensors
    present = [x for x in tensors if x is not None]
    with tf.control_dependencies(tf.nest.flatten(present, expand_composites=True)):
        return [
            None if x is None else tf.nest.map_structure(tf.identity, x, expand_composites=True)
            for x in tensors
        ]


def no_grad() -> AbstractContextManager[None]:
    """Nothing to do: only what a tape watches is prepared for gradients."""
    return nullcontext()
