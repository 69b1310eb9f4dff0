"""Whole programs and their parts, beside the `fit` of `cases.py`; the same code runs on real Keras.

Each function gets the package (this project's or the real one) and returns what was measured.
"""

import os
import tempfile
from functools import partial

import numpy as np
from clock import now

RNG = np.random.default_rng(0)


def _timed(call, times):
    """Seconds of one call; the result of the last one is waited for by the caller's ``call``."""
    begin = now()
    for _ in range(times):
        call()
    return {"seconds": (now() - begin) / times}


def _mlp(k, width=64, outputs=10):
    layers = k.layers
    return k.Sequential(
        [k.Input((64,)), *(layers.Dense(width, activation="relu") for _ in range(2)),
         layers.Dense(outputs)]
    )  # fmt: skip


def _compiled(k, model):
    model.compile(
        optimizer=k.optimizers.Adam(1e-3),
        loss=k.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def _batch(n=32):
    x = RNG.normal(size=(n, 64)).astype("float32")
    return x, RNG.integers(0, 10, n).astype("int32")


# -- Steps -----------------------------------------------------------------------------


def first_step(framework, build, shape):
    """From the import of the package, the engine being there, to the end of the first step."""
    x = RNG.normal(size=(32, *shape)).astype("float32")
    y = RNG.integers(0, 10, 32).astype("int32")
    begin = now()
    k = framework()
    _compiled(k, build(k)).fit(x, y, batch_size=32, verbose=0)
    return {"seconds": now() - begin}


def train_on_batch(k):
    """One step a call, with its loss read."""
    model, (x, y) = _compiled(k, _mlp(k)), _batch()
    for _ in range(20):
        model.train_on_batch(x, y)
    return _timed(lambda: float(model.train_on_batch(x, y)), 200)


def one_step_fit(k):
    """A `fit` of one step in a loop."""
    model, (x, y) = _compiled(k, _mlp(k)), _batch()
    for _ in range(5):
        model.fit(x, y, batch_size=32, verbose=0)
    return _timed(lambda: model.fit(x, y, batch_size=32, verbose=0), 50)


def gan(k):
    """A step of a discriminator, and one of the generator before it."""
    loss = partial(k.losses.BinaryCrossentropy, from_logits=True)
    critic = _mlp(k, outputs=1)
    critic.compile(optimizer=k.optimizers.Adam(1e-3), loss=loss())
    maker = _mlp(k, outputs=64)
    critic.trainable = False
    both = k.Sequential([k.Input((64,)), maker, critic])
    both.compile(optimizer=k.optimizers.Adam(1e-3), loss=loss())
    critic.trainable = True
    critic.compile(optimizer=k.optimizers.Adam(1e-3), loss=loss())
    real, _ = _batch()
    truth = np.ones((32, 1), "float32")

    def step():
        noise = RNG.normal(size=(32, 64)).astype("float32")
        fake = maker.predict_on_batch(noise)
        critic.train_on_batch(np.concatenate([real, fake]), np.concatenate([truth, 0 * truth]))
        both.train_on_batch(noise, truth)

    for _ in range(10):
        step()
    return _timed(step, 50)


def custom_loop(k, backend):
    """A loop of the engine's own around a model, a loss and an optimizer of Keras."""
    model, (x, y) = _mlp(k), _batch()
    optimizer = k.optimizers.Adam(1e-3)
    loss_fn = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer.build(model.trainable_variables)
    step = {"torch": _torch_step, "jax": _jax_step, "tensorflow": _tensorflow_step}[backend]
    step = step(model, optimizer, loss_fn)
    for _ in range(20):
        step(x, y)
    return _timed(lambda: float(step(x, y)), 200)


def _torch_step(model, optimizer, loss_fn):
    import torch

    weights = model.trainable_variables

    def step(x, y):
        loss = loss_fn(torch.from_numpy(y), model(torch.from_numpy(x), training=True))
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            optimizer.apply([w.value.grad for w in weights], weights)
        return loss.detach()

    return step


def _jax_step(model, optimizer, loss_fn):
    import jax

    def compute(trained, fixed, x, y):
        out, fixed = model.stateless_call(trained, fixed, x, training=True)
        return loss_fn(y, out), fixed

    @jax.jit
    def run(state, x, y):
        trained, fixed, slots = state
        (loss, fixed), grads = jax.value_and_grad(compute, has_aux=True)(trained, fixed, x, y)
        trained, slots = optimizer.stateless_apply(slots, grads, trained)
        return loss, (trained, fixed, slots)

    held = (model.trainable_variables, model.non_trainable_variables, optimizer.variables)
    state = [tuple([v.value for v in variables] for variables in held)]

    def step(x, y):
        loss, state[0] = run(state[0], x, y)
        return loss

    return step


def _tensorflow_step(model, optimizer, loss_fn):
    import tensorflow as tf

    weights = model.trainable_variables

    @tf.function
    def run(x, y):
        with tf.GradientTape() as tape:
            loss = loss_fn(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    return lambda x, y: run(tf.constant(x), tf.constant(y))


# -- Inference -------------------------------------------------------------------------


def predict_rows(k, rows=100_000):
    """`predict` of many rows, in batches of 256."""
    model, x = _mlp(k), RNG.normal(size=(rows, 64)).astype("float32")
    model.predict(x[:512], batch_size=256, verbose=0)
    return _timed(lambda: model.predict(x, batch_size=256, verbose=0), 1)


def generate(k, tokens=64, width=64, heads=4, blocks=2, vocabulary=256):
    """Greedy generation by a small GPT whose keys and values are kept, in a `while_loop`."""
    layers, ops = k.layers, k.ops

    class Block(layers.Layer):
        def __init__(self):
            super().__init__()
            self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
            self.qkv, self.out = layers.Dense(3 * width), layers.Dense(width)
            self.up, self.down = layers.Dense(4 * width, activation="gelu"), layers.Dense(width)

        def build(self, shape):
            for part in (*self.norms, self.qkv, self.out, self.up):
                part.build(shape)
            self.down.build((*shape[:-1], 4 * width))

        def call(self, x, keys, values, i):
            size = (-1, 1, heads, width // heads)
            q, key, value = ops.split(self.qkv(self.norms[0](x)), 3, axis=-1)
            keys = ops.slice_update(keys, (0, i, 0, 0), ops.reshape(key, size))
            values = ops.slice_update(values, (0, i, 0, 0), ops.reshape(value, size))
            scores = ops.einsum("bqhd,bthd->bht", ops.reshape(q, size), keys)
            seen = ops.less_equal(ops.arange(tokens + 1), i)
            weights = ops.softmax(ops.where(seen, scores / (width // heads) ** 0.5, -1e9))
            y = ops.einsum("bht,bthd->bhd", weights, values)
            x = x + self.out(ops.reshape(y, (-1, width)))
            return x + self.down(self.up(self.norms[1](x))), keys, values

    class Gpt(k.Model):
        def __init__(self):
            super().__init__()
            self.words, self.places = (layers.Embedding(n, width) for n in (vocabulary, tokens + 1))
            self.blocks, self.head = [Block() for _ in range(blocks)], layers.Dense(vocabulary)

        def build(self, shape):
            self.words.build()
            self.places.build()
            for part in (*self.blocks, self.head):
                part.build((None, width))
            self.built = True

        def call(self, prompt):
            cache = ops.zeros((2 * blocks, 4, tokens + 1, heads, width // heads))
            caches = [cache[j] for j in range(2 * blocks)]
            start = ops.concatenate([prompt, ops.zeros((4, tokens), "int32")], axis=1)

            def body(i, text, *caches):
                x = self.words(ops.take(text, i, axis=1)) + self.places(i)
                kept = []
                for j, block in enumerate(self.blocks):
                    x, *both = block(x, caches[2 * j], caches[2 * j + 1], i)
                    kept += both
                word = ops.cast(ops.argmax(self.head(x), -1), "int32")
                text = ops.slice_update(text, (0, i + 1), ops.expand_dims(word, 1))
                return (i + 1, text, *kept)

            zero = ops.convert_to_tensor(0, "int32")
            return ops.while_loop(lambda i, *_: i < tokens, body, (zero, start, *caches))[1]

    model, prompt = Gpt(), np.ones((4, 1), "int32")
    model.build((4, 1))
    model.predict_on_batch(prompt)
    return _timed(lambda: model.predict_on_batch(prompt), 5)


# -- Data and files --------------------------------------------------------------------


def augment(k):
    """A batch of 32 images of 64 by 64, flipped, turned and changed in contrast."""
    layers = k.layers
    images = RNG.uniform(0, 255, (32, 64, 64, 3)).astype("float32")
    model = k.Sequential(
        [layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomContrast(0.2)]
    )

    def call():
        return k.ops.convert_to_numpy(model(images, training=True))

    call()
    return _timed(call, 10)


def text(k):
    """A vocabulary of 2,000 lines, and then 2,560 lines as numbers of words."""
    words = [f"word{i}" for i in range(2000)]
    lines = [" ".join(RNG.choice(words, 12)) for _ in range(2560)]
    begin = now()
    layer = k.layers.TextVectorization(max_tokens=1000, output_sequence_length=16)
    layer.adapt(lines[:2000])
    for i in range(0, len(lines), 256):
        k.ops.convert_to_numpy(layer(lines[i : i + 256]))
    return {"seconds": now() - begin}


def load_large(k):
    """A `.keras` file of ``BENCHMARK_MEGABYTES`` of weights, 50 by default."""
    width = 1024
    count = max(1, round(float(os.environ.get("BENCHMARK_MEGABYTES", "50")) / (width**2 * 4e-6)))
    dense = partial(k.layers.Dense, width, kernel_initializer="ones")
    model = k.Sequential([k.Input((width,)), *(dense() for _ in range(count))])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        k.saving.load_model(path)
        return _timed(lambda: k.saving.load_model(path), 1)


PROGRAMS = {
    "on_batch": train_on_batch,
    "one_step_fit": one_step_fit,
    "gan": gan,
    "predict_rows": predict_rows,
    "generate": generate,
    "augment": augment,
    "text": text,
    "load_large": load_large,
}
