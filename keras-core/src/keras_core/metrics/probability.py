"""Metrics of probabilities, and of margins."""

from typing import Any

from keras_core import losses
from keras_core.core.base.public import public
from keras_core.metrics.reduction import MeanMetricWrapper
from keras_core.typing import DTypePolicyLike


@public("keras.metrics.BinaryCrossentropy", also_known_as=("bce", "BCE"))
class BinaryCrossentropy(MeanMetricWrapper):
    """The cross-entropy of yes or no.

    Args:
        name: A name.
        dtype: The dtype of the result.
        from_logits: Whether outputs are logits.
        label_smoothing: Targets are moved by half of it towards 0.5.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.metrics.BinaryCrossentropy()([[1.0]], [[0.5]])), 3)
    0.693
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: DTypePolicyLike = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            losses.binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), **self._fn_kwargs}


@public("keras.metrics.CategoricalCrossentropy")
class CategoricalCrossentropy(MeanMetricWrapper):
    """The cross-entropy of one-hot targets.

    Args:
        name: A name.
        dtype: The dtype of the result.
        from_logits: Whether outputs are logits.
        label_smoothing: The share of the targets that is spread over all classes.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.metrics.CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 3)
    0.693
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: DTypePolicyLike = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), **self._fn_kwargs}


@public("keras.metrics.SparseCategoricalCrossentropy")
class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The cross-entropy of targets that are class indices.

    Args:
        name: A name.
        dtype: The dtype of the result.
        from_logits: Whether outputs are logits.
        ignore_class: A class whose samples do not count, such as -1.
        axis: The axis of the classes.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.metrics.SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 3)
    0.693
    """

    _direction = "down"

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: DTypePolicyLike = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            losses.sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {**super().get_config(), **self._fn_kwargs}


@public("keras.metrics.KLDivergence")
class KLDivergence(MeanMetricWrapper):
    """The Kullback-Leibler divergence of two distributions.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "kl_divergence", dtype: DTypePolicyLike = None) -> None:
        super().__init__(losses.kl_divergence, name, dtype)


@public("keras.metrics.Poisson")
class Poisson(MeanMetricWrapper):
    """Minus the log-likelihood of counts, up to a constant.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> round(float(keras.metrics.Poisson()([[1.0]], [[1.0]])), 3)
    1.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "poisson", dtype: DTypePolicyLike = None) -> None:
        super().__init__(losses.poisson, name, dtype)


@public("keras.metrics.Hinge")
class Hinge(MeanMetricWrapper):
    """The hinge loss.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.Hinge()([[1.0, -1.0]], [[0.5, 0.5]]))
    1.0
    """

    _direction = "down"

    def __init__(self, name: str | None = "hinge", dtype: DTypePolicyLike = None) -> None:
        super().__init__(losses.hinge, name, dtype)


@public("keras.metrics.SquaredHinge")
class SquaredHinge(MeanMetricWrapper):
    """The square of the hinge loss.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.SquaredHinge()([[1.0, -1.0]], [[0.5, 0.5]]))
    1.25
    """

    _direction = "down"

    def __init__(self, name: str | None = "squared_hinge", dtype: DTypePolicyLike = None) -> None:
        super().__init__(losses.squared_hinge, name, dtype)


@public("keras.metrics.CategoricalHinge")
class CategoricalHinge(MeanMetricWrapper):
    """The hinge loss of the right class against the best wrong one.

    Args:
        name: A name.
        dtype: The dtype of the result.

    Example:

    >>> import keras_core as keras
    >>> float(keras.metrics.CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.25]]))
    1.25
    """

    _direction = "down"

    def __init__(
        self, name: str | None = "categorical_hinge", dtype: DTypePolicyLike = None
    ) -> None:
        super().__init__(losses.categorical_hinge, name, dtype)
