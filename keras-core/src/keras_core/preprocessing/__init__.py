"""`keras.preprocessing`."""

from keras_core.data.image_folders import image_dataset_from_directory
from keras_core.data.text_folders import text_dataset_from_directory
from keras_core.data.timeseries import timeseries_dataset_from_array
from keras_core.preprocessing import image, sequence, text

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]
