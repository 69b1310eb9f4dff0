"""Functions of TensorFlow on symbolic tensors in `call`, on variables, and its own types."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
import keras_core as keras  # noqa: E402  # it may not be imported where the engine is missing
from keras_core import layers, ops  # noqa: E402

if keras.config.backend() != "tensorflow":
    pytest.skip("for the backend tensorflow", allow_module_level=True)

tnp = tf.experimental.numpy

# What a `call` does with an input of shape (None, 4).
CALLS = {
    "as_list": lambda x: tf.reshape(x, [-1, *x.shape.as_list()[1:]]),
    "rank": lambda x: x * float(x.shape.rank),
    "get_shape": lambda x: tf.reshape(x, [-1, x.get_shape()[1]]),
    "shape": lambda x: tf.reshape(x, [tf.shape(x)[0], -1]),
    "dtype": lambda x: x if x.dtype.is_floating else -x,
    "equal dtype": lambda x: x * 2 if x.dtype == tf.float32 else x,
    "numpy": lambda x: tnp.sum(x, axis=-1),
    "zeros_like": lambda x: x + tf.zeros_like(x),
    "einsum": lambda x: tf.einsum("bi,bj->bij", x, x),
    "concat": lambda x: tf.concat([x, x], -1),
    "split": lambda x: tf.split(x, 2, -1)[0],
    "cond": lambda x: tf.cond(tf.reduce_sum(x) > 0, lambda: x, lambda: -x),
    "while": lambda x: tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 2), [0, x])[1],
    "map_fn": lambda x: tf.map_fn(lambda row: row * 2, x),
    "range": lambda x: x + tf.cast(tf.range(tf.shape(x)[-1]), x.dtype),
    "newaxis": lambda x: x[:, tf.newaxis, ...],
    "function": tf.function(lambda x: tf.where(x > 0, x, 0.0)),
    "ensure_shape": lambda x: tf.ensure_shape(x, [None, 4]),
    "matmul": lambda x: tf.ones((2, 1)) + x @ tf.ones((4, 1)),
    "mixed": lambda x: tf.nn.relu(ops.matmul(x, tf.ones((4, 3)))),
}
X = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")


@pytest.mark.parametrize("name", CALLS)
def test_symbolic_inputs(name):
    """The shape is inferred, and the graph computes what the function does."""
    fn = CALLS[name]
    i = keras.Input((4,))
    y = layers.Lambda(fn)(i)
    wanted = fn(tf.constant(X))
    assert wanted.shape.is_compatible_with(y.shape)
    np.testing.assert_allclose(keras.Model(i, y)(X), wanted, rtol=1e-6)


def test_a_mistake_is_still_told():
    """The error of the code itself comes through, whichever way the outputs are inferred."""

    def picky(x):
        raise ValueError("needs three axes")

    with pytest.raises(ValueError, match="needs three axes"):
        layers.Lambda(picky)(keras.Input((4,)))
    with pytest.raises(AttributeError, match="nowhere"):
        layers.Lambda(lambda x: x.shape.nowhere)(keras.Input((4,)))


def test_masks():
    """A mask that TensorFlow computes of a symbolic one is found in each run of the graph."""

    class First(layers.Layer):
        def call(self, x, mask=None):
            return x * 1.0

        def compute_mask(self, x, mask=None):
            return tf.concat([mask[:, :1], tf.zeros_like(mask[:, 1:])], axis=1)

    i = keras.Input((4,), dtype="int32")
    x = First()(layers.Embedding(5, 2, mask_zero=True)(i))
    model = keras.Model(i, layers.GlobalAveragePooling1D()(x))
    model.set_weights([np.repeat(np.arange(5.0), 2).reshape(5, 2)])
    assert model.predict(np.array([[3, 4, 1, 2]]), verbose=0).tolist() == [[3.0, 3.0]]


def test_unbuilt_sublayers():
    """Layers below make their weights while TensorFlow traces the call."""

    class Positions(layers.Layer):
        def __init__(self):
            super().__init__()
            self.tokens, self.places = layers.Embedding(9, 3), layers.Embedding(9, 3)

        def call(self, x):
            return self.tokens(x) + self.places(tf.range(tf.shape(x)[-1]))

    i = keras.Input((None,), dtype="int32")
    model = keras.Model(i, layers.Dense(1)(Positions()(i)))
    assert model.count_params() == 2 * 27 + 4
    model.compile("sgd", "mse")
    assert model.fit(np.ones((4, 5), "int32"), np.ones((4, 5, 1)), verbose=0).history["loss"]


# What is computed of a variable that holds [[0, 1], [2, 3]].
ON_VARIABLES = {
    "matmul": lambda v: tf.matmul(v, v),
    "numpy": lambda v: tnp.dot(v, v),
    "left": lambda v: tf.ones(2) + v,
    "right": lambda v: v + tf.ones(2),
    "array": lambda v: np.ones(2, "float32") - v,
    "number": lambda v: 2 - v,
    "cast": lambda v: tf.cast(v, tf.float64),
    "stack": lambda v: tf.stack([v, v]),
    "lookup": lambda v: tf.nn.embedding_lookup(v, [1]),
    "clip": lambda v: tf.clip_by_global_norm([v], 1.0)[0][0],
    "like": lambda v: tf.ones_like(v) * tf.cast(tf.rank(v), v.dtype),
    "l2": lambda v: tf.nn.l2_loss(v),
    "sparse": lambda v: tf.sparse.sparse_dense_matmul(tf.sparse.eye(2), v),
    "vectorized": lambda v: tf.vectorized_map(lambda a: a * 2, v),
    "shape": lambda v: tf.reshape(v, (*v.shape[::-1], 1)),
    "as_list": lambda v: tf.reshape(v, [*v.shape.as_list(), 1]),
    "function": tf.function(lambda v: v * 2),
    "dtype": lambda v: v if v.dtype.is_floating else -v,
    "itself": lambda v: tf.convert_to_tensor(v),
}


@pytest.mark.parametrize("name", ON_VARIABLES)
def test_variables(name):
    """A variable of a layer goes wherever one of TensorFlow's does, and has the same gradient."""
    value = np.arange(4, dtype="float32").reshape(2, 2)
    ours, theirs = keras.Variable(value), tf.Variable(value)
    got, gradients = [], []
    for v in (ours, theirs):
        with tf.GradientTape() as tape:
            y = ON_VARIABLES[name](v)
        got.append(y)
        none = tf.UnconnectedGradients.ZERO
        gradients.append(tf.convert_to_tensor(tape.gradient(y, v, unconnected_gradients=none)))
    np.testing.assert_allclose(*got)
    np.testing.assert_allclose(*gradients)
    assert tf.is_tensor(ours)


