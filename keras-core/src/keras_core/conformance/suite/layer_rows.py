"""The table of layers: a row says how to make one, and what to call it with."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.operations import Argument, iter_rows
from keras_core.core.tensors import runtime


def floats(*shape: int) -> Argument:
    """An argument of floats."""
    return Argument(shape, spread=True)


def bools(*shape: int) -> Argument:
    """An argument of booleans."""
    return Argument(shape, kind="bool")


@dataclass(frozen=True)
class LayerRow:
    """A layer and one call of it."""

    make: Callable[[], Any]
    inputs: tuple[Argument, ...]
    options: dict[str, Any] = field(default_factory=dict)
    """Other arguments of the call; those of type `Argument` are drawn."""

    label: str = ""
    as_list: bool = False
    """Whether the inputs are given as one list."""

    serializable: bool = True
    """Whether real Keras can make the layer from its config."""

    tolerance: float = 1e-5

    operations: tuple[str, ...] = ()
    """Operations whose needs, such as complex numbers, are those of the layer."""

    @property
    def needs(self) -> list[str]:
        """The dtypes that the backend has to have."""
        rows = (
            [row for row in iter_rows() if row.name in self.operations] if self.operations else []
        )
        return [need for row in rows for need in row.needed("float32", runtime.OVERRIDES)]

    @property
    def name(self) -> str:
        """The name of the class."""
        return type(self.make()).__name__

    @property
    def family(self) -> str:
        """The room that the layer's class is in: what a compiler finds hard, a family shares."""
        return type(self.make()).__module__.split(".")[2]

    @property
    def id(self) -> str:
        """A stable name of the row."""
        return f"{self.name}-{self.label}" if self.label else self.name

    def draw(self) -> tuple[list[Any], dict[str, Any]]:
        """The inputs and the other arguments as arrays; the same each time."""
        rng = np.random.default_rng(zlib.crc32(self.id.encode()))
        inputs = [_narrow(a.draw(rng)) for a in self.inputs]
        options = {
            k: v.draw(rng) if isinstance(v, Argument) else v for k, v in self.options.items()
        }
        for k, v in options.items():
            if k == "mask" and isinstance(v, np.ndarray):
                v[..., 0] = True  # a sequence has at least one step
        return inputs, options

    def call(self, layer: Any, inputs: list[Any], options: dict[str, Any]) -> Any:
        """Call a layer of this row; inputs may be symbolic."""
        return layer(inputs, **options) if self.as_list else layer(*inputs, **options)

    def built(self) -> Any:
        """The layer, built, with weights that depend on nothing but the row."""
        layer = self.make()
        inputs, options = self.draw()
        self.call(layer, [keras.KerasTensor(x.shape, x.dtype.name) for x in inputs], options)
        rng = np.random.default_rng(zlib.crc32(self.id.encode()) + 1)
        layer.set_weights(
            [rng.uniform(0.1, 0.8, w.shape).astype(w.dtype) for w in layer.get_weights()]
        )
        return layer


