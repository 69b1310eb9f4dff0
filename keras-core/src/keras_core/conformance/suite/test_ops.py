"""Level ``ops``: every operation of the table, eagerly, symbolically and compiled."""

import inspect
from typing import Any

import numpy as np
import pytest

from keras_core import ops
from keras_core.conformance.bundles import Bundle
from keras_core.conformance.calls import (
    BY_DEFAULT,
    allowed,
    arrays_of,
    call,
    calls_together,
    compare,
    failure,
    guarded,
    is_float,
    rounded,
    tensors_of,
)
from keras_core.conformance.compare import FLOATS, Array, Tolerance, assert_close
from keras_core.conformance.operations import Invalid, Row, iter_invalid, iter_rows
from keras_core.conformance.operations.random import Draw, iter_draws
from keras_core.conformance.overrides import (
    applying,
    long_rows_of,
    params,
    unexercised,
    variants_of,
)
from keras_core.conformance.probes import Probe, Wrap
from keras_core.conformance.sidecar import Computed, of_composite
from keras_core.conformance.suite import mistakes
from keras_core.core.base import tree
from keras_core.core.dispatch.op import all_operations
from keras_core.core.execution.seeds import SeedGenerator
from keras_core.core.tensors import native, runtime
from keras_core.core.tensors.sparse import Coo, is_sparse, put_together
from keras_core.core.tensors.symbolic import KerasTensor, SymbolicEscapeError
from keras_core.models import Function
from keras_core_plugins.errors import KerasCoreError, UnsupportedOpError

ROWS = list(iter_rows())

ONE_EACH = list({row.name: row for row in reversed(ROWS)}.values())[::-1]
"""The first row of each operation."""

EAGER = pytest.mark.form("eager", "rows")
"""Of these, a quick run may leave out most where the backend compiles by default."""


def _compiled_group(row: Row) -> str:
    """Of which group a quick run takes at least one, where the backend compiles on request.

    What a backend overrides is code of its own. Other operations are made of primitives, which
    have compiled cases themselves.
    """
    return row.name if row.name in runtime.OVERRIDES else f"composites of {row.family}"


def _by_dtype() -> list[Any]:
    """Each row with each float dtype but float32, which `test_value` is about."""
    return [
        pytest.param(
            row,
            dtype,
            id=f"{row.id}-{dtype}",
            marks=[
                pytest.mark.needs(*row.needed(dtype, runtime.OVERRIDES)),
                pytest.mark.dtypes(dtype),
                *([pytest.mark.bundle(dtype, row)] if row.compiles and not row.branches else []),
            ],
        )
        for row in ROWS
        if any(map(is_float, row.draw()))
        for dtype in FLOATS
        if dtype != "float32" and dtype in row.dtypes and dtype in runtime.CAPABILITIES.dtypes
    ]


@pytest.mark.needs("eager")
@pytest.mark.parametrize(
    "row",
    applying(ROWS, marks=lambda row: [EAGER] if row.compiles else []),
)
def test_value(row: Row) -> None:
    """The result is NumPy's, to the precision of float32."""
    _check_values(row, row.draw(), "float32", call(row, row.draw()))


def _check_values(
    row: Row, values: list[Any], dtype: str, found: list[Array], what: str = "result"
) -> None:
    """Results are NumPy's, and of the dtypes that inference gives."""
    with np.errstate(all="ignore"):
        expected = [np.asarray(y) for y in tree.flatten(row.expected(values))]
    compare(row, values, dtype, found, expected, allowed(row, dtype), what)
    _check_dtypes(row, values, dtype, found)


def _check_dtypes(row: Row, values: list[Any], dtype: str, found: list[Array]) -> None:
    """Results have the dtypes that inference on symbolic tensors gives."""
    wanted = [t.dtype for t in tree.flatten(row.call(_specs(values, dtype)))]
    if (got := [y.dtype.name for y in found]) != wanted:
        raise failure(row, values, dtype, f"returned {got}, expected {wanted}")


