"""Activation functions by name: `keras.activations`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.activations.functions import exponential as exponential
    from keras_core.activations.functions import gelu as gelu
    from keras_core.activations.functions import linear as linear
    from keras_core.activations.functions import mish as mish
    from keras_core.activations.functions import relu as relu
    from keras_core.activations.lookup import deserialize as deserialize
    from keras_core.activations.lookup import get as get
    from keras_core.activations.lookup import serialize as serialize
    from keras_core.ops.activations import celu as celu
    from keras_core.ops.activations import elu as elu
    from keras_core.ops.activations import glu as glu
    from keras_core.ops.activations import hard_shrink as hard_shrink
    from keras_core.ops.activations import hard_sigmoid as hard_sigmoid
    from keras_core.ops.activations import hard_silu as hard_silu
    from keras_core.ops.activations import hard_swish as hard_swish
    from keras_core.ops.activations import hard_tanh as hard_tanh
    from keras_core.ops.activations import leaky_relu as leaky_relu
    from keras_core.ops.activations import log_sigmoid as log_sigmoid
    from keras_core.ops.activations import log_softmax as log_softmax
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
    from keras_core.ops.elementary import tanh as tanh
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
