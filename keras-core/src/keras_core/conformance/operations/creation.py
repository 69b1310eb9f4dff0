"""Rows of what makes tensors of none: a tensor is added to the result."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core.conformance.operations.rows import (
    ALL,
    Row,
    added,
    as_nest,
    floats,
    ints,
    one_by_one,
)
from keras_core.core.tensors import native


def rows() -> Iterator[Row]:
    """All rows of the family."""

    def row(name: str, value: Any, label: str = "", **options: Any) -> Row:
        return Row(
            name,
            (floats(1),),
            lambda x: value + x,
            options,
            how=added,
            label=label,
            dtypes=("float32",),  # what they make has the default dtype
        )

    for shape, label in (((2, 3), ""), ((), "0d"), ((0, 2), "empty")):
        yield row("zeros", np.zeros(shape), label, shape=shape)
        yield row("ones", np.ones(shape), label, shape=shape)
        yield row("full", np.full(shape, 2.5), label, shape=shape, fill_value=2.5)
    yield row("arange", np.arange(5.0), start=5.0)
    yield row("arange", np.arange(2.0, -3.0, -2.0), "down", start=2.0, stop=-3.0, step=-2.0)
    yield row("arange", np.arange(3.0, 3.0), "empty", start=3.0, stop=3.0)
    yield row("eye", np.eye(3), N=3)
    yield row("eye", np.eye(2, 4, 1), "above", N=2, M=4, k=1)
    yield row("identity", np.identity(3), n=3)
    yield row("tri", np.tri(3, 4, -1), N=3, M=4, k=-1)
    for name in ("bartlett", "blackman", "hamming", "hanning"):
        for n in (5, 1):
            yield row(name, getattr(np, name)(n), f"{n}", x=n)
    yield row("kaiser", np.kaiser(5, 3.0), x=5, beta=3.0)
    yield row("logspace", np.logspace(0, 2, 5), start=0.0, stop=2.0, num=5)
    yield row("geomspace", np.geomspace(1, 100, 5), start=1.0, stop=100.0, num=5)
    # where an array of float64 is a tensor, too, it is converted to `floatx` as elsewhere
    kept = tuple(d for d in ALL if d != "float64" or not native.ARRAYS_ARE_TENSORS)
    for name in ("array", "convert_to_tensor", "copy", "stop_gradient"):
        converts = name in ("array", "convert_to_tensor")
        for x, label in (
            (floats(2, 3), ""),
            (floats(), "0d"),
            (floats(0, 2), "empty"),
            (ints(3), "int"),
        ):
            yield Row(
                name,
                (x,),
                lambda v: v,
                differentiable=False,
                label=label,
                how=as_nest if name == "stop_gradient" else one_by_one,
                dtypes=kept if converts else ALL,
            )
    yield Row(
        "meshgrid",
        (floats(2), floats(3)),
        lambda a, b: np.meshgrid(a, b, indexing="ij"),
        {"indexing": "ij"},
    )
    yield Row("meshgrid", (floats(2), floats(3)), np.meshgrid, label="xy")
    yield Row(
        "saturate_cast",
        (floats(4, low=-300, high=300),),
        lambda x: np.clip(x, 0, 255).astype("uint8"),
        {"dtype": "uint8"},
        False,
        needs=("uint8",),
    )
    yield Row(
        "view",
        (ints(2, 3),),
        lambda x: x.view("uint32"),
        {"dtype": "uint32"},
        False,
        needs=("uint32",),
    )
