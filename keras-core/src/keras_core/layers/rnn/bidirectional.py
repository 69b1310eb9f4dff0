"""A recurrent layer in both directions."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core.typing import (
    CustomObjects,
    Mode,
    Shape,
    Tensor,
    Tensors,
    UnweightedLayerOptions,
)


@public("keras.layers.Bidirectional")
class Bidirectional(Layer):
    """Runs a recurrent layer over sequences forwards and backwards.

    See [Schuster and Paliwal, 1997](https://doi.org/10.1109/78.650093).

    Args:
        layer: A recurrent layer, such as `LSTM`.
        merge_mode: How the outputs of both are combined: ``"concat"``, which is the default,
            ``"sum"``, ``"mul"``, ``"ave"``, or None for a list.
        weights: Initial weights, those of the forward layer first; by default they are drawn.
        backward_layer: The layer that runs backwards; another one like ``layer`` by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        That of ``layer``, with twice as many features for ``"concat"``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Bidirectional(keras.layers.LSTM(4))
    >>> keras.ops.shape(layer(keras.ops.ones((2, 5, 3))))
    (2, 8)
    """

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Sequence[Any] | None = None,
        backward_layer: Layer | None = None,
        **kwargs: Unpack[UnweightedLayerOptions],
    ) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                "Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. "
                f"Received: {layer}"
            )
        if merge_mode not in ("sum", "mul", "ave", "concat", None):
            raise ValueError(
                f"Invalid merge mode. Received: {merge_mode}. Merge mode should be one of "
                '{"sum", "mul", "ave", "concat", None}'
            )
        super().__init__(**kwargs)
        config = serialization.serialize_keras_object(layer)
        config.pop("build_config", None)
        config["config"] = {
            **config["config"],
            "name": f"forward_{layer.name.removeprefix('forward_')}",
        }
        self.forward_layer = serialization.deserialize_keras_object(
            config, custom_objects={type(layer).__name__: type(layer)}
        )
        if backward_layer is None:
            config["config"] = {
                **config["config"],
                "go_backwards": True,
                "name": f"backward_{layer.name.removeprefix('forward_')}",
            }
            self.backward_layer = serialization.deserialize_keras_object(
                config, custom_objects={type(layer).__name__: type(layer)}
            )
        else:
            self.backward_layer = backward_layer
        for each in (self.forward_layer, self.backward_layer):
            # A step that does not count has no output: repeated, it would be another's.
            each.zero_output_for_mask = layer.return_sequences
            if hasattr(layer, "use_cudnn"):
                each.use_cudnn = layer.use_cudnn  # not in the config
        if self.forward_layer.go_backwards == self.backward_layer.go_backwards:
            raise ValueError(
                "Forward layer and backward layer should have different `go_backwards` value. "
                f"Received: forward_layer.go_backwards={self.forward_layer.go_backwards}, "
                f"backward_layer.go_backwards={self.backward_layer.go_backwards}"
            )
        for name in ("stateful", "return_sequences", "return_state"):
            one, other = getattr(self.forward_layer, name), getattr(self.backward_layer, name)
            if one != other:
                raise ValueError(
                    f"Forward layer and backward layer should have the same `{name}` value. "
                    f"Received: forward_layer.{name}={one}, backward_layer.{name}={other}"
                )
        self.merge_mode = merge_mode
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        self.stateful = layer.stateful
        self.supports_masking = True
        self.input_spec = layer.input_spec
        self._initial_weights = weights

    def build(self, sequences_shape: Shape, initial_state_shape: Shape | None = None) -> None:
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(sequences_shape)
                layer.built = True
        if self._initial_weights is not None:
            half = len(self._initial_weights) // 2
            self.forward_layer.set_weights(self._initial_weights[:half])
            self.backward_layer.set_weights(self._initial_weights[half:])

    def get_build_config(self) -> Any:
        config = super().get_build_config()
        if config and "shapes_dict" in config:
            return {"input_shape": config["shapes_dict"]["sequences_shape"]}
        return config

    def call(
        self,
        sequences: Tensor,
        initial_state: Tensors | None = None,
        mask: Tensor | None = None,
        training: Mode = None,
    ) -> Any:
        first = second = None
        if initial_state is not None:
            half = len(initial_state) // 2
            first, second = list(initial_state[:half]), list(initial_state[half:])
        forward = self.forward_layer(sequences, initial_state=first, mask=mask, training=training)
        backward = self.backward_layer(
            sequences, initial_state=second, mask=mask, training=training
        )
        states: list[Any] = []
        if self.return_state:
            states = [*forward[1:], *backward[1:]]
            forward, backward = forward[0], backward[0]
        if self.return_sequences:
            backward = ops.flip(backward, axis=1)
        out = self._merge(forward, backward)
        if not self.return_state:
            return out
        return (*out, *states) if self.merge_mode is None else (out, *states)

    def _merge(self, a: Any, b: Any) -> Any:
        if self.merge_mode == "concat":
            return ops.concatenate([a, b], axis=-1)
        if self.merge_mode == "sum":
            return ops.add(a, b)
        if self.merge_mode == "ave":
            return ops.divide(ops.add(a, b), 2)
        if self.merge_mode == "mul":
            return ops.multiply(a, b)
        return (a, b)

    def compute_output_spec(
        self,
        sequences: Tensor,
        initial_state: Tensors | None = None,
        mask: Tensor | None = None,
        training: Mode = None,
    ) -> Any:
        spec = self.forward_layer.compute_output_spec(sequences)
        outs = list(spec) if self.return_state else [spec]
        y = outs[0]
        if self.merge_mode == "concat":
            merged: Any = KerasTensor((*y.shape[:-1], y.shape[-1] * 2), y.dtype)
        elif self.merge_mode is None:
            merged = (y, KerasTensor(y.shape, y.dtype))
        else:
            merged = y
        if not self.return_state:
            return merged
        states = [*outs[1:], *(KerasTensor(s.shape, s.dtype) for s in outs[1:])]
        return (*merged, *states) if self.merge_mode is None else (merged, *states)

    def reset_state(self) -> None:
        """Begin anew after a batch, if stateful."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    @property
    def states(self) -> Any:
        """The states of both layers, if stateful."""
        if self.forward_layer.states and self.backward_layer.states:
            return (*self.forward_layer.states, *self.backward_layer.states)
        return None

    def compute_mask(self, _: Tensors | None, mask: Tensors | None) -> Any:
        mask = tree.flatten(mask)[0] if mask is not None else None
        out: Any = mask if self.return_sequences else None
        if self.merge_mode is None:
            out = [out, out]
        if self.return_state:
            count = len(self.forward_layer.get_initial_state(1)) * 2
            return [*(out if isinstance(out, list) else [out]), *[None] * count]
        return out

    def get_config(self) -> dict[str, Any]:
        config = {**self._base_config(), "merge_mode": self.merge_mode}
        for key, layer in (("layer", self.forward_layer), ("backward_layer", self.backward_layer)):
            data = serialization.serialize_keras_object(layer)
            data.pop("build_config", None)
            config[key] = data
        return config

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Any:
        config = dict(config)
        layer = serialization.deserialize_keras_object(config.pop("layer"), custom_objects)
        backward = config.pop("backward_layer", None)
        if backward is not None:
            backward = serialization.deserialize_keras_object(backward, custom_objects)
        return cls(layer, backward_layer=backward, **config)
