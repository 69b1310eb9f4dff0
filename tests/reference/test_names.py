"""Names that cost little and stop many programs: they are there, and do what Keras's do."""

import pytest
from blackbox import RealKerasError, real_keras

import keras_core as keras

pytestmark = pytest.mark.interop

EXPRESSIONS = [
    "keras.mixed_precision.Policy('mixed_float16').compute_dtype",
    "(keras.mixed_precision.set_global_policy('mixed_float16'),"
    " keras.mixed_precision.global_policy().name, keras.mixed_precision.dtype_policy().name,"
    " keras.mixed_precision.set_dtype_policy('float32'))[1:3]",
    "keras.mixed_precision.LossScaleOptimizer(keras.optimizers.SGD()).initial_scale",
    "keras.version() == keras.__version__",
    "keras.layers.serialize(keras.layers.Dense(2, name='d'))['config']['units']",
    "keras.layers.deserialize(keras.layers.serialize(keras.layers.Dense(3))).units",
    "keras.tree.map_shape_structure(lambda s: [list(s)], {'a': (1, None), 'b': [(2,), (3, 4)]})",
    "[keras.backend.is_float_dtype(d) for d in ('float16', 'bfloat16', 'int8', 'bool', 'uint32')]",
    "[keras.backend.is_int_dtype(d) for d in ('float16', 'bfloat16', 'int8', 'bool', 'uint32')]",
    "[keras.backend.standardize_dtype(d) for d in ('int64', bool, float, int, np.uint8)]",
    "(keras.config.is_flash_attention_enabled(), keras.config.disable_flash_attention(),"
    " keras.config.is_flash_attention_enabled(), keras.config.enable_flash_attention())[2]",
    "(keras.config.disable_interactive_logging(), keras.config.is_interactive_logging_enabled(),"
    " keras.config.enable_interactive_logging(), keras.config.is_interactive_logging_enabled())",
    "(keras.config.disable_traceback_filtering(), keras.config.is_traceback_filtering_enabled(),"
    " keras.config.enable_traceback_filtering(), keras.config.is_traceback_filtering_enabled())",
    "(keras.config.max_epochs(), keras.config.set_max_epochs(3), keras.config.max_epochs(),"
    " keras.config.set_max_epochs(None))",
    "(keras.config.max_steps_per_epoch(), keras.config.set_max_steps_per_epoch(3),"
    " keras.config.max_steps_per_epoch(), keras.config.set_max_steps_per_epoch(None))",
    "callable(keras.config.set_backend)",
    "keras.legacy.saving.serialize_keras_object(keras.layers.Dense(2))['class_name']",
    "keras.legacy.saving.deserialize_keras_object("
    "{'class_name': 'Dense', 'config': {'units': 2}},"
    " module_objects={'Dense': keras.layers.Dense}).units",
    "np.asarray(keras.losses.categorical_crossentropy("
    "np.eye(3, dtype='float32'), np.full((3, 3), 0.25, 'float32'), False, 0.1, 0)).tolist()",
    "np.asarray(keras.losses.sparse_categorical_crossentropy("
    "np.array([0, 1]), np.full((2, 3), 0.25, 'float32'), False, None, -1)).tolist()",
    "np.asarray(keras.losses.cosine_similarity(np.ones((3, 3)), np.eye(3), 0)).tolist()",
    "np.asarray(keras.losses.binary_crossentropy("
    "np.ones((2, 3)), np.full((2, 3), 0.5), False, 0.0, 0)).tolist()",
    "np.asarray(keras.losses.dice(np.ones((2, 3)), np.eye(2, 3), 1)).tolist()",
    "np.asarray(keras.losses.tversky(np.ones((2, 3)), np.eye(2, 3), 0.3, 0.7, 1)).tolist()",
]


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_a_name_does_what_that_of_keras_does(code):
    import numpy as np

    want = real_keras(code)
    found = eval(code, {"keras": keras, "np": np})  # noqa: S307  # the list above
    assert _plain(found) == _plain(want)


@pytest.mark.parametrize("code", ["keras.losses.mean_squared_error([1.0], [2.0], 1)"])
def test_what_takes_no_third_argument(code):
    with pytest.raises(TypeError):
        eval(code, {"keras": keras})  # noqa: S307
    with pytest.raises(RealKerasError):
        real_keras(code)


def _plain(x):
    if isinstance(x, dict):
        return [_plain(v) for _, v in sorted(x.items())]
    if isinstance(x, (list, tuple)):
        return [_plain(v) for v in x]
    return round(x, 5) if isinstance(x, float) else x
