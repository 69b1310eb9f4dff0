"""`keras.applications.efficientnet_v2`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B0 as EfficientNetV2B0,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B1 as EfficientNetV2B1,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B2 as EfficientNetV2B2,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B3 as EfficientNetV2B3,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2L as EfficientNetV2L,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2M as EfficientNetV2M,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2S as EfficientNetV2S,
    )
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import unchanged as preprocess_input
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]
