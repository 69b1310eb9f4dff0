"""Trainings, each written once: a curve of numbers that every backend has to give."""

from collections.abc import Callable
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import callbacks, layers, ops, optimizers
from keras_core.conformance.suite import model_rows
from keras_core.conformance.suite.model_rows import values

LABELS = np.arange(12) % 3
"""Classes of twelve rows."""


def fit(model: Any, x: Any, y: Any, **options: Any) -> Any:
    """The loss after each batch and each epoch, and what the model gives in the end."""
    seen: list[float] = []
    recorder = callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(float(logs["loss"]))
    )
    settings = {"batch_size": 4, "epochs": 2, "shuffle": False, "verbose": 0, **options}
    history = model.fit(x, y, callbacks=[recorder], **settings).history
    epochs = [float(v) for key in sorted(history) for v in np.ravel(history[key])]
    ends = [out.mean() for out in model_rows.flat(model.predict(x, verbose=0))]
    return np.array([*seen, *epochs, *ends])


# -- Architectures -----------------------------------------------------------------------


def _architecture(name: str) -> Callable[..., Any]:
    """Train a model of the table towards random outputs, by SGD with momentum."""

    def run(**how: Any) -> Any:
        model = model_rows.build(name)
        x = model_rows.inputs_of(name)
        y = keras.tree.map_structure(
            lambda out: values("targets", *out.shape), model.predict(x, verbose=0)
        )
        model.compile(optimizers.SGD(0.02, momentum=0.9), "mse", **how)
        return fit(model, x, y, batch_size=2)

    return run


ARCHITECTURES: dict[str, Callable[..., Any]] = {
    name: _architecture(name)
    for name in (
        "deferred", "convolutional", "recurrent", "masked", "attention", "operations",
        "subclassed",
    )
}  # fmt: skip


# -- Optimizers --------------------------------------------------------------------------


def classifier(optimizer: Any, **options: Any) -> Any:
    """A dense model of three classes, compiled."""
    model = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(6, activation="tanh"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model_rows.settle(model, "classifier")
    model.compile(optimizer, "sparse_categorical_crossentropy", **options)
    return model


def _optimizer(make: Callable[[], Any]) -> Callable[..., Any]:
    def run(**how: Any) -> Any:
        return fit(classifier(make(), **how), values("rows", 12, 4), LABELS, epochs=3)

    return run


_DECAY = optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)
OPTIMIZERS: dict[str, Callable[..., Any]] = {
    name: _optimizer(make)
    for name, make in {
        "SGD": lambda: optimizers.SGD(0.1),
        "SGD-nesterov": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        "SGD-schedule": lambda: optimizers.SGD(_DECAY),
        "SGD-clipnorm": lambda: optimizers.SGD(0.1, clipnorm=0.1),
        "SGD-global-clipnorm": lambda: optimizers.SGD(0.1, global_clipnorm=0.1),
        "SGD-clipvalue": lambda: optimizers.SGD(0.1, clipvalue=0.05),
        "SGD-accumulation": lambda: optimizers.SGD(0.1, gradient_accumulation_steps=2),
        "SGD-average": lambda: optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8),
        "Adadelta": lambda: optimizers.Adadelta(1.0),
        "Adafactor": lambda: optimizers.Adafactor(0.05),
        "Adagrad": lambda: optimizers.Adagrad(0.1),
        "Adam": lambda: optimizers.Adam(0.05),
        "Adam-amsgrad": lambda: optimizers.Adam(0.05, amsgrad=True),
        "Adam-decay": lambda: optimizers.Adam(0.05, weight_decay=0.1),
        "AdamW": lambda: optimizers.AdamW(0.05),
        "Adamax": lambda: optimizers.Adamax(0.05),
        "Ftrl": lambda: optimizers.Ftrl(0.1),
        "Lamb": lambda: optimizers.Lamb(0.05),
        "Lion": lambda: optimizers.Lion(0.01),
        "LossScaleOptimizer": lambda: optimizers.LossScaleOptimizer(
            optimizers.SGD(0.1), initial_scale=8.0
        ),
        "Muon": lambda: optimizers.Muon(0.02),
        "Nadam": lambda: optimizers.Nadam(0.05),
        "RMSprop": lambda: optimizers.RMSprop(0.02, momentum=0.5, centered=True),
        "ScheduleFreeAdamW": lambda: optimizers.ScheduleFreeAdamW(0.05),
    }.items()
}


