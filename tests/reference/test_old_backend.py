"""`keras.backend` of Keras 2, beside what the real Keras keeps of it for TensorFlow."""

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras
from keras_core import ops
from keras_core.core.base import legacy as marks
from keras_core.core.base.index import OLD

pytestmark = [
    pytest.mark.interop,
    pytest.mark.filterwarnings("ignore:.*is of Keras 2:DeprecationWarning"),
]

NAMES = sorted(OLD["keras.backend"])


def _array(rng: Any, *shape: int, kind: str = "float32") -> Any:
    return (rng.normal(size=shape) * 2).astype(kind)


def _shape(rng: Any, rank: int | None = None) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.integers(1, 5, size=rank or rng.integers(1, 4)))


def _any(rng: Any) -> dict[str, Any]:
    return {"x": _array(rng, *_shape(rng))}


def _positive(rng: Any) -> dict[str, Any]:
    return {"x": np.abs(_array(rng, *_shape(rng))) + 0.1}


def _two(rng: Any) -> dict[str, Any]:
    shape = _shape(rng)
    return {"x": _array(rng, *shape).round(), "y": _array(rng, *shape).round()}


def _reduced(kinds: tuple[str, ...] = ("float32", "int32")) -> Callable[[Any], dict[str, Any]]:
    def draw(rng: Any) -> dict[str, Any]:
        shape = _shape(rng)
        rank = len(shape)
        axis = rng.choice([None, *range(-rank, rank), -99])
        axis = list(range(rank))[: rng.integers(1, rank + 1)] if axis == -99 else axis
        x = _array(rng, *shape, kind=str(rng.choice(kinds)))
        return {"x": x, "axis": axis, "keepdims": bool(rng.integers(2))}

    return draw


def _with_axis(rng: Any) -> dict[str, Any]:
    shape = _shape(rng)
    return {"x": _array(rng, *shape), "axis": int(rng.integers(-len(shape), len(shape)))}


def _distributions(rng: Any) -> tuple[Any, Any]:
    x = rng.uniform(0.05, 1, size=(*_shape(rng, 2), 3)).astype("float32")
    return x, x / x.sum(-1, keepdims=True)


def _classes(rng: Any) -> dict[str, Any]:
    x, probabilities = _distributions(rng)
    target = np.eye(3, dtype="float32")[rng.integers(0, 3, x.shape[:-1])]
    logits = bool(rng.integers(2))
    return {"target": target, "output": x if logits else probabilities, "from_logits": logits}


def _binary(rng: Any) -> dict[str, Any]:
    x = rng.uniform(0.05, 0.95, size=_shape(rng)).astype("float32")
    return {
        "target": (x > rng.uniform(size=x.shape)).astype("float32"),
        "output": x,
        "from_logits": bool(rng.integers(2)),
    }


def _numbers(rng: Any) -> dict[str, Any]:
    drawn = _classes(rng)
    return {**drawn, "target": drawn["target"].argmax(-1).astype("int32")}


def _convolution(rank: int, **more: Any) -> Callable[[Any], dict[str, Any]]:
    def draw(rng: Any) -> dict[str, Any]:
        causal = ["causal"] if rank == 1 else []
        strides = int(rng.integers(1, 3))
        return {
            "x": _array(rng, 2, *rng.integers(5, 8, size=rank), 2),
            "kernel": _array(rng, *rng.integers(1, 4, size=rank), 2, 3),
            "strides": strides if rank == 1 else (strides,) * rank,
            "padding": str(rng.choice(["valid", "same", *causal])),
            "data_format": "channels_last",
            **more,
        }

    return draw


def _depthwise(rng: Any) -> dict[str, Any]:
    drawn = _convolution(2)(rng)
    kernel = drawn.pop("kernel")
    return {**drawn, "depthwise_kernel": kernel}


def _separable(rng: Any) -> dict[str, Any]:
    drawn = _depthwise(rng)
    return {**drawn, "pointwise_kernel": _array(rng, 1, 1, 6, 2)}


def _transposed(rng: Any) -> dict[str, Any]:
    size, step, width = (int(n) for n in (rng.integers(2, 5), rng.integers(1, 3), 3))
    padding = str(rng.choice(["valid", "same"]))
    out = size * step if padding == "same" else (size - 1) * step + width
    return {
        "x": _array(rng, 2, size, size, 3),
        "kernel": _array(rng, width, width, 2, 3),
        "output_shape": (2, out, out, 2),
        "strides": (step, step),
        "padding": padding,
        "data_format": "channels_last",
    }


