"""Policies of quantised layers: a way to quantise, and the policy that the layer had before."""

from typing import Any, ClassVar

from keras_core.core.base.public import part_of, public
from keras_core.dtype_policies import policies
from keras_core.dtype_policies.policies import DTypePolicy

part_of("keras.dtype_policies")

MODES = ("int8", "float8", "int4", "gptq", "awq", "ternary")
"""The ways to quantise."""


def check_mode(mode: Any) -> None:
    """Refuse what is no way to quantise.

    Raises:
        ValueError: If ``mode`` is none of `MODES`.
    """
    if mode not in MODES:
        raise ValueError(
            f"Invalid quantization mode. Expected one of {MODES}. Received: mode={mode}"
        )


@public("keras.dtype_policies.QuantizedDTypePolicy")
class QuantizedDTypePolicy(DTypePolicy):
    """The policy of a layer whose weights are quantised.

    Its name is ``"<mode>_from_<source_name>"``, which is what it is made of as well:
    ``dtype="int8_from_mixed_bfloat16"``.

    Args:
        mode: ``"int8"``, ``"int4"``, ``"float8"`` or ``"ternary"``.
        source_name: The name of the policy for the computation and for the weights that are not
            quantised; by default that of the process.

    Raises:
        ValueError: If there is no such mode or no such policy, or integers are asked for in
            float16, whose range does not hold their sums.

    Example:

    >>> import keras_core as keras
    >>> policy = keras.dtype_policies.QuantizedDTypePolicy("int8", "mixed_bfloat16")
    >>> policy.name, policy.quantization_mode, policy.compute_dtype, policy.variable_dtype
    ('int8_from_mixed_bfloat16', 'int8', 'bfloat16', 'float32')
    """

    _options: ClassVar[tuple[str, ...]] = ()
    """What a mode names besides: ``"int4/<block_size>"``."""

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        source = policies.get(source_name)
        if isinstance(source, QuantizedDTypePolicy):
            source = DTypePolicy(source.source_name)
        self._mode = mode
        self._quantization_mode = self._parse(mode)
        self.source_name = source.name
        self._compute_dtype, self._variable_dtype = source.compute_dtype, source.variable_dtype
        self._name = f"{mode}_from_{source.name}"
        if self._quantization_mode in ("int8", "int4") and self.compute_dtype == "float16":
            raise ValueError(
                f"Quantization mode='{self._quantization_mode}' doesn't work well with "
                "compute_dtype='float16'. Use 'mixed_bfloat16' or 'float32'."
            )

    def _parse(self, mode: str) -> str:
        """The way to quantise; what the mode names besides is set as attributes."""
        if not self._options:
            check_mode(mode)
            return mode
        name, *given = str(mode).split("/")
        form = "/".join([name, *(f"<{o}>" for o in self._options)])
        if len(given) != len(self._options):
            raise ValueError(
                f"Invalid mode for {type(self).__name__}. Expected format '{form}', but got "
                f"'{mode}'."
            )
        try:
            values = [int(v) for v in given]
        except ValueError:
            raise ValueError(
                f"Invalid mode for {type(self).__name__}. "
                f"{' and '.join(f'<{o}>' for o in self._options)} must be "
                f"{'an integer' if len(given) == 1 else 'integers'}. Expected format '{form}', "
                f"but got '{mode}'."
            ) from None
        for option, value in zip(self._options, values, strict=True):
            self._check(option, value, mode)
            setattr(self, option, value)
        return name

    def _check(self, option: str, value: int, mode: str) -> None:
        if value != -1 and value < 1:
            raise ValueError(
                f"Invalid {option} in mode. Supported values are -1 (per-channel) or a positive "
                f"integer (sub-channel), but got {value} from '{mode}'."
            )

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantised."""
        return self._quantization_mode

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {"mode": self._mode, "source_name": self.source_name}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.get_config() == self.get_config()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self._name)

    def __repr__(self) -> str:
        return f'<{type(self).__name__} "{self._name}">'


@public("keras.dtype_policies.QuantizedFloat8DTypePolicy")
class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """The policy of a layer that computes with floats of 8 bits.

    Args:
        mode: ``"float8"``.
        source_name: The name of the policy for the weights; by default that of the process.
        amax_history_length: From how many of the last steps the scales are found; 1024 by default.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.get("float8_from_float32").quantization_mode
    'float8'
    """

    default_amax_history_length = 1024

    def __init__(
        self,
        mode: str,
        source_name: str | None = None,
        amax_history_length: int = 1024,
    ) -> None:
        super().__init__(mode, source_name)
        if not isinstance(amax_history_length, int):
            raise TypeError(
                "`amax_history_length` must be an integer. Received: "
                f"amax_history_length={amax_history_length}"
            )
        self._amax_history_length = amax_history_length

    @property
    def amax_history_length(self) -> int:
        """From how many of the last steps the scales are found."""
        return self._amax_history_length

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor."""
        return {**super().get_config(), "amax_history_length": self.amax_history_length}

    def __hash__(self) -> int:
        return hash((self._name, self.amax_history_length))


