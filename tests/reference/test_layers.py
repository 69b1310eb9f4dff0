"""Every layer against the real Keras, over all arguments of its constructor.

A sampler draws arguments from pools by their names, some of them wrong, inputs, dtypes and masks;
both sides run the same probe on them, with the same weights. A layer that is added joins by a row
in ``layer_samples``.
"""

import inspect
import re
import warnings

import numpy as np
import pytest
from blackbox import real_keras, scaled
from layer_samples import LAYERS, OF_IMAGES, OF_TEXT, OTHERS, REAL_NAMES, large, sample

import keras_core
from keras_core import layers

pytestmark = pytest.mark.interop
SAMPLES = scaled(24)

# Errors of real Keras that are faults, or limits of the engine that it runs on here.
FAULTS = {
    "BatchNormalization": "Exception encountered when calling",  # a mask of inputs of 4 axes
    "MultiHeadAttention": "Exception encountered when calling",  # several axes and a causal mask
    "RMSNormalization": "could not be broadcast",  # axes that are not the last ones
}
LIMITS = (
    "unsupported in linalg",  # orthogonal initializers in float16
    "Received: input type=bfloat16",  # signals
)
TOLERANCES = {"MelSpectrogram": 5e-3}  # the real one computes its weights in float32

PROBE = """
def probe(keras, name, options, inputs, as_list, call, mask, mode):
    import inspect, re
    def make(x):
        if isinstance(x, tuple) and len(x) == 2 and isinstance(x[1], dict):
            return getattr(keras.layers, x[0])(**x[1])
        return [make(v) for v in x] if isinstance(x, list) else x
    def shapes(x):
        return [(list(t.shape), re.findall("[a-z]+[0-9]+|bool", str(t.dtype))[-1])
                for t in keras.tree.flatten(x)]
    def arrays(x):
        return [np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(t, "float32")))
                for t in keras.tree.flatten(x)]
    out = {}
    try:
        made = {k: make(v) if k in ("layer", "layers", "backward_layer", "cell") else v
                for k, v in options.items()}
        layer = getattr(keras.layers, name)(name="it", **made)
        run = lambda *a, **k: layer(list(a), **k) if as_list else layer(*a, **k)
        symbolic = [
            keras.Input(batch_shape=(None, *x.shape[1:]), dtype=str(x.dtype)) for x in inputs]
        out["spec"] = shapes(run(*symbolic, **call))
        arguments = dict(call)
        takes = inspect.signature(layer.call).parameters
        if mask is not None and "mask" in takes and not as_list:
            arguments["mask"] = keras.ops.convert_to_tensor(mask)
        if "training" in takes:
            arguments["training"] = mode
        out["weights"] = [(w.name, list(w.shape), str(w.dtype), bool(w.trainable))
                          for w in layer.weights]
        values = []
        for i, w in enumerate(layer.weights):
            r = np.random.default_rng(i)
            v = r.normal(size=w.shape) * 0.5
            if "seed" in w.name:
                v = np.zeros(w.shape)
            positive = "variance" in w.name or "stddev" in w.name
            values.append(np.abs(v) if positive else v)
        layer.set_weights(values)
        if hasattr(layer, "finalize_state"):  # the real Normalization looks at them then only
            layer.finalize_state()
        result = run(*[keras.ops.convert_to_tensor(x) for x in inputs], **arguments)
        out["shapes"] = [s for s, _ in shapes(result)]
        out["dtypes"] = [d for _, d in shapes(result)]
        out["outputs"] = arrays(result)
        out["losses"] = float(sum(float(arrays(l)[0]) for l in layer.losses))
        out["after"] = [arrays(w)[0] for w in layer.weights if "seed" not in w.name]
        out["config"] = layer.get_config()
        if mask is not None and layer.supports_masking:
            m = keras.ops.convert_to_tensor(mask)
            found = layer.compute_mask([*map(keras.ops.convert_to_tensor, inputs)] if as_list else
                keras.ops.convert_to_tensor(inputs[0]), [m for _ in inputs] if as_list else m)
            out["mask"] = [None if f is None else arrays(f)[0] for f in
                           (found if isinstance(found, (list, tuple)) else [found])]
    except Exception as e:
        out["error"] = f"{type(e).__name__}: {e}"
    return out
"""


