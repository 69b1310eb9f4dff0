"""Settings of the process: the default float, the fuzz factor, the image layout."""

import math
import os
import warnings
from pathlib import Path
from typing import Any

from keras_core.core.base.public import public
from keras_core_plugins.errors import ConfigFileError
from keras_core_plugins.selection import CONFIG_NAME, read_config

_FLOATX = ("bfloat16", "float16", "float32", "float64")
_LAYOUTS = ("channels_last", "channels_first")


def keras_home() -> Path:
    """The folder of the configuration file, the data sets and the weights: ``$KERAS_HOME``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def _read_file() -> dict[str, Any]:
    return read_config(str(keras_home() / CONFIG_NAME))


_settings: dict[str, Any] = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "flash_attention": None,
    "interactive_logging": True,
    "traceback_filtering": True,
    "max_epochs": None,
    "max_steps_per_epoch": None,
}


@public("keras.backend.floatx", "keras.config.floatx")
def floatx() -> str:
    """The dtype of weights and of floats that do not say theirs, ``"float32"`` by default.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.floatx()
    'float32'
    """
    return _settings["floatx"]


@public("keras.backend.set_floatx", "keras.config.set_floatx")
def set_floatx(value: str) -> None:
    """Set the default float dtype.

    Args:
        value: ``"bfloat16"``, ``"float16"``, ``"float32"`` or ``"float64"``.

    Raises:
        ValueError: For anything else.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.set_floatx("float64")
    >>> keras.backend.floatx()
    'float64'
    >>> keras.backend.set_floatx("float32")
    """
    if value not in _FLOATX:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected one of {_FLOATX}")
    _settings["floatx"] = str(value)


@public("keras.backend.epsilon", "keras.config.epsilon")
def epsilon() -> float:
    """The small number that keeps divisions and logarithms away from 0, 1e-7 by default.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.epsilon()
    1e-07
    """
    return _settings["epsilon"]


@public("keras.backend.set_epsilon", "keras.config.set_epsilon")
def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions and logarithms away from 0.

    Args:
        value: A finite number of 0 or more.

    Raises:
        ValueError: For anything else.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.set_epsilon(1e-5)
    >>> keras.backend.epsilon()
    1e-05
    >>> keras.backend.set_epsilon(1e-7)
    """
    number = float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"`epsilon` must be a finite number of 0 or more. Received: {value!r}")
    _settings["epsilon"] = number


@public("keras.backend.image_data_format", "keras.config.image_data_format")
def image_data_format() -> str:
    """``"channels_last"`` (the default) or ``"channels_first"``.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.image_data_format()
    'channels_last'
    """
    return _settings["image_data_format"]


@public("keras.backend.set_image_data_format", "keras.config.set_image_data_format")
def set_image_data_format(data_format: str) -> None:
    """Set the default layout of images.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: For anything else.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.set_image_data_format("channels_first")
    >>> keras.backend.image_data_format()
    'channels_first'
    >>> keras.backend.set_image_data_format("channels_last")
    """
    _settings["image_data_format"] = standardize_data_format(data_format)


def standardize_data_format(data_format: str | None) -> str:
    """``data_format`` in lower case, or the default where it is None.

    Raises:
        ValueError: If it is no known layout.
    """
    if data_format is None:
        return image_data_format()
    lowered = str(data_format).lower()
    if lowered not in _LAYOUTS:
        raise ValueError(
            f"The `data_format` argument must be one of {_LAYOUTS}. Received: {data_format!r}"
        )
    return lowered


@public("keras.config.enable_flash_attention")
def enable_flash_attention() -> None:
    """Let `ops.dot_product_attention` use fused kernels where they fit, which is the default.

    Example:

    ```python
    import keras_core as keras

    keras.config.enable_flash_attention()  # an error where the engine has none
    ```
    """
    _settings["flash_attention"] = None


@public("keras.config.disable_flash_attention")
def disable_flash_attention() -> None:
    """Let `ops.dot_product_attention` use fused kernels only where ``flash_attention=True``.

    Example:

    >>> import keras_core as keras
    >>> keras.config.disable_flash_attention()
    >>> keras.config.is_flash_attention_enabled()
    False
    """
    _settings["flash_attention"] = False


@public("keras.config.is_flash_attention_enabled")
def is_flash_attention_enabled() -> bool | None:
    """False after `disable_flash_attention`; otherwise None: each call decides by its inputs.

    Example:

    >>> import keras_core as keras
    >>> keras.config.is_flash_attention_enabled() in (True, False, None)
    True
    """
    return _settings["flash_attention"]


@public("keras.config.enable_interactive_logging", "keras.utils.enable_interactive_logging")
def enable_interactive_logging() -> None:
    """Print progress and messages to the standard output, the default.

    Example:

    >>> import keras_core as keras
    >>> keras.config.enable_interactive_logging()
    >>> keras.config.is_interactive_logging_enabled()
    True
    """
    _settings["interactive_logging"] = True


