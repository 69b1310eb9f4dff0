"""Vectors for integers."""

from collections.abc import Sequence
from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.legacy import warn_of
from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.kernels.layer import KernelLayer
from keras_core.layers.kernels.layouts import Lookup
from keras_core.layers.kernels.plain import Contracting
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.typing import (
    Config,
    ConstraintLike,
    EmbeddingOptions,
    InitializerLike,
    RegularizerLike,
    Shape,
    Shaped,
    Tensor,
)


@public("keras.layers.Embedding")
class Embedding(KernelLayer):
    """A table of trained vectors, looked up by integers.

    Args:
        input_dim: Number of rows of the table: inputs are integers from 0 to ``input_dim - 1``.
        output_dim: Size of the vectors.
        embeddings_initializer: Initializer of the table; uniform by default.
        embeddings_regularizer: Penalty on the table that is added to the loss; none by default.
        embeddings_constraint: Projection of the table after each update; none by default.
        mask_zero: Whether 0 stands for padding, which later layers mask; False by default.
        weights: The initial table, an array of shape ``(input_dim, output_dim)``; by default it
            is drawn by ``embeddings_initializer``.
        lora_rank: Rank of a low-rank update that is trained instead of the table; by default
            the table is trained itself.
        lora_alpha: Scale of that update; ``lora_rank`` by default.
        quantization_config: How the table is quantised; not at all by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, ...)``, integers.

    Output shape:
        ``(batch, ..., output_dim)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Embedding(10, 4)(keras.ops.zeros((2, 3), "int32")))
    (2, 3, 4)
    """

    _config_omits = KernelLayer._config_omits | {"weights"}
    _config_adds = ("activity_regularizer",)
    _quantization_modes = ("int8", "int4")
    kernel_layout = Lookup()

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: InitializerLike = "uniform",
        embeddings_regularizer: RegularizerLike = None,
        embeddings_constraint: ConstraintLike = None,
        mask_zero: bool = False,
        weights: Shaped | Sequence[Any] | None = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: "QuantizationConfig | Config | None" = None,
        **kwargs: Unpack[EmbeddingOptions],
    ) -> None:
        length = kwargs.pop("input_length", None)
        if length is not None:
            warn_of("Embedding(input_length=...)", "`keras.Input`; the layer takes any length")
        if length is not None and "input_shape" not in kwargs:
            kwargs["input_shape"] = (length,)
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        self.input_dim = positive_int("input_dim", input_dim)
        self.output_dim = positive_int("output_dim", output_dim)
        self._declare_weight(
            "embeddings", embeddings_initializer, embeddings_regularizer, embeddings_constraint
        )
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False
        if weights is not None:
            self.build(None)
            self.set_weights(weights if isinstance(weights, list) else [weights])

    def _declared_kernels(self) -> list[tuple[str, Contracting]]:
        return [("embeddings", self)]

    _other_weights = ()

    def build(self, input_shape: Shape | None = None) -> None:
        self._build_kernel("embeddings", (self.input_dim, self.output_dim))

    @property
    def embeddings(self) -> Tensor:
        """The table, of shape ``(input_dim, output_dim)``."""
        return self.kernel

    @embeddings.setter
    def embeddings(self, variable: Variable) -> None:
        self.kernel = variable

    def call(self, inputs: Tensor) -> Tensor:
        if not ops.dtype(inputs).startswith(("int", "uint")):
            inputs = ops.cast(inputs, "int32")
        return ops.cast(self._kernel.product(inputs), self.compute_dtype)

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        return ops.take(kernel, inputs, axis=0)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def compute_output_spec(self, inputs: KerasTensor) -> KerasTensor:
        shape = self.compute_output_shape(inputs.shape)
        return KerasTensor(shape, self.compute_dtype, ragged=inputs.ragged)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return (*input_shape, self.output_dim)
