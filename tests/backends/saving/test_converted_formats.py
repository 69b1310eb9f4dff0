"""Artifacts that a converter writes, run by the runtimes of their formats."""

import importlib.util
import os

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.suite.layer_rows import iter_layer_rows
from keras_core.core.tensors import runtime
from keras_core.export import formats as core_formats
from keras_core.export.formats import find_format
from keras_core_plugins import ExportError

pytestmark = [
    pytest.mark.one_in(40),
    # of torch's copying of its own programs, and of TensorFlow's interpreter
    pytest.mark.filterwarnings("ignore:.isinstance.treespec, LeafSpec:FutureWarning"),
    pytest.mark.filterwarnings("ignore:\\s*Warning. tf.lite.Interpreter is deprecated:UserWarning"),
    # OpenVINO forks for its telemetry.
    pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning"),
]

ALL = float(os.environ.get("REFERENCE_SCALE", "1")) >= 4
SUFFIXES = {"onnx": ".onnx", "openvino": ".xml", "litert": ".tflite"}
RUNTIMES = {"onnx": "onnxruntime", "openvino": "openvino", "litert": "tensorflow"}


def as_parameters():
    for name in runtime.CAPABILITIES.export_formats:
        format = find_format(name)
        if not format.modules and name != "litert":  # the engine's own
            continue
        missing = [
            m for m in (*format.modules, RUNTIMES[name]) if importlib.util.find_spec(m) is None
        ]
        if missing:
            reason = f"not installed: {', '.join(missing)}"
            yield pytest.param(name, marks=pytest.mark.skip(reason=reason))
        else:
            yield name


CONVERTED = list(as_parameters())
NONE = pytest.param("none", marks=pytest.mark.skip(reason="the backend converts to no format"))
converted = pytest.mark.parametrize("format", CONVERTED or [NONE])


def run(format, path, inputs):
    """The outputs by their names."""
    if format == "onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(path)
        names = [y.name for y in session.get_outputs()]
        return dict(zip(names, session.run(None, inputs), strict=True))
    if format == "openvino":
        import openvino

        settings = {"INFERENCE_PRECISION_HINT": "f32"}
        core = openvino.Core()
        outputs = core.compile_model(core.read_model(path), "CPU", settings)(inputs)
        return {name: np.array(y) for port, y in outputs.items() for name in port.get_names()}
    import tensorflow as tf

    return tf.lite.Interpreter(path).get_signature_runner("serve")(**inputs)


def spec(format, shape, **kwargs):
    """An input of any batch size, where the format has such."""
    if find_format(format).open_sizes:
        shape = (None, *shape[1:])
    return keras.InputSpec(shape=shape, **kwargs)


def data(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape).astype("float32")


@converted
def test_several_inputs_by_name(format, tmp_path):
    a = keras.Input((8, 8, 3), name="image")
    b = keras.Input((5, 4), name="sequence")
    x = layers.BatchNormalization()(layers.Conv2D(6, 3, strides=2, padding="same")(a))
    x = layers.MaxPooling2D(1, strides=2)(layers.Dropout(0.5)(layers.ReLU()(x)))
    x = layers.MaxPooling2D(2, padding="same", strides=1)(x)
    x = layers.Flatten()(x)
    y = layers.LayerNormalization()(b)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    y = layers.GlobalAveragePooling1D()(layers.GaussianNoise(0.3)(y))
    z = layers.Concatenate()([x, y])
    model = keras.Model(
        {"sequence": b, "image": a},
        {"size": layers.Dense(1)(z), "class": layers.Dense(3, "softmax")(z)},
    )
    path = str(tmp_path / f"artifact{SUFFIXES[format]}")
    batches = (3, 1) if find_format(format).open_sizes else (3,)
    signature = {"sequence": spec(format, (3, 5, 4)), "image": spec(format, (3, 8, 8, 3))}
    model.export(path, format=format, verbose=False, input_signature=[signature])
    for n in batches:
        inputs = {"image": data(n, 8, 8, 3), "sequence": data(n, 5, 4)}
        expected = model.predict(inputs, verbose=0)
        found = run(format, path, inputs)
        for name, y in expected.items():
            np.testing.assert_allclose(found[name], y, rtol=1e-5, atol=1e-5)


