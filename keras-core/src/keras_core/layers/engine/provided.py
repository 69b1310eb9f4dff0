"""Layers that are declared here, and that the plugin of an engine implements.

A plugin returns their implementations from the hook `keras_core_engine_layers`. With any other
backend the class is the declaration, which cannot be made: its error says which backend has it.
"""

import functools
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from keras_core.core.base.host_copy import IS_COPY
from keras_core.core.base.trackable import register_stand_in
from keras_core.core.execution.seeds import SeedGenerator
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import runtime, scopes
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.shapes import specs_of
from keras_core_plugins import current
from keras_core_plugins.contributions import contributions
from keras_core_plugins.errors import CapabilityError
from keras_core_plugins.names import ENGINE_LAYERS, OFFICIAL
from keras_core_plugins.protocol import EngineLayer

_T = TypeVar("_T", bound=type)


class ProvidedLayer(Layer):
    """The base of layers that plugins implement: a `Layer` with what they cannot import."""

    fixed_output_shape: Any = None
    """The shape of the output, where the user said so; else the engine infers it."""

    def adopt_variable(self, engine_variable: Any, name: str, trainable: bool = True) -> Variable:
        """Make a weight of a variable that the engine has already, such as a module's parameter.

        Args:
            engine_variable: What `Variables.create` of the backend would return. It is not copied.
            name: A name without ``/``.
            trainable: Whether optimizers may update it.
        """
        with scopes.owner_scope(self):
            variable = Variable.of_engine(engine_variable, name, trainable)
        with self._unlocked():
            self._adopt(variable)
        if not self._trainable:
            variable.trainable = False
        return variable

    def get_config(self) -> dict[str, Any]:
        """What the config of every layer says. The implementation adds its own arguments."""
        return self._base_config()

    def make_seed_generator(self, seed: int | None) -> Any:
        """A `keras.random.SeedGenerator`, to be set as an attribute; ``next()`` gives a seed."""
        return SeedGenerator(seed)

    @staticmethod
    def serialize(obj: Any) -> Any:
        """An object or a function in the form that configs have it in."""
        return serialization.serialize_keras_object(obj)

    @staticmethod
    def deserialize(config: Any, custom_objects: Any = None, safe_mode: bool | None = None) -> Any:
        """What `serialize` described."""
        return serialization.deserialize_keras_object(config, custom_objects, safe_mode)

    @staticmethod
    def refuse_in_safe_mode(what: str, safe_mode: bool | None = None) -> None:
        """Raise an error in safe mode.

        Args:
            what: What is about to be loaded and could run code, such as ``"a pickled module"``.
            safe_mode: As `from_config` got it; None for what holds around.

        Raises:
            ValueError: If files that hold code are refused.
        """
        serialization.refuse_in_safe_mode(what, safe_mode)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        if self.fixed_output_shape is not None:
            return specs_of(self.fixed_output_shape, self.compute_dtype)
        return self._infer_by_call(*args, **kwargs)

    def _infer_by_call(self, *args: Any, **kwargs: Any) -> Any:
        """Let the engine infer at once: it is the engine's functions that `call` calls."""
        if runtime.INFER_SPEC is None:
            return super()._infer_by_call(*args, **kwargs)
        return self._infer_by_engine(runtime.INFER_SPEC, args, kwargs)


class DeclaredLayer(ProvidedLayer):
    """The base of declarations."""

    def __init__(self, **kwargs: Any) -> None:
        self._refuse()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
    ) -> Any:
        """A layer from its config, on the backend that has the layer.

        Args:
            config: What `get_config` returned.
            custom_objects: Classes and functions by name that are not registered.
            safe_mode: Whether what could run code is refused; None for what holds around.
        """
        cls._refuse()

    @classmethod
    def _refuse(cls) -> NoReturn:
        name = cls.__name__
        has = ENGINE_LAYERS[name]
        record = current()
        raise CapabilityError(
            f"keras.layers.{name}",
            f"functions of {has}",
            backend=runtime.NAME,
            provider=record.installed.provider if record else runtime.NAME,
            state="of another engine",
            cure=(
                f"Set KERAS_BACKEND={has} before keras_core is imported "
                f"(pip install {OFFICIAL[has]})."
            ),
        )


def provided(declared: _T) -> _T:
    """The class that the backend has for a declaration, or the declaration itself.

    Args:
        declared: A class with the docstring and the constructor's parameters of the layer.
    """
    given = engine_layers().get(declared.__name__)
    if given is None:
        return declared
    made: Any = given.define(ProvidedLayer)
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(made, name, getattr(declared, name))
    if given.wraps is not None:
        register_stand_in(given.wraps, made)
    return made


@functools.cache
def engine_layers() -> Mapping[str, EngineLayer]:
    """What the plugin of the backend contributes, by name."""
    record = None if IS_COPY else current()
    found = contributions(record.installed, _HOOK) if record else []
    return {layer.name: layer for layer in found}


_HOOK = "keras_core_engine_layers"
