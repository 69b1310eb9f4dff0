"""Artifacts of models, run by programs that do not import Keras."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.tensors import runtime
from keras_core.export.formats import find_format
from keras_core_plugins import CapabilityError, ExportError

pytestmark = pytest.mark.one_in(40)

FORMATS = runtime.CAPABILITIES.export_formats
# What the engine itself writes; `test_converted_formats.py` is about the others.
NATIVE = [f for f in FORMATS if f != "litert" and not find_format(f).modules]
NO_CONTROL_FLOW = ("torch",)  # conditions and loops run in Python
SUFFIXES = {"torch": ".pt2", "openvino": ".xml"}

# Each makes `run(inputs)`, from the nest of a call's arguments to an array or a nest of them.
LOADERS = {
    "tf_saved_model": """
import tensorflow as tf
loaded = tf.saved_model.load(path)
def run(args):
    return tf.nest.map_structure(lambda y: y.numpy(), loaded.serve(*args))
""",
    "torch": """
import torch
module = torch.export.load(path).module()
def run(args):
    args = torch.utils._pytree.tree_map(torch.from_numpy, args)
    return torch.utils._pytree.tree_map(lambda y: y.detach().numpy(), module(*args))
""",
    "openvino": """
import openvino
settings = {"INFERENCE_PRECISION_HINT": "f32"}
model = openvino.Core().compile_model(openvino.Core().read_model(path), "CPU", settings)
def flat(x):
    if isinstance(x, dict):
        x = x.values()
    return [x] if hasattr(x, "shape") else [z for y in x for z in flat(y)]
def run(args):
    outputs = list(model(flat(args)).values())
    return outputs if len(outputs) > 1 else outputs[0]
""",
    "jax": """
import jax
exported = jax.export.deserialize(bytearray(open(path, "rb").read()))
def run(args):
    return jax.tree.map(np.asarray, exported.call(*args))
""",
}

PROGRAM = """
import pickle, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
path = sys.argv[1]
{loader}
results = [run(args) for args in pickle.load(sys.stdin.buffer)]
keras = [name for name in sys.modules if name.startswith("keras_")]
assert not keras, keras
sys.stdout.buffer.write(b"RESULTS" + pickle.dumps(results))
"""


def run_elsewhere(format, path, calls):
    """The results of an artifact for several tuples of arguments, in a process without Keras."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(loader=LOADERS[format]), str(path)],
        input=pickle.dumps(calls),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout.partition(b"RESULTS")[2])


def export(model, tmp_path, format, **kwargs):
    path = tmp_path / f"artifact{SUFFIXES.get(format, '')}"
    model.export(path, format=format, verbose=False, **kwargs)
    return path


def assert_same(found, expected):
    for a, b in zip(keras.tree.flatten(found), keras.tree.flatten(expected), strict=True):
        np.testing.assert_allclose(a, np.asarray(b), rtol=1e-4, atol=1e-5)


def data(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape).astype("float32")


NO_FORMAT = pytest.param("none", marks=pytest.mark.skip(reason="the backend has no format"))
formats = pytest.mark.parametrize("format", NATIVE or [NO_FORMAT])


def with_two_inputs():
    a = keras.Input((8, 8, 3), name="image")
    b = keras.Input((None, 4), name="sequence")
    x = layers.Conv2D(6, 3, padding="same")(a)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(0.5)(layers.MaxPooling2D()(x))
    x = layers.Flatten()(x)
    y = layers.LayerNormalization()(b)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    y = layers.GlobalAveragePooling1D()(layers.GaussianNoise(0.3)(y))
    z = layers.Concatenate()([x, y])
    return keras.Model([a, b], {"class": layers.Dense(3, "softmax")(z), "size": layers.Dense(1)(z)})


@formats
def test_two_inputs_of_any_size(format, tmp_path):
    model = with_two_inputs()
    for v in model.non_trainable_variables:  # moving averages that do something
        if "moving" in v.name:
            v.assign(np.abs(data(*v.shape)) + 0.5)
    path = export(model, tmp_path, format)
    calls = [([data(n, 8, 8, 3), data(n, m, 4)],) for n, m in ((2, 5), (1, 3), (7, 1))]
    for (x,), found in zip(calls, run_elsewhere(format, path, calls), strict=True):
        assert_same(found, list(model.predict(x, verbose=0).values()))


@formats
def test_sizes_are_numbers_to_the_model(format, tmp_path):
    class Position(layers.Layer):
        def call(self, x):
            size = ops.shape(x)[1]
            share = ops.cast(ops.arange(size), "float32") / ops.cast(size, "float32")
            return ops.concatenate([x[:, 1:], ops.zeros_like(x[:, :1])], 1) + share[:, None]

    x = keras.Input((None, 4))
    y = layers.Conv1D(3, 2, padding="causal")(Position()(x))
    y = layers.MaxPooling1D(2)(y)
    model = keras.Model(x, layers.MultiHeadAttention(2, 3)(y, y, use_causal_mask=True))
    path = export(model, tmp_path, format)
    calls = [(data(2, 6, 4),), (data(3, 9, 4),)]
    for (x,), found in zip(calls, run_elsewhere(format, path, calls), strict=True):
        assert_same(found, model.predict(x, verbose=0))