@public("keras.config.disable_interactive_logging", "keras.utils.disable_interactive_logging")
def disable_interactive_logging() -> None:
    """Send progress and messages to the logger ``keras_core`` at level INFO instead of printing.

    Example:

    >>> import keras_core as keras
    >>> keras.config.disable_interactive_logging()
    >>> keras.config.is_interactive_logging_enabled()
    False
    >>> keras.config.enable_interactive_logging()
    """
    _settings["interactive_logging"] = False


@public("keras.config.is_interactive_logging_enabled", "keras.utils.is_interactive_logging_enabled")
def is_interactive_logging_enabled() -> bool:
    """Whether progress and messages are printed to the standard output.

    Example:

    >>> import keras_core as keras
    >>> keras.config.is_interactive_logging_enabled()
    True
    """
    return _settings["interactive_logging"]


@public("keras.config.enable_traceback_filtering")
def enable_traceback_filtering() -> None:
    """Leave frames of this package out of tracebacks of layer calls and `fit`, the default.

    Example:

    >>> import keras_core as keras
    >>> keras.config.enable_traceback_filtering()
    >>> keras.config.is_traceback_filtering_enabled()
    True
    """
    _settings["traceback_filtering"] = True


@public("keras.config.disable_traceback_filtering")
def disable_traceback_filtering() -> None:
    """Show tracebacks in full.

    Example:

    >>> import keras_core as keras
    >>> keras.config.disable_traceback_filtering()
    >>> keras.config.is_traceback_filtering_enabled()
    False
    >>> keras.config.enable_traceback_filtering()
    """
    _settings["traceback_filtering"] = False


@public("keras.config.is_traceback_filtering_enabled")
def is_traceback_filtering_enabled() -> bool:
    """Whether frames of this package are left out of tracebacks.

    Example:

    >>> import keras_core as keras
    >>> keras.config.enable_traceback_filtering()
    >>> keras.config.is_traceback_filtering_enabled()
    True
    """
    return _settings["traceback_filtering"]


@public("keras.config.max_epochs")
def max_epochs() -> int | None:
    """The most epochs that any `fit` runs; None for no limit.

    Example:

    >>> import keras_core as keras
    >>> keras.config.max_epochs() is None
    True
    """
    return _settings["max_epochs"]


@public("keras.config.set_max_epochs")
def set_max_epochs(max_epochs: int | None) -> None:
    """Limit the epochs of every `fit`, such as for a quick run of a whole program.

    The environment variable ``KERAS_MAX_EPOCHS`` sets it from outside.

    Args:
        max_epochs: A positive int, or None for no limit.

    Example:

    >>> import keras_core as keras
    >>> keras.config.set_max_epochs(2)
    >>> keras.config.max_epochs()
    2
    >>> keras.config.set_max_epochs(None)
    """
    _settings["max_epochs"] = _limit("max_epochs", max_epochs)


@public("keras.config.max_steps_per_epoch")
def max_steps_per_epoch() -> int | None:
    """The most batches in an epoch of `fit`, `evaluate` and `predict`; None for no limit.

    Example:

    >>> import keras_core as keras
    >>> keras.config.max_steps_per_epoch() is None
    True
    """
    return _settings["max_steps_per_epoch"]


@public("keras.config.set_max_steps_per_epoch")
def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the batches in every epoch of `fit`, `evaluate` and `predict`.

    The environment variable ``KERAS_MAX_STEPS_PER_EPOCH`` sets it from outside.

    Args:
        max_steps_per_epoch: A positive int, or None for no limit.

    Example:

    >>> import keras_core as keras
    >>> keras.config.set_max_steps_per_epoch(10)
    >>> keras.config.max_steps_per_epoch()
    10
    >>> keras.config.set_max_steps_per_epoch(None)
    """
    _settings["max_steps_per_epoch"] = _limit("max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < 1:
        raise ValueError(f"`{name}` must be a positive int or None. Received: {name}={value!r}")
    return int(value)


def _read_environment() -> None:
    for name in ("max_epochs", "max_steps_per_epoch"):
        text = os.environ.get(f"KERAS_{name.upper()}")
        if text:
            _settings[name] = _limit(name, int(text) if text.isdecimal() else text)
    if os.environ.get("KERAS_NNX_ENABLED", "").lower() in ("1", "true"):
        warnings.warn(
            "KERAS_NNX_ENABLED is set, but layers are no modules of Flax's NNX here. Use a model "
            "in functions of NNX by `stateless_call`, and a module of NNX in a model by `JaxLayer` "
            "with `nnx.split` and `nnx.merge`.",
            stacklevel=2,
        )


def _apply(values: dict[str, Any]) -> None:
    setters = (set_floatx, set_epsilon, set_image_data_format)
    for name, set_value in zip(("floatx", "epsilon", "image_data_format"), setters, strict=True):
        if values.get(name) is not None:
            try:
                set_value(values[name])
            except (ValueError, TypeError) as e:
                raise ConfigFileError(str(keras_home() / CONFIG_NAME), f"{name!r}: {e}") from e


_apply(_read_file())
_read_environment()


@public("keras.config.is_nnx_enabled")
def is_nnx_enabled() -> bool:
    """Whether layers are modules of Flax's NNX: False, whatever ``KERAS_NNX_ENABLED`` says.

    Example:

    >>> import keras_core as keras
    >>> keras.config.is_nnx_enabled()
    False
    """
    return False
