"""Models made from symbolic tensors."""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.base.public import part_of, public
from keras_core.core.graph.nodes import Node, Operation, history_of
from keras_core.core.tensors import masks, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.input_layer import InputLayer
from keras_core.models.function import Function, Plan, from_inputs
from keras_core.models.inputs import Inputs
from keras_core.models.model import Model, functional_subclass
from keras_core.training.trainer import Trainer
from keras_core.typing import CustomObjects, Mode
from keras_core_plugins.errors import shown

part_of("keras.models")

_STAGED = "__from_the_host__"
"""The key, in a dict of inputs, of what the layers on the host have made of the inputs."""


def _is_staged(inputs: Any) -> bool:
    return isinstance(inputs, dict) and _STAGED in inputs


@public(
    "keras.src.models.functional.Functional",
    "keras.models.Functional",
    also_known_as=("keras.Functional",),
)
class Functional(Function, Model, of_graphs=True):
    """A model made from symbolic tensors; what ``Model(inputs, outputs)`` returns.

    Args:
        inputs: A symbolic tensor, or a nest of them.
        outputs: A symbolic tensor that depends on ``inputs``, or a nest of them.
        name: A name; ``"functional"`` by default.
        trainable: Whether the variables are trained; the layers keep what they say themselves.
        **kwargs: Arguments of every layer, such as ``trainable``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> inputs = keras.Input((4,))
    >>> model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    >>> type(model).__name__, model.output_shape
    ('Functional', (None, 2))
    """

    def __init__(
        self,
        inputs: Any,
        outputs: Any,
        name: str | None = None,
        trainable: bool | None = None,
        **kwargs: Any,
    ) -> None:
        Trainer.__init__(self)
        Layer.__init__(self, name=name, trainable=trainable is None or trainable, **kwargs)
        for x in tree.flatten(inputs):
            if not isinstance(x, KerasTensor):
                raise ValueError(
                    "All `inputs` values must be KerasTensors, as `keras.Input` returns. "
                    f"Received: inputs={inputs!r}"
                )
        self._plan = Plan(*from_inputs(inputs, outputs))
        self.input_names = [_name_of(x) for x in self.inputs]
        self.output_names = [_name_of(x) for x in self.outputs]
        self._declared = Inputs(self.name, self.input, self.input_names)
        self._set_layers([x for x in self.operations if isinstance(x, Layer)])
        self._check_names()
        self._build_config = None
        self.built = True
        self.supports_masking = True
        self._autocast_inputs = False
        self.autocast = False

    def __reduce__(self) -> Any:
        # The class of a functional subclass is made, so it cannot be found by its name.
        return _without_state, (self.config_class or type(self),), self.__getstate__()

    def _check_names(self) -> None:
        seen: dict[str, Operation] = {}
        for operation in self.operations:
            other = seen.setdefault(operation.name, operation)
            if other is not operation:
                raise ValueError(
                    f"The name {operation.name!r} is used 2 times in the model: by {other!r} and "
                    f"{operation!r}. All operation names should be unique."
                )

    def saved_children(self) -> list[tuple[str, Any]]:
        """As those of any model, the layers of the graph first, whatever else holds them."""
        return [("layers", self.layers), *Layer.saved_children(self)]

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """The operations too, under the name that Keras's checkpoints of TensorFlow have."""
        return super()._children_by_name(_operations=self.operations, **more)

    @property
    def layers(self) -> list[Layer]:
        """The layers, in the order in which they run."""
        return [x for x in self.operations if isinstance(x, Layer)]

    @layers.setter
    def layers(self, _: object) -> None:
        raise AttributeError(
            "`Model.layers` attribute is reserved and should not be used. Please use another name."
        )

    @property
    def input_spec(self) -> Any:
        """What is demanded of the inputs: their shapes but for the batch, unless it is set."""
        return self._declared.specs if self._input_spec is None else self._input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        object.__setattr__(self, "_input_spec", value)

    def build(self, input_shape: Any) -> None:
        """A functional model is built from the start."""
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Run the layers."""
        return self.run_matched(inputs, mask, sizes=self._input_spec is None)

    def run_matched(self, inputs: Any, mask: Any, sizes: bool) -> Any:
        """Run the layers on data that is matched with the inputs first.

        Args:
            inputs: A tensor, or a nest of tensors.
            mask: A mask, or a nest of masks, for ``inputs``.
            sizes: Whether the sizes of all axes but the first have to be those of the inputs;
                otherwise only their number.
        """
        split = self._plan.host_split()
        if split is not None:
            if not any(isinstance(x, KerasTensor) for x in tree.flatten(inputs)):
                inputs = inputs if _is_staged(inputs) else self._on_host(inputs)
            if _is_staged(inputs):
                return split[1].run(inputs[_STAGED])
        flat = self._declared.match(inputs, sizes)
        if mask is not None:
            for x, m in zip(flat, tree.flatten(mask), strict=False):
                if m is not None:
                    masks.set_mask(x, m)
        return self.run(flat)

    def _host_stage(self) -> bool:
        return self._plan.host_split() is not None

    def _on_host(self, x: Any) -> Any:
        split = self._plan.host_split()
        assert split is not None, "there are layers on the host"
        flat = self._declared.match(x, sizes=False, on_host=split[2])
        return {_STAGED: split[0].run(flat)}

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """None: the layers inside give the outputs their masks."""
        return None

    def compute_output_spec(self, inputs: Any, training: Mode = None, mask: Any = None) -> Any:
        """The symbolic outputs for other symbolic inputs."""
        with scopes.SymbolicScope():
            return self.call(inputs, training=training)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs for inputs of other shapes."""
        return Function.compute_output_shape(self, input_shape)

    @property
    def input(self) -> Any:
        """The symbolic inputs in their nest."""
        return self._plan.input_nest

    @property
    def output(self) -> Any:
        """The symbolic outputs in their nest."""
        return self._plan.output_nest

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
            name, index, output = _place(t, positions)
            return [name, index + _first_call(history_of(t).operation), output]

        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable}
        config["layers"] = layers
        config["input_layers"] = tree.map_structure(place, self._plan.input_nest)
        config["output_layers"] = tree.map_structure(place, self._plan.output_nest)
        return config

    def _has_own_constructor(self) -> bool:
        cls: Any = self.config_class
        return (
            cls is not None
            and cls.__init__ is not Model.__init__
            and "inputs" not in cls.__init__.__code__.co_varnames
            and cls.get_config is not Functional.get_config
        )

    def _node_positions(self) -> dict[int, int]:
        """The index of each node of the model among those of its operation."""
        mine = {id(n) for n in self._plan.nodes}
        for x in self._plan.inputs:
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
    def from_graph_config(
        cls, target: type, config: dict[str, Any], custom_objects: CustomObjects
    ) -> Any:
        """An instance of ``target`` made with a config of layers and connections."""
        made: dict[str, _Made] = {}
        calls: dict[str, deque[dict[str, Any]]] = {}
        for data in config["layers"]:
            operation = saving.deserialize_keras_object(
                {k: v for k, v in data.items() if k not in ("name", "inbound_nodes")},
                custom_objects=custom_objects,
            )
            operation.name = data.get("name", operation.name)
            # an operation that comes with a history, such as a model, starts with its own nodes
            before = 0 if isinstance(operation, InputLayer) else len(operation._inbound_nodes)
            made[operation.name] = _Made(operation, before)
            calls[operation.name] = deque(data["inbound_nodes"])
        _connect(calls, made, config.get("name"))

        def tensor(place: Any) -> KerasTensor:
            name, index, output = _checked(place)
            first = _first_call(made[name].operation) if name in made else 0
            try:
                return _tensor_at([name, index - first, output], made)
            except _MissingNodeError:
                raise ValueError(
                    f"The config of a model refers to call {index} of {name!r}, which has fewer."
                ) from None

        inputs = _map_places(tensor, config["input_layers"])
        outputs = _map_places(tensor, config["output_layers"])
        kwargs = {k: v for k, v in config.items() if k in ("name", "trainable") and v is not None}
        return (cls if target is Model else target)(inputs=inputs, outputs=outputs, **kwargs)


