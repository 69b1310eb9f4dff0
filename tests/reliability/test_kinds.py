"""What a config describes stands only where its kind is wanted."""

import pytest

import keras_core as keras
from keras_core.core.base.public import modules_in_files, objects_in
from keras_core.core.objects.serialization import ConfigError

SLOTS = {
    "keras.activations": keras.activations.deserialize,
    "keras.constraints": keras.constraints.deserialize,
    "keras.initializers": keras.initializers.deserialize,
    "keras.losses": keras.losses.deserialize,
    "keras.metrics": keras.metrics.deserialize,
    "keras.optimizers": keras.optimizers.deserialize,
    "keras.regularizers": keras.regularizers.deserialize,
}
FORMS = ("a class", "an object")


@pytest.mark.parametrize("slot", SLOTS)
def test_a_class_never_stands_for_an_object(slot):
    """Every name that files may use, in every slot."""
    count = 0
    for module in modules_in_files():
        for name, found in objects_in(module).items():
            if isinstance(found, type):
                count += 1
                with pytest.raises(ValueError, match="class"):
                    SLOTS[slot]({"module": module, "class_name": name, "config": None})
    assert count > 200


STRANGERS = {
    "a layer": {"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}},
    "an optimizer": {"module": "keras.optimizers", "class_name": "SGD", "config": {}},
    "an initializer": {"module": "keras.initializers", "class_name": "Zeros", "config": {}},
    "an activation": {"module": "builtins", "class_name": "function", "config": "softmax"},
    "a loss": {"module": "keras.losses", "class_name": "Hinge", "config": {}},
    "a constraint": {"module": "keras.constraints", "class_name": "NonNeg", "config": {}},
    "a regularizer": {"module": "keras.regularizers", "class_name": "L1", "config": {"l1": 0.1}},
}
AT_HOME = {
    ("a layer", "keras.activations"), ("an optimizer", "keras.optimizers"),
    ("an initializer", "keras.initializers"), ("an activation", "keras.activations"),
    ("a loss", "keras.losses"), ("a loss", "keras.metrics"),
    ("a constraint", "keras.constraints"), ("a regularizer", "keras.regularizers"),
}  # fmt: skip


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("what", STRANGERS)
def test_kinds(what, slot):
    if (what, slot) in AT_HOME:
        assert SLOTS[slot](STRANGERS[what]) is not None
    else:
        with pytest.raises(ConfigError, match="belongs elsewhere"):
            SLOTS[slot](STRANGERS[what])


def test_a_function_slot_takes_no_class():
    config = keras.layers.Lambda(keras.activations.relu).get_config()
    config["function"] = {"module": "keras.layers", "class_name": "Dense", "config": None}
    with pytest.raises(ValueError, match="Lambda"):
        keras.layers.Lambda.from_config(config)


@pytest.mark.parametrize("name", ["Initializer", "Regularizer", "Layer", "Loss", "Metric"])
def test_classes_of_ones_own_are_of_the_kind_of_their_base(name):
    where = {"Initializer": "initializers", "Regularizer": "regularizers", "Layer": "activations"}
    module = where.get(name, "losses" if name == "Loss" else "metrics")
    base = getattr(keras, name)
    cls = type("Own", (base,), {"__call__": lambda self, *args, **kwargs: args[0]})
    found = SLOTS[f"keras.{module}"](
        {"module": None, "class_name": "Own", "config": {}}, custom_objects={"Own": cls}
    )
    assert isinstance(found, cls)
