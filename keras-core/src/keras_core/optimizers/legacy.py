"""`keras.optimizers.legacy`."""

from keras_core.optimizers.keras2 import LegacyOptimizer as Adagrad
from keras_core.optimizers.keras2 import LegacyOptimizer as Adam
from keras_core.optimizers.keras2 import LegacyOptimizer as Ftrl
from keras_core.optimizers.keras2 import LegacyOptimizer as Optimizer
from keras_core.optimizers.keras2 import LegacyOptimizer as RMSprop
from keras_core.optimizers.keras2 import LegacyOptimizer as SGD

__all__ = [
    "Adagrad",
    "Adam",
    "Ftrl",
    "Optimizer",
    "RMSprop",
    "SGD",
]
