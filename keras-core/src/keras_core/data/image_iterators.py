"""Batches of images without end, in the way of Keras 2; see `image_generator`."""

import os
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.core.tensors import dtypes
from keras_core.data.image_transforms import drawn_from, generator
from keras_core.data.images import array_to_img
from keras_core.data.pydataset import PyDataset
from keras_core.typing import DTypeLike, TensorLike

Array = np.ndarray[Any, Any]


class Changes(Protocol):
    """What iterators use of an `ImageDataGenerator`."""

    dtype: str
    validation_split: float

    def get_random_transform(self, img_shape: tuple[int, ...]) -> dict[str, Any]:
        """Draws how an image is changed."""
        ...

    def apply_transform(self, x: Array, transform_parameters: dict[str, Any]) -> Array:
        """Changes an image."""
        ...

    def standardize(self, x: Array) -> Array:
        """Centres and scales an image."""
        ...

    def check_channels(self, shape: tuple[int, ...], begin: str) -> None:
        """Warns if arrays do not have as many channels as images have."""
        ...


@public("keras.preprocessing.image.Iterator", in_files=False)
class Iterator(PyDataset):
    """Batches of samples by their numbers, over and over.

    Deprecated: use `keras.utils.PyDataset`. A subclass defines
    ``_get_batches_of_transformed_samples(index_array)``, the batch of the samples with these
    numbers. Equal seeds give the batches of the real Keras, if they are made one after the other.

    Args:
        n: Number of samples.
        batch_size: Samples in a batch.
        shuffle: Whether each epoch has an order of its own.
        seed: Where random numbers begin: the batch number ``i`` draws from ``seed + i``. None for
            NumPy's global generator.
        workers: Number of threads or processes that make batches ahead of their use: 1 by default.
        use_multiprocessing: Whether they are processes. False by default.
        max_queue_size: Number of batches that are made ahead, 10 by default.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> class Numbers(keras.preprocessing.image.Iterator):
    ...     def _get_batches_of_transformed_samples(self, index_array):
    ...         return index_array.tolist()
    >>> numbers = Numbers(5, batch_size=2, shuffle=False, seed=None)
    >>> [next(numbers) for _ in range(4)]
    [[0, 1], [2, 3], [4], [0, 1]]
    """

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")
    """The suffixes of files that are images."""

    def __init__(
        self,
        n: int,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        workers: int = 1,
        use_multiprocessing: bool = False,
        max_queue_size: int = 10,
    ) -> None:
        super().__init__(workers, use_multiprocessing, max_queue_size)
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(
                f"`batch_size` must be a positive integer. Received: batch_size={batch_size!r}"
            )
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index = self.total_batches_seen = 0
        self.index_array: Array | None = None
        self._epochs, self._is_sent = 0, False
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._random: Any = np.random if self.seed is None else np.random.RandomState(self.seed)

    def __getstate__(self) -> dict[str, Any]:
        """What is sent to a process, which has the order of the epoch with the others."""
        with self._lock, drawn_from(self._random):
            if self.index_array is None:
                self.index_array = self._order()
        state = {k: v for k, v in self.__dict__.items() if k not in ("_lock", "_random")}
        return {**state, "_is_sent": True}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        """The batch of the samples with these numbers."""
        raise NotImplementedError(
            f"{type(self).__name__} must implement `_get_batches_of_transformed_samples`."
        )

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def _order(self) -> Array:
        return generator().permutation(self.n) if self.shuffle else np.arange(self.n)

    def _batch(self, index: int | None) -> Any:
        """A batch by its number in the epoch; None for the next one."""
        with self._lock:
            if self.seed is not None:
                made = self.total_batches_seen
                if self._is_sent and index is not None:  # others make the batches between
                    made = self._epochs * len(self) + index
                self._random = np.random.RandomState(self.seed + made)
            source = self._random
            self.total_batches_seen += 1
            with drawn_from(source):
                if self.index_array is None or (index is None and self.batch_index == 0):
                    self.index_array = self._order()
            if index is None:
                index = self.batch_index
                self.batch_index = (index + 1) % len(self)
            begin = index * self.batch_size
            rows = self.index_array[begin : begin + self.batch_size]
        with drawn_from(source):
            return self._get_batches_of_transformed_samples(rows)

    def __getitem__(self, index: int) -> Any:
        """The batch number ``index`` of the epoch; a negative one counts from the end."""
        size = len(self)
        if not -size <= index < size:
            raise ValueError(
                f"Asked to retrieve element {index}, but the Sequence has length {size}"
            )
        return self._batch(index % size)

    def __iter__(self) -> "Iterator":  # type: ignore[override]  # without end
        return self

    def __next__(self) -> Any:
        """The next batch; after the last of an epoch comes the first of the next."""
        if not self.n:
            raise ValueError(f"There are no samples in this {type(self).__name__}.")
        return self._batch(None)

    def reset(self) -> None:
        """Let the next batch be the first of an epoch."""
        self.batch_index = 0

    def on_epoch_end(self) -> None:
        """Draws a new order, if it is shuffled."""
        with self._lock, drawn_from(self._random):
            self.index_array = self._order()
            self._epochs += 1


