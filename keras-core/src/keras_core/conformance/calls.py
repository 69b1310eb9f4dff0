"""Rows of the table of operations, called on the backend of the process."""

import itertools
import os
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from keras_core import ops
from keras_core.conformance.compare import (
    Array,
    Tolerance,
    assert_close,
    describe,
    np_dtype,
)
from keras_core.conformance.operations import Row
from keras_core.core.base import tree
from keras_core.core.tensors import native as tensors
from keras_core.core.tensors import runtime

BY_DEFAULT: Final = ops.jit if runtime.CAPABILITIES.jit_by_default else None
"""How functions are compiled where the backend trains compiled, which is quicker than eagerly."""


def is_float(value: Any) -> bool:
    """Whether an argument is an array of floats: those take the dtype that a case is about."""
    return np.asarray(value).dtype.kind == "f"


def rounded(values: Sequence[Any], dtype: str) -> list[Any]:
    """The float arguments, in float64, with the values that they have in ``dtype``."""
    return [
        np.asarray(v).astype(np_dtype(dtype)).astype("float64") if is_float(v) else v
        for v in values
    ]


def tensors_of(values: Sequence[Any], dtype: str) -> list[Any]:
    """The arguments as tensors: floats of ``dtype``, all others of their own."""
    return [ops.convert_to_tensor(v, dtype if is_float(v) else None) for v in values]


def arrays_of(outputs: Any) -> list[Array]:
    """The tensors of a nest as arrays."""
    return [np.asarray(ops.convert_to_numpy(y)) for y in tree.flatten(outputs)]


def call_text(row: Row, values: Sequence[Any], dtype: str) -> str:
    """The call in words, for messages."""
    shown = [
        np.asarray(v).astype(np_dtype(dtype)) if is_float(v) else np.asarray(v) for v in values
    ]
    options = [f"{name}={value!r}" for name, value in row.options.items()]
    return f"{row.path}({', '.join([*map(describe, shown), *options])})"


def failure(row: Row, values: Sequence[Any], dtype: str, problem: str) -> AssertionError:
    """What a case raises: what was called, and what is wrong."""
    return AssertionError(f"{problem}\n  called   {call_text(row, values, dtype)}")


def guarded(row: Row, values: Sequence[Any], dtype: str, action: Callable[[], Any]) -> Any:
    """``action()``; what it raises is told together with the call."""
    try:
        return action()
    except Exception as error:
        words = f"raised {type(error).__name__}: {error}{_place(error)}"
        raise failure(row, values, dtype, words) from error


def _place(error: BaseException) -> str:
    """Where in the backend's own code it was raised, or passed through last; in words."""
    file = getattr(runtime.PRIMITIVES, "__file__", None)  # None if they are no module
    folder = os.path.dirname(file) if file else None
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if os.path.dirname(frame.filename) == folder]
    return f"\n  in       {own[-1].filename}:{own[-1].lineno}, {own[-1].name}" if own else ""


def call(row: Row, values: Sequence[Any], dtype: str = "float32") -> list[Array]:
    """Call the operation of a row, and return its results as arrays."""
    return guarded(row, values, dtype, lambda: arrays_of(row.call(tensors_of(values, dtype))))


def calls_together(
    rows: Sequence[Row], dtype: str, wrap: Callable[..., Any]
) -> dict[str, list[Array]]:
    """The results of several rows by id, of one function, given to ``wrap``, that calls them all.

    The float arguments are rounded to ``dtype`` first.
    """
    given = [tensors_of(rounded(row.draw(), dtype), dtype) for row in rows]
    calls = [
        (row.how, row.function, row.options, len(values))
        for row, values in zip(rows, given, strict=True)
    ]

    def call_all(*tensors: Any) -> list[Any]:
        rest = iter(tensors)
        return [
            how(function, list(itertools.islice(rest, count)), **options)
            for how, function, options, count in calls
        ]

    outputs = wrap(call_all)(*itertools.chain(*given))
    return {row.id: arrays_of(out) for row, out in zip(rows, outputs, strict=True)}


