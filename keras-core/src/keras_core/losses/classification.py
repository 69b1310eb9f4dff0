"""Losses of classification by probabilities."""

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes, masks, native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.losses.alignment import aligned, as_float, converted
from keras_core.losses.loss import LossFunctionWrapper, mean_of_elements
from keras_core.typing import Axes, DTypePolicyLike, Shaped, Tensor, TensorLike


def _check_axis(axis: Axes) -> None:
    if isinstance(axis, bool) or not isinstance(axis, int):
        raise ValueError(
            f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}"
        )


def _smooth(y_true: TensorLike, y_pred: TensorLike, smoothing: float, axis: int) -> Any:
    """Targets, a share of which is spread over the classes."""
    if not smoothing:
        return y_true
    classes = native.static_shape(y_pred)[axis]
    return ops.add(ops.multiply(y_true, 1.0 - smoothing), smoothing / classes)


def _smooth_binary(y_true: TensorLike, smoothing: float) -> Any:
    if not smoothing:
        return y_true
    return ops.add(ops.multiply(y_true, 1.0 - smoothing), 0.5 * smoothing)


def _warn_single_class(name: str, y_pred: TensorLike, axis: int) -> None:
    shape = native.static_shape(y_pred)
    if shape and shape[axis] == 1:
        warnings.warn(
            f"In loss {name}, expected y_pred.shape to be (batch_size, num_classes) with "
            f"num_classes > 1. Received: y_pred.shape={shape}. Consider using "
            "'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=3,
        )


def _clip(x: Any) -> Any:
    return ops.clip(x, config.epsilon(), 1.0 - config.epsilon())


@public(
    "keras.losses.binary_crossentropy",
    "keras.metrics.binary_crossentropy",
    also_known_as=(
        "BCE",
        "bce",
    ),
)
@mean_of_elements
def binary_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """The cross-entropy of yes or no, its mean over an axis.

    Args:
        y_true: Targets, 0 or 1.
        y_pred: Probabilities or logits of the same shape.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: Targets are moved by half of it towards 0.5.
        axis: The axis that the mean is taken over.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.binary_crossentropy([1.0, 0.0], [0.5, 0.5]))
    0.6931...
    """
    y_true, y_pred = aligned(y_true, y_pred)
    y_true = _smooth_binary(y_true, label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


@public("keras.losses.binary_focal_crossentropy", "keras.metrics.binary_focal_crossentropy")
@mean_of_elements
def binary_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """A binary cross-entropy in which easy samples count less (Lin et al., 2018).

    Args:
        y_true: Targets, 0 or 1.
        y_pred: Probabilities or logits of the same shape.
        apply_class_balancing: Whether class 1 is weighted with ``alpha``, class 0 with the rest.
        alpha: The weight of class 1.
        gamma: How much less easy samples count.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: Targets are moved by half of it towards 0.5.
        axis: The axis that the mean is taken over.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.binary_focal_crossentropy([1.0, 0.0], [0.9, 0.1])) < 0.01
    True
    """
    y_true, y_pred = aligned(y_true, y_pred)
    y_true = _smooth_binary(y_true, label_smoothing)
    bce = ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits)
    probability = ops.sigmoid(y_pred) if from_logits else y_pred
    right = ops.add(
        ops.multiply(y_true, probability),
        ops.multiply(ops.subtract(1.0, y_true), ops.subtract(1.0, probability)),
    )
    value = ops.multiply(ops.power(ops.subtract(1.0, right), gamma), bce)
    if apply_class_balancing:
        weight = ops.add(
            ops.multiply(y_true, alpha), ops.multiply(ops.subtract(1.0, y_true), 1.0 - alpha)
        )
        value = ops.multiply(weight, value)
    return ops.mean(value, axis=axis)


