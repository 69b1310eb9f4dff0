"""Objects as configs in the form of Keras 2: `keras.legacy.saving`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.objects.keras2_configs import (
        deserialize_keras_object as deserialize_keras_object,
    )
    from keras_core.core.objects.keras2_configs import (
        serialize_keras_object as serialize_keras_object,
    )
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "deserialize_keras_object",
    "serialize_keras_object",
]
