"""Cases of random numbers, linear algebra, complex numbers and Fourier transforms.

Where a result is not unique (the sign of an eigenvector), it is checked by what defines it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from keras_core.conformance.compare import (
    COMPLEX,
    FLOATS,
    REAL_OF,
    Array,
    Tolerance,
    assert_close,
    np_dtype,
    tolerance,
    widen,
)
from keras_core.conformance.primitives.case import Arguments, Case, Outcome
from keras_core.conformance.primitives.sampling import PAIRS, SHAPES, of, sample

Sampler = Callable[[np.random.Generator], Arguments]


def decomposition_cases() -> Iterator[Case]:
    """All of this module."""
    yield from _random_cases()
    yield from _triangular_cases()
    yield from _qr_cases()
    yield from _svd_cases()
    yield from _eigh_cases()
    yield from _eig_cases()
    yield from _complex_cases()
    yield from _fft_cases()


def _require(condition: Any, message: str) -> None:
    if not condition:
        raise AssertionError(message)


# -- Random numbers ----------------------------------------------------------------------


def _random_cases() -> Iterator[Case]:
    def case(
        label: str, dtype: str, shape: Sequence[int], check: Callable[[Outcome], None]
    ) -> Case:
        return Case(
            primitive="random_uniform",
            label=f"{label}-{dtype}",
            sample=lambda rng: (
                np.asarray(rng.integers(0, 2**32, 2)).astype(np.uint32),
                tuple(shape),
                dtype,
            ),
            reference=lambda seed, shape, dtype: np.empty(shape),
            dtypes=frozenset({dtype, "uint32"}),
            result_dtypes=(dtype,),
            check=check,
        )

    for dtype in FLOATS:
        yield case("range", dtype, (40, 500), _check_distribution)
        yield case("deterministic", dtype, (7, 3), _check_deterministic)
    for label, shape in SHAPES.items():
        yield case(label, "float32", shape, _check_range)
    yield case("independent", "float32", (100, 100), _check_independence)


def _check_range(outcome: Outcome) -> None:
    x = widen(outcome.results[0])
    outside = x[~((x >= 0) & (x < 1))]
    _require(not outside.size, f"numbers outside of [0, 1): {outside[:5]}")


def _check_distribution(outcome: Outcome) -> None:
    """Moments and quartiles of 20,000 numbers, within five standard deviations."""
    _check_range(outcome)
    x = widen(outcome.results[0]).ravel()
    coarse = 2.0**-8 if outcome.results[0].dtype.itemsize == 2 else 0.0
    for what, value, expected, sd in (
        ("mean", x.mean(), 0.5, 0.289),
        ("mean of squares", (x**2).mean(), 1 / 3, 0.298),
        ("share below 1/4", (x < 0.25).mean(), 0.25, 0.433),
        ("share below 1/2", (x < 0.5).mean(), 0.5, 0.5),
        ("share below 3/4", (x < 0.75).mean(), 0.75, 0.433),
    ):
        allowed = 5 * sd / np.sqrt(x.size) + coarse
        _require(
            abs(value - expected) <= allowed,
            f"{what} is {value:.4f}, expected {expected:.4f} +- {allowed:.4f}",
        )
    if not coarse:
        count = len(np.unique(x))
        _require(count > 0.99 * x.size, f"only {count} of {x.size} numbers are distinct")


def _check_deterministic(outcome: Outcome) -> None:
    seed, shape, dtype = outcome.arguments
    first = outcome.results[0]
    others = {
        "its first word": seed + np.array([1, 0], np.uint32),
        "its second word": seed + np.array([0, 1], np.uint32),
        "the order of its words": seed[::-1].copy(),
    }
    for what, other in others.items():
        (result,) = outcome.call(other, shape, dtype)
        _require(not np.array_equal(result, first), f"the seed does not depend on {what}")
    (again,) = outcome.call(seed, shape, dtype)
    _require(np.array_equal(again, first), "the same seed gave other numbers the second time")


def _check_independence(outcome: Outcome) -> None:
    """Rows, columns and the numbers of neighbouring seeds are not correlated."""
    seed, shape, dtype = outcome.arguments
    x = widen(outcome.results[0])
    (y,) = outcome.call(seed + np.array([0, 1], np.uint32), shape, dtype)
    pairs = {
        "neighbours in a row": (x[:, 1:], x[:, :-1]),
        "neighbours in a column": (x[1:], x[:-1]),
        "numbers of neighbouring seeds": (x, widen(y)),
    }
    for what, (a, b) in pairs.items():
        r = float(np.corrcoef(a.ravel(), b.ravel())[0, 1])
        _require(abs(r) < 0.05, f"the correlation of {what} is {r:.3f}")


# -- Linear algebra ----------------------------------------------------------------------


def _close(dtype: str) -> Tolerance:
    """Of a decomposition of a small, well-conditioned matrix, in float32 at least."""
    return tolerance(dtype, factor=2 if np_dtype(dtype).itemsize == 2 else 10, scaled=1.0)


def _square(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    """Well-conditioned: random, with a heavy diagonal."""
    return (sample(rng, shape, "float64", -1, 1) + 3 * np.eye(shape[-1])).astype(np_dtype(dtype))


def _positive(rng: np.random.Generator, shape: Sequence[int], dtype: str) -> Array:
    """Symmetric and positive definite, also after rounding."""
    root = sample(rng, shape, "float64", -1, 1)
    return (root @ root.swapaxes(-1, -2) + 2 * np.eye(shape[-1])).astype(np_dtype(dtype))


_SQUARES: tuple[tuple[int, ...], ...] = ((3, 3), (1, 1), (2, 4, 4), (2, 1, 3, 3), (0, 3, 3))
_OBLONGS: tuple[tuple[int, ...], ...] = ((4, 3), (3, 4), (3, 3), (1, 3), (2, 5, 2), (0, 3, 2))


def _cases_over(shapes: Sequence[tuple[int, ...]]) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Label, shape and dtype: the first shape with every dtype, the others with two."""
    for shape in shapes:
        for dtype in FLOATS if shape == shapes[0] else ("float32", "float64"):
            yield f"{'x'.join(map(str, shape))}-{dtype}", shape, dtype


