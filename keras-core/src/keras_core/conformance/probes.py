"""Uses of what a backend may override and no row of the table calls.

A probe runs the same code with the overrides on and off, and gives the arrays that have to
agree: steps of optimizers, layers that fuse several operations. For random numbers, which are
others on every engine, it gives their moments.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import keras_core
from keras_core import ops
from keras_core.conformance.calls import arrays_of
from keras_core.conformance.compare import Array
from keras_core.core.tensors import runtime

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]
"""What is done to a function before it is called: nothing, or `ops.jit`."""


@dataclass(frozen=True)
class Probe:
    """A use of one override."""

    override: str
    run: Callable[[Wrap], list[Array]]
    tolerance: float = 2e-5
    label: str = ""
    compiles: bool = True
    """Whether it can be run within the backend's compiler, too."""

    @property
    def id(self) -> str:
        """A stable name of the case."""
        return f"{self.override}-{self.label}" if self.label else self.override


def iter_probes() -> Iterator[Probe]:
    """All probes."""
    yield Probe("digamma", _value_and_slope(ops.lgamma))
    yield Probe("resample", _value_and_slope(_resized()))
    yield Probe("resample", _value_and_slope(_resized(antialias=True)), label="antialias")
    yield from _randomness()
    yield from _optimizers()
    yield from _layers()


def _resized(**options: Any) -> Callable[[Any], Any]:
    return lambda x: ops.image.resize(ops.expand_dims(x, -1), (2, 5), **options)


# -- Operations --------------------------------------------------------------------

_X = np.linspace(0.2, 1.4, 6, dtype="float32").reshape(3, 2)


def _value_and_slope(f: Callable[[Any], Any]) -> Any:
    """A probe's function: ``f`` of a matrix, and the gradient of its sum where there are any."""

    def run(wrap: Wrap) -> list[Array]:
        x = ops.convert_to_tensor(_X)
        found = [wrap(f)(x)]
        if runtime.CAPABILITIES.autodiff != "none":
            found.append(wrap(ops.grad(lambda x: ops.sum(f(x))))(x))
        return arrays_of(found)

    return run


# -- Random numbers ------------------------------------------------------------------


def _moments(draw: Callable[[], Any]) -> Any:
    def run(wrap: Wrap) -> list[Array]:
        x = np.asarray(ops.convert_to_numpy(draw())).astype("float64")
        quantiles = np.quantile(x, [0.05, 0.25, 0.5, 0.75, 0.95])
        return [x.mean(keepdims=True), x.std(keepdims=True), quantiles]

    return run


def _randomness() -> Iterator[Probe]:
    random = keras_core.random
    for name, draw in {
        "random_normal": lambda: random.normal((40000,), mean=1.0, stddev=2.0, seed=3),
        "random_randint": lambda: random.randint((40000,), -50, 150, seed=3),
        "random_gamma": lambda: random.gamma((40000,), 2.5, seed=3),
    }.items():
        yield Probe(name, _moments(draw), tolerance=0.06, compiles=False)


# -- Optimizers and layers -----------------------------------------------------------


def _steps(name: str, options: dict[str, Any]) -> Any:
    def run(wrap: Wrap) -> list[Array]:
        optimizer = getattr(keras_core.optimizers, name)(learning_rate=0.1, **options)
        variables = [keras_core.Variable(_X), keras_core.Variable(_X[0] - 1)]
        optimizer.build(variables)
        for k in range(3):
            grads = [ops.convert_to_tensor(np.cos(v.numpy() + k)) for v in variables]
            optimizer.apply(grads, variables)
        return [np.asarray(ops.convert_to_numpy(v.value)) for v in variables]

    return run


def _optimizers() -> Iterator[Probe]:
    for override, name, cases in (
        ("sgd_update", "SGD", ({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True})),
        ("adam_update", "Adam", ({}, {"amsgrad": True}, {"weight_decay": 0.1})),
        ("rmsprop_update", "RMSprop", ({}, {"momentum": 0.9}, {"centered": True})),
    ):
        for options in cases:
            label = "-".join(options)
            yield Probe(override, _steps(name, options), label=label, compiles=False)


def _trained(make: Callable[[], Any], shape: tuple[int, ...]) -> Any:
    """A layer called in training mode: its output, its state, and its gradients."""

    def run(wrap: Wrap) -> list[Array]:
        keras_core.utils.set_random_seed(0)
        layer = make()
        x = ops.convert_to_tensor(np.random.default_rng(0).normal(size=shape).astype("float32"))
        if not layer.built:
            layer.build(shape)
        found = [wrap(lambda x: layer(x, training=True))(x), *layer.non_trainable_variables]
        if runtime.CAPABILITIES.autodiff != "none":
            function = ops.grad(
                lambda: ops.sum(ops.square(layer(x, training=True))),
                variables=layer.trainable_variables,
            )
            found += function()
        return [np.asarray(ops.convert_to_numpy(y)) for y in found]

    return run


def _in_bytes() -> Any:
    layer = keras_core.layers.Dense(3)
    layer.build((2, 3, 5))
    layer.quantize("int8")
    return layer


def _layers() -> Iterator[Probe]:
    layers = keras_core.layers
    yield Probe("dense", _trained(lambda: layers.Dense(3), (4, 5)))
    yield Probe("dense", _trained(lambda: layers.Dense(3), (2, 3, 5)), label="3d")
    yield Probe("int8_matmul", _trained(_in_bytes, (2, 3, 5)), label="3d")
    yield Probe("conv_and_bias", _trained(lambda: layers.Conv1D(3, 2), (2, 6, 2)), label="1d")
    yield Probe(
        "conv_and_bias",
        _trained(lambda: layers.Conv2D(4, 3, strides=2, padding="same", groups=2), (2, 7, 6, 2)),
        label="2d",
        tolerance=1e-4,
    )
    yield Probe(
        "batch_normalization_training",
        _trained(lambda: layers.BatchNormalization(), (4, 3, 2)),
        tolerance=1e-4,
    )
    yield Probe(
        "batch_normalization_training",
        _trained(lambda: layers.BatchNormalization(axis=1, scale=False), (4, 3, 2)),
        label="axis",
        tolerance=1e-4,
    )