@public("keras.dtype_policies.Int4DTypePolicy")
class Int4DTypePolicy(QuantizedDTypePolicy):
    """The policy of a layer whose weights are integers of 4 bits.

    Args:
        mode: ``"int4/<block_size>"``: how many numbers share a scale, -1 for a scale for each
            output channel.
        source_name: The name of the policy for the computation; by default that of the process.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.Int4DTypePolicy("int4/64", "float32").block_size
    64
    """

    _options = ("block_size",)
    block_size: int


class _CalibratedPolicy(QuantizedDTypePolicy):
    """A policy that names the number of bits and the size of groups."""

    _options = ("weight_bits", "group_size")
    _bits: ClassVar[tuple[int, ...]]
    _groups: ClassVar[str]
    weight_bits: int
    group_size: int

    def _check(self, option: str, value: int, mode: str) -> None:
        if option == "weight_bits" and value not in self._bits:
            raise ValueError(
                f"Invalid weight_bits in mode. Supported values are "
                f"{', '.join(map(str, self._bits))}, but got {value} from '{mode}'."
            )
        if option == "group_size" and value != -1 and value < 1:
            raise ValueError(
                f"Invalid group_size in mode. Supported values are -1 ({self._groups}) or a "
                f"positive integer, but got {value} from '{mode}'."
            )


@public("keras.dtype_policies.GPTQDTypePolicy")
class GPTQDTypePolicy(_CalibratedPolicy):
    """The policy of a layer whose weights were quantised with GPTQ.

    Args:
        mode: ``"gptq/<weight_bits>/<group_size>"``: 2, 3, 4 or 8 bits, and how many numbers share
            a scale, -1 for a scale for each output channel.
        source_name: The name of the policy for the computation; by default that of the process.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.get("gptq/4/128_from_float32").weight_bits
    4
    """

    _bits = (2, 3, 4, 8)
    _groups = "whole-tensor"


@public("keras.dtype_policies.AWQDTypePolicy")
class AWQDTypePolicy(_CalibratedPolicy):
    """The policy of a layer whose weights were quantised with AWQ.

    Args:
        mode: ``"awq/4/<group_size>"``: how many numbers share a scale, -1 for a scale for each
            output channel.
        source_name: The name of the policy for the computation; by default that of the process.

    Example:

    >>> import keras_core as keras
    >>> keras.dtype_policies.get("awq/4/128_from_float32").group_size
    128
    """

    _bits = (4,)
    _groups = "per-channel"


def _from_name(name: str) -> DTypePolicy | None:
    """The policy of a name such as ``"int8_from_float32"``; None if it is not of that kind."""
    mode, _, source = name.partition("_from_")
    kind = mode.partition("/")[0]
    if kind not in MODES:
        return None
    if not source:
        raise ValueError(
            "Cannot convert `policy` into a valid pair (`mode`, `source_name`) to instantiate "
            f"`QuantizedDTypePolicy`. Received: policy={name}"
        )
    cls: Any = {
        "float8": QuantizedFloat8DTypePolicy,
        "gptq": GPTQDTypePolicy,
        "awq": AWQDTypePolicy,
    }.get(kind, Int4DTypePolicy if mode.startswith("int4/") else QuantizedDTypePolicy)
    return cls(mode, source)


policies.KINDS_OF_NAMES.append(_from_name)
for _class in (
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
    Int4DTypePolicy,
    GPTQDTypePolicy,
    AWQDTypePolicy,
):
    policies.CLASSES[_class.__name__] = _class
