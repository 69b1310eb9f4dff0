"""Random numbers: `keras.random`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.execution.seeds import SeedGenerator as SeedGenerator
    from keras_core.random.distributions import beta as beta
    from keras_core.random.distributions import binomial as binomial
    from keras_core.random.distributions import categorical as categorical
    from keras_core.random.distributions import dropout as dropout
    from keras_core.random.distributions import gamma as gamma
    from keras_core.random.distributions import normal as normal
    from keras_core.random.distributions import randint as randint
    from keras_core.random.distributions import shuffle as shuffle
    from keras_core.random.distributions import truncated_normal as truncated_normal
    from keras_core.random.distributions import uniform as uniform
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]
