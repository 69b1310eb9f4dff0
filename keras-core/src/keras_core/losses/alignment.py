"""Targets and outputs as tensors that fit each other."""

from typing import Any

from keras_core import ops
from keras_core.engine import config, dtypes, tensors
from keras_core.engine.symbolic import KerasTensor
from keras_core.losses.loss import convert, squeeze_or_expand_to_same_rank


def as_float(x: Any) -> Any:
    """``x`` as a tensor of floats."""
    if not isinstance(x, KerasTensor):
        x = tensors.convert(x)
    return x if tensors.dtype_of(x) in dtypes.FLOATS else ops.cast(x, config.floatx())


def converted(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both as tensors of the float dtype of the outputs."""
    y_pred = as_float(y_pred)
    return convert(y_true, tensors.dtype_of(y_pred)), y_pred


def aligned(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Both as tensors of one float dtype and of one rank."""
    y_true, y_pred = converted(y_true, y_pred)
    if tensors.ndim_of(y_true) == tensors.ndim_of(y_pred):
        return y_true, y_pred
    return squeeze_or_expand_to_same_rank(y_true, y_pred)
