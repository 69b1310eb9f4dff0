"""Arguments, inputs and masks of every layer, drawn at random from pools by their names.

A layer that is added joins by a row in ``LAYERS``; for an argument that has no pool yet, drawing
raises a KeyError.
"""

import inspect

import numpy as np

from keras_core import layers
from keras_core_plugins.names import ENGINE_LAYERS

NO_MASKS = ("attention", "queries", "wrapped", "1d sequence", "2d sequence", "3d sequence")
"""Inputs that the real one fails on with a mask, or that have several."""

SPATIAL_DROPOUTS = ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
CAUSAL_OR_SCORES = ("use_causal_mask", "return_attention_scores")
REAL_NAMES = {"GroupedQueryAttention": "GroupQueryAttention"}
"""Names of classes that older versions of the real one know by another public name only."""

# What the inputs are; arrays of numbers of these axes, several of them, or something special.
LAYERS = {
    "Activation": "any",
    "ActivityRegularization": "any",
    "AdaptiveAveragePooling1D": "1d",
    "AdaptiveAveragePooling2D": "2d",
    "AdaptiveAveragePooling3D": "3d",
    "AdaptiveMaxPooling1D": "1d",
    "AdaptiveMaxPooling2D": "2d",
    "AdaptiveMaxPooling3D": "3d",
    "Add": "several",
    "AdditiveAttention": "queries",
    "AlphaDropout": "any",
    "Attention": "queries",
    "Average": "several",
    "AveragePooling1D": "1d",
    "AveragePooling2D": "2d",
    "AveragePooling3D": "3d",
    "BatchNormalization": "any",
    "Bidirectional": "sequence",
    "Concatenate": "several",
    "Conv1D": "1d",
    "Conv1DTranspose": "1d",
    "Conv2D": "2d",
    "Conv2DTranspose": "2d",
    "Conv3D": "3d",
    "Conv3DTranspose": "3d",
    "ConvLSTM1D": "1d sequence",
    "ConvLSTM2D": "2d sequence",
    "ConvLSTM3D": "3d sequence",
    "Cropping1D": "1d",
    "Cropping2D": "2d",
    "Cropping3D": "3d",
    "Dense": "any",
    "DepthwiseConv1D": "1d",
    "DepthwiseConv2D": "2d",
    "Dot": "pair",
    "Dropout": "any",
    "ELU": "any",
    "EinsumDense": "einsum",
    "Embedding": "ids",
    "Flatten": "any",
    "GRU": "sequence",
    "GaussianDropout": "any",
    "GaussianNoise": "any",
    "GlobalAveragePooling1D": "1d",
    "GlobalAveragePooling2D": "2d",
    "GlobalAveragePooling3D": "3d",
    "GlobalMaxPooling1D": "1d",
    "GlobalMaxPooling2D": "2d",
    "GlobalMaxPooling3D": "3d",
    "GroupNormalization": "any",
    "GroupedQueryAttention": "attention",
    "Identity": "any",
    "LSTM": "sequence",
    "LayerNormalization": "any",
    "LeakyReLU": "any",
    "Masking": "any",
    "MaxPooling1D": "1d",
    "MaxPooling2D": "2d",
    "MaxPooling3D": "3d",
    "Maximum": "several",
    "MelSpectrogram": "sound",
    "Minimum": "several",
    "MultiHeadAttention": "attention",
    "Multiply": "several",
    "Normalization": "any",
    "PReLU": "any",
    "Permute": "any",
    "Pipeline": "any",
    "RNN": "sequence",
    "RMSNormalization": "any",
    "ReLU": "any",
    "RepeatVector": "any",
    "Rescaling": "any",
    "Reshape": "any",
    "ReversibleEmbedding": "ids or vectors",
    "SeparableConv1D": "1d",
    "SeparableConv2D": "2d",
    "SimpleRNN": "sequence",
    "Softmax": "any",
    "SpatialDropout1D": "1d",
    "SpatialDropout2D": "2d",
    "SpatialDropout3D": "3d",
    "SpectralNormalization": "wrapped",
    "STFTSpectrogram": "1d",
    "Subtract": "several",
    "TimeDistributed": "sequence",
    "UnitNormalization": "any",
    "UpSampling1D": "1d",
    "UpSampling2D": "2d",
    "UpSampling3D": "3d",
    "ZeroPadding1D": "1d",
    "ZeroPadding2D": "2d",
    "ZeroPadding3D": "3d",
}
# Bases, what takes no tensors of its own, what the layers above contain, layers of one engine, and
# TernaryDense, which the real Keras of the tests has not.
OTHERS = {
    "GRUCell", "InputLayer", "LSTMCell", "Lambda", "Layer", "SimpleRNNCell", "StackedRNNCells",
    "TernaryDense", "Wrapper", *ENGINE_LAYERS,
}  # fmt: skip
# Compared in `test_text_layers`.
OF_TEXT = {
    "CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup",
    "StringLookup", "TextVectorization",
}  # fmt: skip
# Compared in `test_image_layers`.
OF_IMAGES = {
    c.__name__
    for _, c in inspect.getmembers(layers)
    if inspect.isclass(c) and issubclass(c, layers.Layer) and ".preprocessing.image" in c.__module__
}

