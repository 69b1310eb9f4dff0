"""The base class of layers."""

import functools
import inspect
from collections.abc import Sequence
from typing import Any, NamedTuple

from keras_core import dtype_policies, ops, regularizers
from keras_core.core.base import tracebacks, tree
from keras_core.core.base.public import public
from keras_core.core.base.thread_value import Scoped
from keras_core.core.base.trackable import PLAIN_TYPES
from keras_core.core.execution import compiled
from keras_core.core.graph import captures
from keras_core.core.graph.nodes import Node, Operation
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, masks, native, runtime, scopes
from keras_core.core.tensors.sparse import is_sparse
from keras_core.core.tensors.symbolic import KerasTensor, is_escape, standardize_shape
from keras_core.layers.input_spec import check_inputs
from keras_core.layers.shapes import (
    as_shapes,
    holds_tensors,
    infer_to_specs,
    shape_or_none,
    specs_of,
)
from keras_core.layers.state import LayerState


class _NoModule:
    """The base of layers where the engine has no modules."""


_EngineModule: Any = getattr(runtime.BACKEND.integration, "layer_mixin", _NoModule)
_TENSOR_TYPES = native.TENSOR_TYPES


class _CallSpec(NamedTuple):
    """What is known of a `call` method from its signature; made once for each class."""

    parameters: tuple[str, ...]
    has_training: bool
    training_default: Any
    mask_arguments: dict[str, str]
    """The mask parameter of each tensor parameter that has one."""

    takes_any: bool
    required: str
    """The first parameter, if it has no default."""

    @classmethod
    def of(cls, call: Any) -> "_CallSpec":
        parameters = list(inspect.signature(call).parameters.values())[1:]
        names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        masks_of = {}
        tensors_first = [n for n in names if n not in ("training", "mask")]
        for n in tensors_first:
            if f"{n}_mask" in names:
                masks_of[n] = f"{n}_mask"
        if tensors_first and "mask" in names and tensors_first[0] not in masks_of:
            masks_of[tensors_first[0]] = "mask"
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        return cls(
            tuple(names),
            "training" in names,
            defaults.get("training"),
            masks_of,
            any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters),
            names[0] if names and names[0] not in defaults else "",
        )


class CallContext:
    """What the outermost call hands down to the calls inside."""

    __slots__ = ("entry", "training")

    def __init__(self, entry: "Layer", training: bool | None) -> None:
        self.entry = entry
        self.training = training


_CALL: Scoped[CallContext | None] = Scoped(None)


