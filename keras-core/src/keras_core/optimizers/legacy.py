"""The optimizers of Keras 2, which are gone: `keras.optimizers.legacy`."""

from typing import Any


class LegacyOptimizer:
    """Stands for an optimizer of Keras 2.

    Args:
        *args: Not looked at.
        **kwargs: Not looked at.

    Raises:
        ImportError: Always.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            "`keras.optimizers.legacy` is not supported in Keras 3. Use the optimizer of the same "
            "name in `keras.optimizers`."
        )


Adagrad = Adam = Ftrl = Optimizer = RMSprop = SGD = LegacyOptimizer

__all__ = ["Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop", "SGD"]
