"""What Keras shows as `keras.backend`: settings, dtypes, unique names."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from keras_core.core.base.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from keras_core.core.base.legacy import names_of as _names_of
from keras_core.core.base.names import get_uid, reset_uids
from keras_core.core.base.session import clear_session
from keras_core.core.tensors.dtypes import is_float as is_float_dtype
from keras_core.core.tensors.dtypes import is_int as is_int_dtype
from keras_core.core.tensors.dtypes import result_type, standardize_dtype
from keras_core.core.tensors.runtime import backend
from keras_core.core.tensors.symbolic import is_keras_tensor
from keras_core.ops.casting import is_tensor

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "is_tensor",
    "reset_uids",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]

if not _TYPE_CHECKING:
    __getattr__ = _names_of(__name__)