@pytest.mark.needs("eager")
@pytest.mark.parametrize("row, dtype", _by_dtype())
def test_dtype(row: Row, dtype: str, bundle: Bundle) -> None:
    """The result is NumPy's in float64, to the precision of ``dtype``, and of that dtype."""
    values = rounded(row.draw(), dtype)
    if BY_DEFAULT is None or not bundle.passes(
        row,
        lambda rows: calls_together(rows, dtype, BY_DEFAULT),
        lambda found: _check_values(row, values, dtype, found),
    ):
        _check_values(row, values, dtype, call(row, values, dtype))


def _specs(values: list[Any], dtype: str, unknown: frozenset[int] = frozenset()) -> list[Any]:
    """The arguments as symbolic tensors; the first axis of those at ``unknown`` is not known."""
    specs: list[Any] = []
    for i, value in enumerate(values):
        array = np.asarray(value)
        shape: tuple[int | None, ...] = array.shape
        if i in unknown and len(shape) > 1 and array.shape[0] > 1:
            shape = (None, *shape[1:])
        specs.append(KerasTensor(shape, dtype if is_float(array) else array.dtype.name))
    return specs


def _open(row: Row) -> frozenset[int]:
    """Which arguments may have a first axis that is not known."""
    if row.known:
        return frozenset()
    return frozenset(i for i in range(len(row.arguments)) if "conv" not in row.name or not i)


@pytest.mark.about("core")
@pytest.mark.parametrize("unknown", [False, True], ids=["static", "unknown"])
@pytest.mark.parametrize("row", applying(ROWS))
def test_symbolic(row: Row, unknown: bool) -> None:
    """Symbolic tensors give the shapes of the results; no engine is needed for it."""
    values = row.draw()
    places = _open(row) if unknown else frozenset[int]()
    inferred = guarded(
        row,
        values,
        "float32",
        lambda: tree.flatten(row.call(_specs(values, "float32", places))),
    )
    got = [t.shape for t in inferred]
    wanted = [np.shape(y) for y in tree.flatten(row.expected(values))]
    fits = len(got) == len(wanted) and all(map(_fits, got, wanted))
    if not fits or (not unknown and row.compiles and any(None in shape for shape in got)):
        raise failure(row, values, "float32", f"inferred {got}\n  expected {wanted}")


def _fits(inferred: Any, actual: Any) -> bool:
    return len(inferred) == len(actual) and all(
        a is None or a == b for a, b in zip(inferred, actual, strict=True)
    )


@pytest.mark.about("core")
@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", applying(ROWS))
def test_graph(row: Row) -> None:
    """A graph that was made with symbolic tensors gives what a call with tensors gives."""
    values = row.draw()
    inputs = _specs(values, "float32", _open(row))
    found = guarded(
        row,
        values,
        "float32",
        lambda: arrays_of(Function(inputs, row.call(inputs)).run(tensors_of(values, "float32"))),
    )
    eager = call(row, values)
    limit = Tolerance(rtol=2e-5 * row.tolerance, atol=2e-5 * row.tolerance)
    compare(row, values, "float32", found, eager, limit, "result of the graph")
    if (got := [y.dtype for y in found]) != (wanted := [y.dtype for y in eager]):
        raise failure(row, values, "float32", f"in a graph, it returned {got}; else {wanted}")


MAPPED = [row for row in ONE_EACH if row.compiles and row.arguments]


@EAGER
@pytest.mark.needs("eager")
@pytest.mark.filterwarnings("ignore:There is a performance drop")  # kernels that know no batches
@pytest.mark.parametrize("row", applying(MAPPED if "vectorized_map" in runtime.OVERRIDES else []))
def test_vectorized(row: Row) -> None:
    """Where `vectorized_map` is the engine's own, it takes every operation."""
    values = row.draw()
    eager = call(row, values)
    given = tuple(ops.stack([x, x, x]) for x in tensors_of(values, "float32"))
    found = guarded(
        row,
        values,
        "float32",
        lambda: arrays_of(ops.vectorized_map(lambda xs: row.call(list(xs)), given)),
    )
    expected = [np.broadcast_to(y, (3, *y.shape)) for y in eager]
    limit = Tolerance(rtol=2e-5 * row.tolerance, atol=2e-5 * row.tolerance)
    compare(row, values, "float32", found, expected, limit, "result of a vectorized map")
    if (got := [y.dtype for y in found]) != (wanted := [y.dtype for y in eager]):
        raise failure(
            row, values, "float32", f"in a vectorized map, it returned {got}; else {wanted}"
        )


