"""Models of every layer in files of the real Keras on each of its engines, in both directions.

What each layer takes is drawn as in `test_layers`, and filled with the same weights on both sides:
a file gives the outputs that the model had, whoever wrote it and wherever it is read.
"""

import contextlib
import inspect
import itertools

import numpy as np
import pytest
from blackbox import real_keras, scaled
from layer_samples import LAYERS, OF_IMAGES, sample

import keras_core as keras
from keras_core import layers

pytestmark = pytest.mark.interop
ENGINES = ("numpy", "torch", "jax", "tensorflow")

MODELS = """
def make(keras, x):
    if isinstance(x, tuple) and len(x) == 2 and isinstance(x[1], dict):
        return getattr(keras.layers, x[0])(**x[1])
    return [make(keras, v) for v in x] if isinstance(x, list) else x

def model_of(keras, name, options, inputs, as_list, call, after):
    parts = ("layer", "layers", "backward_layer", "cell")
    made = {k: make(keras, v) if k in parts else v for k, v in options.items()}
    layer = getattr(keras.layers, name)(name="it", **made)
    symbolic = [keras.Input(batch_shape=x.shape, dtype=str(x.dtype)) for x in inputs]
    outputs = layer(symbolic, **call) if as_list else layer(*symbolic, **call)
    model = keras.Model(symbolic, keras.tree.flatten(outputs))
    for i, w in enumerate(w for w in model.weights if "seed" not in w.name):
        v = np.random.default_rng(i).normal(size=w.shape) * 0.5
        w.assign(np.abs(v) if "variance" in w.name else v)
    if hasattr(layer, "finalize_state"):  # the real Normalization looks at its weights then only
        layer.finalize_state()
    if after == "lora":
        layer.enable_lora(2)
    elif after:
        layer.quantize(after)
    return model

def seen(keras, model, inputs):
    weights = [[list(w.shape), str(w.dtype)] for w in model.weights]
    outputs = model([keras.ops.convert_to_tensor(x) for x in inputs], training=False)
    return weights, [keras.ops.convert_to_numpy(keras.ops.cast(t, "float32"))
                     for t in keras.tree.flatten(outputs)]

def told(e):
    return f"{type(e).__name__}: {e}"

def save(keras, cases, folder):
    out = []
    for key, case in cases.items():
        try:
            model = model_of(keras, *case)
            model.save(f"{folder}/{key}.keras")
            out.append(seen(keras, model, case[2]))
        except Exception as e:
            out.append(told(e))
    return out

def load(keras, cases, folder):
    out = []
    for key, case in cases.items():
        try:
            out.append(seen(keras, keras.saving.load_model(f"{folder}/{key}.keras"), case[2]))
        except Exception as e:
            out.append(told(e))
    return out
"""
OURS = {"np": np}
exec(MODELS, OURS)

IMAGES = np.random.default_rng(3).uniform(0, 255, (2, 8, 10, 3)).astype("float32")
NEEDED = {"height": 4, "width": 5, "height_factor": 0.3, "width_factor": 0.3}
ADAPTED = {
    "Dense": {"units": 4},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": (None, 6)},
    "Embedding": {"input_dim": 9, "output_dim": 4},
    "ReversibleEmbedding": {"input_dim": 9, "output_dim": 4},
}
# The real one has no such layer, makes no model of it, takes boxes, or does not crop in a model.
OMITTED = {"Mosaic", "Equalization", "MaxNumBoundingBoxes", "RandomCrop"}
OMITTED_ON = {"torch": {"ContrastLimitedAdaptiveHistogramEqualization"}}  # it rounds otherwise
LIMITS = (
    "unsupported in linalg",  # orthogonal initializers in half precision
    "geqrf_cpu",
    "Unsupported dtype",
    "Exception encountered when calling MultiHeadAttention",  # several axes, masks of windows
)


def drawn(engine):
    """Models by the names of their files; other arguments on each engine."""
    out, number = {}, ENGINES.index(engine)
    for name, i in itertools.product(sorted(LAYERS), range(scaled(1))):
        for tries in itertools.count():
            rng = np.random.default_rng([number, i, tries])
            real, options, inputs, as_list, call, *_ = sample(name, rng)
            case = real, options, inputs, as_list, call, None
            with contextlib.suppress(ValueError, TypeError):  # some of the arguments are wrong
                OURS["model_of"](keras, *case)
                out[f"{name}-{i}"] = case
                break
    for name in sorted(OF_IMAGES - OMITTED - OMITTED_ON.get(engine, set())):
        parameters = inspect.signature(getattr(layers, name)).parameters
        options = {k: v for k, v in NEEDED.items() if k in parameters}
        if "factor" in parameters and parameters["factor"].default is inspect.Parameter.empty:
            options["factor"] = 3 if name == "RandomPosterization" else 0.3
        out[name] = name, options, [IMAGES], False, {}, None
    ids, vectors = np.arange(6).reshape(2, 3).astype("int32"), np.ones((2, 3, 6), "float32")
    for (name, options), how in itertools.product(ADAPTED.items(), ("int8", "int4", "lora")):
        x = ids if "Embedding" in name else vectors
        out[f"{name}-{how}"] = name, options, [x], False, {}, how
    for name in ("Dense", "EinsumDense"):
        out[f"{name}-float8"] = name, ADAPTED[name], [vectors], False, {}, "float8"
    # each of them on two engines, unless there is more time
    every = 2 if scaled(2) < 4 else 1
    return {k: v for i, (k, v) in enumerate(out.items()) if (i + number) % every == 0}


@pytest.mark.one_in(3)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of arguments drawn
@pytest.mark.parametrize("engine", ENGINES)
def test_files_travel(engine, tmp_path):
    cases = drawn(engine)
    theirs, ours = (tmp_path / who for who in ("theirs", "ours"))
    theirs.mkdir()
    ours.mkdir()
    mine = OURS["save"](keras, cases, ours)
    written, back = real_keras(
        MODELS + "[save(keras, cases, theirs), load(keras, cases, ours)]",
        engine, cases=cases, theirs=str(theirs), ours=str(ours),
    )  # fmt: skip
    read = OURS["load"](keras, cases, theirs)
    wrong, limits = [], 0
    for (key, case), saved, found, sent, got in zip(
        cases.items(), written, read, mine, back, strict=True
    ):
        if isinstance(saved, str) and any(words in saved for words in LIMITS):
            limits += 1
            continue
        tolerance = 5e-2 if "16" in str(case[1]) else 1e-3
        for way, a, b in (("from Keras", saved, found), ("to Keras", sent, got)):
            words = difference(a, b, tolerance)
            if words:
                wrong.append(f"{way}: {key} {case[1]}: {words}")
    assert not wrong, f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong[:8])
    assert limits < len(cases) / 10


def difference(written, read, tolerance):
    """What differs between a model and that of its file, in words."""
    for side in (written, read):
        if isinstance(side, str):
            return side
    if sorted(map(str, written[0])) != sorted(map(str, read[0])):
        return f"weights {written[0]}, read {read[0]}"
    for a, b in zip(written[1], read[1], strict=True):
        if a.shape != b.shape:
            return f"outputs of the shapes {a.shape} and {b.shape}"
        # what is out of the range of half precision is so by the engine
        there = np.isfinite(a) & np.isfinite(b) if tolerance > 0.01 else np.full(a.shape, True)
        if not np.allclose(a[there], b[there], tolerance, tolerance, equal_nan=True):
            return f"outputs differ by {np.abs(a - b).max()}"
    return None
