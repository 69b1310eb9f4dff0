"""The optimizers of Keras 2, which are gone."""

from typing import Any

from keras_core.core.base.public import public


@public(
    "keras.optimizers.legacy.Adagrad",
    "keras.optimizers.legacy.Adam",
    "keras.optimizers.legacy.Ftrl",
    "keras.optimizers.legacy.Optimizer",
    "keras.optimizers.legacy.RMSprop",
    "keras.optimizers.legacy.SGD",
)
class LegacyOptimizer:
    """Stands for an optimizer of Keras 2.

    Args:
        *args: Ignored.
        **kwargs: Ignored.

    Raises:
        ImportError: Always.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            "`keras.optimizers.legacy` is not supported in Keras 3. Use the optimizer of the same "
            "name in `keras.optimizers`."
        )
