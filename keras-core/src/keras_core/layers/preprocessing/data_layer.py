"""Layers that input pipelines use."""

import functools
import multiprocessing
import threading
import weakref
from typing import Any

import numpy as np

from keras_core.core.base import tree
from keras_core.core.base.host_copy import IS_COPY, host_module
from keras_core.core.base.public import HOME
from keras_core.core.objects import serialization
from keras_core.core.tensors import native, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.layer import Layer
from keras_core_plugins import catalog, current
from keras_core_plugins.contributions import gathered
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
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not IS_COPY and id(type(self)) in HOME:
            leaves = tree.flatten((args, kwargs))
            for kind in _pipelines() if not all(map(_is_known, leaves)) else ():
                if any(map(kind.accepts, leaves)):
                    return self._call_in_pipeline(kind, args, kwargs)
            if _NEEDS_TWIN and _is_on_host() and not any(map(_is_ours, leaves)):
                return self._call_on_host(args, kwargs)
        return super().__call__(*args, **kwargs)

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

        def run(*arrays: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
            given, named = filled(arrays)
            found = tree.flatten(self._call_on_host(given, named))
            return [np.asarray(y, dtype=s.dtype) for y, s in zip(found, flat, strict=True)]

        flat = tree.flatten(outputs)
        results = kind.call(run, tensors, [(s.shape, s.dtype) for s in flat])
        return tree.pack_sequence_as(outputs, list(results))

    def _call_on_host(self, args: Any, kwargs: Any) -> Any:
        twin = self._host_twin()
        if not twin.variables:
            return twin(*args, **kwargs)
        with _lock:  # two threads must neither draw the same numbers nor meet half of a state
            return twin(*args, **kwargs)

    def forget_twin(self) -> None:
        """Make the twin anew for the next call on the host, since the config has changed."""
        _twins.pop(self, None)

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
            if self.weights:
                twin.set_weights(self.get_weights())
            return twin


def _symbolic(shape: Any, dtype: str) -> Any:
    kind = host_module("core.tensors.symbolic").KerasTensor if _NEEDS_TWIN else KerasTensor
    return kind(shape, dtype)


def _is_known(x: Any) -> bool:
    """Whether it is what layers are given outside of pipelines, so that plugins need not look."""
    return x is None or isinstance(x, (np.ndarray, bool, int, float, str, bytes)) or _is_ours(x)


def _is_ours(x: Any) -> bool:
    return isinstance(x, KerasTensor) or native.is_tensor(x)


def _is_on_host() -> bool:
    """Whether this thread or process prepares data."""
    return scopes.on_host() or multiprocessing.current_process().daemon


@functools.cache
def _pipelines() -> list[PipelineTensors]:
    record = current()
    if record is None:
        return []
    hook = "keras_core_pipeline_tensors"
    near = gathered(catalog(), record.installed, hook)
    return near + gathered(catalog(), record.installed, hook, others=True)
