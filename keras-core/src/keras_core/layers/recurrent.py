"""Recurrent layers, and the layers that wrap them."""

from typing import Any

from keras_core import activations, ops, regularizers
from keras_core.core.base import tree
from keras_core.core.base.names import to_snake_case
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.layers.recurrent_cells import (
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
    StackedRNNCells,
    build_cell,
    initial_state,
    takes_training,
)


@public("keras.layers.RNN")
class RNN(Layer):
    """A cell run over the steps of sequences.

    Args:
        cell: A cell, or a list of them: a layer whose ``call(inputs, states)`` returns
            ``(outputs, states)`` and which has a ``state_size``.
        return_sequences: Whether the outputs of all steps are returned, or of the last one.
        return_state: Whether the last states are returned too.
        go_backwards: Whether to go from the last step to the first.
        stateful: Whether a batch begins with the last states of the one before.
        unroll: Whether the steps are written out, for short sequences.
        zero_output_for_mask: Whether masked steps return 0, the last one among them, or the
            output before them.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if "call" not in dir(cell):
            raise ValueError(f"Argument `cell` should have a `call` method. Received: cell={cell}")
        if "state_size" not in dir(cell):
            raise ValueError(
                "The RNN cell should have a `state_size` attribute (single integer or list of "
                f"integers, one integer per RNN state). Received: cell={cell}"
            )
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful = go_backwards, stateful
        self.unroll, self.zero_output_for_mask = unroll, zero_output_for_mask
        self.supports_masking = True
        self.input_spec = InputSpec(ndim=3)
        self.states: Any = None

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        step = (sequences_shape[0], *sequences_shape[2:])
        build_cell(self.cell, step)
        if self.stateful:
            if sequences_shape[0] is None:
                raise ValueError(
                    "When using `stateful=True` in a RNN, the batch size must be static. Give "
                    f"`batch_shape` to the input. Found: sequence.shape={sequences_shape}"
                )
            first = tree.flatten(self.get_initial_state(sequences_shape[0]))
            self.states = [
                Variable(s, trainable=False, name=f"state_{i}") for i, s in enumerate(first)
            ]

    def get_initial_state(self, batch_size: Any) -> Any:
        """The first states, a list."""
        state = initial_state(self.cell, batch_size, self.compute_dtype)
        return list(state) if isinstance(state, (list, tuple)) else [state]

    def reset_state(self) -> None:
        """Begin anew after a batch, if stateful."""
        for v in self.states or []:
            v.assign(ops.zeros(v.shape, v.dtype))

    reset_states = reset_state

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False
    ) -> Any:
        if initial_state is None:
            initial_state = self._first_state(sequences)
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        states = (
            list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
        )
        if hasattr(self.cell, "reset_dropout_mask"):
            self.cell.reset_dropout_mask()
        last, outputs, states = self._run(sequences, states, mask, training)
        if hasattr(self.cell, "reset_dropout_mask"):
            self.cell.reset_dropout_mask()
        if self.stateful:
            for v, value in zip(self.states, tree.flatten(states), strict=True):
                v.assign(value)
        out = ops.cast(outputs if self.return_sequences else last, self.compute_dtype)
        return (out, *states) if self.return_state else out

    def _first_state(self, sequences: Any) -> list[Any]:
        if self.stateful:
            flat = [v.value for v in self.states]
            nest = self.get_initial_state(1)
            return tree.pack_sequence_as(nest, flat)
        return self.get_initial_state(ops.shape(sequences)[0])

    def _run(self, sequences: Any, states: Any, mask: Any, training: Any) -> Any:
        """The last output, all outputs, and the last states."""
        x = ops.transpose(sequences, (1, 0, *range(2, len(sequences.shape))))
        if self.go_backwards:
            x = ops.flip(x, 0)
        extra = {"training": training} if takes_training(self.cell) else {}
        self._draw_masks(x, states, training)

        def step(carry: Any, given: Any) -> Any:
            state, previous = carry if mask is not None else (carry, None)
            x_t, m = given if mask is not None else (given, None)
            out, new = self.cell(x_t, list(state), **extra)
            new = list(new) if isinstance(new, (list, tuple)) else [new]
            if m is not None:
                keep = ops.expand_dims(m, -1)
                new = tree.map_structure(lambda a, b: ops.where(keep, a, b), new, list(state))
                out = ops.where(keep, out, previous)
                shown = (
                    ops.where(keep, out, ops.zeros_like(out)) if self.zero_output_for_mask else out
                )
                return (tuple(new), out), shown
            return tuple(new), out

        time_mask = None
        xs, carry = x, tuple(states)
        if mask is not None:
            time_mask = ops.transpose(mask, (1, 0))
            if self.go_backwards:
                time_mask = ops.flip(time_mask, 0)
            xs, carry = (x, time_mask), (carry, self._zero_output(sequences))
        if self.unroll and isinstance(x.shape[0], int):
            outs = []
            for t in range(x.shape[0]):
                given = x[t] if time_mask is None else (x[t], time_mask[t])
                carry, out = step(carry, given)
                outs.append(out)
            ys = ops.stack(outs)
        else:
            carry, ys = ops.scan(step, carry, xs)
        states, held = carry if mask is not None else (carry, None)
        steps = ops.shape(ys)[0]
        if held is not None and not self.zero_output_for_mask:
            last = held
        else:
            last = ys[-1 if not isinstance(steps, int) else steps - 1]
        return last, ops.transpose(ys, (1, 0, *range(2, len(ys.shape)))), list(states)

    def _draw_masks(self, x: Any, states: Any, training: Any) -> None:
        """Draw dropout masks before the loop: a traced loop must not make state."""
        cell = self.cell
        if training and getattr(cell, "seed_generator", None) is not None:
            first = tree.flatten(states)[0]
            if cell.dropout:
                cell._dropped(ops.zeros_like(x[0]), cell.dropout, "x", True)
            if cell.recurrent_dropout:
                cell._dropped(ops.zeros_like(first), cell.recurrent_dropout, "h", True)

    def _zero_output(self, sequences: Any) -> Any:
        size = getattr(self.cell, "output_size", None) or self.cell.state_size
        size = size[0] if isinstance(size, (list, tuple)) else size
        return ops.zeros((ops.shape(sequences)[0], size), dtype=self.compute_dtype)

    def compute_output_spec(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False
    ) -> Any:
        size = getattr(self.cell, "output_size", None) or self.cell.state_size
        size = size[0] if isinstance(size, (list, tuple)) else size
        batch, steps = sequences.shape[:2]
        shape = (batch, steps, size) if self.return_sequences else (batch, size)
        out = KerasTensor(shape, self.compute_dtype)
        if not self.return_state:
            return out
        states = tree.map_structure(
            lambda s: KerasTensor((batch, *s.shape[1:]), self.compute_dtype),
            self.get_initial_state(1),
        )
        return (out, *states)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        mask = tree.flatten(previous_mask)[0] if previous_mask is not None else None
        out = mask if self.return_sequences else None
        if self.return_state:
            return [out] + [None for _ in self.get_initial_state(1)]
        return out

    def _rnn_config(self) -> dict[str, Any]:
        return {
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
        }

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            **self._rnn_config(),
            "cell": serialization.serialize_keras_object(self.cell),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        cell = serialization.deserialize_keras_object(config.pop("cell"), custom_objects)
        return cls(cell, **config)


class _Ready(RNN):
    """A recurrent layer whose cell is known: its arguments are those of the cell and its own."""

    _cell: type

    def _start(self, cell: dict[str, Any], own: dict[str, Any], kwargs: dict[str, Any]) -> None:
        zero = kwargs.pop("zero_output_for_mask", False)
        activity = own.pop("activity_regularizer")
        inner = self._cell(
            **cell,
            trainable=kwargs.get("trainable", True),
            dtype=kwargs.get("dtype"),
            name=to_snake_case(self._cell.__name__),
        )
        RNN.__init__(
            self, inner, zero_output_for_mask=zero, activity_regularizer=activity, **own, **kwargs
        )

    def get_config(self) -> dict[str, Any]:
        cell = self.cell.get_config()
        for key in ("name", "trainable", "dtype"):
            cell.pop(key)
        cell["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return {**Layer.get_config(self), **self._rnn_config(), **cell}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        return cls(**config)

    def _is_standard(self, training: Any, mask: Any) -> bool:
        """Whether the engine's kernel computes the same."""
        cell = self.cell
        return (
            mask is None
            and not self.unroll
            and cell.activation is activations.tanh
            and cell.recurrent_activation is activations.sigmoid
            and not (training and (cell.dropout or cell.recurrent_dropout))
        )


