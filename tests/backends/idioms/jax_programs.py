"""Programs in the style of JAX; see `common`."""

import jax
import jax.numpy as jnp
import numpy as np
from common import CLASSES, LABELS, X, fill, mlp, numbers
from common import PROGRAMS as COMMON

BATCHES = [slice(i, i + 16) for i in range(0, 64, 16)]


def values(variables):
    return [v.value for v in variables]


def a_loop_without_side_effects(keras):
    """`stateless_call`, `stateless_apply` and the metrics' kin in one jitted step."""
    model, optimizer = mlp(keras, 5), keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metric = keras.metrics.SparseCategoricalAccuracy()

    def loss_and_updates(trainable, others, x, y):
        logits, others = model.stateless_call(trainable, others, x, training=True)
        return loss_of(y, logits), (others, logits)

    @jax.jit
    def step(state, x, y):
        trainable, others, slots, counts = state
        (loss, (others, logits)), grads = jax.value_and_grad(loss_and_updates, has_aux=True)(
            trainable, others, x, y
        )
        trainable, slots = optimizer.stateless_apply(slots, grads, trainable)
        counts = metric.stateless_update_state(counts, y, logits)
        return loss, (trainable, others, slots, counts)

    groups = [
        model.trainable_variables,
        model.non_trainable_variables,
        optimizer.variables,
        metric.variables,
    ]
    state, out = tuple(map(values, groups)), []
    for _ in range(5):
        for rows in BATCHES:
            loss, state = step(state, X[rows], CLASSES[rows])
            out.append(float(loss))
        out.append(float(metric.stateless_result(state[3])))
        state = (*state[:3], metric.stateless_reset_state())
    for variables, new in zip(groups, state, strict=True):
        for v, value in zip(variables, new, strict=True):
            v.assign(value)
    return numbers([out, model.get_weights(), model.predict(X, verbose=0)])


def a_train_step_of_ones_own(keras):
    """A step that is a function of its state, with sample weights, and a `test_step`."""

    class Mine(keras.Model):
        def loss_and_updates(self, trainable, others, counts, x, y, weight, training):
            predicted, others = self.stateless_call(trainable, others, x, training=training)
            loss, (_, others, counts) = self.stateless_compute_loss(
                trainable,
                others,
                counts,
                x=x,
                y=y,
                y_pred=predicted,
                sample_weight=weight,
                training=training,
            )
            return loss, (predicted, others, counts)

        def _logs(self, counts, loss, y, predicted):
            new, logs = [], {}
            for metric in self.metrics:
                own = counts[len(new) : len(new) + len(metric.variables)]
                given = (loss,) if metric.name == "loss" else (y, predicted)
                own = metric.stateless_update_state(own, *given)
                logs[metric.name] = metric.stateless_result(own)
                new += own
            return logs, new

        def train_step(self, state, data):
            trainable, others, slots, counts = state
            x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
            differentiate = jax.value_and_grad(self.loss_and_updates, has_aux=True)
            (loss, (predicted, others, counts)), grads = differentiate(
                trainable, others, counts, x, y, weight, True
            )
            trainable, slots = self.optimizer.stateless_apply(slots, grads, trainable)
            logs, counts = self._logs(counts, loss, y, predicted)
            return logs, (trainable, others, slots, counts)

        def test_step(self, state, data):
            trainable, others, counts = state
            x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
            loss, (predicted, others, counts) = self.loss_and_updates(
                trainable, others, counts, x, y, weight, False
            )
            logs, counts = self._logs(counts, loss, y, predicted)
            return logs, (trainable, others, counts)

    x = keras.Input((12,))
    model = fill(Mine(x, keras.layers.Dense(1)(keras.layers.Dense(8, activation="relu")(x))))
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    weight = np.linspace(0.5, 1.5, 64).astype("float32")
    history = model.fit(
        X, LABELS, sample_weight=weight, batch_size=16, epochs=3, shuffle=False, verbose=0
    ).history
    return numbers([history, model.evaluate(X, LABELS, verbose=0), model.get_weights()])


def two_models_against_each_other(keras):
    """A GAN: two models, two optimizers, all of their state in one pytree."""
    noise = np.random.default_rng(5).normal(size=(5, 64, 4)).astype("float32")
    judge = fill(
        keras.Sequential(
            [
                keras.Input((12,)),
                keras.layers.Dense(8),
                keras.layers.LeakyReLU(),
                keras.layers.Dense(1),
            ]
        ),
        2,
    )
    maker = fill(
        keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Dense(8),
                keras.layers.LeakyReLU(),
                keras.layers.Dense(12),
            ]
        ),
        3,
    )
    loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
    optimizers = [keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01)]
    for optimizer, model in zip(optimizers, (judge, maker), strict=True):
        optimizer.build(model.trainable_variables)

    def judged(weights, others, both, labels):
        return loss_of(labels, judge.stateless_call(weights, others["judge"], both)[0])

    def made(weights, others, judging, z):
        fake = maker.stateless_call(weights, others["maker"], z)[0]
        return loss_of(
            jnp.zeros((len(z), 1)), judge.stateless_call(judging, others["judge"], fake)[0]
        )

    @jax.jit
    def step(state, real, z):
        n = real.shape[0]
        fake = maker.stateless_call(state["maker"], state["others"]["maker"], z)[0]
        labels = jnp.concatenate([jnp.ones((n, 1)), jnp.zeros((n, 1))])
        loss, grads = jax.value_and_grad(judged)(
            state["judge"], state["others"], jnp.concatenate([fake, real]), labels
        )
        new, slots = optimizers[0].stateless_apply(state["slots"][0], grads, state["judge"])
        other, grads = jax.value_and_grad(made)(state["maker"], state["others"], new, z)
        new_maker, more = optimizers[1].stateless_apply(state["slots"][1], grads, state["maker"])
        state = {**state, "judge": new, "maker": new_maker, "slots": [slots, more]}
        return (loss, other), state

    state = {
        "judge": values(judge.trainable_variables),
        "maker": values(maker.trainable_variables),
        "slots": [values(o.variables) for o in optimizers],
        "others": {
            "judge": values(judge.non_trainable_variables),
            "maker": values(maker.non_trainable_variables),
        },
    }
    losses = []
    for z in noise:
        for rows in BATCHES:
            pair, state = step(state, X[rows], z[rows])
            losses.append([float(v) for v in pair])
    return numbers([losses, state["maker"]])


def losses_of_layers_and_transformations(keras):
    model = fill(
        keras.Sequential(
            [
                keras.Input((12,)),
                keras.layers.Dense(8, kernel_regularizer="l2"),
                keras.layers.ActivityRegularization(l1=0.01),
                keras.layers.Dense(1),
            ]
        )
    )
    others = values(model.non_trainable_variables)

    def loss(weights, x, y):
        out, _, losses = model.stateless_call(weights, others, x, return_losses=True)
        return jnp.mean((out - y) ** 2) + sum(losses)

    weights = values(model.trainable_variables)
    by_row = jax.vmap(jax.grad(loss), (None, 0, 0))(weights, X[:, None], LABELS[:, None])
    again = jax.grad(jax.checkpoint(loss))(weights, X, LABELS)
    _, tangent = jax.jvp(lambda w: loss(w, X, LABELS), (weights,), (weights,))
    return numbers([by_row, again, tangent])


PROGRAMS = [
    *COMMON,
    a_loop_without_side_effects,
    a_train_step_of_ones_own,
    two_models_against_each_other,
    losses_of_layers_and_transformations,
]
