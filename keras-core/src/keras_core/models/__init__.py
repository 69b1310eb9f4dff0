"""Models: `keras.models`."""

from keras_core.core.objects import serialization
from keras_core.models.cloning import clone_model, model_from_json
from keras_core.models.function import Function
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential
from keras_core.saving import load_model, save_model

serialization.expose("keras.src.models.functional", Functional)
serialization.expose("keras", Sequential, Model, names={"Functional": Functional})
serialization.expose("keras.models", names={
    "Functional": Functional, "Model": Model, "Sequential": Sequential,
})  # fmt: skip

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
