"""Predictions, whose form is that of the outputs of the model."""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import islice
from typing import Any, overload

import numpy as np

from keras_core.callbacks import Callback, CallbackList
from keras_core.core.base import tree
from keras_core.core.base.tracebacks import trimmed
from keras_core.core.execution import compiled
from keras_core.core.tensors import native, scopes
from keras_core.data.packing import unpack_x_y_sample_weight as unpack
from keras_core.data.source import Source
from keras_core.training.batches import NO_BATCH, Batches, warn_of_end
from keras_core.training.notes import note_batch
from keras_core.training.steps import symbolic
from keras_core.typing import Array, Data, HasCall, Tensor


class OfAnyForm:
    """What no `call` returns: only one whose result a type checker does not know agrees with it."""

    agrees_with_nothing: None


class Predicting(Batches):
    """The part of a trainer that predicts."""

    @overload
    def predict(
        self: HasCall[OfAnyForm],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> Any: ...

    @overload
    def predict(
        self: HasCall[Tensor],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> Array: ...

    @overload
    def predict(
        self: HasCall[list[Tensor]],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> list[Array]: ...

    @overload
    def predict(
        self: HasCall[dict[str, Tensor]],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> dict[str, Array]: ...

    @overload
    def predict(
        self: HasCall[tuple[Tensor, Tensor]],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> tuple[Array, Array]: ...

    @overload
    def predict(
        self: HasCall[tuple[Tensor, ...]],
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> tuple[Array, ...]: ...

    @overload
    def predict(
        self,
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> Any: ...

    @trimmed
    def predict(
        self,
        x: Data,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Callback | Sequence[Callback] | CallbackList | None = None,
        validate_data: bool = False,
    ) -> Any:
        """The outputs for data, as NumPy arrays.

        Args:
            x: Inputs, or a data source; see `fit`.
            batch_size: Samples in a batch, 32 by default.
            verbose: 0 for silence, 1 for a progress bar, 2 for a line.
            steps: Batches to use; all of them by default.
            callbacks: A list of `Callback`s.
            validate_data: Whether NaN and infinite values in the data are an error; see `fit`.
                False by default.

        Returns:
            An array, or a nest of them, with the samples along the first axis.
        """
        source = self._source_of(
            x, None, None, batch_size=batch_size, steps=steps, validate=validate_data
        )
        verbose = 1 if verbose == "auto" else verbose
        quiet = not callbacks and verbose == 0
        if quiet:
            watched: Any = None
        elif isinstance(callbacks, CallbackList):
            watched = callbacks
        else:
            watched = CallbackList(
                callbacks,
                add_progbar=verbose != 0,
                verbose=verbose,
                epochs=1,
                steps=source.num_batches,
                model=self,
            )
        if not self.built:
            self._build_to_predict(source)
        step = self.make_predict_function()
        collected: list[Any] = []
        self.stop_predicting = False
        running = nullcontext() if watched is None else watched.running("predict")
        try:
            with running, compiled.no_grad():
                source.begin_epoch()
                batches, seen = source.batches(), 0
                while group := list(islice(batches, self.steps_per_execution)):
                    if watched is not None:
                        watched.on_predict_batch_begin(seen)
                    try:
                        outputs = step(*group)
                        collected.append(tree.map_structure(native.owned_numpy, outputs))
                    except Exception as e:
                        note_batch(e, seen, group[0])
                        raise
                    seen += len(group)
                    if watched is not None:
                        watched.on_predict_batch_end(seen - 1, {"outputs": outputs})
                    if self.stop_predicting:
                        break
                source.end_epoch()
                if source.ran_out and not self.stop_predicting:
                    warn_of_end(seen, source)
                if not collected:
                    collected.append(self._predict_nothing(source))
        finally:
            source.close()
        if watched is not None:
            watched.on_predict_end()
        if len(collected) == 1:
            return collected[0]
        return tree.map_structure(lambda *parts: np.concatenate(parts), *collected)

    @overload
    def predict_on_batch(self: HasCall[OfAnyForm], x: Data) -> Any: ...

    @overload
    def predict_on_batch(self: HasCall[Tensor], x: Data) -> Array: ...

    @overload
    def predict_on_batch(self: HasCall[list[Tensor]], x: Data) -> list[Array]: ...

    @overload
    def predict_on_batch(self: HasCall[dict[str, Tensor]], x: Data) -> dict[str, Array]: ...

    @overload
    def predict_on_batch(self: HasCall[tuple[Tensor, Tensor]], x: Data) -> tuple[Array, Array]: ...

    @overload
    def predict_on_batch(self: HasCall[tuple[Tensor, ...]], x: Data) -> tuple[Array, ...]: ...

    @overload
    def predict_on_batch(self, x: Data) -> Any: ...

    @trimmed
    def predict_on_batch(self, x: Data) -> Any:
        """The outputs for one batch, as NumPy arrays."""
        batch = self._one_batch(x, None, None, None, training=False, build=False)
        if not self.built:
            self._build_for_predictions(batch)
        with compiled.no_grad():
            outputs = self.make_predict_function()(batch)
        return tree.map_structure(native.owned_numpy, outputs)

    def _build_to_predict(self, source: Source) -> None:
        example = source.example()
        if example is not None:
            self._build_for_predictions(example)

    def _predict_nothing(self, source: Source) -> Any:
        """The outputs for no samples: empty arrays of the right shape."""
        example = source.example()
        if example is None:
            raise ValueError(NO_BATCH.format(method="predict()"))
        x, _, _ = unpack(example)
        specs = tree.map_structure(symbolic, x)
        with scopes.SymbolicScope():
            outputs = self._call_with_training(specs, False)
        return tree.map_structure(
            lambda t: np.zeros((0, *(d or 0 for d in t.shape[1:])), t.dtype), outputs
        )
