"""What layers of images have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from keras_core import ops, random
from keras_core.core.base import config, tree
from keras_core.core.tensors import dtypes
from keras_core.layers.base.arguments import number_or_numbers
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.layers.preprocessing.image.boxes.formats import check_format, convert_format
from keras_core.layers.preprocessing.image.boxes.moves import clipped, labelled
from keras_core.typing import Mode, SeedLike, Shape, Tensor

_PARTS = ("images", "labels", "bounding_boxes", "segmentation_masks")


class ImageLayer(DataLayer):
    """A layer that changes images, and with them what is known of the images.

    A subclass draws what it needs in `get_random_transformation`, for a batch at once, and applies
    it in `transform_images`; and in `transform_labels`, `transform_bounding_boxes` and
    `transform_segmentation_masks` where these change too. They all see batches: a single image
    becomes a batch of one on the way.
    """

    _weightless = True
    _config_adds = ("data_format",)

    _keeps_ints = False
    """Whether images of integers stay so; others come out in the compute dtype."""

    def __init__(
        self, bounding_box_format: str | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if bounding_box_format is not None:
            check_format(bounding_box_format)
        self.bounding_box_format = bounding_box_format
        self.data_format = config.standardize_data_format(data_format)

    def get_config(self) -> dict[str, Any]:
        found = super().get_config()
        if self.bounding_box_format is not None:
            found["bounding_box_format"] = self.bounding_box_format
        return found

    # -- Calling ---------------------------------------------------------------------

    def call(self, data: Any, training: Mode = True) -> Any:
        parts = dict(data) if isinstance(data, dict) else {"images": data}
        if "images" not in parts:
            raise ValueError(
                f"A dict for {type(self).__name__} must have the key 'images'. Received the keys: "
                f"{sorted(parts)}"
            )
        if "bounding_boxes" in parts and self.bounding_box_format is None:
            raise ValueError(
                "You passed an input with a 'bounding_boxes' key, but you didn't specify a "
                f"bounding box format. Pass a `bounding_box_format` argument to your "
                f"{type(self).__name__} layer, e.g. `bounding_box_format='xyxy'`."
            )
        images = parts["images"]
        if len(images.shape) not in (3, 4):
            raise ValueError(
                "Expected image tensor to have rank 3 (single image) or 4 (batch of images). "
                f"Received: data.shape={tuple(images.shape)}"
            )
        parts["images"] = self._prepared(images)
        is_single = len(images.shape) == 3
        if is_single:
            parts = _mapped(parts, lambda x: ops.expand_dims(x, 0))
        parts = self._transformed(parts, training)
        if is_single:
            parts = _mapped(parts, lambda x: ops.squeeze(x, 0))
        return parts if isinstance(data, dict) else parts["images"]

    def _prepared(self, images: Any) -> Any:
        if self._keeps_ints and "int" in dtype_of(images):
            return images
        return ops.cast(images, self.compute_dtype)

    def _transformed(self, parts: dict[str, Any], training: Any) -> dict[str, Any]:
        """A batch, with all that is in it, after one transformation."""
        transformation = self.get_random_transformation(parts, training=training)
        methods = {
            "images": self.transform_images,
            "labels": self.transform_labels,
            "bounding_boxes": self.transform_bounding_boxes,
            "segmentation_masks": self.transform_segmentation_masks,
        }
        return {
            k: methods[k](v, transformation, training=training) if k in methods else v
            for k, v in parts.items()
        }

    # -- What subclasses define ------------------------------------------------------

    def get_random_transformation(
        self, data: Any, training: Mode = True, seed: SeedLike = None
    ) -> Any:
        """What is to be done to a batch: None for nothing.

        Args:
            data: A batch of images, or a dict that has one.
            training: Whether to draw a transformation; otherwise layers that draw one do nothing.
            seed: Where to draw it from, that of the layer by default.
        """
        return None

    def transform_images(
        self, images: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        """A batch of images after a transformation."""
        return images

    def transform_labels(
        self, labels: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        """The labels of a batch after a transformation."""
        return labels

    def transform_bounding_boxes(
        self, bounding_boxes: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        """The dict of the boxes of a batch, and of their labels, after a transformation."""
        return bounding_boxes

    def transform_segmentation_masks(
        self, segmentation_masks: Tensor, transformation: Any = None, training: Mode = True
    ) -> Tensor:
        """The masks of a batch after a transformation."""
        return segmentation_masks

    def transform_single_image(
        self, image: Tensor, transformation: Any, training: Mode = True
    ) -> Tensor:
        """One image after a transformation."""
        return _alone(self.transform_images, image, transformation, training)

    def transform_single_label(
        self, label: Tensor, transformation: Any, training: Mode = True
    ) -> Tensor:
        """The label of one image after a transformation."""
        return _alone(self.transform_labels, label, transformation, training)

    def transform_single_bounding_box(
        self, bounding_box: dict[str, Any], transformation: Any, training: Mode = True
    ) -> dict[str, Any]:
        """The boxes of one image, and their labels, after a transformation."""
        return _alone(self.transform_bounding_boxes, bounding_box, transformation, training)

    def transform_single_segmentation_mask(
        self, segmentation_mask: Tensor, transformation: Any, training: Mode = True
    ) -> Tensor:
        """The mask of one image after a transformation."""
        return _alone(
            self.transform_segmentation_masks, segmentation_mask, transformation, training
        )

    # -- Tools -----------------------------------------------------------------------

    @property
    def axes(self) -> tuple[int, int, int]:
        """The axes of rows, columns and channels, from the end."""
        return (-3, -2, -1) if self.data_format == "channels_last" else (-2, -1, -3)

    def size_of(self, images: Tensor | Shape) -> tuple[Any, Any]:
        """The height and the width of images, or of images of a shape."""
        shape = images if isinstance(images, (tuple, list)) else ops.shape(images)
        return shape[self.axes[0]], shape[self.axes[1]]

    def move_boxes(
        self,
        bounding_boxes: dict[str, Any],
        move: Callable[[Any], Any],
        size: tuple[Any, Any],
        new_size: tuple[Any, Any] | None = None,
    ) -> dict[str, Any]:
        """Boxes after a change of their corners, clipped; those out of the image lose their label.

        Args:
            bounding_boxes: The dict of the boxes and their labels.
            move: Makes ``xyxy`` boxes of such, in pixels.
            size: Height and width of the images.
            new_size: Height and width after the change; `size` by default.
        """
        name, new_size = self.bounding_box_format or "xyxy", new_size or size
        corners = move(convert_format(bounding_boxes["boxes"], name, "xyxy", *size))
        corners = clipped(corners, *new_size)
        moved = {**bounding_boxes, "boxes": convert_format(corners, "xyxy", name, *new_size)}
        if "labels" in bounding_boxes:
            moved["labels"] = labelled(bounding_boxes, corners)
        return moved


class RandomImageLayer(ImageLayer):
    """A layer that draws a transformation for each image in training, and else does nothing."""

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = random.SeedGenerator(seed)

    def _transformed(self, parts: dict[str, Any], training: Any) -> dict[str, Any]:
        return super()._transformed(parts, training) if training else parts

    def uniform(
        self,
        data: Tensor | Mapping[str, Any],
        low: float | Tensor,
        high: float | Tensor,
        seed: SeedLike,
        *shape: int,
    ) -> Tensor:
        """Random numbers, of this shape for each image."""
        images = images_of(data)
        return random.uniform(
            (ops.shape(images)[0], *shape), low, high, dtype="float32", seed=seed or self.generator
        )

    def is_chosen(
        self, data: Tensor | Mapping[str, Any], share: float | Tensor, seed: SeedLike
    ) -> Tensor:
        """Which of the images are to change; `share` of them are expected to."""
        return ops.less(self.uniform(data, 0.0, 1.0, seed), share)

    def is_met(
        self, data: Tensor | Mapping[str, Any], factor: tuple[Any, Any], seed: SeedLike
    ) -> Tensor:
        """Which of the images are to change, with a probability drawn from a range for each."""
        share = self.uniform(data, float(factor[0]), float(factor[1]), seed)
        return self.is_chosen(data, share, seed)


def images_of(data: Any) -> Any:
    """The images in a dict, or those that there are."""
    return data["images"] if isinstance(data, dict) else data


def dtype_of(x: Any) -> str:
    """The name of a dtype."""
    return dtypes.standardize_dtype(x.dtype)


def per_image(x: Any) -> Any:
    """Numbers ``(n, ...)`` as they broadcast to images."""
    return ops.reshape(x, (-1, 1, 1, 1))


def _mapped(parts: dict[str, Any], f: Callable[[Any], Any]) -> dict[str, Any]:
    return {k: tree.map_structure(f, v) if k in _PARTS else v for k, v in parts.items()}


def _alone(method: Any, x: Any, transformation: Any, training: Any) -> Any:
    batch = tree.map_structure(lambda v: ops.expand_dims(v, 0), x)
    out = method(batch, transformation, training=training)
    return tree.map_structure(lambda v: ops.squeeze(v, 0), out)


# -- Arguments -----------------------------------------------------------------------


def bounds(
    value: Any, low: float, high: float, name: str = "factor", symmetric: bool = False
) -> tuple[Any, Any]:
    """The ends of the range that an argument gives.

    Args:
        value: Two numbers; or one, the upper end, to which belongs 0 or the negative of it.
        low: Least number that is allowed.
        high: Greatest number that is allowed.
        name: Name of the argument.
        symmetric: Whether the lower end for one number is the negative of it.
    """
    pair: list[Any] = list(value) if isinstance(value, (tuple, list)) else [value]
    if (
        len(pair) != (2 if isinstance(value, (tuple, list)) else 1)
        or not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in pair)
        or not all(low <= v <= high for v in pair)
    ):
        raise ValueError(
            f"The `{name}` argument should be a number (or a list of two numbers) in the range "
            f"[{low}, {high}]. Received: {name}={value}"
        )
    top = abs(pair[0])
    if len(pair) == 2:
        least, greatest = sorted(pair)
        return least, greatest
    return (-top, top) if symmetric else (0, top)


def check_counts(**values: Any) -> None:
    """Raise an error unless arguments are positive integers."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")


def as_bytes(x: Any, value_range: tuple[Any, Any]) -> Any:
    """Pixels scaled to 0 to 255, as floats."""
    low, high = value_range
    x = ops.cast(x, "float32")
    if (low, high) == (0, 255):
        return x
    return ops.multiply(ops.subtract(x, low), 255 / (high - low))


def of_bytes(x: Any, value_range: tuple[Any, Any], dtype: str) -> Any:
    """Pixels scaled back from 0 to 255."""
    low, high = value_range
    if (low, high) != (0, 255):
        x = ops.add(ops.divide(x, 255 / (high - low)), low)
    return ops.cast(x, dtype)


def value_range_of(value: Any) -> tuple[Any, Any]:
    """The least and the greatest value of pixels, as an argument gives them."""
    number_or_numbers("value_range", value)
    if not isinstance(value, (tuple, list)) or len(value) != 2 or value[0] == value[1]:
        raise ValueError(
            "The `value_range` argument should be a list of two numbers that differ. Received: "
            f"value_range={value}"
        )
    low, high = sorted(value)
    return low, high
