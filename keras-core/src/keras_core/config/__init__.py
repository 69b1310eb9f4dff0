"""Settings: `keras.config`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.base.config import disable_flash_attention as disable_flash_attention
    from keras_core.core.base.config import (
        disable_interactive_logging as disable_interactive_logging,
    )
    from keras_core.core.base.config import (
        disable_traceback_filtering as disable_traceback_filtering,
    )
    from keras_core.core.base.config import enable_flash_attention as enable_flash_attention
    from keras_core.core.base.config import enable_interactive_logging as enable_interactive_logging
    from keras_core.core.base.config import enable_traceback_filtering as enable_traceback_filtering
    from keras_core.core.base.config import epsilon as epsilon
    from keras_core.core.base.config import floatx as floatx
    from keras_core.core.base.config import image_data_format as image_data_format
    from keras_core.core.base.config import is_flash_attention_enabled as is_flash_attention_enabled
    from keras_core.core.base.config import (
        is_interactive_logging_enabled as is_interactive_logging_enabled,
    )
    from keras_core.core.base.config import is_nnx_enabled as is_nnx_enabled
    from keras_core.core.base.config import (
        is_traceback_filtering_enabled as is_traceback_filtering_enabled,
    )
    from keras_core.core.base.config import max_epochs as max_epochs
    from keras_core.core.base.config import max_steps_per_epoch as max_steps_per_epoch
    from keras_core.core.base.config import set_epsilon as set_epsilon
    from keras_core.core.base.config import set_floatx as set_floatx
    from keras_core.core.base.config import set_image_data_format as set_image_data_format
    from keras_core.core.base.config import set_max_epochs as set_max_epochs
    from keras_core.core.base.config import set_max_steps_per_epoch as set_max_steps_per_epoch
    from keras_core.core.objects.serialization import (
        enable_unsafe_deserialization as enable_unsafe_deserialization,
    )
    from keras_core.core.tensors.runtime import backend as backend
    from keras_core.core.tensors.runtime import enable_determinism as enable_determinism
    from keras_core.core.tensors.runtime import set_backend as set_backend
    from keras_core.dtype_policies.policies import dtype_policy as dtype_policy
    from keras_core.dtype_policies.policies import set_dtype_policy as set_dtype_policy
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_determinism",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]
