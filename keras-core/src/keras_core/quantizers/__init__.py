"""Quantisation: fewer bits for a number, `keras.quantizers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.quantizers.absmax import abs_max_quantize as abs_max_quantize
    from keras_core.quantizers.absmax import (
        abs_max_quantize_grouped_with_zero_point as abs_max_quantize_grouped_with_zero_point,
    )
    from keras_core.quantizers.configs import AWQConfig as AWQConfig
    from keras_core.quantizers.configs import Float8QuantizationConfig as Float8QuantizationConfig
    from keras_core.quantizers.configs import GPTQConfig as GPTQConfig
    from keras_core.quantizers.configs import Int4QuantizationConfig as Int4QuantizationConfig
    from keras_core.quantizers.configs import Int8QuantizationConfig as Int8QuantizationConfig
    from keras_core.quantizers.configs import QuantizationConfig as QuantizationConfig
    from keras_core.quantizers.configs import TernaryQuantizationConfig as TernaryQuantizationConfig
    from keras_core.quantizers.fake_quant import (
        fake_quant_with_min_max_vars as fake_quant_with_min_max_vars,
    )
    from keras_core.quantizers.float8 import (
        compute_float8_amax_history as compute_float8_amax_history,
    )
    from keras_core.quantizers.float8 import compute_float8_scale as compute_float8_scale
    from keras_core.quantizers.float8 import quantize_and_dequantize as quantize_and_dequantize
    from keras_core.quantizers.lookup import deserialize as deserialize
    from keras_core.quantizers.lookup import get as get
    from keras_core.quantizers.lookup import serialize as serialize
    from keras_core.quantizers.packing import pack_int2 as pack_int2
    from keras_core.quantizers.packing import pack_int4 as pack_int4
    from keras_core.quantizers.packing import pack_ternary as pack_ternary
    from keras_core.quantizers.packing import unpack_int2 as unpack_int2
    from keras_core.quantizers.packing import unpack_int4 as unpack_int4
    from keras_core.quantizers.packing import unpack_ternary as unpack_ternary
    from keras_core.quantizers.quantizer import AbsMaxQuantizer as AbsMaxQuantizer
    from keras_core.quantizers.quantizer import Quantizer as Quantizer
    from keras_core.quantizers.report import QuantizationReport as QuantizationReport
else:
    __getattr__, __dir__ = lazily(__name__)

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
