"""Calls that must fail, with the same error on every backend."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Invalid:
    """A call that must raise an error, and the words that its message must have."""

    name: str
    label: str
    call: Callable[[Any], Any]
    """Calls the operation that it is given."""

    words: tuple[str, ...]
    error: type[Exception] = ValueError

    @property
    def id(self) -> str:
        """A stable name of the case."""
        return f"{self.name}-{self.label}"


def _x(*shape: int) -> Any:
    return np.ones(shape, "float32")


def _axes() -> Iterator[Invalid]:
    x = _x(2, 3)
    for name in ("sum", "mean", "max", "any", "argmax", "sort", "argsort", "cumsum", "softmax",
                 "flip", "std", "logsumexp", "median", "diff", "unstack"):  # fmt: skip
        for axis in (2, -3):
            yield Invalid(
                name, f"axis{axis}", lambda f, a=axis: f(x, axis=a), ("out of bounds", str(axis))
            )
    for name, axis in (("expand_dims", 3), ("squeeze", 2), ("expand_dims", -4)):
        yield Invalid(
            name, f"axis{axis}", lambda f, a=axis: f(x, axis=a), ("out of bounds", str(axis))
        )
    for name in ("concatenate", "stack"):
        yield Invalid(name, "axis3", lambda f: f([x, x], axis=3), ("out of bounds", "3"))
    yield Invalid("swapaxes", "axis", lambda f: f(x, 0, 2), ("axis2", "out of bounds"))
    yield Invalid("moveaxis", "axis", lambda f: f(x, 0, 5), ("destination", "out of bounds"))
    yield Invalid("moveaxis", "count", lambda f: f(x, (0, 1), 0), ("same number of axes",))
    yield Invalid("split", "axis", lambda f: f(x, 2, axis=2), ("out of bounds",))
    yield Invalid("transpose", "twice", lambda f: f(x, (0, 0)), ("permutation", "(0, 0)"))
    yield Invalid("sum", "twice", lambda f: f(x, axis=(0, -2)), ("twice",))
    yield Invalid("sum", "float", lambda f: f(x, axis=1.5), ("must be an int", "1.5"))
    yield Invalid("repeat", "axis", lambda f: f(x, 2, axis=2), ("out of bounds",))
    yield Invalid("take_along_axis", "rank", lambda f: f(x, np.zeros((2,), "int32"), 1), ("rank",))


def _shapes() -> Iterator[Invalid]:
    x = _x(2, 3)
    yield Invalid("reshape", "size", lambda f: f(x, (4, 2)), ("(2, 3)", "(4, 2)"))
    yield Invalid("reshape", "rest", lambda f: f(x, (4, -1)), ("(2, 3)", "(4, -1)"))
    yield Invalid("reshape", "unknown", lambda f: f(x, (-1, -1)), ("at most one",))
    yield Invalid("squeeze", "size", lambda f: f(x, axis=1), ("size is not 1", "(2, 3)"))
    yield Invalid("split", "unequal", lambda f: f(x, 2, axis=1), ("divisible", "(2, 3)"))
    yield Invalid("concatenate", "shapes", lambda f: f([x, _x(2, 2)], axis=0), ("same shape",))
    yield Invalid("concatenate", "none", lambda f: f([]), ("at least one tensor",))
    yield Invalid("stack", "shapes", lambda f: f([x, _x(2, 2)]), ("one shape", "(2, 2)"))
    yield Invalid("pad", "width", lambda f: f(x, ((1, 1),) * 3), ("pad_width",))
    yield Invalid("depth_to_space", "rank", lambda f: f(x, 2), ("four axes", "(2, 3)"))
    yield Invalid("cross", "size", lambda f: f(_x(2, 4), _x(2, 4)), ("2 or 3",))
    yield Invalid("searchsorted", "rank", lambda f: f(x, x), ("1-D",))
    yield Invalid("segment_sum", "rank", lambda f: f(x, np.zeros((2, 1), "int32"), 2), ("rank 1",))
    yield Invalid("rearrange", "size", lambda f: f(x, "a (b c) -> a b c", b=2), ("split by 2",))
    yield Invalid("conv", "kernel", lambda f: f(_x(1, 4, 3), _x(2, 2, 3, 4)), ("kernel",))
    yield Invalid("conv", "channels", lambda f: f(_x(1, 4, 3), _x(2, 2, 4)), ("channels", "2"))
    yield Invalid(
        "conv",
        "padding",
        lambda f: f(_x(1, 4, 3), _x(2, 3, 4), padding="full"),
        ("padding", "full"),
    )
    yield Invalid(
        "conv", "strides", lambda f: f(_x(1, 4, 3), _x(2, 3, 4), strides=0), ("strides", "0")
    )
    yield Invalid("max_pool", "size", lambda f: f(_x(1, 4, 3), 0), ("pool_size",))
    yield Invalid("einsum", "sizes", lambda f: f("ij,jk->ik", x, x), ("j",))
    yield Invalid("cholesky", "square", lambda f: f(x), ("square",))
    yield Invalid("det", "square", lambda f: f(x), ("square",))
    yield Invalid("fft", "parts", lambda f: f((x, x, x)), ("two tensors",))


def _values() -> Iterator[Invalid]:
    x = _x(2, 3)
    none = ("None",)
    for name in ("exp", "sum", "reshape"):
        yield Invalid(
            name, "none", lambda f, n=name: f(None, (1,)) if n == "reshape" else f(None), none,
            TypeError,
        )  # fmt: skip
    yield Invalid("add", "none", lambda f: f(x, None), none, TypeError)
    yield Invalid("exp", "text", lambda f: f("a"), ("exp",), TypeError)
    yield Invalid("one_hot", "floats", lambda f: f(x, 3), ("integers", "float32"), TypeError)
    yield Invalid("bitwise_and", "floats", lambda f: f(x, x), ("integers", "float32"), TypeError)
    yield Invalid("take", "floats", lambda f: f(x, x), ("integers",), TypeError)
    yield Invalid("cast", "dtype", lambda f: f(x, "float99"), ("float99",))
    yield Invalid("zeros", "dtype", lambda f: f((2,), "float99"), ("float99",))
    yield Invalid("unique", "size", lambda f: f(x, size=0), ("size",))
    yield Invalid("vectorize", "function", lambda f: f(3), ("callable", "3"))
    yield Invalid("vectorize", "signature", lambda f: f(abs, signature="(n"), ("signature", "(n"))
    n = np.array([1])
    yield Invalid("ctc_decode", "strategy", lambda f: f(_x(1, 2, 3), n, "best"), ("best", "greedy"))
    yield Invalid("ctc_decode", "rank", lambda f: f(x, n), ("rank 3", "(2, 3)"))
    yield Invalid("ctc_loss", "batch", lambda f: f(np.ones((2, 1), "int32"), _x(1, 2, 3), n, n),
                  ("target", "(2, 1)"))  # fmt: skip


def _images() -> Iterator[Invalid]:
    image = _x(4, 4, 3)
    yield Invalid("image.resize", "rank", lambda f: f(_x(4, 4), (2, 2)), ("three axes", "(4, 4)"))
    yield Invalid(
        "image.resize", "interpolation", lambda f: f(image, (2, 2), "best"),
        ("interpolation", "best"),
    )  # fmt: skip
    yield Invalid("image.resize", "size", lambda f: f(image, (2, 2, 2)), ("size", "(2, 2, 2)"))
    yield Invalid("image.rgb_to_hsv", "channels", lambda f: f(_x(4, 4, 2)), ("three channels",))
    yield Invalid(
        "image.hsv_to_rgb", "integers", lambda f: f(image.astype("uint8")), ("float", "uint8")
    )
    yield Invalid("image.ssim", "shapes", lambda f: f(image, _x(4, 3, 3)), ("one shape",))
    yield Invalid("image.ssim", "small", lambda f: f(image, image), ("filter_size",))
    yield Invalid("image.affine_transform", "numbers", lambda f: f(image, np.ones(6)), ("eight",))
    yield Invalid(
        "image.perspective_transform", "points", lambda f: f(image, _x(3, 2), _x(4, 2)),
        ("start_points", "(3, 2)"),
    )  # fmt: skip
    yield Invalid(
        "image.elastic_transform", "fill_mode", lambda f: f(image, fill_mode="best"),
        ("fill_mode", "best"),
    )  # fmt: skip
    yield Invalid(
        "image.reconstruct_patches", "channels", lambda f: f(_x(1, 2, 2, 3), (2, 2)),
        ("multiple of 4",),
    )  # fmt: skip


def iter_invalid() -> Iterator[Invalid]:
    """All calls that must fail."""
    for family in (_axes, _shapes, _values, _images):
        yield from family()