def _pooling(rank: int) -> Callable[[Any], dict[str, Any]]:
    def draw(rng: Any) -> dict[str, Any]:
        return {
            "x": _array(rng, 2, *rng.integers(4, 7, size=rank), 2),
            "pool_size": (int(rng.integers(1, 4)),) * rank,
            "strides": (int(rng.integers(1, 3)),) * rank,
            "padding": str(rng.choice(["valid", "same"])),
            "data_format": "channels_last",
            "pool_mode": str(rng.choice(["max", "avg"])),
        }

    return draw


def _padding(rank: int) -> Callable[[Any], dict[str, Any]]:
    def draw(rng: Any) -> dict[str, Any]:
        widths = tuple((int(a), int(b)) for a, b in rng.integers(0, 3, size=(rank, 2)))
        last = bool(rng.integers(2))
        shape = (2, *[3] * rank, 2)
        return {
            "x": _array(rng, *shape),
            "padding": widths,
            "data_format": "channels_last" if last else "channels_first",
        }

    return draw


def _batch_dot(rng: Any) -> dict[str, Any]:
    rank_x, rank_y = (int(n) for n in rng.integers(2, 5, size=2))
    a, b = int(rng.integers(1, rank_x)), int(rng.integers(1, rank_y))
    x, y = ([3, *rng.integers(1, 4, size=rank - 1)] for rank in (rank_x, rank_y))
    y[b] = x[a]
    return {"x": _array(rng, *x), "y": _array(rng, *y), "axes": (a, b)}


def _dot(rng: Any) -> dict[str, Any]:
    shape = _shape(rng, int(rng.integers(2, 4)))
    other = _shape(rng, int(rng.integers(2, 4)))
    return {"x": _array(rng, *shape), "y": _array(rng, *other[:-2], shape[-1], other[-1])}


def _switch(rng: Any) -> dict[str, Any]:
    shape = _shape(rng)
    condition = rng.integers(0, 2, size=shape).astype(bool)
    return {
        "condition": condition,
        "then_expression": _array(rng, *shape),
        "else_expression": _array(rng, *shape),
    }


def _ctc(rng: Any) -> dict[str, Any]:
    x = rng.uniform(0.05, 1, size=(2, 6, 4)).astype("float32")
    return {
        "y_true": rng.integers(0, 3, size=(2, 3)).astype("int32"),
        "y_pred": x / x.sum(-1, keepdims=True),
        "input_length": rng.integers(5, 7, size=(2, 1)).astype("int32"),
        "label_length": rng.integers(1, 3, size=(2, 1)).astype("int32"),
    }


def _decoded(rng: Any) -> dict[str, Any]:
    drawn = _ctc(rng)
    return {
        "y_pred": drawn["y_pred"],
        "input_length": drawn["input_length"][:, 0],
        "greedy": bool(rng.integers(2)),
        "top_paths": 1,
        "beam_width": 20,
    }


