"""Level ``gradients``: the derivatives of every operation."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.bundles import Bundle
from keras_core.conformance.calls import (
    BY_DEFAULT,
    arrays_of,
    compare,
    failure,
    gradients,
    gradients_together,
    guarded,
    is_float,
    loss_of,
    weights_of,
)
from keras_core.conformance.compare import Array, Tolerance, assert_close, describe
from keras_core.conformance.operations import Row, functionals, iter_rows
from keras_core.conformance.overrides import applying, params
from keras_core.conformance.probes import Probe, Wrap
from keras_core.conformance.sidecar import Computed, compute, of_composite
from keras_core.conformance.suite import jobs, layer_slopes, values
from keras_core.conformance.suite.layer_rows import LayerRow
from keras_core.conformance.suite.transforms import TRANSFORMS, X, Y
from keras_core.core.base import tree
from keras_core.core.tensors import runtime
from keras_core.core.tensors.symbolic import KerasTensor
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
    "row",
    applying(
        ROWS,
        DTYPE,
        compiled=BY_DEFAULT is not None,
        marks=lambda row: [pytest.mark.bundle("gradients", row)],
    ),
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


def _check(row: Row, bundle: Bundle, check: Callable[[list[Array]], None]) -> None:
    """Check the gradients of a row: as the bundle has them, or else by themselves."""
    if BY_DEFAULT is not None and bundle.passes(row, _bundled, check):
        return
    values = row.draw()
    check(gradients(row, values, DTYPE, weights_of(_reference(row, values))))


def _bundled(rows: Sequence[Row]) -> dict[str, list[Array]]:
    asked = [(row, weights_of(_reference(row, row.draw()))) for row in rows]
    return gradients_together(asked, DTYPE, BY_DEFAULT)


@by_row
def test_value(row: Row, bundle: Bundle) -> None:
    """The gradient is that of finite differences of the reference, along a random direction."""
    values = row.draw()
    weights = weights_of(_reference(row, values))
    _check(row, bundle, lambda grads: _check_slope(row, values, weights, grads))


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
@pytest.mark.parametrize(
    "row",
    applying(
        CONTROL_FLOW,
        DTYPE,
        compiled=True,
        marks=lambda row: [pytest.mark.form("compiled", "control flow")],
    ),
)
def test_compiled(row: Row, jit: Wrap) -> None:
    """So it is when a compiled function takes it."""
    values = row.draw()
    weights = weights_of(_reference(row, values))
    _check_slope(row, values, weights, gradients(row, values, DTYPE, weights, jit))


# -- Of layers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            row,
            id=row.id,
            marks=[
                pytest.mark.needs(*row.needs),
                pytest.mark.bundle(f"slopes {row.family}", row),
                pytest.mark.sampled(row.family),
            ],
        )
        for row in layer_slopes.rows()
    ],
)
def test_layer(row: LayerRow, bundle: Bundle) -> None:
    """The gradients of inputs and weights say what finite differences say of the reference."""
    slopes = [float(slope) for slope in jobs.ask("slopes_of_layers")[row.id]]

    def check(found: float) -> None:
        assert any(abs(found - slope) <= 5e-3 * (1 + abs(slope)) for slope in slopes), (
            f"the gradients along a direction are {found}, finite differences {slopes}"
        )

    jit = BY_DEFAULT
    if jit is None or not bundle.passes(row, lambda rows: layer_slopes.gradients(rows, jit), check):
        check(layer_slopes.gradients([row], _as_it_is)[row.id])


def _as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


# -- Against the core's own differentiation ------------------------------------------


@pytest.fixture(scope="module")
def tape() -> dict[str, Computed]:
    """The gradients of all rows by the core's tape, on numpy."""
    return compute(ROWS, dtype=DTYPE, with_gradients=True)


@pytest.mark.needs("native gradients")
@by_row
def test_tape(row: Row, tape: dict[str, Computed], bundle: Bundle) -> None:
    """Each gradient is that of the core's tape."""
    expected = tape[row.id]
    if expected.error:
        pytest.fail(f"the core's tape on numpy: {expected.error}", pytrace=False)
    values = row.draw()
    size = (1e-8 if DTYPE == "float64" else 1e-4) * row.tolerance
    limit = Tolerance(rtol=size, atol=size, scaled=1.0)

    def check(grads: list[Array]) -> None:
        compare(row, values, DTYPE, grads, expected.gradients, limit, "gradient")

    _check(row, bundle, check)


# -- Against the composites ----------------------------------------------------------


