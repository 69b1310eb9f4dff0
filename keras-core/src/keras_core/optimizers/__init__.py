"""Optimizers: `keras.optimizers`."""

from keras_core.optimizers import legacy, schedules
from keras_core.optimizers.adam import Adam, Adamax, AdamW, Lamb, Nadam
from keras_core.optimizers.adaptive import Adadelta, Adafactor, Adagrad, Ftrl, Lion
from keras_core.optimizers.gradient_descent import SGD, RMSprop
from keras_core.optimizers.lookup import deserialize, get, serialize
from keras_core.optimizers.loss_scale import LossScaleOptimizer, with_loss_scaling
from keras_core.optimizers.multi import MultiOptimizer, OptimizerMap
from keras_core.optimizers.muon import Muon
from keras_core.optimizers.optimizer import Optimizer
from keras_core.optimizers.schedule_free import ScheduleFreeAdamW

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
