"""Programs in the style of torch; see `common`."""

import numpy as np
import torch
from common import CLASSES, LABELS, X, fill, mlp, numbers
from common import PROGRAMS as COMMON

BATCHES = [slice(i, i + 16) for i in range(0, 64, 16)]
T = torch.as_tensor


def a_loop_with_an_optimizer_of_torch(keras):
    """Losses and metrics of Keras around `backward` and `torch.optim`, validation in `no_grad`."""
    model = mlp(keras, 5)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    seen, validated = (keras.metrics.SparseCategoricalAccuracy() for _ in range(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    x, y, losses = T(X), T(CLASSES), []
    for _ in range(5):
        for rows in BATCHES:
            logits = model(x[rows])
            loss = loss_of(y[rows], logits)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.update_state(y[rows], logits)
            losses.append(loss.item())
        losses.append(float(seen.result()))
        seen.reset_state()
        with torch.no_grad():
            validated.update_state(y, model(x, training=False))
        losses.append(float(validated.result()))
        validated.reset_state()
    return numbers([losses, model.get_weights()])


def a_loop_with_an_optimizer_of_keras(keras):
    model, optimizer = mlp(keras), keras.optimizers.Adam(0.01)
    loss_of, losses = keras.losses.MeanSquaredError(), []
    x, y = T(X), T(LABELS)
    for _ in range(5):
        for rows in BATCHES:
            model.zero_grad()
            loss = loss_of(y[rows], model(x[rows], training=True))
            loss.backward()
            weights = model.trainable_weights
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in weights], weights)
            losses.append(loss.item())
    return numbers([losses, model.get_weights()])


def a_train_step_of_ones_own(keras):
    """With sample weights, metrics of the compiled and of its own, and a `test_step`."""

    class Mine(keras.Model):
        def train_step(self, data):
            x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
            self.zero_grad()
            predicted = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=predicted, sample_weight=weight)
            loss.backward()
            weights = self.trainable_weights
            with torch.no_grad():
                self.optimizer.apply([v.value.grad for v in weights], weights)
            for metric in self.metrics:
                if metric.name == "loss":
                    metric.update_state(loss)
                else:
                    metric.update_state(y, predicted, sample_weight=weight)
            return {m.name: m.result() for m in self.metrics}

        def test_step(self, data):
            x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
            predicted = self(x, training=False)
            loss = self.compute_loss(y=y, y_pred=predicted)
            for metric in self.metrics:
                metric.update_state(loss) if metric.name == "loss" else metric.update_state(
                    y, predicted
                )
            return {m.name: m.result() for m in self.metrics}

    x = keras.Input((12,))
    model = fill(Mine(x, keras.layers.Dense(1)(keras.layers.Dense(8, activation="relu")(x))))
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    weight = np.linspace(0.5, 1.5, 64).astype("float32")
    history = model.fit(
        X, LABELS, sample_weight=weight, batch_size=16, epochs=3, shuffle=False, verbose=0
    ).history
    return numbers([history, model.evaluate(X, LABELS, verbose=0), model.get_weights()])


def two_models_against_each_other(keras):
    """A GAN: two optimizers in one step, frozen halves, noise from outside."""
    noise = np.random.default_rng(5).normal(size=(5, 64, 4)).astype("float32")

    class Gan(keras.Model):
        def __init__(self):
            super().__init__()
            self.judge = fill(
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
            self.maker = fill(
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
            self.losses_seen = [keras.metrics.Mean(name="judge"), keras.metrics.Mean(name="maker")]
            self.built = True

        @property
        def metrics(self):
            return self.losses_seen

        def compile(self, judge_optimizer, maker_optimizer, loss_of):
            super().compile()
            self.optimizers, self.loss_of = (judge_optimizer, maker_optimizer), loss_of

        def _step(self, loss, weights, optimizer):
            self.zero_grad()
            loss.backward()
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in weights], weights)

        def train_step(self, data):
            real, z = data
            n = real.shape[0]
            with torch.no_grad():
                fake = self.maker(z)
            both = torch.concat([fake, real])
            labels = torch.concat([torch.ones(n, 1), torch.zeros(n, 1)])
            judged = self.loss_of(labels, self.judge(both))
            self._step(judged, self.judge.trainable_weights, self.optimizers[0])
            made = self.loss_of(torch.zeros(n, 1), self.judge(self.maker(z)))
            self._step(made, self.maker.trainable_weights, self.optimizers[1])
            for metric, loss in zip(self.losses_seen, (judged, made), strict=True):
                metric.update_state(loss)
            return {m.name: m.result() for m in self.losses_seen}

    gan = Gan()
    gan.compile(
        keras.optimizers.Adam(0.01),
        keras.optimizers.Adam(0.01),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    histories = [gan.fit(X, z, batch_size=16, shuffle=False, verbose=0).history for z in noise]
    return numbers([histories, gan.maker.get_weights()])


def losses_of_layers_in_a_loop(keras):
    """Penalties that layers and regularizers add, a scheduler of torch, frozen layers."""
    model = fill(
        keras.Sequential(
            [
                keras.Input((12,)),
                keras.layers.Dense(8, kernel_regularizer="l2", name="first"),
                keras.layers.ActivityRegularization(l1=0.01),
                keras.layers.Dense(1),
            ]
        )
    )
    model.layers[0].trainable = False
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], 0.05)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    x, y, losses = T(X), T(LABELS), []
    for _ in range(4):
        optimizer.zero_grad()
        loss = torch.mean((model(x) - y) ** 2) + sum(model.losses)
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return numbers([losses, model.get_weights()])


def layers_of_keras_in_a_module(keras):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.body = mlp(keras, 8)
            self.head = torch.nn.Linear(8, 1)
            with torch.no_grad():
                self.head.weight.fill_(0.1)
                self.head.bias.zero_()

        def forward(self, x):
            return self.head(torch.relu(self.body(x)))

    net, losses = Net(), []
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(10):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(net(T(X)), T(LABELS))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return numbers(losses)


PROGRAMS = [
    *COMMON,
    a_loop_with_an_optimizer_of_torch,
    a_loop_with_an_optimizer_of_keras,
    a_train_step_of_ones_own,
    two_models_against_each_other,
    losses_of_layers_in_a_loop,
    layers_of_keras_in_a_module,
]
