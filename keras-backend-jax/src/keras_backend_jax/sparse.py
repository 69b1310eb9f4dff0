"""`jax.experimental.sparse.BCOO`, whose indices may be filled up with ones out of range.

That module takes as long to import as half of jax, so it is imported by whoever makes a sparse
array; before that there is none.
"""

import sys
from typing import Any

import jax.numpy as jnp
import numpy as np

from keras_backend_jax.compiler import is_tracing


def is_sparse(x: Any) -> bool:
    """Whether ``x`` is a sparse array."""
    sparse = sys.modules.get("jax.experimental.sparse")
    return sparse is not None and isinstance(x, (sparse.BCOO, sparse.BCSR))


def parts(x: Any) -> tuple[Any, Any]:
    """Its indices and values, with what is out of range moved to the last place as 0."""
    from jax.experimental.sparse import BCSR, bcoo_update_layout

    if isinstance(x, BCSR):
        x = x.to_bcoo()
    if x.n_batch or x.n_dense:
        x = bcoo_update_layout(x, n_batch=0, n_dense=0)
    if not x.unique_indices and x.dtype != bool:  # nothing that has booleans makes duplicates
        x = x.sum_duplicates(nse=x.nse if is_tracing() else None)
    limits = jnp.asarray(x.shape, x.indices.dtype)
    inside = (x.indices < limits).all(-1)
    return jnp.minimum(x.indices, limits - 1), jnp.where(inside, x.data, jnp.zeros_like(x.data))


def from_parts(indices: Any, values: Any, shape: tuple[int, ...]) -> Any:
    """A sparse array; what was out of range may repeat."""
    from jax.experimental.sparse import BCOO

    return BCOO((values, indices), shape=shape)


def coalesce(indices: Any, values: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """In a trace as long as before."""
    nse = len(values) if is_tracing() else None
    out = from_parts(indices, values, (*shape, values.shape[1])).sum_duplicates(nse=nse)
    return out.indices, out.data


def matmul(x1: Any, x2: Any) -> Any:
    """The product, sparse if both are."""
    return x1 @ x2


def batch(
    indices: np.ndarray[Any, Any], values: np.ndarray[Any, Any], shape: tuple[int, ...]
) -> Any:
    """Filled up to a power of 2, so that a compiled step meets few sizes."""
    from jax.experimental.sparse import BCOO

    n = len(values)
    size = 1 << max(n - 1, 0).bit_length()
    places = np.full((size, len(shape)), shape, np.int32)
    places[:n] = indices
    data = np.zeros(size, values.dtype)
    data[:n] = values
    return BCOO((jnp.asarray(data), jnp.asarray(places)), shape=shape, unique_indices=True)
