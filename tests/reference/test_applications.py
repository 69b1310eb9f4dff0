"""The architectures against the real Keras: configs, what is downloaded, files both ways.

At the usual scale a few are compared, all 40 of them where ``REFERENCE_SCALE`` is more than 1; with
``-rP`` the report then has a row of a table for each: parameters, variables, largest difference.
"""

import inspect
import json
import shutil
import warnings

import h5py
import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core import applications
from keras_core.applications.architectures import _weights

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]

ALL = scaled(1) > 1
ARCHITECTURES = {
    name: value
    for name, value in inspect.getmembers(applications)
    if name[0].isupper() and callable(value)
}
FEW = ["MobileNetV3Small", "Xception"]
NAMES = sorted(ARCHITECTURES) if ALL else FEW
SMALLEST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
# The real one refuses to make this one on torch.
ENGINE = {"NASNetMobile": "jax"}

OPTIONS = {
    "ConvNeXt": [{"include_preprocessing": False, "name": "of_mine"}],
    "EfficientNetV2": [{"include_preprocessing": False}],
    "MobileNet": [
        {"alpha": 0.5, "depth_multiplier": 2, "dropout": 0.3, "input_shape": (128, 128, 3)}
    ],
    "MobileNetV2": [{"alpha": 0.35, "input_shape": (96, 96, 3)}, {"alpha": 1.4}],
    "MobileNetV3": [
        {"minimalistic": True, "dropout_rate": 0.0},
        {"alpha": 1.3, "include_preprocessing": False, "input_shape": (65, 80, 3)},
    ],
}

# Inside of `light`, weights are zeros, since drawing them takes longest; inside of `offline`, what
# is asked for is noted, and no file is fetched or read.
HELPERS = """
import contextlib, json, sys
from unittest import mock

def modules(attribute):
    return [m for m in list(sys.modules.values())
            if getattr(m, "__name__", "").startswith("keras.") and hasattr(m, attribute)]

@contextlib.contextmanager
def light():
    with contextlib.ExitStack() as stack:
        for draw in ("truncated_normal", "uniform", "normal"):
            for m in modules(draw):
                if m.__name__ in ("keras.random", "keras.src.random"):
                    zeros = lambda shape, *a, **k: keras.ops.zeros(shape)
                    stack.enter_context(mock.patch.object(m, draw, zeros))
        yield

@contextlib.contextmanager
def offline(asked):
    def record(*args, **kwargs):
        asked.append([*args, kwargs.get("cache_subdir"), kwargs.get("file_hash")])
        return "file.h5"
    with contextlib.ExitStack() as stack:
        for m in modules("get_file"):
            stack.enter_context(mock.patch.object(m, "get_file", record))
        stack.enter_context(
            mock.patch.object(keras.Model, "load_weights", lambda self, *a, **k: None))
        yield

def fill(model):
    # values of the size that keeps deep networks from growing or fading
    out = []
    for i, w in enumerate(model.get_weights()):
        r = np.random.default_rng(i)
        name = model.weights[i].path.rsplit("/", 1)[-1]
        if w.dtype.kind != "f":
            out.append(w)
        elif "variance" in name:
            out.append(r.uniform(0.5, 1.5, w.shape).astype("float32"))
        elif name == "gamma" or w.ndim == 1 and "variable" in name:
            out.append(r.uniform(0.5, 1.0, w.shape).astype("float32"))
        elif w.ndim < 2:
            out.append(r.normal(0, 0.1, w.shape).astype("float32"))
        else:
            fan = max(1, np.prod(w.shape[:-2]) * (1 if "depthwise" in name else w.shape[-2]))
            out.append(r.standard_normal(w.shape, "float32") * np.float32(fan ** -0.5))
    model.set_weights(out)
    return model

def logits(model, x):
    return np.asarray(keras.ops.convert_to_numpy(model(x, training=False)))

make = getattr(keras.applications, name)
keras.utils.clear_session()
"""
BUILD = """
out = []
for options in variants:
    asked = []
    keras.utils.clear_session()
    with light(), offline(asked):
        model = make(**options)
    out.append({
        "config": json.dumps(model.get_config(), default=repr),
        "weights": [(w.path, list(w.shape), bool(w.trainable)) for w in model.weights],
        "asked": asked,
    })
out
"""
# A normalisation looks at its weights when they are loaded, and not when they are set.
WRITE = """
with light():
    model = fill(make(**options))
    for end in (".keras", ".h5", ".weights.h5"):
        (model.save_weights if "weights" in end else model.save)(path + end)
    model = make(**options)
    model.load_weights(path + ".weights.h5")
logits(model, x)
"""
READ = """
with light():
    out = [logits(keras.models.load_model(path + ".keras"), x)]
    for end in (".weights.h5", ".h5"):
        model = make(**options)
        model.load_weights(path + end)
        out.append(logits(model, x))
out
"""


