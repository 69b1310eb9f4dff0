"""Level ``gradients``: the derivatives of every operation."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.calls import (
    arrays_of,
    compare,
    failure,
    gradients,
    guarded,
    is_float,
    loss_of,
    weights_of,
)
from keras_core.conformance.compare import Array, Tolerance, assert_close, describe
from keras_core.conformance.operations import Row, functionals, iter_rows
from keras_core.conformance.overrides import applying, params
from keras_core.conformance.probes import Probe, Wrap
from keras_core.conformance.sidecar import Computed, compute
from keras_core.conformance.suite.transforms import TRANSFORMS, X, Y
from keras_core.engine import runtime, tree
from keras_core.engine.symbolic import KerasTensor
from keras_core.models import Function

pytestmark = pytest.mark.needs("gradients")

DTYPE = "float64" if "float64" in runtime.CAPABILITIES.dtypes else "float32"
"""What derivatives are computed in."""

PRECISION = 1e-6 if DTYPE == "float64" else 2e-3

ROWS = [
    row
    for row in iter_rows()
    if row.differentiable
    and any(map(is_float, row.draw()))
    and all(np.asarray(v).size for v in row.draw())
]
by_row = pytest.mark.parametrize(
    "row", applying(ROWS, DTYPE, compiled=runtime.CAPABILITIES.jit_by_default)
)


def _reference(row: Row, values: list[Any]) -> list[Array]:
    with np.errstate(all="ignore"):
        return [np.asarray(y) for y in tree.flatten(row.expected(values))]


def _slope(row: Row, values: list[Any], weights: list[Array], directions: list[Array]) -> float:
    """The derivative of the weighted sum of the reference's results along a direction.

    By Richardson's extrapolation of central differences: the error is of the fourth order.
    """

    def at(step: float) -> float:
        rest = iter(directions)
        moved = [np.asarray(v) + step * next(rest) if is_float(v) else v for v in values]
        out = _reference(row, moved)
        return sum(
            float((w * y).sum()) for w, y in zip(weights, out, strict=True) if y.dtype.kind == "f"
        )

    def central(step: float) -> float:
        return (at(step) - at(-step)) / (2 * step)

    return (4 * central(5e-5) - central(1e-4)) / 3


def _along(grads: list[Array], directions: list[Array]) -> float:
    return sum(
        float((g.astype("float64") * d).sum()) for g, d in zip(grads, directions, strict=True)
    )


def _directions(values: list[Any]) -> list[Array]:
    rng = np.random.default_rng(1)
    return [rng.normal(size=np.shape(v)) for v in values if is_float(v)]


@by_row
def test_value(row: Row) -> None:
    """The gradient is that of finite differences of the reference, along a random direction."""
    values = row.draw()
    weights = weights_of(_reference(row, values))
    _check_slope(row, values, weights, gradients(row, values, DTYPE, weights))


def _check_slope(row: Row, values: list[Any], weights: list[Array], grads: list[Array]) -> None:
    directions = _directions(values)
    shapes = [g.shape for g in grads]
    if shapes != (wanted := [d.shape for d in directions]):
        raise failure(row, values, DTYPE, f"gradients of shapes {shapes}, expected {wanted}")
    found, expected = _along(grads, directions), _slope(row, values, weights, directions)
    limit = PRECISION * row.tolerance
    if not abs(found - expected) <= limit * (1 + abs(expected)):
        shown = ", ".join(map(describe, grads))
        problem = f"the gradients are {shown}\n  along a direction {found}, expected {expected}"
        raise failure(row, values, DTYPE, problem)


CONTROL_FLOW = [row for row in ROWS if row.name in {each.name for each in functionals.rows()}]


@pytest.mark.needs("jit")
@pytest.mark.parametrize("row", applying(CONTROL_FLOW, DTYPE, compiled=True))
def test_compiled(row: Row, jit: Wrap) -> None:
    """So it is when a compiled function takes it."""
    values = row.draw()
    weights = weights_of(_reference(row, values))
    _check_slope(row, values, weights, gradients(row, values, DTYPE, weights, jit))


# -- Against the core's own differentiation ------------------------------------------


@pytest.fixture(scope="module")
def tape() -> dict[str, Computed]:
    """The gradients of all rows by the core's tape, on numpy."""
    return compute(ROWS, backend="numpy", dtype=DTYPE, with_gradients=True)


