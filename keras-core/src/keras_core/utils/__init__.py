"""Helpers: `keras.utils`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.base.config import (
        disable_interactive_logging as disable_interactive_logging,
    )
    from keras_core.core.base.config import enable_interactive_logging as enable_interactive_logging
    from keras_core.core.base.config import (
        is_interactive_logging_enabled as is_interactive_logging_enabled,
    )
    from keras_core.core.base.config_dict import Config as Config
    from keras_core.core.base.progbar import Progbar as Progbar
    from keras_core.core.base.session import clear_session as clear_session
    from keras_core.core.execution.seeds import set_random_seed as set_random_seed
    from keras_core.core.objects.serialization import CustomObjectScope as CustomObjectScope
    from keras_core.core.objects.serialization import CustomObjectScope as custom_object_scope
    from keras_core.core.objects.serialization import (
        deserialize_keras_object as deserialize_keras_object,
    )
    from keras_core.core.objects.serialization import get_custom_objects as get_custom_objects
    from keras_core.core.objects.serialization import get_registered_name as get_registered_name
    from keras_core.core.objects.serialization import get_registered_object as get_registered_object
    from keras_core.core.objects.serialization import (
        register_keras_serializable as register_keras_serializable,
    )
    from keras_core.core.objects.serialization import (
        serialize_keras_object as serialize_keras_object,
    )
    from keras_core.core.tensors.dtypes import standardize_dtype as standardize_dtype
    from keras_core.core.tensors.symbolic import is_keras_tensor as is_keras_tensor
    from keras_core.data.audio_folders import (
        audio_dataset_from_directory as audio_dataset_from_directory,
    )
    from keras_core.data.encoding import normalize as normalize
    from keras_core.data.encoding import to_categorical as to_categorical
    from keras_core.data.fetch import get_file as get_file
    from keras_core.data.image_folders import (
        image_dataset_from_directory as image_dataset_from_directory,
    )
    from keras_core.data.images import array_to_img as array_to_img
    from keras_core.data.images import img_to_array as img_to_array
    from keras_core.data.images import load_img as load_img
    from keras_core.data.images import save_img as save_img
    from keras_core.data.packing import pack_x_y_sample_weight as pack_x_y_sample_weight
    from keras_core.data.packing import unpack_x_y_sample_weight as unpack_x_y_sample_weight
    from keras_core.data.pydataset import PyDataset as PyDataset
    from keras_core.data.pydataset import PyDataset as Sequence
    from keras_core.data.sequences import pad_sequences as pad_sequences
    from keras_core.data.splitting import split_dataset as split_dataset
    from keras_core.data.text_folders import (
        text_dataset_from_directory as text_dataset_from_directory,
    )
    from keras_core.data.timeseries import (
        timeseries_dataset_from_array as timeseries_dataset_from_array,
    )
    from keras_core.models.diagram import model_to_dot as model_to_dot
    from keras_core.models.diagram import plot_model as plot_model
    from keras_core.models.feature_space import FeatureSpace as FeatureSpace
    from keras_core.models.function import get_source_inputs as get_source_inputs
    from keras_core.utils import bounding_boxes as bounding_boxes
    from keras_core.utils import legacy as legacy
else:
    __getattr__, __dir__ = lazily(__name__)

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
