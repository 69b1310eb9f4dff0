"""Kernels with low-rank updates: LoRA (Hu et al., 2021, https://arxiv.org/abs/2106.09685)."""

from typing import Any

from keras_core import ops
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.typing import InitializerLike


class LowRank(Kernel):
    """A kernel that is frozen, plus a product of two small matrices that is trained.

    The kernel may be quantised, before or after.

    Args:
        base: How the kernel is held that is frozen.
        rank: The rank of the product.
        alpha: Its scale is ``alpha / rank``.
        a_initializer: Initializer of the first matrix.
        b_initializer: Initializer of the second one.
    """

    def __init__(
        self,
        base: Kernel,
        rank: int,
        alpha: float,
        a_initializer: InitializerLike,
        b_initializer: InitializerLike,
    ) -> None:
        super().__init__(base.layer, base.variable, base.by)
        self.base = base
        self.rank = rank
        self.alpha = alpha
        *rows, columns = self.shape = base.shape
        self.prefix = f"lora_{base.name}"
        self.a = self.layer.add_weight((*rows, rank), a_initializer, name=f"{self.prefix}_a")
        self.b = self.layer.add_weight((rank, columns), b_initializer, name=f"{self.prefix}_b")
        base.variable.trainable = False

    @property
    def mode(self) -> str | None:  # type: ignore[override]
        return self.base.mode

    @property
    def leads(self) -> bool:  # type: ignore[override]
        return self.base.leads

    @property
    def variables(self) -> list[Any]:
        return [*self.base.variables, self.a, self.b]

    @property
    def parts(self) -> dict[str, Any]:
        return {**self.base.parts, f"{self.prefix}_a": self.a, f"{self.prefix}_b": self.b}

    def _scaled(self, product: Any) -> Any:
        return ops.multiply(product, self.alpha / self.rank)

    @property
    def update(self) -> Any:
        """The product of the two matrices, which is added to the kernel."""
        return self._scaled(ops.matmul(self.a, self.b))

    @property
    def value(self) -> Any:
        if self.base.mode is not None:
            return self.base.value
        return ops.add(self.base.value, self.update)

    @property
    def dense(self) -> Any:
        return ops.add(self.base.dense, self.update)

    def product(self, inputs: Any, bias: Any = None, by: Contracting | None = None) -> Any:
        by = by or self.by
        if by.kernel_layout is not None and by.kernel_layout.looks_up:
            rows = ops.matmul(by.contract(inputs, self.a, None), self.b)
            return ops.add(self.base.product(inputs, None, by), self._scaled(rows))
        if self.base.mode is None:
            return by.contract(inputs, self.value, bias)
        outputs = self.base.product(inputs, None, by)
        return by.add_bias(ops.add(outputs, by.contract(inputs, self.update, None)), bias)

    def quantized(self, quantize: Any) -> Kernel:
        self.base = self.base.quantized(quantize)
        self.variable = self.base.variable
        return self

    @property
    def stored(self) -> list[Any]:
        return self.base.stored

    def saved(self) -> list[Any]:
        return self.base.encoded(self.dense)

    def merged(self) -> Kernel:
        """The kernel below, with the update in it."""
        self.base.load([ops.convert_to_numpy(value) for value in self.saved()])
        self.base.variable.trainable = self.base.mode is None and self.layer.trainable
        return self.base

    def load(self, values: list[Any]) -> None:
        self.base.load(values)
        self.b.assign(ops.zeros_like(self.b))

    def config(self) -> dict[str, Any]:
        return {"lora_rank": self.rank, "lora_alpha": self.alpha}
