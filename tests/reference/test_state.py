"""What layers hold is listed, locked and saved as by real Keras."""

import ast

import h5py
import numpy as np
import pytest
from blackbox import RealKerasError, real_keras

import keras_core as keras

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]


@pytest.mark.parametrize(
    "code",
    [
        "[[D(), D()], [D()]]",
        "{'b': D(), 'a': [D()], 'deep': {'b': D()}}",
        "[(D(), D()), D()]",
        "([D()], {'x': (D(),)})",
        "[[1], [], [D()]]",
        "[D(), [D(), {'x': D()}], D(), layers.LayerNormalization()]",
        "[[a := D()], [a, D()]]",
        "[a := D(), a, D()]",
        "{2: D(), 1: D()}",
    ],
)
@pytest.mark.parametrize("base", ["layers.Layer", "keras.Model"])
def test_names_in_files_are_those_of_keras(code, base, tmp_path):
    program = f"""
layers = keras.layers
def D(): return layers.Dense(2)
class L({base}):
    def __init__(self):
        super().__init__()
        self.held = {code}
    def call(self, x): return x
m = keras.Sequential([keras.Input((2,)), L()])
for layer in m._flatten_layers(include_self=False):
    if not isinstance(layer, L) and not layer.built: layer.build((None, 2))
m.save_weights(path)
"""
    ours, theirs = (str(tmp_path / f"{who}.weights.h5") for who in ("ours", "theirs"))
    exec(program, {"keras": keras, "path": ours})
    real_keras(program + "\nresult = None", path=theirs)

    def names(path):
        out = []
        with h5py.File(path) as f:
            f.visititems(lambda name, x: out.append(name) if isinstance(x, h5py.Dataset) else None)
        return sorted(out)

    assert names(ours) == names(theirs)


