"""A custom training step, written once, on every backend: a WGAN with a gradient penalty.

    KERAS_BACKEND=jax python examples/gan.py

Two networks, two optimizers, and a derivative inside the loss (Gulrajani et al., 2017). The
step names no engine; it is compiled where the engine compiles. The networks learn to draw
points from a ring of eight Gaussians.
"""

import argparse

import numpy as np

import keras_core as keras
from keras_core import layers, ops


class WGAN(keras.Model):
    """A generator and a critic that train each other."""

    def __init__(self, latent_dim=4, penalty=1.0, critic_steps=3, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.penalty, self.critic_steps = latent_dim, penalty, critic_steps
        self.generator = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                layers.Dense(64, activation="relu"),
                layers.Dense(64, activation="relu"),
                layers.Dense(2),
            ]
        )
        self.critic = keras.Sequential(
            [
                keras.Input((2,)),
                layers.Dense(64, activation="tanh"),
                layers.Dense(64, activation="tanh"),
                layers.Dense(1),
            ]
        )
        self.seeds = keras.random.SeedGenerator(0)
        self.generator_loss = keras.metrics.Mean(name="generator_loss")
        self.critic_loss = keras.metrics.Mean(name="critic_loss")
        self.built = True

    def compile(self, generator_optimizer, critic_optimizer):
        super().compile(optimizer=generator_optimizer)
        self.critic_optimizer = critic_optimizer
        self.critic_optimizer.build(self.critic.trainable_variables)
        self.optimizer.build(self.generator.trainable_variables)

    def call(self, latent):
        return self.generator(latent)

    def gradient_penalty(self, real, fake):
        mix = keras.random.uniform((ops.shape(real)[0], 1), seed=self.seeds)
        points = mix * real + (1.0 - mix) * fake
        slopes = ops.grad(lambda x: ops.sum(self.critic(x)))(points)
        return ops.mean((ops.norm(slopes, axis=-1) - 1.0) ** 2)

    def train_step(self, real):
        batch = ops.shape(real)[0]

        def critic_loss():
            latent = keras.random.normal((batch, self.latent_dim), seed=self.seeds)
            fake = ops.stop_gradient(self.generator(latent))
            difference = ops.mean(self.critic(fake)) - ops.mean(self.critic(real))
            return difference + self.penalty * self.gradient_penalty(real, fake)

        def generator_loss():
            latent = keras.random.normal((batch, self.latent_dim), seed=self.seeds)
            return -ops.mean(self.critic(self.generator(latent)))

        variables = self.critic.trainable_variables
        for _ in range(self.critic_steps):
            loss, gradients = ops.value_and_grad(critic_loss, variables=variables)()
            self.critic_optimizer.apply(gradients, variables)
        self.critic_loss.update_state(loss)

        variables = self.generator.trainable_variables
        loss, gradients = ops.value_and_grad(generator_loss, variables=variables)()
        self.optimizer.apply(gradients, variables)
        self.generator_loss.update_state(loss)
        return {
            "critic_loss": self.critic_loss.result(),
            "generator_loss": self.generator_loss.result(),
        }


def ring(n, seed=0):
    """Points near eight places on a circle."""
    rng = np.random.default_rng(seed)
    angles = rng.integers(0, 8, n) * (2 * np.pi / 8)
    centres = np.stack([np.cos(angles), np.sin(angles)], -1)
    return (centres + rng.normal(0, 0.05, (n, 2))).astype("float32")


def spread(points):
    """The mean distance of points from the circle."""
    return float(np.abs(np.linalg.norm(points, axis=-1) - 1.0).mean())


def main(epochs=30, samples=2048):
    keras.utils.set_random_seed(0)
    model = WGAN()
    model.compile(
        keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9),
        keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9),
    )
    latent = np.random.default_rng(1).normal(size=(512, 4)).astype("float32")
    before = spread(model.predict(latent, verbose=0))
    history = model.fit(ring(samples), batch_size=128, epochs=epochs, verbose=2)
    after = spread(model.predict(latent, verbose=0))
    print(
        f"Backend {keras.config.backend()}: mean distance from the ring {before:.3f} before "
        f"training, {after:.3f} after"
    )
    return history.history, before, after


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=30)
    main(parser.parse_args().epochs)
