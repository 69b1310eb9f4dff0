"""The base of layers that multiply their inputs with a kernel."""

from collections.abc import Callable
from typing import Any, ClassVar

from keras_core import dtype_policies, quantizers
from keras_core.core.objects import serialization
from keras_core.core.state.variables import Variable
from keras_core.dtype_policies.quantized import QuantizedDTypePolicy
from keras_core.layers.base import configs
from keras_core.layers.base.layer import Layer
from keras_core.layers.kernels import modes
from keras_core.layers.kernels.layouts import Layout
from keras_core.layers.kernels.lora import LowRank
from keras_core.layers.kernels.plain import Contracting, Kernel
from keras_core.quantizers.configs import QuantizationConfig, config_of
from keras_core.typing import InitializerLike, Shape, Tensor


class KernelLayer(Layer):
    """A layer whose computation is linear in a kernel, which may be held in several ways.

    A subclass makes the kernel with `_build_kernel` and multiplies with ``self._kernel.product``;
    what the product is, it says in `contract`. One that can be quantised says in
    `kernel_layout` which axes are summed over.

    Args:
        lora_rank: Rank of a low-rank update that is trained instead of the kernel.
        lora_alpha: Scale of that update; ``lora_rank`` by default.
        quantization_config: How `quantize` quantises the kernel, a `QuantizationConfig`; the
            defaults of the mode by default.
        **kwargs: Arguments of every layer; see `Layer`.
    """

    _config_omits = frozenset({"lora_rank", "lora_alpha"})
    _quantization_modes: ClassVar[tuple[str, ...]] = ("int8", "float8", "int4", "gptq", "awq")
    _kernels: ClassVar[tuple[str, ...]] = ("_kernel",)
    """The attributes that hold kernels, the one that low-rank updates are for first."""

    _kernel: Kernel
    kernel_layout: Layout | None = None

    def __init__(
        self,
        *,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.lora_rank = lora_rank
        self.lora_alpha = lora_rank if lora_alpha is None else lora_alpha
        if isinstance(quantization_config, dict):
            quantization_config = serialization.deserialize_keras_object(quantization_config)
        config_type = quantizers.QuantizationConfig
        if not isinstance(quantization_config, config_type | None):
            raise ValueError(
                "`quantization_config` must be a `keras.quantizers.QuantizationConfig`. "
                f"Received: quantization_config={quantization_config!r}"
            )
        self.quantization_config = quantization_config

    # -- How the kernel is held --------------------------------------------------------

    def _build_kernel(
        self,
        declared: str,
        shape: Any,
        attribute: str = "_kernel",
        by: Contracting | None = None,
        **options: Any,
    ) -> None:
        """Make a kernel.

        Args:
            declared: The name that the constructor declared it under.
            shape: Its shape.
            attribute: The attribute for it, one of `_kernels`.
            by: What multiplies with it, if that is not the layer.
            **options: Other arguments of `_add_declared`.
        """
        policy = self.dtype_policy
        if isinstance(policy, QuantizedDTypePolicy):
            self._check_mode(policy.quantization_mode)
        kernel = Kernel(self, self._add_declared(declared, shape, **options), by)
        self._keep(**{attribute: kernel})
        if isinstance(policy, QuantizedDTypePolicy):
            config = self.quantization_config
            self.hold(lambda old: self.empty_kernel(old, policy, config), attribute)
        if self.lora_rank and attribute == self._kernels[0]:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    @property
    def kernel(self) -> Any:
        """The kernel: a variable, or a tensor where it is held as several variables."""
        return self._held().value

    @kernel.setter
    def kernel(self, variable: Variable) -> None:
        self._keep(_kernel=Kernel(self, variable))

    def holds(self, kind: type[Kernel]) -> bool:
        """Whether the kernel is held in a form of this kind now."""
        return isinstance(self._kernel, kind)

    def _held(self) -> Kernel:
        kernel = self.__dict__.get("_kernel")
        if kernel is None:
            raise AttributeError(
                f"The {type(self).__name__} {self.name!r} has no kernel yet. Build it first, or "
                "call it on data."
            )
        return kernel

    def _held_kernels(self) -> list[Kernel]:
        return [self.__dict__[name] for name in self._kernels if name in self.__dict__]

    def contract(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        """The product of inputs with a kernel, in the sense of this layer.

        Args:
            inputs: The inputs of the layer.
            kernel: The kernel, a variable or a tensor of its shape.
            bias: A bias to add, or None.
        """
        raise NotImplementedError

    def add_bias(self, outputs: Tensor, bias: Tensor | None) -> Tensor:
        """What `contract` returned without a bias, plus the bias if there is one.

        Args:
            outputs: The product.
            bias: The bias, or None.
        """
        return outputs if bias is None else outputs + bias

    def hold(self, make: Callable[[Kernel], Kernel], attribute: str = "_kernel") -> None:
        """Hold a kernel in another way from now on.

        Args:
            make: Takes how it is held now, and returns how it is to be held. Variables that it
                makes, with ``add_weight`` of the layer, become part of the layer; those of the old
                kernel that the new one does not name are part of it no longer.
            attribute: Which one, if the layer has several.
        """
        old: Kernel = self.__dict__[attribute] if attribute != "_kernel" else self._held()
        before = old.variables
        with self._unlocked():
            new = make(old)
        kept = {id(v) for v in new.variables}
        self._disown(v for v in before if id(v) not in kept)
        self._keep(**{attribute: new, **new.parts})

    # -- Low-rank updates --------------------------------------------------------------

    @property
    def lora_enabled(self) -> bool:  # type: ignore[override]
        """Whether a low-rank update is trained instead of the kernel."""
        return isinstance(self.__dict__.get("_kernel"), LowRank)

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: InitializerLike = "he_uniform",
        b_initializer: InitializerLike = "zeros",
    ) -> None:
        """Train two small matrices from now on, whose product is added to the kernel.

        The kernel itself is not trained any more. It may be quantised, before or after. Files hold
        the sum, so a layer without updates reads them. (Hu et al., 2021,
        https://arxiv.org/abs/2106.09685.)

        Args:
            rank: The rank of the product, a positive int.
            lora_alpha: The product is multiplied by ``lora_alpha / rank``; by ``rank`` by default.
            a_initializer: Initializer of the first matrix; He uniform by default.
            b_initializer: Initializer of the second one; zeros by default, so that at first
                nothing changes.

        Raises:
            ValueError: If the layer is not built, has a constraint on the kernel or such an update
                already, or the rank is not positive.
        """
        name = "embeddings" if hasattr(self, "embeddings_constraint") else "kernel"
        if getattr(self, f"{name}_constraint", None) is not None:
            raise ValueError(
                f"Lora is incompatible with {name} constraints. In order to enable lora on this "
                f"layer, remove the `{name}_constraint` argument."
            )
        if "_kernel" not in self.__dict__:
            raise ValueError(
                "Cannot enable lora on a layer that isn't yet built. Build it first, or call it on "
                "data."
            )
        if self.lora_enabled:
            raise ValueError("lora is already enabled. This can only be done once per layer.")
        if not isinstance(rank, int) or rank < 1:
            raise ValueError(f"`rank` must be a positive int. Received: rank={rank!r}")
        alpha = rank if lora_alpha is None else lora_alpha
        self.hold(lambda old: LowRank(old, rank, alpha, a_initializer, b_initializer))
        self.lora_rank, self.lora_alpha = rank, alpha

    @property
    def lora_variables(self) -> dict[str, Any]:
        """The two small matrices, as ``"a"`` and ``"b"``; none without a low-rank update."""
        kernel = self.__dict__.get("_kernel")
        return {"a": kernel.a, "b": kernel.b} if isinstance(kernel, LowRank) else {}

    def merge_lora(self) -> None:
        """Add the low-rank update to the kernel, and train the kernel itself from now on.

        A kernel that is quantised is quantised anew, and stays frozen.

        Raises:
            ValueError: If there is no update.
        """
        kernel = self._held()
        if not isinstance(kernel, LowRank):
            raise ValueError(
                f"The layer {self.name!r} has no low-rank update to add to its kernel; "
                "`enable_lora(rank)` makes one."
            )
        self.hold(lambda _: kernel.merged())
        for part in set(kernel.parts) - set(self._kernel.parts):
            self.__dict__.pop(part, None)
        self.lora_rank = self.lora_alpha = None

    # -- Quantisation ------------------------------------------------------------------

    def zero_points_name(self, kernel: str) -> str:
        """The name of the variable that holds the zero points of a kernel of groups."""
        return f"{kernel}_zero"

    def empty_kernel(
        self, kernel: Kernel, policy: QuantizedDTypePolicy, config: "QuantizationConfig | None"
    ) -> Kernel:
        """A quantised kernel to load numbers into."""
        return modes.empty(kernel, policy, config)

    def _check_mode(self, mode: str | None) -> None:
        if self.kernel_layout is None:
            raise NotImplementedError(
                f"Layer {type(self).__name__} does not have a `quantize` method implemented."
            )
        if mode not in self._quantization_modes:
            raise NotImplementedError(
                f"Invalid quantization mode. Expected one of {self._quantization_modes}. "
                f"Received: quantization_mode={mode}"
            )

    def check_quantizable(self, mode: str, type_check: bool) -> None:
        """Refuse to be quantised; nothing has changed before."""
        public = configs.declared_class(type(self))
        if type_check and public is not type(self):
            raise NotImplementedError(
                f"Layer {type(self).__name__} does not have a `quantize` method implemented. If "
                f"it computes what its base does, call `quantize` with `type_check=False`."
            )
        self._check_mode(mode)
        if not self.built:
            raise ValueError(
                f"Cannot quantize a layer that isn't yet built. Layer '{self.name}' (of type "
                f"'{type(self).__name__}') is not built yet."
            )
        if isinstance(self.dtype_policy, QuantizedDTypePolicy):
            raise ValueError(
                f"Layer '{self.name}' is already quantized with "
                f"dtype_policy='{self.dtype_policy.name}'. Received: mode={mode}"
            )

    def quantize(
        self,
        mode: str | None = None,
        type_check: bool = True,
        config: "QuantizationConfig | None" = None,
    ) -> None:
        """Hold the kernel in fewer bits from now on.

        Args:
            mode: ``"int8"``, ``"int4"``, ``"float8"``, or what else the layer has. With
                ``"float8"`` it can still be trained.
            type_check: Whether subclasses of the layers of Keras are refused, which may compute
                something else; True by default.
            config: A `keras.quantizers.QuantizationConfig`; by default that of the layer, or that
                of the mode.

        Raises:
            NotImplementedError: If layers of this type cannot be quantised in this way.
            ValueError: If the layer is not built or is quantised already, or the arguments
                contradict each other.
        """
        own = self.quantization_config
        if config is None and own is not None and mode in (None, own.mode):
            config = own
        config = config_of(mode, config)
        self.check_quantizable(config.mode, type_check)
        source = self.dtype_policy.name
        policy: Any = dtype_policies.get(f"{config.dtype_policy_string()}_from_{source}")
        for attribute in self._kernels:
            if attribute in self.__dict__:
                self.hold(
                    lambda old: old.quantized(lambda k: modes.filled(k, policy, config)), attribute
                )
        self.quantization_config = config
        if isinstance(self._dtype_policy, dtype_policies.DTypePolicyMap):
            self._dtype_policy[self.path] = policy
        else:
            self.dtype_policy = policy

    def quantized_build(
        self, input_shape: Shape, mode: str, config: "QuantizationConfig | None" = None
    ) -> None:
        """Hold the kernel in fewer bits, for numbers that are loaded later.

        Args:
            input_shape: The shape that the layer was built with.
            mode: The name of the mode.
            config: A `keras.quantizers.QuantizationConfig`, or None.
        """
        config = config_of(mode, config)
        self._check_mode(config.mode)
        if not self.built:
            self.build(input_shape)
        policy: Any = dtype_policies.get(
            f"{config.dtype_policy_string()}_from_{self.dtype_policy.name}"
        )
        for attribute in self._kernels:
            if attribute in self.__dict__:
                self.hold(
                    lambda old: old.quantized(lambda k: self.empty_kernel(k, policy, config)),
                    attribute,
                )
        self.dtype_policy = policy

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """`call`: a kernel that is quantised multiplies by itself.

        Args:
            *args: The arguments of `call`.
            **kwargs: The arguments of `call`.
        """
        return self.call(*args, **kwargs)

    # -- Files -------------------------------------------------------------------------

    def _children_by_name(self, **more: Any) -> dict[str, Any]:
        """The variables of the kernel, under the names that Keras's checkpoints have."""
        own = {f"_{v.name}": v for kernel in self._held_kernels() for v in kernel.variables}
        return super()._children_by_name(**own, **more)

    def _in_order(self, of_kernel: Callable[[Kernel], list[Any]]) -> list[tuple[Any, Any]]:
        """What files hold, in their order.

        Args:
            of_kernel: Returns what belongs to a kernel.

        Returns:
            Pairs of the kernel, or None for other variables of the layer, and the value.
        """
        first, *more = self._held_kernels()
        own = [(first, v) for v in of_kernel(first)]
        others = [(None, v) for v in self._others()]
        if first.leads:
            ordered = [own[0], *others, *own[1:]]
        else:
            ordered = [*others, *own]
        return ordered + [(kernel, v) for kernel in more for v in of_kernel(kernel)]

    def _declared_kernels(self) -> list[tuple[str, Contracting]]:
        """The names of the kernels that the layer has when it is built, and what multiplies."""
        return [("kernel", self)]

    _other_weights: ClassVar[tuple[str, ...]] = ("bias",)
    """The names of the weights that are no kernels."""

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of what files hold of this layer, in their order, by how it is quantised.

        The key None is for a layer that is not. What a layer does without, such as a bias, is
        left out in files.
        """
        if self.kernel_layout is None:
            return super().variable_serialization_spec
        return {mode: self._names_in_files(mode) for mode in (None, *self._quantization_modes)}

    def _names_in_files(self, mode: str | None) -> list[str]:
        way = modes.KERNELS[mode]
        first, *more = (
            way.names_in_files(name, by.kernel_layout)
            for name, by in self._declared_kernels()
            if by.kernel_layout is not None
        )
        others = self._other_weights
        ordered = [first[0], *others, *first[1:]] if way.leads else [*others, *first]
        return ordered + [name for names in more for name in names]

    def variables_by_number(self) -> list[Any] | None:
        """The variables that a file names by their number; None for another way to load them."""
        if self._has_plain_kernels():
            return super().variables_by_number()
        if self.lora_enabled:
            return None  # the update is set to zero as well
        return [v for _, v in self._in_order(lambda kernel: kernel.stored)]

    def save_own_variables(self, store: Any) -> None:
        """Write the kernel, the other variables of the layer, then what the kernel needs besides.

        Args:
            store: A mapping that takes arrays by name: ``"0"``, ``"1"``, ...
        """
        if self._has_plain_kernels():
            super().save_own_variables(store)
            return
        for i, (_, value) in enumerate(self._in_order(lambda kernel: kernel.saved())):
            store[f"{i}"] = value

    def load_own_variables(self, store: Any) -> None:
        """Set the variables of this layer from what `save_own_variables` wrote.

        Args:
            store: A mapping of arrays by name.

        Raises:
            ValueError: If there are more or fewer of them, or one has another shape.
        """
        if self._has_plain_kernels():
            super().load_own_variables(store)
            return
        places = self._in_order(lambda kernel: kernel.stored)
        if len(places) != len(store.keys()):
            raise ValueError(
                f"Layer {self.name!r} expected {len(places)} variables, but received "
                f"{len(store.keys())} variables during loading. "
                f"Expected: {[v.name for _, v in places]}"
            )
        values: dict[int, list[Any]] = {id(kernel): [] for kernel in self._held_kernels()}
        for i, (kernel, place) in enumerate(places):
            if kernel is None:
                place.assign(store[f"{i}"])
            else:
                values[id(kernel)].append(store[f"{i}"])
        for kernel in self._held_kernels():
            kernel.load(values[id(kernel)])

    def _has_plain_kernels(self) -> bool:
        kernels = self._held_kernels()
        return not kernels or all(type(kernel) is Kernel for kernel in kernels)

    def _others(self) -> list[Any]:
        """The variables of this layer that are no part of a kernel."""
        own = {id(v) for kernel in self._held_kernels() for v in kernel.variables}
        return [v for v in self._own_variables if id(v) not in own]

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        kernel = self.__dict__.get("_kernel")
        if kernel is not None:
            return {**config, **kernel.config()}
        if self.lora_rank:
            return {**config, "lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}
        return config
