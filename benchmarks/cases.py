"""What is measured, for one implementation in one process.

    python cases.py IMPLEMENTATION BACKEND CASE

The implementation is ``core`` (this project), ``keras`` (the real one) or ``hand`` (a loop
written in the engine). Prints one JSON object: seconds, or steps a second.
"""

import json
import os
import resource
import sys
from itertools import pairwise

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from clock import now
from programs import PROGRAMS, custom_loop, first_step

RNG = np.random.default_rng(0)


def framework(implementation):
    if implementation == "core":
        import keras_core

        return keras_core
    import keras

    return keras


# -- Models ----------------------------------------------------------------------------


def mlp(k):
    layers = k.layers
    return k.Sequential(
        [
            k.Input((64,)),
            layers.Dense(64, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


def cnn(k):
    layers = k.layers
    return k.Sequential(
        [
            k.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def lstm(k):
    layers = k.layers
    return k.Sequential([k.Input((50, 16)), layers.LSTM(64), layers.Dense(10)])


def transformer(k):
    layers = k.layers
    x = inputs = k.Input((32, 64))
    for _ in range(2):
        y = layers.MultiHeadAttention(4, 16)(x, x)
        x = layers.LayerNormalization()(layers.Add()([x, y]))
        y = layers.Dense(64)(layers.Dense(128, activation="relu")(x))
        x = layers.LayerNormalization()(layers.Add()([x, y]))
    outputs = layers.Dense(10)(layers.GlobalAveragePooling1D()(x))
    return k.Model(inputs, outputs)


def resnet(k, blocks=(3, 4, 6, 3)):
    layers = k.layers

    def unit(x, filters, stride):
        shortcut = x
        if stride > 1 or x.shape[-1] != 4 * filters:
            shortcut = layers.Conv2D(4 * filters, 1, strides=stride)(x)
            shortcut = layers.BatchNormalization()(shortcut)
        for width, window, step in ((filters, 1, stride), (filters, 3, 1)):
            x = layers.Conv2D(width, window, strides=step, padding="same")(x)
            x = layers.Activation("relu")(layers.BatchNormalization()(x))
        x = layers.BatchNormalization()(layers.Conv2D(4 * filters, 1)(x))
        return layers.Activation("relu")(layers.Add()([shortcut, x]))

    inputs = k.Input((64, 64, 3))
    x = layers.Conv2D(64, 7, strides=2, padding="same")(inputs)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    for i, n in enumerate(blocks):
        for j in range(n):
            x = unit(x, 64 * 2**i, 2 if j == 0 and i else 1)
    return k.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


FIT = {
    "mlp": (mlp, (64,), 32, 300),
    "cnn": (cnn, (28, 28, 1), 128, 12),
    "lstm": (lstm, (50, 16), 32, 40),
    "transformer": (transformer, (32, 64), 32, 40),
}


def data(shape, n):
    return (
        RNG.normal(size=(n, *shape)).astype("float32"),
        RNG.integers(0, 10, n).astype("int32"),
    )


def fit(k, name, **options):
    build, shape, batch, steps = FIT[name]
    model = build(k)
    model.compile(
        optimizer=k.optimizers.Adam(1e-3),
        loss=k.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **options,
    )
    x, y = data(shape, batch * steps)
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)  # compiles
    begin = now()
    model.fit(x, y, batch_size=batch, epochs=2, verbose=0)
    return {"steps_per_second": 2 * steps / (now() - begin)}


def predict(k):
    model = mlp(k)
    row = RNG.normal(size=(1, 64)).astype("float32")
    for _ in range(5):
        model.predict(row, verbose=0)
    begin = now()
    for _ in range(200):
        model.predict(row, verbose=0)
    return {"seconds": (now() - begin) / 200}


def call(k):
    model = mlp(k)
    x = k.ops.convert_to_tensor(RNG.normal(size=(1, 64)).astype("float32"))
    for _ in range(20):
        model(x)
    begin = now()
    for _ in range(500):
        y = model(x)
    k.ops.convert_to_numpy(y)
    return {"seconds": (now() - begin) / 500}


def build(k):
    begin = now()
    model = resnet(k)
    return {"seconds": now() - begin, "variables": len(model.variables)}


def save(k):
    import tempfile

    model = resnet(k)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        begin = now()
        model.save(path)
        return {"seconds": now() - begin}


def load(k):
    """A whole model, the second time: the first one imports what the reader needs."""
    import tempfile

    model = resnet(k)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        model.save(path)
        k.saving.load_model(path)
        begin = now()
        k.saving.load_model(path)
        return {"seconds": now() - begin}


def read(k, suffix):
    """Weights into a model that is there, out of a file of a kind."""
    import tempfile

    model = resnet(k)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, f"model{suffix}")
        (model.save if suffix == ".keras" else model.save_weights)(path)
        model.load_weights(path)
        begin = now()
        model.load_weights(path)
        return {"seconds": now() - begin}


# -- The same by hand ------------------------------------------------------------------


def hand_torch(name, jit=False, steps=None):
    import torch
    from torch import nn

    class Lstm(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.head = nn.LSTM(16, 64, batch_first=True), nn.Linear(64, 10)

        def forward(self, x):
            return self.head(self.rnn(x)[1][0][0])

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(64, 4, batch_first=True)
            self.norms = nn.ModuleList([nn.LayerNorm(64), nn.LayerNorm(64)])
            self.dense = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 64))

        def forward(self, x):
            x = self.norms[0](x + self.attention(x, x, x, need_weights=False)[0])
            return self.norms[1](x + self.dense(x))

    class Transformer(nn.Module):
        def __init__(self):
            super().__init__()
            self.blocks, self.head = nn.Sequential(Block(), Block()), nn.Linear(64, 10)

        def forward(self, x):
            return self.head(self.blocks(x).mean(1))

    models = {
        "mlp": lambda: nn.Sequential(
            nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)
        ),
        "cnn": lambda: nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(),
            nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 10),
        ),
        "lstm": Lstm,
        "transformer": Transformer,
    }  # fmt: skip
    _, shape, batch, usual = FIT[name]
    steps = steps or usual
    begin = now()
    model = models[name]()
    if jit:
        model = torch.compile(model)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    loss_fn = nn.CrossEntropyLoss()
    x, y = data(shape, batch * steps)
    x, y = torch.from_numpy(x), torch.from_numpy(y.astype("int64"))
    if name == "cnn":
        x = x.permute(0, 3, 1, 2).contiguous()

    def epoch():
        order = torch.randperm(len(x))
        total, hits = torch.zeros(()), torch.zeros(())
        for i in range(steps):
            rows = order[i * batch : (i + 1) * batch]
            xb, yb = x[rows], y[rows]
            out = model(xb)
            loss = loss_fn(out, yb)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                total += loss
                hits += (out.argmax(-1) == yb).sum()
        return float(total), float(hits)

    epoch()
    first = now() - begin
    begin = now()
    epoch()
    epoch()
    return {"steps_per_second": 2 * steps / (now() - begin), "first": first}


