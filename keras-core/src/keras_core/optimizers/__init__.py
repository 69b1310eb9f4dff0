"""Optimizers: `keras.optimizers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.optimizers import legacy as legacy
    from keras_core.optimizers import schedules as schedules
    from keras_core.optimizers.adam import Adam as Adam
    from keras_core.optimizers.adam import Adamax as Adamax
    from keras_core.optimizers.adam import AdamW as AdamW
    from keras_core.optimizers.adam import Lamb as Lamb
    from keras_core.optimizers.adam import Nadam as Nadam
    from keras_core.optimizers.adaptive import Adadelta as Adadelta
    from keras_core.optimizers.adaptive import Adafactor as Adafactor
    from keras_core.optimizers.adaptive import Adagrad as Adagrad
    from keras_core.optimizers.adaptive import Ftrl as Ftrl
    from keras_core.optimizers.adaptive import Lion as Lion
    from keras_core.optimizers.gradient_descent import SGD as SGD
    from keras_core.optimizers.gradient_descent import RMSprop as RMSprop
    from keras_core.optimizers.lookup import deserialize as deserialize
    from keras_core.optimizers.lookup import get as get
    from keras_core.optimizers.lookup import serialize as serialize
    from keras_core.optimizers.loss_scale import LossScaleOptimizer as LossScaleOptimizer
    from keras_core.optimizers.loss_scale import with_loss_scaling as with_loss_scaling
    from keras_core.optimizers.multi import MultiOptimizer as MultiOptimizer
    from keras_core.optimizers.multi import OptimizerMap as OptimizerMap
    from keras_core.optimizers.muon import Muon as Muon
    from keras_core.optimizers.optimizer import Optimizer as Optimizer
    from keras_core.optimizers.schedule_free import ScheduleFreeAdamW as ScheduleFreeAdamW
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
    "with_loss_scaling",
]
