"""What an optimizer holds: its variables, the learning rate, the count of its steps."""

import warnings
from collections.abc import Sequence
from typing import Any, overload

from keras_core import initializers, ops
from keras_core.core.base import config
from keras_core.core.base.trackable import Trackable
from keras_core.core.state.placement import Layout
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime, scopes
from keras_core.optimizers.schedules import LearningRateSchedule
from keras_core.typing import DTypeLike, InitializerLike, LearningRate, ShapeLike, Tensor

_STATEFUL = runtime.CAPABILITIES.stateful_variables


class OptimizerState(Trackable, runtime.OBJECT_BASE):  # type: ignore[misc]  # the base is the backend's choice
    """The part of an optimizer that keeps its state."""

    _tracks = frozenset({"variable"})

    # -- Variables -------------------------------------------------------------------

    @property
    def variables(self) -> list[Variable]:
        """The variables, in the order in which they are saved."""
        return self._own_variables

    @property
    def iterations(self) -> Variable:
        """How many times the weights were changed."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations.value, self.gradient_accumulation_steps)
        return self._iterations

    @iterations.setter
    def iterations(self, variable: Variable) -> None:
        if self.built:
            raise RuntimeError(
                "Cannot set `iterations` to a new Variable after the Optimizer weights have been "
                f"created. Here it is attempting to set `iterations` to {variable}."
            )
        held = self.__dict__.get("_iterations")
        if held is not None:
            self._tracker.remove([held])
        self._iterations = variable

    @property
    def learning_rate(self) -> Tensor | Variable:
        """The learning rate of the current step; it can be set, unless it is a schedule."""
        if isinstance(self._learning_rate, Variable):
            return self._learning_rate
        return self._current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        held = self._learning_rate
        if isinstance(held, Variable):
            if isinstance(value, LearningRateSchedule) or (
                callable(value) and not isinstance(value, Variable)
            ):
                self._tracker.remove([held])
                self._learning_rate = value
            else:
                held.assign(float(value) if isinstance(value, (str, int)) else value)
            return
        if not isinstance(value, LearningRateSchedule) and not callable(value):
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its "
                "`learning_rate` constructor argument, hence its learning rate is not settable. "
                "If you need the learning rate to be settable, you should instantiate the "
                "optimizer with a float `learning_rate` argument."
            )
        self._learning_rate = value

    def _current_learning_rate(self) -> Any:
        """The learning rate as a tensor."""
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return rate.value
        if isinstance(rate, LearningRateSchedule):
            return native.convert(rate(native.convert(self.iterations)))
        return native.convert(rate(), config.floatx())

    def add_variable(
        self,
        shape: ShapeLike,
        initializer: InitializerLike = "zeros",
        dtype: DTypeLike = None,
        aggregation: str = "none",
        layout: Layout | None = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable of the optimizer.

        Args:
            shape: The shape.
            initializer: An initializer or its name.
            dtype: The dtype, `floatx` by default.
            aggregation: How replicas are combined.
            layout: How it is laid out over devices.
            name: A name without ``/``.
        """
        with scopes.name_scope(self.name):
            variable = Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                layout=layout,
                name=name,
            )
        self._adopt(variable)
        return variable

    def add_variable_from_reference(
        self,
        reference_variable: Variable,
        name: str | None = None,
        initializer: InitializerLike = "zeros",
    ) -> Variable:
        """Make a variable like another one.

        Args:
            reference_variable: What it takes the shape and the dtype from, and the first part of
                its name.
            name: The last part of its name.
            initializer: An initializer or its name.
        """
        path = getattr(reference_variable, "path", None) or reference_variable.name
        prefix = path.replace("/", "_")
        return self.add_variable(
            reference_variable.shape,
            initializer,
            dtype=reference_variable.dtype,
            layout=getattr(reference_variable, "layout", None),
            name=f"{prefix}_{name or 'variable'}",
        )

    @overload
    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str,
        initializer: InitializerLike | Sequence[InitializerLike] = "zeros",
    ) -> list[Any]: ...

    @overload
    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: Sequence[str],
        initializer: InitializerLike | Sequence[InitializerLike] = "zeros",
    ) -> tuple[list[Any], ...]: ...

    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str | Sequence[str],
        initializer: InitializerLike | Sequence[InitializerLike] = "zeros",
    ) -> Any:
        """Make a variable for each trainable one, or several.

        Args:
            trainable_variables: Variables; those whose gradient replaces them get None.
            name: The last part of the names, or a list of them.
            initializer: An initializer, its name, or a list of them.

        Returns:
            A list of variables; a tuple of lists if there are several names.
        """
        names = [name] if isinstance(name, str) else list(name)
        several = isinstance(initializer, (list, tuple))
        chosen = list(initializer) if several else [initializer] * len(names)
        if len(chosen) != len(names):
            raise ValueError(
                f"The number of initializers must match that of names. Received: name={names}, "
                f"initializer={chosen}"
            )
        out: list[list[Any]] = [[] for _ in names]
        for v in trainable_variables:
            for held, n, start in zip(out, names, chosen, strict=True):
                held.append(
                    None
                    if v.overwrite_with_gradient
                    else self.add_variable_from_reference(v, name=n, initializer=start)
                )
        return out[0] if isinstance(name, str) else tuple(out)

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the variables of the optimizer.

        Args:
            variables: The trainable variables. A subclass calls ``super().build(variables)``.
        """
        variables = list(variables)
        if self.use_ema:
            self._average = self.add_optimizer_variables(variables, "average")
        if self.gradient_accumulation_steps:
            self._accumulated = [
                self.add_variable_from_reference(v, name="gradient_accumulator") for v in variables
            ]
        self._keep(_trainable_variables=variables, _index={v: i for i, v in enumerate(variables)})
        self.built = True

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a variable in the list that the optimizer was built with."""
        return self._index[variable]

    # -- Saving ----------------------------------------------------------------------

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """The lists of variables, under the names that Keras's checkpoints of TensorFlow have."""
        return super()._children_by_name(
            _variables=self.variables, _trainable_variables=self._trainable_variables, **more
        )

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the variables of the optimizer."""
        if not self.built:
            raise ValueError(
                "You are calling `set_weights()` on an optimizer that has not yet been built. "
                "Please call `optimizer.build(trainable_variables)` to create the optimizer "
                "weights before calling `set_weights()`."
            )
        variables = self.variables
        if len(weights) != len(variables):
            raise ValueError(
                f"The optimizer has {len(variables)} variables. Received {len(weights)} weights."
            )
        for variable, weight in zip(variables, weights, strict=True):
            variable.assign(weight)

    def variables_by_number(self) -> list[Any] | None:
        """The variables that a file names by their number; None for another way to load them."""
        return self.variables

    def save_own_variables(self, store: Any) -> None:
        """Put the values into a dict, by number."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take the values from a dict, by number."""
        variables = self.variables
        if len(store.keys()) != len(variables):
            what = (
                "since it has not been built yet"
                if not self.built
                else f"because it has {len(variables)} variables whereas the saved optimizer has "
                f"{len(store.keys())} variables"
            )
            warnings.warn(
                f"Skipping variable loading for optimizer {self.name!r}, {what}.", stacklevel=2
            )
            return
        for i, variable in enumerate(variables):
            variable.assign(store[str(i)])


def averages(optimizer: Any) -> list[tuple[Variable, Variable]]:
    """The variables that an optimizer keeps a moving average of, each with its average."""
    pairs = zip(optimizer._trainable_variables, optimizer._average, strict=True)
    return [(variable, average) for variable, average in pairs if average is not None]
