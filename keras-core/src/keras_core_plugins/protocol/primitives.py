"""The primitives: the operations that every backend implements.

Everything else in the public API is a composite of these, written once in the core.

**What a primitive may assume.** The core calls it with *well-formed* arguments only:

* every tensor argument already is a tensor of the engine;
* where a primitive takes several tensors, they have one dtype (the docstring says
  when not), promoted by the core's lattice;
* axes are non-negative and in range, ``axis`` tuples are sorted and free of duplicates;
* steps and paddings are explicit and fit; every argument is given, by position.

So a primitive usually is one line, and checks nothing. Tensors whose shapes do not fit each other
do arrive, because what the engine checks is not checked before: let it raise whatever it raises,
and the core says in its own words, the same on every backend, what is wrong. An engine that
returns something then, or crashes, needs a check in the primitive.

**What it guarantees.**

* It never changes its arguments, nor what it returned before, and keeps no state between calls.
* It returns tensors of the dtype that its docstring names, or else of that of its arguments.
* What it returns is a new object, although it may share memory with an argument: the core's
  tape knows tensors by identity. ``reshape`` to the same shape is no exception.
* It takes tensors of any rank, 0-d ones included, and axes of size 0, unless its docstring
  says otherwise.
* float16 and bfloat16 are for storing: what adds up many numbers (``sum``, ``prod``, ``cumsum``,
  ``cumprod``, ``matmul``, ``conv``, ``average_pool``, ``scatter_nd``) does so in float32 at
  least, and rounds once, at the end.
* NaN in, NaN out, also for ``max``, ``min``, ``maximum``, ``minimum``, ``max_pool`` and ``sign``.
  ``sort`` and ``argsort`` put NaN last; ``argmax`` and ``argmin`` find the first NaN.
* Where a docstring calls a result *unspecified*, any value will do, and an error of the engine
  too; but the process has to live on, and no memory but the result's may be written.

**Gradients.** With ``autodiff="native"`` the engine differentiates its own function; with
``"core"`` the core has a rule for it. Nobody needs the gradient of a primitive whose docstring
says *No gradient*: its result is a constant.

The words used below: *float* is float16, bfloat16, float32 or float64; *int* is u/int8 to
u/int64; *number* is int or float; *complex* is complex64 or complex128; *any* is all of these
and bool. A *dimension* is an ``int``, or a scalar integer tensor where the backend's
capabilities say ``dynamic_shapes``.

Elementwise primitives of two or more tensors broadcast as NumPy does.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias

Tensor: TypeAlias = Any
"""A tensor of the engine."""

Dimension: TypeAlias = Any
"""An ``int``, or a scalar integer tensor on backends with ``dynamic_shapes``."""


class Primitives(Protocol):
    """What the ``primitives`` module of a backend holds: one function a method here."""

    # -- Elementwise, one argument ---------------------------------------------------

    def negative(self, x: Tensor) -> Tensor:
        """``-x``. *number* or *complex*; unsigned integers wrap around."""
        ...

    def abs(self, x: Tensor) -> Tensor:
        """Absolute value. *number* (same dtype) or *complex* (its float dtype).

        The lowest signed integer wraps around to itself. The gradient at 0 is 0.
        """
        ...

    def sign(self, x: Tensor) -> Tensor:
        """-1, 0 or 1; NaN stays NaN. *number*. No gradient."""
        ...

    def floor(self, x: Tensor) -> Tensor:
        """Largest integer not above ``x``. *float*; infinities stay. No gradient."""
        ...

    def ceil(self, x: Tensor) -> Tensor:
        """Smallest integer not below ``x``. *float*; infinities stay. No gradient."""
        ...

    def round(self, x: Tensor) -> Tensor:
        """Nearest integer, halves to even. *float*; infinities stay. No gradient."""
        ...

    def exp(self, x: Tensor) -> Tensor:
        """``e**x``. *float* or *complex*."""
        ...

    def expm1(self, x: Tensor) -> Tensor:
        """``e**x - 1``, accurate near 0. *float*."""
        ...

    def log(self, x: Tensor) -> Tensor:
        """Natural logarithm; ``-inf`` at 0, NaN below. *float* or *complex*."""
        ...

    def log1p(self, x: Tensor) -> Tensor:
        """``log(1 + x)``, accurate near 0. *float*."""
        ...

    def sqrt(self, x: Tensor) -> Tensor:
        """Square root; NaN below 0. *float* or *complex*."""
        ...

    def sin(self, x: Tensor) -> Tensor:
        """Sine of radians. *float* or *complex*."""
        ...

    def cos(self, x: Tensor) -> Tensor:
        """Cosine of radians. *float* or *complex*."""
        ...

    def tanh(self, x: Tensor) -> Tensor:
        """Hyperbolic tangent. *float* or *complex*."""
        ...

    def logical_not(self, x: Tensor) -> Tensor:
        """Negation. *bool* in and out. No gradient."""
        ...

    def bitwise_not(self, x: Tensor) -> Tensor:
        """All bits inverted. *int*. No gradient."""
        ...

    # -- Elementwise, two arguments of one dtype -------------------------------------

    def add(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 + x2``. *number* or *complex*; integers wrap around."""
        ...

    def subtract(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 - x2``. *number* or *complex*; integers wrap around."""
        ...

    def multiply(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 * x2``. *number* or *complex*; integers wrap around."""
        ...

    def divide(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 / x2``. *float* or *complex*.

        By the rules of IEEE 754: ``1 / 0`` is infinite, ``0 / 0`` is NaN.
        """
        ...

    def floor_divide(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``floor(x1 / x2)``, towards minus infinity. *number*. No gradient.

        Integers divided by 0 are unspecified; mind that processors trap there, and at the
        lowest integer divided by -1, which wraps around. Floats follow IEEE 754.
        """
        ...

    def mod(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The remainder that goes with `floor_divide`: it has the sign of ``x2``. *number*.

        Integers modulo 0 are unspecified (processors trap there); floats modulo 0 are NaN.
        """
        ...

    def power(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 ** x2``. *number* or *complex*; ``x ** 0`` is 1, whatever ``x`` is.

        Integer exponents are non-negative, and integers wrap around. A negative float to a
        power that is no integer is NaN.
        """
        ...

    def maximum(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The larger; NaN where either is NaN. *number*."""
        ...

    def minimum(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The smaller; NaN where either is NaN. *number*."""
        ...

    def arctan2(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The angle of the point ``(x2, x1)`` in ``[-pi, pi]``, signed zeros included. *float*."""
        ...

    def equal(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 == x2``; NaN equals nothing. *any*; returns *bool*. No gradient."""
        ...

    def less(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 < x2``, False with NaN. *number*; returns *bool*. No gradient."""
        ...

    def less_equal(self, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1 <= x2``, False with NaN. *number*; returns *bool*. No gradient."""
        ...

    def logical_and(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Both. *bool* in and out. No gradient."""
        ...

    def logical_or(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Either. *bool* in and out. No gradient."""
        ...

    def bitwise_and(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Bits set in both. *int*. No gradient."""
        ...

    def bitwise_or(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Bits set in either. *int*. No gradient."""
        ...

    def bitwise_xor(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Bits set in one of the two. *int*. No gradient."""
        ...

    def left_shift(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Bits of ``x1`` moved left by ``x2`` places, ``0 <= x2 < bits``. *int*. No gradient.

        What is moved out is lost; other ``x2`` are unspecified.
        """
        ...

    def right_shift(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Bits of ``x1`` moved right by ``x2`` places, ``0 <= x2 < bits``. *int*. No gradient.

        Signed integers keep their sign; other ``x2`` are unspecified.
        """
        ...

    # -- Selection, types, creation --------------------------------------------------

    def where(self, condition: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
        """``x1`` where ``condition`` (*bool*), else ``x2``; all three broadcast. *any*.

        The gradient of the branch that was not taken is 0, whatever its value.
        """
        ...

    def cast(self, x: Tensor, dtype: str) -> Tensor:
        """``x`` as ``dtype``. *any* to *any*, and *float* to float8_e4m3fn or float8_e5m2 and back.

        Float to int truncates towards 0, and is unspecified for NaN and for what the int
        cannot hold; int to a narrower int wraps around; anything but 0 (NaN too) is True;
        complex to real drops the imaginary part. A float too large for a narrower one
        becomes infinite. The gradient of a cast from or to an int or bool is none.
        """
        ...

    def bitcast(self, x: Tensor, dtype: str) -> Tensor:
        """The bits of ``x`` read as ``dtype``, which has the same width. *number*. No gradient."""
        ...

    def full(self, shape: Sequence[Dimension], fill_value: Tensor, dtype: str) -> Tensor:
        """A tensor of ``shape`` filled with a Python scalar or a 0-d tensor of ``dtype``. *any*."""
        ...

    def arange(self, start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
        """``start, start + step, ...`` before ``stop``: 1-D of a *number* ``dtype``.

        The three are Python scalars, or dimensions. ``step`` is not 0; with a negative one
        the numbers fall. There are ``ceil((stop - start) / step)`` of them, none if that is
        negative. Number ``i`` is ``start + i * step``, rounded once: not a running sum.
        """
        ...

    # -- Reductions ------------------------------------------------------------------

    def sum(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Sum over ``axis`` in the dtype of ``x`` (cast by the core); 0 where empty.

        *number* or *complex*. An empty ``axis`` tuple returns ``x``; so for all five below.
        """
        ...

    def prod(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Product over ``axis`` in the dtype of ``x``; 1 where empty. *number* or *complex*."""
        ...

    def max(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Largest over ``axis``, whose sizes are not 0; NaN if any is NaN. *number*.

        The gradient is shared by all that are the largest.
        """
        ...

    def min(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Smallest over ``axis``, whose sizes are not 0; NaN if any is NaN. *number*.

        The gradient is shared by all that are the smallest.
        """
        ...

    def any(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Whether any is True over ``axis``; False where empty. *bool*. No gradient."""
        ...

    def all(self, x: Tensor, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        """Whether all are True over ``axis``; True where empty. *bool*. No gradient."""
        ...

    def argmax(self, x: Tensor, axis: int) -> Tensor:
        """Index of the first largest along ``axis``, which is removed. *number*; returns int32.

        The size of the axis is not 0. NaN is larger than anything. No gradient.
        """
        ...

    def argmin(self, x: Tensor, axis: int) -> Tensor:
        """Index of the first smallest along ``axis``, which is removed. *number*; returns int32.

        The size of the axis is not 0. NaN is smaller than anything. No gradient.
        """
        ...

    def cumsum(self, x: Tensor, axis: int) -> Tensor:
        """Running sum along ``axis``, of the same shape. *number* or *complex*."""
        ...

    def cumprod(self, x: Tensor, axis: int) -> Tensor:
        """Running product along ``axis``, of the same shape. *number* or *complex*."""
        ...

    # -- Shape -----------------------------------------------------------------------

    def reshape(self, x: Tensor, shape: Sequence[Dimension]) -> Tensor:
        """The elements of ``x``, in row-major order, in ``shape``. *any*.

        With ``dynamic_shapes``, one entry may be -1: what is left. Otherwise the core
        has resolved it.
        """
        ...

    def transpose(self, x: Tensor, axes: tuple[int, ...]) -> Tensor:
        """Axis ``i`` of the result is axis ``axes[i]`` of ``x``; a permutation. *any*."""
        ...

    def broadcast_to(self, x: Tensor, shape: Sequence[Dimension]) -> Tensor:
        """``x`` repeated to ``shape`` by NumPy's rules. *any*."""
        ...

    def concatenate(self, xs: Sequence[Tensor], axis: int) -> Tensor:
        """At least one tensor of one dtype, joined along ``axis``. *any*."""
        ...

    def slice(
        self,
        x: Tensor,
        start: Sequence[Dimension],
        stop: Sequence[Dimension],
        step: tuple[int, ...],
    ) -> Tensor:
        """``x[start:stop:step]`` in every axis, ``0 <= start <= stop <= size``, ``step >= 1``.

        *any*. A ``stop`` of None means the end of the axis.
        """
        ...

    def flip(self, x: Tensor, axis: tuple[int, ...]) -> Tensor:
        """The order of the elements reversed along each of ``axis``. *any*."""
        ...

    def pad(
        self, x: Tensor, pad_width: Sequence[tuple[Dimension, Dimension]], value: Any
    ) -> Tensor:
        """``x`` with ``value`` (a Python scalar) added before and after each axis. *any*.

        ``pad_width`` has an entry for each axis; none of the numbers is negative.
        """
        ...

    # -- Indexing, sorting -----------------------------------------------------------

    def take(self, x: Tensor, indices: Tensor, axis: int) -> Tensor:
        """Slices of ``x`` along ``axis`` at ``indices`` (*int*, any shape, from ``-n`` to ``n-1``).

        *any*. The shape is ``x.shape[:axis] + indices.shape + x.shape[axis+1:]``. What other
        indices give is unspecified.
        """
        ...

    def gather_nd(self, x: Tensor, indices: Tensor) -> Tensor:
        """``x[indices[..., 0], indices[..., 1], ...]`` over the first ``k`` axes of ``x``.

        *any*. ``indices`` (*int*, non-negative) has shape ``[..., k]``; the result
        ``indices.shape[:-1] + x.shape[k:]``. ``k`` may be 0. What indices out of range give
        is unspecified.
        """
        ...

    def scatter_nd(
        self,
        x: Tensor,
        indices: Tensor,
        updates: Tensor,
        reduction: Literal["set", "add", "max", "min", "multiply"],
    ) -> Tensor:
        """A copy of ``x`` in which the places that `gather_nd` would read are updated.

        *any* for ``"set"``, *number* otherwise. Where indices repeat, ``"set"`` keeps one
        of the updates, the others combine all. Indices out of range are unspecified.
        """
        ...

    def sort(self, x: Tensor, axis: int) -> Tensor:
        """In ascending order along ``axis``, NaN last. *number* or *bool*.

        0.0 and -0.0 are equal, in any order.
        """
        ...

    def argsort(self, x: Tensor, axis: int) -> Tensor:
        """The indices that `sort` along ``axis``. *number* or *bool*; returns int32. No gradient.

        Equal elements stay in order, and so do NaN: the sort is stable.
        """
        ...

    def nonzero(self, x: Tensor) -> tuple[Tensor, ...]:
        """The indices of the True elements, an int32 1-D tensor for each axis. *bool*.

        In row-major order; an empty tuple for a 0-d tensor. No gradient.

        The size of the result depends on the values; an engine that compiles with
        static shapes may raise `UnsupportedOpError` under its compiler.
        """
        ...

    # -- Contractions and windows ----------------------------------------------------

    def matmul(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Matrix product of the last two axes; the leading axes broadcast. *number* or *complex*.

        ``[..., m, k]`` by ``[..., k, n]`` gives ``[..., m, n]``, zeros where ``k`` is 0. Floats
        accumulate in float32 at least; integers wrap around.
        """
        ...

    def conv(
        self,
        x: Tensor,
        kernel: Tensor,
        strides: tuple[int, ...],
        padding: Sequence[tuple[Dimension, Dimension]],
        dilation: tuple[int, ...],
        groups: int,
    ) -> Tensor:
        """Convolution (in fact cross-correlation) over 1 to 3 spatial axes. *float*.

        ``x``: ``[batch, *spatial, channels]``; ``kernel``: ``[*window, channels // groups,
        filters]``; the tuples have an entry for each spatial axis; ``padding`` is of zeros.
        A spatial axis of ``n``, padding included, becomes one of
        ``(n - (window - 1) * dilation - 1) // stride + 1``, 0 if that is negative.
        """
        ...

    def max_pool(
        self,
        x: Tensor,
        window: tuple[int, ...],
        strides: tuple[int, ...],
        padding: Sequence[tuple[Dimension, Dimension]],
    ) -> Tensor:
        """The largest in each window; padding never wins. *number*.

        ``x``: ``[batch, *spatial, channels]`` with 1 to 3 spatial axes; the tuples have an
        entry for each. No window lies in the padding as a whole. Sizes as for `conv`.
        """
        ...

    def average_pool(
        self,
        x: Tensor,
        window: tuple[int, ...],
        strides: tuple[int, ...],
        padding: Sequence[tuple[Dimension, Dimension]],
    ) -> Tensor:
        """The mean of each window, padding not counted. *float*. Arguments as `max_pool`."""
        ...

    # -- Random numbers --------------------------------------------------------------

    def random_uniform(self, seed: Tensor, shape: Sequence[Dimension], dtype: str) -> Tensor:
        """Uniform in ``[0, 1)`` of a *float* ``dtype``; the same seed gives the same numbers.

        ``seed`` is a uint32 tensor of shape ``[2]``. No state outside the seed is read
        or written. Rounding to a narrow dtype must not reach 1. No gradient.
        """
        ...

    # -- Linear algebra, over the last two axes; leading axes are a batch -------------

    def triangular_solve(self, a: Tensor, b: Tensor, lower: bool) -> Tensor:
        """``y`` with ``a @ y = b``; ``a`` ``[..., n, n]`` triangular, ``b`` ``[..., n, k]``.

        *float*. The other triangle of ``a`` is not read. The batch axes are equal. A zero on
        the diagonal is unspecified.
        """
        ...

    def qr(self, x: Tensor, full: bool) -> tuple[Tensor, Tensor]:
        """``q, r`` with ``q @ r = x``, ``x`` ``[..., m, n]``. *float*.

        ``q`` is ``[..., m, m]`` if ``full``, else ``[..., m, min(m, n)]``, with orthonormal
        columns; ``r`` is upper triangular. Signs are free.
        """
        ...

    def svd(self, x: Tensor, full_matrices: bool) -> tuple[Tensor, Tensor, Tensor]:
        """``u, s, vh`` with ``u @ diag(s) @ vh = x``, ``s`` descending. *float*.

        ``u`` is ``[..., m, m]`` and ``vh`` ``[..., n, n]`` if ``full_matrices``, else
        ``[..., m, k]`` and ``[..., k, n]`` with ``k = min(m, n)``. Signs are free.
        """
        ...

    def eigh(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Eigenvalues ``[..., n]`` (ascending) and eigenvectors of symmetric matrices. *float*.

        The vectors are the columns of ``[..., n, n]``, orthonormal, of free signs.
        """
        ...

    def eig(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Eigenvalues and right eigenvectors of square matrices. *float*; returns *complex*.

        In any order, the vectors as columns of length 1. float64 gives complex128, other
        dtypes complex64. No gradient.
        """
        ...

    # -- Complex numbers and Fourier transforms --------------------------------------

    def complex(self, real: Tensor, imag: Tensor) -> Tensor:
        """``real + i * imag``. float32 to complex64, float64 to complex128."""
        ...

    def real(self, x: Tensor) -> Tensor:
        """The real part. *complex*; returns its float dtype."""
        ...

    def imag(self, x: Tensor) -> Tensor:
        """The imaginary part. *complex*; returns its float dtype."""
        ...

    def fft(self, x: Tensor, inverse: bool) -> Tensor:
        """Discrete Fourier transform along the last axis; the inverse divides by its size.

        *complex*.
        """
        ...


PRIMITIVES: tuple[str, ...] = tuple(
    name for name, member in vars(Primitives).items() if callable(member) and name[0] != "_"
)
"""The names of the required primitives, in the order of their documentation."""
