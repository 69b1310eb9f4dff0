"""Models: layers that can be trained, saved and summarised."""

import json
import warnings
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self, Unpack

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.base.lazy import import_parts
from keras_core.core.base.public import public
from keras_core.core.base.trackable import in_files
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.export.archive import export_model
from keras_core.layers.base.calling import specs_of_inputs
from keras_core.layers.base.layer import Layer
from keras_core.models.quantization import quantize_model
from keras_core.models.summary import print_summary
from keras_core.quantizers.configs import QuantizationConfig, config_of
from keras_core.quantizers.report import QuantizationReport
from keras_core.training.trainer import Trainer
from keras_core.typing import CustomObjects, FilePath, LoadOptions


@public("keras.Model", "keras.models.Model")
class Model(Trainer, Layer):
    """A layer that can be trained, evaluated, saved and summarised.

    There are three ways to make one: ``Model(inputs, outputs)`` from symbolic tensors,
    `Sequential` from a list of layers, or a subclass with a `call`.

    Args:
        inputs: A symbolic tensor (see `keras.Input`), or a nest of them.
        outputs: A symbolic tensor that depends on ``inputs``, or a nest of them.
        name: A name; made from the class by default.
        trainable: Whether the variables are trained.
        dtype: A dtype or a policy, for subclasses.
        *args: The inputs and outputs of a functional model, or what the constructor of a
            subclass takes.
        **kwargs: Their names, ``name``, and the arguments of every layer; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> x = keras.Input((3,))
    >>> h = keras.layers.Dense(4, activation="relu")(x)
    >>> model = keras.Model(inputs=x, outputs=keras.layers.Dense(5)(h))
    >>> model.count_params()
    41
    """

    _remat_as_a_whole = False

    _class_of_graphs: ClassVar[Any]

    def __init_subclass__(cls, of_graphs: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if of_graphs:
            Model._class_of_graphs = cls

    @staticmethod
    def class_of_graphs() -> "type[Model]":
        """The subclass whose instances are made from symbolic tensors."""
        import_parts("keras.models")
        return Model._class_of_graphs

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        functional = Model.class_of_graphs()
        if not isinstance(self, functional) and _is_functional_call(args, kwargs):
            # `Model(inputs, outputs)`, also from the constructor of a subclass
            object.__setattr__(self, "__class__", functional_subclass(type(self), functional))
            functional.__init__(self, *args, **kwargs)
            return
        Trainer.__init__(self)
        Layer.__init__(self, *args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation; a subclass defines it."""
        raise NotImplementedError(
            f"Model {type(self).__name__} does not have a `call()` method implemented."
        )

    def _has_call(self) -> bool:
        return type(self).call is not Model.call

    @property
    def layers(self) -> list[Layer]:
        """The layers right below."""
        return self._flatten_layers(include_self=False, recursive=False)

    @layers.setter
    def layers(self, _: object) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name."
        )

    def _input_specs(self) -> list[Any]:
        """What the model takes, for engines that write models by themselves."""
        return specs_of_inputs(self)

    def saved_children(self) -> list[tuple[str, Any]]:
        """What is saved with the model: `layers`, saveable attributes and containers."""
        return in_files([*super().saved_children(), ("layers", self.layers)])

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """A layer by name or by index.

        Raises:
            ValueError: If there is none, or both or neither are given.
        """
        if (name is None) == (index is None):
            raise ValueError(
                "Provide either a layer name or a layer index at `get_layer`. "
                f"Received: index={index}, name={name}"
            )
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has "
                    f"{len(layers)} layers."
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(f"No such layer: {name}. Existing layers are: {[x.name for x in layers]}.")

    @property
    def output_shape(self) -> Any:
        """The shape of the outputs, or a nest of shapes."""
        return tree.map_structure(lambda t: t.shape, self.output)

    @property
    def input_shape(self) -> Any:
        """The shape of the inputs, or a nest of shapes."""
        return tree.map_structure(lambda t: t.shape, self.input)

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[..., Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print a table of the layers, their output shapes and their numbers of weights.

        Args:
            line_length: The width of the table in characters; what the terminal holds by default.
            positions: Where each column ends, in characters or as shares of the line up to 1.0; by
                default columns are as wide as what is in them.
            print_fn: Called with the whole text, instead of printing it.
            expand_nested: Whether the layers of inner models are shown.
            show_trainable: Whether a column says which layers are trained.
            layer_range: Two names, or regular expressions for names: the first and the last layer
                to show; by default all.

        Raises:
            ValueError: If no layer has the names, or the positions do not grow.
        """
        print_summary(
            self,
            line_length=line_length,
            positions=positions,
            print_fn=print_fn,
            expand_nested=expand_nested,
            show_trainable=show_trainable,
            layer_range=layer_range,
        )

    def quantize(
        self,
        mode: str | None = None,
        config: "QuantizationConfig | None" = None,
        filters: str | Sequence[str] | Callable[..., Any] | None = None,
        verbose: bool = True,
        **kwargs: bool,
    ) -> None:
        """Hold the weights of the layers in fewer bits from now on.

        Layers that cannot be quantised stay as they are; `quantization_summary` says which.
        Compile the model again to train it.

        Args:
            mode: ``"int8"``, ``"int4"``, ``"float8"`` or ``"ternary"``.
            config: A `keras.quantizers.QuantizationConfig`, which says how; by default that of the
                mode. ``"gptq"`` and ``"awq"`` need one, with data.
            filters: Which layers: a regular expression that is searched for in their names, a list
                of some, or a function of a layer; all by default.
            verbose: Whether to warn of layers that cannot be quantised; True by default.
            **kwargs: ``type_check=False``, to quantise layers of subclasses, too.

        Raises:
            ValueError: If the model is not built, or the arguments contradict each other.

        Example:

        >>> import keras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
        >>> model.quantize("int8")
        >>> model.layers[0].kernel.dtype
        'int8'
        """
        type_check = kwargs.pop("type_check", True)
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}"
            )
        config = config_of(mode, config)
        if not self.built:
            raise ValueError(
                f"Cannot quantize a layer that isn't yet built. Layer '{self.name}' (of type "
                f"'{type(self).__name__}') is not built yet."
            )
        report = quantize_model(self, config, filters, type_check)
        self._keep(_quantization_report=report)
        warning = report.summary_warning()
        if verbose and warning:
            warnings.warn(warning, stacklevel=2)

    def quantization_summary(self, verbose: bool = True) -> QuantizationReport | None:
        """What the last `quantize` did, layer by layer.

        Args:
            verbose: Whether to print it, which is the default.

        Returns:
            The report; None if the model was not quantised.
        """
        report: QuantizationReport | None = self.__dict__.get("_quantization_report")
        if verbose:
            print("The model was not quantized." if report is None else report.render())
        return report

    def get_quantization_layer_structure(self, mode: str | None = None) -> dict[str, Any] | None:
        """The layers in the order in which data runs through them; a subclass may say.

        Args:
            mode: ``"gptq"`` or ``"awq"``.

        Returns:
            ``{"pre_block_layers": [...], "sequential_blocks": [...]}``; None if it is not known.
        """
        return None

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Build with what `get_build_config` returned."""
        if not config:
            return
        Layer.build_from_config(self, config)

    def save(
        self, filepath: FilePath, overwrite: bool = True, zipped: bool | None = None, **kwargs: bool
    ) -> None:
        """Save the model: architecture, weights, state of the optimizer.

        Args:
            filepath: A path that ends in ``.keras``, or ``.h5`` for the legacy format; the path
                of a folder with ``zipped=False``.
            overwrite: Whether an existing file is replaced without asking.
            zipped: Whether the result is one file, which is the default, or a folder.
            **kwargs: ``include_optimizer`` for the legacy format.
        """
        saving.save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(
        self,
        filepath: FilePath,
        overwrite: bool = True,
        max_shard_size: float | None = None,
        lora_only: bool = False,
    ) -> None:
        """Save the weights.

        Args:
            filepath: A path that ends in ``.weights.h5``, or in ``.weights.json`` with
                ``max_shard_size``.
            overwrite: Whether an existing file is replaced without asking.
            max_shard_size: The largest size of a file in GiB; by default there is one file.
            lora_only: Whether only the low-rank updates of layers are saved, in a ``.weights.h5``
                or ``.safetensors`` file; False by default.
        """
        saving.save_weights(self, filepath, overwrite, max_shard_size, lora_only)

    def load_weights(
        self, filepath: FilePath, skip_mismatch: bool = False, **kwargs: Unpack[LoadOptions]
    ) -> None:
        """Load weights that `save_weights` or `save` wrote.

        Args:
            filepath: A ``.weights.h5``, ``.weights.json``, ``.keras`` or legacy ``.h5`` file.
            skip_mismatch: Whether layers whose weights do not fit are left as they are.
            **kwargs: ``by_name=True`` to find the layers of a legacy file by name;
                ``objects_to_skip``, a list of layers that are left as they are, for the others.

        Raises:
            ValueError: If weights are missing or do not fit, or there is no such argument.
        """
        unknown = set(kwargs) - {"by_name", "objects_to_skip"}
        if unknown:
            raise ValueError(f"Invalid keyword arguments: {sorted(unknown)}")
        saving.load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def export(
        self,
        filepath: FilePath,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Sequence[Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Write the model, as it predicts, for programs without Keras.

        Which formats there are depends on the backend: ``"tf_saved_model"`` (a folder) with
        tensorflow, ``"torch"`` (a ``.pt2`` file) with torch, ``"openvino"`` (an ``.xml`` file and
        a ``.bin`` beside it) with openvino, ``"jax"`` (StableHLO in one file) with jax. By
        converters, which are extras of the backends: ``"onnx"`` with torch, tensorflow and jax,
        ``"litert"`` with tensorflow and torch, ``"openvino"`` with all of these. Plugins
        add more. To use the format of another backend, `save` the model, and load and export it
        there.

        The exported function does not change its state. `keras.export.ExportArchive` exports
        other functions than the call of the model.

        Args:
            filepath: Where to; whatever is there is replaced.
            format: The name of the format.
            verbose: Whether to print what the artifact holds, which is the default.
            input_signature: A list with an entry for each argument of `call`: an `InputSpec`, a
                `KerasTensor`, a tensor, or a nest of them. By default the model's inputs as it was
                built, floats of any batch size where it was built from data.
            **kwargs: Options of the format.

        Raises:
            CapabilityError: If not this, but another installed backend has the format.
            ExportError: If the format cannot hold the model; the message names the layer.
            ImportError: If the converter is not installed; the message says how to get it.
            TypeError: If the format has no such option.
            ValueError: If no installed backend has the format, the model is not built, or the
                path does not end as the format needs it.

        Example:

        ```python
        model.export("model.pt2", format="torch")  # KERAS_BACKEND=torch

        torch.export.load("model.pt2").module()(x)  # anywhere
        ```
        """
        export_model(
            self,
            filepath,
            format=format,
            verbose=verbose is None or verbose,
            input_signature=input_signature,
            options=kwargs,
        )

    def to_json(self, **kwargs: Any) -> str:
        """The architecture as JSON; `keras.models.model_from_json` makes a model of it."""
        return json.dumps(saving.serialize_keras_object(self), **kwargs)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Self:
        """A model made with ``config``."""
        if {"name", "layers", "input_layers", "output_layers"} <= set(config):
            graphs: Any = Model.class_of_graphs()
            return graphs.from_graph_config(cls, config, custom_objects)
        try:
            return cls(**config)
        except TypeError as e:
            raise TypeError(
                f"Unable to revive model from config. When overriding the `get_config()` method, "
                "make sure that the returned config contains all items used as arguments in the "
                f"constructor to {cls}, which is the default behavior. You can override this "
                "default behavior by defining a `from_config(cls, config)` class method to "
                f"specify how to create an instance of {cls.__name__} from its config.\n\n"
                f"Received config={config}\n\nError encountered during deserialization: {e}"
            ) from e


def _is_functional_call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return (
        (len(args) == 2 and all(_is_symbolic(a) for a in args))
        or (len(args) == 1 and "outputs" in kwargs)
        or ("inputs" in kwargs and "outputs" in kwargs)
    )


def _is_symbolic(x: Any) -> bool:
    leaves = tree.flatten(x)
    return bool(leaves) and all(isinstance(v, KerasTensor) for v in leaves)


_functional_subclasses: dict[type, type] = {}


def functional_subclass(cls: type, functional: type) -> type:
    """The class of the instances of ``cls`` that are made from tensors; one for each class."""
    if cls is Model:
        return functional
    made = _functional_subclasses.get(cls)
    if made is None:
        body = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "config_class": cls}
        made = _functional_subclasses[cls] = type(cls.__name__, (cls, functional), body)
    return made
