"""A network of blocks with branches of convolutions of several sizes."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import channel_axis, top
from keras_core.applications.architectures._request import Request, architecture
from keras_core.applications.architectures._weights import TF
from keras_core.core.base.public import public

Size = int | tuple[int, int]


def conv(
    x: Any, filters: int, size: Size, strides: int = 1, padding: str = "same", name: str = ""
) -> Any:
    """Convolution, batch normalisation and ReLU; the parts have a name if it is given."""
    x = layers.Conv2D(
        filters, size, strides=strides, padding=padding, use_bias=False, name=name or None
    )(x)
    x = layers.BatchNormalization(
        axis=channel_axis(), scale=False, name=f"{name}_bn" if name else None
    )(x)
    return layers.Activation("relu", name=f"{name}_ac" if name else None)(x)


def stem(x: Any) -> Any:
    """The layers before the first block."""
    x = conv(x, 32, 3, strides=2, padding="valid")
    x = conv(conv(x, 32, 3, padding="valid"), 64, 3)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = conv(conv(x, 80, 1, padding="valid"), 192, 3, padding="valid")
    return layers.MaxPooling2D(3, strides=2)(x)


def branch(x: Any, *convolutions: tuple[int, Size], smaller: bool = False) -> Any:
    """Convolutions one after the other, given by filters and size.

    Args:
        x: The features.
        *convolutions: The filters and the size of each.
        smaller: Whether the last one makes a step of 2, without padding.
    """
    for i, (filters, size) in enumerate(convolutions, 1):
        step = (2, "valid") if smaller and i == len(convolutions) else (1, "same")
        x = conv(x, filters, size, *step)
    return x


def averaged(x: Any, filters: int) -> Any:
    """A branch of the mean of each window and a convolution of size 1."""
    return conv(layers.AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def joined(branches: list[Any], name: str | None = None) -> Any:
    """The features of all branches."""
    return layers.Concatenate(axis=channel_axis(), name=name)(branches)


def _split(x: Any, filters: int) -> list[Any]:
    """Two convolutions of the same features, over rows and over columns."""
    return [conv(x, filters, (1, 3)), conv(x, filters, (3, 1))]


@public(
    "keras.applications.InceptionV3",
    "keras.applications.inception_v3.InceptionV3",
)
@architecture("inception_v3", 299, f"inception_v3/inception_v3{TF}", minimum=75)
def InceptionV3(x: Any, request: Request) -> Any:
    """Inception V3 ("Rethinking the Inception Architecture for Computer Vision", Szegedy et al.,
    2016).
    """
    x = stem(x)
    for i, filters in enumerate((32, 64, 64)):
        branches = [
            branch(x, (64, 1)),
            branch(x, (48, 1), (64, 5)),
            branch(x, (64, 1), (96, 3), (96, 3)),
            averaged(x, filters),
        ]
        x = joined(branches, f"mixed{i}")
    branches = [
        branch(x, (384, 3), smaller=True),
        branch(x, (64, 1), (96, 3), (96, 3), smaller=True),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = joined(branches, "mixed3")
    row, column = (1, 7), (7, 1)
    for i, n in enumerate((128, 160, 160, 192), 4):
        branches = [
            branch(x, (192, 1)),
            branch(x, (n, 1), (n, row), (192, column)),
            branch(x, (n, 1), (n, column), (n, row), (n, column), (192, row)),
            averaged(x, 192),
        ]
        x = joined(branches, f"mixed{i}")
    branches = [
        branch(x, (192, 1), (320, 3), smaller=True),
        branch(x, (192, 1), (192, row), (192, column), (192, 3), smaller=True),
        layers.MaxPooling2D(3, strides=2)(x),
    ]
    x = joined(branches, "mixed8")
    for i in range(2):
        branches = [
            branch(x, (320, 1)),
            joined(_split(branch(x, (384, 1)), 384), f"mixed9_{i}"),
            joined(_split(branch(x, (448, 1), (384, 3)), 384)),
            averaged(x, 192),
        ]
        x = joined(branches, f"mixed{9 + i}")
    return top(x, request, named=False)