def test_types(tmp_path):
    """Shapes, specs and dtypes of TensorFlow's where those of Keras are taken."""
    shape = tf.TensorShape([None, 3])
    assert keras.Input(shape[1:], dtype=tf.int32).dtype == "int32"
    assert keras.KerasTensor(shape).shape == layers.InputSpec(shape=shape).shape == (None, 3)
    layer = layers.Dense(2, dtype=tf.float32)
    layer.build(shape)
    assert layer.compute_output_shape(shape) == (None, 2)
    assert layer.kernel.shape == (3, 2)
    assert layer.kernel.dtype == "float32"
    assert ops.zeros(shape[1:]).shape == ops.ones([shape[1]]).shape == (3,)
    assert ops.reshape(np.ones(6), tf.TensorShape([2, 3])).shape == (2, 3)
    assert ops.broadcast_to(np.ones(3), tf.TensorShape([2, 3])).shape == (2, 3)
    assert layers.Reshape(tf.TensorShape([3, 1]))(np.ones((2, 3))).shape == (2, 3, 1)
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    spec = tf.TensorSpec((None, 3), tf.float32, name="features")
    model.export(str(tmp_path), input_signature=[spec], verbose=False)
    served = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
    np.testing.assert_allclose(
        served(features=tf.ones((5, 3)))["output_0"], model(np.ones((5, 3))), rtol=1e-6
    )


def test_a_rematerialized_layer_runs_again_for_its_gradient():
    calls = []

    class Noted(keras.layers.Layer):
        def build(self, input_shape):
            self.seen = self.add_weight((), "zeros", trainable=False)

        def call(self, x):
            calls.append(1)
            self.seen.assign_add(1.0)
            return keras.ops.sin(x)

    for mode, times in ((None, 1), ("full", 2)):
        with keras.RematScope(mode=mode):
            layer = Noted()
        v = keras.Variable([1.0, 2.0])
        layer(keras.ops.ones((2,)))
        calls.clear()
        keras.ops.grad(lambda v=v, layer=layer: keras.ops.sum(layer(v * 2.0)), variables=[v])()
        assert len(calls) == times
        assert float(layer.seen) == 2.0
