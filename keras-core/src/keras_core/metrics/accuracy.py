"""Accuracies."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.losses.alignment import as_float
from keras_core.losses.loss import convert, squeeze_or_expand_to_same_rank
from keras_core.metrics.reduction import MeanMetricWrapper
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike


def _hits(x: Any) -> Any:
    return ops.cast(x, config.floatx())


def _tensor(x: Any) -> Any:
    return x if isinstance(x, KerasTensor) else native.convert(x)


def accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where targets and outputs are equal, 0 elsewhere.

    Args:
        y_true: Targets.
        y_pred: Outputs of the same shape.
    """
    y_pred = _tensor(y_pred)
    y_true = convert(y_true, native.dtype_of(y_pred))
    y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
    return _hits(ops.equal(y_true, y_pred))


@public("keras.metrics.binary_accuracy")
def binary_accuracy(y_true: TensorLike, y_pred: TensorLike, threshold: float = 0.5) -> Tensor:
    """1 where an output is on the right side of a threshold, 0 elsewhere.

    Args:
        y_true: Targets, 0 or 1.
        y_pred: Probabilities of the same shape.
        threshold: Outputs above it count as 1.

    Example:

    >>> import keras_core as keras
    >>> [float(x) for x in keras.metrics.binary_accuracy([1.0, 0.0], [0.7, 0.6])]
    [1.0, 0.0]
    """
    y_pred = as_float(y_pred)
    y_true = convert(y_true, native.dtype_of(y_pred))
    y_true, y_pred = squeeze_or_expand_to_same_rank(y_true, y_pred)
    predicted = ops.cast(ops.greater(y_pred, threshold), native.dtype_of(y_true))
    return _hits(ops.equal(y_true, predicted))


@public("keras.metrics.categorical_accuracy")
def categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where the class of the largest output is that of the one-hot target, 0 elsewhere.

    Args:
        y_true: One-hot targets.
        y_pred: Scores of the same shape.

    Example:

    >>> import keras_core as keras
    >>> [float(x) for x in keras.metrics.categorical_accuracy([[0.0, 1.0]], [[0.3, 0.7]])]
    [1.0]
    """
    y_true, y_pred = _tensor(y_true), _tensor(y_pred)
    return _hits(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


def _classes(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Class indices, without a last axis of size 1 that the scores do not have."""
    y_true, y_pred = _tensor(y_true), _tensor(y_pred)
    if native.ndim_of(y_true) == native.ndim_of(y_pred) and native.static_shape(y_true)[-1] == 1:
        y_true = ops.squeeze(y_true, -1)
    return ops.cast(y_true, "int32"), y_pred


@public("keras.metrics.sparse_categorical_accuracy")
def sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """1 where the class of the largest output is the target, 0 elsewhere.

    Args:
        y_true: Class indices.
        y_pred: Scores, with an axis more.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     float(x)
    ...     for x in keras.metrics.sparse_categorical_accuracy([1, 0], [[0.3, 0.7], [0.2, 0.8]])
    ... ]
    [1.0, 0.0]
    """
    y_true, y_pred = _classes(y_true, y_pred)
    return _hits(ops.equal(y_true, ops.argmax(y_pred, axis=-1)))


def _in_top_k(y_true: Any, y_pred: Any, k: int) -> Any:
    shape = native.shape_of(y_true)
    classes = native.shape_of(y_pred)[-1]
    if native.ndim_of(y_pred) > 2:
        y_pred = ops.reshape(y_pred, (-1, classes))
        y_true = ops.reshape(y_true, (-1,))
    out = _hits(ops.in_top_k(y_true, y_pred, k=k))
    return ops.reshape(out, shape) if len(shape) > 1 else out


@public("keras.metrics.top_k_categorical_accuracy")
def top_k_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike, k: int = 5) -> Tensor:
    """1 where the class of the one-hot target is among the ``k`` largest outputs.

    Args:
        y_true: One-hot targets.
        y_pred: Scores of the same shape.
        k: How many outputs count.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     float(x)
    ...     for x in keras.metrics.top_k_categorical_accuracy(
    ...         [[0.0, 1.0, 0.0]], [[0.5, 0.3, 0.2]], k=2
    ...     )
    ... ]
    [1.0]
    """
    return _in_top_k(ops.argmax(_tensor(y_true), axis=-1), _tensor(y_pred), k)


