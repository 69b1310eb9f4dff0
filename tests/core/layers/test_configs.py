"""Configs follow from the signatures of constructors, and those of families are spelled out."""

import inspect

import numpy as np
import pytest

import keras_core as keras
from keras_core import layers
from keras_core.conformance.suite.layer_rows import iter_layer_rows

ROWS = {row.name: row for row in iter_layer_rows()}
NOT_IN_CONFIGS = {  # as in Keras: only where they are set, or never
    "Bidirectional": {"weights"},
    "Dense": {"activity_regularizer", "lora_alpha", "lora_rank"},
    "EinsumDense": {"lora_alpha", "lora_rank"},
    "Embedding": {"lora_alpha", "lora_rank", "weights"},
    "GRU": {"use_cudnn"},
    "GroupedQueryAttention": {"flash_attention"},
    "LSTM": {"use_cudnn"},
    "Lambda": {"mask", "output_shape"},
    "MultiHeadAttention": {"flash_attention"},
}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_config_names_the_arguments_of_the_constructor(name):
    layer = ROWS[name].make()
    taken = inspect.signature(type(layer)).parameters
    names = {n for n, p in taken.items() if p.kind is not p.VAR_KEYWORD}
    assert names - set(layer.get_config()) == NOT_IN_CONFIGS.get(name, set())


def test_what_is_set_after_the_constructor_is_in_the_config():
    layer = layers.Dense(3)
    layer.kernel_regularizer = keras.regularizers.L2(0.5)
    again = layers.Dense.from_config(layer.get_config())
    assert again.kernel_regularizer.l2 == 0.5
    layer = layers.LSTM(3)
    layer.recurrent_regularizer = keras.regularizers.L2(0.5)
    again = layers.LSTM.from_config(layer.get_config())
    assert again.cell.recurrent_regularizer.l2 == 0.5


class Sized(layers.Dense):
    def __init__(self, units, extra, **kwargs):
        super().__init__(units, **kwargs)
        self.extra = extra


class Wide(layers.Conv2D):
    def __init__(self, filters, **kwargs):
        super().__init__(filters, 3, **kwargs)


def test_a_subclass_has_the_config_of_the_layer_that_it_derives_from():
    assert set(Sized(3, object()).get_config()) == set(layers.Dense(3).get_config())
    assert Wide(3).get_config()["kernel_size"] == (3, 3)


@pytest.mark.parametrize(
    ("cls", "argument", "default"),
    [
        (layers.Conv1D, "strides", 1),
        (layers.Conv2D, "strides", (1, 1)),
        (layers.Conv3D, "dilation_rate", (1, 1, 1)),
        (layers.MaxPooling2D, "pool_size", (2, 2)),
        (layers.ZeroPadding2D, "padding", (1, 1)),
        (layers.ZeroPadding3D, "padding", ((1, 1), (1, 1), (1, 1))),
    ],
)
def test_signatures_of_families_have_a_number_for_each_axis(cls, argument, default):
    assert inspect.signature(cls).parameters[argument].default == default


def test_the_signature_of_a_member_is_not_that_of_its_instances_or_subclasses():
    assert list(inspect.signature(Wide).parameters) == ["filters", "kwargs"]
    assert list(inspect.signature(layers.MaxPooling2D()).parameters) == ["args", "kwargs"]


def test_arguments_of_families_are_held_against_the_number_of_axes():
    with pytest.raises(ValueError, match="a tuple of 3"):
        layers.Conv3D(2, (1, 2))
    out = layers.Conv3D(2, 1)(np.ones((1, 2, 2, 2, 1), "float32"))
    assert tuple(out.shape) == (1, 2, 2, 2, 2)


def test_classes_that_are_not_registered_are_given_to_from_config():
    class Policy(keras.DTypePolicy):
        pass

    custom = {"Policy": Policy}
    described = {
        "class_name": "Policy",
        "config": {"name": "mixed_bfloat16"},
        "module": None,
        "registered_name": "Policy",
    }
    policies = {"default_policy": described, "policy_map": {"a": described}}
    made = keras.dtype_policies.DTypePolicyMap.from_config(policies, custom_objects=custom)
    assert isinstance(made["a"], Policy)
    assert isinstance(made.default_policy, Policy)
    with pytest.raises(ValueError, match="Unknown dtype policy 'Policy'"):
        keras.dtype_policies.DTypePolicyMap.from_config(policies)


def test_what_layers_say_of_their_variables_in_files():
    norm = layers.BatchNormalization()
    norm.build((None, 3))
    assert norm.variable_serialization_spec == {None: [v.name for v in norm.variables]}
    line = layers.Pipeline([layers.Rescaling(2.0)])
    with pytest.raises(AttributeError):
        line.layers = []


def test_names_of_arguments_of_a_grey_transformation():
    layer = layers.RandomGrayscale(1.0, seed=0)
    images = np.random.default_rng(0).random((2, 4, 4, 3), "float32")
    made = layer.get_random_transformation(images=images)
    grey = keras.ops.convert_to_numpy(layer.transform_images(images, made))
    np.testing.assert_allclose(grey[..., 0], grey[..., 2])
    assert layer.transform_labels(3, transformations=made) == 3
    assert layer.transform_segmentation_masks(4, transformations=made) == 4
