"""Dtype policies: what a layer computes in, and what its weights are stored in."""

from keras_core.dtype_policies.policies import (
    DTypePolicy,
    DTypePolicyMap,
    deserialize,
    dtype_policy,
    get,
    serialize,
    set_dtype_policy,
)
from keras_core.dtype_policies.policies import DTypePolicy as FloatDTypePolicy
from keras_core.dtype_policies.quantized import (
    AWQDTypePolicy,
    GPTQDTypePolicy,
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
)

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