def _narrow(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return x.astype("float32") if x.dtype == "float64" else x


def tensors_of(nest: Any) -> list[Any]:
    """The leaves of what a layer returned as NumPy arrays."""
    return [ops.convert_to_numpy(x) for x in keras.tree.flatten(nest) if x is not None]


def iter_layer_rows() -> Iterator[LayerRow]:
    """All rows."""
    yield from _CORE
    yield from _SHAPES
    yield from _MERGES
    yield from _CONVOLUTIONS
    for n in (1, 2, 3):
        yield from _poolings(n)
    yield from _NORMALIZATIONS
    yield from _IMAGES
    yield from _SOUNDS
    yield from _RECURRENT
    yield from _ATTENTION


_CORE = [
    LayerRow(lambda: layers.Dense(3, activation="tanh"), (floats(2, 4),)),
    LayerRow(lambda: layers.Dense(3, use_bias=False), (floats(2, 3, 4),), label="no-bias-3d"),
    LayerRow(
        lambda: layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"),
        (floats(2, 3, 4),),
    ),
    LayerRow(lambda: layers.Embedding(7, 3), (Argument((2, 4), 0, 7, "int"),)),
    LayerRow(lambda: layers.ReversibleEmbedding(7, 3), (Argument((2, 4), 0, 7, "int"),)),
    LayerRow(
        lambda: layers.ReversibleEmbedding(7, 3, tie_weights=False, logit_soft_cap=2.0),
        (floats(2, 4, 3),),
        {"reverse": True},
        "reverse",
    ),
    LayerRow(lambda: layers.Activation("gelu"), (floats(2, 4),)),
    LayerRow(lambda: layers.ReLU(max_value=1.0, negative_slope=0.2, threshold=0.1), (floats(9),)),
    LayerRow(lambda: layers.LeakyReLU(0.2), (floats(2, 4),)),
    LayerRow(lambda: layers.ELU(0.7), (floats(2, 4),)),
    LayerRow(lambda: layers.PReLU("ones", shared_axes=1), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.Softmax(), (floats(2, 4),)),
    LayerRow(lambda: layers.Softmax(), (floats(2, 4),), {"mask": bools(2, 4)}, "mask"),
    LayerRow(lambda: layers.Softmax(axis=(1, 2)), (floats(2, 3, 4),), label="axes"),
    LayerRow(lambda: layers.Identity(), (floats(2, 4),)),
    LayerRow(lambda: layers.Masking(), (floats(2, 4, 3),)),
    LayerRow(lambda: layers.Rescaling(0.5, 1.0), (floats(2, 4),)),
    LayerRow(
        lambda: layers.Pipeline([layers.Rescaling(0.5), layers.Dense(3, activation="tanh")]),
        (floats(2, 4),),
    ),
    LayerRow(lambda: layers.Lambda(ops.square), (floats(2, 4),), serializable=False),
]

_SHAPES = [
    LayerRow(lambda: layers.Flatten(), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.Reshape((2, -1)), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.Permute((2, 1)), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.RepeatVector(3), (floats(2, 4),)),
    LayerRow(lambda: layers.ZeroPadding1D((1, 2)), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.ZeroPadding2D(((1, 2), (0, 1))), (floats(2, 3, 4, 2),)),
    LayerRow(lambda: layers.ZeroPadding3D(1), (floats(1, 2, 3, 2, 2),)),
    LayerRow(lambda: layers.Cropping1D((1, 0)), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.Cropping2D(((1, 0), (0, 2))), (floats(2, 3, 4, 2),)),
    LayerRow(lambda: layers.Cropping3D(1), (floats(1, 3, 4, 3, 2),)),
    LayerRow(lambda: layers.UpSampling1D(2), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.UpSampling2D((2, 3)), (floats(2, 3, 4, 2),)),
    LayerRow(
        lambda: layers.UpSampling2D(2, interpolation="bilinear"),
        (floats(2, 3, 4, 2),),
        label="bilinear",
    ),
    LayerRow(lambda: layers.UpSampling3D((1, 2, 3)), (floats(1, 2, 3, 2, 2),)),
]

_PAIR = (floats(2, 3), floats(2, 3))
_MERGES = [
    LayerRow(lambda: layers.Add(), _PAIR, as_list=True),
    LayerRow(lambda: layers.Add(), (floats(2, 3, 4), floats(2, 4)), label="ranks", as_list=True),
    LayerRow(lambda: layers.Subtract(), _PAIR, as_list=True),
    LayerRow(lambda: layers.Multiply(), _PAIR, as_list=True),
    LayerRow(lambda: layers.Average(), (*_PAIR, floats(2, 3)), as_list=True),
    LayerRow(lambda: layers.Maximum(), _PAIR, as_list=True),
    LayerRow(lambda: layers.Minimum(), _PAIR, as_list=True),
    LayerRow(lambda: layers.Dot((2, 1)), (floats(2, 3, 4), floats(2, 4, 5)), as_list=True),
    LayerRow(lambda: layers.Dot(1, normalize=True), _PAIR, label="cosine", as_list=True),
    LayerRow(lambda: layers.Concatenate(axis=1), (floats(2, 3, 4), floats(2, 1, 4)), as_list=True),
]

_IMAGE, _LINE = floats(2, 6, 7, 4), floats(2, 9, 4)
_CONVOLUTIONS = [
    LayerRow(lambda: layers.Conv1D(3, 2, strides=2, activation="relu"), (_LINE,)),
    LayerRow(
        lambda: layers.Conv1D(3, 3, padding="causal", dilation_rate=2), (_LINE,), label="causal"
    ),
    LayerRow(lambda: layers.Conv2D(3, (2, 3)), (_IMAGE,)),
    LayerRow(lambda: layers.Conv2D(4, 3, strides=2, padding="same"), (_IMAGE,), label="same"),
    LayerRow(
        lambda: layers.Conv2D(6, 2, groups=2, dilation_rate=2, use_bias=False),
        (_IMAGE,),
        label="groups",
    ),
    LayerRow(lambda: layers.Conv3D(2, 2, padding="same"), (floats(1, 3, 4, 3, 2),)),
    LayerRow(lambda: layers.Conv1DTranspose(3, 3, strides=2), (_LINE,)),
    LayerRow(lambda: layers.Conv2DTranspose(3, 3, strides=2, padding="same"), (_IMAGE,)),
    LayerRow(lambda: layers.Conv3DTranspose(2, 2, strides=2), (floats(1, 3, 2, 3, 2),)),
    LayerRow(lambda: layers.DepthwiseConv1D(3, depth_multiplier=2), (_LINE,)),
    LayerRow(lambda: layers.DepthwiseConv2D(3, strides=2, padding="same"), (_IMAGE,)),
    LayerRow(lambda: layers.SeparableConv1D(4, 3, padding="same", depth_multiplier=2), (_LINE,)),
    LayerRow(lambda: layers.SeparableConv2D(4, 3, strides=2, activation="relu"), (_IMAGE,)),
]


def _poolings(n: int) -> Iterator[LayerRow]:
    """The pooling layers over ``n`` axes."""
    x = floats(2, *(7, 6, 5)[:n], 3)
    for kind in ("Max", "Average"):
        pooling = getattr(layers, f"{kind}Pooling{n}D")
        yield LayerRow(lambda p=pooling: p(2), (x,))
        yield LayerRow(lambda p=pooling: p(3, strides=2, padding="same"), (x,), label="same")
        pooling = getattr(layers, f"Global{kind}Pooling{n}D")
        yield LayerRow(lambda p=pooling: p(), (x,))
        yield LayerRow(lambda p=pooling: p(keepdims=True), (x,), label="keepdims")
        pooling = getattr(layers, f"Adaptive{kind}Pooling{n}D")
        yield LayerRow(lambda p=pooling: p(3), (x,))
    if n == 1:
        yield LayerRow(lambda: layers.GlobalAveragePooling1D(), (x,), {"mask": bools(2, 7)}, "mask")


_NORMALIZATIONS = [
    LayerRow(lambda: layers.CategoryEncoding(7), (Argument((2, 4), 0, 7, "int"),)),
    LayerRow(
        lambda: layers.CategoryEncoding(7, output_mode="one_hot"),
        (Argument((2, 4), 0, 7, "int"),),
        label="one hot",
    ),
    LayerRow(
        lambda: layers.Discretization([-0.5, 0.5], output_mode="count"),
        (floats(2, 4),),
        label="count",
    ),
    LayerRow(lambda: layers.Normalization(axis=(1, -1)), (floats(2, 3, 4),)),
    LayerRow(
        lambda: layers.Normalization(mean=[1.0] * 3, variance=[1.0, 2.0, 0.5], invert=True),
        (floats(2, 3),),
        label="given",
    ),
    LayerRow(lambda: layers.BatchNormalization(), (floats(3, 4),)),
    LayerRow(
        lambda: layers.BatchNormalization(axis=1, scale=False), (floats(2, 3, 4),), {}, "axis"
    ),
    LayerRow(
        lambda: layers.BatchNormalization(),
        (floats(3, 5, 4),),
        {"training": True, "mask": bools(3, 5)},
        "training-mask",
    ),
    LayerRow(lambda: layers.LayerNormalization(), (floats(2, 3, 4),)),
    LayerRow(
        lambda: layers.LayerNormalization(axis=(1, 2), center=False), (floats(2, 3, 4),), {}, "axes"
    ),
    LayerRow(
        lambda: layers.BatchNormalization(
            renorm=True, renorm_clipping={"rmin": 0.5, "rmax": 2.0, "dmax": 0.5}
        ),
        (floats(3, 4),),
        {"training": True},
        "renorm",
    ),
    LayerRow(lambda: layers.GroupNormalization(2), (floats(2, 3, 4),)),
    LayerRow(
        lambda: layers.GroupNormalization(-1, axis=1, center=False), (floats(2, 4, 3),), {}, "axis"
    ),
    LayerRow(lambda: layers.RMSNormalization(), (floats(2, 3, 4),)),
    LayerRow(lambda: layers.RMSNormalization(axis=(1, 2)), (floats(2, 3, 4),), {}, "axes"),
    LayerRow(lambda: layers.SpectralNormalization(layers.Dense(3)), (floats(2, 4),)),
    LayerRow(
        lambda: layers.SpectralNormalization(layers.Conv1D(3, 2), power_iterations=2),
        (floats(2, 4, 3),),
        {"training": True},
        "training",
    ),
    LayerRow(lambda: layers.UnitNormalization(), (floats(2, 4),)),
    LayerRow(lambda: layers.Dropout(0.5), (floats(2, 4),)),
    LayerRow(lambda: layers.AlphaDropout(0.5), (floats(2, 4),)),
    LayerRow(lambda: layers.GaussianDropout(0.5), (floats(2, 4),)),
    LayerRow(lambda: layers.SpatialDropout1D(0.5), (floats(2, 4, 3),)),
    LayerRow(lambda: layers.SpatialDropout2D(0.5), (floats(2, 4, 3, 2),)),
    LayerRow(
        lambda: layers.SpatialDropout3D(0.5, data_format="channels_last"), (floats(1, 4, 3, 2, 2),)
    ),
    LayerRow(lambda: layers.GaussianNoise(0.5), (floats(2, 4),)),
    LayerRow(lambda: layers.ActivityRegularization(0.1, 0.2), (floats(2, 4),)),
]

_IMAGE = (floats(2, 6, 7, 3),)
_STILL = {"training": False}
# with a range of one number, what is drawn is known
_IMAGES = [
    LayerRow(lambda: layers.Resizing(4, 9), _IMAGE),
    LayerRow(lambda: layers.CenterCrop(4, 3), _IMAGE),
    LayerRow(lambda: layers.CenterCrop(8, 3), _IMAGE, label="larger"),
    LayerRow(lambda: layers.RandomCrop(6, 7, seed=1), _IMAGE),
    LayerRow(lambda: layers.RandomFlip(seed=1), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.RandomRotation((0.1, 0.1)), _IMAGE),
    LayerRow(lambda: layers.RandomZoom((0.2, 0.2), (-0.1, -0.1)), _IMAGE),
    LayerRow(lambda: layers.RandomTranslation((0.3, 0.3), (0.1, 0.1)), _IMAGE),
    LayerRow(lambda: layers.RandomContrast((0.0, 0.0)), _IMAGE),
    LayerRow(lambda: layers.RandomBrightness((0.1, 0.1), (-2, 2)), _IMAGE),
    LayerRow(
        # real Keras writes a range that it does not take
        lambda: layers.RandomShear(0.3),
        _IMAGE,
        _STILL,
        "still",
        serializable=False,
    ),
    LayerRow(lambda: layers.RandomSharpness((0.3, 0.3), (-2, 2)), _IMAGE),
    LayerRow(lambda: layers.RandomHue(0.2), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.RandomSaturation(0.3), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.RandomColorDegeneration((0.3, 0.3), (-2, 2)), _IMAGE),
    LayerRow(lambda: layers.RandomGrayscale(1.0), _IMAGE),
    LayerRow(lambda: layers.RandomColorJitter((-2, 2), brightness_factor=(0.1, 0.1)), _IMAGE),
    LayerRow(lambda: layers.RandomInvert(0.0), _IMAGE),
    LayerRow(lambda: layers.RandomPosterization(3), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.Solarization(0.1, 0.3), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.AutoContrast((0, 2)), _IMAGE),
    LayerRow(lambda: layers.Equalization((0, 2), bins=8), _IMAGE),
    LayerRow(
        lambda: layers.ContrastLimitedAdaptiveHistogramEqualization((0, 2), 20, (2, 3)), _IMAGE
    ),
    LayerRow(lambda: layers.RandomGaussianBlur((1, 1), 5, (0.7, 0.7), (-2, 2)), _IMAGE),
    LayerRow(lambda: layers.RandomErasing((1, 1), (1, 1), 0.5), _IMAGE),
    LayerRow(lambda: layers.RandomPerspective(0.0, 0.5), _IMAGE),
    LayerRow(lambda: layers.RandomElasticTransform(0.0, 0.5, value_range=(-2, 2)), _IMAGE),
    LayerRow(lambda: layers.CutMix(), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.MixUp(), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.Mosaic(), _IMAGE, _STILL, "still", serializable=False),
    LayerRow(lambda: layers.MaxNumBoundingBoxes(3), _IMAGE),
    LayerRow(lambda: layers.RandAugment(), _IMAGE, _STILL, "still"),
    LayerRow(lambda: layers.AugMix(), _IMAGE, _STILL, "still"),
]

_SOUNDS = [
    LayerRow(
        lambda: layers.MelSpectrogram(16, 5, num_mel_bins=4, min_freq=0, top_db=20.0),
        (floats(2, 60),),
        tolerance=1e-4,
        operations=("stft",),
    ),
    LayerRow(
        lambda: layers.MelSpectrogram(16, 5, 10, "hamming", num_mel_bins=4, power_to_db=False),
        (floats(2, 60),),
        label="power",
        tolerance=1e-4,
        operations=("stft",),
    ),
    LayerRow(lambda: layers.STFTSpectrogram("stft", 6, 2, expand_dims=True), (floats(2, 20, 2),)),
    LayerRow(
        lambda: layers.STFTSpectrogram("log", 6, padding="same", data_format="channels_last"),
        (floats(2, 20, 2),),
        label="log",
    ),
    LayerRow(lambda: layers.STFTSpectrogram("angle", 4), (floats(2, 20, 1),), label="angle"),
]

_SEQUENCE = floats(2, 5, 4)
_MASK = {"mask": bools(2, 5)}


def _recurrent(name: str) -> Iterator[LayerRow]:
    """A recurrent layer in all its modes."""
    make = getattr(layers, name)
    yield LayerRow(lambda: make(3), (_SEQUENCE,))
    yield LayerRow(lambda: make(3, return_sequences=True), (_SEQUENCE,), _MASK, "sequences-mask")
    yield LayerRow(lambda: make(3, go_backwards=True), (_SEQUENCE,), _MASK, "backwards-mask")
    yield LayerRow(
        lambda: make(3, return_state=True, unroll=True), (_SEQUENCE,), {}, "state-unroll"
    )


_RECURRENT = [
    *_recurrent("LSTM"),
    *_recurrent("GRU"),
    *_recurrent("SimpleRNN"),
    LayerRow(lambda: layers.GRU(3, reset_after=False), (_SEQUENCE,), label="reset-before"),
    LayerRow(lambda: layers.RNN(layers.LSTMCell(3)), (_SEQUENCE,), label="lstm"),
    LayerRow(lambda: layers.SimpleRNNCell(3), (floats(2, 4), floats(2, 3))),
    LayerRow(lambda: layers.GRUCell(3), (floats(2, 4), floats(2, 3))),
    LayerRow(lambda: layers.RNN(layers.GRUCell(3)), (_SEQUENCE,), _MASK),
    LayerRow(
        lambda: layers.RNN(
            [layers.LSTMCell(3), layers.SimpleRNNCell(2)], return_sequences=True, return_state=True
        ),
        (_SEQUENCE,),
        label="stacked",
    ),
    LayerRow(lambda: layers.Bidirectional(layers.LSTM(3)), (_SEQUENCE,), _MASK),
    LayerRow(
        lambda: layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum"),
        (_SEQUENCE,),
        label="sum",
    ),
    LayerRow(lambda: layers.ConvLSTM1D(3, 2, return_sequences=True), (floats(2, 3, 4, 2),)),
    LayerRow(
        lambda: layers.ConvLSTM2D(2, 2, padding="same", return_state=True),
        (floats(2, 3, 4, 4, 2),),
        label="state",
    ),
    LayerRow(lambda: layers.ConvLSTM3D(2, 2, strides=2), (floats(1, 2, 4, 4, 4, 1),)),
    LayerRow(lambda: layers.TimeDistributed(layers.Dense(3)), (_SEQUENCE,)),
    LayerRow(
        lambda: layers.TimeDistributed(layers.Conv2D(2, 2)), (floats(2, 3, 4, 4, 2),), {}, "conv"
    ),
]

_TARGETS, _SOURCES = floats(2, 4, 6), floats(2, 5, 6)
_ATTENTION = [
    LayerRow(lambda: layers.Attention(), (_TARGETS, _SOURCES), as_list=True),
    LayerRow(
        lambda: layers.Attention(use_scale=True),
        (_TARGETS, floats(2, 5, 3), _SOURCES),
        {"use_causal_mask": True, "return_attention_scores": True},
        "scores",
        as_list=True,
    ),
    LayerRow(
        lambda: layers.Attention(score_mode="concat", dropout=0.5),
        (_TARGETS, _SOURCES),
        label="concat",
        as_list=True,
    ),
    LayerRow(lambda: layers.AdditiveAttention(), (_TARGETS, _SOURCES), as_list=True),
    LayerRow(lambda: layers.MultiHeadAttention(2, 3), (floats(2, 4, 6), floats(2, 5, 6))),
    LayerRow(
        lambda: layers.MultiHeadAttention(2, 3, value_dim=2, output_shape=5),
        (floats(2, 4, 6), floats(2, 4, 6)),
        {"use_causal_mask": True, "attention_mask": bools(2, 4, 4)},
        "masks",
    ),
    LayerRow(
        lambda: layers.MultiHeadAttention(2, 3, use_bias=False),
        (floats(2, 4, 6), floats(2, 5, 6), floats(2, 5, 6)),
        {"return_attention_scores": True},
        "scores",
    ),
    LayerRow(
        lambda: layers.MultiHeadAttention(2, 3, attention_axes=(1, 2), use_gate=True),
        (floats(2, 2, 3, 4), floats(2, 2, 3, 4)),
        label="axes",
    ),
    LayerRow(
        lambda: layers.MultiHeadAttention(2, 3, sliding_window=2),
        (_TARGETS, _SOURCES),
        {"query_mask": bools(2, 4), "key_mask": bools(2, 5), "value_mask": bools(2, 5)},
        "window",
    ),
    LayerRow(
        lambda: layers.GroupedQueryAttention(3, 4, 2),
        (_TARGETS, _SOURCES),
        {"use_causal_mask": True},
    ),
    LayerRow(
        lambda: layers.GroupedQueryAttention(3, 4, 1, use_gate=True, sliding_window=3),
        (_TARGETS, _SOURCES),
        {"value_mask": bools(2, 5), "return_attention_scores": True},
        "scores",
    ),
]
