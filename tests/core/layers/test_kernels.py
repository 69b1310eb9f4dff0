"""Layers ask an object for their kernel: other ways to hold it need to know no layer."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers, ops
from keras_core.layers.kernels.plain import Kernel


class LowRank(Kernel):
    """A kernel that is frozen, plus a product of two small matrices that is trained."""

    def __init__(self, old, rank=2):
        super().__init__(old.layer, old.variable)
        *rows, columns = old.value.shape
        self.a = self.layer.add_weight((*rows, rank), "ones", name="a")
        self.b = self.layer.add_weight((rank, columns), "zeros", name="b")
        self.variable.trainable = False

    @property
    def variables(self):
        return [self.variable, self.a, self.b]

    @property
    def value(self):
        return ops.add(self.variable, ops.matmul(self.a, self.b))

    @property
    def stored(self):
        return [self.variable]

    def saved(self):
        return [self.value]

    def config(self):
        return {"lora_rank": self.a.shape[-1]}


class Bytes(Kernel):
    """A kernel of 8-bit integers, with a scale for each column."""

    mode = "int8"

    def __init__(self, old):
        whole = np.asarray(old.value.numpy())
        scale = np.abs(whole).max(tuple(range(whole.ndim - 1))) / 127
        add = old.layer.add_weight
        super().__init__(old.layer, add(whole.shape, "zeros", "int8", False, name="kernel"))
        self.scale = add(scale.shape, "ones", trainable=False, name="kernel_scale")
        self.load([np.round(whole / scale), scale])

    @property
    def variables(self):
        return [self.variable, self.scale]

    @property
    def value(self):
        return ops.multiply(ops.cast(self.variable, self.scale.dtype), self.scale)


MAKE = {
    "Dense": lambda: (layers.Dense(4), (2, 3)),
    "Dense-no-bias": lambda: (layers.Dense(4, use_bias=False), (2, 3)),
    "EinsumDense": lambda: (layers.EinsumDense("ab,bcd->acd", (2, 4), bias_axes="d"), (2, 3)),
    "Embedding": lambda: (layers.Embedding(5, 4), (2, 3)),
    "Conv1D": lambda: (layers.Conv1D(4, 2, padding="causal"), (2, 5, 3)),
    "Conv2D": lambda: (layers.Conv2D(4, 2, data_format="channels_first"), (2, 3, 5, 5)),
    "Conv3D": lambda: (layers.Conv3D(4, 2, use_bias=False), (1, 3, 3, 3, 2)),
    "DepthwiseConv2D": lambda: (layers.DepthwiseConv2D(2), (1, 4, 4, 3)),
    "Conv2DTranspose": lambda: (layers.Conv2DTranspose(4, 2), (1, 4, 4, 3)),
}
each = pytest.mark.parametrize("make", [pytest.param(m, id=k) for k, m in MAKE.items()])


def made(make):
    layer, shape = make()
    x = np.random.default_rng(0).integers(0, 5, shape).astype("float32")
    layer(x)
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer, x


def array(x):
    return ops.convert_to_numpy(x)


@each
def test_low_rank_updates_are_a_kernel_of_their_own(make):
    layer, x = made(make)
    before, count = array(layer(x)), len(layer.weights)
    layer.hold(LowRank)
    np.testing.assert_allclose(array(layer(x)), before, rtol=1e-5, atol=1e-5)
    assert len(layer.weights) == count + 2
    assert len(layer.trainable_weights) == count + 1  # two more, and the kernel no longer
    layer._kernel.b.assign(np.ones(layer._kernel.b.shape))
    after = array(layer(x))
    assert not np.allclose(after, before)
    assert layer.get_config()["lora_rank"] == 2
    store = {}
    layer.save_own_variables(store)
    plain, _ = made(make)  # the files hold the sum: a layer without updates reads them
    plain.load_own_variables({k: array(v) for k, v in store.items()})
    np.testing.assert_allclose(array(plain(x)), after, rtol=1e-4, atol=1e-4)


@each
def test_integers_are_a_kernel_of_their_own(make):
    layer, x = made(make)
    before = array(layer(x))
    layer.hold(Bytes)
    assert [w.dtype for w in layer.weights if w.name == "kernel"] == ["int8"]
    assert not any("kernel" in w.name or "embeddings" in w.name for w in layer.trainable_weights)
    after = array(layer(x))
    np.testing.assert_allclose(after, before, rtol=0.05, atol=0.2)
    store = {}
    layer.save_own_variables(store)
    assert len(store) == len(layer.weights)
    twin, _ = made(make)
    twin.set_weights([np.ones(w.shape) for w in twin.weights])
    twin.hold(Bytes)
    twin.load_own_variables({k: array(v) for k, v in store.items()})
    np.testing.assert_allclose(array(twin(x)), after, rtol=1e-6)
    with pytest.raises(ValueError, match=f"expected {len(store)} variables"):
        twin.load_own_variables({"0": store["0"]})


def test_a_kernel_that_is_held_otherwise_is_trained_in_a_model():
    layer = layers.Dense(1)
    model = keras.Sequential([keras.Input((3,)), layer])
    layer.hold(LowRank)
    model.compile(keras.optimizers.SGD(0.01), "mse")
    kernel = layer._kernel.variable.numpy()
    x = np.ones((4, 3), "float32")
    first = model.train_on_batch(x, np.ones((4, 1)))
    for _ in range(5):
        last = model.train_on_batch(x, np.ones((4, 1)))
    assert last < first
    np.testing.assert_array_equal(layer._kernel.variable.numpy(), kernel)


def test_there_is_no_kernel_before_the_layer_is_built():
    with pytest.raises(AttributeError, match="Build it first"):
        _ = layers.Dense(2).kernel


def test_a_subclass_may_make_the_kernel_itself():
    class Own(layers.Dense):
        def build(self, shape):
            self.kernel = self.add_weight((shape[-1], self.units), "ones", name="kernel")
            self.bias = None

    layer = Own(2)
    assert array(layer(np.ones((1, 3), "float32"))).tolist() == [[3.0, 3.0]]
    assert len(layer.weights) == 1