def _of_cell(name: str) -> property:
    return property(lambda self: getattr(self.cell, name), doc=f"The ``{name}`` of the cell.")


for _name in (
    "units", "activation", "recurrent_activation", "use_bias", "kernel_initializer",
    "recurrent_initializer", "bias_initializer", "unit_forget_bias", "kernel_regularizer",
    "recurrent_regularizer", "bias_regularizer", "kernel_constraint", "recurrent_constraint",
    "bias_constraint", "dropout", "recurrent_dropout", "reset_after",
):  # fmt: skip
    setattr(_Ready, _name, _of_cell(_name))


@public("keras.layers.SimpleRNN")
class SimpleRNN(_Ready):
    """A fully connected recurrent layer.

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
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        return_sequences: Whether the outputs of all steps are returned, or of the last one.
        return_state: Whether the last states are returned too.
        go_backwards: Whether to go from the last step to the first.
        stateful: Whether a batch begins with the last states of the one before.
        unroll: Whether the steps are written out, for short sequences.
        seed: An int, to drop the same in each run.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.SimpleRNN(4)(keras.ops.ones((2, 5, 3))))
    (2, 4)
    """

    _cell = SimpleRNNCell

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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        self._start(
            {
                "units": units,
                "activation": activation,
                "use_bias": use_bias,
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
                "dropout": dropout,
                "recurrent_dropout": recurrent_dropout,
                "seed": seed,
            },
            {
                "return_sequences": return_sequences,
                "return_state": return_state,
                "go_backwards": go_backwards,
                "stateful": stateful,
                "unroll": unroll,
                "activity_regularizer": activity_regularizer,
            },
            kwargs,
        )


