"""What a model is compiled with, and one step of training, testing or prediction."""

import contextlib
import functools
import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from keras_core import metrics as metrics_module
from keras_core import ops, optimizers, saving
from keras_core.core.base import tree
from keras_core.core.execution import compiled, replicas
from keras_core.core.state import placement
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime, scopes
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.data.packing import unpack_x_y_sample_weight as unpack
from keras_core.data.source import Source
from keras_core.layers.base.state import clear_losses, structure_of
from keras_core.training.compile_utils import CompileLoss, CompileMetrics
from keras_core.training.replicated import replicated
from keras_core.training.state import TrainingState
from keras_core.typing import Config, Data, LossLike, MetricsLike, OptimizerName, Tensor
from keras_core_plugins import check_environment_drift

_F = TypeVar("_F", bound=Callable[..., Any])
_STATEFUL = runtime.CAPABILITIES.stateful_variables


def _may_take_state(step: _F) -> _F:
    """A step of ours in the form ``(state, data) -> (logs, state)``, too.

    A step of the user's of that form may hand both on to it. The state is that of the variables.
    """

    @functools.wraps(step)
    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) < 2:
            return step(self, *args, **kwargs)
        logs = step(self, args[1])
        return logs, _state_of(self, step.__name__)

    return called  # type: ignore[return-value]


