"""Copies of models."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from keras_core import saving
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.state import mark_like
from keras_core.layers.core.input_layer import InputLayer
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential, entry
from keras_core.typing import CustomObjects

M = TypeVar("M", bound=Model)


def _from_config(layer: Any) -> Any:
    return serialization.from_config(type(layer), layer.get_config())


@public("keras.models.clone_model")
def clone_model(
    model: M,
    input_tensors: KerasTensor | Sequence[Any] | Mapping[str, Any] | None = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
    **kwargs: dict[int, Any] | None,
) -> M:
    """A model with the same layers and new weights, compiled if the model is.

    Args:
        model: A functional or sequential model, or a subclass with a config.
        input_tensors: Symbolic tensors to use as inputs, in the nest of ``model.input``; new ones
            by default.
        clone_function: ``clone_function(layer)`` returns the layer to use instead of ``layer``,
            which is a copy by ``from_config`` by default. Inputs are not given to it.
        call_function: ``call_function(layer, *args, **kwargs)`` calls the new layer of a
            functional model; by default it is called with the arguments.
        recursive: Whether both functions are used inside inner models, too.
        **kwargs: ``cache``: a dict of the new layers by the ids of those that they stand for. It is
            read and filled, so that several calls with one dict share layers. Others are refused.

    Raises:
        ValueError: If an argument is not one for such a model, or does not fit it.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> keras.models.clone_model(model).count_params()
    8
    """
    cache: dict[int, Any] | None = kwargs.pop("cache", None)
    if kwargs:
        raise ValueError(f"Unexpected keyword argument(s): {list(kwargs)}")
    clone = clone_function or _from_config
    if recursive:
        outer = clone

        def clone(layer: Any) -> Any:
            if not isinstance(layer, (Functional, Sequential)):
                return outer(layer)
            call = call_function if isinstance(layer, Functional) else None
            return clone_model(
                layer, clone_function=outer, call_function=call, recursive=True, cache=cache
            )

    if cache is not None:
        made, anew = cache, clone

        def clone(layer: Any) -> Any:
            if id(layer) not in made:
                made[id(layer)] = anew(layer)
            return made[id(layer)]

    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(
                "`call_function` is for functional models: a Sequential model only lists its "
                f"layers. Received: model={model!r}"
            )
        new = _clone_sequential(model, input_tensors, clone)
    elif isinstance(model, Functional):
        new = _clone_functional(model, input_tensors, clone, call_function)
    elif clone_function is not None or input_tensors is not None or call_function is not None:
        raise ValueError(
            "`clone_function`, `call_function` and `input_tensors` are for Sequential and "
            f"functional models. Received: {type(model).__name__}"
        )
    else:
        return _from_config(model)
    mark_like(new, model)
    if model.compiled:
        new.compile_from_config(model.get_compile_config())
    return new


def _clone_sequential(model: Sequential, input_tensors: Any, clone: Callable[[Any], Any]) -> Any:
    layers: list[Any] = []
    first = entry(model)
    if input_tensors is not None:
        flat = _symbolic(input_tensors)
        if len(flat) != 1:
            raise ValueError(
                f"A Sequential model has one input. Received: input_tensors={input_tensors!r}"
            )
        layers.append(flat[0])
    elif isinstance(first, InputLayer):
        layers.append(_from_config(first))
    return Sequential([*layers, *(clone(layer) for layer in model.layers)], name=model.name)


def _symbolic(input_tensors: Any) -> list[KerasTensor]:
    flat = tree.flatten(input_tensors)
    if not all(isinstance(x, KerasTensor) for x in flat):
        raise ValueError(
            f"All `input_tensors` must be KerasTensors. Received: input_tensors={input_tensors!r}"
        )
    return flat


def _clone_functional(
    model: Functional, input_tensors: Any, clone: Callable[[Any], Any], call: Any
) -> Any:
    if input_tensors is None:
        inputs = [
            InputLayer(
                batch_shape=x.shape, dtype=x.dtype, sparse=x.sparse, ragged=x.ragged, name=n
            ).output
            for x, n in zip(model.inputs, model.input_names, strict=True)
        ]
    else:
        inputs = _symbolic(input_tensors)
        try:
            tree.assert_same_paths(model.input, input_tensors)
        except ValueError as e:
            raise ValueError(
                "`input_tensors` must have the same structure as `model.input`. Expected: "
                f"{model.input!r}. Received: {input_tensors!r}"
            ) from e
    made: dict[int, Any] = {}

    def replaced(operation: Any) -> Any:
        if id(operation) not in made:
            made[id(operation)] = (
                clone(operation) if isinstance(operation, Layer) else copy.copy(operation)
            )
        new = made[id(operation)]
        return new if call is None else lambda *a, **k: call(new, *a, **k)

    outputs = model.run(inputs, call=replaced)
    return Functional(tree.pack_sequence_as(model.input, inputs), outputs, name=model.name)


@public("keras.models.model_from_json")
def model_from_json(json_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """The model whose `to_json` returned ``json_string``, with new weights.

    Args:
        json_string: The JSON.
        custom_objects: Classes and functions by name.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> keras.models.model_from_json(model.to_json()).output_shape
    (None, 2)
    """
    return saving.deserialize_keras_object(json.loads(json_string), custom_objects=custom_objects)
