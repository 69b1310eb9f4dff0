"""The methods that models had in Keras 2."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from keras_core.callbacks.base import Callback
from keras_core.callbacks.logging import History
from keras_core.core.base.legacy import warn_of
from keras_core.data.pydataset import PyDataset
from keras_core.typing import Data, Nest


class Keras2Methods:
    """Methods of a model; the first use of each warns, and says what is used today."""

    fit: Any
    evaluate: Any
    predict: Any

    def fit_generator(
        self,
        generator: Data,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Sequence[Callback] | None = None,
        validation_data: Data | None = None,
        validation_steps: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        class_weight: Mapping[int, float] | None = None,
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> History:
        """See `Model.fit`, which takes generators."""
        warn_of("Model.fit_generator", "`Model.fit`, which takes generators")
        _load_by(generator, max_queue_size, workers, use_multiprocessing)
        return self.fit(
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self,
        generator: Data,
        steps: int | None = None,
        callbacks: Sequence[Callback] | None = None,
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        verbose: int | str = 0,
    ) -> float | list[float]:
        """See `Model.evaluate`, which takes generators."""
        warn_of("Model.evaluate_generator", "`Model.evaluate`, which takes generators")
        _load_by(generator, max_queue_size, workers, use_multiprocessing)
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose)

    def predict_generator(
        self,
        generator: Data,
        steps: int | None = None,
        callbacks: Sequence[Callback] | None = None,
        max_queue_size: int | None = None,
        workers: int | None = None,
        use_multiprocessing: bool | None = None,
        verbose: int | str = 0,
    ) -> Nest[npt.NDArray[Any]]:
        """See `Model.predict`, which takes generators."""
        warn_of("Model.predict_generator", "`Model.predict`, which takes generators")
        _load_by(generator, max_queue_size, workers, use_multiprocessing)
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose)


def _load_by(
    data: Data, max_queue_size: int | None, workers: int | None, use_multiprocessing: bool | None
) -> None:
    """Set how a dataset is loaded, which is said by its own constructor today."""
    if isinstance(data, PyDataset):
        given = {
            "max_queue_size": max_queue_size,
            "workers": workers,
            "use_multiprocessing": use_multiprocessing,
        }
        for name, value in given.items():
            if value is not None:
                setattr(data, name, value)