def _without_state(cls: type) -> Any:
    kind = cls if issubclass(cls, Functional) else functional_subclass(cls, Functional)
    return kind.__new__(kind)


def _name_of(x: KerasTensor) -> str:
    history = history_of(x)
    return x.name if history is None else history.operation.name


def _first_call(operation: Any) -> int:
    """The number of the first call of an operation, where the ends of a model are named.

    Keras counts the graph inside of a functional model as its first, though not where a layer
    names its inputs.
    """
    return 1 if isinstance(operation, Functional) else 0


def _place(t: KerasTensor, positions: dict[int, int]) -> list[Any]:
    """Where a tensor comes from: the name of the operation, the call and the output."""
    history: Any = history_of(t)
    return [history.operation.name, positions[id(history.node)], history.tensor_index]


def _serialize_node(node: Node, positions: dict[int, int]) -> dict[str, Any]:
    def encode(x: Any) -> Any:
        if isinstance(x, KerasTensor):
            return {
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": x.shape,
                    "dtype": x.dtype,
                    "keras_history": _place(x, positions),
                },
            }
        return saving.serialize_keras_object(x)

    return {
        "args": tree.map_structure(encode, node.args),
        "kwargs": tree.map_structure(encode, node.kwargs),
    }


class _Made(NamedTuple):
    """An operation of a model that is made anew, and how often it was called before that."""

    operation: Operation
    before: int


