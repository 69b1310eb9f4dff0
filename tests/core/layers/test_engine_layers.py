"""Layers of an engine, where there is another engine or none."""

import inspect

import pytest

import keras_core as keras
from keras_core_plugins import CapabilityError
from keras_core_plugins.names import ENGINE_LAYERS, OFFICIAL

SIGNATURES = {
    "TorchModuleWrapper": "(module, name=None, output_shape=None, **kwargs)",
    "JaxLayer": (
        "(call_fn, init_fn=None, params=None, state=None, seed=None, "
        "native_serialization_platforms=None, **kwargs)"
    ),
    "FlaxLayer": "(module, method=None, variables=None, **kwargs)",
    "TFSMLayer": (
        "(filepath, call_endpoint='serve', call_training_endpoint=None, trainable=True, "
        "name=None, dtype=None)"
    ),
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_name_is_there_and_says_who_has_the_layer(name):
    has = ENGINE_LAYERS[name]
    with pytest.raises(CapabilityError, match=f"KERAS_BACKEND={has} .*{OFFICIAL[has]}") as caught:
        getattr(keras.layers, name)("anything")
    assert str(caught.value).startswith(f"keras.layers.{name} needs functions of {has}, and ")


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name):
    signature = inspect.signature(getattr(keras.layers, name))
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    assert str(inspect.Signature(plain)) == SIGNATURES[name]


def test_a_file_with_such_a_layer_says_so_too():
    config = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "registered_name": None}
    with pytest.raises(CapabilityError, match="TorchModuleWrapper"):
        keras.layers.deserialize({**config, "config": {"name": "w", "module": "", "dtype": None}})


class Several(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.seen = []

    def call(self, *tensors, training=None, mask=None):
        self.seen.append((len(tensors), training, mask))
        return tensors[0]


def test_what_is_given_by_position_is_not_taken_for_a_flag_behind_them():
    layer, x = Several(), keras.ops.ones((2, 3))
    layer(x)
    layer(x, x, training=True)
    assert layer.seen == [(1, None, None), (2, True, None)]
    assert layer.compute_output_shape((None, 3)) == (None, 3)
