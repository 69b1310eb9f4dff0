"""The parts of a `FeatureSpace` that only it has; their names are those in Keras's files."""

from collections.abc import Iterable
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.typing import LayerOptions, Tensor


@public("keras.src.layers.preprocessing.feature_space.TFDIdentity")
class TFDIdentity(DataLayer):
    """Returns its inputs as they are; what `FeatureSpace.float` puts in a model."""

    _weightless = True

    def call(self, inputs: Tensor) -> Tensor:
        return inputs


@public("keras.src.layers.preprocessing.feature_space.TFDConcat")
class TFDConcat(DataLayer):
    """Concatenates a list of tensors.

    Args:
        axis: The axis along which they follow one another.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _weightless = True

    def __init__(self, axis: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, xs: Any) -> Tensor:
        return ops.concatenate(xs, axis=self.axis)


def check_mode(mode: Any, modes: tuple[str, ...]) -> None:
    if mode not in modes:
        raise ValueError(
            f"Invalid value for argument `output_mode`. Expected one of {modes}. "
            f"Received: output_mode={mode}"
        )


@public("keras.src.layers.preprocessing.feature_space.Feature")
class Feature:
    """A column of a table, as `FeatureSpace.feature` and its kin make one.

    Args:
        dtype: Dtype of the values: ``"float32"``, ``"int32"``, ``"string"`` or the like.
        preprocessor: Layer or function of a batch of values of shape ``(batch, 1)``.
        output_mode: ``"float"`` if the preprocessor returns numbers that a model takes as they
            are; ``"int"`` if it returns numbers of categories; ``"one_hot"`` if these are to become
            rows with a one each.
    """

    def __init__(self, dtype: str, preprocessor: Any, output_mode: str) -> None:
        check_mode(output_mode, ("int", "one_hot", "float"))
        self.dtype = dtype
        if isinstance(preprocessor, dict):
            preprocessor = serialization.deserialize_keras_object(preprocessor)
        self.preprocessor = preprocessor
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, as JSON-ready values."""
        return {
            "dtype": self.dtype,
            "preprocessor": serialization.serialize_keras_object(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Feature":
        """The feature of a config."""
        return cls(**config)


@public("keras.src.layers.preprocessing.feature_space.Cross")
class Cross:
    """A combination of columns, as `FeatureSpace.cross` makes one.

    Args:
        feature_names: Names of the columns.
        crossing_dim: Number of bins that the combinations are put in by a hash.
        output_mode: ``"one_hot"`` for a row with a one; ``"int"`` for the number of the bin.
    """

    def __init__(
        self, feature_names: Iterable[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> None:
        check_mode(output_mode, ("int", "one_hot"))
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The names of the columns with ``"_X_"`` between them."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, as JSON-ready values."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Cross":
        """The combination of a config."""
        return cls(**config)
