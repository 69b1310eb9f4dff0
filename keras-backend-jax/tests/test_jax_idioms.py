"""What users of jax do with functions and arrays, done with models, variables and optimizers."""

import numpy as np
import pytest

import keras_core as keras

if keras.backend.backend() != "jax":
    pytest.skip("these are the idioms of jax", allow_module_level=True)

import jax  # only where it is the engine
import jax.numpy as jnp

X = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
Y = X[:, :1] * 2 + 1


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


def made(rate=0.5):
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(16, activation="relu"),
         keras.layers.BatchNormalization(), keras.layers.Dropout(rate),
         keras.layers.Dense(1, kernel_regularizer="l2")]
    )  # fmt: skip


def values(variables):
    return [v.value for v in variables]


# -- Without side effects ----------------------------------------------------------------


@pytest.mark.parametrize("arrays", [False, True])
def test_a_loop_of_ones_own(arrays):
    """The state may begin as lists of variables or of arrays."""
    model, optimizer = made(), keras.optimizers.Adam(0.05)
    loss_of, metric = keras.losses.MeanSquaredError(), keras.metrics.MeanSquaredError()
    optimizer.build(model.trainable_variables)
    held = (model.trainable_variables, model.non_trainable_variables, optimizer.variables,
            metric.variables)  # fmt: skip

    def loss_and_updates(trainable, others, x, y):
        predicted, others = model.stateless_call(trainable, others, x, training=True)
        return loss_of(y, predicted), (others, predicted)

    @jax.jit
    def step(state, x, y):
        trainable, others, slots, counts = state
        differentiate = jax.value_and_grad(loss_and_updates, has_aux=True)
        (loss, (others, predicted)), grads = differentiate(trainable, others, x, y)
        trainable, slots = optimizer.stateless_apply(slots, grads, trainable)
        counts = metric.stateless_update_state(counts, y, predicted)
        return loss, (trainable, others, slots, counts)

    before = [v.numpy() for v in model.weights]
    state = tuple(values(vs) for vs in held) if arrays else held
    losses = []
    for _ in range(20):
        loss, state = step(state, X, Y)
        losses.append(float(loss))
    assert losses[-1] < losses[0] / 2
    for was, v in zip(before, model.weights, strict=True):
        np.testing.assert_array_equal(was, v.numpy())
    assert float(metric.result()) == 0
    assert float(metric.stateless_result(state[3])) == pytest.approx(np.mean(losses), rel=1e-3)
    for variables, new in zip(held, state, strict=True):
        for v, value in zip(variables, new, strict=True):
            v.assign(value)
    assert int(optimizer.iterations) == 20
    assert float(loss_of(Y, model(X))) < losses[0] / 2
    assert not any(map(np.any, metric.stateless_reset_state()))


def test_losses_of_a_call_without_side_effects():
    model = made()
    state = model.trainable_variables, model.non_trainable_variables
    _, others, losses = model.stateless_call(*state, X, return_losses=True)
    assert len(others) == len(model.non_trainable_variables)
    kernel = model.layers[-1].kernel.numpy()
    assert [float(v) for v in losses] == [pytest.approx(0.01 * (kernel**2).sum())]


def test_the_compiled_loss_without_side_effects():
    model = made()
    model.compile("adam", "mse", metrics=["mae"])
    model.evaluate(X, Y, verbose=0)
    groups = model.trainable_variables, model.non_trainable_variables, model.metrics_variables
    loss, new = model.stateless_compute_loss(*groups, x=X, y=Y, y_pred=model(X))
    assert [len(g) for g in new] == [len(g) for g in groups]
    assert float(loss) == pytest.approx(float(model.compute_loss(X, Y, model(X))), rel=1e-5)


class InTheStyleOfJax(keras.Model):
    """A step that is a function of its state."""

    def loss_and_updates(self, trainable, others, counts, x, y):
        predicted, others = self.stateless_call(trainable, others, x, training=True)
        loss, (_, others, counts) = self.stateless_compute_loss(
            trainable, others, counts, x=x, y=y, y_pred=predicted, training=True
        )
        return loss, (predicted, others, counts)

    def train_step(self, state, data):
        trainable, others, slots, counts = state
        x, y = data
        differentiate = jax.value_and_grad(self.loss_and_updates, has_aux=True)
        (loss, (predicted, others, counts)), grads = differentiate(trainable, others, counts, x, y)
        trainable, slots = self.optimizer.stateless_apply(slots, grads, trainable)
        new, logs = [], {}
        for metric in self.metrics:
            own = counts[len(new) : len(new) + len(metric.variables)]
            given = (loss,) if metric.name == "loss" else (y, predicted)
            own = metric.stateless_update_state(own, *given)
            logs[metric.name] = metric.stateless_result(own)
            new += own
        return logs, (trainable, others, slots, new)


