"""Gradients of several batches are one gradient: all that counts steps counts those of weights."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import optimizers
from keras_core.core.state.variables import Variable
from keras_core.optimizers import schedules

NAMES = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
]
OPTIONS = [
    {"clipnorm": 0.5, "use_ema": True, "ema_momentum": 0.5},
    {"global_clipnorm": 0.5, "use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
    {"weight_decay": 0.1, "clipvalue": 0.1},
]


def made(name, options, **more):
    rate = schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.05, 0.02])
    return getattr(optimizers, name)(learning_rate=rate, **options, **more)


@pytest.mark.parametrize("steps", [2, 3])
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "-".join(o))
@pytest.mark.parametrize("name", NAMES)
def test_several_batches_are_one(name, options, steps):
    rng = np.random.default_rng(0)
    grads = rng.normal(size=(4, steps, 3, 2)).astype("float32")
    runs = []
    for whole in (False, True):
        w = Variable(np.ones((3, 2), "float32"), name="w")
        optimizer = made(name, options, **({} if whole else {"gradient_accumulation_steps": steps}))
        optimizer.build([w])
        values = []
        for batches in grads:
            for g in [batches.mean(0)] if whole else batches:
                optimizer.apply([keras.ops.convert_to_tensor(g)], [w])
            values.append(w.numpy())
            if options.get("use_ema"):
                values.append(optimizer._average[0].numpy())
        assert int(keras.ops.convert_to_numpy(optimizer.iterations)) == 4
        runs.append(values)
    for a, b in zip(*runs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_an_average_that_was_never_taken_is_not_used():
    """Neither before the first step, nor for a variable without gradients."""
    v, w = Variable(np.ones(2, "float32"), name="v"), Variable(np.ones(2, "float32"), name="w")
    optimizer = optimizers.SGD(0.1, use_ema=True)
    optimizer.build([v, w])
    optimizer.finalize_variable_values([v, w])
    np.testing.assert_array_equal(v.numpy(), [1, 1])
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        optimizer.apply([None, keras.ops.ones(2)], [v, w])
    optimizer.finalize_variable_values([v, w])
    np.testing.assert_array_equal(v.numpy(), [1, 1])
    np.testing.assert_allclose(w.numpy(), [0.9, 0.9])


def test_maps_of_optimizers():
    """Expressions match whole paths, and only one may."""
    a, b = optimizers.SGD(0.1), optimizers.SGD(0.2)
    chosen = optimizers.OptimizerMap(a, {"enc/.*": b})
    assert chosen["enc/kernel"] is b
    assert chosen["my_enc/kernel"] is a
    assert chosen["enc"] is a
    assert list(chosen.items()) == [("enc/.*", b)]
    chosen[".*kernel"] = a
    with pytest.raises(ValueError, match="several expressions"):
        chosen["enc/kernel"]
    whole = optimizers.MultiOptimizer(chosen)
    assert whole.optimizers == [b, a]
    assert not hasattr(whole, "learning_rate")
    with pytest.raises(AttributeError, match="no learning rate of its own"):
        whole.learning_rate = 0.1
    with pytest.raises(TypeError, match="must be an optimizer"):
        optimizers.OptimizerMap("sgd")


@pytest.mark.parametrize("option", ["clipnorm", "use_ema", "loss_scale_factor", "weight_decay"])
def test_options_of_the_inner_optimizer(option):
    with pytest.raises(ValueError, match=f"set `{option}` on the `inner_optimizer`"):
        optimizers.LossScaleOptimizer(optimizers.SGD(0.1), **{option: 1.0})


@pytest.mark.parametrize("kind", ["nested", "member", "around"])
def test_a_loss_scale_counts_once(kind):
    """Whatever stands around what: the outermost one scales, and gradients are divided by that."""
    scaled, several = optimizers.LossScaleOptimizer, optimizers.MultiOptimizer
    one = optimizers.SGD(0.1, loss_scale_factor=3.0)
    optimizer = {
        "nested": lambda: scaled(scaled(one, initial_scale=4.0), initial_scale=2.0),
        "member": lambda: several(
            optimizers.OptimizerMap(scaled(one, initial_scale=4.0)), loss_scale_factor=5.0
        ),
        "around": lambda: scaled(
            several(optimizers.OptimizerMap(one), loss_scale_factor=5.0), initial_scale=4.0
        ),
    }[kind]()
    v = Variable(np.ones(2, "float32"), name="v")
    optimizer.build([v])
    optimizer.apply([optimizer.scale_loss(keras.ops.ones(2))], [v])
    np.testing.assert_allclose(v.numpy(), [0.9, 0.9], rtol=1e-6)
    assert int(keras.ops.convert_to_numpy(optimizer.iterations)) == 1
