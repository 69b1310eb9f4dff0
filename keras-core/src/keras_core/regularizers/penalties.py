"""Regularizers: penalties on weights and outputs."""

import math
from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.ops.casting import as_tensor
from keras_core.typing import Tensor


@public("keras.Regularizer", "keras.regularizers.Regularizer")
class Regularizer:
    """A penalty: a function of a tensor that returns a scalar to add to the loss.

    Example:

    >>> import keras_core as keras
    >>> class Cubic(keras.regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return keras.ops.sum(keras.ops.abs(x) ** 3)
    >>> float(Cubic()([2.0, 1.0]))
    9.0
    """

    def __call__(self, x: Tensor) -> Tensor | float:
        """The penalty of ``x``, a scalar."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        raise NotImplementedError(f"{type(self).__name__} does not implement get_config()")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Regularizer":
        """An instance made with ``config``."""
        return cls(**config)


def _factor(name: str, value: Any, default: float) -> float:
    value = default if value is None else value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:
        raise ValueError(
            f"Invalid value for argument {name}: expected a finite number of at least 0. "
            f"Received: {name}={value}"
        )
    return float(value)


@public("keras.regularizers.L1", "keras.regularizers.l1")
class L1(Regularizer):
    """``l1 * sum(|x|)``.

    Args:
        l1: The factor.

    Example:

    >>> import keras_core as keras
    >>> float(keras.regularizers.L1(0.5)(keras.ops.array([1.0, -3.0])))
    2.0
    """

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = _factor("l1", l1, 0.01)

    def __call__(self, x: Tensor) -> Tensor:
        return ops.multiply(ops.sum(ops.abs(x)), self.l1)

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


@public("keras.regularizers.L2", "keras.regularizers.l2")
class L2(Regularizer):
    """``l2 * sum(x ** 2)``.

    Args:
        l2: The factor.

    Example:

    >>> import keras_core as keras
    >>> float(keras.regularizers.L2(0.5)(keras.ops.array([1.0, -3.0])))
    5.0
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = _factor("l2", l2, 0.01)

    def __call__(self, x: Tensor) -> Tensor:
        return ops.multiply(ops.sum(ops.square(x)), self.l2)

    def get_config(self) -> dict[str, Any]:
        return {"l2": self.l2}


@public("keras.regularizers.L1L2", "keras.regularizers.l1_l2", also_known_as=("l1l2",))
class L1L2(Regularizer):
    """``l1 * sum(|x|) + l2 * sum(x ** 2)``.

    Args:
        l1: The factor of the first part.
        l2: The factor of the second part.

    Example:

    >>> import keras_core as keras
    >>> float(keras.regularizers.L1L2(l1=0.5, l2=0.25)(keras.ops.array([1.0, -3.0])))
    4.5
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = _factor("l1", l1, 0.0), _factor("l2", l2, 0.0)

    def __call__(self, x: Tensor) -> Tensor:
        out = ops.multiply(ops.sum(ops.abs(x)), self.l1)
        return ops.add(out, ops.multiply(ops.sum(ops.square(x)), self.l2))

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


@public("keras.regularizers.OrthogonalRegularizer", "keras.regularizers.orthogonal_regularizer")
class OrthogonalRegularizer(Regularizer):
    """The mean of the cosines between rows, or columns, of a matrix.

    Args:
        factor: The factor.
        mode: ``"rows"`` or ``"columns"``: which should be orthogonal.

    Example:

    >>> import keras_core as keras
    >>> float(keras.regularizers.OrthogonalRegularizer(0.5)(keras.ops.eye(2)))
    0.0
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ValueError(
                f"Invalid value for argument mode: expected 'rows' or 'columns'. Received: {mode!r}"
            )
        self.factor, self.mode = _factor("factor", factor, 0.01), mode

    def __call__(self, x: Tensor) -> Tensor:
        x = as_tensor(x)
        if len(x.shape) != 2:
            raise ValueError(
                "Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape="
                f"{tuple(x.shape)}"
            )
        x = ops.normalize(x, axis=1 if self.mode == "rows" else 0)
        turned = ops.transpose(x)
        product = ops.matmul(x, turned) if self.mode == "rows" else ops.matmul(turned, x)
        size = int(x.shape[0 if self.mode == "rows" else 1])
        off = ops.multiply(product, ops.subtract(1.0, ops.eye(size, dtype=ops.dtype(x))))
        pairs = size * (size - 1.0) / 2.0
        return ops.divide(ops.multiply(ops.sum(ops.abs(off)), 0.5 * self.factor), pairs)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "mode": self.mode}
