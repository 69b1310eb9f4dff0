"""A student learns from a teacher on every backend."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import distillation, layers

R = np.random.default_rng(0)
X = R.normal(size=(64, 6)).astype("float32")
Y = np.argmax(X[:, :3], 1)


def make():
    keras.utils.set_random_seed(0)
    teacher = keras.Sequential(
        [keras.Input((6,)), layers.Dense(12, activation="tanh", name="wide"), layers.Dense(3)]
    )
    student = keras.Sequential(
        [keras.Input((6,)), layers.Dense(12, name="thin"), layers.Dropout(0.1), layers.Dense(3)]
    )
    return teacher, student


def test_a_student_comes_close_to_its_teacher():
    teacher, student = make()
    losses = [
        distillation.LogitsDistillation(1.0, "mse"),
        distillation.FeatureDistillation("mse", "wide", "thin"),
    ]
    distiller = distillation.Distiller(teacher, student, losses, student_loss_weight=0.1)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    distiller.compile(keras.optimizers.Adam(0.02), loss, metrics=["accuracy"])
    before = [np.array(w) for w in teacher.get_weights()]
    history = distiller.fit(X, Y, epochs=8, batch_size=16, verbose=0).history
    assert history["distillation_loss"][-1] < 0.6 * history["distillation_loss"][0]
    for a, b in zip(before, teacher.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert distiller._computed is None  # no tensors of a step are left behind
    total = 0.1 * history["student_loss"][0] + 0.9 * history["distillation_loss"][0]
    np.testing.assert_allclose(history["total_loss"][0], total, rtol=1e-4)


def test_weights_of_samples_count_for_the_loss_on_the_data():
    distiller = distillation.Distiller(*make(), distillation.LogitsDistillation(loss="mse"))
    distiller.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    logs = distiller.evaluate(X, Y, sample_weight=np.zeros(64), verbose=0, return_dict=True)
    assert logs["student_loss"] == 0
    assert logs["distillation_loss"] > 0


def test_errors():
    teacher, student = make()
    with pytest.raises(ValueError, match="In student model: No such layer: wide"):
        distillation.Distiller(
            teacher, student, distillation.FeatureDistillation("mse", "wide", "wide")
        )
    other = keras.Sequential([keras.Input((6,)), layers.Dense(2)])
    with pytest.raises(ValueError, match=r"output shapes are incompatible.*\(None, 3\)"):
        distillation.Distiller(teacher, other, distillation.LogitsDistillation())
    with pytest.raises(ValueError, match="'loss' cannot be `None`"):
        distillation.Distiller(teacher, student, distillation.LogitsDistillation()).compile("sgd")
