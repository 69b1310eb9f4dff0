"""Layers: `keras.layers`."""

from keras_core.layers.attention import EinsumDense, MultiHeadAttention
from keras_core.layers.configs import deserialize, serialize
from keras_core.layers.convolution.separable import SeparableConv1D, SeparableConv2D
from keras_core.layers.convolution.separable import SeparableConv1D as SeparableConvolution1D
from keras_core.layers.convolution.separable import SeparableConv2D as SeparableConvolution2D
from keras_core.layers.convolutional import (
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    DepthwiseConv1D,
    DepthwiseConv2D,
)
from keras_core.layers.convolutional import Conv1D as Convolution1D
from keras_core.layers.convolutional import Conv1DTranspose as Convolution1DTranspose
from keras_core.layers.convolutional import Conv2D as Convolution2D
from keras_core.layers.convolutional import Conv2DTranspose as Convolution2DTranspose
from keras_core.layers.convolutional import Conv3D as Convolution3D
from keras_core.layers.core import (
    ELU,
    Activation,
    Dense,
    Embedding,
    Identity,
    Lambda,
    LeakyReLU,
    Masking,
    ReLU,
    Rescaling,
    Softmax,
    Wrapper,
)
from keras_core.layers.input_layer import Input, InputLayer
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.layers.normalization import (
    BatchNormalization,
    Dropout,
    GaussianNoise,
    LayerNormalization,
    SpatialDropout1D,
    UnitNormalization,
)
from keras_core.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from keras_core.layers.pooling import AveragePooling1D as AvgPool1D
from keras_core.layers.pooling import AveragePooling2D as AvgPool2D
from keras_core.layers.pooling import AveragePooling3D as AvgPool3D
from keras_core.layers.pooling import GlobalAveragePooling1D as GlobalAvgPool1D
from keras_core.layers.pooling import GlobalAveragePooling2D as GlobalAvgPool2D
from keras_core.layers.pooling import GlobalAveragePooling3D as GlobalAvgPool3D
from keras_core.layers.pooling import GlobalMaxPooling1D as GlobalMaxPool1D
from keras_core.layers.pooling import GlobalMaxPooling2D as GlobalMaxPool2D
from keras_core.layers.pooling import GlobalMaxPooling3D as GlobalMaxPool3D
from keras_core.layers.pooling import MaxPooling1D as MaxPool1D
from keras_core.layers.pooling import MaxPooling2D as MaxPool2D
from keras_core.layers.pooling import MaxPooling3D as MaxPool3D
from keras_core.layers.preprocessing.numeric.normalization import Normalization
from keras_core.layers.recurrent import GRU, LSTM, RNN, SimpleRNN
from keras_core.layers.recurrent_cells import GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells
from keras_core.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from keras_core.layers.shaping import (
    Add,
    Average,
    Concatenate,
    Flatten,
    Maximum,
    Minimum,
    Multiply,
    Permute,
    RepeatVector,
    Reshape,
    Subtract,
    UpSampling1D,
    UpSampling2D,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
    add,
    average,
    concatenate,
    maximum,
    minimum,
    multiply,
    subtract,
)
from keras_core.layers.wrappers import Bidirectional, TimeDistributed

__all__ = [
    "Activation",
    "Add",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "Concatenate",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Flatten",
    "GRU",
    "GRUCell",
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
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "Minimum",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "Permute",
    "RNN",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "SpatialDropout1D",
    "StackedRNNCells",
    "Subtract",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
