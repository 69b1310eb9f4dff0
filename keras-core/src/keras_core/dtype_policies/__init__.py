"""Dtype policies: what a layer computes in, and what its weights are stored in."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.dtype_policies.policies import DTypePolicy as DTypePolicy
    from keras_core.dtype_policies.policies import DTypePolicy as FloatDTypePolicy
    from keras_core.dtype_policies.policies import DTypePolicyMap as DTypePolicyMap
    from keras_core.dtype_policies.policies import deserialize as deserialize
    from keras_core.dtype_policies.policies import dtype_policy as dtype_policy
    from keras_core.dtype_policies.policies import get as get
    from keras_core.dtype_policies.policies import serialize as serialize
    from keras_core.dtype_policies.policies import set_dtype_policy as set_dtype_policy
    from keras_core.dtype_policies.quantized import AWQDTypePolicy as AWQDTypePolicy
    from keras_core.dtype_policies.quantized import GPTQDTypePolicy as GPTQDTypePolicy
    from keras_core.dtype_policies.quantized import Int4DTypePolicy as Int4DTypePolicy
    from keras_core.dtype_policies.quantized import QuantizedDTypePolicy as QuantizedDTypePolicy
    from keras_core.dtype_policies.quantized import (
        QuantizedFloat8DTypePolicy as QuantizedFloat8DTypePolicy,
    )
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "AWQDTypePolicy",
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "GPTQDTypePolicy",
    "Int4DTypePolicy",
    "QuantizedDTypePolicy",
    "QuantizedFloat8DTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
    "set_dtype_policy",
]
