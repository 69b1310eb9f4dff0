"""Random functional models are ordered, connected and saved as by real Keras.

More models with ``REFERENCE_GRAPHS=5000``. The seed of a model that fails is in the message.
"""

from pathlib import Path

import graphs
import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras

pytestmark = pytest.mark.interop

COUNT = scaled(300)
FILES = max(30, COUNT // 10)
FORMATS = {
    "keras": "m{}.keras",
    "weights": "m{}.weights.h5",
    "legacy": "m{}.h5",
    "sequences": "s{}.keras",
}

CODE = "import types\ngraphs = types.ModuleType('graphs')\nexec(source, graphs.__dict__)\n"
SOURCE = Path(graphs.__file__).read_text()


def theirs(code, **values):
    return real_keras(CODE + code, source=SOURCE, **values)


@pytest.mark.parametrize("sequences", [False, True], ids=["features", "sequences"])
def test_the_order_is_that_of_keras(sequences):
    count = COUNT // 3 if sequences else COUNT
    code = "[graphs.facts(graphs.make(keras, s, sequences=sequences)) for s in range(count)]"
    wanted = theirs(code, count=count, sequences=sequences)
    keras.utils.clear_session()
    for seed, facts in enumerate(wanted):
        found = graphs.facts(graphs.make(keras, seed, sequences=sequences))
        for key, value in facts.items():
            assert found[key] == value, f"{key} of the model of seed {seed}"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder of files of real Keras, with what its models predict, and one for ours."""
    folder = tmp_path_factory.mktemp("theirs")
    code = """
result = {}
for kind, name in names.items():
    for seed in range(count):
        model = graphs.make(keras, seed, *graphs.options(kind))
        graphs.fill(model, seed)
        path = f"{folder}/{name}".format(seed)
        model.save_weights(path) if kind == "weights" else model.save(path)
        result[kind, seed] = graphs.run(keras, model, seed)
result = list(result.items())
"""
    outputs = theirs(code, folder=str(folder), count=FILES, names=FORMATS)
    return folder, {tuple(key): value for key, value in outputs}


def check(found, wanted, what):
    for v, w in zip(found[0], wanted[0], strict=True):
        np.testing.assert_array_equal(v, w, err_msg=f"weights of the {what}")
    for y, z in zip(found[1], wanted[1], strict=True):
        scale = max(np.abs(z).max(), 0.1)
        np.testing.assert_allclose(y, z, rtol=0, atol=1e-4 * scale, err_msg=what)


@pytest.mark.parametrize("kind", FORMATS)
def test_files_of_keras_load_here(kind, folders):
    folder, outputs = folders
    for seed in range(FILES):
        path = folder / FORMATS[kind].format(seed)
        what = f"{kind} file of the model of seed {seed}"
        if kind == "weights":
            model = graphs.make(keras, seed, *graphs.options(kind))
            model.load_weights(path)
        else:
            model = keras.saving.load_model(path)
        check(graphs.run(keras, model, seed), outputs[kind, seed], what)


@pytest.mark.parametrize("kind", FORMATS)
def test_our_files_load_in_keras(kind, tmp_path):
    wanted = []
    for seed in range(FILES):
        model = graphs.make(keras, seed, *graphs.options(kind))
        graphs.fill(model, seed)
        path = tmp_path / FORMATS[kind].format(seed)
        if kind == "weights":
            model.save_weights(path)
        else:
            model.save(path)
        wanted.append(graphs.run(keras, model, seed))
    code = """
graphs.classes(keras)
result = []
for seed in range(count):
    path = f"{folder}/{name}".format(seed)
    if kind == "weights":
        model = graphs.make(keras, seed, *graphs.options(kind))
        model.load_weights(path)
    else:
        model = keras.saving.load_model(path)
    result.append(graphs.run(keras, model, seed))
"""
    found = theirs(code, folder=str(tmp_path), count=FILES, name=FORMATS[kind], kind=kind)
    for seed in range(FILES):
        check(found[seed], wanted[seed], f"{kind} file of the model of seed {seed}")


def test_a_layer_of_a_file_of_keras_trains_as_the_model_does(tmp_path):
    code = """
x = keras.Input((50,))
keras.Model(x, keras.layers.Dropout(0.5)(x)).save(path)
"""
    path = str(tmp_path / "m.keras")
    theirs(code, path=path)
    model = keras.saving.load_model(path)
    x = np.ones((2, 50), "float32")
    assert (keras.ops.convert_to_numpy(model(x, training=True)) == 0).any()
    assert (keras.ops.convert_to_numpy(model(x)) == 1).all()