class ImageIterator(Iterator):
    """An iterator of images that a generator changes, and that may be saved.

    Args:
        samples: Their number.
        batch_size: Images in a batch.
        shuffle: Whether each epoch has an order of its own.
        seed: See `Iterator`.
        image_data_generator: What changes them, or None.
        data_format: Where the channels are.
        dtype: Dtype of the batches.
        save_to_dir: Folder that changed images are written to, or None.
        save_prefix: Beginning of the names of these files.
        save_format: Their format.
    """

    def __init__(
        self,
        samples: int,
        batch_size: int,
        shuffle: bool,
        seed: int | None,
        *,
        image_data_generator: Changes | None,
        data_format: str | None,
        dtype: Any,
        save_to_dir: str | None,
        save_prefix: str,
        save_format: str,
    ) -> None:
        super().__init__(samples, batch_size, shuffle, seed)
        self.image_data_generator = image_data_generator
        self.data_format = config.standardize_data_format(data_format)
        self.dtype = dtypes.standardize_dtype(dtype)
        self.save_to_dir, self.save_prefix = save_to_dir, save_prefix
        self.save_format = save_format

    def _changed(self, x: Array) -> Array:
        by = self.image_data_generator
        if by is None:
            return x
        return by.standardize(by.apply_transform(x, by.get_random_transform(x.shape)))

    def _stacked(self, images: list[Array], rows: Array) -> Array:
        """The images as one array; they are saved if that was asked for."""
        batch = np.zeros((len(images), *images[0].shape), self.dtype)
        for place, image in zip(batch, images, strict=True):
            place[...] = image
        if self.save_to_dir is not None:
            for x, row in zip(batch, rows, strict=True):
                number = int(generator().randint(10_000))
                name = f"{self.save_prefix}_{row}_{number}.{self.save_format}"
                image = array_to_img(x, self.data_format, scale=True)
                image.save(os.path.join(self.save_to_dir, name))
        return batch


def split_of(by: Changes, subset: str | None, count: int) -> slice:
    """The rows of a subset: those for validation are the first.

    Args:
        by: The generator, which has the fraction for validation.
        subset: ``"training"``, ``"validation"``, or None for all rows.
        count: Number of rows.
    """
    if subset not in ("training", "validation", None):
        raise ValueError(f'Invalid subset name: {subset}; expected "training" or "validation".')
    held_out = int(by.validation_split * count)
    return {None: slice(None), "training": slice(held_out, None)}.get(subset, slice(held_out))


def _is_several(given: Any) -> bool:
    """Whether it is a list of arrays rather than an array or a list of numbers."""
    return isinstance(given, (tuple, list)) and bool(given) and hasattr(given[0], "__len__")


