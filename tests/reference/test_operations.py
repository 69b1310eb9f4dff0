"""Operations against the real Keras, over their options.

For every function of ``keras.ops`` whose parameters have pools here, arguments are drawn by the
names of the parameters, some of them wrong; both sides have to give the same values, shapes and
dtypes, or to refuse. An operation that is added joins by itself.

``KERAS_CORE_SAMPLES`` sets how many samples each gets.
"""

import inspect
import warnings

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core
from keras_core import ops

pytestmark = pytest.mark.interop
SAMPLES = scaled(25)
TENSORS = ("x", "x1", "x2", "y", "xs", "a", "b", "condition")
POOLS = {
    "accuracy": (None,),
    "alpha": (1.0, 0.5),
    "approximate": (True, False),
    "assume_unique": (False,),
    "axes": (None, (1, 0), (0, 1), (0, 0)),
    "axis": (0, -1, 1, None, (0, 1), 5),
    "axis1": (0, 1, -1),
    "axis2": (1, 0, -1),
    "beta": (1.0, 0.5),
    "bins": (10, 3),
    "ddof": (0, 1),
    "decimals": (0, 1, -1),
    "destination": (0, -1, 1),
    "dtype": (None, "float32", "int32", "float16", "bool"),
    "equal_nan": (False, True),
    "epsilon": (None, 1e-3),
    "indices_or_sections": (1, 2, [1], [0, 1]),
    "k": (0, 1, -1),
    "keepdims": (False, True),
    "mode": ("valid", "same", "full"),
    "n": (1, 2, 0),
    "nan": (0.0, 1.0),
    "negative_slope": (0.2, 0.0),
    "newshape": ((-1,), (2, -1), (3, 2), (-1, -1), (5,)),
    "normalized": (False,),
    "num_classes": (3, 1),
    "offset": (0, 1, -1),
    "ord": (None,),
    "order": (2, 1, 3),
    "posinf": (None, 9.0),
    "neginf": (None, -9.0),
    "repeats": (1, 2, 0),
    "right": (False, True),
    "shape": ((2, 3), (3,), (2, 2, 3), (4, 3)),
    "shift": (1, -2, (1, 2)),
    "side": ("left", "right"),
    "source": (0, 1, -1),
    "sparse": (False,),
    "t": (0.5, 1.0),
    "threshold": (0.5, 1.0),
    "threshold_value": (0.5,),
    "value": (0.0,),
    "x_max": (1.0, 2),
    "x_min": (-1.0, 0),
}
# Their results are no function of the arguments, or not of numbers, or the real one's differ
# between its engines; those that have tests of their own are there because of their shapes.
OTHERS = {
    "arange", "array", "convert_to_tensor", "custom_gradient", "empty", "empty_like",
    "eigh", "eig", "qr", "svd", "shape", "is_tensor", "ravel", "view", "view_as_real",
    "view_as_complex", "rearrange", "erfinv", "polar", "dtype", "nonzero", "argpartition",
    "logdet", "one_hot", "saturate_cast", "sparsemax",
}  # fmt: skip
DTYPES = ("float32",) * 6 + ("int32", "int32", "float16")
# Where real Keras is not asked: it takes fewer arguments here, or more by accident of NumPy.
KNOWN = (
    ("array_split", "must be of type `int`"),
    ("diff", "`axis` must be an int"),  # and no differences are taken
    ("fft", "truth value of an array"),
    ("ifft", "truth value of an array"),
    ("tril", "rank 2 or more"),
    ("triu", "rank 2 or more"),
)

PROBE = """
def probe(keras, name, args):
    try:
        y = getattr(keras.ops, name)(**args)
        return [(str(np.dtype(t.dtype)) if hasattr(t, "dtype") else type(t).__name__,
                 np.asarray(keras.ops.convert_to_numpy(t))) for t in keras.tree.flatten(y)]
    except Exception as e:
        return f"{type(e).__name__}: {e}"
"""


