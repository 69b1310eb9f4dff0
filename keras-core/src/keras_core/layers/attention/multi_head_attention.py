"""Multi-head attention."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core.core.base.public import public
from keras_core.core.base.trackable import in_files
from keras_core.core.tensors import masks
from keras_core.layers.attention.heads import HeadedAttention
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.layer import Layer
from keras_core.typing import (
    Axes,
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
)


@public("keras.layers.MultiHeadAttention")
class MultiHeadAttention(HeadedAttention):
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
        query_mask: Booleans of shape ``(batch, target)``: which targets count. It is the mask of
            the outputs; the outputs themselves depend only on the mask that ``query`` carries,
            such as that of an `Embedding`: its targets see nothing.
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

    @property
    def num_heads(self) -> int:
        """Number of heads."""
        return self._num_heads

    @property
    def key_dim(self) -> int:
        """Size of each head for queries and keys."""
        return self._key_dim

    @property
    def value_dim(self) -> int:
        """Size of each head for values."""
        return self._value_dim

    @property
    def attention_axes(self) -> tuple[int, ...] | None:
        """The axes attended over."""
        return self._attention_axes

    @property
    def query_dense(self) -> Layer:
        """The projection of the queries."""
        return self._query_dense

    @property
    def key_dense(self) -> Layer:
        """The projection of the keys."""
        return self._key_dense

    @property
    def value_dense(self) -> Layer:
        """The projection of the values."""
        return self._value_dense

    @property
    def output_dense(self) -> Layer:
        """The projection of all heads."""
        return self._output_dense

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: Axes = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: InitializerLike = "glorot_uniform",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        super().__init__(
            dropout=dropout,
            use_bias=use_bias,
            sliding_window=sliding_window,
            flash_attention=flash_attention,
            use_gate=use_gate,
            seed=seed,
            # of each projection, that of the outputs among them, so not of the layer
            projection_regularizer=activity_regularizer,
            kernel=(kernel_initializer, kernel_regularizer, kernel_constraint),
            bias=(bias_initializer, bias_regularizer, bias_constraint),
            attention_axes=None if attention_axes is None else tuple(attention_axes),
            **kwargs,
        )
        self._num_heads = positive_int("num_heads", num_heads)
        self._key_dim = positive_int("key_dim", key_dim)
        self._value_dim = positive_int("value_dim", value_dim) if value_dim else self._key_dim
        if output_shape is None or isinstance(output_shape, int):
            self._output_shape = None if output_shape is None else (output_shape,)
        else:
            self._output_shape = tuple(output_shape)

    def _heads(self) -> tuple[int, int, int, int]:
        return self.num_heads, self.num_heads, self.key_dim, self.value_dim

    def saved_children(self) -> list[tuple[str, Any]]:
        # Files have the names of the properties for the projections.
        public = ("_query_dense", "_key_dense", "_value_dense", "_output_dense")
        own = super().saved_children()
        return in_files((name[name in public :], child) for name, child in own)

    def _mask_of_targets(self, query: Any, query_mask: Any) -> Any:
        """Only the mask that the queries carry: given by hand, it is about the outputs."""
        return masks.get_mask(query)
