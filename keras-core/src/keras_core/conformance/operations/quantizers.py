"""Rows of `keras.quantizers`."""

from collections.abc import Callable, Iterator
from typing import Any

import ml_dtypes
import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import Row, floats, ints


def rows() -> Iterator[Row]:
    """All rows of these functions."""
    yield from _largest()
    yield from _packing()
    yield from _float8()
    yield from _fake()


def _abs_max(x: Any, axis: Any, least: int = -127, most: int = 127, bits: str = "int8") -> Any:
    scale = most / (np.abs(x).max(axis, keepdims=True) + 1e-7)
    return np.clip(np.round(x * scale), least, most).astype(bits), scale


def _grouped(x: Any, size: int, least: int = -8, most: int = 7) -> Any:
    outputs, scales, zeros = [], [], []
    for start in range(0, len(x), size):
        block = x[start : start + size]
        low, high = np.minimum(block.min(0), 0), np.maximum(block.max(0), 0)
        scale = (high - low + 1e-7) / (most - least)
        zero = np.clip(np.round(least - low / scale), least, most)
        outputs.append(np.clip(np.round(block / scale) + zero, least, most))
        scales.append(scale)
        zeros.append(zero)
    return np.concatenate(outputs).astype("int8"), np.stack(scales), np.stack(zeros).astype("int8")


def _largest() -> Iterator[Row]:
    for axis, label in ((-1, ""), (0, "axis"), ((0, 1), "axes"), (None, "all")):
        yield Row(
            "quantizers.abs_max_quantize",
            (floats(4, 3),),
            lambda x, axis=axis: _abs_max(x, axis),
            {"axis": axis},
            label=label,
            needs=("int8",),
        )
    yield Row(
        "quantizers.abs_max_quantize",
        (floats(4, 3, low=0.5),),
        lambda x: _abs_max(x, 1, 0, 15, "uint8"),
        {"axis": 1, "value_range": (0, 15), "dtype": "uint8"},
        label="unsigned",
        needs=("uint8",),
    )
    for size, label in ((2, ""), (3, "filled_up"), (9, "one")):
        yield Row(
            "quantizers.abs_max_quantize_grouped_with_zero_point",
            (floats(4, 3),),
            lambda x, size=size: _grouped(x, size),
            {"block_size": size},
            label=label,
            needs=("int8",),
        )
    yield Row(
        "quantizers.abs_max_quantize_grouped_with_zero_point",
        (floats(5, 2, low=0.5),),
        lambda x: _grouped(x, 2, -128, 127),
        {"block_size": 2, "value_range": (-128, 127)},
        label="positive",
        needs=("int8",),
    )


def _digits(x: Any, axis: int, base: int, count: int, filler: int) -> Any:
    x = np.moveaxis(x, axis, -1)
    x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, -x.shape[-1] % count)], constant_values=filler)
    apart = x.reshape(*x.shape[:-1], -1, count)
    return np.moveaxis((apart * base ** np.arange(count)).sum(-1).astype("uint8"), -1, axis)


def _undone(packed: Any, axis: int, base: int, count: int, length: int) -> Any:
    packed = np.moveaxis(packed.astype("uint8"), axis, -1)
    digits = packed[..., None] // base ** np.arange(count) % base
    return np.moveaxis(digits.reshape(*packed.shape[:-1], -1)[..., :length], -1, axis)


def _cast_first(given: str, first: bool = False, **options: Any) -> Callable[..., Any]:
    """Call with the tensor in this dtype, and give the bytes alone of what packs."""

    def how(fn: Callable[..., Any], values: list[Any]) -> Any:
        out = fn(ops.cast(values[0], given), **options)
        return out[0] if first else out

    return how


