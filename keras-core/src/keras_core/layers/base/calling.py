"""What a call of a layer goes through.

Each concern has a stage of its own: conversion of the inputs, their spec, whether the call trains,
building, masks, scopes, the penalty of the outputs. What a class takes part in is found at its
creation (`CallSignature`, and whether it makes masks itself), what an instance takes part in
stands in its attributes, so that `Calling.__call__` enters a stage only where it applies. The
everyday call, of a built layer on one tensor where no tensor has a mask, enters none but the check
of the shape.
"""

import math
from collections.abc import Callable
from typing import Any, ClassVar, overload

from keras_core import dtype_policies, ops
from keras_core.core.base import tracebacks, tree
from keras_core.core.base.thread_value import ThreadScoped
from keras_core.core.base.trackable import PLAIN_TYPES
from keras_core.core.execution.rematerialization import ACTIVATIONS, RematScope, call_again
from keras_core.core.graph import captures
from keras_core.core.graph.nodes import Node
from keras_core.core.graph.program import RECORDER
from keras_core.core.state import placement
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, masks, native, runtime, scopes
from keras_core.core.tensors.symbolic import KerasTensor, is_escape
from keras_core.layers.base.building import Building, shape_arguments
from keras_core.layers.base.input_spec import check_inputs
from keras_core.layers.base.notes import explain
from keras_core.layers.base.shapes import infer_to_specs, shapes_of, specs_of
from keras_core.layers.base.signature import CallSignature
from keras_core.typing import HasCall, R_co

_TENSOR_TYPES = native.TENSOR_TYPES
_MASKED = masks.EVER
_PLACED = placement.EVER


class CallContext:
    """What the outermost call hands down to the calls inside."""

    __slots__ = ("by_mode", "entry", "training")

    def __init__(self, entry: "Calling", training: bool | None, by_mode: bool) -> None:
        self.entry = entry
        self.training = training
        self.by_mode = by_mode
        """Whether nobody said so in a call: `training` is the mode of the layer around."""


_CALL: ThreadScoped[CallContext | None] = ThreadScoped(None)