CASES: dict[str, Callable[[Any], dict[str, Any]]] = {
    **dict.fromkeys(
        "abs cos elu exp flatten hard_sigmoid l2_normalize ones_like round sigmoid sign sin "
        "softplus softsign sqrt square tanh transpose zeros_like shape int_shape ndim dtype "
        "count_params expand_dims eval get_value".split(),
        _any,
    ),
    **dict.fromkeys(("is_sparse", "to_dense"), lambda r: {"tensor": _array(r, 2, 3)}),
    "log": _positive,
    **dict.fromkeys(
        "equal not_equal greater greater_equal less less_equal maximum minimum".split(), _two
    ),
    **dict.fromkeys("all any max mean min prod sum".split(), _reduced()),
    **dict.fromkeys("std var".split(), _reduced(("float32",))),
    **dict.fromkeys("argmax argmin cumprod cumsum".split(), _with_axis),
    "arange": lambda r: {"start": int(r.integers(0, 4)), "stop": int(r.integers(4, 9)), "step": 2},
    "batch_dot": _batch_dot,
    "batch_flatten": lambda r: {"x": _array(r, *_shape(r, 3))},
    "batch_normalization": lambda r: {
        "x": _array(r, 2, 3),
        **{name: np.abs(_array(r, 3)) for name in ("mean", "var", "beta", "gamma")},
    },
    "bias_add": lambda r: {"x": _array(r, 2, 3, 4), "bias": _array(r, 4)},
    "binary_crossentropy": _binary,
    "binary_focal_crossentropy": lambda r: {**_binary(r), "apply_class_balancing": True},
    "cast": lambda r: {"x": _array(r, 3), "dtype": "int32"},
    "cast_to_floatx": lambda r: {"x": r.integers(0, 4, size=3)},
    "categorical_crossentropy": _classes,
    "categorical_focal_crossentropy": _classes,
    "clip": lambda r: {**_any(r), "min_value": r.normal(), "max_value": r.choice([None, 0.5])},
    "concatenate": lambda r: {"tensors": [_array(r, 2, 3), _array(r, 2, 1)]},
    "constant": lambda r: {"value": 2, "shape": _shape(r)},
    "conv1d": _convolution(1),
    "conv2d": _convolution(2),
    "conv2d_transpose": _transposed,
    "conv3d": _convolution(3),
    "ctc_batch_cost": _ctc,
    "ctc_decode": _decoded,
    "depthwise_conv2d": _depthwise,
    "dot": _dot,
    "eye": lambda r: {"size": int(r.integers(1, 4))},
    "gather": lambda r: {"reference": _array(r, 4, 3), "indices": r.integers(0, 4, size=(2, 2))},
    "in_top_k": lambda r: {
        "predictions": _array(r, 5, 4),
        "targets": r.integers(0, 4, size=5),
        "k": int(r.integers(1, 4)),
    },
    "one_hot": lambda r: {"indices": r.integers(0, 4, size=_shape(r)), "num_classes": 4},
    "ones": lambda r: {"shape": _shape(r)},
    "permute_dimensions": lambda r: {
        "x": _array(r, 2, 3, 4),
        "pattern": tuple(int(n) for n in r.permutation(3)),
    },
    "pool2d": _pooling(2),
    "pool3d": _pooling(3),
    "pow": lambda r: {**_positive(r), "a": float(r.normal())},
    "relu": lambda r: {
        **_any(r),
        "alpha": float(r.uniform(0, 1)),
        "max_value": r.choice([None, 1.5]),
        "threshold": float(r.choice([0.0, 0.7])),
    },
    "repeat": lambda r: {"x": _array(r, 2, 3), "n": int(r.integers(1, 4))},
    "repeat_elements": lambda r: {"x": _array(r, 2, 3), "rep": 2, "axis": int(r.integers(0, 2))},
    "reshape": lambda r: {"x": _array(r, 2, 6), "shape": (3, -1)},
    "resize_images": lambda r: {
        "x": _array(r, 1, 3, 2, 2),
        "height_factor": int(r.integers(1, 4)),
        "width_factor": int(r.integers(1, 4)),
        "data_format": "channels_last",
        "interpolation": str(r.choice(["nearest", "bilinear"])),
    },
    "resize_volumes": lambda r: {
        "x": _array(r, 1, 3, 2, 2, 2),
        **{f"{name}_factor": int(r.integers(1, 4)) for name in ("depth", "height", "width")},
        "data_format": str(r.choice(["channels_last", "channels_first"])),
    },
    "reverse": lambda r: {"x": _array(r, 2, 3), "axes": [[0], [1], [0, 1], 1][r.integers(4)]},
    "separable_conv2d": _separable,
    "softmax": lambda r: {"x": _array(r, *_shape(r, 2)), "axis": int(r.integers(-2, 2))},
    "sparse_categorical_crossentropy": _numbers,
    "spatial_2d_padding": _padding(2),
    "spatial_3d_padding": _padding(3),
    "squeeze": lambda r: {"x": _array(r, 2, 1, 3), "axis": 1},
    "stack": lambda r: {"x": [_array(r, 2, 3), _array(r, 2, 3)], "axis": int(r.integers(0, 3))},
    "switch": _switch,
    "temporal_padding": lambda r: {
        "x": _array(r, 2, 3, 4),
        "padding": tuple(int(n) for n in r.integers(0, 3, size=2)),
    },
    "tile": lambda r: {"x": _array(r, 2, 3), "n": (2, int(r.integers(1, 4)))},
    "zeros": lambda r: {"shape": _shape(r)},
}

PROGRAMS = {
    "batch_get_value": "K.batch_get_value([K.variable(2.0)])",
    "batch_set_value": "v = K.variable(1.0); K.batch_set_value([(v, 3.0)]); K.get_value(v)",
    "dropout": "K.dropout(K.constant(x), 0.0, seed=1)",
    "foldl": "K.foldl(lambda a, b: a * 2 + b, K.constant(x))",
    "foldr": "K.foldr(lambda a, b: a * 2 + b, K.constant(x))",
    "map_fn": "K.map_fn(lambda a: a * 2, K.constant(x))",
    "moving_average_update": "K.get_value(K.moving_average_update(K.variable(1.0), 2.0, 0.9))",
    "set_value": "v = K.variable(1.0); K.set_value(v, 3.0); K.get_value(v)",
    "stop_gradient": "list(K.stop_gradient([K.constant(x)]))[0]",
    "update": "K.get_value(K.update(K.variable(1.0), 4.0))",
    "update_add": "K.get_value(K.update_add(K.variable(1.0), 4.0))",
    "update_sub": "K.get_value(K.update_sub(K.variable(1.0), 4.0))",
    "variable": "K.get_value(K.variable(x))",
    "random_bernoulli": "[K.random_bernoulli((3,), p=p) for p in (0.0, 1.0)]",
    "random_normal": "K.random_normal((2, 3), 5.0, 0.0)",
    "random_uniform": "K.random_uniform((2, 3), 5.0, 5.0)",
    "truncated_normal": "K.truncated_normal((2, 3), 5.0, 0.0)",
    "random_normal_variable": "K.get_value(K.random_normal_variable((2, 3), 5.0, 0.0))",
    "random_uniform_variable": "K.get_value(K.random_uniform_variable((2, 3), 5.0, 5.0))",
    "name_scope": "s = K.name_scope('a'); "
    "[s.__enter__() and None, s.__exit__(None, None, None) or None]",
    **{
        f"rnn{words}": "K.rnn(lambda x, s: (x + s[0] * 2, [x - s[0]]), K.constant(y), "
        f"[K.constant(y[:, 0])]{words})"
        for words in (
            "",
            ", go_backwards=True",
            ", mask=K.constant(m, dtype='bool')",
            ", mask=K.constant(m, dtype='bool'), zero_output_for_mask=True",
            ", return_all_outputs=False",
        )
    },
}

