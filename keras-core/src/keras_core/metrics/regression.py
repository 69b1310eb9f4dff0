"""Metrics of regression."""

import warnings
from typing import Any

from keras_core import losses, ops
from keras_core.core.base.public import public
from keras_core.core.tensors import masks, native
from keras_core.losses.alignment import aligned, converted
from keras_core.losses.loss import align_mask, combine_weights, convert
from keras_core.metrics.metric import Metric
from keras_core.metrics.reduction import Mean, MeanMetricWrapper, accumulate
from keras_core.typing import DTypePolicyLike, Shape, Tensor, TensorLike


@public("keras.metrics.MeanSquaredError", also_known_as=("mse", "MSE"))
class MeanSquaredError(MeanMetricWrapper):
    """The mean of squared errors.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.MeanSquaredError()([[0.0, 1.0]], [[0.0, 3.0]]))
    2.0
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "mean_squared_error", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(losses.mean_squared_error, name, dtype)


@public("keras.metrics.MeanAbsoluteError", also_known_as=("mae", "MAE"))
class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of absolute errors.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.MeanAbsoluteError()([[0.0, 1.0]], [[0.0, 3.0]]))
    1.0
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "mean_absolute_error", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(losses.mean_absolute_error, name, dtype)


@public("keras.metrics.MeanAbsolutePercentageError", also_known_as=("mape", "MAPE"))
class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of absolute errors in per cent of the targets.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.MeanAbsolutePercentageError()([[2.0]], [[1.0]]))
    50.0
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "mean_absolute_percentage_error", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(losses.mean_absolute_percentage_error, name, dtype)


@public("keras.metrics.MeanSquaredLogarithmicError", also_known_as=("msle", "MSLE"))
class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of squared differences of ``log(1 + x)``.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.MeanSquaredLogarithmicError()([[1.0]], [[1.0]]))
    0.0
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "mean_squared_logarithmic_error", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(losses.mean_squared_logarithmic_error, name, dtype)


@public("keras.metrics.RootMeanSquaredError")
class RootMeanSquaredError(Mean):
    """The square root of the mean of squared errors.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.RootMeanSquaredError()([[0.0]], [[3.0]]))
    3.0
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "root_mean_squared_error", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(name, dtype)

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and outputs, and weights of the samples."""
        mask = masks.get_mask(y_pred)
        y_true, y_pred = aligned(y_true, y_pred)
        self._add(ops.square(ops.subtract(y_pred, y_true)), sample_weight, mask)

    def result(self) -> Tensor:
        """The square root of the mean so far."""
        return ops.sqrt(super().result())


def _cosine(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    return ops.negative(losses.cosine_similarity(y_true, y_pred, axis=axis))


@public("keras.metrics.CosineSimilarity")
class CosineSimilarity(MeanMetricWrapper):
    """The cosine of the angle between targets and outputs.

    Args:
        name: A name.
        dtype: The dtype of the result.
        axis: The axis of the vectors.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.CosineSimilarity()([[0.0, 1.0]], [[0.0, 3.0]]))
    1.0
    """

    _direction = "up"

    def __init__(
        self, name: str | None = "cosine_similarity", dtype: DTypePolicyLike = None, axis: int = -1
    ) -> None:
        super().__init__(_cosine, name, dtype, axis=axis)
        self.axis = axis

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        config = super().get_config()
        if self.axis != -1:
            config["axis"] = self.axis
        return config


@public("keras.metrics.LogCoshError")
class LogCoshError(MeanMetricWrapper):
    """The logarithm of the hyperbolic cosine of the errors.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.LogCoshError()([[1.0]], [[1.0]]))
    0.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "logcosh", dtype: DTypePolicyLike = None) -> None:
        super().__init__(losses.log_cosh, name, dtype)


_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


