"""The weights of a layer: how a constructor declares them, and how they are made."""

from collections.abc import Sequence
from typing import Any

from keras_core import constraints, initializers, regularizers
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, scopes
from keras_core.layers.base.state import LayerState
from keras_core.typing import ConstraintLike, DTypeLike, InitializerLike, RegularizerLike, ShapeLike


class LayerWeights(LayerState):
    """The part of a layer that makes, reads and sets its weights."""

    # -- Declared by the constructor -------------------------------------------------

    def _declare_weight(
        self,
        name: str,
        initializer: InitializerLike,
        regularizer: RegularizerLike = None,
        constraint: ConstraintLike = None,
    ) -> None:
        """Keep what a constructor was told of a weight, for `_add_declared` and the config.

        Sets the attributes ``<name>_initializer``, ``<name>_regularizer`` and
        ``<name>_constraint``, each an object, whatever form it was given in.

        Args:
            name: What the three arguments of the constructor begin with.
            initializer: An initializer, its name or its config.
            regularizer: A regularizer, its name or its config; None for none.
            constraint: A constraint, its name or its config; None for none.
        """
        setattr(self, f"{name}_initializer", initializers.get(initializer))
        setattr(self, f"{name}_regularizer", regularizers.get(regularizer))
        setattr(self, f"{name}_constraint", constraints.get(constraint))

    def _add_declared(self, declared: str, shape: Any, **options: Any) -> Variable:
        """Make a weight that the constructor declared.

        Args:
            declared: The name that it was declared under, which is also that of the weight unless
                ``options`` say another.
            shape: Its shape, all sizes known.
            **options: Other arguments of `add_weight`.
        """
        own = {k.removeprefix(f"{declared}_"): v for k, v in self._declared(declared).items()}
        return self.add_weight(shape, **{"name": declared, **own, **options})

    def _declared(self, name: str) -> dict[str, Any]:
        """What the constructor was told of a weight, by the names of its arguments."""
        keys = (f"{name}_initializer", f"{name}_regularizer", f"{name}_constraint")
        return {key: getattr(self, key) for key in keys}

    # -- Made, read and set ------------------------------------------------------------

    def add_weight(
        self,
        shape: ShapeLike | None = None,
        initializer: InitializerLike = None,
        dtype: DTypeLike = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: RegularizerLike = None,
        constraint: ConstraintLike = None,
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
        shape: ShapeLike,
        initializer: InitializerLike,
        dtype: DTypeLike = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: RegularizerLike = None,
        constraint: ConstraintLike = None,
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

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of what files hold of this layer itself, in their order.

        By how the layer is quantised, with the key None for a layer that is not: the only one, but
        for layers with kernels that can be quantised.
        """
        return {None: [v.name for v in self._own_variables]}

    def variables_by_number(self) -> list[Variable] | None:
        """The variables that a file names by their number; None for another way to load them."""
        return self._own_variables

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
