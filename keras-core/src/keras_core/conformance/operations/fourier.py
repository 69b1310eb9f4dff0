"""Rows of Fourier transforms. A complex tensor is a pair of its parts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import WIDE, Row, floats


def _pair(fn: Any, values: list[Any], **options: Any) -> Any:
    return fn(tuple(values), **options)


def _parts(x: Any) -> Any:
    return x.real, x.imag


def _frames(x: Any, length: int, stride: int) -> Any:
    count = (x.shape[-1] - length) // stride + 1
    return np.stack([x[..., i * stride : i * stride + length] for i in range(count)], -2)


def _hann(n: int) -> Any:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)


def _stft(x: Any) -> Any:
    padded = np.pad(x, ((0, 0), (4, 4)), "reflect")
    window = np.pad(_hann(6), 1)
    return _parts(np.fft.rfft(_frames(padded, 8, 3) * window))


def rows() -> Iterator[Row]:
    """All rows of the family."""
    two = floats(2, 6), floats(2, 6)

    def row(name: str, arguments: Any, reference: Any, *more: Any, **options: Any) -> Row:
        options = {"unless": ("fft",), **options}  # which the others are made of
        return Row(
            name,
            arguments,
            reference,
            *more,
            tolerance=5,
            dtypes=WIDE,
            needs=("complex",),
            **options,
        )

    yield row("fft", two, lambda a, b: _parts(np.fft.fft(a + 1j * b)), how=_pair)
    yield row("fft2", two, lambda a, b: _parts(np.fft.fft2(a + 1j * b)), how=_pair)
    yield row("ifft2", two, lambda a, b: _parts(np.fft.ifft2(a + 1j * b)), how=_pair)
    for n in (None, 5, 8):
        yield row(
            "rfft",
            two[:1],
            lambda a, n=n: _parts(np.fft.rfft(a, n)),
            {"fft_length": n},
            label=f"{n}",
        )
        yield row(
            "irfft",
            two,
            lambda a, b, n=n: np.fft.irfft(a + 1j * b, n),
            {"fft_length": n},
            how=_pair,
            label=f"{n}",
        )
    options = {"sequence_length": 6, "sequence_stride": 3, "fft_length": 8}
    yield row("stft", (floats(2, 14),), _stft, options)
    yield Row(
        "extract_sequences",
        (floats(2, 9),),
        lambda x: _frames(x, 4, 2),
        {"sequence_length": 4, "sequence_stride": 2},
    )
    yield row(
        "view_as_complex",
        (floats(3, 2),),
        lambda x: _parts(x[..., 0] + 1j * x[..., 1]),
        how=_of_complex,
        unless=(),
    )
    yield row("view_as_real", (floats(3, 2),), lambda x: x, how=_to_and_fro, unless=())
    yield row("istft", (floats(2, 14),), lambda x: x, options, how=_there_and_back)
    yield Row("imag", (floats(2, 3),), np.zeros_like, differentiable=False)


def _of_complex(fn: Any, values: list[Any]) -> Any:
    y = fn(values[0])
    return ops.real(y), ops.imag(y)


def _to_and_fro(fn: Any, values: list[Any]) -> Any:
    return fn(ops.view_as_complex(values[0]))


def _there_and_back(fn: Any, values: list[Any], **options: Any) -> Any:
    return fn(ops.stft(values[0], **options), **options, length=14)
