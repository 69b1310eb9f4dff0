"""`keras.distillation`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.distillation.distiller import Distiller as Distiller
    from keras_core.distillation.losses import DistillationLoss as DistillationLoss
    from keras_core.distillation.losses import FeatureDistillation as FeatureDistillation
    from keras_core.distillation.losses import LogitsDistillation as LogitsDistillation
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "DistillationLoss",
    "Distiller",
    "FeatureDistillation",
    "LogitsDistillation",
]