ACTIVATIONS = (None, "relu", "tanh", "softmax", "gelu", "leaky_relu")
INITIALIZERS = ("zeros", "ones", "glorot_uniform", "he_normal", "lecun_uniform", "orthogonal")
REGULARIZERS = (None, None, "l1", "l2", "l1l2")
CONSTRAINTS = (None, None, "max_norm", "non_neg", "unit_norm")
RANKED = {  # a number, or one for each spatial axis
    "dilation_rate": (1, 1, 2, 0),
    "kernel_size": (1, 2, 3, 3, 0),
    "output_size": (1, 2, 3, 5),
    "pool_size": (1, 2, 3, 0),
    "size": (1, 2, 3, 0),
    "strides": (1, 1, 2, 3, 0),
}
POOLS = {
    "activation": ACTIVATIONS,
    "activity_regularizer": REGULARIZERS,
    "alpha": (1.0, 0.5),
    "attention_axes": (None, None, 1, (1,), 2, (1, 2)),
    "axis": (-1, 1, 2, -2),
    "bias_axes": (None, "last", "first"),
    "bias_constraint": CONSTRAINTS,
    "bias_initializer": ("zeros", "ones"),
    "bias_regularizer": REGULARIZERS,
    "center": (True, False),
    "data_format": (None, "channels_last", "channels_first", "channels_middle"),
    "depth_multiplier": (1, 2),
    "dims": ((2, 1), (1, 2), (1,), (3, 1, 2), (0, 1), (1, 1)),
    "dropout": (0.0, 0.3),
    "epsilon": (1e-3, 1e-2),
    "expand_dims": (False, True),
    "fft_length": (64, 32, 50, 4),
    "filters": (2, 4, 6, 0, -1),
    "flash_attention": (None,),
    "frame_length": (3, 4, 2, 0),
    "frame_step": (None, 1, 2, 9),
    "go_backwards": (False, True),
    "groups": (1, 1, 2, 0),
    "input_dim": (5, 9),
    "head_dim": (2, 3),
    "invert": (False, True),
    "interpolation": ("nearest", "bilinear", "bicubic", "linear"),
    "keepdims": (False, True),
    "key_dim": (2, 3, 0),
    "l1": (0.0, 0.1, -1.0),
    "l2": (0.0, 0.2, 1.0),
    "logit_soft_cap": (None, 2.0),
    "lora_alpha": (None,),
    "lora_rank": (None,),
    "mag_exp": (1.0, 2.0, 3.0),
    "mask_value": (0.0, 1.0),
    "mask_zero": (False, True),
    "max_freq": (None, 6000.0, 7000),
    "max_value": (None, 1.0, 0.4, -1.0),
    "merge_mode": ("concat", "sum", "mul", "ave", None, "other"),
    "min_freq": (20.0, 0.0, 100),
    "min_power": (1e-10, 1e-2),
    "momentum": (0.99, 0.5, 0.0),
    "n": (1, 3, 0, -2, 1.5),
    "negative_slope": (0.0, 0.3, -0.5),
    "normalize": (False, True),
    "noise_shape": (None, (None, 1), (-1, 2), (2, -1)),
    "num_key_value_heads": (1, 2, 4),
    "num_query_heads": (4, 4, 2),
    "num_mel_bins": (3, 5, 9),
    "num_heads": (1, 2, 0),
    "offset": (0.0, 1.5),
    "output_dim": (2, 3),
    "output_padding": (None, None, 0, 1),
    "padding": ("valid", "same", "causal", "full"),
    "power_to_db": (True, False),
    "quantization_config": (None,),
    "ref_power": (1.0, 2.5, -3.0),
    "rate": (0.0, 0.3, 1.5),
    "recurrent_activation": ("sigmoid", "hard_sigmoid"),
    "recurrent_dropout": (0.0, 0.2),
    "periodic": (False, True),
    "power_iterations": (1, 2, 0),
    "renorm": (False, True),
    "renorm_clipping": (
        None,
        {"rmax": 1.5, "rmin": 0.5, "dmax": 0.3},
        {"dmax": 0.1},
        {"dmax": -1.0},
        {"rmean": 1},
        {"rmin": 2.0, "rmax": 1.0},
    ),
    "renorm_momentum": (0.99, 0.3),
    "reset_after": (True, False),
    "reverse_dtype": (None, "float32", "float16"),
    "return_sequences": (False, True),
    "return_state": (False, True),
    "sampling_rate": (16000, 14001),
    "scale": (True, False),
    "scaling": ("density", "spectrum", None, "other"),
    "score_mode": ("dot", "dot", "concat", "other"),
    "seed": (None, 7),
    "sequence_length": (None, 32, 20, 60),
    "sequence_stride": (8, 10),
    "shared_axes": (None, 1, [1], [2], [1, 2]),
    "sliding_window": (None, None, 1, 2, 0),
    "stateful": (False,),
    "stddev": (0.5, 1.0, -1.0),
    "synchronized": (False,),
    "target_shape": ((-1,), (3, 2), (2, -1), (-1, -1), (7,), ()),
    "top_db": (80.0, 3.0),
    "threshold": (0.0, 0.25, -1.0),
    "tie_weights": (True, False),
    "unit_forget_bias": (True, False),
    "units": (1, 2, 4, 0, -3),
    "unroll": (False, True),
    "use_cudnn": ("auto", False),
    "use_bias": (True, False),
    "use_causal_mask": (False, True),
    "use_gate": (False, True),
    "use_scale": (False, True),
    "value_dim": (None, 2, 3),
    "weights": (None,),
    "window": ("hann", "hamming", None),
    "zero_output_for_mask": (False, True),
}
CELLS = (
    ("SimpleRNNCell", {"units": 2}),
    ("LSTMCell", {"units": 2}),
    ("GRUCell", {"units": 3}),
)
OWN_POOLS = {
    "AlphaDropout": {"noise_shape": (None, (None, 1), (2, 1))},
    "Activation": {"activation": (*ACTIVATIONS, "linear")},
    "Bidirectional": {
        "layer": (
            ("LSTM", {"units": 2}),
            ("GRU", {"units": 2, "return_sequences": True}),
            ("SimpleRNN", {"units": 2, "return_state": True, "return_sequences": True}),
            ("LSTM", {"units": 2, "go_backwards": True, "return_state": True}),
        ),
        "backward_layer": (None, ("GRU", {"units": 2, "go_backwards": True})),
    },
    "BatchNormalization": {"axis": (-1, 1, -2)},
    "Cropping1D": {"cropping": (1, 2, (0, 2), (1, -1), 0, 9)},
    "Cropping2D": {
        "cropping": (1, (1, 2), ((0, 1), (2, 0)), ((1, 2), (3, -4)), 0, (1, 2, 3), 5),
    },
    "Cropping3D": {
        "cropping": (1, (1, 2, 0), ((0, 1), (2, 0), (1, 1)), ((1, -1), 1, 1), (1, 2)),
    },
    "Dot": {"axes": (1, 2, -1, (1, 2), [2, 1], (1, 1), (-1, -1), 0, (1,), "a")},
    "EinsumDense": {
        "equation": ("ab,bc->ac", "abc,cd->abd", "...x,xy->...y", "abc,bcd->ad", "ab->a"),
        "output_shape": (2, (None, 2), 3),
        "bias_axes": (None, "c", "d", "y", "q"),
    },
    "GroupNormalization": {"axis": (-1, 1, -2), "groups": (1, 2, 3, 4, 6, -1, 0, -2)},
    "LayerNormalization": {"axis": (-1, 1, (1, 2), (2, 1), [-1])},
    "MultiHeadAttention": {"output_shape": (None, 3, (2, 2))},
    "Normalization": {
        "axis": (-1, 1, (1, -1), None, 0, 7),
        "mean": (0.5, 2.0, [0.5]),
        "variance": (0.5, 4.0, 0.0),
    },
    "Pipeline": {
        "layers": (
            [("Rescaling", {"scale": 0.5}), ("Dense", {"units": 2})],
            [("Dense", {"units": 3}), ("BatchNormalization", {})],
            [("Softmax", {})],
        ),
    },
    "RMSNormalization": {"axis": (-1, 1, (1, 2), (2, 1), [-1])},
    "RNN": {"cell": (*CELLS, [CELLS[0], CELLS[1]], [CELLS[2], CELLS[0]])},
    "Rescaling": {"scale": (0.5, 2.0, [0.5, 1.0, 2.0, 0.1], -1.0)},
    "SimpleRNN": {"activity_regularizer": (None,)},  # the real one ignores it
    "Softmax": {"axis": (-1, 1, (1, 2))},
    "STFTSpectrogram": {
        "mode": ("log", "magnitude", "psd", "real", "imag", "angle", "stft", "other"),
        "fft_length": (None, 4, 8, 9, 2),
        "window": ("hann", "hamming", None, "blackman", "other"),
    },
    "SpectralNormalization": {
        "layer": (
            ("Dense", {"units": 2}),
            ("Conv1D", {"filters": 2, "kernel_size": 2}),
            ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (None, 3)}),
            ("Activation", {"activation": "relu"}),
        ),
    },
    "TimeDistributed": {
        "layer": (
            ("Dense", {"units": 2}),
            ("Conv1D", {"filters": 2, "kernel_size": 2}),
            ("LSTM", {"units": 2}),
            ("BatchNormalization", {}),
        ),
    },
    "UnitNormalization": {"axis": (-1, 1, (1, 2), 2)},
    "UpSampling1D": {"size": (1, 2, 3, 0)},
    "ZeroPadding1D": {"padding": (1, 2, (0, 2), (1, -1), 0)},
    "ZeroPadding2D": {
        "padding": (1, (1, 2), ((0, 1), (2, 0)), ((1, 2), (3, -4)), 0, (1, 2, 3)),
    },
    "ZeroPadding3D": {"padding": (1, (1, 2, 0), ((0, 1), (2, 0), (1, 1)), ((1, -1), 1, 1))},
}
DTYPES = (None,) * 6 + ("float16", "mixed_float16", "float64", "bfloat16")


