"""Gated recurrent units."""

import functools
from typing import Any, Literal, Unpack

from keras_core import activations, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.rnn.cells import Cell
from keras_core.layers.rnn.rnn import CellLayer, of_cell
from keras_core.ops.casting import as_tensor
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    Mode,
    OldCellOptions,
    OldRNNOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.GRUCell")
class GRUCell(Cell):
    """One step of `GRU`.

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the candidate, or its name; tanh by default.
        recurrent_activation: Activation function of the gates, or its name; sigmoid by default.
        use_bias: Whether to add a bias; True by default.
        kernel_initializer: Initializer of the kernel, for the inputs; Glorot uniform by default.
        recurrent_initializer: Initializer of the recurrent kernel, for the states; orthogonal by
            default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        recurrent_regularizer: Penalty on the recurrent kernel that is added to the loss; none by
            default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        recurrent_constraint: Projection of the recurrent kernel after each update; none by
            default.
        bias_constraint: Projection of the bias after each update; none by default.
        dropout: Fraction of the inputs to drop in training; 0 by default.
        recurrent_dropout: Fraction of the states to drop in training; 0 by default.
        reset_after: Whether the reset gate comes after the product with the recurrent kernel;
            True by default.
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: Tensor of shape ``(batch, features)``.
        states: List of one tensor of shape ``(batch, units)``.
        training: Whether to drop.

    Example:

    >>> import keras_core as keras
    >>> cell = keras.layers.GRUCell(4)
    >>> outputs, states = cell(keras.ops.ones((2, 3)), cell.get_initial_state(2))
    >>> keras.ops.shape(outputs)
    (2, 4)
    """

    _gates = 3

    def __init__(
        self,
        units: int,
        activation: ActivationLike = "tanh",
        recurrent_activation: ActivationLike = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        recurrent_initializer: InitializerLike = "orthogonal",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        recurrent_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        recurrent_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Unpack[OldCellOptions],
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        super().__init__(units, activation, use_bias, dropout, recurrent_dropout, seed, **kwargs)
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight(
            "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint
        )
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after
        self.state_size = self.units

    def build(self, input_shape: Shape) -> None:
        shape = (2, 3 * self.units) if self.reset_after else (3 * self.units,)
        self._build_weights(input_shape, shape)

    def call(self, inputs: Tensor, states: Any, training: Mode = False) -> Any:
        nested = isinstance(states, (list, tuple))
        h = states[0] if nested else states
        x = self._dropped(inputs, self.get_dropout_mask, training)
        state = self._dropped(h, self.get_recurrent_dropout_mask, training)
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


@public("keras.layers.GRU")
class GRU(CellLayer):
    """Gated recurrent units.

    See [Cho et al., 2014](https://arxiv.org/abs/1406.1078).

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the candidate, or its name; tanh by default.
        recurrent_activation: Activation function of the gates, or its name; sigmoid by default.
        use_bias: Whether to add a bias; True by default.
        kernel_initializer: Initializer of the kernel, for the inputs; Glorot uniform by default.
        recurrent_initializer: Initializer of the recurrent kernel, for the states; orthogonal by
            default.
        bias_initializer: Initializer of the bias; zeros by default.
        kernel_regularizer: Penalty on the kernel that is added to the loss; none by default.
        recurrent_regularizer: Penalty on the recurrent kernel that is added to the loss; none by
            default.
        bias_regularizer: Penalty on the bias that is added to the loss; none by default.
        activity_regularizer: Penalty on the outputs that is added to the loss; none by default.
        kernel_constraint: Projection of the kernel after each update; none by default.
        recurrent_constraint: Projection of the recurrent kernel after each update; none by
            default.
        bias_constraint: Projection of the bias after each update; none by default.
        dropout: Fraction of the inputs to drop in training; 0 by default.
        recurrent_dropout: Fraction of the states to drop in training; 0 by default.
        seed: An int, to drop the same in each run; random by default.
        return_sequences: Whether to return the outputs of all steps, rather than of the last
            one; False by default.
        return_state: Whether to return the last states, too; False by default.
        go_backwards: Whether to go from the last step to the first; False by default.
        stateful: Whether a batch begins with the last states of the one before; False by default.
        unroll: Whether to write the steps out rather than to loop, for short sequences; False by
            default.
        reset_after: Whether the reset gate comes after the product with the recurrent kernel;
            True by default.
        use_cudnn: Whether to use the fused kernel of the engine: ``"auto"``, which is the
            default, True or False.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.GRU(4)(keras.ops.ones((2, 5, 3))))
    (2, 4)
    """

    _config_omits = frozenset({"use_cudnn"})

    def __init__(
        self,
        units: int,
        activation: ActivationLike = "tanh",
        recurrent_activation: ActivationLike = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        recurrent_initializer: InitializerLike = "orthogonal",
        bias_initializer: InitializerLike = "zeros",
        kernel_regularizer: RegularizerLike = None,
        recurrent_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        activity_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        recurrent_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: bool | Literal["auto"] = "auto",
        **kwargs: Unpack[OldRNNOptions],
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        cell = GRUCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            reset_after=reset_after,
            seed=seed,
            **of_cell("gru_cell", kwargs),
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.use_cudnn = use_cudnn

    def inner_loop(
        self, sequences: Tensor, initial_state: Any, mask: Tensor | None, training: Mode = False
    ) -> Any:
        cell = self.cell
        if self.use_cudnn is False or not (cell.reset_after and self._is_standard(training, mask)):
            return super().inner_loop(sequences, initial_state, mask, training)
        ys, h = ops.gru(
            sequences,
            initial_state[0],
            cell.kernel,
            cell.recurrent_kernel,
            cell.bias,
            self.go_backwards,
        )
        return h, ys, [h]
