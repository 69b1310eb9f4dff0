"""Images that are changed at random as they are read, in the way of Keras 2."""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.data.image_file_iterators import DataFrameIterator, DirectoryIterator, Table
from keras_core.data.image_iterators import NumpyArrayIterator
from keras_core.data.image_transforms import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    drawn_from,
    drawn_zoom,
    generator,
    pair,
)
from keras_core.data.images import COLOR_MODES
from keras_core.typing import DTypeLike, FilePath, TensorLike

Array = np.ndarray[Any, Any]

_EPSILON = 1e-6
_OVERRIDES = (
    ("zca_whitening", "featurewise_center", True),
    ("zca_whitening", "featurewise_std_normalization", False),
    ("featurewise_std_normalization", "featurewise_center", True),
    ("samplewise_std_normalization", "samplewise_center", True),
)
"""Options that say what others are."""


@contextlib.contextmanager
def _seeded(seed: int | None) -> Iterator[None]:
    with drawn_from(generator() if seed is None else np.random.RandomState(seed)):
        yield


@public("keras.preprocessing.image.ImageDataGenerator", in_files=False)
class ImageDataGenerator:
    """Batches of images, changed at random. Needs SciPy and Pillow: ``keras-core[legacy]``.

    Deprecated: use `keras.utils.image_dataset_from_directory`, and layers such as
    `keras.layers.RandomRotation`. Equal seeds give the images of the real Keras.

    Args:
        featurewise_center: Whether the mean over all images is subtracted; see `fit`. False by
            default.
        samplewise_center: Whether the mean of each image is subtracted. False by default.
        featurewise_std_normalization: Whether images are divided by the standard deviation over
            all, and centred; see `fit`. False by default.
        samplewise_std_normalization: Whether each image is divided by its standard deviation, and
            centred. False by default.
        zca_whitening: Whether images are whitened, and centred; see `fit`. False by default.
        zca_epsilon: What is added to the variances in whitening. 1e-6 by default.
        rotation_range: The greatest angle to turn images by, in degrees. 0 by default.
        width_shift_range: The greatest move, a float below 1 as a fraction of the width, any
            other float in pixels; an int for whole pixels below it; or a list of the moves to
            choose from. 0.0 by default.
        height_shift_range: The same along the columns.
        brightness_range: The least and the greatest factor of the values. None by default.
        shear_range: The greatest angle to shear images by, in degrees. 0.0 by default.
        zoom_range: The least and the greatest factor of what is seen, or a float ``z`` for
            ``(1 - z, 1 + z)``. 0.0 by default.
        channel_shift_range: The greatest number that is added to all values. 0.0 by default.
        fill_mode: What is outside of the image: ``"nearest"`` (the default), ``"constant"``,
            ``"reflect"`` or ``"wrap"``.
        cval: The value outside with ``fill_mode="constant"``. 0.0 by default.
        horizontal_flip: Whether half of the images are flipped from left to right. False by
            default.
        vertical_flip: Whether half of them are flipped upside down. False by default.
        rescale: Factor of all values, after `preprocessing_function`. None by default.
        preprocessing_function: Function from an image to an image of the same shape, which is
            called after the random changes. None by default.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        validation_split: Fraction of the images that are for validation, below 1. 0.0 by default.
        interpolation_order: Order of the splines that interpolate, 1 by default.
        dtype: Dtype of the images, by default `keras.config.floatx`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> images = keras.preprocessing.image.ImageDataGenerator(horizontal_flip=True, rescale=1 / 255)
    >>> batches = images.flow(np.full((6, 4, 4, 3), 255.0), np.arange(6), batch_size=4, seed=1)
    >>> x, y = next(batches)
    >>> x.shape, float(x.max()), len(batches)
    ((4, 4, 4, 3), 1.0, 2)
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: float | Sequence[float] = 0.0,
        height_shift_range: float | Sequence[float] = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | Sequence[float] = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[Array], Array] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: DTypeLike = None,
    ) -> None:
        self.featurewise_center, self.samplewise_center = featurewise_center, samplewise_center
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.shear_range = rotation_range, shear_range
        self.width_shift_range, self.height_shift_range = width_shift_range, height_shift_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function = rescale, preprocessing_function
        self.dtype = dtypes.standardize_dtype(dtype)
        self.data_format = config.standardize_data_format(data_format)
        axes = (1, 2, 3) if self.data_format == "channels_first" else (3, 1, 2)
        self.channel_axis, self.row_axis, self.col_axis = axes
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(
                "`validation_split` must be strictly between 0 and 1. Received: "
                f"validation_split={validation_split}"
            )
        self.validation_split = validation_split
        self.zoom_range = self._zoom(zoom_range)
        if brightness_range is not None:
            brightness_range = pair(brightness_range, "brightness_range")
        self.brightness_range = brightness_range
        self.mean: Array | None = None
        self.std: Array | None = None
        self.zca_whitening_matrix: Array | None = None
        for option, other, value in _OVERRIDES:
            if getattr(self, option) and getattr(self, other) is not value:
                setattr(self, other, value)
                warnings.warn(
                    f"This ImageDataGenerator specifies `{option}`, which overrides setting of "
                    f"`{other}`.",
                    stacklevel=2,
                )

    @staticmethod
    def _zoom(given: Any) -> tuple[float, float]:
        if isinstance(given, (int, float)):
            return 1 - given, 1 + given
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            raise ValueError(
                "`zoom_range` should be a float or a tuple or list of two floats. Received: "
                f"{given}"
            )
        return given[0], given[1]

    def check_channels(self, shape: tuple[int, ...], begin: str) -> None:
        """Warn if arrays do not have as many channels as images have.

        Args:
            shape: Shape of the array.
            begin: The beginning of the message, about what has the data format.
        """
        count = shape[self.channel_axis]
        if count not in COLOR_MODES.values():
            warnings.warn(
                f'{begin} the data format convention "{self.data_format}" (channels on axis '
                f"{self.channel_axis}), i.e. expected either 1, 3, or 4 channels on axis "
                f"{self.channel_axis}. However, it was passed an array with shape {shape} "
                f"({count} channels).",
                stacklevel=4,
            )

    # -- Batches ---------------------------------------------------------------------

    def flow(
        self,
        x: TensorLike | Sequence[Any],
        y: TensorLike | None = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: TensorLike | None = None,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        ignore_class_split: bool = False,
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of the images in an array; see `NumpyArrayIterator`.

        Args:
            x: Array of rank 4 of images, or a tuple that begins with one.
            y: Labels, one for each image. None by default.
            batch_size: Images in a batch, 32 by default.
            shuffle: Whether each epoch has an order of its own, which is the default.
            sample_weight: Weights, one for each image. None by default.
            seed: Where random numbers begin. By default they are NumPy's global ones.
            save_to_dir: Folder that the changed images are written to. By default they are not.
            save_prefix: Beginning of the names of these files.
            save_format: Their format, ``"png"`` by default.
            ignore_class_split: Whether labels may be in one subset only. False by default.
            subset: ``"training"`` or ``"validation"``, if there is a ``validation_split``.

        Returns:
            An iterator of ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Example:

        >>> import numpy as np
        >>> import keras_core as keras
        >>> images = keras.preprocessing.image.ImageDataGenerator()
        >>> next(images.flow(np.ones((3, 4, 4, 1)), batch_size=2)).shape
        (2, 4, 4, 1)
        """
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            ignore_class_split=ignore_class_split,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: FilePath,
        target_size: tuple[int, int] = (256, 256),
        color_mode: str = "rgb",
        classes: list[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of the images in a folder; see `DirectoryIterator`.

        Args:
            directory: Path of the folder, with a folder for each class.
            target_size: Height and width that images are resized to, (256, 256) by default.
            color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``.
            classes: Names of the folders, in the order of their numbers. By default all, in
                alphabetical order.
            class_mode: ``"categorical"`` (the default) for one-hot labels, ``"binary"`` or
                ``"sparse"`` for numbers, ``"input"`` for the images themselves, None for none.
            batch_size: Images in a batch, 32 by default.
            shuffle: Whether each epoch has an order of its own, which is the default.
            seed: Where random numbers begin. By default they are NumPy's global ones.
            save_to_dir: Folder that the changed images are written to. By default they are not.
            save_prefix: Beginning of the names of these files.
            save_format: Their format, ``"png"`` by default.
            follow_links: Whether links to folders are followed. False by default.
            subset: ``"training"`` or ``"validation"``, if there is a ``validation_split``.
            interpolation: How images are resized; see `keras.utils.load_img`.
            keep_aspect_ratio: Whether images are cropped rather than distorted. False by default.

        Returns:
            An iterator of ``x`` or ``(x, y)``.

        Example:

        >>> import os
        >>> import numpy as np
        >>> import keras_core as keras
        >>> image = keras.preprocessing.image
        >>> for kind in ("cat", "dog"):
        ...     os.makedirs(f"pets/{kind}", exist_ok=True)
        ...     image.save_img(f"pets/{kind}/1.png", np.ones((8, 8, 3)))
        >>> images = image.ImageDataGenerator(rescale=1 / 255)
        >>> batches = images.flow_from_directory("pets", target_size=(4, 4), class_mode="binary")
        Found 2 images belonging to 2 classes.
        >>> next(batches)[0].shape
        (2, 4, 4, 3)
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Table,
        directory: FilePath | None = None,
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
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        **kwargs: object,
    ) -> DataFrameIterator:
        """Batches of the images that a table names; see `DataFrameIterator`.

        Args:
            dataframe: Frame of pandas, with a row for each image.
            directory: Folder of the files. By default paths are absolute, or from the current one.
            x_col: The column of paths, ``"filename"`` by default.
            y_col: The column of labels or targets, or a list of columns. ``"class"`` by default.
            weight_col: The column of weights. None by default.
            target_size: Height and width that images are resized to, (256, 256) by default.
            color_mode: ``"grayscale"``, ``"rgb"`` (the default) or ``"rgba"``.
            classes: Names of the classes, in the order of their numbers. By default all, in
                alphabetical order.
            class_mode: ``"categorical"`` (the default), ``"binary"``, ``"sparse"`` or ``"input"``;
                ``"raw"`` for the values of `y_col`; ``"multi_output"`` for a list of the values of
                each column; None for no targets.
            batch_size: Images in a batch, 32 by default.
            shuffle: Whether each epoch has an order of its own, which is the default.
            seed: Where random numbers begin. By default they are NumPy's global ones.
            save_to_dir: Folder that the changed images are written to. By default they are not.
            save_prefix: Beginning of the names of these files.
            save_format: Their format, ``"png"`` by default.
            subset: ``"training"`` or ``"validation"``, if there is a ``validation_split``.
            interpolation: How images are resized; see `keras.utils.load_img`.
            validate_filenames: Whether rows without a file are left out, which is the default.
            **kwargs: ``has_ext``, ``sort`` and ``drop_duplicates``, which warn and do nothing.

        Returns:
            An iterator of ``x``, ``(x, y)`` or ``(x, y, sample_weight)``.

        Example:

        ```python
        images = keras.preprocessing.image.ImageDataGenerator(rescale=1 / 255)
        batches = images.flow_from_dataframe(frame, "photos", x_col="file", y_col="kind")
        ```
        """
        for name, instead in _OLD.items():
            if kwargs.pop(name, None) is not None:
                warnings.warn(f"`{name}` is deprecated: {instead}", stacklevel=2)
        if kwargs:
            raise TypeError(f"`flow_from_dataframe` takes no arguments {sorted(kwargs)}.")
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            data_format=self.data_format,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            validate_filenames=validate_filenames,
            dtype=self.dtype,
        )

    # -- Single images ---------------------------------------------------------------

    def standardize(self, x: Array) -> Array:
        """An image centred, scaled and whitened as the options say.

        Args:
            x: Array of rank 3.

        Returns:
            An array of the same shape.
        """
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, keepdims=True) + _EPSILON)
        if self.featurewise_center and self._is_known(self.mean, "featurewise_center"):
            x = x - self.mean
        if self.featurewise_std_normalization and self._is_known(
            self.std, "featurewise_std_normalization"
        ):
            assert self.std is not None
            x = x / (self.std + _EPSILON)
        if self.zca_whitening and self._is_known(self.zca_whitening_matrix, "zca_whitening"):
            assert self.zca_whitening_matrix is not None
            x = (x.reshape(1, -1) @ self.zca_whitening_matrix).reshape(x.shape)
        return x

    @staticmethod
    def _is_known(statistic: Array | None, option: str) -> bool:
        if statistic is None:
            warnings.warn(
                f"This ImageDataGenerator specifies `{option}`, but it hasn't been fit on any "
                "training data. Fit it first by calling `.fit(numpy_data)`.",
                stacklevel=3,
            )
        return statistic is not None

    def get_random_transform(
        self, img_shape: tuple[int, ...], seed: int | None = None
    ) -> dict[str, Any]:
        """Draws how an image is changed; see `apply_transform`.

        Args:
            img_shape: Shape of the image.
            seed: Where random numbers begin. By default they are NumPy's global ones.

        Returns:
            A dict with the entries ``theta``, ``tx``, ``ty``, ``shear``, ``zx``, ``zy``,
            ``flip_horizontal``, ``flip_vertical``, ``channel_shift_intensity`` and ``brightness``.
        """
        with _seeded(seed):
            draw = generator()

            def around(bound: float) -> float:
                return float(draw.uniform(-bound, bound)) if bound else 0.0

            out: dict[str, Any] = {"theta": around(self.rotation_range)}
            out["tx"] = self._shift(self.height_shift_range, img_shape[self.row_axis - 1])
            out["ty"] = self._shift(self.width_shift_range, img_shape[self.col_axis - 1])
            out["shear"] = around(self.shear_range)
            out["zx"], out["zy"] = drawn_zoom(self.zoom_range)
            out["flip_horizontal"] = bool(draw.random_sample() < 0.5) and self.horizontal_flip
            out["flip_vertical"] = bool(draw.random_sample() < 0.5) and self.vertical_flip
            intensity, bounds = self.channel_shift_range, self.brightness_range
            out["channel_shift_intensity"] = around(intensity) if intensity else None
            out["brightness"] = None if bounds is None else float(draw.uniform(*bounds))
            return out

    @staticmethod
    def _shift(bound: Any, size: int) -> float:
        """A move in pixels: from a list or below an int one of these with either sign."""
        if np.ndim(bound) == 0 and not bound:
            return 0.0
        draw = generator()
        if np.ndim(bound) or isinstance(bound, (int, np.integer)):
            move = draw.choice(bound) * draw.choice([-1, 1])
        else:
            move = draw.uniform(-bound, bound)
        return float(move * size if np.max(bound) < 1 else move)

    def apply_transform(self, x: Array, transform_parameters: dict[str, Any]) -> Array:
        """Changes an image.

        Args:
            x: Array of rank 3.
            transform_parameters: A dict with some of the entries of `get_random_transform`: see
                `apply_affine_transform` for the first six; ``"flip_horizontal"`` and
                ``"flip_vertical"`` are bools, ``"channel_shift_intensity"`` a number to add,
                ``"brightness"`` a factor.

        Returns:
            An array of the same shape.
        """
        given = transform_parameters
        channels, rows, columns = self.channel_axis - 1, self.row_axis - 1, self.col_axis - 1
        moves = {k: given[k] for k in ("theta", "tx", "ty", "shear", "zx", "zy") if k in given}
        x = apply_affine_transform(
            x,
            **moves,
            row_axis=rows,
            col_axis=columns,
            channel_axis=channels,
            fill_mode=self.fill_mode,
            cval=self.cval,
            order=self.interpolation_order,
        )
        if given.get("channel_shift_intensity") is not None:
            x = apply_channel_shift(x, given["channel_shift_intensity"], channels)
        for name, axis in (("flip_horizontal", columns), ("flip_vertical", rows)):
            if given.get(name, False):
                x = np.flip(x, axis)
        if given.get("brightness") is not None:
            x = apply_brightness_shift(x, given["brightness"], False)
        return x

    def random_transform(self, x: Array, seed: int | None = None) -> Array:
        """Changes an image at random.

        Args:
            x: Array of rank 3.
            seed: Where random numbers begin. By default they are NumPy's global ones.

        Returns:
            An array of the same shape.
        """
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def fit(
        self, x: TensorLike, augment: bool = False, rounds: int = 1, seed: int | None = None
    ) -> None:
        """Learns the statistics that ``featurewise_*`` and ``zca_whitening`` need.

        Args:
            x: Array of rank 4 of images.
            augment: Whether to learn from images that are changed at random. False by default.
            rounds: How many times all images are changed, with `augment`. 1 by default.
            seed: Where random numbers begin. By default they are NumPy's global ones.
        """
        images = np.asarray(x, self.dtype)
        if images.ndim != 4:
            raise ValueError(
                f"Input to `.fit()` should have rank 4. Got array with shape: {images.shape}"
            )
        self.check_channels(images.shape, "Expected input to be images (as Numpy array) following")
        if augment:
            with _seeded(seed):
                images = np.stack([self.random_transform(v) for _ in range(rounds) for v in images])
                images = images.astype(self.dtype)
        others = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = mean = images.mean(others, keepdims=True)[0]
            images = images - mean
        if self.featurewise_std_normalization:
            self.std = std = images.std(others, keepdims=True)[0]
            images = images / (std + _EPSILON)
        if self.zca_whitening:
            rows = images.reshape(len(images), -1)
            _, s, axes = np.linalg.svd(rows, full_matrices=False)
            scale = np.sqrt(len(rows)) / np.sqrt(s**2 + self.zca_epsilon)
            self.zca_whitening_matrix = (axes.T * scale) @ axes


_OLD = {
    "drop_duplicates": "use pandas.DataFrame.drop_duplicates before.",
    "sort": "batches are in the order of the rows with `shuffle=False`.",
    "has_ext": "the table has to name the files as they are.",
}
