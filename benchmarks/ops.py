"""Measure operations: this project's, real Keras's and the engine's own, side by side.

    python benchmarks/ops.py [--backends torch jax numpy tensorflow] [--rows softmax]

Eager calls on small tensors show what a call costs; calls compiled by the engine on larger ones,
the quality of the operation; recurrent layers, whether the engine's kernels are used; the row
`jit`, what this project's `ops.jit` adds to a small compiled call. All of a part take turns of five
milliseconds in one process, for so many seconds a row, and the table shows medians.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from clock import now

RNG = np.random.default_rng(0)


def floats(*shape):
    return RNG.normal(size=shape).astype("float32")


A, B, V, W = floats(8, 8), floats(8, 8), floats(8), np.abs(floats(8, 8)) + 0.1
MASK = A > 0
IDS = np.array([1, 3, 5], "int32")

# Twenty everyday operations: the call and its tensors.
EAGER = {
    "add": (lambda o, a, b: o.add(a, b), (A, B)),
    "multiply": (lambda o, a, b: o.multiply(a, b), (A, B)),
    "divide": (lambda o, a, b: o.divide(a, b), (A, W)),
    "maximum": (lambda o, a, b: o.maximum(a, b), (A, B)),
    "exp": (lambda o, a: o.exp(a), (A,)),
    "sqrt": (lambda o, a: o.sqrt(a), (W,)),
    "tanh": (lambda o, a: o.tanh(a), (A,)),
    "relu": (lambda o, a: o.relu(a), (A,)),
    "softmax": (lambda o, a: o.softmax(a, axis=-1), (A,)),
    "sum": (lambda o, a: o.sum(a, axis=-1), (A,)),
    "mean": (lambda o, a: o.mean(a, axis=-1), (A,)),
    "max": (lambda o, a: o.max(a, axis=-1), (A,)),
    "argmax": (lambda o, a: o.argmax(a, axis=-1), (A,)),
    "matmul": (lambda o, a, b: o.matmul(a, b), (A, B)),
    "reshape": (lambda o, a: o.reshape(a, (4, 16)), (A,)),
    "transpose": (lambda o, a: o.transpose(a, (1, 0)), (A,)),
    "concatenate": (lambda o, a, b: o.concatenate([a, b], axis=0), (A, B)),
    "where": (lambda o, m, a, b: o.where(m, a, b), (MASK, A, B)),
    "take": (lambda o, a, i: o.take(a, i, axis=0), (A, IDS)),
    "equal": (lambda o, a, b: o.equal(a, b), (A, B)),
}


def engine_functions(backend):
    """How the engine takes an array, and its own spelling of each of `EAGER`."""
    if backend == "torch":
        import torch

        return torch.from_numpy, {
            "add": torch.add, "multiply": torch.mul, "divide": torch.div,
            "maximum": torch.maximum, "exp": torch.exp, "sqrt": torch.sqrt, "tanh": torch.tanh,
            "relu": torch.relu, "softmax": lambda a: torch.softmax(a, -1),
            "sum": lambda a: torch.sum(a, -1), "mean": lambda a: torch.mean(a, -1),
            "max": lambda a: torch.amax(a, -1), "argmax": lambda a: torch.argmax(a, -1),
            "matmul": torch.matmul, "reshape": lambda a: torch.reshape(a, (4, 16)),
            "transpose": lambda a: torch.permute(a, (1, 0)),
            "concatenate": lambda a, b: torch.cat([a, b], 0), "where": torch.where,
            "take": lambda a, i: torch.index_select(a, 0, i), "equal": torch.eq,
        }  # fmt: skip
    if backend == "tensorflow":
        import tensorflow as tf

        return tf.convert_to_tensor, {
            "add": tf.add, "multiply": tf.multiply, "divide": tf.divide, "maximum": tf.maximum,
            "exp": tf.exp, "sqrt": tf.sqrt, "tanh": tf.tanh, "relu": tf.nn.relu,
            "softmax": lambda a: tf.nn.softmax(a, -1), "sum": lambda a: tf.reduce_sum(a, -1),
            "mean": lambda a: tf.reduce_mean(a, -1), "max": lambda a: tf.reduce_max(a, -1),
            "argmax": lambda a: tf.argmax(a, -1), "matmul": tf.matmul,
            "reshape": lambda a: tf.reshape(a, (4, 16)),
            "transpose": lambda a: tf.transpose(a, (1, 0)),
            "concatenate": lambda a, b: tf.concat([a, b], 0), "where": tf.where,
            "take": lambda a, i: tf.gather(a, i, axis=0), "equal": tf.equal,
        }  # fmt: skip
    if backend == "jax":
        import jax
        import jax.numpy as xp

        relu, softmax, convert = jax.nn.relu, jax.nn.softmax, xp.asarray
    else:
        xp, convert = np, np.asarray

        def relu(a):
            return np.maximum(a, 0)

        def softmax(a, axis):
            e = np.exp(a - a.max(axis, keepdims=True))
            return e / e.sum(axis, keepdims=True)

    return convert, {
        "add": xp.add, "multiply": xp.multiply, "divide": xp.divide, "maximum": xp.maximum,
        "exp": xp.exp, "sqrt": xp.sqrt, "tanh": xp.tanh, "relu": relu,
        "softmax": lambda a: softmax(a, -1), "sum": lambda a: xp.sum(a, -1),
        "mean": lambda a: xp.mean(a, -1), "max": lambda a: xp.max(a, -1),
        "argmax": lambda a: xp.argmax(a, -1), "matmul": xp.matmul,
        "reshape": lambda a: xp.reshape(a, (4, 16)),
        "transpose": lambda a: xp.transpose(a, (1, 0)),
        "concatenate": lambda a, b: xp.concatenate([a, b], 0), "where": xp.where,
        "take": lambda a, i: xp.take(a, i, axis=0), "equal": xp.equal,
    }  # fmt: skip


@cache
def heavy(backend):
    """Operations whose quality shows when they are compiled: the call and its tensors.

    Tensors of the engine, which both frameworks take: they are given the same ones.
    """
    convert = engine_functions(backend)[0]

    def given(*shape):
        return convert(floats(*shape))

    x, image, square = given(256, 1024), given(16, 32, 32, 16), given(8, 64, 64)
    return {
        "softmax": (lambda o, a: o.softmax(a, axis=-1), (x,)),
        "gelu": (lambda o, a: o.gelu(a), (x,)),
        "layer_norm": (
            lambda o, a, g, b: o.layer_normalization(a, g, b, axis=-1),
            (x, given(1024), given(1024)),
        ),
        "conv2d": (lambda o, a, k: o.conv(a, k, padding="same"), (image, given(3, 3, 16, 32))),
        "attention": (lambda o, a: o.dot_product_attention(a, a, a), (given(8, 128, 4, 32),)),
        "resize": (lambda o, a: o.image.resize(a, (48, 48)), (image,)),
        "top_k": (lambda o, a: o.top_k(a, 10), (x,)),
        "einsum": (lambda o, a, b: o.einsum("bij,bjk->bik", a, b), (square, square)),
    }


@cache
def sequences(backend):
    """What the recurrent layers are called with."""
    return engine_functions(backend)[0](floats(32, 64, 32))


def in_turns(rows, wait, seconds, turn=5e-3):
    """Seconds a call of each in each row: the median of turns in an order of chance.

    Two processes, or two stretches of time, differ by more than what is measured.
    """
    turns = {name: [] for name in rows}
    for name, calls in rows.items():
        for fn in calls:
            wait(fn())
            wait(fn())
            count, spent = 1, 0.0
            while spent < turn:
                count *= 2
                spent = _turn(fn, wait, count) * count
            turns[name].append((fn, max(1, round(count * turn / spent)), []))
    medians = {name: [times for _, _, times in of] for name, of in turns.items()}
    end = now() + seconds * len(rows)
    while now() < end:
        for name in random.sample(list(turns), len(turns)):
            for fn, count, times in random.sample(turns[name], len(turns[name])):
                times.append(_turn(fn, wait, count))
    return {name: [statistics.median(times) for times in of] for name, of in medians.items()}


def _turn(fn, wait, count):
    begin = now()
    for _ in range(count):
        y = fn()
    wait(y)
    return (now() - begin) / count


def waiter(backend):
    if backend == "jax":
        import jax

        return jax.block_until_ready
    if backend == "tensorflow":
        return lambda y: [t.numpy() for t in (y if isinstance(y, (tuple, list)) else [y])]
    return lambda y: None


def framework(implementation):
    if implementation == "core":
        import keras_core

        return keras_core
    import keras

    return keras


def engine_jit(backend):
    if backend == "jax":
        import jax

        return jax.jit
    import tensorflow as tf

    return tf.function


def eager_calls(implementation, backend):
    """The everyday operations, by name; ``"hand"`` is the engine's own functions."""
    if implementation == "hand":
        convert, functions = engine_functions(backend)
    else:
        k = framework(implementation)
        convert = k.ops.convert_to_tensor
    for name, (call, tensors) in EAGER.items():
        values = [convert(t) for t in tensors]
        if implementation == "hand":
            yield name, partial(functions[name], *values)
        else:
            yield name, partial(call, k.ops, *values)


