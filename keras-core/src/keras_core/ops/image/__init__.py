"""Images: `keras.ops.image`."""

from keras_core.ops.image.colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from keras_core.ops.image.filters import gaussian_blur, sobel_edges, ssim
from keras_core.ops.image.patches import extract_patches, extract_patches_3d, reconstruct_patches
from keras_core.ops.image.resizing import crop_images, pad_images, resize, scale_and_translate
from keras_core.ops.image.sampling import (
    affine_transform,
    elastic_transform,
    map_coordinates,
    perspective_transform,
)

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
