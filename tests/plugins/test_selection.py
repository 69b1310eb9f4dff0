"""The order of choice, without processes or distributions."""

import json
import os

import pytest

import keras_core_plugins as k
from keras_core_plugins.discovery import PluginEntry, build_catalog
from keras_core_plugins.engines import EngineStatus
from keras_core_plugins.loading import Description
from keras_core_plugins.names import OFFICIAL
from keras_core_plugins.selection import requested, select


def catalog(*names):
    return build_catalog(
        PluginEntry(
            group="keras_core.backends",
            name=name,
            value=f"{name}_plugin",
            distribution=distribution or OFFICIAL.get(name, f"{name}-dist"),
            version="1.0",
            path="/site",
        )
        for distribution, _, name in (n.rpartition(":") for n in names)
    )


class Describe:
    """Stands for the plugins; keeps account of which were asked."""

    def __init__(self, *, no_engine=(), inference_only=(), broken=()):
        self.no_engine, self.inference_only, self.broken = no_engine, inference_only, broken
        self.asked = []

    def __call__(self, installed):
        name = installed.name
        self.asked.append(name)
        if name in self.broken:
            return Description(installed=installed, error=k.BackendError("x"), problem="broken")
        return Description(
            installed=installed,
            info=k.BackendInfo(
                name=name,
                protocol=(1, 0),
                capabilities=k.Capabilities(
                    autodiff="none" if name in self.inference_only else "native"
                ),
                engine=k.Engine(distribution=name, module=name, requires=">=1"),
            ),
            engine=EngineStatus(found=name not in self.no_engine, version="1.0"),
        )


@pytest.fixture
def nowhere(tmp_path):
    """An environment without a configuration file."""
    return {"KERAS_HOME": str(tmp_path)}


ALL = ("numpy", "openvino", "torch", "jax", "tensorflow", "alpha", "zeta")


@pytest.mark.parametrize(
    "without, expected",
    [
        ((), "tensorflow"),
        (("tensorflow",), "jax"),
        (("tensorflow", "jax"), "torch"),
        (("tensorflow", "jax", "torch"), "zeta"),
        (("tensorflow", "jax", "torch", "zeta"), "openvino"),
        (("tensorflow", "jax", "torch", "zeta", "openvino"), "alpha"),
        (("tensorflow", "jax", "torch", "zeta", "openvino", "alpha"), "numpy"),
    ],
)
@pytest.mark.parametrize("how", ["no_engine", "broken"])
def test_documented_order(nowhere, without, expected, how):
    describe = Describe(inference_only=("openvino", "alpha"), **{how: without})
    selection = select(catalog(*ALL), environ=nowhere, describe=describe)
    assert selection.installed.name == expected
    assert {text.split("'")[1] for text in selection.skipped} == set(without)


def test_strangers_are_asked_only_when_they_are_needed(nowhere):
    describe = Describe()
    selection = select(catalog(*ALL), environ=nowhere, describe=describe)
    assert set(describe.asked) == {"tensorflow", "jax", "torch", "openvino"}
    assert selection.others == ("jax", "torch", "openvino", "alpha", "zeta")


def test_explicit_choice_asks_nobody(nowhere):
    describe = Describe()
    select(catalog(*ALL), environ={**nowhere, "KERAS_BACKEND": "jax"}, describe=describe)
    select(catalog(*ALL), environ=nowhere, request="zeta", describe=describe)
    assert describe.asked == []


def test_argument_wins(nowhere):
    selection = select(catalog(*ALL), environ={**nowhere, "KERAS_BACKEND": "jax"}, request="zeta")
    assert (selection.installed.name, selection.source) == ("zeta", "argument")


def test_conflict_is_passed_over(nowhere):
    known = catalog("numpy", "jax", "other-dist:jax", "torch")
    selection = select(known, environ=nowhere, describe=Describe())
    assert selection.installed.name == "torch"
    assert selection.skipped == ("'jax': claimed by keras-backend-jax 1.0, other-dist 1.0",)


def test_stranger_with_an_official_name_is_never_chosen_automatically(nowhere):
    describe = Describe()
    selection = select(catalog("numpy", "sly-dist:torch"), environ=nowhere, describe=describe)
    assert selection.installed.name == "numpy"
    assert describe.asked == []


def test_nothing_is_installed_at_all(nowhere):
    with pytest.raises(k.BackendNotFoundError, match="Installed backends: none"):
        select(catalog(), environ=nowhere)


def test_reason_names_the_source(nowhere, tmp_path):
    selection = select(catalog(*ALL), environ={**nowhere, "KERAS_BACKEND": " Jax"})
    assert selection.reason == "the environment variable KERAS_BACKEND says 'Jax'"
    (tmp_path / "keras.json").write_text('{"backend": "torch"}')
    selection = select(catalog(*ALL), environ=nowhere)
    assert selection.reason == f"the configuration file {tmp_path / 'keras.json'} says 'torch'"


def test_configuration_is_not_read_if_the_environment_decides(nowhere, tmp_path):
    (tmp_path / "keras.json").write_text("not JSON")
    environ = {**nowhere, "KERAS_BACKEND": "jax"}
    assert select(catalog(*ALL), environ=environ).installed.name == "jax"


@pytest.mark.parametrize("value", [None, ""])
def test_configuration_without_a_backend(nowhere, tmp_path, value):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": value, "floatx": "float32"}))
    assert requested(nowhere) is None


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"\xff\xfe", "UnicodeDecodeError"),
        (b"", "JSONDecodeError"),
        (b'"torch"', "it holds 'torch'"),
        (b'{"backend": ["torch"]}', "is not a string"),
    ],
)
def test_configuration_that_cannot_be_used(nowhere, tmp_path, content, problem):
    path = tmp_path / "keras.json"
    path.write_bytes(content)
    with pytest.raises(k.ConfigFileError, match=problem) as caught:
        requested(nowhere)
    assert caught.value.path == str(path)


def test_configuration_that_would_block(nowhere, tmp_path):
    os.mkfifo(tmp_path / "keras.json")
    with pytest.raises(k.ConfigFileError, match="not a regular file"):
        requested(nowhere)


def test_config_path_expands_the_home_directory(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert k.config_path({}) == "/home/ada/.keras/keras.json"
    assert k.config_path({"KERAS_HOME": "~/k"}) == "/home/ada/k/keras.json"
    assert k.config_path({"KERAS_HOME": " "}) == "/home/ada/.keras/keras.json"