@public("keras.losses.categorical_crossentropy", "keras.metrics.categorical_crossentropy")
def categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """The cross-entropy of one-hot targets.

    Args:
        y_true: One-hot targets.
        y_pred: Probabilities or logits of the same shape.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: The share of the targets that is spread over all classes.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.losses.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    ... ]
    [0.693]
    """
    _check_axis(axis)
    y_true, y_pred = converted(y_true, y_pred)
    _warn_single_class("categorical_crossentropy", y_pred, axis)
    y_true = _smooth(y_true, y_pred, label_smoothing, axis)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def _focal(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float | Sequence[float] | Shaped | None,
    gamma: float,
    logits: bool,
    axis: int,
) -> Any:
    if logits:
        y_pred = ops.softmax(y_pred, axis=axis)
    y_pred = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    y_pred = _clip(y_pred)
    ce = ops.negative(ops.multiply(y_true, ops.log(y_pred)))
    if isinstance(alpha, (list, tuple)):
        alpha = ops.convert_to_tensor(list(alpha), dtype=native.dtype_of(y_pred))
    factor = ops.multiply(ops.power(ops.subtract(1.0, y_pred), gamma), alpha)
    return ops.sum(ops.multiply(factor, ce), axis=axis)


@public(
    "keras.losses.categorical_focal_crossentropy", "keras.metrics.categorical_focal_crossentropy"
)
def categorical_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float | Sequence[float] | Shaped | None = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """A cross-entropy in which easy samples count less (Lin et al., 2018).

    Args:
        y_true: One-hot targets.
        y_pred: Probabilities or logits of the same shape.
        alpha: The weight of all classes, or a list with that of each.
        gamma: How much less easy samples count.
        from_logits: Whether ``y_pred`` holds logits.
        label_smoothing: The share of the targets that is spread over all classes.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.losses.categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    ... ]
    [0.043]
    """
    _check_axis(axis)
    y_true, y_pred = converted(y_true, y_pred)
    _warn_single_class("categorical_focal_crossentropy", y_pred, axis)
    y_true = _smooth(y_true, y_pred, label_smoothing, axis)
    return _focal(y_true, y_pred, alpha, gamma, from_logits, axis)


def _classes(y_true: TensorLike, y_pred: TensorLike, axis: int) -> Any:
    """Class indices as integers, without a last axis of size 1."""
    if not isinstance(y_true, KerasTensor):
        y_true = native.convert(y_true)
    if native.dtype_of(y_true) not in dtypes.INTS:
        y_true = ops.cast(y_true, "int32")
    if native.ndim_of(y_true) == native.ndim_of(y_pred) and native.static_shape(y_true)[axis] == 1:
        y_true = ops.squeeze(y_true, axis)
    return y_true


def _without_class(y_true: TensorLike, ignore_class: int | None, fn: Any, axis: int) -> Any:
    """Values of ``fn(classes)``, 0 and masked out where the class is the ignored one."""
    if ignore_class is None:
        return fn(y_true)
    valid = ops.not_equal(y_true, ops.cast(ignore_class, native.dtype_of(y_true)))
    value = fn(ops.where(valid, y_true, ops.zeros_like(y_true)))
    value = ops.where(valid, value, ops.zeros_like(value))
    masks.set_mask(value, valid)
    return value


@public(
    "keras.losses.sparse_categorical_crossentropy", "keras.metrics.sparse_categorical_crossentropy"
)
def sparse_categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
    label_smoothing: float = 0.0,
) -> Tensor:
    """The cross-entropy of targets that are class indices.

    Args:
        y_true: Class indices.
        y_pred: Probabilities or logits, with an axis more.
        from_logits: Whether ``y_pred`` holds logits.
        ignore_class: A class whose samples do not count, such as -1.
        axis: The axis of the classes.
        label_smoothing: The share of the targets that is spread over all classes.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.losses.sparse_categorical_crossentropy([1], [[0.5, 0.5]])
    ... ]
    [0.693]
    """
    y_pred = as_float(y_pred)
    y_true = _classes(y_true, y_pred, axis)

    def value(classes: Any) -> Any:
        if not label_smoothing:
            return ops.sparse_categorical_crossentropy(
                classes, y_pred, from_logits=from_logits, axis=axis
            )
        n = native.static_shape(y_pred)[axis]
        hot = ops.one_hot(classes, n, axis=axis, dtype=native.dtype_of(y_pred))
        hot = _smooth(hot, y_pred, label_smoothing, axis)
        return ops.categorical_crossentropy(hot, y_pred, from_logits=from_logits, axis=axis)

    return _without_class(y_true, ignore_class, value, axis)


