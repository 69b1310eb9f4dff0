"""Losses of regression."""

import math
from typing import Any, ClassVar

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.losses.alignment import aligned
from keras_core.losses.loss import LossFunctionWrapper, mean_of_elements
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike


@public(
    "keras.losses.mean_squared_error",
    "keras.metrics.mean_squared_error",
    also_known_as=(
        "MSE",
        "mse",
    ),
)
@mean_of_elements
def mean_squared_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(square(y_true - y_pred))`` over the last axis.

    Args:
        y_true: Targets of shape ``(batch, d0, .. dN)``.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.mean_squared_error([0.0, 1.0], [1.0, 3.0]))
    2.5
    """
    y_true, y_pred = aligned(y_true, y_pred)
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


@public(
    "keras.losses.mean_absolute_error",
    "keras.metrics.mean_absolute_error",
    also_known_as=(
        "MAE",
        "mae",
    ),
)
@mean_of_elements
def mean_absolute_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(abs(y_true - y_pred))`` over the last axis.

    Args:
        y_true: Targets of shape ``(batch, d0, .. dN)``.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.mean_absolute_error([0.0, 1.0], [1.0, 3.0]))
    1.5
    """
    y_true, y_pred = aligned(y_true, y_pred)
    return ops.mean(ops.abs(ops.subtract(y_true, y_pred)), axis=-1)


@public(
    "keras.losses.mean_absolute_percentage_error",
    "keras.metrics.mean_absolute_percentage_error",
    also_known_as=(
        "MAPE",
        "mape",
    ),
)
@mean_of_elements
def mean_absolute_percentage_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``100 * mean(abs((y_true - y_pred) / y_true))`` over the last axis.

    Args:
        y_true: Targets of shape ``(batch, d0, .. dN)``.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.mean_absolute_percentage_error([2.0, 4.0], [1.0, 4.0]))
    25.0
    """
    y_true, y_pred = aligned(y_true, y_pred)
    scale = ops.maximum(ops.abs(y_true), config.epsilon())
    share = ops.abs(ops.divide(ops.subtract(y_true, y_pred), scale))
    return ops.multiply(ops.mean(share, axis=-1), 100.0)


@public(
    "keras.losses.mean_squared_logarithmic_error",
    "keras.metrics.mean_squared_logarithmic_error",
    also_known_as=(
        "MSLE",
        "msle",
    ),
)
@mean_of_elements
def mean_squared_logarithmic_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(square(log(y_true + 1) - log(y_pred + 1)))`` over the last axis.

    Args:
        y_true: Targets of shape ``(batch, d0, .. dN)``.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.mean_squared_logarithmic_error([0.0, 1.0], [1.0, 1.0])), 3)
    0.24
    """
    y_true, y_pred = aligned(y_true, y_pred)
    a = ops.log1p(ops.maximum(y_pred, config.epsilon()))
    b = ops.log1p(ops.maximum(y_true, config.epsilon()))
    return ops.mean(ops.square(ops.subtract(a, b)), axis=-1)


@public("keras.losses.cosine_similarity")
def cosine_similarity(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """``-sum(normalize(y_true) * normalize(y_pred))``: from -1 for equal to 1 for opposite.

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.
        axis: The axis of the vectors.

    Example:

    >>> import keras_core as keras
    >>> [round(float(x), 3) for x in keras.losses.cosine_similarity([[1.0, 0.0]], [[3.0, 4.0]])]
    [-0.6]
    """
    y_true, y_pred = aligned(y_true, y_pred)
    product = ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis))
    return ops.negative(ops.sum(product, axis=axis))


@public("keras.losses.huber", "keras.metrics.huber")
@mean_of_elements
def huber(y_true: TensorLike, y_pred: TensorLike, delta: float = 1.0) -> Tensor:
    """Half the squared error where it is small, linear beyond ``delta`` (Huber, 1964).

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.
        delta: Where the loss turns linear.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.huber([0.0, 0.0], [0.5, 3.0]))
    1.3125
    """
    y_true, y_pred = aligned(y_true, y_pred)
    error = ops.abs(ops.subtract(y_pred, y_true))
    inside = ops.multiply(ops.square(error), 0.5)
    outside = ops.subtract(ops.multiply(error, delta), 0.5 * delta * delta)
    return ops.mean(ops.where(ops.less_equal(error, delta), inside, outside), axis=-1)


@public("keras.losses.log_cosh", "keras.metrics.log_cosh")
@mean_of_elements
def log_cosh(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(log(cosh(y_pred - y_true)))`` over the last axis, without overflow.

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.log_cosh([0.0, 0.0], [0.0, 1.0])), 3)
    0.217
    """
    y_true, y_pred = aligned(y_true, y_pred)
    x = ops.subtract(y_pred, y_true)
    value = ops.subtract(ops.add(x, ops.softplus(ops.multiply(x, -2.0))), math.log(2.0))
    return ops.mean(value, axis=-1)


@public("keras.losses.MeanSquaredError")
class MeanSquaredError(LossFunctionWrapper):
    """The mean of squared errors.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.MeanSquaredError()([[0.0, 1.0]], [[0.0, 3.0]]))
    2.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


@public("keras.losses.MeanAbsoluteError")
class MeanAbsoluteError(LossFunctionWrapper):
    """The mean of absolute errors.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.MeanAbsoluteError()([[0.0, 1.0]], [[0.0, 3.0]]))
    1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


@public("keras.losses.MeanAbsolutePercentageError")
class MeanAbsolutePercentageError(LossFunctionWrapper):
    """The mean of absolute errors in per cent of the targets.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.MeanAbsolutePercentageError()([[2.0]], [[1.0]]))
    50.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


@public("keras.losses.MeanSquaredLogarithmicError")
class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """The mean of squared differences of ``log(1 + x)``.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.MeanSquaredLogarithmicError()([[1.0]], [[1.0]]))
    0.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


@public("keras.losses.CosineSimilarity")
class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between targets and outputs.

    Args:
        axis: The axis of the vectors.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.CosineSimilarity()([[0.0, 1.0]], [[0.0, 3.0]]))
    -1.0
    """

    _defaults: ClassVar[dict[str, Any]] = {"axis": -1}

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)


@public("keras.losses.Huber")
class Huber(LossFunctionWrapper):
    """Quadratic for small errors, linear for large ones.

    Args:
        delta: Where the loss turns linear.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.Huber()([[0.0]], [[3.0]]))
    2.5
    """

    _defaults: ClassVar[dict[str, Any]] = {"delta": 1.0}

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


@public("keras.losses.LogCosh")
class LogCosh(LossFunctionWrapper):
    """The logarithm of the hyperbolic cosine of the errors.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.LogCosh()([[1.0]], [[1.0]]))
    0.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)
