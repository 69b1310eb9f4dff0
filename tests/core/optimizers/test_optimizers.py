"""Optimizers against the real Keras, and what is their own."""

import numpy as np
import pytest
from blackbox import real_keras

from keras_core import ops, optimizers
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import runtime
from keras_core.optimizers import optimizer as base
from keras_core.optimizers import schedules

rng = np.random.default_rng(0)
SHAPES = {"w": (3, 4), "b": (4,), "e": (2, 3, 4)}
START = {k: rng.normal(size=s).astype("float32") for k, s in SHAPES.items()}
GRADS = [
    [rng.normal(size=s).astype("float32") * (i + 1) for s in SHAPES.values()] for i in range(5)
]

CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"clipnorm": 0.5}),
    ("SGD", {"clipvalue": 0.1}),
    ("SGD", {"global_clipnorm": 1.5}),
    ("SGD", {"loss_scale_factor": 4.0}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.5}),
    ("SGD", {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2}),
    ("SGD", {"gradient_accumulation_steps": 2, "momentum": 0.5}),
    ("Adam", {"gradient_accumulation_steps": 2, "use_ema": True, "ema_overwrite_frequency": 2}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "epsilon": 1e-3}),
    ("AdamW", {"weight_decay": 0.1}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Lamb", {}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "centered": True}),
    ("Adagrad", {}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adafactor", {}),
    ("Adafactor", {"relative_step": False, "clip_threshold": 0.5}),
    ("Lion", {"weight_decay": 0.1}),
    ("Ftrl", {}),
    ("Ftrl", {
        "l1_regularization_strength": 0.1, "l2_regularization_strength": 0.2,
        "l2_shrinkage_regularization_strength": 0.3, "beta": 0.1, "learning_rate_power": -0.7,
    }),
    ("Muon", {}),
    ("Muon", {"nesterov": False, "adam_lr_ratio": 0.5, "exclude_layers": ["w"]}),
    ("ScheduleFreeAdamW", {}),
    ("ScheduleFreeAdamW", {"warmup_steps": 3, "beta_1": 0.8}),
]  # fmt: skip

_RUN = """
o = getattr(keras.optimizers, name)(**options)
vs = [keras.Variable(v, name=k) for k, v in start.items()]
o.build(vs)
for gs in grads:
    o.apply(gs, vs)
store = {}
o.save_own_variables(store)
(
    [v.numpy() for v in vs], [v.path for v in o.variables], [v.numpy() for v in o.variables],
    keras.optimizers.serialize(o), store,
)
"""


def variables():
    return [Variable(v, name=k) for k, v in START.items()]


def tensors_of(grads):
    return [ops.convert_to_tensor(g) for g in grads]


@pytest.mark.interop
@pytest.mark.parametrize(("name", "options"), CASES)
def test_values(name, options):
    options = {"learning_rate": 0.1, **options}
    values, paths, state, config, store = real_keras(
        _RUN, name=name, options=options, start=START, grads=GRADS
    )
    ours = getattr(optimizers, name)(**options, name=config["config"]["name"])
    vs = variables()
    for grads in GRADS:
        ours.apply(tensors_of(grads), vs)
    for v, expected in zip(vs, values, strict=True):
        np.testing.assert_allclose(v.numpy(), expected, rtol=2e-5, atol=2e-6)
    got = [v.path for v in ours.variables]
    if name != "Nadam":  # whose last variable has an automatic name there
        assert got == paths
    for v, expected in zip(ours.variables, state, strict=True):
        np.testing.assert_allclose(v.numpy(), expected, rtol=2e-5, atol=2e-6, err_msg=v.path)
    assert optimizers.serialize(ours) == config
    # a file of the real one goes into a new one
    again = optimizers.deserialize(config)
    again.build(variables())
    again.load_own_variables(store)
    for v, expected in zip(again.variables, state, strict=True):
        np.testing.assert_array_equal(v.numpy(), expected)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_stateless(name, options):
    ours, twin = (
        getattr(optimizers, name)(
            learning_rate=0.1, **{k: v for k, v in options.items() if k != "learning_rate"}
        )
        for _ in range(2)
    )
    vs, ws = variables(), variables()
    ours.build(vs)
    twin.build(ws)
    own = [v.value for v in ours.variables]
    values = [v.value for v in vs]
    for grads in GRADS[:3]:
        values, own = ours.stateless_apply(own, tensors_of(grads), values)
        twin.apply(tensors_of(grads), ws)
    for v, start in zip(vs, START.values(), strict=True):
        np.testing.assert_array_equal(v.numpy(), start)
    for x, w in zip(values, ws, strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(x), w.numpy(), rtol=1e-4, atol=1e-5)
    assert int(ops.convert_to_numpy(own[0])) == 3


@pytest.mark.interop
def test_loss_scaling():
    gradients = [1.0, 1.0, 1.0, 1.0, np.inf, 1.0, np.nan, 1.0]
    expected = real_keras(
        """
o = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), 4.0, 2, name="ls")
v = keras.Variable(np.array([1.0], "float32"))
o.build([v])
out = []
for g in gs:
    o.apply([np.array([g], "float32")], [v])
    out.append([float(np.ravel(x.numpy())[0]) for x in [v, *o.variables]])
(out, o.get_config()["initial_scale"], [x.path.split("/")[-1] for x in o.variables])
""",
        gs=gradients,
    )
    o = optimizers.LossScaleOptimizer(optimizers.SGD(0.1), 4.0, 2, name="ls")
    v = Variable(np.array([1.0], "float32"))
    o.build([v])
    out = []
    for g in gradients:
        o.apply(tensors_of([np.array([g], "float32")]), [v])
        out.append([float(np.ravel(x.numpy())[0]) for x in [v, *o.variables]])
    np.testing.assert_allclose(out, expected[0], rtol=1e-6)
    assert [x.path.split("/")[-1] for x in o.variables] == expected[2]
    again = optimizers.deserialize(optimizers.serialize(o))
    assert again.get_config() == o.get_config()
    assert float(o.scale_loss(ops.convert_to_tensor(2.0))) == 8.0
    assert optimizers.with_loss_scaling(o) is o
    o.learning_rate = 0.5
    assert float(o.inner_optimizer.learning_rate) == 0.5


def test_traced_conditions_agree_with_eager_ones(monkeypatch):
    for options in (
        {"gradient_accumulation_steps": 2, "momentum": 0.5},
        {"use_ema": True, "ema_momentum": 0.5, "ema_overwrite_frequency": 2},
    ):
        results = []
        for traced in (False, True):
            o = optimizers.SGD(0.1, **options)
            vs = variables()
            o.build(vs)
            with monkeypatch.context() as patch:
                if traced:
                    patch.setattr(base.native, "is_tracing", lambda: True)
                for grads in GRADS:
                    o.apply(tensors_of(grads), vs)
            results.append([v.numpy() for v in vs + o.variables])
        for a, b in zip(*results, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-6)


SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [5, 10], "values": [1.0, 0.5, 0.1]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "power": 0.5}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "cycle": True}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "alpha": 0.1}),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "warmup_target": 0.5, "warmup_steps": 5},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
    (
        "CosineDecayRestarts",
        {
            "initial_learning_rate": 0.1,
            "first_decay_steps": 5,
            "t_mul": 1.0,
            "m_mul": 0.9,
            "alpha": 0.1,
        },
    ),
]


