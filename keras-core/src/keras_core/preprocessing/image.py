"""`keras.preprocessing.image`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.data.image_file_iterators import DataFrameIterator as DataFrameIterator
    from keras_core.data.image_file_iterators import DirectoryIterator as DirectoryIterator
    from keras_core.data.image_generator import ImageDataGenerator as ImageDataGenerator
    from keras_core.data.image_iterators import Iterator as Iterator
    from keras_core.data.image_iterators import NumpyArrayIterator as NumpyArrayIterator
    from keras_core.data.image_transforms import apply_affine_transform as apply_affine_transform
    from keras_core.data.image_transforms import apply_brightness_shift as apply_brightness_shift
    from keras_core.data.image_transforms import apply_channel_shift as apply_channel_shift
    from keras_core.data.image_transforms import random_brightness as random_brightness
    from keras_core.data.image_transforms import random_channel_shift as random_channel_shift
    from keras_core.data.image_transforms import random_rotation as random_rotation
    from keras_core.data.image_transforms import random_shear as random_shear
    from keras_core.data.image_transforms import random_shift as random_shift
    from keras_core.data.image_transforms import random_zoom as random_zoom
    from keras_core.data.images import array_to_img as array_to_img
    from keras_core.data.images import img_to_array as img_to_array
    from keras_core.data.images import load_img as load_img
    from keras_core.data.images import save_img as save_img
    from keras_core.data.images import smart_resize as smart_resize
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "DataFrameIterator",
    "DirectoryIterator",
    "ImageDataGenerator",
    "Iterator",
    "NumpyArrayIterator",
    "apply_affine_transform",
    "apply_brightness_shift",
    "apply_channel_shift",
    "array_to_img",
    "img_to_array",
    "load_img",
    "random_brightness",
    "random_channel_shift",
    "random_rotation",
    "random_shear",
    "random_shift",
    "random_zoom",
    "save_img",
    "smart_resize",
]
