"""What a layer holds: variables, layers below it, metrics and seed generators."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from keras_core import constraints, initializers, regularizers
from keras_core.core.base import trackable
from keras_core.core.base.trackable import Trackable
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, scopes


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

    def _set_layers(self, layers: Sequence[Any]) -> None:
        """Hold these layers right below, in this order."""
        self._tracker.replace("layer", layers)
        for i, layer in enumerate(layers):
            self._on_adopted("layer", layer, str(i))

    def _collected(self) -> _State:
        """The variables below, collected anew when any structure has changed."""
        tracker = self._tracker
        cache = tracker.cache
        if cache is not None and cache.trainability == trackable.trainability:
            for layer in cache.opaque:
                layer._look_again()  # which drops the cache if there is something new
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
                layer._look_again()
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

    def add_weight(
        self,
        shape: Any = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Make a weight.

        Args:
            shape: The shape, all sizes known; ``()`` by default.
            initializer: An initializer or its name; by default ``"glorot_uniform"`` for
                floats and ``"zeros"`` for others.
            dtype: By default the variable dtype of the layer.
            trainable: Whether optimizers may update it.
            autocast: Whether it is read in the compute dtype of the layer.
            regularizer: A regularizer or its name.
            constraint: A constraint or its name.
            aggregation: How replicas are combined.
            overwrite_with_gradient: Whether its gradient replaces it.
            name: A name without ``/``.

        Returns:
            A `Variable`.
        """
        if "_dtype_policy" not in self.__dict__:
            raise RuntimeError(
                f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` "
                "before `add_weight()`. Go add it!"
            )
        shape = () if shape is None else shape
        dtype = dtypes.standardize_dtype(dtype) if dtype is not None else self.variable_dtype
        if initializer is None:
            initializer = "glorot_uniform" if dtypes.is_float(dtype) else "zeros"
        if isinstance(initializer, str) or initializer is None or isinstance(initializer, dict):
            initializer = initializers.get(initializer)
        with scopes.owner_scope(self):
            variable = Variable(
                initializer,
                shape=shape,
                dtype=dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name,
            )
        variable.regularizer = regularizers.get(regularizer)
        variable.constraint = constraints.get(constraint)
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._adopt(variable)
        if not self._trainable:
            variable.trainable = False
        return variable

    def add_variable(
        self,
        shape: Any,
        initializer: Any,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Any = None,
        constraint: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Make a weight; see `add_weight`."""
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            dtype=dtype,
            trainable=trainable,
            autocast=autocast,
            regularizer=regularizer,
            constraint=constraint,
            name=name,
        )

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

    def get_weights(self) -> list[Any]:
        """The values of `weights` as NumPy arrays."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the values of `weights`, in the same order.

        Raises:
            ValueError: If the number of arrays or a shape differs.
        """
        own = self.weights
        if len(own) != len(weights):
            raise ValueError(
                f"You called `set_weights(weights)` on layer {self.name!r} with a weight list of "
                f"length {len(weights)}, but the layer was expecting {len(own)} weights."
            )
        for variable, value in zip(own, weights, strict=True):
            if tuple(variable.shape) != tuple(value.shape):
                raise ValueError(
                    f"Layer {self.name!r} weight shape {tuple(variable.shape)} is not compatible "
                    f"with the provided weight shape {tuple(value.shape)}."
                )
            variable.assign(value)

    def count_params(self) -> int:
        """The number of scalars in the weights.

        Raises:
            ValueError: If the layer is not built.
        """
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer {self.name!r}, but the layer isn't "
                "built. You can build it manually via: `layer.build(input_shape)`."
            )
        total = 0
        for v in self.weights:
            size = 1
            for d in v.shape:
                size *= d
            total += size
        return total

    # -- Saving ----------------------------------------------------------------------

    def save_own_variables(self, store: Any) -> None:
        """Write the variables of this layer (not those of layers below) into ``store``."""
        for i, v in enumerate(self._own_variables):
            store[f"{i}"] = v

    def load_own_variables(self, store: Any) -> None:
        """Set the variables of this layer from ``store``.

        Raises:
            ValueError: If there are more or fewer of them, or one has another shape.
        """
        own = self._own_variables
        if len(store.keys()) != len(own):
            if not own and not self.built:
                raise ValueError(
                    f"Layer {self.name!r} was never built and thus it doesn't have any "
                    f"variables. However the weights file lists {len(store.keys())} variables "
                    "for this layer. Build it, or the model around it, before you load."
                )
            raise ValueError(
                f"Layer {self.name!r} expected {len(own)} variables, but received "
                f"{len(store.keys())} variables during loading. "
                f"Expected: {[v.name for v in own]}"
            )
        for i, v in enumerate(own):
            v.assign(store[f"{i}"])
