"""The base of layers that multiply their inputs with a kernel."""

from collections.abc import Callable
from typing import Any

from keras_core.layers.base.layer import Layer
from keras_core.layers.kernels.plain import Kernel


class KernelLayer(Layer):
    """A layer whose computation is linear in a kernel, which may be held in several ways.

    A subclass makes the kernel with `_build_kernel` and multiplies with ``self._kernel.product``;
    what the product is, it says in `contract`.

    Args:
        lora_rank: Rank of a low-rank update that is trained instead of the kernel.
        lora_alpha: Scale of that update; ``lora_rank`` by default.
        quantization_config: How the kernel is quantised; not at all by default.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _config_omits = frozenset({"lora_rank", "lora_alpha"})
    _kernel: Kernel

    def __init__(
        self,
        *,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if lora_rank is not None or lora_alpha is not None or quantization_config is not None:
            raise NotImplementedError(
                f"Low-rank updates and quantisation of `{type(self).__name__}` are not there yet. "
                "Leave out `lora_rank`, `lora_alpha` and `quantization_config`."
            )
        self.quantization_config = None

    def _build_kernel(self, declared: str, shape: Any, **options: Any) -> None:
        """Make the kernel; the arguments are those of `_add_declared`."""
        self._keep(_kernel=Kernel(self, self._add_declared(declared, shape, **options)))

    @property
    def kernel(self) -> Any:
        """The kernel: a variable, or a tensor where it is held as several variables."""
        return self._held().value

    @kernel.setter
    def kernel(self, variable: Any) -> None:
        self._keep(_kernel=Kernel(self, variable))

    def _held(self) -> Kernel:
        kernel = self.__dict__.get("_kernel")
        if kernel is None:
            raise AttributeError(
                f"The {type(self).__name__} {self.name!r} has no kernel yet. Build it first, or "
                "call it on data."
            )
        return kernel

    def contract(self, inputs: Any, kernel: Any, bias: Any) -> Any:
        """The product of inputs with a kernel, in the sense of this layer.

        Args:
            inputs: The inputs of the layer.
            kernel: The kernel, a variable or a tensor of its shape.
            bias: A bias to add, or None.
        """
        raise NotImplementedError

    def hold(self, make: Callable[[Kernel], Kernel]) -> None:
        """Hold the kernel in another way from now on.

        Args:
            make: Takes how it is held now, and returns how it is to be held. Variables that it
                makes, with ``add_weight`` of the layer, become part of the layer; those of the old
                kernel that the new one does not name are part of it no longer.
        """
        old = self._held()
        with self._unlocked():
            new = make(old)
        kept = {id(v) for v in new.variables}
        self._disown(v for v in old.variables if id(v) not in kept)
        self._keep(_kernel=new)

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """The variables of the kernel, under the names that Keras's checkpoints have."""
        kernel = self.__dict__.get("_kernel")
        own = {} if kernel is None else {f"_{v.name}": v for v in kernel.variables}
        return super()._children_by_name(**own, **more)

    def variables_by_number(self) -> list[Any] | None:
        """The variables that a file names by their number; None for another way to load them."""
        kernel = self.__dict__.get("_kernel")
        return super().variables_by_number() if kernel is None or type(kernel) is Kernel else None

    def save_own_variables(self, store: Any) -> None:
        """Write the kernel, the other variables of the layer, then what the kernel needs besides.

        Args:
            store: A mapping that takes arrays by name: ``"0"``, ``"1"``, ...
        """
        kernel = self.__dict__.get("_kernel")
        if kernel is None or type(kernel) is Kernel:
            super().save_own_variables(store)
            return
        first, *besides = kernel.saved()
        for i, value in enumerate([first, *self._others(kernel), *besides]):
            store[f"{i}"] = value

    def load_own_variables(self, store: Any) -> None:
        """Set the variables of this layer from what `save_own_variables` wrote.

        Args:
            store: A mapping of arrays by name.

        Raises:
            ValueError: If there are more or fewer of them, or one has another shape.
        """
        kernel = self.__dict__.get("_kernel")
        if kernel is None or type(kernel) is Kernel:
            super().load_own_variables(store)
            return
        others = self._others(kernel)
        count = len(kernel.saved()) + len(others)
        if len(store.keys()) != count:
            raise ValueError(
                f"Layer {self.name!r} expected {count} variables, but received "
                f"{len(store.keys())} variables during loading."
            )
        first, *rest = (store[f"{i}"] for i in range(count))
        for v, value in zip(others, rest, strict=False):
            v.assign(value)
        kernel.load([first, *rest[len(others) :]])

    def _others(self, kernel: Kernel) -> list[Any]:
        """The variables of this layer that are no part of the kernel."""
        own = {id(v) for v in kernel.variables}
        return [v for v in self._own_variables if id(v) not in own]

    def get_config(self) -> dict[str, Any]:
        kernel = self.__dict__.get("_kernel")
        return {**super().get_config(), **({} if kernel is None else kernel.config())}