def _identity_like(x: Array) -> Array:
    return np.broadcast_to(np.eye(x.shape[-1]), x.shape)


def _check_orthonormal(columns: Array, allowed: Tolerance, what: str) -> None:
    q = widen(columns)
    product = q.swapaxes(-1, -2) @ q
    assert_close(product, _identity_like(product), allowed, f"{what}: the columns' products")


def _triangular_solve(a: Array, b: Array, lower: bool) -> Array:
    a, b = widen(a), widen(b)
    y = np.zeros_like(b)
    n = a.shape[-1]
    for i in range(n) if lower else reversed(range(n)):
        known = range(i) if lower else range(i + 1, n)
        rest = sum((a[..., i, j, None] * y[..., j, :] for j in known), start=np.zeros(()))
        y[..., i, :] = (b[..., i, :] - rest) / a[..., i, i, None]
    return y


def _triangular_cases() -> Iterator[Case]:
    for lower in (True, False):
        for label, shape, dtype in _cases_over((*_SQUARES, (60, 60))):

            def draw(
                rng: np.random.Generator,
                shape: tuple[int, ...] = shape,
                dtype: str = dtype,
                lower: bool = lower,
            ) -> Arguments:
                n = shape[-1]
                a = sample(rng, shape, "float64", -1, 1) / n**0.5 + 2 * np.eye(n)
                kept = np.tri(n, dtype=bool)
                a = np.where(kept if lower else kept.T, a, np.nan)  # must not be read
                return of(a, dtype), sample(rng, (*shape[:-1], 2), dtype), lower

            yield Case(
                primitive="triangular_solve",
                label=f"{'lower' if lower else 'upper'}-{label}",
                sample=draw,
                reference=_triangular_solve,
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,),
                tolerance=_close(dtype),
            )


