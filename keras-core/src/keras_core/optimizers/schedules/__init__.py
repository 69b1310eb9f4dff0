"""Learning-rate schedules: `keras.optimizers.schedules`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.optimizers.schedules.lookup import deserialize as deserialize
    from keras_core.optimizers.schedules.lookup import serialize as serialize
    from keras_core.optimizers.schedules.schedule import CosineDecay as CosineDecay
    from keras_core.optimizers.schedules.schedule import CosineDecayRestarts as CosineDecayRestarts
    from keras_core.optimizers.schedules.schedule import ExponentialDecay as ExponentialDecay
    from keras_core.optimizers.schedules.schedule import InverseTimeDecay as InverseTimeDecay
    from keras_core.optimizers.schedules.schedule import (
        LearningRateSchedule as LearningRateSchedule,
    )
    from keras_core.optimizers.schedules.schedule import (
        PiecewiseConstantDecay as PiecewiseConstantDecay,
    )
    from keras_core.optimizers.schedules.schedule import PolynomialDecay as PolynomialDecay
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "deserialize",
    "serialize",
]
