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

__all__ = [
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
    "set_dtype_policy",
]
