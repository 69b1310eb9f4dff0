"""What single layers do that a comparison over their arguments does not show."""

import numpy as np
import pytest
from blackbox import real_keras

import keras_core as keras
from keras_core import layers, ops
from keras_core.alias.private import BaseConv


def array(x):
    return ops.convert_to_numpy(x)


@pytest.mark.interop
@pytest.mark.parametrize("window", [1, 2, 3, 4, 5])
def test_a_transposed_convolution_is_cut_in_front_as_in_keras(window):
    rng = np.random.default_rng(window)
    x = rng.normal(size=(1, 4, 1)).astype("float32")
    k = rng.normal(size=(window, 1, 1)).astype("float32")
    options = [
        {"strides": s, "padding": p, "output_padding": o}
        for s in (1, 2, 3, 4) for p in ("valid", "same") for o in (None, 0, 1, 2, 3)
        if o is None or o < s
    ]  # fmt: skip
    expected = real_keras(
        "[keras.ops.conv_transpose(x, k, **o) for o in options]", x=x, k=k, options=options
    )
    for o, want in zip(options, expected, strict=True):
        np.testing.assert_allclose(array(ops.conv_transpose(x, k, **o)), want, atol=1e-5)


def test_an_activity_penalty_is_one_of_a_sample():
    layer = layers.Dense(1, activity_regularizer="l2", kernel_initializer="ones")
    for n in (1, 2, 8):
        layer(np.ones((n, 2), "float32"))
        assert float(array(layer.losses[0])) == pytest.approx(0.04)


class Cell(layers.Layer):
    """A cell with one state, which is no list."""

    def __init__(self, units):
        super().__init__()
        self.state_size = units

    def build(self, shape):
        self.k = self.add_weight(shape=(shape[-1], self.state_size))

    def call(self, x, states):
        h = ops.add(ops.matmul(x, self.k), states[0])
        return h, [h]


class Unbuilt(layers.Layer):
    """A cell of layers, without a `build`."""

    def __init__(self, units):
        super().__init__()
        self.state_size = units
        self.dense = layers.Dense(units)

    def call(self, x, states):
        h = ops.add(self.dense(x), states[0])
        return h, [h]


def test_states_of_cells():
    x = np.ones((2, 3, 4), "float32")
    out = layers.RNN([Cell(3), Cell(2)], return_state=True)(x)
    assert [tuple(y.shape) for y in out] == [(2, 2), (2, 3), (2, 2)]
    layer = layers.RNN(Unbuilt(2))
    assert tuple(layer(x).shape) == (2, 2)
    assert len(layer.weights) == 2
    np.testing.assert_allclose(array(layer(x)), 3 * array(layer.cell.dense(x[:, 0])), rtol=1e-4)


def test_each_step_has_its_mask():
    class Shown(layers.Layer):
        supports_masking = True

        def call(self, x, mask=None):
            return x if mask is None else ops.multiply(x, ops.cast(mask[..., None], x.dtype))

    mask = np.array([[False, True]])
    out = layers.TimeDistributed(Shown())(np.ones((1, 2, 1), "float32"), mask=mask)
    assert array(out).ravel().tolist() == [0.0, 1.0]
    with pytest.raises(ValueError, match="mask"):
        layers.TimeDistributed(layers.Dense(2))(np.zeros((4, 5, 3)), mask=np.ones((4, 6), bool))


@pytest.mark.parametrize("axes", [(1,), (2,), (1, 2)])
def test_no_target_sees_a_later_source(axes):
    x = np.random.default_rng(0).normal(size=(1, 3, 4, 5)).astype("float32")
    layer = layers.MultiHeadAttention(1, 2, attention_axes=axes)
    _, scores = layer(x, x, use_causal_mask=True, return_attention_scores=True)
    n = int(np.prod([x.shape[a] for a in axes]))
    flat = array(scores).reshape(-1, n, n)
    assert not np.triu(flat, 1).any()
    np.testing.assert_allclose(flat.sum(-1), 1.0, rtol=1e-5)


