"""Mixed precision: `keras.mixed_precision`, by the names of Keras 2."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.dtype_policies.policies import DTypePolicy as DTypePolicy
    from keras_core.dtype_policies.policies import DTypePolicy as Policy
    from keras_core.dtype_policies.policies import dtype_policy as dtype_policy
    from keras_core.dtype_policies.policies import dtype_policy as global_policy
    from keras_core.dtype_policies.policies import set_dtype_policy as set_dtype_policy
    from keras_core.dtype_policies.policies import set_dtype_policy as set_global_policy
    from keras_core.optimizers.loss_scale import LossScaleOptimizer as LossScaleOptimizer
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]