@public("keras.losses.sparse_categorical_focal_crossentropy")
def sparse_categorical_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float | Sequence[float] | Shaped | None = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """`categorical_focal_crossentropy` of targets that are class indices.

    Args:
        y_true: Class indices.
        y_pred: Probabilities or logits, with an axis more.
        alpha: The weight of all classes, or a list with that of each.
        gamma: How much less easy samples count.
        from_logits: Whether ``y_pred`` holds logits.
        ignore_class: A class whose samples do not count, such as -1.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.losses.sparse_categorical_focal_crossentropy([1], [[0.5, 0.5]])
    ... ]
    [0.043]
    """
    y_pred = as_float(y_pred)
    y_true = _classes(y_true, y_pred, axis)
    n = native.static_shape(y_pred)[axis]

    def value(classes: Any) -> Any:
        hot = ops.one_hot(classes, n, axis=axis, dtype=native.dtype_of(y_pred))
        return _focal(hot, y_pred, alpha, gamma, from_logits, axis)

    return _without_class(y_true, ignore_class, value, axis)


@public("keras.losses.categorical_generalized_cross_entropy")
def categorical_generalized_cross_entropy(
    y_true: TensorLike, y_pred: TensorLike, q: float
) -> Tensor:
    """``(1 - p ** q) / q`` of the probability of the target: robust to wrong labels.

    Args:
        y_true: Class indices, or one-hot targets.
        y_pred: Probabilities.
        q: Between 0 (the cross-entropy) and 1 (the absolute error).

    Example:

    >>> import keras_core as keras
    >>> [
    ...     round(float(x), 3)
    ...     for x in keras.losses.categorical_generalized_cross_entropy([1], [[0.5, 0.5]], q=0.5)
    ... ]
    [0.586]
    """
    y_pred = as_float(y_pred)
    classes = native.static_shape(y_pred)[-1]
    y_true = y_true if isinstance(y_true, KerasTensor) else native.convert(y_true)
    same = native.ndim_of(y_true) == native.ndim_of(y_pred)
    if same and native.static_shape(y_true)[-1] == classes and classes != 1:
        hot = ops.cast(y_true, native.dtype_of(y_pred))
    else:
        hot = ops.one_hot(_classes(y_true, y_pred, -1), classes, dtype=native.dtype_of(y_pred))
    right = ops.sum(ops.multiply(hot, y_pred), axis=-1)
    return ops.divide(ops.subtract(1.0, ops.power(right, q)), q)


@public(
    "keras.losses.kl_divergence",
    "keras.metrics.kl_divergence",
    also_known_as=(
        "KLD",
        "kld",
    ),
)
def kl_divergence(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``sum(y_true * log(y_true / y_pred))`` over the last axis.

    Args:
        y_true: Probabilities.
        y_pred: Probabilities.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.kl_divergence([0.5, 0.5], [0.25, 0.75])), 3)
    0.144
    """
    y_true, y_pred = aligned(y_true, y_pred)
    y_true = ops.clip(y_true, config.epsilon(), 1.0)
    y_pred = ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


@public("keras.losses.poisson", "keras.metrics.poisson")
@mean_of_elements
def poisson(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """``mean(y_pred - y_true * log(y_pred))`` over the last axis.

    Args:
        y_true: Counts.
        y_pred: Rates.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.poisson([1.0, 0.0], [1.0, 1.0])), 3)
    1.0
    """
    y_true, y_pred = aligned(y_true, y_pred)
    log = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log)), axis=-1)


@public("keras.losses.BinaryCrossentropy")
class BinaryCrossentropy(LossFunctionWrapper):
    """The cross-entropy of yes or no.

    Args:
        from_logits: Whether outputs are logits.
        label_smoothing: Targets are moved by half of it towards 0.5.
        axis: The axis that the mean is taken over.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.BinaryCrossentropy()([[1.0]], [[0.5]])), 3)
    0.693
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses.BinaryFocalCrossentropy")
class BinaryFocalCrossentropy(LossFunctionWrapper):
    """A binary cross-entropy in which easy samples count less.

    Args:
        apply_class_balancing: Whether class 1 is weighted with ``alpha``, class 0 with the rest.
        alpha: The weight of class 1.
        gamma: How much less easy samples count.
        from_logits: Whether outputs are logits.
        label_smoothing: Targets are moved by half of it towards 0.5.
        axis: The axis that the mean is taken over.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.BinaryFocalCrossentropy()([[1.0]], [[0.5]])), 3)
    0.173
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
        )


@public("keras.losses.CategoricalCrossentropy")
class CategoricalCrossentropy(LossFunctionWrapper):
    """The cross-entropy of one-hot targets.

    Args:
        from_logits: Whether outputs are logits.
        label_smoothing: The share of the targets that is spread over all classes.
        axis: The axis of the classes.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 3)
    0.693
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses.CategoricalFocalCrossentropy")
class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """A cross-entropy of one-hot targets in which easy samples count less.

    Args:
        alpha: The weight of all classes, or a list with that of each.
        gamma: How much less easy samples count.
        from_logits: Whether outputs are logits.
        label_smoothing: The share of the targets that is spread over all classes.
        axis: The axis of the classes.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> loss = keras.losses.CategoricalFocalCrossentropy()
    >>> round(float(loss([[0.0, 1.0]], [[0.5, 0.5]])), 3)
    0.043
    """

    def __init__(
        self,
        alpha: float | Sequence[float] | Shaped | None = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            alpha=alpha,
            gamma=gamma,
        )


