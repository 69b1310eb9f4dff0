"""Deep learning for humans, on any engine.

Importing this package chooses, loads and locks the backend of the process (see
`keras_core_plugins`). Use it as ``import keras_core as keras``.
"""

from importlib.metadata import version as _version

from keras_core import (
    activations,
    backend,
    callbacks,
    config,
    constraints,
    dtype_policies,
    export,
    initializers,
    layers,
    legacy,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    quantizers,
    random,
    regularizers,
    saving,
    tree,
    utils,
)
from keras_core.core.graph.nodes import Operation
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.scopes import StatelessScope, name_scope
from keras_core.core.tensors.scopes import device_scope as device
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.dtype_policies import DTypePolicy, FloatDTypePolicy
from keras_core.initializers import Initializer
from keras_core.layers import Input, InputSpec, Layer
from keras_core.losses import Loss
from keras_core.metrics import Metric
from keras_core.models import Function, Model, Sequential
from keras_core.optimizers import Optimizer
from keras_core.quantizers import Quantizer
from keras_core.regularizers import Regularizer

__version__ = _version("keras-core")


def version() -> str:
    """The version of this package, ``__version__``."""
    return __version__


__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "Function",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Operation",
    "Optimizer",
    "Quantizer",
    "Regularizer",
    "Sequential",
    "StatelessScope",
    "Variable",
    "__version__",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "device",
    "dtype_policies",
    "export",
    "initializers",
    "layers",
    "legacy",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "name_scope",
    "ops",
    "optimizers",
    "quantizers",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "version",
]
