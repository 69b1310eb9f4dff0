"""What Keras Core is told about the backend. Light: the engine is imported on loading."""

import importlib.metadata
from collections.abc import Callable

from keras_core_plugins import (
    Backend,
    BackendInfo,
    Capabilities,
    DataAdapter,
    DatasetFormat,
    Engine,
    EngineLayer,
    ExportFormat,
    Remark,
    hookimpl,
)
from keras_core_plugins.machine import unused_gpus

INFO = BackendInfo(
    name="torch",
    protocol=(1, 1),
    capabilities=Capabilities(
        autodiff="native",
        stateful_variables=True,
        jit=True,
        distribution=True,
        checks_indices=True,
        export_formats=("torch", "onnx", "litert", "openvino"),
    ),
    engine=Engine(distribution="torch", module="torch", requires=">=2.6"),
    description="PyTorch: eager, compiled on request; layers are torch modules",
)


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import torch and put the backend together."""
    import torch

    from keras_backend_torch import (
        autodiff,
        compiler,
        devices,
        distribution,
        integration,
        overrides,
        primitives,
        tensors,
        variables,
    )

    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=overrides,
        variables=variables,
        autodiff=autodiff,
        compiler=compiler,
        devices=devices,
        distribution=distribution,
        integration=integration,
        engine_version=torch.__version__,
    )


@hookimpl
def keras_core_export_formats() -> list[ExportFormat]:
    """Exported programs."""
    from keras_backend_torch.export import FORMATS

    return FORMATS


@hookimpl
def keras_core_data_adapters() -> list[DataAdapter]:
    """Loaders."""
    from keras_backend_torch.loaders import ADAPTERS

    return ADAPTERS


@hookimpl
def keras_core_dataset_formats() -> list[DatasetFormat]:
    """Datasets by index, for whoever asks for them; `fit` is fed by the core's own."""
    from keras_backend_torch.loaders import FORMATS

    return FORMATS


@hookimpl
def keras_core_engine_layers() -> list[EngineLayer]:
    """The layer around a module."""
    from keras_backend_torch.layers import LAYERS

    return LAYERS


@hookimpl
def keras_core_doctor_checks() -> list[Callable[[], list[Remark]]]:
    """Whether torch was built for the GPU that is there."""
    return [_unused_gpus]


def _unused_gpus() -> list[Remark]:
    version = importlib.metadata.version("torch")
    if not version.endswith("+cpu"):
        return []
    cure = (
        "pip uninstall torch, and pip install torch as https://pytorch.org/get-started says for "
        "your version of CUDA"
    )
    return [Remark(text) for text in unused_gpus(f"torch {version}", cure)]
