"""Batches of images read from files, in the way of Keras 2; see `image_generator`."""

import os
import warnings
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from keras_core.core.base import console
from keras_core.core.base.public import public
from keras_core.data.directories import walk
from keras_core.data.image_iterators import Array, Changes, ImageIterator, split_of
from keras_core.data.images import (
    COLOR_MODES,
    check_interpolation,
    check_size,
    img_to_array,
    load_img,
)
from keras_core.typing import DTypeLike, FilePath


class Table(Protocol):
    """What is used of a frame of pandas."""

    @property
    def iloc(self) -> Any:
        """Its rows by their numbers."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, key: Any, /) -> Any: ...

    def assign(self, **kwargs: Any) -> Any:
        """It with other columns."""
        ...


class ImageFileIterator(ImageIterator):
    """An iterator of images that are read from files when they are used.

    Args:
        paths: Paths of the files.
        class_mode: What targets are.
        classes: The number of the class of each image, or a list of numbers; None without.
        targets: The targets, or a list of several, where they are no classes.
        weights: A weight for each image, or None.
        class_indices: The numbers of the classes by their names.
        target_size: Height and width that images are resized to.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        interpolation: How images are resized.
        keep_aspect_ratio: Whether images are cropped rather than distorted.
        batch_size: Images in a batch.
        shuffle: Whether each epoch has an order of its own.
        seed: See `Iterator`.
        **kwargs: The other arguments of `ImageIterator`.
    """

    allowed_class_modes: frozenset[str | None]
    """What targets may be."""

    def __init__(
        self,
        paths: list[str],
        *,
        class_mode: str | None,
        classes: Any,
        targets: Any,
        weights: Array | None,
        class_indices: dict[Any, int] | None,
        target_size: Any,
        color_mode: str,
        interpolation: str,
        keep_aspect_ratio: bool,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(len(paths), batch_size, shuffle, seed, **kwargs)
        if color_mode not in COLOR_MODES:
            raise ValueError(
                f'Invalid color mode: {color_mode}; expected "rgb", "rgba", or "grayscale".'
            )
        self.target_size = check_size(target_size, "target_size")
        self.color_mode, self.keep_aspect_ratio = color_mode, keep_aspect_ratio
        self.interpolation = check_interpolation(interpolation)
        channels = COLOR_MODES[color_mode]
        self.image_shape = (*self.target_size, channels)
        if self.data_format == "channels_first":
            self.image_shape = (channels, *self.target_size)
        self.class_mode = class_mode
        self._paths, self._targets, self._weights = paths, targets, weights
        self.samples = len(paths)
        if classes is not None:
            self.classes = classes
        if class_indices is not None:
            self.class_indices, self.num_classes = class_indices, len(class_indices)

    @classmethod
    def _check_mode(cls, class_mode: str | None) -> None:
        if class_mode not in cls.allowed_class_modes:
            raise ValueError(
                f"Invalid class_mode: {class_mode}; expected one of: "
                f"{sorted(cls.allowed_class_modes, key=str)}"
            )

    @property
    def filepaths(self) -> list[str]:
        """The paths of all images."""
        return self._paths

    @property
    def labels(self) -> Array | list[Any]:
        """The numbers of the classes of all images, or their targets."""
        return self.classes if self._targets is None else self._targets

    @property
    def sample_weight(self) -> Array | None:
        """The weights of all images, if there are any."""
        return self._weights

    def _read(self, path: str) -> Array:
        image = load_img(
            path,
            color_mode=self.color_mode,
            target_size=self.target_size,
            interpolation=self.interpolation,
            keep_aspect_ratio=self.keep_aspect_ratio,
        )
        array: Array = img_to_array(image, data_format=self.data_format)
        return array

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        images = [self._changed(self._read(self._paths[i])) for i in index_array]
        x = self._stacked(images, index_array)
        if self.class_mode is None:
            return x
        y = self._of_rows(x, index_array)
        return (x, y) if self._weights is None else (x, y, self._weights[index_array])

    def _of_rows(self, x: Array, rows: Array) -> Any:
        """The targets of a batch."""
        if self.class_mode == "input":
            return x.copy()
        if self.class_mode == "multi_output":
            return [target[rows] for target in self._targets]
        if self.class_mode == "raw":
            return self._targets[rows]
        if self.class_mode in ("binary", "sparse"):
            return np.array([self.classes[i] for i in rows], x.dtype)
        y = np.zeros((len(rows), self.num_classes), x.dtype)
        for row, i in zip(y, rows, strict=True):
            row[self.classes[i]] = 1
        return y


@public("keras.preprocessing.image.DirectoryIterator", in_files=False)
class DirectoryIterator(ImageFileIterator):
    """Batches of the images in a folder that has a folder for each class.

    Deprecated: use `keras.utils.image_dataset_from_directory`. It is what
    `ImageDataGenerator.flow_from_directory` returns.

    Args:
        directory: Path of the folder.
        image_data_generator: What changes the images.
        target_size: Height and width that images are resized to, (256, 256) by default.
        color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``.
        classes: Names of the folders, in the order of their numbers. By default all, in
            alphabetical order.
        class_mode: ``"categorical"`` (the default) for one-hot labels, ``"binary"`` or
            ``"sparse"`` for numbers, ``"input"`` for the images themselves, None for none.
        batch_size: Images in a batch, 32 by default.
        shuffle: Whether each epoch has an order of its own, which is the default.
        seed: Where random numbers begin. By default they are drawn from NumPy's global generator.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        save_to_dir: Folder that the changed images are written to. By default they are not.
        save_prefix: Beginning of the names of these files.
        save_format: Their format, ``"png"`` by default.
        follow_links: Whether links to folders are followed. False by default.
        subset: ``"training"`` or ``"validation"``, if the generator has a ``validation_split``.
        interpolation: How images are resized; see `keras.utils.load_img`. ``"nearest"`` by default.
        keep_aspect_ratio: Whether images are cropped rather than distorted. False by default.
        dtype: Dtype of the images, by default `keras.config.floatx`.

    Raises:
        ValueError: If an option is none, a folder of `classes` is missing, or there are no images.

    Example:

    >>> import os
    >>> import numpy as np
    >>> import keras_core as keras
    >>> image = keras.preprocessing.image
    >>> os.makedirs("shapes/dot", exist_ok=True)
    >>> image.save_img("shapes/dot/1.png", np.ones((8, 8, 3)))
    >>> batches = image.DirectoryIterator("shapes", image.ImageDataGenerator(), (4, 4))
    Found 1 images belonging to 1 classes.
    >>> batches.class_indices
    {'dot': 0}
    """

    allowed_class_modes = frozenset({"categorical", "binary", "sparse", "input", None})

    def __init__(
        self,
        directory: FilePath,
        image_data_generator: Changes,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: DTypeLike = None,
    ) -> None:
        self._check_mode(class_mode)
        folder = os.fspath(directory)
        if not os.path.isdir(folder):
            raise FileNotFoundError(f"The directory {folder!r} does not exist, or is no directory.")
        found = sorted(v for v in os.listdir(folder) if os.path.isdir(os.path.join(folder, v)))
        if classes and not set(classes) <= set(found):
            raise ValueError(
                f"There are no folders {sorted(set(classes) - set(found))} in {folder}. "
                f"Received: classes={classes}; found: {found}"
            )
        names = list(classes) if classes else found
        suffixes = tuple(f".{suffix}" for suffix in self.white_list_formats)
        paths, numbers = [], []
        for number, name in enumerate(names):
            inside = walk(os.path.join(folder, name), suffixes, follow_links)
            inside = inside[split_of(image_data_generator, subset, len(inside))]
            paths += inside
            numbers += [number] * len(inside)
        console.write(f"Found {len(paths)} images belonging to {len(names)} classes.")
        if not paths:
            raise ValueError(
                f"No images found in directory {folder}: expected a folder with images for each "
                f"class. Found the classes {names}. Allowed formats: {self.white_list_formats}"
            )
        self.directory = folder
        self.filenames = [os.path.relpath(path, folder) for path in paths]
        super().__init__(
            paths,
            class_mode=class_mode,
            classes=np.array(numbers, "int32"),
            targets=None,
            weights=None,
            class_indices={name: number for number, name in enumerate(names)},
            target_size=target_size,
            color_mode=color_mode,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            image_data_generator=image_data_generator,
            data_format=data_format,
            dtype=dtype,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
        )


@public("keras.preprocessing.image.DataFrameIterator", in_files=False)
class DataFrameIterator(ImageFileIterator):
    """Batches of the images that a table names, with what it says of each.

    Deprecated: use `keras.utils.PyDataset`. It is what `ImageDataGenerator.flow_from_dataframe`
    returns.

    Args:
        dataframe: Frame of pandas, with a row for each image.
        directory: Folder of the files. By default paths are absolute, or from the current one.
        image_data_generator: What changes the images. None by default: nothing does.
        x_col: The column of paths, ``"filename"`` by default.
        y_col: The column of labels or targets, or a list of columns. ``"class"`` by default.
        weight_col: The column of weights. None by default.
        target_size: Height and width that images are resized to, (256, 256) by default.
        color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``.
        classes: Names of the classes, in the order of their numbers; other rows are left out. By
            default all, in alphabetical order.
        class_mode: ``"categorical"`` (the default) for one-hot labels, or rows with several ones
            where a label is a list; ``"binary"`` or ``"sparse"`` for numbers; ``"input"`` for the
            images themselves; ``"raw"`` for the values of `y_col`; ``"multi_output"`` for a list
            of the values of each column; None for none.
        batch_size: Images in a batch, 32 by default.
        shuffle: Whether each epoch has an order of its own, which is the default.
        seed: Where random numbers begin. By default they are drawn from NumPy's global generator.
        data_format: ``"channels_last"`` by default, or ``"channels_first"``.
        save_to_dir: Folder that the changed images are written to. By default they are not.
        save_prefix: Beginning of the names of these files.
        save_format: Their format, ``"png"`` by default.
        subset: ``"training"`` or ``"validation"``, if the generator has a ``validation_split``.
        interpolation: How images are resized; see `keras.utils.load_img`. ``"nearest"`` by default.
        keep_aspect_ratio: Whether images are cropped rather than distorted. False by default.
        dtype: Dtype of the images, ``"float32"`` by default.
        validate_filenames: Whether rows without a file that is an image by its suffix are left
            out, with a warning. True by default.

    Raises:
        KeyError: If a column is missing.
        TypeError: If what a column holds does not fit.
        ValueError: If an option is none, or there are no images.

    Example:

    >>> import numpy as np
    >>> import pandas as pd
    >>> import keras_core as keras
    >>> keras.utils.save_img("dot.png", np.ones((8, 8, 3)))
    >>> table = pd.DataFrame({"filename": ["dot.png"], "class": ["dot"]})
    >>> batches = keras.preprocessing.image.DataFrameIterator(table, target_size=(4, 4))
    Found 1 validated image filenames belonging to 1 classes.
    >>> batches.class_indices
    {'dot': 0}
    """

    allowed_class_modes = frozenset(
        {"categorical", "binary", "sparse", "input", "raw", "multi_output", None}
    )

    def __init__(
        self,
        dataframe: Table,
        directory: FilePath | None = None,
        image_data_generator: Changes | None = None,
        x_col: str = "filename",
        y_col: str | Sequence[str] = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str = "channels_last",
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
        dtype: DTypeLike = "float32",
        validate_filenames: bool = True,
    ) -> None:
        self._check_mode(class_mode)
        table: Any = dataframe
        folder = os.fspath(directory or "")
        self._check_columns(table, x_col, y_col, weight_col, class_mode)
        if validate_filenames:
            table = self._with_files(table, x_col, folder)
        class_indices = None
        if class_mode in ("categorical", "binary", "sparse"):
            table, class_indices = _of_classes(table, y_col, classes)
        if image_data_generator is not None:
            table = table.iloc[split_of(image_data_generator, subset, len(table))]
        elif subset is not None:
            raise ValueError(
                "`subset` is a part of `validation_split` of an `image_data_generator`, and none "
                f"was given. Received: subset={subset}"
            )
        kind = "validated" if validate_filenames else "non-validated"
        among = "" if class_indices is None else f" belonging to {len(class_indices)} classes"
        console.write(f"Found {len(table)} {kind} image filenames{among}.")
        if not len(table):
            raise ValueError(
                f"No images are left of the table: look at the column {x_col!r}, the folder "
                f"{folder!r}, `classes` and `validation_split`."
            )
        self.directory = folder
        self.filenames = table[x_col].tolist()
        numbers = targets = None
        if class_indices is not None:
            numbers = [
                class_indices[v] if isinstance(v, str) else [class_indices[one] for one in v]
                for v in table[y_col]
            ]
        elif class_mode == "raw":
            targets = table[y_col].to_numpy()
        elif class_mode == "multi_output":
            targets = [np.array(table[column].tolist()) for column in y_col]
        super().__init__(
            [os.path.join(folder, name) for name in self.filenames],
            class_mode=class_mode,
            classes=numbers,
            targets=targets,
            weights=None if weight_col is None else table[weight_col].to_numpy(),
            class_indices=class_indices,
            target_size=target_size,
            color_mode=color_mode,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            image_data_generator=image_data_generator,
            data_format=data_format,
            dtype=dtype,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
        )

    @staticmethod
    def _check_columns(
        table: Any, x_col: str, y_col: Any, weight_col: str | None, class_mode: str | None
    ) -> None:
        def holds(column: str, kinds: Any) -> bool:
            return bool(table[column].map(lambda v: isinstance(v, kinds)).all())

        if not holds(x_col, str):
            raise TypeError(f"All values in column x_col={x_col} must be strings.")
        begin = f'If class_mode="{class_mode}", y_col="{y_col}" column values must be'
        if class_mode in ("binary", "sparse") and not holds(y_col, str):
            raise TypeError(f"{begin} strings.")
        if class_mode == "categorical" and not holds(y_col, (str, list, tuple)):
            raise TypeError(f"{begin} type string, list or tuple.")
        if class_mode == "multi_output" and not isinstance(y_col, (list, tuple)):
            raise TypeError(
                'If class_mode="multi_output", y_col must be a list. Received '
                f"{type(y_col).__name__}."
            )
        if weight_col is not None and table[weight_col].to_numpy().dtype.kind not in "biuf":
            raise TypeError(f"Column weight_col={weight_col} must be numeric.")

    def _with_files(self, table: Any, x_col: str, folder: str) -> Any:
        """The rows whose file is there, and an image by its suffix."""
        suffixes = tuple(f".{suffix}" for suffix in self.white_list_formats)

        def is_image(name: str) -> bool:
            return name.lower().endswith(suffixes) and os.path.isfile(os.path.join(folder, name))

        is_there = table[x_col].map(is_image).astype(bool)
        lost = int((~is_there).sum())
        if lost:
            warnings.warn(
                f'Found {lost} invalid image filename(s) in x_col="{x_col}". These filename(s) '
                "will be ignored.",
                stacklevel=4,
            )
        return table[is_there]


def _of_classes(table: Any, y_col: Any, classes: list[str] | None) -> tuple[Any, dict[Any, int]]:
    """The rows of a table that are of some classes, and the numbers of the classes."""
    if classes is not None:
        kept = set(classes)

        def known(v: Any) -> Any:
            if isinstance(v, str):
                return v if v in kept else None
            return [one for one in v if one in kept] or None

        table = table.assign(**{y_col: table[y_col].map(known)})
        table = table[table[y_col].map(lambda v: v is not None and v == v)]
        names = list(dict.fromkeys(classes))
    else:
        names = sorted({one for v in table[y_col] for one in ([v] if isinstance(v, str) else v)})
    return table, {name: number for number, name in enumerate(names)}
