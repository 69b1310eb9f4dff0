"""Scaling the loss, so that gradients in half precision do not vanish."""

from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer, run_if, unscale
from keras_core.typing import LearningRate, Tensor, TensorLike

_OF_THE_INNER = (
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)


@public("keras.optimizers.LossScaleOptimizer", "keras.mixed_precision.LossScaleOptimizer")
class LossScaleOptimizer(Optimizer):
    """An optimizer around another one, which scales the loss as far as gradients stay finite.

    A step whose gradients are not finite is left out, and the scale is halved. After so many
    good steps it is doubled.

    Args:
        inner_optimizer: The optimizer that changes the weights. A `loss_scale_factor` of its own
            does not count.
        initial_scale: The first scale.
        dynamic_growth_steps: After how many good steps the scale is doubled.
        name: A name.
        **kwargs: ``decay`` of Keras 2, with a warning that it has no effect; others are refused.

    Example:

    >>> import keras_core as keras
    >>> optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1))
    >>> float(optimizer.scale_loss(keras.ops.convert_to_tensor(1.0)))
    32768.0
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not kwargs.pop("dynamic", True):
            raise ValueError(
                "LossScaleOptimizer no longer supports `dynamic=False`. Instead, simply set "
                "`loss_scale_factor` directly on the `inner_optimizer`."
            )
        for option in kwargs:
            if option in _OF_THE_INNER:
                raise ValueError(
                    f"LossScaleOptimizer does not support `{option}`. Instead, set `{option}` on "
                    "the `inner_optimizer`."
                )
        super().__init__(learning_rate=0.0, name=name, **kwargs)
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.inner_optimizer: Optimizer = inner_optimizer

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of both optimizers."""
        if self.built:
            return
        variables = list(var_list)
        self.step_counter = self.add_variable(
            (), "zeros", dtype="int32", aggregation="none", name="step_counter"
        )
        self.dynamic_scale = self.add_variable((), "ones", dtype="float32", name="dynamic_scale")
        self.dynamic_scale.assign(self.initial_scale)
        if not self.inner_optimizer.built:
            self.inner_optimizer.build(variables)
        self._keep(_trainable_variables=variables, _index={v: i for i, v in enumerate(variables)})
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """The variables, those of the inner optimizer behind its own."""
        return [*self._own_variables, *self.inner_optimizer.variables]

    @property
    def iterations(self) -> Variable:
        """How many times the weights were changed."""
        return self.inner_optimizer.iterations

    @iterations.setter
    def iterations(self, variable: Variable) -> None:
        self.inner_optimizer.iterations = variable

    @property
    def learning_rate(self) -> Tensor | Variable:
        """The learning rate of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        self.inner_optimizer.learning_rate = value

    def check_finite(self, grads: Sequence[Any]) -> Tensor | bool:
        """Whether all gradients are finite, a bool scalar."""
        parts = [ops.all(ops.isfinite(g)) for g in grads if g is not None]
        if not parts:
            return True
        return parts[0] if len(parts) == 1 else ops.all(ops.stack(parts))

    def _step(self, grads: list[Any], variables: list[Variable]) -> None:
        scale = self.dynamic_scale
        finite = self.check_finite(grads)

        def good() -> None:
            inverse = ops.divide(1.0, scale.value)
            self.inner_optimizer._take(unscale(grads, variables, inverse), variables)
            count = ops.add(self.step_counter.value, 1)
            grown = ops.greater_equal(count, self.dynamic_growth_steps)
            self.step_counter.store(ops.where(grown, ops.zeros_like(count), count))
            twice = ops.multiply(scale.value, 2.0)
            scale.store(ops.where(ops.logical_and(grown, ops.isfinite(twice)), twice, scale.value))

        def bad() -> None:
            self.step_counter.store(ops.zeros_like(self.step_counter.value))
            scale.store(ops.multiply(scale.value, 0.5))

        if finite is True:
            good()
        else:
            run_if(finite, good, bad)

    def _take(self, grads: list[Any], variables: list[Variable]) -> None:
        # inside another optimizer, which has scaled and checked
        self.inner_optimizer._take(grads, variables)

    def scale_loss(self, loss: TensorLike) -> Tensor:
        """The loss that gradients are to be computed of."""
        scale = self.dynamic_scale.value if self.built else self.initial_scale
        return ops.multiply(loss, scale)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Give the variables their final values at the end of training."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave variables out of the weight decay of the inner optimizer."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "name": self.name,
            "inner_optimizer": serialization.serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Optimizer":
        """An optimizer from its config."""
        inner = serialization.deserialize_keras_object(
            config["inner_optimizer"], custom_objects=custom_objects
        )
        return cls(**{**config, "inner_optimizer": inner})


@public("keras.optimizers.with_loss_scaling")
def with_loss_scaling(optimizer: Optimizer) -> Optimizer:
    """The optimizer with dynamic loss scaling, unless it scales the loss already.

    Args:
        optimizer: An optimizer.

    Example:

    >>> import keras_core as keras
    >>> type(keras.optimizers.with_loss_scaling(keras.optimizers.SGD())).__name__
    'LossScaleOptimizer'
    """
    if isinstance(optimizer, LossScaleOptimizer) or optimizer.loss_scale_factor is not None:
        return optimizer
    return LossScaleOptimizer(optimizer, name="loss_scale_optimizer")


def _forward(name: str) -> property:
    def read(self: LossScaleOptimizer) -> float | None:
        inner = self.__dict__.get("inner_optimizer")
        return self.__dict__.get(f"_own_{name}") if inner is None else getattr(inner, name)

    def write(self: LossScaleOptimizer, value: float | None) -> None:
        inner = self.__dict__.get("inner_optimizer")
        if inner is None:
            self.__dict__[f"_own_{name}"] = value
        else:
            setattr(inner, name, value)

    return property(read, write, doc=f"``{name}`` of the inner optimizer.")


# What callbacks and users ask an optimizer for is that of the inner one.
for _name in ("use_ema", "ema_momentum", "ema_overwrite_frequency"):
    setattr(LossScaleOptimizer, _name, _forward(_name))
