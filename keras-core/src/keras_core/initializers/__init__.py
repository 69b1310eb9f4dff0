"""Initializers: `keras.initializers`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.initializers.base import Constant as Constant
    from keras_core.initializers.base import Constant as constant
    from keras_core.initializers.base import Identity as Identity
    from keras_core.initializers.base import Identity as IdentityInitializer
    from keras_core.initializers.base import Identity as identity
    from keras_core.initializers.base import Initializer as Initializer
    from keras_core.initializers.base import Ones as Ones
    from keras_core.initializers.base import Ones as ones
    from keras_core.initializers.base import Zeros as Zeros
    from keras_core.initializers.base import Zeros as zeros
    from keras_core.initializers.fourier import STFT as STFT
    from keras_core.initializers.fourier import STFT as STFTInitializer
    from keras_core.initializers.fourier import STFT as stft
    from keras_core.initializers.lookup import deserialize as deserialize
    from keras_core.initializers.lookup import get as get
    from keras_core.initializers.lookup import serialize as serialize
    from keras_core.initializers.random_initializers import GlorotNormal as GlorotNormal
    from keras_core.initializers.random_initializers import GlorotNormal as glorot_normal
    from keras_core.initializers.random_initializers import GlorotUniform as GlorotUniform
    from keras_core.initializers.random_initializers import GlorotUniform as glorot_uniform
    from keras_core.initializers.random_initializers import HeNormal as HeNormal
    from keras_core.initializers.random_initializers import HeNormal as he_normal
    from keras_core.initializers.random_initializers import HeUniform as HeUniform
    from keras_core.initializers.random_initializers import HeUniform as he_uniform
    from keras_core.initializers.random_initializers import LecunNormal as LecunNormal
    from keras_core.initializers.random_initializers import LecunNormal as lecun_normal
    from keras_core.initializers.random_initializers import LecunUniform as LecunUniform
    from keras_core.initializers.random_initializers import LecunUniform as lecun_uniform
    from keras_core.initializers.random_initializers import Orthogonal as Orthogonal
    from keras_core.initializers.random_initializers import Orthogonal as OrthogonalInitializer
    from keras_core.initializers.random_initializers import Orthogonal as orthogonal
    from keras_core.initializers.random_initializers import RandomNormal as RandomNormal
    from keras_core.initializers.random_initializers import RandomNormal as random_normal
    from keras_core.initializers.random_initializers import RandomUniform as RandomUniform
    from keras_core.initializers.random_initializers import RandomUniform as random_uniform
    from keras_core.initializers.random_initializers import TruncatedNormal as TruncatedNormal
    from keras_core.initializers.random_initializers import TruncatedNormal as truncated_normal
    from keras_core.initializers.random_initializers import VarianceScaling as VarianceScaling
    from keras_core.initializers.random_initializers import VarianceScaling as variance_scaling
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "STFT",
    "STFTInitializer",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "stft",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
