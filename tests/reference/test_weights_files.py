"""Weights travel between kinds of models and both packages: subclasses, shards, legacy state."""

import numpy as np
import pytest
from blackbox import RealKerasError, real_keras

import keras_core as keras

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]

CLASSES = '''
from keras import layers as L
import numpy as np

class Head(keras.Model):
    """Made from tensors, one of the layers an attribute."""
    def __init__(self):
        i = keras.Input((2,)); d = L.Dense(3, name="d"); e = L.Dense(2, name="e")
        super().__init__(i, e(d(i))); self.head = e

class Hidden(keras.Model):
    """Made from tensors, with layers in a list, behind a property, and outside of the graph."""
    def __init__(self):
        i = keras.Input((2,)); d = L.Dense(3, name="d"); e = L.Dense(2, name="e")
        super().__init__(i, e(d(i)))
        self._first = d; self.blocks = [e]; self.alpha = L.Dense(1); self.alpha.build((None, 2))
    @property
    def first(self):
        return self._first

class Nest(keras.Model):
    def __init__(self):
        super().__init__(); self.a = L.Dense(3); self.b = [L.Dense(2), [L.Dense(1), (L.Dense(4),)]]
        self.d = {"x": L.Dense(2), "y": {"z": L.Dense(3)}}
    def call(self, x):
        x = self.b[1][1][0](self.b[1][0](self.b[0](self.a(x))))
        return self.d["y"]["z"](self.d["x"](x))

class Stack(keras.Sequential):
    def __init__(self):
        super().__init__([keras.Input((2,)), L.Dense(3), L.Dense(2)])
        self.mine = self.layers[0]

class Part(L.Layer):
    """Layers under private names, and again under public ones."""
    def __init__(self):
        super().__init__(); self._a = L.Dense(2); self.b = self._a
        self.Z = L.Dense(3); self._y = self.Z
    def build(self, shape):
        self._a.build(shape); self.Z.build((None, 2))
    def call(self, x):
        return self.Z(self._a(x))

class Private(keras.Model):
    """Such layers in a model, one under a private name."""
    def __init__(self):
        super().__init__(); self._p = Part(); self.q = Part(); self._r = [L.Dense(2)]
    def call(self, x):
        return self._r[0](self.q(x) + self._p(x))

def Plain():
    i = keras.Input((2,))
    return keras.Model(i, L.Dense(2, name="e")(L.Dense(3, name="d")(i)))

def made(name):
    model = {"Head": Head, "Hidden": Hidden, "Nest": Nest, "Stack": Stack, "Plain": Plain,
             "Private": Private}[name]()
    model(np.ones((1, 2)))
    return model

def filled(name):
    model = made(name)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    return model
'''
scope = {"keras": keras}
exec(CLASSES.replace("from keras import layers as L", "L = keras.layers"), scope)

PAIRS = [(n, n) for n in ("Head", "Hidden", "Nest", "Stack", "Plain", "Private")]
PAIRS += [("Head", "Plain"), ("Plain", "Head"), ("Hidden", "Plain"), ("Head", "Hidden")]


def theirs(code, **values):
    return real_keras(CLASSES + code, **values)


@pytest.mark.filterwarnings("ignore:.*holds weights that")  # Keras says nothing of them
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_weights_of_models_and_their_subclasses(source, target, tmp_path):
    path = str(tmp_path / "w.weights.h5")
    wanted = theirs(
        "m = filled(source); m.save_weights(path); m.get_weights()", source=source, path=path
    )
    model = scope["made"](target)
    try:
        theirs("made(target).load_weights(path)", target=target, path=path)
    except RealKerasError:  # the file lacks a layer that the target has
        with pytest.raises(ValueError, match="could not be loaded"):
            model.load_weights(path)
        return
    model.load_weights(path)
    for a, b in zip(model.get_weights(), wanted, strict=False):
        np.testing.assert_array_equal(a, b)
    ours = str(tmp_path / "o.weights.h5")
    scope["filled"](source).save_weights(ours)
    found = theirs(
        "m = made(target); m.load_weights(path); m.get_weights()", target=target, path=ours
    )
    for a, b in zip(found, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ["Plain", "Nest", "Stack"])
def test_shards_travel_both_ways(name, tmp_path):
    limit = 60 / 2**30
    mine, other = str(tmp_path / "mine.weights.json"), str(tmp_path / "other.weights.json")
    wanted = theirs(
        "m = filled(name); m.save_weights(path, max_shard_size=limit); m.get_weights()",
        name=name, path=other, limit=limit,
    )  # fmt: skip
    model = scope["made"](name)
    model.load_weights(other)
    for a, b in zip(model.get_weights(), wanted, strict=True):
        np.testing.assert_array_equal(a, b)
    model.save_weights(mine, max_shard_size=limit)
    found = theirs("m = made(name); m.load_weights(path); m.get_weights()", name=name, path=mine)
    for a, b in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_state_of_the_optimizer_travels_in_legacy_files(tmp_path):
    mine, other = str(tmp_path / "mine.h5"), str(tmp_path / "other.h5")
    code = """
m = filled("Plain")
m.compile(keras.optimizers.Adam(0.01), keras.losses.Huber(delta=2.0))
m.fit(np.ones((4, 2)), np.zeros((4, 2)), verbose=0)
m.save(path)
"""
    wanted = real_keras(
        CLASSES + code + "[keras.ops.convert_to_numpy(v) for v in m.optimizer.variables]",
        backend="torch", path=other,
    )  # fmt: skip
    model = keras.saving.load_model(other)
    assert isinstance(model.loss, keras.losses.Huber)
    for v, value in zip(model.optimizer.variables, wanted, strict=True):
        np.testing.assert_array_equal(v.numpy(), value)
    model.save(mine)
    # Keras reads no state of an optimizer from such files, not even from its own
    code = "m = keras.saving.load_model(path)\n[m.compiled, type(m.loss).__name__, m.get_weights()]"
    compiled, loss, weights = theirs(code, path=mine)
    assert compiled
    assert loss == "Huber"
    for a, b in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
