"""What optimizers had in Keras 2."""

from collections.abc import Callable
from typing import Any

from keras_core.core.base.legacy import warn_of
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable


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

    Example:

    ```python
    import keras_core as keras

    optimizer = keras.optimizers.Adagrad(0.01)  # instead of keras.optimizers.legacy.Adagrad
    ```
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise ImportError(
            "`keras.optimizers.legacy` is not supported in Keras 3. Use the optimizer of the same "
            "name in `keras.optimizers`."
        )


class Keras2Names:
    """The attributes of an optimizer by their names of Keras 2; the first use warns."""

    learning_rate: Any

    @property
    def lr(self) -> Variable | float:
        """See `Optimizer.learning_rate`."""
        warn_of("Optimizer.lr", "`optimizer.learning_rate`")
        return self.learning_rate

    @lr.setter
    def lr(self, value: float | Callable[[], Any]) -> None:
        warn_of("Optimizer.lr", "`optimizer.learning_rate`")
        self.learning_rate = value