@public("keras.layers.LSTM")
class LSTM(_Ready):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997).

    Args:
        units: The size of the outputs.
        activation: An activation function or its name.
        recurrent_activation: For the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        recurrent_initializer: For the recurrent kernel.
        bias_initializer: For the bias.
        unit_forget_bias: Whether the bias of the forget gate begins with 1.
        kernel_regularizer: For the kernel.
        recurrent_regularizer: For the recurrent kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        seed: An int, to drop the same in each run.
        return_sequences: Whether the outputs of all steps are returned, or of the last one.
        return_state: Whether the last states are returned too.
        go_backwards: Whether to go from the last step to the first.
        stateful: Whether a batch begins with the last states of the one before.
        unroll: Whether the steps are written out, for short sequences.
        use_cudnn: Whether the kernel of the engine is used: ``"auto"``, True or False.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.LSTM(4)(keras.ops.ones((2, 5, 3))))
    (2, 4)
    """

    _cell = LSTMCell

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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: Any = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        self._start(
            {
                "units": units,
                "activation": activation,
                "recurrent_activation": recurrent_activation,
                "use_bias": use_bias,
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "unit_forget_bias": unit_forget_bias,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
                "dropout": dropout,
                "recurrent_dropout": recurrent_dropout,
                "seed": seed,
            },
            {
                "return_sequences": return_sequences,
                "return_state": return_state,
                "go_backwards": go_backwards,
                "stateful": stateful,
                "unroll": unroll,
                "activity_regularizer": activity_regularizer,
            },
            kwargs,
        )
        self.use_cudnn = use_cudnn

    def _run(self, sequences: Any, states: Any, mask: Any, training: Any) -> Any:
        if self.use_cudnn is False or not self._is_standard(training, mask):
            return super()._run(sequences, states, mask, training)
        cell = self.cell
        ys, h, c = ops.lstm(
            sequences, states[0], states[1], cell.kernel, cell.recurrent_kernel, cell.bias,
            self.go_backwards,
        )  # fmt: skip
        return h, ys, [h, c]


@public("keras.layers.GRU")
class GRU(_Ready):
    """Gated recurrent units (Cho et al., 2014).

    Args:
        units: The size of the outputs.
        activation: An activation function or its name.
        recurrent_activation: For the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        recurrent_initializer: For the recurrent kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        recurrent_regularizer: For the recurrent kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        recurrent_constraint: For the recurrent kernel.
        bias_constraint: For the bias.
        dropout: The share of the inputs that is dropped in training.
        recurrent_dropout: The share of the states that is dropped in training.
        seed: An int, to drop the same in each run.
        return_sequences: Whether the outputs of all steps are returned, or of the last one.
        return_state: Whether the last states are returned too.
        go_backwards: Whether to go from the last step to the first.
        stateful: Whether a batch begins with the last states of the one before.
        unroll: Whether the steps are written out, for short sequences.
        reset_after: Whether the reset gate comes after the product with the recurrent kernel.
        use_cudnn: Whether the kernel of the engine is used: ``"auto"``, True or False.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.GRU(4)(keras.ops.ones((2, 5, 3))))
    (2, 4)
    """

    _cell = GRUCell

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
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: Any = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)  # older versions of Keras had several
        self._start(
            {
                "units": units,
                "activation": activation,
                "recurrent_activation": recurrent_activation,
                "use_bias": use_bias,
                "kernel_initializer": kernel_initializer,
                "recurrent_initializer": recurrent_initializer,
                "bias_initializer": bias_initializer,
                "kernel_regularizer": kernel_regularizer,
                "recurrent_regularizer": recurrent_regularizer,
                "bias_regularizer": bias_regularizer,
                "kernel_constraint": kernel_constraint,
                "recurrent_constraint": recurrent_constraint,
                "bias_constraint": bias_constraint,
                "dropout": dropout,
                "recurrent_dropout": recurrent_dropout,
                "reset_after": reset_after,
                "seed": seed,
            },
            {
                "return_sequences": return_sequences,
                "return_state": return_state,
                "go_backwards": go_backwards,
                "stateful": stateful,
                "unroll": unroll,
                "activity_regularizer": activity_regularizer,
            },
            kwargs,
        )
        self.use_cudnn = use_cudnn

    def _run(self, sequences: Any, states: Any, mask: Any, training: Any) -> Any:
        cell = self.cell
        if self.use_cudnn is False or not (cell.reset_after and self._is_standard(training, mask)):
            return super()._run(sequences, states, mask, training)
        ys, h = ops.gru(
            sequences, states[0], cell.kernel, cell.recurrent_kernel, cell.bias, self.go_backwards
        )
        return h, ys, [h]
