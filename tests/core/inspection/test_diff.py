"""What a model does on two backends is compared layer by layer."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import keras_core as keras
from keras_core.inspection.diff import Run, compare
from keras_core.inspection.models import InspectionError, make_inputs


def _run(name, *calls):
    outputs = {(path, "Dense", 1): [np.asarray(x) for x in arrays] for path, arrays in calls}
    return Run(name, outputs, [])


@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=6), st.data())
def test_the_largest_difference_and_its_place_are_named(values, data):
    a = np.array(values, "float32")
    place = data.draw(st.integers(0, len(a) - 1))
    b = a.copy()
    b[place] += 5
    [found] = compare(_run("a", ("x", [a])), _run("b", ("x", [b])))
    assert found.index == (place,)
    assert found.values == (a[place], b[place])
    largest = max(map(abs, map(float, [*a, *b])))
    assert found.share == pytest.approx(abs(float(a[place]) - float(b[place])) / largest)
    assert compare(_run("a", ("x", [a])), _run("b", ("x", [a])))[0].share == 0


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ([[np.nan, 1.0]], [[0.0, 1.0]], "nan"),
        ([[np.inf]], [[-np.inf]], "inf"),
        ([[1.0, 2.0]], [[1.0]], "shapes"),
        ([["a"]], [["b"]], "'a'"),
    ],
)
def test_what_cannot_be_measured_is_infinitely_far(a, b, words):
    [found] = compare(_run("a", ("x", a)), _run("b", ("x", b)))
    assert found.share == np.inf
    assert words in found.words("a", "b")


def test_nan_on_both_is_no_difference():
    [found] = compare(_run("a", ("x", [[np.nan, np.inf]])), _run("b", ("x", [[np.nan, np.inf]])))
    assert found.share == 0


def test_layers_that_only_one_calls_are_named():
    found = compare(_run("a", ("x", [[1.0]])), _run("b", ("y", [[1.0]])))
    assert [d.problem for d in found] == ["not called on b", "only called on b"]


def _command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "keras_core_plugins.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_the_first_layer_that_differs_is_named(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import os, keras_core as keras\n"
        "@keras.saving.register_keras_serializable()\n"
        "class Moved(keras.layers.Layer):\n"
        "    def call(self, x):\n"
        "        return x + float(os.environ.get('MOVED', 0))\n"
    )
    program = (
        "import mine, keras_core as keras\n"
        "x = keras.Input((3,))\n"
        "y = keras.layers.Dense(2, name='after')(mine.Moved(name='here')(x))\n"
        "keras.Model(x, y).save('m.keras')\n"
    )
    run = {"cwd": tmp_path, "capture_output": True, "text": True}
    subprocess.run([sys.executable, "-c", program], check=True, **run)
    diff = [
        sys.executable,
        "-m",
        "keras_core_plugins.cli",
        "diff",
        "m.keras",
        "--backends",
        "numpy",
    ]
    diff += ["--import", "mine"]
    saved = subprocess.run([*diff, "--save", "kept.npz"], **run)
    assert saved.returncode == 0, saved.stderr
    same = subprocess.run([*diff, "--reference", "kept.npz"], **run)
    assert (same.returncode, "no difference beyond 0.001" in same.stdout) == (0, True), same.stderr
    moved = subprocess.run(["env", "MOVED=1", *diff, "--reference", "kept.npz"], **run)
    assert moved.returncode == 1, moved.stderr
    assert "first beyond 0.001: here (Moved), output (2, 3)" in moved.stdout
    assert "3 of 3 calls differ" in moved.stdout


def test_what_cannot_be_done_is_said(tmp_path):
    missing = _command("diff", tmp_path / "no.keras", "--backends", "numpy", "numpy")
    assert missing.returncode == 2
    assert "no.keras cannot be loaded: FileNotFoundError" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_inputs_are_those_that_the_model_names(tmp_path):
    a, b = keras.Input((None, 3), name="a"), keras.Input((2,), dtype="int32", name="b")
    model = keras.Model([a, b], [a, keras.layers.Embedding(5, 1)(b)])
    first, second = make_inputs(model, 4, 0, None)
    assert (first.shape, second.shape) == ((4, 8, 3), (4, 2))
    assert second.max() < 5
    np.savez(tmp_path / "x.npz", b=second, a=first)
    again = make_inputs(model, 1, 7, tmp_path / "x.npz")
    np.testing.assert_array_equal(again[0], first)
    np.save(tmp_path / "x.npy", first)
    with pytest.raises(InspectionError, match=r"takes 2 inputs \(a, b\), and .* has 1 array"):
        make_inputs(model, 1, 0, tmp_path / "x.npy")
