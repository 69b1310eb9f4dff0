"""A cell run over sequences."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, Unpack

from keras_core import activations, ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.layers.rnn.cells import (
    StackedRNNCells,
    build_cell,
    initial_state,
    takes_training,
)
from keras_core.typing import CustomObjects, LayerOptions, Mode, Shape, Tensor, Tensors


@public("keras.layers.RNN")
class RNN(Layer):
    """A cell run over the steps of sequences.

    Args:
        cell: A cell, or a list of them to be stacked: a layer whose ``call(inputs, states)``
            returns ``(outputs, states)`` and which has a ``state_size``, an int or a list.
        return_sequences: Whether to return the outputs of all steps, rather than of the last
            one; False by default.
        return_state: Whether to return the last states, too; False by default.
        go_backwards: Whether to go from the last step to the first; False by default.
        stateful: Whether a batch begins with the last states of the one before; False by default.
        unroll: Whether to write the steps out rather than to loop, for short sequences; False by
            default.
        zero_output_for_mask: Whether masked steps return 0, the last one among them, rather than
            the output before them; False by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, features)``.

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.RNN([keras.layers.LSTMCell(4), keras.layers.LSTMCell(2)])
    >>> keras.ops.shape(layer(keras.ops.ones((1, 5, 3))))
    (1, 2)
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
        **kwargs: Unpack[LayerOptions],
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

    def build(self, sequences_shape: Shape, initial_state_shape: Shape | None = None) -> None:
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

    def get_initial_state(self, batch_size: int | Tensor | None) -> Any:
        """The first states, a list."""
        state = initial_state(self.cell, batch_size, self.compute_dtype)
        return list(state) if isinstance(state, (list, tuple)) else [state]

    def reset_state(self) -> None:
        """Begin anew after a batch, if stateful."""
        for v in self.states or []:
            v.assign(ops.zeros(v.shape, v.dtype))

    reset_states = reset_state

    def call(
        self,
        sequences: Tensor,
        initial_state: Tensors | None = None,
        mask: Tensor | None = None,
        training: Mode = False,
    ) -> Any:
        if initial_state is None:
            initial_state = self._first_state(sequences)
        if isinstance(mask, (list, tuple)):
            mask = mask[0]
        states = (
            list(initial_state) if isinstance(initial_state, (list, tuple)) else [initial_state]
        )
        self._forget_masks()
        last, outputs, states = self.inner_loop(sequences, states, mask, training)
        self._forget_masks()
        if self.stateful:
            for v, value in zip(self.states, tree.flatten(states), strict=True):
                v.assign(value)
        out = ops.cast(outputs if self.return_sequences else last, self.compute_dtype)
        return (out, *states) if self.return_state else out

    def _forget_masks(self) -> None:
        """Let the cell draw new masks of dropout for the next sequence."""
        for name in ("reset_dropout_mask", "reset_recurrent_dropout_mask"):
            if hasattr(self.cell, name):
                getattr(self.cell, name)()

    def _first_state(self, sequences: Any) -> list[Any]:
        if self.stateful:
            flat = [v.value for v in self.states]
            nest = self.get_initial_state(1)
            return tree.pack_sequence_as(nest, flat)
        return self.get_initial_state(ops.shape(sequences)[0])

    def inner_loop(
        self, sequences: Tensor, initial_state: Any, mask: Tensor | None, training: Mode = False
    ) -> Any:
        """The steps of a sequence, one after another.

        Args:
            sequences: A tensor ``(batch, steps, ...)``.
            initial_state: The state before the first step, a list of tensors.
            mask: Which steps count, booleans ``(batch, steps)``; None for all.
            training: Whether dropout is active; False by default.

        Returns:
            The last output, the outputs of all steps, and the states after the last one.
        """
        states = list(initial_state)
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
                new = tree.map_structure(lambda a, b: _kept(m, a, b), new, list(state))
                out = _kept(m, out, previous)
                shown = _kept(m, out, ops.zeros_like(out)) if self.zero_output_for_mask else out
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

    def _draw_masks(self, x: Any, states: Any, training: Mode) -> None:
        """Draw dropout masks before the loop: a traced loop must not make state."""
        cell = self.cell
        if training and getattr(cell, "seed_generator", None) is not None:
            first = tree.flatten(states)[0]
            cell.get_dropout_mask(x[0])
            cell.get_recurrent_dropout_mask(first)

    def _step_shape(self) -> tuple[Any, ...]:
        """The shape of the outputs of a step, without the batch."""
        size = getattr(self.cell, "output_size", None) or self.cell.state_size
        return (size[0] if isinstance(size, (list, tuple)) else size,)

    def _zero_output(self, sequences: Any) -> Any:
        return ops.zeros((ops.shape(sequences)[0], *self._step_shape()), dtype=self.compute_dtype)

    def compute_output_spec(
        self,
        sequences: Tensor,
        initial_state: Tensors | None = None,
        mask: Tensor | None = None,
        training: Mode = False,
    ) -> Any:
        batch, steps = sequences.shape[:2]
        step = self._step_shape()
        shape = (batch, steps, *step) if self.return_sequences else (batch, *step)
        out = KerasTensor(shape, self.compute_dtype)
        if not self.return_state:
            return out
        states = tree.map_structure(
            lambda s: KerasTensor((batch, *s.shape[1:]), self.compute_dtype),
            self.get_initial_state(1),
        )
        return (out, *states)

    def compute_mask(self, _: Tensors | None, mask: Tensors | None) -> Any:
        mask = tree.flatten(mask)[0] if mask is not None else None
        out = mask if self.return_sequences else None
        if self.return_state:
            return [out] + [None for _ in self.get_initial_state(1)]
        return out

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Any:
        config = dict(config)
        cell = serialization.deserialize_keras_object(config.pop("cell"), custom_objects)
        return cls(cell, **config)