@formats
def test_recurrent(format, tmp_path):
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            layers.Embedding(11, 4, mask_zero=True),
            layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
            layers.GRU(3),
        ]
    )
    path = export(model, tmp_path, format)
    x = np.random.default_rng(0).integers(0, 11, (5, 6)).astype("int32")
    (found,) = run_elsewhere(format, path, [(x,)])
    assert_same(found, model.predict(x, verbose=0))


@formats
def test_subclass_with_two_arguments(format, tmp_path):
    class Sum(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)
            self.dropout = layers.Dropout(0.5)

        def call(self, left, right, training=True):
            h = self.dropout(self.dense(left), training=training)
            batch = ops.shape(left)[0]
            return [h + right, (ops.reshape(h, (batch, 2, 1)), ops.ones((batch, 3)))]

    model = Sum()
    with pytest.raises(ValueError, match="has not yet been built"):
        export(model, tmp_path, format)
    model(data(3, 4), data(3, 2))
    path = export(model, tmp_path, format)
    args = data(5, 4), data(5, 2)
    (found,) = run_elsewhere(format, path, [args])
    assert_same(found, keras.tree.map_structure(ops.convert_to_numpy, model(*args, training=False)))


@formats
def test_an_input_signature(format, tmp_path):
    class Dense(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.dense(x)

    model = Dense()
    model(data(2, 3))
    signature = [keras.InputSpec(shape=(4, None, 3), dtype="float32", name="x")]
    path = export(model, tmp_path, format, input_signature=signature)
    (found,) = run_elsewhere(format, path, [(data(4, 7, 3),)])
    assert_same(found, ops.convert_to_numpy(model(data(4, 7, 3))))


@formats
def test_control_flow(format, tmp_path):
    """Conditions, loops and maps are part of the artifact, over sizes that are not known, too."""

    class Loops(layers.Layer):
        def call(self, x):
            y = ops.vectorized_map(lambda row: ops.sum(row) * row, x)
            y = ops.map(lambda row: row * 2.0, y)
            _, z = ops.scan(lambda c, row: (c + row, c * row), ops.zeros(3), x)
            y = ops.fori_loop(0, 3, lambda i, v: v * 0.5, y + z)
            y = y + ops.associative_scan(ops.add, x, axis=1)
            return ops.cond(ops.sum(x) > 0, lambda: y, lambda: -y)

    i = keras.Input((3,))
    layered = ops.switch(ops.cast(ops.sum(i) > 0, "int32"), [lambda x: x, lambda x: -x], Loops()(i))
    model = keras.Model(i, layered)
    if format in NO_CONTROL_FLOW:
        with pytest.raises(ExportError, match="cannot hold the layer 'loops'"):
            export(model, tmp_path, format)
        return
    path = export(model, tmp_path, format)
    calls = [(sign * np.abs(data(n, 3)),) for n, sign in ((4, 1), (7, -1))]
    for (x,), found in zip(calls, run_elsewhere(format, path, calls), strict=True):
        assert_same(found, ops.convert_to_numpy(model(x)))


@formats
def test_random_numbers(format, tmp_path):
    """New ones in each call where the format holds state; none of it is left in the model."""

    class Noise(keras.Model):
        def __init__(self):
            super().__init__()
            self.seeds = keras.random.SeedGenerator(3)

        def call(self, x):
            return x + keras.random.uniform((3,), seed=self.seeds)

    model = Noise()
    model(data(2, 3))
    before = [np.array(v.numpy()) for v in model.non_trainable_variables]
    path = export(model, tmp_path, format)
    for v, old in zip(model.non_trainable_variables, before, strict=True):
        np.testing.assert_array_equal(v.numpy(), old)
    zeros = np.zeros((2, 3), "float32")
    first, second = run_elsewhere(format, path, [(zeros,), (zeros,)])
    assert np.array_equal(first, second) == (not find_format(format).holds_state)
    assert 0 <= first.min() < first.max() < 1
    model(zeros)  # no tensor of the trace was left behind


@formats
def test_half_precision(format, tmp_path):
    x = keras.Input((3,), dtype="float32")
    h = layers.Dense(4, dtype="mixed_bfloat16")(x)
    model = keras.Model(x, layers.Dense(2, dtype="float32")(h))
    path = export(model, tmp_path, format)
    (found,) = run_elsewhere(format, path, [(data(5, 3),)])
    np.testing.assert_allclose(found, model.predict(data(5, 3), verbose=0), atol=0.05)


@formats
def test_what_is_printed(format, tmp_path, capsys):
    model = with_two_inputs()
    path = tmp_path / f"artifact{SUFFIXES.get(format, '')}"
    model.export(path, format=format)
    out = capsys.readouterr().out
    assert f"Saved artifact at {str(path)!r}" in out
    assert "* Endpoint 'serve'\n  image: shape=(None, 8, 8, 3), dtype=float32\n  sequence" in out


@formats
def test_wrong_arguments(format, tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    with pytest.raises(TypeError, match=rf"'{format}' has no option speed\. Its options: "):
        export(model, tmp_path, format, speed=3)
    with pytest.raises(TypeError, match="must be a list with an entry"):
        export(model, tmp_path, format, input_signature=keras.InputSpec(shape=(None, 3)))
    with pytest.raises(TypeError, match=r"Unsupported entry.*None"):
        export(model, tmp_path, format, input_signature=[(None, 3)])
    with pytest.raises(ValueError, match="must have a shape"):
        export(model, tmp_path, format, input_signature=[keras.InputSpec(ndim=2)])
    if suffix := SUFFIXES.get(format):
        with pytest.raises(ValueError, match=rf"ends in '{suffix}'.*'model'"):
            model.export("model", format=format)
    archive = keras.export.ExportArchive(format)
    with pytest.raises(ValueError, match="No endpoints"):
        archive.write_out(tmp_path / "x")
    with pytest.raises(ValueError, match="must provide an `input_signature`"):
        archive.add_endpoint("call", model.call)
    with pytest.raises(ValueError, match=r"named like a function.*'a b'"):
        archive.add_endpoint("a b", model)
    with pytest.raises(ValueError, match=r"Invalid resource type.*3 of type"):
        archive.track(3)
    with pytest.raises(TypeError, match="Unexpected arguments of `add_endpoint`: speed"):
        archive.add_endpoint("call", model, speed=3)
    archive.add_endpoint("call", model)
    with pytest.raises(ValueError, match="'call' is already taken"):
        archive.add_endpoint("call", model)


def test_a_format_of_another_backend():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    with pytest.raises(ValueError, match=r"Unrecognized format='papyrus'\. Formats with backend"):
        model.export("model", format="papyrus")
    other = next(f for f in LOADERS if f not in FORMATS)
    with pytest.raises((CapabilityError, ValueError)) as caught:
        model.export("model", format=other)
    here = f"its formats: {', '.join(sorted(FORMATS)) or 'none'}"
    if isinstance(caught.value, CapabilityError):  # it is installed
        assert f"format={other!r} needs a writer of that format" in str(caught.value)
        assert here in str(caught.value)
        assert "with KERAS_BACKEND=" in str(caught.value)


@pytest.mark.skipif(
    "tf_saved_model" not in FORMATS, reason="the format of this backend holds one function"
)
def test_an_archive_of_several_endpoints(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    scale = keras.Variable(2.0, name="scale")
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.track(scale)
    spec = keras.InputSpec(shape=(None, 3), dtype="float32")
    compiled = archive.add_endpoint("twice", lambda x: model(x) * scale, [spec])
    archive.add_endpoint(
        "shifted", lambda x, by: {"y": [x + by]}, [spec, keras.InputSpec(shape=())]
    )
    archive.add_variable_collection("scales", [scale])
    with pytest.raises(ValueError, match="already taken"):
        archive.add_variable_collection("twice", [scale])
    with pytest.raises(TypeError, match=r"list of `keras.Variable`"):
        archive.add_variable_collection("more", [3])
    assert len(archive.variables) == len(archive.trainable_variables) == 3
    assert archive.non_trainable_variables == []
    archive.write_out(tmp_path / "artifact", verbose=False)
    x = data(5, 3)
    expected = model.predict(x, verbose=0) * 2
    assert_same(compiled(x), expected)
    code = """
import sys, numpy as np, tensorflow as tf
loaded = tf.saved_model.load(sys.argv[1])
x = np.load(sys.argv[2])
assert sorted(loaded.signatures) == ["serving_default", "shifted", "twice"]
assert len(loaded.variables) == 3 and len(loaded.scales) == 1
print(repr(loaded.twice(x).numpy().tolist()))
print(repr(loaded.shifted(x, 1.0)["y"][0].numpy().tolist()))
print(repr(loaded.signatures["shifted"](x=x, by=tf.constant(1.0))["output_0"].numpy().tolist()))
loaded.scales[0].assign(3.0)
print(repr(loaded.twice(x).numpy().tolist()))
assert not [name for name in sys.modules if name.startswith("keras_")]
"""
    np.save(tmp_path / "x.npy", x)
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "artifact", tmp_path / "x.npy"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    twice, shifted, signature, thrice = map(eval, done.stdout.splitlines())
    assert_same(np.array(twice), expected)
    assert_same(np.array(shifted), x + 1)
    assert_same(np.array(signature), x + 1)
    assert_same(np.array(thrice), expected * 1.5)
