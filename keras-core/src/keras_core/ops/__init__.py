"""The operations: `keras.ops`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.execution.compiled import jit as jit
    from keras_core.ops import image as image
    from keras_core.ops import linalg as linalg
    from keras_core.ops import nn as nn
    from keras_core.ops import numpy as numpy
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
    from keras_core.ops.arithmetic import abs as abs
    from keras_core.ops.arithmetic import absolute as absolute
    from keras_core.ops.arithmetic import add as add
    from keras_core.ops.arithmetic import ceil as ceil
    from keras_core.ops.arithmetic import clip as clip
    from keras_core.ops.arithmetic import divide as divide
    from keras_core.ops.arithmetic import divide_no_nan as divide_no_nan
    from keras_core.ops.arithmetic import floor as floor
    from keras_core.ops.arithmetic import floor_divide as floor_divide
    from keras_core.ops.arithmetic import maximum as maximum
    from keras_core.ops.arithmetic import minimum as minimum
    from keras_core.ops.arithmetic import mod as mod
    from keras_core.ops.arithmetic import multiply as multiply
    from keras_core.ops.arithmetic import negative as negative
    from keras_core.ops.arithmetic import power as power
    from keras_core.ops.arithmetic import reciprocal as reciprocal
    from keras_core.ops.arithmetic import round as round
    from keras_core.ops.arithmetic import rsqrt as rsqrt
    from keras_core.ops.arithmetic import sign as sign
    from keras_core.ops.arithmetic import sqrt as sqrt
    from keras_core.ops.arithmetic import square as square
    from keras_core.ops.arithmetic import subtract as subtract
    from keras_core.ops.arithmetic import true_divide as true_divide
    from keras_core.ops.attention import dot_product_attention as dot_product_attention
    from keras_core.ops.autodiff import custom_gradient as custom_gradient
    from keras_core.ops.autodiff import grad as grad
    from keras_core.ops.autodiff import hessian as hessian
    from keras_core.ops.autodiff import jacobian as jacobian
    from keras_core.ops.autodiff import jvp as jvp
    from keras_core.ops.autodiff import value_and_grad as value_and_grad
    from keras_core.ops.autodiff import vjp as vjp
    from keras_core.ops.bitwise import bitwise_and as bitwise_and
    from keras_core.ops.bitwise import bitwise_invert as bitwise_invert
    from keras_core.ops.bitwise import bitwise_left_shift as bitwise_left_shift
    from keras_core.ops.bitwise import bitwise_not as bitwise_not
    from keras_core.ops.bitwise import bitwise_or as bitwise_or
    from keras_core.ops.bitwise import bitwise_right_shift as bitwise_right_shift
    from keras_core.ops.bitwise import bitwise_xor as bitwise_xor
    from keras_core.ops.bitwise import left_shift as left_shift
    from keras_core.ops.bitwise import right_shift as right_shift
    from keras_core.ops.bitwise import view as view
    from keras_core.ops.casting import array as array
    from keras_core.ops.casting import cast as cast
    from keras_core.ops.casting import convert_to_numpy as convert_to_numpy
    from keras_core.ops.casting import convert_to_tensor as convert_to_tensor
    from keras_core.ops.casting import copy as copy
    from keras_core.ops.casting import dtype as dtype
    from keras_core.ops.casting import is_tensor as is_tensor
    from keras_core.ops.casting import ndim as ndim
    from keras_core.ops.casting import shape as shape
    from keras_core.ops.casting import size as size
    from keras_core.ops.casting import stop_gradient as stop_gradient
    from keras_core.ops.comparison import equal as equal
    from keras_core.ops.comparison import greater as greater
    from keras_core.ops.comparison import greater_equal as greater_equal
    from keras_core.ops.comparison import isclose as isclose
    from keras_core.ops.comparison import isfinite as isfinite
    from keras_core.ops.comparison import isinf as isinf
    from keras_core.ops.comparison import isnan as isnan
    from keras_core.ops.comparison import less as less
    from keras_core.ops.comparison import less_equal as less_equal
    from keras_core.ops.comparison import logical_and as logical_and
    from keras_core.ops.comparison import logical_not as logical_not
    from keras_core.ops.comparison import logical_or as logical_or
    from keras_core.ops.comparison import logical_xor as logical_xor
    from keras_core.ops.comparison import not_equal as not_equal
    from keras_core.ops.comparison import where as where
    from keras_core.ops.complex_numbers import angle as angle
    from keras_core.ops.complex_numbers import conj as conj
    from keras_core.ops.complex_numbers import conjugate as conjugate
    from keras_core.ops.complex_numbers import imag as imag
    from keras_core.ops.complex_numbers import isreal as isreal
    from keras_core.ops.complex_numbers import polar as polar
    from keras_core.ops.complex_numbers import real as real
    from keras_core.ops.complex_numbers import view_as_complex as view_as_complex
    from keras_core.ops.complex_numbers import view_as_real as view_as_real
    from keras_core.ops.control_flow import associative_scan as associative_scan
    from keras_core.ops.control_flow import cond as cond
    from keras_core.ops.control_flow import fori_loop as fori_loop
    from keras_core.ops.control_flow import map as map
    from keras_core.ops.control_flow import scan as scan
    from keras_core.ops.control_flow import switch as switch
    from keras_core.ops.control_flow import vectorized_map as vectorized_map
    from keras_core.ops.control_flow import while_loop as while_loop
    from keras_core.ops.convolution import average_pool as average_pool
    from keras_core.ops.convolution import conv as conv
    from keras_core.ops.convolution import conv_transpose as conv_transpose
    from keras_core.ops.convolution import depthwise_conv as depthwise_conv
    from keras_core.ops.convolution import max_pool as max_pool
    from keras_core.ops.convolution import separable_conv as separable_conv
    from keras_core.ops.creation import arange as arange
    from keras_core.ops.creation import empty as empty
    from keras_core.ops.creation import empty_like as empty_like
    from keras_core.ops.creation import eye as eye
    from keras_core.ops.creation import full as full
    from keras_core.ops.creation import full_like as full_like
    from keras_core.ops.creation import identity as identity
    from keras_core.ops.creation import linspace as linspace
    from keras_core.ops.creation import meshgrid as meshgrid
    from keras_core.ops.creation import ones as ones
    from keras_core.ops.creation import ones_like as ones_like
    from keras_core.ops.creation import tri as tri
    from keras_core.ops.creation import tril as tril
    from keras_core.ops.creation import triu as triu
    from keras_core.ops.creation import zeros as zeros
    from keras_core.ops.creation import zeros_like as zeros_like
    from keras_core.ops.crossentropy import binary_crossentropy as binary_crossentropy
    from keras_core.ops.crossentropy import categorical_crossentropy as categorical_crossentropy
    from keras_core.ops.crossentropy import (
        sparse_categorical_crossentropy as sparse_categorical_crossentropy,
    )
    from keras_core.ops.ctc import ctc_decode as ctc_decode
    from keras_core.ops.ctc import ctc_loss as ctc_loss
    from keras_core.ops.diagonals import diag as diag
    from keras_core.ops.diagonals import diagflat as diagflat
    from keras_core.ops.diagonals import diagonal as diagonal
    from keras_core.ops.diagonals import trace as trace
    from keras_core.ops.distances import cdist as cdist
    from keras_core.ops.distances import psnr as psnr
    from keras_core.ops.elementary import arccos as arccos
    from keras_core.ops.elementary import arccosh as arccosh
    from keras_core.ops.elementary import arcsin as arcsin
    from keras_core.ops.elementary import arcsinh as arcsinh
    from keras_core.ops.elementary import arctan as arctan
    from keras_core.ops.elementary import arctan2 as arctan2
    from keras_core.ops.elementary import arctanh as arctanh
    from keras_core.ops.elementary import cos as cos
    from keras_core.ops.elementary import cosh as cosh
    from keras_core.ops.elementary import erf as erf
    from keras_core.ops.elementary import erfc as erfc
    from keras_core.ops.elementary import exp as exp
    from keras_core.ops.elementary import exp2 as exp2
    from keras_core.ops.elementary import expm1 as expm1
    from keras_core.ops.elementary import log as log
    from keras_core.ops.elementary import log1p as log1p
    from keras_core.ops.elementary import log2 as log2
    from keras_core.ops.elementary import log10 as log10
    from keras_core.ops.elementary import sin as sin
    from keras_core.ops.elementary import sinh as sinh
    from keras_core.ops.elementary import tan as tan
    from keras_core.ops.elementary import tanh as tanh
    from keras_core.ops.fourier import extract_sequences as extract_sequences
    from keras_core.ops.fourier import fft as fft
    from keras_core.ops.fourier import fft2 as fft2
    from keras_core.ops.fourier import ifft2 as ifft2
    from keras_core.ops.fourier import irfft as irfft
    from keras_core.ops.fourier import istft as istft
    from keras_core.ops.fourier import rfft as rfft
    from keras_core.ops.fourier import stft as stft
    from keras_core.ops.indexing import get_item as get_item
    from keras_core.ops.indexing import one_hot as one_hot
    from keras_core.ops.indexing import scatter as scatter
    from keras_core.ops.indexing import scatter_update as scatter_update
    from keras_core.ops.indexing import select as select
    from keras_core.ops.indexing import slice as slice
    from keras_core.ops.indexing import slice_update as slice_update
    from keras_core.ops.indexing import take as take
    from keras_core.ops.indexing import take_along_axis as take_along_axis
    from keras_core.ops.indexing import unravel_index as unravel_index
    from keras_core.ops.joining import append as append
    from keras_core.ops.joining import column_stack as column_stack
    from keras_core.ops.joining import dsplit as dsplit
    from keras_core.ops.joining import dstack as dstack
    from keras_core.ops.joining import fliplr as fliplr
    from keras_core.ops.joining import flipud as flipud
    from keras_core.ops.joining import hsplit as hsplit
    from keras_core.ops.joining import hstack as hstack
    from keras_core.ops.joining import rot90 as rot90
    from keras_core.ops.joining import vsplit as vsplit
    from keras_core.ops.joining import vstack as vstack
    from keras_core.ops.linear import dot as dot
    from keras_core.ops.linear import einsum as einsum
    from keras_core.ops.linear import matmul as matmul
    from keras_core.ops.linear import norm as norm
    from keras_core.ops.linear import outer as outer
    from keras_core.ops.linear import tensordot as tensordot
    from keras_core.ops.linear_algebra import cholesky as cholesky
    from keras_core.ops.linear_algebra import cholesky_inverse as cholesky_inverse
    from keras_core.ops.linear_algebra import det as det
    from keras_core.ops.linear_algebra import eig as eig
    from keras_core.ops.linear_algebra import eigh as eigh
    from keras_core.ops.linear_algebra import inv as inv
    from keras_core.ops.linear_algebra import logdet as logdet
    from keras_core.ops.linear_algebra import lstsq as lstsq
    from keras_core.ops.linear_algebra import lu_factor as lu_factor
    from keras_core.ops.linear_algebra import matrix_power as matrix_power
    from keras_core.ops.linear_algebra import matrix_rank as matrix_rank
    from keras_core.ops.linear_algebra import pinv as pinv
    from keras_core.ops.linear_algebra import qr as qr
    from keras_core.ops.linear_algebra import slogdet as slogdet
    from keras_core.ops.linear_algebra import solve as solve
    from keras_core.ops.linear_algebra import solve_triangular as solve_triangular
    from keras_core.ops.linear_algebra import svd as svd
    from keras_core.ops.normalization import batch_normalization as batch_normalization
    from keras_core.ops.normalization import layer_normalization as layer_normalization
    from keras_core.ops.normalization import moments as moments
    from keras_core.ops.normalization import normalize as normalize
    from keras_core.ops.normalization import rms_normalization as rms_normalization
    from keras_core.ops.numbers import allclose as allclose
    from keras_core.ops.numbers import cbrt as cbrt
    from keras_core.ops.numbers import copysign as copysign
    from keras_core.ops.numbers import deg2rad as deg2rad
    from keras_core.ops.numbers import fabs as fabs
    from keras_core.ops.numbers import float_power as float_power
    from keras_core.ops.numbers import fmax as fmax
    from keras_core.ops.numbers import fmin as fmin
    from keras_core.ops.numbers import fmod as fmod
    from keras_core.ops.numbers import gammainc as gammainc
    from keras_core.ops.numbers import gcd as gcd
    from keras_core.ops.numbers import heaviside as heaviside
    from keras_core.ops.numbers import hypot as hypot
    from keras_core.ops.numbers import i0 as i0
    from keras_core.ops.numbers import isneginf as isneginf
    from keras_core.ops.numbers import isposinf as isposinf
    from keras_core.ops.numbers import lcm as lcm
    from keras_core.ops.numbers import ldexp as ldexp
    from keras_core.ops.numbers import logaddexp as logaddexp
    from keras_core.ops.numbers import logaddexp2 as logaddexp2
    from keras_core.ops.numbers import nan_to_num as nan_to_num
    from keras_core.ops.numbers import nextafter as nextafter
    from keras_core.ops.numbers import rad2deg as rad2deg
    from keras_core.ops.numbers import saturate_cast as saturate_cast
    from keras_core.ops.numbers import signbit as signbit
    from keras_core.ops.numbers import sinc as sinc
    from keras_core.ops.numbers import trunc as trunc
    from keras_core.ops.products import cross as cross
    from keras_core.ops.products import inner as inner
    from keras_core.ops.products import kron as kron
    from keras_core.ops.products import vdot as vdot
    from keras_core.ops.programs import program as program
    from keras_core.ops.quantiles import median as median
    from keras_core.ops.quantiles import nanmedian as nanmedian
    from keras_core.ops.quantiles import nanpercentile as nanpercentile
    from keras_core.ops.quantiles import nanquantile as nanquantile
    from keras_core.ops.quantiles import percentile as percentile
    from keras_core.ops.quantiles import quantile as quantile
    from keras_core.ops.ranges import geomspace as geomspace
    from keras_core.ops.ranges import logspace as logspace
    from keras_core.ops.ranges import vander as vander
    from keras_core.ops.rearranging import depth_to_space as depth_to_space
    from keras_core.ops.rearranging import fold as fold
    from keras_core.ops.rearranging import multi_hot as multi_hot
    from keras_core.ops.rearranging import rearrange as rearrange
    from keras_core.ops.rearranging import space_to_depth as space_to_depth
    from keras_core.ops.rearranging import unfold as unfold
    from keras_core.ops.recurrent import gru as gru
    from keras_core.ops.recurrent import lstm as lstm
    from keras_core.ops.reductions import all as all
    from keras_core.ops.reductions import any as any
    from keras_core.ops.reductions import argmax as argmax
    from keras_core.ops.reductions import argmin as argmin
    from keras_core.ops.reductions import count_nonzero as count_nonzero
    from keras_core.ops.reductions import cumprod as cumprod
    from keras_core.ops.reductions import cumsum as cumsum
    from keras_core.ops.reductions import logsumexp as logsumexp
    from keras_core.ops.reductions import max as amax
    from keras_core.ops.reductions import max as max
    from keras_core.ops.reductions import mean as mean
    from keras_core.ops.reductions import min as amin
    from keras_core.ops.reductions import min as min
    from keras_core.ops.reductions import prod as prod
    from keras_core.ops.reductions import std as std
    from keras_core.ops.reductions import sum as sum
    from keras_core.ops.reductions import var as var
    from keras_core.ops.segments import segment_max as segment_max
    from keras_core.ops.segments import segment_min as segment_min
    from keras_core.ops.segments import segment_prod as segment_prod
    from keras_core.ops.segments import segment_sum as segment_sum
    from keras_core.ops.sets import isin as isin
    from keras_core.ops.sets import unique as unique
    from keras_core.ops.shaping import array_split as array_split
    from keras_core.ops.shaping import broadcast_to as broadcast_to
    from keras_core.ops.shaping import concatenate as concatenate
    from keras_core.ops.shaping import expand_dims as expand_dims
    from keras_core.ops.shaping import flip as flip
    from keras_core.ops.shaping import moveaxis as moveaxis
    from keras_core.ops.shaping import pad as pad
    from keras_core.ops.shaping import ravel as ravel
    from keras_core.ops.shaping import repeat as repeat
    from keras_core.ops.shaping import reshape as reshape
    from keras_core.ops.shaping import roll as roll
    from keras_core.ops.shaping import split as split
    from keras_core.ops.shaping import squeeze as squeeze
    from keras_core.ops.shaping import stack as stack
    from keras_core.ops.shaping import swapaxes as swapaxes
    from keras_core.ops.shaping import tile as tile
    from keras_core.ops.shaping import transpose as transpose
    from keras_core.ops.shaping import unstack as unstack
    from keras_core.ops.sorting import argpartition as argpartition
    from keras_core.ops.sorting import argsort as argsort
    from keras_core.ops.sorting import in_top_k as in_top_k
    from keras_core.ops.sorting import nonzero as nonzero
    from keras_core.ops.sorting import searchsorted as searchsorted
    from keras_core.ops.sorting import sort as sort
    from keras_core.ops.sorting import top_k as top_k
    from keras_core.ops.special import erfinv as erfinv
    from keras_core.ops.special import lgamma as lgamma
    from keras_core.ops.statistics import average as average
    from keras_core.ops.statistics import bincount as bincount
    from keras_core.ops.statistics import corrcoef as corrcoef
    from keras_core.ops.statistics import correlate as correlate
    from keras_core.ops.statistics import cov as cov
    from keras_core.ops.statistics import diff as diff
    from keras_core.ops.statistics import digitize as digitize
    from keras_core.ops.statistics import histogram as histogram
    from keras_core.ops.statistics import nanargmax as nanargmax
    from keras_core.ops.statistics import nanargmin as nanargmin
    from keras_core.ops.statistics import nancumprod as nancumprod
    from keras_core.ops.statistics import nancumsum as nancumsum
    from keras_core.ops.statistics import nanmax as nanmax
    from keras_core.ops.statistics import nanmean as nanmean
    from keras_core.ops.statistics import nanmin as nanmin
    from keras_core.ops.statistics import nanprod as nanprod
    from keras_core.ops.statistics import nanstd as nanstd
    from keras_core.ops.statistics import nansum as nansum
    from keras_core.ops.statistics import nanvar as nanvar
    from keras_core.ops.statistics import ptp as ptp
    from keras_core.ops.statistics import trapezoid as trapezoid
    from keras_core.ops.vectorization import vectorize as vectorize
    from keras_core.ops.window_functions import bartlett as bartlett
    from keras_core.ops.window_functions import blackman as blackman
    from keras_core.ops.window_functions import hamming as hamming
    from keras_core.ops.window_functions import hanning as hanning
    from keras_core.ops.window_functions import kaiser as kaiser
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "abs",
    "absolute",
    "adaptive_average_pool",
    "adaptive_max_pool",
    "add",
    "all",
    "allclose",
    "amax",
    "amin",
    "angle",
    "any",
    "append",
    "arange",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "array",
    "array_split",
    "associative_scan",
    "average",
    "average_pool",
    "bartlett",
    "batch_normalization",
    "binary_crossentropy",
    "bincount",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "blackman",
    "broadcast_to",
    "cast",
    "categorical_crossentropy",
    "cbrt",
    "cdist",
    "ceil",
    "celu",
    "cholesky",
    "cholesky_inverse",
    "clip",
    "column_stack",
    "concatenate",
    "cond",
    "conj",
    "conjugate",
    "conv",
    "conv_transpose",
    "convert_to_numpy",
    "convert_to_tensor",
    "copy",
    "copysign",
    "corrcoef",
    "correlate",
    "cos",
    "cosh",
    "count_nonzero",
    "cov",
    "cross",
    "ctc_decode",
    "ctc_loss",
    "cumprod",
    "cumsum",
    "custom_gradient",
    "deg2rad",
    "depth_to_space",
    "depthwise_conv",
    "det",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "digitize",
    "divide",
    "divide_no_nan",
    "dot",
    "dot_product_attention",
    "dsplit",
    "dstack",
    "dtype",
    "eig",
    "eigh",
    "einsum",
    "elu",
    "empty",
    "empty_like",
    "equal",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "extract_sequences",
    "eye",
    "fabs",
    "fft",
    "fft2",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "fold",
    "fori_loop",
    "full",
    "full_like",
    "gammainc",
    "gcd",
    "gelu",
    "geomspace",
    "get_item",
    "glu",
    "grad",
    "greater",
    "greater_equal",
    "gru",
    "hamming",
    "hanning",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "heaviside",
    "hessian",
    "histogram",
    "hsplit",
    "hstack",
    "hypot",
    "i0",
    "identity",
    "ifft2",
    "imag",
    "image",
    "in_top_k",
    "inner",
    "inv",
    "irfft",
    "is_tensor",
    "isclose",
    "isfinite",
    "isin",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "istft",
    "jacobian",
    "jit",
    "jvp",
    "kaiser",
    "kron",
    "layer_normalization",
    "lcm",
    "ldexp",
    "leaky_relu",
    "left_shift",
    "less",
    "less_equal",
    "lgamma",
    "linalg",
    "linspace",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logdet",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "logspace",
    "logsumexp",
    "lstm",
    "lstsq",
    "lu_factor",
    "map",
    "matmul",
    "matrix_power",
    "matrix_rank",
    "max",
    "max_pool",
    "maximum",
    "mean",
    "median",
    "meshgrid",
    "min",
    "minimum",
    "mod",
    "moments",
    "moveaxis",
    "multi_hot",
    "multiply",
    "nan_to_num",
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "ndim",
    "negative",
    "nextafter",
    "nn",
    "nonzero",
    "norm",
    "normalize",
    "not_equal",
    "numpy",
    "one_hot",
    "ones",
    "ones_like",
    "outer",
    "pad",
    "percentile",
    "pinv",
    "polar",
    "power",
    "prod",
    "program",
    "psnr",
    "ptp",
    "qr",
    "quantile",
    "rad2deg",
    "ravel",
    "real",
    "rearrange",
    "reciprocal",
    "relu",
    "relu6",
    "repeat",
    "reshape",
    "rfft",
    "right_shift",
    "rms_normalization",
    "roll",
    "rot90",
    "round",
    "rsqrt",
    "saturate_cast",
    "scan",
    "scatter",
    "scatter_update",
    "searchsorted",
    "segment_max",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "select",
    "selu",
    "separable_conv",
    "shape",
    "sigmoid",
    "sign",
    "signbit",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "size",
    "slice",
    "slice_update",
    "slogdet",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "solve",
    "solve_triangular",
    "sort",
    "space_to_depth",
    "sparse_categorical_crossentropy",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "split",
    "sqrt",
    "square",
    "squareplus",
    "squeeze",
    "stack",
    "std",
    "stft",
    "stop_gradient",
    "subtract",
    "sum",
    "svd",
    "swapaxes",
    "swish",
    "switch",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tanh_shrink",
    "tensordot",
    "threshold",
    "tile",
    "top_k",
    "trace",
    "transpose",
    "trapezoid",
    "tri",
    "tril",
    "triu",
    "true_divide",
    "trunc",
    "unfold",
    "unique",
    "unravel_index",
    "unstack",
    "value_and_grad",
    "vander",
    "var",
    "vdot",
    "vectorize",
    "vectorized_map",
    "view",
    "view_as_complex",
    "view_as_real",
    "vjp",
    "vsplit",
    "vstack",
    "where",
    "while_loop",
    "zeros",
    "zeros_like",
]
