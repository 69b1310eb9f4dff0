"""Attention whose queries share keys and values in groups."""

from typing import Unpack

from keras_core.core.base.public import public
from keras_core.layers.attention.heads import HeadedAttention
from keras_core.layers.base.arguments import positive_int
from keras_core.typing import (
    ConstraintLike,
    InitializerLike,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
)


@public("keras.layers.GroupQueryAttention", "keras.layers.GroupedQueryAttention")
class GroupedQueryAttention(HeadedAttention):
    """Grouped-query attention: multi-head attention with fewer heads of keys than of queries.

    Each head of the keys and values serves a group of ``num_query_heads // num_key_value_heads``
    heads of the queries. As many as heads of queries make multi-head attention; a single one
    makes multi-query attention.

    See [Ainslie et al., 2023](https://arxiv.org/abs/2305.13245).

    Args:
        head_dim: Size of each head, a positive int.
        num_query_heads: Number of heads of the queries, a positive int.
        num_key_value_heads: Number of heads of the keys and values, a positive int that divides
            ``num_query_heads``.
        dropout: Fraction of the attention weights to drop in training; 0 by default.
        use_bias: Whether the projections have biases; True by default.
        sliding_window: Distance up to which a target sees sources; unlimited by default.
        flash_attention: Whether to use a fused kernel: True, False, or None, the default, where
            there is one. See `keras.ops.dot_product_attention`.
        kernel_initializer: Initializer of the kernels; Glorot uniform by default.
        bias_initializer: Initializer of the biases; zeros by default.
        kernel_regularizer: Penalty on the kernels that is added to the loss; none by default.
        bias_regularizer: Penalty on the biases that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs, and on those of each projection, that is
            added to the loss; none by default.
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
        query_mask: Booleans of shape ``(batch, target)``: which targets count; the others see
            nothing. It is the mask of the outputs, too.
        value_mask: Booleans of shape ``(batch, source)``: which sources count.
        key_mask: Booleans of shape ``(batch, source)``, like ``value_mask``.
        attention_mask: Booleans of shape ``(batch, target, source)``: which target sees which
            source.
        return_attention_scores: Whether to return the attention weights, of shape
            ``(batch, num_query_heads, target, source)``, too; False by default.
        use_causal_mask: Whether no target sees a later source; False by default.

    Output shape:
        That of ``query``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.GroupedQueryAttention(4, num_query_heads=6, num_key_value_heads=2)
    >>> x = keras.ops.ones((1, 5, 8))
    >>> keras.ops.shape(layer(x, x))
    (1, 5, 8)
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
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
        super().__init__(
            dropout=dropout,
            use_bias=use_bias,
            sliding_window=sliding_window,
            flash_attention=flash_attention,
            use_gate=use_gate,
            seed=seed,
            activity_regularizer=activity_regularizer,
            projection_regularizer=activity_regularizer,
            kernel=(kernel_initializer, kernel_regularizer, kernel_constraint),
            bias=(bias_initializer, bias_regularizer, bias_constraint),
            **kwargs,
        )
        self.head_dim = positive_int("head_dim", head_dim)
        self.num_query_heads = positive_int("num_query_heads", num_query_heads)
        self.num_key_value_heads = positive_int("num_key_value_heads", num_key_value_heads)
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                "`num_query_heads` must be a multiple of `num_key_value_heads`. Received: "
                f"num_query_heads={num_query_heads}, num_key_value_heads={num_key_value_heads}"
            )

    def _heads(self) -> tuple[int, int, int, int]:
        return self.num_query_heads, self.num_key_value_heads, self.head_dim, self.head_dim

    def build(self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None) -> None:
        for name, shape in (("query", query_shape), ("value", value_shape), ("key", key_shape)):
            if shape is not None and len(shape) != 3:
                raise ValueError(
                    f"{type(self).__name__} expects `{name}` of shape (batch, steps, features). "
                    f"Received: a tensor of shape {tuple(shape)}"
                )
        super().build(query_shape, value_shape, key_shape)