def test_masks_of_attention_that_have_no_batch_or_too_few_axes():
    x = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")
    layer = layers.MultiHeadAttention(2, 4)
    mask = np.tril(np.ones((5, 5), bool))
    want = array(layer(x, x, use_causal_mask=True))
    np.testing.assert_allclose(array(layer(x, x, attention_mask=mask)), want, rtol=1e-5)
    np.testing.assert_allclose(array(layer(x, x, attention_mask=mask[None])), want, rtol=1e-5)
    deep = np.random.default_rng(1).normal(size=(2, 3, 4, 8)).astype("float32")
    layer = layers.MultiHeadAttention(2, 4, attention_axes=(2,))
    steps = np.array([[True] * 3, [True, False, True]])
    out = array(layer(deep, deep, value_mask=np.repeat(steps[..., None], 4, 2)))
    np.testing.assert_allclose(out[0], array(layer(deep, deep))[0], rtol=1e-4, atol=1e-5)


def test_integers_are_normalised_as_floats():
    x = np.random.default_rng(0).integers(0, 256, (4, 3)).astype("uint8")
    for layer in (layers.BatchNormalization(), layers.LayerNormalization()):
        for training in (False, True) if isinstance(layer, layers.BatchNormalization) else (None,):
            extra = {} if training is None else {"training": training}
            want = array(layer(x.astype("float32"), **extra))
            np.testing.assert_allclose(array(layer(x, **extra)), want, rtol=1e-2, atol=1e-2)


def test_the_unit_of_zeros_is_zero():
    for dtype in ("float16", "float32"):
        out = array(layers.UnitNormalization(dtype=dtype)(np.zeros((2, 3), dtype)))
        assert not out.any()


def test_sums_of_images_do_not_overflow():
    x = np.full((1, 2), 200, "uint8")
    assert array(layers.Average()([x, x])).tolist() == [[200.0, 200.0]]
    assert array(layers.Add()([x, x])).tolist() == [[400.0, 400.0]]
    assert array(layers.Add()([x.astype("int32")] * 2)).dtype == "int32"


def test_a_convolution_can_be_overridden():
    class Doubled(layers.Conv2D):
        def convolution_op(self, inputs, kernel):
            return super().convolution_op(inputs, ops.multiply(kernel, 2.0))

    x = np.ones((1, 4, 4, 1), "float32")
    layer = Doubled(2, 3, bias_initializer="ones")
    doubled = array(layer(x))
    kernel = array(layer.kernel).sum((0, 1, 2))
    np.testing.assert_allclose(doubled[0, 0, 0], 2 * kernel + 1, rtol=1e-5)


def test_activations_can_be_taken_out():
    for layer, x in (
        (layers.Dense(2, activation="relu"), np.ones((1, 3), "float32")),
        (layers.Conv1D(2, 1, activation="relu"), np.ones((1, 3, 1), "float32")),
        (layers.Activation("relu"), np.ones((1, 3), "float32")),
    ):
        layer(x)
        layer.activation = None
        layer(x)


REFUSED = [
    lambda: layers.Conv1DTranspose(1, 2, strides=2, output_padding=2),
    lambda: layers.DepthwiseConv1D(7)(np.ones((1, 3, 2), "float32")),
    lambda: layers.Dense(2, trainable="yes"),
    lambda: layers.Softmax()(np.ones((2, 3), "float32"), mask=np.ones((2, 2, 3), bool)),
    lambda: layers.Add().compute_mask([np.ones(2)] * 2, np.ones(2, bool)),
    lambda: keras.Input(batch_size=4, batch_shape=(2, 3)),
    lambda: layers.InputLayer(shape=(4,), input_tensor=keras.Input((3,))),
    lambda: layers.MultiHeadAttention(1, 1, sliding_window=0),
]


@pytest.mark.parametrize("call", REFUSED)
def test_what_is_refused(call):
    with pytest.raises(ValueError, match=r"Received|must be"):
        call()


def test_names_of_older_arguments():
    assert layers.InputLayer(input_shape=(3,)).batch_shape == (None, 3)
    assert layers.InputLayer(batch_input_shape=(2, 3)).batch_shape == (2, 3)
    assert layers.InputLayer((3,)).call() is None
    assert layers.LSTM(2, implementation=2).units == 2
    assert layers.GRUCell(2, implementation=1).units == 2
    assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1
    model = keras.Sequential([layers.Dense(2, input_dim=3), layers.Dropout(0.5, input_dim=2)])
    assert model.input_shape == (None, 3)


def test_both_directions_keep_the_kernel_that_was_asked_for():
    layer = layers.Bidirectional(layers.LSTM(2, use_cudnn=False))
    assert layer.forward_layer.use_cudnn is False
    assert layer.backward_layer.use_cudnn is False


