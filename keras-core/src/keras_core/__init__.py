"""Deep learning for humans, on any engine.

Importing this package chooses, loads and locks the backend of the process (see
`keras_core_plugins`). Use it as ``import keras_core as keras``.
"""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily
from keras_core.core.tensors import runtime as _runtime  # noqa: F401  # locks the backend

if TYPE_CHECKING:
    from keras_core import activations as activations
    from keras_core import applications as applications
    from keras_core import backend as backend
    from keras_core import callbacks as callbacks
    from keras_core import config as config
    from keras_core import constraints as constraints
    from keras_core import datasets as datasets
    from keras_core import distillation as distillation
    from keras_core import distribution as distribution
    from keras_core import dtype_policies as dtype_policies
    from keras_core import export as export
    from keras_core import initializers as initializers
    from keras_core import layers as layers
    from keras_core import legacy as legacy
    from keras_core import losses as losses
    from keras_core import metrics as metrics
    from keras_core import mixed_precision as mixed_precision
    from keras_core import models as models
    from keras_core import ops as ops
    from keras_core import optimizers as optimizers
    from keras_core import preprocessing as preprocessing
    from keras_core import quantizers as quantizers
    from keras_core import random as random
    from keras_core import regularizers as regularizers
    from keras_core import saving as saving
    from keras_core import tree as tree
    from keras_core import utils as utils
    from keras_core import visualization as visualization
    from keras_core import wrappers as wrappers
    from keras_core.core.base.version import __version__ as __version__
    from keras_core.core.base.version import version as version
    from keras_core.core.execution.rematerialization import RematScope as RematScope
    from keras_core.core.execution.rematerialization import remat as remat
    from keras_core.core.graph.nodes import Operation as Operation
    from keras_core.core.state.variables import Variable as Variable
    from keras_core.core.tensors.scopes import StatelessScope as StatelessScope
    from keras_core.core.tensors.scopes import SymbolicScope as SymbolicScope
    from keras_core.core.tensors.scopes import device_scope as device
    from keras_core.core.tensors.scopes import name_scope as name_scope
    from keras_core.core.tensors.symbolic import KerasTensor as KerasTensor
    from keras_core.dtype_policies.policies import DTypePolicy as DTypePolicy
    from keras_core.dtype_policies.policies import DTypePolicy as FloatDTypePolicy
    from keras_core.initializers.base import Initializer as Initializer
    from keras_core.layers.base.input_spec import InputSpec as InputSpec
    from keras_core.layers.base.layer import Layer as Layer
    from keras_core.layers.core.input_layer import Input as Input
    from keras_core.losses.loss import Loss as Loss
    from keras_core.metrics.metric import Metric as Metric
    from keras_core.models.function import Function as Function
    from keras_core.models.model import Model as Model
    from keras_core.models.sequential import Sequential as Sequential
    from keras_core.optimizers.optimizer import Optimizer as Optimizer
    from keras_core.quantizers.quantizer import Quantizer as Quantizer
    from keras_core.regularizers.penalties import Regularizer as Regularizer
else:
    __getattr__, __dir__ = lazily(__name__)

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
