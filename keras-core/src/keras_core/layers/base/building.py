"""When and with which shapes the weights of a layer are made."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, ClassVar

from keras_core.core.base import tree
from keras_core.core.tensors import dtypes, native, scopes
from keras_core.core.tensors.sparse import is_sparse
from keras_core.core.tensors.symbolic import KerasTensor, is_escape
from keras_core.layers.base.shapes import as_shapes, shapes_of, specs_of
from keras_core.layers.base.signature import CallSignature
from keras_core.layers.base.weights import LayerWeights


class FirstWeights(tuple[Any, ...]):
    """Weights that a layer gets when it is built."""


class Building(LayerWeights):
    """The part of a layer that makes its weights once the shapes of the inputs are known."""

    call: Callable[..., Any]
    call_signature: CallSignature
    _build_config: dict[str, Any] | None

    _weightless: ClassVar[bool] = False
    """Whether the class has nothing to build: instances are built as soon as they are made."""

    _build_depth = 0
    """How many `build`s of this layer are running, one inside of the other."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _wrapped(cls.__dict__["build"])  # type: ignore[method-assign]

    def build(self, input_shape: Any) -> None:
        """Make the weights. A subclass with weights overrides it.

        Args:
            input_shape: The shape of the inputs, with None for sizes that are not known, in
                the nest of the inputs. A `call` with several tensor arguments may have a
                `build` with an argument ``<name>_shape`` for each.
        """
        if "_build_config" not in self.__dict__:
            self._build_config = {"input_shape": input_shape}
        specs = specs_of(input_shape, dtypes.config.floatx())
        first = self.call_signature.parameters[: min(1, self.call_signature.positional)]
        self._build_by_tracing(dict.fromkeys(first, specs))
        self._lock()

    @classmethod
    def _builds_itself(cls) -> bool:
        """Whether the class has a `build` of its own."""
        return cls.build is not Building.build

    def _find_path(self) -> None:
        """Note the names of the layers around, which are known where a layer is first used."""
        if self._path is None:
            with scopes.owner_scope(self):
                self._path = scopes.current_path()

    def _build_for(self, arguments: dict[str, Any]) -> None:
        """Build for the arguments of a call, by name."""
        shapes = shapes_of(arguments)
        self._find_path()
        if self._builds_itself():
            args, kwargs = shape_arguments(self, type(self).build, shapes)
            self.build(*args, **kwargs)
        else:
            if len(shapes) == 1:
                self._build_config = {"input_shape": next(iter(shapes.values()))}
            else:
                self._build_config = {"shapes_dict": {f"{k}_shape": v for k, v in shapes.items()}}
            self._build_by_tracing(arguments)
            self._lock()
        if not self.built:
            self._lock()

    def _build_by_tracing(self, arguments: dict[str, Any]) -> None:
        """Let the sublayers of a layer without `build` make their weights."""
        if not arguments or all(layer.built for layer in self._layers):
            return  # without tensors, as for strings, the sublayers build when they are called
        symbolic = tree.map_structure(
            lambda x: (
                KerasTensor(
                    native.static_shape(x),
                    native.dtype_of(x),
                    sparse=is_sparse(x),
                    ragged=native.is_ragged(x),
                )
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

    def _lock(self) -> None:
        """Note that the layer is built: it can be given no more state."""
        self.built = True
        if not self._build_depth:  # `super().build()` inside of a `build` is not the end of it
            self._tracker.locked = True
            first = self.__dict__.get("_first_weights")
            if isinstance(first, FirstWeights):  # and not what a user calls so
                del self.__dict__["_first_weights"]
                self.set_weights(list(first))

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build with what `get_build_config` returned.

        Args:
            config: ``{"input_shape": shape}``, or ``{"shapes_dict": {"<name>_shape": shape}}``
                for a `call` with several tensor arguments.
        """
        if "input_shape" in config:
            self.build(as_shapes(config["input_shape"]))
        elif "shapes_dict" in config:
            shapes = {k: as_shapes(v) for k, v in config["shapes_dict"].items()}
            if not self._builds_itself():
                specs = specs_of(shapes, dtypes.config.floatx())
                self._build_by_tracing({k.removesuffix("_shape"): v for k, v in specs.items()})
            elif len(shapes) == 1:
                self.build(next(iter(shapes.values())))
            else:
                self.build(**shapes)
        self.built = True

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes it was built with, for `build_from_config`; None if it is not built."""
        return self.__dict__.get("_build_config")


def shape_arguments(
    layer: Building, method: Callable[..., Any], shapes: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, by position and by name, for a method that takes shapes.

    Args:
        layer: The layer, for messages.
        method: `build` or `compute_output_shape`, as its class has it.
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
        f"`{method.__name__}(self, foo_shape, bar_shape)`. For layer {layer.name!r} of class "
        f"{type(layer).__name__}, received {', '.join(missing)}. Expected: {', '.join(named)}"
    )


def _wrapped(build: Callable[..., None]) -> Callable[..., None]:
    """`build` inside the name scope of the layer, its arguments noted, `built` set after it."""
    if getattr(build, "_is_wrapped", False):
        return build
    signature = inspect.signature(build)

    @functools.wraps(build)
    def wrapped(self: Building, *args: Any, **kwargs: Any) -> None:
        bound = signature.bind(self, *args, **kwargs)
        given = dict(list(bound.arguments.items())[1:])
        if "_build_config" not in self.__dict__:
            if len(given) == 1 and len(signature.parameters) == 2:
                self._build_config = {"input_shape": next(iter(given.values()))}
            else:
                self._build_config = {"shapes_dict": given}
        self._build_depth += 1
        try:
            self._find_path()
            with scopes.CreationScope(), scopes.owner_scope(self):
                build(self, *args, **kwargs)
        finally:
            self._build_depth -= 1
        self._lock()

    wrapped._is_wrapped = True  # type: ignore[attr-defined]
    return wrapped
