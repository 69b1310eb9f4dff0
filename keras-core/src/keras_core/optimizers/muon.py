"""Orthogonal steps for matrices."""

import re
from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.objects.patterns import refuse_slow
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native
from keras_core.optimizers.optimizer import Optimizer
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor


@public("keras.optimizers.Muon")
class Muon(Optimizer):
    """Momentum made orthogonal for the matrices of hidden layers, Adam for the rest.

    See https://kellerjordan.github.io/posts/muon/ by Jordan et al., 2024.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        adam_beta_1: How much of the old momentum Adam keeps.
        adam_beta_2: How much of the old velocity Adam keeps.
        adam_weight_decay: The weight decay of the variables that Adam updates.
        epsilon: Keeps Adam's divisions away from 0.
        weight_decay: The weight decay of the matrices.
        clipnorm: See `Optimizer`, as all that follow.
        clipvalue: See `Optimizer`.
        global_clipnorm: See `Optimizer`.
        use_ema: See `Optimizer`.
        ema_momentum: See `Optimizer`.
        ema_overwrite_frequency: See `Optimizer`.
        loss_scale_factor: See `Optimizer`.
        gradient_accumulation_steps: See `Optimizer`.
        name: A name.
        exclude_layers: Regular expressions; variables whose path matches are left to Adam.
        exclude_embeddings: Whether embeddings are left to Adam.
        muon_a: The first coefficient of the iteration that makes a matrix orthogonal.
        muon_b: The second.
        muon_c: The third.
        adam_lr_ratio: The learning rate of Adam, by that of the matrices.
        momentum: How much of the old momentum is kept.
        ns_steps: How many iterations make a matrix orthogonal.
        nesterov: Whether the momentum is Nesterov's.
        rms_rate: Root mean square of a step, by the learning rate; None for steps as they come out
            of the iteration.
        **kwargs: ``decay`` of Keras 2, with a warning that it has no effect; others are refused.

    Example:

    >>> import keras_core as keras
    >>> w = keras.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> keras.optimizers.Muon(0.1).apply([keras.ops.ones((2, 2))], [w])
    >>> bool(w.numpy()[0, 0] < 1.0)
    True
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
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
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or [])
        refuse_slow(self.exclude_layers, "`exclude_layers` of Muon")
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate
        self._momentums: list[Variable | None] = []
        self._velocities: list[Variable | None] = []

    def _uses_adam(self, variable: Variable) -> bool:
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and "embedding" in variable.path.lower():
            return True
        return any(re.search(pattern, variable.path) for pattern in self.exclude_layers)

    def build(self, var_list: Sequence[Variable]) -> None:
        """Make the variables of the optimizer."""
        if self.built:
            return
        super().build(var_list)
        for v in self._trainable_variables:
            momentum = velocity = None
            if not v.overwrite_with_gradient:
                momentum = self.add_variable_from_reference(v, name="momentum")
                if self._uses_adam(v):
                    velocity = self.add_variable_from_reference(v, name="velocity")
            self._momentums.append(momentum)
            self._velocities.append(velocity)

    def _decay(self, variables: Sequence[Variable], rate: Any) -> None:
        for v in variables:
            share = self.adam_weight_decay if self._uses_adam(v) else self.weight_decay
            if share and self._uses_weight_decay(v):
                value = v.stored_value()
                part = ops.cast(ops.multiply(rate, share), v.stored_dtype)
                v.store(ops.subtract(value, ops.multiply(value, part)))

    def transpose_last_axis(self, X: Tensor) -> Tensor:  # the name is public
        """The matrix, or each of a stack of them, transposed."""
        return ops.swapaxes(X, -1, -2)

    def lr_adjust(self, x: Tensor) -> Tensor:
        """A step scaled for the shape of its matrix."""
        if self.rms_rate is None:
            return x
        rows, columns = native.static_shape(x)[:2]
        return ops.multiply(x, max(rows, columns) ** 0.5 * self.rms_rate)

    def zeropower_via_newtonschulz5(self, x: Tensor, steps: int) -> Tensor:
        """A matrix made nearly orthogonal, by an iteration of Newton and Schulz."""
        rows, columns = native.static_shape(x)[-2:]
        x = self.transpose_last_axis(x) if rows > columns else x
        size = ops.sqrt(ops.sum(ops.square(x), axis=(-2, -1), keepdims=True))
        x = ops.divide(x, ops.add(size, 1e-7))
        for _ in range(steps):
            square = ops.matmul(x, self.transpose_last_axis(x))
            mixed = ops.add(
                ops.multiply(square, self.muon_b),
                ops.multiply(ops.matmul(square, square), self.muon_c),
            )
            x = ops.add(ops.multiply(x, self.muon_a), ops.matmul(mixed, x))
        return self.transpose_last_axis(x) if rows > columns else x

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable."""
        g = ops.cast(gradient, variable.stored_dtype)
        rate = ops.cast(learning_rate, variable.stored_dtype)
        i = self._get_variable_index(variable)
        if self._velocities[i] is not None:
            self._adam_step(g, variable, ops.multiply(rate, self.adam_lr_ratio), i)
            return
        held: Any = self._momentums[i]
        m = ops.add(ops.multiply(held.stored_value(), self.momentum), g)
        held.store(m)
        if self.nesterov:
            m = ops.add(g, ops.multiply(m, self.momentum))
        step = self.lr_adjust(
            ops.multiply(self.zeropower_via_newtonschulz5(m, self.ns_steps), rate)
        )
        self.assign_sub(variable, step)

    def _adam_step(self, g: Any, variable: Variable, rate: Any, i: int) -> None:
        m: Any = self._momentums[i]
        v: Any = self._velocities[i]
        b1, b2 = self.adam_beta_1, self.adam_beta_2
        old_m, old_v = m.stored_value(), v.stored_value()
        m_new = ops.add(old_m, ops.multiply(ops.subtract(g, old_m), 1 - b1))
        v_new = ops.add(old_v, ops.multiply(ops.subtract(ops.square(g), old_v), 1 - b2))
        m.store(m_new)
        v.store(v_new)
        step = ops.cast(ops.add(self.iterations, 1), "float32")
        scale = ops.divide(
            ops.sqrt(ops.subtract(1.0, ops.power(b2, step))), ops.subtract(1.0, ops.power(b1, step))
        )
        alpha = ops.multiply(rate, ops.cast(scale, variable.stored_dtype))
        below = ops.add(ops.sqrt(v_new), self.epsilon)
        self.assign_sub(variable, ops.divide(ops.multiply(m_new, alpha), below))

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            **super().get_config(),
            "adam_beta_1": self.adam_beta_1,
            "adam_beta_2": self.adam_beta_2,
            "epsilon": self.epsilon,
            "exclude_layers": self.exclude_layers,
            "muon_a": self.muon_a,
            "muon_b": self.muon_b,
            "muon_c": self.muon_c,
            "adam_lr_ratio": self.adam_lr_ratio,
            "momentum": self.momentum,
            "ns_steps": self.ns_steps,
            "nesterov": self.nesterov,
            "exclude_embeddings": self.exclude_embeddings,
            "adam_weight_decay": self.adam_weight_decay,
            "rms_rate": self.rms_rate,
        }
