"""Attention."""

import math
from typing import Any

from keras_core.core import primitives as p
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.dispatch.op import op
from keras_core.core.tensors import native
from keras_core.core.tensors.native import check_shapes, ndim_of, shape_of
from keras_core.core.tensors.scopes import in_symbolic_scope
from keras_core.ops.activations import softmax
from keras_core.ops.linear import einsum
from keras_core.typing import Tensor, TensorLike
from keras_core_plugins.errors import UnsupportedOpError


def _attention_args(
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    mask: Any,
    scale: Any,
    is_causal: bool,
    flash_attention: Any,
    attn_logits_soft_cap: Any,
) -> Any:
    for name, x in (("query", query), ("key", key), ("value", value)):
        if ndim_of(x) != 4:
            raise ValueError(
                f"`dot_product_attention` only supports 4D inputs (batch, length, heads, "
                f"features). Received: {name}.shape={native.static_shape(x)}."
            )
    batch, target, heads, features = native.static_shape(query)
    _, source, key_heads, _ = native.static_shape(key)
    check_shapes(
        "dot_product_attention",
        key=(key, (batch, None, None, features)),
        value=(value, (batch, source, key_heads, None)),
    )
    if heads is not None and key_heads and heads % key_heads:
        raise ValueError(
            "The number of query heads must be a multiple of the number of key heads. "
            f"Received: {heads} and {key_heads}."
        )
    scores = (batch, heads, target, source)
    bias, mask = _as_scores("bias", bias, scores), _as_scores("mask", mask, scores)
    if flash_attention is None:
        flash_attention = config.is_flash_attention_enabled()
    if scale is None:
        scale = 1.0 / math.sqrt(native.static_shape(key)[-1] or 1)
    return (
        query, key, value, bias, mask, scale, is_causal, flash_attention, attn_logits_soft_cap,
    )  # fmt: skip


def _as_scores(name: str, x: Any, scores: tuple[int | None, ...]) -> Any:
    """A bias or mask with as many axes as the scores, to which it has to broadcast."""
    if x is None:
        return None
    shape = native.static_shape(x)
    pairs = zip(reversed(shape), reversed(scores), strict=False)
    if len(shape) > 4 or not all(d in (1, s, None) or s is None for d, s in pairs):
        raise ValueError(
            "`dot_product_attention` expected a tensor that broadcasts to the shape of the scores, "
            f"(batch, heads, target, source) = {scores}, for the argument `{name}`. Received: a "
            f"tensor of shape {shape}"
        )
    return x if len(shape) == 4 else p.reshape(x, (1,) * (4 - len(shape)) + tuple(shape_of(x)))


@public("keras.ops.dot_product_attention", "keras.ops.nn.dot_product_attention")
@op(
    "query:float key:float value:float bias:any? mask:bool?",
    prepare=_attention_args,
)
def dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    bias: TensorLike | None = None,
    mask: TensorLike | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Tensor:
    """Scaled dot product attention (Vaswani et al., 2017).

    Args:
        query: ``(batch, target, heads, features)``.
        key: ``(batch, source, key_heads, features)``; ``key_heads`` divides ``heads``.
        value: ``(batch, source, key_heads, features)``.
        bias: Added to the scores; broadcasts to ``(batch, heads, target, source)``.
        mask: True where the source may be looked at; broadcasts like ``bias``.
        scale: Of the scores; by default ``1 / sqrt(features)``.
        is_causal: Whether no target sees a later source.
        flash_attention: Whether a fused kernel is demanded (True) or forbidden (False). By default
            the engine chooses, unless `keras.config.disable_flash_attention` forbids them.
        attn_logits_soft_cap: Scores are kept below it by tanh.

    Returns:
        A tensor of the shape of ``query``.

    Example:

    >>> from keras_core import ops
    >>> x = ops.ones((1, 5, 2, 4))
    >>> ops.shape(ops.dot_product_attention(x, x, x))
    (1, 5, 2, 4)
    """
    if flash_attention and not in_symbolic_scope():
        raise UnsupportedOpError(
            "dot_product_attention",
            "its engine has no flash attention. Leave out `flash_attention`, or set it to False.",
        )
    dtype = p.dtype_of(query)
    _, target, heads, _ = shape_of(query)
    source, key_heads = shape_of(key)[1:3]
    if isinstance(heads, int) and isinstance(key_heads, int) and key_heads != heads:
        key, value = (_repeat_heads(x, heads // key_heads) for x in (key, value))
    wide = "float32" if dtype in ("float16", "bfloat16") else dtype
    logits = einsum("btnh,bsnh->bnts", query, key)
    logits = logits if dtype == wide else p.cast(logits, wide)
    logits = p.multiply(logits, p.const(scale, logits))
    if attn_logits_soft_cap is not None:
        cap = p.const(attn_logits_soft_cap, logits)
        logits = p.multiply(cap, p.tanh(p.divide(logits, cap)))
    if bias is not None:
        logits = p.add(logits, p.cast(bias, wide))
    low = p.const(-0.7 * 3.4028235e38, logits)
    if mask is not None:
        logits = p.where(mask, logits, low)
    if is_causal:
        rows = p.reshape(p.arange(0, target, 1, "int32"), (target, 1))
        columns = p.reshape(p.arange(0, source, 1, "int32"), (1, source))
        logits = p.where(p.less_equal(columns, rows), logits, low)
    weights = softmax(logits, (-1,))
    weights = weights if dtype == wide else p.cast(weights, dtype)
    return einsum("bnts,bsnh->btnh", weights, value)


def _repeat_heads(x: Any, n: int) -> Any:
    b, s, k, h = shape_of(x)
    wide = p.broadcast_to(p.reshape(x, (b, s, k, 1, h)), (b, s, k, n, h))
    return p.reshape(wide, (b, s, k * n, h))