class Calling(Building):
    """The part of a layer that runs its `call` on tensors, and infers it on symbolic ones."""

    call_signature: CallSignature
    """What the parameters of `call` say."""

    _makes_masks: ClassVar[bool] = False
    """Whether the class computes masks of its own, rather than to pass on those of its inputs."""

    autocast: bool
    activity_regularizer: Any
    _dtype_policy: dtype_policies.DTypePolicy
    _input_spec: Any
    _supports_masking: bool

    _calls_train: bool | None = None
    """Whether calls train that do not say so, if the engine has modes of its own for that."""

    _enters_engine: Any = getattr(runtime.LAYER_BASE, "_enters_engine", False)
    """Whether the engine may have something to do around calls of this instance."""

    _enter_engine: Callable[[], Callable[..., Any] | None]

    _settled = False
    """Whether all layers below are known to be built."""

    _remat_as_a_whole: ClassVar[bool] = True
    """Whether a `RematScope` is about this layer, and not about the layers in it."""

    _remat: RematScope | None = None
    """The scope that the layer was made in, if its results are to be computed again."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "call" in cls.__dict__:
            cls.call_signature = CallSignature.of(cls.__dict__["call"])
        cls._makes_masks = cls.compute_mask is not Calling.compute_mask

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The computation, on tensors. A subclass defines it with ``keras.ops``."""
        raise NotImplementedError(
            f"Layer {type(self).__name__} does not have a `call()` method implemented."
        )

    @overload
    def __call__(self: HasCall[R_co], *args: Any, **kwargs: Any) -> R_co: ...

    @overload
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._enters_engine and not _is_symbolic((args, kwargs)):
            around = self._enter_engine()
            if around is not None:
                return around(*args, **kwargs)
        try:
            try:
                policy = self._dtype_policy
            except AttributeError:
                raise RuntimeError(
                    f"In layer {type(self).__name__!r}, you forgot to call `super().__init__()` as "
                    "the first statement in the `__init__()` method. Go add it!"
                ) from None
            if policy.__class__ is not dtype_policies.DTypePolicy:  # it may be one of many
                policy = self._own_policy()
            compute_dtype = policy.compute_dtype
            symbolic = False
            if (
                len(args) == 1
                and type(args[0]) in _TENSOR_TYPES
                and (not kwargs or PLAIN_TYPES.issuperset(map(type, kwargs.values())))
            ):
                if self.autocast:
                    dtype = native.dtype_of_tensor(args[0])
                    if dtype != compute_dtype and dtype in dtypes.FLOATS:
                        args, kwargs, symbolic = self._converted(args, kwargs)
            else:
                args, kwargs, symbolic = self._converted(args, kwargs)
            if self._input_spec is not None and args:
                check_inputs(self._input_spec, args[0], self.name)
            signature = self.call_signature
            if not (args or kwargs) and signature.required:
                raise TypeError(
                    f"Layer {self.name!r} of class {type(self).__name__} is missing a required "
                    f"argument: {signature.required!r}."
                )
            context = _CALL.value
            asked = kwargs.get("training") is not None
            if context is None:
                training, by_mode = self._calls_train, True
            else:
                training, by_mode = context.training, context.by_mode
                if by_mode and self._calls_train is not None:
                    training = self._calls_train
            if signature.training >= 0 or "training" in kwargs:
                training, by_mode = self._fill_training(args, kwargs, training, by_mode)
            if not self.built:
                self._build_for(signature.by_name(args, kwargs))
            if symbolic:
                if context is None:
                    captures.note(self)
                # What is filled in here belongs to each run of the graph, not to the graph.
                if not asked:
                    kwargs.pop("training", None)
            if _MASKED and signature.mask_arguments and masks.in_use():
                self._fill_masks(args, kwargs, symbolic)

            if context is None or context.training != training or context.by_mode != by_mode:
                entry = self if context is None else context.entry
                _CALL.value = CallContext(entry, training, by_mode)
                if context is None and not symbolic and not scopes.is_inferring():
                    self._clear_losses()
            try:
                frame = scopes.FRAME.value
                if (
                    self._settled
                    and not symbolic
                    and compute_dtype == policy.variable_dtype
                    and (frame is None or frame.autocast is None)
                ):
                    outputs = self.call(*args, **kwargs)
                else:
                    outputs = self._call_in_scopes(args, kwargs, symbolic)
                if _PLACED and not symbolic and (spread := placement.current()) is not None:
                    self._find_path()
                    outputs = spread.put_output(self.path, outputs)
                if self.activity_regularizer is not None and not symbolic:
                    self._penalise(outputs)
                if self._makes_masks or (_MASKED and self._supports_masking and masks.in_use()):
                    self._set_output_masks(args, outputs)
                return outputs
            finally:
                _CALL.value = context
        except Exception as error:
            explain(error, self, args, kwargs)
            if _CALL.value is None:
                tracebacks.trim(error)
            raise

    def _own_policy(self) -> dtype_policies.DTypePolicy:
        """The policy of this layer, out of policies by path."""
        self._find_path()
        return self.dtype_policy

    # -- Stages ----------------------------------------------------------------------

    def _converted(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any], bool]:
        """The arguments with tensors of the engine, floats in the compute dtype.

        Returns:
            The arguments by position and by name, and whether there are symbolic tensors in them.
        """
        given = args
        args = tuple(self._convert(a, i) for i, a in enumerate(args))
        kwargs = {
            k: v if v is None or type(v) in PLAIN_TYPES else self._convert(v, None)
            for k, v in kwargs.items()
        }
        if masks.in_use():  # converted inputs keep their masks
            for x, y in zip(tree.flatten(given), tree.flatten(args), strict=True):
                if x is not y and masks.get_mask(x) is not None:
                    masks.set_mask(y, masks.get_mask(x))
        if not _is_symbolic((args, kwargs)):
            return args, kwargs, False
        args, kwargs = captures.resolved((args, kwargs))
        return (
            (args, kwargs, True) if _is_symbolic((args, kwargs)) else self._converted(args, kwargs)
        )

    def _convert(self, x: Any, position: int | None) -> Any:
        if tree.is_nested(x):
            return tree.map_structure(lambda v: self._convert(v, None), x)
        if position is not None and not (
            x is None
            or isinstance(x, (KerasTensor, Variable))
            or hasattr(x, "__array__")
            or native.is_tensor(x)
        ):
            names = self.call_signature.parameters[: self.call_signature.positional]
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
        policy = self.dtype_policy
        return policy.convert_input(x, self.autocast, policy.compute_dtype)

    def _fill_training(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], training: bool | None, by_mode: bool
    ) -> tuple[Any, bool]:
        """Whether the call trains: asked for here, as handed down, or by default.

        Returns:
            Whether it trains, and whether that is a mode and not what a call said.
        """
        position = self.call_signature.training
        if 0 <= position < min(len(args), self.call_signature.positional):
            return args[position], False
        asked = kwargs.get("training")
        if asked is not None:
            training, by_mode = asked, False
        if position < 0:
            kwargs.pop("training", None)
            return training, by_mode
        if training is None:
            training = self.call_signature.training_default
        kwargs["training"] = training
        return training, by_mode

    def _fill_masks(self, args: tuple[Any, ...], kwargs: dict[str, Any], symbolic: bool) -> None:
        """Give `call` the masks of its tensor arguments, unless they are given.

        A graph holds ``mask`` only, as the files of Keras do: the others are filled in in each run.
        """
        names = self.call_signature.parameters
        by_position = min(len(args), self.call_signature.positional)
        for name, mask_name in self.call_signature.mask_arguments.items():
            if symbolic and mask_name != "mask":
                continue
            if kwargs.get(mask_name) is not None or names.index(mask_name) < by_position:
                continue
            i = names.index(name)
            value = args[i] if i < by_position else kwargs.get(name)
            if value is None:
                continue
            mask = tree.map_structure(masks.get_mask, value)
            if any(m is not None for m in tree.flatten(mask)):
                kwargs[mask_name] = mask

    def _call_in_scopes(self, args: tuple[Any, ...], kwargs: dict[str, Any], symbolic: bool) -> Any:
        """Run `call` where layers below may be built in it, or variables are read in its dtype."""
        scope = None if self._settled else scopes.owner_scope(self)
        if scope is not None:
            scope.__enter__()
        try:
            if symbolic:
                return self.symbolic_call(*args, **kwargs)
            with self._autocast_scope():
                if self._remat is None:
                    return self.call(*args, **kwargs)
                return self._call_again(self._remat, args, kwargs)
        finally:
            if scope is not None:
                scope.__exit__()
                below = self._collected().layers
                self._settled = self._remat is None and all(layer.built for layer in below)

    def _call_again(self, remat: RematScope, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run `call` so that the gradient computes again what the scope says."""
        if remat.mode == "activations":
            before = ACTIVATIONS.set(True)
            try:
                return self.call(*args, **kwargs)
            finally:
                ACTIVATIONS.reset(before)
        below = self._collected().layers
        if scopes.is_inferring() or not all(layer.built for layer in below):
            return self.call(*args, **kwargs)  # state is made in it
        if remat.mode == "list_of_layers" and self.name not in remat.layer_names:
            return self.call(*args, **kwargs)
        if remat.mode == "larger_than":
            specs = tree.map_structure(_spec_of, (args, kwargs))
            outputs = tree.flatten(self.compute_output_spec(*specs[0], **specs[1]))
            sizes = [math.prod(d or 1 for d in y.shape) for y in outputs if y is not None]
            if max(sizes, default=0) <= remat.output_size_threshold:
                return self.call(*args, **kwargs)
        return call_again(self.call, args, kwargs, self.add_loss)

    def _autocast_scope(self) -> scopes.AutocastScope:
        dtype = self.dtype_policy.compute_dtype
        return scopes.AutocastScope(dtype if dtypes.is_float(dtype) else None)

    def _penalise(self, outputs: Any) -> None:
        """Add the penalty of the outputs, divided by the size of the batch, to the losses."""
        for y in tree.flatten(outputs):
            penalty = self.activity_regularizer(y)
            if native.ndim_of(y):  # the shape of a scalar may count as true
                size = native.shape_of(y)[0]
                if not isinstance(size, int):
                    size = ops.cast(size, native.dtype_of(penalty))
                penalty = ops.divide_no_nan(penalty, size)  # a replica may have no samples
            self.add_loss(penalty)

    def _set_output_masks(self, args: tuple[Any, ...], outputs: Any) -> None:
        if not args:
            return
        previous = tree.map_structure(masks.get_mask, args[0]) if masks.in_use() else None
        if tree.is_nested(previous) and all(m is None for m in tree.flatten(previous)):
            previous = None
        if previous is None and not self._makes_masks:
            return
        try:
            computed = self.compute_mask(args[0], previous)
        except Exception as error:
            if not (_is_symbolic(args) and is_escape(error)):
                raise
            return  # it needs tensors of the engine: each run of the graph finds it
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

    # -- Inference -------------------------------------------------------------------

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Infer the outputs for symbolic inputs and record the call in the graph."""
        policy = self.dtype_policy
        cast_args, cast_kwargs = tree.map_structure(
            lambda x: (
                policy.convert_input(x, self.autocast, policy.compute_dtype)
                if isinstance(x, KerasTensor)
                else x
            ),
            (args, kwargs),
        )
        records = RECORDER.get() is not None  # what is computed is asked for, too
        infer = self._infer_by_call if records else self.compute_output_spec
        outputs = infer(*cast_args, **cast_kwargs)
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
        if masks.in_use():  # what was found by inferring is not in the graph
            for t in tree.flatten(outputs):
                masks.set_mask(t, None)
        kwargs = {k: v for k, v in kwargs.items() if not (k == "training" and v is None)}
        Node(self, args, kwargs, outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The symbolic outputs for symbolic inputs: by default, `call` is run on them."""
        if type(self).compute_output_shape is not Calling.compute_output_shape:
            given, named = shape_arguments(
                self,
                type(self).compute_output_shape,
                shapes_of(self.call_signature.by_name(args, kwargs)),
            )
            shapes = self.compute_output_shape(*given, **named)
            return specs_of(shapes, self.dtype_policy.compute_dtype)
        return self._infer_by_call(*args, **kwargs)

    def _infer_by_call(self, *args: Any, **kwargs: Any) -> Any:
        try:
            with scopes.InferenceScope(), self._autocast_scope():
                return self.call(*args, **kwargs)
        except Exception as error:
            if runtime.INFER_SPEC is None or not is_escape(error):
                raise
            return self._infer_by_engine(runtime.INFER_SPEC, args, kwargs)

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

        specs = [(x.shape, x.dtype, *([True] if x.ragged else [])) for x in symbolic]
        try:
            return infer_to_specs(infer(run, specs))
        except Exception as error:
            if not any(x.ragged for x in symbolic):
                raise
            raise NotImplementedError(
                f"The outputs of layer {self.name!r} for ragged tensors are known once it is "
                "called with some. In a functional model, say what they look like: by "
                "`output_shape` of a `Lambda`, or in `compute_output_shape`."
            ) from error

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The shape of the outputs for inputs of the given shape or shapes."""
        dtype = self.dtype_policy.compute_dtype
        inputs = tuple(specs_of(a, dtype) for a in args)
        named = {k.removesuffix("_shape"): specs_of(v, dtype) for k, v in kwargs.items()}
        if not self.built:
            self._build_for(self.call_signature.by_name(inputs, named))
        with scopes.InferenceScope():
            outputs = self.compute_output_spec(*inputs, **named)
        return tree.map_structure(lambda t: t.shape, outputs)


def _spec_of(x: Any) -> Any:
    if not native.is_engine_tensor(x):
        return x
    return KerasTensor(native.static_shape(x), native.dtype_of_tensor(x))


def _is_symbolic(nest: Any) -> bool:
    return any(isinstance(x, KerasTensor) for x in tree.flatten(nest))


def specs_of_inputs(layer: Any) -> list[Any]:
    """Symbolic tensors like the arguments of `call`, in nests: those that a layer was made from.

    Or those that it was last built for. Shapes of the latter come from data, so their first
    axes, the batch, are left open.

    Raises:
        ValueError: If they are not known.
    """
    try:
        return [layer.input]
    except AttributeError:  # never called with symbolic tensors
        pass
    build = layer.get_build_config() or {}
    by_name = build.get("shapes_dict")
    shapes = list(by_name.values()) if by_name else [build.get("input_shape")]
    specs = [None if s is None else specs_of(s, dtypes.config.floatx()) for s in shapes]
    expected = [f"{p}_shape" for p in layer.call_signature.parameters]
    if any(not isinstance(x, KerasTensor) for x in tree.flatten(specs)) or (
        by_name and list(by_name) != expected[: len(by_name)]
    ):
        raise ValueError(f"The inputs of {layer.name!r} are not known.")
    return tree.map_structure(lambda x: KerasTensor((None, *x.shape[1:]), x.dtype), specs)


Calling.call_signature = CallSignature.of(Calling.call)
