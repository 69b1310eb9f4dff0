"""How layers and models are quantised, as objects that `quantize` takes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.dtype_policies.quantized import check_mode
from keras_core.quantizers.quantizer import AbsMaxQuantizer, Quantizer
from keras_core.typing import Config, T

QuantizerLike: TypeAlias = Quantizer | Config | None
"""A quantizer or its config; None for none, or for that of the mode."""


class HasTokenize(Protocol):
    """An object that makes integers of texts."""

    def tokenize(self, text: Any, /) -> Any: ...


Tokenizer: TypeAlias = Callable[[Any], Any] | HasTokenize
"""What makes integers of texts."""


@public("keras.quantizers.QuantizationConfig")
class QuantizationConfig:
    """How a layer or a model is quantised; the base of the configs of the modes.

    Args:
        weight_quantizer: A quantizer of the weights; that of the mode by default.
        activation_quantizer: A quantizer of the inputs; by default they stay floats.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.Int8QuantizationConfig().mode
    'int8'
    """

    _mode: ClassVar[str | None] = None

    def __init__(
        self, weight_quantizer: QuantizerLike = None, activation_quantizer: QuantizerLike = None
    ) -> None:
        self.weight_quantizer = _quantizer(weight_quantizer)
        self.activation_quantizer = _quantizer(activation_quantizer)

    @property
    def mode(self) -> str:
        """The name of the way to quantise."""
        if self._mode is None:
            raise NotImplementedError(
                "Subclasses must implement this property. Do not instantiate QuantizationConfig "
                "directly."
            )
        return self._mode

    def dtype_policy_string(self) -> str:
        """The mode, with what a dtype policy names besides."""
        return self.mode

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, JSON-ready."""
        return {
            "weight_quantizer": serialization.serialize_keras_object(self.weight_quantizer),
            "activation_quantizer": serialization.serialize_keras_object(self.activation_quantizer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "QuantizationConfig":
        """A config made with ``config``."""
        return cls(**config)

    @staticmethod
    def weight_quantizer_or_default(
        config: "QuantizationConfig | None", default: T
    ) -> Quantizer | T:
        """The quantizer of the weights that a config names, or else ``default``."""
        return (
            default
            if config is None or config.weight_quantizer is None
            else config.weight_quantizer
        )

    @staticmethod
    def activation_quantizer_or_default(
        config: "QuantizationConfig | None", default: T
    ) -> Quantizer | T:
        """The quantizer of the inputs that a config names, perhaps None; no config: ``default``."""
        return default if config is None else config.activation_quantizer


@public("keras.quantizers.Int8QuantizationConfig")
class Int8QuantizationConfig(QuantizationConfig):
    """Integers of 8 bits, with a scale for each output channel.

    Args:
        weight_quantizer: A quantizer to int8 that takes the largest value along the axis that is
            summed over; by default the integers are -127 to 127.
        activation_quantizer: A quantizer of the inputs: with it, the products are those of
            integers. ``None`` leaves inputs as floats, which is more exact. By default the inputs
            are quantised to -127 to 127, each vector with a scale of its own.

    Example:

    >>> import keras_core as keras
    >>> config = keras.quantizers.Int8QuantizationConfig(activation_quantizer=None)
    >>> layer = keras.layers.Dense(4)
    >>> layer.build((None, 3))
    >>> layer.quantize(config=config)
    >>> layer.kernel.dtype
    'int8'
    """

    _mode = "int8"

    def __init__(
        self,
        weight_quantizer: QuantizerLike = None,
        activation_quantizer: QuantizerLike | Literal["default"] = "default",
    ) -> None:
        if activation_quantizer == "default":
            activation_quantizer = AbsMaxQuantizer()
        super().__init__(weight_quantizer, activation_quantizer)
        _check_output(self, "int8")


@public("keras.quantizers.Int4QuantizationConfig")
class Int4QuantizationConfig(QuantizationConfig):
    """Integers of 4 bits, two in a byte.

    Args:
        weight_quantizer: A quantizer to int8 numbers of -8 to 7, for ``block_size=None`` only; by
            default the integers are -7 to 7 around zero.
        activation_quantizer: A quantizer of the inputs, for ``block_size=None`` only. By default
            they stay floats.
        block_size: How many numbers of a column share a scale and a zero point; 128 by default.
            None or -1: each output channel has one scale.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.Int4QuantizationConfig(block_size=32).mode
    'int4'
    """

    _mode = "int4"

    def __init__(
        self,
        weight_quantizer: QuantizerLike = None,
        activation_quantizer: QuantizerLike | Literal["default"] = "default",
        block_size: int | None = 128,
    ) -> None:
        if activation_quantizer == "default":
            activation_quantizer = None
        super().__init__(weight_quantizer, activation_quantizer)
        if block_size is not None and block_size != -1 and block_size < 1:
            raise ValueError(
                "block_size must be None, -1, or a positive integer. Received: "
                f"block_size={block_size}"
            )
        custom = self.weight_quantizer is not None or self.activation_quantizer is not None
        if custom and block_size is not None and block_size > 0:
            raise ValueError(
                "Int4 sub-channel quantization (block_size > 0) does not support custom "
                "quantizers. Either set block_size to None or -1 for per-channel quantization, or "
                f"remove the custom quantizer arguments. Received: block_size={block_size}"
            )
        self.block_size = block_size
        _check_output(self, "int8")

    def dtype_policy_string(self) -> str:
        return f"int4/{self.block_size or -1}"

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "block_size": self.block_size}


@public("keras.quantizers.Float8QuantizationConfig")
class Float8QuantizationConfig(QuantizationConfig):
    """Floats of 8 bits, for the computation and its gradients; the layer can still be trained.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.Float8QuantizationConfig().mode
    'float8'
    """

    _mode = "float8"

    def __init__(self) -> None:
        super().__init__()

    def get_config(self) -> dict[str, Any]:
        return {}


@public("keras.quantizers.TernaryQuantizationConfig")
class TernaryQuantizationConfig(QuantizationConfig):
    """Weights that are -1, 0 or 1, five in a byte, with a scale for each output channel.

    It is for `keras.layers.TernaryDense`, which is trained to compute with such weights.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.TernaryQuantizationConfig().mode
    'ternary'
    """

    _mode = "ternary"

    def __init__(self) -> None:
        super().__init__()

    def get_config(self) -> dict[str, Any]:
        return {}


class _Calibrated(QuantizationConfig):
    """What the modes have in common that look at data."""

    _bits: ClassVar[tuple[int, ...]]
    _bits_message: ClassVar[str]
    _groups: ClassVar[str]

    def __init__(
        self,
        dataset: Any,
        tokenizer: Tokenizer | None,
        weight_bits: int,
        num_samples: int,
        sequence_length: int,
        group_size: int,
        quantization_layer_structure: Any,
    ) -> None:
        super().__init__()
        if weight_bits not in self._bits:
            raise ValueError(self._bits_message.format(weight_bits))
        for name, value in (("num_samples", num_samples), ("sequence_length", sequence_length)):
            if value < 1:
                raise ValueError(f"{name} must be a positive integer. Received: {name}={value}")
        if group_size != -1 and group_size < 1:
            raise ValueError(
                f"Invalid group_size. Supported values are -1 ({self._groups}) or a positive "
                f"integer, but got {group_size}."
            )
        self.dataset = dataset
        self.tokenizer = tokenizer
        self.weight_bits = weight_bits
        self.num_samples = num_samples
        self.sequence_length = sequence_length
        self.group_size = group_size
        self.quantization_layer_structure = quantization_layer_structure

    def dtype_policy_string(self) -> str:
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor but for the data and the layers, which no file holds."""
        return {
            "dataset": None,
            "tokenizer": None,
            "weight_bits": self.weight_bits,
            "num_samples": self.num_samples,
            "sequence_length": self.sequence_length,
            "group_size": self.group_size,
            "quantization_layer_structure": None,
        }


@public("keras.quantizers.GPTQConfig")
class GPTQConfig(_Calibrated):
    """Weights that are rounded so that the outputs on some data change least.

    GPTQ (Frantar et al., 2022, https://arxiv.org/abs/2210.17323) rounds one input feature after
    the other, and lets those that follow make up for the error.

    Args:
        dataset: An iterable of texts, or of integers of shape ``(1, length)``.
        tokenizer: A function from a text to integers, or an object with a method ``tokenize``.
        weight_bits: 2, 3, 4 or 8; 4 by default.
        num_samples: How many samples of the data are used; 128 by default.
        calibration_batch_size: How many of them run through the layers at once; 8 by default.
        per_channel: Whether each output channel has scales of its own, which is the default,
            rather than all channels the same.
        sequence_length: How many integers a sample has; 512 by default.
        hessian_damping: What is added to the diagonal of the Hessian, as a part of its mean; 0.01
            by default.
        group_size: How many weights of an output channel share a scale; 128 by default. -1: all.
        symmetric: Whether zero lies in the middle of the integers; False by default.
        activation_order: Whether features with large inputs are rounded first; False by default.
        quantization_layer_structure: ``{"pre_block_layers": [...], "sequential_blocks": [...]}``:
            the layers before the blocks, and the blocks, each of which takes the outputs of the
            one before. By default the model is asked, `get_quantization_layer_structure`.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.GPTQConfig(dataset=["some text"], tokenizer=None, weight_bits=4).mode
    'gptq'
    """

    _mode = "gptq"
    _bits = (2, 3, 4, 8)
    _bits_message = "Unsupported weight_bits {}. Supported values are 2, 3, 4, and 8."
    _groups = "whole-tensor"

    def __init__(
        self,
        dataset: Iterable[Any] | None,
        tokenizer: Tokenizer | None,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        calibration_batch_size: int = 8,
        per_channel: bool = True,
        sequence_length: int = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            dataset,
            tokenizer,
            weight_bits,
            num_samples,
            sequence_length,
            group_size,
            quantization_layer_structure,
        )
        if hessian_damping < 0:
            raise ValueError(
                f"hessian_damping must not be negative. Received: hessian_damping={hessian_damping}"
            )
        if calibration_batch_size < 1:
            raise ValueError(
                "calibration_batch_size must be a positive integer. Received: "
                f"calibration_batch_size={calibration_batch_size}"
            )
        self.calibration_batch_size = calibration_batch_size
        self.per_channel = per_channel
        self.hessian_damping = hessian_damping
        self.symmetric = symmetric
        self.activation_order = activation_order

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "calibration_batch_size": self.calibration_batch_size,
            "per_channel": self.per_channel,
            "hessian_damping": self.hessian_damping,
            "symmetric": self.symmetric,
            "activation_order": self.activation_order,
        }


@public("keras.quantizers.AWQConfig")
class AWQConfig(_Calibrated):
    """Weights of 4 bits that are exact where the inputs are large.

    AWQ (Lin et al., 2023, https://arxiv.org/abs/2306.00978) stretches the weights of each input
    feature before they are rounded. How far, it finds by trying.

    Args:
        dataset: An iterable of texts, or of integers of shape ``(1, length)``.
        tokenizer: A function from a text to integers, or an object with a method ``tokenize``.
        weight_bits: 4.
        num_samples: How many samples of the data are used; 128 by default.
        sequence_length: How many integers a sample has; 512 by default.
        group_size: How many weights of an output channel share a scale; 128 by default. -1: all.
        num_grid_points: How many ways to stretch are tried; 20 by default.
        apply_clip: Whether ranges are tried too that leave the largest weights out, which is the
            default.
        quantization_layer_structure: As that of `GPTQConfig`.

    Example:

    >>> import keras_core as keras
    >>> keras.quantizers.AWQConfig(dataset=["some text"], tokenizer=None).mode
    'awq'
    """

    _mode = "awq"
    _bits = (4,)
    _bits_message = "AWQ only supports 4-bit quantization. Received weight_bits={}."
    _groups = "per-channel"
    calibration_batch_size = 8

    def __init__(
        self,
        dataset: Iterable[Any] | None,
        tokenizer: Tokenizer | None,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        num_grid_points: int = 20,
        apply_clip: bool = True,
        quantization_layer_structure: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            dataset,
            tokenizer,
            weight_bits,
            num_samples,
            sequence_length,
            group_size,
            quantization_layer_structure,
        )
        if num_grid_points < 1:
            raise ValueError(
                "num_grid_points must be a positive integer. Received: "
                f"num_grid_points={num_grid_points}"
            )
        self.num_grid_points = num_grid_points
        self.apply_clip = apply_clip

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_grid_points": self.num_grid_points,
            "apply_clip": self.apply_clip,
        }


_WITHOUT_DATA: dict[str, type[QuantizationConfig]] = {
    "int8": Int8QuantizationConfig,
    "int4": Int4QuantizationConfig,
    "float8": Float8QuantizationConfig,
    "ternary": TernaryQuantizationConfig,
}


def config_of(mode: Any, config: Any) -> QuantizationConfig:
    """The config that the arguments of `quantize` stand for.

    Args:
        mode: The name of a mode, or None.
        config: A `QuantizationConfig`, or None.

    Raises:
        ValueError: If both are None, they contradict each other, there is no such mode, or the mode
            needs a config.
    """
    if mode is None and config is None:
        raise ValueError("You must provide either `mode` or `config` to `quantize`.")
    if config is not None:
        if not isinstance(config, QuantizationConfig):
            raise ValueError(
                "`config` must be a `keras.quantizers.QuantizationConfig`. Received: "
                f"config={config!r}"
            )
        if mode is not None and config.mode != mode:
            raise ValueError(
                f"Contradictory arguments: mode='{mode}' but config.mode='{config.mode}'"
            )
        return config
    check_mode(mode)
    if mode not in _WITHOUT_DATA:
        article = "an" if mode == "awq" else "a"
        name = str(mode).upper()
        raise ValueError(
            f"For {name}, you must pass {article} `{name}Config` object in the `config` argument."
        )
    return _WITHOUT_DATA[mode]()


def _quantizer(value: Any) -> Any:
    return serialization.deserialize_keras_object(value) if isinstance(value, dict) else value


def _check_output(config: QuantizationConfig, dtype: str) -> None:
    for name in ("weight_quantizer", "activation_quantizer"):
        quantizer = getattr(config, name)
        if quantizer is not None and quantizer.output_dtype != dtype:
            raise ValueError(
                f"{type(config).__name__} requires a {name} with output_dtype={dtype!r}. "
                f"Received: output_dtype={quantizer.output_dtype}"
            )
