"""Long short-term memory whose products are convolutions."""

import functools
from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import activations, ops
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.spatial import Spatial
from keras_core.layers.rnn.cells import DropoutCell
from keras_core.layers.rnn.rnn import CellLayer, OfCell
from keras_core.ops.convolution import tuple_of
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


class ConvLSTMCell(DropoutCell):
    """One step of a convolutional LSTM; see `ConvLSTM2D`.

    Args:
        rank: Number of spatial axes; the other arguments are those of the layers.
    """

    bias: Any

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(dropout, recurrent_dropout, seed, **kwargs)
        self.filters = positive_int("filters", filters)
        self.kernel_size = tuple_of(kernel_size, rank, "kernel_size")
        self.strides = tuple_of(strides, rank, "strides")
        self.dilation_rate = tuple_of(dilation_rate, rank, "dilation_rate")
        self.data_format = config.standardize_data_format(data_format)
        self.padding = str(padding).lower()
        if self.padding not in ("valid", "same"):
            raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={padding!r}")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "Specifying `strides > 1` is not compatible with `dilation_rate > 1`. "
                f"Received: strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        self.activation = activations.get(activation)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.use_bias = use_bias
        self.unit_forget_bias = unit_forget_bias
        self._declare_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self._declare_weight(
            "recurrent", recurrent_initializer, recurrent_regularizer, recurrent_constraint
        )
        self._declare_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.state_size = [self.filters, self.filters]

    def build(self, input_shape: Shape) -> None:
        first = self.data_format == "channels_first"
        channels = input_shape[1 if first else -1]
        sizes = input_shape[2:] if first else input_shape[1:-1]
        spatial = [d for d in sizes if d is not None]
        if channels is None or len(spatial) < len(sizes):
            raise ValueError(
                "The spatial sizes and the channels of the inputs of a convolutional LSTM must be "
                f"known. Received: input_shape={tuple(input_shape)} of a step"
            )
        width = 4 * self.filters
        self.kernel = self._add_declared("kernel", (*self.kernel_size, channels, width))
        self.recurrent_kernel = self._add_declared(
            "recurrent", (*self.kernel_size, self.filters, width), name="recurrent_kernel"
        )
        self.bias = self._add_declared("bias", (width,)) if self.use_bias else None
        if self.bias is not None and self.unit_forget_bias:
            value = self.bias.numpy().copy()
            value[self.filters : 2 * self.filters] = 1.0
            self.bias.assign(value)
        out = [
            -(-d // s) if self.padding == "same" else (d - (w - 1) * r - 1) // s + 1
            for d, w, s, r in zip(
                spatial, self.kernel_size, self.strides, self.dilation_rate, strict=True
            )
        ]
        if min(out) < 1:
            raise ValueError(
                "Computed output size would be zero or negative. Received: "
                f"input_shape={tuple(input_shape)} of a step, kernel_size={self.kernel_size}, "
                f"strides={self.strides}, dilation_rate={self.dilation_rate}"
            )
        self.step_shape = (self.filters, *out) if first else (*out, self.filters)

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Zeros of the shapes of the two states; the cell must be built."""
        shape = (batch_size, *self.step_shape)
        return [ops.zeros(shape, dtype=self.compute_dtype) for _ in range(2)]

    def call(self, inputs: Tensor, states: Any, training: Mode = False) -> Any:
        h, c = states
        x = self._dropped(inputs, self.get_dropout_mask, training)
        h = self._dropped(h, self.get_recurrent_dropout_mask, training)
        z = ops.add(
            ops.conv(
                x, self.kernel, self.strides, self.padding, self.data_format, self.dilation_rate
            ),
            ops.conv(h, self.recurrent_kernel, 1, "same", self.data_format),
        )
        first = self.data_format == "channels_first"
        if self.bias is not None:
            bias: Any = self.bias
            if first:
                bias = ops.reshape(bias, (-1, *(1,) * len(self.kernel_size)))
            z = ops.add(z, bias)
        i, f, g, o = ops.split(z, 4, axis=1 if first else -1)
        gate = functools.partial(apply_activation, self.recurrent_activation)
        c = ops.add(
            ops.multiply(gate(f), c), ops.multiply(gate(i), apply_activation(self.activation, g))
        )
        h = ops.multiply(gate(o), apply_activation(self.activation, c))
        return h, [h, c]


class ConvLSTM(Spatial, CellLayer):
    """Convolutional LSTM over ``rank`` spatial axes; see `ConvLSTM2D`."""

    _config_adds = ("unroll", "zero_output_for_mask")

    filters = OfCell[int]()
    kernel_size = OfCell[Any]()
    strides = OfCell[Any]()
    padding = OfCell[str]()
    data_format: Any = OfCell[str]()
    dilation_rate = OfCell[Any]()

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
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
        **kwargs: Unpack[PlainLayerOptions],
    ) -> None:
        cell = ConvLSTMCell(
            self.rank,
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
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
            dtype=kwargs.get("dtype"),
            name="conv_lstm_cell",
        )
        super().__init__(
            data_format,
            cell=cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def _step_shape(self) -> tuple[Any, ...]:
        return self.cell.step_shape


@public("keras.layers.ConvLSTM1D")
class ConvLSTM1D(ConvLSTM, rank=1):
    """Long short-term memory over sequences of lines, with convolutions for products.

    See [Shi et al., 2015](https://arxiv.org/abs/1506.04214).

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int.
        strides: Step between windows of the inputs: an int;
            1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around. ``"valid"`` by default. Windows of the states are always padded.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window of the inputs: an int; 1 by default.
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
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, size, channels)``, or with the channels behind the steps.

    Output shape:
        ``(batch, new_size, filters)``, or with the steps behind the batch.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ConvLSTM1D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 3, 5, 2))))
    (1, 5, 4)
    """


@public("keras.layers.ConvLSTM2D")
class ConvLSTM2D(ConvLSTM, rank=2):
    """Long short-term memory over sequences of images, with convolutions for products.

    See [Shi et al., 2015](https://arxiv.org/abs/1506.04214).

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows of the inputs: an int, or one for each spatial axis;
            1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around. ``"valid"`` by default. Windows of the states are always padded.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window of the inputs: an int, or one for
            each spatial axis; 1 by default.
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
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, height, width, channels)``, or with the channels behind the steps.

    Output shape:
        ``(batch, new_height, new_width, filters)``, or with the steps behind the batch.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ConvLSTM2D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 3, 5, 5, 2))))
    (1, 5, 5, 4)
    """


@public("keras.layers.ConvLSTM3D")
class ConvLSTM3D(ConvLSTM, rank=3):
    """Long short-term memory over sequences of volumes, with convolutions for products.

    See [Shi et al., 2015](https://arxiv.org/abs/1506.04214).

    Args:
        filters: Number of output channels, a positive int.
        kernel_size: Size of the windows: an int, or one for each spatial axis.
        strides: Step between windows of the inputs: an int, or one for each spatial axis;
            1 by default.
        padding: ``"valid"``: only windows that lie in the inputs; ``"same"``: zeros are added
            around. ``"valid"`` by default. Windows of the states are always padded.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        dilation_rate: Step between the elements of a window of the inputs: an int, or one for
            each spatial axis; 1 by default.
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
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, depth, height, width, channels)``, or with the channels behind the steps.

    Output shape:
        ``(batch, new_depth, new_height, new_width, filters)``, or with the steps behind the batch.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ConvLSTM3D(4, 3, padding="same")
    >>> keras.ops.shape(layer(keras.ops.ones((1, 3, 5, 5, 5, 2))))
    (1, 5, 5, 5, 4)
    """