def in_dtype(made, dtype):
    """What is made inside of a layer, in the dtype of that layer."""
    if isinstance(made, list):
        return [in_dtype(m, dtype) for m in made]
    return (made[0], {**made[1], "dtype": dtype})


def options_of(name, rng):
    own = OWN_POOLS.get(name, {})
    out = {}
    for key, p in inspect.signature(getattr(layers, name)).parameters.items():
        if key in ("name", "dtype") or p.kind is p.VAR_KEYWORD:
            continue
        if key not in own and key.endswith("_initializer") and key not in POOLS:
            pool = ("zeros", "ones") if "bias" in key or "moving" in key else INITIALIZERS
        elif key not in own and key.endswith("_regularizer"):
            pool = REGULARIZERS
        elif key not in own and key.endswith("_constraint"):
            pool = CONSTRAINTS
        else:
            pool = own.get(key) or RANKED.get(key) or POOLS[key]
        if p.default is not p.empty and rng.random() < 0.5:
            continue
        value = pool[rng.integers(len(pool))]
        rank = LAYERS[name][0]
        if key in RANKED and key not in own and rank.isdigit() and rng.random() < 0.4:
            value = tuple(pool[i] for i in rng.integers(0, len(pool) - 1, int(rank)))
        out[key] = value
    dtype = DTYPES[rng.integers(len(DTYPES))]
    if dtype is not None:
        out["dtype"] = dtype
        for key in ("layer", "backward_layer", "cell"):
            if out.get(key):
                out[key] = in_dtype(out[key], dtype)
    if rng.random() < 0.1 and name not in ("Pipeline", *SPATIAL_DROPOUTS):
        out["trainable"] = False
    if name == "Pipeline":
        out.pop("dtype", None)
    return out


