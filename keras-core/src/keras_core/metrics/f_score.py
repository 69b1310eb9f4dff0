"""F-scores: precision and recall in one number."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import masks, native
from keras_core.losses.loss import combine_weights, convert
from keras_core.metrics.metric import Metric
from keras_core.metrics.reduction import accumulate
from keras_core.typing import DTypePolicyLike, Shape, Tensor, TensorLike

_AVERAGES = (None, "micro", "macro", "weighted")


@public("keras.metrics.FBetaScore")
class FBetaScore(Metric):
    """The harmonic mean of precision and recall, where recall counts ``beta`` times as much.

    Args:
        average: How the scores of the classes become one: None for all of them, ``"micro"``
            (counts of all classes together), ``"macro"`` (their mean), or ``"weighted"``.
        beta: How much more recall counts.
        threshold: Outputs above it are positive; by default the largest of each sample.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.FBetaScore(beta=2.0, threshold=0.5, average="macro")
    >>> round(float(metric([[1, 1], [1, 0]], [[0.2, 0.6], [0.7, 0.1]])), 3)
    0.778
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if average not in _AVERAGES:
            raise ValueError(
                "Invalid `average` argument value. Expected one of: "
                f"{{None, 'micro', 'macro', 'weighted'}}. Received: average={average}"
            )
        if not isinstance(beta, float):
            raise ValueError(
                "Invalid `beta` argument value. It should be a Python float. "
                f"Received: beta={beta} of type '{type(beta)}'"
            )
        if beta <= 0.0:
            raise ValueError(
                f"Invalid `beta` argument value. It should be > 0. Received: beta={beta}"
            )
        if threshold is not None:
            if not isinstance(threshold, float):
                raise ValueError(
                    "Invalid `threshold` argument value. It should be a Python float. "
                    f"Received: threshold={threshold} of type '{type(threshold)}'"
                )
            if threshold > 1.0 or threshold <= 0.0:
                raise ValueError(
                    "Invalid `threshold` argument value. It should verify 0 < threshold <= 1. "
                    f"Received: threshold={threshold}"
                )
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables for the number of classes."""
        if self._built:
            return
        if len(y_pred_shape) != 2 or len(y_true_shape) != 2:
            raise ValueError(
                "FBetaScore expects 2D inputs with shape (batch_size, output_dim). Received input "
                f"shapes: y_pred.shape={y_pred_shape} and y_true.shape={y_true_shape}."
            )
        if y_pred_shape[-1] is None or y_true_shape[-1] is None:
            raise ValueError(
                "FBetaScore expects 2D inputs with shape (batch_size, output_dim), with "
                "output_dim fully defined (not None). Received input shapes: "
                f"y_pred.shape={y_pred_shape} and y_true.shape={y_true_shape}."
            )
        shape = () if self.average == "micro" else (y_pred_shape[-1],)
        self.true_positives = self.add_variable(shape, "zeros", name="true_positives")
        self.false_positives = self.add_variable(shape, "zeros", name="false_positives")
        self.false_negatives = self.add_variable(shape, "zeros", name="false_negatives")
        self.intermediate_weights = self.add_variable(shape, "zeros", name="intermediate_weights")
        self._built = True

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and scores of shape ``(batch, classes)``, and weights."""
        mask = masks.get_mask(y_pred)
        y_true, y_pred = convert(y_true, self._dtype), convert(y_pred, self._dtype)
        self.build(native.static_shape(y_true), native.static_shape(y_pred))
        if self.threshold is None:
            top = ops.max(y_pred, axis=-1, keepdims=True)
            # all zeros have no largest
            chosen = ops.logical_and(
                ops.greater_equal(y_pred, top), ops.greater(ops.abs(y_pred), 1e-9)
            )
        else:
            chosen = ops.greater(y_pred, self.threshold)
        found = ops.cast(chosen, self._dtype)
        weight, _ = combine_weights(y_pred, sample_weight, mask, self._dtype)

        def total(value: Any) -> Any:
            if weight is not None:
                value = ops.multiply(value, weight)
            return ops.sum(value, axis=self.axis)

        accumulate(self.true_positives, total(ops.multiply(found, y_true)))
        accumulate(self.false_positives, total(ops.multiply(found, ops.subtract(1.0, y_true))))
        accumulate(self.false_negatives, total(ops.multiply(ops.subtract(1.0, found), y_true)))
        accumulate(self.intermediate_weights, total(y_true))

    def result(self) -> Tensor:
        """The score."""
        if not self._built:
            return ops.zeros((), dtype=self._dtype)
        eps = config.epsilon()
        tp = self.true_positives.value
        precision = ops.divide(tp, ops.add(ops.add(tp, self.false_positives.value), eps))
        recall = ops.divide(tp, ops.add(ops.add(tp, self.false_negatives.value), eps))
        square = self.beta**2
        below = ops.add(ops.add(ops.multiply(precision, square), recall), eps)
        score = ops.multiply(ops.divide(ops.multiply(precision, recall), below), 1.0 + square)
        if self.average == "weighted":
            held = self.intermediate_weights.value
            return ops.sum(ops.multiply(score, ops.divide(held, ops.add(ops.sum(held), eps))))
        return score if self.average is None else ops.mean(score)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


@public("keras.metrics.F1Score")
class F1Score(FBetaScore):
    """The harmonic mean of precision and recall.

    Args:
        average: See `FBetaScore`.
        threshold: Outputs above it are positive; by default the largest of each sample.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.F1Score(threshold=0.5, average="micro")
    >>> round(float(metric([[1, 1], [1, 0]], [[0.2, 0.6], [0.7, 0.1]])), 3)
    0.8
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        out = super().get_config()
        del out["beta"]
        return out
