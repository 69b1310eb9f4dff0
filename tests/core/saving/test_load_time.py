"""Loading takes time in proportion to the number of layers, by counts of calls."""

import sys

import pytest

import keras_core as keras
from keras_core import layers, ops

pytestmark = pytest.mark.one_in(3)


def stack(n):
    return keras.Sequential([keras.Input((2,)), *[layers.Dense(2) for _ in range(n)]])


def chain(n):
    x = i = keras.Input((2,))
    for _ in range(n):
        x = layers.Dense(2)(x)
    return keras.Model(i, x)


def branches(n):
    i = keras.Input((2,))
    return keras.Model(i, layers.Add()([layers.Dense(2)(i) for _ in range(n)]))


def residual(n):
    x = i = keras.Input((2,))
    for _ in range(n // 2):
        x = layers.Add()([x, layers.Dense(2)(x)])
    return keras.Model(i, x)


def operations(n):
    x = i = keras.Input((2,))
    for _ in range(n):
        x = ops.tanh(x * 2.0)
    return keras.Model(i, layers.Dense(1)(x))


def shared(n):
    x, layer = keras.Input((2,)), layers.Dense(2)
    i = x
    for _ in range(n):
        x = layer(x)
    return keras.Model(i, x)


def parts(n):
    i = x = keras.Input((2,))
    for _ in range(n // 4):
        x = chain(4)(x)
    return keras.Model(i, x)


def outputs(n):
    i = keras.Input((2,))
    return keras.Model(i, {f"o{k}": layers.Dense(1)(i) for k in range(n)})


def calls_of(run):
    """How many functions are called, of Python and of C."""
    count = 0

    def note(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("suffix", ["keras", "weights.h5", "json"])
@pytest.mark.parametrize(
    "make", [stack, chain, branches, residual, operations, shared, parts, outputs]
)
def test_loading_is_linear(make, suffix, tmp_path):
    found = []
    for n in (8, 40, 80):  # the first one imports what is imported late
        model, path = make(n), tmp_path / f"{n}.{suffix}"
        if suffix == "json":
            text = model.to_json()
            found.append(calls_of(lambda text=text: keras.models.model_from_json(text)))
        elif suffix == "keras":
            model.save(path)
            found.append(calls_of(lambda path=path: keras.models.load_model(path)))
        else:
            model.save_weights(path)
            found.append(calls_of(lambda path=path, model=model: model.load_weights(path)))
    _, once, twice = found
    assert twice < 2.2 * once, found
