"""Settings of the process: the default float, the fuzz factor, the image layout."""

import json
import os
from pathlib import Path
from typing import Any

_FLOATX = ("bfloat16", "float16", "float32", "float64")
_LAYOUTS = ("channels_last", "channels_first")


def keras_home() -> Path:
    """The folder of the configuration file, the data sets and the weights: ``$KERAS_HOME``."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def _read_file() -> dict[str, Any]:
    try:
        values = json.loads((keras_home() / "keras.json").read_text())
    except (OSError, ValueError):  # an unreadable file was reported when the backend was chosen
        return {}
    return values if isinstance(values, dict) else {}


_settings: dict[str, Any] = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}


def floatx() -> str:
    """The dtype of weights and of floats that do not say theirs, ``"float32"`` by default."""
    return _settings["floatx"]


def set_floatx(value: str) -> None:
    """Set the default float dtype.

    Args:
        value: ``"bfloat16"``, ``"float16"``, ``"float32"`` or ``"float64"``.

    Raises:
        ValueError: For anything else.
    """
    if value not in _FLOATX:
        raise ValueError(f"Unknown `floatx` value: {value!r}. Expected one of {_FLOATX}")
    _settings["floatx"] = str(value)


def epsilon() -> float:
    """The small number that keeps divisions and logarithms away from 0, 1e-7 by default."""
    return _settings["epsilon"]


def set_epsilon(value: float) -> None:
    """Set the small number that keeps divisions and logarithms away from 0."""
    _settings["epsilon"] = float(value)


def image_data_format() -> str:
    """``"channels_last"`` (the default) or ``"channels_first"``."""
    return _settings["image_data_format"]


def set_image_data_format(data_format: str) -> None:
    """Set the default layout of images.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Raises:
        ValueError: For anything else.
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


def _apply(values: dict[str, Any]) -> None:
    if values.get("floatx") is not None:
        set_floatx(values["floatx"])
    if values.get("epsilon") is not None:
        set_epsilon(values["epsilon"])
    if values.get("image_data_format") is not None:
        set_image_data_format(values["image_data_format"])


_apply(_read_file())
