"""The one trainer: compile, fit, evaluate, predict, on every engine."""

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from keras_core import callbacks as callbacks_module
from keras_core import metrics as metrics_module
from keras_core import optimizers, saving
from keras_core.engine import execution, runtime, scopes, tensors, tree
from keras_core.engine.symbolic import OPERATIONS, KerasTensor
from keras_core.training.compile_utils import CompileLoss, CompileMetrics
from keras_core.training.data import Source, make_source, train_validation_split
from keras_core.training.data import unpack_x_y_sample_weight as unpack
from keras_core_plugins import check_environment_drift


class Logs(dict[str, Any]):
    """The logs of a batch, computed when they are first looked at.

    Reading a metric waits for the engine, so a loop that nobody watches does not do it.
    """

    def __init__(self, compute: Callable[[], dict[str, Any]]) -> None:
        super().__init__()
        self._compute: Callable[[], dict[str, Any]] | None = compute

    def _fill(self) -> None:
        if self._compute is not None:
            compute, self._compute = self._compute, None
            super().update(compute())

    def __getitem__(self, key: str) -> Any:
        self._fill()
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def __len__(self) -> int:
        self._fill()
        return super().__len__()

    def __contains__(self, key: object) -> bool:
        self._fill()
        return super().__contains__(key)

    def __bool__(self) -> bool:
        self._fill()
        return super().__len__() > 0

    def get(self, key: str, default: Any = None) -> Any:
        self._fill()
        return super().get(key, default)

    def keys(self) -> Any:
        self._fill()
        return super().keys()

    def values(self) -> Any:
        self._fill()
        return super().values()

    def items(self) -> Any:
        self._fill()
        return super().items()

    def copy(self) -> dict[str, Any]:
        self._fill()
        return dict(super().items())

    def __repr__(self) -> str:
        self._fill()
        return super().__repr__()


def _to_float(x: Any) -> Any:
    """A Python number for a scalar, an array for anything else."""
    if isinstance(x, (int, float)):
        return x
    array = tensors.to_numpy(x)
    return array.item() if array.ndim == 0 else array


