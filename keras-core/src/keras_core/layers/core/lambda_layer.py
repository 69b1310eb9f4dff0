"""A function as a layer."""

from collections.abc import Callable
from typing import Any, Unpack

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.shapes import is_shape
from keras_core.typing import CustomObjects, LayerOptions, Mode


@public("keras.layers.Lambda")
class Lambda(Layer):
    """A function as a layer.

    A model with a Python lambda cannot be saved: use a registered function, or a subclass of
    `Layer`.

    Args:
        function: Function of the inputs; it may take ``mask`` and ``training`` besides.
        output_shape: Shape of the outputs without the batch, or a function of the input shape;
            by default it is inferred.
        mask: Mask of the outputs, or a function of the inputs and their mask; none by default.
        arguments: Keyword arguments for the function; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Lambda(keras.ops.square)
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([3.0]))).tolist()
    [9.0]
    """

    _weightless = True

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments or {}
        self._output_shape = output_shape
        self.mask = mask
        self.supports_masking = mask is not None

    def call(self, inputs: Any, mask: Any = None, training: Mode = None) -> Any:
        given = dict(self.arguments)
        names = getattr(getattr(self.function, "__code__", None), "co_varnames", ())
        if "mask" in names:
            given["mask"] = mask
        if "training" in names:
            given["training"] = training
        return self.function(inputs, **given)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_spec(*args, **kwargs)
        x = args[0]
        shapes = tree.map_structure(lambda t: t.shape, x)
        first = tree.flatten(x)[0]
        shape: Any = (
            self._output_shape(shapes)
            if callable(self._output_shape)
            else (first.shape[0], *self._output_shape)
        )
        if is_shape(shape):
            return KerasTensor(shape, self.compute_dtype)
        return tree.map_structure(lambda s: KerasTensor(s, self.compute_dtype), shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        # A lambda has no form in JSON: it stays as it is, for copies within the process.
        parts = {"function": self.function, "arguments": self.arguments}
        if self._output_shape is not None:
            parts["output_shape"] = self._output_shape
        if self.mask is not None:
            parts["mask"] = self.mask
        forms = {
            k: v if _is_lambda(v) else serialization.serialize_keras_object(v)
            for k, v in parts.items()
        }
        return {**self._base_config(), **forms}

    @classmethod
    def from_config(
        cls,
        config: dict[str, Any],
        custom_objects: CustomObjects | None = None,
        safe_mode: bool | None = None,
    ) -> "Lambda":
        config = dict(config)
        for key in ("function", "arguments", "output_shape", "mask"):
            if isinstance(config.get(key), dict):
                config[key] = serialization.deserialize_keras_object(
                    config[key], custom_objects, safe_mode
                )
        if not callable(config.get("function")) or isinstance(config["function"], type):
            raise ValueError(
                "The function of a Lambda layer must be registered or given as a custom object. "
                f"Received: {config.get('function')!r}"
            )
        return cls(**config)


def _is_lambda(x: Any) -> bool:
    return getattr(x, "__name__", "") == "<lambda>"
