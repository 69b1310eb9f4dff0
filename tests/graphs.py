"""Random functional models, made by the same code with either package.

This file runs here and in the process of real Keras, so it imports neither.
"""

import random

FEATURES = 4
STEPS = 5
KINDS = "layer layer layer layer shared merge join halves gate".split()


def classes(keras):
    """Layers of a user's, registered with ``keras``: by name."""
    found = _CLASSES.get(id(keras))
    if found is not None:
        return found
    register = keras.saving.register_keras_serializable("graphs")

    @register
    class Halves(keras.layers.Layer):
        """Returns several tensors, in a list or in a dict."""

        def __init__(self, as_dict=False, **kwargs):
            super().__init__(**kwargs)
            self.as_dict = as_dict

        def build(self, input_shape):
            self.scale = self.add_weight(shape=(FEATURES,), initializer="ones", name="scale")
            self.built = True

        def call(self, x):
            a, b = x * self.scale, x - self.scale
            return {"z": a, "a": b} if self.as_dict else (a, b)

        def compute_output_shape(self, shape):
            return {"z": shape, "a": shape} if self.as_dict else (shape, shape)

        def get_config(self):
            return {**super().get_config(), "as_dict": self.as_dict}

    @register
    class Gate(keras.layers.Layer):
        """Takes several tensors, by position and by name."""

        def build(self, x_shape, gate_shape=None):
            self.bias = self.add_weight(shape=(FEATURES,), initializer="zeros", name="bias")
            self.count = self.add_weight(
                shape=(), initializer="zeros", trainable=False, name="count"
            )
            self.built = True

        def call(self, x, gate=None):
            return x + self.bias if gate is None else x * (gate + self.bias)

        def compute_output_shape(self, x_shape, gate_shape=None):
            return x_shape

    @register
    class Pair(keras.layers.Layer):
        """Holds layers, one of them in a list."""

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.first = keras.layers.Dense(FEATURES, name="first")
            self.rest = [keras.layers.Dense(FEATURES, name="rest", use_bias=False)]

        def build(self, input_shape):
            self.first.build(input_shape)
            self.rest[0].build(input_shape)
            self.built = True

        def call(self, x):
            return self.rest[0](self.first(x))

        def compute_output_shape(self, shape):
            return shape

    @register
    class Tokens(keras.layers.Layer):
        """Makes indices of sequences."""

        def call(self, x):
            return keras.ops.cast(keras.ops.not_equal(x[:, :, 0], 0), "int32")

        def compute_output_shape(self, shape):
            return shape[:-1]

        def compute_output_spec(self, x):
            return keras.KerasTensor(x.shape[:-1], "int32")

    found = {"Halves": Halves, "Gate": Gate, "Pair": Pair, "Tokens": Tokens}
    for name, cls in found.items():  # so that `pickle` finds them
        cls.__qualname__ = name
        globals()[name] = cls
    _CLASSES[id(keras)] = found
    return found


_CLASSES = {}


