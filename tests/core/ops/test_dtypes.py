"""The dtypes of results are those of the real Keras on TensorFlow, over the table of operations."""

import functools
import itertools

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import KerasTensor, ops
from keras_core.conformance.operations import iter_rows
from keras_core.conformance.operations.rows import one_by_one
from keras_core.core.base import tree
from keras_core.core.tensors import runtime
from keras_core_plugins.errors import UnsupportedOpError

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        not {"int64", "float64"} <= set(runtime.CAPABILITIES.dtypes),
        reason="an engine without 64 bits narrows the dtypes that are compared",
    ),
]

DTYPES = "bool uint8 uint16 uint32 int8 int16 int32 int64 float16 bfloat16 float32 float64".split()
NUMBERS = (True, 1, 1.0)
_WEAK = "Keras makes a Python number an int32 or float32 tensor first; here it is weak everywhere"
_INT64 = "Keras makes float64 of int64 in this one, float32 in most others; here it is float32"
_FLOATS = "integers are computed in floats, since few engines can do otherwise"
_SUMS = "products of booleans are summed as integers"
DIFFERENCES = {
    **dict.fromkeys(("arctan2", "logaddexp", "logaddexp2", "nextafter"), _WEAK),
    **dict.fromkeys(("fmod", "kron", "mod"), _WEAK),
    **dict.fromkeys(("cbrt", "corrcoef", "deg2rad", "i0", "rad2deg", "heaviside", "hypot"), _INT64),
    **dict.fromkeys(("conv", "conv_transpose", "fold", "image.extract_patches"), _FLOATS),
    **dict.fromkeys(("dot", "outer", "tensordot", "vdot", "inner", "matmul"), _SUMS),
    "vander": "booleans are integers here",
    "image.ssim": "Keras computes the similarity of integers in integers, and returns 0",
    "rms_normalization": "Keras casts the result back to integers",
    "moments": "Keras casts the mean of integers back to integers",
    "correlate": _INT64,
    "meshgrid": "each result has the dtype of its argument, as in NumPy",
}


def _cases():
    """Operations with the dtypes, or Python numbers, of their arguments."""
    seen = set()
    for row in iter_rows():
        if row.name in seen or row.how is not one_by_one or not 0 < len(row.arguments) < 3:
            continue
        if not row.path.startswith("keras.ops."):
            continue
        if not all(
            isinstance(v, (int, float, str, tuple, type(None))) for v in row.options.values()
        ):
            continue
        seen.add(row.name)
        free = [a.kind not in ("int", "bool") for a in row.arguments]
        shapes = [a.shape for a in row.arguments]
        choices = [DTYPES if f else [a.kind.replace("int", "int32")] for f, a in
                   zip(free, row.arguments, strict=True)]  # fmt: skip
        for dtypes in itertools.product(*choices):
            yield row.name, row.options, shapes, dtypes
        if free == [True, True] and shapes[0] == shapes[1]:
            for dtype, number in itertools.product(DTYPES, NUMBERS):
                yield row.name, row.options, shapes, (dtype, number)


CASES = list(_cases())


def square(shape):
    """Ones; the identity where a matrix may have to be regular."""
    is_square = len(shape) > 1 and shape[-1] == shape[-2]
    return np.ones(shape) * np.eye(shape[-1]) if is_square else np.ones(shape)


CODE = """
import tensorflow as tf
result = []
for name, options, shapes, dtypes in cases:
    fn = keras.ops
    for part in name.split("."):
        fn = getattr(fn, part, None)
    try:
        given = [
            tf.cast(values[s], d) if isinstance(d, str) else d for s, d in zip(shapes, dtypes)
        ]
        out = keras.tree.flatten(fn(*given, **options))
        result.append([keras.backend.standardize_dtype(y.dtype) for y in out])
    except Exception as e:
        result.append(None)
result
"""


@functools.cache
def _of_keras():
    values = {s: square(s) for case in CASES for s in case[2]}
    out = real_keras(CODE, "tensorflow", cases=CASES, values=values)
    found = {}
    for (name, _, _, dtypes), result in zip(CASES, out, strict=True):
        found.setdefault(name, {})[repr(dtypes)] = result
    return found


def _function(name):
    fn = ops
    for part in name.split("."):
        fn = getattr(fn, part)
    return fn


def _ours(name, options, shapes, dtypes):
    fn = _function(name)
    values = [
        KerasTensor(s, d) if isinstance(d, str) else d for s, d in zip(shapes, dtypes, strict=True)
    ]
    try:
        return [y.dtype for y in tree.flatten(fn(*values, **options))]
    except (TypeError, ValueError) as e:
        return [type(e).__name__]


def _differences(name):
    theirs = _of_keras()[name]
    out = {}
    for case in CASES:
        dtypes = case[3]
        if case[0] == name and theirs[repr(dtypes)] is not None:
            found = _ours(*case)
            if found != theirs[repr(dtypes)]:
                key = " ".join(map(str, dtypes))
                out[key] = f"{found}, Keras {theirs[repr(dtypes)]}"
    return out


@pytest.mark.parametrize("name", sorted({case[0] for case in CASES}))
def test_dtype_is_that_of_keras(name):
    differences = _differences(name)
    if name in DIFFERENCES:
        assert differences, f"no longer different: {DIFFERENCES[name]}"
    else:
        assert not differences


@pytest.mark.parametrize("name", sorted({case[0] for case in CASES}))
def test_running_gives_the_inferred_dtype(name):
    """For every dtype, where all arguments have the same one."""
    for case in CASES:
        _, options, shapes, dtypes = case
        if case[0] != name or len(set(map(str, dtypes))) > 1:
            continue
        if name in ("array", "convert_to_tensor") and dtypes == ("float64",):
            continue  # a tensor is an array here, which is taken as floatx
        inferred = _ours(*case)
        try:
            values = [
                ops.convert_to_tensor(square(s), d) for s, d in zip(shapes, dtypes, strict=True)
            ]
            found = [ops.dtype(y) for y in tree.flatten(_function(name)(*values, **options))]
        except UnsupportedOpError:  # which the conformance suite holds against the declaration
            continue
        except (TypeError, ValueError) as e:
            found = [type(e).__name__]
        assert found == inferred, dtypes