def glorot(*shape):
    fan_in, fan_out = int(np.prod(shape[:-1])), shape[-1]
    return (RNG.normal(size=shape) * np.sqrt(2 / (fan_in + fan_out))).astype("float32")


def zeros(*shape):
    return np.zeros(shape, "float32")


def ones(*shape):
    return np.ones(shape, "float32")


def weights(name):
    """The weights of the models above, in the order in which the functions below take them."""
    if name == "mlp":
        sizes = [64, 64, 64, 10]
        return [w for a, b in pairwise(sizes) for w in (glorot(a, b), zeros(b))]
    if name == "cnn":
        return [
            glorot(3, 3, 1, 32), zeros(32), glorot(3, 3, 32, 64), zeros(64), glorot(1600, 10),
            zeros(10),
        ]  # fmt: skip
    if name == "lstm":
        return [glorot(16, 256), glorot(64, 256), zeros(256), glorot(64, 10), zeros(10)]
    block = [((64, 64), (64,))] * 4
    block += [((64,), (64,)), ((64, 128), (128,)), ((128, 64), (64,)), ((64,), (64,))]
    made = [
        w
        for kernel, bias in block * 2
        for w in (glorot(*kernel) if len(kernel) > 1 else ones(*kernel), zeros(*bias))
    ]
    return [*made, glorot(64, 10), zeros(10)]


