"""Hashes of strings that are the same everywhere: FarmHash64 and SipHash-2-4, many at a time.

FarmHash (G. Pike, 2014) is fast, SipHash (J.-P. Aumasson and D. J. Bernstein, 2012) takes a key, so
that nobody without it can choose strings that collide. Strings of one length are hashed together.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Words = np.ndarray[Any, np.dtype[np.uint64]]

_K0, _K1, _K2 = (np.uint64(k) for k in (0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F))
_MASK = 2**64 - 1
_SHORT = 64
"""Strings of up to this many bytes are put in one table."""
_CAT = 0xC6A4A7935BD1E995


def _by_length(values: Sequence[bytes], one_length: Callable[[Any], Words]) -> Words:
    """The hashes of strings, by a function of an array of bytes with a row for each string."""
    lengths = np.fromiter(map(len, values), "int64", len(values))
    out = np.empty(len(values), "uint64")
    longest = int(lengths.max(initial=0))
    short = lengths <= _SHORT
    if short.all() and longest:  # a table, padded with zeros
        table = np.array(values, f"S{longest}").view("uint8").reshape(len(values), longest)
    else:
        table = None
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        if table is not None:
            out[rows] = one_length(table[rows, :length])
            continue
        joined = b"".join([values[i] for i in rows])
        out[rows] = one_length(np.frombuffer(joined, "uint8").reshape(len(rows), length))
    return out


def _u(number: int) -> np.uint64:
    return np.uint64(number & _MASK)


def _rotate(x: Words, right: int) -> Words:
    return (x >> np.uint64(right)) | (x << np.uint64(64 - right))


def _mixed(x: Words) -> Words:
    return x ^ (x >> np.uint64(47))


# -- FarmHash ------------------------------------------------------------------------


def _word(data: Any, at: int, size: int = 8) -> Words:
    part = np.ascontiguousarray(data[:, at : at + size])
    return part.view(f"<u{size}")[:, 0].astype("uint64")


def _pair(u: Words, v: Words, mul: Any) -> Words:
    a = _mixed((u ^ v) * mul)
    return _mixed((v ^ a) * mul) * mul


def _weak(data: Any, at: int, a: Words, b: Words) -> tuple[Words, Words]:
    w, x, y, z = (_word(data, at + 8 * i) for i in range(4))
    a = a + w
    b = _rotate(b + a + z, 21)
    c = a
    a = a + x + y
    return a + z, b + _rotate(a, 44) + c


def _farm(data: Any) -> Words:
    count, length = data.shape
    mul = _u(int(_K2) + 2 * length)
    if length == 0:
        return np.full(count, _K2)
    if length < 4:
        first, middle, last = (data[:, i].astype("uint64") for i in (0, length >> 1, length - 1))
        y = first + (middle << np.uint64(8))
        z = _u(length) + (last << np.uint64(2))
        return _mixed(y * _K2 ^ z * _K0) * _K2
    if length < 8:
        a = _word(data, 0, 4)
        return _pair(_u(length) + (a << np.uint64(3)), _word(data, length - 4, 4), mul)
    if length <= 16:
        a, b = _word(data, 0) + _K2, _word(data, length - 8)
        return _pair(_rotate(b, 37) * mul + a, (_rotate(a, 25) + b) * mul, mul)
    if length <= 64:
        scale = _K1 if length <= 32 else _K2
        a, b = _word(data, 0) * scale, _word(data, 8)
        c, d = _word(data, length - 8) * mul, _word(data, length - 16) * _K2
        y = _rotate(a + b, 43) + _rotate(c, 30) + d
        z = _pair(y, a + _rotate(b + _K2, 18) + c, mul)
        if length <= 32:
            return z
        e, f = _word(data, 16) * mul, _word(data, 24)
        g, h = (y + _word(data, length - 32)) * mul, (z + _word(data, length - 24)) * mul
        return _pair(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, mul)
    return _farm_long(data)


def _farm_long(data: Any) -> Words:
    count, length = data.shape
    seed = 81
    x = np.full(count, _u(seed * int(_K2))) + _word(data, 0)
    y = np.full(count, _u(seed * int(_K1) + 113))
    z = _mixed(y * _K2 + np.uint64(113)) * _K2
    v = w = (np.zeros(count, "uint64"),) * 2
    end = (length - 1) // 64 * 64
    rest = (length - 1) & 63
    mul: Any = _K1
    for step in range(end // 64 + 1):
        last, nine = step == end // 64, np.uint64(1)
        at = end + rest - 63 if last else 64 * step
        if last:
            mul = _K1 + ((z & np.uint64(0xFF)) << np.uint64(1))
            nine = np.uint64(9)
            w = (w[0] + np.uint64(rest), w[1])
            v = (v[0] + w[0], v[1])
            w = (w[0] + v[0], w[1])
        x = _rotate(x + y + v[0] + _word(data, at + 8), 37) * mul
        y = _rotate(y + v[1] + _word(data, at + 48), 42) * mul
        x = x ^ (w[1] * nine)
        y = y + v[0] * nine + _word(data, at + 40)
        z = _rotate(z + w[0], 33) * mul
        v = _weak(data, at, v[1] * mul, x + w[0])
        w = _weak(data, at + 32, z + w[1], y + _word(data, at + 16))
        z, x = x, z
    return _pair(_pair(v[0], w[0], mul) + _mixed(y) * _K0 + z, _pair(v[1], w[1], mul) + x, mul)


def farmhash64(values: Sequence[bytes]) -> Words:
    """The 64-bit fingerprints of strings by FarmHash.

    >>> from keras_core.data.hashes import farmhash64
    >>> hex(farmhash64([b""])[0])
    '0x9ae16a3b2f90404f'
    """
    return _by_length(values, _farm)


def concatenated(first: Words, second: Words) -> Words:
    """A fingerprint of two fingerprints in this order."""
    mul = np.uint64(_CAT)
    out = first ^ mul
    out = out ^ (_mixed(second * mul) * mul)
    out = out * mul
    return _mixed(_mixed(out) * mul)


# -- SipHash -------------------------------------------------------------------------


def siphash64(values: Sequence[bytes], key: tuple[int, int]) -> Words:
    """The hashes of strings by SipHash-2-4.

    Args:
        values: The strings.
        key: Two numbers of 64 bits.
    """
    return _by_length(values, lambda data: _sip(data, key))


def _sip(data: Any, key: tuple[int, int]) -> Words:
    count, length = data.shape
    padded = np.zeros((count, length // 8 * 8 + 8), "uint8")
    padded[:, :length] = data
    padded[:, -1] = length & 0xFF
    blocks = padded.view("<u8").astype("uint64")
    low, high = key
    v = [
        np.full(count, _u(k))
        for k in (
            low ^ 0x736F6D6570736575,
            high ^ 0x646F72616E646F6D,
            low ^ 0x6C7967656E657261,
            high ^ 0x7465646279746573,
        )
    ]
    for block in blocks.T:
        v[3] = v[3] ^ block
        _rounds(v, 2)
        v[0] = v[0] ^ block
    v[2] = v[2] ^ np.uint64(0xFF)
    _rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _rounds(v: list[Words], count: int) -> None:
    for _ in range(count):
        v[0] = v[0] + v[1]
        v[2] = v[2] + v[3]
        v[1] = _rotate(v[1], 64 - 13) ^ v[0]
        v[3] = _rotate(v[3], 64 - 16) ^ v[2]
        v[0] = _rotate(v[0], 32)
        v[2] = v[2] + v[1]
        v[0] = v[0] + v[3]
        v[1] = _rotate(v[1], 64 - 17) ^ v[2]
        v[3] = _rotate(v[3], 64 - 21) ^ v[0]
        v[2] = _rotate(v[2], 32)
