"""The base class of metrics."""

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from keras_core import dtype_policies, initializers
from keras_core.core.base import config
from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.base.trackable import Trackable
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import runtime, scopes
from keras_core.typing import (
    DTypeLike,
    DTypePolicyLike,
    HasResult,
    InitializerLike,
    R_co,
    ShapeLike,
    Shapes,
    Tensor,
)


@public("keras.metrics.Metric", "keras.Metric")
class Metric(Trackable, runtime.OBJECT_BASE):  # type: ignore[misc]  # the base is the backend's choice
    """State that is updated batch by batch, and a result that is computed from it.

    A subclass makes variables in ``__init__`` with `add_variable`, changes them in
    `update_state`, and computes `result`. Variables and metrics that are set as attributes are
    part of it.

    Args:
        dtype: The dtype of the variables: a dtype or a policy; `floatx` by default.
        name: A name; made from the class by default.

    Example:

    >>> import keras_core as keras
    >>> class Largest(keras.metrics.Metric):
    ...     def __init__(self, **kwargs):
    ...         super().__init__(**kwargs)
    ...         self.top = self.add_variable((), "zeros", name="top")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         self.top.assign(keras.ops.maximum(self.top, keras.ops.max(y_pred)))
    ...     def result(self):
    ...         return self.top.value
    >>> float(Largest()([0.0, 0.0], [1.0, 3.0]))
    3.0
    """

    _direction: str | None = None
    """``"up"`` if more is better, ``"down"`` if less is: for callbacks that look for the best."""

    _tracked_as = "metric"
    _tracks = frozenset({"variable", "metric"})

    def __init__(self, dtype: DTypePolicyLike = None, name: str | None = None) -> None:
        self.name = name or auto_name(type(self).__name__)
        self._dtype_policy = dtype_policies.get(dtype or config.floatx())
        self._dtype = self._dtype_policy.compute_dtype

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The variables, those of metrics inside included."""
        out = {id(v): v for v in self._own_variables}
        for metric in self._tracker.held["metric"]:
            out.update((id(v), v) for v in metric.variables)
        return list(out.values())

    def add_variable(
        self,
        shape: ShapeLike,
        initializer: InitializerLike,
        dtype: DTypeLike = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Make a variable.

        Args:
            shape: The shape, all sizes known.
            initializer: An initializer, its name, or a function ``(shape, dtype) -> value``.
            dtype: By default that of the metric.
            aggregation: How replicas are combined.
            name: A name without ``/``.
        """
        if "_dtype_policy" not in self.__dict__:
            raise RuntimeError(
                f"You forgot to call `super().__init__()` in the `__init__()` method of "
                f"{type(self).__name__}. Go add it!"
            )
        initializer = initial(initializer)
        with scopes.name_scope(self.name.replace("/", ">")):
            variable = Variable(
                initializer,
                shape=shape,
                dtype=dtype or self._dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                name=name,
            )
        self._adopt(variable)
        return variable

    def add_weight(
        self,
        shape: ShapeLike = (),
        initializer: InitializerLike = None,
        dtype: DTypeLike = None,
        name: str | None = None,
    ) -> Variable:
        """`add_variable` with defaults."""
        return self.add_variable(shape, initializer or "zeros", dtype=dtype, name=name)

    def build(self, y_true_shape: Shapes, y_pred_shape: Shapes) -> None:
        """Make variables whose shape depends on the data; called before the first step."""

    def reset_state(self) -> None:
        """Set all variables to zeros."""
        for v in self.variables:
            v.assign(np.zeros(v.shape, "int8"))

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take in a batch; a subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define `update_state()`.")

    def result(self) -> Tensor | dict[str, Tensor]:
        """The metric as of now: a scalar, or a dict of scalars. A subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define `result()`.")

    @overload
    def __call__(self: HasResult[R_co], *args: Any, **kwargs: Any) -> R_co: ...

    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Tensor | dict[str, Tensor]: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take in a batch and return the result."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Any]:
        """The values of the variables after `update_state`, changing nothing.

        Args:
            metric_variables: Their values before.
            *args: For `update_state`.
            **kwargs: For `update_state`.
        """
        with self._scope(metric_variables) as scope:
            self.update_state(*args, **kwargs)
        return [scope.read(v) for v in self.variables]

    @overload
    def stateless_result(self: HasResult[R_co], metric_variables: Sequence[Any]) -> R_co: ...

    @overload
    def stateless_result(self, metric_variables: Sequence[Any]) -> Tensor | dict[str, Tensor]: ...

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """The result for the given values of the variables."""
        with self._scope(metric_variables):
            return self.result()

    def stateless_reset_state(self) -> list[Any]:
        """The values of the variables after `reset_state`, changing nothing."""
        with scopes.StatelessScope() as scope:
            self.reset_state()
        return [scope.read(v) for v in self.variables]

    def _scope(self, values: Any) -> scopes.StatelessScope:
        variables = self.variables
        if len(values) != len(variables):
            raise ValueError(
                "Argument `metric_variables` must be a list of tensors corresponding 1:1 to "
                f"{type(self).__name__}().variables. Received list with length {len(values)}, but "
                f"expected {len(variables)} variables."
            )
        return scopes.StatelessScope(list(zip(variables, values, strict=True)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"name": self.name, "dtype": self._dtype_policy.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        """A metric from its config."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def initial(initializer: Any) -> Any:
    """What a `Variable` takes, for an initializer given by name or config."""
    if isinstance(initializer, (str, dict)):
        return initializers.get(initializer)
    return initializer