@public("keras.metrics.R2Score")
class R2Score(Metric):
    """The share of the variance that is explained: the coefficient of determination.

    Args:
        class_aggregation: How the scores of several outputs become one: ``"uniform_average"``,
            ``"variance_weighted_average"``, or None for all of them.
        num_regressors: The number of independent variables, for the adjusted score; 0 for none.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> y = [[1.0], [4.0], [3.0]]
    >>> round(float(keras.metrics.R2Score()(y, [[2.0], [4.0], [4.0]])), 3)
    0.571
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                "Invalid value for argument `class_aggregation`. Expected one of "
                f"{_AGGREGATIONS}. Received: class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. "
                f"Received: num_regressors={num_regressors}"
            )
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", name="num_samples")
        self._built = False

    def build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the variables for the number of outputs."""
        if self._built:
            return
        if len(y_pred_shape) != 2 or len(y_true_shape) != 2:
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim). Received input "
                f"shapes: y_pred.shape={y_pred_shape} and y_true.shape={y_true_shape}."
            )
        if y_pred_shape[-1] is None or y_true_shape[-1] is None:
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim), with output_dim "
                f"fully defined (not None). Received input shapes: y_pred.shape={y_pred_shape} "
                f"and y_true.shape={y_true_shape}."
            )
        n = y_pred_shape[-1]
        self.squared_sum = self.add_variable((n,), "zeros", name="squared_sum")
        self.sum = self.add_variable((n,), "zeros", name="sum")
        self.total_mse = self.add_variable((n,), "zeros", name="residual")
        self.count = self.add_variable((n,), "zeros", name="count")
        self._built = True

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and outputs of shape ``(batch, outputs)``, and weights."""
        mask = masks.get_mask(y_pred)
        y_true, y_pred = aligned(convert(y_true, self._dtype), convert(y_pred, self._dtype))
        self.build(native.static_shape(y_true), native.static_shape(y_pred))
        given, _ = combine_weights(y_true, sample_weight, mask, self._dtype)
        weight = ops.ones_like(y_true)
        there = weight
        if given is not None:
            weight = ops.multiply(weight, given)
        if mask is not None:
            there = ops.multiply(there, ops.cast(align_mask(mask, y_true), self._dtype))
        weighted = ops.multiply(y_true, weight)
        accumulate(self.sum, ops.sum(weighted, axis=0))
        accumulate(self.squared_sum, ops.sum(ops.multiply(y_true, weighted), axis=0))
        error = ops.multiply(ops.square(ops.subtract(y_true, y_pred)), weight)
        accumulate(self.total_mse, ops.sum(error, axis=0))
        accumulate(self.count, ops.sum(weight, axis=0))
        accumulate(self.num_samples, ops.sum(there))

    def result(self) -> Tensor:
        """The score."""
        if not self._built:
            return ops.zeros((), dtype=self._dtype)
        mean = ops.divide_no_nan(self.sum.value, self.count.value)
        total = ops.subtract(self.squared_sum.value, ops.multiply(self.sum.value, mean))
        raw = ops.subtract(1.0, ops.divide(self.total_mse.value, total))
        raw = ops.where(ops.isinf(raw), ops.zeros_like(raw), raw)
        if self.class_aggregation == "uniform_average":
            score = ops.mean(raw)
        elif self.class_aggregation == "variance_weighted_average":
            score = ops.divide(ops.sum(ops.multiply(total, raw)), ops.sum(total))
        else:
            score = raw
        if not self.num_regressors:
            return score
        if not native.is_tracing() and self.num_regressors > float(self.num_samples) - 1:
            warnings.warn(
                "More independent predictors than datapoints in adjusted R2 score. Falling back "
                "to standard R2 score.",
                stacklevel=2,
            )
            return score
        n = self.num_samples.value
        factor = ops.divide(ops.subtract(n, 1.0), ops.subtract(n, self.num_regressors + 1.0))
        return ops.subtract(1.0, ops.multiply(ops.subtract(1.0, score), factor))

    def reset_state(self) -> None:
        """Start anew."""
        for v in self.variables:
            v.assign(ops.zeros_like(v.value))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }


# -- Correlation ---------------------------------------------------------------------


@public("keras.metrics.pearson_correlation")
def pearson_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Pearson's coefficient of correlation along an axis.

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.
        axis: The axis.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.metrics.pearson_correlation([[1.0, 2.0, 3.0]], [[2.0, 4.0, 6.0]])
    ... ]
    [1.0]
    """
    y_true, y_pred = converted(y_true, y_pred)

    def standard(x: Any) -> Any:
        x = ops.subtract(x, ops.mean(x, axis=axis, keepdims=True))
        return ops.divide(x, ops.std(x, axis=axis, keepdims=True))

    return ops.mean(ops.multiply(standard(y_true), standard(y_pred)), axis=axis)


@public("keras.metrics.concordance_correlation")
def concordance_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Lin's coefficient of concordance along an axis.

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.
        axis: The axis.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.metrics.concordance_correlation([[1.0, 2.0, 3.0]], [[1.0, 2.0, 3.0]])
    ... ]
    [1.0]
    """
    y_true, y_pred = converted(y_true, y_pred)
    mean_true = ops.mean(y_true, axis=axis, keepdims=True)
    mean_pred = ops.mean(y_pred, axis=axis, keepdims=True)
    variances = ops.add(ops.var(y_true, axis=axis), ops.var(y_pred, axis=axis))
    covariance = ops.mean(
        ops.multiply(ops.subtract(y_true, mean_true), ops.subtract(y_pred, mean_pred)), axis=axis
    )
    apart = ops.squeeze(ops.square(ops.subtract(mean_true, mean_pred)), axis)
    spread = ops.add(ops.add(variances, apart), 1e-7)
    return ops.divide(ops.multiply(covariance, 2.0), spread)


@public("keras.metrics.PearsonCorrelation")
class PearsonCorrelation(MeanMetricWrapper):
    """The mean of Pearson's coefficient of correlation.

    Args:
        name: A name.
        dtype: The dtype of the result.
        axis: The axis that is correlated along.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.PearsonCorrelation()
    >>> round(float(metric([[0.0, 1.0, 0.5]], [[1.0, 3.0, 2.0]])), 3)
    1.0
    """

    _direction = "up"

    def __init__(
        self,
        name: str | None = "pearson_correlation",
        dtype: DTypePolicyLike = None,
        axis: int = -1,
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "axis": self.axis}


@public("keras.metrics.ConcordanceCorrelation")
class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean of Lin's coefficient of concordance.

    Args:
        name: A name.
        dtype: The dtype of the result.
        axis: The axis that is correlated along.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.ConcordanceCorrelation()
    >>> round(float(metric([[0.0, 1.0, 0.5]], [[0.0, 1.0, 0.5]])), 3)
    1.0
    """

    _direction = "up"

    def __init__(
        self,
        name: str | None = "concordance_correlation",
        dtype: DTypePolicyLike = None,
        axis: int = -1,
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "axis": self.axis}
