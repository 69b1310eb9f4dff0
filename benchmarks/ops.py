"""Measure operations: this project's, real Keras's and the engine's own, side by side.

    python benchmarks/ops.py [--backends torch jax numpy tensorflow] [--rounds 5]

Eager calls on small tensors show what a call costs; calls compiled by the engine on larger ones,
the quality of the operation; recurrent layers, whether the engine's kernels are used; the row
`jit`, what this project's `ops.jit` adds to a small compiled call. Eager, each implementation is a
process of its own; jitted, this project and real Keras share one, for as many seconds a row as
there are rounds. They take turns, and the table shows medians.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

RNG = np.random.default_rng(0)


def floats(*shape):
    return RNG.normal(size=shape).astype("float32")


A, B, V, W = floats(8, 8), floats(8, 8), floats(8), np.abs(floats(8, 8)) + 0.1
MASK = A > 0
IDS = np.array([1, 3, 5], "int32")

# Twenty everyday operations: the call, its tensors, and the engine's own function.
EAGER = {
    "add": (lambda o, a, b: o.add(a, b), (A, B), "add"),
    "multiply": (lambda o, a, b: o.multiply(a, b), (A, B), "multiply"),
    "divide": (lambda o, a, b: o.divide(a, b), (A, W), "divide"),
    "maximum": (lambda o, a, b: o.maximum(a, b), (A, B), "maximum"),
    "exp": (lambda o, a: o.exp(a), (A,), "exp"),
    "sqrt": (lambda o, a: o.sqrt(a), (W,), "sqrt"),
    "tanh": (lambda o, a: o.tanh(a), (A,), "tanh"),
    "relu": (lambda o, a: o.relu(a), (A,), "relu"),
    "softmax": (lambda o, a: o.softmax(a, axis=-1), (A,), "softmax"),
    "sum": (lambda o, a: o.sum(a, axis=-1), (A,), "sum"),
    "mean": (lambda o, a: o.mean(a, axis=-1), (A,), "mean"),
    "max": (lambda o, a: o.max(a, axis=-1), (A,), "max"),
    "argmax": (lambda o, a: o.argmax(a, axis=-1), (A,), "argmax"),
    "matmul": (lambda o, a, b: o.matmul(a, b), (A, B), "matmul"),
    "reshape": (lambda o, a: o.reshape(a, (4, 16)), (A,), "reshape"),
    "transpose": (lambda o, a: o.transpose(a, (1, 0)), (A,), "transpose"),
    "concatenate": (lambda o, a, b: o.concatenate([a, b], axis=0), (A, B), "concatenate"),
    "where": (lambda o, m, a, b: o.where(m, a, b), (MASK, A, B), "where"),
    "take": (lambda o, a, i: o.take(a, i, axis=0), (A, IDS), "take"),
    "equal": (lambda o, a, b: o.equal(a, b), (A, B), "equal"),
}


def engine_functions(backend):
    """The engine's own spelling of each of `EAGER`, on its tensors."""
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


def heavy():
    """Operations whose quality shows when they are compiled."""
    x, image = floats(256, 1024), floats(16, 32, 32, 16)
    q = floats(8, 128, 4, 32)
    return {
        "softmax": (lambda o, a: o.softmax(a, axis=-1), (x,)),
        "gelu": (lambda o, a: o.gelu(a), (x,)),
        "layer_norm": (
            lambda o, a, g, b: o.layer_normalization(a, g, b, axis=-1),
            (x, floats(1024), floats(1024)),
        ),
        "conv2d": (lambda o, a, k: o.conv(a, k, padding="same"), (image, floats(3, 3, 16, 32))),
        "attention": (lambda o, a: o.dot_product_attention(a, a, a), (q,)),
        "resize": (lambda o, a: o.image.resize(a, (48, 48)), (image,)),
        "top_k": (lambda o, a: o.top_k(a, 10), (x,)),
        "einsum": (lambda o, a, b: o.einsum("bij,bjk->bik", a, b), (floats(8, 64, 64),) * 2),
    }


def clock(fn, wait, least=0.1):
    """Seconds a call, over enough calls to last ``least`` seconds; the best of five."""
    fn()
    count, spent = 1, 0.0
    while True:
        begin = time.perf_counter()
        for _ in range(count):
            y = fn()
        wait(y)
        spent = time.perf_counter() - begin
        if spent > least / 5:
            break
        count *= 4
    times = [spent / count]
    for _ in range(4):
        begin = time.perf_counter()
        for _ in range(count):
            y = fn()
        wait(y)
        times.append((time.perf_counter() - begin) / count)
    return min(times)


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