@public("keras.preprocessing.image.NumpyArrayIterator", in_files=False)
class NumpyArrayIterator(ImageIterator):
    """Batches of images in an array, with labels and weights if there are any.

    Deprecated: use `keras.utils.PyDataset`. It is what `ImageDataGenerator.flow` returns.

    Args:
        x: Array of rank 4 of images; or a tuple or list that begins with one, and goes on with
            arrays of the same length, or a list of them, which are handed on.
        y: Labels, one for each image, or None.
        image_data_generator: What changes the images.
        batch_size: Images in a batch, 32 by default.
        shuffle: Whether each epoch has an order of its own. False by default.
        sample_weight: Weights, one for each image. None by default.
        seed: Where random numbers begin. By default they are drawn from NumPy's global generator.
        data_format: ``"channels_first"`` or ``"channels_last"``, by default as in
            `keras.config.image_data_format`.
        save_to_dir: Folder that the changed images are written to. By default they are not.
        save_prefix: Beginning of the names of these files.
        save_format: Their format, ``"png"`` by default.
        subset: ``"training"`` or ``"validation"``, if the generator has a ``validation_split``.
        ignore_class_split: Whether labels may be in one subset only. False by default.
        dtype: Dtype of the images, by default `keras.config.floatx`.

    Example:

    >>> import numpy as np
    >>> import keras_core as keras
    >>> image = keras.preprocessing.image
    >>> batches = image.NumpyArrayIterator(
    ...     np.ones((5, 4, 4, 3)), np.arange(5), image.ImageDataGenerator(rescale=0.5), 2
    ... )
    >>> x, y = next(batches)
    >>> x.shape, float(x.max()), y.tolist()
    ((2, 4, 4, 3), 0.5, [0, 1])
    """

    def __init__(
        self,
        x: TensorLike | Sequence[Any],
        y: TensorLike | None,
        image_data_generator: Changes,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: TensorLike | None = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
        dtype: DTypeLike = None,
    ) -> None:
        several: list[Any] = list(x) if isinstance(x, (tuple, list)) else [x]
        beside_x = [v for given in several[1:] for v in (given if _is_several(given) else [given])]
        others = [np.asarray(v) for v in beside_x]
        images, labels = np.asarray(several[0]), None if y is None else np.asarray(y)
        for other in others:
            if len(other) != len(images):
                raise ValueError(
                    "All of the arrays in `x` should have the same length. Found a pair with: "
                    f"len(x[0]) = {len(images)}, len(x[?]) = {len(other)}"
                )
        if y is None and sample_weight is not None:
            raise ValueError("`sample_weight` are weights of labels: give `y` too.")
        weights = None if sample_weight is None else np.asarray(sample_weight)
        beside = {"y": labels, "sample_weight": weights}
        for name, given in beside.items():
            if given is not None and len(given) != len(images):
                what = "`y` (labels)" if name == "y" else "`sample_weight`"
                raise ValueError(
                    f"`x` (images tensor) and {what} should have the same length. Found: "
                    f"x.shape = {images.shape}, {name}.shape = {given.shape}"
                )
        rows = split_of(image_data_generator, subset, len(images))
        if labels is not None and subset is not None and not ignore_class_split:
            held_out = split_of(image_data_generator, "validation", len(images)).stop
            if not np.array_equal(np.unique(labels[:held_out]), np.unique(labels[held_out:])):
                raise ValueError(
                    "Training and validation subsets have different number of classes after the "
                    "split. If your numpy arrays are sorted by the label, you might want to "
                    "shuffle them."
                )
        kind = image_data_generator.dtype if dtype is None else dtypes.standardize_dtype(dtype)
        self.x = images[rows].astype(kind)
        if self.x.ndim != 4:
            raise ValueError(
                "Input data in `NumpyArrayIterator` should have rank 4. You passed an array with "
                f"shape {self.x.shape}"
            )
        self.x_misc = [other[rows] for other in others]
        self.y = None if labels is None else labels[rows]
        self.sample_weight = None if weights is None else weights[rows]
        super().__init__(
            len(self.x),
            batch_size,
            shuffle,
            seed,
            image_data_generator=image_data_generator,
            data_format=data_format,
            dtype=kind,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
        )
        image_data_generator.check_channels(self.x.shape, "NumpyArrayIterator is set to use")

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        batch = self._stacked([self._changed(self.x[i]) for i in index_array], index_array)
        x: Any = [batch, *(v[index_array] for v in self.x_misc)] if self.x_misc else batch
        if self.y is None:
            return x
        if self.sample_weight is None:
            return x, self.y[index_array]
        return x, self.y[index_array], self.sample_weight[index_array]