SAMPLE = (
    "Dense Conv2D DepthwiseConv2D LayerNormalization EinsumDense AveragePooling1D Embedding".split()
)
"""Layers that every converter holds; when all rows are run, the others may be refused."""


def rows():
    seen = set()
    for row in iter_layer_rows():
        if row.options.get("training") or set(row.needs) - runtime.CAPABILITIES.dtypes:
            continue
        if ALL or (row.name in SAMPLE and row.name not in seen):
            seen.add(row.name)
            yield row


@converted
@pytest.mark.parametrize("row", list(rows()), ids=lambda row: row.id)
def test_layers(format, row, tmp_path):
    inputs, options = row.draw()
    nest = [inputs] if row.as_list else inputs
    layer = row.make()
    expected = [ops.convert_to_numpy(y) for y in keras.tree.flatten(layer(*nest, **options))]
    leaves = keras.tree.flatten(nest)
    arrays = any(isinstance(v, np.ndarray) for v in options.values())  # of one batch size
    specs = [
        keras.InputSpec(shape=x.shape, dtype=str(x.dtype), name=f"x{i}")
        if arrays
        else spec(format, x.shape, dtype=str(x.dtype), name=f"x{i}")
        for i, x in enumerate(leaves)
    ]
    path = str(tmp_path / f"artifact{SUFFIXES[format]}")
    archive = keras.export.ExportArchive(format)
    archive.track(layer)
    archive.add_endpoint(
        "serve", lambda *args: layer(*args, **options), keras.tree.pack_sequence_as(nest, specs)
    )
    try:
        archive.write_out(path, verbose=False)
    except ExportError:
        if row.name in SAMPLE:
            raise
        return
    found = run(format, path, {f"x{i}": x for i, x in enumerate(leaves)})
    tolerance = max(1e-5, row.tolerance)
    for i, y in enumerate(expected):
        name = next(iter(found)) if len(expected) == 1 else f"output_{i}"
        got = found[name]
        if row.label == "angle":  # that of a number below 0 is pi, or -pi
            got = y + (got - y + np.pi) % (2 * np.pi) - np.pi
        np.testing.assert_allclose(got, y, rtol=tolerance, atol=tolerance)


@converted
def test_products_of_integers(format, tmp_path):
    model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(2)])
    model.quantize("int8")
    path = str(tmp_path / f"artifact{SUFFIXES[format]}")
    signature = [keras.InputSpec(shape=(3, 8), name="x")]
    model.export(path, format=format, verbose=False, input_signature=signature)
    found = run(format, path, {"x": data(3, 8)})
    expected = model.predict(data(3, 8), verbose=0)
    np.testing.assert_allclose(next(iter(found.values())), expected, rtol=1e-4, atol=1e-4)


class Inverse(layers.Layer):
    def call(self, x):
        return x * ops.sum(ops.eigh(ops.ones((3, 3)) + ops.sum(x))[0])


@converted
def test_a_layer_that_the_format_cannot_hold(format, tmp_path):
    model = keras.Sequential([keras.Input((4,), 2), layers.Dense(3), Inverse(name="inverse")])
    with pytest.raises(ExportError, match=r"cannot hold the layer '.*inverse' \(Inverse\)\. \w+"):
        model.export(tmp_path / f"x{SUFFIXES[format]}", format=format, verbose=False)


@pytest.mark.skipif(not CONVERTED, reason="the backend converts to no format")
def test_a_converter_that_is_not_installed(monkeypatch, tmp_path):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    monkeypatch.setattr(core_formats.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=rf"pip install 'keras-backend-{runtime.NAME}\[onnx\]'"):
        model.export(tmp_path / "x.onnx", format="onnx")


@converted
@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50V2", "EfficientNetV2B0"])
def test_applications(format, name, tmp_path):
    model = getattr(keras.applications, name)(weights=None, input_shape=(32, 32, 3), classes=5)
    path = str(tmp_path / f"artifact{SUFFIXES[format]}")
    signature = [keras.InputSpec(shape=(2, 32, 32, 3), name="x")]
    model.export(path, format=format, verbose=False, input_signature=signature)
    x = data(2, 32, 32, 3)
    found = run(format, path, {"x": x})
    np.testing.assert_allclose(
        next(iter(found.values())), model.predict(x, verbose=0), rtol=1e-5, atol=1e-5
    )
