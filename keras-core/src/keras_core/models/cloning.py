"""Copies of models."""

import json
from collections.abc import Callable
from typing import Any

from keras_core import saving
from keras_core.engine import tree
from keras_core.engine.graph import history_of
from keras_core.engine.symbolic import KerasTensor
from keras_core.layers.input_layer import InputLayer
from keras_core.layers.layer import Layer
from keras_core.models.functional import Functional
from keras_core.models.sequential import Sequential


def _copy(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Any:
    """A model with the same layers and new weights.

    Args:
        model: A functional or sequential model, or a subclass with a config.
        input_tensors: Symbolic tensors to use as inputs.
        clone_function: What makes the copy of a layer; ``from_config`` by default.
        call_function: ``call_function(layer, *args, **kwargs)``, instead of calling the layer.
        recursive: Whether ``clone_function`` is applied inside inner models too.
        **kwargs: ``cache`` for compatibility.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> keras.models.clone_model(model).count_params()
    8
    """
    kwargs.pop("cache", None)
    if kwargs:
        raise ValueError(f"Unexpected argument(s): {list(kwargs)}")
    clone = clone_function or _copy
    if recursive:
        inner = clone

        def clone(layer: Any) -> Any:
            if isinstance(layer, (Functional, Sequential)):
                return clone_model(layer, clone_function=inner, recursive=True)
            return inner(layer)

    if isinstance(model, Sequential):
        layers: list[Any] = []
        if model._functional is not None and model._stack:
            first = model._stack[0]
            if input_tensors is not None:
                layers.append(_input_of(tree.flatten(input_tensors)[0]))
            elif isinstance(first, InputLayer):
                layers.append(_copy(first))
        return Sequential(
            [*layers, *(clone(layer) for layer in model.layers)],
            name=model.name,
            trainable=model.trainable,
        )
    if isinstance(model, Functional):
        return _clone_functional(model, input_tensors, clone, call_function)
    if clone_function is not None or input_tensors is not None:
        raise ValueError(
            "Arguments `clone_function` and `input_tensors` are only supported for Sequential "
            f"and functional models. Received: {type(model).__name__}"
        )
    return _copy(model)


def _input_of(x: KerasTensor) -> Any:
    history = history_of(x)
    return history.operation if history is not None else InputLayer(input_tensor=x)


def _clone_functional(
    model: Functional, input_tensors: Any, clone: Callable[[Any], Any], call: Any
) -> Any:
    if input_tensors is None:
        inputs = [
            InputLayer(batch_shape=x.shape, dtype=x.dtype, name=n)._inbound_nodes[0].outputs[0]
            for x, n in zip(model.inputs, model.input_names, strict=True)
        ]
    else:
        inputs = tree.flatten(input_tensors)
    made: dict[int, Any] = {}

    def replaced(operation: Any) -> Any:
        if id(operation) not in made:
            made[id(operation)] = clone(operation) if isinstance(operation, Layer) else operation
        new = made[id(operation)]
        return (lambda *a, **k: call(new, *a, **k)) if call is not None else new

    outputs = model.run(inputs, call=replaced)
    return type(model)(tree.pack_sequence_as(model.input, inputs), outputs, name=model.name)


def model_from_json(json_string: str, custom_objects: Any = None) -> Any:
    """The model whose `to_json` returned ``json_string``, with new weights.

    Args:
        json_string: The JSON.
        custom_objects: Classes and functions by name.
    """
    return saving.deserialize_keras_object(json.loads(json_string), custom_objects=custom_objects)