@pytest.mark.needs("jit")
@pytest.mark.parametrize(
    "row",
    applying(
        (row for row in ROWS if row.compiles),
        compiled=True,
        marks=lambda row: [
            *([] if row.branches else [pytest.mark.bundle(row.family, row)]),
            pytest.mark.form("compiled", _compiled_group(row)),
        ],
    ),
)
def test_compiled(row: Row, jit: Wrap, bundle: Bundle) -> None:
    """The compiler's result is NumPy's, too."""
    values = row.draw()
    if bundle.passes(
        row,
        lambda rows: calls_together(rows, "float32", jit),
        lambda found: _check_values(row, values, "float32", found),
    ):
        return
    function = jit(lambda *xs: row.call(list(xs)))
    found = guarded(
        row, values, "float32", lambda: arrays_of(function(*tensors_of(values, "float32")))
    )
    _check_values(row, values, "float32", found, "compiled result")


@pytest.mark.needs("eager")
@pytest.mark.parametrize("wrong", list(iter_invalid()), ids=lambda wrong: wrong.id)
def test_invalid(wrong: Invalid) -> None:
    """A call that cannot work raises the error that it raises on every backend."""
    fn: Any = ops
    for part in wrong.name.split("."):
        fn = getattr(fn, part)
    called = f"{wrong.name} was called wrongly"

    def noted(*args: Any, **kwargs: Any) -> Any:
        nonlocal called
        given = [*map(repr, args), *(f"{k}={v!r}" for k, v in kwargs.items())]
        called = f"keras.ops.{wrong.name}({', '.join(given)})"
        return fn(*args, **kwargs)

    expected = f"{wrong.error.__name__} that says {', '.join(map(repr, wrong.words))}"
    try:
        out = wrong.call(noted)
    except wrong.error as error:
        missing = [words for words in wrong.words if words not in str(error)]
        if missing:
            pytest.fail(f"{called}\nraised: {error}\nexpected: {expected}", pytrace=False)
    except Exception as error:
        words = f"{called}\nraised: {type(error).__name__}: {error}\nexpected: {expected}"
        pytest.fail(words, pytrace=False)
    else:
        pytest.fail(f"{called}\nreturned: {out!r}\nexpected: {expected}", pytrace=False)


@pytest.mark.about("core")
@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", applying(ONE_EACH))
def test_wrong_kinds(row: Row) -> None:
    """What is no tensor is refused, and so is what is no axis and no dtype."""
    for values, error, words in mistakes.wrong_kinds(row):
        called = f"called with {values}"
        found = mistakes.raised(lambda values=values: row.call(values))
        assert type(found) is error, f"{called}, it raised {found!r}, not a {error.__name__}"
        assert words in str(found), f"{called}, the message lacks {words!r}: {found}"
        assert mistakes.is_meant(found), f"{called}, it is not the core that raised {found!r}"
    for options, error in mistakes.wrong_options(row):
        called = f"called with {options}"
        values = tensors_of(row.draw(), "float32")
        found = mistakes.raised(
            lambda values=values, options=options: row.how(row.function, values, **options)
        )
        assert type(found) is error, f"{called}, it raised {found!r}, not a {error.__name__}"
        assert mistakes.is_meant(found), f"{called}, it is not the core that raised {found!r}"


@EAGER
@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", applying(ONE_EACH))
def test_wrong_shapes(row: Row) -> None:
    """Shapes that inference refuses are refused in the same words."""
    for values in mistakes.wrong_shapes(row):
        specs = _specs(values, "float32")
        expected = mistakes.raised(lambda specs=specs: row.call(specs))
        if expected is None or isinstance(expected, UnsupportedOpError):
            continue
        called = f"called with shapes {[np.shape(v) for v in values]}"
        assert type(expected) in (TypeError, ValueError, IndexError), f"{called}, it {expected!r}"
        assert mistakes.is_meant(expected), f"{called}, it is not the core that raised {expected!r}"
        given = tensors_of(values, "float32")
        found = mistakes.raised(lambda given=given: row.call(given))
        if isinstance(found, UnsupportedOpError):
            continue
        is_same = repr(found) == repr(expected)
        assert is_same, f"{called}, it raised {found!r}\n  expected {expected!r}"


