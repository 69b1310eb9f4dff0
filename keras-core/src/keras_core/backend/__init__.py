"""What Keras shows as `keras.backend`: settings, dtypes, unique names."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.base.config import epsilon as epsilon
    from keras_core.core.base.config import floatx as floatx
    from keras_core.core.base.config import image_data_format as image_data_format
    from keras_core.core.base.config import set_epsilon as set_epsilon
    from keras_core.core.base.config import set_floatx as set_floatx
    from keras_core.core.base.config import set_image_data_format as set_image_data_format
    from keras_core.core.base.names import get_uid as get_uid
    from keras_core.core.base.names import reset_uids as reset_uids
    from keras_core.core.base.session import clear_session as clear_session
    from keras_core.core.tensors.dtypes import is_float as is_float_dtype
    from keras_core.core.tensors.dtypes import is_int as is_int_dtype
    from keras_core.core.tensors.dtypes import result_type as result_type
    from keras_core.core.tensors.dtypes import standardize_dtype as standardize_dtype
    from keras_core.core.tensors.runtime import backend as backend
    from keras_core.core.tensors.symbolic import is_keras_tensor as is_keras_tensor
    from keras_core.ops.casting import is_tensor as is_tensor
else:
    __getattr__, __dir__ = lazily(__name__)

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