class _SparseLoss(LossFunctionWrapper):
    """A loss whose targets are class indices, which stay integers."""

    _keeps_targets = True

    def call(self, y_true: TensorLike, y_pred: TensorLike) -> Tensor:
        """The values of the function."""
        return self.fn(y_true, y_pred, **self._fn_kwargs)


@public("keras.losses.SparseCategoricalCrossentropy")
class SparseCategoricalCrossentropy(_SparseLoss):
    """The cross-entropy of targets that are class indices.

    Args:
        from_logits: Whether outputs are logits.
        ignore_class: A class whose samples do not count, such as -1.
        reduction: See `Loss`.
        axis: The axis of the classes.
        label_smoothing: The share of the targets that is spread over all classes.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 3)
    0.693
    """

    _defaults: ClassVar[dict[str, Any]] = {"axis": -1, "label_smoothing": 0.0}

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        label_smoothing: float = 0.0,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
            label_smoothing=label_smoothing,
        )


@public("keras.losses.SparseCategoricalFocalCrossentropy")
class SparseCategoricalFocalCrossentropy(_SparseLoss):
    """A cross-entropy of class indices in which easy samples count less.

    Args:
        alpha: The weight of all classes, or a list with that of each.
        gamma: How much less easy samples count.
        from_logits: Whether outputs are logits.
        ignore_class: A class whose samples do not count, such as -1.
        axis: The axis of the classes.
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> loss = keras.losses.SparseCategoricalFocalCrossentropy()
    >>> round(float(loss([1], [[0.5, 0.5]])), 3)
    0.043
    """

    def __init__(
        self,
        alpha: float | Sequence[float] | Shaped | None = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "sparse_categorical_focal_crossentropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(
            sparse_categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


@public("keras.losses.CategoricalGeneralizedCrossEntropy")
class CategoricalGeneralizedCrossEntropy(_SparseLoss):
    """Between the cross-entropy and the absolute error: robust to wrong labels.

    Args:
        q: Between 0 (the cross-entropy) and 1 (the absolute error).
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> loss = keras.losses.CategoricalGeneralizedCrossEntropy(q=0.5)
    >>> float(loss([1], [[0.75, 0.25]]))
    1.0
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: DTypePolicyLike = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"q must be in the interval (0, 1). Received: q={q}")
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)


@public("keras.losses.KLDivergence")
class KLDivergence(LossFunctionWrapper):
    """The Kullback-Leibler divergence of two distributions.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> float(keras.losses.KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


@public("keras.losses.Poisson")
class Poisson(LossFunctionWrapper):
    """Minus the log-likelihood of counts, up to a constant.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.losses.Poisson()([[1.0]], [[1.0]])), 3)
    1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)