def operations():
    for name, fn in inspect.getmembers(ops):
        if name.startswith("_") or not callable(fn) or inspect.isclass(fn) or name in OTHERS:
            continue
        parameters = inspect.signature(fn).parameters.values()
        if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters):
            continue
        names = [p.name for p in parameters]
        if names and all(n in TENSORS or n in POOLS for n in names) and names[0] in TENSORS:
            yield name


NAMES = list(operations())


def arguments(name, rng):
    shape = [(2, 3), (3,), (3, 3), (2, 3, 2), (3, 2)][rng.integers(5)]
    dtype = DTYPES[rng.integers(len(DTYPES))]
    out = {}
    for key, p in inspect.signature(getattr(ops, name)).parameters.items():
        if key == "xs":
            out[key] = [tensor(shape, dtype, rng) for _ in range(2)]
        elif key in TENSORS:
            same = key not in ("x2", "y") or rng.random() < 0.7
            out[key] = tensor(shape if same else shape[-1:], dtype, rng)
        elif p.default is p.empty or rng.random() < 0.5:
            out[key] = POOLS[key][rng.integers(len(POOLS[key]))]
    return out


def tensor(shape, dtype, rng):
    values = rng.normal(size=shape) * 2
    return values.astype(dtype)


def differences(name, ours, theirs, dtype):
    if any(name.startswith(n) and text in str([ours, theirs]) for n, text in KNOWN):
        return None
    if dtype == "int32" and (
        isinstance(theirs, str)
        or isinstance(ours, str)
        or [t for t, _ in ours] != [t for t, _ in theirs]
    ):
        return None  # dtypes have a test of their own
    if isinstance(ours, str) or isinstance(theirs, str):
        if isinstance(ours, str) and isinstance(theirs, str):
            return None
        return f"{ours if isinstance(ours, str) else 'works'}; real Keras: {theirs}"
    if len(ours) != len(theirs):
        return f"{len(ours)} results; real Keras: {len(theirs)}"
    for (a, x), (b, y) in zip(ours, theirs, strict=True):
        if x.shape != y.shape:
            return f"shape {x.shape}; real Keras: {y.shape}"
        tolerance = 2e-2 if "16" in a else 1e-4
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x, y = x.astype("complex64"), y.astype("complex64")
        if not np.allclose(x, y, tolerance, tolerance, equal_nan=True):
            return f"values {x.ravel()[:4]} of {a}; real Keras: {y.ravel()[:4]} of {b}"
    return None


@pytest.fixture(scope="module")
def real():
    """What the real Keras gives in all calls; None for operations that it does not have."""
    calls = {name: calls_of(name) for name in NAMES}
    code = PROBE + (
        "\n{n: [probe(keras, n, c) for c in cs] if hasattr(keras.ops, n) else None"
        " for n, cs in calls.items()}"
    )
    return real_keras(code, calls=calls)


def calls_of(name):
    return [arguments(name, np.random.default_rng(seed)) for seed in range(SAMPLES)]


@pytest.mark.parametrize("name", NAMES)
def test_operation(name, real):
    if real[name] is None:
        pytest.skip("the real Keras of the tests has no such operation")
    scope = {"np": np}
    exec(PROBE, scope)
    wrong = []
    for seed, (call, theirs) in enumerate(zip(calls_of(name), real[name], strict=True)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ours = scope["probe"](keras_core, name, call)
        if isinstance(theirs, list):
            theirs = [tuple(t) for t in theirs]
        first = next(iter(call.values()))
        first = first[0] if isinstance(first, list) else first
        words = differences(name, ours, theirs, str(first.dtype))
        if words:
            shown = {
                k: f"{v.dtype}{v.shape}" if isinstance(v, np.ndarray) else v
                for k, v in call.items()
            }
            wrong.append(f"seed {seed}: {name}({shown}): {words}")
    assert not wrong, f"{len(wrong)} of {SAMPLES}:\n" + "\n".join(wrong[:6])