def _differentiable(use: Row | Probe) -> bool:
    return isinstance(use, Row) and use.differentiable and any(map(is_float, use.draw()))


@pytest.mark.needs("native gradients")
@pytest.mark.parametrize("override, use", params(_differentiable, bundle="overrides"))
def test_override(override: str, use: Row, composites: dict[str, Computed], bundle: Bundle) -> None:
    """The gradient of an override is that of the composite that it replaces."""
    expected = of_composite(composites, override, use)
    values = use.draw()
    limit = Tolerance(rtol=1e-4 * use.tolerance, atol=1e-4 * use.tolerance, scaled=1.0)

    def check(grads: list[Array]) -> None:
        what = f"gradient of the override {override!r}"
        compare(use, values, "float32", grads, expected.gradients, limit, what)

    def together(rows: Sequence[Row]) -> dict[str, list[Array]]:
        asked = [(row, weights_of(composites[row.id].values)) for row in rows]
        return gradients_together(asked, "float32", BY_DEFAULT)

    if BY_DEFAULT is None or not bundle.passes(use, together, check):
        check(gradients(use, values, "float32", weights_of(expected.values)))


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


STEP = 1e-5 if DTYPE == "float64" else 1e-3


@pytest.mark.parametrize(
    "row",
    applying(
        ELEMENTWISE,
        DTYPE,
        marks=lambda row: [pytest.mark.bundle("second", row), pytest.mark.sampled(row.family)],
    ),
)
def test_second(row: Row, bundle: Bundle) -> None:
    """Second derivatives times a direction are finite differences of the gradient."""

    def check(found: list[Array]) -> None:
        second, ahead, behind = (y.astype("float64") for y in found)
        size = (1e-6 if DTYPE == "float64" else 5e-2) * row.tolerance
        limit = Tolerance(rtol=size, atol=size, scaled=1.0)
        expected = (ahead - behind) / (2 * STEP)
        compare(row, row.draw(), DTYPE, [second], [expected], limit, "second derivative")

    if BY_DEFAULT is None or not bundle.passes(row, _seconds, check):
        check(guarded(row, row.draw(), DTYPE, lambda: arrays_of(_second(row)(*_points(row)))))


def _points(row: Row) -> list[Any]:
    """The argument of a row, and the same a step ahead along a direction and a step behind."""
    (x,) = map(np.asarray, row.draw())
    (direction,) = _directions([x])
    places = (x, x + STEP * direction, x - STEP * direction)
    return [ops.convert_to_tensor(place, DTYPE) for place in places]


def _second(row: Row) -> Callable[..., list[Any]]:
    """The second derivative times a direction, and the gradients on both sides along it."""
    values = row.draw()
    gradient = ops.grad(loss_of(row, values, DTYPE, weights_of(_reference(row, values))))
    along = ops.convert_to_tensor(_directions(values)[0], DTYPE)

    def slope(x: Any) -> Any:
        return ops.sum(ops.multiply(gradient(x), along))

    return lambda x, ahead, behind: [ops.grad(slope)(x), gradient(ahead), gradient(behind)]


def _seconds(rows: Sequence[Row]) -> dict[str, list[Array]]:
    functions = [_second(row) for row in rows]

    def call_all(*points: Any) -> list[list[Any]]:
        return [f(*points[3 * i : 3 * i + 3]) for i, f in enumerate(functions)]

    outputs = BY_DEFAULT(call_all)(*chain.from_iterable(map(_points, rows)))
    return {row.id: arrays_of(out) for row, out in zip(rows, outputs, strict=True)}


# -- Derivatives of functions --------------------------------------------------------


def _transforms(form: str) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.form(form, "transforms")) for name in TRANSFORMS]


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", _transforms("eager"))
def test_transform(name: str) -> None:
    """`grad` and its relatives, of each other too, give what the rules of calculus give."""
    _check_transform(name, lambda function: function)


@pytest.mark.needs("jit")
@pytest.mark.parametrize("name", _transforms("compiled"))
def test_compiled_transform(name: str, jit: Wrap) -> None:
    """So they do in compiled functions."""
    _check_transform(name, jit)


@pytest.mark.needs("eager")
def test_assigning_operators() -> None:
    """``y += x`` counts: tensors are values while a gradient is taken, too."""
    x = np.asarray([1.0, 2.0, 3.0])
    gradient = ops.grad(values.squares_assigned)(ops.convert_to_tensor(x, DTYPE))
    assert_close(ops.convert_to_numpy(gradient), 18 * x, Tolerance(1e-5), "y = 2 * x; y += x; y²")


@pytest.mark.about("core")
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
