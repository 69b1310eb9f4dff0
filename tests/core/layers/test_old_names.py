"""Arguments, methods and layers of Keras 2, which work and warn once."""

import numpy as np
import pytest

import keras_core as keras
from keras_core.core.base import legacy


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "_TOLD", set())


def old(what: str):
    return pytest.warns(DeprecationWarning, match=what)


def test_the_rate_of_an_optimizer() -> None:
    with old(r"`SGD\(lr=...\)` is of Keras 2. Today, use `learning_rate=`"):
        optimizer = keras.optimizers.SGD(lr=0.25)
    assert float(optimizer.learning_rate) == 0.25
    with old("Optimizer.lr"):
        optimizer.lr = 0.5
    assert float(optimizer.lr) == float(optimizer.learning_rate) == 0.5
    assert "lr" not in optimizer.get_config()


def test_first_weights() -> None:
    weights = [np.arange(6.0).reshape(3, 2), np.array([1.0, 2.0])]
    with old(r"`Dense\(weights=...\)`"):
        layer = keras.layers.Dense(2, weights=weights)
    assert not layer.weights
    layer(np.ones((1, 3)))
    for have, want in zip(layer.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(have, want)
    assert "weights" not in layer.get_config()


def test_input_length() -> None:
    with old(r"`Embedding\(input_length=...\)`"):
        layer = keras.layers.Embedding(5, 2, input_length=3)
    model = keras.Sequential([layer])
    assert model.output_shape == (None, 3, 2)


def test_generators() -> None:
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss="mse")

    def batches():
        while True:
            yield np.ones((2, 3)), np.ones((2, 1))

    with old("Model.fit_generator"):
        history = model.fit_generator(batches(), steps_per_epoch=2, epochs=2, verbose=0, workers=2)
    assert len(history.history["loss"]) == 2
    with old("Model.evaluate_generator"):
        loss = model.evaluate_generator(batches(), steps=2)
    with old("Model.predict_generator"):
        out = model.predict_generator((x for x, _ in batches()), steps=2)
    assert loss == pytest.approx(np.mean((out - 1) ** 2), rel=1e-5)


def test_layers_without_a_successor() -> None:
    with old("keras.layers.ThresholdedReLU"):
        layer = keras.layers.ThresholdedReLU(0.5)
    x = np.array([[-1.0, 0.3, 0.5, 0.7]], "float32")
    np.testing.assert_array_equal(layer(x), [[0, 0, 0, x[0, 3]]])
    assert type(layer).from_config(layer.get_config()).theta == 0.5

    x = np.arange(24, dtype="float32").reshape(1, 4, 6, 1)
    with old("keras.layers.RandomHeight"):
        layer = keras.layers.RandomHeight((-0.5, -0.5))
    # rows between those of the real layer's image
    np.testing.assert_allclose(
        layer(x, training=True)[0, :, :, 0], [range(3, 9), range(15, 21)], atol=1e-5
    )
    assert layer(x, training=False).shape == x.shape
    assert layer.compute_output_shape((None, 4, 6, 1)) == (None, None, 6, 1)
    with old("keras.layers.RandomWidth"):
        layer = keras.layers.RandomWidth(0.5, seed=1)
    widths = {layer(x, training=True).shape[2] for _ in range(20)}
    assert widths <= set(range(3, 10))
    assert len(widths) > 2
    with pytest.raises(ValueError, match="lower and an upper bound"):
        keras.layers.RandomWidth((0.5, 0.2))
    with pytest.raises(ValueError, match="theta=-1"):
        keras.layers.ThresholdedReLU(-1)


def test_names_are_not_listed() -> None:
    assert not {"mean", "RandomHeight", "MSE"} & {
        *keras.backend.__all__,
        *keras.layers.__all__,
        *keras.losses.__all__,
    }
    with old("keras.losses.Reduction"):
        assert keras.losses.MeanSquaredError(keras.losses.Reduction.SUM).reduction == "sum"
