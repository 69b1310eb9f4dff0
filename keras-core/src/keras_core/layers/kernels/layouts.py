"""Which axes of a kernel are summed over: what a quantisation needs to know of a layer."""

from typing import Any, ClassVar

import numpy as np

from keras_core import ops


class Layout:
    """How a kernel lies as a matrix, whose columns have scales of their own.

    There are three forms of a scale: with an axis of size 1 for each axis of the kernel that it
    is the same along; as `onto_outputs` returns it, which is what 8-bit kernels hold; and flat.
    """

    looks_up: ClassVar[bool] = False
    """Whether the inputs are indices of rows of the kernel."""

    block_axis: ClassVar[int] = 0
    """The axis of the stored matrix along which blocks have scales of their own."""

    pack_axis: int = -1
    """The axis of the stored matrix along which two numbers share a byte."""

    zero_dtype: str = "int8"
    """The dtype of the zero points of blocks."""

    reduced: tuple[int, ...]
    """The axes of the kernel that are summed over, or looked up together."""

    def stored_shape(self, shape: tuple[int, ...]) -> tuple[int, int]:
        """The shape of the stored matrix, for a kernel of ``shape``."""
        raise NotImplementedError

    def stored(self, kernel: Any) -> Any:
        """A kernel as the stored matrix."""
        raise NotImplementedError

    def kernel_of(self, matrix: Any, shape: tuple[int, ...]) -> Any:
        """The kernel of ``shape`` that a stored matrix holds."""
        raise NotImplementedError

    def scale_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of what `onto_outputs` returns, for a kernel of ``shape``."""
        raise NotImplementedError

    def onto_outputs(self, scale: Any) -> Any:
        """A scale of the shape of the kernel, as it lies along the outputs."""
        raise NotImplementedError

    def onto_kernel(self, scale: Any, shape: tuple[int, ...]) -> Any:
        """A scale that lies along the outputs, or is flat, as it lies along the kernel."""
        raise NotImplementedError


class Contraction(Layout):
    """A kernel that is multiplied with the inputs, by an einsum equation.

    Args:
        equation: Such as ``"...a,ab->...b"``.
        pack_axis: The axis of the matrix along which two numbers share a byte.
        zero_dtype: The dtype of the zero points of blocks.
    """

    def __init__(self, equation: str, pack_axis: int = -1, zero_dtype: str = "int8") -> None:
        left, outputs = equation.replace(" ", "").replace("...", ".").split("->")
        self.inputs, self.kernel = left.split(",")
        self.outputs = outputs
        self.pack_axis = pack_axis
        self.zero_dtype = zero_dtype
        axes = range(len(self.kernel))
        self.reduced = tuple(i for i in axes if self.kernel[i] not in outputs)
        self._kept = tuple(i for i in axes if self.kernel[i] in outputs)
        self._order = [c for c in outputs if c in self.kernel]

    @property
    def is_matrix_product(self) -> bool:
        """Whether the last axis of the inputs is multiplied with a matrix, as in a Dense."""
        return (
            len(self.kernel) == 2
            and self.inputs.endswith(self.kernel[0])
            and self.outputs == self.inputs[:-1] + self.kernel[1]
        )

    def stored_shape(self, shape: tuple[int, ...]) -> tuple[int, int]:
        return _size(shape, self.reduced), _size(shape, self._kept)

    def stored(self, kernel: Any) -> Any:
        matrix = ops.transpose(kernel, (*self.reduced, *self._kept))
        return ops.reshape(matrix, self.stored_shape(tuple(kernel.shape)))

    def kernel_of(self, matrix: Any, shape: tuple[int, ...]) -> Any:
        axes = (*self.reduced, *self._kept)
        whole = ops.reshape(matrix, tuple(shape[i] for i in axes))
        return ops.transpose(whole, tuple(axes.index(i) for i in range(len(axes))))

    def scale_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        sizes = dict(zip(self.kernel, shape, strict=True))
        return tuple(sizes.get(c, 1) for c in self.outputs if c != ".")

    def onto_outputs(self, scale: Any) -> Any:
        kept = ops.squeeze(scale, self.reduced) if self.reduced else scale
        letters = [self.kernel[i] for i in self._kept]
        turned = ops.transpose(kept, [letters.index(c) for c in self._order])
        sizes = dict(zip(self._order, ops.shape(turned), strict=True))
        return ops.reshape(turned, [sizes.get(c, 1) for c in self.outputs if c != "."])

    def onto_kernel(self, scale: Any, shape: tuple[int, ...]) -> Any:
        letters = [self.kernel[i] for i in self._kept]
        if len(scale.shape) == 1:
            turned = ops.reshape(scale, [shape[i] for i in self._kept])
        else:
            sizes = dict(zip(self.kernel, shape, strict=True))
            kept = ops.reshape(scale, [sizes[c] for c in self._order])
            turned = ops.transpose(kept, [self._order.index(c) for c in letters])
        return ops.reshape(turned, [1 if i in self.reduced else d for i, d in enumerate(shape)])

    def along_outputs(self, scale: Any, ndim: int) -> Any:
        """What `onto_outputs` returned, with axes of size 1 for those behind an ellipsis."""
        if not self.outputs.endswith("."):
            return scale
        behind = ndim - len(self.outputs) + 1
        return ops.reshape(scale, (*scale.shape, *(1,) * behind))

    def input_axes(self, ndim: int) -> tuple[int, ...]:
        """The axes of inputs with ``ndim`` axes that are summed over."""
        return tuple(i for i, c in enumerate(_named(self.inputs, ndim)) if c not in self._all(ndim))

    def from_inputs(self, scale: Any, ndim: int) -> Any:
        """A scale of inputs, whose axes that are summed over have size 1, along the outputs."""
        letters = _named(self.inputs, ndim)
        outputs = self._all(ndim)
        gone = self.input_axes(ndim)
        kept = ops.squeeze(scale, gone) if gone else scale
        letters = [c for i, c in enumerate(letters) if i not in gone]
        order = [c for c in outputs if c in letters]
        turned = ops.transpose(kept, [letters.index(c) for c in order])
        for i, c in enumerate(outputs):
            if c not in letters:
                turned = ops.expand_dims(turned, i)
        return turned

    def _all(self, ndim: int) -> list[str]:
        """The axes of the outputs for inputs with ``ndim`` axes."""
        return _named(self.outputs, ndim - len(self.inputs.replace(".", "")), len(self.outputs) - 1)

    def transposed(self, upstream: Any, kernel: Any) -> Any:
        """The gradient of the inputs, from that of the outputs and the kernel."""
        equation = f"{self.outputs},{self.kernel}->{self.inputs}".replace(".", "...")
        return ops.einsum(equation, upstream, kernel)

    def rows(self, inputs: Any) -> Any:
        """Inputs as a matrix, with a column for each row of the stored matrix."""
        letters = _named(self.inputs, len(inputs.shape))
        last = [self.kernel[i] for i in self.reduced]
        order = [c for c in letters if c not in last] + last
        turned = np.transpose(inputs, [letters.index(c) for c in order])
        return turned.reshape(-1, int(np.prod(turned.shape[len(order) - len(last) :])))


class Lookup(Layout):
    """A table whose rows are looked up."""

    looks_up = True
    block_axis = -1
    reduced = (1,)

    def stored_shape(self, shape: tuple[int, ...]) -> tuple[int, int]:
        return shape[0], shape[1]

    def stored(self, kernel: Any) -> Any:
        return kernel

    def kernel_of(self, matrix: Any, shape: tuple[int, ...]) -> Any:
        return matrix

    def scale_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[0],)

    def onto_outputs(self, scale: Any) -> Any:
        return ops.squeeze(scale, 1)

    def onto_kernel(self, scale: Any, shape: tuple[int, ...]) -> Any:
        return ops.expand_dims(scale, 1)


def _size(shape: tuple[int, ...], axes: tuple[int, ...]) -> int:
    return int(np.prod([shape[i] for i in axes], dtype=int))


def _named(term: str, ndim: int, letters: int | None = None) -> list[str]:
    """The axes of a term, with names for those of an ellipsis.

    Args:
        term: Letters, and perhaps a dot for an ellipsis.
        ndim: The number of axes; that of the ellipsis if ``letters`` is given.
        letters: How many letters the term has, beside the dot.
    """
    if "." not in term:
        return list(term)
    count = ndim if letters is not None else ndim - len(term) + 1
    before, after = term.split(".")
    return [*before, *(f"...{i}" for i in range(count)), *after]
