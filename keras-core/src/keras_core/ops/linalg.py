"""`keras.ops.linalg`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.ops.autodiff import jvp as jvp
    from keras_core.ops.linear import norm as norm
    from keras_core.ops.linear_algebra import cholesky as cholesky
    from keras_core.ops.linear_algebra import cholesky_inverse as cholesky_inverse
    from keras_core.ops.linear_algebra import det as det
    from keras_core.ops.linear_algebra import eig as eig
    from keras_core.ops.linear_algebra import eigh as eigh
    from keras_core.ops.linear_algebra import inv as inv
    from keras_core.ops.linear_algebra import lstsq as lstsq
    from keras_core.ops.linear_algebra import lu_factor as lu_factor
    from keras_core.ops.linear_algebra import matrix_power as matrix_power
    from keras_core.ops.linear_algebra import matrix_rank as matrix_rank
    from keras_core.ops.linear_algebra import pinv as pinv
    from keras_core.ops.linear_algebra import qr as qr
    from keras_core.ops.linear_algebra import solve as solve
    from keras_core.ops.linear_algebra import solve_triangular as solve_triangular
    from keras_core.ops.linear_algebra import svd as svd
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_power",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_triangular",
    "svd",
]