class Maker:
    """One random model."""

    def __init__(self, keras, seed, operations):
        self.keras = keras
        self.layers = keras.layers
        self.own = classes(keras)
        self.random = random.Random(seed)
        self.kinds = [*KINDS, "op", "op"] if operations else KINDS
        self.count = 0

    def name(self, kind):
        self.count += 1
        return f"{kind}_{self.count}"

    def start(self):
        """An input."""
        return self.keras.Input((FEATURES,), name=self.name("input"))

    def first(self, x):
        """What an input becomes before anything else."""
        return x

    def last(self, x):
        """What a tensor becomes before it is an output."""
        return x

    def layer(self, depth):
        """A layer from one tensor to one."""
        pick = self.random
        kind = pick.choice(
            "dense dense dense norm scale activation dropout pair gate model stack".split()
        )
        if depth > 1 and kind in ("model", "stack"):
            kind = "dense"
        L, name = self.layers, self.name(kind)
        if kind == "dense":
            return L.Dense(FEATURES, use_bias=pick.random() < 0.8, name=name)
        if kind == "norm":
            return L.BatchNormalization(scale=pick.random() < 0.5, name=name)
        if kind == "scale":
            return L.LayerNormalization(name=name)
        if kind == "activation":
            return L.Activation("tanh", name=name)
        if kind == "dropout":
            return L.Dropout(0.25, name=name)
        if kind == "pair":
            return self.own["Pair"](name=name)
        if kind == "gate":
            return self.own["Gate"](name=name)
        if kind == "model":
            return self.model(depth + 1, inputs=1, outputs=1, name=name)
        stack = [self.layer(depth + 1) for _ in range(pick.randint(1, 3))]
        if pick.random() < 0.7:
            stack.insert(0, self.keras.Input((FEATURES,), name=self.name("start")))
        return self.keras.Sequential(stack, name=name)

    def grow(self, tensors, depth, shared):
        """One more call on some of the tensors."""
        pick, L, ops = self.random, self.layers, self.keras.ops
        x = pick.choice(tensors[-4:]) if pick.random() < 0.6 else pick.choice(tensors)
        y = pick.choice(tensors)
        kind = pick.choice(self.kinds)
        if kind == "shared" and shared:
            return [pick.choice(shared)(x)]
        if kind == "merge":
            merge = pick.choice([L.Add, L.Multiply, L.Average, L.Maximum])
            return [merge(name=self.name("merge"))([x, y])]
        if kind == "join":
            joined = L.Concatenate(name=self.name("join"))([y, x, pick.choice(tensors)])
            return [L.Dense(FEATURES, name=self.name("dense"))(joined)]
        if kind == "op":
            which = pick.randrange(5)
            if which == 0:
                return [x * 2.0]
            if which == 1:
                return [ops.relu(x)]
            if which == 2:
                return [x + y]
            if which == 3:
                return list(ops.split(ops.concatenate([x, y], axis=-1), 2, axis=-1))
            return [ops.where(x > y, x, y)]
        if kind == "halves":
            layer = self.own["Halves"](as_dict=pick.random() < 0.5, name=self.name("halves"))
            out = layer(x)
            return [out["a"], out["z"]] if isinstance(out, dict) else list(out)
        if kind == "gate":
            layer = self.own["Gate"](name=self.name("gate"))
            return [layer(x, gate=y) if pick.random() < 0.7 else layer(x, y)]
        layer = self.layer(depth)
        shared.append(layer)
        return [layer(x)]

    def nest(self, tensors):
        """The tensors in some nest."""
        pick = self.random
        if len(tensors) == 1 and pick.random() < 0.7:
            return tensors[0]
        kind = pick.randrange(4)
        if kind == 0 or len(tensors) == 1:
            return list(tensors)
        keys = pick.sample("abcdefgh", len(tensors))
        if kind == 1:
            return dict(zip(keys, tensors, strict=True))
        half = len(tensors) // 2
        if kind == 2:
            return [self.nest(tensors[:half]), self.nest(tensors[half:])]
        return {keys[0]: self.nest(tensors[:half]), keys[1]: self.nest(tensors[half:])}

    def model(self, depth=0, inputs=None, outputs=None, name="model"):
        pick = self.random
        starts = [self.start() for _ in range(inputs or pick.choice([1, 1, 2, 3]))]
        tensors, shared = [self.first(x) for x in starts], []
        for _ in range(pick.randint(1, 12 if depth == 0 else 4)):
            tensors += self.grow(tensors, depth, shared)
        if depth == 0:
            tensors = [self.last(x) for x in tensors]
        ends = [tensors[-1]]
        if outputs is None:
            ends += pick.sample(tensors, min(len(tensors), pick.choice([0, 0, 1, 2])))
            pick.shuffle(ends)
        start = starts[0] if inputs == 1 else self.nest(starts)
        end = ends[0] if outputs == 1 else self.nest(ends)
        return self.keras.Model(start, end, name=name)


