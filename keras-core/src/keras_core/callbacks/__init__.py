"""Callbacks: `keras.callbacks`."""

from keras_core.callbacks.backup import BackupAndRestore, SwapEMAWeights
from keras_core.callbacks.base import Callback
from keras_core.callbacks.callback_list import CallbackList
from keras_core.callbacks.logging import CSVLogger, History, LambdaCallback, ProgbarLogger
from keras_core.callbacks.remote import RemoteMonitor
from keras_core.callbacks.steering import (
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)
from keras_core.callbacks.tensorboard import TensorBoard

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