def _qr_cases() -> Iterator[Case]:
    for full in (False, True):
        for label, shape, dtype in _cases_over(_OBLONGS):
            yield Case(
                primitive="qr",
                label=f"{'full' if full else 'reduced'}-{label}",
                sample=lambda rng, s=shape, d=dtype, f=full: (sample(rng, s, d, -1, 1), f),
                reference=lambda x, full: tuple(
                    np.linalg.qr(widen(x), "complete" if full else "reduced")
                ),
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype, dtype),
                check=_check_qr,
            )


def _check_qr(outcome: Outcome) -> None:
    x = outcome.arguments[0]
    q, r = map(widen, outcome.results)
    allowed = _close(x.dtype.name)
    assert_close(q @ r, widen(x), allowed, "q @ r")
    _check_orthonormal(q, allowed, "q")
    assert_close(np.tril(r, -1), np.zeros_like(r), allowed, "r below its diagonal")


def _svd_cases() -> Iterator[Case]:
    for full in (False, True):
        for label, shape, dtype in _cases_over(_OBLONGS):
            yield Case(
                primitive="svd",
                label=f"{'full' if full else 'reduced'}-{label}",
                sample=lambda rng, s=shape, d=dtype, f=full: (sample(rng, s, d, -1, 1), f),
                reference=lambda x, full: tuple(np.linalg.svd(widen(x), full)),
                dtypes=frozenset({dtype}),
                result_dtypes=(dtype,) * 3,
                check=_check_svd,
            )


def _check_svd(outcome: Outcome) -> None:
    x = outcome.arguments[0]
    u, s, vh = map(widen, outcome.results)
    allowed = _close(x.dtype.name)
    k = s.shape[-1]
    assert_close((u[..., :k] * s[..., None, :]) @ vh[..., :k, :], widen(x), allowed, "u @ s @ vh")
    assert_close(s, np.linalg.svd(widen(x), compute_uv=False), allowed, "s")
    _require(np.all(np.diff(s) <= 0), f"s does not descend: {s}")
    _check_orthonormal(u, allowed, "u")
    _check_orthonormal(vh.swapaxes(-1, -2), allowed, "the rows of vh")


def _eigh_cases() -> Iterator[Case]:
    for label, shape, dtype in _cases_over((*_SQUARES, (12, 12))):
        yield Case(
            primitive="eigh",
            label=label,
            sample=lambda rng, s=shape, d=dtype: (_positive(rng, s, d) - of(3 * np.eye(s[-1]), d),),
            reference=lambda x: tuple(np.linalg.eigh(widen(x))),
            dtypes=frozenset({dtype}),
            result_dtypes=(dtype, dtype),
            check=_check_eigh,
        )


def _check_eigh(outcome: Outcome) -> None:
    x = outcome.arguments[0]
    w, v = map(widen, outcome.results)
    allowed = _close(x.dtype.name)
    assert_close(w, np.linalg.eigvalsh(widen(x)), allowed, "the eigenvalues")
    _require(np.all(np.diff(w) >= 0), f"the eigenvalues do not ascend: {w}")
    assert_close(widen(x) @ v, v * w[..., None, :], allowed, "x @ v, for v @ diag(w),")
    _check_orthonormal(v, allowed, "the eigenvectors")


def _eig_cases() -> Iterator[Case]:
    for label, shape, dtype in _cases_over(_SQUARES):
        yield _eig_case(label, dtype, lambda rng, s=shape, d=dtype: (sample(rng, s, d, -1, 1),))
    for dtype in ("float32", "float64"):
        turn = [[0.0, -1.0], [1.0, 0.0]]
        yield _eig_case(f"rotation-{dtype}", dtype, lambda rng, d=dtype, t=turn: (of(t, d),))
        yield _eig_case(
            f"real-eigenvalues-{dtype}", dtype, lambda rng, d=dtype: (_positive(rng, (3, 3), d),)
        )


