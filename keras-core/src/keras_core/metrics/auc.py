"""The area under a curve."""

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.losses.loss import convert
from keras_core.metrics.confusion import count, parse_thresholds
from keras_core.metrics.metric import Metric
from keras_core.typing import DTypePolicyLike, Shape, Shaped, Tensor, TensorLike

_CURVES = ("PR", "ROC", "PRGAIN")
_METHODS = ("interpolation", "majoring", "minoring")


@public("keras.metrics.AUC")
class AUC(Metric):
    """The area under the ROC or the precision-recall curve, by counts at thresholds.

    Args:
        num_thresholds: How many thresholds the curve has, at least 2.
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
        summation_method: How the curve goes between thresholds: ``"interpolation"``,
            ``"minoring"`` or ``"majoring"``.
        name: A name.
        dtype: The dtype of the result.
        thresholds: The inner thresholds, instead of ``num_thresholds``.
        multi_label: Whether each label has a curve of its own, whose areas are averaged.
        num_labels: The number of labels.
        label_weights: The weights of the labels in the average.
        from_logits: Whether outputs are logits.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.AUC(num_thresholds=3)
    >>> float(metric([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
    0.75
    """

    _direction = "up"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | Shaped | None = None,
        from_logits: bool = False,
    ) -> None:
        curve = curve.upper() if isinstance(curve, str) else curve
        if curve not in _CURVES:
            raise ValueError(
                f'Invalid AUC curve value: "{curve}". Expected values are ["PR", "ROC", "PRGAIN"]'
            )
        if summation_method not in _METHODS:
            raise ValueError(
                f'Invalid AUC summation method value: "{summation_method}". Expected values are '
                '["interpolation", "majoring", "minoring"]'
            )
        if num_labels is not None and not multi_label:
            raise ValueError("`num_labels` is needed only when `multi_label` is True.")
        super().__init__(name=name, dtype=dtype)
        self._init_from_thresholds = thresholds is not None
        if thresholds is not None:
            inner = sorted(parse_thresholds(list(thresholds)))
        else:
            if num_thresholds <= 1:
                raise ValueError(
                    "Argument `num_thresholds` must be an integer > 1. "
                    f"Received: num_thresholds={num_thresholds}"
                )
            inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        self.num_thresholds = len(inner) + 2
        eps = config.epsilon()
        self._thresholds = [0.0 - eps, *inner, 1.0 + eps]
        self.curve = curve
        self.summation_method = summation_method
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self._from_logits = from_logits
        self._built = False
        if not multi_label:
            self._make(None)
        elif num_labels:
            self._make(num_labels)

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, with the two outer ones."""
        return list(self._thresholds)

    def _make(self, labels: int | None) -> None:
        n = self.num_thresholds
        shape = (n,) if labels is None else (n, labels)
        self.true_positives = self.add_variable(shape, "zeros", name="true_positives")
        self.false_positives = self.add_variable(shape, "zeros", name="false_positives")
        self.true_negatives = self.add_variable(shape, "zeros", name="true_negatives")
        self.false_negatives = self.add_variable(shape, "zeros", name="false_negatives")
        self._built = True

    def build(self, y_true_shape: Shape | None, y_pred_shape: Shape) -> None:
        """Make the variables for the number of labels."""
        if self._built:
            return
        if len(y_pred_shape) != 2:
            raise ValueError(
                "`y_pred` must have rank 2 when `multi_label=True`. Found rank "
                f"{len(y_pred_shape)}. Full shape received for `y_pred`: {y_pred_shape}"
            )
        self._make(y_pred_shape[1])

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and scores, and weights of the samples."""
        y_pred = convert(y_pred, self._dtype)
        if not self._built:
            self.build(None, native.static_shape(y_pred))
        if self._from_logits:
            y_pred = ops.sigmoid(y_pred)
        # the weights of labels belong into the counts only where these are not kept apart
        weights = None if self.multi_label else self.label_weights
        count(
            {
                "tp": self.true_positives,
                "fp": self.false_positives,
                "tn": self.true_negatives,
                "fn": self.false_negatives,
            },
            y_true,
            y_pred,
            self._thresholds,
            self._dtype,
            sample_weight=sample_weight,
            multi_label=self.multi_label,
            label_weights=None if weights is None else convert(weights, self._dtype),
        )

    def interpolate_pr_auc(self) -> Tensor:
        """The area under the precision-recall curve, interpolated as Davis and Goadrich do.

        Between two thresholds the precision is that of true positives which grow linearly with
        all positives, rather than linear itself.
        """
        tp, fp, fn = (
            v.value for v in (self.true_positives, self.false_positives, self.false_negatives)
        )
        p = ops.add(tp, fp)
        d_tp = ops.subtract(tp[:-1], tp[1:])
        d_p = ops.subtract(p[:-1], p[1:])
        slope = ops.divide_no_nan(d_tp, ops.maximum(d_p, 0.0))
        intercept = ops.subtract(tp[1:], ops.multiply(slope, p[1:]))
        both = ops.logical_and(ops.greater(p[:-1], 0.0), ops.greater(p[1:], 0.0))
        ratio = ops.where(
            both, ops.divide_no_nan(p[:-1], ops.maximum(p[1:], 0.0)), ops.ones_like(p[1:])
        )
        area = ops.multiply(slope, ops.add(d_tp, ops.multiply(intercept, ops.log(ratio))))
        part = ops.divide_no_nan(area, ops.maximum(ops.add(tp[1:], fn[1:]), 0.0))
        if not self.multi_label:
            return ops.sum(part)
        return self._over_labels(ops.sum(part, axis=0))

    def _over_labels(self, areas: Any) -> Any:
        if self.label_weights is None:
            return ops.mean(areas)
        weights = convert(self.label_weights, self._dtype)
        return ops.divide_no_nan(ops.sum(ops.multiply(areas, weights)), ops.sum(weights))

    def _curve(self) -> tuple[Any, Any]:
        tp, fp, tn, fn = (
            v.value
            for v in (
                self.true_positives,
                self.false_positives,
                self.true_negatives,
                self.false_negatives,
            )
        )
        if self.curve == "PRGAIN":
            scale = ops.divide_no_nan(ops.add(tp, fn), ops.add(fp, tn))
            # gains below that of always saying yes count as 0
            recall = ops.subtract(1.0, ops.multiply(scale, ops.divide_no_nan(fn, tp)))
            precision = ops.subtract(1.0, ops.multiply(scale, ops.divide_no_nan(fp, tp)))
            found = ops.greater(tp, 0.0)
            recall = ops.where(found, recall, ops.zeros_like(recall))
            none_right = ops.logical_and(ops.logical_not(found), ops.greater(fp, 0.0))
            precision = ops.where(none_right, ops.zeros_like(precision), precision)
            return ops.clip(recall, 0.0, 1.0), ops.clip(precision, 0.0, 1.0)
        recall = ops.divide_no_nan(tp, ops.add(tp, fn))
        if self.curve == "ROC":
            return ops.divide_no_nan(fp, ops.add(fp, tn)), recall
        return recall, ops.divide_no_nan(tp, ops.add(tp, fp))

    def result(self) -> Tensor:
        """The area."""
        if not self._built:
            return ops.zeros((), dtype=self._dtype)
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self.interpolate_pr_auc()
        x, y = self._curve()
        if self.summation_method == "interpolation":
            heights = ops.multiply(ops.add(y[:-1], y[1:]), 0.5)
        elif self.summation_method == "minoring":
            heights = ops.minimum(y[:-1], y[1:])
        else:
            heights = ops.maximum(y[:-1], y[1:])
        areas = ops.multiply(ops.subtract(x[:-1], x[1:]), heights)
        if not self.multi_label:
            return ops.sum(areas)
        return self._over_labels(ops.sum(areas, axis=0))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        weights = self.label_weights
        if weights is not None:
            weights = native.to_numpy(weights).tolist()
        out = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": weights,
            "from_logits": self._from_logits,
        }
        if self._init_from_thresholds:
            out["thresholds"] = self._thresholds[1:-1]
        return out
