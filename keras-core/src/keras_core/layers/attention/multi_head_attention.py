"""Multi-head attention."""

import math
import string
from typing import Any

from keras_core import ops, regularizers
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.activation.softmax import Softmax
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.einsum_dense import EinsumDense
from keras_core.layers.regularization.dropout import Dropout


@public("keras.layers.MultiHeadAttention")
class MultiHeadAttention(Layer):
    """Attention in several subspaces at once.

    Queries, keys and values are projected for each head; each query gets the mean of the values,
    weighted by how well it matches their keys; the results of all heads are projected again. With
    ``query`` and ``value`` the same this is self-attention.

    See [Vaswani et al., 2017](https://arxiv.org/abs/1706.03762).

    Args:
        num_heads: Number of heads, a positive int.
        key_dim: Size of each head for queries and keys, a positive int.
        value_dim: Size of each head for values; ``key_dim`` by default.
        dropout: Fraction of the attention weights to drop in training; 0 by default.
        use_bias: Whether the projections have biases; True by default.
        output_shape: Size, or shape, of the outputs behind the attended axes; that of the queries
            by default.
        attention_axes: Axis, or axes, that are attended over; all but the batch and the features
            by default.
        sliding_window: Distance up to which a target sees sources; unlimited by default.
        flash_attention: Whether to use a fused kernel: True, False, or None, the default, where
            there is one. See `keras.ops.dot_product_attention`.
        kernel_initializer: Initializer of the kernels; Glorot uniform by default.
        bias_initializer: Initializer of the biases; zeros by default.
        kernel_regularizer: Penalty on the kernels that is added to the loss; none by default.
        bias_regularizer: Penalty on the biases that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs of the projections that is added to the loss;
            none by default.
        kernel_constraint: Projection of the kernels after each update; none by default.
        bias_constraint: Projection of the biases after each update; none by default.
        use_gate: Whether the outputs of the heads are multiplied by a trained gate; False by
            default.
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        query: Tensor of shape ``(batch, target, features)``.
        value: Tensor of shape ``(batch, source, features)``.
        key: Tensor of shape ``(batch, source, features)``; ``value`` by default.
        query_mask: Booleans of shape ``(batch, target)``: which targets count.
        value_mask: Booleans of shape ``(batch, source)``: which sources count.
        key_mask: Booleans of shape ``(batch, source)``, like ``value_mask``.
        attention_mask: Booleans of shape ``(batch, target, source)``: which target sees which
            source.
        return_attention_scores: Whether to return the attention weights, too; False by default.
        use_causal_mask: Whether no target sees a later source; False by default.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> x = keras.ops.ones((1, 5, 8))
    >>> keras.ops.shape(layer(x, x))
    (1, 5, 8)
    """

    _config_omits = frozenset({"flash_attention", "activity_regularizer"})

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        # of each projection, that of the outputs among them
        self.projection_regularizer = regularizers.get(activity_regularizer)
        self.num_heads = positive_int("num_heads", num_heads)
        self.key_dim = positive_int("key_dim", key_dim)
        self.value_dim = positive_int("value_dim", value_dim) if value_dim else self.key_dim
        self.dropout = dropout
        self.use_bias = use_bias
        self.use_gate = use_gate
        if sliding_window is not None:
            sliding_window = positive_int("sliding_window", sliding_window)
        self.sliding_window = sliding_window
        self.flash_attention = flash_attention
        if output_shape is None or isinstance(output_shape, int):
            self._output_shape: Any = None if output_shape is None else (output_shape,)
        else:
            self._output_shape = tuple(output_shape)
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        self.attention_axes = None if attention_axes is None else tuple(attention_axes)
        self.seed = seed

    def _dense(self, equation: str, output_shape: Any, bias_axes: str, name: str) -> EinsumDense:
        return EinsumDense(
            equation,
            output_shape=output_shape,
            bias_axes=bias_axes if self.use_bias else None,
            activity_regularizer=self.projection_regularizer,
            **self._declared("kernel"),
            **self._declared("bias"),
            dtype=self.dtype_policy,
            name=name,
        )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        key_shape = value_shape if key_shape is None else key_shape
        if value_shape[1:-1] != key_shape[1:-1]:
            raise ValueError(
                "All dimensions of `value` and `key`, except the last one, must be equal. "
                f"Received: value_shape={value_shape} and key_shape={key_shape}"
            )
        heads = (self.num_heads,)

        def project(shape: Any, size: int, name: str) -> EinsumDense:
            n = len(shape)
            free = string.ascii_lowercase[: n - 1]
            equation = (
                f"{free}{string.ascii_lowercase[n - 1]},{string.ascii_lowercase[n - 1]}yz->{free}yz"
            )
            layer = self._dense(equation, (*[None] * (n - 2), *heads, size), "yz", name)
            layer.build(shape)
            return layer

        self.query_dense = project(query_shape, self.key_dim, "query")
        self.key_dense = project(key_shape, self.key_dim, "key")
        self.value_dense = project(value_shape, self.value_dim, "value")
        rank = len(query_shape)
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, rank - 1))
        else:
            self.attention_axes = tuple(a % rank for a in self.attention_axes)
        if self.use_gate:
            self.gate_dense = project(query_shape, self.value_dim, "gate")
        self._softmax = Softmax(
            axis=tuple(range(-len(self.attention_axes), 0)), dtype=self.dtype_policy
        )
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        out = self._output_shape or (query_shape[-1],)
        free = string.ascii_lowercase[: rank - 1]
        results = string.ascii_lowercase[rank - 1 : rank - 1 + len(out)]
        self.output_dense = self._dense(
            f"{free}yz,yz{results}->{free}{results}",
            (*[None] * (rank - 2), *out),
            results,
            "attention_output",
        )
        self.output_dense.build((*query_shape[:-1], self.num_heads, self.value_dim))

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if key is None:
            key = value
        mask = self._mask(
            query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
        )
        q, k, v = self.query_dense(query), self.key_dense(key), self.value_dense(value)
        out, scores = self._attend(q, k, v, mask, training, return_attention_scores)
        if self.use_gate:
            out = ops.multiply(out, ops.sigmoid(self.gate_dense(query)))
        out = self.output_dense(out)
        return (out, scores) if return_attention_scores else out

    def _attend(
        self, q: Any, k: Any, v: Any, mask: Any, training: Any, want_scores: bool
    ) -> tuple[Any, Any]:
        simple = len(q.shape) == 4 and not want_scores and not (training and self.dropout > 0)
        if simple:
            out = ops.dot_product_attention(
                q, k, v, mask=mask, scale=1.0 / math.sqrt(self.key_dim),
                flash_attention=self.flash_attention,
            )  # fmt: skip
            return out, None
        rank = len(q.shape)
        attended: Any = self.attention_axes
        batch = self._kept_axes(rank)
        letters = iter(string.ascii_lowercase)
        target = {i: next(letters) for i in range(rank)}
        source = {i: (next(letters) if i in attended else target[i]) for i in range(rank)}
        depth = next(letters)
        t = "".join(target[i] for i in range(rank))
        s = "".join(source[i] for i in range(rank))
        s_value = s[:-1] + depth
        scores_term = (
            "".join(target[i] for i in batch)
            + "".join(target[i] for i in attended)
            + "".join(source[i] for i in attended)
        )
        q = ops.multiply(q, 1.0 / math.sqrt(self.key_dim))
        scores = ops.einsum(f"{s},{t}->{scores_term}", k, q)
        weights = self._softmax(scores, mask=mask)
        dropped = self._dropout_layer(weights, training=training)
        out = ops.einsum(f"{scores_term},{s_value}->{t[:-1]}{depth}", dropped, v)
        return out, weights

    def _mask(
        self,
        query: Any,
        value: Any,
        query_mask: Any,
        value_mask: Any,
        key_mask: Any,
        attention_mask: Any,
        causal: bool,
    ) -> Any:
        """All masks as one that broadcasts to the scores, or None."""
        k = len(self.attention_axes)
        parts = []
        if query_mask is not None:
            parts.append(self._spread(query_mask, len(query.shape), source=False))
        for m in (value_mask, key_mask):
            if m is not None:
                parts.append(self._spread(m, len(value.shape), source=True))
        if attention_mask is not None:
            m = ops.cast(attention_mask, "bool")
            for _ in range(len(query.shape) + k - len(m.shape)):
                m = ops.expand_dims(m, 0 if len(m.shape) == 2 * k else -2 * k - 1)
            parts.append(m)
        if causal or self.sliding_window is not None:
            t, s = ([ops.shape(x)[a] for a in self.attention_axes] for x in (query, value))
            free = (1,) * (len(query.shape) - k)
            rows = ops.reshape(ops.arange(math.prod(t), dtype="int32"), (*free, *t, *(1,) * k))
            columns = ops.reshape(ops.arange(math.prod(s), dtype="int32"), (*free, *(1,) * k, *s))
            if causal:
                parts.append(ops.greater_equal(rows, columns))
            if self.sliding_window is not None:
                near = ops.less(ops.abs(ops.subtract(rows, columns)), self.sliding_window)
                parts.append(near)
        if not parts:
            return None
        out = parts[0]
        for m in parts[1:]:
            out = ops.logical_and(out, m)
        return out

    def _kept_axes(self, rank: int) -> list[int]:
        """The axes of a projection that are not attended over: batch, others, and heads."""
        return [i for i in range(rank - 1) if i not in self.attention_axes]

    def _spread(self, mask: Any, rank: int, source: bool) -> Any:
        """A mask of the first axes of a query or value, with the axes of the scores."""
        sizes, n = ops.shape(mask), len(mask.shape)
        kept, k = self._kept_axes(rank + 1), len(self.attention_axes)
        order = [i for i in (*kept, *self.attention_axes) if i < n]
        mask = ops.transpose(ops.cast(mask, "bool"), order)
        attended = [sizes[a] if a < n else 1 for a in self.attention_axes]
        shape = [sizes[i] if i < n else 1 for i in kept]
        shape += [*(1,) * k, *attended] if source else [*attended, *(1,) * k]
        return ops.reshape(mask, shape)

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if query.shape[-1] is None:
            raise ValueError("The last dimension of `query` must be known.")
        out = self._output_shape or (query.shape[-1],)
        outputs = KerasTensor((*query.shape[:-1], *out), self.compute_dtype)
        if not return_attention_scores:
            return outputs
        scores = (query.shape[0], self.num_heads, *query.shape[1:-1], *value.shape[1:-1])
        return outputs, KerasTensor(scores, self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return previous_mask

    def get_config(self) -> dict[str, Any]:
        penalty = regularizers.serialize(self.projection_regularizer)
        return {**super().get_config(), "activity_regularizer": penalty}
