"""Several layers as one."""

from collections.abc import Sequence
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import masks
from keras_core.layers.base.layer import Layer
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.typing import CustomObjects, Mode, Tensor


@public("keras.layers.Pipeline")
class Pipeline(DataLayer):
    """Runs layers one after the other, such as those that prepare data.

    Unlike `keras.Sequential` it is no model, and its layers are told that they train unless a call
    says otherwise: augmentation in an input pipeline is for training.

    Args:
        layers: List of layers, each of which takes what the one before returns.
        name: Name of the layer; made from the class by default.

    Call args:
        inputs: The inputs of the first layer.
        training: Whether layers that know the difference train; True by default.
        mask: Mask of the inputs, for the layers that take one.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Pipeline(
    ...     [keras.layers.Rescaling(2.0), keras.layers.Rescaling(1.0, offset=1.0)]
    ... )
    >>> keras.ops.convert_to_numpy(layer(keras.ops.array([1.0, 2.0]))).tolist()
    [3.0, 5.0]
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        given = list(layers) if isinstance(layers, (list, tuple)) else []
        if not given or not all(isinstance(layer, Layer) for layer in given):
            raise ValueError(
                "`layers` of a Pipeline must be a list of at least one layer. "
                f"Received: layers={layers!r}"
            )
        self._keep(layers=self._adopt_container("layers", given))

    @property
    def layers(self) -> list[Layer]:
        """The layers, in their order."""
        own: list[Layer] = self.__dict__["layers"]
        return own

    def call(self, inputs: Any, training: Mode = True, mask: Tensor | None = None) -> Any:
        for layer in self.layers:
            extra: dict[str, Any] = {}
            if layer.call_signature.has_training:
                extra["training"] = training
            if mask is not None and "mask" in layer.call_signature.parameters:
                extra["mask"] = mask
            inputs = layer(inputs, **extra)
            mask = masks.get_mask(inputs) if not isinstance(inputs, (list, tuple, dict)) else None
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The layers and the name."""
        layers = [serialization.serialize_keras_object(layer) for layer in self.layers]
        return {"layers": layers, "name": self.name}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> "Pipeline":
        config = dict(config)
        layers = [
            serialization.deserialize_keras_object(layer, custom_objects)
            for layer in config.pop("layers")
        ]
        return cls(layers, **config)
