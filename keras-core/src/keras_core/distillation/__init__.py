"""`keras.distillation`."""

from keras_core.distillation.distiller import Distiller
from keras_core.distillation.losses import DistillationLoss, FeatureDistillation, LogitsDistillation

__all__ = [
    "DistillationLoss",
    "Distiller",
    "FeatureDistillation",
    "LogitsDistillation",
]
