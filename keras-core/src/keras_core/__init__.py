"""Deep learning for humans, on any engine.

Importing this package chooses, loads and locks the backend of the process (see
`keras_core_plugins`). Use it as ``import keras_core as keras``.
"""

from keras_core import (
    activations,
    applications,
    backend,
    callbacks,
    config,
    constraints,
    datasets,
    distillation,
    distribution,
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
    preprocessing,
    quantizers,
    random,
    regularizers,
    saving,
    tree,
    utils,
    visualization,
    wrappers,
)
from keras_core.core.base.version import __version__, version
from keras_core.core.execution.rematerialization import RematScope, remat
from keras_core.core.graph.nodes import Operation
from keras_core.core.state.variables import Variable
from keras_core.core.tensors.scopes import StatelessScope, SymbolicScope, name_scope
from keras_core.core.tensors.scopes import device_scope as device
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.dtype_policies.policies import DTypePolicy
from keras_core.dtype_policies.policies import DTypePolicy as FloatDTypePolicy
from keras_core.initializers.base import Initializer
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.input_layer import Input
from keras_core.losses.loss import Loss
from keras_core.metrics.metric import Metric
from keras_core.models.function import Function
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential
from keras_core.optimizers.optimizer import Optimizer
from keras_core.quantizers.quantizer import Quantizer
from keras_core.regularizers.penalties import Regularizer

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
    "RematScope",
    "Sequential",
    "StatelessScope",
    "SymbolicScope",
    "Variable",
    "__version__",
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "device",
    "distillation",
    "distribution",
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
    "preprocessing",
    "quantizers",
    "random",
    "regularizers",
    "remat",
    "saving",
    "tree",
    "utils",
    "version",
    "visualization",
    "wrappers",
]
