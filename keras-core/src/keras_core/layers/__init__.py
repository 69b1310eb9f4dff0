"""Layers: `keras.layers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.layers.activation.activation import Activation as Activation
    from keras_core.layers.activation.prelu import PReLU as PReLU
    from keras_core.layers.activation.relu import ELU as ELU
    from keras_core.layers.activation.relu import LeakyReLU as LeakyReLU
    from keras_core.layers.activation.relu import ReLU as ReLU
    from keras_core.layers.activation.softmax import Softmax as Softmax
    from keras_core.layers.attention.attention import AdditiveAttention as AdditiveAttention
    from keras_core.layers.attention.attention import Attention as Attention
    from keras_core.layers.attention.grouped_query_attention import (
        GroupedQueryAttention as GroupQueryAttention,
    )
    from keras_core.layers.attention.grouped_query_attention import (
        GroupedQueryAttention as GroupedQueryAttention,
    )
    from keras_core.layers.attention.multi_head_attention import (
        MultiHeadAttention as MultiHeadAttention,
    )
    from keras_core.layers.base.input_spec import InputSpec as InputSpec
    from keras_core.layers.base.layer import Layer as Layer
    from keras_core.layers.base.serialization import deserialize as deserialize
    from keras_core.layers.base.serialization import serialize as serialize
    from keras_core.layers.convolution.conv import Conv1D as Conv1D
    from keras_core.layers.convolution.conv import Conv1D as Convolution1D
    from keras_core.layers.convolution.conv import Conv2D as Conv2D
    from keras_core.layers.convolution.conv import Conv2D as Convolution2D
    from keras_core.layers.convolution.conv import Conv3D as Conv3D
    from keras_core.layers.convolution.conv import Conv3D as Convolution3D
    from keras_core.layers.convolution.depthwise import DepthwiseConv1D as DepthwiseConv1D
    from keras_core.layers.convolution.depthwise import DepthwiseConv2D as DepthwiseConv2D
    from keras_core.layers.convolution.separable import SeparableConv1D as SeparableConv1D
    from keras_core.layers.convolution.separable import SeparableConv1D as SeparableConvolution1D
    from keras_core.layers.convolution.separable import SeparableConv2D as SeparableConv2D
    from keras_core.layers.convolution.separable import SeparableConv2D as SeparableConvolution2D
    from keras_core.layers.convolution.transpose import Conv1DTranspose as Conv1DTranspose
    from keras_core.layers.convolution.transpose import Conv1DTranspose as Convolution1DTranspose
    from keras_core.layers.convolution.transpose import Conv2DTranspose as Conv2DTranspose
    from keras_core.layers.convolution.transpose import Conv2DTranspose as Convolution2DTranspose
    from keras_core.layers.convolution.transpose import Conv3DTranspose as Conv3DTranspose
    from keras_core.layers.convolution.transpose import Conv3DTranspose as Convolution3DTranspose
    from keras_core.layers.core.dense import Dense as Dense
    from keras_core.layers.core.einsum_dense import EinsumDense as EinsumDense
    from keras_core.layers.core.embedding import Embedding as Embedding
    from keras_core.layers.core.identity import Identity as Identity
    from keras_core.layers.core.input_layer import Input as Input
    from keras_core.layers.core.input_layer import InputLayer as InputLayer
    from keras_core.layers.core.lambda_layer import Lambda as Lambda
    from keras_core.layers.core.masking import Masking as Masking
    from keras_core.layers.core.reversible_embedding import (
        ReversibleEmbedding as ReversibleEmbedding,
    )
    from keras_core.layers.core.ternary_dense import TernaryDense as TernaryDense
    from keras_core.layers.core.wrapper import Wrapper as Wrapper
    from keras_core.layers.engine.modules import FlaxLayer as FlaxLayer
    from keras_core.layers.engine.modules import JaxLayer as JaxLayer
    from keras_core.layers.engine.modules import TFSMLayer as TFSMLayer
    from keras_core.layers.engine.modules import TorchModuleWrapper as TorchModuleWrapper
    from keras_core.layers.merging.arithmetic import Add as Add
    from keras_core.layers.merging.arithmetic import Average as Average
    from keras_core.layers.merging.arithmetic import Maximum as Maximum
    from keras_core.layers.merging.arithmetic import Minimum as Minimum
    from keras_core.layers.merging.arithmetic import Multiply as Multiply
    from keras_core.layers.merging.arithmetic import Subtract as Subtract
    from keras_core.layers.merging.arithmetic import add as add
    from keras_core.layers.merging.arithmetic import average as average
    from keras_core.layers.merging.arithmetic import maximum as maximum
    from keras_core.layers.merging.arithmetic import minimum as minimum
    from keras_core.layers.merging.arithmetic import multiply as multiply
    from keras_core.layers.merging.arithmetic import subtract as subtract
    from keras_core.layers.merging.concatenate import Concatenate as Concatenate
    from keras_core.layers.merging.concatenate import concatenate as concatenate
    from keras_core.layers.merging.dot import Dot as Dot
    from keras_core.layers.merging.dot import dot as dot
    from keras_core.layers.normalization.batch_normalization import (
        BatchNormalization as BatchNormalization,
    )
    from keras_core.layers.normalization.group_normalization import (
        GroupNormalization as GroupNormalization,
    )
    from keras_core.layers.normalization.layer_normalization import (
        LayerNormalization as LayerNormalization,
    )
    from keras_core.layers.normalization.rms_normalization import (
        RMSNormalization as RMSNormalization,
    )
    from keras_core.layers.normalization.spectral_normalization import (
        SpectralNormalization as SpectralNormalization,
    )
    from keras_core.layers.normalization.unit_normalization import (
        UnitNormalization as UnitNormalization,
    )
    from keras_core.layers.pooling.adaptive import (
        AdaptiveAveragePooling1D as AdaptiveAveragePooling1D,
    )
    from keras_core.layers.pooling.adaptive import (
        AdaptiveAveragePooling2D as AdaptiveAveragePooling2D,
    )
    from keras_core.layers.pooling.adaptive import (
        AdaptiveAveragePooling3D as AdaptiveAveragePooling3D,
    )
    from keras_core.layers.pooling.adaptive import AdaptiveMaxPooling1D as AdaptiveMaxPooling1D
    from keras_core.layers.pooling.adaptive import AdaptiveMaxPooling2D as AdaptiveMaxPooling2D
    from keras_core.layers.pooling.adaptive import AdaptiveMaxPooling3D as AdaptiveMaxPooling3D
    from keras_core.layers.pooling.global_pooling import (
        GlobalAveragePooling1D as GlobalAveragePooling1D,
    )
    from keras_core.layers.pooling.global_pooling import GlobalAveragePooling1D as GlobalAvgPool1D
    from keras_core.layers.pooling.global_pooling import (
        GlobalAveragePooling2D as GlobalAveragePooling2D,
    )
    from keras_core.layers.pooling.global_pooling import GlobalAveragePooling2D as GlobalAvgPool2D
    from keras_core.layers.pooling.global_pooling import (
        GlobalAveragePooling3D as GlobalAveragePooling3D,
    )
    from keras_core.layers.pooling.global_pooling import GlobalAveragePooling3D as GlobalAvgPool3D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling1D as GlobalMaxPool1D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling1D as GlobalMaxPooling1D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling2D as GlobalMaxPool2D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling2D as GlobalMaxPooling2D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling3D as GlobalMaxPool3D
    from keras_core.layers.pooling.global_pooling import GlobalMaxPooling3D as GlobalMaxPooling3D
    from keras_core.layers.pooling.windows import AveragePooling1D as AveragePooling1D
    from keras_core.layers.pooling.windows import AveragePooling1D as AvgPool1D
    from keras_core.layers.pooling.windows import AveragePooling2D as AveragePooling2D
    from keras_core.layers.pooling.windows import AveragePooling2D as AvgPool2D
    from keras_core.layers.pooling.windows import AveragePooling3D as AveragePooling3D
    from keras_core.layers.pooling.windows import AveragePooling3D as AvgPool3D
    from keras_core.layers.pooling.windows import MaxPooling1D as MaxPool1D
    from keras_core.layers.pooling.windows import MaxPooling1D as MaxPooling1D
    from keras_core.layers.pooling.windows import MaxPooling2D as MaxPool2D
    from keras_core.layers.pooling.windows import MaxPooling2D as MaxPooling2D
    from keras_core.layers.pooling.windows import MaxPooling3D as MaxPool3D
    from keras_core.layers.pooling.windows import MaxPooling3D as MaxPooling3D
    from keras_core.layers.preprocessing.audio.mel_spectrogram import (
        MelSpectrogram as MelSpectrogram,
    )
    from keras_core.layers.preprocessing.audio.stft_spectrogram import (
        STFTSpectrogram as STFTSpectrogram,
    )
    from keras_core.layers.preprocessing.image.blur import RandomGaussianBlur as RandomGaussianBlur
    from keras_core.layers.preprocessing.image.box_counts import (
        MaxNumBoundingBoxes as MaxNumBoundingBoxes,
    )
    from keras_core.layers.preprocessing.image.color import (
        RandomColorDegeneration as RandomColorDegeneration,
    )
    from keras_core.layers.preprocessing.image.color import RandomColorJitter as RandomColorJitter
    from keras_core.layers.preprocessing.image.color import RandomGrayscale as RandomGrayscale
    from keras_core.layers.preprocessing.image.color import RandomHue as RandomHue
    from keras_core.layers.preprocessing.image.color import RandomSaturation as RandomSaturation
    from keras_core.layers.preprocessing.image.elastic import (
        RandomElasticTransform as RandomElasticTransform,
    )
    from keras_core.layers.preprocessing.image.erasing import RandomErasing as RandomErasing
    from keras_core.layers.preprocessing.image.geometry import RandomFlip as RandomFlip
    from keras_core.layers.preprocessing.image.geometry import RandomRotation as RandomRotation
    from keras_core.layers.preprocessing.image.geometry import (
        RandomTranslation as RandomTranslation,
    )
    from keras_core.layers.preprocessing.image.geometry import RandomZoom as RandomZoom
    from keras_core.layers.preprocessing.image.histograms import (
        ContrastLimitedAdaptiveHistogramEqualization as ContrastLimitedAdaptiveHistogramEqualization,
    )
    from keras_core.layers.preprocessing.image.histograms import Equalization as Equalization
    from keras_core.layers.preprocessing.image.lightness import RandomBrightness as RandomBrightness
    from keras_core.layers.preprocessing.image.lightness import RandomContrast as RandomContrast
    from keras_core.layers.preprocessing.image.mixing import CutMix as CutMix
    from keras_core.layers.preprocessing.image.mixing import MixUp as MixUp
    from keras_core.layers.preprocessing.image.mosaic import Mosaic as Mosaic
    from keras_core.layers.preprocessing.image.perspective import (
        RandomPerspective as RandomPerspective,
    )
    from keras_core.layers.preprocessing.image.policies import AugMix as AugMix
    from keras_core.layers.preprocessing.image.policies import RandAugment as RandAugment
    from keras_core.layers.preprocessing.image.sharpness import RandomSharpness as RandomSharpness
    from keras_core.layers.preprocessing.image.shear import RandomShear as RandomShear
    from keras_core.layers.preprocessing.image.sizes import CenterCrop as CenterCrop
    from keras_core.layers.preprocessing.image.sizes import RandomCrop as RandomCrop
    from keras_core.layers.preprocessing.image.sizes import Resizing as Resizing
    from keras_core.layers.preprocessing.image.tone import AutoContrast as AutoContrast
    from keras_core.layers.preprocessing.image.tone import RandomInvert as RandomInvert
    from keras_core.layers.preprocessing.image.tone import (
        RandomPosterization as RandomPosterization,
    )
    from keras_core.layers.preprocessing.image.tone import Solarization as Solarization
    from keras_core.layers.preprocessing.numeric.category_encoding import (
        CategoryEncoding as CategoryEncoding,
    )
    from keras_core.layers.preprocessing.numeric.discretization import (
        Discretization as Discretization,
    )
    from keras_core.layers.preprocessing.numeric.normalization import Normalization as Normalization
    from keras_core.layers.preprocessing.numeric.rescaling import Rescaling as Rescaling
    from keras_core.layers.preprocessing.pipeline import Pipeline as Pipeline
    from keras_core.layers.preprocessing.text.hashed_crossing import (
        HashedCrossing as HashedCrossing,
    )
    from keras_core.layers.preprocessing.text.hashing import Hashing as Hashing
    from keras_core.layers.preprocessing.text.integer_lookup import IntegerLookup as IntegerLookup
    from keras_core.layers.preprocessing.text.string_lookup import StringLookup as StringLookup
    from keras_core.layers.preprocessing.text.text_vectorization import (
        TextVectorization as TextVectorization,
    )
    from keras_core.layers.regularization.activity_regularization import (
        ActivityRegularization as ActivityRegularization,
    )
    from keras_core.layers.regularization.alpha_dropout import AlphaDropout as AlphaDropout
    from keras_core.layers.regularization.dropout import Dropout as Dropout
    from keras_core.layers.regularization.gaussian_dropout import GaussianDropout as GaussianDropout
    from keras_core.layers.regularization.gaussian_noise import GaussianNoise as GaussianNoise
    from keras_core.layers.regularization.spatial_dropout import (
        SpatialDropout1D as SpatialDropout1D,
    )
    from keras_core.layers.regularization.spatial_dropout import (
        SpatialDropout2D as SpatialDropout2D,
    )
    from keras_core.layers.regularization.spatial_dropout import (
        SpatialDropout3D as SpatialDropout3D,
    )
    from keras_core.layers.reshaping.cropping import Cropping1D as Cropping1D
    from keras_core.layers.reshaping.cropping import Cropping2D as Cropping2D
    from keras_core.layers.reshaping.cropping import Cropping3D as Cropping3D
    from keras_core.layers.reshaping.padding import ZeroPadding1D as ZeroPadding1D
    from keras_core.layers.reshaping.padding import ZeroPadding2D as ZeroPadding2D
    from keras_core.layers.reshaping.padding import ZeroPadding3D as ZeroPadding3D
    from keras_core.layers.reshaping.shapes import Flatten as Flatten
    from keras_core.layers.reshaping.shapes import Permute as Permute
    from keras_core.layers.reshaping.shapes import RepeatVector as RepeatVector
    from keras_core.layers.reshaping.shapes import Reshape as Reshape
    from keras_core.layers.reshaping.upsampling import UpSampling1D as UpSampling1D
    from keras_core.layers.reshaping.upsampling import UpSampling2D as UpSampling2D
    from keras_core.layers.reshaping.upsampling import UpSampling3D as UpSampling3D
    from keras_core.layers.rnn.bidirectional import Bidirectional as Bidirectional
    from keras_core.layers.rnn.cells import StackedRNNCells as StackedRNNCells
    from keras_core.layers.rnn.conv_lstm import ConvLSTM1D as ConvLSTM1D
    from keras_core.layers.rnn.conv_lstm import ConvLSTM2D as ConvLSTM2D
    from keras_core.layers.rnn.conv_lstm import ConvLSTM3D as ConvLSTM3D
    from keras_core.layers.rnn.gru import GRU as GRU
    from keras_core.layers.rnn.gru import GRUCell as GRUCell
    from keras_core.layers.rnn.lstm import LSTM as LSTM
    from keras_core.layers.rnn.lstm import LSTMCell as LSTMCell
    from keras_core.layers.rnn.rnn import RNN as RNN
    from keras_core.layers.rnn.simple_rnn import SimpleRNN as SimpleRNN
    from keras_core.layers.rnn.simple_rnn import SimpleRNNCell as SimpleRNNCell
    from keras_core.layers.rnn.time_distributed import TimeDistributed as TimeDistributed
else:
    __getattr__, __dir__ = lazily(__name__)

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
