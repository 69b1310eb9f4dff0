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
    yield Invalid(
        "sum", "float", lambda f: f(x, axis=1.5), ("must be an int", "1.5"), error=TypeError
    )
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


def _given(*args: Any, **options: Any) -> Callable[[Any], Any]:
    return lambda f: f(*args, **options)


def _indices() -> Iterator[Invalid]:
    """Indices that there are not."""
    x, n = _x(2, 3), np.array([2])

    def index(name: str, wrong: int, label: str, *args: Any, **options: Any) -> Invalid:
        words = (f"`{name}`", f"Received: {wrong}")
        return Invalid(name, f"{label}{wrong}", _given(*args, **options), words, IndexError)

    for wrong in (3, -4):
        i = np.array([0, wrong])
        yield index("take", wrong, "index", x, i, axis=1)
        yield index("take_along_axis", wrong, "index", x, i[None], axis=1)
        yield index("get_item", wrong, "index", x, (np.array([0, 1]), i))
    for wrong in (6, -7):
        yield index("take", wrong, "flat", x, np.array([0, wrong]))
        yield index("take_along_axis", wrong, "flat", x, np.array([0, wrong]))
    for wrong in (3, -1):
        i = np.array([[0, wrong]])
        yield index("scatter", wrong, "index", i, _x(1), (2, 3))
        for how in (None, "add", "max", "mul"):
            yield index("scatter_update", wrong, f"{how}", x, i, _x(1), how)
        yield index("ctc_loss", wrong, "label", np.array([[wrong, 1]]), _x(1, 4, 3), n, n)
    words = ("out of bounds", "3")
    yield Invalid("get_item", "int", _given(x, (0, 3)), words, IndexError)
    yield Invalid("get_item", "mask", _given(x, np.ones(4, "bool")), ("(2,)", "(4,)"), IndexError)
    for label, start in (("after", 2), ("before", -1)):
        words = ("(2, 3)", f"[0, {start}]")
        for kind in (list, np.array):
            at = f"{label}-{kind.__name__}"
            yield Invalid("slice", at, _given(x, kind([0, start]), (2, 2)), words)
            yield Invalid("slice_update", at, _given(x, kind([0, start]), _x(2, 2)), words)
    yield Invalid("bincount", "negative", _given(np.array([1, -1])), ("at least 0", "-1"))
    labels = np.array([[1, 1]])
    for label, lengths in (("labels", (n + 1, n)), ("steps", (n, n + 3))):
        yield Invalid("ctc_loss", label, _given(labels, _x(1, 4, 3), *lengths), ("_length`",))


def _matrices() -> Iterator[Invalid]:
    """Matrices that have no factor."""

    def refused(name: str, label: str, words: str, *args: Any, **options: Any) -> Invalid:
        short = name.removeprefix("linalg.")
        call = _given(*args, **options)
        return Invalid(name, label, call, (f"`{short}`", words), np.linalg.LinAlgError)

    for value in (np.nan, np.inf):
        x, label = np.array([[1, value], [2, 4]], "float32"), str(value)
        for name in ("cholesky", "inv", "eig", "eigh", "svd", "pinv", "matrix_rank"):
            yield refused(f"linalg.{name}", label, "finite", x)
        yield refused("logdet", label, "finite", x)
        for name in ("solve", "lstsq"):
            yield refused(f"linalg.{name}", label, "finite", x, _x(2, 1))
        for order in (2, "nuc"):
            yield refused("norm", f"{order}-{label}", "finite", x, ord=order)
    singular = {
        "rank1": np.array([[1, 2], [2, 4]], "float32"),
        "zeros": np.zeros((2, 2), "float32"),
        "one-of-two": np.array([[[1, 0], [0, 1]], [[1, 2], [2, 4]]], "float32"),
    }
    for label, x in singular.items():
        yield refused("linalg.inv", label, "singular", x)
        yield refused("linalg.solve", label, "singular", x, _x(*x.shape[:-1], 1))
        yield refused("linalg.solve", f"{label}-vector", "singular", x, _x(*x.shape[:-1]))
    indefinite = {"indefinite": np.array([[1, 2], [2, 1]], "float32")}
    for label, x in (singular | indefinite).items():
        for upper in (False, True):
            at = f"{label}-{'upper' if upper else 'lower'}"
            yield refused("linalg.cholesky", at, "positive definite", x, upper=upper)
        yield refused("logdet", label, "positive definite", x)
    x = np.array([[1, 0], [2, 0]], "float32")
    yield refused("linalg.cholesky_inverse", "zero", "diagonal", x)
    yield refused("linalg.solve_triangular", "zero", "diagonal", x, _x(2, 1), lower=True)


def iter_invalid() -> Iterator[Invalid]:
    """All calls that must fail."""
    for family in (_axes, _shapes, _values, _images, _indices, _matrices):
        yield from family()
