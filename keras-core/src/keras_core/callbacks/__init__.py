"""Callbacks: `keras.callbacks`."""

from keras_core.callbacks.base import Callback, CallbackList
from keras_core.callbacks.logging import CSVLogger, History, LambdaCallback, ProgbarLogger
from keras_core.callbacks.steering import (
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)

CallbackList._history = History
CallbackList._progbar = ProgbarLogger

__all__ = [
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]