def hand_jax(name, jit=False, steps=None):
    import jax
    import jax.numpy as jnp

    def mlp(ws, x):
        for i in range(0, 4, 2):
            x = jax.nn.relu(x @ ws[i] + ws[i + 1])
        return x @ ws[4] + ws[5]

    def pool(x):
        return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    def cnn(ws, x):
        for i in (0, 2):
            x = jax.lax.conv_general_dilated(
                x, ws[i], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
            x = pool(jax.nn.relu(x + ws[i + 1]))
        return x.reshape(len(x), -1) @ ws[4] + ws[5]

    def lstm(ws, x):
        def step(state, x_t):
            h, c = state
            i, f, g, o = jnp.split(x_t + h @ ws[1], 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), None

        start = jnp.zeros((x.shape[0], 64))
        (h, _), _ = jax.lax.scan(step, (start, start), (x @ ws[0] + ws[2]).swapaxes(0, 1))
        return h @ ws[3] + ws[4]

    def norm(x, scale, offset):
        mean = x.mean(-1, keepdims=True)
        spread = jax.lax.rsqrt(jnp.square(x - mean).mean(-1, keepdims=True) + 1e-3)
        return (x - mean) * spread * scale + offset

    def transformer(ws, x):
        for b in (ws[:16], ws[16:32]):
            q, k, v = ((x @ b[i] + b[i + 1]).reshape(*x.shape[:2], 4, 16) for i in (0, 2, 4))
            y = jax.nn.dot_product_attention(q, k, v).reshape(x.shape)
            x = norm(x + y @ b[6] + b[7], b[8], b[9])
            y = jax.nn.relu(x @ b[10] + b[11]) @ b[12] + b[13]
            x = norm(x + y, b[14], b[15])
        return x.mean(1) @ ws[32] + ws[33]

    forward = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "transformer": transformer}[name]
    _, shape, batch, usual = FIT[name]
    steps = steps or usual
    begin = now()
    x, y = data(shape, batch * steps)
    params = [jnp.asarray(w) for w in weights(name)]
    start = jax.tree_util.tree_map(jnp.zeros_like, params)

    def loss_fn(params, x, y):
        out = forward(params, x)
        logs = jax.nn.log_softmax(out)
        return -jnp.mean(jnp.take_along_axis(logs, y[:, None], 1)), out

    @jax.jit
    def step(params, m, v, t, total, hits, x, y):
        (loss, out), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, x, y)
        t = t + 1
        m = jax.tree_util.tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
        v = jax.tree_util.tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, grads)
        rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        params = jax.tree_util.tree_map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v
        )
        return params, m, v, t, total + loss, hits + jnp.sum(out.argmax(-1) == y)

    state = (params, start, start, jnp.zeros(()), jnp.zeros(()), jnp.zeros((), "int32"))

    def epoch(state):
        order = RNG.permutation(len(x))
        for i in range(steps):
            rows = order[i * batch : (i + 1) * batch]
            state = step(*state, x[rows], y[rows])
        jax.block_until_ready(state)
        return state

    state = epoch(state)
    first = now() - begin
    begin = now()
    state = epoch(epoch(state))
    return {"steps_per_second": 2 * steps / (now() - begin), "first": first}


