"""What layers hold is found, trained and saved, and changes when it should."""

import copy
import pickle
import time
from collections import OrderedDict, defaultdict, deque, namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import keras_core as keras
from keras_core import layers, ops
from keras_core.core.execution import compiled as execution

Pair = namedtuple("Pair", "left right")


class OfTheUser(list):
    """A container of a class that reports nothing."""


def array(x):
    return ops.convert_to_numpy(x)


# -- Where it is held --------------------------------------------------------------------

X = np.random.default_rng(0).normal(size=(3, 2)).astype("float32")

# Names that rooms of this package, engines and models use for themselves are names like any other.
NAMES = sorted(
    {*vars(layers.Dense(1)), *vars(keras.Model())}
    | set(
        "_steps _nodes _inputs _outputs _functions _stack _functional _metrics _own_layers".split()
    )
    | set(
        "loss history callbacks optimizer cells layer x _layers _modules _parameters built_".split()
    )
    | {"layers_", "_state", "_plan", "__mangled", "weights_", "model", "a.b", "ü"}
)
RESERVED = {  # the settings of every layer and model; they are no place for a layer
    *"_trainable autocast built name compiled trainable _dtype_policy _path".split(),
    *"activity_regularizer _input_spec _supports_masking _batch_input_shape _inbound_nodes".split(),
    *"_added_losses _tracker_ _init_arguments _buffers _non_persistent_buffers_set".split(),
    *"_backward_pre_hooks _backward_hooks _is_full_backward_hook _forward_hooks training".split(),
    *"_forward_hooks_with_kwargs _forward_hooks_always_called _forward_pre_hooks".split(),
    *"_forward_pre_hooks_with_kwargs _state_dict_hooks _state_dict_pre_hooks".split(),
    *"_load_state_dict_pre_hooks _load_state_dict_post_hooks _modules _parameters".split(),
}
NESTS = {
    "itself": lambda make: make(),
    "list": lambda make: [make(), make()],
    "list of lists": lambda make: [[make()], [make(), make()]],
    "list of tuples": lambda make: [(make(), make()), (make(),)],
    "tuple of dicts": lambda make: ({"a": make()}, {"a": make()}),
    "dict of lists": lambda make: {"b": [make()], "a": [make(), [make()]]},
    "numbers too": lambda make: [1, [None], [make()], "x", {"n": 1.5, "l": make()}],
    "namedtuple": lambda make: Pair(make(), [make()]),
    "ordered": lambda make: OrderedDict(z=make(), a=[make()]),
    "defaults": lambda make: defaultdict(list, k=[make()]),
    "deque": lambda make: deque([make(), [make()]]),
    "set": lambda make: {make(), make()},
    "frozenset": lambda make: [frozenset([make()]), make()],
    "of the user": lambda make: OfTheUser([make(), [make()]]),
    "deep": lambda make: [[[[{"a": ((make(),),)}]]]],
}


def number_of(nest):
    count = []
    nest(lambda: (count.append(1), object())[1])
    return len(count)


def holder(name, nest, base=layers.Layer):
    """A layer, or a model, with a nest of layers under an attribute."""

    class Holder(base):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            made = []

            def make():
                made.append(layers.Dense(2, use_bias=False, name=f"d{len(made)}"))
                return made[-1]

            setattr(self, name, nest(make))
            self.other = layers.Dense(2, use_bias=False)
            self.__dict__["made"] = made  # not an attribute that holds them, too

        def call(self, x):
            for layer in self.made:
                x = layer(x)
            return self.other(x)

    return Holder()


def assert_kept(make, n, path):
    one, two = make(), make()
    one(X), two(X)
    assert len(one.weights) == len(one.trainable_weights) == n + 1
    assert not np.allclose(array(one(X)), array(two(X)))
    one.save_weights(path)
    two.load_weights(path)
    np.testing.assert_array_equal(array(one(X)), array(two(X)))
    if execution.AUTODIFF is not None:
        before = [w.numpy() for w in one.weights]
        one.compile("sgd", "mse")
        one.fit(X, 100 * X, verbose=0)
        assert all(np.any(b != w.numpy()) for b, w in zip(before, one.weights, strict=True))


