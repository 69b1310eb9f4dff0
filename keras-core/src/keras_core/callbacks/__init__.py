"""Callbacks: `keras.callbacks`."""

from keras_core.callbacks.backup import BackupAndRestore, SwapEMAWeights
from keras_core.callbacks.base import Callback, CallbackList
from keras_core.callbacks.logging import CSVLogger, History, LambdaCallback, ProgbarLogger
from keras_core.callbacks.remote import RemoteMonitor, TensorBoard
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
    "BackupAndRestore",
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
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