@EAGER
@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", applying(ONE_EACH))
def test_other_options(row: Row) -> None:
    """Options that inference refuses are refused in the same words; with others it foresees."""
    values = row.draw()
    for options in mistakes.other_options(row):

        def run(values: list[Any], options: dict[str, Any] = options) -> Any:
            return row.how(row.function, values, **options)

        called = f"called with {options}"
        inferred, expected = mistakes.tried(lambda run=run: run(_specs(values, "float32")))
        returned, found = mistakes.tried(lambda run=run: run(tensors_of(values, "float32")))
        if isinstance(found, KerasCoreError) or isinstance(expected, SymbolicEscapeError):
            continue
        about_values = expected is None and isinstance(found, (ValueError, IndexError))
        is_same = about_values or repr(found) == repr(expected)
        assert is_same, f"{called}, it raised {found!r}\n  expected {expected!r}"
        if found is not None:
            kinds = (TypeError, ValueError, IndexError)
            assert type(found) in kinds, f"{called}, it raised {found!r}"
            assert mistakes.is_meant(found), f"{called}, it is not the core that raised {found!r}"
            continue
        wanted = [(y.shape, y.dtype) for y in tree.flatten(inferred)]
        got = [(y.shape, y.dtype.name) for y in arrays_of(returned)]
        fits = len(wanted) == len(got) and all(
            _fits(a, b) and m == n for (a, m), (b, n) in zip(wanted, got, strict=True)
        )
        assert fits, f"{called}, it returned {got}, expected {wanted}"


@EAGER
@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", applying(ONE_EACH))
def test_other_shapes(row: Row) -> None:
    """No elements, no axes, more axes: what inference allows has the shape that it says."""
    for values in mistakes.other_shapes(row):
        specs = _specs(values, "float32")
        try:
            inferred = tree.flatten(row.call(specs))
        except Exception:  # see `test_wrong_shapes`
            continue
        try:
            found = arrays_of(row.call(tensors_of(values, "float32")))
        except UnsupportedOpError:
            continue
        wanted = [y.shape for y in inferred]
        fits = len(wanted) == len(found) and all(map(_fits, wanted, map(np.shape, found)))
        if not fits:
            got = [y.shape for y in found]
            raise failure(row, values, "float32", f"returned shapes {got}, expected {wanted}")


# -- Random numbers --------------------------------------------------------------------

DRAWS = list(iter_draws())
SEED = 20


@pytest.mark.needs("eager")
@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.id)
def test_random(draw: Draw) -> None:
    """The numbers are of the distribution; a seed gives the same again, another one others."""
    found, again, others = (arrays_of(draw.call(seed))[0] for seed in (SEED, SEED, SEED + 1))
    assert draw.is_likely(found), f"drew numbers of another distribution, such as {found.flat[:5]}"
    assert np.array_equal(found, again), "the same seed gave other numbers"
    assert not np.array_equal(found, others), "another seed gave the same numbers"
    generator = SeedGenerator(SEED)
    first, second = (arrays_of(draw.call(generator))[0] for _ in range(2))
    assert not np.array_equal(first, second), "a SeedGenerator gave the same numbers twice"


@pytest.mark.needs("eager")
@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.id)
def test_random_dtype(draw: Draw) -> None:
    """The dtype is what was asked for."""
    if "dtype" not in inspect.signature(draw.function).parameters:
        pytest.skip("the dtype is that of the tensor")
    for dtype in draw.dtypes:
        if dtype in runtime.CAPABILITIES.dtypes:
            found = draw.call(SEED, dtype=dtype)
            got = native.dtype_of(found)
            assert got == dtype, f"asked for {dtype}, it returned {got}"
            array = arrays_of(found)[0].astype("float64")
            assert np.isfinite(array).all(), f"in {dtype}, it returned {array}"


