"""Learning rates that depend on the step."""

import math
from collections.abc import Sequence
from typing import Any

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.typing import Tensor, TensorLike


@public("keras.optimizers.schedules.LearningRateSchedule")
class LearningRateSchedule:
    """A learning rate that depends on the step: a function of the number of steps so far.

    A subclass defines ``__call__`` and `get_config`.

    Example:

    >>> import keras_core as keras
    >>> class Falling(keras.optimizers.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.1 / (keras.ops.cast(step, "float32") + 1.0)
    >>> optimizer = keras.optimizers.SGD(learning_rate=Falling())
    """

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step, which is a number or an integer tensor."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `get_config()` in "
            "order to be serialized."
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "LearningRateSchedule":
        """A schedule from its config."""
        return cls(**config)


def _float(x: Any) -> Any:
    return native.convert(x, config.floatx())


@public("keras.optimizers.schedules.ExponentialDecay")
class ExponentialDecay(LearningRateSchedule):
    """``initial * rate ** (step / decay_steps)``.

    Args:
        initial_learning_rate: The first learning rate.
        decay_steps: After how many steps the rate has been multiplied once.
        decay_rate: The rate.
        staircase: Whether the learning rate falls once every ``decay_steps`` only.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.ExponentialDecay(1.0, 10, 0.5)
    >>> float(schedule(20))
    0.25
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(
                f"Argument `decay_steps` must be > 0. Received: decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        p = ops.divide(_float(step), float(self.decay_steps))
        p = ops.floor(p) if self.staircase else p
        return ops.multiply(ops.power(_float(self.decay_rate), p), self.initial_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


@public("keras.optimizers.schedules.InverseTimeDecay")
class InverseTimeDecay(LearningRateSchedule):
    """``initial / (1 + rate * step / decay_steps)``.

    Args:
        initial_learning_rate: The first learning rate.
        decay_steps: After how many steps the rate has been added once.
        decay_rate: The rate.
        staircase: Whether the learning rate falls once every ``decay_steps`` only.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.InverseTimeDecay(1.0, 10, 1.0)
    >>> float(schedule(10))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(
                f"Argument `decay_steps` must be > 0. Received: decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        p = ops.divide(_float(step), float(self.decay_steps))
        p = ops.floor(p) if self.staircase else p
        below = ops.add(ops.multiply(p, self.decay_rate), 1.0)
        return ops.divide(_float(self.initial_learning_rate), below)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }


@public("keras.optimizers.schedules.PiecewiseConstantDecay")
class PiecewiseConstantDecay(LearningRateSchedule):
    """A constant between each two boundaries.

    Args:
        boundaries: Steps, ascending; each is the last one of its value.
        values: The learning rates, one more than boundaries.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.PiecewiseConstantDecay([100, 110], [1.0, 0.5, 0.25])
    >>> float(schedule(100)), float(schedule(101)), float(schedule(111))
    (1.0, 0.5, 0.25)
    """

    def __init__(
        self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant"
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. Received: "
                f"boundaries={boundaries} of length {len(boundaries)}, and values={values} of "
                f"length {len(values)}."
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        step = _float(step)
        out = _float(self.values[0])
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            out = ops.where(ops.greater(step, float(boundary)), _float(value), out)
        return out

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {"boundaries": self.boundaries, "values": self.values, "name": self.name}


@public("keras.optimizers.schedules.PolynomialDecay")
class PolynomialDecay(LearningRateSchedule):
    """From one learning rate to another along a polynomial.

    Args:
        initial_learning_rate: The first learning rate.
        decay_steps: After how many steps the last one is reached.
        end_learning_rate: The last one.
        power: The exponent; 1 for a line.
        cycle: Whether it starts anew, over twice the steps, each time it has ended.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.PolynomialDecay(1.0, 10, 0.5)
    >>> float(schedule(5)), float(schedule(20))
    (0.75, 0.5)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(
                f"Argument `decay_steps` must be > 0. Received: decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        step = _float(step)
        steps = _float(self.decay_steps)
        if self.cycle:
            rounds = ops.maximum(ops.ceil(ops.divide(step, steps)), 1.0)
            steps = ops.multiply(steps, rounds)
        else:
            step = ops.minimum(step, steps)
        rest = ops.subtract(1.0, ops.divide(step, steps))
        span = self.initial_learning_rate - self.end_learning_rate
        return ops.add(
            ops.multiply(ops.power(rest, float(self.power)), span), self.end_learning_rate
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }


@public("keras.optimizers.schedules.CosineDecay")
class CosineDecay(LearningRateSchedule):
    """Down half a period of a cosine, after a linear warm-up if that is wanted.

    Args:
        initial_learning_rate: The first learning rate.
        decay_steps: After how many steps (behind the warm-up) the last one is reached.
        alpha: The last learning rate, as a share of the highest.
        name: A name.
        warmup_target: What the warm-up rises to; None for no warm-up.
        warmup_steps: How many steps the warm-up takes.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.CosineDecay(1.0, 10)
    >>> round(float(schedule(5)), 3), round(float(schedule(10)), 3)
    (0.5, 0.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        if decay_steps <= 0:
            raise ValueError(
                f"Argument `decay_steps` must be > 0. Received: decay_steps={decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_steps = warmup_steps
        self.warmup_target = warmup_target

    def _decayed(self, step: Any, top: float) -> Any:
        done = ops.divide(step, float(self.decay_steps))
        wave = ops.multiply(ops.add(ops.cos(ops.multiply(done, math.pi)), 1.0), 0.5)
        return ops.multiply(ops.add(ops.multiply(wave, 1.0 - self.alpha), self.alpha), top)

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        step = _float(step)
        if self.warmup_target is None:
            return self._decayed(
                ops.minimum(step, float(self.decay_steps)), self.initial_learning_rate
            )
        warm = float(self.warmup_steps)
        risen = self.warmup_target - self.initial_learning_rate
        total = float(self.decay_steps + self.warmup_steps)
        step = ops.minimum(step, total)
        down = self._decayed(ops.maximum(ops.subtract(step, warm), 0.0), self.warmup_target)
        if not warm:
            return down
        up = ops.add(ops.multiply(step, risen / warm), self.initial_learning_rate)
        return ops.where(ops.less(step, warm), up, down)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


@public("keras.optimizers.schedules.CosineDecayRestarts")
class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay that starts anew each time it has ended (Loshchilov and Hutter, 2016).

    Args:
        initial_learning_rate: The first learning rate.
        first_decay_steps: How many steps the first period takes.
        t_mul: How much longer each period is than the one before.
        m_mul: How much higher each period starts than the one before.
        alpha: The least learning rate, as a share of the first.
        name: A name.

    Example:

    >>> import keras_core as keras
    >>> schedule = keras.optimizers.schedules.CosineDecayRestarts(1.0, 10)
    >>> round(float(schedule(5)), 3), round(float(schedule(10)), 3)
    (0.5, 1.0)
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        if first_decay_steps <= 0:
            raise ValueError(
                "Argument `first_decay_steps` must be > 0. "
                f"Received: first_decay_steps={first_decay_steps}"
            )
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self._t_mul = t_mul
        self._m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: TensorLike) -> Tensor:
        """The learning rate of a step."""
        done = ops.divide(_float(step), float(self.first_decay_steps))
        t = float(self._t_mul)
        if t == 1.0:
            period = ops.floor(done)
            done = ops.subtract(done, period)
        else:
            grown = ops.log(ops.subtract(1.0, ops.multiply(done, 1.0 - t)))
            period = ops.floor(ops.multiply(grown, 1.0 / math.log(t)))
            length = ops.power(_float(t), period)
            before = ops.multiply(ops.subtract(1.0, length), 1.0 / (1.0 - t))
            done = ops.divide(ops.subtract(done, before), length)
        top = ops.power(_float(self._m_mul), period)
        wave = ops.add(ops.cos(ops.multiply(done, math.pi)), 1.0)
        wave = ops.multiply(ops.multiply(wave, top), 0.5)
        decayed = ops.add(ops.multiply(wave, 1.0 - self.alpha), self.alpha)
        return ops.multiply(decayed, self.initial_learning_rate)

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self._t_mul,
            "m_mul": self._m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
