"""Where a functional model begins."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core.core.base.names import auto_name
from keras_core.core.base.public import public
from keras_core.core.graph.nodes import Node
from keras_core.core.tensors import runtime
from keras_core.core.tensors.ragged import check_engine
from keras_core.core.tensors.sparse import refuse
from keras_core.core.tensors.symbolic import KerasTensor, standardize_shape
from keras_core.layers.base.layer import Layer
from keras_core.typing import DTypeLike, OldInputOptions


@public("keras.layers.InputLayer")
class InputLayer(Layer):
    """An input of a model. Use `keras.Input` to make one.

    Args:
        shape: The shape without the batch.
        batch_size: The size of the batch, None for any.
        dtype: The dtype, float32 by default.
        sparse: Whether sparse tensors are expected.
        ragged: Whether ragged tensors are expected.
        batch_shape: The shape with the batch, instead of ``shape``.
        input_tensor: A symbolic tensor to use instead of a new one.
        optional: Whether the input may be None.
        name: A name; unique by default.
        **kwargs: Arguments of every layer; see `Layer`.

    Example:

    >>> import keras_core as keras
    >>> keras.layers.InputLayer((4,)).output.shape
    (None, 4)
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: DTypeLike = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Unpack[OldInputOptions],
    ) -> None:
        super().__init__(name=name or auto_name("input_layer"))
        if "input_shape" in kwargs:
            shape = kwargs.pop("input_shape")  # the names of older versions of Keras
        if "batch_input_shape" in kwargs:
            batch_shape = kwargs.pop("batch_input_shape")
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments for an input: {list(kwargs)}")
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ValueError(
                    "Argument `input_tensor` must be a KerasTensor. "
                    f"Received: {input_tensor!r} (of type {type(input_tensor).__name__})"
                )
            _check_tensor(
                input_tensor,
                shape=shape,
                batch_shape=batch_shape,
                batch_size=batch_size,
                dtype=dtype,
                sparse=sparse,
                ragged=ragged,
            )
            batch_shape, dtype = input_tensor.shape, input_tensor.dtype
        elif shape is not None:
            if batch_shape is not None:
                raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
            batch_shape = (batch_size, *standardize_shape(shape))
        elif batch_shape is not None:
            if batch_size is not None:
                raise ValueError(
                    "You cannot pass both `batch_size` and `batch_shape` at the same time. "
                    f"Received: batch_size={batch_size}, batch_shape={batch_shape}"
                )
        else:
            raise ValueError("You must pass a `shape` argument.")
        self._batch_shape = standardize_shape(batch_shape)
        self._input_dtype = str(dtype) if dtype is not None else None
        self.sparse, self.ragged = bool(sparse), bool(ragged)
        if sparse and not runtime.CAPABILITIES.sparse:
            refuse()
        if ragged:
            check_engine()
        self.optional = bool(optional)
        if input_tensor is None:
            output = KerasTensor(
                self._batch_shape,
                dtype or "float32",
                sparse=self.sparse,
                ragged=self.ragged,
                name=self.name,
            )
        else:
            output = input_tensor
        self._input_dtype = output.dtype
        Node(self, (), {}, output)
        self.built = True

    def call(self) -> None:
        """An input has no computation."""

    @property
    def batch_shape(self) -> tuple[int | None, ...]:
        """The shape with the batch."""
        return self._batch_shape

    @property
    def dtype(self) -> str:
        """The dtype of the input."""
        return self._input_dtype  # type: ignore[return-value]  # set in __init__

    def get_config(self) -> dict[str, Any]:
        """The arguments to make it with again."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }


def _check_tensor(tensor: KerasTensor, **given: Any) -> None:
    """Hold what an input is said to be against the tensor that it is."""
    have = {
        "shape": tensor.shape[1:],
        "batch_shape": tensor.shape,
        "batch_size": tensor.shape[0] if tensor.shape else None,
        "dtype": tensor.dtype,
        "sparse": tensor.sparse,
        "ragged": tensor.ragged,
    }
    for name, value in given.items():
        if value is None:
            continue
        value = standardize_shape(value) if name.endswith("shape") else value
        if value != have[name]:
            raise ValueError(
                f"The argument `{name}` does not fit `input_tensor`. Received: {name}={value}, but "
                f"the tensor has {have[name]}."
            )


@public("keras.Input", "keras.layers.Input")
def Input(  # its public name
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: DTypeLike = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """A symbolic tensor: an input of a functional model.

    Args:
        shape: The shape without the batch; None for sizes that are not known.
        batch_size: The size of the batch, None for any.
        dtype: The dtype, float32 by default.
        sparse: Whether sparse tensors are expected.
        ragged: Whether ragged tensors are expected.
        batch_shape: The shape with the batch, instead of ``shape``.
        name: A name, unique in the model.
        tensor: A symbolic tensor to make an input of.
        optional: Whether the input may be None.

    Returns:
        A `KerasTensor`.

    Example:

    >>> import keras_core as keras
    >>> x = keras.Input((32,))
    >>> model = keras.Model(x, keras.layers.Dense(16, activation="softmax")(x))
    >>> model.output_shape
    (None, 16)
    """
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    )
    return layer._inbound_nodes[0].outputs[0]
