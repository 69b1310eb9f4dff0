"""The primitives, as the core calls them: `primitives.add(x1, x2)`.

Arguments are canonical and given by position (see `keras_core_plugins.protocol`). Symbolic
tensors go to the shape rules; while a tape is active, calls are recorded.
"""

from keras_core.engine.primitives._rules import (
    broadcast_shapes,
    const,
    dtype_of,
    ndim,
    static_shape,
)
from keras_core.engine.primitives.contraction import (
    average_pool,
    conv,
    conv_input_gradient,
    conv_kernel_gradient,
    matmul,
    max_pool,
)
from keras_core.engine.primitives.elementwise import (
    abs,
    add,
    arctan2,
    bitcast,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    cast,
    ceil,
    complex,
    conj,
    cos,
    divide,
    equal,
    exp,
    expm1,
    floor,
    floor_divide,
    imag,
    left_shift,
    less,
    less_equal,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    mod,
    multiply,
    negative,
    ones_like,
    power,
    real,
    right_shift,
    round,
    sign,
    sin,
    sqrt,
    subtract,
    tanh,
    where,
    zeros_like,
)
from keras_core.engine.primitives.fourier import fft, random_uniform
from keras_core.engine.primitives.indexing import (
    argsort,
    gather_nd,
    nonzero,
    positions_along,
    scatter_nd,
    sort,
    take,
)
from keras_core.engine.primitives.linalg import (
    cholesky,
    diagonal_matrix,
    eig,
    eigh,
    lower,
    lu_factor,
    permutation_of,
    qr,
    svd,
    triangular_solve,
    upper,
)
from keras_core.engine.primitives.reductions import (
    all,
    any,
    argmax,
    argmin,
    cumprod,
    cumsum,
    max,
    min,
    prod,
    sum,
)
from keras_core.engine.primitives.shaping import (
    arange,
    broadcast_to,
    concatenate,
    dilate,
    flip,
    full,
    identity,
    pad,
    reshape,
    slice,
    swap_last,
    transpose,
)

__all__ = [name for name in dir() if not name.startswith("_")]
