"""Targets and outputs as tensors that fit each other."""

from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.losses.loss import convert, squeeze_or_expand_to_same_rank
from keras_core.typing import Tensor, TensorLike


def as_float(x: Any) -> Tensor:
    """``x`` as a tensor of floats."""
    if not isinstance(x, KerasTensor):
        x = native.convert(x)
    return x if native.dtype_of(x) in dtypes.FLOATS else ops.cast(x, config.floatx())


def converted(y_true: TensorLike, y_pred: TensorLike) -> tuple[Any, Any]:
    """Both as tensors of the float dtype of the outputs."""
    y_pred = as_float(y_pred)
    return convert(y_true, native.dtype_of(y_pred)), y_pred


def aligned(y_true: TensorLike, y_pred: TensorLike) -> tuple[Any, Any]:
    """Both as tensors of one float dtype and of one rank."""
    y_true, y_pred = converted(y_true, y_pred)
    if native.ndim_of(y_true) == native.ndim_of(y_pred):
        return y_true, y_pred
    return squeeze_or_expand_to_same_rank(y_true, y_pred)
