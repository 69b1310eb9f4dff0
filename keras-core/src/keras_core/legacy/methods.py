"""Methods of models and optimizers in Keras 2, which are set here on the classes of today."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from keras_core.core.base.legacy import warn_of
from keras_core.core.base.public import part_of
from keras_core.data.pydataset import PyDataset
from keras_core.models.model import Model
from keras_core.optimizers.optimizer import Optimizer

part_of("keras.legacy")


def _method_of_keras2(owner: type, today: str) -> Callable[[Callable[..., Any]], None]:
    """Set a method on a class; using it warns once."""

    def mark(function: Callable[..., Any]) -> None:
        name = function.__name__

        @wraps(function)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            warn_of(f"{owner.__name__}.{name}", today)
            return function(self, *args, **kwargs)

        setattr(owner, name, method)

    return mark


def _loading(data: Any, options: dict[str, Any]) -> Any:
    """Data, loaded as the arguments say that are the data's own today."""
    given = {
        name: options.pop(name)
        for name in ("workers", "use_multiprocessing", "max_queue_size")
        if name in options
    }
    if isinstance(data, PyDataset):
        for name, value in given.items():
            setattr(data, name, value)
    return data


@_method_of_keras2(Model, today="`Model.fit`, which takes generators")
def fit_generator(
    self: Model,
    generator: Any,
    steps_per_epoch: int | None = None,
    epochs: int = 1,
    verbose: Any = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    **kwargs: Any,
) -> Any:
    return self.fit(
        _loading(generator, kwargs),
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        verbose=verbose,
        callbacks=callbacks,
        validation_data=validation_data,
        **kwargs,
    )


@_method_of_keras2(Model, today="`Model.evaluate`, which takes generators")
def evaluate_generator(
    self: Model,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    verbose: Any = 0,
    **kwargs: Any,
) -> Any:
    data = _loading(generator, kwargs)
    return self.evaluate(data, steps=steps, callbacks=callbacks, verbose=verbose, **kwargs)


@_method_of_keras2(Model, today="`Model.predict`, which takes generators")
def predict_generator(
    self: Model,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    verbose: Any = 0,
    **kwargs: Any,
) -> Any:
    data = _loading(generator, kwargs)
    return self.predict(data, steps=steps, callbacks=callbacks, verbose=verbose, **kwargs)


def _get_lr(self: Optimizer) -> Any:
    warn_of("Optimizer.lr", "`optimizer.learning_rate`")
    return self.learning_rate


def _set_lr(self: Optimizer, value: Any) -> None:
    warn_of("Optimizer.lr", "`optimizer.learning_rate`")
    self.learning_rate = value


setattr(Optimizer, "lr", property(_get_lr, _set_lr))  # noqa: B010  # a checker knows it not
