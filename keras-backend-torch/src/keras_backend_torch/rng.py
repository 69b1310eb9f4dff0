"""Random numbers that depend on a seed alone, a uint32 tensor of two elements.

Eager code on the CPU draws from torch's generator. Where the seed has no value that can be
read, or reading it would wait for a device, the numbers are a hash of the seed and their
position instead; so a compiled function draws other numbers than the same function run eagerly.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from keras_backend_torch.tensors import DTYPES

_BITS = {torch.float16: 11, torch.bfloat16: 8, torch.float32: 24, torch.float64: 32}


def _generator(seed: Tensor) -> torch.Generator:
    """A generator that starts from ``seed``."""
    high, low = seed.tolist()
    # The CPU's generator only looks at the lower half of its seed, so the two are mixed.
    mixed = (high << 32 | low) * 0x9E3779B97F4A7C15
    return torch.Generator(seed.device).manual_seed(mixed >> 32 & 0xFFFFFFFF)


def _source(seed: Tensor) -> torch.Generator | None:
    """A generator for ``seed``, None where that cannot be read, or not at once."""
    if not seed.is_cpu or torch.compiler.is_compiling():
        return None
    try:
        return _generator(seed)
    except RuntimeError:  # inside a vmap, or fake
        return None


def _mixed(z: Tensor) -> Tensor:
    """A bijection of int32 in which every bit depends on every bit ("lowbias32"), in place."""
    z ^= (z >> 16) & 0xFFFF
    z *= 0x7FEB352D
    z ^= (z >> 15) & 0x1FFFF
    z *= 0x846CA68B - (1 << 32)
    z ^= (z >> 16) & 0xFFFF
    return z


def _hashed(seed: Tensor, shape: Sequence[int], bits: int) -> Tensor:
    """Integers of ``bits`` bits, as int64."""
    keys = seed.view(torch.int32)
    count = torch.arange(math.prod(shape), dtype=torch.int32, device=seed.device)
    z = _mixed(_mixed(count ^ keys[0]) + keys[1]).to(torch.int64)
    return ((z >> (32 - bits)) & ((1 << bits) - 1)).reshape(tuple(shape))


def uniform(seed: Tensor, shape: Sequence[int], dtype: str) -> Tensor:
    """Uniform in ``[0, 1)``."""
    to = DTYPES[dtype]
    source = _source(seed)
    if source is not None:
        return torch.rand(tuple(shape), generator=source, dtype=to)
    bits = _BITS[to]
    return _hashed(seed, shape, bits).to(to) * 2.0**-bits


def normal(seed: Tensor, shape: Sequence[int], dtype: str) -> Tensor:
    """Standard normal."""
    to = DTYPES[dtype]
    source = _source(seed)
    if source is not None:
        return torch.randn(tuple(shape), generator=source, dtype=to)
    # By the inverse of the distribution function; the half keeps away from its ends.
    z = _hashed(seed, shape, 24).to(torch.float32)
    return (torch.erfinv((z + 0.5) * 2.0**-23 - 1) * math.sqrt(2)).to(to)


def randint(seed: Tensor, shape: Sequence[int], minval: Any, maxval: Any, dtype: str) -> Tensor:
    """Uniform integers, ``minval <= x < maxval``."""
    source = _source(seed)
    if source is None:
        draw = _hashed(seed, shape, 32)
    else:
        draw = torch.randint(1 << 62, tuple(shape), generator=source)
    return (draw % (maxval - minval) + minval).to(DTYPES[dtype])


def gamma(seed: Tensor, shape: Sequence[int], alpha: Tensor, dtype: str) -> Tensor:
    """Gamma distributed with shape ``alpha`` and scale 1, differentiable by ``alpha``."""
    to = DTYPES[dtype]
    alpha = alpha.to(torch.float64 if to is torch.float64 else torch.float32)
    return torch._standard_gamma(alpha.expand(tuple(shape)), _generator(seed)).to(to)
