"""Losses of margins, overlaps and embeddings."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import masks, native
from keras_core.losses.alignment import aligned, as_float
from keras_core.losses.loss import (
    LossFunctionWrapper,
    append_axes,
    convert,
    mean_of_elements,
)
from keras_core.typing import Axes, DTypePolicyLike, Tensor, TensorLike


def _to_signs(y_true: TensorLike) -> Any:
    """Targets of 0 and 1 as -1 and 1; others as they are."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0.0), ops.equal(y_true, 1.0)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


def _shortfall(y_true: TensorLike, y_pred: TensorLike) -> Any:
    y_true, y_pred = aligned(y_true, y_pred)
    return ops.maximum(ops.subtract(1.0, ops.multiply(_to_signs(y_true), y_pred)), 0.0)


@public("keras.losses.hinge", "keras.metrics.hinge")
@mean_of_elements
def hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(maximum(1 - y_true * y_pred, 0))`` over the last axis.

    Args:
        y_true: Targets of -1 and 1; 0 and 1 are converted.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.hinge([1.0, -1.0], [0.5, -2.0]))
    0.25
    """
    return ops.mean(_shortfall(y_true, y_pred), axis=-1)


@public("keras.losses.squared_hinge", "keras.metrics.squared_hinge")
@mean_of_elements
def squared_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(square(maximum(1 - y_true * y_pred, 0)))`` over the last axis.

    Args:
        y_true: Targets of -1 and 1; 0 and 1 are converted.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.squared_hinge([1.0, -1.0], [0.5, -2.0]))
    0.125
    """
    return ops.mean(ops.square(_shortfall(y_true, y_pred)), axis=-1)


@public("keras.losses.categorical_hinge", "keras.metrics.categorical_hinge")
def categorical_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``maximum(neg - pos + 1, 0)``: the best wrong class against the right one.

    Args:
        y_true: One-hot targets.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> [float(x) for x in keras.losses.categorical_hinge([[0.0, 1.0]], [[0.5, 0.25]])]
    [1.25]
    """
    y_true, y_pred = aligned(y_true, y_pred)
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.maximum(ops.add(ops.subtract(wrong, right), 1.0), 0.0)


@public("keras.losses.dice")
def dice(y_true: TensorLike, y_pred: TensorLike, axis: Axes = None) -> Tensor:
    """``1 - 2 * overlap / (sizes of both)``: the loss of Dice's coefficient.

    Args:
        y_true: Targets of 0 and 1.
        y_pred: Probabilities of the same shape.
        axis: The axes to sum over; all of them by default.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.dice([[[[1.0]], [[0.0]]]], [[[[1.0]], [[0.0]]]])), 3)
    0.0
    """
    y_true, y_pred = aligned(y_true, y_pred)
    overlap = ops.multiply(ops.sum(ops.multiply(y_true, y_pred), axis=axis), 2.0)
    sizes = ops.add(ops.sum(y_true, axis=axis), ops.sum(y_pred, axis=axis))
    eps = config.epsilon()
    return ops.subtract(1.0, ops.divide(overlap, ops.add(sizes, eps)))


@public("keras.losses.tversky")
def tversky(
    y_true: TensorLike, y_pred: TensorLike, alpha: float = 0.5, beta: float = 0.5, axis: Axes = None
) -> Tensor:
    """Dice's loss with weights for false negatives and false positives (Salehi et al., 2017).

    Args:
        y_true: Targets of 0 and 1.
        y_pred: Probabilities of the same shape.
        alpha: The weight of false negatives.
        beta: The weight of false positives.
        axis: The axes to sum over; all of them by default.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.tversky([[[[1.0]], [[0.0]]]], [[[[1.0]], [[0.0]]]])), 3)
    0.0
    """
    y_true, y_pred = aligned(y_true, y_pred)
    overlap = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    extra = ops.sum(ops.multiply(y_pred, ops.subtract(1.0, y_true)), axis=axis)
    missed = ops.sum(ops.multiply(ops.subtract(1.0, y_pred), y_true), axis=axis)
    whole = ops.add(ops.add(overlap, ops.multiply(missed, alpha)), ops.multiply(extra, beta))
    return ops.subtract(1.0, ops.divide(overlap, ops.add(whole, config.epsilon())))


@public("keras.losses.circle")
def circle(
    y_true: TensorLike,
    y_pred: TensorLike,
    ref_labels: TensorLike | None = None,
    ref_embeddings: TensorLike | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """Similar embeddings for one class, dissimilar ones for others (Sun et al., 2020).

    Args:
        y_true: Classes of shape ``(batch,)`` or ``(batch, 1)``.
        y_pred: Embeddings of length 1, of shape ``(batch, dim)``.
        ref_labels: Classes of the references; by default those of the batch.
        ref_embeddings: The references; by default the batch.
        remove_diagonal: Whether a sample is not compared with itself.
        gamma: The scale of the similarities.
        margin: How far the similarities of one class and of others are pushed apart.

    Example:

    >>> import keras_core as keras
    >>> tuple(keras.losses.circle([0, 0, 1], [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]).shape)
    (3,)
    """
    y_pred = as_float(y_pred)
    dtype = native.dtype_of(y_pred)
    labels = ops.reshape(convert(y_true, None), (-1, 1))
    if ref_embeddings is None:
        references, ref = y_pred, labels
    else:
        references = convert(ref_embeddings, dtype)
        ref = ops.cast(
            labels if ref_labels is None else convert(ref_labels, None), native.dtype_of(labels)
        )
        remove_diagonal = False
    similarity = ops.minimum(ops.matmul(y_pred, ops.transpose(references)), 1.0)
    same = ops.equal(labels, ops.reshape(ref, (1, -1)))
    other = ops.logical_not(same)
    there = masks.get_mask(y_pred)
    if there is not None and ref_embeddings is None:
        same, other = ops.logical_and(same, there), ops.logical_and(other, there)
    if remove_diagonal:
        n = native.shape_of(similarity)[0]
        places = ops.arange(0, n)
        diagonal = ops.equal(ops.expand_dims(places, 0), ops.expand_dims(places, 1))
        same = ops.logical_and(same, ops.logical_not(diagonal))
    pull = ops.maximum(ops.subtract(1.0 + margin, similarity), 0.0)
    push = ops.maximum(ops.add(similarity, margin), 0.0)
    near = ops.multiply(ops.multiply(pull, ops.subtract(similarity, 1.0 - margin)), -float(gamma))
    far = ops.multiply(ops.multiply(push, ops.subtract(similarity, margin)), float(gamma))
    valid = ops.logical_and(ops.any(same, axis=1), ops.any(other, axis=1))
    least = ops.full_like(similarity, -3e4 if dtype == "float16" else -1e9)
    near = ops.logsumexp(ops.where(same, near, least), axis=1)
    far = ops.logsumexp(ops.where(other, far, least), axis=1)
    value = ops.softplus(ops.add(near, far))
    # samples without a partner of their class, or of another, do not count
    masks.set_mask(value, valid)
    return value


@public("keras.losses.Hinge")
class Hinge(LossFunctionWrapper):
    """The loss of support vector machines.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.Hinge()([[1.0, -1.0]], [[0.5, 0.5]]))
    1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


