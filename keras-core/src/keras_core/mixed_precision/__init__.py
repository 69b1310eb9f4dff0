"""Mixed precision: `keras.mixed_precision`, by the names of Keras 2."""

from keras_core.dtype_policies.policies import DTypePolicy, dtype_policy, set_dtype_policy
from keras_core.dtype_policies.policies import DTypePolicy as Policy
from keras_core.dtype_policies.policies import dtype_policy as global_policy
from keras_core.dtype_policies.policies import set_dtype_policy as set_global_policy
from keras_core.optimizers.loss_scale import LossScaleOptimizer

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