def test_a_train_step_in_the_style_of_jax():
    x = keras.Input((4,))
    model = InTheStyleOfJax(x, keras.layers.Dense(1)(x))
    model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=10, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    assert history["mae"][-1] < history["mae"][0]
    assert int(model.optimizer.iterations) == 10


class HandedOn(keras.Sequential):
    """Steps that leave it to those of Keras Core what they are given."""

    def train_step(self, *args, **kwargs):
        return super().train_step(*args, **kwargs)

    def test_step(self, state, data):
        logs, state = super().test_step(state, data)
        assert [len(group) for group in state] == [2, 0, len(self.metrics_variables)]
        return logs, state


def test_steps_with_a_state_are_handed_on():
    plain, handed = (
        kind([keras.Input((4,)), keras.layers.Dense(1, kernel_initializer="ones")])
        for kind in (keras.Sequential, HandedOn)
    )
    found = []
    for model in (plain, handed):
        model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"])
        history = model.fit(
            X, Y, epochs=3, shuffle=False, validation_data=(X, Y), verbose=0
        ).history
        found.append(history)
    assert found[0].keys() == found[1].keys()
    for key, values_ in found[0].items():
        np.testing.assert_allclose(values_, found[1][key], rtol=1e-5)


# -- Transformations ---------------------------------------------------------------------


def scalar(model, trainable, x):
    return model.stateless_call(trainable, model.non_trainable_variables, x)[0].sum()


