"""Tables of named columns as numbers for a model: `keras.utils.FeatureSpace`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from keras_core import layers, saving
from keras_core.core.base import tree
from keras_core.core.base.names import auto_name
from keras_core.core.base.progbar import Progbar
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors import native
from keras_core.core.tensors.scopes import HostScope
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.data.tables import as_batch, batches_of_columns, column
from keras_core.layers.preprocessing.columns import (
    Cross,
    Feature,
    TFDConcat,
    TFDIdentity,
    check_mode,
)
from keras_core.layers.preprocessing.pipelines import in_pipeline
from keras_core.layers.preprocessing.text.host import (
    HostLayer,
    in_trace,
    pipeline_for,
    to_engine,
)
from keras_core.typing import Data, FilePath, Tensor, TensorLike

_KINDS: dict[str, Callable[["FeatureSpace", str], "Feature"]] = {
    "float": lambda s, name: s.float(name=name),
    "float_rescaled": lambda s, name: s.float_rescaled(name=name),
    "float_normalized": lambda s, name: s.float_normalized(name=name),
    "float_discretized": lambda s, name: s.float_discretized(s.num_discretization_bins, name=name),
    "integer_categorical": lambda s, name: s.integer_categorical(name=name),
    "string_categorical": lambda s, name: s.string_categorical(name=name),
    "integer_hashed": lambda s, name: s.integer_hashed(s.hashing_dim, name=name),
    "string_hashed": lambda s, name: s.string_hashed(s.hashing_dim, name=name),
}


@public("keras.utils.FeatureSpace")
class FeatureSpace(HostLayer):
    """Turns a table, a dict of named columns, into numbers that a model takes.

    Each column is described by what is done with it. `adapt` learns from data what there is to
    learn: means, vocabularies, bins. After that the space can be called on a dict of columns,
    or of the values of one sample, on every backend: in a pipeline such as a ``dataset.map``, in
    workers, or as a layer. `get_inputs` and `get_encoded_features` give the two ends of a model
    that begins with the raw columns.

    Args:
        features: Dict of the columns by name. A value is what `float`, `float_normalized`,
            `float_rescaled`, `float_discretized`, `integer_categorical`, `string_categorical`,
            `integer_hashed`, `string_hashed` or `feature` returns; or the name of one of the first
            eight as a string, for its defaults.
        output_mode: ``"concat"`` (the default) for one tensor with all that the columns became
            side by side, in the order of the sorted names, the combinations last; ``"dict"`` for a
            dict.
        crosses: List of combinations of columns: tuples of names, or what `cross` returns. None
            (the default) for no combinations.
        crossing_dim: Number of bins for combinations that are given as tuples; 32 by default.
        hashing_dim: Number of bins for columns that are given as ``"integer_hashed"`` or
            ``"string_hashed"``; 32 by default.
        num_discretization_bins: Number of bins for columns that are given as
            ``"float_discretized"``; 32 by default.
        name: Name of the layer; made from the class by default.

    Call arguments:
        inputs: Dict of the columns by name: arrays, lists or tensors of shape ``(batch,)`` or
            ``(batch, 1)``, or single values. Other names are ignored.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> space = keras.utils.FeatureSpace(
    ...     {"age": "float_normalized", "city": "string_categorical"}
    ... )
    >>> space.adapt({"age": np.array([20.0, 40.0]), "city": ["Rome", "Oslo"]})
    >>> row = space({"age": 40.0, "city": "Oslo"})
    >>> keras.ops.convert_to_numpy(row).tolist()
    [1.0, 0.0, 0.0, 1.0]
    """

    _inputs: dict[str, KerasTensor] | None
    _encoded: Any
    _is_adapted: bool

    def __init__(
        self,
        features: dict[str, Any],
        output_mode: str = "concat",
        crosses: Iterable[Any] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        if not features:
            raise ValueError("The `features` argument cannot be None or empty.")
        if not isinstance(features, dict):
            raise ValueError(
                "The `features` argument must be a dict of features by name. "
                f"Received: features={features!r} of type {type(features).__name__}"
            )
        check_mode(output_mode, ("dict", "concat"))
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.features = {name: self._as_feature(name, x) for name, x in features.items()}
        self.crosses = [self._as_cross(cross) for cross in crosses or ()]
        self.crosses_by_name = {cross.name: cross for cross in self.crosses}
        self.preprocessors = {name: x.preprocessor for name, x in self.features.items()}
        self.crossers = {
            name: layers.HashedCrossing(cross.crossing_dim, name=name)
            for name, cross in self.crosses_by_name.items()
        }
        self.one_hot_encoders: dict[str, layers.CategoryEncoding] = {}
        self.concat: TFDConcat | None = None
        self._keep(_inputs=None, _encoded=None, _is_adapted=not self._learning())
        self.built = False

    # -- Features --------------------------------------------------------------------

    @classmethod
    def cross(
        cls, feature_names: Iterable[str], crossing_dim: int, output_mode: str = "one_hot"
    ) -> Cross:
        """A combination of columns of categories, put in bins by a hash.

        What is combined are the numbers of the categories, unknown ones as what they became.

        Args:
            feature_names: Names of the columns, of integers or strings.
            crossing_dim: Number of bins.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the bin.
        """
        return Cross(feature_names, crossing_dim, output_mode)

    @classmethod
    def feature(cls, dtype: str, preprocessor: Callable[..., Any], output_mode: str) -> Feature:
        """A column with a preprocessor of your own.

        Args:
            dtype: Dtype of the values, such as ``"float32"`` or ``"string"``.
            preprocessor: Layer or function of values of shape ``(batch, 1)``. If it has a method
                ``adapt``, that is called with the whole column when the space is adapted.
            output_mode: ``"float"`` if it returns floats, ``"int"`` if integers. With
                ``"one_hot"`` it has to be a layer with `vocabulary_size()` or `num_bins`.
        """
        return Feature(dtype, preprocessor, output_mode)

    @classmethod
    def float(cls, name: str | None = None) -> Feature:
        """A column of floats, taken as they are.

        Args:
            name: Beginning of the name of the layer; made up by default.
        """
        layer = TFDIdentity(dtype="float32", name=_layer_name(name, "float"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_rescaled(
        cls,
        scale: TensorLike = 1.0,
        offset: TensorLike = 0.0,
        name: str | None = None,
    ) -> Feature:
        """A column of floats, put on another scale by `keras.layers.Rescaling`.

        Args:
            scale: What they are multiplied by; 1 by default.
            offset: What is added after that; 0 by default.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.Rescaling(scale, offset, name=_layer_name(name, "float_rescaled"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_normalized(cls, name: str | None = None) -> Feature:
        """A column of floats, brought to mean 0 and variance 1 by `keras.layers.Normalization`.

        Args:
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.Normalization(axis=-1, name=_layer_name(name, "float_normalized"))
        return Feature("float32", layer, "float")

    @classmethod
    def float_discretized(
        cls,
        num_bins: int | None,
        bin_boundaries: Sequence[Any] | None = None,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """A column of floats, put in bins by `keras.layers.Discretization`.

        Args:
            num_bins: Number of bins, whose boundaries `adapt` finds; None with `bin_boundaries`.
            bin_boundaries: The numbers between the bins. By default they are learnt.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the bin.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.Discretization(
            num_bins=num_bins,
            bin_boundaries=bin_boundaries,
            name=_layer_name(name, "float_discretized"),
        )
        return Feature("float32", layer, output_mode)

    @classmethod
    def integer_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """A column of integers that stand for categories, by `keras.layers.IntegerLookup`.

        Args:
            max_tokens: Largest number of categories, unknown ones included. By default there is
                no limit.
            num_oov_indices: Numbers for categories that `adapt` has not seen; 1 by default.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the category.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.IntegerLookup(
            max_tokens, num_oov_indices, name=_layer_name(name, "integer_categorical")
        )
        return Feature("int32", layer, output_mode)

    @classmethod
    def string_categorical(
        cls,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        output_mode: str = "one_hot",
        name: str | None = None,
    ) -> Feature:
        """A column of strings that stand for categories, by `keras.layers.StringLookup`.

        Args:
            max_tokens: Largest number of categories, unknown ones included. By default there is
                no limit.
            num_oov_indices: Numbers for categories that `adapt` has not seen; 1 by default.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the category.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.StringLookup(
            max_tokens, num_oov_indices, name=_layer_name(name, "string_categorical")
        )
        return Feature("string", layer, output_mode)

    @classmethod
    def string_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """A column of strings, put in bins by `keras.layers.Hashing`; nothing is learnt.

        Args:
            num_bins: Number of bins.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the bin.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.Hashing(num_bins, name=_layer_name(name, "string_hashed"))
        return Feature("string", layer, output_mode)

    @classmethod
    def integer_hashed(
        cls, num_bins: int, output_mode: str = "one_hot", name: str | None = None
    ) -> Feature:
        """A column of integers, put in bins by `keras.layers.Hashing`; nothing is learnt.

        Args:
            num_bins: Number of bins.
            output_mode: ``"one_hot"`` (the default) for a row with a one; ``"int"`` for the
                number of the bin.
            name: Beginning of the name of the layer; made up by default.
        """
        layer = layers.Hashing(num_bins, name=_layer_name(name, "integer_hashed"))
        return Feature("int32", layer, output_mode)

    def _as_feature(self, name: str, given: Any) -> Feature:
        if isinstance(given, dict):
            given = serialization.deserialize_keras_object(given)
        if isinstance(given, Feature):
            return given
        if isinstance(given, str) and given in _KINDS:
            return _KINDS[given](self, name)
        raise ValueError(
            f"Invalid feature type: {given}. Expected what a method such as "
            "`FeatureSpace.float_normalized()` returns, or one of the strings "
            f"{sorted(_KINDS)}. Received it for the feature {name!r}."
        )

    def _as_cross(self, given: Any) -> Cross:
        if isinstance(given, dict):
            given = serialization.deserialize_keras_object(given)
        cross = given if isinstance(given, Cross) else None
        names: Any = given if cross is None else cross.feature_names
        unknown = isinstance(names, str) or any(name not in self.features for name in names)
        if unknown:
            raise ValueError(
                "All features referenced in the `crosses` argument should be present in the "
                f"`features` dict. Received unknown features: {names}"
            )
        return cross or Cross(names, self.crossing_dim)

    # -- Adapting --------------------------------------------------------------------

    def _learning(self) -> dict[str, Any]:
        """The preprocessors that learn from data, by name."""
        return {name: layer for name, layer in self.preprocessors.items() if _learns(layer)}

    def adapt(self, dataset: Data, verbose: int = 1) -> None:
        """Learns from data what the columns need: means, vocabularies, bins. Goes through once.

        Args:
            dataset: Dict of columns; or whatever yields dicts of batches or of single samples: a
                ``tf.data.Dataset``, a `PyDataset`, a generator, a loader of torch.
            verbose: 1 (the default) for a progress bar if there are several batches; 0 for none.

        Raises:
            ValueError: If the dataset yields no dicts, or a column is missing.
        """
        learning = self._learning()
        gathered: dict[str, list[Any]] = {}
        for name, layer in learning.items():
            if hasattr(layer, "update_state"):
                layer.reset_state()
            else:
                gathered[name] = []
        progress, count = Progbar(None, verbose=verbose, unit_name="batch"), 0
        for count, columns in enumerate(batches_of_columns(dataset, list(learning)), 1):
            for name, values in columns.items():
                if name in gathered:
                    gathered[name].append(values)
                else:
                    learning[name].update_state(values)
            if count > 1:
                progress.update(count)
        if count > 1:
            progress.update(count, finalize=True)
        for name, layer in learning.items():
            if name in gathered:
                layer.adapt(np.concatenate(gathered[name]))
            else:
                layer.finalize_state()
        self.one_hot_encoders = {}
        self._keep(_is_adapted=True, _encoded=None)
        self.get_encoded_features()

    # -- Encoding --------------------------------------------------------------------

    @property
    def inputs(self) -> dict[str, KerasTensor]:
        """The symbolic columns by name, of shape ``(None, 1)``."""
        if self._inputs is None:
            made = {n: layers.Input((1,), dtype=x.dtype, name=n) for n, x in self.features.items()}
            self._keep(_inputs=made)
            return made
        return self._inputs

    @property
    def encoded_features(self) -> Tensor | dict[str, Tensor] | None:
        """What `get_encoded_features` returned; None before that."""
        return self._encoded

    def get_inputs(self) -> dict[str, KerasTensor]:
        """The symbolic columns by name, the inputs of a model that begins with raw data.

        Raises:
            ValueError: If the space has to be adapted first.
        """
        self._check_adapted()
        return self.inputs

    def get_encoded_features(self) -> Tensor | dict[str, Tensor]:
        """The symbolic result for `get_inputs`: a tensor, or a dict of tensors.

        Raises:
            ValueError: If the space has to be adapted first.
        """
        self._check_adapted()
        if self._encoded is None:
            self._keep(_encoded=self._encode(self.inputs))
            self.built = True
        encoded: Any = self._encoded
        return encoded

    def _check_adapted(self) -> None:
        if not self._is_adapted:
            raise ValueError(
                "You need to call `.adapt(dataset)` on the FeatureSpace before you can start "
                "using it."
            )

    def call(self, inputs: Mapping[str, TensorLike]) -> Tensor | dict[str, Tensor]:
        self._check_adapted()
        columns = self._columns(inputs)
        if any(isinstance(x, KerasTensor) for x in columns.values()):
            return self._encode(columns)
        self.get_encoded_features()  # makes what is not there yet, outside of any trace
        if in_trace(*columns.values()):
            return self._in_trace(columns)
        return tree.map_structure(to_engine, self._on_host(columns))

    def _columns(self, inputs: Any) -> dict[str, Any]:
        if not isinstance(inputs, dict):
            raise ValueError(
                f"Expected a dict of columns by name: {sorted(self.features)}. "
                f"Received: {type(inputs).__name__}"
            )
        missing = [name for name in self.features if name not in inputs]
        if missing:
            raise ValueError(
                f"The columns {missing} are missing. Expected: {sorted(self.features)}. "
                f"Received: {sorted(map(str, inputs))}"
            )
        return {name: inputs[name] for name in sorted(self.features)}

    def _encode(self, columns: dict[str, Any]) -> Any:
        """The result for columns of shape ``(batch, 1)``: arrays, or symbolic tensors."""
        numbers = {name: self.preprocessors[name](columns[name]) for name in sorted(self.features)}
        found = dict(numbers)
        for name in sorted(self.crossers):
            names = self.crosses_by_name[name].feature_names
            found[name] = self.crossers[name](tuple(numbers[n] for n in names))
        for name in found:
            kind = self.features.get(name) or self.crosses_by_name[name]
            if kind.output_mode == "one_hot":
                found[name] = self._encoder(name, found[name])(found[name])
        if self.output_mode == "dict":
            return found
        for name, x in found.items():
            if not _dtype_of(x).startswith(("float", "bfloat")):
                raise ValueError(
                    f"Cannot concatenate features because feature {name!r} has not been encoded "
                    f"(it has dtype {_dtype_of(x)}). Consider using `output_mode='dict'`."
                )
        if self.concat is None:
            self.concat = TFDConcat(axis=-1)
        return self.concat(list(found.values()))

    def _encoder(self, name: str, numbers: Any) -> layers.CategoryEncoding:
        """The layer that makes rows of the numbers of a column or of a combination."""
        encoder = self.one_hot_encoders.get(name)
        if encoder is None:
            if "int" not in _dtype_of(numbers):
                raise ValueError(
                    f"Feature {name!r} has `output_mode='one_hot'`. Thus its preprocessor should "
                    "return an integer dtype. Instead it returns a "
                    f"{_dtype_of(numbers)} dtype."
                )
            layer = self.preprocessors.get(name) or self.crossers[name]
            encoder = layers.CategoryEncoding(_number_of_categories(name, layer))
            self.one_hot_encoders[name] = encoder
        return encoder

    def _on_host(self, columns: dict[str, Any]) -> Any:
        """The result for whatever holds columns, as arrays."""
        arrays = {n: column(x, self.features[n].dtype) for n, x in columns.items()}
        single = all(x.ndim == 0 for x in arrays.values())
        with HostScope():
            found = self._encode({n: as_batch(x) for n, x in arrays.items()})
            return tree.map_structure(
                lambda y: native.to_numpy(y)[0] if single else native.to_numpy(y), found
            )

    def _in_trace(self, columns: dict[str, Any]) -> Any:
        """The result for tensors without values."""
        tensors = list(columns.values())
        kind = pipeline_for(type(self).__name__, tensors)
        shapes = [kind.spec(x)[0] for x in tensors]
        single = not any(shapes)
        rows = shapes[0][0] if shapes[0] else 1
        symbolic = tree.map_structure(
            lambda y: (y.shape[1:] if single else (rows, *y.shape[1:]), y.dtype),
            self.get_encoded_features(),
        )

        def run(*arrays: Any) -> list[Any]:
            return tree.flatten(self._on_host(dict(zip(columns, arrays, strict=True))))

        if self.output_mode == "concat":
            return in_pipeline(kind, run, tensors, [symbolic])[0]
        names = sorted(symbolic)  # the order of a flat dict
        found = in_pipeline(kind, run, tensors, [symbolic[name] for name in names])
        return dict(zip(names, found, strict=True))

    def compute_output_spec(self, inputs: Any) -> Any:
        """The result for symbolic columns."""
        return self.call(inputs)

    # -- Configs and files -----------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, as JSON-ready values."""
        return {
            "features": {
                name: serialization.serialize_keras_object(x) for name, x in self.features.items()
            },
            "output_mode": self.output_mode,
            "crosses": [serialization.serialize_keras_object(cross) for cross in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "FeatureSpace":
        """The space of a config; `adapt` it, unless it comes from a file."""
        return cls(**config)

    def get_build_config(self) -> dict[str, Any]:
        """The shapes that the preprocessors were built with, by column."""
        return {
            name: layer.get_build_config() if hasattr(layer, "get_build_config") else None
            for name, layer in self.preprocessors.items()
        }

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Makes the preprocessors ready for what a file holds of them."""
        for name, layer in self.preprocessors.items():
            if config.get(name) and not layer.built:
                layer.build_from_config(config[name])
        self._keep(_is_adapted=True)

    def save(self, filepath: FilePath) -> None:
        """Saves the space with all that it has learnt; `keras.models.load_model` reads the file.

        Args:
            filepath: A path that ends in ``.keras``.
        """
        saving.save_model(self, filepath)


def _layer_name(name: str | None, kind: str) -> str:
    return f"{name or auto_name(kind)}_preprocessor"


def _learns(layer: Any) -> bool:
    """Whether there is something that a preprocessor has not been given and has to learn."""
    given = getattr(layer, "_given", None), getattr(layer, "input_mean", None)
    return hasattr(layer, "adapt") and given[0] in (None, False) and given[1] is None


def _number_of_categories(name: str, layer: Any) -> int:
    """How many numbers a layer of categories can return."""
    for attribute in ("num_bins", "_depth", "vocabulary_size"):
        value = getattr(layer, attribute, None)
        if value is not None:
            size: Any = value() if callable(value) else value
            return int(size)
    raise ValueError(
        f"Feature {name!r} has `output_mode='one_hot'`, but how many categories its preprocessor "
        "knows is not known, thus it cannot be one-hot encoded. Give the layer a method "
        "`vocabulary_size()` or an attribute `num_bins`, or use `output_mode='int'`."
    )


def _dtype_of(x: Any) -> str:
    return str(x.dtype) if isinstance(x, np.ndarray) else native.dtype_of(x)