@pytest.mark.interop
@pytest.mark.parametrize(("name", "options"), SCHEDULES)
def test_schedules(name, options):
    steps = [0, 1, 4, 5, 6, 7, 9, 10, 11, 14, 16, 30]
    expected, config = real_keras(
        """
s = getattr(keras.optimizers.schedules, name)(**options)
([float(s(i)) for i in steps], keras.optimizers.schedules.serialize(s))
""",
        name=name, options=options, steps=steps,
    )  # fmt: skip
    schedule = getattr(schedules, name)(**options)
    np.testing.assert_allclose([float(schedule(i)) for i in steps], expected, rtol=1e-4, atol=1e-6)
    assert schedules.serialize(schedule) == config
    assert schedules.deserialize(config).get_config() == schedule.get_config()
    o = optimizers.deserialize(optimizers.serialize(optimizers.Adam(schedule)))
    assert o._learning_rate.get_config() == schedule.get_config()
    assert [v.name for v in o.variables] == ["iteration"]


def test_schedule_moves_and_is_not_settable():
    o = optimizers.SGD(schedules.PiecewiseConstantDecay([0], [1.0, 0.5]))
    v = Variable([1.0])
    o.apply(tensors_of([[1.0]]), [v])
    o.apply(tensors_of([[1.0]]), [v])
    assert v.numpy().tolist() == [-0.5]
    with pytest.raises(TypeError, match="not settable"):
        o.learning_rate = 0.1
    o = optimizers.SGD(0.1)
    o.learning_rate = 0.5
    assert float(o.learning_rate) == 0.5
    o.learning_rate.assign(0.25)
    assert float(o.learning_rate) == 0.25
    assert optimizers.SGD(lambda: 0.5).learning_rate == 0.5


def test_exclude_from_weight_decay():
    for names, listed in ((["b"], False), (None, True)):
        o = optimizers.AdamW(0.1, weight_decay=0.5)
        vs = variables()
        o.exclude_from_weight_decay(var_names=names, var_list=[vs[1]] if listed else None)
        o.apply(tensors_of([np.zeros(s, "float32") for s in SHAPES.values()]), vs)
        np.testing.assert_allclose(vs[0].numpy(), START["w"] * 0.95, rtol=1e-6)
        np.testing.assert_array_equal(vs[1].numpy(), START["b"])


def test_missing_gradients():
    vs = variables()
    o = optimizers.Adam()
    with pytest.warns(UserWarning, match=r"\['b'\]"):
        o.apply([ops.ones((3, 4)), None, ops.ones((2, 3, 4))], vs)
    np.testing.assert_array_equal(vs[1].numpy(), START["b"])
    with pytest.raises(ValueError, match="No gradients"):
        o.apply([None, None, None], vs)
    assert o.apply([]) is None