class SequenceMaker(Maker):
    """One random model of sequences, with masks."""

    def start(self):
        return self.keras.Input((STEPS, FEATURES), name=self.name("input"))

    def first(self, x):
        kind = self.random.randrange(3)
        if kind == 0:
            return self.layers.Masking(name=self.name("masking"))(x)
        if kind == 1:
            tokens = self.own["Tokens"](name=self.name("tokens"))
            embed = self.layers.Embedding(
                3, FEATURES, mask_zero=self.random.random() < 0.7, name=self.name("embedding")
            )
            return embed(tokens(x))
        return x

    def last(self, x):
        if self.random.random() < 0.5:
            return self.layers.LSTM(2, name=self.name("lstm"))(x)
        return self.layers.GlobalAveragePooling1D(name=self.name("mean"))(x)

    def layer(self, depth):
        L, pick = self.layers, self.random
        kind = pick.choice(
            "lstm gru dense each dropout norm both masking model".split()
            if depth < 2
            else "lstm dense dropout".split()
        )
        name = self.name(kind)
        if kind == "lstm":
            return L.LSTM(FEATURES, return_sequences=True, name=name)
        if kind == "gru":
            return L.GRU(FEATURES, return_sequences=True, name=name)
        if kind == "dense":
            return L.Dense(FEATURES, name=name)
        if kind == "each":
            return L.TimeDistributed(L.Dense(FEATURES, name="inner"), name=name)
        if kind == "dropout":
            return L.Dropout(0.25, name=name)
        if kind == "norm":
            norm = pick.choice([L.LayerNormalization, L.BatchNormalization])
            return norm(name=name)
        if kind == "both":
            one = L.LSTM(FEATURES // 2, return_sequences=True, name="inner")
            return L.Bidirectional(one, name=name)
        if kind == "masking":
            return L.Masking(name=name)
        return self.model(depth + 1, inputs=1, outputs=1, name=name)

    def grow(self, tensors, depth, shared):
        pick, L = self.random, self.layers
        x, y = pick.choice(tensors[-3:]), pick.choice(tensors)
        kind = pick.choice("layer layer layer layer shared merge join op".split())
        if kind == "shared" and shared:
            return [pick.choice(shared)(x)]
        if kind == "merge":
            return [pick.choice([L.Add, L.Average])(name=self.name("merge"))([x, y])]
        if kind == "join":
            joined = L.Concatenate(name=self.name("join"))([y, x, pick.choice(tensors)])
            return [L.Dense(FEATURES, name=self.name("dense"))(joined)]
        if kind == "op":
            return [x * 2.0]
        layer = self.layer(depth)
        shared.append(layer)
        return [layer(x)]


def make(keras, seed, operations=True, sequences=False):
    """The random model of a seed.

    Args:
        keras: Either package.
        seed: An integer.
        operations: Whether there may be functions of ``keras.ops`` in it.
        sequences: Whether it takes sequences and has masks.
    """
    maker = SequenceMaker if sequences else Maker
    return maker(keras, seed, operations).model()


def options(kind):
    """What `make` is given for a file of some kind."""
    # Keras does not load its own legacy files with operations
    return kind not in ("legacy", "sequences"), kind == "sequences"


def facts(model):
    """What an order can be told by."""
    return {
        "layers": [x.name for x in model.layers],
        "operations": [x.name for x in model.operations],
        "paths": [v.path for v in model.weights],
        "shapes": [list(v.shape) for v in model.weights],
        "trainable": [v.path for v in model.trainable_weights],
        "frozen": [v.path for v in model.non_trainable_weights],
        "inputs": [x.name for x in model.inputs],
        "outputs": list(model.output_names),
        "config": [x["name"] for x in model.get_config()["layers"]],
    }


def fill(model, seed):
    """Give every weight values that no other has."""
    import numpy as np

    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(0.5, 1.5, v.shape).astype("float32") for v in model.weights])


def data(keras, model, seed):
    """Inputs for the model, in its nest."""
    import numpy as np

    rng = np.random.default_rng(seed)
    flat = [rng.normal(size=(3, *x.shape[1:])).astype("float32") for x in model.inputs]
    for x in flat:
        if x.ndim == 3:
            x[0, 3:] = x[1, 1:] = 0
    return keras.tree.pack_sequence_as(model.input, flat)


def run(keras, model, seed):
    """The weights of the model, and its outputs for its inputs, flat."""
    outputs = keras.tree.flatten(model(data(keras, model, seed)))
    return model.get_weights(), [keras.ops.convert_to_numpy(y) for y in outputs]
