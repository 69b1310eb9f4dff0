"""Losses of sequences."""

from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes, masks, native
from keras_core.losses.alignment import as_float
from keras_core.losses.loss import LossFunctionWrapper
from keras_core.ops.casting import as_tensor
from keras_core.typing import DTypePolicyLike, Tensor, TensorLike


@public("keras.losses.ctc")
def ctc(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """The loss of connectionist temporal classification; see `CTC`.

    Args:
        y_true: Labels ``(batch, max_labels)``, padded with 0.
        y_pred: Logits ``(batch, max_steps, classes)``; a mask that they have says how many steps
            each sample has.

    Returns:
        A tensor ``(batch,)``.

    Example:

    >>> import keras_core as keras
    >>> probabilities = keras.ops.log(keras.ops.full((1, 4, 3), 1 / 3))
    >>> tuple(keras.losses.ctc([[1, 2]], probabilities).shape)
    (1,)
    """
    given = y_pred
    y_true, y_pred = as_tensor(y_true), as_float(y_pred)
    for name, x, n in (("y_true", y_true, 2), ("y_pred", y_pred, 3)):
        if native.ndim_of(x) != n:
            raise ValueError(
                "Targets `y_true` must be of rank 2, outputs `y_pred` of rank 3, the batch first. "
                f"Received: {name}.shape={native.static_shape(x)}"
            )
    labels = y_true if native.dtype_of(y_true) in dtypes.INTS else ops.cast(y_true, "int32")
    is_label = ops.cast(ops.not_equal(labels, 0), "int32")
    mask = masks.get_mask(given)
    steps = ops.ones_like(y_pred[:, :, 0], "int32") if mask is None else ops.cast(mask, "int32")
    return ops.ctc_loss(labels, y_pred, ops.sum(is_label, 1), ops.sum(steps, 1), mask_index=0)


@public("keras.losses.CTC")
class CTC(LossFunctionWrapper):
    """The loss of connectionist temporal classification (Graves et al., 2006).

    It trains a model to write labels without knowing when: class 0 of the outputs stands for no
    label, and pads the targets.

    Args:
        reduction: See `Loss`.
        name: A name.
        dtype: What is computed in.

    Example:

    >>> import keras_core as keras
    >>> loss = keras.losses.CTC()([[1, 2]], keras.ops.zeros((1, 2, 3)))
    >>> round(float(loss), 4)
    2.1972
    """

    _keeps_targets = True

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: DTypePolicyLike = None,
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)

    def _values(
        self, y_true: TensorLike, y_pred: TensorLike, sample_weight: Any, mask: Any
    ) -> tuple[Any, Any]:
        masks.set_mask(y_pred, mask)
        return self.call(y_true, y_pred), mask
