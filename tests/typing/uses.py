"""Uses of the public interface that a type checker takes; it is read by pyright, not run."""

from typing import assert_type

import numpy as np

import keras_core as keras
from keras_core import layers, ops
from keras_core.typing import Tensor

x = np.ones((2, 3), "float32")

# Operations keep their signatures.
assert_type(ops.add(x, 1.0), Tensor)
assert_type(ops.softmax(ops.matmul(x, x.T), axis=-1), Tensor)
assert_type(ops.sum(x, axis=(0, 1), keepdims=True), Tensor)
assert_type(ops.top_k(x, k=2), tuple[Tensor, Tensor])
assert_type(ops.split(x, 3, axis=1), list[Tensor])
ops.concatenate([x, keras.Variable(x), [[1.0, 2.0, 3.0]]])
ops.cast(x, "float16")
ops.reshape(x, (-1,))

# Tensors have operators.
total = ops.add(x, x) * 2 - 1
ops.mean(total[0] / 3)

# A layer is of its own class, and what it has is known.
dense = layers.Dense(3, activation="relu")
assert_type(dense, layers.Dense)
assert_type(dense.units, int)