@pytest.mark.parametrize("nest", NESTS)
def test_layers_in_any_nest_are_trained_and_saved(nest, tmp_path):
    for base in (layers.Layer, keras.Model):

        def make(base=base):
            return keras.Sequential([keras.Input((2,)), holder("blocks", NESTS[nest], base)])

        assert_kept(make, number_of(NESTS[nest]), tmp_path / "w.weights.h5")


@pytest.mark.parametrize("name", sorted(set(NAMES) - RESERVED))
def test_layers_under_any_name_are_trained_and_saved(name, tmp_path):
    nest = NESTS["list of lists"]
    assert_kept(
        lambda: keras.Sequential([keras.Input((2,)), holder(name, nest)]),
        3,
        tmp_path / "w.weights.h5",
    )
    model = holder(name, nest, keras.Model)
    model(X)
    assert len(model.weights) == 4


@keras.saving.register_keras_serializable("tests")
class Revived(layers.Layer):
    """A layer of a nest of layers under an attribute, both named in its config."""

    def __init__(self, attribute, nest, **kwargs):
        super().__init__(**kwargs)
        self.config = {"attribute": attribute, "nest": nest}
        made = self.__dict__["made"] = []

        def make():
            made.append(layers.Dense(2, use_bias=False))
            return made[-1]

        setattr(self, attribute, NESTS[nest](make))

    def call(self, x):
        for layer in self.made:
            x = layer(x)
        return x

    def get_config(self):
        return {**super().get_config(), **self.config}


@pytest.mark.parametrize(
    ("attribute", "nest"),
    [("blocks", nest) for nest in NESTS]
    + [(n, "list of lists") for n in NAMES[::4] if n not in RESERVED],
)
def test_models_come_back_from_archives_with_what_they_held(attribute, nest, tmp_path):
    model = keras.Sequential([keras.Input((2,)), Revived(attribute, nest)])
    model.save(tmp_path / "m.keras")
    twin = keras.models.load_model(tmp_path / "m.keras")
    assert len(twin.weights) == number_of(NESTS[nest])
    for a, b in zip(model.layers[0].made, twin.layers[0].made, strict=True):
        np.testing.assert_array_equal(array(a.kernel), array(b.kernel))


SHAPES = st.recursive(
    st.just("layer") | st.none() | st.integers(0, 3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from("cab"), inner, max_size=3)
    ),
    max_leaves=6,
)


def _fill(shape, make):
    if shape == "layer":
        return make()
    if isinstance(shape, dict):
        return {k: _fill(v, make) for k, v in shape.items()}
    if isinstance(shape, (list, tuple)):
        return type(shape)(_fill(v, make) for v in shape)
    return shape


