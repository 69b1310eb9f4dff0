"""Kernels of floats whose products are those of floats of 8 bits, also in training.

As in FP8-LM (Peng et al., 2023, https://arxiv.org/abs/2209.05433).
"""

from typing import Any

from keras_core import ops
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.quantizers.float8 import (
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)


def _scaled_by(name: str) -> list[tuple[str, str]]:
    """The names of the scales for a kernel, each with that of what its next values follow from."""
    return [(f"{x}_scale", f"{x}_amax_history") for x in ("inputs", name, "outputs_grad")]


_LARGEST = {"float8_e4m3fn": 448.0, "float8_e5m2": 57344.0}


class Float8(Kernel):
    """A kernel that is trained; it, the inputs and the gradients are rounded to 8 bits.

    Each of the three has a scale that follows from its largest values in the last steps. Both
    replace themselves by their "gradients" in training; see ``overwrite_with_gradient``.

    Args:
        kernel: The kernel as it is held so far.
        length: How many steps are remembered.
    """

    mode = "float8"

    @classmethod
    def names_in_files(cls, name: str, layout: Layout) -> list[str]:
        return [name, *(part for what in _scaled_by(name) for part in what)]

    def __init__(self, kernel: Kernel, length: int) -> None:
        super().__init__(kernel.layer, kernel.variable, kernel.by)
        self._parts: dict[str, Any] = {}
        for scale, history in _scaled_by(self.name):
            self._add(scale, (), "ones")
            self._add(history, (length,), "zeros")

    def _add(self, name: str, shape: tuple[int, ...], initializer: str) -> None:
        self._parts[name] = self.layer.add_weight(
            shape, initializer, autocast=False, overwrite_with_gradient=True, name=name
        )

    @property
    def parts(self) -> dict[str, Any]:
        return self._parts

    @property
    def variables(self) -> list[Any]:
        return [self.variable, *self._parts.values()]

    def encoded(self, kernel: Any) -> list[Any]:
        return [kernel, *self._parts.values()]

    def _state(self, name: str) -> tuple[Any, Any]:
        return (
            ops.convert_to_tensor(self._parts[f"{name}_scale"]),
            ops.convert_to_tensor(self._parts[f"{name}_amax_history"]),
        )

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        by = by or self.by
        inputs = _rounded(ops.convert_to_tensor(inputs), *self._state("inputs"))
        kernel = _rounded(ops.convert_to_tensor(self.variable), *self._state(self.name))
        outputs = by.contract(inputs, kernel, None)
        outputs = _with_rounded_gradient(outputs, *self._state("outputs_grad"))
        return by.add_bias(outputs, bias)


def _fresh(x: Any, scale: Any, history: Any, dtype: str) -> tuple[Any, Any, Any]:
    """``x`` as ``dtype`` leaves it with this scale, and the scale and the history that follow."""
    rounded = quantize_and_dequantize(x, scale, dtype, ops.dtype(x))
    following = compute_float8_scale(ops.max(history), scale, _LARGEST[dtype])
    return rounded, following, compute_float8_amax_history(x, history)


@ops.custom_gradient
def _rounded(x: Any, scale: Any, history: Any) -> tuple[Any, Any]:
    """``x`` in 8 bits; gradients pass, and those of the state are the new state."""
    rounded, scale, history = _fresh(x, scale, history, "float8_e4m3fn")

    def grad(*args: Any, upstream: Any = None) -> Any:
        return (args[0] if upstream is None else upstream), scale, history

    return rounded, grad


@ops.custom_gradient
def _with_rounded_gradient(x: Any, scale: Any, history: Any) -> tuple[Any, Any]:
    """``x`` as it is, with gradients in 8 bits."""

    def grad(*args: Any, upstream: Any = None) -> Any:
        upstream = args[0] if upstream is None else upstream
        return _fresh(upstream, scale, history, "float8_e5m2")

    return x, grad