_ALLOWED = {"float64": 1e-10, "float32": 2e-5, "float16": 2e-2, "bfloat16": 1e-1}


def allowed(row: Row, dtype: str) -> Tolerance:
    """How far a result of a row may be off that was computed in ``dtype``."""
    size = _ALLOWED.get(dtype, _ALLOWED["float32"]) * row.tolerance
    return Tolerance(rtol=size, atol=size)


def compare(
    row: Row,
    values: Sequence[Any],
    dtype: str,
    found: Sequence[Array],
    expected: Sequence[Array],
    limit: Tolerance,
    what: str = "result",
) -> None:
    """Hold results against what is expected; raise an `AssertionError` that says it all."""
    if len(found) != len(expected):
        problem = f"{what}: {len(found)} tensors came back, expected {len(expected)}"
        raise failure(row, values, dtype, problem)
    for i, (actual, target) in enumerate(zip(found, expected, strict=True)):
        label = f"{what} {i}" if len(found) > 1 else what
        try:
            assert_close(actual, target, limit, label)
        except AssertionError as error:
            got = f"\n  got      {describe(actual)}\n  expected {describe(target)}"
            raise failure(row, values, dtype, f"{error}{got}") from None


# -- Gradients -----------------------------------------------------------------------


def weights_of(outputs: Sequence[Array]) -> list[Array]:
    """Weights that make one number of several results; the same for the same shapes."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=np.shape(y)) for y in outputs]


def loss_of(row: Row, values: Sequence[Any], dtype: str, weights: Sequence[Array]) -> Any:
    """The weighted sum of the float results of a row, as a function of its float arguments."""
    places = [i for i, v in enumerate(values) if is_float(v)]
    given = tensors_of(values, dtype)

    def loss(*xs: Any) -> Any:
        filled = list(given)
        for i, x in zip(places, xs, strict=True):
            filled[i] = x
        total = ops.convert_to_tensor(0.0, dtype)
        for y, w in zip(tree.flatten(row.call(filled)), weights, strict=True):
            kind = tensors.dtype_of(y)  # an engine's own `y.dtype` may be anything
            if "float" in kind:
                total = ops.add(total, ops.sum(ops.multiply(y, ops.convert_to_tensor(w, kind))))
        return total

    return loss


def gradients(
    row: Row,
    values: Sequence[Any],
    dtype: str,
    weights: Sequence[Array],
    jit: Callable[..., Any] | None = BY_DEFAULT,
) -> list[Array]:
    """The gradients of the weighted sum by each float argument, compiled by ``jit``."""
    xs = [ops.convert_to_tensor(v, dtype) for v in values if is_float(v)]
    loss = loss_of(row, values, dtype, weights)
    function = ops.grad(loss, argnums=tuple(range(len(xs))))
    if jit is not None:
        function = jit(function)
    return guarded(row, values, dtype, lambda: arrays_of(list(function(*xs))))


def gradients_together(
    asked: Sequence[tuple[Row, Sequence[Array]]], dtype: str, jit: Callable[..., Any]
) -> dict[str, list[Array]]:
    """The gradients of several rows by id, of one compiled function that takes them all.

    Args:
        asked: The rows, and the weights of their results.
        dtype: The dtype of the float arguments.
        jit: What compiles.
    """
    losses: list[Any] = []
    given: list[list[Any]] = []
    for row, weights in asked:
        values = row.draw()
        given.append([ops.convert_to_tensor(v, dtype) for v in values if is_float(v)])
        losses.append(loss_of(row, values, dtype, weights))
    gradient_functions = [
        ops.grad(loss, argnums=tuple(range(len(xs))))
        for loss, xs in zip(losses, given, strict=True)
    ]

    def call_all(*tensors: Any) -> list[Any]:
        rest = iter(tensors)
        return [
            gradient(*itertools.islice(rest, len(xs)))
            for gradient, xs in zip(gradient_functions, given, strict=True)
        ]

    outputs = jit(call_all)(*itertools.chain(*given))
    return {row.id: arrays_of(list(out)) for (row, _), out in zip(asked, outputs, strict=True)}