# -- What `compile` and `fit` can do -----------------------------------------------------


def _class_weight(**how: Any) -> Any:
    model = classifier("sgd", weighted_metrics=["accuracy"], **how)
    return fit(model, values("rows", 12, 4), LABELS, class_weight={0: 1.0, 1: 0.2, 2: 3.0})


def _sample_weight(**how: Any) -> Any:
    model = classifier("sgd", metrics=["accuracy"], weighted_metrics=["accuracy"], **how)
    weights = np.linspace(0, 2, 12).astype("float32")
    return fit(model, values("rows", 12, 4), LABELS, sample_weight=weights)


def _metrics(**how: Any) -> Any:
    measured = ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top")]
    model = classifier("adam", metrics=measured, **how)
    x, y = values("rows", 12, 4), LABELS
    curve = fit(model, x, y, validation_data=(x[:5], y[:5]))
    results = model.evaluate(x, y, batch_size=5, verbose=0, return_dict=True)
    return np.array([*curve, *(float(results[k]) for k in sorted(results))])


def _several_outputs(**how: Any) -> Any:
    model = model_rows.build("branches")
    x = {"a": values("a", 12, 4), "b": values("b", 12, 4)}
    two = keras.Model(model.inputs, {"sum": model.output["sum"], "pair": model.output["pair"][1]})
    two.compile(
        optimizers.SGD(0.05),
        {"sum": "mse", "pair": "binary_crossentropy"},
        loss_weights={"sum": 0.5, "pair": 2.0},
        metrics={"sum": ["mae"]},
        **how,
    )
    y = {"sum": values("sum", 12, 1), "pair": np.abs(np.sin(values("pair", 12, 5)))}
    return fit(two, x, y)


def _regularized(**how: Any) -> Any:
    inputs = keras.Input((4,))
    x = layers.Dense(
        6, "relu", kernel_regularizer="l2", activity_regularizer=keras.regularizers.L1(0.01)
    )(inputs)
    outputs = layers.Dense(1, kernel_constraint=keras.constraints.MaxNorm(0.5))(x)
    model = model_rows.settle(keras.Model(inputs, outputs), "regularized")
    model.compile(optimizers.SGD(0.1), "mse", **how)
    return fit(model, values("rows", 12, 4), values("y", 12, 1))


def _frozen(**how: Any) -> Any:
    model = classifier("sgd", **how)
    model.layers[0].trainable = False
    model.compile(optimizers.SGD(0.1), "sparse_categorical_crossentropy", **how)
    before = model.layers[0].get_weights()[0]
    curve = fit(model, values("rows", 12, 4), LABELS)
    moved = np.abs(model.layers[0].get_weights()[0] - before).max()
    return np.array([*curve, moved])


def _steps_per_execution(**how: Any) -> Any:
    model = classifier(optimizers.Adam(0.05), steps_per_execution=2, **how)
    x, y = values("rows", 12, 4), LABELS
    history = model.fit(x, y, batch_size=4, epochs=3, shuffle=False, verbose=0).history
    return np.array([*history["loss"], model.predict(x, verbose=0).mean()])


def _batches_by_hand(**how: Any) -> Any:
    model = classifier(optimizers.Adam(0.05), metrics=["accuracy"], **how)
    x, y = values("rows", 12, 4), LABELS
    out: list[float] = []
    for start in (0, 5, 9):
        chosen = slice(start, start + 4)
        logs = model.train_on_batch(x[chosen], y[chosen], return_dict=True)
        out += [float(logs["loss"]), float(logs["accuracy"])]
    logs = model.test_on_batch(x, y, return_dict=True)
    return np.array([*out, float(logs["loss"]), float(logs["accuracy"])])


# -- A training step of one's own ---------------------------------------------------------


