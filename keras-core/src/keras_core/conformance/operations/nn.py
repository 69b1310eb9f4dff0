"""Rows of the operations of neural networks."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.references import sigmoid, softmax
from keras_core.conformance.operations.rows import Row, floats, ints


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

    def attention(q: Any, k: Any, v: Any) -> Any:
        scores = np.einsum("btnh,bsnh->bnts", q, k) / 2.0
        return np.einsum("bnts,bsnh->btnh", softmax(scores), v)

    qkv = (floats(2, 3, 2, 4), floats(2, 5, 2, 4), floats(2, 5, 2, 4))
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

    def depthwise(x: Any, k: Any) -> Any:
        return np.stack(
            [_conv(x[..., c : c + 1], k[:, c : c + 1, :])[..., 0] for c in range(x.shape[-1])], -1
        )

    yield Row("depthwise_conv", (floats(2, 7, 3), floats(3, 3, 1)), depthwise)

    def transposed(x: Any, k: Any) -> Any:
        out = np.zeros((x.shape[0], (x.shape[1] - 1) * 2 + k.shape[0], k.shape[1]))
        for i in range(x.shape[1]):
            out[:, i * 2 : i * 2 + k.shape[0]] += np.einsum("bc,wfc->bwf", x[:, i], k)
        return out

    yield Row("conv_transpose", (floats(2, 4, 3), floats(3, 2, 3)), transposed, {"strides": 2})


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _normalisations()
    yield from _windows()