def variants_of(name):
    """Arguments, without weights and with those of ImageNet, which ask for a file."""
    out = [{"weights": "imagenet"}, {"weights": "imagenet", "include_top": False}]
    for pooling in ("avg", "max"):
        shape = (96, 97, 3) if name != "NASNetLarge" else (96, 96, 3)
        out.append(
            {"weights": None, "include_top": False, "pooling": pooling, "input_shape": shape}
        )
    out.append({"weights": None, "classes": 7, "classifier_activation": None})
    family = max((f for f in OPTIONS if name.startswith(f)), key=len, default=None)
    out += [{"weights": None, **options} for options in OPTIONS.get(family, [])]
    if name == "NASNetLarge":  # the real one leaves the size open, for which it makes other cells
        out[1]["input_shape"] = (331, 331, 3)
    return out if ALL else out[::2]


def cleaned(config):
    """A config without what only one of the two writes, to no effect."""
    if isinstance(config, dict):
        return {
            k: cleaned(v)
            for k, v in config.items()
            if k != "build_config"
            and not (k == "mask" and v is None)
            and not (k == "training" and v is False)
        }
    return [cleaned(v) for v in config] if isinstance(config, list) else config


@pytest.mark.parametrize("name", NAMES)
def test_layers_and_files_are_those_of_keras(name, monkeypatch):
    asked = []

    def record(fname, origin, cache_subdir, file_hash):
        asked.append([fname, origin, cache_subdir, file_hash])
        return "file.h5"

    monkeypatch.setattr(_weights, "get_file", record)
    monkeypatch.setattr(keras.Model, "load_weights", lambda self, path: None)
    variants = variants_of(name)
    real = real_keras(
        HELPERS + BUILD, backend=ENGINE.get(name, "torch"), name=name, variants=variants
    )
    for options, theirs in zip(variants, real, strict=True):
        keras.utils.clear_session()
        asked.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = getattr(applications, name)(**options)
        ours = cleaned(json.loads(json.dumps(model.get_config(), default=repr)))
        expected = cleaned(json.loads(theirs["config"]))
        assert [x["name"] for x in ours["layers"]] == [x["name"] for x in expected["layers"]]
        for a, b in zip(ours["layers"], expected["layers"], strict=True):
            assert a == b, options
        assert ours == expected
        found = [[w.path, list(w.shape), w.trainable] for w in model.weights]
        for mine, other in zip(found, theirs["weights"], strict=True):
            if "layer_scale" in other[0]:  # the real one gives this weight no name but a number
                mine[0] = other[0]
            assert mine == list(other)
        assert asked == theirs["asked"], options


def as_downloaded(path):
    """The weights of a file as the files of ImageNet's have them: at the root."""
    target = path.with_name("root.h5")
    with h5py.File(path) as whole, h5py.File(target, "w") as weights:
        for key, value in whole["model_weights"].attrs.items():
            weights.attrs[key] = value
        for key in whole["model_weights"]:
            whole.copy(f"model_weights/{key}", weights)
    return target