@given(
    shape=SHAPES,
    name=st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(
        lambda n: not hasattr(keras.Model, n) and n not in RESERVED | {"made", "other"}
    ),
)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_nest_under_any_name_is_in_the_file(shape, name, tmp_path_factory):
    def nest(make):
        return _fill(shape, make)

    path = tmp_path_factory.mktemp("w") / "w.weights.h5"
    one, two = (holder(name, nest) for _ in "ab")
    for layer in (one, two):
        keras.Sequential([keras.Input((2,)), layer])
    n = number_of(nest)
    assert len(one.weights) == n + 1
    wrap = [keras.Sequential([keras.Input((2,)), layer]) for layer in (one, two)]
    wrap[0].save_weights(path)
    wrap[1].load_weights(path)
    for a, b in zip(one.weights, two.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_what_is_added_later_is_held():
    layer = layers.Layer()
    layer.list, layer.dict, layer.set, layer.deque = [0, 0], {}, set(), deque(maxlen=5)
    layer.defaults, layer.ordered = defaultdict(list), OrderedDict()
    layer.of_the_user = OfTheUser()
    outer = layers.Layer()
    outer.inner = layer
    for add in (
        lambda d: layer.list.__setitem__(0, d),
        lambda d: layer.list.__setitem__(slice(1, 2), [d]),
        lambda d: layer.list.append(d),
        lambda d: layer.list.extend([d]),
        lambda d: layer.list.insert(0, [d]),
        lambda d: layer.list.__iadd__([d]),
        lambda d: layer.dict.__setitem__("a", d),
        lambda d: layer.dict.update(b=[d]),
        lambda d: layer.dict.setdefault("c", {"d": d}),
        lambda d: layer.dict["b"].append(d),
        lambda d: layer.dict["c"].update({"e": d}),
        lambda d: layer.dict.__ior__({"z": d}),
        lambda d: layer.set.add(d),
        lambda d: layer.set.update([d]),
        lambda d: layer.deque.append(d),
        lambda d: layer.deque.appendleft(d),
        lambda d: layer.defaults["k"].append(d),
        lambda d: layer.ordered.update(a=d),
        lambda d: layer.of_the_user.append(d),
    ):
        before = len(outer.weights), len(outer._flatten_layers())
        add(layers.Embedding(2, 2))
        dense = outer._flatten_layers()[-1]
        dense.build()
        assert (len(outer.weights), len(outer._flatten_layers())) == (before[0] + 1, before[1] + 1)
    assert isinstance(layer.deque, deque)
    assert layer.deque.maxlen == 5
    kept = layer.dict["a"]
    assert layer.dict.setdefault("a", layers.Dense(2)) is kept
    assert len(layer._layers) == 19


def test_what_is_taken_out_and_is_nowhere_else_is_held_no_longer():
    layer = layers.Layer()
    a, b, c, d = (layers.Dense(1) for _ in range(4))
    layer.list, layer.set, layer.deque, layer.one = [a, b, [c]], {d}, deque([a]), b
    assert len(layer._layers) == 4
    layer.list.pop(0)
    assert a in layer._layers  # in the deque
    layer.deque.popleft()
    assert a not in layer._layers
    layer.list.remove(b)
    assert b in layer._layers  # an attribute
    layer.set.discard(d)
    layer.list.clear()
    assert layer._layers == [b]
    del layer.one
    assert layer._layers == []


def test_copies_are_their_own():
    layer = holder("blocks", NESTS["dict of lists"])
    layer(X)
    for twin in (copy.deepcopy(layer), copy.deepcopy([layer])[0]):
        assert not {id(w) for w in twin.weights} & {id(w) for w in layer.weights}
        twin._tracker.locked = False
        twin.blocks["b"].append(layers.Embedding(1, 1))
        assert len(twin._layers) == len(layer._layers) + 1


class Picklable(layers.Layer):
    def __init__(self):
        super().__init__()
        self.named = defaultdict(list, a=[layers.Dense(2)])

    def call(self, x):
        return self.named["a"][0](x)


def test_pickled_layers_hold_what_they_held():
    layer = Picklable()
    layer(X)
    twin = pickle.loads(pickle.dumps(layer))
    np.testing.assert_array_equal(array(twin(X)), array(layer(X)))
    assert [w.path for w in twin.variables] == [w.path for w in layer.variables]
    assert twin.named["a"][0] is twin._layers[0]
    twin._tracker.locked = False
    twin.named["b"].append(layers.Dense(1))
    assert len(twin._layers) == 2


def test_a_list_may_hold_itself():
    layer = layers.Layer()
    layer.list = [layers.Embedding(1, 1)]
    layer.list.append(layer.list)
    layer.list[0].build()
    assert len(layer.weights) == 1


def test_layers_may_hold_each_other(tmp_path):
    outer, inner = layers.Dense(2), layers.Dense(2)
    outer.inner, inner.outer, outer.me = inner, outer, outer
    outer.build((None, 2)), inner.build((None, 2))
    assert outer._layers == [inner]
    for trainable in (False, True):
        outer.trainable = trainable
        assert len(inner.trainable_weights) == len(outer.trainable_weights) == 4 * trainable
    model = keras.Sequential([keras.Input((2,)), outer])
    model.save_weights(tmp_path / "w.weights.h5")
    before = model.get_weights()
    model.set_weights([w + 1 for w in before])
    model.load_weights(tmp_path / "w.weights.h5")
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_attributes_may_be_set_before_the_constructor():
    class Early(layers.Layer):
        def __init__(self):
            self.dense = layers.Dense(2)
            self.more = [layers.Dense(2)]
            self.v = keras.Variable(1.0)
            self.units = 3
            super().__init__()

        def call(self, x):
            return self.more[0](self.dense(x)) * self.v

    layer = Early()
    layer(X)
    assert len(layer.weights) == 5
    if hasattr(layer, "named_parameters"):
        assert len(list(layer.named_parameters())) == 5


def test_a_log_that_a_layer_keeps_grows_linearly():
    def seconds(n):
        layer = layers.Layer()
        layer.seen = []
        start = time.perf_counter()
        for i in range(n):
            layer.seen.append(i)
        return time.perf_counter() - start

    seconds(1000)
    assert seconds(40_000) < 1  # quadratic growth took 15 s for a tenth of them


def test_what_is_no_state_leaves_what_was_collected_alone():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2)])
    assert len(model.weights) == 2
    cache = model._tracker.cache
    model.layers[0].log = [1]
    model.layers[0].log.append(2)
    other = layers.Layer()
    other.dense = layers.Dense(2)
    assert model._tracker.cache is cache


