"""Images: `keras.ops.image`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.ops.image.colors import hsv_to_rgb as hsv_to_rgb
    from keras_core.ops.image.colors import rgb_to_grayscale as rgb_to_grayscale
    from keras_core.ops.image.colors import rgb_to_hsv as rgb_to_hsv
    from keras_core.ops.image.filters import gaussian_blur as gaussian_blur
    from keras_core.ops.image.filters import sobel_edges as sobel_edges
    from keras_core.ops.image.filters import ssim as ssim
    from keras_core.ops.image.patches import extract_patches as extract_patches
    from keras_core.ops.image.patches import extract_patches_3d as extract_patches_3d
    from keras_core.ops.image.patches import reconstruct_patches as reconstruct_patches
    from keras_core.ops.image.resizing import crop_images as crop_images
    from keras_core.ops.image.resizing import pad_images as pad_images
    from keras_core.ops.image.resizing import resize as resize
    from keras_core.ops.image.resizing import scale_and_translate as scale_and_translate
    from keras_core.ops.image.sampling import affine_transform as affine_transform
    from keras_core.ops.image.sampling import elastic_transform as elastic_transform
    from keras_core.ops.image.sampling import map_coordinates as map_coordinates
    from keras_core.ops.image.sampling import perspective_transform as perspective_transform
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "reconstruct_patches",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
