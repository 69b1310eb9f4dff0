"""Layers: `keras.layers`."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from keras_core.core.base.legacy import names_of as _names_of
from keras_core.layers.activation.activation import Activation
from keras_core.layers.activation.prelu import PReLU
from keras_core.layers.activation.relu import ELU, LeakyReLU, ReLU
from keras_core.layers.activation.softmax import Softmax
from keras_core.layers.attention.attention import AdditiveAttention, Attention
from keras_core.layers.attention.grouped_query_attention import GroupedQueryAttention
from keras_core.layers.attention.grouped_query_attention import (
    GroupedQueryAttention as GroupQueryAttention,
)
from keras_core.layers.attention.multi_head_attention import MultiHeadAttention
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.serialization import deserialize, serialize
from keras_core.layers.convolution.conv import Conv1D, Conv2D, Conv3D
from keras_core.layers.convolution.conv import Conv1D as Convolution1D
from keras_core.layers.convolution.conv import Conv2D as Convolution2D
from keras_core.layers.convolution.conv import Conv3D as Convolution3D
from keras_core.layers.convolution.depthwise import DepthwiseConv1D, DepthwiseConv2D
from keras_core.layers.convolution.separable import SeparableConv1D, SeparableConv2D
from keras_core.layers.convolution.separable import SeparableConv1D as SeparableConvolution1D
from keras_core.layers.convolution.separable import SeparableConv2D as SeparableConvolution2D
from keras_core.layers.convolution.transpose import (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
from keras_core.layers.convolution.transpose import Conv1DTranspose as Convolution1DTranspose
from keras_core.layers.convolution.transpose import Conv2DTranspose as Convolution2DTranspose
from keras_core.layers.convolution.transpose import Conv3DTranspose as Convolution3DTranspose
from keras_core.layers.core.dense import Dense
from keras_core.layers.core.einsum_dense import EinsumDense
from keras_core.layers.core.embedding import Embedding
from keras_core.layers.core.identity import Identity
from keras_core.layers.core.input_layer import Input, InputLayer
from keras_core.layers.core.lambda_layer import Lambda
from keras_core.layers.core.masking import Masking
from keras_core.layers.core.reversible_embedding import ReversibleEmbedding
from keras_core.layers.core.ternary_dense import TernaryDense
from keras_core.layers.core.wrapper import Wrapper
from keras_core.layers.engine.modules import FlaxLayer, JaxLayer, TFSMLayer, TorchModuleWrapper
from keras_core.layers.merging.arithmetic import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from keras_core.layers.merging.concatenate import Concatenate, concatenate
from keras_core.layers.merging.dot import Dot, dot
from keras_core.layers.normalization.batch_normalization import BatchNormalization
from keras_core.layers.normalization.group_normalization import GroupNormalization
from keras_core.layers.normalization.layer_normalization import LayerNormalization
from keras_core.layers.normalization.rms_normalization import RMSNormalization
from keras_core.layers.normalization.spectral_normalization import SpectralNormalization
from keras_core.layers.normalization.unit_normalization import UnitNormalization
from keras_core.layers.pooling.adaptive import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
)
from keras_core.layers.pooling.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from keras_core.layers.pooling.global_pooling import GlobalAveragePooling1D as GlobalAvgPool1D
from keras_core.layers.pooling.global_pooling import GlobalAveragePooling2D as GlobalAvgPool2D
from keras_core.layers.pooling.global_pooling import GlobalAveragePooling3D as GlobalAvgPool3D
from keras_core.layers.pooling.global_pooling import GlobalMaxPooling1D as GlobalMaxPool1D
from keras_core.layers.pooling.global_pooling import GlobalMaxPooling2D as GlobalMaxPool2D
from keras_core.layers.pooling.global_pooling import GlobalMaxPooling3D as GlobalMaxPool3D
from keras_core.layers.pooling.windows import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from keras_core.layers.pooling.windows import AveragePooling1D as AvgPool1D
from keras_core.layers.pooling.windows import AveragePooling2D as AvgPool2D
from keras_core.layers.pooling.windows import AveragePooling3D as AvgPool3D
from keras_core.layers.pooling.windows import MaxPooling1D as MaxPool1D
from keras_core.layers.pooling.windows import MaxPooling2D as MaxPool2D
from keras_core.layers.pooling.windows import MaxPooling3D as MaxPool3D
from keras_core.layers.preprocessing import columns as _columns  # noqa: F401  # it registers things
from keras_core.layers.preprocessing.audio.mel_spectrogram import MelSpectrogram
from keras_core.layers.preprocessing.audio.stft_spectrogram import STFTSpectrogram
from keras_core.layers.preprocessing.image.blur import RandomGaussianBlur
from keras_core.layers.preprocessing.image.box_counts import MaxNumBoundingBoxes
from keras_core.layers.preprocessing.image.color import (
    RandomColorDegeneration,
    RandomColorJitter,
    RandomGrayscale,
    RandomHue,
    RandomSaturation,
)
from keras_core.layers.preprocessing.image.elastic import RandomElasticTransform
from keras_core.layers.preprocessing.image.erasing import RandomErasing
from keras_core.layers.preprocessing.image.geometry import (
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from keras_core.layers.preprocessing.image.histograms import (
    ContrastLimitedAdaptiveHistogramEqualization,
    Equalization,
)
from keras_core.layers.preprocessing.image.lightness import RandomBrightness, RandomContrast
from keras_core.layers.preprocessing.image.mixing import CutMix, MixUp
from keras_core.layers.preprocessing.image.mosaic import Mosaic
from keras_core.layers.preprocessing.image.perspective import RandomPerspective
from keras_core.layers.preprocessing.image.policies import AugMix, RandAugment
from keras_core.layers.preprocessing.image.sharpness import RandomSharpness
from keras_core.layers.preprocessing.image.shear import RandomShear
from keras_core.layers.preprocessing.image.sizes import CenterCrop, RandomCrop, Resizing
from keras_core.layers.preprocessing.image.tone import (
    AutoContrast,
    RandomInvert,
    RandomPosterization,
    Solarization,
)
from keras_core.layers.preprocessing.numeric.category_encoding import CategoryEncoding
from keras_core.layers.preprocessing.numeric.discretization import Discretization
from keras_core.layers.preprocessing.numeric.normalization import Normalization
from keras_core.layers.preprocessing.numeric.rescaling import Rescaling
from keras_core.layers.preprocessing.pipeline import Pipeline
from keras_core.layers.preprocessing.text.hashed_crossing import HashedCrossing
from keras_core.layers.preprocessing.text.hashing import Hashing
from keras_core.layers.preprocessing.text.integer_lookup import IntegerLookup
from keras_core.layers.preprocessing.text.string_lookup import StringLookup
from keras_core.layers.preprocessing.text.text_vectorization import TextVectorization
from keras_core.layers.regularization.activity_regularization import ActivityRegularization
from keras_core.layers.regularization.alpha_dropout import AlphaDropout
from keras_core.layers.regularization.dropout import Dropout
from keras_core.layers.regularization.gaussian_dropout import GaussianDropout
from keras_core.layers.regularization.gaussian_noise import GaussianNoise
from keras_core.layers.regularization.spatial_dropout import (
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from keras_core.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from keras_core.layers.reshaping.padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from keras_core.layers.reshaping.shapes import Flatten, Permute, RepeatVector, Reshape
from keras_core.layers.reshaping.upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from keras_core.layers.rnn.bidirectional import Bidirectional
from keras_core.layers.rnn.cells import StackedRNNCells
from keras_core.layers.rnn.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from keras_core.layers.rnn.gru import GRU, GRUCell
from keras_core.layers.rnn.lstm import LSTM, LSTMCell
from keras_core.layers.rnn.rnn import RNN
from keras_core.layers.rnn.simple_rnn import SimpleRNN, SimpleRNNCell
from keras_core.layers.rnn.time_distributed import TimeDistributed

__all__ = [
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "FlaxLayer",
    "GRU",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "GroupedQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "JaxLayer",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MixUp",
    "Mosaic",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "Pipeline",
    "RMSNormalization",
    "RNN",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "Solarization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TFSMLayer",
    "TernaryDense",
    "TextVectorization",
    "TimeDistributed",
    "TorchModuleWrapper",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]

if not _TYPE_CHECKING:
    __getattr__ = _names_of(__name__)
