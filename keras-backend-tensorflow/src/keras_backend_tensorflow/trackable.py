"""Variables, layers, optimizers and metrics as objects that TensorFlow walks over.

`tf.train.Checkpoint` and `tf.saved_model` take them, alone or as parts of a `tf.Module`. Names in
checkpoints are those that Keras writes, so that either reads what the other wrote.
"""

from collections.abc import Callable, Sequence
from typing import Any

from keras_backend_tensorflow._engine import tf
from keras_backend_tensorflow.signatures import flat_outputs

_tracking = tf.__internal__.tracking
_CONTAINERS = (list, tuple, dict)
_SERVED = _tracking.Trackable()


class _Container(_tracking.Trackable):  # type: ignore[misc]
    """A list, tuple or dict in an object."""

    def __init__(self) -> None:
        self.value: Any = ()
        self.around: frozenset[int] = frozenset()
        self.inner: dict[str, _Container] = {}

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        items = self.value.items() if isinstance(self.value, dict) else enumerate(self.value)
        return _nodes({str(name): x for name, x in items}, self.inner, self.around)


def _nodes(
    values: dict[str, Any], containers: dict[str, _Container], around: frozenset[int] = frozenset()
) -> dict[str, Any]:
    """Those values that TensorFlow can walk on to, by name.

    Args:
        values: What an object or a container holds.
        containers: The nodes of those among them that are containers: each stays the same object.
        around: The identities of the containers around, since a list may hold itself.
    """
    out = {}
    for name, x in values.items():
        if isinstance(x, _CONTAINERS) and id(x) not in around:
            node = out[name] = containers.setdefault(name, _Container())
            node.value, node.around = x, around | {id(x)}
        elif isinstance(x, _tracking.Trackable):
            out[name] = x
    for name in containers.keys() - out.keys():
        del containers[name]
    return out


class TrackableObject(_tracking.AutoTrackable):  # type: ignore[misc]
    """A base of layers, optimizers, metrics and seed generators."""

    built: bool
    _children_by_name: Callable[[], dict[str, Any]]
    _input_specs: Callable[[], Sequence[Any]]

    def _maybe_initialize_trackable(self) -> None:
        if "_self_update_uid" not in self.__dict__:
            # TensorFlow's own book-keeping is no part of what the core tracks.
            blank = _tracking.AutoTrackable()
            blank._maybe_initialize_trackable()
            self.__dict__.update(vars(blank))

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._trackable_children(save_type, **kwargs)
        containers = self.__dict__.setdefault("_self_containers", {})
        found.update(_nodes(self._children_by_name(), containers))
        if save_type == "savedmodel":
            found.update(self._default_signature(kwargs["cache"]))
        return found

    def _default_signature(self, cache: Any) -> dict[str, Any]:
        """The call of a model, as the function that is served where nobody says another."""
        if not hasattr(self, "_input_specs") or _SERVED in cache:
            return {}
        cache[_SERVED] = self  # none of the models inside
        try:
            specs = self._input_specs() if self.built else None
        except ValueError:
            specs = None
        if specs is None:
            return {}
        names = iter(["inputs", *(f"inputs_{i}" for i in range(1, len(tf.nest.flatten(specs))))])
        signature = tf.nest.map_structure(
            lambda x: tf.TensorSpec(x.shape, x.dtype, next(names)), specs
        )
        call: Any = self
        served = flat_outputs(lambda *args: call(*args, training=False), signature)
        own = {id(v.engine_variable) for v in call.variables}
        touched = served.get_concrete_function().graph.variables
        others = tf.train.Checkpoint(variables=[v for v in touched if id(v) not in own])
        return {"_default_save_signature": served, "_others": others}


class TapeSource(tf.__internal__.types.Tensor, _tracking.Trackable):  # type: ignore[misc]
    """A base of variables: `tf.GradientTape` differentiates by them, and they are saved."""

    engine_variable: Any
    _should_act_as_resource_variable = True
    is_packed = False

    @property
    def handle(self) -> Any:
        """The resource by which a tape knows the variable."""
        return self.engine_variable.handle

    @property
    def _shared_name(self) -> str:
        name: str = self.engine_variable._shared_name
        return name

    def _serialize_to_tensors(self) -> Any:
        return self.engine_variable._serialize_to_tensors()

    def _restore_from_tensors(self, restored_tensors: Any) -> Any:
        return self.engine_variable._restore_from_tensors(restored_tensors)

    def _export_to_saved_model_graph(
        self, object_map: Any, tensor_map: Any, options: Any, **kwargs: Any
    ) -> Any:
        variable = self.engine_variable
        found = variable._export_to_saved_model_graph(object_map, tensor_map, options, **kwargs)
        object_map[self] = object_map[variable]
        return found

    def _write_object_proto(self, proto: Any, options: Any) -> None:
        self.engine_variable._write_object_proto(proto, options)