def plain(x):
    """Lists for tuples, rounded numbers, and names that were made without their numbers."""
    if isinstance(x, dict):
        out = {k: plain(v) for k, v in x.items()}
        if isinstance(out.get("name"), str):
            out["name"] = re.sub(r"_\d+$", "", out["name"])
        return out
    if isinstance(x, float):
        return float(np.float32(x))
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    return x


def config_of(probed):
    """The config without what Keras has forgotten: the seed of a SimpleRNN."""
    config = without(plain(probed["config"]), "build_config")
    return without(config, "seed") if "SimpleRNN" in str(config) or "unroll" in config else config


def without(x, key):
    if isinstance(x, dict):
        return {k: without(v, key) for k, v in x.items() if k != key}
    return [without(v, key) for v in x] if isinstance(x, list) else x


def agrees(ours, theirs):
    """Whether two lists of shapes and dtypes agree; the real one may know less of a shape."""
    return len(ours) == len(theirs) and all(
        a == b
        or (
            d == e
            and len(a) == len(b)
            and all(m == n or n is None for m, n in zip(a, b, strict=True))
        )
        for (a, d), (b, e) in zip(plain(ours), plain(theirs), strict=True)
    )


def ended(masks):
    """Masks without the last ones that are None."""
    while masks and masks[-1] is None:
        masks = masks[:-1]
    return masks


def differences(name, ours, theirs, low):
    """What differs between two runs of the probe, in words."""
    if ("error" in ours) != ("error" in theirs):
        known = (*LIMITS, FAULTS.get(name, LIMITS[0]))
        if any(words in theirs.get("error", "") for words in known):
            return None
        return f"ours: {ours.get('error', 'works')}; real Keras: {theirs.get('error', 'works')}"
    if "error" in ours:
        return None
    spec = theirs["spec"]
    if name == "MultiHeadAttention":
        spec = spec[:1]  # the real one infers scores of queries only
    if not agrees(ours["spec"][: len(spec)], spec):
        return f"spec: {ours['spec']}; real Keras: {theirs['spec']}"
    for key in ("weights", "shapes"):
        if plain(ours[key]) != plain(theirs[key]):
            return f"{key}: {ours[key]}; real Keras: {theirs[key]}"
    if ours["dtypes"] != [d for _, d in ours["spec"]]:
        return f"dtypes: {ours['dtypes']}, symbolic {ours['spec']}"
    if config_of(ours) != config_of(theirs):
        a, b = config_of(ours), config_of(theirs)
        keys = [k for k in {**a, **b} if a.get(k, "-") != b.get(k, "-")]
        return f"config: { {k: (a.get(k, '-'), b.get(k, '-')) for k in keys} }"
    tolerance = 5e-2 if low else TOLERANCES.get(name, 2e-4)
    for key in ("outputs", "after", "mask", "losses"):
        a, b = ours.get(key), theirs.get(key)
        if key == "mask":
            a, b = ended(a), ended(b)
        if (a is None) != (b is None):
            return f"{key}: {a}; real Keras: {b}"
        if a is None:
            continue
        if key == "losses":
            a, b = [a], [b]
        for x, y in zip(a, b, strict=True):
            if (x is None) != (y is None):
                return f"{key}: {x}; real Keras: {y}"
            if x is None:
                continue
            x, y = np.asarray(x, "float64"), np.asarray(y, "float64")
            if x.shape != y.shape or not np.allclose(x, y, tolerance, tolerance, equal_nan=True):
                gap = np.abs(x - y).max() if x.shape == y.shape else (x.shape, y.shape)
                return f"{key} differ by {gap}"
    return None


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_layer(name):
    calls = [sample(name, np.random.default_rng(seed)) for seed in range(SAMPLES)]
    scope = {"np": np}
    exec(PROBE, scope)
    code = PROBE + "\n[probe(keras, *c) for c in calls]"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [scope["probe"](keras_core, *c) for c in calls]
    expected = real_keras(code, calls=calls)
    wrong = []
    for seed, (call, ours, theirs) in enumerate(zip(calls, found, expected, strict=True)):
        low = "16" in str(call[1].get("dtype"))
        words = differences(name, ours, theirs, low)
        if words:
            shapes = [x.shape for x in call[2]]
            extra = {k: getattr(v, "shape", v) for k, v in call[4].items()}
            wrong.append(
                f"seed {seed}: {name}({call[1]}) on {shapes} {extra} mask={call[5] is not None} "
                f"training={call[6]}: {words}"
            )
    assert not wrong, f"{len(wrong)} of {SAMPLES}:\n" + "\n".join(wrong[:8])