def inputs_of(name, options, rng):
    """Arrays, whether they are one list, and arguments of the call."""
    kind, n, call = LAYERS[name], 2, {}
    draw = lambda *s: rng.normal(size=s).astype("float32")  # noqa: E731
    if kind.isalnum() and kind[0].isdigit():
        rank = int(kind[0])
        shape = tuple(int(v) for v in rng.integers(4, 8, rank))
        first = options.get("data_format") == "channels_first"
        return [draw(n, 4, *shape) if first else draw(n, *shape, 4)], False, call
    if kind == "several":
        shape = (n, *(int(v) for v in rng.integers(2, 4, rng.integers(1, 4))))
        count = 2 if name == "Subtract" else int(rng.integers(2, 4))
        if rng.random() < 0.3 and len(shape) > 2:
            return [draw(*shape), draw(*shape[:1], 1, *shape[2:])], True, call
        return [draw(*shape) for _ in range(count)], True, call
    if kind.endswith("d sequence"):
        shape = tuple(int(v) for v in rng.integers(3, 6, int(kind[0])))
        first = options.get("data_format") == "channels_first"
        return [draw(n, 3, 2, *shape) if first else draw(n, 3, *shape, 2)], False, call
    if kind == "pair":
        shapes = [((n, 4), (n, 3, 4), (n, 4, 3), (n, 4, 4))[i] for i in rng.integers(0, 4, 2)]
        return [draw(*shape) for shape in shapes], True, call
    if kind == "ids or vectors" and rng.random() < 0.5:
        call["reverse"] = True
        return [draw(n, 3, options["output_dim"])], False, call
    if kind.startswith("ids"):
        return [rng.integers(0, 5, (n, 4)[: rng.integers(1, 3)]).astype("int32")], False, call
    if kind == "sound":
        return [draw(*((n, 1200) if rng.random() < 0.7 else (1200,)))], False, call
    if kind == "wrapped":
        return [draw(n, 5, 3)], False, call
    if kind == "sequence":
        deep = name == "TimeDistributed" and options["layer"][0] in ("Conv1D", "LSTM")
        return [draw(n, 5, 4, 3) if deep else draw(n, 5, 3)], False, call
    if kind == "einsum":
        return [draw(n, 3) if rng.random() < 0.5 else draw(n, 3, 4)], False, call
    if kind == "queries":
        target, source, value = (n, 3, 4), (n, 5, 4), (n, 5, 2)
        given = [target, source] if rng.random() < 0.5 else [target, value, source]
        if rng.random() < 0.5:
            masks = [rng.random(shape[:2]) < 0.7 for shape in given]
            call["mask"] = [m if rng.random() < 0.7 else None for m in masks]
        call.update({k: True for k in CAUSAL_OR_SCORES if rng.random() < 0.3})
        return [draw(*shape) for shape in given], True, call
    if kind == "attention":
        axes = options.get("attention_axes")
        deep = axes in (2, (1, 2)) or ("attention_axes" in options and rng.random() < 0.6)
        shape, other = ((n, 3, 4, 4), (n, 3, 4, 3)) if deep else ((n, 5, 4), (n, 6, 3))
        if name == "GroupedQueryAttention":
            other = (n, 6, 4)  # which the real one takes of the features of the query only
        if rng.random() < 0.5:
            other = shape
        call.update({k: True for k in CAUSAL_OR_SCORES if rng.random() < 0.3})
        if not deep and rng.random() < 0.3:
            call["attention_mask"] = np.tril(np.ones((shape[1], other[1]), bool))
            if rng.random() < 0.5:
                call["attention_mask"] = np.repeat(call["attention_mask"][None], n, 0)
        if not deep and rng.random() < 0.4:
            lengths = {"query_mask": shape[1], "value_mask": other[1], "key_mask": other[1]}
            drawn = {k: rng.random((n, size)) < 0.8 for k, size in lengths.items()}
            call.update({k: m for k, m in drawn.items() if rng.random() < 0.6})
        return [draw(*shape), draw(*other)], False, call
    shape = [(n, 4), (n, 3, 4), (n, 3, 2, 4)][rng.integers(3)]
    return [np.round(draw(*shape), 1)], False, call


