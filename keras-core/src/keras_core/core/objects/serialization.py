"""Objects to JSON-ready configs and back.

Names in a config are looked up in a registry, never imported: built-in classes and functions
are registered where they are defined, by `public`, others with
`register_keras_serializable` or given as ``custom_objects``.
"""

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from keras_core.core.base import keras_operations
from keras_core.core.base.file_errors import UnsafeFileError
from keras_core.core.base.public import HOME, look_up, modules_in_files, public
from keras_core.core.base.thread_value import Scoped
from keras_core.core.graph.nodes import OpOperation, kind_of
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.operations import operations
from keras_core.core.tensors.symbolic import Dim, KerasTensor
from keras_core_plugins import KerasCoreError
from keras_core_plugins.errors import shown

_REGISTERED: dict[str, Any] = {}
_REGISTERED_NAMES: dict[int, tuple[str, Any]] = {}
_scoped: Scoped[tuple[dict[str, Any], ...]] = Scoped(())
_safe_mode: Scoped[bool | None] = Scoped(None)
_unsafe_allowed = [False]


# -- Custom objects ------------------------------------------------------------------


@public("keras.saving.get_custom_objects", "keras.utils.get_custom_objects")
def get_custom_objects() -> dict[str, Any]:
    """The dict of custom objects of the process, by name; it may be changed.

    Example:

    >>> import keras_core as keras
    >>> "MyLayer" in keras.saving.get_custom_objects()
    False
    """
    return _custom


_custom: dict[str, Any] = {}


@public(
    "keras.saving.CustomObjectScope",
    "keras.utils.CustomObjectScope",
    "keras.saving.custom_object_scope",
    "keras.utils.custom_object_scope",
)
class CustomObjectScope:
    """Names for custom classes and functions, known inside the scope.

    Args:
        custom_objects: A dict from name to class or function.

    Example:

    >>> import keras_core as keras
    >>> def double(x):
    ...     return 2 * x
    >>> with keras.saving.custom_object_scope({"double": double}):
    ...     layer = keras.layers.Activation("double")
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})
        self._tokens: list[Any] = []

    def __enter__(self) -> "CustomObjectScope":
        self._tokens.append(_scoped.set((*_scoped.get(), self.custom_objects)))
        return self

    def __exit__(self, *exc: object) -> None:
        _scoped.reset(self._tokens.pop())


custom_object_scope = CustomObjectScope


def custom_object(name: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """A custom object by name, or None: from the argument, the scopes, the process."""
    for table in (custom_objects or {}, *reversed(_scoped.get()), _custom, _REGISTERED):
        if name in table:
            return table[name]
    return None


@public("keras.saving.register_keras_serializable", "keras.utils.register_keras_serializable")
def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Register a class or a function, so that saved models which use it can be loaded.

    Args:
        package: The name of your package, put before that of the object.
        name: The name, by default that of the object.

    Raises:
        ValueError: If a class has no `get_config`.

    Example:

    >>> import keras_core as keras
    >>> @keras.saving.register_keras_serializable("my_package")
    ... class MyLayer(keras.layers.Layer):
    ...     pass
    >>> keras.saving.get_registered_name(MyLayer)
    'my_package>MyLayer'
    """

    def decorate(obj: Any) -> Any:
        full = f"{package}>{name or obj.__name__}"
        if inspect.isclass(obj) and not hasattr(obj, "get_config"):
            raise ValueError(
                f"Cannot register a class that does not have a get_config() method: {obj}"
            )
        _REGISTERED[full] = obj
        _REGISTERED_NAMES[id(obj)] = (full, obj)
        return obj

    return decorate


@public("keras.saving.get_registered_name", "keras.utils.get_registered_name")
def get_registered_name(obj: Any) -> str:
    """The name under which a class or a function was registered, or its own.

    Args:
        obj: A class or a function.

    Example:

    >>> import keras_core as keras
    >>> @keras.saving.register_keras_serializable(package="mine")
    ... class Doubled(keras.layers.Layer): ...
    >>> keras.saving.get_registered_name(Doubled)
    'mine>Doubled'
    """
    held = _REGISTERED_NAMES.get(id(obj))
    return held[0] if held is not None else obj.__name__


