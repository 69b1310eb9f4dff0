"""A dict of settings whose keys are attributes too, and which can be frozen."""

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any

from keras_core.core.base.public import public


@public("keras.utils.Config", in_files=False)
class Config:
    """Settings by name, as attributes and as in a dict, which can be frozen.

    Args:
        **kwargs: The settings.

    Example:

    >>> import keras_core as keras
    >>> config = keras.utils.Config(learning_rate=0.1, momentum=0.9)
    >>> config.learning_rate = 0.01
    >>> config["learning_rate"], len(config)
    (0.01, 2)
    >>> config.freeze()
    >>> config.frozen
    True
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    def _changing(self) -> dict[str, Any]:
        if self._frozen:
            raise ValueError(
                "Cannot mutate attribute(s) because the config is frozen. Call `unfreeze()` first."
            )
        return self._config

    @property
    def frozen(self) -> bool:
        """Whether nothing may be changed."""
        return self._frozen

    def freeze(self) -> None:
        """Lets nothing be changed from now on."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Lets settings be changed again."""
        object.__setattr__(self, "_frozen", False)

    def get(self, keyname: str, value: Any = None) -> Any:
        """The setting `keyname`, or `value` if there is none."""
        return self._config.get(keyname, value)

    def pop(self, *args: Any) -> Any:
        """Takes a setting out and returns it, or a default given as second argument."""
        return self._changing().pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets what a dict or a `Config`, and the arguments by name, say."""
        given = [a.as_dict() if isinstance(a, Config) else a for a in args]
        self._changing().update(*given, **kwargs)

    def keys(self) -> KeysView[str]:
        """The names of the settings."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """The settings."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """The names with the settings."""
        return self._config.items()

    def as_dict(self) -> dict[str, Any]:
        """A dict of the settings."""
        return dict(self._config)

    def to_json(self) -> str:
        """The settings as JSON.

        Raises:
            TypeError: If one cannot be written as JSON.
        """
        return json.dumps(self._config)

    def __getattr__(self, name: str) -> Any:
        held = self.__dict__.get("_config", {})  # not there yet while it is copied
        if name in held:
            return held[name]
        raise AttributeError(f"Unknown attribute: {name!r}. There are: {sorted(map(str, held))}")

    def __setattr__(self, name: str, value: Any) -> None:
        self._changing()[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._changing():
            raise AttributeError(f"Unknown attribute: {name!r}.")
        del self._config[name]

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._changing()[key] = value

    def __delitem__(self, key: str) -> None:
        del self._changing()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._config

    def __iter__(self) -> Iterator[str]:
        return iter(self._config)

    def __len__(self) -> int:
        return len(self._config)

    def __repr__(self) -> str:
        return f"<Config {self._config}>"

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
