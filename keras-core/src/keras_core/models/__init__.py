"""Models: `keras.models`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.models.cloning import clone_model as clone_model
    from keras_core.models.cloning import model_from_json as model_from_json
    from keras_core.models.function import Function as Function
    from keras_core.models.functional import Functional as Functional
    from keras_core.models.model import Model as Model
    from keras_core.models.sequential import Sequential as Sequential
    from keras_core.saving.api import load_model as load_model
    from keras_core.saving.api import save_model as save_model
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Function",
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]
