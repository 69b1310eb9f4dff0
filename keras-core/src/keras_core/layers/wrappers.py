"""Layers around layers: over time, and in both directions."""

from typing import Any

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor, shapes_agree
from keras_core.layers.core import Wrapper
from keras_core.layers.layer import Layer


@public("keras.layers.TimeDistributed")
class TimeDistributed(Wrapper):
    """A layer applied to each step of sequences.

    Args:
        layer: The layer.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, ...)``.
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        if len(input_shape) < 3:
            raise ValueError(
                "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
                f"dimensions, received: {input_shape}"
            )
        if not self.layer.built:
            self.layer.build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        shape = ops.shape(inputs)
        extra: dict[str, Any] = {}
        if self.layer._call_spec.has_training:
            extra["training"] = training
        # all steps of all samples as one batch
        flat = ops.reshape(inputs, (shape[0] * shape[1], *shape[2:]))
        if mask is not None:
            m = ops.shape(mask)
            if not shapes_agree(tuple(mask.shape)[:2], tuple(inputs.shape)[:2]):
                raise ValueError(
                    "The mask of `TimeDistributed` must begin with the batch and the steps of the "
                    f"inputs. Received: mask.shape={tuple(mask.shape)}, "
                    f"inputs.shape={tuple(inputs.shape)}"
                )
            if "mask" in self.layer._call_spec.parameters:
                extra["mask"] = ops.reshape(mask, (m[0] * m[1], *m[2:]))
        if training and self._has_statistics():
            return self._by_step(inputs, mask, extra)
        out = self.layer(flat, **extra)
        return tree.map_structure(
            lambda y: ops.reshape(y, (shape[0], shape[1], *ops.shape(y)[1:])), out
        )

    def _has_statistics(self) -> bool:
        """Whether training changes state that is made of one step, such as running means."""
        return any(v.dtype not in ("uint32", "int32") for v in self.layer.non_trainable_variables)

    def _by_step(self, inputs: Any, mask: Any, extra: dict[str, Any]) -> Any:
        """The layer called on one step after the other, whose number is known."""
        steps = []
        for t in range(inputs.shape[1]):
            if "mask" in extra:
                extra["mask"] = ops.take(mask, t, axis=1)
            steps.append(self.layer(ops.take(inputs, t, axis=1), **extra))
        return tree.map_structure(lambda *ys: ops.stack(ys, axis=1), *steps)

    def compute_output_shape(self, input_shape: Any) -> Any:
        inner = self.layer.compute_output_shape((input_shape[0], *input_shape[2:]))
        return (inner[0], input_shape[1], *inner[1:])


@public("keras.layers.Bidirectional")
class Bidirectional(Layer):
    """A recurrent layer run forwards and backwards (Schuster and Paliwal, 1997).

    Args:
        layer: A recurrent layer.
        merge_mode: How the outputs are combined: ``"concat"``, ``"sum"``, ``"mul"``,
            ``"ave"``, or None for a list.
        weights: Initial weights, those of the forward layer first.
        backward_layer: The layer that runs backwards; by default another like ``layer``.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
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

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
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
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
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
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None
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

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        mask = tree.flatten(previous_mask)[0] if previous_mask is not None else None
        out: Any = mask if self.return_sequences else None
        if self.merge_mode is None:
            out = [out, out]
        if self.return_state:
            count = len(self.forward_layer.get_initial_state(1)) * 2
            return [*(out if isinstance(out, list) else [out]), *[None] * count]
        return out

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "merge_mode": self.merge_mode}
        for key, layer in (("layer", self.forward_layer), ("backward_layer", self.backward_layer)):
            data = serialization.serialize_keras_object(layer)
            data.pop("build_config", None)
            config[key] = data
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        layer = serialization.deserialize_keras_object(config.pop("layer"), custom_objects)
        backward = config.pop("backward_layer", None)
        if backward is not None:
            backward = serialization.deserialize_keras_object(backward, custom_objects)
        return cls(layer, backward_layer=backward, **config)
