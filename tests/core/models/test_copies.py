"""Copies of random models, partly frozen: by config, JSON, clone, pickle, copy and file."""

import copy
import pickle

import graphs
import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.execution import compiled

SEEDS = range(24)


def by_file(model, folder, suffix):
    model.save(folder / f"m{suffix}")
    return keras.saving.load_model(folder / f"m{suffix}")


NEW_WEIGHTS = {
    "config": lambda m, _: type(m).from_config(m.get_config()),
    "json": lambda m, _: keras.models.model_from_json(m.to_json()),
    "clone": lambda m, _: keras.models.clone_model(m),
}
SAME_WEIGHTS = {
    "pickle": lambda m, _: pickle.loads(pickle.dumps(m)),  # made here
    "deepcopy": lambda m, _: copy.deepcopy(m),
    "keras": lambda m, folder: by_file(m, folder, ".keras"),
    "legacy": lambda m, folder: by_file(m, folder, ".h5"),
}


def freeze(model, seed):
    """Freeze some of the layers, at any depth."""
    random = np.random.default_rng(seed)
    for layer in model._flatten_layers():
        inside = type(layer).__name__ == "Dense" and layer.name in ("first", "rest")
        if random.random() < 0.15 and not inside:  # of a layer whose config does not hold it
            layer.trainable = False
    if random.random() < 0.2:
        model.layers[-1].trainable = True


