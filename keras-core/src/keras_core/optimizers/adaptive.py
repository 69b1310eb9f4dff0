"""Optimizers whose steps adapt to the gradients so far."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import initializers, ops
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor


def _rms(x: Any) -> Any:
    return ops.sqrt(ops.mean(ops.square(x)))


@public("keras.optimizers.Adagrad")
class Adagrad(Optimizer):
    """Gradients divided by the root of the sum of their squares (Duchi et al., 2011).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        initial_accumulator_value: Where the sums start.
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
    >>> optimizer = keras.optimizers.Adagrad(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        initial_accumulator_value: float = 0.1,
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
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self._accumulators: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._accumulators = self.add_optimizer_variables(
            self._trainable_variables,
            "accumulator",
            initializers.Constant(self.initial_accumulator_value),
        )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        g = ops.cast(gradient, dtype)
        held = self._accumulators[self._get_variable_index(variable)]
        total = ops.add(held.stored_value(), ops.square(g))
        held.store(total)
        above = ops.multiply(g, ops.cast(learning_rate, dtype))
        self.assign_sub(variable, ops.divide(above, ops.sqrt(ops.add(total, self.epsilon))))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "initial_accumulator_value": self.initial_accumulator_value,
            "epsilon": self.epsilon,
        }


@public("keras.optimizers.Adadelta")
class Adadelta(Optimizer):
    """Steps in the units of the weights, by running means of squares (Zeiler, 2012).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        rho: How much of the old means is kept.
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
    >>> optimizer = keras.optimizers.Adadelta(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.95,
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
        self.rho = rho
        self.epsilon = epsilon
        self._accumulated_grads: list[Variable] = []
        self._accumulated_delta_vars: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._accumulated_grads, self._accumulated_delta_vars = self.add_optimizer_variables(
            self._trainable_variables, ["accumulated_grad", "accumulated_delta_var"]
        )

    def update_step(self, grad: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(grad, dtype)
        grads, steps = self._accumulated_grads[i], self._accumulated_delta_vars[i]

        def mean(held: Variable, x: Any) -> Any:
            new = ops.add(
                ops.multiply(held.stored_value(), self.rho),
                ops.multiply(ops.square(x), 1 - self.rho),
            )
            held.store(new)
            return new

        size = ops.sqrt(ops.add(mean(grads, g), self.epsilon))
        unit = ops.sqrt(ops.add(steps.stored_value(), self.epsilon))
        step = ops.negative(ops.divide(ops.multiply(unit, g), size))
        mean(steps, step)
        self.assign_add(variable, ops.multiply(step, ops.cast(learning_rate, dtype)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "rho": self.rho,
            "epsilon": self.epsilon,
        }


@public("keras.optimizers.Adafactor")
class Adafactor(Optimizer):
    """Adam with the memory of rows and columns (Shazeer and Stern, 2018).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_2_decay: How fast the share of the old means falls.
        epsilon_1: Keeps divisions away from 0.
        epsilon_2: The least size of weights that steps are scaled by.
        clip_threshold: The largest root mean square of a step.
        relative_step: Kept in configs. The learning rate is at most ``1 / sqrt(step)`` either way,
            as in Keras.
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
    >>> optimizer = keras.optimizers.Adafactor(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
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
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step
        self._r: list[Any] = []
        self._c: list[Any] = []
        self._v: list[Any] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        for var in self._trainable_variables:
            if len(var.shape) < 2:
                # vectors have no rows; files count their place all the same
                r, c = (Variable(0, name=var.name, trainable=False) for _ in range(2))
                self._adopt(r)
                self._adopt(c)
            elif var.overwrite_with_gradient:
                r = c = None
            else:
                rows, columns = var.shape[:-1], (*var.shape[:-2], var.shape[-1])
                r = self.add_variable(rows, name=var.name)
                c = self.add_variable(columns, name=var.name)
            self._r.append(r)
            self._c.append(c)
            self._v.append(
                None
                if var.overwrite_with_gradient
                else self.add_variable_from_reference(var, name="velocity")
            )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g = ops.cast(gradient, dtype)
        step = ops.cast(ops.add(self.iterations, 1), "float32")
        rate = ops.minimum(learning_rate, ops.divide(1.0, ops.sqrt(step)))
        rate = ops.cast(rate, dtype)
        size = ops.maximum(_rms(variable.stored_value()), self.epsilon_2)
        keep = ops.cast(ops.subtract(1.0, ops.power(step, self.beta_2_decay)), dtype)
        square = ops.add(ops.square(g), self.epsilon_1)

        def mean(held: Variable, x: Any) -> Any:
            new = ops.add(
                ops.multiply(held.stored_value(), keep), ops.multiply(x, ops.subtract(1.0, keep))
            )
            held.store(new)
            return new

        if len(variable.shape) >= 2:
            row = mean(self._r[i], ops.mean(square, axis=-1))
            column = mean(self._c[i], ops.mean(square, axis=-2))
            row = ops.divide(row, ops.mean(row, axis=-1, keepdims=True))
            v = ops.multiply(ops.expand_dims(row, -1), ops.expand_dims(column, -2))
            self._v[i].store(v)
        else:
            v = mean(self._v[i], square)
        update = ops.divide(g, ops.sqrt(v))
        update = ops.divide(update, ops.maximum(ops.divide(_rms(update), self.clip_threshold), 1.0))
        self.assign_sub(variable, ops.multiply(update, ops.multiply(size, rate)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_2_decay": self.beta_2_decay,
            "epsilon_1": self.epsilon_1,
            "epsilon_2": self.epsilon_2,
            "clip_threshold": self.clip_threshold,
            "relative_step": self.relative_step,
        }


@public("keras.optimizers.Lion")
class Lion(Optimizer):
    """Steps by the sign of the momentum (Chen et al., 2023).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        beta_1: How much the momentum counts against the gradient.
        beta_2: How much of the old momentum is kept.
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
    >>> optimizer = keras.optimizers.Lion(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
        if beta_1 <= 0 or beta_1 > 1:
            raise ValueError(
                "Argument `beta_1` must be in the [0, 1] range. Otherwise, the optimizer "
                f"degenerates to SignSGD. Received: beta_1={beta_1}."
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
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self._momentums: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._momentums = self.add_optimizer_variables(self._trainable_variables, "momentum")

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        g = ops.cast(gradient, dtype)
        held = self._momentums[self._get_variable_index(variable)]
        m = held.stored_value()
        way = ops.sign(ops.add(ops.multiply(m, self.beta_1), ops.multiply(g, 1 - self.beta_1)))
        self.assign_sub(variable, ops.multiply(way, ops.cast(learning_rate, dtype)))
        held.store(ops.add(ops.multiply(m, self.beta_2), ops.multiply(g, 1 - self.beta_2)))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
        }


@public("keras.optimizers.Ftrl")
class Ftrl(Optimizer):
    """Follow the regularized leader: sparse weights for clicks (McMahan et al., 2013).

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        learning_rate_power: How fast the learning rate falls, at most 0.
        initial_accumulator_value: Where the sums of squares start.
        l1_regularization_strength: The weight of the absolute values.
        l2_regularization_strength: The weight of the squares.
        l2_shrinkage_regularization_strength: The weight of the squares, in the gradient.
        beta: Added to the squares.
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
    >>> optimizer = keras.optimizers.Ftrl(learning_rate=0.1)
    >>> optimizer.apply([keras.ops.convert_to_tensor([1.0])], [w])
    >>> bool(w.numpy()[0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
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
        if learning_rate_power > 0.0:
            raise ValueError(
                "`learning_rate_power` needs to be negative or zero. "
                f"Received: learning_rate_power={learning_rate_power}."
            )
        for option, value in (
            ("initial_accumulator_value", initial_accumulator_value),
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
            ("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength),
        ):
            if value < 0.0:
                raise ValueError(
                    f"`{option}` needs to be positive or zero. Received: {option}={value}."
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
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        self._accumulators: list[Variable] = []
        self._linears: list[Variable] = []

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        self._accumulators, self._linears = self.add_optimizer_variables(
            self._trainable_variables,
            ["accumulator", "linear"],
            [initializers.Constant(self.initial_accumulator_value), "zeros"],
        )

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        dtype = variable.stored_dtype
        i = self._get_variable_index(variable)
        g, rate = ops.cast(gradient, dtype), ops.cast(learning_rate, dtype)
        held, linear = self._accumulators[i], self._linears[i]
        power = -self.learning_rate_power
        l2 = ops.add(self.l2_regularization_strength, ops.divide(self.beta, ops.multiply(rate, 2)))
        value = variable.stored_value()
        shrunk = ops.add(g, ops.multiply(value, 2 * self.l2_shrinkage_regularization_strength))
        old = held.stored_value()
        total = ops.add(old, ops.square(g))
        root = ops.power(total, power)
        moved = ops.divide(ops.subtract(root, ops.power(old, power)), rate)
        line = ops.add(linear.stored_value(), ops.subtract(shrunk, ops.multiply(moved, value)))
        below = ops.add(ops.divide(root, rate), ops.multiply(l2, 2.0))
        bound = self.l1_regularization_strength
        self.assign(variable, ops.divide(ops.subtract(ops.clip(line, -bound, bound), line), below))
        held.store(total)
        linear.store(line)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "learning_rate_power": self.learning_rate_power,
            "initial_accumulator_value": self.initial_accumulator_value,
            "l1_regularization_strength": self.l1_regularization_strength,
            "l2_regularization_strength": self.l2_regularization_strength,
            "l2_shrinkage_regularization_strength": self.l2_shrinkage_regularization_strength,
            "beta": self.beta,
        }