COMMON = """
layers, K = keras.layers, keras
x = np.ones((2, 3), "float32")
D = lambda units=1: layers.Dense(units)

class Plain(layers.Layer):
    def call(self, x):
        return x

class Own(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(2)
    def build(self, shape):
        self.n = self.add_weight(shape=(), trainable=False, name="n")
        self.k = self.add_weight(shape=(shape[-1],), name="k")
    def call(self, x):
        return self.inner(x * self.k)

class Full(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = D()
        self.bn = layers.BatchNormalization()
        self.metric = K.metrics.Mean(name="mean")
        self.seed = K.random.SeedGenerator(1, name="seed")
        self.n = self.add_weight(shape=(), trainable=False, name="n")
        self.t = self.add_weight(shape=(), name="t")
        self.drop = layers.Dropout(0.5)
    def call(self, x):
        return self.drop(self.bn(self.d(x)))

def built(layer):
    layer(x)
    return layer

def paths(layer):
    names = ("variables", "weights", "trainable_variables", "non_trainable_variables",
             "trainable_weights", "non_trainable_weights", "metrics_variables")
    return [[v.path for v in getattr(layer, n)] for n in names]
"""
PROGRAMS = {
    "a layer": "l = built(Plain()); l.d = D(); l._layers",
    "a list": "l = built(Plain()); l.d = [D()]; l._layers",
    "a variable": "l = built(Plain()); l.v = keras.Variable(1.0); l.weights",
    "a weight": "built(Plain()).add_weight(shape=())",
    "a metric": "l = built(Plain()); l.m = keras.metrics.Mean(); l.metrics",
    "a weight, built by hand": (
        "l = Plain(); l.built = True; l.add_weight(shape=()); len(l.weights)"
    ),
    "built twice": "l = D(); l.build((None, 3)); l.build((None, 3)); len(l.weights)",
    "own, built twice": "l = Own(); l.build((None, 3)); l.build((None, 3)); len(l.weights)",
    "normalization, built twice": (
        "l = layers.BatchNormalization(); l.build((None, 3)); l.build((None, 3))"
    ),
    "on a functional model": (
        "i = keras.Input((3,)); m = keras.Model(i, D()(i)); m.e = D(); m.v = keras.Variable(2.0);"
        "[len(m._layers), len(m.weights)]"
    ),
    "a variable on a sequential model": (
        "m = keras.Sequential([keras.Input((3,)), D()]); m.v = keras.Variable(2.0); len(m.weights)"
    ),
    "replaced": "l = Plain(); l.d = D(); l.d = D(2); len(l._layers)",
    **{
        f"taken out: {code}": f"l = Plain(); l.q = [D(), [D()], D(), {{'a': D(), 'b': D()}}]; "
        f"{code}; len(l._layers)"
        for code in (
            "l.q.pop(0)",
            "l.q[1].pop()",
            "l.q.remove(l.q[2])",
            "l.q.__delitem__(0)",
            "l.q[3].pop('a')",
            "l.q[3].popitem()",
            "l.q[3].clear()",
        )
    },
    "unfrozen": (
        "l = Own(); l(x); l.trainable = False; a = len(l.trainable_weights); l.trainable = True;"
        "[a, len(l.trainable_weights), [w.name for w in l.weights]]"
    ),
    "unfrozen, a weight set by hand": (
        "l = D(); l.build((None, 3)); l.kernel.trainable = False; a = len(l.trainable_weights);"
        "l.trainable = False; l.trainable = True; [a, len(l.trainable_weights)]"
    ),
    "an untrainable weight set by hand": (
        "l = Own(); l(x); l.n.trainable = True; a = len(l.trainable_weights); l.trainable = False;"
        "b = [len(l.trainable_weights), l.n.trainable]; l.trainable = True;"
        "[a, b, len(l.trainable_weights)]"
    ),
    "made frozen": (
        "l = layers.Dense(2, trainable=False); l.build((None, 3));"
        "a = [w.trainable for w in l.weights]; l.trainable = True; [a, len(l.trainable_weights)]"
    ),
    "variables": "paths(built(Full()))",
    "variables, frozen": "l = built(Full()); l.trainable = False; paths(l)",
    "variables, a part frozen": "l = built(Full()); l.d.trainable = False; paths(l)",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_state_is_held_and_refused_as_in_keras(name):
    code = COMMON + PROGRAMS[name]
    body = ast.parse(code).body
    scope = {"keras": keras, "np": np}
    keras.utils.clear_session()
    try:
        exec(compile(ast.Module(body[:-1], []), "<ours>", "exec"), scope)
        ours = eval(compile(ast.Expression(body[-1].value), "<ours>", "eval"), scope)  # noqa: S307
    except ValueError as error:
        ours = str(error)
    try:
        theirs = real_keras(code)
    except RealKerasError as error:
        theirs = str(error)
    if isinstance(theirs, str):
        assert "already built" in theirs
        assert "already built" in str(ours)
    else:
        assert ours == theirs


LAYERS = """
layers, K = keras.layers, keras
x = np.ones((4, 3), "float32")

class Leaf(layers.Layer):
    def build(self, shape):
        self.v = self.add_weight(shape=(), name="v")
    def call(self, x):
        return x

class FromStart(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.v = self.add_weight(shape=(), name="v")
    def call(self, x):
        return x

class Mid(layers.Layer):
    def __init__(self, inner, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner
    def call(self, x):
        return self.inner(x)

class Builds(Mid):
    def build(self, shape):
        self.inner.build(shape)

class Own(Mid):
    def build(self, shape):
        self.w = self.add_weight(shape=(), name="w")

class Makes(layers.Layer):
    def build(self, shape):
        self.one, self.two = Leaf(name="one"), Leaf(name="two")
        self.one.build(shape)
    def call(self, x):
        return self.two(self.one(x))

class Both(layers.Layer):
    def __init__(self, a, b, **kwargs):
        super().__init__(**kwargs)
        self.a, self.b = a, b
    def call(self, x):
        return self.b(self.a(x))

class Model(K.Model):
    def __init__(self, inner, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner
    def call(self, x):
        return self.inner(x)

def leaf():
    return Leaf(name="leaf")
def mid(inner=None):
    return Mid(inner or leaf(), name="mid")
def own(inner=None):
    return Own(inner or leaf(), name="own")
def sequential(*stack):
    return K.Sequential(list(stack), name="s")
def functional(layer):
    i = K.Input((3,))
    return K.Model(i, layer(i), name="f")
def called(layer, x=x):
    layer(x)
    return layer
def built(layer):
    layer.build((None, 3))
    return layer
steps = np.ones((2, 3, 4), "float32")
"""
PATHS = [
    "called(leaf())",
    "built(leaf())",
    "called(mid())",
    "called(Builds(leaf(), name='b'))",
    "called(own())",
    "called(Makes(name='makes'))",
    "called(mid(FromStart(name='start')))",
    "called(Mid(mid(), name='top'))",
    "called(Mid(Builds(leaf(), name='b'), name='top'))",
    "called(Builds(Builds(leaf(), name='b'), name='top'))",
    "called(Builds(mid(), name='top'))",
    "called(Mid(own(), name='top'))",
    "called(Own(own(), name='top'))",
    "called(Own(mid(), name='top'))",
    "called(Model(own(), name='top'))",
    "called(Model(mid(), name='top'))",
    "sequential(keras.Input((3,)), mid())",
    "called(sequential(mid(), own()))",
    "built(sequential(own()))",
    "functional(mid())",
    "functional(sequential(own()))",
    "called(mid(sequential(leaf())))",
    "called(Model(sequential(leaf(), FromStart(name='b')), name='top'))",
    "called(mid(functional(leaf())))",
    "called(layers.TimeDistributed(layers.Dense(2, name='d'), name='td'), steps)",
    "called(sequential(layers.TimeDistributed(layers.Dense(2, name='d'), name='td')), steps)",
    "called(mid(layers.Dropout(0.5, name='drop')))",
    "called(Both(layers.BatchNormalization(name='bn'), leaf(), name='both'))",
    "(lambda a: called(Both(Mid(a, name='m1'), Mid(a, name='m2'), name='both')))(leaf())",
    "called(Mid(own(), name='top'), keras.Input((3,)))",
]


@pytest.mark.parametrize("code", PATHS)
def test_paths_are_those_of_keras(code):
    code = f"{LAYERS}\nresult = [v.path for v in {code}.variables]"
    scope = {"keras": keras, "np": np}
    keras.utils.clear_session()
    exec(code, scope)
    assert scope["result"] == real_keras(code)
