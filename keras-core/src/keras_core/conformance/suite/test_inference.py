"""Level ``inference``: layers and models against the reference, and files that it wrote."""

from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.bundles import Bundle
from keras_core.conformance.compare import Tolerance, assert_close
from keras_core.conformance.probes import Wrap
from keras_core.conformance.suite import jobs, model_rows, readings, values
from keras_core.conformance.suite.kernel_rows import iter_kernel_rows
from keras_core.conformance.suite.layer_rows import LayerRow, iter_layer_rows, tensors_of
from keras_core.conformance.suite.reference import Arrays
from keras_core.core.execution import compiled


def _layers(form: str) -> list[Any]:
    return [
        pytest.param(
            row,
            id=row.id,
            marks=[
                pytest.mark.needs(*row.needs),
                pytest.mark.form(form, row.family if form == "compiled" else "layers"),
                *([pytest.mark.bundle(row.family, row)] if form == "compiled" else []),
            ],
        )
        for row in (*iter_layer_rows(), *iter_kernel_rows())
    ]


MODELS = list(model_rows.MODELS)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Arrays]:
    """The models as the reference saved them, and what they predict there."""
    directory = tmp_path_factory.mktemp("written_by_the_reference")
    return directory, jobs.ask("outputs_of_models", str(directory))


def compare(actual: list[Any], expected: list[Any], tolerance: float = 1e-5) -> None:
    """Hold outputs against those of the reference: number, dtypes, shapes and values."""
    assert len(actual) == len(expected), f"{len(actual)} outputs, {len(expected)} expected"
    for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
        assert a.dtype == e.dtype, f"output {i} has dtype {a.dtype}, {e.dtype} expected"
        assert_close(a, e, Tolerance(tolerance, tolerance, 1.0), f"output {i}")


# -- Variables ---------------------------------------------------------------------------


def _assignments() -> dict[str, Callable[[keras.Variable], Any]]:
    array = np.full((3, 2), 7, "float32")
    return {
        "assign": lambda v: v.assign(array),
        "assign-tensor": lambda v: v.assign(ops.convert_to_tensor(array)),
        "assign_add": lambda v: v.assign_add(array),
        "assign_sub": lambda v: v.assign_sub(array),
        "slice_update": lambda v: v.assign(ops.slice_update(v, (1, 0), array[:2])),
        "scatter_update": lambda v: v.assign(ops.scatter_update(v, [[0, 1]], [9.0])),
    }


def _check_readings(ways: dict[str, Callable[[keras.Variable], Any]], name: str) -> None:
    variable = keras.Variable(np.arange(6, dtype="float32").reshape(3, 2))
    change = _assignments()[name]
    readings.check(ways, [variable], lambda: change(variable), name)


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", _assignments())
def test_arrays_read_before(name: str) -> None:
    """An array that was made of a variable is not changed by an assignment."""
    _check_readings(readings.ARRAYS, name)


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", _assignments())
def test_tensors_read_before(name: str) -> None:
    """A tensor that was read of a variable is not changed by an assignment."""
    _check_readings(readings.TENSORS, name)


@pytest.mark.needs("eager")
def test_arrays_to_write_to() -> None:
    """Arrays that the user gets are the user's: to write to one changes nothing else."""
    x = model_rows.values("rows", 4, 3)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    tensor = ops.convert_to_tensor(x)
    for name, make in {
        "ops.convert_to_numpy(tensor)": lambda: ops.convert_to_numpy(tensor),
        "Variable.numpy()": model.weights[0].numpy,
        "get_weights()[0]": lambda: model.get_weights()[0],
        "predict(x)": lambda: model.predict(x, verbose=0),
        "predict_on_batch(x)": lambda: model.predict_on_batch(x),
    }.items():
        array = make()
        before = array.copy()
        array[...] = -1 - array
        assert np.array_equal(make(), before), f"who writes to {name} changes what it is made of"


# -- Tensors are values ------------------------------------------------------------------