@public("keras.metrics.sparse_top_k_categorical_accuracy")
def sparse_top_k_categorical_accuracy(
    y_true: TensorLike, y_pred: TensorLike, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where the target is among the ``k`` largest outputs.

    Args:
        y_true: Class indices.
        y_pred: Scores, with an axis more; or with ``from_sorted_ids`` class indices, the best
            first.
        k: How many outputs count.
        from_sorted_ids: Whether ``y_pred`` holds class indices.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     float(x)
    ...     for x in keras.metrics.sparse_top_k_categorical_accuracy([1], [[0.5, 0.3, 0.2]], k=2)
    ... ]
    [1.0]
    """
    classes, scores = _classes(y_true, y_pred)
    if not from_sorted_ids:
        return _in_top_k(classes, scores, k)
    best = ops.cast(scores[..., :k], "int32")
    return _hits(ops.any(ops.equal(best, ops.expand_dims(classes, -1)), axis=-1))


@public("keras.metrics.Accuracy")
class Accuracy(MeanMetricWrapper):
    """The share of outputs that equal the targets.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Accuracy()([1, 2], [1, 3]))
    0.5
    """

    _direction = "up"

    def __init__(self, name: str | None = "accuracy", dtype: DTypePolicyLike = None) -> None:
        super().__init__(accuracy, name, dtype)


@public("keras.metrics.BinaryAccuracy")
class BinaryAccuracy(MeanMetricWrapper):
    """The share of outputs on the right side of a threshold.

    Args:
        name: A name.
        dtype: The dtype of the result.
        threshold: Outputs above it count as 1.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.BinaryAccuracy()([[1], [0]], [[0.9], [0.8]]))
    0.5
    """

    _direction = "up"

    def __init__(
        self,
        name: str | None = "binary_accuracy",
        dtype: DTypePolicyLike = None,
        threshold: float = 0.5,
    ) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise ValueError(
                "Invalid value for argument `threshold`. Expected a value in interval (0, 1). "
                f"Received: threshold={threshold}"
            )
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "threshold": self.threshold}


@public("keras.metrics.CategoricalAccuracy")
class CategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose largest output is that of the one-hot target.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.CategoricalAccuracy()([[0, 1], [1, 0]], [[0.1, 0.9], [0.2, 0.8]]))
    0.5
    """

    _direction = "up"

    def __init__(
        self, name: str | None = "categorical_accuracy", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(categorical_accuracy, name, dtype)


@public("keras.metrics.SparseCategoricalAccuracy")
class SparseCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose largest output is that of the target, a class index.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.SparseCategoricalAccuracy()([1, 0], [[0.1, 0.9], [0.2, 0.8]]))
    0.5
    """

    _direction = "up"

    def __init__(
        self, name: str | None = "sparse_categorical_accuracy", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


@public("keras.metrics.TopKCategoricalAccuracy")
class TopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose one-hot target is among the largest outputs.

    Args:
        k: How many outputs count.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.TopKCategoricalAccuracy(k=1)([[0, 1]], [[0.1, 0.9]]))
    1.0
    """

    _direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str | None = "top_k_categorical_accuracy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "k": self.k}


@public("keras.metrics.SparseTopKCategoricalAccuracy")
class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """The share of samples whose target, a class index, is among the largest outputs.

    Args:
        k: How many outputs count.
        name: A name.
        dtype: The dtype of the result.
        from_sorted_ids: Whether outputs are class indices, the best first.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.SparseTopKCategoricalAccuracy(k=1)([1], [[0.1, 0.9]]))
    1.0
    """

    _direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: DTypePolicyLike = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(
            sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids
        )
        self.k = k
        self.from_sorted_ids = from_sorted_ids

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        config = {**super().get_config(), "k": self.k}
        if self.from_sorted_ids:
            config["from_sorted_ids"] = True
        return config
