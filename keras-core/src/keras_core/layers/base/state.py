"""What a layer holds: variables, layers below it, metrics and seed generators."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from keras_core.core.base import trackable, tree
from keras_core.core.base.trackable import Trackable
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import runtime, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import TensorLike


class _State(NamedTuple):
    """The variables and layers below a layer, collected once for each change of structure."""

    trainability: int
    opaque: list[Any]
    layers: list[Any]
    variables: list[Variable]
    weights: list[Variable]
    trainable: list[Variable]
    metrics: list[Any]
    signature: tuple[Any, ...]
    """What compiled functions depend on: the layers and variables, and which of them train."""


class LayerState(Trackable):
    """The part of a layer that keeps its state: what it holds, and what the layers below hold."""

    _tracks = frozenset({"variable", "layer", "metric", "seed_generator"})

    name: str
    built: bool
    variable_dtype: str
    dtype_policy: Any
    _path: str | None
    _added_losses: list[tuple[int, Any]]
    """Losses, each with the number of the replica that added it."""

    # -- Tracking --------------------------------------------------------------------

    @property
    def _layers(self) -> list[Any]:
        """The layers right below, in the order in which they were set."""
        return list(self._tracker.held["layer"])

    @_layers.setter
    def _layers(self, layers: Any) -> None:
        self._keep(_layers=self._adopt_container("_layers", layers))

    @property
    def _own_variables(self) -> list[Variable]:
        """The variables of this layer itself, those that were made trainable first."""
        trainable, untrainable = self._trainable_or_not()
        return trainable + untrainable

    def _trainable_or_not(self) -> tuple[list[Variable], list[Variable]]:
        """The variables that were made trainable, and the others."""
        held = self._tracker.held
        if not held["untrainable"]:
            return list(held["variable"]), []
        fixed = {id(v) for v in held["untrainable"]}
        return [v for v in held["variable"] if id(v) not in fixed], list(held["untrainable"])

    def _on_adopted(self, kind: str, value: Any, name: str | None) -> None:
        if "_trainable" not in self.__dict__:  # before the constructor; see `_enter_in_engine`
            return
        if kind == "variable":
            hook = getattr(self, "_add_engine_variable", None)
            if hook is not None:
                hook(name or value.name, value.engine_variable)
        elif kind == "layer":
            hook = getattr(self, "_add_engine_layer", None)
            if hook is not None:
                # A number: names that are made up differ from one process to the next.
                hook(name or str(len(self._tracker.held["layer"]) - 1), value)

    def _enter_in_engine(self) -> None:
        """Tell the engine what was set before its part of the layer was made."""
        for kind in ("variable", "layer"):
            for value in self._own_variables if kind == "variable" else self._layers:
                names = [n for n in self._tracker.names if self.__dict__.get(n) is value]
                self._on_adopted(kind, value, names[0] if names else None)

    def _on_disowned(self, value: Any) -> None:
        kind = getattr(type(value), "_tracked_as", "")
        hook = getattr(self, f"_remove_engine_{kind}", None)
        if hook is not None:
            hook(value.engine_variable if kind == "variable" else value)

    @contextmanager
    def _unlocked(self) -> Iterator[None]:
        """State may be added inside, though the layer is built."""
        locked, self._tracker.locked = self._tracker.locked, False
        try:
            yield
        finally:
            self._tracker.locked = locked

    def _set_layers(self, layers: Sequence[Any]) -> None:
        """Hold these layers right below, in this order."""
        for layer in self._layers:
            self._on_disowned(layer)
        self._tracker.replace("layer", layers)
        for i, layer in enumerate(layers):
            self._on_adopted("layer", layer, str(i))

    def _collected(self) -> _State:
        """The variables below, collected anew when any structure has changed."""
        tracker = self._tracker
        cache = tracker.cache
        if cache is not None and cache.trainability == trackable.trainability:
            for layer in cache.opaque:
                trackable.look_again(layer)  # which drops the cache if there is something new
            if tracker.cache is cache:
                return cache
        layers = self._flatten_layers()
        weights: dict[int, Variable] = {}
        variables: dict[int, Variable] = {}
        metrics: dict[int, Any] = {}
        for layer in layers:
            own = {id(v): v for v in layer._own_variables}
            weights.update(own)
            variables.update(own)
            for generator in layer._tracker.held["seed_generator"]:
                variables[id(generator.state)] = generator.state
            for metric in layer._tracker.held["metric"]:
                metrics[id(metric)] = metric
            layer._tracker.collected_by(tracker)
        trained = [v for v in weights.values() if v.trainable]
        tracker.cache = _State(
            trackable.trainability,
            [layer for layer in layers if layer._tracker.opaque],
            layers,
            list(variables.values()),
            list(weights.values()),
            trained,
            list(metrics.values()),
            (
                *((id(layer), layer._trainable) for layer in layers),
                *variables,
                *map(id, trained if self._trainable else ()),
            ),
        )
        return tracker.cache

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        """This layer and those below it, each once, parents first."""
        seen: dict[int, Any] = {}

        def visit(layer: Any) -> None:
            if id(layer) in seen:
                return
            seen[id(layer)] = layer
            if layer._tracker.opaque:
                trackable.look_again(layer)
            for child in layer._tracker.held["layer"]:
                visit(child)

        if recursive:
            visit(self)
        else:
            seen = {id(x): x for x in (self, *self._tracker.held["layer"])}
        return list(seen.values()) if include_self else list(seen.values())[1:]

    def _on_engine_cast(self, dtype: str) -> None:
        """The engine has cast the floating variables of this layer: compute in ``dtype`` too."""
        for v in self._own_variables:
            v.sync()
        self.dtype_policy = dtype

    # -- Variables -------------------------------------------------------------------

    @property
    def variables(self) -> list[Variable]:
        """The weights and the states of seed generators, layer by layer."""
        return list(self._collected().variables)

    @property
    def weights(self) -> list[Variable]:
        """The variables that are saved, layer by layer, those that were made trainable first."""
        return list(self._collected().weights)

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that optimizers update; none if the layer is frozen."""
        return list(self._collected().trainable) if self._trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All other `variables`."""
        return self._untrainable(self._collected().variables)

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers update."""
        return self.trainable_variables

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that optimizers leave alone."""
        return self._untrainable(self._collected().weights)

    def _untrainable(self, variables: list[Variable]) -> list[Variable]:
        return [v for v in variables if not (self._trainable and v.trainable)]

    @property
    def metrics(self) -> list[Any]:
        """The metrics below."""
        return list(self._collected().metrics)

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of the metrics below."""
        return [v for m in self.metrics for v in m.variables]

    @property
    def trainable(self) -> bool:
        """Whether its variables are trained; setting it sets it for all layers below.

        Variables that were made untrainable stay so.
        """
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        if "_setting_trainable" in self.__dict__:  # a layer below holds this one
            return
        self._trainable = value
        for v in self._trainable_or_not()[0]:
            v.trainable = value
        self._keep(_setting_trainable=True)
        try:
            for layer in self._tracker.held["layer"]:
                layer.trainable = value
        finally:
            del self.__dict__["_setting_trainable"]
        trackable.trainability_changed()

    # -- Losses ----------------------------------------------------------------------

    def add_loss(self, loss: TensorLike | Callable[[], Any] | Sequence[Any] | None) -> None:
        """Add to what is minimised. Call it from `call`.

        Args:
            loss: A scalar tensor, or a list of them.
        """
        if scopes.is_inferring():
            return
        for x in tree.flatten(loss):
            if not isinstance(x, KerasTensor):
                scope = scopes.current_stateless_scope()
                if scope is not None and scope.collect_losses:
                    scope.add_loss(x)
                    if scope.takes_losses:
                        continue
                self._added_losses.append((runtime.REPLICA_ID(), x))

    @property
    def losses(self) -> list[Any]:
        """The losses added by the last call, and those of regularised weights."""
        out: list[Any] = []
        scope = scopes.current_stateless_scope()
        if scope is not None and scope.collect_losses:
            out.extend(scope.losses)
        else:
            replica = runtime.REPLICA_ID()
            for layer in self._collected().layers:
                out.extend(x for number, x in layer._added_losses if number == replica)
        for v in self.trainable_weights:
            if v.regularizer is not None:
                out.append(v.regularizer(v))
        return out

    def _clear_losses(self) -> None:
        for layer in self._collected().layers:
            if layer._added_losses:  # replicas may run in turns
                others = [r for r in layer._added_losses if r[0] != runtime.REPLICA_ID()]
                layer._added_losses[:] = others


def flattened(layer: LayerState, include_self: bool = True, recursive: bool = True) -> list[Any]:
    """A layer and those below it, each once, parents first."""
    return layer._flatten_layers(include_self, recursive)


def structure_of(layer: LayerState) -> tuple[Any, ...]:
    """What changes with the layers and variables below a layer, and with what is trained."""
    return layer._collected().signature


def clear_losses(layer: LayerState) -> None:
    """Forget the losses that calls of the layer have added."""
    layer._clear_losses()


def mark_like(layer: LayerState, other: LayerState) -> None:
    """Give a layer the mark of another that says if it is trained; those below keep theirs."""
    layer._trainable = other._trainable