def sample(name, rng):
    options = options_of(name, rng)
    inputs, as_list, call = inputs_of(name, options, rng)
    mask = None
    wanted = inputs[0].ndim == 3 if as_list else inputs[0].ndim > 2
    if rng.random() < 0.4 and wanted and LAYERS[name] not in NO_MASKS:
        mask = rng.random(inputs[0].shape[:2]) < 0.7
        mask[:, 0] = True
    if options.get("unroll"):
        options.pop("zero_output_for_mask", None)  # not looked at by the real one on NumPy
    random = any(options.get(k) for k in ("rate", "stddev", "dropout", "recurrent_dropout"))
    mode = bool(rng.random() < 0.4) and not random
    return REAL_NAMES.get(name, name), options, inputs, as_list, call, mask, mode


# Arguments that make many weights, and the shapes of the inputs that go with them.
LARGE = {
    "cell": [("SimpleRNNCell", {"units": 40}), ("GRUCell", {"units": 30})],
    "depth_multiplier": 5,
    "equation": "abc,cde->abde",
    "filters": 40,
    "head_dim": 20,
    "groups": 2,
    "input_dim": 90,
    "kernel_size": 3,
    "key_dim": 20,
    "num_heads": 6,
    "num_key_value_heads": 3,
    "num_query_heads": 6,
    "output_dim": 40,
    "units": 60,
    "use_gate": True,
    "use_scale": True,
    "value_dim": 15,
}
OWN_LARGE = {
    "Bidirectional": {"layer": ("LSTM", {"units": 24})},
    "EinsumDense": {"output_shape": (None, 8, 20)},
    "Permute": {"dims": (2, 1)},
    "RepeatVector": {"n": 2},
    "ReversibleEmbedding": {"tie_weights": False},
    "SpectralNormalization": {"layer": ("Dense", {"units": 60})},
    "STFTSpectrogram": {"frame_length": 4, "fft_length": 4},
    "TimeDistributed": {"layer": ("Dense", {"units": 60})},
}
LARGE_SHAPES = {
    "1d": (2, 6, 40),
    "2d": (2, 5, 5, 40),
    "3d": (2, 4, 4, 4, 20),
    "1d sequence": (2, 3, 5, 30),
    "2d sequence": (2, 3, 5, 5, 10),
    "3d sequence": (2, 3, 4, 4, 4, 4),
    "ids": (2, 3),
    "ids or vectors": (2, 3),
    "sound": (2, 2500),
}


def large(name):
    """Arguments that give a layer many weights, inputs, and whether these are a list."""
    own, out = OWN_LARGE.get(name, {}), {}
    for key, p in inspect.signature(getattr(layers, name)).parameters.items():
        if key in own or key in LARGE:
            out[key] = own.get(key, LARGE.get(key))
        elif p.default is p.empty and p.kind is not p.VAR_KEYWORD:
            pool = OWN_POOLS.get(name, {}).get(key) or RANKED.get(key) or POOLS[key]
            out[key] = next(value for value in pool if value is not None)
    kind = LAYERS[name]
    shape = (2, 40) if name == "RepeatVector" else LARGE_SHAPES.get(kind, (2, 3, 40))
    count = 2 if kind in ("several", "pair", "queries", "attention") else 1
    dtype = "int32" if kind.startswith("ids") else "float32"
    return out, [np.zeros(shape, dtype) for _ in range(count)], kind in AS_LIST


AS_LIST = ("several", "pair", "queries")
