"""The one trainer: compile, fit, evaluate, predict, on every engine."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import Any, Literal, Never, overload

import numpy as np

from keras_core.callbacks import Callback, CallbackList
from keras_core.callbacks.logging import History
from keras_core.core.base import config
from keras_core.core.base.tracebacks import trimmed
from keras_core.core.execution import compiled
from keras_core.data.adapters import train_validation_split
from keras_core.data.packing import unpack_x_y_sample_weight as unpack
from keras_core.data.source import Source
from keras_core.training.batches import NO_BATCH, warn_of_end
from keras_core.training.keras2 import Keras2Methods
from keras_core.training.logs import Logs, pythonify_logs
from keras_core.training.notes import note_batch
from keras_core.training.predicting import Predicting
from keras_core.training.run import Run
from keras_core.training.steps import check_positive
from keras_core.typing import Data


class Trainer(Predicting, Keras2Methods):
    """What makes a layer a model that can be trained."""

    # -- Loops -----------------------------------------------------------------------

    @trimmed
    def fit(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validation_split: float = 0.0,
        validation_data: Data = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Data = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        on_nan: str = "warn",
        validate_data: bool = False,
    ) -> History:
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
            on_nan: What happens when the loss is NaN or infinite: ``"warn"``, the default, says so
                once, with the epoch and the step; ``"raise"`` raises a `FloatingPointError`;
                ``"ignore"`` does nothing. Steps do not wait for that: it is seen when results are
                read, at the latest at the end of the epoch or some 256 steps later.
            validate_data: Whether each batch is looked at before it is used, so that NaN and
                infinite values are an error that names the argument, the batch, the row and the
                column. It costs a pass through the data on the host. False by default.

        Returns:
            A `History`, whose ``history`` holds the results by name and epoch.

        Raises:
            CapabilityError: If the backend has no gradients.
            ValueError: If the data or the arguments do not fit.
        """
        compiled.require_gradients("fit()")
        self._assert_compiled("fit")
        check_positive("epochs", epochs)
        epochs = min(epochs, config.max_epochs() or epochs)
        _check_frequency(validation_freq)
        if self.optimizer is None:
            raise ValueError("`fit()` needs an optimizer. Give one to `compile()`.")
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = train_validation_split(
                (x, y, sample_weight), validation_split
            )
        source = self._source_of(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps_per_epoch,
            shuffle=shuffle,
            class_weight=class_weight,
            validate=validate_data,
        )
        self._prepare(source, training=True)
        verbose = 1 if verbose == "auto" else verbose
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
                callbacks,
                add_history=True,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=epochs,
                steps=source.num_batches,
                model=self,
            )
        self.stop_training = False
        run = Run(self, source, callbacks, initial_epoch, on_nan)
        callbacks.set_run(run)
        logs: dict[str, Any] = {}
        try:
            with callbacks.running("train"):
                for epoch in range(max(initial_epoch, run.epoch), epochs):
                    self.reset_metrics()
                    callbacks.on_epoch_begin(epoch)
                    step = self.make_train_function()  # callbacks may freeze layers
                    begin = run.begin_epoch(epoch)
                    logs = self._run_epoch(source, step, callbacks, begin, run)
                    if validation_data is not None and _is_due(epoch, validation_freq):
                        validation = self._validate(
                            validation_data,
                            validation_batch_size or batch_size,
                            validation_steps,
                            callbacks,
                            validate_data,
                        )
                        logs.update({f"val_{k}": v for k, v in validation.items()})
                    callbacks.on_epoch_end(epoch, logs)
                    if self.stop_training:
                        break
                self.optimizer.finalize_variable_values(
                    self.trainable_variables  # type: ignore[attr-defined]
                )
                run.is_complete = True
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
        index: int,
        run: Run | None = None,
    ) -> dict[str, Any]:
        """Run the batches of one epoch and return its logs.

        Args:
            source: The batches.
            step: What is done with each.
            callbacks: The callbacks.
            index: The number of the batch to begin with.
            run: The run of `fit`, None for an evaluation.
        """
        training = run is not None
        if training:
            begin, end = callbacks.on_train_batch_begin, callbacks.on_train_batch_end
            watched, flag = callbacks.watches_train_batches, "stop_training"
        else:
            begin, end = callbacks.on_test_batch_begin, callbacks.on_test_batch_end
            watched, flag = callbacks.watches_test_batches, "stop_evaluating"
        several = self.steps_per_execution
        last: Any = None
        at_rest = self._training_state.at_rest if training else nullcontext()
        iterator = source.batches()
        stop, batch = False, None

        def logs_later() -> Callable[[], dict[str, Any]]:
            compute = self._logs_later(last)
            return compute if run is None else lambda: run.checked(compute(), index)

        while not stop and (group := list(islice(iterator, several))):
            if watched:
                begin(index)
            batch = group[-1]
            try:
                with at_rest:
                    last = step(*group)
            except Exception as e:
                note_batch(e, index, batch)
                raise
            if run is not None:
                run.note(last, index, index + len(group) - 1)
            index += len(group)
            if watched:
                end(index - 1, Logs(logs_later()))
            stop = getattr(self, flag)
        source.end_epoch()
        if not index:
            raise ValueError(NO_BATCH.format(method="fit()" if training else "evaluate()"))
        if source.ran_out and not stop:
            warn_of_end(index, source)
        try:
            return logs_later()()
        except Exception as e:  # an engine may compute later
            note_batch(e, index - 1, batch)
            raise

    def _logs_later(self, returned: Any) -> Callable[[], dict[str, Any]]:
        def compute() -> dict[str, Any]:
            later = returned is None or isinstance(returned, list)
            return pythonify_logs(self.get_metrics_result() if later else returned)

        return compute

    def _validate(
        self, data: Any, batch_size: int | None, steps: int | None, callbacks: Any, validate: bool
    ) -> dict[str, Any]:
        held = self.__dict__.get("_validation_source")
        if held is None:
            parts = unpack(data) if isinstance(data, (tuple, list)) else (data, None, None)
            held = self._source_of(*parts, batch_size=batch_size, steps=steps, validate=validate)
            object.__setattr__(self, "_validation_source", held)
        held.restart()
        return self._evaluate(held, callbacks)

    def _drop_validation_source(self) -> None:
        held = self.__dict__.pop("_validation_source", None)
        if held is not None:
            held.close()

    def _evaluate(self, source: Source, callbacks: Any) -> dict[str, Any]:
        with self._training_state.evaluating:
            step = self.make_test_function()
            self.stop_evaluating = False
            self.reset_metrics()
            with callbacks.running("test"), compiled.no_grad():
                source.begin_epoch()
                logs = self._run_epoch(source, step, callbacks, 0)
            callbacks.on_test_end(logs)
        return logs

    @overload
    def evaluate(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Data = None,
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        return_dict: Literal[False] = False,
        validate_data: bool = False,
        **kwargs: Never,
    ) -> Any: ...

    @overload
    def evaluate(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Data = None,
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        *,
        return_dict: Literal[True],
        validate_data: bool = False,
        **kwargs: Never,
    ) -> dict[str, float]: ...

    @trimmed
    def evaluate(
        self,
        x: Data = None,
        y: Data = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Data = None,
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        return_dict: bool = False,
        validate_data: bool = False,
        **kwargs: Never,
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
            validate_data: Whether NaN and infinite values in the data are an error; see `fit`.
                False by default.
            **kwargs: None.

        Returns:
            The loss, or a list of the loss and the metrics, or a dict of them by name.
        """
        if kwargs:
            raise ValueError(f"Arguments not recognized: {kwargs}")
        self._assert_compiled("evaluate")
        source = self._source_of(
            x, y, sample_weight, batch_size=batch_size, steps=steps, validate=validate_data
        )
        self._prepare(source, training=False)
        verbose = 1 if verbose == "auto" else verbose
        if not isinstance(callbacks, CallbackList):
            callbacks = CallbackList(
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
        return logs if return_dict else self._as_list(logs)

    # -- Single batches --------------------------------------------------------------

    @overload
    def train_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: Literal[False] = False,
    ) -> Any: ...

    @overload
    def train_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        class_weight: Mapping[int, float] | None = None,
        *,
        return_dict: Literal[True],
    ) -> dict[str, float]: ...

    @trimmed
    def train_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        class_weight: Mapping[int, float] | None = None,
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
        compiled.require_gradients("train_on_batch()")
        self._assert_compiled("train_on_batch")
        if class_weight is not None and sample_weight is not None:
            raise ValueError(
                "Arguments `sample_weight` and `class_weight` cannot be specified at the same time."
            )
        batch = self._one_batch(x, y, sample_weight, class_weight, training=True)
        with self._training_state.at_rest:
            self.reset_metrics()
            logs = self._logs_later(self.make_train_function()(batch))()
        return logs if return_dict else self._as_list(logs)

    @overload
    def test_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        return_dict: Literal[False] = False,
    ) -> Any: ...

    @overload
    def test_on_batch(
        self, x: Data, y: Data = None, sample_weight: Data = None, *, return_dict: Literal[True]
    ) -> dict[str, float]: ...

    @trimmed
    def test_on_batch(
        self,
        x: Data,
        y: Data = None,
        sample_weight: Data = None,
        return_dict: bool = False,
    ) -> Any:
        """One step of evaluation on one batch; see `train_on_batch`."""
        self._assert_compiled("test_on_batch")
        batch = self._one_batch(x, y, sample_weight, None, training=False)
        self.reset_metrics()
        with compiled.no_grad():
            logs = self._logs_later(self.make_test_function()(batch))()
        return logs if return_dict else self._as_list(logs)

    def at_rest(self) -> AbstractContextManager[Any]:
        """A context in which no other thread changes the weights by a step of training."""
        return self._training_state.at_rest

    def _as_list(self, logs: dict[str, Any]) -> Any:
        """Results in the order of the metrics; a single one bare."""
        order = [k for k in self.get_metrics_result() if k in logs]
        values = [logs[k] for k in dict.fromkeys([*order, *logs])]
        return values[0] if len(values) == 1 else values

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
                if name in place:
                    raise ValueError(
                        f"The variable path {v.path!r} is found twice among the {group}, so there "
                        "is no tree of them. Give layers, metrics and weights unique names."
                    )
                place[name] = v.numpy() if value_format == "numpy_array" else v.value
            out[group] = nest
        return out

    def set_state_tree(self, state_tree: dict[str, Any]) -> None:
        """Set the values of variables from what `get_state_tree` returned, or a part of it.

        Args:
            state_tree: For each group of variables nested dicts of values by path: tensors,
                arrays, numbers or lists.
        """
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
            values = _by_path(nest)
            for v in groups[group]:
                if v.path in values:
                    v.assign(values[v.path])


def _by_path(nest: dict[str, Any]) -> dict[str, Any]:
    """The values in nested dicts, by their keys joined with ``/``."""
    out: dict[str, Any] = {}
    for key, value in nest.items():
        if isinstance(value, dict):
            out.update({f"{key}/{inner}": v for inner, v in _by_path(value).items()})
        else:
            out[key] = value
    return out


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