@pytest.mark.needs("eager")
def test_assigning_operators() -> None:
    """``x += y`` gives a new tensor: who has the old one by another name keeps it."""
    changed: list[str] = []
    for symbol, (assign, reference, dtype) in values.ASSIGNING.items():
        x, y = values.operands(dtype)
        alias = tensor = ops.convert_to_tensor(x.copy())
        tensor = assign(tensor, ops.convert_to_tensor(y))
        compare([ops.convert_to_numpy(tensor)], [reference(x, y).astype(dtype)])
        if not np.array_equal(ops.convert_to_numpy(alias), x):
            changed.append(symbol)
    if changed:
        pytest.fail(
            f"with y = x, the statement y {changed[0]} z changed x as well, "
            f"{len(changed)} of {len(values.ASSIGNING)} operators do: {' '.join(changed)}\n"
            "  expected: tensors never change. `keras_core_plugins.operators.add_operators` "
            "defines operators that assign, too",
            pytrace=False,
        )


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("eager", marks=pytest.mark.needs("eager")),
        pytest.param("compiled", marks=pytest.mark.needs("jit")),
    ],
)
def test_work_is_done_as_it_comes(form: str, jit: Wrap) -> None:
    """A loop whose results nobody reads does not hold all that went into it."""

    def step(x: Any, y: Any) -> Any:
        return ops.add(ops.multiply(x, 0.5), y)

    held = values.held(step if form == "eager" else jit(step))
    assert held < values.ALLOWED, (
        f"after {values.STEPS} steps whose results nobody read, the process holds "
        f"{held >> 20} MB more\n"
        f"  expected less than {values.ALLOWED >> 20} MB: an engine that puts off its work has to "
        "do it at some point, or what is pending only grows"
    )


# -- Layers ------------------------------------------------------------------------------


@pytest.mark.needs("eager")
@pytest.mark.parametrize("row", _layers("eager"))
def test_layer(row: LayerRow) -> None:
    """Called as it is."""
    outputs = row.call(row.built(), *row.draw())
    _check_layer(row, tensors_of(outputs))


def _check_layer(row: LayerRow, outputs: list[Any]) -> None:
    compare(outputs, jobs.picked(jobs.ask("outputs_of_layers"), row.id), row.tolerance)


@pytest.mark.needs("jit")
@pytest.mark.parametrize("row", _layers("compiled"))
def test_compiled_layer(row: LayerRow, jit: Wrap, bundle: Bundle) -> None:
    """Called within a function that the backend compiles."""
    if not bundle.passes(
        row, lambda rows: _called_together(rows, jit), lambda found: _check_layer(row, found)
    ):
        _check_layer(row, _called_together([row], jit)[row.id])


def _called_together(rows: Sequence[LayerRow], jit: Wrap) -> dict[str, list[Any]]:
    """The outputs of several layers by the rows' ids, of one compiled function."""
    built = [row.built() for row in rows]
    drawn = [row.draw() for row in rows]

    @jit
    def run(*xs: Any) -> list[Any]:
        rest = iter(xs)
        return [
            row.call(layer, list(islice(rest, len(inputs))), options)
            for row, layer, (inputs, options) in zip(rows, built, drawn, strict=True)
        ]

    given = [ops.convert_to_tensor(x) for inputs, _ in drawn for x in inputs]
    with compiled.no_grad():  # as `predict` does
        outputs = run(*given)
    return {row.id: tensors_of(out) for row, out in zip(rows, outputs, strict=True)}


# -- Models ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_model(written: tuple[Path, Arrays], name: str) -> None:
    """Built here, with the reference's weights."""
    compare(jobs.predictions(model_rows.build(name), name), jobs.picked(written[1], name))


@pytest.mark.parametrize("name", MODELS)
def test_file(written: tuple[Path, Arrays], name: str) -> None:
    """Loaded from the file that the reference wrote."""
    directory, expected = written
    model = keras.models.load_model(directory / f"{name}.keras")
    compare(jobs.predictions(model, name), jobs.picked(expected, name))


@pytest.mark.needs("eager")
@pytest.mark.parametrize("name", MODELS)
def test_call(written: tuple[Path, Arrays], name: str) -> None:
    """Called as a function, it gives what `predict` gives."""
    outputs = model_rows.build(name)(model_rows.inputs_of(name), training=False)
    compare(model_rows.flat(outputs), jobs.picked(written[1], name))


