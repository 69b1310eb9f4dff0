"""Vectors for integers, and back."""

from typing import Any, Unpack

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.core.embedding import Embedding
from keras_core.layers.kernels.layouts import Contraction
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.typing import (
    ConstraintLike,
    EmbeddingOptions,
    InitializerLike,
    RegularizerLike,
    Shape,
    Tensor,
)


class _WayBack:
    """What multiplies vectors with a table, whose rows are summed over or stand for the scores."""

    def __init__(self, equation: str, **options: Any) -> None:
        self.equation = equation
        self.kernel_layout = Contraction(equation, **options)

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        """The scores."""
        turned = ops.transpose(kernel) if self.equation.endswith("ba->...b") else kernel
        return ops.matmul(inputs, ops.cast(turned, ops.dtype(inputs)))

    def add_bias(self, outputs: Tensor, bias: Tensor | None) -> Tensor:
        """The scores have none."""
        return outputs


_TIED = _WayBack("...a,ba->...b")
_UNTIED = _WayBack("...a,ab->...b", pack_axis=0, zero_dtype="float32")


@public("keras.layers.ReversibleEmbedding")
class ReversibleEmbedding(Embedding):
    """An embedding that can be run backwards: from vectors to a score for each integer.

    Language models use it at both ends: to embed tokens, and to score the next one.

    Args:
        input_dim: Number of rows of the table: inputs are integers from 0 to ``input_dim - 1``.
        output_dim: Size of the vectors.
        tie_weights: Whether the way back uses the same table, rather than one of its own; True by
            default.
        embeddings_initializer: Initializer of the tables; uniform by default.
        embeddings_regularizer: Penalty on the table that is added to the loss; none by default.
        embeddings_constraint: Projection of the table after each update; none by default.
        mask_zero: Whether 0 stands for padding, which later layers mask; False by default.
        reverse_dtype: Dtype of the way back; that of the computation by default.
        logit_soft_cap: Bound of the scores, ``cap * tanh(scores / cap)``; none by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: Integers of shape ``(batch, ...)``, or vectors of shape ``(..., output_dim)``.
        reverse: Whether to go from vectors to scores of shape ``(..., input_dim)``; False by
            default.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.ReversibleEmbedding(10, 4)
    >>> vectors = layer(keras.ops.array([[1, 2, 3]]))
    >>> keras.ops.shape(layer(vectors, reverse=True))
    (1, 3, 10)
    """

    _config_adds = ("activity_regularizer", "quantization_config")
    _kernels = ("_kernel", "_reverse_kernel")
    _reverse_kernel: Kernel

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: InitializerLike = "uniform",
        embeddings_regularizer: RegularizerLike = None,
        embeddings_constraint: ConstraintLike = None,
        mask_zero: bool = False,
        reverse_dtype: str | None = None,
        logit_soft_cap: float | None = None,
        **kwargs: Unpack[EmbeddingOptions],
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer=embeddings_initializer,
            embeddings_regularizer=embeddings_regularizer,
            embeddings_constraint=embeddings_constraint,
            mask_zero=mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def _declared_kernels(self) -> list[tuple[str, Contracting]]:
        own: list[tuple[str, Contracting]] = []
        if not self.tie_weights:
            own.append(("reverse_embeddings", _UNTIED))
        return super()._declared_kernels() + own

    def build(self, input_shape: Shape | None = None) -> None:
        super().build(input_shape)
        if not self.tie_weights:
            self._build_kernel(
                "embeddings",
                (self.output_dim, self.input_dim),
                "_reverse_kernel",
                _UNTIED,
                name="reverse_embeddings",
                regularizer=None,
                constraint=None,
            )

    @property
    def reverse_embeddings(self) -> Tensor:
        """The table of the way back, of shape ``(output_dim, input_dim)``, if it has its own."""
        if "_reverse_kernel" not in self.__dict__:
            raise AttributeError(
                f"Layer {self.name!r} has no table of its own for the way back. It has one after "
                "it was built, with `tie_weights=False`."
            )
        return self._reverse_kernel.variable

    def call(self, inputs: Tensor, reverse: bool = False) -> Tensor:
        if not reverse:
            return super().call(inputs)
        inputs = ops.cast(inputs, self.reverse_dtype or self.compute_dtype)
        if self.tie_weights:
            scores = self._kernel.product(inputs, None, _TIED)
        else:
            scores = self._reverse_kernel.product(inputs)
        cap = self.logit_soft_cap
        return scores if cap is None else ops.multiply(ops.tanh(ops.divide(scores, cap)), cap)

    def compute_output_shape(self, input_shape: Shape, reverse: bool = False) -> Shape:
        if reverse:
            return (*input_shape[:-1], self.input_dim)
        return (*input_shape, self.output_dim)

    def compute_output_spec(self, inputs: Any, reverse: bool = False) -> Any:
        dtype = self.reverse_dtype if reverse and self.reverse_dtype else self.compute_dtype
        return KerasTensor(self.compute_output_shape(inputs.shape, reverse), dtype)

    def compute_mask(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor | None:
        if "float" in ops.dtype(inputs):  # the way back
            return mask
        return super().compute_mask(inputs, mask)