@public("keras.saving.get_registered_object", "keras.utils.get_registered_object")
def get_registered_object(
    name: str, custom_objects: Mapping[str, Any] | None = None, module_objects: Any = None
) -> Any:
    """The class or function registered under a name, or None.

    Args:
        name: The name that it was registered by, such as ``"package>Name"``.
        custom_objects: Further objects by name, which are looked at first; none by default.
        module_objects: Objects by name that are looked at last; none by default.

    Example:

    >>> import keras_core as keras
    >>> @keras.saving.register_keras_serializable(package="mine")
    ... class Tripled(keras.layers.Layer): ...
    >>> keras.saving.get_registered_object("mine>Tripled") is Tripled
    True
    """
    found = custom_object(name, custom_objects)
    return found if found is not None else (module_objects or {}).get(name)


# -- Safe mode -----------------------------------------------------------------------


@public("keras.config.enable_unsafe_deserialization")
def enable_unsafe_deserialization() -> None:
    """Let models be loaded that hold Python code, unless a call asks for safe mode.

    Example:

    >>> import keras_core as keras
    >>> keras.config.enable_unsafe_deserialization()
    """
    _unsafe_allowed[0] = True


@contextmanager
def safe_mode_scope(safe_mode: bool | None) -> Iterator[None]:
    """Refuse Python code in configs, or allow it; an outer scope that refuses stays."""
    outer = _safe_mode.get()
    token = _safe_mode.set(True if outer is True else safe_mode)
    try:
        yield
    finally:
        _safe_mode.reset(token)


def in_safe_mode() -> bool:
    """Whether Python code in configs is refused."""
    mode = _safe_mode.get()
    return not _unsafe_allowed[0] if mode is None else mode


def loads_safely() -> bool:
    """Whether something is being loaded, in safe mode."""
    return _safe_mode.get() is True


def refuse_in_safe_mode(what: str, safe_mode: bool | None = None) -> None:
    """Raise an error in safe mode.

    Args:
        what: What is about to be made of a config and could run code, such as ``"a lambda"``.
        safe_mode: What was asked for just here; None for what holds around.

    Raises:
        ValueError: If Python code in configs is refused.
    """
    if in_safe_mode() if safe_mode is None else safe_mode or loads_safely():
        raise UnsafeFileError(
            f"Requested the deserialization of {what}. This carries a potential risk of "
            "arbitrary code execution and thus it is disallowed by default. If you trust the "
            "source of the artifact, you can override this error by passing `safe_mode=False` to "
            "the loading function, or calling `keras.config.enable_unsafe_deserialization()`."
        )


class ConfigError(KerasCoreError, ValueError):
    """A config does not describe what it should.

    Args:
        message: What is wrong.
        at: The part of the config that it is about.
    """

    def __init__(self, message: str, at: Any) -> None:
        super().__init__(message)
        self.at = at


class ConfigTypeError(ConfigError, TypeError):
    """A config has other arguments than its class takes."""


class UnknownNameError(KerasCoreError, TypeError):
    """A config names what is not registered."""


# -- Serialisation -------------------------------------------------------------------

_PLAIN = (str, bool, int, float, type(None))


