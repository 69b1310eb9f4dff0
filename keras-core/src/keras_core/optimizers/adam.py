"""Adam and its relatives."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Unpack

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor


def _norm(x: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(x)))


@public("keras.optimizers.Adam")
class Adam(Optimizer):
    """Gradients by running means of them and of their squares (Kingma and Ba, 2014).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
        amsgrad: Whether the largest velocity so far counts (Reddi et al., 2018).
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
    >>> optimizer = keras.optimizers.Adam(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    _fused: ClassVar[str] = "adam_update"

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        self.amsgrad = amsgrad
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []
        self._velocity_hats: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        variables = self._trainable_variables
        self._momentums, self._velocities = self.add_optimizer_variables(
            variables, ["momentum", "velocity"]
        )
        if self.amsgrad:
            self._velocity_hats = self.add_optimizer_variables(variables, "velocity_hat")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        m, v = self._momentums[i], self._velocities[i]
        m_new, v_new = self._moments(m, v, g)
        if self.amsgrad:
            top = self._velocity_hats[i]
            v_new = ops.maximum(top.stored_value(), v_new)
            top.store(v_new)
        alpha = ops.cast(self._alpha(learning_rate), dtype)
        below = ops.add(ops.sqrt(v_new), self.epsilon)
        self.assign_sub(variable, ops.divide(ops.multiply(m_new, alpha), below))

    _fused_step = update_step

    def _moments(self, m: Variable, v: Variable, g: Any) -> tuple[Any, Any]:
        """Update the running means, and return them."""
        old_m, old_v = m.stored_value(), v.stored_value()
        m_new = ops.add(old_m, ops.multiply(ops.subtract(g, old_m), 1 - self.beta_1))
        v_new = ops.add(old_v, ops.multiply(ops.subtract(ops.square(g), old_v), 1 - self.beta_2))
        m.store(m_new)
        v.store(v_new)
        return m_new, v_new

    def _alpha(self, learning_rate: Any) -> Any:
        """The learning rate, corrected for running means that start at 0."""
        step = self._next_step()
        second = ops.subtract(1.0, ops.power(self.beta_2, step))
        first = ops.subtract(1.0, ops.power(self.beta_1, step))
        return ops.divide(ops.multiply(learning_rate, ops.sqrt(second)), first)

    def _next_step(self) -> Any:
        return ops.cast(ops.add(self.iterations, 1), "float32")

    def _update_fused(
        self,
        fused: Callable[..., Any],
        grads: list[Any],
        variables: list[Variable],
        rate: Any,
    ) -> None:
        fused(
            [v.engine_variable for v in variables],
            grads,
            self._handles(self._momentums, variables),
            self._handles(self._velocities, variables),
            self._handles(self._velocity_hats, variables),
            self._next_step(),
            rate,
            self.beta_1,
            self.beta_2,
            self.epsilon,
            self._decay_rates(variables),
            self.amsgrad,
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
            "amsgrad": self.amsgrad,
        }


@public("keras.optimizers.AdamW")
class AdamW(Adam):
    """Adam with weight decay that is not part of the gradient (Loshchilov and Hutter, 2017).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        weight_decay: The share of the weights, times the learning rate, taken away in each step.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
        amsgrad: Whether the largest velocity so far counts (Reddi et al., 2018).
        clipnorm: See `Optimizer`, as all that follow.
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
    >>> optimizer = keras.optimizers.AdamW(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        if weight_decay is None:
            raise ValueError(
                f"Argument `weight_decay` must be a float. Received: weight_decay={weight_decay}"
            )
        super().__init__(
            learning_rate=learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            amsgrad=amsgrad,
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


@public("keras.optimizers.Adamax")
class Adamax(Optimizer):
    """Adam with the largest absolute gradient in place of the velocity.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
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
    >>> optimizer = keras.optimizers.Adamax(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
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
        self._momentums: list[Variable] = []
        self._norms: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._momentums, self._norms = self.add_optimizer_variables(
            self._trainable_variables, ["momentum", "norm"]
        )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        m, u = self._momentums[i], self._norms[i]
        old = m.stored_value()
        m_new = ops.add(old, ops.multiply(ops.subtract(g, old), 1 - self.beta_1))
        u_new = ops.maximum(ops.multiply(u.stored_value(), self.beta_2), ops.abs(g))
        m.store(m_new)
        u.store(u_new)
        step = ops.cast(ops.add(self.iterations, 1), "float32")
        alpha = ops.divide(learning_rate, ops.subtract(1.0, ops.power(self.beta_1, step)))
        above = ops.multiply(m_new, ops.cast(alpha, dtype))
        self.assign_sub(variable, ops.divide(above, ops.add(u_new, self.epsilon)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


@public("keras.optimizers.Nadam")
class Nadam(Optimizer):
    """Adam with Nesterov's momentum (Dozat, 2015).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
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
    >>> optimizer = keras.optimizers.Nadam(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
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
        self._u_product = Variable(
            1.0, dtype=config.floatx(), trainable=False, autocast=False, name="u_product"
        )

    def _update_all(self, grads: list[Any], variables: list[Variable], rate: Any) -> None:
        product = self._u_product
        product.store(ops.multiply(product.stored_value(), self._momentum_at(self._step_now())))
        super()._update_all(grads, variables, rate)

    def _step_now(self) -> Any:
        return ops.cast(ops.add(self.iterations, 1), "float32")

    def _momentum_at(self, step: Any) -> Any:
        share = ops.subtract(1.0, ops.multiply(ops.power(0.96, step), 0.5))
        return ops.multiply(share, self.beta_1)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        m, v = self._momentums[i], self._velocities[i]
        step = self._step_now()
        now, following = self._momentum_at(step), self._momentum_at(ops.add(step, 1.0))
        product = self._u_product.stored_value()
        coming = ops.multiply(product, following)
        old_m, old_v = m.stored_value(), v.stored_value()
        m_new = ops.add(old_m, ops.multiply(ops.subtract(g, old_m), 1 - self.beta_1))
        v_new = ops.add(old_v, ops.multiply(ops.subtract(ops.square(g), old_v), 1 - self.beta_2))
        m.store(m_new)
        v.store(v_new)
        on_m = ops.cast(ops.divide(following, ops.subtract(1.0, coming)), dtype)
        on_g = ops.cast(ops.divide(ops.subtract(1.0, now), ops.subtract(1.0, product)), dtype)
        m_hat = ops.add(ops.multiply(m_new, on_m), ops.multiply(g, on_g))
        scale = ops.cast(ops.subtract(1.0, ops.power(self.beta_2, step)), dtype)
        below = ops.add(ops.sqrt(ops.divide(v_new, scale)), self.epsilon)
        rate = ops.cast(learning_rate, dtype)
        self.assign_sub(variable, ops.divide(ops.multiply(m_hat, rate), below))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }


@public("keras.optimizers.Lamb")
class Lamb(Optimizer):
    """Adam whose step is scaled to the size of the weights of a layer (You et al., 2019).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much of the old momentum is kept.
        beta_2: How much of the old velocity is kept.
        epsilon: Keeps divisions away from 0.
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
    >>> optimizer = keras.optimizers.Lamb(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
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

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        m, v = self._momentums[i], self._velocities[i]
        old_m, old_v = m.stored_value(), v.stored_value()
        m_new = ops.add(old_m, ops.multiply(ops.subtract(g, old_m), 1 - self.beta_1))
        v_new = ops.add(old_v, ops.multiply(ops.subtract(ops.square(g), old_v), 1 - self.beta_2))
        m.store(m_new)
        v.store(v_new)
        step = ops.cast(ops.add(self.iterations, 1), "float32")
        first = ops.cast(ops.subtract(1.0, ops.power(self.beta_1, step)), dtype)
        second = ops.cast(ops.subtract(1.0, ops.power(self.beta_2, step)), dtype)
        below = ops.add(ops.sqrt(ops.divide(v_new, second)), self.epsilon)
        update = ops.divide(ops.divide(m_new, first), below)
        value = variable.stored_value()
        size, length = _norm(value), _norm(update)
        both = ops.logical_and(ops.greater(size, 0.0), ops.greater(length, 0.0))
        trust = ops.where(both, ops.divide_no_nan(size, length), ops.ones_like(size))
        rate = ops.multiply(ops.cast(learning_rate, dtype), trust)
        self.assign_sub(variable, ops.multiply(update, rate))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
