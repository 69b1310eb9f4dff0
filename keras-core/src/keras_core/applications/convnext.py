"""`keras.applications.convnext`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications.architectures.convnext import ConvNeXtBase as ConvNeXtBase
    from keras_core.applications.architectures.convnext import ConvNeXtLarge as ConvNeXtLarge
    from keras_core.applications.architectures.convnext import ConvNeXtSmall as ConvNeXtSmall
    from keras_core.applications.architectures.convnext import ConvNeXtTiny as ConvNeXtTiny
    from keras_core.applications.architectures.convnext import ConvNeXtXLarge as ConvNeXtXLarge
    from keras_core.applications.architectures.imagenet import (
        decode_predictions as decode_predictions,
    )
    from keras_core.applications.architectures.imagenet import unchanged as preprocess_input
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]
