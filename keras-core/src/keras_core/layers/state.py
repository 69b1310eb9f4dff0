"""What a layer holds: variables, layers below it, metrics and seed generators."""

import contextlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from keras_core import constraints, initializers, regularizers
from keras_core.engine import dtypes, scopes, tracking
from keras_core.engine.variables import Variable

PLAIN_TYPES = frozenset({bool, int, float, str, type(None), bytes})
_CONTAINERS = frozenset({list, dict, set, tuple})
_UNTRACKED = frozenset(
    {
        "_variables",
        "_own_seeds",
        "_own_layers",
        "_own_metrics",
        "_losses",
        "_state_cache",
        "_inbound_nodes",
        "_init_arguments",
        "_build_config",
        "_build_shapes",
        "_batch_input_shape",
        "_inputs",
        "_outputs",
        "_inputs_struct",
        "_outputs_struct",
        "_nodes",
        "_steps",
        "_functions",
        "_compile_config",
    }
)


class _State(NamedTuple):
    """The variables and layers below a layer, collected once for each change of structure."""

    version: int
    layers: list[Any]
    trainable: list[Variable]
    non_trainable: list[Variable]
    seeds: list[Variable]
    metrics: list[Any]


class LayerState:
    """The part of a layer that keeps its state.

    What is set as an attribute, in lists and dicts too, is tracked; the variables below are
    collected once for each change of structure.
    """

    name: str
    built: bool
    variable_dtype: str
    dtype_policy: Any
    _path: str | None

    def _start(self, trainable: bool) -> None:
        """Set up, as the first thing that happens to a layer."""
        self._trainable = bool(trainable)
        self._variables: list[Variable] = []
        self._own_seeds: list[Any] = []
        self._own_layers: list[Any] = []
        self._own_metrics: list[Any] = []
        self._state_cache: _State | None = None

    # -- Tracking --------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        kind = type(value)
        if kind in PLAIN_TYPES or name in _UNTRACKED:
            object.__setattr__(self, name, value)
            return
        if kind in _CONTAINERS:
            if "_own_layers" in self.__dict__:
                value = tracking.track(value, self)
                self._on_container_change(value)
            object.__setattr__(self, name, value)
            return
        tracked_as = None if isinstance(value, type) else getattr(value, "_tracked_as", None)
        if tracked_as is None and not isinstance(value, Variable):
            super().__setattr__(name, value)
            return
        if "_own_layers" not in self.__dict__:
            raise RuntimeError(
                "In layer "
                f"{type(self).__name__!r}, you forgot to call `super().__init__()` as the first "
                "statement in the `__init__()` method. Go add it!"
            )
        self._track(value, name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        value = self.__dict__.get(name)
        if value is not None:
            gone = {id(v) for v in tracking.leaves(value)}
            for held in (self._variables, self._own_layers, self._own_metrics, self._own_seeds):
                held[:] = [v for v in held if id(v) not in gone]
            tracking.changed()
        super().__delattr__(name)

    def _on_container_change(self, container: Any) -> None:
        """Track what a container attribute holds now."""
        for value in tracking.leaves(container):
            if isinstance(value, Variable):
                self._track(value, value.name)
            elif getattr(value, "_tracked_as", None) is not None:
                # A number: names that are made up differ from one process to the next.
                self._track(value, str(len(self._own_layers)))

    def _track(self, value: Any, name: str) -> None:
        if isinstance(value, Variable):
            held: list[Any] = self._variables
            kind = "variable"
        else:
            kind = value._tracked_as
            held = {
                "layer": self._own_layers,
                "metric": self._own_metrics,
                "seed_generator": self._own_seeds,
            }[kind]
        if any(v is value for v in held):
            return
        held.append(value)
        tracking.changed()
        if kind == "variable":
            hook = getattr(self, "_add_engine_variable", None)
            if hook is not None:
                hook(name, value._handle)
        elif kind == "layer":
            hook = getattr(self, "_add_engine_layer", None)
            if hook is not None:
                hook(name, value)

    def _state(self) -> _State:
        """The variables below, collected anew when any structure has changed."""
        cache = self._state_cache
        if cache is not None and cache.version == tracking.version:
            return cache
        layers = self._flatten_layers()
        trainable: dict[int, Variable] = {}
        non_trainable: dict[int, Variable] = {}
        seeds: dict[int, Variable] = {}
        metrics: dict[int, Any] = {}
        for layer in layers:
            for v in layer._variables:
                (trainable if v.trainable else non_trainable)[id(v)] = v
            for generator in layer._own_seeds:
                seeds[id(generator.state)] = generator.state
            for metric in layer._own_metrics:
                metrics[id(metric)] = metric
        object.__setattr__(
            self,
            "_state_cache",
            _State(
                tracking.version,
                layers,
                list(trainable.values()),
                list(non_trainable.values()),
                list(seeds.values()),
                list(metrics.values()),
            ),
        )
        return self._state_cache  # type: ignore[return-value]  # it was set just now

    def _flatten_layers(self, include_self: bool = True, recursive: bool = True) -> list[Any]:
        """This layer and those below it, each once, parents first."""
        seen: dict[int, Any] = {}

        def visit(layer: Any) -> None:
            if id(layer) in seen:
                return
            seen[id(layer)] = layer
            for child in layer._own_layers:
                visit(child)

        if recursive:
            visit(self)
        else:
            seen = {id(x): x for x in (self, *self._own_layers)}
        return list(seen.values()) if include_self else list(seen.values())[1:]

    def _on_engine_cast(self, dtype: str) -> None:
        """The engine has cast the floating variables of this layer: compute in ``dtype`` too."""
        for v in self._variables:
            v.sync()
        self.dtype_policy = dtype

    # -- Variables -------------------------------------------------------------------

    @property
    def variables(self) -> list[Variable]:
        """All variables below, those of seed generators and metrics included."""
        state = self._state()
        return self.weights + state.seeds + [v for m in state.metrics for v in m.variables]

    @property
    def weights(self) -> list[Variable]:
        """The variables that are saved as weights, in the order in which they were made."""
        out: dict[int, Variable] = {}
        for layer in self._state().layers:
            own = layer._variables
            for v in [v for v in own if v.trainable] + [v for v in own if not v.trainable]:
                out[id(v)] = v
        return list(out.values())

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that optimizers update; none if the layer is frozen."""
        return list(self._state().trainable) if self._trainable else []

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """All other variables but those of metrics."""
        state = self._state()
        if self._trainable:
            return state.non_trainable + state.seeds
        return self.weights + state.seeds

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that optimizers update."""
        return self.trainable_variables

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that optimizers leave alone."""
        return list(self._state().non_trainable) if self._trainable else self.weights

    @property
    def metrics(self) -> list[Any]:
        """The metrics below."""
        return list(self._state().metrics)

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
        if "_own_layers" not in self.__dict__:
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
        with contextlib.nullcontext() if self._in_own_scope() else scopes.name_scope(self.name):
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
        if not self._trainable:
            variable.trainable = False
        self._track(variable, variable.name)
        return variable

    def _in_own_scope(self) -> bool:
        """Whether the code runs in the name scope of this layer, as `build` does."""
        return self._path is not None and scopes.current_path() == self._path

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
        """Whether its variables are trained; setting it sets it for all layers below."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        value = bool(value)
        self._trainable = value
        for v in self._variables:
            if value or v.trainable:
                v.trainable = value if not getattr(v, "_frozen_by_design", False) else False
        for layer in self._own_layers:
            layer.trainable = value
        tracking.changed()

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
        for i, v in enumerate(self._saved_variables()):
            store[f"{i}"] = v

    def _saved_variables(self) -> list[Variable]:
        own = self._variables
        return [v for v in own if v.trainable] + [v for v in own if not v.trainable]

    def load_own_variables(self, store: Any) -> None:
        """Set the variables of this layer from ``store``.

        Raises:
            ValueError: If there are more or fewer of them, or one has another shape.
        """
        own = self._saved_variables()
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