def _kept(mask: Any, new: Any, old: Any) -> Any:
    """``new`` for samples where a mask of shape ``(batch,)`` is True, ``old`` for the others."""
    for _ in range(len(new.shape) - 1):
        mask = ops.expand_dims(mask, -1)
    return ops.where(mask, new, old)


_T = TypeVar("_T")


class OfCell(Generic[_T]):
    """An argument that a recurrent layer hands on to its cell, and shows as its own."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, layer: Any, owner: type) -> _T:
        if layer is None:
            return self  # type: ignore[return-value]  # as any descriptor of a class
        return getattr(layer.cell, self._name)

    def __set__(self, layer: Any, value: _T) -> None:
        setattr(layer.cell, self._name, value)


def of_cell(name: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Those arguments of a recurrent layer that are arguments of every layer, for its cell.

    Args:
        name: The name of the cell.
        kwargs: The arguments by name of the layer.
    """
    return {
        "trainable": kwargs.get("trainable", True),
        "dtype": kwargs.get("dtype"),
        "name": name,
    }


class CellLayer(RNN):
    """A recurrent layer whose cell is known: its arguments are those of the cell and its own."""

    _config_adds = ("zero_output_for_mask",)

    units = OfCell[int]()
    activation = OfCell[Any]()
    recurrent_activation = OfCell[Any]()
    use_bias = OfCell[bool]()
    kernel_initializer = OfCell[Any]()
    recurrent_initializer = OfCell[Any]()
    bias_initializer = OfCell[Any]()
    unit_forget_bias = OfCell[bool]()
    kernel_regularizer = OfCell[Any]()
    recurrent_regularizer = OfCell[Any]()
    bias_regularizer = OfCell[Any]()
    kernel_constraint = OfCell[Any]()
    recurrent_constraint = OfCell[Any]()
    bias_constraint = OfCell[Any]()
    dropout = OfCell[float]()
    recurrent_dropout = OfCell[float]()
    reset_after = OfCell[bool]()
    seed = OfCell[Any]()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Any:
        return cls(**config)

    def _is_standard(self, training: Mode, mask: Any) -> bool:
        """Whether the engine's kernel computes the same."""
        cell = self.cell
        return (
            mask is None
            and not self.unroll
            and cell.activation is activations.tanh
            and cell.recurrent_activation is activations.sigmoid
            and not (training and (cell.dropout or cell.recurrent_dropout))
        )
