"""`keras.preprocessing.image`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.data.images import array_to_img as array_to_img
    from keras_core.data.images import img_to_array as img_to_array
    from keras_core.data.images import load_img as load_img
    from keras_core.data.images import save_img as save_img
    from keras_core.data.images import smart_resize as smart_resize
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "array_to_img",
    "img_to_array",
    "load_img",
    "save_img",
    "smart_resize",
]