@pytest.mark.needs("jit")
@pytest.mark.parametrize("draw", [d for d in DRAWS if d.compiles], ids=lambda draw: draw.id)
def test_random_compiled(draw: Draw, jit: Wrap) -> None:
    """Compiled, they are of the distribution too, and differ from call to call."""
    generator = SeedGenerator(SEED)
    zero = ops.convert_to_tensor(0.0)
    function = jit(lambda x: ops.add(ops.cast(draw.call(generator), "float32"), x))
    first, second = (arrays_of(function(zero))[0] for _ in range(2))
    assert draw.is_likely(first), f"drew numbers of another distribution, such as {first.flat[:5]}"
    assert not np.array_equal(first, second), "two calls gave the same numbers"


@pytest.mark.about("core")
@pytest.mark.needs("eager")
@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.id)
def test_random_options(draw: Draw) -> None:
    """What makes no sense is refused, by the core and thus in the same words everywhere."""
    for options in mistakes.random_options(draw):
        called = f"called with {options}"
        found = mistakes.raised(lambda options=options: draw.call(**{"seed": SEED, **options}))
        if found is not None:
            assert isinstance(found, (TypeError, ValueError)), f"{called}, it raised {found!r}"
            assert mistakes.is_meant(found), f"{called}, it is not the core that raised {found!r}"


# -- Sparse tensors --------------------------------------------------------------------

OPERATIONS = all_operations()


def _sparse_calls() -> list[Any]:
    """The rows of operations with a sparse rule, and which of their tensors are sparse."""
    calls: list[Any] = []
    for row in ROWS:
        if row.name not in OPERATIONS or OPERATIONS[row.name].sparse_rule is None:
            continue
        able = [i for i, a in enumerate(row.arguments) if a.kind == "float" and a.shape]
        chosen = {(i,) for i in able[:2]} | ({tuple(able)} if able else set())
        calls += [
            pytest.param(row, places, id=f"{row.id}-{''.join(map(str, places))}")
            for places in sorted(chosen)
        ]
    return calls


def _half_empty(row: Row, places: tuple[int, ...]) -> list[Any]:
    """The values of a row, with zeros in half of the elements at ``places``."""
    rng = np.random.default_rng(0)
    return [
        np.where(rng.random(np.shape(v)) < 0.5, v, 0.0) if i in places else v
        for i, v in enumerate(row.draw())
    ]


def _made_sparse(array: Array) -> Any:
    places = np.argwhere(array)
    values = ops.convert_to_tensor(array[tuple(places.T)], "float32")
    return put_together(Coo(ops.convert_to_tensor(places), values, array.shape))


def _with_sparse(values: list[Any], places: tuple[int, ...]) -> list[Any]:
    dense = tensors_of(values, "float32")
    return [_made_sparse(values[i]) if i in places else x for i, x in enumerate(dense)]


SPARSE_CALLS = _sparse_calls()
COMPILED = {OPERATIONS[p.values[0].name].sparse_rule.__code__: p.values for p in SPARSE_CALLS}
"""One call for each sparse rule: to compile takes much longer than to run."""


@EAGER
@pytest.mark.needs("eager", "sparse")
@pytest.mark.parametrize("row, places", SPARSE_CALLS)
def test_sparse(row: Row, places: tuple[int, ...]) -> None:
    """Sparse tensors give what dense ones with the same values give, and inference foresees it."""
    values = _half_empty(row, places)
    dense = call(row, values)
    given = _with_sparse(values, places)
    found = guarded(row, values, "float32", lambda: row.call(given))
    limit = allowed(row, "float32")
    what = f"result with sparse arguments {places}"
    compare(row, values, "float32", arrays_of(found), dense, limit, what)
    specs = _specs(values, "float32")
    for i in places:
        specs[i] = KerasTensor(specs[i].shape, "float32", sparse=True)
    inferred = guarded(row, values, "float32", lambda: row.call(specs))
    got = (inferred.shape, inferred.dtype, inferred.sparse)
    wanted = (native.static_shape(found), native.dtype_of(found), is_sparse(found))
    if got != wanted:
        raise failure(row, values, "float32", f"inferred {got}, expected {wanted}")


