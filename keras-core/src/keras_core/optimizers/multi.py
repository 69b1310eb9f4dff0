"""Several optimizers, each for some of the variables."""

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.objects.patterns import refuse_slow
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, Tensor

_NO_RATE = (
    "A MultiOptimizer has no learning rate of its own. Read and set those of the optimizers in "
    "`.optimizers`."
)


@public("keras.optimizers.OptimizerMap")
class OptimizerMap(MutableMapping[str, Optimizer]):
    """Which optimizer is for which variable: regular expressions of paths, and a default.

    An expression has to match the whole path of a variable, as in ``"encoder/.*"``.

    Args:
        default_optimizer: For variables that match nothing.
        optimizer_map: A dict from a regular expression to an optimizer.

    Example:

    >>> import keras_core as keras
    >>> chosen = keras.optimizers.OptimizerMap(keras.optimizers.SGD(), {})
    >>> chosen["encoder/.*"] = keras.optimizers.Adam()
    >>> chosen(keras.Variable([0.0], name="w")).name.startswith("sgd")
    True
    """

    def __init__(
        self, default_optimizer: Optimizer, optimizer_map: dict[str, Any] | None = None
    ) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(
                f"`default_optimizer` must be an optimizer. Received: {default_optimizer!r}"
            )
        self._default = default_optimizer
        self._map: dict[str, Any] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    @property
    def default_optimizer(self) -> Optimizer:
        """For variables that match nothing."""
        return self._default

    def __getitem__(self, key: str) -> Optimizer:
        """The optimizer for an expression of the map, or for a path.

        Raises:
            ValueError: If several expressions match the path.
        """
        if key in self._map:
            return self._map[key]
        matching = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ValueError(
                f"The path {key!r} matches several expressions of the OptimizerMap: {matching}. "
                "Make them exclude each other."
            )
        return self._map[matching[0]] if matching else self._default

    def __setitem__(self, key: str, optimizer: Any) -> None:
        if key in self._map:
            raise ValueError(f"{key!r} already exists in the OptimizerMap.")
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"Expected an optimizer for {key!r}. Received: {optimizer!r}")
        refuse_slow([key], "An OptimizerMap")
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __len__(self) -> int:
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __call__(self, variable: Variable) -> Optimizer:
        """The optimizer of a variable."""
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "default_optimizer": serialization.serialize_keras_object(self._default),
            "optimizer_map": serialization.serialize_keras_object(self._map),
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "OptimizerMap":
        """A map from its config."""
        with serialization.custom_object_scope(custom_objects):
            default = serialization.deserialize_keras_object(config["default_optimizer"])
            held = {
                k: serialization.deserialize_keras_object(v)
                for k, v in (config.get("optimizer_map") or {}).items()
            }
        return cls(default, held)


@public("keras.optimizers.MultiOptimizer")
class MultiOptimizer(Optimizer):
    """Several optimizers as one: each variable goes to the one that is chosen for it.

    Args:
        optimizer_map: An `OptimizerMap`, or a function from a variable to an optimizer.
        loss_scale_factor: What the loss is multiplied by, and the gradients are divided by.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> w, b = keras.Variable([1.0], name="w"), keras.Variable([1.0], name="b")
    >>> chosen = keras.optimizers.OptimizerMap(
    ...     keras.optimizers.SGD(0.5), {"b": keras.optimizers.SGD(0.25)}
    ... )
    >>> keras.optimizers.MultiOptimizer(chosen).apply([keras.ops.ones((1,))] * 2, [w, b])
    >>> w.numpy().tolist(), b.numpy().tolist()
    ([0.5], [0.75])
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Any],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        if not callable(optimizer_map):
            raise ValueError(
                "`optimizer_map` must be an `OptimizerMap`, or a function from a variable to an "
                f"optimizer. Received: {optimizer_map!r}"
            )
        super().__init__(learning_rate=0.0, name=name)
        self._optimizer_map = optimizer_map
        self._own_scale = loss_scale_factor
        self._members: list[Any] = []
        if isinstance(optimizer_map, OptimizerMap):
            for optimizer in (*optimizer_map.values(), optimizer_map.default_optimizer):
                self._number(optimizer)
        self._member_of: dict[Variable, int]
        self._keep(_member_of={})

    def _number(self, optimizer: Any) -> int:
        """The place of an optimizer among the members, which it joins."""
        for n, held in enumerate(self._members):
            if held is optimizer:
                return n
        self._members.append(optimizer)
        return len(self._members) - 1

    @property
    def loss_scale_factor(self) -> float | None:
        """What the loss is multiplied by; factors of the single optimizers do not count."""
        return self.__dict__.get("_own_scale")

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> float | None:
        self.__dict__["_own_scale"] = value

    @property
    def optimizers(self) -> list[Any]:
        """The single optimizers: those of the map, and the default."""
        return list(self._members)

    def build(self, var_list: Sequence[Variable]) -> None:
        """Divide the variables, and make those of the optimizers."""
        if self.built:
            return
        variables = list(var_list)
        self._keep(_member_of={v: self._number(self._optimizer_map(v)) for v in variables})
        for n, optimizer in enumerate(self._members):
            own = [v for v in variables if self._member_of[v] == n]
            if own:
                optimizer.build(own)
        self._keep(_trainable_variables=variables, _index={v: i for i, v in enumerate(variables)})
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """The variables, those of the optimizers behind its own."""
        return [*self._own_variables, *(v for o in self._members for v in o.variables)]

    @property
    def learning_rate(self) -> Tensor | Variable:
        """There is no single one.

        Raises:
            AttributeError: Always.
        """
        raise AttributeError(_NO_RATE)

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        raise AttributeError(_NO_RATE)

    def _take(self, grads: list[Any], variables: list[Variable]) -> None:
        parts: dict[int, tuple[list[Any], list[Variable]]] = {}
        for g, v in zip(grads, variables, strict=True):
            held = parts.setdefault(self._member_of[v], ([], []))
            held[0].append(g)
            held[1].append(v)
        for n, part in parts.items():
            self._members[n]._take(*part)
        self._iterations.store(ops.add(self._iterations.stored_value(), 1))

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Give the variables their final values at the end of training."""
        for optimizer in self._members:
            optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "optimizer_map": serialization.serialize_keras_object(self._optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Optimizer":
        """An optimizer from its config."""
        held = serialization.deserialize_keras_object(
            config["optimizer_map"], custom_objects=custom_objects
        )
        return cls(**{**config, "optimizer_map": held})