@pytest.mark.needs("native gradients")
@by_row
def test_tape(row: Row, tape: dict[str, Computed]) -> None:
    """Each gradient is that of the core's tape."""
    expected = tape[row.id]
    if expected.error:
        pytest.fail(f"the core's tape on numpy: {expected.error}", pytrace=False)
    values = row.draw()
    grads = gradients(row, values, DTYPE, weights_of(expected.values))
    size = (1e-8 if DTYPE == "float64" else 1e-4) * row.tolerance
    limit = Tolerance(rtol=size, atol=size, scaled=1.0)
    compare(row, values, DTYPE, grads, expected.gradients, limit, "gradient")


# -- Against the composites ----------------------------------------------------------


def _differentiable(use: Row | Probe) -> bool:
    return isinstance(use, Row) and use.differentiable and any(map(is_float, use.draw()))


@pytest.mark.needs("native gradients")
@pytest.mark.parametrize("override, use", params(_differentiable))
def test_override(override: str, use: Row, composites: dict[str, Computed]) -> None:
    """The gradient of an override is that of the composite that it replaces."""
    expected = composites[use.id]
    if expected.error:
        pytest.fail(f"without the override {override!r}: {expected.error}", pytrace=False)
    values = use.draw()
    grads = gradients(use, values, "float32", weights_of(expected.values))
    limit = Tolerance(rtol=1e-4 * use.tolerance, atol=1e-4 * use.tolerance, scaled=1.0)
    what = f"gradient of the override {override!r}"
    compare(use, values, "float32", grads, expected.gradients, limit, what)


# -- Second derivatives --------------------------------------------------------------

ELEMENTWISE = [
    row
    for row in ROWS
    if len(row.arguments) == 1
    and not row.options
    and "." not in row.name
    and [np.shape(y) for y in tree.flatten(row.expected(row.draw()))] == [row.arguments[0].shape]
    and len(row.arguments[0].shape) > 1
]


@pytest.mark.parametrize("row", applying(ELEMENTWISE, DTYPE))
def test_second(row: Row) -> None:
    """Second derivatives times a direction are finite differences of the gradient."""
    values = row.draw()
    weights = weights_of(_reference(row, values))
    loss = loss_of(row, values, DTYPE, weights)
    (direction,) = _directions(values)
    along = ops.convert_to_tensor(direction, DTYPE)

    def slope(x: Any) -> Any:
        return ops.sum(ops.multiply(ops.grad(loss)(x), along))

    x = np.asarray(values[0])
    tensor = ops.convert_to_tensor(x, DTYPE)
    (second,) = guarded(row, values, DTYPE, lambda: arrays_of(ops.grad(slope)(tensor)))
    step = 1e-5 if DTYPE == "float64" else 1e-3

    def gradient(at: Array) -> Array:
        return gradients(row, [at], DTYPE, weights)[0].astype("float64")

    expected = (gradient(x + step * direction) - gradient(x - step * direction)) / (2 * step)
    size = (1e-6 if DTYPE == "float64" else 5e-2) * row.tolerance
    limit = Tolerance(rtol=size, atol=size, scaled=1.0)
    compare(row, values, DTYPE, [second], [expected], limit, "second derivative")


# -- Derivatives of functions --------------------------------------------------------


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", TRANSFORMS)
def test_transform(name: str) -> None:
    """`grad` and its relatives, of each other too, give what the rules of calculus give."""
    _check_transform(name, lambda function: function)


@pytest.mark.needs("jit")
@pytest.mark.parametrize("name", TRANSFORMS)
def test_compiled_transform(name: str, jit: Wrap) -> None:
    """So they do in compiled functions."""
    _check_transform(name, jit)


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", TRANSFORMS)
def test_transform_in_a_graph(name: str) -> None:
    """So they do in graphs that were made with symbolic tensors."""

    def made(function: Callable[..., Any]) -> Callable[..., Any]:
        inputs = [KerasTensor((None, 2), DTYPE), KerasTensor((None, 2), DTYPE)]
        graph = Function(inputs, function(*inputs))
        return lambda *xs: graph.run(xs)

    _check_transform(name, made)


def _check_transform(name: str, wrap: Wrap) -> None:
    call, reference = TRANSFORMS[name]
    x, y = ops.convert_to_tensor(X, DTYPE), ops.convert_to_tensor(Y, DTYPE)
    found, expected = wrap(call)(x, y), reference(X, Y)
    assert tree.map_structure(lambda _: 0, found) == tree.map_structure(lambda _: 0, expected)
    for i, (a, e) in enumerate(zip(arrays_of(found), tree.flatten(expected), strict=True)):
        limit = Tolerance(*(2 * [1e-9 if DTYPE == "float64" else 1e-5]), scaled=1.0)
        assert_close(a, np.asarray(e), limit, f"{name}: result {i}")
