"""The kernels of the ways to quantise, by what a dtype policy says."""

from typing import Any

from keras_core.dtype_policies.quantized import (
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
)
from keras_core.layers.kernels.calibrated import AWQ, GPTQ
from keras_core.layers.kernels.float8 import Float8
from keras_core.layers.kernels.int4 import Int4
from keras_core.layers.kernels.int8 import Int8
from keras_core.layers.kernels.observed import Observed
from keras_core.layers.kernels.plain import Kernel
from keras_core.layers.kernels.ternary import Ternary

KERNELS: dict[str | None, type[Kernel]] = {
    kernel.mode: kernel for kernel in (Kernel, Int8, Int4, Float8, GPTQ, AWQ, Ternary)
}
"""The ways to hold a kernel, by the names of the modes; None for floats."""


def empty(kernel: Kernel, policy: QuantizedDTypePolicy, config: Any) -> Kernel:
    """A kernel that is quantised, for numbers that are loaded into it later.

    Args:
        kernel: One of floats, of the same name and shape.
        policy: The way to quantise.
        config: A config of that way, or None.
    """
    mode = policy.quantization_mode
    if mode == "float8":
        history = QuantizedFloat8DTypePolicy.default_amax_history_length
        return Float8(kernel, getattr(policy, "amax_history_length", history))
    made = (kernel.layer, kernel.name, kernel.shape, kernel.by)
    if mode == "int8":
        return Int8(*made, config)
    if mode == "int4":
        return Int4(*made, config, policy.block_size if isinstance(policy, Int4DTypePolicy) else -1)
    groups: Any = policy
    return {"gptq": GPTQ, "awq": AWQ}[str(mode)](
        *made, config, groups.weight_bits, groups.group_size
    )


def filled(kernel: Kernel, policy: QuantizedDTypePolicy, config: Any) -> Kernel:
    """The same kernel, quantised.

    Args:
        kernel: One of floats.
        policy: The way to quantise.
        config: A config of that way, or None.
    """
    made = kernel.layer.empty_kernel(kernel, policy, config)
    made.load(
        made.calibrated(kernel.dense, kernel)
        if isinstance(kernel, Observed)
        else made.encoded(kernel.dense)
    )
    return made
