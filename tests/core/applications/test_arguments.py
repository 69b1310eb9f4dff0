"""The arguments that architectures share: what is refused, and what comes of the others."""

import inspect
import re
import warnings

import numpy as np
import pytest

import keras_core as keras
from keras_core import applications
from keras_core.core.base import config

ARCHITECTURES = [
    value
    for name, value in inspect.getmembers(applications)
    if name[0].isupper() and callable(value)
]
small = applications.MobileNetV3Small


def each(function):
    return pytest.mark.parametrize("make", ARCHITECTURES, ids=lambda f: f.__name__)(function)


def test_there_are_forty():
    assert len(ARCHITECTURES) == 40


@each
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": "there.h5"}, "path to the weights file to be loaded.*there.h5"),
        ({"classes": 5}, "`classes` should be 1000.*classes=5"),
        ({"pooling": "mean", "weights": None}, "'avg' or 'max'.*'mean'"),
        ({"classifier_activation": "relu"}, "Only `None` and `softmax` activations"),
        ({"weights": None, "input_shape": (16, 16, 3)}, r"Input size must be at least \d\dx"),
        ({"weights": None, "input_shape": (224, 224)}, "tuple of three integers"),
        ({"include_top": False, "input_shape": (224, 224, 1)}, "must have 3 channels"),
        ({"weights": None, "input_shape": (96, 96, None)}, "a known number of channels"),
        ({"weights": None, "input_tensor": np.zeros((1, 96, 96, 3))}, "must be a KerasTensor"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_is_made(make, options, words):
    with pytest.raises(ValueError, match=re.compile(words, re.DOTALL)):
        make(**options)


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (applications.ResNet50, {"input_shape": (96, 96, 3)}, r"should be \(224, 224, 3\)"),
        (
            applications.ResNet50,
            {"weights": None, "input_shape": (None, None, 3)},
            "specify a static `input_shape`",
        ),
        (applications.MobileNet, {"alpha": 0.3}, "alpha can be one of.*0.3"),
        (applications.MobileNet, {"depth_multiplier": 2}, "depth multiplier must be 1"),
        (applications.MobileNetV2, {"alpha": 0.3}, "alpha must be one of.*0.3"),
        (
            applications.NASNetMobile,
            {"weights": None, "include_top": False, "input_shape": (None, 96, 3)},
            "made for images of one size",
        ),
        (small, {"alpha": 0.75, "minimalistic": True}, "for minimalistic only"),
        (
            applications.MobileNetV2,
            {"input_shape": (64, 64, 3), "input_tensor": keras.Input((96, 96, 3))},
            "must equal the shape of `input_tensor`",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(make, options, words):
    with pytest.raises(ValueError, match=re.compile(words, re.DOTALL)):
        make(**options)


def test_unusual_numbers_of_channels_are_warned_of():
    with pytest.warns(UserWarning, match="usually expects 1 or 3 input channels.*4"):
        model = small((32, 32, 4), weights=None)
    assert model.input_shape == (None, 32, 32, 4)


@each
def test_every_argument_is_documented(make):
    documented = re.findall(r"^    (\w+): ", inspect.getdoc(make), re.MULTILINE)
    assert documented == list(inspect.signature(make).parameters)
    assert "{" not in make.__doc__.partition("Example")[0]


def test_a_model_stands_on_a_given_tensor():
    image = keras.Input((40, 48, 3), name="image")
    scaled = keras.layers.Rescaling(2.0, name="scaled")(image)
    model = small(weights=None, include_top=False, input_tensor=scaled, pooling="max")
    assert model.input is image
    assert [x.name for x in model.layers[:2]] == ["image", "scaled"]
    assert model.output_shape == (None, 576)


def test_sizes_may_be_left_open():
    model = applications.MobileNetV2(alpha=0.35, weights=None, include_top=False)
    for n in (1, 2, 3):
        out = model(np.zeros((1, 32 * n, 32, 3), "float32"))
        assert out.shape == (1, n, 1, 1280)


@pytest.mark.parametrize(
    "make",
    [
        applications.DenseNet121,
        applications.EfficientNetV2B0,
        small,
        applications.ResNet50V2,
        applications.VGG16,
        applications.Xception,
    ],
    ids=lambda f: f.__name__,
)
def test_channels_may_come_first(make):
    x = np.random.default_rng(0).uniform(0, 255, (1, 72, 72, 3)).astype("float32")
    options = {"weights": None, "include_top": False, "pooling": "avg"}
    last = make(input_shape=(72, 72, 3), **options)
    config.set_image_data_format("channels_first")
    try:
        first = make(input_shape=(3, 72, 72), **options)
        first.set_weights(last.get_weights())
        found = keras.ops.convert_to_numpy(first(x.transpose(0, 3, 1, 2)))
    finally:
        config.set_image_data_format("channels_last")
    expected = keras.ops.convert_to_numpy(last(x))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())


def test_a_size_without_weights_is_warned_of(monkeypatch):
    from keras_core.applications.architectures import _weights

    monkeypatch.setattr(_weights, "get_file", lambda *a, **k: "file.h5")
    monkeypatch.setattr(keras.Model, "load_weights", lambda self, path: None)
    for make in (applications.MobileNet, applications.MobileNetV2, small):
        with pytest.warns(UserWarning, match="shape \\(224, 224\\) will be loaded as the default"):
            make((100, 100, 3), include_top=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small((224, 224, 3), include_top=False)