@pytest.mark.parametrize("top", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_files_travel_both_ways(name, top, tmp_path):
    if not ALL and top != (name == FEW[0]):
        pytest.skip("one of each is enough at this scale")
    size = SMALLEST.get(name, 32)
    options = {"weights": None, "include_top": top, "input_shape": (size, size, 3)}
    options |= {"classes": 5, "classifier_activation": None} if top else {"pooling": "avg"}
    x = np.random.default_rng(0).uniform(0, 255, (2, size, size, 3)).astype("float32")
    engine = "tensorflow" if name == "NASNetMobile" else "torch"
    path = str(tmp_path / "model")
    expected = real_keras(
        HELPERS + WRITE, backend=engine, name=name, options=options, path=path, x=x
    )
    scale = np.abs(expected).max()
    assert np.isfinite(scale)
    assert scale > 1e-3

    gaps = []

    def near(found):
        gaps.append(np.abs(found - expected).max() / scale)
        np.testing.assert_allclose(found / scale, expected / scale, rtol=0, atol=1e-4)

    def check(model):
        near(keras.ops.convert_to_numpy(model(x, training=False)))

    make = getattr(applications, name)
    check(keras.models.load_model(path + ".keras"))
    legacy = as_downloaded(tmp_path / "model.h5")
    for file in (".keras", ".weights.h5", ".h5"):
        check(make(**{**options, "weights": path + file}))
    check(make(**{**options, "weights": legacy}))
    keras.utils.clear_session()  # names of layers count from there
    model = make(**options)
    model.load_weights(legacy, by_name=True)
    check(model)
    model.save(tmp_path / "ours.keras")
    model.save(tmp_path / "ours.h5")
    model.save_weights(tmp_path / "ours.weights.h5")
    ours = str(tmp_path / "ours")
    back = real_keras(HELPERS + READ, backend=engine, name=name, options=options, path=ours, x=x)
    for found in back:
        near(found)
    size = f"{model.count_params():,} | {len(model.weights)}"
    print(f"| {name} | {'top' if top else 'no top'} | {size} | {max(gaps):.1e} |")
    shutil.rmtree(tmp_path)  # files of a few gigabytes in all


def test_signatures_are_those_of_keras():
    code = (
        "import inspect\n{n: str(inspect.signature(getattr(keras.applications, n))) for n in names}"
    )
    real = real_keras(code, names=sorted(ARCHITECTURES))
    for name, function in ARCHITECTURES.items():
        plain = inspect.signature(function)
        parameters = [
            p.replace(annotation=inspect.Parameter.empty) for p in plain.parameters.values()
        ]
        ours = plain.replace(parameters=parameters, return_annotation=inspect.Signature.empty)
        assert str(ours) == real[name], name


FAMILIES = [
    name for name, module in inspect.getmembers(applications) if hasattr(module, "preprocess_input")
]


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float64"])
@pytest.mark.parametrize("first", [False, True])
def test_images_are_preprocessed_as_by_keras(first, dtype):
    x = np.random.default_rng(0).uniform(0, 255, (2, 3, 5, 3) if first else (2, 4, 5, 3))
    x = x.astype(dtype)
    options = {"data_format": "channels_first" if first else "channels_last"}
    code = (
        "from keras import applications as a\n"
        "[(m, getattr(a, m).preprocess_input(x.copy(), **options)) for m in families]"
    )
    for name, theirs in real_keras(code, families=FAMILIES, x=x, options=options):
        preprocess = getattr(applications, name).preprocess_input
        for given in (x, keras.ops.convert_to_tensor(x, dtype)):
            ours = preprocess(given, **options)
            assert keras.backend.standardize_dtype(ours.dtype) == str(theirs.dtype)
            tolerance = 1e-2 if dtype == "float16" else 1e-5
            np.testing.assert_allclose(
                keras.ops.convert_to_numpy(ours), theirs, rtol=tolerance, atol=tolerance
            )
