"""Attention whose scores are plain functions of queries and keys."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops, random
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.arguments import fraction
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.shapes import is_shape
from keras_core.typing import LayerOptions, Mode, Shape, Tensor


@public("keras.layers.Attention")
class Attention(Layer):
    """Dot-product attention, or Luong attention.

    Each query is compared with all keys; the softmax of these scores weights the values, whose
    weighted mean is the output. There are no projections; see `MultiHeadAttention` for those.

    See [Luong et al., 2015](https://arxiv.org/abs/1508.04025).

    Args:
        use_scale: Whether the scores are multiplied by a trained scalar, ``scale``; False by
            default.
        score_mode: ``"dot"``, the default, for the dot product of query and key, or ``"concat"``
            for the sum of ``tanh(query + key)`` over the features, times a trained scalar.
        dropout: Fraction of the attention weights to drop in training, between 0 and 1; 0 by
            default.
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: A list of two or three tensors: the query of shape ``(batch, target, features)``,
            the value of shape ``(batch, source, value_features)``, and the key of shape
            ``(batch, source, features)``, which is the value by default.
        mask: A list of a mask for each tensor in ``inputs``, each None or booleans: that of the
            query, ``(batch, target)``, sets outputs to 0; that of the value,
            ``(batch, source)``, says which sources count. A mask of the key has no effect.
        training: Whether to drop attention weights; False by default.
        return_attention_scores: Whether to return the attention weights, of shape
            ``(batch, target, source)``, too; False by default.
        use_causal_mask: Whether no target sees a later source; False by default.

    Output shape:
        ``(batch, target, value_features)``.

    Example:

    >>> import keras_core as keras
    >>> query, value = keras.ops.ones((1, 3, 4)), keras.ops.ones((1, 5, 4))
    >>> keras.ops.shape(keras.layers.Attention()([query, value]))
    (1, 3, 4)
    """

    scale: Any
    concat_score_weight: Any

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if score_mode not in ("dot", "concat"):
            raise ValueError(
                "Invalid value for argument `score_mode`. Expected 'dot' or 'concat'. "
                f"Received: score_mode={score_mode!r}"
            )
        self.use_scale, self.score_mode = use_scale, score_mode
        self.dropout, self.seed = fraction("dropout", dropout), seed
        if dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.scale = self.concat_score_weight = None
        self.supports_masking = True

    def build(self, input_shape: Sequence[Shape]) -> None:
        self._check("inputs", input_shape)
        if self.use_scale:
            self.scale = self.add_weight((), "ones", name="scale")
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight((), "ones", name="concat_score_weight")

    def call(
        self,
        inputs: Sequence[Tensor],
        mask: Sequence[Tensor | None] | None = None,
        training: Mode = False,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Any:
        self._check("inputs", inputs)
        query, value, key = inputs[0], inputs[1], inputs[-1]
        query_mask, value_mask = (None, None) if mask is None else self._check("mask", mask)[:2]
        scores = self._scores(query, key)
        seen = None if value_mask is None else ops.expand_dims(ops.cast(value_mask, "bool"), -2)
        if use_causal_mask:
            target, source = ops.shape(scores)[-2:]
            rows = ops.expand_dims(ops.arange(target, dtype="int32"), -1)
            earlier = ops.greater_equal(rows, ops.arange(source, dtype="int32"))
            seen = earlier if seen is None else ops.logical_and(seen, earlier)
        if seen is not None:
            low = -6e4 if ops.dtype(scores) == "float16" else -1e9
            scores = ops.where(seen, scores, ops.full_like(scores, low))
        weights = ops.softmax(scores, axis=-1)
        if training and self.dropout > 0:
            weights = random.dropout(weights, self.dropout, seed=self.seed_generator)
        out = ops.matmul(weights, value)
        if query_mask is not None:
            out = ops.multiply(out, ops.expand_dims(ops.cast(query_mask, ops.dtype(out)), -1))
        return (out, weights) if return_attention_scores else out

    def _scores(self, query: Any, key: Any) -> Any:
        """How well each query matches each key: ``(..., target, source)``."""
        if self.score_mode == "dot":
            scores = ops.matmul(query, ops.swapaxes(key, -2, -1))
            return scores if self.scale is None else ops.multiply(scores, self.scale)
        pairs = _sums_of_pairs(query, key)
        if self.scale is not None:
            pairs = ops.multiply(pairs, self.scale)
        return ops.multiply(self.concat_score_weight, ops.sum(ops.tanh(pairs), axis=-1))

    def _check(self, what: str, given: Any) -> Any:
        """``given``, a list of two or three of ``what``, or an error."""
        kind = type(self).__name__
        if not isinstance(given, list) or (what == "inputs" and is_shape(given)):
            names = "query, value" if what == "inputs" else "query_mask, value_mask"
            raise ValueError(
                f"{kind} layer expects a list for `{what}`, namely [{names}] or one of three. "
                f"Received: {what}={given}"
            )
        if len(given) not in (2, 3):
            raise ValueError(
                f"{kind} layer accepts a list of length 2 or 3 for `{what}`, of query, value and "
                f"key. Received: a list of length {len(given)}"
            )
        return given

    def compute_mask(
        self, inputs: Sequence[Tensor], mask: Sequence[Tensor | None] | None = None
    ) -> Tensor | None:
        self._check("inputs", inputs)
        return None if mask is None else self._check("mask", mask)[0]

    def compute_output_shape(self, input_shape: Sequence[Shape]) -> tuple[int | None, ...]:
        self._check("inputs", input_shape)
        return (*input_shape[0][:-1], input_shape[1][-1])

    def compute_output_spec(
        self,
        inputs: Any,
        mask: Any = None,
        return_attention_scores: bool = False,
        training: Mode = None,
        use_causal_mask: bool = False,
    ) -> Any:
        self._check("inputs", inputs)
        query, key = inputs[0].shape, inputs[-1].shape
        shape = self.compute_output_shape([query, inputs[1].shape])
        out = KerasTensor(shape, self.compute_dtype)
        if not return_attention_scores:
            return out
        return out, KerasTensor((*query[:-1], key[-2]), self.compute_dtype)


@public("keras.layers.AdditiveAttention")
class AdditiveAttention(Attention):
    """Additive attention, or Bahdanau attention.

    The score of a query and a key is the sum of ``tanh(query + key)`` over the features, each
    multiplied by a trained scale.

    See [Bahdanau et al., 2014](https://arxiv.org/abs/1409.0473).

    Args:
        use_scale: Whether the features are multiplied by trained scales, ``scale``; True by
            default.
        dropout: Fraction of the attention weights to drop in training, between 0 and 1; 0 by
            default.
        **kwargs: ``seed``, an int to drop the same in each run, and arguments of every layer,
            such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: A list of two or three tensors: the query of shape ``(batch, target, features)``,
            the value of shape ``(batch, source, value_features)``, and the key of shape
            ``(batch, source, features)``, which is the value by default.
        mask: A list of a mask for each tensor in ``inputs``, each None or booleans: that of the
            query, ``(batch, target)``, sets outputs to 0; that of the value,
            ``(batch, source)``, says which sources count. A mask of the key has no effect.
        training: Whether to drop attention weights; False by default.
        return_attention_scores: Whether to return the attention weights, of shape
            ``(batch, target, source)``, too; False by default.
        use_causal_mask: Whether no target sees a later source; False by default.

    Output shape:
        ``(batch, target, value_features)``.

    Example:

    >>> import keras_core as keras
    >>> query, value = keras.ops.ones((1, 3, 4)), keras.ops.ones((1, 5, 4))
    >>> keras.ops.shape(keras.layers.AdditiveAttention()([query, value]))
    (1, 3, 4)
    """

    _config_adds = ("seed",)

    def __init__(
        self, use_scale: bool = True, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(use_scale, "dot", dropout, **kwargs)

    def build(self, input_shape: Sequence[Shape]) -> None:
        self._check("inputs", input_shape)
        if self.use_scale:
            self.scale = self.add_weight((input_shape[0][-1],), "glorot_uniform", name="scale")

    def _scores(self, query: Any, key: Any) -> Any:
        pairs = ops.tanh(_sums_of_pairs(query, key))
        return ops.sum(pairs if self.scale is None else ops.multiply(pairs, self.scale), axis=-1)


def _sums_of_pairs(query: Any, key: Any) -> Any:
    """The sum of each query and each key: ``(..., target, source, features)``."""
    return ops.add(ops.expand_dims(query, -2), ops.expand_dims(key, -3))
