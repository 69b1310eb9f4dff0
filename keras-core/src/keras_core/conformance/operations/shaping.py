"""Rows of operations that make and rearrange tensors."""

from collections.abc import Iterator

import numpy as np

from keras_core.conformance.operations.rows import Row, as_list, floats


def _shapes() -> Iterator[Row]:
    x = floats(2, 3, 4)
    yield Row("reshape", (x,), lambda v: v.reshape(4, -1), {"newshape": (4, -1)})
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
    yield Row("split", (floats(6, 2),), lambda v: np.split(v, 3), {"indices_or_sections": 3})
    yield Row(
        "split",
        (floats(6, 2),),
        lambda v: np.split(v, [1, 4]),
        {"indices_or_sections": [1, 4]},
        label="places",
    )
    yield Row(
        "array_split", (floats(7, 2),), lambda v: np.array_split(v, 3), {"indices_or_sections": 3}
    )
    yield Row("unstack", (floats(3, 2),), lambda v: list(v))
    yield Row("tile", (floats(2, 3),), lambda v: np.tile(v, (2, 1, 2)), {"repeats": (2, 1, 2)})
    yield Row("repeat", (floats(2, 3),), lambda v: np.repeat(v, 2, 1), {"repeats": 2, "axis": 1})
    yield Row("flip", (x,), np.flip)
    yield Row("flip", (x,), lambda v: np.flip(v, 1), {"axis": 1}, label="axis")
    yield Row("roll", (x,), lambda v: np.roll(v, 2, 1), {"shift": 2, "axis": 1})
    yield Row("roll", (x,), lambda v: np.roll(v, -3), {"shift": -3}, label="flat")
    width = ((1, 2), (0, 1))
    yield Row("pad", (floats(3, 4),), lambda v: np.pad(v, width), {"pad_width": width})
    for mode in ("reflect", "symmetric", "edge"):
        yield Row(
            "pad",
            (floats(3, 4),),
            lambda v, m=mode: np.pad(v, width, m),
            {"pad_width": width, "mode": mode},
            label=mode,
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


def rows() -> Iterator[Row]:
    """All rows of the family."""
    yield from _shapes()
