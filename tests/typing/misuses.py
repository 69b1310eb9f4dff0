"""Misuses that pyright and mypy refuse; it is read, not run.

Each line says with which error. Each comment has to be needed, so that a misuse that is not
refused any more is an error itself.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

import numpy as np

import keras_core as keras
from keras_core import layers, ops

x = np.ones((2, 3), "float32")

ops.softmax(x, axes=-1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.top_k(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.add(x)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.sum(x, axis="rows")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ops.concatenate([x], axis=0, axes=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ops.top_k(x, k=2).values  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
layers.Dense()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
layers.Dense(3).unit  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
layers.Dense(3, activaton="relu")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
layers.Dense(3, activation=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.Dense("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.Dense(3, dtype=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.Dense(3)(x).units  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
layers.Dropout(0.5, seed="a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.Conv2D(8, "three")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
keras.Variable(x, shpe=(2, 3))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

model = keras.Sequential([layers.Dense(3)])
model.compile(metric=["mae"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
model.compile(optimizer=0.1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
model.fit(x, epoch=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
model.fit(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
model.fit(x).loss  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
model.evaluate(x, return_dict=True)[0]  # type: ignore[index]  # pyright: ignore[reportArgumentType]
model.predict(x, batchsize=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
model.load_weights("x.h5", by_names=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
model.quantize(config="int8")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ops.pad(x, "1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ops.cond(True, lambda: 1, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
ops.svd(x, compute_uv=False)[0].rows  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
layers.LSTM(4, use_cudnn="maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.LSTM(4, implementations=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
layers.Softmax(axis="last")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
layers.Dropout(0.5, noise_shape="row")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
keras.distribution.DeviceMesh(4, ["batch"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
keras.distribution.ModelParallel(layout_map={})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
keras.utils.image_dataset_from_directory(3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
keras.quantizers.Int8QuantizationConfig("int8")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
keras.saving.save_weights(x, "x.weights.h5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