class Adversaries(keras.Model):
    """A generator and a critic with an optimizer each, and a gradient penalty in a loss."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = keras.Sequential(
            [keras.Input((3,)), layers.Dense(6, activation="tanh"), layers.Dense(2)]
        )
        self.critic = keras.Sequential(
            [keras.Input((2,)), layers.Dense(6, activation="tanh"), layers.Dense(1)]
        )
        model_rows.settle(self.generator, "generator")
        model_rows.settle(self.critic, "critic")
        self.tracker = keras.metrics.Mean(name="loss")
        self.built = True

    def compile(self, generator: Any, critic: Any, **options: Any) -> None:
        """Take the two optimizers."""
        super().compile(optimizer=generator, **options)
        self.critic_optimizer = critic
        self.critic_optimizer.build(self.critic.trainable_variables)
        self.optimizer.build(self.generator.trainable_variables)

    def call(self, latent: Any) -> Any:
        """Generate."""
        return self.generator(latent)

    def train_step(self, data: Any) -> Any:
        """One step of the critic, one of the generator."""
        (latent, share), real = data

        def critic_loss() -> Any:
            fake = ops.stop_gradient(self.generator(latent))
            mixed = share * real + (1.0 - share) * fake
            slopes = ops.grad(lambda points: ops.sum(self.critic(points)))(mixed)
            penalty = ops.mean((ops.norm(slopes, axis=-1) - 1.0) ** 2)
            return ops.mean(self.critic(fake)) - ops.mean(self.critic(real)) + penalty

        def generator_loss() -> Any:
            return -ops.mean(self.critic(self.generator(latent)))

        variables = self.critic.trainable_variables
        loss, gradients = ops.value_and_grad(critic_loss, variables=variables)()
        self.critic_optimizer.apply(gradients, variables)
        variables = self.generator.trainable_variables
        other, gradients = ops.value_and_grad(generator_loss, variables=variables)()
        self.optimizer.apply(gradients, variables)
        self.tracker.update_state(loss + other)
        return {"loss": self.tracker.result(), "critic": loss, "generator": other}


def _adversaries(**how: Any) -> Any:
    model = Adversaries()
    model.compile(optimizers.Adam(0.02), optimizers.RMSprop(0.02), **how)
    seen: list[float] = []
    recorder = callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.extend(float(logs[k]) for k in sorted(logs))
    )
    share = np.linspace(0, 1, 12).astype("float32")[:, None]
    model.fit(
        (values("latent", 12, 3), share), values("real", 12, 2), batch_size=4, epochs=2,
        shuffle=False, verbose=0, callbacks=[recorder],
    )  # fmt: skip
    return np.array([*seen, model.predict(values("latent", 12, 3), verbose=0).mean()])


class WithOwnStep(keras.Model):
    """A model whose step says what `fit` would do by itself."""

    def train_step(self, data: Any) -> Any:
        """Loss, gradients, update."""
        x, y = data

        def loss() -> Any:
            return self.compute_loss(x=x, y=y, y_pred=self(x, training=True))

        variables = self.trainable_variables
        value, gradients = ops.value_and_grad(loss, variables=variables)()
        self.optimizer.apply(gradients, variables)
        return {"loss": value}


def _own_step(**how: Any) -> Any:
    inputs = keras.Input((4,))
    outputs = layers.Dense(2)(layers.BatchNormalization()(layers.Dense(5, "gelu")(inputs)))
    model = model_rows.settle(WithOwnStep(inputs, outputs), "own")
    model.compile(optimizers.SGD(0.1), "mse", **how)
    return fit(model, values("rows", 12, 4), values("y", 12, 2))


FEATURES: dict[str, Callable[..., Any]] = {
    "class-weight": _class_weight,
    "sample-weight": _sample_weight,
    "metrics": _metrics,
    "several-outputs": _several_outputs,
    "regularized": _regularized,
    "frozen": _frozen,
    "steps-per-execution": _steps_per_execution,
    "batches-by-hand": _batches_by_hand,
    "adversaries": _adversaries,
    "own-step": _own_step,
}

SCENARIOS: dict[str, Callable[..., Any]] = {
    **{f"architecture-{k}": v for k, v in ARCHITECTURES.items()},
    **{f"optimizer-{k}": v for k, v in OPTIMIZERS.items()},
    **{f"feature-{k}": v for k, v in FEATURES.items()},
}
"""By name: what runs a training, with options of `compile`, and returns its curve."""
