"""Layers that input pipelines use."""

import threading
import weakref
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.base.host_copy import IS_COPY, host_module
from keras_core.core.base.public import HOME
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.state import flattened
from keras_core.layers.preprocessing.pipelines import (
    in_pipeline,
    is_on_host,
    is_ours,
    pipeline_of,
)
from keras_core.typing import TensorLike
from keras_core_plugins.protocol import PipelineTensors

_NEEDS_TWIN = not native.ARRAYS_ARE_TENSORS
"""Whether the layer itself would not compute on arrays."""

_lock = threading.RLock()
_twins: "weakref.WeakKeyDictionary[Any, Any]" = weakref.WeakKeyDictionary()


class DataLayer(Layer):
    """A layer that prepares data, in a model or in an input pipeline.

    In a model it is like any other. In a pipeline it runs on the host by NumPy, and neither moves
    data to the device nor uses the engine: in a `map` of tf.data on every backend; and in worker
    processes, in threads of a `PyDataset` and inside `keras_core.core.tensors.scopes.HostScope`,
    where it takes arrays, lists or numbers and returns arrays.

    What a subclass learns from data beside its weights, it gives to its twin in a method
    ``share_with(twin)``, which is called before each use of the twin.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not IS_COPY and id(type(self)) in HOME:
            leaves = tree.flatten((args, kwargs))
            kind = pipeline_of(x for x in leaves if not native.is_tensor(x))
            if kind is not None:
                return self._call_in_pipeline(kind, args, kwargs)
            if _NEEDS_TWIN and is_on_host() and not any(map(is_ours, leaves)):
                return self._call_on_host(args, kwargs)
        return super().__call__(*args, **kwargs)

    def convert_weight(self, weight: TensorLike) -> Any:
        """A weight as a tensor of this engine, if it is one of another's.

        Args:
            weight: A tensor of any engine; arrays, variables and tensors of this one are returned
                as they are.
        """
        own = isinstance(weight, (np.ndarray, Variable, KerasTensor)) or native.is_tensor(weight)
        return weight if own else native.convert(weight)

    def _call_in_pipeline(self, kind: PipelineTensors, args: Any, kwargs: Any) -> Any:
        nest = (args, kwargs)
        leaves = tree.flatten(nest)
        places = [i for i, x in enumerate(leaves) if kind.accepts(x)]
        tensors = [leaves[i] for i in places]
        twin = self._host_twin()

        def filled(values: Any) -> Any:
            new = list(leaves)
            for i, value in zip(places, values, strict=True):
                new[i] = value
            return tree.pack_sequence_as(nest, new)

        given, named = filled([_symbolic(*kind.spec(x)) for x in tensors])
        outputs = twin(*given, **named)

        def run(*arrays: np.ndarray[Any, Any]) -> list[Any]:
            given, named = filled(arrays)
            return tree.flatten(self._call_on_host(given, named))

        specs = [(s.shape, s.dtype) for s in tree.flatten(outputs)]
        return tree.pack_sequence_as(outputs, in_pipeline(kind, run, tensors, specs))

    def _call_on_host(self, args: Any, kwargs: Any) -> Any:
        twin = self._host_twin()
        if not twin.variables:
            return twin(*args, **kwargs)
        with _lock:  # two threads must neither draw the same numbers nor meet half of a state
            return twin(*args, **kwargs)

    def _host_twin(self) -> Any:
        """What computes on arrays: this layer in the copy of the package that runs on the host."""
        if not _NEEDS_TWIN:
            return self
        with _lock:
            twin = _twins.get(self)
            if twin is None:
                objects = host_module("core.objects.serialization")
                host_module("layers")  # registers the classes
                twin = objects.deserialize_keras_object(serialization.serialize_keras_object(self))
                _twins[self] = twin
            for mine, other in zip(flattened(self), flattened(twin), strict=True):
                if hasattr(mine, "share_with"):
                    mine.share_with(other)
            if self.weights:
                twin.set_weights(self.get_weights())
            return twin


def _symbolic(shape: Any, dtype: str) -> Any:
    kind = host_module("core.tensors.symbolic").KerasTensor if _NEEDS_TWIN else KerasTensor
    return kind(shape, dtype)
