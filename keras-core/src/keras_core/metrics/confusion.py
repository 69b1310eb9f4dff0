"""Counts of right and wrong answers at thresholds: the state of many metrics."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import masks, native
from keras_core.losses.loss import combine_weights, convert, squeeze_or_expand_to_same_rank
from keras_core.metrics.metric import Metric
from keras_core.metrics.reduction import accumulate
from keras_core.typing import DTypePolicyLike, Shaped, Tensor, TensorLike

NEVER = -1e10
"""A threshold below all scores, and the score of what is not among the best."""


def parse_thresholds(thresholds: float | Sequence[float], default: float = 0.5) -> list[float]:
    """Thresholds as a list.

    Raises:
        ValueError: If one is not in [0, 1].
    """
    if thresholds is None:
        return [default]
    out = list(thresholds) if isinstance(thresholds, (list, tuple)) else [thresholds]
    wrong = [t for t in out if t is None or t < 0 or t > 1]
    if wrong:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {wrong}")
    return out


def are_even(thresholds: Sequence[float]) -> bool:
    """Whether thresholds divide [0, 1] evenly, but for the fuzz at the ends."""
    n = len(thresholds)
    return n > 2 and bool(np.allclose(thresholds, np.linspace(0.0, 1.0, n), atol=1e-6))


def _best(y_pred: Any, k: int) -> Any:
    """Scores with all but the ``k`` best along the last axis out of reach."""
    _, places = ops.top_k(y_pred, k)
    hot = ops.one_hot(places, native.static_shape(y_pred)[-1], dtype=native.dtype_of(y_pred))
    chosen = ops.greater(ops.sum(hot, axis=-2), 0.0)
    return ops.where(chosen, y_pred, ops.full_like(y_pred, NEVER))


def count(
    variables: Mapping[str, Variable],
    y_true: TensorLike,
    y_pred: TensorLike,
    thresholds: Sequence[float],
    dtype: str,
    *,
    top_k: int | None = None,
    class_id: int | None = None,
    sample_weight: Any = None,
    label_weights: Sequence[float] | Shaped | None = None,
    multi_label: bool = False,
) -> None:
    """Add a batch to counts.

    Args:
        variables: Variables by what they count: ``"tp"``, ``"fp"``, ``"tn"``, ``"fn"``.
        y_true: Targets, true where not 0.
        y_pred: Scores of the same shape.
        thresholds: Scores above one count as true.
        dtype: What is computed in.
        top_k: Only so many of the best scores of a sample can be true.
        class_id: The only class that counts.
        sample_weight: Weights that broadcast, or one for each sample.
        label_weights: Weights of the labels.
        multi_label: Whether labels are counted apart.
    """
    mask = masks.get_mask(y_pred)
    y_pred = convert(y_pred, dtype)
    y_true = convert(y_true, None)
    y_pred, y_true = squeeze_or_expand_to_same_rank(y_pred, y_true)
    _check_shapes(y_true, y_pred)
    if top_k is not None:
        y_pred = _best(y_pred, top_k)
    weight, y_pred = combine_weights(y_pred, sample_weight, mask, dtype)
    y_pred, y_true = squeeze_or_expand_to_same_rank(y_pred, y_true)
    if label_weights is not None:
        weight = label_weights if weight is None else ops.multiply(weight, label_weights)
    if class_id is not None:
        if native.ndim_of(y_pred) < 2:
            raise ValueError(
                "`class_id` is for outputs with an axis of classes, of shape (batch, classes). "
                f"Received: class_id={class_id}, y_pred.shape={native.static_shape(y_pred)}"
            )
        classes = native.static_shape(y_pred)[-1]
        if classes is not None and not -classes <= class_id < classes:
            raise ValueError(
                f"`class_id` must be one of the {classes} classes of the outputs. "
                f"Received: class_id={class_id}"
            )
        if weight is not None:
            weight = ops.broadcast_to(weight, native.shape_of(y_pred))[..., class_id]
        y_true, y_pred = y_true[..., class_id], y_pred[..., class_id]
    truth = ops.cast(ops.cast(y_true, "bool"), dtype)
    mass = ops.ones_like(truth)
    if weight is not None:
        mass = ops.broadcast_to(weight, native.shape_of(truth))
    right, wrong = ops.multiply(truth, mass), ops.multiply(ops.subtract(1.0, truth), mass)
    even = len(thresholds) > 2 and are_even(thresholds)
    gather = _by_bucket if even else _by_threshold
    tp, fp, positives, negatives = gather(right, wrong, y_pred, thresholds, dtype, multi_label)
    for key, value in (
        ("tp", lambda: tp),
        ("fp", lambda: fp),
        ("fn", lambda: ops.subtract(positives, tp)),
        ("tn", lambda: ops.subtract(negatives, fp)),
    ):
        if key in variables:
            accumulate(variables[key], value())


def _check_shapes(y_true: Any, y_pred: Any) -> None:
    a, b = native.static_shape(y_true), native.static_shape(y_pred)
    if len(a) != len(b) or any(
        m is not None and n is not None and m != n for m, n in zip(a, b, strict=True)
    ):
        raise ValueError(
            "Targets and outputs must have the same shape for this metric. Received: "
            f"y_true.shape={a}, y_pred.shape={b}. Use `keras.ops.one_hot` on class indices."
        )


def _rows(x: Any, multi_label: bool) -> Any:
    """``(samples, labels)`` for labels that are counted apart, ``(values,)`` otherwise."""
    if not multi_label:
        return ops.reshape(x, (-1,))
    return x if native.ndim_of(x) == 2 else ops.reshape(x, (-1, native.shape_of(x)[-1]))


def _by_threshold(
    right: Any,
    wrong: Any,
    y_pred: Any,
    thresholds: float | Sequence[float],
    dtype: str,
    multi_label: bool,
) -> tuple[Any, Any, Any, Any]:
    right, wrong, y_pred = (_rows(x, multi_label) for x in (right, wrong, y_pred))
    line = (len(thresholds), 1, 1) if multi_label else (len(thresholds), 1)
    bounds = ops.reshape(ops.convert_to_tensor(list(thresholds), dtype), line)
    above = ops.cast(ops.greater(ops.expand_dims(y_pred, 0), bounds), dtype)
    tp = ops.sum(ops.multiply(above, right), axis=1)
    fp = ops.sum(ops.multiply(above, wrong), axis=1)
    return tp, fp, ops.sum(right, axis=0), ops.sum(wrong, axis=0)


def _by_bucket(
    right: Any,
    wrong: Any,
    y_pred: Any,
    thresholds: float | Sequence[float],
    dtype: str,
    multi_label: bool,
) -> tuple[Any, Any, Any, Any]:
    """Each score is put between two thresholds once, rather than compared with all."""
    right, wrong, y_pred = (_rows(x, multi_label) for x in (right, wrong, y_pred))
    n = len(thresholds)
    score = ops.clip(y_pred, 0.0, 1.0)
    bucket = ops.subtract(ops.ceil(ops.multiply(score, float(n - 1))), 1.0)
    bucket = ops.cast(ops.maximum(bucket, 0.0), "int32")
    if multi_label:
        labels = native.static_shape(y_pred)[-1]
        columns = ops.broadcast_to(ops.arange(0, labels, dtype="int32"), native.shape_of(bucket))
        places = ops.stack([ops.reshape(bucket, (-1,)), ops.reshape(columns, (-1,))], axis=-1)
        zeros = ops.zeros((n, labels), dtype=dtype)
        right_flat, wrong_flat = ops.reshape(right, (-1,)), ops.reshape(wrong, (-1,))
    else:
        places = ops.expand_dims(bucket, -1)
        zeros = ops.zeros((n,), dtype=dtype)
        right_flat, wrong_flat = right, wrong

    def above(values: Any) -> Any:
        held = ops.scatter_update(zeros, places, values, reduction="add")
        return ops.flip(ops.cumsum(ops.flip(held, 0), axis=0), 0)

    tp, fp = above(right_flat), above(wrong_flat)
    # every score lies above the first threshold; the sum in the same order leaves no rest
    return tp, fp, tp[0], fp[0]


# -- Single counts -------------------------------------------------------------------


class _Count(Metric):
    """One of the four counts."""

    _counts = "tp"

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = parse_thresholds(thresholds)
        self.accumulator = self.add_variable((len(self.thresholds),), "zeros", name="accumulator")

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and scores, and weights of the samples."""
        count(
            {self._counts: self.accumulator},
            y_true,
            y_pred,
            self.thresholds,
            self._dtype,
            sample_weight=sample_weight,
        )

    def result(self) -> Tensor:
        """The count, one for each threshold."""
        value = self.accumulator.value
        return value[0] if len(self.thresholds) == 1 else value

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


