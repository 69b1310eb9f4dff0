"""Operations of neural networks: `keras.ops.nn`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.ops.activations import celu as celu
    from keras_core.ops.activations import elu as elu
    from keras_core.ops.activations import gelu as gelu
    from keras_core.ops.activations import glu as glu
    from keras_core.ops.activations import hard_shrink as hard_shrink
    from keras_core.ops.activations import hard_sigmoid as hard_sigmoid
    from keras_core.ops.activations import hard_silu as hard_silu
    from keras_core.ops.activations import hard_swish as hard_swish
    from keras_core.ops.activations import hard_tanh as hard_tanh
    from keras_core.ops.activations import leaky_relu as leaky_relu
    from keras_core.ops.activations import log_sigmoid as log_sigmoid
    from keras_core.ops.activations import log_softmax as log_softmax
    from keras_core.ops.activations import relu as relu
    from keras_core.ops.activations import relu6 as relu6
    from keras_core.ops.activations import selu as selu
    from keras_core.ops.activations import sigmoid as sigmoid
    from keras_core.ops.activations import silu as silu
    from keras_core.ops.activations import soft_shrink as soft_shrink
    from keras_core.ops.activations import softmax as softmax
    from keras_core.ops.activations import softplus as softplus
    from keras_core.ops.activations import softsign as softsign
    from keras_core.ops.activations import sparse_plus as sparse_plus
    from keras_core.ops.activations import sparse_sigmoid as sparse_sigmoid
    from keras_core.ops.activations import sparsemax as sparsemax
    from keras_core.ops.activations import squareplus as squareplus
    from keras_core.ops.activations import swish as swish
    from keras_core.ops.activations import tanh_shrink as tanh_shrink
    from keras_core.ops.activations import threshold as threshold
    from keras_core.ops.adaptive_pooling import adaptive_average_pool as adaptive_average_pool
    from keras_core.ops.adaptive_pooling import adaptive_max_pool as adaptive_max_pool
    from keras_core.ops.attention import dot_product_attention as dot_product_attention
    from keras_core.ops.complex_numbers import polar as polar
    from keras_core.ops.convolution import average_pool as average_pool
    from keras_core.ops.convolution import conv as conv
    from keras_core.ops.convolution import conv_transpose as conv_transpose
    from keras_core.ops.convolution import depthwise_conv as depthwise_conv
    from keras_core.ops.convolution import max_pool as max_pool
    from keras_core.ops.convolution import separable_conv as separable_conv
    from keras_core.ops.crossentropy import binary_crossentropy as binary_crossentropy
    from keras_core.ops.crossentropy import categorical_crossentropy as categorical_crossentropy
    from keras_core.ops.crossentropy import (
        sparse_categorical_crossentropy as sparse_categorical_crossentropy,
    )
    from keras_core.ops.ctc import ctc_decode as ctc_decode
    from keras_core.ops.ctc import ctc_loss as ctc_loss
    from keras_core.ops.distances import psnr as psnr
    from keras_core.ops.indexing import one_hot as one_hot
    from keras_core.ops.normalization import batch_normalization as batch_normalization
    from keras_core.ops.normalization import layer_normalization as layer_normalization
    from keras_core.ops.normalization import moments as moments
    from keras_core.ops.normalization import normalize as normalize
    from keras_core.ops.normalization import rms_normalization as rms_normalization
    from keras_core.ops.rearranging import depth_to_space as depth_to_space
    from keras_core.ops.rearranging import fold as fold
    from keras_core.ops.rearranging import multi_hot as multi_hot
    from keras_core.ops.rearranging import space_to_depth as space_to_depth
    from keras_core.ops.rearranging import unfold as unfold
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "adaptive_average_pool",
    "adaptive_max_pool",
    "average_pool",
    "batch_normalization",
    "binary_crossentropy",
    "categorical_crossentropy",
    "celu",
    "conv",
    "conv_transpose",
    "ctc_decode",
    "ctc_loss",
    "depth_to_space",
    "depthwise_conv",
    "dot_product_attention",
    "elu",
    "fold",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "layer_normalization",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "max_pool",
    "moments",
    "multi_hot",
    "normalize",
    "one_hot",
    "polar",
    "psnr",
    "relu",
    "relu6",
    "rms_normalization",
    "selu",
    "separable_conv",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "space_to_depth",
    "sparse_categorical_crossentropy",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh_shrink",
    "threshold",
    "unfold",
]
