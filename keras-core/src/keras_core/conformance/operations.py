"""The table of operations: a row says how to call one, and what NumPy gives.

A row serves every check of an operation: its value against NumPy in float64, its symbolic shape
and dtype against what running it gives, the compiled against the eager result, and its
gradient against finite differences. A new operation is one row.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations_more import iter_more_rows
from keras_core.conformance.rows import Argument, Row, _a, _i

_erf = np.vectorize(math.erf, otypes=[float])
_erfc = np.vectorize(math.erfc, otypes=[float])
_lgamma = np.vectorize(math.lgamma, otypes=[float])


def _softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _unary() -> Iterator[Row]:
    simple: dict[str, tuple[Callable[..., Any], float, float]] = {
        "exp": (np.exp, -2, 2),
        "exp2": (np.exp2, -2, 2),
        "expm1": (np.expm1, -2, 2),
        "log": (np.log, 0.1, 4),
        "log2": (np.log2, 0.1, 4),
        "log10": (np.log10, 0.1, 4),
        "log1p": (np.log1p, -0.9, 4),
        "sqrt": (np.sqrt, 0.1, 4),
        "rsqrt": (lambda x: 1 / np.sqrt(x), 0.1, 4),
        "reciprocal": (lambda x: 1 / x, 0.2, 4),
        "square": (np.square, -2, 2),
        "sin": (np.sin, -4, 4),
        "cos": (np.cos, -4, 4),
        "tan": (np.tan, -1.2, 1.2),
        "arcsin": (np.arcsin, -0.9, 0.9),
        "arccos": (np.arccos, -0.9, 0.9),
        "arctan": (np.arctan, -4, 4),
        "sinh": (np.sinh, -3, 3),
        "cosh": (np.cosh, -3, 3),
        "tanh": (np.tanh, -3, 3),
        "arcsinh": (np.arcsinh, -4, 4),
        "arccosh": (np.arccosh, 1.2, 5),
        "arctanh": (np.arctanh, -0.9, 0.9),
        "erf": (_erf, -3, 3),
        "erfc": (_erfc, -3, 3),
        "lgamma": (_lgamma, 0.2, 8),
        "negative": (np.negative, -2, 2),
        "sigmoid": (_sigmoid, -6, 6),
        "log_sigmoid": (lambda x: np.log(_sigmoid(x)), -6, 6),
        "softplus": (lambda x: np.log1p(np.exp(x)), -6, 6),
        "softsign": (lambda x: x / (1 + np.abs(x)), -3, 3),
        "silu": (lambda x: x * _sigmoid(x), -4, 4),
        "gelu": (
            lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
            -3,
            3,
        ),
        "tanh_shrink": (lambda x: x - np.tanh(x), -3, 3),
        "squareplus": (lambda x: (x + np.sqrt(x * x + 4)) / 2, -3, 3),
    }
    for name, (fn, low, high) in simple.items():
        yield Row(name, (_a(2, 3, low=low, high=high),), fn)
        yield Row(name, (_a(low=low, high=high),), fn, label="0d")
        yield Row(name, (_a(0, 3, low=low, high=high),), fn, label="empty")
    kinked: dict[str, Callable[..., Any]] = {
        "abs": np.abs,
        "absolute": np.abs,
        "relu": lambda x: np.maximum(x, 0),
        "relu6": lambda x: np.clip(x, 0, 6),
        "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
        "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
        "celu": lambda x: np.maximum(x, 0) + np.minimum(np.expm1(x), 0),
        "selu": lambda x: (
            1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))
        ),
        "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
        "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        "hard_tanh": lambda x: np.clip(x, -1, 1),
        "soft_shrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0),
        "hard_shrink": lambda x: np.where(np.abs(x) > 0.5, x, 0),
        "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x < 1, (x + 1) ** 2 / 4, x)),
        "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    }
    for name, fn in kinked.items():
        yield Row(name, (_a(4, 5, low=-3.1, high=3.3, spread=True),), fn)
    for name, fn in {
        "floor": np.floor,
        "ceil": np.ceil,
        "round": np.round,
        "sign": np.sign,
        "isnan": np.isnan,
        "isinf": np.isinf,
        "isfinite": np.isfinite,
    }.items():
        yield Row(name, (_a(2, 3),), fn, differentiable=False)
    yield Row(
        "gelu",
        (_a(2, 3),),
        lambda x: 0.5 * x * (1 + _erf(x / math.sqrt(2))),
        {"approximate": False},
        label="exact",
    )
    yield Row("round", (_a(2, 3),), lambda x: np.round(x, 1), {"decimals": 1}, False)


def _binary() -> Iterator[Row]:
    two = (_a(2, 3, low=0.3, high=3), _a(2, 3, low=0.3, high=3))
    wide = (_a(2, 1, 3, low=0.3, high=3), _a(4, 1, low=0.3, high=3))
    for name, fn in {
        "add": np.add,
        "subtract": np.subtract,
        "multiply": np.multiply,
        "divide": np.divide,
        "true_divide": np.divide,
        "divide_no_nan": np.divide,
        "power": np.power,
        "arctan2": np.arctan2,
    }.items():
        yield Row(name, two, fn)
        yield Row(name, wide, fn, label="broadcast")
    apart = (_a(3, 4, spread=True), _a(3, 4, low=-1.9, high=2.1, spread=True))
    yield Row("maximum", apart, np.maximum)
    yield Row("minimum", apart, np.minimum)
    yield Row("floor_divide", two, np.floor_divide, differentiable=False)
    yield Row("mod", (_a(2, 3, low=0.1, high=5), _a(2, 3, low=5.5, high=7)), np.mod)
    for name, fn in {
        "equal": np.equal,
        "not_equal": np.not_equal,
        "less": np.less,
        "less_equal": np.less_equal,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
    }.items():
        yield Row(name, (_i(3, 4), _i(3, 4)), fn, differentiable=False)
    flags = (Argument((3, 4), kind="bool"), Argument((3, 4), kind="bool"))
    yield Row("logical_and", flags, np.logical_and, differentiable=False)
    yield Row("logical_or", flags, np.logical_or, differentiable=False)
    yield Row("logical_xor", flags, np.logical_xor, differentiable=False)
    yield Row("logical_not", flags[:1], np.logical_not, differentiable=False)
    for name, fn in {
        "bitwise_and": np.bitwise_and,
        "bitwise_or": np.bitwise_or,
        "bitwise_xor": np.bitwise_xor,
        "left_shift": np.left_shift,
        "right_shift": np.right_shift,
    }.items():
        yield Row(name, (_i(3, 4, high=9), _i(3, 4)), fn, differentiable=False)
    yield Row("bitwise_not", (_i(3),), np.bitwise_not, differentiable=False)
    yield Row(
        "clip",
        (_a(4, 4, low=-3, high=3, spread=True),),
        lambda x: np.clip(x, -1.04, 1.06),
        {"x_min": -1.04, "x_max": 1.06},
    )
    yield Row("isclose", (_a(3), _a(3)), np.isclose, differentiable=False)
    yield Row(
        "where", (Argument((3, 1), kind="bool"), _a(3, 2), _a(2)), np.where, label="broadcast"
    )


def _reductions() -> Iterator[Row]:
    x = _a(2, 3, 4, spread=True)
    cases: dict[str, dict[str, Any]] = {
        "all": {},
        "axis": {"axis": 1},
        "axes": {"axis": (0, -1)},
        "keep": {"axis": -1, "keepdims": True},
    }
    for name, fn in {
        "sum": np.sum,
        "prod": np.prod,
        "mean": np.mean,
        "max": np.max,
        "min": np.min,
        "var": np.var,
        "std": np.std,
    }.items():
        for label, options in cases.items():
            yield Row(
                name, (x,), lambda v, fn=fn, o=options: fn(v, **o), options, label=label,
                tolerance=10 if name == "prod" else 1,
            )  # fmt: skip
    for label, options in cases.items():
        yield Row(
            "logsumexp",
            (x,),
            lambda v, o=options: np.log(np.sum(np.exp(v), **o)),
            options,
            label=label,
        )
    for name, fn in {"any": np.any, "all": np.all}.items():
        yield Row(
            name,
            (Argument((3, 4), kind="bool"),),
            lambda v, fn=fn: fn(v, axis=1),
            {"axis": 1},
            differentiable=False,
        )
    for name, fn in {"argmax": np.argmax, "argmin": np.argmin}.items():
        yield Row(name, (x,), lambda v, fn=fn: fn(v, -1), {"axis": -1}, False)
        yield Row(name, (x,), lambda v, fn=fn: fn(v), {}, False, label="flat")
    yield Row("count_nonzero", (_i(3, 4, high=2),), np.count_nonzero, differentiable=False)
    for name, fn in {"cumsum": np.cumsum, "cumprod": np.cumprod}.items():
        yield Row(name, (_a(3, 4),), lambda v, fn=fn: fn(v, 1), {"axis": 1})
        yield Row(name, (_a(3, 2),), lambda v, fn=fn: fn(v), {}, label="flat")


def _shapes() -> Iterator[Row]:
    x = _a(2, 3, 4)
    yield Row("reshape", (x,), lambda v: v.reshape(4, -1), {"newshape": (4, -1)})
    yield Row("transpose", (x,), np.transpose)
    yield Row("transpose", (x,), lambda v: v.transpose(1, 0, 2), {"axes": (1, 0, 2)}, label="axes")
    yield Row("swapaxes", (x,), lambda v: v.swapaxes(0, -1), {"axis1": 0, "axis2": -1})
    yield Row("moveaxis", (x,), lambda v: np.moveaxis(v, 0, -1), {"source": 0, "destination": -1})
    yield Row("expand_dims", (x,), lambda v: v[:, None], {"axis": 1})
    yield Row("squeeze", (_a(2, 1, 3),), np.squeeze)
    yield Row("ravel", (x,), np.ravel)
    yield Row(
        "broadcast_to", (_a(3, 1),), lambda v: np.broadcast_to(v, (2, 3, 4)), {"shape": (2, 3, 4)}
    )
    yield Row(
        "concatenate", (_a(2, 3), _a(2, 1)), lambda *v: np.concatenate(v, -1), {"axis": -1},
        as_list=True,
    )  # fmt: skip
    yield Row("stack", (_a(2, 3), _a(2, 3)), lambda *v: np.stack(v, 1), {"axis": 1}, as_list=True)
    yield Row("split", (_a(6, 2),), lambda v: np.split(v, 3), {"indices_or_sections": 3})
    yield Row(
        "split", (_a(6, 2),), lambda v: np.split(v, [1, 4]), {"indices_or_sections": [1, 4]},
        label="places",
    )  # fmt: skip
    yield Row(
        "array_split", (_a(7, 2),), lambda v: np.array_split(v, 3), {"indices_or_sections": 3}
    )
    yield Row("unstack", (_a(3, 2),), lambda v: list(v))
    yield Row("tile", (_a(2, 3),), lambda v: np.tile(v, (2, 1, 2)), {"repeats": (2, 1, 2)})
    yield Row("repeat", (_a(2, 3),), lambda v: np.repeat(v, 2, 1), {"repeats": 2, "axis": 1})
    yield Row("flip", (x,), np.flip)
    yield Row("flip", (x,), lambda v: np.flip(v, 1), {"axis": 1}, label="axis")
    yield Row("roll", (x,), lambda v: np.roll(v, 2, 1), {"shift": 2, "axis": 1})
    yield Row("roll", (x,), lambda v: np.roll(v, -3), {"shift": -3}, label="flat")
    width = ((1, 2), (0, 1))
    yield Row("pad", (_a(3, 4),), lambda v: np.pad(v, width), {"pad_width": width})
    for mode in ("reflect", "symmetric", "edge"):
        yield Row(
            "pad",
            (_a(3, 4),),
            lambda v, m=mode: np.pad(v, width, m),
            {"pad_width": width, "mode": mode},
            label=mode,
        )
    yield Row("tril", (_a(3, 4),), lambda v: np.tril(v, -1), {"k": -1})
    yield Row("triu", (_a(3, 4),), lambda v: np.triu(v, 1), {"k": 1})
    yield Row("zeros_like", (x,), np.zeros_like, differentiable=False)
    yield Row("ones_like", (x,), np.ones_like, differentiable=False)
    yield Row("full_like", (x,), lambda v: np.full_like(v, 3), {"fill_value": 3}, False)
    yield Row("linspace", (_a(2), _a(2)), lambda a, b: np.linspace(a, b, 5), {"num": 5})
    yield Row(
        "cast", (_a(2, 3),), lambda v: v.astype("int32"), {"dtype": "int32"}, differentiable=False
    )


def _indexing() -> Iterator[Row]:
    yield Row("take", (_a(4, 3), _i(2, 2, high=4)), lambda v, i: np.take(v, i, 0), {"axis": 0})
    yield Row(
        "take", (_a(4, 3), _i(5, low=-4, high=4)), lambda v, i: np.take(v, i, 0), {"axis": 0},
        label="negative",
    )  # fmt: skip
    yield Row(
        "take_along_axis", (_a(3, 4), _i(3, 2, high=4)),
        lambda v, i: np.take_along_axis(v, i, 1), {"axis": 1},
    )  # fmt: skip
    x = _a(4, 5, 3)
    for label, key in {
        "int": 1,
        "slice": slice(1, -1),
        "step": (slice(None), slice(None, None, 2)),
        "reverse": (slice(None, None, -1), ..., -1),
        "newaxis": (None, slice(2)),
        "list": ([0, 2],),
    }.items():
        yield Row("get_item", (x,), lambda v, k=key: v[k], {"key": key}, label=label)
    sorted_x = _a(3, 5, spread=True)
    yield Row("sort", (sorted_x,), np.sort)
    yield Row("argsort", (sorted_x,), np.argsort, differentiable=False)
    yield Row(
        "top_k",
        (sorted_x,),
        lambda v: (np.sort(v)[:, ::-1][:, :2], np.argsort(-v)[:, :2]),
        {"k": 2},
        differentiable=False,
    )
    yield Row("searchsorted", (Argument((1,), 0, 1), _a(4)), np.searchsorted, differentiable=False)
    yield Row("one_hot", (_i(4),), lambda i: np.eye(5)[i], {"num_classes": 5}, False)

    def scattered(x: Any, i: Any, u: Any) -> Any:
        out = x.copy()
        np.add.at(out, (i[:, 0],), u)
        return out

    yield Row(
        "scatter_update", (_a(4, 3), _i(5, 1, high=4), _a(5, 3)), scattered, {"reduction": "add"}
    )
    yield Row(
        "slice", (_a(4, 5),), lambda v: v[1:3, 2:5], {"start_indices": (1, 2), "shape": (2, 3)}
    )


def _products() -> Iterator[Row]:
    yield Row("matmul", (_a(3, 4), _a(4, 5)), np.matmul)
    yield Row("matmul", (_a(2, 3, 4), _a(4, 5)), np.matmul, label="batch")
    yield Row("matmul", (_a(2, 1, 3, 4), _a(5, 4, 2)), np.matmul, label="broadcast")
    yield Row("matmul", (_a(4), _a(4, 5)), np.matmul, label="vector")
    yield Row("dot", (_a(3, 4), _a(2, 4, 5)), np.dot)
    yield Row(
        "tensordot", (_a(3, 4, 2), _a(4, 2, 5)), lambda a, b: np.tensordot(a, b, 2), {"axes": 2}
    )
    yield Row("outer", (_a(3), _a(4)), np.outer)
    for subscripts, shapes in {
        "ij,jk->ik": ((3, 4), (4, 5)),
        "bij,bkj->bik": ((2, 3, 4), (2, 5, 4)),
        "...ij,jk->...ik": ((2, 3, 4), (4, 5)),
        "ii->i": ((3, 3),),
        "ij->": ((3, 4),),
        "ij,j": ((3, 4), (4,)),
        "abc,cd,de->abe": ((2, 3, 4), (4, 2), (2, 5)),
        "btnh,bsnh->bnts": ((2, 3, 2, 4), (2, 5, 2, 4)),
    }.items():
        yield Row(
            "einsum",
            tuple(_a(*s) for s in shapes),
            lambda *v, s=subscripts: np.einsum(s, *v),
            {"subscripts": subscripts},
            label=subscripts.replace("->", ">"),
        )
    yield Row(
        "norm", (_a(3, 4),), lambda v: np.linalg.norm(v, axis=-1), {"axis": -1}, label="vector"
    )
    yield Row("norm", (_a(3, 4),), np.linalg.norm, label="all")


def _normalisations() -> Iterator[Row]:
    yield Row("softmax", (_a(3, 4),), _softmax)
    yield Row("softmax", (_a(3, 4),), lambda v: _softmax(v, 0), {"axis": 0}, label="axis")
    yield Row("log_softmax", (_a(3, 4),), lambda v: np.log(_softmax(v)))
    yield Row("glu", (_a(3, 4),), lambda v: v[:, :2] * _sigmoid(v[:, 2:]))

    def layer_norm(x: Any, g: Any, b: Any) -> Any:
        m, s = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - m) / np.sqrt(s + 1e-3) * g + b

    yield Row(
        "layer_normalization", (_a(3, 4), _a(4), _a(4)), layer_norm, {"epsilon": 1e-3}, tolerance=10
    )
    yield Row(
        "rms_normalization",
        (_a(3, 4), _a(4)),
        lambda x, s: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-3) * s,
        {"epsilon": 1e-3},
    )
    yield Row(
        "batch_normalization",
        (_a(3, 4), _a(4), _a(4, low=0.2, high=2)),
        lambda x, m, v: (x - m) / np.sqrt(v + 1e-3),
        {"axis": -1},
    )
    yield Row("moments", (_a(3, 4),), lambda x: (x.mean(0), x.var(0)), {"axes": 0})
    yield Row(
        "normalize",
        (_a(3, 4, low=0.3, high=2),),
        lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True),
    )
    probability = _a(3, 4, low=0.1, high=0.9)
    yield Row(
        "binary_crossentropy",
        (probability, probability),
        lambda t, o: -(t * np.log(o) + (1 - t) * np.log(1 - o)),
    )
    yield Row(
        "categorical_crossentropy",
        (probability, probability),
        lambda t, o: -(t * np.log(o / o.sum(-1, keepdims=True))).sum(-1),
    )
    yield Row(
        "sparse_categorical_crossentropy",
        (_i(3, high=4), _a(3, 4)),
        lambda t, o: -np.log(_softmax(o))[np.arange(3), t],
        {"from_logits": True},
    )

    def attention(q: Any, k: Any, v: Any) -> Any:
        scores = np.einsum("btnh,bsnh->bnts", q, k) / 2.0
        return np.einsum("bnts,bsnh->btnh", _softmax(scores), v)

    qkv = (_a(2, 3, 2, 4), _a(2, 5, 2, 4), _a(2, 5, 2, 4))
    yield Row("dot_product_attention", qkv, attention)


def _conv(x: Any, k: Any, stride: int = 1, same: bool = False) -> Any:
    if same:
        total = max((-(-x.shape[1] // stride) - 1) * stride + k.shape[0] - x.shape[1], 0)
        x = np.pad(x, ((0, 0), (total // 2, total - total // 2), (0, 0)))
    n = (x.shape[1] - k.shape[0]) // stride + 1
    windows = [x[:, i * stride : i * stride + k.shape[0]] for i in range(n)]
    return np.stack([np.einsum("bwc,wcf->bf", w, k) for w in windows], 1)


def _pool(x: Any, fn: Callable[..., Any]) -> Any:
    return fn(x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2, x.shape[2]), 2)


def _windows() -> Iterator[Row]:
    yield Row("conv", (_a(2, 7, 3), _a(3, 3, 4)), _conv)
    yield Row(
        "conv",
        (_a(2, 7, 3), _a(3, 3, 4)),
        lambda x, k: _conv(x, k, 2, True),
        {"strides": 2, "padding": "same"},
        label="same",
    )
    yield Row("max_pool", (_a(2, 7, 3, spread=True),), lambda x: _pool(x, np.max), {"pool_size": 2})
    yield Row("average_pool", (_a(2, 6, 3),), lambda x: _pool(x, np.mean), {"pool_size": 2})

    def depthwise(x: Any, k: Any) -> Any:
        return np.stack(
            [_conv(x[..., c : c + 1], k[:, c : c + 1, :])[..., 0] for c in range(x.shape[-1])], -1
        )

    yield Row("depthwise_conv", (_a(2, 7, 3), _a(3, 3, 1)), depthwise)

    def transposed(x: Any, k: Any) -> Any:
        out = np.zeros((x.shape[0], (x.shape[1] - 1) * 2 + k.shape[0], k.shape[1]))
        for i in range(x.shape[1]):
            out[:, i * 2 : i * 2 + k.shape[0]] += np.einsum("bc,wfc->bwf", x[:, i], k)
        return out

    yield Row("conv_transpose", (_a(2, 4, 3), _a(3, 2, 3)), transposed, {"strides": 2})


def iter_rows() -> Iterator[Row]:
    """All rows."""
    for family in (
        _unary,
        _binary,
        _reductions,
        _shapes,
        _indexing,
        _products,
        _normalisations,
        _windows,
    ):
        yield from family()
    yield from iter_more_rows()