def pythonify_logs(logs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Logs with Python numbers; the results of metrics that return dicts are spread out."""
    out: dict[str, Any] = {}
    for key, value in (logs or {}).items():
        if isinstance(value, dict):
            out.update(pythonify_logs(value))
        else:
            out[key] = _to_float(value)
    return out


class Trainer:
    """What makes a layer a model that can be trained."""

    def __init__(self) -> None:
        self.stop_training = False
        self.compiled = False
        self.optimizer: Any = None
        self.loss: Any = None
        self._compile_loss: CompileLoss | None = None
        self._compile_metrics: CompileMetrics | None = None
        self._loss_tracker: Any = None
        self._run_eagerly = False
        self._jit_compile: Any = None
        self.steps_per_execution = 1
        self._compile_config: dict[str, Any] | None = None
        self._functions: dict[str, Any] = {}

    # -- Compilation -----------------------------------------------------------------

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
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
        self._compile_config = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
        }
        self.optimizer = optimizers.get(optimizer)
        self.auto_scale_loss = auto_scale_loss
        if auto_scale_loss and self.optimizer is not None:
            policy = getattr(self, "dtype_policy", None)
            if policy is not None and policy.name == "mixed_float16":
                self.optimizer = optimizers.with_loss_scaling(self.optimizer)
        self.loss = loss
        self._compile_loss = (
            CompileLoss(loss, loss_weights, output_names=getattr(self, "output_names", None))
            if loss is not None
            else None
        )
        self._compile_metrics = (
            CompileMetrics(
                metrics, weighted_metrics, output_names=getattr(self, "output_names", None)
            )
            if metrics or weighted_metrics
            else None
        )
        if self._loss_tracker is None:
            self._loss_tracker = metrics_module.Mean(name="loss")
        self._run_eagerly = bool(run_eagerly)
        self._jit_compile = None if jit_compile == "auto" else jit_compile
        self.steps_per_execution = int(steps_per_execution)
        self.stop_training = False
        self.compiled = True
        self._functions = {}

    @property
    def run_eagerly(self) -> bool:
        """Whether steps are run without compilation."""
        return self._run_eagerly

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._run_eagerly = bool(value)
        self._functions = {}

    @property
    def jit_compile(self) -> bool:
        """Whether the engine's strongest compiler is used."""
        return bool(self._jit_compile)

    @jit_compile.setter
    def jit_compile(self, value: Any) -> None:
        self._jit_compile = value
        self._functions = {}

    @property
    def metrics(self) -> list[Any]:
        """The loss tracker, the metrics of `compile` and those of the layers."""
        out: list[Any] = []
        if self._loss_tracker is not None:
            out.append(self._loss_tracker)
        own = [m for m in super().metrics if m is not self._loss_tracker]  # type: ignore[misc]
        internal = set()
        if self._compile_loss is not None:
            internal.update(map(id, self._compile_loss.metrics))
        if self._compile_metrics is not None:
            internal.update(map(id, self._compile_metrics.metrics))
        out.extend(m for m in own if id(m) not in internal)
        if self._compile_loss is not None:
            out.extend(self._compile_loss.metrics)
        if self._compile_metrics is not None:
            out.extend(self._compile_metrics.metrics)
        return out

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
        for m in self.metrics:
            if self._compile_metrics is not None and any(
                m is held for held in self._compile_metrics.metrics
            ):
                continue
            result = m.result()
            if isinstance(result, dict):
                out.update(result)
            else:
                out[m.name] = result
        if self._compile_metrics is not None:
            out.update(self._compile_metrics.result())
        return out

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
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
        if self._compile_loss is not None:
            loss = self._compile_loss(y, y_pred, sample_weight)
            if loss is not None:
                parts.append(loss)
        for extra in self.losses:  # type: ignore[attr-defined]  # a Layer is mixed in
            parts.append(OPERATIONS["sum"](OPERATIONS["cast"](extra, "float32")))
        if not parts:
            raise ValueError(
                "No loss to compute. Provide a `loss` argument in `compile()`, or add losses with "
                "`self.add_loss()` in the `call()` of a layer."
            )
        total = parts[0]
        for part in parts[1:]:
            total = OPERATIONS["add"](total, part)
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Update the metrics of `compile` and return all results. A subclass may override it."""
        self._update_metrics(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def _update_metrics(self, y: Any, y_pred: Any, sample_weight: Any) -> None:
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        metrics_variables: Sequence[Any],
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
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
            loss = self.compute_loss(x, y, y_pred, sample_weight, training)
        return loss, tuple([scope.get_current_value(v) for v in vs] for vs in groups)

    # -- Steps -----------------------------------------------------------------------

    def _call_with_training(self, x: Any, training: bool) -> Any:
        model: Any = self
        if model._call_spec.has_training:
            return model(x, training=training)
        return model(x)

    def train_step(self, data: Any) -> Any:
        """One step of training: a subclass may override it.

        Args:
            data: What the data source yields: ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Returns:
            A dict of results by name.
        """
        return self.compute_metrics(*self._train_on(data))

    def _train_on(self, data: Any) -> tuple[Any, Any, Any, Any]:
        x, y, sample_weight = unpack(data)
        optimizer = self.optimizer

        def compute() -> tuple[Any, Any]:
            y_pred = self._call_with_training(x, True)
            loss = self.compute_loss(x, y, y_pred, sample_weight, training=True)
            scaled = loss if optimizer is None else optimizer.scale_loss(loss)
            return scaled, (y_pred, loss)

        variables = self.trainable_variables  # type: ignore[attr-defined]
        (_, (y_pred, loss)), grads = execution.value_and_grad(compute, variables)
        self._track_loss(loss, x)
        optimizer.apply(grads, variables)
        return x, y, y_pred, sample_weight

    def _track_loss(self, loss: Any, x: Any) -> None:
        batch = next(
            (tensors.shape_of(v)[0] for v in tree.flatten(x) if v is not None and v.shape), 1
        )
        self._loss_tracker.update_state(loss, sample_weight=batch)

    def test_step(self, data: Any) -> Any:
        """One step of evaluation: a subclass may override it."""
        return self.compute_metrics(*self._test_on(data))

    def _test_on(self, data: Any) -> tuple[Any, Any, Any, Any]:
        x, y, sample_weight = unpack(data)
        y_pred = self._call_with_training(x, False)
        loss = self.compute_loss(x, y, y_pred, sample_weight, training=False)
        self._track_loss(loss, x)
        return x, y, y_pred, sample_weight

    def predict_step(self, data: Any) -> Any:
        """One step of prediction: a subclass may override it."""
        x, _, _ = unpack(data)
        return self._call_with_training(x, False)

    def _lazy(self, own: str, default: Any, run: Any) -> Callable[[Any], Any]:
        """The step, which leaves the results of the metrics for later if it is the default."""
        step = getattr(type(self), own)
        if step is not default:
            bound = getattr(self, own)
            if len(inspect.signature(bound).parameters) == 2:
                return self._with_state(bound, own)
            return bound
        if type(self).compute_metrics is not Trainer.compute_metrics:
            return getattr(self, own)

        def quiet(data: Any) -> None:
            _, y, y_pred, sample_weight = run(data)
            self._update_metrics(y, y_pred, sample_weight)

        return quiet

    def _with_state(self, step: Any, own: str) -> Callable[[Any], Any]:
        """A step of the form ``(state, data) -> (logs, state)``, which some engines' guides use."""
        model: Any = self

        def run(data: Any) -> Any:
            groups = [model.trainable_variables, model.non_trainable_variables]
            if own == "train_step":
                groups.append(self.optimizer.variables)
            groups.append(self.metrics_variables)
            logs, state = step(tuple([v.value for v in g] for g in groups), data)
            for variables, values in zip(groups, state, strict=True):
                for variable, value in zip(variables, values, strict=True):
                    variable.assign(value)
            return logs

        return run

    def _compiled_step(self, name: str, step: Callable[[Any], Any]) -> Callable[..., Any]:
        """``step`` over one or several batches, compiled if that is asked for or usual."""

        def several(*batches: Any) -> Any:
            logs = None
            for batch in batches:
                logs = step(batch)
            return logs

        fn = several if self.steps_per_execution > 1 and name != "predict" else step
        jit = execution.compiles_by_default() if self._jit_compile is None else True
        if self._run_eagerly or not runtime.CAPABILITIES.jit or not jit:
            return fn
        if self._jit_compile is False and not execution.compiles_by_default():
            return fn
        model: Any = self
        variables = list(model.variables) + self.metrics_variables
        if name == "train" and self.optimizer is not None:
            variables += self.optimizer.variables
        options = {"xla": True} if self._jit_compile else {}
        return execution.Compiled(fn, variables, options)

    def make_train_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `fit` calls for each batch."""
        if force or "train" not in self._functions:
            self._functions["train"] = self._compiled_step(
                "train", self._lazy("train_step", Trainer.train_step, self._train_on)
            )
        return self._functions["train"]

    def make_test_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `evaluate` calls for each batch."""
        if force or "test" not in self._functions:
            self._functions["test"] = self._compiled_step(
                "test", self._lazy("test_step", Trainer.test_step, self._test_on)
            )
        return self._functions["test"]

    def make_predict_function(self, force: bool = False) -> Callable[..., Any]:
        """The function that `predict` calls for each batch."""
        if force or "predict" not in self._functions:
            self._functions["predict"] = self._compiled_step("predict", self.predict_step)
        return self._functions["predict"]

    # -- Loops -----------------------------------------------------------------------

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Train the model.

        Args:
            x: Inputs: arrays or tensors (a list or dict of them for several inputs), a pandas
                frame, a `PyDataset`, a generator, a `torch.utils.data.DataLoader` or a
                `tf.data.Dataset` of ``(x, y)`` or ``(x, y, sample_weight)``.
            y: Targets, in the nest of the outputs. Not given where ``x`` yields them.
            batch_size: Samples in a batch, 32 by default.
            epochs: The epoch to stop after.
            verbose: 0 for silence, 1 for a progress bar, 2 for a line an epoch.
            callbacks: A list of `Callback`s.
            validation_split: The share of the samples, the last ones, that is held back to
                validate with.
            validation_data: Data to validate with after each epoch: ``(x, y)``,
                ``(x, y, sample_weight)`` or a data source.
            shuffle: Whether samples are drawn in random order in each epoch.
            class_weight: A dict from class to the weight of its samples.
            sample_weight: Weights of the samples.
            initial_epoch: The epoch to start at.
            steps_per_epoch: Batches in an epoch; all of them by default.
            validation_steps: Batches to validate with; all of them by default.
            validation_batch_size: Samples in a batch of validation.
            validation_freq: Validate every so many epochs, or after those in a list.

        Returns:
            A `History`, whose ``history`` holds the results by name and epoch.

        Raises:
            CapabilityError: If the backend has no gradients.
            ValueError: If the data or the arguments do not fit.
        """
        execution.require_gradients("fit()")
        self._assert_compiled("fit")
        _check_positive("epochs", epochs)
        _check_frequency(validation_freq)
        if self.optimizer is None:
            raise ValueError("`fit()` needs an optimizer. Give one to `compile()`.")
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = train_validation_split(
                (x, y, sample_weight), validation_split
            )
        source = make_source(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps_per_epoch,
            shuffle=shuffle,
            class_weight=class_weight,
        )
        self._prepare(source, training=True)
        verbose = 1 if verbose == "auto" else verbose
        if not isinstance(callbacks, callbacks_module.CallbackList):
            callbacks = callbacks_module.CallbackList(
                callbacks,
                add_history=True,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=epochs,
                steps=source.num_batches,
                model=self,
            )
        step = self.make_train_function()
        validation: dict[str, Any] = {}
        self.stop_training = False
        callbacks.on_train_begin()
        # a backup may have been restored
        initial_epoch = max(initial_epoch, self.__dict__.pop("_resume_epoch", 0))
        logs: dict[str, Any] = {}
        try:
            for epoch in range(initial_epoch, epochs):
                self.reset_metrics()
                callbacks.on_epoch_begin(epoch)
                logs = self._run_epoch(source, step, callbacks, training=True)
                if validation_data is not None and _is_due(epoch, validation_freq):
                    validation = self._validate(
                        validation_data,
                        validation_batch_size or batch_size,
                        validation_steps,
                        callbacks,
                    )
                    logs.update({f"val_{k}": v for k, v in validation.items()})
                callbacks.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
            self.optimizer.finalize_variable_values(
                self.trainable_variables  # type: ignore[attr-defined]
            )
        finally:
            source.close()
            self._drop_validation_source()
            callbacks.on_train_end(logs)
        return self.history  # type: ignore[attr-defined]  # set by the History callback

    def _run_epoch(
        self,
        source: Source,
        step: Callable[..., Any],
        callbacks: Any,
        training: bool,
    ) -> dict[str, Any]:
        """Run the batches of one epoch and return its logs."""
        if training:
            begin, end = callbacks.on_train_batch_begin, callbacks.on_train_batch_end
            watched = callbacks.watches_train_batches
        else:
            begin, end = callbacks.on_test_batch_begin, callbacks.on_test_batch_end
            watched = callbacks.watches_test_batches
        several = self.steps_per_execution
        index, seen = 0, 0
        last: Any = None
        iterator = iter(source.batches())
        stop = False
        while not stop:
            group = []
            for batch in iterator:
                group.append(batch)
                if len(group) == several:
                    break
            if not group:
                break
            seen += len(group)
            if watched:
                begin(index)
            last = step(*group)
            index += len(group)
            if watched:
                end(index - 1, Logs(self._logs_later(last)))
            stop = self.stop_training
        if not seen:
            raise ValueError(
                "The data source yielded no batch. Check that it is not empty, and that a "
                "generator has not been used up."
            )
        if source.num_batches is not None and seen < source.num_batches and not stop:
            warnings.warn(
                f"The data ran out after {seen} of {source.num_batches} batches. A generator has "
                "to yield at least `steps_per_epoch * epochs` batches.",
                stacklevel=3,
            )
        return self._logs_later(last)()

    def _logs_later(self, returned: Any) -> Callable[[], dict[str, Any]]:
        def compute() -> dict[str, Any]:
            return pythonify_logs(self.get_metrics_result() if returned is None else returned)

        return compute

    def _validate(
        self, data: Any, batch_size: int | None, steps: int | None, callbacks: Any
    ) -> dict[str, Any]:
        held = self.__dict__.get("_validation_source")
        if held is None:
            x, y, sample_weight = (
                unpack(data)
                if isinstance(data, (tuple, list))
                else (
                    data,
                    None,
                    None,
                )
            )
            held = make_source(x, y, sample_weight, batch_size=batch_size, steps=steps)
            object.__setattr__(self, "_validation_source", held)
        return self._evaluate(held, callbacks)

    def _drop_validation_source(self) -> None:
        held = self.__dict__.pop("_validation_source", None)
        if held is not None:
            held.close()

    def _evaluate(self, source: Source, callbacks: Any) -> dict[str, Any]:
        step = self.make_test_function()
        self.reset_metrics()
        callbacks.on_test_begin()
        with execution.no_grad():
            logs = self._run_epoch(source, step, callbacks, training=False)
        callbacks.on_test_end(logs)
        return logs

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The loss and the metrics on data.

        Args:
            x: Inputs, or a data source; see `fit`.
            y: Targets.
            batch_size: Samples in a batch, 32 by default.
            verbose: 0 for silence, 1 for a progress bar, 2 for a line.
            sample_weight: Weights of the samples.
            steps: Batches to use; all of them by default.
            callbacks: A list of `Callback`s.
            return_dict: Whether the results come in a dict.

        Returns:
            The loss, or a list of the loss and the metrics, or a dict of them by name.
        """
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        self._assert_compiled("evaluate")
        source = make_source(x, y, sample_weight, batch_size=batch_size, steps=steps)
        self._prepare(source, training=False)
        verbose = 1 if verbose == "auto" else verbose
        if not isinstance(callbacks, callbacks_module.CallbackList):
            callbacks = callbacks_module.CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=1,
                steps=source.num_batches,
                model=self,
            )
        try:
            logs = self._evaluate(source, callbacks)
        finally:
            source.close()
        return logs if return_dict else _as_list(logs)

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """The outputs for data, as NumPy arrays.

        Args:
            x: Inputs, or a data source; see `fit`.
            batch_size: Samples in a batch, 32 by default.
            verbose: 0 for silence, 1 for a progress bar, 2 for a line.
            steps: Batches to use; all of them by default.
            callbacks: A list of `Callback`s.

        Returns:
            An array, or a nest of them, with the samples along the first axis.
        """
        source = make_source(x, None, None, batch_size=batch_size, steps=steps)
        verbose = 1 if verbose == "auto" else verbose
        quiet = not callbacks and verbose == 0
        if quiet:
            watched: Any = None
        elif isinstance(callbacks, callbacks_module.CallbackList):
            watched = callbacks
        else:
            watched = callbacks_module.CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=1,
                steps=source.num_batches,
                model=self,
            )
        step = self.make_predict_function()
        collected: list[Any] = []
        self.stop_predicting = False
        if watched is not None:
            watched.on_predict_begin()
        try:
            with execution.no_grad():
                for i, batch in enumerate(source.batches()):
                    if watched is not None:
                        watched.on_predict_batch_begin(i)
                    outputs = step(batch)
                    collected.append(tree.map_structure(tensors.to_numpy, outputs))
                    if watched is not None:
                        watched.on_predict_batch_end(i, {"outputs": outputs})
                    if self.stop_predicting:
                        break
                if not collected:
                    collected.append(self._predict_nothing(source))
        finally:
            source.close()
        if watched is not None:
            watched.on_predict_end()
        if len(collected) == 1:
            return collected[0]
        return tree.map_structure(lambda *parts: np.concatenate(parts), *collected)

    def _predict_nothing(self, source: Source) -> Any:
        """The outputs for no samples: empty arrays of the right shape."""
        example = source.example()
        if example is None:
            raise ValueError(
                "`predict()` received a data source that yielded no batch. Check that it is not "
                "empty, and that a generator has not been used up."
            )
        x, _, _ = unpack(example)
        specs = tree.map_structure(
            lambda v: KerasTensor((None, *tuple(v.shape)[1:]), tensors.natural_dtype(v)), x
        )
        with scopes.SymbolicScope():
            outputs = self._call_with_training(specs, False)
        return tree.map_structure(
            lambda t: np.zeros((0, *(d or 0 for d in t.shape[1:])), t.dtype), outputs
        )

    # -- Single batches --------------------------------------------------------------

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """One step of training on one batch.

        Args:
            x: Inputs.
            y: Targets.
            sample_weight: Weights of the samples.
            class_weight: A dict from class to the weight of its samples.
            return_dict: Whether the results come in a dict.

        Returns:
            The loss, or a list of the loss and the metrics, or a dict of them by name.
        """
        execution.require_gradients("train_on_batch()")
        self._assert_compiled("train_on_batch")
        if class_weight is not None and sample_weight is not None:
            raise ValueError(
                "Arguments `sample_weight` and `class_weight` cannot be specified at the same time."
            )
        batch = self._one_batch(x, y, sample_weight, class_weight, training=True)
        self.reset_metrics()
        logs = self._logs_later(self.make_train_function()(batch))()
        return logs if return_dict else _as_list(logs)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step of evaluation on one batch; see `train_on_batch`."""
        self._assert_compiled("test_on_batch")
        batch = self._one_batch(x, y, sample_weight, None, training=False)
        self.reset_metrics()
        with execution.no_grad():
            logs = self._logs_later(self.make_test_function()(batch))()
        return logs if return_dict else _as_list(logs)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as NumPy arrays."""
        batch = self._one_batch(x, None, None, None, training=False, build=False)
        with execution.no_grad():
            outputs = self.make_predict_function()(batch)
        return tree.map_structure(tensors.to_numpy, outputs)

    def _one_batch(
        self,
        x: Any,
        y: Any,
        sample_weight: Any,
        class_weight: Any,
        training: bool,
        build: bool = True,
    ) -> Any:
        size = next(len(v) for v in tree.flatten(x) if v is not None)
        source = make_source(
            x, y, sample_weight, batch_size=max(size, 1), class_weight=class_weight
        )
        if build:
            self._prepare(source, training=training)
        batch = next(iter(source.batches()))
        source.close()
        return batch

    # -- Preparation -----------------------------------------------------------------

    def _assert_compiled(self, method: str) -> None:
        if not self.compiled:
            overridden = {
                "fit": "train_step",
                "train_on_batch": "train_step",
                "evaluate": "test_step",
                "test_on_batch": "test_step",
            }[method]
            if getattr(type(self), overridden) is getattr(Trainer, overridden):
                raise ValueError(
                    f"You must call `compile()` before calling `{method}()`: the model needs a "
                    "loss and an optimizer. For example: "
                    '`model.compile(optimizer="adam", loss="mse")`.'
                )

    def _prepare(self, source: Source, training: bool) -> None:
        """Build everything and hold the data against the model, before the first step."""
        model: Any = self
        example = source.example()
        if example is not None:
            x, y, sample_weight = unpack(example)
            specs = tree.map_structure(_symbolic, x)
            uses_default = (
                type(self).train_step is Trainer.train_step
                if training
                else type(self).test_step is Trainer.test_step
            )
            if not model.built:
                model._clear_losses()
                with scopes.SymbolicScope():
                    self._call_with_training(specs, training)
                if not model.built:
                    model.built = True
            if uses_default and self.compiled:
                self._check_targets(specs, y, sample_weight, training)
        if training and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(model.trainable_variables)

    def _check_targets(self, x: Any, y: Any, sample_weight: Any, training: bool) -> None:
        """Build the loss and the metrics with symbolic outputs, so that misfits show early."""
        needs = (self._compile_loss is not None and not self._compile_loss.built) or (
            self._compile_metrics is not None and not self._compile_metrics.built
        )
        if self._compile_loss is None and self._compile_metrics is None:
            return
        with scopes.SymbolicScope():
            y_pred = self._call_with_training(x, False)
        if self._compile_loss is not None:
            self._compile_loss.check(y, y_pred, overridden=self._overrides_loss())
        if not needs:
            return
        y_spec = tree.map_structure(_symbolic, y)
        if self._compile_loss is not None and not self._compile_loss.built:
            self._compile_loss.build(y_spec, y_pred)
        if self._compile_metrics is not None and not self._compile_metrics.built:
            self._compile_metrics.build(y_spec, y_pred)

    def _overrides_loss(self) -> bool:
        return type(self).compute_loss is not Trainer.compute_loss

    # -- Configs ---------------------------------------------------------------------

    def get_compile_config(self) -> dict[str, Any]:
        """The arguments of `compile` as JSON-ready values, empty if it was not called."""
        if not self.compiled or self._compile_config is None:
            return {}
        return {k: saving.serialize_keras_object(v) for k, v in self._compile_config.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` returned, and build the optimizer."""
        if type(self).compile is not Trainer.compile and not _same_parameters(
            type(self).compile, Trainer.compile
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

    # -- Deprecated or rare ----------------------------------------------------------

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """The values of all variables, in nested dicts by path.

        Args:
            value_format: ``"backend_tensor"`` or ``"numpy_array"``.
        """
        if value_format not in ("backend_tensor", "numpy_array"):
            raise ValueError(
                "Invalid `value_format` argument. Expected one of {'numpy_array', "
                f"'backend_tensor'}}. Received: value_format={value_format}"
            )
        model: Any = self
        groups = {
            "trainable_variables": model.trainable_variables,
            "non_trainable_variables": model.non_trainable_variables,
            "metrics_variables": self.metrics_variables,
        }
        if self.optimizer is not None:
            groups["optimizer_variables"] = self.optimizer.variables
        out: dict[str, Any] = {}
        for group, variables in groups.items():
            nest: dict[str, Any] = {}
            for v in variables:
                place = nest
                *folders, name = v.path.split("/")
                for folder in folders:
                    place = place.setdefault(folder, {})
                place[name] = v.numpy() if value_format == "numpy_array" else v.value
            out[group] = nest
        return out

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Set the values of variables from what `get_state_tree` returned."""
        model: Any = self
        groups = {
            "trainable_variables": model.trainable_variables,
            "non_trainable_variables": model.non_trainable_variables,
            "metrics_variables": self.metrics_variables,
            "optimizer_variables": [] if self.optimizer is None else self.optimizer.variables,
        }
        for group, nest in state_tree.items():
            if group not in groups:
                raise ValueError(f"Unknown variable name: {group}. Expected: {list(groups)}")
            values = {"/".join(map(str, path)): v for path, v in tree.flatten_with_path(nest)}
            for v in groups[group]:
                if v.path in values:
                    v.assign(values[v.path])


def _symbolic(v: Any) -> Any:
    if v is None:
        return None
    dtype = tensors.natural_dtype(v)
    return KerasTensor((None, *tuple(tensors_shape(v))[1:]), dtype)


def tensors_shape(v: Any) -> tuple[Any, ...]:
    """The shape of a tensor or an array."""
    return tensors.static_shape(v) if tensors.is_engine_tensor(v) else tuple(v.shape)


def _same_parameters(a: Any, b: Any) -> bool:
    return list(inspect.signature(a).parameters) == list(inspect.signature(b).parameters)


def _as_list(logs: dict[str, Any]) -> Any:
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _check_positive(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")


def _check_frequency(value: Any) -> None:
    if isinstance(value, (list, tuple, set)):
        return
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(
            "Expected `validation_freq` to be a positive integer or a list of epochs. "
            f"Received: {value!r}"
        )


def _is_due(epoch: int, frequency: Any) -> bool:
    if isinstance(frequency, (list, tuple, set)):
        return epoch + 1 in frequency
    return (epoch + 1) % frequency == 0
