"""Float policies, the policy of the process, and policies by layer."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from keras_core.core.base import config
from keras_core.core.base.lazy import import_parts
from keras_core.core.base.public import public
from keras_core.core.graph.program import cast_spec
from keras_core.core.tensors import dtypes
from keras_core.core.tensors.native import convert, dtype_of, is_tensor, is_tracing
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import Config, DTypePolicyLike

_NO_NUMBERS = ("O", "S", "U", "T")  # kinds of NumPy: objects and strings

_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


@public(
    "keras.DTypePolicy",
    "keras.dtype_policies.DTypePolicy",
    "keras.mixed_precision.DTypePolicy",
    "keras.FloatDTypePolicy",
    "keras.dtype_policies.FloatDTypePolicy",
    "keras.mixed_precision.Policy",
)
class DTypePolicy:
    """What a layer computes in, and what its weights are stored in.

    Args:
        name: A dtype such as ``"float32"`` for both, or ``"mixed_float16"`` or
            ``"mixed_bfloat16"``: half precision for the computation, float32 for weights.
            By default that of the process (see `set_dtype_policy`).

    Raises:
        ValueError: If the name is unknown.

    Example:

    >>> import keras_core as keras
    >>> policy = keras.DTypePolicy("mixed_float16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('float16', 'float32')
    """

    _compute_dtype: str
    _variable_dtype: str

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(f"`name` must be a string, such as 'mixed_float16'. Received: {name!r}")
        if name in _MIXED:
            self._compute_dtype, self._variable_dtype = _MIXED[name], "float32"
        else:
            try:
                self._compute_dtype = self._variable_dtype = dtypes.standardize_dtype(name)
            except ValueError:
                raise ValueError(
                    f"Cannot convert {name!r} to a dtype policy. Expected a dtype such as "
                    "'float32', or 'mixed_float16' or 'mixed_bfloat16'."
                ) from None
        self._name = name

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype of the computation."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of the weights."""
        return self._variable_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantised, None if they are not."""
        return None

    def convert_input(self, x: Any, autocast: bool, dtype: str) -> Any:
        """``x`` as a layer with this policy takes it: floats in ``dtype`` if ``autocast``."""
        if isinstance(x, KerasTensor):
            if autocast and x.dtype != dtype and dtypes.is_float(x.dtype):
                return cast_spec(x, dtype)
            return x
        if not is_tensor(x):
            if not (hasattr(x, "__array__") or isinstance(x, (bool, int, float))):
                return x
            if not is_tracing() and getattr(getattr(x, "dtype", None), "kind", "") in _NO_NUMBERS:
                return x  # strings, which a layer takes on the host or refuses
            x = convert(x)
        if autocast and dtype_of(x) != dtype and dtypes.is_float(dtype_of(x)):
            return convert(x, dtype)
        return x

    def get_config(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DTypePolicy":
        """A policy made with ``config``."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'


FloatDTypePolicy = DTypePolicy


@public("keras.dtype_policies.DTypePolicyMap")
class DTypePolicyMap(DTypePolicy, MutableMapping[str, DTypePolicy]):
    """Policies by the path of a layer, with a default for all others.

    Args:
        default_policy: For layers without an entry; by default that of the process.
        policy_map: Policies by path; a path may be a prefix such as ``"encoder"``.

    Example:

    >>> import keras_core as keras
    >>> policies = keras.dtype_policies.DTypePolicyMap(default_policy="float32")
    >>> policies["block/dense"] = keras.DTypePolicy("bfloat16")
    >>> policies["block/dense"].name, policies["other"].name
    ('bfloat16', 'float32')
    """

    def __init__(
        self, default_policy: DTypePolicyLike = None, policy_map: dict[str, Any] | None = None
    ):
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(f"`policy_map` must be a dict. Received: {policy_map!r}")
        self._default_policy_arg = default_policy
        self._default_policy = get(default_policy)
        self._policy_map = {k: get(v) for k, v in (policy_map or {}).items()}
        self._compute_dtype = self._default_policy.compute_dtype
        self._variable_dtype = self._default_policy.variable_dtype
        self._name = "map_" + self._default_policy.name

    @property
    def quantization_mode(self) -> str | None:
        """That of the default."""
        return self._default_policy.quantization_mode

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of layers without an entry."""
        return self._default_policy

    def __getitem__(self, key: str) -> DTypePolicy:
        if key in self._policy_map:
            return self._policy_map[key]
        matches = [k for k in self._policy_map if key.startswith(k.rstrip("/") + "/")]
        if len(matches) > 1:
            raise ValueError(f"The path {key!r} matches several entries of the map: {matches}")
        return self._policy_map[matches[0]] if matches else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        if key in self._policy_map:
            raise ValueError(f"{key!r} already has a policy: {self._policy_map[key]}")
        self._policy_map[key] = get(policy)

    def __delitem__(self, key: str) -> None:
        del self._policy_map[key]

    def __contains__(self, key: object) -> bool:
        return key in self._policy_map

    def __len__(self) -> int:
        return len(self._policy_map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policy_map)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "DTypePolicyMap":
        """A map from its config.

        Args:
            config: What `get_config` returned.
            custom_objects: Classes of policies in it by name that are not registered; none by
                default.
        """

        def policy(value: Any) -> Any:
            return deserialize(value, custom_objects) if isinstance(value, dict) else value

        entries = config.get("policy_map") or {}
        return cls(policy(config.get("default_policy")), {k: policy(v) for k, v in entries.items()})

    def get_config(self) -> dict[str, Any]:
        """The default and the entries."""
        return {
            "default_policy": self._default_policy_arg,
            "policy_map": {k: v.name for k, v in self._policy_map.items()},
        }

    def __repr__(self) -> str:
        entries = ", ".join(f"{k!r}: {v.name!r}" for k, v in self._policy_map.items())
        return f"<DTypePolicyMap default_policy={self.default_policy.name!r}, {{{entries}}}>"

    def __hash__(self) -> int:
        return hash((self._name, tuple(self._policy_map)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicyMap) and other.get_config() == self.get_config()


_policy: list[DTypePolicy] = []


@public(
    "keras.dtype_policies.dtype_policy",
    "keras.config.dtype_policy",
    "keras.mixed_precision.dtype_policy",
    "keras.mixed_precision.global_policy",
)
def dtype_policy() -> DTypePolicy:
    """The policy of layers that are not given one.

    Example:

    >>> import keras_core as keras
    >>> keras.config.dtype_policy().name
    'float32'
    """
    return _policy[0] if _policy else DTypePolicy(config.floatx())


@public(
    "keras.dtype_policies.set_dtype_policy",
    "keras.config.set_dtype_policy",
    "keras.mixed_precision.set_dtype_policy",
    "keras.mixed_precision.set_global_policy",
)
def set_dtype_policy(policy: "DTypePolicyLike") -> None:
    """Set the policy of layers that are not given one.

    Args:
        policy: A policy or its name.

    Example:

    >>> import keras_core as keras
    >>> keras.config.set_dtype_policy("mixed_bfloat16")
    >>> keras.layers.Dense(1).compute_dtype
    'bfloat16'
    >>> keras.config.set_dtype_policy("float32")
    """
    if not isinstance(policy, (str, DTypePolicy, dict)):
        raise ValueError(
            "Invalid `policy` argument. Expected the string name of a policy (such as "
            "'mixed_float16') or a `DTypePolicy` instance. "
            f"Received: policy={policy!r} (of type {type(policy).__name__})"
        )
    _policy[:] = [get(policy)]


@public("keras.dtype_policies.serialize", in_files=False)
def serialize(dtype_policy: DTypePolicy) -> dict[str, Any]:
    """A JSON-ready description of a policy.

    Args:
        dtype_policy: A policy.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.serialize(keras.DTypePolicy("float32"))["config"]
    {'name': 'float32'}
    """
    return {
        "module": "keras" if type(dtype_policy) is DTypePolicy else "keras.dtype_policies",
        "class_name": type(dtype_policy).__name__,
        "config": dtype_policy.get_config(),
        "registered_name": None,
    }


CLASSES: dict[str, Any] = {
    "DTypePolicy": DTypePolicy,
    "FloatDTypePolicy": DTypePolicy,
    "DTypePolicyMap": DTypePolicyMap,
}
"""The kinds of policies, by the names that configs have; `keras.dtype_policies` has parts that add
some."""

KINDS_OF_NAMES: list[Callable[[str], DTypePolicy | None]] = []
"""Functions that know names such as ``"int8_from_float32"``, and return None for others."""


@public("keras.dtype_policies.deserialize", in_files=False)
def deserialize(config: Config, custom_objects: dict[str, Any] | None = None) -> DTypePolicy:
    """A policy from what `serialize` returned.

    Args:
        config: What `serialize` returned, or the name of a policy.
        custom_objects: Classes by name that are not registered; none by default.

    Example:

    >>> import keras_core as keras
    >>> config = keras.dtype_policies.serialize(keras.DTypePolicy("mixed_bfloat16"))
    >>> keras.dtype_policies.deserialize(config).compute_dtype
    'bfloat16'
    """
    import_parts("keras.dtype_policies")
    classes = {**CLASSES, **(custom_objects or {})}
    if not isinstance(config, dict) or not {"class_name", "config"} <= set(config):
        raise ValueError(
            "Expected the config of a dtype policy, a dict with `class_name` and `config`. "
            f"Received: {config!r}"
        )
    name = config["class_name"]
    if name not in classes:
        raise ValueError(f"Unknown dtype policy {name!r}. Expected one of {sorted(classes)}")
    return classes[name].from_config(config["config"])


@public("keras.dtype_policies.get", in_files=False)
def get(identifier: DTypePolicyLike) -> DTypePolicy:
    """A policy from a policy, its name, a dtype, a config or None.

    Args:
        identifier: A policy, its name such as ``"mixed_bfloat16"``, its config, or None for
            the policy of the process.

    Raises:
        ValueError: If it is none of these.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.get("mixed_float16").variable_dtype
    'float32'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        import_parts("keras.dtype_policies")
        for named in KINDS_OF_NAMES:
            policy = named(identifier)
            if policy is not None:
                return policy
        return DTypePolicy(identifier)
    dtype: Any = identifier
    try:
        return DTypePolicy(dtypes.standardize_dtype(dtype))
    except ValueError:
        raise ValueError(
            "Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
            f"Received: dtype={identifier!r}"
        ) from None