@public("keras.metrics.TruePositives")
class TruePositives(_Count):
    """How many true targets have a score above the threshold.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.TruePositives()([0, 1, 1], [0.9, 0.9, 0.1]))
    1.0
    """

    _counts = "tp"


@public("keras.metrics.FalsePositives")
class FalsePositives(_Count):
    """How many false targets have a score above the threshold.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.FalsePositives()([0, 1, 1], [0.9, 0.9, 0.1]))
    1.0
    """

    _counts = "fp"


@public("keras.metrics.TrueNegatives")
class TrueNegatives(_Count):
    """How many false targets have a score not above the threshold.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.TrueNegatives()([0, 1, 1], [0.9, 0.9, 0.1]))
    0.0
    """

    _counts = "tn"


@public("keras.metrics.FalseNegatives")
class FalseNegatives(_Count):
    """How many true targets have a score not above the threshold.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.FalseNegatives()([0, 1, 1], [0.9, 0.9, 0.1]))
    1.0
    """

    _counts = "fn"


class _Ratio(Metric):
    """True positives by them and one of the wrong counts."""

    _direction = "up"

    _wrong = ("fp", "false_positives")

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self.thresholds = parse_thresholds(thresholds, 0.5 if top_k is None else NEVER)
        shape = (len(self.thresholds),)
        self.true_positives = self.add_variable(shape, "zeros", name="true_positives")
        setattr(self, self._wrong[1], self.add_variable(shape, "zeros", name=self._wrong[1]))

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and scores, and weights of the samples."""
        count(
            {"tp": self.true_positives, self._wrong[0]: getattr(self, self._wrong[1])},
            y_true,
            y_pred,
            self.thresholds,
            self._dtype,
            top_k=self.top_k,
            class_id=self.class_id,
            sample_weight=sample_weight,
        )

    def result(self) -> Tensor:
        """The ratio, one for each threshold."""
        right = self.true_positives.value
        value = ops.divide_no_nan(right, ops.add(right, getattr(self, self._wrong[1]).value))
        return value[0] if len(self.thresholds) == 1 else value

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "thresholds": self.init_thresholds,
            "top_k": self.top_k,
            "class_id": self.class_id,
        }


@public("keras.metrics.Precision")
class Precision(_Ratio):
    """The share of the positive answers that are right.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        top_k: Only so many of the best scores of a sample count as positive.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Precision()([0, 1, 1], [0.9, 0.9, 0.1]))
    0.5
    """

    _wrong = ("fp", "false_positives")


@public("keras.metrics.Recall")
class Recall(_Ratio):
    """The share of the true targets that are found.

    Args:
        thresholds: One threshold or several, 0.5 by default.
        top_k: Only so many of the best scores of a sample count as positive.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Recall()([0, 1, 1], [0.9, 0.9, 0.1]))
    0.5
    """

    _wrong = ("fn", "false_negatives")


# -- One rate at another -------------------------------------------------------------


class _Rates(Metric):
    """The best of one rate over the thresholds where another is high enough."""

    _direction = "up"

    _argument = "specificity"

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if value < 0 or value > 1:
            raise ValueError(
                f"Argument `{self._argument}` must be in the range [0, 1]. "
                f"Received: {self._argument}={value}"
            )
        if num_thresholds <= 0:
            raise ValueError(
                "Argument `num_thresholds` must be an integer > 0. "
                f"Received: num_thresholds={num_thresholds}"
            )
        self.value = value
        setattr(self, self._argument, value)
        self.class_id = class_id
        self.num_thresholds = num_thresholds
        if num_thresholds == 1:
            self.thresholds = [0.5]
        else:
            self.thresholds = [i / (num_thresholds - 1) for i in range(num_thresholds)]
        shape = (len(self.thresholds),)
        self.true_positives = self.add_variable(shape, "zeros", name="true_positives")
        self.false_positives = self.add_variable(shape, "zeros", name="false_positives")
        self.true_negatives = self.add_variable(shape, "zeros", name="true_negatives")
        self.false_negatives = self.add_variable(shape, "zeros", name="false_negatives")

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and scores, and weights of the samples."""
        count(
            {
                "tp": self.true_positives,
                "fp": self.false_positives,
                "tn": self.true_negatives,
                "fn": self.false_negatives,
            },
            y_true,
            y_pred,
            self.thresholds,
            self._dtype,
            class_id=self.class_id,
            sample_weight=sample_weight,
        )

    def _share(self, a: Variable, b: Variable) -> Any:
        return ops.divide_no_nan(a.value, ops.add(a.value, b.value))

    def _sensitivity(self) -> Any:
        return self._share(self.true_positives, self.false_negatives)

    def _specificity(self) -> Any:
        return self._share(self.true_negatives, self.false_positives)

    def _precision(self) -> Any:
        return self._share(self.true_positives, self.false_positives)

    def _best(self, wanted: Any, constrained: Any) -> Any:
        enough = ops.greater_equal(constrained, self.value)
        return ops.max(ops.where(enough, wanted, ops.zeros_like(wanted)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "class_id": self.class_id,
            "num_thresholds": self.num_thresholds,
            self._argument: self.value,
        }


@public("keras.metrics.SensitivityAtSpecificity")
class SensitivityAtSpecificity(_Rates):
    """The best sensitivity where the specificity is high enough.

    Args:
        specificity: The least specificity.
        num_thresholds: How many thresholds are tried.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.SensitivityAtSpecificity(0.5)
    >>> float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    _argument = "specificity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """The sensitivity."""
        return self._best(self._sensitivity(), self._specificity())


@public("keras.metrics.SpecificityAtSensitivity")
class SpecificityAtSensitivity(_Rates):
    """The best specificity where the sensitivity is high enough.

    Args:
        sensitivity: The least sensitivity.
        num_thresholds: How many thresholds are tried.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.SpecificityAtSensitivity(0.5)
    >>> round(float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 3)
    0.667
    """

    _argument = "sensitivity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """The specificity."""
        return self._best(self._specificity(), self._sensitivity())


@public("keras.metrics.PrecisionAtRecall")
class PrecisionAtRecall(_Rates):
    """The best precision where the recall is high enough.

    Args:
        recall: The least recall.
        num_thresholds: How many thresholds are tried.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.PrecisionAtRecall(0.5)
    >>> float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    _argument = "recall"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """The precision."""
        return self._best(self._precision(), self._sensitivity())


@public("keras.metrics.RecallAtPrecision")
class RecallAtPrecision(_Rates):
    """The best recall where the precision is high enough.

    Args:
        precision: The least precision.
        num_thresholds: How many thresholds are tried.
        class_id: The only class that counts.
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.RecallAtPrecision(0.8)
    >>> float(metric([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.5
    """

    _argument = "precision"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """The recall."""
        return self._best(self._sensitivity(), self._precision())
