"""The backend protocol, version 1.1: what a backend is. Types and words, no logic."""

from keras_core_plugins.protocol.backend import (
    ALL_DTYPES,
    PROTOCOL_VERSION,
    Backend,
    BackendInfo,
    Capabilities,
    Engine,
)
from keras_core_plugins.protocol.checkpoints import Checkpoints, CheckpointWriter
from keras_core_plugins.protocol.data import ArraySpec, DataAdapter, DatasetFormat
from keras_core_plugins.protocol.distribution import Distribution
from keras_core_plugins.protocol.export import Endpoint, ExportFormat, Program, TensorSpec
from keras_core_plugins.protocol.files import FileFormat
from keras_core_plugins.protocol.layers import EngineLayer
from keras_core_plugins.protocol.pipelines import PipelineTensors
from keras_core_plugins.protocol.primitives import PRIMITIVES, Dimension, Primitives, Tensor
from keras_core_plugins.protocol.services import (
    Autodiff,
    Compiler,
    Devices,
    Handle,
    Integration,
    Ragged,
    Replicas,
    Sparse,
    Tensors,
    Variables,
)

__all__ = [
    "ALL_DTYPES",
    "PRIMITIVES",
    "PROTOCOL_VERSION",
    "ArraySpec",
    "Autodiff",
    "Backend",
    "BackendInfo",
    "Capabilities",
    "CheckpointWriter",
    "Checkpoints",
    "Compiler",
    "DataAdapter",
    "DatasetFormat",
    "Devices",
    "Dimension",
    "Distribution",
    "Endpoint",
    "Engine",
    "EngineLayer",
    "ExportFormat",
    "FileFormat",
    "PipelineTensors",
    "Handle",
    "Integration",
    "Replicas",
    "Primitives",
    "Program",
    "Ragged",
    "Sparse",
    "Tensor",
    "TensorSpec",
    "Tensors",
    "Variables",
]
