"""The models that the upper levels run: each is built the same way on every backend."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import layers, ops

PACKAGE = "keras_core_conformance"
"""What the classes here are registered under."""


def values(label: str, *shape: int, high: int = 0) -> Any:
    """Numbers that depend on nothing but the label: normal floats, or ints below ``high``."""
    rng = np.random.default_rng(zlib.crc32(label.encode()))
    return rng.integers(0, high, shape) if high else rng.normal(size=shape).astype("float32")


def settle(model: Any, label: str) -> Any:
    """Give a built model weights that depend on nothing but the label."""
    rng = np.random.default_rng(zlib.crc32(label.encode()))
    model.set_weights(
        [
            rng.normal(0, 0.4, w.shape) if w.ndim > 1 else rng.uniform(0.1, 0.8, w.shape)
            for w in model.get_weights()
        ]
    )
    return model


@keras.saving.register_keras_serializable(PACKAGE)
class Scale(layers.Layer):
    """A layer with a weight, a constant and a flag."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = factor
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Make the weight."""
        self.gain = self.add_weight((input_shape[-1],), "ones", name="gain")

    def call(self, x: Any, training: bool = False) -> Any:
        """Scale; in training, without the constant."""
        return x * self.gain if training else x * self.gain * self.factor

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {**super().get_config(), "factor": self.factor}


@keras.saving.register_keras_serializable(PACKAGE)
class Residual(keras.Model):
    """A subclassed model, with layers in a list and in a dict."""

    def __init__(self, width: int = 5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.blocks = [layers.Dense(width, activation="tanh") for _ in range(2)]
        self.ends = {"norm": layers.LayerNormalization(), "out": layers.Dense(2)}
        self.scale = Scale()

    def call(self, x: Any, training: bool = False) -> Any:
        """The blocks, each beside an identity."""
        for block in self.blocks:
            x = ops.concatenate([x, block(x)], axis=-1)
        return self.ends["out"](self.ends["norm"](self.scale(x, training=training)))

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {**super().get_config(), "width": self.width}


def _mlp() -> Any:
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )


def _deferred() -> Any:
    model = keras.Sequential([layers.Dense(5, activation="elu"), layers.Dense(2)])
    model.build((None, 4))
    return model


def _convolutional() -> Any:
    image = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.MaxPooling2D()(layers.Add()([x, y]))
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="tanh")(x)
    x = layers.ZeroPadding2D(1)(layers.UpSampling2D(2)(x))
    return keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))


def _recurrent() -> Any:
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(9, 4, mask_zero=True)(tokens)
    x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
    y = layers.GRU(3)(x)
    x = layers.TimeDistributed(layers.Dense(2))(x)
    return keras.Model(tokens, [x, layers.Dense(2)(y)])


def _masked() -> Any:
    return keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.Masking(),
            Scale(),
            layers.SimpleRNN(4, return_sequences=True),
            layers.GlobalAveragePooling1D(),
        ]
    )


def _attention() -> Any:
    tokens = keras.Input((6,), dtype="int32")
    x = layers.Embedding(9, 8, mask_zero=True)(tokens)
    attended = layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization()(x + attended)
    x = x + layers.Dense(8)(layers.Dense(16, activation="gelu")(x))
    return keras.Model(tokens, layers.Dense(3)(layers.LayerNormalization()(x)))


def _branches() -> Any:
    inputs = {"a": keras.Input((4,), name="a"), "b": keras.Input((4,), name="b")}
    shared = layers.Dense(5, activation="sigmoid", name="shared")
    a, b = shared(inputs["a"]), shared(inputs["b"])
    both = layers.Concatenate()([layers.Multiply()([a, b]), layers.Subtract()([a, b])])
    return keras.Model(
        inputs, {"sum": layers.Dense(1, name="sum")(both), "pair": [a, layers.Average()([a, b])]}
    )


def _operations() -> Any:
    x = keras.Input((3, 4))
    y = ops.reshape(x, (-1, 12))
    y = ops.concatenate([y[:, :5], ops.softmax(y, axis=-1) * 2.0, ops.mean(x, axis=1)], axis=-1)
    y = ops.where(y > 0.1, y, ops.square(y) - 1.0)
    return keras.Model(x, ops.einsum("bi,bj->bij", y, ops.max(x, axis=2)))


def _subclassed() -> Any:
    model = Residual()
    model(np.zeros((1, 4), "float32"))
    return model


def _nested() -> Any:
    inner = _mlp()
    x = keras.Input((4,))
    y = keras.Sequential([keras.Input((3,)), Scale(0.5), layers.Dense(4)])(inner(x))
    return keras.Model(x, layers.Dense(2)(inner(y)))


MODELS: dict[str, tuple[Callable[[], Any], Callable[[str], Any]]] = {
    "mlp": (_mlp, lambda label: values(label, 5, 4)),
    "deferred": (_deferred, lambda label: values(label, 5, 4)),
    "convolutional": (_convolutional, lambda label: values(label, 3, 8, 8, 3)),
    "recurrent": (_recurrent, lambda label: padded(values(label, 4, 6, high=9))),
    "masked": (_masked, lambda label: padded(values(label, 4, 6, 3))),
    "attention": (_attention, lambda label: padded(values(label, 4, 6, high=9))),
    "branches": (
        _branches,
        lambda label: {"a": values(f"{label} a", 5, 4), "b": values(f"{label} b", 5, 4)},
    ),
    "operations": (_operations, lambda label: values(label, 5, 3, 4)),
    "subclassed": (_subclassed, lambda label: values(label, 5, 4)),
    "nested": (_nested, lambda label: values(label, 5, 4)),
}
"""By name: what builds the model, and what draws its inputs from a label."""


APPLICATIONS = {
    "MobileNetV2": lambda: keras.applications.MobileNetV2(
        (32, 32, 3), alpha=0.35, include_top=False, pooling="avg", weights=None
    ),
    "ResNet50V2": lambda: keras.applications.ResNet50V2(
        include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg"
    ),
    "EfficientNetV2B0": lambda: keras.applications.EfficientNetV2B0(
        include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg"
    ),
}
"""Networks of the size that is in use, for small images; see `application`."""


def application(name: str) -> tuple[Any, Any]:
    """A network of `APPLICATIONS`, and images for it.

    Its weights depend on nothing but the name, and are such that values neither grow nor fade.
    """
    model = APPLICATIONS[name]()
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    weights = []
    for w in model.get_weights():
        spread = w.ndim > 1 and (w.shape[-2] * np.prod(w.shape[:-2])) ** -0.5
        weights.append(rng.normal(0, spread, w.shape) if spread else rng.uniform(0.5, 1, w.shape))
    model.set_weights(weights)
    return model, 127.5 + 60.0 * values(f"images for {name}", 2, 32, 32, 3)


def padded(x: Any) -> Any:
    """Sequences that end in zeros, each after another number of steps."""
    for i in range(len(x)):
        x[i, x.shape[1] - i :] = 0
    x[:, 0] = 1
    return x


def build(name: str) -> Any:
    """A model of the table, with its weights."""
    return settle(MODELS[name][0](), name)


def inputs_of(name: str, label: str = "") -> Any:
    """The inputs of a model of the table."""
    return MODELS[name][1](f"inputs of {name} {label}")


def flat(nest: Any) -> list[Any]:
    """The leaves of an output as NumPy arrays."""
    return [ops.convert_to_numpy(x) for x in keras.tree.flatten(nest)]