@public("keras.layers.Layer", "keras.Layer")
class Layer(LayerState, _EngineModule, Operation):  # type: ignore[misc]  # the base is the backend's choice
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
    _call_spec: _CallSpec
    _default_mask: bool = True
    _settled = False
    """Whether all layers below are known to be built."""

    _build_depth = 0
    """How many `build`s of this layer are running, one inside of the other."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "call" in cls.__dict__:
            cls._call_spec = _CallSpec.of(cls.__dict__["call"])
        if "build" in cls.__dict__:
            cls.build = _wrap_build(cls.__dict__["build"])  # type: ignore[method-assign]
        cls._default_mask = cls.compute_mask is Layer.compute_mask

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(trainable, bool):
            raise ValueError(
                f"Expected `trainable` to be True or False. Received: trainable={trainable!r} "
                f"of type {type(trainable)}"
            )
        _EngineModule.__init__(self)
        Operation.__init__(self, name=name)
        self._trainable = bool(trainable)
        self._enter_in_engine()
        input_shape = kwargs.pop("input_shape", None)
        batch_shape = kwargs.pop("batch_input_shape", None)
        if "input_dim" in kwargs:
            input_shape = (kwargs.pop("input_dim"),)
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
        self._path: str | None = None
        self.built = False

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
    def dtype_policy(self, value: Any) -> None:
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

    # -- Building --------------------------------------------------------------------

    def build(self, input_shape: Any) -> None:
        """Make the weights. A subclass with weights overrides it.

        Args:
            input_shape: The shape of the inputs, with None for sizes that are not known, in
                the nest of the inputs. A `call` with several tensor arguments may have a
                `build` with an argument ``<name>_shape`` for each.
        """
        specs = specs_of(input_shape, dtypes.config.floatx())
        self._build_by_tracing(dict.fromkeys(self._call_spec.parameters[:1], specs))
        self._lock()

    def _build_for(self, arguments: dict[str, Any]) -> None:
        """Call `build` with the shapes of the tensor arguments of `call`."""
        shapes = _shapes_of(arguments)
        with scopes.owner_scope(self):
            if self._path is None:
                self._path = scopes.current_path()
        build = type(self).build
        if build is Layer.build:
            if len(shapes) == 1:
                self._build_config = {"input_shape": next(iter(shapes.values()))}
            else:
                self._build_config = {"shapes_dict": {f"{k}_shape": v for k, v in shapes.items()}}
            self._build_by_tracing(arguments)
            self._lock()
            return
        args, kwargs = self._shape_arguments(build, shapes)
        self.build(*args, **kwargs)

    def _shape_arguments(
        self, method: Any, shapes: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What `build` or `compute_output_shape` is called with.

        Args:
            method: The method of the class.
            shapes: The shapes of the tensor arguments of `call`, by name.

        Raises:
            ValueError: If it takes several arguments that are not named for those of `call`.
        """
        parameters = list(inspect.signature(method).parameters.values())[1:]
        named = {f"{name}_shape": shape for name, shape in shapes.items()}
        kinds = {p.kind for p in parameters}
        if inspect.Parameter.VAR_POSITIONAL in kinds:
            return tuple(shapes.values()), {}
        if inspect.Parameter.VAR_KEYWORD in kinds:
            return (), named
        if not parameters:
            return (), {}
        if len(parameters) == 1:
            return (next(iter(shapes.values()), None),), {}
        fitting = {p.name: named[p.name] for p in parameters if p.name in named}
        missing = [p.name for p in parameters if p.default is p.empty and p.name not in fitting]
        if not missing and fitting:
            return (), fitting
        required = [p for p in parameters if p.default is p.empty]
        if len(required) <= 1 or (method.__name__ != "build" and len(required) == len(shapes)):
            return tuple(shapes.values())[: max(1, len(required))], {}
        raise ValueError(
            f"For a `{method.__name__}()` method with more than one argument, all arguments should "
            "have a `_shape` suffix and match an argument from `call()`. E.g. "
            f"`{method.__name__}(self, foo_shape, bar_shape)`. For layer {self.name!r} of class "
            f"{type(self).__name__}, received {', '.join(missing)}. Expected: {', '.join(named)}"
        )

    def _build_by_tracing(self, arguments: dict[str, Any]) -> None:
        """Let the sublayers of a layer without `build` make their weights."""
        if not any(not layer.built for layer in self._layers):
            return
        symbolic = tree.map_structure(
            lambda x: (
                KerasTensor(native.static_shape(x), native.dtype_of(x), sparse=is_sparse(x))
                if isinstance(x, KerasTensor) or native.is_tensor(x)
                else x
            ),
            arguments,
        )
        try:
            with scopes.InferenceScope(), scopes.owner_scope(self):
                self.call(**symbolic)
        except Exception as error:
            if not isinstance(error, NotImplementedError) and not is_escape(error):
                raise
            # Its `call` needs values. The sublayers build when they are called with some.

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with what `get_build_config` returned."""
        if "input_shape" in config:
            self.build(as_shapes(config["input_shape"]))
        elif "shapes_dict" in config:
            shapes = {k: as_shapes(v) for k, v in config["shapes_dict"].items()}
            if type(self).build is Layer.build:
                specs = specs_of(shapes, dtypes.config.floatx())
                self._build_by_tracing({k.removesuffix("_shape"): v for k, v in specs.items()})
            elif len(shapes) == 1:
                self.build(next(iter(shapes.values())))
            else:
                self.build(**shapes)
        self.built = True

    def get_build_config(self) -> dict[str, Any] | None:
        """What it was built with, None if it is not built."""
        return self.__dict__.get("_build_config")

    # -- Calling ---------------------------------------------------------------------

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation, on tensors. A subclass defines it with ``keras.ops``."""
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `call()` method implemented."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            spec = self._call_spec
            try:
                policy = self._dtype_policy
            except AttributeError:
                raise RuntimeError(
                    f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` as "
                    "the first statement in the `__init__()` method. Go add it!"
                ) from None

            # Inputs: tensors of the engine, floats in the compute dtype.
            symbolic = False
            compute_dtype = policy._compute_dtype
            if len(args) == 1 and type(args[0]) in _TENSOR_TYPES:
                x = args[0]
                if self.autocast:
                    dtype = native.dtype_of_tensor(x)
                    if dtype != compute_dtype and dtype in dtypes.FLOATS:
                        args = (native.convert(x, compute_dtype),)
                self._carry_masks((x,), args)
            elif args:
                before = args
                args = tuple(self._convert(a, compute_dtype, i) for i, a in enumerate(args))
                symbolic = any(isinstance(x, KerasTensor) for x in tree.flatten(args))
                self._carry_masks(before, args)
            if kwargs:
                kwargs = {
                    k: v
                    if v is None or type(v) in PLAIN_TYPES
                    else self._convert(v, compute_dtype, None)
                    for k, v in kwargs.items()
                }
                symbolic = symbolic or any(
                    isinstance(x, KerasTensor) for x in tree.flatten(list(kwargs.values()))
                )
            if symbolic:
                args, kwargs = captures.resolved((args, kwargs))
                if not any(isinstance(x, KerasTensor) for x in tree.flatten((args, kwargs))):
                    return self(*args, **kwargs)
            if self._input_spec is not None and args:
                check_inputs(self._input_spec, args[0], self.name)

            if not (args or kwargs) and spec.required:
                raise TypeError(
                    f"Layer {self.name!r} of class {type(self).__name__} is missing a required "
                    f"argument: {spec.required!r}."
                )

            # Whether the call trains: asked for here, by the calls around, or by default.
            context = _CALL.get()
            outermost = context is None
            training = kwargs.get("training")
            asked = training is not None
            if spec.has_training:
                position = spec.parameters.index("training")
                if position < len(args):
                    training = args[position]
                elif training is None:
                    training = context.training if context is not None else None
                    if training is None:
                        training = spec.training_default
                    kwargs["training"] = training
            else:
                kwargs.pop("training", None)
                if training is None and context is not None:
                    training = context.training
            if not self.built:
                self._maybe_build(args, kwargs)
            if symbolic:
                if outermost:
                    captures.note(self)
                # What is filled in here belongs to each run of the graph, not to the graph.
                if not asked:
                    kwargs.pop("training", None)
            if masks.any_masks():
                self._fill_masks(args, kwargs, symbolic)

            if context is None or context.training != training:
                entry = self if context is None else context.entry
                _CALL.set(CallContext(entry, training))
                if outermost and not symbolic and not scopes.is_inferring():
                    self._clear_losses()
            scope = None if self._settled else scopes.owner_scope(self)
            if scope is not None:  # layers below may be built in this call
                scope.__enter__()
            try:
                if symbolic:
                    return self._call_symbolic(args, kwargs)
                if policy._compute_dtype != policy._variable_dtype or _autocasting():
                    with scopes.AutocastScope(
                        compute_dtype if dtypes.is_float(compute_dtype) else None
                    ):
                        outputs = self.call(*args, **kwargs)
                else:
                    outputs = self.call(*args, **kwargs)
                if self.activity_regularizer is not None:
                    for y in tree.flatten(outputs):
                        self.add_loss(_per_sample(self.activity_regularizer(y), y))
                if self._supports_masking or not self._default_mask:
                    self._set_output_masks(args, outputs)
                return outputs
            finally:
                _CALL.reset(context)
                if scope is not None:
                    scope.__exit__()
                    self._settled = all(layer.built for layer in self._collected().layers)
        except Exception as error:
            if _CALL.get() is None:
                tracebacks.trim(error)
            raise

    def _convert(self, x: Any, compute_dtype: str, position: int | None) -> Any:
        policy = self._dtype_policy
        if tree.is_nested(x):
            return tree.map_structure(lambda v: self._convert(v, compute_dtype, None), x)
        if position is not None and not (
            x is None
            or isinstance(x, (KerasTensor, Variable))
            or hasattr(x, "__array__")
            or native.is_tensor(x)
        ):
            names = self._call_spec.parameters
            name = names[position] if position < len(names) else f"number {position}"
            if name not in ("training", "mask"):
                raise ValueError(
                    "Only input tensors may be passed as positional arguments. The following "
                    f"argument value should be passed as a keyword argument: {x!r} (of type "
                    f"{type(x)}, argument {name!r} of layer {self.name!r})"
                )
        if x is None and position == 0:
            raise ValueError(
                f"Inputs to a layer should be tensors. Got 'None' (of type {type(None)}) as "
                f"input for layer {self.name!r}."
            )
        if isinstance(x, KerasTensor):  # cast in each run of the graph; see `symbolic_call`
            return x
        return policy.convert_input(x, self.autocast, compute_dtype)

    def _carry_masks(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """Converted inputs keep their masks."""
        if masks.any_masks():
            for x, y in zip(tree.flatten(before), tree.flatten(after), strict=True):
                if x is not y and masks.get_mask(x) is not None:
                    masks.set_mask(y, masks.get_mask(x))

    def _arguments(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of `call` by name."""
        names = self._call_spec.parameters
        out = dict(zip(names, args, strict=False))
        if len(args) > len(names):  # *args
            out.update({f"arg{i}": a for i, a in enumerate(args[len(names) :])})
        out.update(kwargs)
        return out

    def _lock(self) -> None:
        """Note that the layer is built: it can be given no more state."""
        self.built = True
        if not self._build_depth:  # `super().build()` inside of a `build` is not the end of it
            self._tracker.locked = True

    def _needs_no_build(self) -> None:
        """For the constructor of a layer without weights: it is built, unless a subclass builds."""
        self.built = type(self).build is Layer.build

    def _maybe_build(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._build_for(self._arguments(args, kwargs))
        if not self.built:
            self._lock()

    def _fill_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any], symbolic: bool) -> None:
        """Give `call` the masks of its tensor arguments, unless they are given.

        A graph holds ``mask`` only, as the files of Keras do: the others are filled in in each run.
        """
        names = self._call_spec.parameters
        for name, mask_name in self._call_spec.mask_arguments.items():
            if symbolic and mask_name != "mask":
                continue
            if kwargs.get(mask_name) is not None or names.index(mask_name) < len(args):
                continue
            i = names.index(name)
            value = args[i] if i < len(args) else kwargs.get(name)
            if value is None:
                continue
            mask = tree.map_structure(masks.get_mask, value)
            if any(m is not None for m in tree.flatten(mask)):
                kwargs[mask_name] = mask

    def _set_output_masks(self, args: tuple[Any, ...], outputs: Any) -> None:
        if not args:
            return
        previous = tree.map_structure(masks.get_mask, args[0]) if masks.any_masks() else None
        if tree.is_nested(previous) and all(m is None for m in tree.flatten(previous)):
            previous = None
        if self._default_mask and previous is None:
            return
        computed = self.compute_mask(args[0], previous)
        if computed is None:
            return
        flat = tree.flatten(outputs)
        flat_masks = tree.flatten(computed)
        if len(flat_masks) == 1 and len(flat) > 1:
            flat_masks = flat_masks * len(flat)
        for y, mask in zip(flat, flat_masks, strict=False):
            if mask is not None and masks.get_mask(y) is None:
                masks.set_mask(y, mask)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask of the outputs: by default that of the inputs."""
        return previous_mask

    def _call_symbolic(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        outputs = self.symbolic_call(*args, **kwargs)
        if self._supports_masking or not self._default_mask:
            self._set_output_masks(args, outputs)
        return outputs

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Infer the outputs for symbolic inputs and record the call in the graph."""
        policy = self._dtype_policy
        cast_args, cast_kwargs = tree.map_structure(
            lambda x: (
                policy.convert_input(x, self.autocast, policy._compute_dtype)
                if isinstance(x, KerasTensor)
                else x
            ),
            (args, kwargs),
        )
        outputs = self.compute_output_spec(*cast_args, **cast_kwargs)
        if scopes.in_symbolic_scope():
            return outputs
        inputs = {id(x) for x in tree.flatten((args, kwargs))}
        outputs = tree.map_structure(
            lambda t: (
                KerasTensor(t.shape, t.dtype)
                if isinstance(t, KerasTensor) and id(t) in inputs
                else t
            ),
            outputs,
        )
        if masks.any_masks():  # what was found by inferring is not in the graph
            for t in tree.flatten(outputs):
                masks.set_mask(t, None)
        kwargs = {k: v for k, v in kwargs.items() if not (k == "training" and v is None)}
        Node(self, args, kwargs, outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs for symbolic inputs: by default, `call` is run on them."""
        if type(self).compute_output_shape is not Layer.compute_output_shape:
            given, named = self._shape_arguments(
                type(self).compute_output_shape, _shapes_of(self._arguments(args, kwargs))
            )
            shapes = self.compute_output_shape(*given, **named)
            return specs_of(shapes, self.compute_dtype)
        try:
            with (
                scopes.InferenceScope(),
                scopes.AutocastScope(
                    self.compute_dtype if dtypes.is_float(self.compute_dtype) else None
                ),
            ):
                return self.call(*args, **kwargs)
        except Exception as error:
            infer = getattr(runtime.BACKEND.integration, "infer_spec", None)
            if infer is None or not is_escape(error):
                raise
            return self._infer_by_engine(infer, args, kwargs)

    def _infer_by_engine(self, infer: Any, args: Any, kwargs: Any) -> Any:
        """Let the engine find the outputs of a `call` that uses it directly."""
        nest = (args, kwargs)
        leaves = tree.flatten(nest)
        symbolic = [x for x in leaves if isinstance(x, KerasTensor)]

        def run(*values: Any) -> Any:
            given = iter(values)
            filled = [next(given) if isinstance(x, KerasTensor) else x for x in leaves]
            new_args, new_kwargs = tree.pack_sequence_as(nest, filled)
            with scopes.InferenceScope(symbolic=False):
                return self.call(*new_args, **new_kwargs)

        return infer_to_specs(infer(run, [(x.shape, x.dtype) for x in symbolic]))

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs for inputs of the given shape or shapes."""
        inputs = [specs_of(a, self.compute_dtype) for a in args]
        named = {
            k.removesuffix("_shape"): specs_of(v, self.compute_dtype) for k, v in kwargs.items()
        }
        if not self.built:
            self._build_for(self._arguments(tuple(inputs), named))
        with scopes.InferenceScope():
            outputs = self.compute_output_spec(*inputs, **named)
        return tree.map_structure(lambda t: t.shape, outputs)

    # -- Losses ----------------------------------------------------------------------

    def add_loss(self, loss: Any) -> None:
        """Add a scalar, or a list of them, to what is minimised. Call it from `call`."""
        if scopes.is_inferring():
            return
        for x in tree.flatten(loss):
            if not isinstance(x, KerasTensor):
                scope = scopes.current_stateless_scope()
                if scope is not None and scope.collect_losses:
                    scope.add_loss(x)
                self._added_losses.append(x)

    @property
    def losses(self) -> list[Any]:
        """The losses added by the last call, and those of regularised weights."""
        out: list[Any] = []
        scope = scopes.current_stateless_scope()
        if scope is not None and scope.collect_losses:
            out.extend(scope.losses)
        else:
            for layer in self._collected().layers:
                out.extend(layer._added_losses)
        for v in self.trainable_weights:
            if v.regularizer is not None:
                out.append(v.regularizer(v))
        return out

    def _clear_losses(self) -> None:
        for layer in self._collected().layers:
            if layer._added_losses:
                layer._added_losses.clear()

    def add_metric(self, *args: Any, **kwargs: Any) -> None:
        """Gone since Keras 3: make a metric in `__init__` and update it in `call`."""
        raise NotImplementedError(
            "Layer `add_metric()` is not supported. Add your metric in "
            "`Model.compile(metrics=[...])`, or make it in `__init__()` and call its "
            "`update_state()` in `call()`."
        )

    # -- Without side effects --------------------------------------------------------

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
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

    def rematerialized_call(self, layer_call: Any, *args: Any, **kwargs: Any) -> Any:
        """``layer_call`` in a form that computes its intermediate values again for gradients."""
        checkpoint = getattr(compiled.AUTODIFF, "checkpoint", None)
        return layer_call if checkpoint is None else checkpoint(layer_call)

    # -- Configuration ---------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments to make the layer with again, as JSON-ready values."""
        base = {
            "name": self.name,
            "trainable": self._trainable,
            "dtype": dtype_policies.serialize(self._dtype_policy),
        }
        if self.activity_regularizer is not None:
            base["activity_regularizer"] = regularizers.serialize(self.activity_regularizer)
        if type(self).get_config is not Layer.get_config:
            return base
        given, named = self.__dict__["_init_arguments"]
        if type(self).__init__ is Layer.__init__ or not (given or named):
            return base
        return {**base, **{k: v for k, v in Operation.get_config(self).items() if k not in base}}


def _autocasting() -> bool:
    frame = scopes.FRAME.get()
    return frame is not None and frame.autocast is not None


def _per_sample(penalty: Any, outputs: Any) -> Any:
    """A penalty of outputs, divided by the size of the batch."""
    if not outputs.shape:
        return penalty
    size = native.shape_of(outputs)[0]
    if not isinstance(size, int):
        size = ops.cast(size, native.dtype_of(penalty))
    return ops.divide(penalty, size)


def _shapes_of(arguments: dict[str, Any]) -> dict[str, Any]:
    """The shapes of those arguments that hold tensors, in their nests."""
    return {
        name: tree.map_structure(shape_or_none, value)
        for name, value in arguments.items()
        if holds_tensors(value)
    }


def _wrap_build(build: Any) -> Any:
    """`build` inside the name scope of the layer, its arguments noted, `built` set after it."""
    if getattr(build, "_is_wrapped", False):
        return build
    signature = inspect.signature(build)

    @functools.wraps(build)
    def wrapped(self: Layer, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(self, *args, **kwargs)
        given = dict(list(bound.arguments.items())[1:])
        if "_build_config" not in self.__dict__:
            if len(given) == 1 and len(signature.parameters) == 2:
                self._build_config = {"input_shape": next(iter(given.values()))}
            else:
                self._build_config = {"shapes_dict": given}
        self._build_depth += 1
        try:
            with scopes.CreationScope(), scopes.owner_scope(self):
                if self._path is None:
                    self._path = scopes.current_path()
                build(self, *args, **kwargs)
        finally:
            self._build_depth -= 1
        self._lock()

    wrapped._is_wrapped = True  # type: ignore[attr-defined]
    return wrapped


Layer._call_spec = _CallSpec.of(Layer.call)
