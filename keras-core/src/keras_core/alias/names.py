"""What the modules of the alias show beside the public ones: two tables, and a version.

`OLD_MODULES` has the paths of Keras 2, `PRIVATE` what living libraries import from ``keras.src``,
where it is found here. A path below ``keras.src`` that is in neither shows what is public at the
nearest one above it: ``keras.src.layers.core.dense`` shows what `keras.layers` does.
"""

from typing import Final

API_VERSION: Final = "3.15.1"
"""The version of Keras whose API this is; programs branch on it."""

SOURCE: Final = "keras.src"

PREFIXES: Final = ("tensorflow.keras", "keras._tf_keras.keras", "keras._tf_keras", "keras.api")
"""Other names of ``keras`` as a whole."""

_IN_LAYERS = (
    "advanced_activations convolutional convolutional_recurrent core embeddings local merge noise "
    "normalization normalization.batch_normalization normalization.layer_normalization pooling "
    "recurrent wrappers experimental experimental.preprocessing"
)

OLD_MODULES: Final = {
    **{f"keras.layers.{name}": "keras.layers" for name in _IN_LAYERS.split()},
    "keras.engine": "keras",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine.input_spec": "keras.layers",
    "keras.engine.topology": "keras.layers",
    "keras.engine.functional": "keras.models",
    "keras.engine.network": "keras.models",
    "keras.engine.sequential": "keras.models",
    "keras.engine.training": "keras.models",
    "keras.objectives": "keras.losses",
    "keras.optimizers.experimental": "keras.optimizers",
    "keras.utils.data_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.image_utils": "keras.utils",
    "keras.utils.io_utils": "keras.utils",
    "keras.utils.layer_utils": "keras.utils",
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.vis_utils": "keras.utils",
}
"""By the path of a module of Keras 2, the public module that has its names today."""

_HERE = "keras_core.alias.private"
_SCOPES = "keras_core.core.tensors.scopes"

_TENSORS = {
    "KerasTensor": "keras_core:KerasTensor",
    "StatelessScope": "keras_core:StatelessScope",
    "SymbolicScope": f"{_SCOPES}:SymbolicScope",
    "Variable": "keras_core:Variable",
    "cast": "keras_core.ops:cast",
    "compute_output_spec": f"{_HERE}:compute_output_spec",
    "cond": "keras_core.ops:cond",
    "convert_to_numpy": "keras_core.ops:convert_to_numpy",
    "convert_to_tensor": "keras_core.ops:convert_to_tensor",
    "device": "keras_core:device",
    "get_keras_mask": "keras_core.core.tensors.masks:get_mask",
    "name_scope": "keras_core:name_scope",
    "random": "keras_core:random",
    "scatter": "keras_core.ops:scatter",
    "set_keras_mask": "keras_core.core.tensors.masks:set_mask",
    "shape": "keras_core.ops:shape",
    "standardize_data_format": "keras_core.core.base.config:standardize_data_format",
    "standardize_shape": "keras_core.core.tensors.symbolic:standardize_shape",
    "vectorized_map": "keras_core.ops:vectorized_map",
}
_SERIALIZATION = {
    "SafeModeScope": f"{_HERE}:SafeModeScope",
    "deserialize_keras_object": "keras_core.saving:deserialize_keras_object",
    "in_safe_mode": f"{_HERE}:in_safe_mode",
    "serialize_keras_object": "keras_core.saving:serialize_keras_object",
}
_PACKING = {
    name: f"keras_core.utils:{name}"
    for name in ("pack_x_y_sample_weight", "unpack_x_y_sample_weight")
}

PRIVATE: Final[dict[str, dict[str, str]]] = {
    "keras.src.backend": _TENSORS,
    "keras.src.backend.common": _TENSORS,
    "keras.src.backend.common.keras_tensor": {
        "any_symbolic_tensors": f"{_HERE}:any_symbolic_tensors"
    },
    "keras.src.backend.common.masking": _TENSORS,
    "keras.src.backend.common.variables": _TENSORS,
    "keras.src.distribution.distribution_lib": {
        "Distribution": "keras_core.distribution.strategies:Distribution"
    },
    "keras.src.layers.convolutional.base_conv": {"BaseConv": f"{_HERE}:BaseConv"},
    "keras.src.layers.merging.base_merge": {"Merge": "keras_core.layers.merging.base:Merge"},
    "keras.src.losses.losses": {
        "LossFunctionWrapper": "keras_core.losses.loss:LossFunctionWrapper"
    },
    "keras.src.ops.operation_utils": {
        "compute_conv_output_shape": f"{_HERE}:compute_conv_output_shape"
    },
    "keras.src.saving.object_registration": {},
    "keras.src.saving.saving_lib": {
        "H5IOStore": f"{_HERE}:H5IOStore",
        "load_model": f"{_HERE}:load_model",
        "save_model": f"{_HERE}:save_model",
    },
    "keras.src.saving.serialization_lib": _SERIALIZATION,
    "keras.src.trainers.data_adapters.data_adapter_utils": _PACKING,
    "keras.src.utils.backend_utils": {"in_grain_data_pipeline": f"{_HERE}:in_grain_data_pipeline"},
    "keras.src.utils.tracking": {
        "no_automatic_dependency_tracking": f"{_HERE}:no_automatic_dependency_tracking"
    },
}
"""By module, the names that it shows beside public ones, with where they are defined here."""