@public("keras.losses.SquaredHinge")
class SquaredHinge(LossFunctionWrapper):
    """The square of the hinge loss.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.SquaredHinge()([[1.0, -1.0]], [[0.5, 0.5]]))
    1.25
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


@public("keras.losses.CategoricalHinge")
class CategoricalHinge(LossFunctionWrapper):
    """The hinge loss of the right class against the best wrong one.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.25]]))
    1.25
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)


class _Overlap(LossFunctionWrapper):
    """A loss that is made of sums, which what is masked has no part in."""

    def _values(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: Any, mask: Any
    ) -> tuple[Any, Any]:
        if mask is None:
            return self.call(y_true, y_pred), None
        y_true, y_pred = aligned(y_true, y_pred)
        mask = append_axes(ops.cast(mask, "bool"), native.ndim_of(y_pred))
        there = ops.cast(mask, native.dtype_of(y_pred))
        values = self.call(ops.multiply(y_true, there), ops.multiply(y_pred, there))
        whole = ops.broadcast_to(mask, native.shape_of(y_pred))
        return values, ops.any(whole, axis=self._fn_kwargs["axis"])


@public("keras.losses.Dice")
class Dice(_Overlap):
    """One minus Dice's coefficient of the overlap, for segmentation.

    Args:
        reduction: See `Loss`.
        name: A name.
        axis: The axes to sum over; all of them by default.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.Dice()([[1.0, 1.0]], [[1.0, 0.0]])), 3)
    0.333
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axes = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)


@public("keras.losses.Tversky")
class Tversky(_Overlap):
    """Dice's loss with weights for false positives and false negatives.

    Args:
        alpha: The weight of false negatives.
        beta: The weight of false positives.
        reduction: See `Loss`.
        name: A name.
        axis: The axes to sum over; all of them by default.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.Tversky()([[1.0, 1.0]], [[1.0, 0.0]])), 3)
    0.333
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axes = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


@public("keras.losses.Circle")
class Circle(LossFunctionWrapper):
    """The circle loss of embeddings.

    Args:
        gamma: The scale of the similarities.
        margin: How far the similarities of one class and of others are pushed apart.
        remove_diagonal: Whether a sample is not compared with itself.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> loss = keras.losses.Circle()([0, 1, 0], [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> round(float(loss), 3)
    0.0
    """

    _keeps_targets = True

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            circle,
            reduction,
            name,
            dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )

    def _values(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: Any, mask: Any
    ) -> tuple[Any, Any]:
        masks.set_mask(y_pred, mask)
        return self.call(y_true, y_pred), mask