def hand_tensorflow(name, jit=False, steps=None):
    import tensorflow as tf

    def mlp(ws, x):
        for i in range(0, 4, 2):
            x = tf.nn.relu(x @ ws[i] + ws[i + 1])
        return x @ ws[4] + ws[5]

    def cnn(ws, x):
        for i in (0, 2):
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, ws[i], 1, "VALID"), ws[i + 1]))
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.reshape(x, (-1, 1600)) @ ws[4] + ws[5]

    def lstm(ws, x):
        parts = tf.TensorArray(tf.float32, 50).unstack(
            tf.transpose(tf.tensordot(x, ws[0], 1) + ws[2], (1, 0, 2))
        )
        h = c = tf.zeros((tf.shape(x)[0], 64))
        for t in tf.range(50):
            i, f, g, o = tf.split(parts.read(t) + h @ ws[1], 4, -1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
        return h @ ws[3] + ws[4]

    def norm(x, scale, offset):
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, offset, scale, 1e-3)

    def product(x, w, b):
        return tf.tensordot(x, w, 1) + b

    def transformer(ws, x):
        for b in (ws[:16], ws[16:32]):
            q, k, v = (
                tf.transpose(tf.reshape(product(x, b[i], b[i + 1]), (-1, 32, 4, 16)), (0, 2, 1, 3))
                for i in (0, 2, 4)
            )
            y = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / 4.0) @ v
            y = tf.reshape(tf.transpose(y, (0, 2, 1, 3)), (-1, 32, 64))
            x = norm(x + product(y, b[6], b[7]), b[8], b[9])
            y = product(tf.nn.relu(product(x, b[10], b[11])), b[12], b[13])
            x = norm(x + y, b[14], b[15])
        return tf.reduce_mean(x, 1) @ ws[32] + ws[33]

    forward = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "transformer": transformer}[name]
    _, shape, batch, usual = FIT[name]
    steps = steps or usual
    begin = now()
    x, y = data(shape, batch * steps)
    ws = [tf.Variable(w) for w in weights(name)]
    ms = [tf.Variable(tf.zeros_like(w)) for w in ws]
    vs = [tf.Variable(tf.zeros_like(w)) for w in ws]
    t, total, hits = tf.Variable(0.0), tf.Variable(0.0), tf.Variable(0.0)

    @tf.function(jit_compile=jit)
    def step(xb, yb):
        with tf.GradientTape() as tape:
            out = forward(ws, xb)
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=yb, logits=out)
            )
        grads = tape.gradient(loss, ws)
        t.assign_add(1.0)
        rate = 1e-3 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        for w, g, m, v in zip(ws, grads, ms, vs, strict=True):
            m.assign_add((g - m) * 0.1)
            v.assign_add((g * g - v) * 0.001)
            w.assign_sub(rate * m / (tf.sqrt(v) + 1e-7))
        total.assign_add(loss)
        hits.assign_add(
            tf.reduce_sum(tf.cast(tf.argmax(out, -1, output_type=yb.dtype) == yb, "float32"))
        )

    def epoch():
        order = RNG.permutation(len(x))
        for i in range(steps):
            rows = order[i * batch : (i + 1) * batch]
            step(tf.constant(x[rows]), tf.constant(y[rows]))

    epoch()
    first = now() - begin
    begin = now()
    epoch()
    epoch()
    return {"steps_per_second": 2 * steps / (now() - begin), "first": first}


def main(implementation, backend, case):
    if case == "import":
        begin = now()
        if implementation == "hand":
            __import__(backend)
        else:
            framework(implementation)
        seconds = now() - begin
        engines = {"jax", "torch", "tensorflow", "openvino"} - {backend}
        heavy = {"pandas", "sklearn"} | engines
        return {"seconds": seconds, "imports": sorted(heavy & set(sys.modules))}
    name, _, kind = case.partition("_")
    if implementation == "hand":
        return by_hand(backend, case, name, kind)
    if name in FIT and kind == "first":
        __import__(backend)
        return first_step(lambda: framework(implementation), *FIT[name][:2])
    k = framework(implementation)
    if case in FIT:
        return fit(k, case)
    if name in FIT and kind == "jit":
        return fit(k, name, jit_compile=True)
    if case == "custom_loop":
        return custom_loop(k, backend)
    if case in PROGRAMS:
        return PROGRAMS[case](k)
    if case in ("read_keras", "read_h5"):
        return read(k, ".keras" if case == "read_keras" else ".weights.h5")
    cases = {"predict": predict, "call": call, "build": build, "save": save, "load": load}
    return cases[case](k)


def by_hand(backend, case, name, kind):
    """What stands for a case in the engine alone; nothing where there is no such thing."""
    hands = {"torch": hand_torch, "jax": hand_jax, "tensorflow": hand_tensorflow}
    if case in FIT:
        return hands[backend](case)
    if name in FIT and kind == "jit":
        return hands[backend](name, jit=True)
    if name in FIT and kind == "first":
        return {"seconds": hands[backend](name, steps=1)["first"]}
    if case in ("on_batch", "one_step_fit", "custom_loop"):  # a step of the loop
        return {"seconds": 1 / hands[backend]("mlp")["steps_per_second"]}
    if case == "call" and backend == "torch":
        return call_by_hand()
    return {}


def call_by_hand():
    import torch
    from torch import nn

    parts = [nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)]
    model, x = nn.Sequential(*parts), torch.randn(1, 64)
    for _ in range(20):
        model(x)
    begin = now()
    for _ in range(500):
        model(x)
    return {"seconds": (now() - begin) / 500}


if __name__ == "__main__":
    measured = main(*sys.argv[1:4])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**measured, "megabytes": peak}))
