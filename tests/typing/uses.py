"""Uses of the public interface that a type checker takes; it is read, not run."""

from collections.abc import Iterator
from typing import Any, assert_type

import numpy as np
import numpy.typing as npt

import keras_core as keras
from keras_core import layers, ops
from keras_core.typing import Array, Tensor

x = np.ones((2, 3), "float32")

# Operations keep their signatures.
assert_type(ops.add(x, 1.0), Tensor)
assert_type(ops.softmax(ops.matmul(x, x.T), axis=-1), Tensor)
assert_type(ops.sum(x, axis=(0, 1), keepdims=True), Tensor)
assert_type(ops.top_k(x, k=2), tuple[Tensor, Tensor])
assert_type(ops.split(x, 3, axis=1), list[Tensor])
ops.concatenate([x, keras.Variable(x), [[1.0, 2.0, 3.0]]])
ops.cast(x, "float16")
ops.cast(x, np.float32)
ops.reshape(x, (-1,))

# Tensors, variables and symbolic tensors have operators, and become numbers and arrays.
total = ops.add(x, x) * 2 - 1
ops.mean(total[0] / 3)
assert_type(1 - total, Tensor)
assert_type(total @ total, Tensor)
assert_type(-total < 3, Tensor)
float(ops.mean(x))
np.asarray(total)
if ops.any(total > 1):
    print(len(total), list(total))
variable = keras.Variable(0.5, name="rate")
assert_type(variable * 2, Tensor)
assert_type(variable.value, Tensor)
variable.assign(variable + 1.0)
variable.assign_add(x)

# A layer is of its own class, what it has is known, and so is what it returns.
dense = layers.Dense(3, activation="relu", kernel_initializer="he_normal", name="first")
assert_type(dense, layers.Dense)
assert_type(dense.units, int)
assert_type(dense(x), Tensor)
assert_type(dense([[1.0, 2.0]]), Tensor)
layers.Dense(3, ops.tanh, kernel_regularizer=keras.regularizers.L2(1e-3), dtype="mixed_bfloat16")
layers.Conv2D(8, 3, strides=(2, 2), padding="same", kernel_constraint="max_norm")(x)
layers.Dropout(0.5, seed=1)(x, training=True)
layers.Concatenate()([x, x])


def block(inputs, units, activation="relu", padding="same"):  # type: ignore[no-untyped-def]
    """Arguments that are str to a type checker are taken for names."""
    hidden = layers.Dense(units, activation=activation)(inputs)
    return layers.Conv1D(units, 3, padding=padding, kernel_initializer="my>initializer")(hidden)


class Scale(layers.Layer):
    """A layer of a user, typed in full."""

    def __init__(self, start: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.scale = self.add_weight((input_shape[-1],), initializer="ones", dtype="float32")

    def call(self, inputs: Tensor, training: bool = False) -> tuple[Tensor, int]:
        return inputs * self.scale, 1

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "start": self.start}


assert_type(Scale(2.0, name="scale")(x, training=True), tuple[Tensor, int])

# Models are made, trained and used.
inputs = keras.Input((3,), dtype="float32")
outputs = layers.Dense(1)(layers.Dense(4)(inputs) + 1)
model = keras.Model(inputs, outputs)
model = keras.Model(inputs=[inputs], outputs={"out": outputs}, name="named")
stack = keras.Sequential([keras.Input((3,)), layers.Dense(1), Scale()])
stack.add(layers.Dense(1))
model.compile(optimizer="adam", loss="mse", metrics=["mae", keras.metrics.AUC()])
model.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)),
    loss={"out": keras.losses.Huber()},
    jit_compile=False,
)
model.compile(loss=lambda y_true, y_pred: ops.mean(y_true - y_pred))
history = model.fit(x, x[:, :1], epochs=2, verbose=0, validation_split=0.5)
assert_type(history, keras.callbacks.History)
assert_type(history.history["loss"], list[Any])


def batches() -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    yield x, x


model.fit(batches(), steps_per_epoch=1, callbacks=[keras.callbacks.EarlyStopping("loss")])
model.fit({"a": x, "b": [x, x]}, [x], class_weight={0: 1.0}, validation_data=(x, x))
loss, accuracy = model.evaluate(x, x, verbose=0)
assert_type(model.evaluate(x, x, return_dict=True), dict[str, float])
assert_type(model.train_on_batch(x, x, return_dict=True), dict[str, float])
model.predict(x, verbose=0).mean()
model.save("model.keras")


# Predictions have the form of what `call` says that it returns.
class Pair(keras.Model):
    def call(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x, x


class ByName(keras.Model):
    def call(self, x: Tensor) -> dict[str, Tensor]:
        return {"x": x}


assert_type(Pair().predict(x), tuple[Array, Array])
assert_type(ByName().predict(x, batch_size=2)["x"], Array)
assert_type(Pair().predict_on_batch(x)[0], Array)
first, second = model.predict(x)  # of a graph of layers, whose form no type knows
assert_type(keras.models.clone_model(stack), keras.Sequential)
assert_type(ByName.from_config({}), ByName)
assert_type(keras.models.model_from_json(model.to_json()), keras.Model)
model.load_weights("model.h5", by_name=True)
model.quantize(config=keras.quantizers.Int8QuantizationConfig(activation_quantizer=None))

# So do functions that are given functions.
assert_type(ops.cond(True, lambda: ops.ones(()), lambda: ops.zeros(())), Tensor)
assert_type(ops.map(lambda row: ops.sum(row), x), Tensor)
assert_type(ops.while_loop(lambda i: i < 3, lambda i: (i + 1,), (0,)), tuple[Any, ...])
assert_type(ops.fori_loop(0, 4, lambda i, total: total + i, x), Tensor)
outputs_of, pullback = ops.vjp(lambda x: ops.exp(x), x)
assert_type(outputs_of, Tensor)
assert_type(pullback(outputs_of), tuple[Any, ...])
assert_type(ops.svd(x, compute_uv=False), Tensor)
assert_type(ops.svd(x), tuple[Tensor, Tensor, Tensor])
assert_type(ops.unique([1, 2]), Tensor)

# Metrics return what `result` says.
assert_type(keras.metrics.Mean()(x), Tensor)
assert_type(keras.metrics.Mean().result(), Tensor)

# Data, files of pictures, quantisers, meshes.
assert_type(keras.utils.to_categorical([0, 2]), Array)
assert_type(keras.utils.normalize(x), Array)
assert_type(keras.utils.img_to_array(keras.utils.load_img("x.png")), Array)
train, validation = keras.utils.image_dataset_from_directory(
    "pictures", validation_split=0.5, subset="both", seed=1
)
model.fit(train.take(2), validation_data=validation.batch(8))
pictures = keras.utils.image_dataset_from_directory("pictures", labels=[0, 1], batch_size=None)
assert_type(pictures.class_names, list[str] | None)
packed, shape, length = keras.quantizers.pack_int4(x)
assert_type(keras.quantizers.unpack_int4(packed, length), Tensor)
assert_type(keras.quantizers.quantize_and_dequantize(x, 1.0, "float8_e4m3fn", "float32"), Tensor)
mesh = keras.distribution.DeviceMesh((2, 2), ["batch", "model"])
layouts = keras.distribution.LayoutMap(mesh)
layouts[".*kernel"] = (None, "model")
parallel = keras.distribution.ModelParallel(layout_map=layouts)
assert_type(parallel.get_variable_layout(variable), keras.distribution.TensorLayout)
with parallel.scope():
    layers.LSTM(4, use_cudnn="auto", name="lstm", input_shape=(2, 3))
