"""A small GPT that learns from Python's own documentation, on one device or on several.

    KERAS_BACKEND=torch python examples/gpt.py
    KERAS_BACKEND=torch keras-core launch --processes 2 examples/gpt.py --spread data
    KERAS_BACKEND=torch keras-core launch --processes 2 examples/gpt.py --spread model
    XLA_FLAGS=--xla_force_host_platform_device_count=4 KERAS_BACKEND=jax \\
        python examples/gpt.py --spread model --model-parts 2

The text is what `help()` shows of modules of the standard library, read character by character.
Only `spread_over` knows of devices: the model, the data and the training are the same for all.
"""

import argparse
import importlib
import os
import pydoc

import numpy as np

import keras_core as keras
from keras_core import distribution, layers, ops

MODULES = "argparse collections contextlib dataclasses functools itertools json pathlib re string"


def text_of_python(modules):
    """The documentation of modules, as one string of printable characters."""
    plain = pydoc.plaintext
    texts = [plain.document(importlib.import_module(name)) for name in modules.split()]
    return "".join(c for c in "\n\n".join(texts) if " " <= c <= "~" or c == "\n")


def spread_over(how, parts):
    """What spreads the model: its batches, or its weights too. None for one device."""
    if how == "none":
        return None
    if how == "data":
        return distribution.DataParallel()
    devices = distribution.list_devices()
    mesh = distribution.DeviceMesh((len(devices) // parts, parts), ["batch", "model"], devices)
    layouts = distribution.LayoutMap(mesh)
    # Each device has some of the heads and some of the units of the inner layer.
    layouts[".*/(query|key|value)/kernel"] = (None, "model")
    layouts[".*/(query|key|value)/bias"] = ("model",)
    layouts[".*/attention_output/kernel"] = ("model", None)
    layouts[".*/wide/kernel"] = (None, "model")
    layouts[".*/wide/bias"] = ("model",)
    layouts[".*/narrow/kernel"] = ("model", None)
    return distribution.ModelParallel(layout_map=layouts)


class Block(layers.Layer):
    """Attention to what came before, and a network for each position.

    Args:
        width: Size of the vectors.
        heads: Number of heads; their sizes add up to the width.
        **kwargs: Arguments of every layer.
    """

    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.width, self.heads = width, heads
        self.before_attention = layers.LayerNormalization(name="before_attention")
        self.before_network = layers.LayerNormalization(name="before_network")
        self.query, self.key, self.value = (
            layers.Dense(width, name=name) for name in ("query", "key", "value")
        )
        self.attention_output = layers.Dense(width, name="attention_output")
        self.wide = layers.Dense(4 * width, "gelu", name="wide")
        self.narrow = layers.Dense(width, name="narrow")

    def build(self, input_shape):
        for layer in (self.before_attention, self.before_network, self.wide):
            layer.build(input_shape)
        for layer in (self.query, self.key, self.value, self.attention_output):
            layer.build(input_shape)
        self.narrow.build((*input_shape[:-1], 4 * self.width))

    def call(self, x):
        size = self.width // self.heads
        split = (-1, x.shape[1], self.heads, size)
        y = self.before_attention(x)
        query, key, value = (ops.reshape(f(y), split) for f in (self.query, self.key, self.value))
        y = ops.dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attention_output(ops.reshape(y, (-1, x.shape[1], self.width)))
        return x + self.narrow(self.wide(self.before_network(x)))


def gpt(characters, length, width, heads, blocks):
    """A model that gives, at each position, scores of the next character."""
    inputs = keras.Input((length,), dtype="int32")
    place = layers.Embedding(length, width, name="place")(ops.arange(length, dtype="int32"))
    x = layers.Embedding(characters, width, name="character")(inputs) + place
    for i in range(blocks):
        x = Block(width, heads, name=f"block_{i}")(x)
    x = layers.LayerNormalization(name="last")(x)
    return keras.Model(inputs, layers.Dense(characters, name="scores")(x), name="gpt")


def continued(model, start, characters, length, count):
    """A text, continued by the character that is most probable each time."""
    numbers = [characters.index(c) for c in start]
    for _ in range(count):
        seen = numbers[-length:]
        row = np.array([seen + [0] * (length - len(seen))], "int32")
        numbers.append(int(model.predict(row, verbose=0)[0, len(seen) - 1].argmax()))
    return "".join(characters[i] for i in numbers)


def main(
    spread="none", model_parts=2, length=64, width=64, heads=4, blocks=2, steps=200, batch_size=32,
    modules=MODULES, connects=True,
):  # fmt: skip
    """Train, and write something; returns the losses of the epochs and the text."""
    if connects and "KERAS_DISTRIBUTION_PROCESS_ID" in os.environ:
        distribution.initialize()
    keras.utils.set_random_seed(0)
    distribution.set_distribution(spread_over(spread, model_parts))
    text = text_of_python(modules)
    characters = sorted(set(text))
    numbers = np.array([characters.index(c) for c in text], "int32")
    starts = np.random.default_rng(0).integers(0, len(text) - length - 1, steps * batch_size)
    windows = numbers[starts[:, None] + np.arange(length + 1)]

    model = gpt(len(characters), length, width, heads, blocks)
    model.compile(
        keras.optimizers.AdamW(3e-3),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    verbose = 2 if steps > 20 else 0
    history = model.fit(
        windows[:, :-1], windows[:, 1:], batch_size=batch_size, epochs=2, verbose=verbose
    )
    written = continued(model, "def ", characters, length, 20)
    distribution.set_distribution(None)
    return history.history["loss"], written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--spread", choices=("none", "data", "model"), default="none")
    parser.add_argument("--model-parts", type=int, default=2)
    parser.add_argument("--steps", type=int, default=200)
    options = parser.parse_args()
    losses, text = main(options.spread, options.model_parts, steps=options.steps)
    if os.environ.get("KERAS_DISTRIBUTION_PROCESS_ID", "0") == "0":
        print("losses:", ", ".join(f"{loss:.4f}" for loss in losses))
        print(text)