# -- When it may be made -------------------------------------------------------------------


class InCall(layers.Layer):
    def __init__(self, make):
        super().__init__()
        self.make = make
        self.list = []

    def call(self, x):
        self.make(self)
        return x


@pytest.mark.parametrize(
    "make",
    [
        lambda layer: layer.add_weight(()),
        lambda layer: setattr(layer, "v", keras.Variable(1.0)),
        lambda layer: setattr(layer, "d", layers.Dense(1)),
        lambda layer: setattr(layer, "d", [[layers.Dense(1)]]),
        lambda layer: setattr(layer, "m", keras.metrics.Mean()),
        lambda layer: setattr(layer, "s", keras.random.SeedGenerator(1)),
        lambda layer: layer.list.append(layers.Dense(1)),
        lambda layer: layer.list.__iadd__([keras.Variable(1.0)]),
    ],
)
def test_state_made_in_call_is_refused(make):
    layer = InCall(make)
    with pytest.raises(ValueError, match=r"already built.*All state must be created"):
        layer(X)
    assert layer.weights == []
    assert layer.list == []


def test_values_that_are_no_state_may_be_kept_in_call():
    layer = InCall(lambda layer: setattr(layer, "seen", [1, "a", X]))
    layer(X)
    assert len(layer.seen) == 3