@pytest.mark.parametrize("name", model_rows.APPLICATIONS)
def test_application(name: str) -> None:
    """A network for images, of the depth and width that is in use."""
    compare([jobs.features(name)], [jobs.ask("outputs_of_applications")[name]], 1e-4)


@pytest.mark.parametrize("name", ["mlp", "convolutional", "recurrent", "attention", "branches"])
def test_batches(name: str) -> None:
    """Neither the size of a batch nor a smaller last one changes the predictions."""
    model = model_rows.build(name)
    inputs = model_rows.inputs_of(name)
    whole = model_rows.flat(model.predict(inputs, batch_size=32, verbose=0))
    for size in (1, 2, 3):
        parts = model_rows.flat(model.predict(inputs, batch_size=size, verbose=0))
        compare(parts, whole)
    first = keras.tree.map_structure(lambda x: x[:1], inputs)
    compare(model_rows.flat(model.predict_on_batch(first)), [x[:1] for x in whole])


def test_generator() -> None:
    """A generator of batches of different sizes."""
    model = model_rows.build("mlp")
    x = model_rows.inputs_of("mlp")
    batches = (batch for batch in (x[:2], x[2:3], x[3:]))
    compare([model.predict(batches, verbose=0)], [model.predict(x, verbose=0)])


def test_no_rows() -> None:
    """No rows in, no rows out."""
    model = model_rows.build("mlp")
    try:
        out = model.predict(np.zeros((0, 4), "float32"), verbose=0)
    except ValueError as error:
        assert "no batch" in str(error)  # noqa: PT017  # either answer is one
    else:
        assert out.shape == (0, 3)


@pytest.mark.parametrize("steps", [1, 4, 6])
def test_length_of_sequences(steps: int) -> None:
    """A dimension that is not known until the call: padding at the end changes nothing."""
    model = model_rows.build("recurrent")
    tokens = model_rows.values("tokens", 3, steps, high=8) + 1
    sequences, last = model.predict(tokens, verbose=0)
    longer = np.pad(tokens, [(0, 0), (0, 2)])
    padded_sequences, padded_last = model.predict(longer, verbose=0)
    compare([padded_last, padded_sequences[:, :steps]], [last, sequences])


# -- Arguments of calls ------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Dropout(0.9),
        lambda: layers.SpatialDropout1D(0.9),
        lambda: layers.GaussianNoise(1.0),
    ],
    ids=["Dropout", "SpatialDropout1D", "GaussianNoise"],
)
def test_noise_is_for_training(make: Any) -> None:
    """With ``training=False`` the inputs pass unchanged; with ``training=True`` they do not."""
    x = model_rows.values("noise", 2, 40, 3)
    layer = make()
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(x, training=False)), x)
    assert (ops.convert_to_numpy(layer(x, training=True)) != x).mean() > 0.5


def test_predict_is_not_training() -> None:
    """`predict` and ``training=False`` leave the state of a model as it is."""
    model = model_rows.build("mlp")
    before = model.get_weights()
    model.predict(model_rows.inputs_of("mlp"), verbose=0)
    model(model_rows.inputs_of("mlp"), training=False)
    for a, b in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_mask_given_by_hand_is_the_computed_one() -> None:
    """A mask that travels with a tensor acts like one that is an argument."""
    x = model_rows.padded(model_rows.values("mask", 3, 5, 4))
    mask = (x != 0).any(-1)
    layer = layers.LSTM(3)
    masked = keras.Sequential([keras.Input((5, 4)), layers.Masking(), layer])
    by_hand = ops.convert_to_numpy(layer(x, mask=ops.convert_to_tensor(mask)))
    compare([masked.predict(x, verbose=0)], [by_hand])
    assert np.abs(ops.convert_to_numpy(layer(x)) - by_hand).max() > 1e-3


def test_weights_can_be_replaced() -> None:
    """A compiled prediction follows `set_weights`."""
    model = model_rows.build("mlp")
    x = model_rows.inputs_of("mlp")
    first = model.predict(x, verbose=0)
    model_rows.settle(model, "others")
    second = model.predict(x, verbose=0)
    assert np.abs(first - second).max() > 1e-3
    model_rows.settle(model, "mlp")
    np.testing.assert_array_equal(model.predict(x, verbose=0), first)
