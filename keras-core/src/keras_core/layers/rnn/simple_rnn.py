"""A fully connected recurrent layer."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.layers.rnn.cells import Cell
from keras_core.layers.rnn.rnn import CellLayer, of_cell
from keras_core.typing import (
    ActivationLike,
    ConstraintLike,
    InitializerLike,
    LayerOptions,
    Mode,
    PlainLayerOptions,
    RegularizerLike,
    Shape,
    Tensor,
)


@public("keras.layers.SimpleRNNCell")
class SimpleRNNCell(Cell):
    """One step of `SimpleRNN`: ``activation(x @ kernel + h @ recurrent_kernel + bias)``.

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the outputs, or its name; tanh by default.
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
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        sequence: Tensor of shape ``(batch, features)``.
        states: List of one tensor of shape ``(batch, units)``.
        training: Whether to drop.

    Example:

    >>> import keras_core as keras
    >>> cell = keras.layers.SimpleRNNCell(4)
    >>> outputs, states = cell(keras.ops.ones((2, 3)), cell.get_initial_state(2))
    >>> keras.ops.shape(outputs)
    (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: ActivationLike = "tanh",
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
        seed: int | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(units, activation, use_bias, dropout, recurrent_dropout, seed, **kwargs)
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight(
            "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint
        )
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.state_size = self.units

    def build(self, input_shape: Shape) -> None:
        self._build_weights(input_shape, (self.units,))

    def call(self, sequence: Tensor, states: Any, training: Mode = False) -> Any:
        previous = states[0] if isinstance(states, (list, tuple)) else states
        x = self._dropped(sequence, self.get_dropout_mask, training)
        h = self._dropped(previous, self.get_recurrent_dropout_mask, training)
        out = ops.add(ops.matmul(x, self.kernel), ops.matmul(h, self.recurrent_kernel))
        if self.bias is not None:
            out = ops.add(out, self.bias)
        out = apply_activation(self.activation, out)
        return out, [out] if isinstance(states, (list, tuple)) else out


@public("keras.layers.SimpleRNN")
class SimpleRNN(CellLayer):
    """A fully connected recurrent layer: the outputs of a step are inputs of the next.

    Args:
        units: Size of the outputs, a positive int.
        activation: Activation function of the outputs, or its name; tanh by default.
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
        return_sequences: Whether to return the outputs of all steps, rather than of the last
            one; False by default.
        return_state: Whether to return the last states, too; False by default.
        go_backwards: Whether to go from the last step to the first; False by default.
        stateful: Whether a batch begins with the last states of the one before; False by default.
        unroll: Whether to write the steps out rather than to loop, for short sequences; False by
            default.
        seed: An int, to drop the same in each run; random by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.SimpleRNN(4)(keras.ops.ones((2, 5, 3))))
    (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: ActivationLike = "tanh",
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
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        cell = SimpleRNNCell(
            units,
            activation=activation,
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
            seed=seed,
            **of_cell("simple_rnn_cell", kwargs),
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