def _connect(calls: dict[str, "deque[dict[str, Any]]"], made: dict[str, _Made], name: Any) -> None:
    """Call the operations of a model as its config says, each once its inputs are there."""
    ready = deque(calls)
    waiting: dict[str, list[str]] = {}
    while ready:
        operation = ready.popleft()
        left = calls[operation]
        while left:
            try:
                args, kwargs = _arguments(left[0], made)
            except _MissingNodeError as missing:
                waiting.setdefault(missing.operation, []).append(operation)
                break
            left.popleft()
            called: Any = made[operation].operation
            # Keras writes the default of `training` as if it had been given.
            if (
                isinstance(called, Layer)
                and kwargs.get("training") is called.call_signature.training_default
            ):
                kwargs.pop("training", None)
            called(*args, **kwargs)
            ready.extend(waiting.pop(operation, ()))
    stuck = sorted(n for n, left in calls.items() if left)
    if stuck:
        raise ValueError(
            f"The config of model {name!r} cannot be connected: the inputs of {stuck} refer to "
            "nodes that do not exist, or to each other in a circle."
        )


class _MissingNodeError(LookupError):
    """A tensor of a call that has not been made, or that there is not."""

    def __init__(self, operation: str) -> None:
        super().__init__(operation)
        self.operation = operation


def _checked(place: Any) -> tuple[str, int, int]:
    """The parts of ``[operation, call, output]``."""
    if (
        not isinstance(place, (list, tuple))
        or len(place) != 3
        or not isinstance(place[0], str)
        or any(isinstance(i, bool) or not isinstance(i, int) or i < 0 for i in place[1:])
    ):
        raise ValueError(
            f"A tensor in the config of a model must be [operation, node, output]. Got: {place!r}"
        )
    return place[0], place[1], place[2]


def _tensor_at(place: Any, made: dict[str, _Made]) -> KerasTensor:
    name, node_index, tensor_index = _checked(place)
    if name not in made:
        raise ValueError(f"The config of a model refers to an unknown layer: {name!r}")
    operation, before = made[name]
    nodes = operation._inbound_nodes[before:]
    if node_index >= len(nodes):
        raise _MissingNodeError(name)
    outputs = nodes[node_index].outputs
    if tensor_index >= len(outputs):
        raise ValueError(
            f"The config of a model refers to output {tensor_index} of {name!r}, which has "
            f"{len(outputs)}."
        )
    return outputs[tensor_index]


def _arguments(node: dict[str, Any], made: dict[str, _Made]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call.

    Raises:
        _MissingNodeError: If a tensor that it takes is not there yet.
    """

    def decode(x: Any) -> Any:
        if isinstance(x, dict):
            if x.get("class_name") == "__keras_tensor__":
                return _tensor_at(x["config"]["keras_history"], made)
            if "class_name" in x and "config" in x:
                return saving.deserialize_keras_object(x)
            return {k: decode(v) for k, v in x.items()}
        return type(x)(decode(v) for v in x) if isinstance(x, (list, tuple)) else x

    return [decode(a) for a in node["args"]], {
        k: decode(v) for k, v in node.get("kwargs", {}).items()
    }


def _map_places(fn: Callable[[Any], Any], places: Any) -> Any:
    """``fn`` of each ``[name, node, output]`` in a nest of them."""
    if isinstance(places, dict):
        return {k: _map_places(fn, v) for k, v in places.items()}
    if isinstance(places, (list, tuple)) and len(places) == 3 and isinstance(places[0], str):
        return fn(places)
    if not isinstance(places, (list, tuple)):
        raise ValueError(
            "The ends of a model must be nests of [operation, node, output] in its config. Got: "
            f"{shown(places)}"
        )
    return type(places)(_map_places(fn, v) for v in places)
