"""Tables as numbers: in models, in pipelines and in workers, on every backend."""

import subprocess
import sys

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.execution import compiled
from keras_core.data.pipeline import Pipeline
from keras_core.utils import FeatureSpace

pytestmark = pytest.mark.one_in(40)

RNG = np.random.default_rng(0)
DATA = {
    "age": RNG.uniform(10, 90, 40),
    "size": RNG.normal(size=40),
    "city": RNG.choice(["Rome", "Oslo", "Bern"], 40),
    "rooms": RNG.integers(1, 4, 40),
}
LABELS = (DATA["city"] == "Oslo").astype("float32")


def space(**options):
    made = FeatureSpace(
        {
            "age": "float_discretized",
            "size": "float_normalized",
            "city": "string_categorical",
            "rooms": FeatureSpace.integer_hashed(5),
        },
        crosses=[("city", "rooms")],
        num_discretization_bins=4,
        crossing_dim=8,
        **options,
    )
    made.adapt(DATA, verbose=0)
    return made


def rows(start, stop):
    return {name: x[start:stop] for name, x in DATA.items()}


def array(x):
    return keras.ops.convert_to_numpy(x)


def test_the_two_ways_into_a_model(tmp_path):
    table = space()
    want = array(table(DATA))
    assert want.shape == (40, 4 + 1 + 4 + 5 + 8)
    ends = keras.Model(table.get_inputs(), table.get_encoded_features())
    layer = keras.Model(table.get_inputs(), table(table.get_inputs()))
    for model in (ends, layer):
        np.testing.assert_allclose(model.predict(DATA, batch_size=16, verbose=0), want, atol=1e-5)
        model.save(tmp_path / "m.keras")
        again = keras.saving.load_model(tmp_path / "m.keras")
        assert again.output_shape == (None, want.shape[1])
        np.testing.assert_allclose(again.predict(DATA, verbose=0), want, atol=1e-5)
    table.save(tmp_path / "s.keras")
    np.testing.assert_allclose(
        array(keras.saving.load_model(tmp_path / "s.keras")(DATA)), want, atol=1e-5
    )


@pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
def test_a_model_of_raw_columns_is_trained():
    table = space()
    model = keras.Model(
        table.get_inputs(), layers.Dense(1, activation="sigmoid")(table.get_encoded_features())
    )
    model.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    model.fit(DATA, LABELS[:, None], epochs=12, batch_size=10, verbose=0)
    assert model.evaluate(DATA, LABELS[:, None], verbose=0, return_dict=True)["accuracy"] == 1


class Batches(Pipeline):
    def __len__(self):
        return 4

    def _get(self, index):
        return rows(10 * index, 10 * index + 10)


@pytest.mark.parametrize("mode", ["concat", "dict"])
def test_pipelines(mode):
    tf = pytest.importorskip("tensorflow")
    table = space(output_mode=mode)
    want = keras.tree.map_structure(array, table(DATA))
    data = tf.data.Dataset.from_tensor_slices(DATA)
    batched = list(data.batch(10).map(table).as_numpy_iterator())
    single = list(data.map(table).as_numpy_iterator())
    theads = list(Batches().map(table).prefetch())
    for parts, joined in ((batched, np.concatenate), (single, np.stack), (theads, np.concatenate)):
        found = keras.tree.map_structure(lambda *x, f=joined: f([array(y) for y in x]), *parts)
        for name in want if mode == "dict" else (Ellipsis,):
            np.testing.assert_allclose(found[name], want[name], atol=1e-5)


def test_all_that_it_may_be_adapted_to():
    tf = pytest.importorskip("tensorflow")
    want = array(space()(DATA))
    singles = [{k: v[i] for k, v in DATA.items()} for i in range(40)]
    for data in (
        Batches(),
        iter(Batches()),
        tf.data.Dataset.from_tensor_slices(DATA),
        iter(singles),
    ):
        table = space()
        table.adapt(data, verbose=0)
        found = array(table(DATA))
        np.testing.assert_allclose(found[:, 4:], want[:, 4:], atol=1e-5)  # bins depend on batches


class Ranks(layers.Layer):
    """A layer of a user's: the place of a value among those that it has seen."""

    def adapt(self, data):
        self.seen = np.unique(data)

    def vocabulary_size(self):
        return len(self.seen) + 1

    def call(self, x):
        return keras.ops.cast(keras.ops.searchsorted(self.seen, x[:, 0]), "int32")[:, None]


def test_features_of_the_user():
    table = FeatureSpace(
        {
            "double": FeatureSpace.feature("float32", lambda x: x * 2, "float"),
            "rank": FeatureSpace.feature("float32", Ranks(), "one_hot"),
        }
    )
    table.adapt({"double": [1.0, 2.0], "rank": [5.0, 3.0]})
    found = array(table({"double": [4.0, 1.0], "rank": [5.0, 3.0], "more": [0, 0]}))
    assert found.tolist() == [[8, 0, 1, 0], [2, 1, 0, 0]]


def test_it_needs_no_other_engine():
    code = (
        "import sys, numpy as np, keras_core as keras\n"
        "s = keras.utils.FeatureSpace({'a': 'float_normalized', 'b': 'string_categorical'})\n"
        "s.adapt({'a': np.arange(3.0), 'b': ['x', 'y', 'x']}); s({'a': 1.0, 'b': 'y'})\n"
        "own = keras.config.backend() == 'tensorflow'\n"
        "assert own or 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
