"""Quantisation: fewer bits for a number, `keras.quantizers`."""

from keras_core.quantizers.absmax import abs_max_quantize, abs_max_quantize_grouped_with_zero_point
from keras_core.quantizers.configs import (
    AWQConfig,
    Float8QuantizationConfig,
    GPTQConfig,
    Int4QuantizationConfig,
    Int8QuantizationConfig,
    QuantizationConfig,
    TernaryQuantizationConfig,
)
from keras_core.quantizers.fake_quant import fake_quant_with_min_max_vars
from keras_core.quantizers.float8 import (
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)
from keras_core.quantizers.lookup import deserialize, get, serialize
from keras_core.quantizers.packing import (
    pack_int2,
    pack_int4,
    pack_ternary,
    unpack_int2,
    unpack_int4,
    unpack_ternary,
)
from keras_core.quantizers.quantizer import AbsMaxQuantizer, Quantizer
from keras_core.quantizers.report import QuantizationReport

__all__ = [
    "AWQConfig",
    "AbsMaxQuantizer",
    "Float8QuantizationConfig",
    "GPTQConfig",
    "Int4QuantizationConfig",
    "Int8QuantizationConfig",
    "QuantizationConfig",
    "QuantizationReport",
    "Quantizer",
    "TernaryQuantizationConfig",
    "abs_max_quantize",
    "abs_max_quantize_grouped_with_zero_point",
    "compute_float8_amax_history",
    "compute_float8_scale",
    "deserialize",
    "fake_quant_with_min_max_vars",
    "get",
    "pack_int2",
    "pack_int4",
    "pack_ternary",
    "quantize_and_dequantize",
    "serialize",
    "unpack_int2",
    "unpack_int4",
    "unpack_ternary",
]
