"""Files that travel between this project and real Keras."""

import importlib.util

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import layers as ours

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        importlib.util.find_spec("keras") is None, reason="real Keras is not installed"
    ),
]

MODELS = {
    "mlp": (
        "keras.Sequential([keras.Input((4,)), L.Dense(8, activation='relu'), L.Dropout(0.3), "
        "L.BatchNormalization(), L.Dense(3, activation='softmax')])",
        (4,),
    ),
    "cnn": (
        "keras.Sequential([keras.Input((8, 8, 3)), L.ZeroPadding2D(1), L.Conv2D(4, 3, strides=2, "
        "padding='same', activation='relu'), L.DepthwiseConv2D(3), L.UpSampling2D(), "
        "L.Conv2DTranspose(2, 3, strides=2, padding='same'), L.MaxPooling2D(), L.ReLU(), "
        "L.GlobalAveragePooling2D(), L.Rescaling(0.5), L.Reshape((2, 1)), L.Permute((2, 1)), "
        "L.Flatten()])",
        (8, 8, 3),
    ),
    "conv1d": (
        "keras.Sequential([keras.Input((9, 3)), L.Conv1D(4, 3, padding='causal'), "
        "L.AveragePooling1D(2), L.LayerNormalization(), L.GlobalMaxPooling1D()])",
        (9, 3),
    ),
    "rnn": (
        "keras.Sequential([keras.Input((5, 4)), L.Bidirectional(L.LSTM(3, return_sequences=True)), "
        "L.GRU(3, return_sequences=True), L.TimeDistributed(L.Dense(2)), "
        "L.RNN([L.LSTMCell(2), L.GRUCell(3)], return_sequences=True), L.SimpleRNN(2)])",
        (5, 4),
    ),
    "attention": (
        "(lambda x: keras.Model(x, L.GlobalAveragePooling1D()(L.LayerNormalization()(L.Add()([x, "
        "L.MultiHeadAttention(2, 4)(x, x)])))))(keras.Input((5, 6)))",
        (5, 6),
    ),
    "attentions": (
        "(lambda x: keras.Model(x, L.GlobalAveragePooling1D()(L.Concatenate()(["
        "L.MultiHeadAttention(2, 4, use_gate=True, dropout=0.1)(x, x), "
        "L.GroupQueryAttention(3, 4, 2, use_gate=True)(x, x), "
        "L.Attention(use_scale=True, score_mode='concat')([x, x]), "
        "L.AdditiveAttention()([x, x])]))))(keras.Input((5, 6)))",
        (5, 6),
    ),
    "normalizations": (
        "keras.Sequential([keras.Input((5, 6)), L.GroupNormalization(3), L.AlphaDropout(0.2), "
        "L.SpectralNormalization(L.Conv1D(4, 2)), L.GaussianDropout(0.2), L.RMSNormalization(), "
        "L.BatchNormalization(renorm=True), L.SpectralNormalization(L.Dense(3)), "
        "L.Reshape((4, 3, 1)), L.SpatialDropout2D(0.2), L.Reshape((1, 4, 3, 1)), "
        "L.SpatialDropout3D(0.2, 'channels_first')])",
        (5, 6),
    ),
    "sounds": (
        "keras.Sequential([keras.Input((64,)), L.Reshape((32, 2)), L.STFTSpectrogram('log', 8, "
        "window='hamming', expand_dims=True), L.Flatten(), L.MelSpectrogram(16, 4, "
        "num_mel_bins=3), L.Flatten(), L.Dense(2, kernel_initializer='ones')])",
        (64,),
    ),
    "graph": (
        "(lambda a: (lambda b: keras.Model(a, keras.ops.concatenate([keras.ops.softmax(b, axis=-1)"
        " * 2.0 + a[:, :2], L.Average()([b, b]), L.Multiply()([b, b])], axis=-1)))(L.Dense(2)(a)))"
        "(keras.Input((4,)))",
        (4,),
    ),
}


@pytest.fixture
def data():
    return lambda shape: np.random.default_rng(0).normal(size=(3, *shape)).astype("float32")


@pytest.mark.parametrize("name", MODELS)
def test_a_file_of_keras_loads_here(name, tmp_path, data):
    code, shape = MODELS[name]
    path = str(tmp_path / "model.keras")
    expected = real_keras(
        f"from keras import layers as L\nmodel = {code}\nmodel.save(path)\nmodel(x)",
        path=path,
        x=data(shape),
    )
    model = keras.models.load_model(path)
    np.testing.assert_allclose(
        model.predict(data(shape), verbose=0), expected, rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("name", MODELS)
def test_our_file_loads_in_keras(name, tmp_path, data):
    code, shape = MODELS[name]
    model = eval(code, {"keras": keras, "L": ours})  # noqa: S307  # code of this file
    path = str(tmp_path / "model.keras")
    model.save(path)
    found = real_keras("keras.models.load_model(path)(x)", path=path, x=data(shape))
    np.testing.assert_allclose(found, model.predict(data(shape), verbose=0), rtol=1e-5, atol=1e-5)


def test_a_compiled_model_keeps_its_optimizer(tmp_path, data):
    if keras.config.backend() == "openvino":
        pytest.skip("the backend does not train")
    path = str(tmp_path / "model.keras")
    model = keras.Sequential([keras.Input((4,)), ours.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    model.fit(data((4,)), np.ones((3, 2), "float32"), epochs=2, verbose=0)
    model.save(path)
    code = (
        "m = keras.models.load_model(path)\n"
        "[float(m.optimizer.learning_rate), int(m.optimizer.iterations)] + "
        "[np.asarray(v) for v in m.optimizer.variables[2:]]"
    )
    rate, steps, *slots = real_keras(code, path=path)
    assert rate == pytest.approx(0.01)
    assert steps == 2
    for slot, ours_ in zip(slots, model.optimizer.variables[2:], strict=True):
        np.testing.assert_allclose(slot, ours_.numpy(), rtol=1e-6)


def test_legacy_files_travel_both_ways(tmp_path, data):
    theirs, mine = str(tmp_path / "theirs.h5"), str(tmp_path / "mine.h5")
    code = "keras.Sequential([keras.Input((4,)), L.Dense(3, activation='relu'), L.Dense(2)])"
    expected = real_keras(
        f"from keras import layers as L\nm = {code}\nm.save(path)\nm(x)",
        path=theirs,
        x=data((4,)),
    )
    model = keras.models.load_model(theirs)
    np.testing.assert_allclose(model.predict(data((4,)), verbose=0), expected, atol=1e-5)
    model.save(mine)
    again = real_keras("keras.models.load_model(path)(x)", path=mine, x=data((4,)))
    np.testing.assert_allclose(again, expected, atol=1e-5)
