"""Integers as one-hot, multi-hot or counted rows."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.typing import LayerOptions, Shape, Tensor, TensorLike

_MODES = ("one_hot", "multi_hot", "count")


def rows_of(x: Any, depth: int, mode: str, dtype: str, weights: Any, is_sparse: bool) -> Any:
    """Integers as rows of ``depth`` columns, by operations of the engine.

    Args:
        x: Integers of any shape; the last axis is that of what a sample has.
        depth: Number of columns.
        mode: ``"one_hot"``, ``"multi_hot"`` or ``"count"``.
        dtype: Dtype of the rows.
        weights: Numbers that broadcast to ``x``, for ``"count"``, or None.
        is_sparse: Whether the rows are sparse, on engines that have sparse tensors.
    """
    rank = len(x.shape)
    squeezed = rank > 0 and x.shape[-1] == 1
    if mode == "one_hot":
        x = ops.squeeze(x, -1) if squeezed and rank > 1 else ops.reshape(x, (1,)) if not rank else x
        return ops.one_hot(x, depth, dtype=dtype, sparse=is_sparse)
    if not rank or (squeezed and weights is None):
        return ops.one_hot(ops.squeeze(x, -1) if rank else x, depth, dtype=dtype, sparse=is_sparse)
    out = ops.one_hot(x, depth, dtype=dtype, sparse=is_sparse)
    if mode == "multi_hot":
        return ops.max(out, axis=-2)
    if weights is not None:
        weights = ops.cast(ops.convert_to_tensor(weights), dtype)
        out = ops.multiply(out, ops.expand_dims(ops.broadcast_to(weights, ops.shape(x)), -1))
    return ops.sum(out, axis=-2)


def rows_shape(shape: Any, depth: int, mode: str) -> tuple[Any, ...]:
    """The shape of the rows for integers of a shape."""
    shape = tuple(shape)
    if mode != "one_hot":
        return (*shape[:-1], depth)
    return (*(shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape or (1,)), depth)


@public("keras.layers.CategoryEncoding")
class CategoryEncoding(DataLayer):
    """Encodes integers as one-hot, multi-hot or counted rows.

    Args:
        num_tokens: Number of categories; integers are from 0 to ``num_tokens - 1``.
        output_mode: ``"one_hot"`` for a row of each integer; ``"multi_hot"`` (the default) for
            one row for the last axis, with ones for what is there; ``"count"`` for how often.
        sparse: Whether the rows are sparse tensors, on backends that have these. False by default.
        **kwargs: Other arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Integers of shape ``(batch, n)``, ``(batch, 1)``, ``(batch,)`` or ``()``.
        count_weights: Numbers by which integers count, of the shape of `inputs`, with
            ``"count"``. By default each counts 1.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> layer = keras.layers.CategoryEncoding(num_tokens=3)
    >>> keras.ops.convert_to_numpy(layer(np.array([[0, 1], [0, 0]]))).tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if output_mode not in _MODES:
            raise ValueError(
                f"Unknown arg for output_mode: {output_mode}. Expected one of {_MODES}."
            )
        if num_tokens is None:
            raise ValueError(
                "num_tokens must be set to use this layer. If the number of tokens is not known "
                "beforehand, use the IntegerLookup layer instead."
            )
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        self.num_tokens, self.output_mode, self.sparse = num_tokens, output_mode, sparse

    def call(self, inputs: TensorLike, count_weights: TensorLike | None = None) -> Tensor:
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(
                "`count_weights` is not used when `output_mode` is not `'count'`. "
                f"Received: count_weights={count_weights}"
            )
        _check_range(inputs, self.num_tokens)
        return rows_of(
            ops.cast(inputs, "int32"),
            self.num_tokens,
            self.output_mode,
            self.compute_dtype,
            count_weights,
            self.sparse,
        )

    def compute_output_spec(self, inputs: Any, count_weights: TensorLike | None = None) -> Any:
        shape = rows_shape(inputs.shape, self.num_tokens, self.output_mode)
        return KerasTensor(shape, self.compute_dtype, sparse=self.sparse)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return rows_shape(input_shape, self.num_tokens, self.output_mode)


def _check_range(x: Any, top: int) -> None:
    """Look at values where they are at hand."""
    if native.is_tracing() or isinstance(x, KerasTensor):
        return
    values = native.to_numpy(x)
    if values.size and (values.min() < 0 or values.max() >= top):
        raise ValueError(
            f"Input values must be in the range 0 <= values < num_tokens with num_tokens={top}. "
            f"Received: values from {values.min()} to {values.max()}"
        )
