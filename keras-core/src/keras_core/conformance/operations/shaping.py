"""Rows of operations that make and rearrange tensors."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.rows import Row, as_list, floats


def _shapes() -> Iterator[Row]:
    x = floats(2, 3, 4)
    yield Row("reshape", (x,), lambda v: v.reshape(4, -1), {"newshape": (4, -1)}, known=True)
    yield Row("transpose", (x,), np.transpose)
    yield Row("transpose", (x,), lambda v: v.transpose(1, 0, 2), {"axes": (1, 0, 2)}, label="axes")
    yield Row("swapaxes", (x,), lambda v: v.swapaxes(0, -1), {"axis1": 0, "axis2": -1})
    yield Row("moveaxis", (x,), lambda v: np.moveaxis(v, 0, -1), {"source": 0, "destination": -1})
    yield Row("expand_dims", (x,), lambda v: v[:, None], {"axis": 1})
    yield Row("squeeze", (floats(2, 1, 3),), np.squeeze)
    yield Row("ravel", (x,), np.ravel)
    yield Row(
        "broadcast_to",
        (floats(3, 1),),
        lambda v: np.broadcast_to(v, (2, 3, 4)),
        {"shape": (2, 3, 4)},
    )
    yield Row(
        "concatenate",
        (floats(2, 3), floats(2, 1)),
        lambda *v: np.concatenate(v, -1),
        {"axis": -1},
        how=as_list,
    )
    yield Row(
        "stack", (floats(2, 3), floats(2, 3)), lambda *v: np.stack(v, 1), {"axis": 1}, how=as_list
    )
    yield Row(
        "split", (floats(6, 2),), lambda v: np.split(v, 3), {"indices_or_sections": 3}, known=True
    )
    yield Row(
        "split",
        (floats(6, 2),),
        lambda v: np.split(v, [1, 4]),
        {"indices_or_sections": [1, 4]},
        label="places",
        known=True,
    )
    yield Row(
        "array_split",
        (floats(7, 2),),
        lambda v: np.array_split(v, 3),
        {"indices_or_sections": 3},
        known=True,
    )
    yield Row("unstack", (floats(3, 2),), lambda v: list(v), known=True)
    yield Row("tile", (floats(2, 3),), lambda v: np.tile(v, (2, 1, 2)), {"repeats": (2, 1, 2)})
    yield Row("repeat", (floats(2, 3),), lambda v: np.repeat(v, 2, 1), {"repeats": 2, "axis": 1})
    yield Row("flip", (x,), np.flip)
    yield Row("flip", (x,), lambda v: np.flip(v, 1), {"axis": 1}, label="axis")
    yield Row("roll", (x,), lambda v: np.roll(v, 2, 1), {"shift": 2, "axis": 1})
    yield Row("roll", (x,), lambda v: np.roll(v, -3), {"shift": -3}, label="flat")
    width = ((1, 2), (0, 1))
    yield Row("pad", (floats(3, 4),), lambda v: np.pad(v, width), {"pad_width": width}, known=True)
    modes: tuple[Any, ...] = ("reflect", "symmetric", "edge")
    for mode in modes:
        yield Row(
            "pad",
            (floats(3, 4),),
            lambda v, m=mode: np.pad(v, width, m),
            {"pad_width": width, "mode": mode},
            label=mode,
            known=True,
        )
    yield Row("tril", (floats(3, 4),), lambda v: np.tril(v, -1), {"k": -1})
    yield Row("triu", (floats(3, 4),), lambda v: np.triu(v, 1), {"k": 1})
    yield Row("zeros_like", (x,), np.zeros_like, differentiable=False)
    yield Row("ones_like", (x,), np.ones_like, differentiable=False)
    yield Row("full_like", (x,), lambda v: np.full_like(v, 3), {"fill_value": 3}, False)
    yield Row("linspace", (floats(2), floats(2)), lambda a, b: np.linspace(a, b, 5), {"num": 5})
    yield Row(
        "cast",
        (floats(2, 3),),
        lambda v: v.astype("int32"),
        {"dtype": "int32"},
        differentiable=False,
    )


def _blocks_to_space(x: Any, b: int) -> Any:
    n, h, w, c = x.shape
    y = x.reshape(n, h, w, b, b, c // b**2).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(n, h * b, w * b, c // b**2)


def _space_to_blocks(x: Any, b: int) -> Any:
    n, h, w, c = x.shape
    y = x.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(n, h // b, w // b, c * b**2)


def _unfold(x: Any) -> Any:
    patches = [x[:, :, i : i + 4, j : j + 3] for i in range(2) for j in range(2)]
    y = np.stack(patches, 2)
    return y.reshape(len(x), -1, 12)


def _fold(x: Any) -> Any:
    out = np.zeros((2, 3, 5, 4))
    parts = x.reshape(2, 3, 2, 2, 4, 3)
    for i in range(2):
        for j in range(2):
            out[:, :, i : i + 4, j : j + 3] += parts[:, :, i, j]
    return out


def _negative_axes() -> Iterator[Row]:
    x = floats(2, 3, 4)
    yield Row("expand_dims", (x,), lambda v: v[..., None], {"axis": -1}, label="negative")
    yield Row("expand_dims", (x,), lambda v: v[None, ..., None], {"axis": (0, -1)}, label="several")
    yield Row("squeeze", (floats(2, 1, 3, 1),), lambda v: v[..., 0], {"axis": -1}, label="negative")
    yield Row(
        "moveaxis",
        (x,),
        lambda v: np.moveaxis(v, (0, 1), (-1, 0)),
        {"source": (0, 1), "destination": (-1, 0)},
        label="several",
    )
    yield Row(
        "concatenate",
        (floats(2, 0), floats(2, 3)),
        lambda *v: np.concatenate(v, 1),
        {"axis": 1},
        how=as_list,
        label="empty",
    )
    yield Row(
        "split",
        (floats(2, 6),),
        lambda v: np.split(v, 2, -1),
        {"indices_or_sections": 2, "axis": -1},
        label="negative",
        known=True,
    )
    yield Row(
        "stack",
        (floats(2, 3), floats(2, 3)),
        lambda *v: np.stack(v, -1),
        {"axis": -1},
        how=as_list,
        label="negative",
    )
    yield Row("stack", (floats(), floats()), lambda *v: np.stack(v), how=as_list, label="0d")
    yield Row(
        "unstack",
        (x,),
        lambda v: [v[..., i] for i in range(4)],
        {"axis": -1},
        label="negative",
        known=True,
    )
    yield Row(
        "reshape",
        (floats(0, 3),),
        lambda v: v.reshape(3, 0),
        {"newshape": (3, 0)},
        label="empty",
        known=True,
    )
    yield Row("transpose", (floats(),), np.transpose, label="0d")


def _blocks() -> Iterator[Row]:
    yield Row(
        "depth_to_space", (floats(2, 2, 3, 8),), lambda v: _blocks_to_space(v, 2), {"block_size": 2}
    )
    yield Row(
        "space_to_depth", (floats(2, 4, 6, 2),), lambda v: _space_to_blocks(v, 2), {"block_size": 2}
    )
    yield Row("unfold", (floats(2, 3, 5, 4),), _unfold, {"kernel_size": 2})
    yield Row(
        "fold", (floats(2, 12, 12),), _fold, {"output_size": (5, 4), "kernel_size": 2}, tolerance=2
    )
    yield Row(
        "rearrange",
        (floats(2, 6, 3),),
        lambda v: v.reshape(2, 2, 3, 3).transpose(0, 3, 1, 2).reshape(6, 2, 3),
        {"pattern": "b (h w) c -> (b c) h w", "w": 3},
    )
    for name, shape, axis in (
        ("hsplit", (2, 4), 1),
        ("vsplit", (4, 2), 0),
        ("dsplit", (2, 2, 4), 2),
    ):
        yield Row(
            name,
            (floats(*shape),),
            lambda v, a=axis: np.split(v, 2, a),
            {"indices_or_sections": 2},
            known=True,
        )


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _shapes()
    yield from _negative_axes()
    yield from _blocks()
