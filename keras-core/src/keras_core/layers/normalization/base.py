"""What normalisation layers share."""

from typing import Any

from keras_core import ops
from keras_core.core.base.axes import canonical_axis
from keras_core.core.tensors import dtypes
from keras_core.layers.base.layer import Layer
from keras_core.typing import ConstraintLike, InitializerLike, RegularizerLike


class Normalizing(Layer):
    """The base of layers that normalise: statistics in float32, a scale and an offset at the end.

    A layer in half precision computes in float32, and its weights are read in it.
    """

    center: bool
    scale: bool
    gamma: Any
    beta: Any

    def _declare_scale_and_offset(
        self,
        beta_initializer: InitializerLike,
        gamma_initializer: InitializerLike,
        beta_regularizer: RegularizerLike,
        gamma_regularizer: RegularizerLike,
        beta_constraint: ConstraintLike,
        gamma_constraint: ConstraintLike,
    ) -> None:
        self._declare_weight("beta", beta_initializer, beta_regularizer, beta_constraint)
        self._declare_weight("gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        self.gamma = self.beta = None

    def _build_scale_and_offset(self, shape: Any, scale: bool, center: bool) -> None:
        if scale:
            self.gamma = self._add_declared("gamma", shape, autocast=False)
        if center:
            self.beta = self._add_declared("beta", shape, autocast=False)


def as_float(x: Any, dtype: str) -> Any:
    """Integers as floats: what is normalised is none."""
    return x if dtypes.is_float(ops.dtype(x)) else ops.cast(x, dtype)


def widened(x: Any, dtype: str) -> tuple[Any, str]:
    """The inputs as floats of at least 32 bits, and the dtype of the outputs."""
    x = as_float(x, dtype)
    given = ops.dtype(x)
    return (ops.cast(x, "float32") if given in ("float16", "bfloat16") else x), given


def in_dtype(x: Any, dtype: str) -> Any:
    """A tensor in a dtype, without a call where it has it."""
    return x if ops.dtype(x) == dtype else ops.cast(x, dtype)


def sorted_axes(axis: Any, rank: int) -> list[int]:
    """An axis, or several, in the order in which inputs of a rank have them."""
    axes = [axis] if isinstance(axis, int) else axis
    return sorted(axes, key=lambda a: canonical_axis(a, rank))
