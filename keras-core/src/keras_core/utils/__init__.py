"""Helpers: `keras.utils`."""

from keras_core.core.base.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from keras_core.core.base.config_dict import Config
from keras_core.core.base.progbar import Progbar
from keras_core.core.base.session import clear_session
from keras_core.core.execution.seeds import set_random_seed
from keras_core.core.objects.serialization import (
    CustomObjectScope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from keras_core.core.objects.serialization import CustomObjectScope as custom_object_scope
from keras_core.core.tensors.dtypes import standardize_dtype
from keras_core.core.tensors.symbolic import is_keras_tensor
from keras_core.data.audio_folders import audio_dataset_from_directory
from keras_core.data.encoding import normalize, to_categorical
from keras_core.data.fetch import get_file
from keras_core.data.image_folders import image_dataset_from_directory
from keras_core.data.images import array_to_img, img_to_array, load_img, save_img
from keras_core.data.packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from keras_core.data.pydataset import PyDataset
from keras_core.data.pydataset import PyDataset as Sequence
from keras_core.data.sequences import pad_sequences
from keras_core.data.splitting import split_dataset
from keras_core.data.text_folders import text_dataset_from_directory
from keras_core.data.timeseries import timeseries_dataset_from_array
from keras_core.models.diagram import model_to_dot, plot_model
from keras_core.models.feature_space import FeatureSpace
from keras_core.models.function import get_source_inputs
from keras_core.utils import bounding_boxes, legacy

__all__ = [
    "Config",
    "CustomObjectScope",
    "FeatureSpace",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "bounding_boxes",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "legacy",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
