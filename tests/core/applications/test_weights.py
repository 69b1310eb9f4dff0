"""Weights of files: which one is fetched, and what is said where that is not possible."""

import json

import numpy as np
import pytest

import keras_core as keras
from keras_core import applications
from keras_core.applications.architectures import _weights
from keras_core.core.tensors import scopes
from keras_core.data.fetch import DownloadError


def make(**options):
    return applications.MobileNetV3Small((32, 32, 3), include_top=False, **options)


@pytest.fixture
def offline(monkeypatch, tmp_path):
    """No network, and an empty cache."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    return tmp_path


def test_offline_the_error_says_what_to_put_where(offline):
    with pytest.raises(DownloadError) as caught:
        applications.ResNet50()
    assert (
        "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
        "resnet50_weights_tf_dim_ordering_tf_kernels.h5" in str(caught.value)
    )
    assert str(offline / "models" / "resnet50_weights_tf_dim_ordering_tf_kernels.h5") in str(
        caught.value
    )


def test_a_file_in_the_cache_is_loaded(offline, monkeypatch):
    source = make(weights=None)
    source.save(offline / "whole.h5")
    (offline / "models").mkdir()
    stem = "mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float"
    file = _weights.file_of(stem, include_top=False)
    monkeypatch.setitem(_weights.HASHES, stem, ("", _digest(offline / "whole.h5")))
    (offline / "whole.h5").rename(offline / "models" / file.name)
    with pytest.warns(UserWarning, match="will be loaded as the default"):
        loaded = make()
    for a, b in zip(source.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def _digest(path):
    import hashlib

    return hashlib.md5(path.read_bytes()).hexdigest()


def test_a_damaged_file_in_the_cache_is_not_used(offline):
    (offline / "models").mkdir()
    file = _weights.file_of("vgg16/vgg16" + _weights.TF, include_top=False)
    (offline / "models" / file.name).write_bytes(b"half of it")
    with pytest.raises(DownloadError, match="vgg16"):
        applications.VGG16(include_top=False)


@pytest.mark.parametrize("end", [".keras", ".weights.h5", ".h5"])
def test_weights_of_a_file_of_ones_own(tmp_path, end):
    source = make(weights=None)
    path = tmp_path / f"file{end}"
    (source.save_weights if end == ".weights.h5" else source.save)(path)
    loaded = make(weights=path)
    for a, b in zip(source.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_no_values_are_drawn_for_weights_that_are_loaded(tmp_path, monkeypatch):
    make(weights=None).save_weights(tmp_path / "file.weights.h5")
    put_off = []
    monkeypatch.setattr(
        scopes.WeightsFollow,
        "put_off",
        lambda self, v, real=scopes.WeightsFollow.put_off: (put_off.append(v), real(self, v)),
    )
    loaded = make(weights=tmp_path / "file.weights.h5")
    assert {id(v) for v in loaded.weights} <= {id(v) for v in put_off}


def test_weights_of_another_architecture_are_refused(tmp_path):
    make(weights=None).save(tmp_path / "small.h5")
    with pytest.raises(ValueError, match="layers"):
        applications.MobileNetV3Large((32, 32, 3), weights=tmp_path / "small.h5")


def test_predictions_in_words(monkeypatch, tmp_path):
    path = tmp_path / "index.json"
    path.write_text(json.dumps({str(i): [f"n{i}", f"thing {i}"] for i in range(1000)}))
    asked = []
    monkeypatch.setattr(_weights, "get_file", lambda *a, **k: asked.append((a, k)) or path)
    _weights.class_index.cache_clear()
    scores = np.zeros((2, 1000), "float32")
    scores[0, [7, 3]] = 0.7, 0.3
    scores[1, 999] = 1.0
    for given in (scores, keras.ops.convert_to_tensor(scores)):
        one, two = applications.resnet50.decode_predictions(given, top=2)
        assert [x[:2] for x in one] == [("n7", "thing 7"), ("n3", "thing 3")]
        assert one[0][2] == pytest.approx(0.7)
        assert two[0][0] == "n999"
        assert len(two) == 2
    _weights.class_index.cache_clear()
    ((name, url), options), *_ = asked
    assert len(asked) == 1
    assert name == "imagenet_class_index.json"
    assert url.endswith("/download.tensorflow.org/data/imagenet_class_index.json")
    assert options == {
        "cache_subdir": "models",
        "file_hash": "c2c37ea517e94d9795004a39431a14cb",
    }


@pytest.mark.parametrize("shape", [(1000,), (2, 5), (1, 1, 1000)])
def test_other_shapes_are_no_predictions(shape):
    with pytest.raises(ValueError, match=r"2D array of shape \(samples, 1000\)"):
        applications.imagenet_utils.decode_predictions(np.zeros(shape))


@pytest.mark.parametrize(
    ("x", "options", "words"),
    [
        (np.zeros((2, 2, 3)), {"mode": "other"}, "Expected mode to be one of"),
        (np.zeros((2, 2, 3)), {"data_format": "other"}, "Expected data_format to be one of"),
        (np.zeros((2, 2, 1)), {}, "three channels on axis 2"),
    ],
)
def test_images_that_cannot_be_preprocessed(x, options, words):
    with pytest.raises(ValueError, match=words):
        applications.imagenet_utils.preprocess_input(x, **options)


def test_images_are_left_as_they_are():
    x = np.full((1, 2, 2, 3), 9.0, "float32")
    for mode in ("caffe", "tf", "torch"):
        applications.imagenet_utils.preprocess_input(x, mode=mode)
    assert (x == 9.0).all()


def test_preprocessing_can_be_part_of_a_model():
    image = keras.Input((4, 4, 3), dtype="uint8")
    model = keras.Model(image, applications.vgg16.preprocess_input(image))
    x = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 3)).astype("uint8")
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(model(x)), applications.vgg16.preprocess_input(x), atol=1e-4
    )
