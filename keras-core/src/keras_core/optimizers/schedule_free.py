"""Averaging instead of a schedule."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor


@public("keras.optimizers.ScheduleFreeAdamW")
class ScheduleFreeAdamW(Optimizer):
    """Adam that averages the weights in place of a schedule (Defazio et al., 2024).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
        warmup_steps: How many steps the learning rate rises.
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
    >>> optimizer = keras.optimizers.ScheduleFreeAdamW(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._momentums, self._velocities = self.add_optimizer_variables(
            self._trainable_variables, ["momentum", "velocity"]
        )
        for z, variable in zip(self._momentums, self._trainable_variables, strict=True):
            if z is not None:
                z.assign(variable.value)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        z, v = self._momentums[i], self._velocities[i]
        step = ops.cast(ops.add(self.iterations, 1), "float32")
        rate = learning_rate
        if self.warmup_steps > 0:
            rate = ops.multiply(rate, ops.minimum(ops.divide(step, float(self.warmup_steps)), 1.0))
        old = v.stored_value()
        v_new = ops.add(old, ops.multiply(ops.subtract(ops.square(g), old), 1 - self.beta_2))
        v.store(v_new)
        scale = ops.cast(ops.subtract(1.0, ops.power(self.beta_2, step)), dtype)
        below = ops.add(ops.sqrt(ops.divide(v_new, scale)), self.epsilon)
        update = ops.divide(g, below)
        # the variable holds y; the average x follows from y and z
        y, z_old = variable.stored_value(), z.stored_value()
        x = ops.multiply(ops.subtract(y, ops.multiply(z_old, 1 - self.beta_1)), 1 / self.beta_1)
        z_new = ops.subtract(z_old, ops.multiply(update, ops.cast(rate, dtype)))
        share = ops.cast(ops.divide(1.0, step), dtype)
        x = ops.add(x, ops.multiply(ops.subtract(z_new, x), share))
        z.store(z_new)
        mixed = ops.add(ops.multiply(z_new, 1 - self.beta_1), ops.multiply(x, self.beta_1))
        self.assign(variable, mixed)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "warmup_steps": self.warmup_steps,
        }
