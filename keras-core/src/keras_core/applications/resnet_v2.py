"""`keras.applications.resnet_v2`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import preprocess_tf as preprocess_input
    from keras_core.applications.architectures.resnet_v2 import ResNet50V2 as ResNet50V2
    from keras_core.applications.architectures.resnet_v2 import ResNet101V2 as ResNet101V2
    from keras_core.applications.architectures.resnet_v2 import ResNet152V2 as ResNet152V2
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "ResNet101V2",
    "ResNet152V2",
    "ResNet50V2",
    "decode_predictions",
    "preprocess_input",
]
