"""Mistakes: each is answered before the first step, with what came and what was expected."""

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.core.tensors import runtime

needs_gradients = pytest.mark.skipif(
    runtime.CAPABILITIES.autodiff == "none", reason="the backend has no gradients"
)
X, Y = np.ones((8, 4), "float32"), np.zeros((8,), "int32")


def classifier(loss="sparse_categorical_crossentropy"):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("sgd", loss)
    return model


CASES = {
    "features": (lambda m: m.fit(np.ones((8, 5)), Y, verbose=0), r"value 4.*\(None, 5\)"),
    "none": (lambda m: m.fit(None, Y), "x` is None"),
    "no targets": (lambda m: m.fit(X), "`y` is None"),
    "lengths": (lambda m: m.fit(X, Y[:5]), r"ambiguous.*\(8, 4\).*\(5,\)"),
    "strings": (lambda m: m.fit(np.array([["a"] * 4] * 8), Y), "integers first"),
    "ragged": (lambda m: m.fit([[1.0, 2.0], [3.0]], Y[:2]), "ragged"),
    "range": (lambda m: m.fit(X, Y + 7), "from 7 to 7.*3 outputs"),
    "negative": (lambda m: m.fit(X, Y - 1), "from -1"),
    "one hot": (lambda m: m.fit(X, np.eye(3)[Y]), "categorical_crossentropy"),
    "batch size": (lambda m: m.fit(X, Y, batch_size=0), "`batch_size` must be a positive"),
    "epochs": (lambda m: m.fit(X, Y, epochs=0), "`epochs` must be a positive"),
    "split": (lambda m: m.fit(X, Y, validation_split=1.5), "between 0 and 1"),
    "empty": (lambda m: m.fit(X[:0], Y[:0], verbose=0), "no batch"),
    "not callbacks": (lambda m: m.fit(X, Y, callbacks=[3]), "callbacks.*Received: 3"),
    "rank": (lambda m: m.predict(np.ones((4,)), verbose=0), "batch axis|expected shape"),
    "generator": (lambda m: m.fit(iter([]), verbose=0), "no batch"),
    "with y": (lambda m: m.fit(iter([(X, Y)]), Y), "yields the targets"),
}


@needs_gradients
@pytest.mark.parametrize("name", CASES)
def test_data(name):
    act, message = CASES[name]
    with pytest.raises((ValueError, TypeError), match=message):
        act(classifier())


@needs_gradients
def test_classes_with_the_wrong_loss():
    with pytest.raises(ValueError, match="sparse_categorical_crossentropy"):
        classifier("categorical_crossentropy").fit(X, Y, verbose=0)


@needs_gradients
def test_uncompiled():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    with pytest.raises(ValueError, match=r"must call `compile\(\)`"):
        model.fit(X, Y)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: layers.Dense(-1), "positive integer"),
        (lambda: layers.Dense(2, activation="rellu"), "'relu'"),
        (lambda: layers.Dense(2, kernel_initializer="zerros"), "'zeros'"),
        (lambda: layers.Dense(2, foo=1), "foo"),
        (lambda: layers.Dropout(2.0), "between 0 and 1"),
        (lambda: layers.Conv2D(4, 3, padding="full"), "valid"),
        (lambda: keras.optimizers.get("adm"), "adam"),
        (lambda: keras.losses.get("mean_square_error"), "mean_squared_error"),
        (lambda: keras.metrics.get("acuracy"), "(?i)accuracy"),
        (lambda: classifier().get_layer("nothing"), "No such layer: nothing"),
        (lambda: layers.Dense(2)("text"), "keyword argument|tensors"),
        (lambda: layers.Dense(2)(None), "should be tensors"),
        (lambda: layers.Conv2D(2, 3)(np.ones((8, 8, 3), "float32")), "min_ndim=4.*batch axis"),
        (
            lambda: keras.ops.matmul(np.ones((2, 2, 3)), np.ones((3, 3, 4))),
            "cannot be broadcast",
        ),
        (lambda: keras.ops.matmul(np.ones((2, 3)), np.ones((2, 3))), "Inner dimensions"),
        (lambda: keras.ops.reshape(np.ones((2, 3)), (4, 2)), "size"),
        (lambda: keras.ops.sum(np.ones((2, 3)), axis=2), "out of bounds"),
        (lambda: keras.ops.concatenate([np.ones((2, 3)), np.ones((3, 2))]), "same shape"),
        (lambda: keras.ops.convert_to_tensor(["a"]), "numbers"),
        (lambda: keras.Variable([1.0]).assign([1.0, 2.0]), "shape"),
        (lambda: keras.Input(), "shape"),
        (lambda: keras.Model(keras.Input((2,)), keras.Input((2,))), "not connected"),
    ],
)
def test_arguments(act, message):
    with pytest.raises((ValueError, TypeError), match=message):
        act()
