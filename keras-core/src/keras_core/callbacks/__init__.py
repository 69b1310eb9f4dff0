"""Callbacks: `keras.callbacks`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.callbacks.backup import BackupAndRestore as BackupAndRestore
    from keras_core.callbacks.backup import SwapEMAWeights as SwapEMAWeights
    from keras_core.callbacks.base import Callback as Callback
    from keras_core.callbacks.callback_list import CallbackList as CallbackList
    from keras_core.callbacks.logging import CSVLogger as CSVLogger
    from keras_core.callbacks.logging import History as History
    from keras_core.callbacks.logging import LambdaCallback as LambdaCallback
    from keras_core.callbacks.logging import ProgbarLogger as ProgbarLogger
    from keras_core.callbacks.orbax_checkpoint import OrbaxCheckpoint as OrbaxCheckpoint
    from keras_core.callbacks.remote import RemoteMonitor as RemoteMonitor
    from keras_core.callbacks.steering import EarlyStopping as EarlyStopping
    from keras_core.callbacks.steering import LearningRateScheduler as LearningRateScheduler
    from keras_core.callbacks.steering import ModelCheckpoint as ModelCheckpoint
    from keras_core.callbacks.steering import ReduceLROnPlateau as ReduceLROnPlateau
    from keras_core.callbacks.steering import TerminateOnNaN as TerminateOnNaN
    from keras_core.callbacks.tensorboard import TensorBoard as TensorBoard
else:
    __getattr__, __dir__ = lazily(__name__)

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
    "OrbaxCheckpoint",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "RemoteMonitor",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]
