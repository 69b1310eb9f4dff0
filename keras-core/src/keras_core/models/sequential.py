"""A stack of layers."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.base.trackable import stand_in
from keras_core.core.graph.nodes import history_of
from keras_core.core.tensors import masks
from keras_core.core.tensors.ragged import is_ragged
from keras_core.core.tensors.scopes import SymbolicScope, owner_scope
from keras_core.core.tensors.sparse import is_sparse
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.data.texts import host_array
from keras_core.layers.base.layer import Layer, given_batch_shape
from keras_core.layers.base.shapes import is_shape
from keras_core.layers.core.input_layer import Input, InputLayer
from keras_core.layers.preprocessing.text.host import HostLayer
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.typing import CustomObjects, Mode, ModelOptions, Shapes, Tensors


@public("keras.Sequential", "keras.models.Sequential")
class Sequential(Model):
    """A stack of layers, each of which takes what the one before returns.

    Args:
        layers: Layers, with an `Input` before them if the shape of the inputs is known;
            otherwise the model is built with the first data.
        trainable: Whether the variables are trained.
        name: A name; ``"sequential"`` by default.
        **kwargs: Arguments of every layer, such as ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([
    ...     keras.Input((16,)),
    ...     keras.layers.Dense(8, activation="relu"),
    ...     keras.layers.Dense(1),
    ... ])
    >>> model.count_params()
    145
    """

    def __init__(
        self,
        layers: Sequence[Any] | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Unpack[ModelOptions],
    ) -> None:
        listed = [] if layers is None else list(_listed(layers))
        super().__init__(trainable=trainable, name=name, **kwargs)
        self._functional: Functional | None = None
        self._stack: list[Layer]
        self._keep(_stack=[])
        self.supports_masking = True
        for layer in listed:
            self.add(layer, rebuild=False)
        if layers is not None:
            self._rebuild()

    def add(self, layer: Layer | KerasTensor, rebuild: bool = True) -> None:
        """Put a layer on top.

        Raises:
            ValueError: If it is no layer, or has the name of another.
        """
        if isinstance(layer, KerasTensor):
            history = history_of(layer)
            layer = history.operation if history is not None else layer  # type: ignore[assignment]
        layer = stand_in(layer)
        if not isinstance(layer, Layer):
            if not callable(layer) and hasattr(layer, "build_layer"):
                layer = layer.build_layer()
            else:
                raise ValueError(
                    "Only instances of `keras.Layer` can be added to a Sequential model. "
                    f"Received: {layer!r} (of type {type(layer)})"
                )
        if isinstance(layer, InputLayer) and self._stack and isinstance(self._stack[0], InputLayer):
            raise ValueError(
                f"Sequential model {self.name!r} has already been configured to use input shape "
                f"{self._stack[0].batch_shape}. You cannot add a different Input layer to it."
            )
        if any(x.name == layer.name and x is not layer for x in self._stack):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f"{layer.name!r} is already the name of a layer in this model. Update the `name` "
                "argument to pass a unique name."
            )
        self._adopt(layer)
        if not self._stack and isinstance(layer, Layer) and (shape := given_batch_shape(layer)):
            self._stack.append(InputLayer(batch_shape=shape))
        if isinstance(layer, InputLayer):
            self._stack.insert(0, layer)
        else:
            self._stack.append(layer)  # type: ignore[arg-type]
        if rebuild:
            self._rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the top layer off and return it."""
        if not self._stack:
            raise ValueError(f"Sequential model {self.name!r} has no layers to pop.")
        layer = self._stack.pop()
        self._disown([layer])
        self.built = False
        self._functional = None
        if rebuild:
            self._rebuild()
        return layer

    def _rebuild(self) -> None:
        self.built = False
        self._functional = None
        if len(self._stack) < 2:
            return
        first = self._stack[0]
        if isinstance(first, Functional) or (isinstance(first, Sequential) and first._functional):
            # A model begins the stack, as in transfer learning: it says what it takes.
            if is_shape(first.input_shape):
                self._build_from(first.input_shape, first.inputs[0].dtype)
        elif isinstance(first, InputLayer):
            self._build_from(first.batch_shape, first.dtype)

    def build(self, input_shape: Shapes | None = None) -> None:
        """Make the weights for inputs of a shape, with the batch.

        Args:
            input_shape: A shape, or a nest of shapes where the first layer takes a nest of
                tensors. It may be left out if the stack begins with an input.
        """
        if not self._stack:
            raise ValueError(
                f"Sequential model {self.name!r} cannot be built because it has no layers. Call "
                "`model.add(layer)`."
            )
        if isinstance(self._stack[0], InputLayer):
            if self._functional is None and len(self._stack) > 1:
                self._build_from(self._stack[0].batch_shape, self._stack[0].dtype)
        elif input_shape is None:
            raise ValueError(
                f"Sequential model {self.name!r} does not begin with an `Input`, so `build()` "
                "needs the argument `input_shape`."
            )
        elif is_shape(input_shape):
            self._build_from(tuple(input_shape), None)
        else:
            # The first layer takes a nest: the layers are called one by one, without a graph.
            Model.build(self, input_shape)

    def _build_from(
        self, batch_shape: Any, dtype: str | None, sparse: bool = False, ragged: bool = False
    ) -> None:
        # whoever asks may only want the shapes
        with SymbolicScope(active=False), owner_scope(self):
            self._record(batch_shape, dtype, sparse, ragged)

    def _record(self, batch_shape: Any, dtype: str | None, sparse: bool, ragged: bool) -> None:
        if isinstance(self._stack[0], InputLayer):
            x: Any = self._stack[0]._inbound_nodes[0].outputs[0]
        else:
            dtype = dtype or self._guess_dtype()
            x = Input(batch_shape=batch_shape, dtype=dtype, sparse=sparse, ragged=ragged)
            self._stack.insert(0, history_of(x).operation)  # type: ignore[union-attr]
        inputs = x
        for layer in self._stack[1:]:
            try:
                x = layer(x)
            except NotImplementedError:
                # It cannot be run on symbolic tensors: the layers are called one by one.
                self._functional = None
                return
        self._keep(_functional=Functional(inputs, x, name=self.name))
        self.built = True

    def _guess_dtype(self) -> str:
        first = self._stack[0]
        return "int32" if type(first).__name__ == "Embedding" else first.compute_dtype

    def call(
        self, inputs: Tensors, training: bool | None = None, mask: Tensors | None = None
    ) -> Any:
        """Run the layers, one after another."""
        if self._functional is not None:
            # Only the layers know which sizes they need to be as they were.
            return self._functional.run_matched(inputs, mask, sizes=False)
        x = inputs
        if mask is not None:
            for part, m in zip(tree.flatten(x), tree.flatten(mask), strict=False):
                masks.set_mask(part, m)
        for layer in self.layers:
            x = layer(x)
        return x

    def __call__(
        self, inputs: Tensors, training: bool | None = None, mask: Tensors | None = None
    ) -> Any:
        if self._functional is None and not self.built and self._stack:
            self._build_with(inputs)
        return super().__call__(inputs, training=training, mask=mask)

    def _build_with(self, inputs: Any) -> None:
        shape = getattr(inputs, "shape", None)
        if shape is None or tree.is_nested(inputs):
            return
        shape = tuple(shape)
        dtype = str(getattr(inputs, "dtype", "float32")).split(".")[-1]
        if getattr(getattr(inputs, "dtype", None), "kind", "") in ("O", "S", "U", "T"):
            dtype = "string"
        # one model for all batch sizes
        if not isinstance(self._stack[0], InputLayer):
            batch = (None, *shape[1:]) if shape else shape
            self._build_from(
                batch, self._input_dtype_for(dtype), is_sparse(inputs), is_ragged(inputs)
            )

    def _input_dtype_for(self, dtype: str) -> str:
        return (
            dtype
            if dtype.startswith(("int", "uint", "bool", "string"))
            else (self._stack[0].compute_dtype)
        )

    def _computes_on_host(self) -> bool:
        return self._functional is not None and self._functional._computes_on_host()

    def _host_stage(self) -> bool:
        if self._functional is not None:
            return self._functional._host_stage()
        first = next((x for x in self._stack if not isinstance(x, InputLayer)), None)
        return isinstance(first, HostLayer)

    def _on_host(self, x: Any) -> Any:
        if self._functional is None:
            self._build_with(tree.map_structure(host_array, x))
        assert self._functional is not None, "layers on the host take symbolic tensors"
        return self._functional._on_host(x)

    def compute_mask(self, inputs: Tensors, previous_mask: Tensors | None) -> None:
        """None: the layers give the outputs their masks."""
        return

    def compute_output_spec(self, inputs: Any, training: Mode = None, mask: Any = None) -> Any:
        """The symbolic outputs for symbolic inputs."""
        if self._functional is not None:
            with SymbolicScope():
                return self.call(inputs, training=training, mask=mask)
        return super().compute_output_spec(inputs, training=training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for inputs of a shape."""
        if self._functional is not None:
            return self._functional.compute_output_shape(input_shape)
        for layer in self.layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def saved_children(self) -> list[tuple[str, Any]]:
        """As those of any model, the layers of the graph first, whatever else holds them."""
        return [("layers", self.layers), *Layer.saved_children(self)]

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """The graph of the layers too, under the name that Keras's checkpoints have."""
        graph = {} if self._functional is None else {"_functional": self._functional}
        return super()._children_by_name(**graph, _layers=self._stack, **more)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        stack = self.__dict__.get("_stack", [])
        return list(stack[1:] if stack and isinstance(stack[0], InputLayer) else stack)

    @layers.setter
    def layers(self, _: object) -> None:
        raise AttributeError(
            "`Sequential.layers` attribute is reserved and should not be used. Use `add()` and "
            "`pop()` to change the layers in this model."
        )

    def _graph(self) -> Functional:
        if self._functional is None:
            raise AttributeError(
                f"Sequential model {self.name!r} has no defined inputs or outputs yet. "
                "Build it, or call it on some data."
            )
        return self._functional

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs."""
        return self._graph().inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs."""
        return self._graph().outputs

    @property
    def input(self) -> Any:
        """The symbolic input."""
        return self._graph().input

    @property
    def output(self) -> Any:
        """The symbolic output."""
        return self._graph().output

    @property
    def input_shape(self) -> Any:
        """The shape of the input."""
        return self._graph().input_shape

    @property
    def output_shape(self) -> Any:
        """The shape of the output."""
        return self._graph().output_shape

    def get_build_config(self) -> dict[str, Any] | None:
        """The shape of the inputs."""
        if self._functional is None:
            return super().get_build_config()
        return {"input_shape": self._functional.inputs[0].shape}

    def get_config(self) -> dict[str, Any]:
        """The layers, as JSON-ready values."""
        config: dict[str, Any] = Model.get_config(self)
        config["layers"] = [saving.serialize_keras_object(layer) for layer in self._stack]
        if self._functional is not None:
            config["build_input_shape"] = self._functional.inputs[0].shape
        return config

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> "Sequential":
        """A model made with ``config``."""
        if isinstance(config, list):  # a config of Keras 1: the layers only
            config = {"layers": config}
        model = cls(name=config.get("name"))
        # The stack builds its layers, under its own name; those that it cannot build remain.
        builds: list[tuple[Layer, Any]] = []
        for data in config["layers"]:
            build = data.get("build_config")
            data = {k: v for k, v in data.items() if k != "build_config"}
            layer = saving.deserialize_keras_object(data, custom_objects=custom_objects)
            model.add(layer, rebuild=False)
            builds.append((layer, build))
        model._rebuild()
        shape = config.get("build_input_shape")
        if model._functional is None and shape and is_shape(shape) and model._stack:
            model.build(tuple(shape))
        for layer, build in builds:
            if build and not layer.built:
                layer.build_from_config(build)
        model._trainable = bool(config.get("trainable", True))
        return model


def entry(model: Sequential) -> Layer | None:
    """The first layer of a Sequential model, an `InputLayer` included."""
    return model._stack[0] if model._stack else None


def built_as(model: Sequential) -> Functional | None:
    """The functional model that a Sequential one has become, once its inputs are known."""
    return model._functional


def _listed(layers: Any) -> list[Any]:
    if isinstance(layers, Layer) or not hasattr(layers, "__iter__"):
        raise TypeError(
            "A Sequential model takes one list of layers: `Sequential([layer, ...])`. "
            f"Received: layers={layers!r} (of type {type(layers).__name__})"
        )
    return list(layers)
