"""The derivative of each row of the table of layers along one direction.

A row is made a scalar function of its inputs and trainable weights: its outputs, weighed by random
numbers. The reference backend computes the slope of that along a random direction, by finite
differences in float64; a backend has to have gradients that say the same.
"""

import zlib
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import ops
from keras_core.conformance.suite.layer_rows import LayerRow, iter_layer_rows

_STEPS = (1e-3, 1e-5)
"""A long one for layers that compute in float32 whatever they are asked for, and a short one that
passes by the bends of others."""

_STAIRS = {"Equalization", "ContrastLimitedAdaptiveHistogramEqualization"}
"""Constant between steps, which finite differences stumble over."""


def rows() -> list[LayerRow]:
    """The rows that have derivatives. What is drawn in training has other numbers in float64."""
    every = iter_layer_rows()
    return [row for row in every if not row.options.get("training") and row.name not in _STAIRS]


def loss_of(row: LayerRow) -> tuple[Callable[..., Any], list[Any]]:
    """A row as a scalar function of arrays, and these: its float inputs and trainable weights."""
    layer = row.built()
    inputs, options = row.draw()
    places = [i for i, x in enumerate(inputs) if x.dtype.kind == "f"]
    others = [v.numpy() for v in layer.non_trainable_variables]

    def loss(*arrays: Any) -> Any:
        rest = iter(arrays)
        filled: list[Any] = list(inputs)
        for i, x in zip(places, islice(rest, len(places)), strict=True):
            filled[i] = x
        args = [filled] if row.as_list else filled
        out, _ = layer.stateless_call(
            list(rest), list(map(ops.convert_to_tensor, others)), *args, **options
        )
        total = ops.convert_to_tensor(0.0, keras.config.floatx())
        for i, y in enumerate(keras.tree.flatten(out)):
            if y is not None and "float" in ops.dtype(y):
                rng = np.random.default_rng(zlib.crc32(row.id.encode()) + i)
                weights = ops.convert_to_tensor(rng.normal(size=tuple(y.shape)), ops.dtype(y))
                term = ops.sum(ops.multiply(y, weights))
                total = ops.add(total, ops.cast(term, keras.config.floatx()))
        return total

    dtype = keras.config.floatx()
    # Where two inputs are equal, each engine says something else of their maximum.
    rng = np.random.default_rng(zlib.crc32(row.id.encode()) + 7)
    apart = [inputs[i] + 0.01 * rng.uniform(-1, 1, inputs[i].shape) for i in places]
    given = [x.astype("float32").astype(dtype) for x in apart]
    return loss, given + [np.asarray(v.numpy(), dtype) for v in layer.trainable_variables]


def directions(row: LayerRow, given: Sequence[Any]) -> list[Any]:
    """A direction for each argument."""
    rng = np.random.default_rng(zlib.crc32(row.id.encode()))
    return [rng.normal(size=x.shape) for x in given]


def slopes() -> dict[str, Any]:
    """The slope of each row by its id, on the backend that runs, which should be the reference.

    Twice, for steps of two lengths, by Richardson's extrapolation of central differences.
    """
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        return {row.id: np.array(_slopes(row)) for row in rows()}
    finally:
        keras.config.set_floatx(before)


def _slopes(row: LayerRow) -> list[float]:
    loss, given = loss_of(row)
    along = directions(row, given)

    def at(step: float) -> float:
        moved = [x + step * d for x, d in zip(given, along, strict=True)]
        return float(ops.convert_to_numpy(loss(*map(ops.convert_to_tensor, moved))))

    def central(step: float) -> float:
        return (at(step) - at(-step)) / (2 * step)

    return [(4 * central(step / 2) - central(step)) / 3 for step in _STEPS]


def gradients(rows: Sequence[LayerRow], jit: Callable[..., Any]) -> dict[str, float]:
    """The same by the gradients of the backend, of one function that is wrapped by ``jit``."""
    made = [(row, *loss_of(row)) for row in rows]
    functions = [ops.grad(loss, argnums=tuple(range(len(given)))) for _, loss, given in made]

    def together(*tensors: Any) -> list[Any]:
        rest = iter(tensors)
        return [
            list(f(*islice(rest, len(given))))
            for f, (_, _, given) in zip(functions, made, strict=True)
        ]

    flat = [ops.convert_to_tensor(x) for _, _, given in made for x in given]
    found = jit(together)(*flat)
    return {row.id: _along(row, given, f) for (row, _, given), f in zip(made, found, strict=True)}


def _along(row: LayerRow, given: Sequence[Any], found: Sequence[Any]) -> float:
    pairs = zip(found, directions(row, given), strict=True)
    return sum(float((ops.convert_to_numpy(g).astype("float64") * d).sum()) for g, d in pairs)
