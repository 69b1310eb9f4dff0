"""`keras.optimizers.legacy`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.optimizers.keras2 import LegacyOptimizer as Adagrad
    from keras_core.optimizers.keras2 import LegacyOptimizer as Adam
    from keras_core.optimizers.keras2 import LegacyOptimizer as Ftrl
    from keras_core.optimizers.keras2 import LegacyOptimizer as Optimizer
    from keras_core.optimizers.keras2 import LegacyOptimizer as RMSprop
    from keras_core.optimizers.keras2 import LegacyOptimizer as SGD
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Adagrad",
    "Adam",
    "Ftrl",
    "Optimizer",
    "RMSprop",
    "SGD",
]
