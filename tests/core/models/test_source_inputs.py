"""The inputs that symbolic tensors depend on, and inference without a graph."""

import keras_core as keras
from keras_core.utils import get_source_inputs


def test_source_inputs():
    a, b, c = (keras.Input((2,), name=n) for n in "abc")
    y = keras.layers.Dense(2)(a)
    assert get_source_inputs(y) == [a]
    assert get_source_inputs(a) == [a]
    assert get_source_inputs(keras.ops.add(keras.ops.add(y, b), y)) == [a, b]
    assert get_source_inputs(keras.ops.concatenate([c, y])) == [c, a]
    alone = keras.KerasTensor((2,))
    assert get_source_inputs(alone) == [alone]
    with keras.SymbolicScope():
        free = keras.ops.add(y, b)
    assert free.shape == (None, 2)
    assert get_source_inputs(free) == [free]