class Steps:
    """What a model is compiled with, and the steps that are made of it."""

    def __init__(self) -> None:
        self.stop_training = self.stop_evaluating = self.stop_predicting = False
        self.compiled = False
        self.optimizer: Any = None
        self.loss: Any = None
        self._training_state: TrainingState
        self._keep(_training_state=TrainingState())
        self._loss_takes_training = _takes_training(type(self).compute_loss)
        self.steps_per_execution = 1

    # -- Compilation -----------------------------------------------------------------

    def compile(
        self,
        optimizer: optimizers.Optimizer | OptimizerName | str | Config | None = "rmsprop",
        loss: LossLike = None,
        loss_weights: float | Sequence[float] | Mapping[str, float] | None = None,
        metrics: MetricsLike = None,
        weighted_metrics: MetricsLike = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str | None = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: An `Optimizer` or its name.
            loss: A `Loss`, a function ``(y_true, y_pred) -> loss`` or a name; a list or dict
                of them for several outputs. None if the losses are added by layers.
            loss_weights: A number for each output, by which its loss counts.
            metrics: A list of metrics, functions or names, or a list or dict of such lists for
                several outputs.
            weighted_metrics: Metrics that sample weights are applied to.
            run_eagerly: Whether steps are run without compilation, to debug them.
            steps_per_execution: How many batches are run by one call of the compiled step.
            jit_compile: Whether the engine's strongest compiler is used: True, False or
                ``"auto"``.
            auto_scale_loss: Whether the optimizer scales the loss in mixed float16.

        Raises:
            ValueError: For an unknown name or a value that does not fit.

        Example:

        >>> import keras_core as keras
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile(optimizer="adam", loss="mse", metrics=["mae"])
        """
        check_environment_drift()
        if isinstance(steps_per_execution, bool) or (
            not isinstance(steps_per_execution, (int, np.integer)) or steps_per_execution < 1
        ):
            raise ValueError(
                "`steps_per_execution` must be a positive integer. "
                f"Received: steps_per_execution={steps_per_execution!r}"
            )
        if jit_compile not in (True, False, None, "auto"):
            raise ValueError(
                f'`jit_compile` must be True, False or "auto". Received: {jit_compile!r}'
            )
        if run_eagerly and jit_compile is True:
            raise ValueError(
                "If `run_eagerly` is True, then `jit_compile` cannot also be True: an eager step "
                "is not compiled."
            )
        config = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        optimizer = optimizers.get(optimizer)
        if auto_scale_loss and optimizer is not None:
            policy = getattr(self, "dtype_policy", None)
            if policy is not None and policy.name == "mixed_float16":
                optimizer = optimizers.with_loss_scaling(optimizer)
        names = getattr(self, "output_names", None)
        state = TrainingState(
            loss=None if loss is None else CompileLoss(loss, loss_weights, names),
            metrics=(
                CompileMetrics(metrics, weighted_metrics, names)
                if metrics or weighted_metrics
                else None
            ),
            loss_tracker=self._training_state.loss_tracker or metrics_module.Mean(name="loss"),
            config=config,
            run_eagerly=bool(run_eagerly),
            jit_compile=None if jit_compile == "auto" else jit_compile,
            replicas=self._training_state.replicas,
        )
        # Nothing has changed so far, so that a call that fails leaves the model as it was.
        self.optimizer, self.loss = optimizer, loss
        self._keep(_training_state=state)
        self.auto_scale_loss = auto_scale_loss
        self.steps_per_execution = int(steps_per_execution)
        self.stop_training = False
        self.compiled = True

    @property
    def run_eagerly(self) -> bool:
        """Whether steps are run without compilation."""
        return self._training_state.run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._training_state.run_eagerly = bool(value)
        self._training_state.functions.clear()

    @property
    def jit_compile(self) -> bool:
        """Whether the engine's strongest compiler is used."""
        return bool(self._training_state.jit_compile)

    @jit_compile.setter
    def jit_compile(self, value: bool | str | None) -> None:
        self._training_state.jit_compile = value
        self._training_state.functions.clear()

    @property
    def metrics(self) -> list[Any]:
        """All metrics: the loss, those of `compile` as one, those of layers, each output's loss."""
        own = super().metrics  # type: ignore[misc]  # a Layer is mixed in
        state = self._training_state
        by_output = [] if state.loss is None else state.loss.metrics
        first = [m for m in (state.loss_tracker, state.metrics) if m is not None]
        return [*first, *own, *by_output]

    @property
    def metrics_names(self) -> list[str]:
        """The names of `metrics`."""
        return [m.name for m in self.metrics]

    @property
    def metrics_variables(self) -> list[Any]:
        """The variables of `metrics`."""
        return [v for m in self.metrics for v in m.variables]

    def reset_metrics(self) -> None:
        """Start all metrics anew."""
        for m in self.metrics:
            m.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The current results of the metrics by name."""
        out: dict[str, Any] = {}
        last = self._training_state.metrics
        for m in [m for m in self.metrics if m is not last] + ([] if last is None else [last]):
            result = m.result()
            if isinstance(result, dict):
                out.update(result)
            else:
                out[m.name] = result
        return out

    def compute_loss(
        self,
        x: Data = None,
        y: Data = None,
        y_pred: Data = None,
        sample_weight: Data = None,
        training: bool = True,
    ) -> Tensor:
        """The scalar to minimise: the loss of `compile`, and the losses of the layers.

        A subclass may override it.

        Args:
            x: The inputs.
            y: The targets.
            y_pred: The outputs.
            sample_weight: Weights of the samples.
            training: Whether the model is being trained.
        """
        parts: list[Any] = []
        if self._training_state.loss is not None:
            loss = self._training_state.loss(y, y_pred, sample_weight)
            if loss is not None:
                parts.append(loss)
        for extra in self.losses:  # type: ignore[attr-defined]  # a Layer is mixed in
            parts.append(replicas.of_mean(ops.sum(ops.cast(extra, "float32"))))
        if not parts:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`, or add losses with "
                "`self.add_loss()` in the `call()` of a layer."
            )
        total = parts[0]
        for part in parts[1:]:
            total = ops.add(total, part)
        return total

    def _loss_of(self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool) -> Any:
        """`compute_loss`, also of a form that takes no ``training``."""
        more = {"training": training} if self._loss_takes_training else {}
        return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, **more)

    def compute_metrics(
        self, x: Data, y: Data, y_pred: Data, sample_weight: Data = None
    ) -> dict[str, Any]:
        """Update the metrics of `compile` and return all results. A subclass may override it."""
        self._update_metrics(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _update_metrics(self, y: Any, y_pred: Any, sample_weight: Any) -> None:
        if self._training_state.metrics is not None:
            self._training_state.metrics.update_state(y, y_pred, sample_weight)

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        metrics_variables: Sequence[Any],
        x: Data = None,
        y: Data = None,
        y_pred: Data = None,
        sample_weight: Data = None,
        training: bool = True,
    ) -> tuple[Tensor, tuple[list[Any], ...]]:
        """`compute_loss` with the given values of the variables, changing nothing.

        Returns:
            ``(loss, (trainable, non_trainable, metrics))``, the values after the call.
        """
        groups = (
            self.trainable_variables,  # type: ignore[attr-defined]
            self.non_trainable_variables,  # type: ignore[attr-defined]
            self.metrics_variables,
        )
        given = (trainable_variables, non_trainable_variables, metrics_variables)
        mapping = [
            pair for vs, xs in zip(groups, given, strict=True) for pair in zip(vs, xs, strict=True)
        ]
        with scopes.StatelessScope(mapping) as scope:
            loss = self._loss_of(x, y, y_pred, sample_weight, training)
        return loss, tuple([scope.get_current_value(v) for v in vs] for vs in groups)

    # -- Steps -----------------------------------------------------------------------

    def _call_with_training(self, x: Any, training: bool) -> Any:
        model: Any = self
        if model.call_signature.has_training or not training:  # what is inside hears the latter
            return model(x, training=training)
        return model(x)

    @_may_take_state
    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of training: a subclass may override it.

        Args:
            data: What the data source yields: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Returns:
            A dict of results by name.
        """
        _, *results = self._train_on(data)
        return self.compute_metrics(*results)

    def _train_on(self, data: Any) -> tuple[Any, Any, Any, Any, Any]:
        """The loss, the data and the outputs."""
        x, y, sample_weight = unpack(data)
        optimizer = self.optimizer

        def compute() -> tuple[Any, Any]:
            y_pred = self._call_with_training(x, True)
            loss = self._loss_of(x, y, y_pred, sample_weight, True)
            scaled = loss if optimizer is None else optimizer.scale_loss(loss)
            return scaled, (y_pred, loss)

        variables = self.trainable_variables  # type: ignore[attr-defined]
        (_, (y_pred, loss)), grads = compiled.value_and_grad(compute, variables)
        self._track_loss(loss, x)
        optimizer.apply(grads, variables)
        return compiled.require_gradients("fit()").stop_gradient(loss), x, y, y_pred, sample_weight

    @property
    def _loss_tracker(self) -> Any:  # programs for Keras use it under this name
        return self._training_state.loss_tracker

    def _track_loss(self, loss: Any, x: Any) -> None:
        batch = next(
            (native.shape_of(v)[0] for v in tree.flatten(x) if v is not None and native.ndim_of(v)),
            1,
        )
        tracker = self._training_state.loss_tracker
        tracker.update_state(replicas.as_seen(loss), sample_weight=batch)

    @_may_take_state
    def test_step(self, data: Any) -> dict[str, Any]:
        """One step of evaluation: a subclass may override it."""
        _, *results = self._test_on(data)
        return self.compute_metrics(*results)

    def _test_on(self, data: Any) -> tuple[Any, Any, Any, Any, Any]:
        """The loss, the data and the outputs."""
        x, y, sample_weight = unpack(data)
        y_pred = self._call_with_training(x, False)
        loss = self._loss_of(x, y, y_pred, sample_weight, False)
        self._track_loss(loss, x)
        return loss, x, y, y_pred, sample_weight

    def predict_step(self, data: Any) -> Any:
        """One step of prediction: a subclass may override it."""
        x, _, _ = unpack(data)
        return self._call_with_training(x, False)

    def _lazy(self, own: str, default: Any, run: Any) -> Callable[[Any], Any]:
        """The step; if it is the default, it leaves the results of the metrics for later.

        It returns a list of the loss then, and no dict.
        """
        step = getattr(type(self), own)
        if step is not default:
            bound = getattr(self, own)
            kinds = [p.kind for p in inspect.signature(bound).parameters.values()]
            if kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD) == 2:
                return self._with_state(bound, own)
            if inspect.Parameter.VAR_POSITIONAL in kinds:
                if not _STATEFUL:  # the form of Keras's steps on such engines
                    return self._with_state(bound, own)
                return lambda data: _logs_of(bound(data))  # it may hand a state back all the same
            return bound
        if type(self).compute_metrics is not Steps.compute_metrics:
            return getattr(self, own)

        def quiet(data: Any) -> Any:
            loss, _, y, y_pred, sample_weight = run(data)
            self._update_metrics(y, y_pred, sample_weight)
            return [loss]

        return quiet

    def _with_state(self, step: Any, own: str) -> Callable[[Any], Any]:
        """A step of the form ``(state, data) -> (logs, state)``, which some engines' guides use."""
        model: Any = self

        def run(data: Any) -> Any:
            logs, state = step(_state_of(model, own), data)
            for variables, values in zip(_groups_of(model, own), state, strict=True):
                for variable, value in zip(variables, values, strict=True):
                    variable.assign(value)
            return logs

        return run

    def _compiled_step(self, name: str, step: Callable[[Any], Any]) -> Callable[..., Any]:
        """``step`` over one or several batches, compiled if that is asked for or usual."""
        spread, variables = self._training_state.replicas, self._variables_of(name)
        if spread is not None:
            step = replicated(step, spread, variables, self.metrics, name == "predict")

        def several(*batches: Any) -> Any:
            if len(batches) == 1:
                return step(batches[0])
            if spread is None and native.is_tracing() and _alike(batches):
                stacked = _loop(step, batches, variables)
                return tree.map_structure(_rows_of if name == "predict" else _last_of, stacked)
            parts = [step(batch) for batch in batches]
            return tree.map_structure(_joined, *parts) if name == "predict" else parts[-1]

        fn = several if self.steps_per_execution > 1 else step
        return self._training_state.compile_step(fn, variables, name == "train")

    def _variables_of(self, name: str) -> list[Any]:
        """The variables that a step is known to touch."""
        model: Any = self
        variables = list(model.variables) + self.metrics_variables
        if name == "train" and self.optimizer is not None:
            variables += self.optimizer.variables
        return variables

    def _function(
        self, name: str, step: Callable[[], Callable[[Any], Any]], force: bool
    ) -> Callable[..., Any]:
        """A compiled step, which is made anew for other layers or weights."""
        model: Any = self
        key = name, structure_of(model), placement.current()
        return self._training_state.function(key, lambda: self._compiled_step(name, step()), force)

    def make_train_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `fit` calls for each batch."""
        lazy = functools.partial(self._lazy, "train_step", Steps.train_step, self._train_on)
        return self._function("train", lazy, force)

    def make_test_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `evaluate` calls for each batch."""
        lazy = functools.partial(self._lazy, "test_step", Steps.test_step, self._test_on)
        return self._function("test", lazy, force)

    def make_predict_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `predict` calls for each batch."""
        return self._function("predict", lambda: self.predict_step, force)

    # -- Preparation -----------------------------------------------------------------

    def _assert_compiled(self, method: str) -> None:
        if not self.compiled:
            overridden = {
                "fit": "train_step",
                "train_on_batch": "train_step",
                "evaluate": "test_step",
                "test_on_batch": "test_step",
            }[method]
            if getattr(type(self), overridden) is getattr(Steps, overridden):
                raise ValueError(
                    f"You must call `compile()` before calling `{method}()`: the model needs a "
                    "loss and an optimizer. For example: "
                    '`model.compile(optimizer="adam", loss="mse")`.'
                )

    def _prepare(self, source: Source, training: bool) -> None:
        """Build everything and hold the data against the model, before the first step."""
        with self._training_state.scope():
            self._prepare_in_scope(source, training)

    def _prepare_in_scope(self, source: Source, training: bool) -> None:
        model: Any = self
        own, default = (
            (type(self).train_step, Steps.train_step)
            if training
            else (type(self).test_step, Steps.test_step)
        )
        checks = own is default and self.compiled
        ready = model.built and (not checks or self._training_state.is_built)
        example = source.example() if source.looks_ahead or not ready else None
        if example is not None:
            x, y, _ = unpack(example)
            signature = _signature(x, y)
            if not model.built or signature not in self._training_state.seen:
                specs = tree.map_structure(symbolic, x)
                if own is default or model._has_call():
                    self._build_for_data(specs, training)
                if checks:
                    self._check_targets(specs, y)
                elif self.compiled and model._has_call():
                    # a step of the user's may use data, loss and metrics in its own way
                    with contextlib.suppress(Exception):
                        self._check_targets(specs, y, checks=False)
                self._training_state.seen.add(signature)
        if training and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(model.trainable_variables)

    def _build_for_predictions(self, batch: Any) -> None:
        """Make the weights, unless a step of the user's computes without `call`."""
        model: Any = self
        if type(self).predict_step is Steps.predict_step or model._has_call():
            self._build_for_data(tree.map_structure(symbolic, unpack(batch)[0]), False)

    def _build_for_data(self, specs: Any, training: bool) -> None:
        """Make the weights before a step is compiled, which is no place to make them."""
        model: Any = self
        with self._training_state.at_rest:  # another thread may be at it
            if not model.built:
                clear_losses(model)
                with self._training_state.scope(), scopes.SymbolicScope():
                    self._call_with_training(specs, training)
                model.built = True

    def _check_targets(self, x: Any, y: Any, checks: bool = True) -> None:
        """Build the loss and the metrics with symbolic outputs, so that misfits show early."""
        loss, metrics = self._training_state.loss, self._training_state.metrics
        if loss is None and metrics is None:
            return
        with scopes.SymbolicScope():
            y_pred = self._call_with_training(x, False)
        y_spec = tree.map_structure(symbolic, y)
        # a `compute_loss` of the user's need not use the loss as it is meant
        if loss is not None and type(self).compute_loss is Steps.compute_loss:
            if checks:
                loss.check(y, y_pred)
            if not loss.built:
                loss.build(y_spec, y_pred)
        if metrics is not None and not metrics.built:
            metrics.build(y_spec, y_pred)

    def _has_call(self) -> bool:
        """Whether the model can be called."""
        return True

    # -- Configs ---------------------------------------------------------------------

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile` as JSON-ready values, empty if it was not called."""
        if not self.compiled or self._training_state.config is None:
            return {}
        return {k: saving.serialize_keras_object(v) for k, v in self._training_state.config.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` returned, and build the optimizer."""
        if type(self).compile is not Steps.compile and not _same_parameters(
            type(self).compile, Steps.compile
        ):
            warnings.warn(
                "`compile()` was not called as part of model loading because the model's "
                "`compile()` method is custom. All subclassed Models that have `compile()` "
                "overridden should also override `get_compile_config()` and "
                "`compile_from_config(config)`.",
                stacklevel=2,
            )
            return
        self.compile(**saving.deserialize_keras_object(config))
        model: Any = self
        if self.optimizer is not None and model.built:
            self.optimizer.build(model.trainable_variables)


def _alike(batches: tuple[Any, ...]) -> bool:
    """Whether batches can be stacked."""
    leaves = [[v for v in tree.flatten(b) if v is not None] for b in batches]
    return not any(native.is_sparse(v) or native.is_ragged(v) for v in leaves[0]) and all(
        [native.static_shape(v) for v in row] == [native.static_shape(v) for v in leaves[0]]
        for row in leaves
    )


def _loop(step: Callable[[Any], Any], batches: tuple[Any, ...], variables: list[Any]) -> Any:
    """A step over batches as a loop of the engine, which is traced once; all that it returned."""

    def body(values: list[Any], batch: Any) -> tuple[list[Any], Any]:
        with scopes.StatelessScope() as scope:
            scope.hold(variables, values)
            logs = step(batch)
        return [scope.read(v) for v in variables], logs

    stacked = tree.map_structure(lambda *vs: None if vs[0] is None else ops.stack(vs), *batches)
    values, returned = ops.scan(body, [v.stored_value() for v in variables], stacked)
    for variable, value in zip(variables, values, strict=True):
        variable.store(value)
    return returned


def _last_of(stacked: Any) -> Any:
    return stacked[-1]


def _rows_of(stacked: Any) -> Any:
    """The rows of stacked batches as one batch."""
    return ops.reshape(stacked, (-1, *ops.shape(stacked)[2:]))


def _joined(*batches: Any) -> Any:
    """The rows of batches as one batch, on the engine."""
    return None if batches[0] is None else ops.concatenate(batches, axis=0)


def _logs_of(returned: Any) -> Any:
    return returned[0] if isinstance(returned, tuple) else returned


def _groups_of(model: Any, own: str) -> list[list[Variable]]:
    """The variables that a step of the form ``(state, data) -> (logs, state)`` is given."""
    groups = [model.trainable_variables, model.non_trainable_variables]
    if own == "train_step":
        groups.append(model.optimizer.variables)
    return [*groups, model.metrics_variables]


def _state_of(model: Any, own: str) -> tuple[list[Any], ...]:
    return tuple([v.value for v in group] for group in _groups_of(model, own))


@functools.cache
def _takes_training(fn: Callable[..., Any]) -> bool:
    parameters = inspect.signature(fn).parameters
    return "training" in parameters or any(
        p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()
    )


def _signature(x: Any, y: Any) -> Any:
    """What tells one kind of batch from another: places, dtypes and sizes without the samples."""
    return tuple(
        (path, str(v.dtype), tuple(_shape_of(v))[1:])
        for path, v in tree.flatten_with_path((x, y))
        if v is not None
    )


def symbolic(v: Any) -> Any:
    """What is known of a batch before it is seen; None stays None."""
    if v is None:
        return None
    dtype = native.natural_dtype(v)
    return KerasTensor(
        (None, *tuple(_shape_of(v))[1:]),
        dtype,
        sparse=native.is_sparse(v),
        ragged=native.is_ragged(v),
    )


def _shape_of(v: Any) -> tuple[Any, ...]:
    """The shape of a tensor or an array."""
    return native.static_shape(v) if native.is_tensor(v) else tuple(v.shape)


def _same_parameters(a: Any, b: Any) -> bool:
    return list(inspect.signature(a).parameters) == list(inspect.signature(b).parameters)


def check_positive(name: str, value: Any) -> None:
    """Raise a `ValueError` unless ``value`` is a positive integer."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