def jitted_calls(implementation, backend):
    """The operations under the engine's own compiler: Keras has no other."""
    k = framework(implementation)
    jit = engine_jit(backend) if backend not in ("torch", "numpy") else None
    if jit:
        for name, (call, values) in heavy(backend).items():
            yield name, partial(jit(lambda *a, c=call: c(k.ops, *a)), *values)
    x = sequences(backend)
    for name in ("LSTM", "GRU"):
        layer = getattr(k.layers, name)(128, return_sequences=True)
        layer(x)
        yield name.lower(), partial(jit(lambda a, f=layer: f(a)) if jit else layer, x)
    if jit:  # what `ops.jit` adds to a call
        add = k.ops.jit(k.ops.add) if implementation == "core" else jit(k.ops.add)
        convert = engine_functions(backend)[0]
        yield "jit", partial(add, convert(A), convert(B))


PARTS = {
    "eager": (eager_calls, ("core", "keras", "hand")),
    "jitted": (jitted_calls, ("core", "keras")),
}


def measure(part, backend, names, seconds):
    calls_of, implementations = PARTS[part]
    calls = [dict(calls_of(i, backend)) for i in implementations]
    chosen = [name for name in calls[0] if not names or name in names]
    rows = {name: [of[name] for of in calls] for name in chosen}
    for name, times in in_turns(rows, waiter(backend), seconds).items():
        yield name, dict(zip(implementations, times, strict=True))


