"""A layer applied to each step."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import shapes_agree
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.wrapper import Wrapper
from keras_core.typing import LayerOptions, Mode, Shape, Tensor


@public("keras.layers.TimeDistributed")
class TimeDistributed(Wrapper):
    """Applies a layer to each step of sequences.

    Args:
        layer: The layer, which takes and returns one step.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, ...)``.

    Output shape:
        ``(batch, steps, ...)``, with what the layer returns for a step.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.TimeDistributed(keras.layers.Flatten())
    >>> keras.ops.shape(layer(keras.ops.ones((2, 5, 4, 3))))
    (2, 5, 12)
    """

    def __init__(self, layer: Layer, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) < 3:
            raise ValueError(
                "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
                f"dimensions, received: {input_shape}"
            )
        if not self.layer.built:
            self.layer.build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Tensor, training: Mode = None, mask: Tensor | None = None) -> Any:
        shape = ops.shape(inputs)
        extra: dict[str, Any] = {}
        if self.layer.call_signature.has_training:
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
            if "mask" in self.layer.call_signature.parameters:
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

    def compute_output_shape(self, input_shape: Shape) -> Any:
        inner = self.layer.compute_output_shape((input_shape[0], *input_shape[2:]))
        return (inner[0], input_shape[1], *inner[1:])