@public("keras.saving.serialize_keras_object", "keras.utils.serialize_keras_object")
def serialize_keras_object(obj: Any) -> Any:
    """A JSON-ready description of an object.

    Args:
        obj: A layer, model, initializer, ...; a function; or a nest of them and of plain
            values, arrays and tensors.

    Raises:
        TypeError: If an object has no `get_config`.

    Example:

    >>> import keras_core as keras
    >>> keras.saving.serialize_keras_object(keras.initializers.Constant(2.0))["config"]
    {'value': 2.0}
    """
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, Dim):
        return None
    if isinstance(obj, (list, tuple)):
        kind = tuple if isinstance(obj, tuple) else list
        return kind(serialize_keras_object(x) for x in obj)
    if isinstance(obj, dict):
        return {k: serialize_keras_object(v) for k, v in obj.items()}
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "config": {"value": obj.decode("utf-8", "replace")}}
    if isinstance(obj, KerasTensor):
        history = getattr(obj, "_keras_history", None)
        config: dict[str, Any] = {"shape": obj.shape, "dtype": obj.dtype}
        if history is not None:
            config["keras_history"] = [
                history.operation.name, history.node_index, history.tensor_index
            ]  # fmt: skip
        return {"class_name": "__keras_tensor__", "config": config}
    is_array = isinstance(obj, (np.ndarray, np.generic)) or hasattr(obj, "__keras_value__")
    if is_array or native.is_engine_tensor(obj):
        array = native.to_numpy(obj)
        return {
            "class_name": "__tensor__",
            "config": {"value": array.tolist(), "dtype": array.dtype.name},
        }
    if isinstance(obj, slice):
        parts = (obj.start, obj.stop, obj.step)
        start, stop, step = (serialize_keras_object(v) for v in parts)
        return {
            "class_name": "__slice__",
            "config": {"start": start, "stop": stop, "step": step},
        }
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(obj, np.dtype):
        return obj.name
    if isinstance(obj, OpOperation):
        return _serialize_operation(obj)
    if isinstance(obj, (types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return _serialize_function(obj)
    if inspect.isclass(obj):
        held = HOME.get(id(obj))
        return {
            "class_name": "__typespec__" if held is None else obj.__name__,
            "module": held[0] if held else None,
            "config": None,
            "registered_name": get_registered_name(obj),
        }
    if not hasattr(obj, "get_config"):
        raise TypeError(
            f"Cannot serialize object {obj!r} of type {type(obj)}. To be serializable, a class "
            "must implement the `get_config()` method."
        )
    return _serialize_instance(obj)


def _serialize_operation(obj: OpOperation) -> dict[str, Any]:
    name = kind_of(obj)
    return {
        "module": keras_operations.module_of(obj.op.name),
        "class_name": name,
        "config": serialize_keras_object(obj.get_config()),
        "registered_name": name,
    }


def _serialize_function(fn: Any) -> dict[str, Any]:
    if fn.__name__ == "<lambda>":
        raise ValueError(
            "Cannot serialize a lambda: a saved model would have to hold Python code. Define a "
            "function with `def`, and register it with "
            "`@keras.saving.register_keras_serializable()`."
        )
    name = get_registered_name(fn)
    return {
        "module": "builtins",
        "class_name": "function",
        "config": name if name != fn.__name__ else fn.__name__,
        "registered_name": "function" if name == fn.__name__ else name,
    }


def _serialize_instance(obj: Any) -> dict[str, Any]:
    cls = getattr(type(obj), "config_class", None) or type(obj)
    config = serialize_keras_object(obj.get_config())
    held = HOME.get(id(cls))
    if held is not None:
        registered: str | None = None
        module: str | None = held[0]
        name = held[1]
        if module.startswith("keras.src."):
            registered = name
    else:
        module, name, registered = None, cls.__name__, get_registered_name(cls)
    out = {
        "module": module,
        "class_name": name,
        "config": config,
        "registered_name": registered,
    }
    for key in ("build_config", "compile_config"):
        getter = getattr(obj, f"get_{key}", None)
        if getter is not None and not inspect.isclass(obj):
            value = getter()
            if value is not None:
                out[key] = serialize_keras_object(value)
    return out


# -- Deserialisation -----------------------------------------------------------------


@public("keras.saving.deserialize_keras_object", "keras.utils.deserialize_keras_object")
def deserialize_keras_object(
    config: Any,
    custom_objects: Mapping[str, Any] | None = None,
    safe_mode: bool | None = None,
    **kwargs: Any,
) -> Any:
    """The object that `serialize_keras_object` described.

    Args:
        config: The description.
        custom_objects: Classes and functions by name.
        safe_mode: Whether Python code in the description is refused; by default as around.
        **kwargs: ``module_objects``: a dict of classes and functions by name, for descriptions
            that do not say where these are; ``printable_module_name``: what errors call them.
            Others are refused.

    Raises:
        TypeError: If there are other arguments, or a class or function is not known.
        ValueError: If the description is malformed, or holds Python code in safe mode.

    Example:

    >>> import keras_core as keras
    >>> config = keras.saving.serialize_keras_object(keras.layers.Dense(3))
    >>> keras.saving.deserialize_keras_object(config).units
    3
    """
    module_objects = kwargs.pop("module_objects", None)
    kind = kwargs.pop("printable_module_name", None)
    if kwargs:
        raise TypeError(f"`deserialize_keras_object` got unexpected arguments: {[*kwargs]}")
    if module_objects and isinstance(config, dict) and config.get("module") is None:
        custom_objects = {**module_objects, **(custom_objects or {})}
    with (
        CustomObjectScope(custom_objects),
        safe_mode_scope(safe_mode if safe_mode is not None else _safe_mode.get()),
    ):
        try:
            return _deserialize(config, module_objects)
        except TypeError as error:
            if kind is not None:
                names = ", ".join(sorted(module_objects or ()))
                error.add_note(f"It was looked for among the {kind}: {names}.")
            raise


def _deserialize(config: Any, module_objects: Any = None) -> Any:
    if isinstance(config, str):
        if module_objects is not None and config in module_objects:
            found = module_objects[config]
            return found() if inspect.isclass(found) else found
        return config
    if isinstance(config, _PLAIN):
        return config
    if isinstance(config, (list, tuple)):
        return type(config)(_deserialize(x) for x in config)
    if not isinstance(config, dict):
        raise TypeError(f"Could not parse config: {config!r}")
    if "class_name" not in config or "config" not in config:
        return {k: _deserialize(v) for k, v in config.items()}
    name, inner = config["class_name"], config["config"]
    module, registered = config.get("module"), config.get("registered_name")
    if not isinstance(name, str):
        raise ConfigError(f"`class_name` must be a string. Received: {shown(name)}", config)
    if not (module is None or isinstance(module, str)):
        raise ConfigError(f"`module` must be a string. Received: {shown(module)}", config)
    special = _SPECIAL.get(name)
    if special is not None:
        with _about(name, config):
            return special(inner if inner is not None else {})
    if name == "function" and module in ("builtins", None):
        return _find_function(config)
    if inner is None and inspect.isclass(look_up(module or "", name)):
        return look_up(module or "", name)
    operation = _find_operation(module, name)
    if operation is not None:
        with _about(name, config):
            static = {k: _deserialize(v) for k, v in inner.items() if k != "name"}
            known = set(operation.params)
            static = {k: v for k, v in static.items() if k in known}
            return OpOperation(operation, static, name=inner.get("name"))
    cls = _find_class(module, name, registered, config)
    if not inspect.isclass(cls):
        return cls
    return _make(cls, inner, config)


_DAMAGE = (
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    UnicodeError,
    StopIteration,
)
"""What Python raises where a config is not as it should be, in words that say nothing of it."""


@contextmanager
def _about(name: str, config: Any) -> Iterator[None]:
    """Errors about a config say which, and keep the place of the innermost."""
    try:
        yield
    except KerasCoreError:
        raise
    except _DAMAGE as e:
        raise ConfigError(f"The config of {name!r} is damaged: {e!r}.", config) from e
    except ValueError as e:
        raise ConfigError(_cut(str(e)), config) from e


def from_config(cls: Any, config: Any) -> Any:
    """An instance of a class made with a config; what is frozen stays so with all that it holds."""
    instance = cls.from_config(config)
    # The layers of a model have configs of their own, which say what is frozen.
    if isinstance(config, dict) and config.get("trainable") is False and "layers" not in config:
        instance.trainable = False
    return instance


def _make(cls: Any, inner: Any, config: dict[str, Any]) -> Any:
    if not hasattr(cls, "from_config"):
        raise TypeError(
            f"Unable to reconstruct an instance of {cls.__name__!r} because the class is missing a "
            "`from_config()` method."
        )
    if not isinstance(inner, dict) and not isinstance(inner, list):
        raise ConfigError(
            f"The config of {cls.__name__!r} must be a dict. Received: {shown(inner)}", config
        )
    with _about(cls.__name__, inner):
        return _made(cls, inner, config)


def _made(cls: Any, inner: Any, config: dict[str, Any]) -> Any:
    try:
        instance = from_config(cls, inner)
        build_config = config.get("build_config")
        if (
            build_config
            and not getattr(instance, "built", True)
            and hasattr(instance, "build_from_config")
        ):
            instance.build_from_config(build_config)
    except KerasCoreError:
        raise
    except TypeError as e:
        raise ConfigTypeError(
            f"{cls.__name__!r} could not be deserialized properly. Please ensure that components "
            "that are Python object instances (layers, models, etc.) returned by `get_config()` "
            f"are explicitly deserialized in its `from_config()` method.\n\nconfig={_short(config)}"
            f"\n\nException encountered: {e}",
            inner,
        ) from e
    compile_config = config.get("compile_config")
    if compile_config and hasattr(instance, "compile_from_config"):
        instance.compile_from_config(compile_config)
    return instance


def _short(config: Any) -> str:
    return _cut(repr(config))


def _cut(text: str) -> str:
    return text if len(text) <= 500 else text[:500] + "..."


def _find_operation(module: Any, name: str) -> Any:
    if not isinstance(module, str) or not module.startswith(
        ("keras.src.ops", "keras.src.quantizers")
    ):
        return None
    found = _operation_of_class(name)
    if found is None:
        raise TypeError(
            f"Unknown operation {name!r} in module {module!r}. This version has no such operation."
        )
    return found


def _operation_of_class(name: str) -> Any:
    for op_name, front in operations.by_name.items():
        if keras_operations.class_of(op_name) == name:
            return front.__wrapped_op__
    return None


def is_operation(config: dict[str, Any]) -> bool:
    """Whether a config without a module is that of an operation, which has no dtype of its own.

    Args:
        config: One that names a class. `Add` is a layer, and an operation.
    """
    name, inner = config["class_name"], config["config"]
    if not isinstance(name, str) or not isinstance(inner, dict) or custom_object(name) is not None:
        return False
    is_layer = "dtype" in inner or "trainable" in inner
    return not is_layer and "name" in inner and _operation_of_class(name) is not None


_PACKAGES = ("keras", "keras_core", "tensorflow", "tf_keras")
"""Packages whose inner modules have the classes of Keras. No other has one of the same name."""

_ALIASED_MODULES = ("keras", "keras.layers", "keras.models")


def _public_places(module: str) -> list[str]:
    """Where a class of an inner module of Keras, or of this package, may be shown.

    An inner module says of which kind its classes are by one of its parts, whatever stands around
    it: those of an engine are below ``keras.src.backend``.
    """
    package, *parts = module.split(".")
    if package not in ("keras", "keras_core") or not parts:
        return []
    count = len(parts)
    runs = [parts[i:j] for i in range(count) for j in range(i + 1, count + 1)]
    return ["keras." + ".".join(run) for run in sorted(runs, key=len, reverse=True)]


def _find_class(module: Any, name: str, registered: Any, config: Any) -> Any:
    for key in (registered, name):
        if isinstance(key, str):
            found = custom_object(key)
            if found is not None:
                _check_names(key, name, found, config)
                return found
    if isinstance(module, str):
        own = module.partition(".")[0] in _PACKAGES
        for place in (module, *_public_places(module), *(_ALIASED_MODULES if own else ())):
            found = look_up(place, name)
            if found is not None:
                return found
    elif module is None:
        for place in modules_in_files():
            found = look_up(place, name)
            if found is not None and inspect.isclass(found):
                return found
    raise UnknownNameError(
        f"Could not locate class {name!r}. Make sure custom classes are decorated with "
        "`@keras.saving.register_keras_serializable()`, or pass them as `custom_objects`. "
        f"Full object config: {_short(config)}"
    )


def _check_names(key: str, name: str, found: Any, config: Any) -> None:
    """Refuse a config whose two names are those of two things."""
    names = {key, key.rpartition(">")[2], getattr(found, "__name__", name)}
    if name not in names:
        raise ConfigError(
            f"The config names the class {name!r} and, as `registered_name`, {key!r}, which is "
            "another one. Nothing is made of it.",
            config,
        )


_FUNCTION_MODULES = ("keras.activations", "keras.losses", "keras.metrics", "keras.ops")


def _find_function(config: Any) -> Any:
    name = config["config"]
    if isinstance(name, dict):
        name = name.get("name")
    if not isinstance(name, str):
        raise ConfigError(f"A function is named by a text. Received: {shown(name)}", config)
    for key in (config.get("registered_name"), name):
        if isinstance(key, str) and key != "function":
            found = custom_object(key)
            if found is not None:
                if inspect.isclass(found):
                    raise ConfigError(
                        f"The config names the function {name!r}, and {key!r} is a class.", config
                    )
                return found
    for module in _FUNCTION_MODULES:
        found = look_up(module, name)
        if found is not None and not inspect.isclass(found):
            return found
    if name in operations.by_name:
        return operations.by_name[name]
    raise UnknownNameError(
        f"Could not locate function {name!r}. Make sure custom functions are decorated with "
        "`@keras.saving.register_keras_serializable()`, or pass them as `custom_objects`. "
        f"Full object config: {_short(config)}"
    )


def _array(inner: dict[str, Any]) -> Any:
    dtype = inner.get("dtype")
    if dtype not in dtypes.ALLOWED_DTYPES or dtype == "string":
        raise ValueError(f"A tensor in a config has an unknown dtype: {dtype!r}")
    return np.array(inner["value"], dtypes.numpy_dtype(dtype))


def _lambda(inner: Any) -> Any:
    refuse_in_safe_mode("a Python lambda")
    raise ValueError(
        "The saved model holds the bytecode of a Python lambda, which belongs to one version of "
        "Python and is not run. Make the layer with a registered function instead, and load the "
        "weights."
    )


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "__tensor__": lambda c: native.convert(_array(c)),
    "__numpy__": _array,
    "__bytes__": lambda c: c["value"].encode("utf-8"),
    "__ellipsis__": lambda c: Ellipsis,
    "__slice__": lambda c: slice(
        _deserialize(c["start"]), _deserialize(c["stop"]), _deserialize(c["step"])
    ),
    "__tuple__": lambda c: tuple(_deserialize(v) for v in c["value"]),
    "__keras_tensor__": lambda c: KerasTensor(tuple(c["shape"]), c["dtype"]),
    "__lambda__": _lambda,
}