def test_gradients_by_lists_of_variables():
    model = made()
    by_variables = jax.grad(lambda t: scalar(model, t, X))(model.trainable_variables)
    by_values = jax.jit(jax.grad(lambda t: scalar(model, t, X)))(values(model.trainable_variables))
    assert all(isinstance(g, jax.Array) for g in by_variables)
    for a, b in zip(by_variables, by_values, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_vmap():
    model = made()
    trainable = values(model.trainable_variables)
    by_row = jax.vmap(jax.grad(lambda t, x: scalar(model, t, x[None])), (None, 0))(trainable, X)
    whole = jax.grad(lambda t: scalar(model, t, X))(trainable)
    for a, b in zip(by_row, whole, strict=True):
        np.testing.assert_allclose(a.sum(0), b, rtol=1e-4, atol=1e-4)
    doubled = [jnp.stack([v, v * 2]) for v in trainable]
    out = jax.vmap(lambda t: scalar(model, t, X))(doubled)
    np.testing.assert_allclose(out[0], scalar(model, trainable, X), rtol=1e-5)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pmap():
    model, n = made(), jax.device_count()
    state = values(model.trainable_variables), values(model.non_trainable_variables)
    run = jax.pmap(lambda t, o, x: model.stateless_call(t, o, x)[0], in_axes=(None, None, 0))
    y = run(*state, X.reshape(n, -1, 4))
    np.testing.assert_allclose(y.reshape(8, 1), model(X), rtol=1e-5, atol=1e-6)


def test_checkpoint_and_second_derivatives():
    model = made()
    trainable = values(model.trainable_variables)
    plain = lambda t: scalar(model, t, X)  # noqa: E731
    for a, b in zip(jax.grad(jax.checkpoint(plain))(trainable), jax.grad(plain)(trainable),
                    strict=True):  # fmt: skip
        np.testing.assert_allclose(a, b, rtol=1e-5)
    _, tangent = jax.jvp(jax.grad(plain), (trainable,), (trainable,))
    assert all(np.isfinite(t).all() for t in tangent)


def test_debug_prints_and_callbacks_in_a_layer(capfd):
    seen = []

    class Looking(keras.layers.Layer):
        def call(self, x):
            jax.debug.print("a batch of {n}", n=x.shape[0])
            jax.debug.callback(lambda s: seen.append(float(s)), x.sum())
            return x

    model = keras.Sequential([keras.Input((4,)), Looking(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, Y, batch_size=4, shuffle=False, verbose=0)
    jax.effects_barrier()
    assert sorted(seen) == pytest.approx(sorted([X[:4].sum(), X[4:].sum()]), abs=1e-5)
    assert capfd.readouterr().out.count("a batch of 4") == 2


def test_operations_inside_transformations():
    x = jnp.asarray(X)
    np.testing.assert_allclose(
        jax.jit(jax.vmap(lambda row: keras.ops.norm(row)))(x), np.linalg.norm(X, axis=1), rtol=1e-5
    )
    total, sums = jax.lax.scan(lambda c, row: (keras.ops.add(c, row), c), jnp.zeros(4), x)
    np.testing.assert_allclose(total, X.sum(0), atol=1e-5)
    assert sums.shape == (8, 4)
    assert jax.eval_shape(made(), jax.ShapeDtypeStruct((5, 4), "float32")).shape == (5, 1)


# -- Variables ---------------------------------------------------------------------------


def test_variables_are_pytrees():
    v = keras.Variable([1.0, 2.0])
    (leaf,) = jax.tree.leaves(v)
    assert leaf is v.value
    assert jax.tree.map(lambda a: a * 2, {"v": [v]})["v"][0].tolist() == [2, 4]
    assert jnp.sin(v).shape == jax.jit(jnp.cos)(v).shape == (2,)
    assert jax.grad(lambda a: (a * v).sum())(jnp.ones(2)).tolist() == [1, 2]
    assert jax.grad(lambda a: (a**2).sum())(v).tolist() == [2, 4]

    class Mine(keras.Variable):
        pass

    assert jax.tree.leaves([Mine(3.0)]) == [3.0]


def test_scopes_hold_for_leaves():
    v = keras.Variable([1.0, 2.0])
    with keras.StatelessScope([(v, jnp.zeros(2))]):
        assert jax.tree.leaves(v)[0].tolist() == [0, 0]


# -- Memory that compiled steps give away ------------------------------------------------


def test_what_was_read_of_a_variable_stays():
    model = made()
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, verbose=0)
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    arrays, views = values(variables), [np.asarray(v.value) for v in model.weights]
    copies = [np.array(a) for a in (*arrays, *views)]
    kept = []
    keep = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: kept.append(model.weights[0].value)
    )
    model.fit(X, Y, batch_size=2, epochs=2, verbose=0, callbacks=[keep])
    model.train_on_batch(X, Y)
    model.evaluate(X, Y, verbose=0)
    for array, copy in zip((*arrays, *views), copies, strict=True):
        np.testing.assert_array_equal(array, copy)
    assert len({a.sum().item() for a in kept}) == len(kept) == 8


def test_what_was_given_to_a_variable_stays():
    given = jnp.ones((4, 1))

    class Two(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.a = keras.Variable(given)
            self.b = keras.Variable(lambda shape, dtype: given, shape=(4, 1))

        def call(self, x):
            return x @ self.a + x @ self.b

    model = keras.Sequential([keras.Input((4,)), Two()])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    other = jnp.zeros((4, 1))
    model.weights[0].assign(other)
    model.weights[1].assign(other)
    x, y = jnp.asarray(X), jnp.asarray(Y)
    model.fit(x, y, verbose=0)
    assert [float(a.sum()) for a in (given, other)] == [4, 0]
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, Y)


def test_nothing_is_copied_that_nobody_holds(monkeypatch):
    from keras_core.core.tensors import runtime

    model, copied = made(), []
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(X, Y, batch_size=2, verbose=0)
    monkeypatch.setattr(runtime, "COPY", copied.append)
    model.fit(X, Y, batch_size=2, epochs=2, verbose=0)
    model.evaluate(X, Y, verbose=0)
    assert copied == []


# -- Random numbers ----------------------------------------------------------------------


def test_seeds_are_keys_and_keys_are_seeds():
    seeds = keras.random.SeedGenerator(3)
    key = seeds.next()
    assert jax.random.split(key).shape == (2, 2)
    a = keras.random.uniform((4,), seed=key)
    np.testing.assert_array_equal(jax.random.uniform(key, (4,)), a)
    for key in (jax.random.PRNGKey(3), jax.random.key(3)):
        drawn = jax.jit(lambda k: keras.random.uniform((4,), seed=k))(key)
        np.testing.assert_array_equal(drawn, jax.random.uniform(key, (4,)))
        assert keras.random.shuffle(jnp.arange(5), seed=key).shape == (5,)


def test_nnx_is_off():
    assert keras.config.is_nnx_enabled() is False


def test_rematerialized_layers_are_checkpoints_of_jax():
    for mode, count in ((None, 0), ("full", 2)):
        with keras.RematScope(mode=mode):
            model = keras.Sequential([keras.Input((3,)), *map(keras.layers.Dense, (4, 2))])
        traced = jax.make_jaxpr(lambda x, model=model: model(x))(np.ones((1, 3), "float32"))
        assert str(traced).count("remat2[") == count
