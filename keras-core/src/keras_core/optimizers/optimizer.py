"""The base class of optimizers: everything but the update of one variable."""

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Unpack

import numpy as np

from keras_core import ops
from keras_core.core.base import config
from keras_core.core.base.legacy import warn_of
from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.execution import compiled, replicas
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, native, runtime, scopes
from keras_core.optimizers.keras2 import Keras2Names
from keras_core.optimizers.ranges import check_hyperparameter
from keras_core.optimizers.schedules import LearningRateSchedule
from keras_core.optimizers.state import OptimizerState
from keras_core.typing import LearningRate, OldOptimizerOptions, Tensor, TensorLike

_STATEFUL = runtime.CAPABILITIES.stateful_variables


@public("keras.optimizers.Optimizer", "keras.Optimizer")
class Optimizer(OptimizerState, Keras2Names):
    """How variables are changed, given the gradients of a loss.

    A subclass defines `update_step`, and makes its own variables in `build`.

    Args:
        learning_rate: A number, a `LearningRateSchedule`, or a function without arguments.
        weight_decay: The share of the weights, times the learning rate, taken away in each step.
        clipnorm: The largest norm that the gradient of a variable may have.
        clipvalue: The largest absolute value that a gradient may have.
        global_clipnorm: The largest norm that all gradients together may have.
        use_ema: Whether an exponential moving average of the weights is kept.
        ema_momentum: The weight of the old average.
        ema_overwrite_frequency: After how many steps the weights become their average; None for
            the end of training.
        loss_scale_factor: What the loss is multiplied by, and the gradients are divided by.
        gradient_accumulation_steps: How many steps are averaged before the weights change.
        name: A name; made from the class by default.
        **kwargs: Arguments of Keras 2, such as ``lr``, with a warning.

    Raises:
        ValueError: If arguments are out of range, or contradict each other.

    Example:

    >>> import keras_core as keras
    >>> class Signed(keras.optimizers.Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         self.assign_sub(variable, learning_rate * keras.ops.sign(gradient))
    >>> w = keras.Variable([1.0, 2.0])
    >>> Signed(learning_rate=0.5).apply([keras.ops.convert_to_tensor([3.0, -4.0])], [w])
    >>> w.numpy().tolist()
    [0.5, 2.5]
    """

    _fused: ClassVar[str] = ""
    """The name of the backend's function that updates all variables at once."""

    _fused_step: ClassVar[Any] = None
    """The `update_step` that the function stands for; another one is called as it is."""

    def __init__(
        self,
        learning_rate: LearningRate,
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
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                "Argument `decay` is no longer supported and will be ignored. Use a "
                "`keras.optimizers.schedules.LearningRateSchedule` as the learning rate.",
                stacklevel=2,
            )
        if "lr" in kwargs:
            warn_of(f"{type(self).__name__}(lr=...)", "`learning_rate=`")
            learning_rate = kwargs.pop("lr")
        if kwargs:
            raise ValueError(f"Argument(s) not recognized: {kwargs}.")
        _check_options(
            clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, gradient_accumulation_steps,
        )  # fmt: skip
        self.name = name or auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.global_clipnorm = global_clipnorm
        self.clipvalue = clipvalue
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.built = False
        self._trainable_variables: list[Variable]
        self._index: dict[Variable, int]
        self._exclude_from_weight_decay: set[Variable]
        self._keep(_trainable_variables=[], _index={}, _exclude_from_weight_decay=set())
        self._exclude_names: list[str] = []
        self._average: list[Variable | None] = []
        self._accumulated: list[Variable] = []
        with scopes.name_scope(self.name):
            self._iterations = Variable(
                0,
                dtype="int",
                trainable=False,
                autocast=False,
                aggregation="only_first_replica",
                name="iteration",
            )
            if isinstance(learning_rate, LearningRateSchedule) or callable(learning_rate):
                self._learning_rate: Any = learning_rate
            else:
                if isinstance(learning_rate, bool) or not _is_number(learning_rate):
                    raise ValueError(
                        "Argument `learning_rate` should be float, or an instance of "
                        "LearningRateSchedule, or a callable (that takes in the current iteration "
                        "value and returns the corresponding learning rate value). Received "
                        f"instead: learning_rate={learning_rate}"
                    )
                check_hyperparameter(self, "learning_rate", learning_rate)
                self._learning_rate = Variable(
                    float(learning_rate),
                    dtype=config.floatx(),
                    trainable=False,
                    autocast=False,
                    aggregation="only_first_replica",
                    name="learning_rate",
                )

    def __setattr__(self, name: str, value: Any) -> None:
        check_hyperparameter(self, name, value)
        super().__setattr__(name, value)

    # -- Assigning, for subclasses ---------------------------------------------------

    def assign(self, variable: Variable, value: TensorLike) -> None:
        """Set a variable."""
        variable.assign(ops.cast(value, variable.stored_dtype))

    def assign_add(self, variable: Variable, value: TensorLike) -> None:
        """Add to a variable."""
        variable.store(ops.add(variable.stored_value(), ops.cast(value, variable.stored_dtype)))

    def assign_sub(self, variable: Variable, value: TensorLike) -> None:
        """Subtract from a variable."""
        variable.store(
            ops.subtract(variable.stored_value(), ops.cast(value, variable.stored_dtype))
        )

    # -- Steps -----------------------------------------------------------------------

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Tensor) -> None:
        """Change one variable; a subclass defines it.

        Args:
            gradient: The gradient of the loss by the variable.
            variable: The variable.
            learning_rate: The learning rate, a scalar tensor.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define `update_step()`.")

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """`apply` for pairs of a gradient and a variable."""
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self._iterations

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """Change variables by their gradients.

        Args:
            grads: A gradient for each variable; None for those that have none.
            trainable_variables: The variables; by default those of `build`.

        Raises:
            ValueError: If there are no gradients, or variables are not those of `build`.
        """
        grads = list(grads)
        if not grads:
            return
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    "When passing `grads` without `variables`, the optimizer must already be "
                    "built on a list of variables. Call `optimizer.build(trainable_variables)` "
                    "first."
                )
            trainable_variables = self._trainable_variables
            if len(grads) != len(trainable_variables):
                raise ValueError(
                    "When passing `grads` as a list of gradient tensors, the gradients must "
                    f"match `optimizer.variables` one-to-one. Received a list of {len(grads)} "
                    f"gradients, but the optimizer is tracking {len(trainable_variables)} "
                    "trainable variables."
                )
        else:
            trainable_variables = list(trainable_variables)
            if len(grads) != len(trainable_variables):
                raise ValueError(
                    f"Each variable needs a gradient. Received {len(grads)} gradients for "
                    f"{len(trainable_variables)} variables."
                )
            if not self.built:
                self.build(trainable_variables)
            self._check_known(trainable_variables)
        grads = replicas.gradients_of_all(grads)
        with compiled.no_grad():
            self._step(grads, trainable_variables)

    def _step(self, grads: list[Any], variables: list[Variable]) -> None:
        if self.loss_scale_factor is not None:
            grads = unscale(grads, variables, 1.0 / self.loss_scale_factor)
        self._take(grads, variables)

    def _take(self, grads: list[Any], variables: list[Variable]) -> None:
        """Collect or apply gradients of the loss as it is, and count them."""
        given = self._with_gradients(grads, variables)
        if self.gradient_accumulation_steps:
            self._accumulate(given, variables)
        else:
            self._change(given, variables)
        for v in variables:
            if v.constraint is not None:
                v.assign(v.constraint(v.value))
        self._iterations.store(ops.add(self._iterations.stored_value(), 1))

    def _check_known(self, variables: Sequence[Variable]) -> None:
        for v in variables:
            if v not in self._index:
                raise ValueError(
                    f"Unknown variable: {v}. This optimizer can only be called for the variables "
                    "it was originally built with. When working with a new set of variables, you "
                    "should recreate a new optimizer instance."
                )

    def _with_gradients(
        self, grads: list[Any], variables: list[Variable]
    ) -> list[tuple[Any, Variable]]:
        """The variables that have gradients, with a warning for the others."""
        pairs = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        if len(pairs) == len(variables):
            return pairs
        if not pairs:
            raise ValueError("No gradients provided for any variable.")
        missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
        warnings.warn(
            f"Gradients do not exist for variables {missing} when minimizing the loss. If using "
            "`model.compile()`, did you forget to provide a `loss` argument?",
            stacklevel=5,
        )
        return pairs

    def _accumulate(self, given: list[tuple[Any, Variable]], variables: list[Variable]) -> None:
        """Add gradients up, and apply their mean when there are enough."""
        steps = self.gradient_accumulation_steps
        due = ops.equal(ops.mod(ops.add(self._iterations.stored_value(), 1), steps), 0)

        def held(v: Variable) -> Variable:
            return self._accumulated[self._index[v]]

        def together(g: Any, v: Variable) -> Any:
            """The sum; the largest of the values that replace variables, such as scales."""
            join = ops.maximum if v.overwrite_with_gradient else ops.add
            return join(held(v).stored_value(), ops.cast(g, v.stored_dtype))

        def final(g: Any, v: Variable) -> Any:
            whole = together(g, v)
            return whole if v.overwrite_with_gradient else ops.multiply(whole, 1.0 / steps)

        def change() -> None:
            self._change([(final(g, v), v) for g, v in given], variables)
            for a in map(held, variables):
                a.store(ops.zeros_like(a.stored_value()))

        def collect() -> None:
            for g, v in given:
                held(v).store(together(g, v))

        run_if(due, change, collect)

    def _change(self, given: list[tuple[Any, Variable]], variables: list[Variable]) -> None:
        """Clip, decay and update, with gradients that are final."""
        grads, updated = [], []
        for g, v in given:
            if v.overwrite_with_gradient:
                v.assign(g)
            else:
                grads.append(g)
                updated.append(v)
        if updated:
            self._update_all(self._clip(grads), updated, self._current_learning_rate())
        if self.use_ema:
            self._average_step(variables)

    def _update_all(self, grads: list[Any], variables: list[Variable], rate: Any) -> None:
        """Decay and update, by the backend's function for all variables if there is one."""
        if self._fused and type(self).update_step is type(self)._fused_step:
            fused = runtime.OVERRIDES.get(self._fused)
            if fused is not None and _STATEFUL and scopes.current_stateless_scope() is None:
                pairs = zip(grads, variables, strict=True)
                if all(native.dtype_of_tensor(g) == v.stored_dtype for g, v in pairs):
                    self._update_fused(fused, grads, variables, rate)
                    return
        self._decay(variables, rate)
        for g, v in zip(grads, variables, strict=True):
            self.update_step(g, v, rate)

    def _update_fused(
        self,
        fused: Callable[..., Any],
        grads: list[Any],
        variables: list[Variable],
        rate: Any,
    ) -> None:
        """Call the backend's function; the handles of variables are changed in place."""
        raise NotImplementedError

    def _handles(self, slots: Sequence[Any], variables: Sequence[Variable]) -> list[Any]:
        """The handles of the slots that belong to variables; none if there are no slots."""
        return [slots[self._index[v]].engine_variable for v in variables] if slots else []

    # -- Clipping --------------------------------------------------------------------

    def _clip(self, grads: list[Any]) -> list[Any]:
        if self.clipnorm and self.clipnorm > 0:
            return [_clip_by_norm(g, self.clipnorm) for g in grads]
        if self.global_clipnorm and self.global_clipnorm > 0:
            return _clip_by_global_norm(grads, self.global_clipnorm)
        if self.clipvalue and self.clipvalue > 0:
            bound = self.clipvalue
            return [ops.clip(g, -bound, bound) for g in grads]
        return grads

    # -- Weight decay ----------------------------------------------------------------

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Leave variables out of the weight decay.

        Args:
            var_list: Variables.
            var_names: Regular expressions that are searched for in their paths, such as
                ``["bias"]``.
        """
        self._keep(_exclude_from_weight_decay=set(var_list or ()))
        self._exclude_names = list(var_names or ())

    def _uses_weight_decay(self, variable: Variable) -> bool:
        return variable not in self._exclude_from_weight_decay and not any(
            re.search(pattern, variable.path) for pattern in self._exclude_names
        )

    def _decay_rates(self, variables: Sequence[Variable]) -> Any:
        """The weight decay: a number, or a list where some variables are left out."""
        if not self.weight_decay:
            return 0.0
        if not self._exclude_from_weight_decay and not self._exclude_names:
            return self.weight_decay
        return [self.weight_decay if self._uses_weight_decay(v) else 0.0 for v in variables]

    def _decay(self, variables: Sequence[Variable], rate: Any) -> None:
        if not self.weight_decay:
            return
        for v in variables:
            if self._uses_weight_decay(v):
                value = v.stored_value()
                share = ops.cast(ops.multiply(rate, self.weight_decay), v.stored_dtype)
                v.store(ops.subtract(value, ops.multiply(value, share)))

    # -- Moving average --------------------------------------------------------------

    def _average_step(self, variables: Sequence[Variable]) -> None:
        self._update_average(variables)
        if self.ema_overwrite_frequency:
            done = ops.add(self.iterations, 1)
            due = ops.equal(ops.mod(done, self.ema_overwrite_frequency), 0)
            run_if(due, lambda: self._use_average(variables))

    def _update_average(self, variables: Sequence[Variable]) -> None:
        first = ops.equal(self.iterations, 0)
        for v in variables:
            average = self._average[self._index[v]]
            if average is None:
                continue
            held, value = average.stored_value(), v.stored_value()
            moved = ops.add(
                ops.multiply(held, self.ema_momentum),
                ops.multiply(value, 1.0 - self.ema_momentum),
            )
            average.store(ops.where(first, value, moved))

    def _use_average(self, variables: Sequence[Variable]) -> None:
        for v in variables:
            average = self._average[self._index[v]]
            if average is not None:
                v.assign(average.value)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Give the variables their final values at the end of training: their average."""
        if self.use_ema and self.built and int(native.to_numpy(self.iterations)):
            self._use_average([v for v in var_list if v in self._index])

    # -- Loss scaling ----------------------------------------------------------------

    def scale_loss(self, loss: TensorLike) -> Tensor:
        """The loss that gradients are to be computed of."""
        if self.loss_scale_factor is not None:
            return ops.multiply(loss, self.loss_scale_factor)
        return loss

    # -- Explicit state --------------------------------------------------------------

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Variable],
    ) -> tuple[list[Any], list[Any]]:
        """The values that `apply` would leave, changing nothing.

        Args:
            optimizer_variables: The values of `variables`.
            grads: The gradients.
            trainable_variables: The values of the variables that the optimizer was built with.

        Returns:
            The new values of the trainable variables, and those of the optimizer.
        """
        if not self.built:
            raise ValueError(
                f"To call `stateless_apply`, {type(self).__name__} must be built (i.e. its "
                "variables must have been created). You can build it via "
                "`optimizer.build(trainable_variables)`."
            )
        own = self.variables
        for given, variables, what in (
            (optimizer_variables, own, "optimizer_variables"),
            (trainable_variables, self._trainable_variables, "trainable_variables"),
        ):
            if len(given) != len(variables):
                raise ValueError(
                    f"Argument `{what}` must be a list of tensors corresponding 1:1 to the "
                    f"variables of {type(self).__name__}. Received list with length {len(given)}, "
                    f"but expected {len(variables)} variables."
                )
        mapping = [
            *zip(self._trainable_variables, trainable_variables, strict=True),
            *zip(own, optimizer_variables, strict=True),
        ]
        with scopes.StatelessScope(mapping) as scope:
            self.apply(grads, self._trainable_variables)
        return [scope.read(v) for v in self._trainable_variables], [scope.read(v) for v in own]

    # -- Configuration ---------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """What `from_config` needs."""
        rate = self._learning_rate
        if isinstance(rate, Variable):
            rate = float(rate.numpy())
        else:
            rate = serialization.serialize_keras_object(rate)
        return {
            "name": self.name,
            "learning_rate": rate,
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Optimizer":
        """An optimizer from its config.

        Args:
            config: What `get_config` returned.
            custom_objects: Classes and functions by name.
        """
        if isinstance(config.get("learning_rate"), dict):
            rate = serialization.deserialize_keras_object(
                config["learning_rate"], custom_objects=custom_objects
            )
            config = {**config, "learning_rate": rate}
        return cls(**config)


def unscale(grads: Sequence[Any], variables: Sequence[Variable], factor: Any) -> list[Any]:
    """Gradients times a factor, but for those that replace their variables."""
    return [
        g
        if g is None or v.overwrite_with_gradient
        else ops.multiply(g, ops.cast(factor, native.dtype_of(g)))
        for g, v in zip(grads, variables, strict=True)
    ]


def run_if(
    predicate: Any, action: Callable[[], Any], otherwise: Callable[[], Any] | None = None
) -> None:
    """Run one of two functions that assign variables.

    Where the engine traces, both run, and each variable gets the value of the right one.
    """
    if not native.is_tracing():
        if bool(native.to_numpy(predicate)):
            action()
        elif otherwise is not None:
            otherwise()
        return
    with scopes.StatelessScope() as left:
        action()
    with scopes.StatelessScope() as right:
        if otherwise is not None:
            otherwise()
    written = {id(v): v for v, _ in (*left.written(), *right.written())}
    values = [ops.where(predicate, left.read(v), right.read(v)) for v in written.values()]
    for v, value in zip(written.values(), values, strict=True):
        v.store(value)


def _is_number(x: Any) -> bool:
    if isinstance(x, (int, float, np.number, Variable)):
        return True
    return getattr(x, "shape", None) == () and dtypes.is_float(native.natural_dtype(x))


def _clip_by_norm(g: Any, bound: float) -> Any:
    square = ops.sum(ops.square(g))
    size = ops.sqrt(ops.where(ops.greater(square, 0.0), square, ops.ones_like(square)))
    size = ops.where(ops.greater(square, 0.0), size, square)
    return ops.divide(ops.multiply(g, bound), ops.maximum(size, bound))


def _clip_by_global_norm(grads: list[Any], bound: float) -> list[Any]:
    parts = [ops.sum(ops.square(ops.cast(g, "float32"))) for g in grads]
    total = parts[0]
    for part in parts[1:]:
        total = ops.add(total, part)
    size = ops.sqrt(total)
    scale = ops.minimum(ops.divide(bound, ops.maximum(size, 1e-30)), 1.0)
    # infinite or NaN gradients make all of them NaN, rather than 0
    scale = ops.add(scale, ops.subtract(size, size))
    return [ops.multiply(g, ops.cast(scale, native.dtype_of(g))) for g in grads]


def _check_options(
    clipnorm: Any,
    clipvalue: Any,
    global_clipnorm: Any,
    use_ema: bool,
    ema_momentum: float,
    ema_overwrite_frequency: Any,
    gradient_accumulation_steps: Any,
) -> None:
    if sum(v is not None for v in (clipnorm, clipvalue, global_clipnorm)) > 1:
        raise ValueError(
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
            f"clipnorm={clipnorm}, clipvalue={clipvalue}, global_clipnorm={global_clipnorm}"
        )
    if use_ema:
        if not 0 <= ema_momentum <= 1:
            raise ValueError(
                f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={ema_momentum}"
            )
        if ema_overwrite_frequency is not None and (
            not isinstance(ema_overwrite_frequency, int) or ema_overwrite_frequency < 1
        ):
            raise ValueError(
                "`ema_overwrite_frequency` must be an integer >= 1 or None. "
                f"Received: ema_overwrite_frequency={ema_overwrite_frequency}"
            )
    if gradient_accumulation_steps is not None and (
        not isinstance(gradient_accumulation_steps, int) or gradient_accumulation_steps < 2
    ):
        raise ValueError(
            "`gradient_accumulation_steps` must be an integer >= 2. "
            f"Received: gradient_accumulation_steps={gradient_accumulation_steps}"
        )
