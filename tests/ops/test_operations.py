"""Every row of the table of operations, on the backend of this process."""

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.operations import iter_rows
from keras_core.engine import runtime, tensors, tree
from keras_core.engine.symbolic import KerasTensor
from keras_core_plugins.errors import UnsupportedOpError

ROWS = list(iter_rows())
HAS_GRADIENTS = runtime.CAPABILITIES.autodiff != "none"


def convert(values, dtype="float32"):
    return [
        v
        if ops.is_tensor(v) and not isinstance(v, np.ndarray)
        else ops.convert_to_tensor(v, dtype if v.dtype.kind == "f" else None)
        for v in map(_as_array, values)
    ]


def _as_array(v):
    return v if ops.is_tensor(v) else np.asarray(v)


def numpy_of(x):
    return [np.asarray(ops.convert_to_numpy(v)) for v in tree.flatten(x)]


def run(row, values, dtype="float32"):
    try:
        return row.call(ops, convert(values, dtype))
    except UnsupportedOpError as e:
        pytest.skip(f"the backend says that it cannot: {e}")


def close(found, expected, tolerance, what):
    expected = tree.flatten(expected)
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        b = np.asarray(b)
        assert a.shape == b.shape, f"{what}: shape {a.shape}, expected {b.shape}"
        if a.dtype.kind in "fc":
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance, err_msg=what)
        else:
            np.testing.assert_array_equal(a, b, err_msg=what)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_value(row):
    values = row.draw()
    close(numpy_of(run(row, values)), row.expected(values), 2e-5 * row.tolerance, row.id)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
@pytest.mark.parametrize("unknown", [False, True], ids=["static", "unknown"])
def test_symbolic_inference_agrees(row, unknown):
    values = row.draw()
    out = run(row, values)

    def spec(i, v):
        shape = tuple(v.shape)
        is_kernel = "conv" in row.name and i
        may_vary = row.name not in NEEDS_FIRST_AXIS and not is_kernel
        if unknown and len(shape) > 1 and shape[0] > 1 and may_vary:
            shape = (None, *shape[1:])
        return KerasTensor(shape, "float32" if v.dtype.kind == "f" else str(v.dtype))

    specs = [spec(i, np.asarray(v)) for i, v in enumerate(values)]
    inferred = tree.flatten(row.call(ops, specs))
    found = tree.flatten(out)
    assert len(inferred) == len(found)
    for t, y in zip(inferred, found, strict=True):
        shape = tensors.static_shape(y)
        assert t.dtype == tensors.dtype_of(y)
        assert len(t.shape) == len(shape)
        assert all(a is None or a == b for a, b in zip(t.shape, shape, strict=True))
        if not unknown:
            assert None not in t.shape


# Their results have a shape that depends on the size of the first axis in another way than by
# arithmetic, or they demand that it is known.
NEEDS_FIRST_AXIS = {"split", "array_split", "unstack", "pad", "reshape"}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.id)
def test_compiled_equals_eager(row):
    if not runtime.CAPABILITIES.jit:
        pytest.skip("the backend has no compiler")
    values = convert(row.draw())
    eager = numpy_of(run(row, row.draw()))
    compiled = ops.jit(lambda *v: row.call(ops, list(v)))(*values)
    for a, b in zip(numpy_of(compiled), eager, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.differentiable and "empty" not in r.id], ids=lambda r: r.id
)
@pytest.mark.skipif(not HAS_GRADIENTS, reason="the backend has no gradients")
def test_gradient(row):
    """Against finite differences of the reference, along one random direction."""
    values = row.draw()
    places = [i for i, v in enumerate(values) if np.asarray(v).dtype.kind == "f"]
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=np.shape(y)) for y in tree.flatten(row.expected(values))]

    def total(*xs):
        given = list(values)
        for i, x in zip(places, xs, strict=True):
            given[i] = x
        out = tree.flatten(row.call(ops, convert(given)))
        parts = [
            ops.sum(y * ops.convert_to_tensor(w, "float32"))
            for y, w in zip(out, weights, strict=True)
        ]
        return sum(parts[1:], parts[0])

    xs = [ops.convert_to_tensor(values[i], "float32") for i in places]
    grads = ops.grad(total, argnums=tuple(range(len(xs))))(*xs)

    def reference(step, directions):
        given = [np.array(v) for v in values]
        for i, d in zip(places, directions, strict=True):
            given[i] = given[i] + step * d
        out = tree.flatten(row.expected(given))
        return sum((w * y).sum() for w, y in zip(weights, out, strict=True))

    directions = [rng.normal(size=np.shape(values[i])) for i in places]
    eps = 1e-6
    expected = (reference(eps, directions) - reference(-eps, directions)) / (2 * eps)
    found = sum(
        (ops.convert_to_numpy(g).astype("float64") * d).sum()
        for g, d in zip(grads, directions, strict=True)
    )
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=2e-3 * row.tolerance)