def show(seconds):
    if seconds is None:
        return "-"
    return f"{seconds * 1e6:.2f}" if seconds < 1e-4 else f"{seconds * 1e6:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", nargs="+", default=["torch", "jax", "numpy", "tensorflow"])
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--rows", nargs="+", help="the operations; by default all")
    parser.add_argument("--seconds", type=float, default=5, help="a row")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        part, backend = arguments.measure
        for name, times in measure(part, backend, arguments.rows, arguments.seconds):
            print(_row(backend, part, name, times), flush=True)
        return
    print("| backend | part | operation | keras_core (µs) | Keras (µs) | engine (µs) | over the "
          "engine (µs) | times Keras |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for backend in arguments.backends:
        for part in arguments.parts:
            env = {**os.environ, "KERAS_BACKEND": backend}
            command = [sys.executable, str(Path(__file__)), "--measure", part, backend]
            command += ["--seconds", str(arguments.seconds)]
            command += ["--rows", *arguments.rows] if arguments.rows else []
            subprocess.run(command, env=env, check=True)


def _row(backend, part, name, times):
    core, keras, hand = (times.get(i) for i in ("core", "keras", "hand"))
    over = "-" if hand is None else f"{(core - hand) * 1e6:.2f}"
    return (
        f"| {backend} | {part} | {name} | {show(core)} | {show(keras)} | {show(hand)} | {over} | "
        f"{keras / core:.2f} |"
    )


if __name__ == "__main__":
    main()
