"""Distillation: losses, training, configs and files as the real Keras has them."""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras

pytestmark = [pytest.mark.interop, pytest.mark.one_in(3)]

MODELS = """
D, L = keras.distillation, keras.layers
rng = np.random.default_rng(0)
def model(*layers):
    return keras.Sequential([keras.Input((4,)), *layers])
def made(losses, **options):
    keras.utils.clear_session()
    teacher = model(L.Dense(8, activation="relu", name="t1"), L.Dense(3, name="t2"))
    student = model(L.Dense(8, name="s1"), L.Dense(3, name="s2"))
    for m in (teacher, student):
        m.set_weights([rng.normal(size=w.shape) for w in m.get_weights()])
    d = D.Distiller(teacher, student, eval(losses), **options)
    d.compile(keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(
        from_logits=True), metrics=["accuracy"])
    return d
x, y = rng.normal(size=(32, 4)).astype("float32"), rng.integers(0, 3, 32)
"""
TRAIN = """
d = made(losses, **options)
h = d.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0, validation_data=(x, y)).history
result = [{k: h[k] for k in sorted(h)}, d.get_weights(), [m.name for m in d.metrics]]
"""
LOSSES = {
    "logits": ("D.LogitsDistillation()", {}),
    "two": (
        "[D.LogitsDistillation(2.0, 'mse'), D.FeatureDistillation('mae', 't1', 's1')]",
        {"distillation_loss_weights": [1.0, 0.5], "student_loss_weight": 0.3},
    ),
    "data": ("D.LogitsDistillation()", {"student_loss_weight": 1.0}),
    "outputs": ("[D.FeatureDistillation()]", {"student_loss_weight": 0.0}),
}


def mine(code, **values):
    scope = {"keras": keras, "np": np, **values}
    exec(MODELS + code, scope)  # code of this file
    return scope["result"]


@pytest.mark.parametrize("name", LOSSES)
def test_training(name):
    losses, options = LOSSES[name]
    wanted = real_keras(MODELS + TRAIN, "jax", losses=losses, options=options)
    found = mine(TRAIN, losses=losses, options=options)
    assert found[2] == wanted[2]
    assert found[0].keys() == wanted[0].keys()
    for key, values in found[0].items():
        np.testing.assert_allclose(values, wanted[0][key], rtol=1e-3, err_msg=key)
    for a, b in zip(found[1], wanted[1], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("loss", ["kl_divergence", "categorical_crossentropy", "mae"])
@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_losses(loss, temperature):
    code = "result = np.asarray(D.LogitsDistillation(t, loss).compute_loss(x[:9], x[9:18]))"
    wanted = real_keras(MODELS + code, "jax", t=temperature, loss=loss)
    found = mine(code.replace("np.asarray", "keras.ops.convert_to_numpy"), t=temperature, loss=loss)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_files_travel_both_ways(tmp_path):
    theirs, ours = str(tmp_path / "theirs.keras"), str(tmp_path / "ours.keras")
    save = (
        "d = made(losses)\nd.fit(x, y, verbose=0)\nd.save(path)\nresult = d.predict(x, verbose=0)"
    )
    losses = LOSSES["two"][0]
    wanted = real_keras(MODELS + save, "jax", losses=losses, path=theirs)
    found = mine(save, losses=losses, path=ours)
    load = "result = keras.models.load_model(path).predict(x, verbose=0)"
    np.testing.assert_allclose(mine(load, path=theirs), wanted, rtol=1e-4, atol=1e-5)
    again = real_keras(MODELS + load, "jax", path=ours)
    np.testing.assert_allclose(again, found, rtol=1e-4, atol=1e-5)
