"""Sums and means of values."""

import functools
from collections.abc import Callable
from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import masks, native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.losses.loss import both, combine_weights, convert, values_for, whole
from keras_core.metrics.metric import Metric
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike

_NUMBERS = (int, float)


def accumulate(variable: Variable, value: Any) -> None:
    """``variable.assign_add(value)`` for a value that is known to fit."""
    variable.store(ops.add(variable.stored_value(), value))


def reduce_to_samplewise_values(
    values: TensorLike, sample_weight: Any, mask: Any, reduce: Callable[..., Any], dtype: str
) -> tuple[Any, Any]:
    """A value for each sample, weighted, and the weights.

    Args:
        values: A tensor whose first axis is that of the samples.
        sample_weight: Weights that broadcast to it, or one for each sample; or None.
        mask: True where values count; or None.
        reduce: `ops.mean` or `ops.sum`, over the axes of a sample.
        dtype: What is computed in.
    """
    weight, values = combine_weights(convert(values, dtype), sample_weight, mask, dtype)
    if weight is not None and not native.ndim_of(weight):
        # a number is the weight of all of them together
        n = native.ndim_of(values)
        return ops.multiply(reduce(values) if n else values, weight), weight
    if weight is not None:
        values = ops.multiply(values, weight)
        weight = _samplewise(weight, reduce)
    values = _samplewise(values, reduce)
    if weight is not None and native.static_shape(weight) != native.static_shape(values):
        weight = ops.broadcast_to(weight, native.shape_of(values))
    return values, weight


def _samplewise(x: Any, reduce: Callable[..., Any]) -> Any:
    n = native.ndim_of(x)
    return reduce(x, axis=tuple(range(1, n))) if n > 1 else x


@public("keras.metrics.Sum")
class Sum(Metric):
    """The sum of values, weighted.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Sum()([1.0, 3.0]))
    4.0
    """

    def __init__(self, name: str | None = "sum", dtype: DTypePolicyLike = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")

    def update_state(self, values: TensorLike, sample_weight: TensorLike | None = None) -> None:
        """Take in values, and their weights."""
        mask = masks.get_mask(values)
        values, _ = reduce_to_samplewise_values(values, sample_weight, mask, ops.sum, self._dtype)
        accumulate(self.total, ops.sum(values))

    def result(self) -> Tensor:
        """The sum."""
        return ops.cast(self.total.value, self._dtype)


@public("keras.metrics.Mean")
class Mean(Metric):
    """The mean of values, weighted.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Mean()([1.0, 3.0], sample_weight=[3.0, 1.0]))
    1.5
    """

    def __init__(self, name: str | None = "mean", dtype: DTypePolicyLike = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")
        self.count = self.add_variable((), "zeros", dtype=self.dtype, name="count")

    def update_state(self, values: TensorLike, sample_weight: TensorLike | None = None) -> None:
        """Take in values, and their weights."""
        dtype = self._dtype
        if (
            type(sample_weight) in _NUMBERS
            and not isinstance(values, (KerasTensor, list, tuple))
            and masks.get_mask(values) is None
        ):
            # the loss of a batch and its size: the path of every step
            values = native.convert(values, dtype)
            if native.ndim_of(values):
                values = ops.mean(values)
            accumulate(self.total, ops.multiply(values, sample_weight))  # type: ignore[arg-type]
            accumulate(self.count, native.scalar(sample_weight, dtype))
            return
        self._add(values, sample_weight, masks.get_mask(values))

    def _add(self, values: Any, sample_weight: Any, mask: Any) -> None:
        dtype = self._dtype
        values, weights = reduce_to_samplewise_values(values, sample_weight, mask, ops.mean, dtype)
        scalar = not native.ndim_of(values)
        accumulate(self.total, values if scalar else ops.sum(values))
        if weights is not None:
            count = ops.sum(weights) if native.ndim_of(weights) else weights
        else:
            n = 1 if scalar else native.shape_of(values)[0]
            count = native.scalar(n, dtype) if isinstance(n, int) else ops.cast(n, dtype)
        accumulate(self.count, count)

    def reset_state(self) -> None:
        """Start anew."""
        self.total.assign(0)
        self.count.assign(0)

    def result(self) -> Tensor:
        """The mean, 0 of nothing."""
        return ops.divide_no_nan(self.total.value, self.count.value)


@public("keras.metrics.MeanMetricWrapper")
class MeanMetricWrapper(Mean):
    """The mean of a function of targets and outputs.

    Args:
        fn: ``(y_true, y_pred, **kwargs) -> values``.
        name: A name; that of the function by default.
        dtype: The dtype of the result.
        **kwargs: Given to ``fn``.

    Example:

    >>> import keras_core as keras
    >>> metric = keras.metrics.MeanMetricWrapper(fn=lambda y, p: keras.ops.abs(y - p), name="d")
    >>> float(metric([[1.0]], [[3.0]]))
    2.0
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: DTypePolicyLike = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name or getattr(fn, "__name__", None), dtype=dtype)
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: TensorLike | None = None
    ) -> None:
        """Take in targets and outputs, and weights of the samples."""
        mask = masks.get_mask(y_pred)
        if sample_weight is not None:
            sample_weight = convert(sample_weight, self._dtype)
        fn = functools.partial(self._fn, **self._fn_kwargs)
        values = values_for(self._fn, fn, whole(y_true), whole(y_pred), sample_weight, mask)
        if sample_weight is not None:
            # as in Keras, samples of an ignored class count as 0 unless there are weights
            mask = both(mask, masks.get_mask(values))
        self._add(values, sample_weight, mask)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        config = super().get_config()
        if type(self) is MeanMetricWrapper:
            config["fn"] = serialization.serialize_keras_object(self._fn)
            config.update(serialization.serialize_keras_object(self._fn_kwargs))
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        """A metric from its config."""
        if "fn" in config:
            config = {k: serialization.deserialize_keras_object(v) for k, v in config.items()}
        return cls(**config)
