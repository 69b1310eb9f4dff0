"""Models: `keras.models`."""

from keras_core.models.cloning import clone_model, model_from_json
from keras_core.models.function import Function
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential
from keras_core.saving.api import load_model, save_model

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
