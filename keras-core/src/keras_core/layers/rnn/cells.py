"""Cells, which compute one step of a recurrent layer: what all share, and stacks of them."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Unpack

from keras_core import activations, ops, random
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.arguments import fraction, positive_int
from keras_core.layers.base.layer import Layer
from keras_core.typing import ActivationLike, CustomObjects, LayerOptions, Mode, Shape, Tensor


def takes_training(cell: Any) -> bool:
    """Whether the `call` of a cell has an argument ``training``."""
    spec = getattr(cell, "call_signature", None)
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


class DropoutCell(Layer):
    """A cell that drops the same inputs and states at all steps of a sequence.

    Args:
        dropout: Fraction of the inputs to drop in training.
        recurrent_dropout: Fraction of the states to drop in training.
        seed: An int, to drop the same in each run.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    def __init__(
        self,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.dropout = float(fraction("dropout", dropout))
        self.recurrent_dropout = float(fraction("recurrent_dropout", recurrent_dropout))
        if self.recurrent_dropout > 0 or self.dropout > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.seed = seed

    def get_dropout_mask(self, step_input: Tensor) -> Tensor | None:
        """What inputs are multiplied with in training, the same at all steps of a sequence.

        Args:
            step_input: The inputs of a step, of shape ``(batch, features)``.

        Returns:
            A tensor of that shape, or None if ``dropout`` is 0.
        """
        return self._mask("inputs", self.dropout, step_input)

    def get_recurrent_dropout_mask(self, step_input: Tensor) -> Tensor | None:
        """What states are multiplied with in training, the same at all steps of a sequence.

        Args:
            step_input: The state before a step, of shape ``(batch, units)``.

        Returns:
            A tensor of that shape, or None if ``recurrent_dropout`` is 0.
        """
        return self._mask("states", self.recurrent_dropout, step_input)

    def reset_dropout_mask(self) -> None:
        """Draw a new mask of the inputs for the next sequence."""
        self._masks().pop("inputs", None)

    def reset_recurrent_dropout_mask(self) -> None:
        """Draw a new mask of the states for the next sequence."""
        self._masks().pop("states", None)

    def _masks(self) -> dict[str, Any]:
        held: dict[str, Any] = self.__dict__.setdefault("_drawn", {})
        return held

    def _mask(self, of: str, rate: float, x: Any) -> Any:
        held = self._masks()
        if rate and of not in held:
            held[of] = random.dropout(ops.ones_like(x), rate, seed=self.seed_generator)
        return held.get(of)

    def _dropped(self, x: Any, mask: Callable[[Any], Any], training: Mode) -> Any:
        """``x`` under a mask, if it is drawn for training and there is one."""
        drawn = mask(x) if training else None
        return x if drawn is None else ops.multiply(x, drawn)


class Cell(DropoutCell):
    """The base of the cells of this package: weights for several gates, and dropout.

    Args:
        units: Size of the outputs.
        activation: Activation function, or its name.
        use_bias: Whether to add a bias.
        dropout: Fraction of the inputs to drop in training.
        recurrent_dropout: Fraction of the states to drop in training.
        seed: An int, to drop the same in each run.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _gates: ClassVar[int] = 1
    """The number of parts of the kernels, each as wide as the outputs."""

    state_size: Any
    output_size: Any
    bias: Any

    def __init__(
        self,
        units: int,
        activation: ActivationLike,
        use_bias: bool,
        dropout: float,
        recurrent_dropout: float,
        seed: int | None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(dropout, recurrent_dropout, seed, **kwargs)
        self.units = positive_int("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.output_size = self.units

    def _build_weights(self, input_shape: Any, bias_shape: Any) -> None:
        width = self.units * self._gates
        self.kernel = self._add_declared("kernel", (input_shape[-1], width))
        self.recurrent_kernel = self._add_declared(
            "recurrent", (self.units, width), name="recurrent_kernel"
        )
        self.bias = self._add_declared("bias", bias_shape) if self.use_bias else None

    def get_initial_state(self, batch_size: int | Tensor | None = None) -> list[Any]:
        """Zeros of the shapes of the states."""
        sizes = self.state_size if isinstance(self.state_size, (list, tuple)) else [self.state_size]
        return [ops.zeros((batch_size, n), dtype=self.compute_dtype) for n in sizes]


@public("keras.layers.StackedRNNCells")
class StackedRNNCells(Layer):
    """Several cells as one: each gets the outputs of the one before.

    Args:
        cells: List of cells, such as `LSTMCell`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> cells = keras.layers.StackedRNNCells([keras.layers.GRUCell(4), keras.layers.GRUCell(2)])
    >>> keras.ops.shape(keras.layers.RNN(cells)(keras.ops.ones((1, 5, 3))))
    (1, 2)
    """

    def __init__(self, cells: Iterable[Any], **kwargs: Unpack[LayerOptions]) -> None:
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

    def get_initial_state(self, batch_size: int | Tensor | None = None) -> list[Any]:
        """The first states of each cell."""
        return [initial_state(c, batch_size, self.compute_dtype) for c in self.cells]

    def build(self, input_shape: Shape) -> None:
        for cell in self.cells:
            build_cell(cell, input_shape)
            size = getattr(cell, "output_size", None) or cell.state_size
            size = size[0] if isinstance(size, (list, tuple)) else size
            input_shape = (*input_shape[:1], size)

    def call(self, inputs: Tensor, states: Any, training: Mode = False, **kwargs: Any) -> Any:
        new = []
        for cell, state in zip(self.cells, states, strict=True):
            given = state if isinstance(state, (list, tuple)) else [state]
            extra = {"training": training} if takes_training(cell) else {}
            inputs, out = cell(inputs, list(given), **extra)
            one = not isinstance(state, (list, tuple)) and isinstance(out, (list, tuple))
            new.append(out[0] if one else out)
        return inputs, new

    def reset_dropout_mask(self) -> None:
        """Draw new masks of the inputs for the next sequence."""
        for cell in self.cells:
            if hasattr(cell, "reset_dropout_mask"):
                cell.reset_dropout_mask()

    def reset_recurrent_dropout_mask(self) -> None:
        """Draw new masks of the states for the next sequence."""
        for cell in self.cells:
            if hasattr(cell, "reset_recurrent_dropout_mask"):
                cell.reset_recurrent_dropout_mask()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> Any:
        config = dict(config)
        cells = [
            serialization.deserialize_keras_object(c, custom_objects) for c in config.pop("cells")
        ]
        return cls(cells, **config)