REFUSED = {"gradients": "raises without a graph", "ctc_label_dense_to_sparse": "see below"}


def test_every_function_is_compared() -> None:
    there = {*CASES, *REFUSED, *(name.partition(",")[0] for name in PROGRAMS)}
    assert there == set(NAMES)


def _plain(x: Any) -> Any:
    if isinstance(x, list | tuple):
        return [_plain(v) for v in x]
    if x is None or isinstance(x, str | bool | int | float):
        return x
    return ops.convert_to_numpy(x)


def _same(ours: Any, theirs: Any) -> None:
    if isinstance(ours, list):
        assert len(ours) == len(theirs)
        for a, b in zip(ours, theirs, strict=True):
            _same(a, b)
    elif isinstance(ours, str) or ours is None:
        assert ours == theirs
    else:
        assert np.shape(ours) == np.shape(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5)


_REAL = """
import tensorflow as tf
K = tf.keras.backend
def tensor(v):
    if isinstance(v, np.ndarray): return tf.constant(v)
    if isinstance(v, list): return [tensor(e) for e in v]
    return v
result = []
for given in cases:
    out = getattr(K, name)(**{k: tensor(v) for k, v in given.items()})
    result.append(out)
"""


@pytest.mark.parametrize("name", sorted(CASES))
def test_numbers(name: str) -> None:
    rng = np.random.default_rng(list(name.encode()))
    cases = [CASES[name](rng) for _ in range(scaled(4))]
    theirs = real_keras(_REAL, "tensorflow", name=name, cases=cases)

    def tensor(v: Any) -> Any:
        if isinstance(v, np.ndarray):
            return ops.convert_to_tensor(v)
        return [tensor(e) for e in v] if isinstance(v, list) else v

    for given, their in zip(cases, theirs, strict=True):
        values = {k: tensor(v) for k, v in given.items()}
        _same(_plain(getattr(keras.backend, name)(**values)), their)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_programs(name: str) -> None:
    x = np.arange(4, dtype="float32")
    y = np.arange(12, dtype="float32").reshape(2, 3, 2)
    m = np.array([[True, False, True], [False, True, False]])
    code = PROGRAMS[name]
    start = "import tensorflow as tf\nK = tf.keras.backend\n"
    theirs = real_keras(start + code, "tensorflow", x=x, y=y, m=m)
    scope: dict[str, Any] = {"K": keras.backend, "x": x, "y": y, "m": m}
    *first, last = code.split("; ")
    exec("\n".join(first), scope)
    exec(f"result = {last}", scope)
    _same(_plain(scope["result"]), theirs)


def test_signatures() -> None:
    code = """
import inspect, tensorflow as tf
[str(inspect.signature(getattr(tf.keras.backend, n))) for n in names]
"""
    # `keras.name_scope` is this one too, with more arguments
    names = [name for name in NAMES if name != "name_scope"]
    theirs = real_keras(code, "tensorflow", names=names)
    for name, want in zip(names, theirs, strict=True):
        have = inspect.signature(getattr(keras.backend, name))
        bare = have.replace(
            parameters=[p.replace(annotation=p.empty) for p in have.parameters.values()],
            return_annotation=have.empty,
        )
        assert str(bare) == want, name


def test_one_warning_for_each_name() -> None:
    marks._TOLD.discard("keras.backend.mean")
    with pytest.warns(DeprecationWarning, match=r"`keras.backend.mean` is .* use `keras.ops.mean`"):
        keras.backend.mean  # type: ignore[attr-defined]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        keras.backend.mean  # type: ignore[attr-defined]