def _packing() -> Iterator[Row]:
    for bits in (2, 4):
        base, count = 2**bits, 8 // bits
        for dtype in ("int8", "uint8"):
            low = -base // 2 if dtype == "int8" else 0
            for axis in (0, 1):
                yield Row(
                    f"quantizers.pack_int{bits}",
                    (ints(5, 6, low=low, high=low + base),),
                    lambda x, d=dtype, a=axis, b=base, c=count: _digits(x % b, a, b, c, 0).view(d),
                    how=_cast_first(dtype, first=True, axis=axis, dtype=dtype),
                    label=f"{dtype}-{axis}",
                    needs=(dtype,),
                )
                yield Row(
                    f"quantizers.unpack_int{bits}",
                    (ints(3, 2, low=0, high=128),),
                    lambda x, d=dtype, a=axis, b=base, c=count: _signed(
                        _undone(x, a, b, c, 3), b, d
                    ),
                    how=_cast_first(dtype, axis=axis, dtype=dtype, orig_len=3),
                    label=f"{dtype}-{axis}",
                    needs=(dtype,),
                )
    yield Row(
        "quantizers.pack_ternary",
        (ints(7, 3, low=-1, high=2),),
        lambda x: _digits(x + 1, 0, 3, 5, 1),
        how=_cast_first("int8", first=True),
        needs=("int8", "uint8"),
    )
    yield Row(
        "quantizers.pack_ternary",
        (floats(2, 11),),
        lambda x: _digits(np.clip(np.round(x), -1, 1).astype("int32") + 1, 1, 3, 5, 1),
        how=lambda fn, values: fn(values[0], -1)[0],
        label="floats",
        differentiable=False,
        needs=("uint8",),
    )
    yield Row(
        "quantizers.unpack_ternary",
        (ints(3, 2, low=0, high=243),),
        lambda x: (_undone(x, 1, 3, 5, 8) - 1).astype("int8"),
        how=_cast_first("uint8", orig_len=8, axis=1),
        needs=("int8", "uint8"),
    )


def _signed(digits: Any, base: int, dtype: str) -> Any:
    """In two's complement, if the dtype is signed."""
    signed = np.where(digits < base // 2, digits, digits - base)
    return (signed if dtype == "int8" else digits).astype(dtype)


def _float8() -> Iterator[Row]:
    yield Row(
        "quantizers.compute_float8_amax_history",
        (floats(3, 2, low=0.2, spread=True), floats(4)),
        lambda x, history: np.concatenate([[np.abs(x).max()], history[2:], history[:1]]),
    )
    yield Row(
        "quantizers.compute_float8_scale",
        (floats(3, 2), floats(3, 2)),
        lambda amax, scale: np.where(amax > 0, amax / 448 * 4, scale),
        {"dtype_max": 448.0, "margin": 2},
    )
    for dtype in ("float8_e4m3fn", "float8_e5m2"):
        kind = getattr(ml_dtypes, dtype)
        most = float(ml_dtypes.finfo(kind).max)
        yield Row(
            "quantizers.quantize_and_dequantize",
            (floats(3, 4, low=-90.0, high=90.0), floats(low=0.05, high=0.15)),
            lambda x, scale, kind=kind, most=most: (
                np.clip(x / scale, -most, most).astype(kind).astype("float64") * scale
            ),
            {"quantized_dtype": dtype, "compute_dtype": "float32"},
            differentiable=False,
            dtypes=("float16", "bfloat16", "float32"),
            label=dtype,
            needs=(dtype,),
        )


def _fake_quant(
    x: Any, low: Any, high: Any, bits: int = 8, narrow: bool = False, axis: int | None = None
) -> Any:
    if axis is not None:
        low, high = (
            np.expand_dims(v, [i for i in range(x.ndim) if i != axis]) for v in (low, high)
        )
    first, last = int(narrow), 2**bits - 1
    step = (high - low) / (last - first)
    zero = np.clip(np.floor(first - low / step + 0.5), first, last)
    return (np.clip(np.floor(x / step + zero + 0.5), first, last) - zero) * step


def _fake() -> Iterator[Row]:
    # their gradients are no slopes of theirs; they are among the derivatives of functions
    name = "quantizers.fake_quant_with_min_max_vars"
    low, high = floats(low=-1.8, high=-0.9), floats(low=0.9, high=1.7)
    x = floats(3, 4)
    yield Row(name, (x, low, high), _fake_quant, differentiable=False)
    yield Row(
        name,
        (x, low, high),
        lambda x, a, b: _fake_quant(x, a, b, 4, True),
        {"num_bits": 4, "narrow_range": True},
        differentiable=False,
        label="narrow",
    )
    yield Row(
        name,
        (x, floats(low=0.2, high=0.4), high),
        lambda x, a, b: _fake_quant(x, a, b, 3),
        {"num_bits": 3},
        differentiable=False,
        label="above_zero",
    )
    for axis, size in ((0, 3), (-1, 4)):
        yield Row(
            name,
            (x, floats(size, low=-1.8, high=-0.9), floats(size, low=0.9, high=1.7)),
            lambda x, a, b, axis=axis: _fake_quant(x, a, b, 5, axis=axis % 2),
            {"num_bits": 5, "axis": axis},
            differentiable=False,
            label=f"axis{axis % 2}",
        )