def test_constraints_and_overwriting():
    v, s = Variable([1.0, -2.0]), Variable([1.0])
    v.constraint = lambda x: ops.maximum(x, 0.0)
    s.overwrite_with_gradient = True
    o = optimizers.Adam(0.1)
    o.build([v, s])
    assert len(o.variables) == 4
    o.apply(tensors_of([[0.0, 0.0], [7.0]]), [v, s])
    assert v.numpy().tolist() == [1.0, 0.0]
    assert s.numpy().tolist() == [7.0]


def test_subclass_uses_its_own_step():
    calls = []

    class Half(optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            calls.append(variable.name)
            super().update_step(gradient * 0.5, variable, learning_rate)

    vs = variables()
    o = Half(0.1)
    o.apply(tensors_of(GRADS[0]), vs)
    assert calls == list(SHAPES)

    class Own(optimizers.Optimizer):
        def build(self, variables):
            super().build(variables)
            self.slots = [self.add_variable_from_reference(v, "slot") for v in variables]

        def update_step(self, gradient, variable, learning_rate):
            slot = self.slots[self._get_variable_index(variable)]
            self.assign_add(slot, gradient)
            self.assign_sub(variable, learning_rate * slot)

    o = Own(0.5, name="own")
    v = Variable([1.0], name="v")
    o.apply(tensors_of([[1.0]]), [v])
    o.apply_gradients([(ops.ones((1,)), v)])
    assert v.numpy().tolist() == [-0.5]
    assert [x.path for x in o.variables] == ["own/iteration", "own/learning_rate", "own/v_slot"]


def test_half_precision():
    v = Variable(np.ones((2,), "float16"), dtype="float16")
    for name in ("SGD", "Adam", "RMSprop", "Lion"):
        getattr(optimizers, name)(0.1).apply([ops.ones((2,), dtype="float16")], [v])
        assert v.dtype == "float16"
        assert np.isfinite(v.numpy()).all()


def test_multi_optimizer():
    chosen = optimizers.OptimizerMap(
        optimizers.Adam(name="a"), {"^w": optimizers.SGD(0.5, momentum=0.9, name="s")}
    )
    o = optimizers.MultiOptimizer(chosen, name="m")
    vs = variables()
    o.build(vs)
    assert [v.path for v in o.variables[:5]] == [
        "m/iteration", "m/learning_rate", "s/iteration", "s/learning_rate", "s/w_momentum",
    ]  # fmt: skip
    o.apply(tensors_of(GRADS[0]), vs)
    np.testing.assert_allclose(vs[0].numpy(), START["w"] - 0.5 * GRADS[0][0], rtol=1e-5)
    again = optimizers.deserialize(optimizers.serialize(o))
    assert again.get_config() == o.get_config()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: optimizers.Adam(clipnorm=1.0, clipvalue=1.0), "Only one of"),
        (lambda: optimizers.Adam(use_ema=True, ema_momentum=2.0), "ema_momentum"),
        (lambda: optimizers.Adam(use_ema=True, ema_overwrite_frequency=0), "overwrite"),
        (lambda: optimizers.Adam(gradient_accumulation_steps=1), ">= 2"),
        (lambda: optimizers.Adam("fast"), "learning_rate=fast"),
        (lambda: optimizers.SGD(momentum=2), "momentum"),
        (lambda: optimizers.AdamW(weight_decay=None), "weight_decay"),
        (lambda: optimizers.Lion(beta_1=0), "SignSGD"),
        (lambda: optimizers.Ftrl(learning_rate_power=1.0), "negative or zero"),
        (lambda: optimizers.get("adm"), "Did you mean"),
        (lambda: optimizers.get(len), "Could not interpret"),
        (lambda: optimizers.SGD().apply([ops.ones((1,))]), "already be built"),
        (lambda: optimizers.SGD().set_weights([]), "not yet been built"),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_unknown_variable():
    o = optimizers.SGD()
    o.build([Variable([1.0])])
    with pytest.raises(ValueError, match="Unknown variable"):
        o.apply([ops.ones((1,))], [Variable([1.0])])
    with pytest.warns(UserWarning, match="Skipping variable loading"):
        o.load_own_variables({"0": 1})


@pytest.mark.skipif(not runtime.OVERRIDES.get("adam_update"), reason="no fused updates")
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop"])
def test_fused_and_plain_steps_agree(name, monkeypatch):
    results = []
    for fused in (True, False):
        if not fused:
            monkeypatch.setattr(runtime, "OVERRIDES", {})
        o = getattr(optimizers, name)(0.1)
        vs = variables()
        for grads in GRADS:
            o.apply(tensors_of(grads), vs)
        results.append([v.numpy() for v in vs])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_legacy_names_say_where_to_go():
    with pytest.raises(ImportError, match=r"keras\.optimizers"):
        optimizers.legacy.Adam(0.1)
