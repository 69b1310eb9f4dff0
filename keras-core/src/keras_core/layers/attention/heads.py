"""Attention by heads: projections, masks and scores, as all such layers have them."""

import math
import string
from typing import Any, Unpack

from keras_core import ops, regularizers
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.activation.softmax import Softmax
from keras_core.layers.base.arguments import fraction, positive_int
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.einsum_dense import EinsumDense
from keras_core.layers.regularization.dropout import Dropout
from keras_core.typing import LayerOptions, Mode, RegularizerLike, Shape, T, Tensor, Tensors


class HeadedAttention(Layer):
    """The base of layers that project queries, keys and values, attend by heads, and project again.

    A subclass says in `_heads` how many heads there are, and how large they are.

    Args:
        dropout: Fraction of the attention weights to drop in training.
        use_bias: Whether the projections have biases.
        sliding_window: Distance up to which a target sees sources; None for any.
        flash_attention: Whether a fused kernel is demanded, forbidden, or used where there is one.
        use_gate: Whether the outputs of the heads are multiplied by a trained gate.
        seed: An int, to drop the same in each run.
        projection_regularizer: Penalty on the outputs of each projection.
        attention_axes: The axes that are attended over; None for all but the first and the last.
        **options: What was given for the kernels and the biases, and arguments of every layer.
    """

    _config_omits = frozenset({"flash_attention", "activity_regularizer"})

    _attention_axes: Any
    _output_shape: tuple[int, ...] | None = None

    @property
    def dropout(self) -> float:
        """Fraction of the attention weights to drop."""
        return self._dropout

    @property
    def use_bias(self) -> bool:
        """Whether the projections have biases."""
        return self._use_bias

    def __init__(
        self,
        *,
        dropout: float,
        use_bias: bool,
        sliding_window: int | None,
        flash_attention: bool | None,
        use_gate: bool,
        seed: int | None,
        projection_regularizer: RegularizerLike,
        kernel: tuple[Any, Any, Any],
        bias: tuple[Any, Any, Any],
        attention_axes: Any = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.projection_regularizer = regularizers.get(projection_regularizer)
        if flash_attention and dropout > 0:
            raise ValueError(
                "Fused kernels drop no attention weights: `flash_attention=True` needs "
                f"`dropout=0`. Received: dropout={dropout}"
            )
        if sliding_window is not None:
            sliding_window = positive_int("sliding_window", sliding_window)
        self._dropout, self.seed = fraction("dropout", dropout), seed
        self._use_bias, self.use_gate = use_bias, use_gate
        self.sliding_window = sliding_window
        self.flash_attention = flash_attention
        self._declare_weight("kernel", *kernel)
        self._declare_weight("bias", *bias)
        self._attention_axes = attention_axes

    def _heads(self) -> tuple[int, int, int, int]:
        """The numbers of heads of queries and of keys, the sizes of heads of keys and of values."""
        raise NotImplementedError

    # -- Weights -------------------------------------------------------------------------

    def _dense(
        self, equation: str, output_shape: Any, bias_axes: str, name: str, activation: Any = None
    ) -> EinsumDense:
        return EinsumDense(
            equation,
            output_shape=output_shape,
            activation=activation,
            bias_axes=bias_axes if self.use_bias else None,
            activity_regularizer=self.projection_regularizer,
            **self._declared("kernel"),
            **self._declared("bias"),
            dtype=self.dtype_policy,
            name=name,
        )

    def _projection(
        self, shape: Any, heads: int, size: int, name: str, activation: Any = None
    ) -> EinsumDense:
        """A built layer from the features of ``shape`` to heads of a size."""
        n = len(shape)
        free, features = string.ascii_lowercase[: n - 1], string.ascii_lowercase[n - 1]
        equation = f"{free}{features},{features}yz->{free}yz"
        layer = self._dense(equation, (*[None] * (n - 2), heads, size), "yz", name, activation)
        layer.build(shape)
        return layer

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        key_shape = value_shape if key_shape is None else key_shape
        _check_sources(value_shape, key_shape)
        heads, key_heads, key_size, value_size = self._heads()
        self._query_dense = self._projection(query_shape, heads, key_size, "query")
        self._key_dense = self._projection(key_shape, key_heads, key_size, "key")
        if self.use_gate:
            self._gate_dense = self._projection(
                query_shape, heads, value_size, "gate", activation="sigmoid"
            )
        self._value_dense = self._projection(value_shape, key_heads, value_size, "value")
        rank = len(query_shape)
        if self._attention_axes is None:
            self._attention_axes = tuple(range(1, rank - 1))
        else:
            self._attention_axes = tuple(a % rank for a in self._attention_axes)
        self._softmax = Softmax(
            axis=tuple(range(-len(self._attention_axes), 0)), dtype=self.dtype_policy
        )
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        out = self._output_shape or (query_shape[-1],)
        free = string.ascii_lowercase[: rank - 1]
        results = string.ascii_lowercase[rank - 1 : rank - 1 + len(out)]
        self._output_dense = self._dense(
            f"{free}yz,yz{results}->{free}{results}",
            (*[None] * (rank - 2), *out),
            results,
            "attention_output",
        )
        self._output_dense.build((*query_shape[:-1], heads, value_size))

    # -- The computation -----------------------------------------------------------------

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        query_mask: Tensor | None = None,
        value_mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        attention_mask: Tensor | None = None,
        return_attention_scores: bool = False,
        training: Mode = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if key is None:
            key = value
        mask = self._mask(
            query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
        )
        q, k, v = self._query_dense(query), self._key_dense(key), self._value_dense(value)
        out, scores = self._attend(q, k, v, mask, training, return_attention_scores)
        if self.use_gate:
            out = ops.multiply(out, self._gate_dense(query))
        out = self._output_dense(out)
        return (out, scores) if return_attention_scores else out

    def _compute_attention(
        self,
        query: Any,
        key: Any,
        value: Any,
        attention_mask: Any = None,
        training: Any = None,
        return_attention_scores: bool = False,
    ) -> tuple[Any, Any]:
        """Attention of what was projected already, for subclasses that hold keys and values.

        Args:
            query: ``(batch, target, heads, key_dim)``.
            key: ``(batch, source, heads, key_dim)``.
            value: ``(batch, source, heads, value_dim)``.
            attention_mask: Booleans ``(batch, target, source)``; None for all True.
            training: Whether weights are dropped.
            return_attention_scores: Whether the weights are needed.

        Returns:
            The outputs of all heads, and the weights or None.
        """
        mask = attention_mask
        if mask is not None:
            mask = self._over_heads(mask, len(query.shape) - 1 + len(self._attention_axes))
        return self._attend(query, key, value, mask, training, return_attention_scores)

    def _over_heads(self, mask: Any, rank: int) -> Any:
        """A mask of targets and sources with all axes of the scores, which are ``rank``."""
        mask, k = ops.cast(mask, "bool"), len(self._attention_axes)
        for _ in range(rank - len(mask.shape)):
            mask = ops.expand_dims(mask, 0 if len(mask.shape) == 2 * k else -2 * k - 1)
        return mask

    def _attend(
        self, q: Any, k: Any, v: Any, mask: Any, training: Any, want_scores: bool
    ) -> tuple[Any, Any]:
        rank = len(q.shape)
        scale = 1.0 / math.sqrt(q.shape[-1])
        if rank == 4 and not want_scores and not (training and self.dropout > 0):
            out = ops.dot_product_attention(
                q, k, v, mask=mask, scale=scale, flash_attention=self.flash_attention
            )
            if mask is not None and self.dropout > 0:
                # As in training, a target that sees nothing gets nothing, not the mean of all.
                sees = ops.cast(ops.any(mask, axis=-1, keepdims=True), ops.dtype(out))
                out = ops.multiply(out, ops.transpose(sees, (0, 2, 1, 3)))
            return out, None
        if self.flash_attention:
            what = "the attention scores" if want_scores else "attention over several axes"
            raise ValueError(
                f"Fused kernels do not give {what}. Leave out `flash_attention=True` of the layer "
                f"{self.name!r}."
            )
        repeats = q.shape[-2] // k.shape[-2]
        if repeats > 1:
            k, v = (ops.repeat(x, repeats, axis=-2) for x in (k, v))
        attended = self._attention_axes
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
        q = ops.multiply(q, scale)
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
        k = len(self._attention_axes)
        parts = []
        targets = self._mask_of_targets(query, query_mask)
        if targets is not None:
            parts.append(self._spread(targets, len(query.shape), source=False))
        for m in (value_mask, key_mask):
            if m is not None:
                parts.append(self._spread(m, len(value.shape), source=True))
        if attention_mask is not None:
            parts.append(self._over_heads(attention_mask, len(query.shape) + k))
        if causal or self.sliding_window is not None:
            t, s = ([ops.shape(x)[a] for a in self._attention_axes] for x in (query, value))
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

    def _mask_of_targets(self, query: Any, query_mask: Any) -> Any:
        """Which targets see sources; the others see nothing."""
        return query_mask

    def _kept_axes(self, rank: int) -> list[int]:
        """The axes of a projection that are not attended over: batch, others, and heads."""
        return [i for i in range(rank - 1) if i not in self._attention_axes]

    def _spread(self, mask: Any, rank: int, source: bool) -> Any:
        """A mask of the first axes of a query or value, with the axes of the scores."""
        sizes, n = ops.shape(mask), len(mask.shape)
        kept, k = self._kept_axes(rank + 1), len(self._attention_axes)
        order = [i for i in (*kept, *self._attention_axes) if i < n]
        mask = ops.transpose(ops.cast(mask, "bool"), order)
        attended = [sizes[a] if a < n else 1 for a in self._attention_axes]
        shape = [sizes[i] if i < n else 1 for i in kept]
        shape += [*(1,) * k, *attended] if source else [*attended, *(1,) * k]
        return ops.reshape(mask, shape)

    # -- What is known beforehand --------------------------------------------------------

    def compute_output_shape(
        self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None
    ) -> tuple[int | None, ...]:
        _check_sources(value_shape, value_shape if key_shape is None else key_shape)
        return (*query_shape[:-1], *(self._output_shape or (query_shape[-1],)))

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
        training: Mode = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if query.shape[-1] is None:
            raise ValueError("The last dimension of `query` must be known.")
        shape = self.compute_output_shape(query.shape, value.shape)
        outputs = KerasTensor(shape, self.compute_dtype)
        if not return_attention_scores:
            return outputs
        scores = (query.shape[0], self._heads()[0], *query.shape[1:-1], *value.shape[1:-1])
        return outputs, KerasTensor(scores, self.compute_dtype)

    def compute_mask(self, inputs: Tensors, previous_mask: T = None) -> T:
        return previous_mask

    def get_config(self) -> dict[str, Any]:
        penalty = regularizers.serialize(self.projection_regularizer)
        return {**super().get_config(), "activity_regularizer": penalty}


def _check_sources(value_shape: Any, key_shape: Any) -> None:
    if value_shape[1:-1] != key_shape[1:-1]:
        raise ValueError(
            "All dimensions of `value` and `key`, except the last one, must be equal. "
            f"Received: value_shape={value_shape} and key_shape={key_shape}"
        )
