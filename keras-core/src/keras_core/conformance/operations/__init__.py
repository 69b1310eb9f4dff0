"""The table of operations: a row says how to call one, and what NumPy gives.

A row serves every check of an operation: its value against NumPy in float64, its symbolic shape
and dtype against what running it gives, the compiled against the eager result, and its
gradient against finite differences. A new operation is one row.
"""

from collections.abc import Iterator

from keras_core.conformance.operations import (
    creation,
    elementwise,
    fourier,
    functionals,
    image,
    indexing,
    linalg,
    linear,
    nn,
    quantizers,
    reductions,
    shaping,
)
from keras_core.conformance.operations.invalid import Invalid, iter_invalid
from keras_core.conformance.operations.rows import Argument, Row

__all__ = ["Argument", "Invalid", "Row", "iter_invalid", "iter_rows"]


def iter_rows() -> Iterator[Row]:
    """All rows."""
    for family in (
        creation,
        elementwise,
        reductions,
        shaping,
        indexing,
        linear,
        linalg,
        fourier,
        nn,
        image,
        functionals,
        quantizers,
    ):
        yield from family.rows()