def test_scales_of_channels():
    x = np.ones((1, 2, 3), "float32")
    assert array(layers.Rescaling(np.array(0.5))(x)).max() == 0.5
    assert array(layers.Rescaling(np.array([1.0, 2.0, 3.0]))(x))[0, 0].tolist() == [1, 2, 3]
    layer = layers.Rescaling(np.array([1.0, 2.0, 3.0]), offset=np.float32(1.0))
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(array(again(x)), array(layer(x)))
    keras.config.set_image_data_format("channels_first")
    try:
        assert array(layers.Rescaling([1.0, 2.0])(x))[0, :, 0].tolist() == [1, 2]
    finally:
        keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize("value", [-1, -0.5, "a", float("inf"), float("nan"), True])
def test_factors_of_penalties_are_not_negative(value):
    make = keras.regularizers
    for wrong in (
        lambda: make.L1(value),
        lambda: make.L2(value),
        lambda: make.L1L2(l2=value),
        lambda: make.OrthogonalRegularizer(value),
        lambda: layers.ActivityRegularization(value),
    ):
        with pytest.raises(ValueError, match="at least 0"):
            wrong()


def test_convolutional_lstms_take_masks():
    x = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype("float32")
    mask = np.array([[True, True, False, False], [True, True, True, True]])
    layer = layers.ConvLSTM1D(2, 2, return_sequences=True)
    out = array(layer(x, mask=mask))
    np.testing.assert_array_equal(out[0, 1], out[0, 2])
    np.testing.assert_allclose(out[1], array(layer(x))[1], rtol=1e-5)
    assert layer.compute_mask(x, mask) is mask
    with pytest.raises(ValueError, match="must be known"):
        layers.ConvLSTM1D(2, 2)(keras.Input((4, None, 3)))


def test_a_dot_of_a_batch_or_of_other_sizes_is_refused():
    a, b = np.ones((2, 3), "float32"), np.ones((2, 4), "float32")
    with pytest.raises(ValueError, match="not the batch"):
        layers.Dot(0)([a, a])
    with pytest.raises(ValueError, match="Incompatible input shapes"):
        layers.Dot(1)([a, b])
    with pytest.raises(ValueError, match="2 inputs"):
        layers.Dot(1)([a, a, a])


def test_slopes_are_shared_along_axes_that_there_are():
    for axes in ([0], [3], [-1]):
        with pytest.raises(ValueError, match="between 1"):
            layers.PReLU(shared_axes=axes)(np.ones((2, 3, 4), "float32"))


def test_the_way_back_of_an_embedding_is_part_of_a_model():
    inputs = keras.Input((4,), dtype="int32")
    layer = layers.ReversibleEmbedding(7, 3, mask_zero=True)
    model = keras.Model(inputs, layer(layer(inputs), reverse=True))
    assert model.output_shape == (None, 4, 7)
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    x = np.array([[1, 2, 3, 0]])
    np.testing.assert_allclose(array(again(x)), array(model(x)), rtol=1e-5)
    assert len(model.weights) == 1


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
@pytest.mark.parametrize("masked", [False, True])
def test_the_loop_of_a_recurrent_layer_is_its_call(kind, masked):
    layer = getattr(layers, kind)(3, return_sequences=True, return_state=True)
    x = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    mask = np.arange(5) < np.array([[5], [2]]) if masked else None
    outputs, *states = layer(x, mask=mask)
    last, every, after = layer.inner_loop(x, layer.get_initial_state(2), mask)
    np.testing.assert_allclose(array(every), array(outputs), rtol=1e-5)
    np.testing.assert_allclose(array(last), array(states[0]), rtol=1e-5)
    for a, b in zip(after, states, strict=True):
        np.testing.assert_allclose(array(a), array(b), rtol=1e-5)


@pytest.mark.parametrize("kind", ["SimpleRNNCell", "GRUCell", "LSTMCell"])
def test_masks_of_dropout_last_until_they_are_reset(kind):
    cell = getattr(layers, kind)(3, dropout=0.5, recurrent_dropout=0.5, seed=1)
    x, h = np.ones((2, 400), "float32"), np.ones((2, 300), "float32")
    first, held = array(cell.get_dropout_mask(x)), array(cell.get_recurrent_dropout_mask(h))
    assert sorted(np.unique(first)) == [0, 2]
    cell.reset_recurrent_dropout_mask()
    assert (array(cell.get_dropout_mask(x)) == first).all()
    assert (array(cell.get_recurrent_dropout_mask(h)) != held).any()
    cell.reset_dropout_mask()
    assert (array(cell.get_dropout_mask(x)) != first).any()
    plain = getattr(layers, kind)(3)
    assert plain.get_dropout_mask(x) is None
    assert plain.get_recurrent_dropout_mask(h) is None