@pytest.mark.needs("eager", "sparse", "jit")
@pytest.mark.parametrize("row, places", [p for p in SPARSE_CALLS if p.values in COMPILED.values()])
def test_sparse_compiled(row: Row, places: tuple[int, ...], jit: Wrap) -> None:
    """So do they in compiled functions."""
    values = _half_empty(row, places)
    given = _with_sparse(values, places)
    function = jit(lambda *xs: row.call(list(xs)))
    found = guarded(row, values, "float32", lambda: arrays_of(function(*given)))
    compare(row, values, "float32", found, call(row, values), allowed(row, "float32"), "compiled")


# -- Overrides -----------------------------------------------------------------------


def test_overrides_are_exercised() -> None:
    """Each override has the name of a composite, and a row that calls it."""
    problems = unexercised()
    assert not problems, "overrides that cannot be held against a composite:\n" + "\n".join(
        problems
    )


@pytest.mark.needs("eager")
@pytest.mark.parametrize("override, use", params(lambda use: isinstance(use, Row)))
def test_override(override: str, use: Row, composites: dict[str, Computed]) -> None:
    """An override gives what the composite gives that it replaces."""
    expected = of_composite(composites, override, use)
    values = use.draw()
    found = call(use, values)
    limit = allowed(use, "float32")
    compare(use, values, "float32", found, expected.values, limit, f"override {override!r}")
    got, wanted = [y.dtype for y in found], [y.dtype for y in expected.values]
    if got != wanted:
        raise failure(use, values, "float32", f"override {override!r}: {got}, expected {wanted}")


@EAGER
@pytest.mark.needs("eager")
@pytest.mark.parametrize("override", [name for name in runtime.OVERRIDES if variants_of(name)])
def test_override_variants(override: str, composites_of_variants: dict[str, Computed]) -> None:
    """So it does for every axis, option and rank that the composite takes."""
    for row in variants_of(override):
        expected = composites_of_variants[row.id]
        if expected.error:
            continue
        values = row.draw()
        found = _unless_unsupported(row, values, "float32")
        if found is None:
            continue
        limit = allowed(row, "float32")
        compare(row, values, "float32", found, expected.values, limit, f"override {override!r}")


@pytest.mark.needs("eager", "float16")
@pytest.mark.parametrize("override", [name for name in runtime.OVERRIDES if long_rows_of(name)])
def test_override_long(override: str, composites_of_variants: dict[str, Computed]) -> None:
    """Half precision is not added up in half precision: the composite's result in float32."""
    for row in long_rows_of(override):
        expected = composites_of_variants[row.id]
        if expected.error:
            continue
        values = rounded(row.draw(), "float16")
        found = _unless_unsupported(row, values, "float16")
        if found is not None:
            half = [y.astype("float16") if is_float(y) else y for y in expected.values]
            limit = Tolerance(rtol=2e-2, scaled=2e-2)
            compare(row, values, "float16", found, half, limit, f"override {override!r}")


def _unless_unsupported(row: Row, values: list[Any], dtype: str) -> list[Array] | None:
    try:
        return arrays_of(row.call(tensors_of(values, dtype)))
    except UnsupportedOpError:
        return None
    except Exception:
        return call(row, values, dtype)


@pytest.mark.needs("eager")
@pytest.mark.parametrize("override, use", params(lambda use: isinstance(use, Probe)))
def test_override_in_use(override: str, use: Probe, composites: dict[str, Computed]) -> None:
    """Code on top of an override gives what it gives with the composite."""
    _check_probe(override, use, composites, lambda function: function)


@pytest.mark.needs("jit")
@pytest.mark.parametrize(
    "override, use", params(lambda use: isinstance(use, Probe) and use.compiles)
)
def test_override_compiled(
    override: str, use: Probe, composites: dict[str, Computed], jit: Wrap
) -> None:
    """So does compiled code."""
    _check_probe(override, use, composites, jit)


def _check_probe(override: str, use: Probe, composites: dict[str, Computed], wrap: Wrap) -> None:
    expected = of_composite(composites, override, use)
    found = use.run(wrap)
    assert len(found) == len(expected.values)
    for i, (actual, target) in enumerate(zip(found, expected.values, strict=True)):
        limit = Tolerance(use.tolerance, use.tolerance, scaled=1.0)
        assert_close(actual, target, limit, f"override {override!r} in {use.id}: result {i}")
