"""One step of a recurrent layer."""

import functools
from typing import Any

from keras_core import activations, constraints, initializers, ops, random, regularizers
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.core import positive_int
from keras_core.layers.layer import Layer
from keras_core.ops.casting import as_tensor


def takes_training(cell: Any) -> bool:
    """Whether the `call` of a cell has an argument ``training``."""
    spec = getattr(cell, "_call_spec", None)
    return spec is None or spec.has_training


def initial_state(cell: Any, batch_size: Any, dtype: str) -> Any:
    """The state before the first step: what the cell says, or zeros of its ``state_size``."""
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(batch_size=batch_size)
    sizes = cell.state_size
    states = [
        ops.zeros((batch_size, *(n if isinstance(n, (list, tuple)) else (n,))), dtype=dtype)
        for n in (sizes if isinstance(sizes, (list, tuple)) else [sizes])
    ]
    return states if isinstance(sizes, (list, tuple)) else states[0]


def build_cell(cell: Any, step: Any) -> None:
    """Build a cell for steps of shape ``step``.

    One without a `build` of its own is called with symbolic tensors, which builds the layers in
    it before they are called in a loop.
    """
    if not isinstance(cell, Layer) or cell.built:
        return
    if type(cell).build is not Layer.build:
        cell.build(step)
    else:
        x = KerasTensor(tuple(step), cell.compute_dtype)
        states = tree.flatten(initial_state(cell, 1, cell.compute_dtype))
        cell(x, [KerasTensor((step[0], *s.shape[1:]), s.dtype) for s in states])
    cell.built = True


class Cell(Layer):
    """What the cells share: one step of a recurrent layer."""

    _gates = 1
    state_size: Any
    output_size: Any

    def _set_up(
        self,
        units: int,
        activation: Any,
        use_bias: bool,
        weights: dict[str, Any],
        dropout: float,
        recurrent_dropout: float,
        seed: Any,
    ) -> None:
        self.units = positive_int("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        for name, value in weights.items():
            package = {
                "initializer": initializers,
                "regularizer": regularizers,
                "constraint": constraints,
            }[name.rsplit("_", 1)[1]]
            setattr(self, name, package.get(value))
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        if self.recurrent_dropout > 0 or self.dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.seed = seed
        self.output_size = self.units

    def _weight(self, name: str, shape: tuple[int, ...], prefix: str) -> Any:
        return self.add_weight(
            name=name,
            shape=shape,
            initializer=getattr(self, f"{prefix}_initializer"),
            regularizer=getattr(self, f"{prefix}_regularizer"),
            constraint=getattr(self, f"{prefix}_constraint"),
        )

    def _build_kernels(self, input_shape: Any) -> None:
        width = self.units * self._gates
        self.kernel = self._weight("kernel", (input_shape[-1], width), "kernel")
        self.recurrent_kernel = self._weight("recurrent_kernel", (self.units, width), "recurrent")

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Zeros of the shapes of the states."""
        sizes = self.state_size if isinstance(self.state_size, (list, tuple)) else [self.state_size]
        return [ops.zeros((batch_size, n), dtype=self.compute_dtype) for n in sizes]

    def reset_dropout_mask(self) -> None:
        """Draw new masks for the next sequence."""
        self.__dict__.pop("_masks", None)

    def _dropped(self, x: Any, rate: float, key: str, training: Any) -> Any:
        """``x`` under a mask that stays for the whole sequence."""
        if not training or rate == 0:
            return x
        held = self.__dict__.setdefault("_masks", {})
        if key not in held:
            held[key] = random.dropout(ops.ones_like(x), rate, seed=self.seed_generator)
        return ops.multiply(x, held[key])

    def _weights_config(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for kind, package in (
            ("initializer", initializers),
            ("regularizer", regularizers),
            ("constraint", constraints),
        ):
            for weight in ("kernel", "recurrent", "bias"):
                key = f"{weight}_{kind}"
                out[key] = package.serialize(getattr(self, key))
        return out


@public("keras.layers.SimpleRNNCell")
class SimpleRNNCell(Cell):
    """One step of `SimpleRNN`: ``activation(x @ kernel + h @ recurrent_kernel + bias)``.

    Args:
        units: The size of the outputs.
        activation: An activation function or its name.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        recurrent_initializer: For the recurrent kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        recurrent_regularizer: For the recurrent kernel.
        bias_regularizer: For the bias.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        seed: An int, to drop the same in each run.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._set_up(
            units, activation, use_bias,
            {
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
            },
            dropout, recurrent_dropout, seed,
        )  # fmt: skip
        self.state_size = self.units

    def build(self, input_shape: Any) -> None:
        self._build_kernels(input_shape)
        self.bias = self._weight("bias", (self.units,), "bias") if self.use_bias else None

    def call(self, sequence: Any, states: Any, training: Any = False) -> Any:
        previous = states[0] if isinstance(states, (list, tuple)) else states
        x = self._dropped(sequence, self.dropout, "x", training)
        h = self._dropped(previous, self.recurrent_dropout, "h", training)
        out = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        if self.bias is not None:
            out = ops.add(out, self.bias)
        out = apply_activation(self.activation, out)
        return out, [out] if isinstance(states, (list, tuple)) else out

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            **self._weights_config(),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }


@public("keras.layers.LSTMCell")
class LSTMCell(Cell):
    """One step of `LSTM`.

    Args:
        units: The size of the outputs.
        activation: For the candidate and the outputs.
        recurrent_activation: For the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        recurrent_initializer: For the recurrent kernel.
        bias_initializer: For the bias.
        unit_forget_bias: Whether the bias of the forget gate begins with 1.
        kernel_regularizer: For the kernel.
        recurrent_regularizer: For the recurrent kernel.
        bias_regularizer: For the bias.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        seed: An int, to drop the same in each run.
        **kwargs: See `Layer`.
    """

    _gates = 4

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        super().__init__(**kwargs)
        self._set_up(
            units, activation, use_bias,
            {
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
            },
            dropout, recurrent_dropout, seed,
        )  # fmt: skip
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def build(self, input_shape: Any) -> None:
        self._build_kernels(input_shape)
        self.bias = None
        if self.use_bias:
            self.bias = self._weight("bias", (self.units * 4,), "bias")
            if self.unit_forget_bias:
                value = self.bias.numpy().copy()
                value[self.units : 2 * self.units] = 1.0
                self.bias.assign(value)

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        h, c = states
        x = self._dropped(inputs, self.dropout, "x", training)
        h = self._dropped(h, self.recurrent_dropout, "h", training)
        z = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        if self.bias is not None:
            z = ops.add(z, self.bias)
        i, f, g, o = ops.split(z, 4, axis=-1)
        gate = functools.partial(apply_activation, self.recurrent_activation)
        c = ops.add(
            ops.multiply(gate(f), c), ops.multiply(gate(i), apply_activation(self.activation, g))
        )
        h = ops.multiply(gate(o), apply_activation(self.activation, c))
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        weights = self._weights_config()
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "use_bias": self.use_bias,
            "unit_forget_bias": self.unit_forget_bias,
            **weights,
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }


@public("keras.layers.GRUCell")
class GRUCell(Cell):
    """One step of `GRU`.

    Args:
        units: The size of the outputs.
        activation: For the candidate.
        recurrent_activation: For the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        recurrent_initializer: For the recurrent kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        recurrent_regularizer: For the recurrent kernel.
        bias_regularizer: For the bias.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        reset_after: Whether the reset gate comes after the product with the recurrent kernel.
        seed: An int, to drop the same in each run.
        **kwargs: See `Layer`.
    """

    _gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        super().__init__(**kwargs)
        self._set_up(
            units, activation, use_bias,
            {
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
            },
            dropout, recurrent_dropout, seed,
        )  # fmt: skip
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after
        self.state_size = self.units

    def build(self, input_shape: Any) -> None:
        self._build_kernels(input_shape)
        shape = (2, 3 * self.units) if self.reset_after else (3 * self.units,)
        self.bias = self._weight("bias", shape, "bias") if self.use_bias else None

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        nested = isinstance(states, (list, tuple))
        h = states[0] if nested else states
        x = self._dropped(inputs, self.dropout, "x", training)
        state = self._dropped(h, self.recurrent_dropout, "h", training)
        own: Any = None
        recurrent: Any = None
        if self.bias is not None:
            own, recurrent = ops.unstack(self.bias) if self.reset_after else (self.bias, None)
        xs = ops.matmul(x, self.kernel)
        xs = xs if own is None else ops.add(xs, own)
        xz, xr, xh = ops.split(xs, 3, axis=-1)
        gate = functools.partial(apply_activation, self.recurrent_activation)
        if self.reset_after:
            inner = ops.matmul(state, self.recurrent_kernel)
            inner = inner if recurrent is None else ops.add(inner, recurrent)
            hz, hr, hh = ops.split(inner, 3, axis=-1)
            z, r = gate(ops.add(xz, hz)), gate(ops.add(xr, hr))
            new = apply_activation(self.activation, ops.add(xh, ops.multiply(r, hh)))
        else:
            kernel = as_tensor(self.recurrent_kernel)
            hz, hr = ops.split(ops.matmul(state, kernel[:, : 2 * self.units]), 2, axis=-1)
            z, r = gate(ops.add(xz, hz)), gate(ops.add(xr, hr))
            hh = ops.matmul(ops.multiply(r, state), kernel[:, 2 * self.units :])
            new = apply_activation(self.activation, ops.add(xh, hh))
        out = ops.add(ops.multiply(z, h), ops.multiply(ops.subtract(1.0, z), new))
        return out, [out] if nested else out

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "recurrent_activation": activations.serialize(self.recurrent_activation),
            "use_bias": self.use_bias,
            **self._weights_config(),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "reset_after": self.reset_after,
            "seed": self.seed,
        }


@public("keras.layers.StackedRNNCells")
class StackedRNNCells(Layer):
    """Several cells as one, each with the outputs of the one before.

    Args:
        cells: A list of cells.
        **kwargs: See `Layer`.
    """

    def __init__(self, cells: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            if "call" not in dir(cell):
                raise ValueError(f"All cells must have a `call` method. Received cell: {cell}")
            if "state_size" not in dir(cell):
                raise ValueError(
                    f"All cells must have a `state_size` attribute. Received cell: {cell}"
                )
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The sizes of the states of each cell."""
        return [c.state_size for c in self.cells]

    @property
    def output_size(self) -> Any:
        """The size of the outputs."""
        last = self.cells[-1]
        size = getattr(last, "output_size", None)
        if size is not None:
            return size
        return last.state_size[0] if isinstance(last.state_size, (list, tuple)) else last.state_size

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """The first states of each cell."""
        return [initial_state(c, batch_size, self.compute_dtype) for c in self.cells]

    def build(self, input_shape: Any) -> None:
        for cell in self.cells:
            build_cell(cell, input_shape)
            size = getattr(cell, "output_size", None) or cell.state_size
            size = size[0] if isinstance(size, (list, tuple)) else size
            input_shape = (*input_shape[:1], size)

    def call(self, inputs: Any, states: Any, training: Any = False, **kwargs: Any) -> Any:
        new = []
        for cell, state in zip(self.cells, states, strict=True):
            given = state if isinstance(state, (list, tuple)) else [state]
            extra = {"training": training} if takes_training(cell) else {}
            inputs, out = cell(inputs, list(given), **extra)
            one = not isinstance(state, (list, tuple)) and isinstance(out, (list, tuple))
            new.append(out[0] if one else out)
        return inputs, new

    def reset_dropout_mask(self) -> None:
        """Draw new masks for the next sequence."""
        for cell in self.cells:
            if hasattr(cell, "reset_dropout_mask"):
                cell.reset_dropout_mask()

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "cells": [serialization.serialize_keras_object(c) for c in self.cells],
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        cells = [
            serialization.deserialize_keras_object(c, custom_objects) for c in config.pop("cells")
        ]
        return cls(cells, **config)
