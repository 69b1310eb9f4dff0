"""`keras.preprocessing`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.data.image_folders import (
        image_dataset_from_directory as image_dataset_from_directory,
    )
    from keras_core.data.text_folders import (
        text_dataset_from_directory as text_dataset_from_directory,
    )
    from keras_core.data.timeseries import (
        timeseries_dataset_from_array as timeseries_dataset_from_array,
    )
    from keras_core.preprocessing import image as image
    from keras_core.preprocessing import sequence as sequence
    from keras_core.preprocessing import text as text
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]
