"""What the layers that combine tensors share."""

from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

from keras_core import ops
from keras_core.core.base import tree
from keras_core.core.tensors import masks
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Shape, Tensor, TensorLike

_SMALL = ("int8", "uint8", "int16", "uint16")


class Merge(Layer):
    """The base of layers that combine a list of tensors."""

    _calculates: ClassVar[bool] = False
    """Whether small integers are widened first, as results do not fit into their dtype."""

    _skips_masked: ClassVar[bool] = False
    """Whether what is masked in one tensor has no part in the result."""

    def __init__(self, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Sequence[Shape]) -> None:
        if not isinstance(input_shape, (list, tuple)) or not isinstance(
            input_shape[0], (list, tuple)
        ):
            raise ValueError(
                "A merge layer should be called on a list of inputs. Received: input_shape="
                f"{input_shape} (not a list of shapes)"
            )
        if len(input_shape) < 1:
            raise ValueError(
                "A merge layer should be called on a list of at least 1 input. "
                f"Received {len(input_shape)} inputs."
            )
        self._check(input_shape)

    def _check(self, shapes: Any) -> None:
        widest = max(len(s) for s in shapes)
        aligned = [(*s[:1], *(1,) * (widest - len(s)), *s[1:]) for s in shapes]
        for sizes in zip(*aligned, strict=True):
            if len({n for n in sizes if n not in (None, 1)}) > 1:
                raise ValueError(
                    f"Inputs have incompatible shapes. Received shapes {list(map(tuple, shapes))} "
                    f"for the layer {self.name!r}"
                )

    def combine(self, a: Tensor, b: Tensor) -> Tensor:
        """Two tensors into one."""
        raise NotImplementedError

    def call(self, inputs: Sequence[Tensor]) -> Tensor:
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"A merge layer should be called on a list of inputs. Received: {inputs!r}"
            )
        valid: Any = None
        if self._skips_masked and masks.in_use():
            valid = self._same_rank([_valid(x) for x in inputs])
        inputs = self._same_rank(inputs)
        if self._calculates:
            inputs = [
                ops.cast(x, self.compute_dtype) if ops.dtype(x) in _SMALL else x for x in inputs
            ]
        if valid is not None:
            return self._combine_valid(inputs, valid)
        out = inputs[0]
        for x in inputs[1:]:
            out = self.combine(out, x)
        return out

    def _combine_valid(self, inputs: Any, valid: Any) -> Tensor:
        """The combination of what counts; of nothing, it is what the first tensor has."""
        out, counts = inputs[0], valid[0]
        for x, v in zip(inputs[1:], valid[1:], strict=True):
            alone = ops.where(v, x, out)
            out = ops.where(ops.logical_and(v, counts), self.combine(out, x), alone)
            counts = ops.logical_or(v, counts)
        return self._where_nothing_counts(out, counts)

    def _where_nothing_counts(self, out: Tensor, counts: Tensor) -> Tensor:
        """The result, ``counts`` being False where every tensor is masked."""
        return out

    def _same_rank(self, inputs: Any) -> Any:
        """Inputs of lower rank get axes of size 1 behind the batch."""
        ranks = [len(x.shape) for x in inputs]
        widest = max(ranks)
        out = []
        for x, n in zip(inputs, ranks, strict=True):
            for _ in range(widest - n):
                x = ops.expand_dims(x, axis=1)
            out.append(x)
        return out

    def compute_mask(
        self, inputs: Sequence[Tensor], mask: Sequence[Tensor | None] | None = None
    ) -> Tensor | None:
        if mask is None:
            return None
        check_masks(inputs, mask)
        given = [m for m in tree.flatten(mask) if m is not None]
        if len(given) != len(inputs):
            return None
        out = given[0]
        for m in given[1:]:
            out = ops.logical_or(out, m)
        return out


def _valid(x: Any) -> Any:
    """Which elements of a tensor count, with as many axes as it has."""
    mask = masks.get_mask(x)
    if mask is None:
        return ops.ones((1,) * len(x.shape), "bool")
    for _ in range(len(x.shape) - len(mask.shape)):
        mask = ops.expand_dims(mask, -1)
    return ops.cast(mask, "bool")


def check_masks(inputs: Sequence[TensorLike], given: Any) -> None:
    """Hold masks against the inputs that they belong to.

    Args:
        inputs: A list of tensors.
        given: A list with a mask, or None, for each of them.

    Raises:
        ValueError: If one is no list, or the lists differ in length.
    """
    for name, value in (("inputs", inputs), ("mask", given)):
        if not isinstance(value, (list, tuple)):
            raise ValueError(
                f"`{name}` of a merge layer should be a list. Received: {name}={value!r}"
            )
    if len(inputs) != len(given):
        raise ValueError(
            "A merge layer needs a mask, or None, for each of its inputs. Received: "
            f"{len(inputs)} inputs and {len(given)} masks."
        )