def test_stacked_cells_forget_the_masks_of_all_cells():
    cells = [layers.LSTMCell(3, dropout=0.5, recurrent_dropout=0.5) for _ in range(2)]
    stacked, x = layers.StackedRNNCells(cells), np.ones((2, 300), "float32")
    before = [array(c.get_recurrent_dropout_mask(x)) for c in cells]
    stacked.reset_recurrent_dropout_mask()
    after = [array(c.get_recurrent_dropout_mask(x)) for c in cells]
    assert all((a != b).any() for a, b in zip(before, after, strict=True))


def test_masks_are_computed_by_name():
    x, mask = ops.ones((2, 3), "int32"), ops.ones((2, 3), "bool")
    table = layers.Embedding(4, 2, mask_zero=True)
    assert array(table.compute_mask(x, mask=mask)).all()
    assert array(layers.Add().compute_mask([x, x], mask=[mask, mask])).all()
    assert array(layers.LSTM(2, return_sequences=True).compute_mask(x, mask=mask)).all()
    assert layers.Lambda(lambda v: v, mask=lambda x, mask: mask).compute_mask(x, mask=mask) is mask


def test_weights_of_other_kinds_become_tensors():
    layer = layers.Rescaling(2.0)
    weight = ops.ones((2,))
    assert layer.convert_weight(weight) is weight
    variable = keras.Variable(np.ones(2))
    assert layer.convert_weight(variable) is variable
    assert ops.is_tensor(layer.convert_weight([1.0, 2.0]))


def test_layers_of_images_transform_images_without_a_transformation():
    x = np.random.default_rng(0).uniform(0, 255, (1, 8, 8, 3)).astype("float32")
    for layer in (layers.Resizing(4, 4), layers.AutoContrast()):
        np.testing.assert_allclose(array(layer.transform_images(x)), array(layer(x)), rtol=1e-5)


def test_a_kernel_stands_for_its_value():
    layer = layers.Dense(3)
    layer.build((None, 2))
    held = layer._kernel  # libraries that subclass layers look for it
    doubled = ops.multiply(held, 2.0)
    np.testing.assert_allclose(array(doubled), 2 * array(layer.kernel), rtol=1e-6)
    np.testing.assert_allclose(array(layers.Rescaling(2.0)(held)), array(doubled), rtol=1e-6)
    np.testing.assert_array_equal(np.asarray(held), array(layer.kernel))


def test_attention_of_what_is_projected():
    layer = layers.MultiHeadAttention(2, 4)
    x = np.random.default_rng(0).normal(size=(2, 5, 8)).astype("float32")
    mask = np.tril(np.ones((2, 5, 5), bool))
    wanted, weights = layer(x, x, attention_mask=mask, return_attention_scores=True)
    q, k, v = (f(x) for f in (layer.query_dense, layer.key_dense, layer.value_dense))
    for scores in (False, True):
        out, found = layer._compute_attention(  # KerasHub calls it
            query=q, key=k, value=v, attention_mask=mask, return_attention_scores=scores
        )
        np.testing.assert_allclose(array(layer.output_dense(out)), array(wanted), atol=1e-5)
        assert (found is None) != scores
    np.testing.assert_allclose(array(found), array(weights), atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_convolution_of_a_rank_that_is_an_argument(rank):
    class Q(BaseConv):
        def __init__(self, filters, kernel_size, **kwargs):
            super().__init__(rank=rank, filters=filters, kernel_size=kernel_size, **kwargs)

    x = np.random.default_rng(0).normal(size=(2, *(6,) * rank, 3)).astype("float32")
    layer, plain = Q(4, 3, padding="same"), getattr(layers, f"Conv{rank}D")(4, 3, padding="same")
    layer.build(x.shape)
    plain.build(x.shape)
    layer.set_weights(plain.get_weights())
    np.testing.assert_allclose(array(layer(x)), array(plain(x)), rtol=1e-5, atol=1e-5)
    config = layer.get_config()
    assert (config["filters"], config["padding"]) == (4, "same")
    assert "rank" not in config
