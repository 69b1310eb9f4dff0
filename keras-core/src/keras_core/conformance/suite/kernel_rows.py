"""Rows of layers whose kernels are held otherwise: quantised, or with low-rank updates."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from keras_core import layers, quantizers
from keras_core.conformance.operations import Argument
from keras_core.conformance.suite.layer_rows import LayerRow, floats


@dataclass(frozen=True)
class KernelRow(LayerRow):
    """A layer whose kernel is held in another way once it has its weights."""

    hold: Callable[[Any], None] = field(kw_only=True)
    """Changes how the layer holds its kernel."""

    dtypes: tuple[str, ...] = ()
    """Dtypes that the backend has to have."""

    @property
    def needs(self) -> list[str]:
        return [*super().needs, *self.dtypes]

    def built(self) -> Any:
        layer = super().built()
        self.hold(layer)
        return layer


def _quantized(mode: str, **config: Any) -> Callable[[Any], None]:
    configs: dict[str, Any] = {
        "int8": quantizers.Int8QuantizationConfig,
        "int4": quantizers.Int4QuantizationConfig,
        "float8": quantizers.Float8QuantizationConfig,
    }
    return lambda layer: layer.quantize(config=configs[mode](**config))


def _adapted(layer: Any) -> None:
    layer.enable_lora(2, 3.0)
    rng = np.random.default_rng(zlib.crc32(type(layer).__name__.encode()))
    for variable in layer.lora_variables.values():
        variable.assign(rng.normal(size=variable.shape))


def _quantized_and_adapted(layer: Any) -> None:
    layer.quantize("int8")
    _adapted(layer)


def _calibrated(mode: str) -> Callable[[Any], None]:
    """Numbers as GPTQ and AWQ make them, drawn at random: they are made on the host."""

    def hold(layer: Any) -> None:
        rng = np.random.default_rng(len(mode))
        shape = layer.get_build_config()["input_shape"]
        layer.quantized_build(shape, mode, _CALIBRATED[mode])
        for v in layer.weights:
            if "uint8" in v.dtype:
                v.assign(rng.integers(0, 256 if v.name == "kernel" else 16, v.shape))
            elif v.name == "g_idx":
                v.assign(np.arange(v.shape[0]) // 2)
            elif v.name != "bias":
                v.assign(rng.uniform(0.05, 0.2, v.shape))

    return hold


_CALIBRATED: dict[str, Any] = {
    "gptq": quantizers.GPTQConfig(
        dataset=None, tokenizer=None, weight_bits=4, group_size=2,
        quantization_layer_structure={"pre_block_layers": [], "sequential_blocks": []},
    ),
    "awq": quantizers.AWQConfig(
        dataset=None, tokenizer=None, group_size=2,
        quantization_layer_structure={"pre_block_layers": [], "sequential_blocks": []},
    ),
}  # fmt: skip

_IDS = Argument((2, 4), 0, 7, "int")
_SMALL = {"int8": ("int8",), "int4": ("int8",), "float8": ("float8_e4m3fn", "float8_e5m2")}


def _dense() -> Any:
    return layers.Dense(5, activation="tanh")


def _einsum_dense() -> Any:
    return layers.EinsumDense("abc,dce->abde", (None, 2, 3), bias_axes="de")


def iter_kernel_rows() -> Iterator[KernelRow]:
    """All rows."""
    features, tokens = (floats(3, 6),), (_IDS,)
    quantized: list[tuple[str, Any, Any, str, dict[str, Any]]] = [
        ("int8", _dense, features, "int8", {}),
        ("int8-weights", _dense, features, "int8", {"activation_quantizer": None}),
        ("int4", _dense, features, "int4", {}),
        ("int4-blocks", _dense, features, "int4", {"block_size": 4}),
        ("float8", _dense, features, "float8", {}),
        ("int8", _einsum_dense, (floats(2, 3, 4),), "int8", {}),
        ("int4", _einsum_dense, (floats(2, 3, 4),), "int4", {"block_size": 2}),
        ("int8", lambda: layers.Embedding(7, 4), tokens, "int8", {}),
        ("int4", lambda: layers.Embedding(7, 4), tokens, "int4", {"block_size": 2}),
    ]
    for label, make, inputs, mode, config in quantized:
        held = _quantized(mode, **config)
        yield KernelRow(make, inputs, label=label, hold=held, dtypes=_SMALL[mode])
    for tied in (True, False):
        yield KernelRow(
            lambda tied=tied: layers.ReversibleEmbedding(7, 4, tie_weights=tied),
            (floats(2, 3, 4),),
            {"reverse": True},
            f"int8-{'tied' if tied else 'untied'}",
            hold=_quantized("int8"),
            dtypes=("int8",),
        )
    for mode in _CALIBRATED:
        yield KernelRow(_dense, features, label=mode, hold=_calibrated(mode), dtypes=("uint8",))
    yield KernelRow(
        lambda: layers.TernaryDense(5),
        features,
        label="ternary",
        hold=lambda layer: layer.quantize("ternary"),
        dtypes=("uint8",),
    )
    adapted: list[tuple[Any, Any]] = [
        (_dense, features),
        (_einsum_dense, (floats(2, 3, 4),)),
        (lambda: layers.Embedding(7, 4), tokens),
        (lambda: layers.Conv2D(3, 2), (floats(2, 4, 4, 2),)),
    ]
    for make, inputs in adapted:
        yield KernelRow(make, inputs, label="lora", hold=_adapted)
    for make, inputs in ((_dense, features), (lambda: layers.Embedding(7, 4), tokens)):
        yield KernelRow(
            make, inputs, label="int8-lora", hold=_quantized_and_adapted, dtypes=("int8",)
        )