def flags(model):
    return [
        (x.name, x.trainable, [v.trainable for v in x._own_variables])
        for x in model._flatten_layers()
        if not isinstance(x, layers.InputLayer)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_copies_are_equal_and_their_own(seed, tmp_path):
    model = graphs.make(keras, seed, sequences=seed % 4 == 3)
    graphs.fill(model, seed)
    freeze(model, seed)
    facts, frozen = graphs.facts(model), flags(model)
    weights, wanted = graphs.run(keras, model, seed)
    for name, make in {**NEW_WEIGHTS, **SAME_WEIGHTS}.items():
        twin = make(model, tmp_path)
        assert graphs.facts(twin) == facts, name
        assert flags(twin) == frozen, name
        if name in NEW_WEIGHTS:
            twin.set_weights(weights)
        found, outputs = graphs.run(keras, twin, seed)
        for a, b in zip([*found, *outputs], [*weights, *wanted], strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)
        twin.set_weights([w + 1 for w in weights])
        for a, b in zip(model.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=f"{name} changed the original")


LOSSES = ["mse", "mae", keras.losses.Huber(delta=0.5), keras.losses.LogCosh(reduction="sum")]
METRICS = [
    lambda: "mae",
    lambda: keras.metrics.RootMeanSquaredError(name="rmse"),
    lambda: keras.metrics.MeanMetricWrapper(keras.losses.mean_squared_error, name="own"),
    lambda: keras.metrics.CosineSimilarity(axis=-1),
]


def compile_at_random(model, seed):
    """Losses, weights and metrics in the nests that `compile` takes, for some optimizer."""
    rng = np.random.default_rng(seed)

    def one(pool):
        return pool[rng.integers(len(pool))]

    names = model.output_names
    many = len(names) > 1
    kind = rng.integers(3)
    loss = one(LOSSES) if kind == 0 else [one(LOSSES) for _ in names]
    weights = None if rng.random() < 0.5 else [float(rng.integers(1, 4)) for _ in names]
    metrics = [[one(METRICS)() for _ in range(rng.integers(0, 3))] for _ in names]
    if kind == 2 and many:
        loss, metrics = dict(zip(names, loss, strict=True)), dict(zip(names, metrics, strict=True))
        weights = None if weights is None else dict(zip(names, weights, strict=True))
    elif kind == 0:
        weights = None if weights is None or many else weights[0]
    if not many:
        loss = loss[0] if isinstance(loss, list) else loss
        metrics, weights = metrics[0], None
    optimizer = one(["sgd", "adam", "rmsprop", "lion"])
    model.compile(
        keras.optimizers.get({"class_name": optimizer, "config": {"learning_rate": 0.01}}),
        loss,
        loss_weights=weights,
        metrics=metrics,
        steps_per_execution=int(rng.integers(1, 3)),
    )


@pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients")
@pytest.mark.parametrize("seed", range(8))
def test_copies_of_what_was_trained_go_on_as_it_does(seed, tmp_path):
    model = graphs.make(keras, seed)
    outputs = keras.tree.flatten(model.output)
    model = keras.Model(model.inputs, [keras.layers.Identity()(y) for y in outputs])
    graphs.fill(model, seed)
    freeze(model, seed)
    if not model.trainable_weights:
        model.trainable = True
    compile_at_random(model, seed)
    rng = np.random.default_rng(seed)
    x = [rng.normal(size=(6, *i.shape[1:])).astype("float32") for i in model.inputs]
    y = [rng.normal(size=(6, *o.shape[1:])).astype("float32") for o in model.outputs]
    y = y[0] if len(y) == 1 else y

    def go_on(m):
        keras.utils.set_random_seed(0)
        results = m.fit(x, y, batch_size=2, shuffle=False, verbose=0).history
        return results, [v.numpy() for v in [*m.variables, *m.optimizer.variables]]

    go_on(model)
    twins = {name: make(model, tmp_path) for name, make in SAME_WEIGHTS.items() if name != "legacy"}
    results, values = go_on(model)
    for name, twin in twins.items():
        found, again = go_on(twin)
        assert list(found) == list(results), name
        for key, expected in results.items():
            np.testing.assert_allclose(found[key], expected, rtol=1e-5, err_msg=f"{name} {key}")
        for a, b in zip(again, values, strict=True):
            if a.dtype.kind == "f":  # seeds of copies are their own
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_deep_graph_is_copied_without_recursion(copied):
    x = inputs = keras.Input((2,))
    for _ in range(1500):
        x = layers.Rescaling(1.0)(x)
    assert len(copied(keras.Model(inputs, x)).layers) == 1501


def test_models_that_share_layers_are_copied_together():
    x = keras.Input((3,))
    shared = layers.Dense(3)
    hidden = shared(x)
    first, second = keras.Model(x, hidden), keras.Model(x, layers.Dense(2)(hidden))
    for a, b in (
        copy.deepcopy([first, second]),
        pickle.loads(pickle.dumps([first, second])),
    ):
        assert a.layers[1] is b.layers[1]
        assert len(a.layers[1]._inbound_nodes) == 1
        assert keras.Model.from_config(b.get_config()).count_params() == b.count_params()
        deeper = keras.Model(b.inputs, layers.Dense(1)(b.layers[1].output))
        assert deeper.layers[1] is a.layers[1]


class Small(keras.Model):
    """Made from tensors, with an attribute of its own."""

    def __init__(self):
        x = keras.Input((3,))
        super().__init__(x, layers.Dense(2, name="d")(x))
        self.note = {"made": [1, 2]}


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_functional_subclass_stays_one(copied):
    model = Small()
    twin = copied(model)
    assert type(twin) is type(model)
    assert isinstance(twin, Small)
    assert twin.note == {"made": [1, 2]}
    x = np.ones((1, 3), "float32")
    np.testing.assert_array_equal(twin.predict(x, verbose=0), model.predict(x, verbose=0))


def test_an_unbuilt_copy_is_built_alone():
    model = keras.Sequential([layers.Dense(2)])
    twin = copy.deepcopy(model)
    twin.build((None, 3))
    assert twin.built
    assert not model.built


def test_arguments_of_clone_model():
    x, y = keras.Input((3,), name="x"), keras.Input((3,), name="y")
    inner = keras.Model(x, layers.Dense(3, name="inner_dense")(x), name="inner")
    stack = keras.Sequential([keras.Input((3,)), layers.Dense(3, name="stacked")], name="stack")
    model = keras.Model({"x": x, "y": y}, layers.Add(name="add")([stack(inner(x)), y]) * 2.0)
    made, called = [], []

    def make(layer):
        made.append(layer.name)
        return type(layer).from_config(layer.get_config())

    def call(layer, *args, **kwargs):
        called.append(layer.name)
        return layer(*args, **kwargs)

    keras.models.clone_model(model, clone_function=make)
    assert made == ["inner", "stack", "add"]
    made.clear()
    keras.models.clone_model(model, clone_function=make, call_function=call, recursive=True)
    assert made == ["inner_dense", "stacked", "add"]
    assert called[:4] == ["inner_dense", "inner", "stack", "add"]
    new = {"x": keras.Input((3,)), "y": keras.Input((3,))}
    assert keras.models.clone_model(model, input_tensors=new).inputs == [new["x"], new["y"]]
    for wrong in (list(new.values()), new["x"], {"x": new["x"]}, {"x": np.ones(3), "y": new["y"]}):
        with pytest.raises(ValueError, match="input_tensors"):
            keras.models.clone_model(model, input_tensors=wrong)
    with pytest.raises(ValueError, match="call_function"):
        keras.models.clone_model(stack, call_function=call)
    with pytest.raises(ValueError, match="one input"):
        keras.models.clone_model(stack, input_tensors=list(new.values()))
    with pytest.raises(ValueError, match="Unexpected"):
        keras.models.clone_model(model, depth=3)


def test_a_clone_is_compiled_as_the_model_is():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    assert not keras.models.clone_model(model).compiled
    model.compile(keras.optimizers.SGD(0.25), "mae")
    twin = keras.models.clone_model(model)
    assert float(twin.optimizer.learning_rate) == 0.25
    assert twin.optimizer is not model.optimizer
    assert twin.loss == "mae"
