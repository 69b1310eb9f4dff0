"""The layer around a SavedModel."""

from collections.abc import Iterable
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_core_plugins import EngineLayer


def define(base: Any) -> type:
    """`keras.layers.TFSMLayer`."""

    class TFSMLayer(base):
        def __init__(
            self,
            filepath: str,
            call_endpoint: str = "serve",
            call_training_endpoint: str | None = None,
            trainable: bool = True,
            name: str | None = None,
            dtype: Any = None,
        ) -> None:
            super().__init__(trainable=trainable, name=name, dtype=dtype)
            self.filepath = filepath
            self.call_endpoint = call_endpoint
            self.call_training_endpoint = call_training_endpoint
            self.saved_model = tf.saved_model.load(filepath)
            endpoints = [self._endpoint(call_endpoint, "call_endpoint")]
            if call_training_endpoint:
                endpoints.append(self._endpoint(call_training_endpoint, "call_training_endpoint"))
            self._call, self._call_in_training = endpoints[0], endpoints[-1]
            for v in _variables(self.saved_model, endpoints):
                plain = v.name.partition(":")[0].replace("/", "_")
                self.adopt_variable(v, plain, v.trainable)
            self.built = True

        def _endpoint(self, name: str, argument: str) -> Any:
            loaded = self.saved_model
            found = getattr(loaded, name, None)
            if found is None or not callable(found):
                found = loaded.signatures.get(name)
            if found is None:
                functions = [k for k, v in vars(loaded).items() if callable(v) and k[0] != "_"]
                raise ValueError(
                    f"The endpoint {name!r} is neither an attribute of the reloaded SavedModel, "
                    "nor an entry in the `signatures` field of the reloaded SavedModel. Select "
                    f"another endpoint via the `{argument}` argument. Available endpoints for "
                    f"this SavedModel: {sorted({*functions, *loaded.signatures})}"
                )
            return found

        def call(self, inputs: Any, training: bool = False, **kwargs: Any) -> Any:
            return (self._call_in_training if training else self._call)(inputs, **kwargs)

        def get_config(self) -> dict[str, Any]:
            return {
                **super().get_config(),
                "filepath": self.filepath,
                "call_endpoint": self.call_endpoint,
                "call_training_endpoint": self.call_training_endpoint,
            }

        @classmethod
        def from_config(
            cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
        ) -> Any:
            cls.refuse_in_safe_mode("a `TFSMLayer`, which loads a SavedModel", safe_mode)
            return cls(**config)

    return TFSMLayer


def _variables(loaded: Any, endpoints: Iterable[Any]) -> list[Any]:
    """The variables of a SavedModel: those that it names, then others that endpoints touch."""
    found = list(getattr(loaded, "variables", ()))
    for endpoint in endpoints:
        for function in getattr(endpoint, "concrete_functions", (endpoint,)):
            found += function.variables
    known: dict[int, Any] = {id(v): v for v in found if isinstance(v, tf.Variable)}
    return list(known.values())


LAYERS = [EngineLayer(name="TFSMLayer", define=define)]
