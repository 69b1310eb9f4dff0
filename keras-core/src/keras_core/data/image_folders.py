"""Images of a folder as a dataset."""

import functools
from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.data.dataset_formats import DEFAULT
from keras_core.data.directories import FolderOptions, dataset_from_folder
from keras_core.data.images import COLOR_MODES, check_size, crop_box, load_img
from keras_core.data.resampling import WAYS, resize
from keras_core.typing import Dataset, FilePath, Shaped
from keras_core_plugins import ArraySpec

_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


@overload
def image_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    *,
    subset: Literal["both"],
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = DEFAULT,
    verbose: bool = True,
) -> tuple[Dataset, Dataset]: ...


@overload
def image_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Dataset: ...


@public(
    "keras.utils.image_dataset_from_directory", "keras.preprocessing.image_dataset_from_directory"
)
def image_dataset_from_directory(
    directory: FilePath,
    labels: Literal["inferred"] | Sequence[int] | Shaped | None = "inferred",
    label_mode: str | None = "int",
    class_names: list[str] | None = None,
    color_mode: str = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str = DEFAULT,
    verbose: bool = True,
) -> Any:
    """Makes a dataset of the images in a folder.

    With ``labels="inferred"`` there is a folder for each class::

        main_directory/
        ...class_a/
        ......a_image_1.jpg
        ......a_image_2.jpg
        ...class_b/
        ......b_image_1.jpg

    Args:
        directory: Path of the folder.
        labels: ``"inferred"`` (the default) for the numbers of the folders that the images are in;
            None for images without labels; or a list of integers, one for each file in the
            alphabetical order of their paths.
        label_mode: ``"int"`` (the default) for int32 labels, ``"categorical"`` for one-hot rows
            of float32, ``"binary"`` for 0 and 1 of float32 in shape ``(batch, 1)``, None for no
            labels.
        class_names: Names of the folders that are the classes, in the order of their numbers. By
            default all, in alphabetical order.
        color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``: 1, 3 or 4 channels.
        batch_size: Images in a batch, 32 by default. None for single images.
        image_size: Size ``(height, width)`` that images are resized to, ``(256, 256)`` by default.
        shuffle: Whether the images are shuffled, anew in each epoch. True by default; otherwise
            they are in alphabetical order.
        seed: Seed of the order, and of the split into subsets.
        validation_split: Fraction of the images that are for validation, between 0 and 1. By
            default there is no split.
        subset: ``"training"``, ``"validation"``, or ``"both"`` for a tuple of two datasets.
        interpolation: How images are resized: ``"bilinear"`` (the default), ``"nearest"``,
            ``"bicubic"``, ``"area"``, ``"lanczos3"``, ``"lanczos5"``, ``"gaussian"`` or
            ``"mitchellcubic"``.
        follow_links: Whether links to folders are followed. False by default.
        crop_to_aspect_ratio: Whether images are cropped at the centre, rather than distorted, if
            their ratio is not that of `image_size`. False by default.
        pad_to_aspect_ratio: Whether images are padded with zeros, rather than distorted. False by
            default.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        format: ``"tf"`` for a ``tf.data.Dataset``, ``"grain"`` for a dataset of grain. By default
            it is a ``tf.data.Dataset`` on the backend tensorflow, and a `keras.utils.PyDataset`
            on the others.
        verbose: Whether to print how many files were found. True by default.

    Returns:
        A dataset of float32 images with values from 0 to 255, of shape ``(batch, height, width,
        channels)``, or of pairs of these and labels. It has the attributes ``class_names`` and
        ``file_paths``. A `PyDataset` reads and decodes in threads, and has the methods ``map``,
        ``take``, ``skip``, ``shuffle``, ``batch``, ``unbatch``, ``cache``, ``prefetch`` and
        ``ignore_errors``.

    Raises:
        ValueError: If arguments do not go together, or there are no images.

    Example:

    ```python
    train, test = keras.utils.image_dataset_from_directory(
        "flowers", validation_split=0.2, subset="both", seed=1, image_size=(128, 128)
    )
    model.fit(train, validation_data=test)
    ```
    """
    options = FolderOptions(
        directory=directory,
        labels=labels,
        label_mode=label_mode,
        class_names=class_names,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
        validation_split=validation_split,
        subset=subset,
        follow_links=follow_links,
        format=format,
        verbose=verbose,
    )
    if color_mode not in COLOR_MODES:
        raise ValueError(
            '`color_mode` must be one of {"rgb", "rgba", "grayscale"}. '
            f"Received: color_mode={color_mode}"
        )
    if interpolation not in WAYS:
        raise ValueError(
            f"Argument `interpolation` should be one of {WAYS}. "
            f"Received: interpolation={interpolation}"
        )
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "Only one of `pad_to_aspect_ratio`, `crop_to_aspect_ratio` can be set to `True`."
        )
    size = check_size(image_size, "image_size")
    first = config.standardize_data_format(data_format) == "channels_first"
    fit = "crop" if crop_to_aspect_ratio else "pad" if pad_to_aspect_ratio else "stretch"
    read = functools.partial(
        read_image, size=size, color_mode=color_mode, way=interpolation, fit=fit, first=first
    )
    channels = COLOR_MODES[color_mode]
    shape = (channels, *size) if first else (*size, channels)
    return dataset_from_folder(options, _SUFFIXES, read, ArraySpec(shape=shape, dtype="float32"))


def read_image(
    path: str, size: tuple[int, int], color_mode: str, way: str, fit: str, first: bool
) -> np.ndarray[Any, Any]:
    """An image file as an array of float32.

    Args:
        path: The file.
        size: Height and width to resize to.
        color_mode: A key of `COLOR_MODES`.
        way: How it is resized.
        fit: ``"stretch"``, ``"crop"`` or ``"pad"`` if its ratio is another.
        first: Whether the channels come first.
    """
    img = load_img(path, color_mode=color_mode)
    x = np.asarray(img)
    x = x[:, :, None] if x.ndim == 2 else x
    if x.dtype != np.uint8:  # more than 8 bits a channel
        x = x.astype("float32") / 257
    height, width = size
    if fit == "crop":
        top, left, rows, columns = crop_box(x.shape[0], x.shape[1], height, width)
        x = x[top : top + rows, left : left + columns]
    if fit != "pad":
        x = resize(x, height, width, way)
    else:
        ratio = max(x.shape[0] / height, x.shape[1] / width)
        rows, columns = x.shape[0] / ratio, x.shape[1] / ratio
        inside = resize(x, max(int(rows), 1), max(int(columns), 1), way)
        top, left = int((height - rows) / 2), int((width - columns) / 2)
        x = np.zeros((height, width, x.shape[2]), "float32")
        x[top : top + inside.shape[0], left : left + inside.shape[1]] = inside
    return np.ascontiguousarray(x.transpose(2, 0, 1)) if first else x
