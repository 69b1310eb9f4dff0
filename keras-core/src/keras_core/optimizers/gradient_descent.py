"""Gradient descent, plain and with a scale of its own for each weight."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor


@public("keras.optimizers.SGD")
class SGD(Optimizer):
    """Gradient descent, with momentum if wanted.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        momentum: How much of the last step is kept, from 0 to 1.
        nesterov: Whether the momentum is Nesterov's.
        weight_decay: See `Optimizer`, as all that follow.
        clipnorm: See `Optimizer`.
        clipvalue: See `Optimizer`.
        global_clipnorm: See `Optimizer`.
        use_ema: See `Optimizer`.
        ema_momentum: See `Optimizer`.
        ema_overwrite_frequency: See `Optimizer`.
        loss_scale_factor: See `Optimizer`.
        gradient_accumulation_steps: See `Optimizer`.
        name: A name.
        **kwargs: ``decay`` of Keras 2, with a warning that it has no effect; others are refused.

    Example:

    >>> import keras_core as keras
    >>> w = keras.Variable([1.0])
    >>> optimizer = keras.optimizers.SGD(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    _fused: ClassVar[str] = "sgd_update"

    def __init__(
        self,
        learning_rate: LearningRate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Unpack[OldOptimizerOptions],
    ) -> None:
        if not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
            raise ValueError(
                f"`momentum` must be a float between [0, 1]. Received: momentum={momentum}"
            )
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.momentum = momentum
        self.nesterov = nesterov
        self.momentums: list[Variable] = []

    def build(self, variables: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(variables)
        if self.momentum:
            self.momentums = self.add_optimizer_variables(self._trainable_variables, "momentum")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        step = ops.multiply(ops.cast(gradient, dtype), ops.cast(learning_rate, dtype))
        if not self.momentum:
            self.assign_sub(variable, step)
            return
        held = self.momentums[self._get_variable_index(variable)]
        moved = ops.subtract(ops.multiply(held.stored_value(), self.momentum), step)
        held.store(moved)
        if self.nesterov:
            moved = ops.subtract(ops.multiply(moved, self.momentum), step)
        self.assign_add(variable, moved)

    _fused_step = update_step

    def _update_fused(
        self,
        fused: Callable[..., Any],
        grads: list[Any],
        variables: list[Variable],
        rate: Any,
    ) -> None:
        self._decay(variables, rate)
        params = [v.engine_variable for v in variables]
        momenta = self._handles(self.momentums, variables)
        fused(params, grads, momenta, rate, self.momentum, self.nesterov)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "nesterov": self.nesterov,
        }


@public("keras.optimizers.RMSprop")
class RMSprop(Optimizer):
    """Gradients divided by the root of their running mean square (Hinton, 2012).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        rho: How much of the old mean square is kept.
        momentum: How much of the last step is kept.
        epsilon: Keeps divisions away from 0.
        centered: Whether gradients are divided by their variance instead.
        weight_decay: See `Optimizer`, as all that follow.
        clipnorm: See `Optimizer`.
        clipvalue: See `Optimizer`.
        global_clipnorm: See `Optimizer`.
        use_ema: See `Optimizer`.
        ema_momentum: See `Optimizer`.
        ema_overwrite_frequency: See `Optimizer`.
        loss_scale_factor: See `Optimizer`.
        gradient_accumulation_steps: See `Optimizer`.
        name: A name.
        **kwargs: ``decay`` of Keras 2, with a warning that it has no effect; others are refused.

    Example:

    >>> import keras_core as keras
    >>> w = keras.Variable([1.0])
    >>> optimizer = keras.optimizers.RMSprop(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    _fused: ClassVar[str] = "rmsprop_update"

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Unpack[OldOptimizerOptions],
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            use_ema=use_ema,
            ema_momentum=ema_momentum,
            ema_overwrite_frequency=ema_overwrite_frequency,
            loss_scale_factor=loss_scale_factor,
            gradient_accumulation_steps=gradient_accumulation_steps,
            name=name,
            **kwargs,
        )
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        self._velocities: list[Variable] = []
        self._momentums: list[Variable] = []
        self._average_gradients: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        variables = self._trainable_variables
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        if self.momentum > 0:
            self._momentums = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self._average_gradients = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g, rate = ops.cast(gradient, dtype), ops.cast(learning_rate, dtype)
        rho = self.rho
        velocity = self._velocities[i]
        v = ops.add(
            ops.multiply(velocity.stored_value(), rho), ops.multiply(ops.square(g), 1 - rho)
        )
        velocity.store(v)
        if self.centered:
            held = self._average_gradients[i]
            mean = ops.add(ops.multiply(held.stored_value(), rho), ops.multiply(g, 1 - rho))
            held.store(mean)
            v = ops.subtract(v, ops.square(mean))
        step = ops.divide(ops.multiply(g, rate), ops.sqrt(ops.add(v, self.epsilon)))
        if self.momentum > 0:
            kept = self._momentums[i]
            step = ops.add(ops.multiply(kept.stored_value(), self.momentum), step)
            kept.store(step)
        self.assign_sub(variable, step)

    _fused_step = update_step

    def _update_fused(
        self,
        fused: Callable[..., Any],
        grads: list[Any],
        variables: list[Variable],
        rate: Any,
    ) -> None:
        self._decay(variables, rate)
        fused(
            [v.engine_variable for v in variables],
            grads,
            self._handles(self._velocities, variables),
            self._handles(self._momentums, variables),
            self._handles(self._average_gradients, variables),
            rate,
            self.rho,
            self.momentum,
            self.epsilon,
            self.centered,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "momentum": self.momentum,
            "epsilon": self.epsilon,
            "centered": self.centered,
        }
