"""Rows of the operations of neural networks."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.references import sigmoid, softmax
from keras_core.conformance.operations.rows import WIDE, Argument, Row, floats, ints


def _normalisations() -> Iterator[Row]:
    yield Row("softmax", (floats(3, 4),), softmax)
    yield Row("softmax", (floats(3, 4),), lambda v: softmax(v, 0), {"axis": 0}, label="axis")
    yield Row("log_softmax", (floats(3, 4),), lambda v: np.log(softmax(v)))
    yield Row("glu", (floats(3, 4),), lambda v: v[:, :2] * sigmoid(v[:, 2:]))

    def layer_norm(x: Any, g: Any, b: Any) -> Any:
        m, s = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - m) / np.sqrt(s + 1e-3) * g + b

    yield Row(
        "layer_normalization",
        (floats(3, 4), floats(4), floats(4)),
        layer_norm,
        {"epsilon": 1e-3},
        tolerance=10,
    )
    yield Row(
        "rms_normalization",
        (floats(3, 4), floats(4)),
        lambda x, s: x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-3) * s,
        {"epsilon": 1e-3},
    )
    yield Row(
        "batch_normalization",
        (floats(3, 4), floats(4), floats(4, low=0.2, high=2)),
        lambda x, m, v: (x - m) / np.sqrt(v + 1e-3),
        {"axis": -1},
    )
    yield Row("moments", (floats(3, 4),), lambda x: (x.mean(0), x.var(0)), {"axes": 0})
    yield Row(
        "normalize",
        (floats(3, 4, low=0.3, high=2),),
        lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True),
    )
    probability = floats(3, 4, low=0.1, high=0.9)
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
        (ints(3, high=4), floats(3, 4)),
        lambda t, o: -np.log(softmax(o))[np.arange(3), t],
        {"from_logits": True},
    )

    def attention(q: Any, k: Any, v: Any, bias: Any = 0.0) -> Any:
        scores = np.einsum("btnh,bsnh->bnts", q, k) / 2.0 + bias
        return np.einsum("bnts,bsnh->btnh", softmax(scores), v)

    def masked(q: Any, k: Any, v: Any, mask: Any) -> Any:
        return attention(q, k, v, np.where(mask, 0.0, -np.inf))

    def causal(q: Any, k: Any, v: Any) -> Any:
        return masked(q, k, v, np.tri(q.shape[1], k.shape[1], dtype=bool))

    def called_with(name: str) -> Callable[..., Any]:
        return lambda fn, values, **options: fn(*values[:3], **{name: values[3]}, **options)

    name = "dot_product_attention"
    qkv = (floats(2, 3, 2, 4), floats(2, 5, 2, 4), floats(2, 5, 2, 4))
    yield Row(name, qkv, attention)
    yield Row(name, (*qkv, floats(2, 2, 3, 5)), attention, label="bias", how=called_with("bias"))
    some = Argument((2, 1, 3, 5), kind="some")
    yield Row(name, (*qkv, some), masked, label="mask", how=called_with("mask"))
    yield Row(name, qkv, causal, {"is_causal": True}, label="causal")


def _conv(x: Any, k: Any, stride: int = 1, same: bool = False) -> Any:
    if same:
        total = max((-(-x.shape[1] // stride) - 1) * stride + k.shape[0] - x.shape[1], 0)
        x = np.pad(x, ((0, 0), (total // 2, total - total // 2), (0, 0)))
    n = (x.shape[1] - k.shape[0]) // stride + 1
    windows = [x[:, i * stride : i * stride + k.shape[0]] for i in range(n)]
    return np.stack([np.einsum("bwc,wcf->bf", w, k) for w in windows], 1)


def _pool(x: Any, fn: Callable[..., Any]) -> Any:
    return fn(x[:, : x.shape[1] // 2 * 2].reshape(x.shape[0], -1, 2, x.shape[2]), 2)


def _depthwise(x: Any, k: Any) -> Any:
    return np.concatenate(
        [_conv(x[..., c : c + 1], k[:, c : c + 1, :]) for c in range(x.shape[-1])], -1
    )


def _windows() -> Iterator[Row]:
    yield Row("conv", (floats(2, 7, 3), floats(3, 3, 4)), _conv)
    yield Row(
        "conv",
        (floats(2, 7, 3), floats(3, 3, 4)),
        lambda x, k: _conv(x, k, 2, True),
        {"strides": 2, "padding": "same"},
        label="same",
    )
    yield Row(
        "max_pool", (floats(2, 7, 3, spread=True),), lambda x: _pool(x, np.max), {"pool_size": 2}
    )
    yield Row("average_pool", (floats(2, 6, 3),), lambda x: _pool(x, np.mean), {"pool_size": 2})
    yield Row("depthwise_conv", (floats(2, 7, 3), floats(3, 3, 1)), _depthwise)

    def transposed(x: Any, k: Any) -> Any:
        out = np.zeros((x.shape[0], (x.shape[1] - 1) * 2 + k.shape[0], k.shape[1]))
        for i in range(x.shape[1]):
            out[:, i * 2 : i * 2 + k.shape[0]] += np.einsum("bc,wfc->bwf", x[:, i], k)
        return out

    yield Row("conv_transpose", (floats(2, 4, 3), floats(3, 2, 3)), transposed, {"strides": 2})


def _sparsemax(x: Any) -> Any:
    z = np.sort(x)[..., ::-1]
    total = np.cumsum(z, -1)
    k = (1 + np.arange(1, x.shape[-1] + 1) * z > total).sum(-1, keepdims=True)
    tau = (np.take_along_axis(total, k - 1, -1) - 1) / k
    return np.maximum(x - tau, 0)


def _adaptive(x: Any, out: int, fn: Callable[..., Any]) -> Any:
    d = x.shape[1]
    cuts = [(i * d // out, -(-(i + 1) * d // out)) for i in range(out)]
    return np.stack([fn(x[:, a:b], 1) for a, b in cuts], 1)


def _ctc(target: Any, output: Any) -> Any:
    """The sum over all alignments, one by one."""
    losses = []
    for labels, logits in zip(target, np.log(softmax(output)), strict=True):
        total = 0.0
        for path in itertools.product(range(output.shape[-1]), repeat=output.shape[1]):
            merged = [c for i, c in enumerate(path) if c and (not i or path[i - 1] != c)]
            if merged == list(labels):
                total += np.exp(sum(logits[i, c] for i, c in enumerate(path)))
        losses.append(-np.log(total))
    return np.array(losses)


def _ctc_loss(fn: Any, values: list[Any]) -> Any:
    return fn(*values, np.array([2, 2]), np.array([4, 4]))


def _best_path(x: Any) -> Any:
    best = x.argmax(-1)
    out = np.full((1, *best.shape), -1)
    for row, path in zip(out[0], best, strict=True):
        kept = [c for i, c in enumerate(path) if c and (not i or path[i - 1] != c)]
        row[: len(kept)] = kept
    return out.astype("int32"), -x.max(-1).sum(-1, keepdims=True)


def _most_probable(x: Any) -> Any:
    """The best labels of all, each with the probability of all its alignments."""
    out = np.full((2, len(x), x.shape[1]), -1)
    scores = np.zeros((len(x), 2))
    for n, logits in enumerate(np.log(softmax(x))):
        found: dict[tuple[int, ...], float] = {}
        for path in itertools.product(range(x.shape[-1]), repeat=x.shape[1]):
            key = tuple(c for i, c in enumerate(path) if c and (not i or path[i - 1] != c))
            found[key] = found.get(key, 0.0) + np.exp(sum(logits[i, c] for i, c in enumerate(path)))
        best = sorted(found, key=lambda k: -found[k])[:2]
        for i, key in enumerate(best):
            out[i, n, : len(key)] = key
            scores[n, i] = np.log(found[key])
    return out.astype("int32"), scores


def _lstm(x: Any, h: Any, c: Any, k: Any, r: Any, b: Any) -> Any:
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ k + h @ r + b, 4, -1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, 1), h, c


def _gru(x: Any, h: Any, k: Any, r: Any, b: Any) -> Any:
    outputs = []
    for t in range(x.shape[1]):
        xz, xr, xh = np.split(x[:, t] @ k + b[0], 3, -1)
        hz, hr, hh = np.split(h @ r + b[1], 3, -1)
        z = sigmoid(xz + hz)
        h = z * h + (1 - z) * np.tanh(xh + sigmoid(xr + hr) * hh)
        outputs.append(h)
    return np.stack(outputs, 1), h


def _others() -> Iterator[Row]:
    x = floats(3, 5, spread=True)
    yield Row(
        "threshold",
        (x,),
        lambda v: np.where(v > 0.31, v, 2.0),
        {"threshold": 0.31, "default_value": 2.0},
    )
    yield Row("sparsemax", (x,), _sparsemax)
    for name, fn in (("adaptive_average_pool", np.mean), ("adaptive_max_pool", np.max)):
        yield Row(
            name,
            (floats(2, 7, 3, spread=True),),
            lambda v, fn=fn: _adaptive(v, 3, fn),
            {"output_size": 3},
        )
    yield Row(
        "separable_conv",
        (floats(2, 7, 3), floats(3, 3, 1), floats(1, 3, 4)),
        lambda v, d, k: _conv(_depthwise(v, d), k),
        tolerance=5,
    )
    yield Row(
        "psnr",
        (floats(3, 4), floats(3, 4)),
        lambda a, b: 20 * np.log10(2.0) - 10 * np.log10(np.mean((a - b) ** 2)),
        {"max_val": 2.0},
        tolerance=5,
    )
    labels, logits = ints(2, 2, low=1, high=3), floats(2, 4, 3)
    yield Row("ctc_loss", (labels, logits), _ctc, how=_ctc_loss, tolerance=5)
    steps = {"sequence_lengths": np.array([4, 4])}
    yield Row("ctc_decode", (logits,), _best_path, steps, False, tolerance=5)
    yield Row(
        "ctc_decode",
        (logits,),
        _most_probable,
        {**steps, "strategy": "beam_search", "top_paths": 2},
        False,
        label="beam_search",
        tolerance=5,
        dtypes=WIDE,
    )
    yield Row(
        "polar",
        (floats(3, low=0.1, high=2), floats(3)),
        lambda r, a: (r * np.cos(a), r * np.sin(a)),
        how=_complex_parts,
        dtypes=WIDE,
        needs=("complex",),
    )
    for batch, features, label in ((2, 5, ""), (32, 3, "many-rows")):
        x, state = floats(batch, 3, features), floats(batch, 4)
        yield Row(
            "lstm",
            (x, state, state, floats(features, 16), floats(4, 16), floats(16)),
            _lstm,
            label=label,
            tolerance=10,
        )
        yield Row(
            "gru",
            (x, state, floats(features, 12), floats(4, 12), floats(2, 12)),
            _gru,
            label=label,
            tolerance=10,
        )


def _complex_parts(fn: Any, values: list[Any]) -> Any:
    y = fn(*values)
    return ops.real(y), ops.imag(y)


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _normalisations()
    yield from _windows()
    yield from _others()
