"""The base class of layers."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Unpack

from keras_core import dtype_policies, regularizers
from keras_core.core.base.legacy import warn_of
from keras_core.core.base.public import public
from keras_core.core.execution import rematerialization
from keras_core.core.graph.nodes import Operation
from keras_core.core.tensors import runtime, scopes
from keras_core.core.tensors.symbolic import standardize_shape
from keras_core.layers.base import configs
from keras_core.layers.base.building import FirstWeights
from keras_core.layers.base.calling import Calling
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.typing import DTypePolicyLike, OldLayerOptions, RegularizerLike, Shape
from keras_core_plugins import check_environment_drift

_EngineModule = runtime.LAYER_BASE


@public("keras.layers.Layer", "keras.Layer")
class Layer(Calling, _EngineModule, Operation):  # type: ignore[misc]  # the base is the backend's choice
    """A computation with state: tensors in, tensors out.

    A subclass makes its weights in `build` (or `__init__`), with `add_weight`, and defines
    the computation in `call` with ``keras.ops``. Layers, variables and metrics that are set as
    attributes, in lists and dicts too, are part of it.

    Args:
        activity_regularizer: A function of the outputs whose value is added to the loss.
        trainable: Whether its variables are trained.
        dtype: A dtype or a policy: what it computes in, and stores its weights in.
        autocast: Whether float inputs are cast to the compute dtype.
        name: A name; made from the class by default.
        **kwargs: ``input_shape``, ``input_dim`` and ``batch_input_shape`` of Keras 2, with
            a warning.

    Example:

    >>> import keras_core as keras
    >>> class Affine(keras.layers.Layer):
    ...     def __init__(self, units, **kwargs):
    ...         super().__init__(**kwargs)
    ...         self.units = units
    ...     def build(self, input_shape):
    ...         self.w = self.add_weight((input_shape[-1], self.units), "ones")
    ...     def call(self, x):
    ...         return keras.ops.matmul(x, self.w)
    >>> Affine(3)(keras.ops.ones((2, 4))).shape[-1]
    3
    """

    _tracked_as = "layer"

    _config_omits: ClassVar[frozenset[str]] = frozenset()
    """Arguments of the constructor that the config does not name."""

    _config_adds: ClassVar[tuple[str, ...]] = ()
    """Attributes that it names besides: those that the constructor takes by ``**kwargs``."""

    lora_enabled: bool = False
    """Whether a low-rank update is trained instead of a kernel."""

    def __init__(
        self,
        *,
        activity_regularizer: RegularizerLike = None,
        trainable: bool = True,
        dtype: DTypePolicyLike = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Unpack[OldLayerOptions],
    ) -> None:
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be True or False. Received: trainable={trainable!r} "
                f"of type {type(trainable)}"
            )
        check_environment_drift()
        _EngineModule.__init__(self)
        Operation.__init__(self, name=name)
        self._trainable = bool(trainable)
        self._enter_in_engine()
        input_shape = kwargs.pop("input_shape", None)
        batch_shape = kwargs.pop("batch_input_shape", None)
        if "input_dim" in kwargs:
            input_shape = (kwargs.pop("input_dim"),)
        first_weights = kwargs.pop("weights", None)
        if first_weights is not None:
            warn_of(f"{type(self).__name__}(weights=...)", "`layer.build` and `layer.set_weights`")
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs}"
            )
        if batch_shape is None and input_shape is not None:
            batch_shape = (None, *input_shape)
        self._batch_input_shape = None if batch_shape is None else standardize_shape(batch_shape)
        self.activity_regularizer = regularizers.get(activity_regularizer)
        self._dtype_policy = dtype_policies.get(dtype)
        self.autocast = autocast
        self._input_spec: Any = None
        self._supports_masking = False
        self._keep(_added_losses=[])
        if first_weights is not None:
            self._keep(_first_weights=FirstWeights(first_weights))
        self._path: str | None = None
        if self._remat_as_a_whole and (remat := rematerialization.current()) is not None:
            self._remat = remat
        self.built = self._weightless and not self._builds_itself()

    def __getstate__(self) -> Any:
        """What is copied and pickled: all but the calls; see `Operation`."""
        state: Any = super().__getstate__()  # perhaps that of the engine's modules
        return {k: v for k, v in state.items() if k != "_inbound_nodes"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        restore = getattr(_EngineModule, "__setstate__", None)
        if restore is None:
            Operation.__setstate__(self, state)
        else:
            restore(self, state)
            self.__dict__.setdefault("_inbound_nodes", [])

    # -- Facts -----------------------------------------------------------------------

    @property
    def dtype_policy(self) -> dtype_policies.DTypePolicy:
        """What the layer computes in, and stores its weights in."""
        policy = self._dtype_policy
        if isinstance(policy, dtype_policies.DTypePolicyMap):
            return policy[self.path]
        return policy

    @dtype_policy.setter
    def dtype_policy(self, value: DTypePolicyLike) -> None:
        self._dtype_policy = dtype_policies.get(value)

    @property
    def dtype(self) -> str:
        """The dtype of the weights; `variable_dtype`."""
        return self.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation."""
        return self.dtype_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self.dtype_policy.variable_dtype

    @property
    def input_dtype(self) -> str:
        """The dtype that float inputs are cast to."""
        return self.compute_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How the weights are quantised, None if they are not."""
        return self.dtype_policy.quantization_mode

    @property
    def path(self) -> str:
        """The name with those of the layers around it."""
        return self._path or self.name

    @property
    def supports_masking(self) -> bool:
        """Whether a mask of the inputs is passed on to the outputs."""
        return self._supports_masking

    @supports_masking.setter
    def supports_masking(self, value: bool) -> None:
        self._supports_masking = bool(value)

    @property
    def input_spec(self) -> Any:
        """What is demanded of the inputs: an `InputSpec`, or a nest of them."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        object.__setattr__(self, "_input_spec", value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    def __str__(self) -> str:
        return self.__repr__()

    def add_metric(self, *args: object, **kwargs: object) -> None:
        """Gone since Keras 3: make a metric in `__init__` and update it in `call`."""
        raise NotImplementedError(
            "Layer `add_metric()` is not supported. Add your metric in "
            "`Model.compile(metrics=[...])`, or make it in `__init__()` and call its "
            "`update_state()` in `call()`."
        )

    # -- Quantisation ----------------------------------------------------------------

    def quantize(
        self,
        mode: str | None = None,
        type_check: bool = True,
        config: "QuantizationConfig | None" = None,
    ) -> None:
        """Hold the weights in fewer bits; layers with a kernel have it.

        Args:
            mode: The name of a way to quantise.
            type_check: Whether subclasses of the layers of Keras are refused.
            config: A `keras.quantizers.QuantizationConfig`.
        """
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `quantize` method implemented."
        )

    def quantized_build(
        self, input_shape: Shape, mode: str, config: "QuantizationConfig | None" = None
    ) -> None:
        """Hold the weights in fewer bits, for numbers that are loaded later.

        Args:
            input_shape: The shape that the layer was built with.
            mode: The name of a way to quantise.
            config: A `keras.quantizers.QuantizationConfig`.
        """
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `quantized_build` method implemented."
        )

    # -- Without side effects --------------------------------------------------------

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Call the layer with the given values of its variables, changing nothing.

        Args:
            trainable_variables: Values for `trainable_variables`.
            non_trainable_variables: Values for `non_trainable_variables`.
            *args: For the call.
            return_losses: Whether the losses are returned too.
            **kwargs: For the call.

        Returns:
            ``(outputs, non_trainable_variables)``, the latter with the updates of the call,
            then the list of losses if asked for.

        Raises:
            ValueError: If the layer is not built, or the numbers of values differ.
        """
        if not self.built:
            raise ValueError(
                f"To call stateless_call, {type(self).__name__} must be built (i.e. its "
                "variables must have been already created). You can build it by calling it on "
                "some data."
            )
        own, others = self.trainable_variables, self.non_trainable_variables
        for name, given, held in (
            ("trainable_variables", trainable_variables, own),
            ("non_trainable_variables", non_trainable_variables, others),
        ):
            if len(given) != len(held):
                raise ValueError(
                    f"Argument `{name}` must be a list of tensors corresponding 1:1 to "
                    f"{type(self).__name__}().{name}. Received list with length {len(given)}, "
                    f"but expected {len(held)} variables."
                )
        mapping = [*zip(own, trainable_variables, strict=True)]
        mapping += [*zip(others, non_trainable_variables, strict=True)]
        with scopes.StatelessScope(mapping, collect_losses=return_losses) as scope:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else None
        updated = [scope.get_current_value(v) for v in others]
        return (outputs, updated, losses) if return_losses else (outputs, updated)

    def rematerialized_call(
        self, layer_call: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Callable[..., Any]:
        """``layer_call`` in a form that computes its intermediate values again for gradients."""
        return rematerialization.remat(layer_call)

    # -- Configuration ---------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments to make the layer with again, as JSON-ready values.

        A layer of this package is described by all arguments of its constructor. One that derives
        from `Layer` itself is described by those that it was made with, where they are numbers,
        strings and the like; otherwise it has to override this method.
        """
        base = self._base_config()
        declared = configs.declared_class(type(self))
        if declared is not None:
            omits, adds = self._config_omits, self._config_adds
            return {**base, **configs.arguments_of(self, declared, omits, adds)}
        if type(self).get_config is not Layer.get_config:
            return base
        given, named = self.__dict__["_init_arguments"]
        if type(self).__init__ is Layer.__init__ or not (given or named):
            return base
        return {**base, **{k: v for k, v in Operation.get_config(self).items() if k not in base}}

    def _base_config(self) -> dict[str, Any]:
        """What the config of every layer says."""
        base: dict[str, Any] = {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": dtype_policies.serialize(self._dtype_policy),
        }
        if self.activity_regularizer is not None:
            base["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        return base


def given_batch_shape(layer: Layer) -> tuple[int | None, ...] | None:
    """The shape of the inputs that the constructor of a layer was given, with the batch."""
    return layer._batch_input_shape