def _eig_case(label: str, dtype: str, draw: Sampler) -> Case:
    result = "complex128" if dtype == "float64" else "complex64"
    return Case(
        primitive="eig",
        label=label,
        sample=draw,
        reference=lambda x: tuple(np.linalg.eig(widen(x))),
        dtypes=frozenset({dtype, result}),
        result_dtypes=(result, result),
        check=_check_eig,
    )


def _check_eig(outcome: Outcome) -> None:
    x = outcome.arguments[0]
    w, v = map(widen, outcome.results)
    allowed = _close(x.dtype.name)
    # Half-precision inputs are decomposed as they are, in float32 at least.
    assert_close(widen(x) @ v, v * w[..., None, :], allowed, "x @ v, for v @ diag(w),")
    assert_close(
        np.linalg.norm(v, axis=-2), np.ones(w.shape), allowed, "the norms of the eigenvectors"
    )
    trace = np.trace(widen(x), axis1=-2, axis2=-1)
    assert_close(w.sum(-1), trace.astype(w.dtype), allowed, "the sum of the eigenvalues")
    determinant = np.linalg.det(widen(x))
    assert_close(w.prod(-1), determinant.astype(w.dtype), allowed, "the product of the eigenvalues")


# -- Complex numbers, Fourier transforms -------------------------------------------------


def _complex(real: Array, imag: Array) -> Array:
    real, imag = np.broadcast_arrays(widen(real), widen(imag))
    out = np.empty(real.shape, np.complex128)
    out.real, out.imag = real, imag
    return out


def _complex_cases() -> Iterator[Case]:
    for dtype in COMPLEX:
        part = REAL_OF[dtype]
        every = dtype == "complex64"
        for label, (s1, s2) in {"same": ((2, 3), (2, 3)), **(PAIRS if every else {})}.items():
            yield Case(
                primitive="complex",
                label=f"{label}-{part}",
                sample=lambda rng, a=s1, b=s2, d=part: (sample(rng, a, d), sample(rng, b, d)),
                reference=_complex,
                dtypes=frozenset({dtype, part}),
                result_dtypes=(dtype,),
            )
        for name, reference in (("real", np.real), ("imag", np.imag)):
            for label, shape in SHAPES.items():
                if every or label == "cube":
                    yield Case(
                        primitive=name,
                        label=f"{label}-{dtype}",
                        sample=lambda rng, s=shape, d=dtype: (sample(rng, s, d),),
                        reference=reference,
                        dtypes=frozenset({dtype, part}),
                        result_dtypes=(part,),
                    )


def _fourier(x: Array, inverse: bool) -> Array:
    """The definition, as a product with a matrix."""
    n = x.shape[-1]
    places = np.outer(np.arange(n), np.arange(n))
    matrix = np.exp((2j if inverse else -2j) * np.pi * places / n)
    return widen(x) @ (matrix / n if inverse else matrix)


def _fft_cases() -> Iterator[Case]:
    for inverse in (False, True):
        for dtype in COMPLEX:
            for shape in ((8,), (1,), (5,), (7, 12), (2, 3, 16), (2, 1), (0, 4)):
                if dtype == "complex64" or shape in ((8,), (2, 3, 16)):
                    yield Case(
                        primitive="fft",
                        label=f"{'inverse' if inverse else 'forward'}-"
                        f"{'x'.join(map(str, shape))}-{dtype}",
                        sample=lambda rng, s=shape, d=dtype, i=inverse: (sample(rng, s, d), i),
                        reference=_fourier,
                        dtypes=frozenset({dtype}),
                        result_dtypes=(dtype,),
                        tolerance=tolerance(dtype, scaled=1.0),
                    )
