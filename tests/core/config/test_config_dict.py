"""Settings whose keys are attributes."""

import copy
import json
import pickle

import pytest

import keras_core as keras


def test_a_config_is_a_dict_with_attributes():
    config = keras.utils.Config(a=1, b=[2])
    assert config.a == config["a"] == config.get("a") == 1
    assert (config.get("c"), config.get("c", 3)) == (None, 3)
    config.c = 3
    config["d"] = 4
    config.update({"e": 5}, f=6)
    config.update(keras.utils.Config(g=7))
    assert list(config) == list(config.keys()) == list("abcdefg")
    assert (config.pop("g"), config.pop("g", 8)) == (7, 8)
    del config["f"]
    del config.e
    assert config.as_dict() == dict(config.items()) == {"a": 1, "b": [2], "c": 3, "d": 4}
    assert list(config.values()) == [1, [2], 3, 4]
    assert "a" in config
    assert "z" not in config
    assert len(config) == 4
    assert json.loads(config.to_json()) == config.as_dict()
    assert repr(config) == "<Config {'a': 1, 'b': [2], 'c': 3, 'd': 4}>"
    for twin in (copy.deepcopy(config), pickle.loads(pickle.dumps(config))):
        assert twin.as_dict() == config.as_dict()
    for missing in (lambda: config.z, lambda: delattr(config, "z")):
        with pytest.raises(AttributeError, match="Unknown attribute: 'z'"):
            missing()
    with pytest.raises(KeyError, match="z"):
        config["z"]
    with pytest.raises(TypeError, match="not JSON serializable"):
        keras.utils.Config(a=object()).to_json()


@pytest.mark.parametrize(
    "change",
    [
        lambda c: setattr(c, "a", 2),
        lambda c: c.__setitem__("a", 2),
        lambda c: c.update(a=2),
        lambda c: c.pop("a"),
        lambda c: delattr(c, "a"),
        lambda c: c.__delitem__("a"),
    ],
)
def test_a_frozen_config_is_not_changed(change):
    config = keras.utils.Config(a=1)
    config.freeze()
    assert config.frozen
    with pytest.raises(ValueError, match=r"Cannot mutate attribute.* the config is frozen"):
        change(config)
    assert config.a == 1
    config.unfreeze()
    change(config)
    assert config.get("a") in (2, None)