def measure_eager(implementation, backend):
    wait, out = waiter(backend), {}
    if implementation == "hand":
        convert, functions = engine_functions(backend)
        for name, (_, tensors, own) in EAGER.items():
            values = [convert(t) for t in tensors]
            out[name] = clock(lambda f=functions[own], v=values: f(*v), wait)
        return out
    k = framework(implementation)
    for name, (call, tensors, _) in EAGER.items():
        values = [k.ops.convert_to_tensor(t) for t in tensors]
        out[name] = clock(lambda c=call, v=values: c(k.ops, *v), wait)
    return out


def compiled_calls(implementation, backend, given):
    """The operations under the engine's own compiler: Keras has no other."""
    k = framework(implementation)
    jit = engine_jit(backend) if backend not in ("torch", "numpy") else None
    if jit:
        for name, (call, _) in heavy().items():
            run = jit(lambda *a, c=call: c(k.ops, *a))
            yield name, lambda f=run, v=given[name]: f(*v)
    (x,) = given["recurrent"]
    for name in ("LSTM", "GRU"):
        layer = getattr(k.layers, name)(128, return_sequences=True)
        layer(x)
        run = jit(lambda a, f=layer: f(a)) if jit else layer
        yield name.lower(), lambda f=run: f(x)
    if jit:  # what `ops.jit` adds to a call
        add = k.ops.jit(k.ops.add) if implementation == "core" else jit(k.ops.add)
        yield "jit", lambda: add(*given["jit"])


def measure_jitted(backend, rounds):
    """Both frameworks in one process, call by call in an order of chance.

    Two processes, or two stretches of time, differ by more than what is measured.
    """
    wait = waiter(backend)
    convert = engine_functions(backend)[0]
    tensors = {name: of for name, (_, of) in heavy().items()}
    tensors |= {"recurrent": (floats(32, 64, 32),), "jit": (A, B)}
    given = {name: [convert(t) for t in of] for name, of in tensors.items()}
    calls = [compiled_calls(i, backend, given) for i in ("core", "keras")]
    out = {"core": {}, "keras": {}}
    for (name, core), (_, keras) in zip(*calls, strict=True):
        turns = [(core, []), (keras, [])]
        for fn, _ in turns * 2:
            wait(fn())
        end = time.perf_counter() + rounds
        while time.perf_counter() < end:
            random.shuffle(turns)
            for fn, times in turns:
                begin = time.perf_counter()
                wait(fn())
                times.append(time.perf_counter() - begin)
        times = dict(turns)
        for implementation, fn in (("core", core), ("keras", keras)):
            out[implementation][name] = statistics.median(times[fn])
    return out


def show(seconds):
    if seconds is None:
        return "-"
    return f"{seconds * 1e6:.2f}" if seconds < 1e-4 else f"{seconds * 1e6:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", nargs="+", default=["torch", "jax", "numpy", "tensorflow"])
    parser.add_argument("--parts", nargs="+", default=["eager", "jitted"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        implementation, backend = arguments.measure
        if implementation == "both":
            print(json.dumps(measure_jitted(backend, arguments.rounds)))
        else:
            print(json.dumps(measure_eager(implementation, backend)))
        return
    print("| backend | part | operation | keras_core (µs) | Keras (µs) | engine (µs) | over the "
          "engine (µs) | times Keras |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    for backend in arguments.backends:
        for part in arguments.parts:
            runs = {"core": [], "keras": [], "hand": []}
            if part == "jitted":
                both = _measured("both", backend, arguments.rounds)
                runs.update({implementation: [times] for implementation, times in both.items()})
            else:
                for _ in range(arguments.rounds):
                    for implementation, held in runs.items():
                        held.append(_measured(implementation, backend))
            for name in runs["core"][0]:
                core, keras, hand = (
                    statistics.median(values) if values else None
                    for values in ([r[name] for r in runs[i] if name in r] for i in runs)
                )
                over = "-" if hand is None else f"{(core - hand) * 1e6:.2f}"
                times = "-" if keras is None else f"{keras / core:.2f}"
                print(
                    f"| {backend} | {part} | {name} | {show(core)} | {show(keras)} | "
                    f"{show(hand)} | {over} | {times} |",
                    flush=True,
                )


def _measured(implementation, backend, rounds=1):
    env = {**os.environ, "KERAS_BACKEND": backend}
    command = [sys.executable, str(Path(__file__)), "--measure", implementation, backend]
    command += ["--rounds", str(rounds)]
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        print(done.stderr.strip()[-500:], file=sys.stderr)
        return {}
    return json.loads(done.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    main()
