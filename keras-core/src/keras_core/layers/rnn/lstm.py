"""Long short-term memory."""

import functools
from typing import Any, Literal, Unpack

from keras_core import activations, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.rnn.cells import Cell
from keras_core.layers.rnn.rnn import CellLayer, of_cell
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


@public("keras.layers.LSTMCell")
class LSTMCell(Cell):
    """One step of `LSTM`.

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the candidate and the outputs, or its name; tanh by
            default.
        recurrent_activation: Activation function of the gates, or its name; sigmoid by default.
        use_bias: Whether to add a bias; True by default.
        kernel_initializer: Initializer of the kernel, for the inputs; Glorot uniform by default.
        recurrent_initializer: Initializer of the recurrent kernel, for the states; orthogonal by
            default.
        bias_initializer: Initializer of the bias; zeros by default.
        unit_forget_bias: Whether the bias of the forget gate begins with 1; True by default.
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
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: Tensor of shape ``(batch, features)``.
        states: List of two tensors of shape ``(batch, units)``.
        training: Whether to drop.

    Example:

    >>> import keras_core as keras
    >>> cell = keras.layers.LSTMCell(4)
    >>> outputs, states = cell(keras.ops.ones((2, 3)), cell.get_initial_state(2))
    >>> keras.ops.shape(outputs)
    (2, 4)
    """

    _gates = 4

    def __init__(
        self,
        units: int,
        activation: ActivationLike = "tanh",
        recurrent_activation: ActivationLike = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: InitializerLike = "glorot_uniform",
        recurrent_initializer: InitializerLike = "orthogonal",
        bias_initializer: InitializerLike = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: RegularizerLike = None,
        recurrent_regularizer: RegularizerLike = None,
        bias_regularizer: RegularizerLike = None,
        kernel_constraint: ConstraintLike = None,
        recurrent_constraint: ConstraintLike = None,
        bias_constraint: ConstraintLike = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
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
        self.unit_forget_bias = unit_forget_bias
        self.state_size = [self.units, self.units]

    def build(self, input_shape: Shape) -> None:
        self._build_weights(input_shape, (self.units * 4,))
        if self.bias is not None and self.unit_forget_bias:
            value = self.bias.numpy().copy()
            value[self.units : 2 * self.units] = 1.0
            self.bias.assign(value)

    def call(self, inputs: Tensor, states: Any, training: Mode = False) -> Any:
        h, c = states
        x = self._dropped(inputs, self.get_dropout_mask, training)
        h = self._dropped(h, self.get_recurrent_dropout_mask, training)
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


@public("keras.layers.LSTM")
class LSTM(CellLayer):
    """Long short-term memory.

    See [Hochreiter and Schmidhuber, 1997](https://doi.org/10.1162/neco.1997.9.8.1735).

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the candidate and the outputs, or its name; tanh by
            default.
        recurrent_activation: Activation function of the gates, or its name; sigmoid by default.
        use_bias: Whether to add a bias; True by default.
        kernel_initializer: Initializer of the kernel, for the inputs; Glorot uniform by default.
        recurrent_initializer: Initializer of the recurrent kernel, for the states; orthogonal by
            default.
        bias_initializer: Initializer of the bias; zeros by default.
        unit_forget_bias: Whether the bias of the forget gate begins with 1; True by default.
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
        use_cudnn: Whether to use the fused kernel of the engine: ``"auto"``, which is the
            default, True or False.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.LSTM(4)(keras.ops.ones((2, 5, 3))))
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
        unit_forget_bias: bool = True,
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
        use_cudnn: bool | Literal["auto"] = "auto",
        **kwargs: Unpack[OldRNNOptions],
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        cell = LSTMCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            **of_cell("lstm_cell", kwargs),
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
        if self.use_cudnn is False or not self._is_standard(training, mask):
            return super().inner_loop(sequences, initial_state, mask, training)
        cell = self.cell
        h, c = initial_state
        ys, h, c = ops.lstm(
            sequences, h, c, cell.kernel, cell.recurrent_kernel, cell.bias,
            self.go_backwards,
        )  # fmt: skip
        return h, ys, [h, c]