def test_all_are_here():
    classes = {
        v.__name__
        for _, v in inspect.getmembers(layers)
        if inspect.isclass(v) and issubclass(v, layers.Layer)
    }
    assert classes - OTHERS - OF_TEXT - OF_IMAGES == set(LAYERS)


SCALE = """
def scales(keras, name, options, inputs, as_list):
    def make(x):
        if isinstance(x, tuple) and len(x) == 2 and isinstance(x[1], dict):
            return getattr(keras.layers, x[0])(**x[1])
        return [make(v) for v in x] if isinstance(x, list) else x
    made = {k: make(v) if k in ("layer", "layers", "cell") else v for k, v in options.items()}
    layer = getattr(keras.layers, name)(**made)
    symbolic = [keras.Input(batch_shape=x.shape, dtype=str(x.dtype)) for x in inputs]
    layer(symbolic) if as_list else layer(*symbolic)
    values = [(w, keras.ops.convert_to_numpy(w)) for w in layer.weights if "seed" not in w.name]
    return [(list(w.shape), float(np.std(v)), float(np.mean(v))) for w, v in values]
"""


@pytest.mark.parametrize("initializer", [None, "lecun_normal", "he_uniform", "orthogonal"])
def test_initial_scale(initializer):
    """Weights of every layer are as large at first as those of the real one, over many units."""
    cases, drawn = [], set()
    for name in sorted(LAYERS):
        options, inputs, as_list = large(name)
        keys = [k for k in inspect.signature(getattr(layers, name)).parameters if of_kernel(k)]
        if initializer is None or keys:
            options = {**options, **(dict.fromkeys(keys, initializer) if initializer else {})}
            cases.append((REAL_NAMES.get(name, name), options, inputs, as_list))
    scope = {"np": np}
    exec(SCALE, scope)
    keras_core.utils.set_random_seed(3)
    found = [scope["scales"](keras_core, *case) for case in cases]
    code = SCALE + "\nkeras.utils.set_random_seed(3)\n[scales(keras, *case) for case in cases]"
    for (name, *_), ours, theirs in zip(cases, found, real_keras(code, cases=cases), strict=True):
        for (shape, std, mean), (other, want, center) in zip(ours, theirs, strict=True):
            assert shape == other, name
            gap = 6 / np.sqrt(max(np.prod(shape), 1))
            assert std == pytest.approx(want, rel=gap, abs=1e-6), (name, shape, std, want)
            assert mean == pytest.approx(center, abs=gap * want + 1e-6), (name, shape, mean, center)
            if want:
                drawn.add(name)
    assert len(drawn) > 20, sorted(drawn)


def of_kernel(key):
    """Whether it is the argument of an initializer of weights that are drawn."""
    return key.endswith("_initializer") and key.split("_")[0] not in SMALL


SMALL = ("bias", "gamma", "beta", "moving")
