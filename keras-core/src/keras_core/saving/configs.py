"""Configs of models in files: from text to the object, with errors that say where."""

from pathlib import Path
from typing import Any

from keras_core.core.base.file_errors import CorruptFileError, LimitExceededError, ModelFileError
from keras_core.core.objects import serialization
from keras_core.saving.files import parse_json
from keras_core_plugins.errors import shown

_DAMAGE = (
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    UnicodeError,
    StopIteration,
)
"""What says nothing to whoever reads it: these are never meant for users."""


class CorruptConfigError(CorruptFileError, TypeError):
    """An object in a config has other arguments than its class takes."""


def parse_config(data: Any, what: str) -> dict[str, Any]:
    """The config of a model from JSON.

    Raises:
        CorruptFileError: If it is none.
        LimitExceededError: If it is longer or deeper than that of any model.
    """
    if not isinstance(data, (str, bytes)):
        raise CorruptFileError(f"The {what} is no text.")
    config = parse_json(data, what)
    if not isinstance(config, dict) or "class_name" not in config:
        raise CorruptFileError(f"The {what} describes no model.")
    return config


def described(config: Any, what: str) -> Any:
    """The object that a config in a file describes.

    Raises:
        ModelFileError: If it describes none, or one that is too large.
        UnknownNameError: If it names what is not registered.
    """
    try:
        return serialization.deserialize_keras_object(config)
    except serialization.ConfigError as e:
        kind = CorruptConfigError if isinstance(e, TypeError) else CorruptFileError
        raise kind(f"The {what} cannot be used at {_place(config, e.at)}: {e}") from e
    except (ModelFileError, serialization.UnknownNameError):
        raise
    except RecursionError as e:
        raise LimitExceededError(f"The {what} is nested too deeply.") from e
    except MemoryError as e:
        raise LimitExceededError(f"The {what} describes what does not fit into memory: {e}") from e
    except (TypeError, *_DAMAGE) as e:
        raise CorruptFileError(f"The {what} cannot be used: {e!r}") from e


def model_of(config: dict[str, Any], path: Path) -> Any:
    """The model that the config in a file, or in a folder, describes.

    Raises:
        ModelFileError: If it describes none, or one that is too large.
        UnknownNameError: If it names what is not registered.
    """
    model = described(config, f"config.json of {str(path)!r}")
    if isinstance(model, type) or not hasattr(model, "load_own_variables"):
        raise CorruptFileError(f"The config of {str(path)!r} describes no model: {shown(model)}")
    return model


def _place(config: Any, at: Any) -> str:
    """The path in the JSON of a part of a config."""
    waiting: list[tuple[str, Any]] = [("$", config)]
    while waiting:
        path, value = waiting.pop()
        if value is at:
            return path
        if isinstance(value, dict):
            waiting.extend((f"{path}.{key}", x) for key, x in value.items())
        elif isinstance(value, (list, tuple)):
            waiting.extend((f"{path}[{i}]", x) for i, x in enumerate(value))
    return "$"
