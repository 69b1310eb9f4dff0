"""Models in which masks travel through random chains of layers; the same for both packages."""

import random

import numpy as np

STEPS, FEATURES = 5, 4
MERGES = ("Maximum", "Minimum", "Multiply", "Add", "Average")


def chain(keras, draw, x, depth):
    """A tensor with steps behind so many random layers; the choice does not ask the package."""
    layers = keras.layers
    before = x
    for _ in range(depth):
        kind = draw.randrange(15)
        if kind == 0:
            cell = draw.choice(["LSTM", "GRU", "SimpleRNN"])
            back = draw.random() < 0.5
            y = getattr(layers, cell)(FEATURES, return_sequences=True, go_backwards=back)(x)
        elif kind == 1:
            merge = draw.choice(["sum", "ave", "mul"])
            inner = layers.GRU(FEATURES, return_sequences=True)
            y = layers.Bidirectional(inner, merge_mode=merge)(x)
        elif kind == 2:
            y = layers.TimeDistributed(layers.Dense(FEATURES, "tanh"))(x)
        elif kind == 3:
            y = layers.MultiHeadAttention(2, 3)(x, draw.choice([x, before]))
        elif kind == 4:
            y = layers.GroupQueryAttention(3, 2, 1)(x, x, use_causal_mask=draw.random() < 0.5)
        elif kind == 5:
            y = layers.Attention()([x, draw.choice([x, before])])
        elif kind == 6:
            y = getattr(layers, draw.choice(MERGES))()([x, before])
        elif kind == 7:
            y = x + before
        elif kind == 8:
            y = layers.Dense(FEATURES)(layers.Concatenate(axis=-1)([before, x]))
        elif kind == 9:
            y = layers.LayerNormalization()(x)
        elif kind == 10:
            y = layers.Dropout(0.5)(layers.Activation("tanh")(x))
        elif kind == 11:
            y = layers.Conv1D(FEATURES, 3, padding="causal")(x)
        elif kind == 12:
            y = layers.Masking(draw.choice([0.0, 1.0]))(x)
        elif kind == 13:
            y = getattr(layers, draw.choice(MERGES))()([before, x])
        else:
            inner = keras.Input((STEPS, FEATURES))
            z = layers.SimpleRNN(FEATURES, return_sequences=True)(inner)
            y = keras.Model(inner, z)(x)
        # Keras takes the mask off the queries, so that who reads them later does not see it
        before, x = (y, y) if kind == 3 else (x, y)
    return x


def probe(keras, seed):
    """What a random model computes, and what `evaluate` says of it."""
    draw = random.Random(seed)
    layers = keras.layers
    rng = np.random.default_rng(seed)
    if draw.random() < 0.5:
        inputs = keras.Input((STEPS,), dtype="int32")
        x = layers.Embedding(6, FEATURES, mask_zero=True)(inputs)
        data = rng.integers(0, 6, (4, STEPS)) * (rng.random((4, STEPS)) < 0.7)
        data = data.astype("int32")
    else:
        inputs = keras.Input((STEPS, FEATURES))
        x = layers.Masking()(inputs)
        data = rng.normal(size=(4, STEPS, FEATURES)).astype("float32")
        data *= rng.random((4, STEPS, 1)) < 0.7
    x = chain(keras, draw, x, draw.randint(1, 5))
    end = draw.choice(["steps", "pool", "last", "flat", "classes"])
    if end == "pool":
        x = layers.GlobalAveragePooling1D()(x)
    elif end == "last":
        x = layers.GRU(3)(x)
    elif end == "flat":
        x = layers.Flatten()(x)
    elif end == "classes":
        x = layers.Dense(3, activation="softmax")(x)
    model = keras.Model(inputs, x)
    model.set_weights([rng.normal(size=w.shape) / 2 for w in model.get_weights()])
    out = keras.ops.convert_to_numpy(model(data))
    if end == "classes":
        loss, metrics = "sparse_categorical_crossentropy", ["accuracy"]
        targets = rng.integers(0, 3, out.shape[:-1])
    else:
        loss = draw.choice(["mse", "mae", "huber", "cosine_similarity", "log_cosh"])
        metrics = ["mse", "mae"]
        targets = rng.normal(size=out.shape).astype("float32")
    weights = None
    if draw.random() < 0.6:
        # of masked steps, Keras takes no weights of samples
        weights = rng.random(out.shape[: max(1, out.ndim - 1)]).astype("float32")
    model.compile(None, loss, metrics=metrics, weighted_metrics=metrics[-1:], jit_compile=False)
    logs = model.evaluate(data, targets, 3, 0, weights, return_dict=True)
    return {"outputs": np.asarray(out), "logs": {k: float(v) for k, v in logs.items()}}


def probes(keras, seeds):
    """`probe` of many seeds; an error by the name of its class."""
    found = {}
    for seed in seeds:
        try:
            found[seed] = probe(keras, seed)
        except Exception as e:
            found[seed] = type(e).__name__
        keras.utils.clear_session()
    return found
