"""Intersection over union, for segmentation."""

import warnings
from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes, masks, native
from keras_core.losses.loss import combine_weights, convert
from keras_core.metrics.metric import Metric
from keras_core.metrics.reduction import accumulate
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike


class _Confusion(Metric):
    """A matrix of how often each class is taken for each."""

    _direction = "up"

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(name=name, dtype=dtype or "int32")
        self.num_classes = num_classes
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", name="total_confusion_matrix"
        )

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and outputs, and weights of the values."""
        mask = masks.get_mask(y_pred)
        self._update(convert(y_true, None), convert(y_pred, None), sample_weight, mask)

    def _update(self, y_true: Any, y_pred: Any, sample_weight: Any, mask: Any) -> None:
        if not self.sparse_y_true:
            y_true = ops.argmax(y_true, axis=self.axis)
        if not self.sparse_y_pred:
            y_pred = ops.argmax(y_pred, axis=self.axis)
        if sample_weight is not None:
            sample_weight = self._whole(sample_weight)
        given, y_pred = combine_weights(y_pred, sample_weight, mask, self._dtype)
        if given is not None:
            given = ops.reshape(ops.broadcast_to(given, native.shape_of(y_pred)), (-1,))
        y_true = ops.reshape(ops.cast(y_true, "int32"), (-1,))
        y_pred = ops.reshape(ops.cast(y_pred, "int32"), (-1,))
        n = self.num_classes

        def inside(x: Any) -> Any:
            return ops.logical_and(ops.greater_equal(x, 0), ops.less(x, n))

        valid = ops.logical_and(inside(y_true), inside(y_pred))
        if self.ignore_class is not None:
            valid = ops.logical_and(valid, ops.not_equal(y_true, int(self.ignore_class)))
        weight = ops.cast(valid, self._dtype)
        if given is not None:
            weight = ops.multiply(weight, given)
        rows = ops.where(valid, y_true, ops.zeros_like(y_true))
        columns = ops.where(valid, y_pred, ops.zeros_like(y_pred))
        places = ops.stack([rows, columns], axis=-1)
        zeros = ops.zeros((n, n), dtype=self._dtype)
        accumulate(self.total_cm, ops.scatter_update(zeros, places, weight, reduction="add"))

    def _whole(self, sample_weight: Any) -> Any:
        weight = convert(sample_weight, None)
        if dtypes.is_float(native.dtype_of(weight)) and not dtypes.is_float(self._dtype):
            warnings.warn(
                f"The weights are of dtype {native.dtype_of(weight)}, but {type(self).__name__} "
                f"counts in {self._dtype}: their fractions are cut off. Give the metric "
                "`dtype='float32'` to keep them.",
                stacklevel=4,
            )
        return weight

    def _parts(self) -> tuple[Any, Any]:
        """Intersection and union of each class."""
        matrix = ops.cast(self.total_cm.value, config.floatx())
        right = ops.sum(ops.multiply(matrix, ops.eye(self.num_classes)), axis=0)
        both = ops.add(ops.sum(matrix, axis=0), ops.sum(matrix, axis=1))
        return right, ops.subtract(both, right)

    def _mean(self, right: Any, union: Any) -> Any:
        present = ops.cast(ops.greater(union, 0.0), config.floatx())
        iou = ops.divide(right, ops.add(union, config.epsilon()))
        return ops.divide_no_nan(ops.sum(iou), ops.sum(present))

    def result(self) -> Tensor:
        """The mean over all classes that occur."""
        return self._mean(*self._parts())


@public("keras.metrics.IoU")
class IoU(_Confusion):
    """The intersection over union of some classes: their mean.

    Args:
        num_classes: How many classes there are.
        target_class_ids: Those that count.
        name: A name.
        dtype: The dtype of the counts, int32 by default.
        ignore_class: A class whose targets do not count, such as 255 for "no label".
        sparse_y_true: Whether targets are class indices rather than one-hot.
        sparse_y_pred: Whether outputs are class indices rather than scores.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.IoU(num_classes=2, target_class_ids=[0])
    >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 3)
    0.333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
        self.target_class_ids = list(target_class_ids)
        for i in self.target_class_ids:
            if not 0 <= i < num_classes:
                raise ValueError(
                    f"Target class id {i} is out of range, which is [0, {num_classes})."
                )

    def result(self) -> Tensor:
        """The mean over the classes that count and occur."""
        right, union = self._parts()
        chosen = ops.convert_to_tensor(self.target_class_ids, "int32")
        return self._mean(ops.take(right, chosen, axis=0), ops.take(union, chosen, axis=0))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


@public("keras.metrics.BinaryIoU")
class BinaryIoU(IoU):
    """The intersection over union of two classes that a threshold parts.

    Args:
        target_class_ids: The classes that count, of 0 and 1.
        threshold: Outputs not below it are of class 1.
        name: A name.
        dtype: The dtype of the counts, int32 by default.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.BinaryIoU(threshold=0.3)
    >>> round(float(metric([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 3)
    0.333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(2, target_class_ids, name=name, dtype=dtype)
        self.threshold = threshold

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and outputs, and weights of the values."""
        mask = masks.get_mask(y_pred)
        y_pred = ops.greater_equal(convert(y_pred, config.floatx()), self.threshold)
        self._update(convert(y_true, None), ops.cast(y_pred, "int32"), sample_weight, mask)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
            "name": self.name,
            "dtype": self._dtype,
        }


@public("keras.metrics.MeanIoU")
class MeanIoU(_Confusion):
    """The mean of the intersection over union of all classes.

    Args:
        num_classes: How many classes there are.
        name: A name.
        dtype: The dtype of the counts, int32 by default.
        ignore_class: A class whose targets do not count, such as 255 for "no label".
        sparse_y_true: Whether targets are class indices rather than one-hot.
        sparse_y_pred: Whether outputs are class indices rather than scores.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.MeanIoU(num_classes=2)
    >>> round(float(metric([0, 0, 1, 1], [0, 1, 0, 1])), 3)
    0.333
    """

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "num_classes": self.num_classes,
            "name": self.name,
            "dtype": self._dtype,
            "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


@public("keras.metrics.OneHotIoU")
class OneHotIoU(IoU):
    """The intersection over union of some classes, with one-hot targets.

    Args:
        num_classes: How many classes there are.
        target_class_ids: Those that count.
        name: A name.
        dtype: The dtype of the counts, int32 by default.
        ignore_class: A class whose targets do not count.
        sparse_y_pred: Whether outputs are class indices rather than scores.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.OneHotIoU(num_classes=2, target_class_ids=[0])
    >>> round(float(metric([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])), 3)
    1.0
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids,
            "name": self.name,
            "dtype": self._dtype,
            "ignore_class": self.ignore_class,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }


@public("keras.metrics.OneHotMeanIoU")
class OneHotMeanIoU(MeanIoU):
    """The mean of the intersection over union of all classes, with one-hot targets.

    Args:
        num_classes: How many classes there are.
        name: A name.
        dtype: The dtype of the counts, int32 by default.
        ignore_class: A class whose targets do not count.
        sparse_y_pred: Whether outputs are class indices rather than scores.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.OneHotMeanIoU(num_classes=2)
    >>> round(float(metric([[1, 0], [0, 1]], [[0.9, 0.1], [0.2, 0.8]])), 3)
    1.0
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "num_classes": self.num_classes,
            "name": self.name,
            "dtype": self._dtype,
            "ignore_class": self.ignore_class,
            "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }
