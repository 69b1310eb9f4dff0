"""Models made from symbolic tensors."""

from collections.abc import Callable
from typing import Any

from keras_core import saving
from keras_core.engine import masks, scopes, tensors, tree
from keras_core.engine.graph import Node, Operation, history_of
from keras_core.engine.symbolic import OPERATIONS, KerasTensor, shapes_agree
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.layer import Layer
from keras_core.models.function import Function
from keras_core.models.model import Model
from keras_core.training.trainer import Trainer


class Functional(Function, Model):
    """A model made from symbolic tensors; what ``Model(inputs, outputs)`` returns.

    Args:
        inputs: A symbolic tensor, or a nest of them.
        outputs: A symbolic tensor that depends on ``inputs``, or a nest of them.
        name: A name; ``"functional"`` by default.
        trainable: Whether the variables are trained.
    """

    _made_from: type | None = None

    def __init__(
        self,
        inputs: Any,
        outputs: Any,
        name: str | None = None,
        trainable: bool | None = None,
        **kwargs: Any,
    ) -> None:
        Trainer.__init__(self)
        Layer.__init__(self, name=name, **kwargs)
        for x in tree.flatten(inputs):
            if not isinstance(x, KerasTensor):
                raise ValueError(
                    "All `inputs` values must be KerasTensors, as `keras.Input` returns. "
                    f"Received: inputs={inputs!r}"
                )
        inputs = tree.map_structure(_as_input, inputs)
        self._init_graph(inputs, outputs)
        self._name_inputs()
        self._own_layers[:] = [x for x in self.operations if isinstance(x, Layer)]
        hook = getattr(self, "_add_engine_layer", None)
        if hook is not None:
            for i, layer in enumerate(self._own_layers):
                hook(str(i), layer)
        self._check_names()
        if trainable is not None:
            self.trainable = trainable
        self._build_config = None
        self.built = True
        self.supports_masking = True
        self._autocast_inputs = False
        self.autocast = False

    def _name_inputs(self) -> None:
        names = []
        for x in self._inputs:
            history = history_of(x)
            names.append(x.name if history is None else history.operation.name)
        self.input_names = names
        self.output_names = []
        for x in self._outputs:
            history = history_of(x)
            self.output_names.append(x.name if history is None else history.operation.name)
        self._input_ranks = [len(x.shape) for x in self._inputs]

    def _check_names(self) -> None:
        seen: dict[str, Operation] = {}
        for operation in self.operations:
            other = seen.setdefault(operation.name, operation)
            if other is not operation:
                raise ValueError(
                    f"The name {operation.name!r} is used 2 times in the model: by {other!r} and "
                    f"{operation!r}. All operation names should be unique."
                )

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order in which they run."""
        return [x for x in self.operations if isinstance(x, Layer)]

    @layers.setter
    def layers(self, _: Any) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name."
        )

    @property
    def input_spec(self) -> Any:
        """What is demanded of the inputs."""
        return None

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        pass

    def build(self, input_shape: Any) -> None:
        """A functional model is built from the start."""
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the layers."""
        flat = self._standardize_inputs(inputs)
        if mask is not None:
            for x, m in zip(flat, tree.flatten(mask), strict=False):
                if m is not None:
                    masks.set_mask(x, m)
        return self.run(flat)

    def _standardize_inputs(self, inputs: Any) -> list[Any]:
        """The flat inputs, by name where they come in a dict, of the right ranks and dtypes."""
        flat = self._flatten_inputs(inputs)
        for i, (x, ref) in enumerate(zip(flat, self._inputs, strict=True)):
            if x is None:
                continue
            shape = tensors.static_shape(x)
            wanted = ref.shape
            if len(shape) != len(wanted):
                if len(shape) == len(wanted) + 1 and shape[-1] == 1:
                    flat[i] = OPERATIONS["squeeze"](x, -1)
                elif len(shape) == len(wanted) - 1 and wanted[-1] == 1:
                    flat[i] = OPERATIONS["expand_dims"](x, -1)
                else:
                    self._complain(i, shape, wanted)
            elif not shapes_agree(shape, wanted):
                self._complain(i, shape, wanted)
            if tensors.dtype_of(flat[i]) != ref.dtype:
                mask = masks.get_mask(x)
                flat[i] = OPERATIONS["cast"](flat[i], ref.dtype)
                if mask is not None:
                    masks.set_mask(flat[i], mask)
        return flat

    def _complain(self, index: int, shape: Any, wanted: Any) -> None:
        hint = " Did you forget the batch axis?" if len(shape) == len(wanted) - 1 else ""
        raise ValueError(
            f"Input {index} with name {self.input_names[index]!r} of model {self.name!r} is "
            f"incompatible with the model: expected shape={wanted}, found shape={shape}.{hint}"
        )

    def _flatten_inputs(self, inputs: Any) -> list[Any]:
        struct = self._inputs_struct
        if isinstance(inputs, dict) and not isinstance(struct, dict):
            missing = [n for n in self.input_names if n not in inputs]
            if missing:
                raise ValueError(
                    f"Missing data for input {missing[0]!r} of model {self.name!r}. You passed a "
                    f"dictionary with keys {list(inputs)}. Expected: {self.input_names}"
                )
            return [inputs[n] for n in self.input_names]
        if isinstance(inputs, dict) and isinstance(struct, dict):
            missing = [k for k in struct if k not in inputs]
            if missing:
                raise ValueError(
                    f"Missing data for input {missing[0]!r} of model {self.name!r}. You passed a "
                    f"dictionary with keys {list(inputs)}. Expected: {list(struct)}"
                )
            inputs = {k: inputs[k] for k in struct}
        flat = tree.flatten(inputs)
        if len(flat) != len(self._inputs):
            raise ValueError(
                f"Model {self.name!r} expected {len(self._inputs)} input(s) "
                f"({', '.join(self.input_names)}). Received {len(flat)} instead."
            )
        return flat

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The symbolic outputs for other symbolic inputs."""
        with scopes.SymbolicScope():
            return self.call(inputs, training=training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for inputs of other shapes."""
        return Function.compute_output_shape(self, input_shape)

    @property
    def input(self) -> Any:
        """The symbolic inputs in their nest."""
        return self._inputs_struct

    @property
    def output(self) -> Any:
        """The symbolic outputs in their nest."""
        return self._outputs_struct

    def get_build_config(self) -> Any:
        """Functional models need none."""
        return {"input_shape": None}

    # -- Configs ---------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The layers and how they are connected, as JSON-ready values."""
        if self._has_own_constructor():
            return Model.get_config(self)
        positions = self._node_positions()
        layers = []
        for operation in self.operations:
            data = saving.serialize_keras_object(operation)
            data["name"] = operation.name
            data["inbound_nodes"] = [
                _serialize_node(node, positions)
                for node in operation._inbound_nodes
                if id(node) in positions and not node.is_input
            ]
            layers.append(data)

        def place(t: KerasTensor) -> list[Any]:
            history: Any = history_of(t)
            return [history.operation.name, positions[id(history.node)], history.tensor_index]

        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        config["layers"] = layers
        config["input_layers"] = _shallow(self._inputs_struct, place)
        config["output_layers"] = _shallow(self._outputs_struct, place)
        return config

    def _has_own_constructor(self) -> bool:
        cls: Any = self._made_from
        return (
            cls is not None
            and cls.__init__ is not Model.__init__
            and "inputs" not in cls.__init__.__code__.co_varnames
            and cls.get_config is not Functional.get_config
        )

    def _node_positions(self) -> dict[int, int]:
        """The index of each node of the model among those of its operation."""
        mine = {id(n) for n in self._nodes}
        for x in self._inputs:
            history = history_of(x)
            if history is not None:
                mine.add(id(history.node))
        out = {}
        for operation in self.operations:
            index = 0
            for node in operation._inbound_nodes:
                if id(node) in mine:
                    out[id(node)] = index
                    index += 1
        return out

    @classmethod
    def from_graph_config(cls, target: type, config: dict[str, Any], custom_objects: Any) -> Any:
        """An instance of ``target`` made with a config of layers and connections."""
        made: dict[str, Operation] = {}
        pending: list[tuple[Operation, dict[str, Any]]] = []
        for data in config["layers"]:
            operation = saving.deserialize_keras_object(
                {k: v for k, v in data.items() if k not in ("name", "inbound_nodes")},
                custom_objects=custom_objects,
            )
            operation.name = data.get("name", operation.name)
            made[operation.name] = operation
            # an operation that comes with a history, such as a model, starts with its own nodes
            base = 0 if isinstance(operation, InputLayer) else len(operation._inbound_nodes)
            operation._node_base = base
            pending.extend((operation, node) for node in data["inbound_nodes"])
        while pending:
            rest = []
            for operation, node in pending:
                earlier = any(o is operation for o, _ in rest)
                args = None if earlier else _deserialize_node(node, made)
                if args is None:
                    rest.append((operation, node))
                    continue
                operation(*args[0], **args[1])
            if len(rest) == len(pending):
                names = sorted({o.name for o, _ in rest})
                raise ValueError(
                    f"The config of model {config.get('name')!r} cannot be connected: the inputs "
                    f"of {names} refer to nodes that do not exist, or to each other in a circle."
                )
            pending = rest

        def tensor(place: Any) -> KerasTensor:
            return _tensor_at(place, made)

        inputs = _map_places(tensor, config["input_layers"])
        outputs = _map_places(tensor, config["output_layers"])
        kwargs = {k: v for k, v in config.items() if k in ("name", "trainable") and v is not None}
        return (cls if target is Model else target)(inputs=inputs, outputs=outputs, **kwargs)


Model._functional_class = Functional


def _as_input(x: KerasTensor) -> KerasTensor:
    """Any symbolic tensor may be an input; those that no operation made get an input layer."""
    if history_of(x) is None:
        InputLayer(batch_shape=x.shape, dtype=x.dtype, input_tensor=x, name=x.name)
    return x


def _shallow(struct: Any, place: Callable[[Any], Any]) -> Any:
    return tree.map_structure(place, struct)


def _serialize_node(node: Node, positions: dict[int, int]) -> dict[str, Any]:
    def encode(x: Any) -> Any:
        if isinstance(x, KerasTensor):
            history: Any = history_of(x)
            return {
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": list(x.shape),
                    "dtype": x.dtype,
                    "keras_history": [
                        history.operation.name,
                        positions[id(history.node)],
                        history.tensor_index,
                    ],
                },
            }
        return saving.serialize_keras_object(x)

    args = [tree.map_structure(encode, a) for a in node.args]
    kwargs = {k: tree.map_structure(encode, v) for k, v in node.kwargs.items()}
    return {"args": _lists(args), "kwargs": _lists(kwargs)}


def _lists(x: Any) -> Any:
    if isinstance(x, dict):
        return {k: _lists(v) for k, v in x.items()}
    return [_lists(v) for v in x] if isinstance(x, (list, tuple)) else x


class _MissingNodeError(LookupError):
    pass


def _tensor_at(place: Any, made: dict[str, Operation]) -> KerasTensor:
    if (
        not isinstance(place, (list, tuple))
        or len(place) != 3
        or not isinstance(place[0], str)
        or any(isinstance(i, bool) or not isinstance(i, int) or i < 0 for i in place[1:])
    ):
        raise ValueError(
            f"A tensor in the config of a model must be [operation, node, output]. Got: {place!r}"
        )
    name, node_index, tensor_index = place
    operation = made.get(name)
    if operation is None:
        raise ValueError(f"The config of a model refers to an unknown layer: {name!r}")
    nodes = operation._inbound_nodes[getattr(operation, "_node_base", 0) :]
    if node_index >= len(nodes):
        raise _MissingNodeError(name)
    outputs = nodes[node_index].outputs
    if tensor_index >= len(outputs):
        raise ValueError(
            f"The config of a model refers to output {tensor_index} of {name!r}, which has "
            f"{len(outputs)}."
        )
    return outputs[tensor_index]


def _deserialize_node(
    node: dict[str, Any], made: dict[str, Operation]
) -> tuple[list[Any], dict[str, Any]] | None:
    """The arguments of a call; None if a tensor that it takes is not there yet."""

    def decode(x: Any) -> Any:
        if isinstance(x, dict):
            if x.get("class_name") == "__keras_tensor__":
                return _tensor_at(x["config"]["keras_history"], made)
            if "class_name" in x and "config" in x:
                return saving.deserialize_keras_object(x)
            return {k: decode(v) for k, v in x.items()}
        return [decode(v) for v in x] if isinstance(x, list) else x

    try:
        return [decode(a) for a in node["args"]], {
            k: decode(v) for k, v in node.get("kwargs", {}).items()
        }
    except _MissingNodeError:
        return None


def _map_places(fn: Callable[[Any], Any], places: Any) -> Any:
    """``fn`` of each ``[name, node, output]`` in a nest of them."""
    if isinstance(places, dict):
        return {k: _map_places(fn, v) for k, v in places.items()}
    if isinstance(places, (list, tuple)) and len(places) == 3 and isinstance(places[0], str):
        return fn(places)
    return [_map_places(fn, v) for v in places]