def test_build_may_call_that_of_its_base_first():
    class More(layers.Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.scale = self.add_weight((self.units,), "ones", name="scale")

        def call(self, x):
            return super().call(x) * self.scale

    layer = More(3)
    layer(X)
    assert [w.name for w in layer.weights] == ["kernel", "bias", "scale"]


@pytest.mark.parametrize(
    "name",
    [n for n in dir(layers) if isinstance(getattr(layers, n), type)],
)
def test_an_overridden_build_is_called_whatever_the_base(name):
    base = getattr(layers, name)
    if not issubclass(base, layers.Layer) or base.build is not layers.Layer.build:
        return

    class Own(base):
        def build(self, *args, **kwargs):
            self.own = self.add_weight((1,), name="own")

    try:
        layer = Own()
    except (TypeError, ValueError):  # it takes arguments
        return
    assert not layer.built or name == "InputLayer"


@pytest.mark.parametrize("trainable", [True, False])
def test_what_was_made_untrainable_stays_so(trainable):
    class Both(layers.Layer):
        def build(self, shape):
            self.n = self.add_weight((), "zeros", trainable=False, name="n")
            self.t = self.add_weight((), "zeros", name="t")
            self.v = keras.Variable(0.0, trainable=False, name="v")

        def call(self, x):
            return x

    layer = Both(trainable=trainable)
    outer = keras.Sequential([layer, layers.BatchNormalization()])
    outer.build((None, 2))
    names = [w.name for w in layer.weights]
    assert names == ["t", "n", "v"]
    for frozen in (True, False, True, False):
        outer.trainable = not frozen
        assert [w.name for w in layer.weights] == names  # files go by this order
        assert len(outer.trainable_weights) == (0 if frozen else 3)
        assert len(outer.non_trainable_weights) == (7 if frozen else 4)


# -- When it changes -------------------------------------------------------------------------


class Counter(layers.Layer):
    """Everything that a call can change."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.calls = self.add_weight((), "zeros", trainable=False, name="calls")
        self.metric = keras.metrics.Mean()
        self.seed = keras.random.SeedGenerator(1)
        self.dense = layers.Dense(2)
        self.drop = layers.Dropout(0.5, seed=2)

    def call(self, x):
        self.calls.assign_add(1)
        self.metric.update_state(2.0)
        self.add_loss(self.calls * 1.0)
        noise = keras.random.uniform((2,), seed=self.seed)
        return self.drop(self.dense(x), training=True) + noise

    def facts(self):
        return (
            float(self.calls),
            float(self.metric.count),
            int(array(self.seed.state)[1]),
            int(array(self.drop.seed_generator.state)[1]),
        )


def functional(counter):
    x = keras.Input((2,))
    return keras.Model(x, counter(x))


MAKE = {
    "layer": lambda c: c,
    "functional": functional,
    "sequential": lambda c: keras.Sequential([c]),
    "sequential with an input": lambda c: keras.Sequential([keras.Input((2,)), c]),
    "nested": lambda c: functional(keras.Sequential([c])),
    "subclass": lambda c: InModel(c),
    "time distributed": lambda c: keras.Sequential(
        [keras.Input((3, 2)), layers.TimeDistributed(c)]
    ),
}


class InModel(keras.Model):
    def __init__(self, counter):
        super().__init__()
        self.counter = counter
        self.last = layers.Dense(2)

    def call(self, x):
        return self.last(self.counter(x))


@pytest.mark.parametrize("kind", MAKE)
def test_state_changes_once_a_call(kind):
    counter = Counter()
    made = MAKE[kind](counter)
    assert counter.facts() == (0, 0, 0, 0)
    x = np.ones((4, 3, 2) if kind == "time distributed" else (4, 2), "float32")
    if kind == "time distributed":
        return  # its calls are counted in another way; making it changes nothing
    for n in (1, 2):
        made(x)
        assert counter.facts() == (n, n, n, n)
        made.compute_output_shape((4, 2))
        made.compute_output_spec(keras.KerasTensor((4, 2)))
        assert counter.facts() == (n, n, n, n)
        assert len(counter.losses) == 1
    if isinstance(made, keras.Model):
        made.predict(x, batch_size=2, verbose=0)
        assert counter.facts() == (4, 4, 4, 4)


needs_gradients = pytest.mark.skipif(execution.AUTODIFF is None, reason="no gradients")


@needs_gradients
@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("kind", [k for k in MAKE if k not in ("layer", "time distributed")])
def test_state_changes_once_a_step(kind, compiled):
    counter = Counter()
    model = MAKE[kind](counter)
    model.compile("sgd", "mse", run_eagerly=not compiled)
    model.fit(X[:2], X[:2], batch_size=1, verbose=0)
    calls, _, seed, drop = counter.facts()
    assert (calls, seed, drop) == (2, 2, 2)
    model.evaluate(X[:2], X[:2], batch_size=1, verbose=0)
    assert counter.facts()[0] == 4


def test_state_that_build_sets_is_set():
    class Built(layers.Layer):
        def build(self, shape):
            self.n = self.add_weight((), "zeros", trainable=False)
            self.n.assign(3.0)
            self.seeds = keras.random.SeedGenerator(1)
            keras.random.uniform((1,), seed=self.seeds)

        def call(self, x):
            return x + self.n

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Built()

        def call(self, x):
            return self.inner(x)

    for call in (lambda o: o(X), lambda o: o(keras.Input((2,))), lambda o: o.build((None, 2))):
        outer = Outer()
        call(outer)
        assert float(outer.inner.n) == 3
        assert array(outer.inner.seeds.state).tolist() == [1, 1]


def test_initializers_draw_from_their_generator_while_shapes_are_inferred():
    seed = keras.random.SeedGenerator(1)
    make = lambda: layers.Dense(2, kernel_initializer=keras.initializers.RandomNormal(seed=seed))  # noqa: E731
    model = keras.Sequential([keras.Input((2,)), InModel(make()), make()])
    kernels = [w.numpy() for w in model.weights if w.name == "kernel"]
    assert not np.allclose(kernels[0], kernels[2])


# -- Whose error it is -----------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, TypeError, AttributeError, KeyError, RuntimeError])
@pytest.mark.parametrize("inner", [False, True])
def test_an_error_of_the_user_is_raised_once(error, inner):
    calls = []

    class Picky(layers.Layer):
        def __init__(self):
            super().__init__()
            if inner:
                self.dense = layers.Dense(2)

        def call(self, x):
            calls.append(x)
            raise error(f"Picky needs rank 3. Received: {x!r}")

    for x in (keras.Input((4,)), np.ones((2, 4), "float32")):
        calls.clear()
        with pytest.raises(error, match=r"Picky needs rank 3. Received: ") as caught:
            Picky()(x)
        assert len(calls) == 1
        assert caught.traceback[-1].name == "call"
        assert str(caught.value).count("Picky") == 1


def test_a_call_that_needs_values_is_run_with_some():
    class Values(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2)

        def call(self, x):
            x = self.dense(x)
            return x if array(ops.sum(x)) > 0 else -x

    assert Values()(X).shape == (3, 2)


# -- Trees of values ---------------------------------------------------------------------------


@needs_gradients
def test_a_part_of_a_tree_of_values_is_set():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, name="d")], name="m")
    model.compile(keras.optimizers.SGD(name="sgd"), "mse")
    model.fit(X, X[:, :1], verbose=0)
    for value in ([0.25], np.array([0.5]), ops.array([0.75])):
        model.set_state_tree({"trainable_variables": {"m": {"d": {"bias": value}}}})
        np.testing.assert_array_equal(array(model.layers[0].bias), array(value))
    model.set_state_tree({"optimizer_variables": {"sgd": {"iteration": 7}}})
    assert int(model.optimizer.iterations) == 7
    with pytest.raises(ValueError, match="must match"):
        model.set_state_tree({"trainable_variables": {"m": {"d": {"bias": [1.0, 2.0]}}}})
    tree = model.get_state_tree("numpy_array")
    kernel = tree["trainable_variables"]["m"]["d"]["kernel"].copy()
    model.layers[0].kernel.assign(kernel + 1)
    model.set_state_tree(tree)
    np.testing.assert_array_equal(array(model.layers[0].kernel), kernel)


def test_two_values_of_one_path_are_refused():
    class Twice(layers.Layer):
        def __init__(self):
            super().__init__()
            self.a, self.b = self.add_weight((), name="v"), self.add_weight((), name="v")

        def call(self, x):
            return x

    model = keras.Sequential([keras.Input((2,)), Twice()])
    with pytest.raises(ValueError, match="found twice"):
        model.get_state_tree()


def test_metrics_are_not_added_by_a_method():
    with pytest.raises(NotImplementedError, match="update_state"):
        layers.Dense(1).add_metric(None, name="m")
