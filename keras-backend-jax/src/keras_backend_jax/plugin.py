"""What Keras Core is told about the backend. Light: the engine is imported on loading."""

import importlib.util
from collections.abc import Callable
from dataclasses import replace

from keras_core_plugins import (
    Backend,
    BackendInfo,
    Capabilities,
    Engine,
    EngineLayer,
    ExportFormat,
    Remark,
    hookimpl,
)
from keras_core_plugins.machine import unused_gpus

INFO = BackendInfo(
    name="jax",
    protocol=(1, 1),
    capabilities=Capabilities(
        autodiff="native",
        jit=True,
        jit_by_default=True,
        jit_takes_arrays=True,
        sparse=True,
        distribution=True,
        export_formats=("jax", "onnx", "openvino"),
    ),
    engine=Engine(distribution="jax", module="jax", requires=">=0.6"),
    description="JAX: functions compiled by XLA for CPU, GPU and TPU",
)
_CUDA_PLUGINS = ("jax_cuda13_plugin", "jax_cuda12_plugin")
WIDE = frozenset({"int64", "uint64", "float64", "complex128"})


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import jax and put the backend together."""
    import jax

    from keras_backend_jax import (
        autodiff,
        checkpoints,
        compiler,
        devices,
        distribution,
        integration,
        overrides,
        primitives,
        sparse,
        tensors,
    )

    compiler.keep_compiled()
    capabilities = INFO.capabilities
    if not jax.config.jax_enable_x64:  # the user's choice, made before jax computes
        capabilities = replace(capabilities, dtypes=capabilities.dtypes - WIDE)
    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=overrides,
        autodiff=autodiff,
        compiler=compiler,
        devices=devices,
        integration=integration,
        sparse=sparse,
        distribution=distribution,
        checkpoints=checkpoints,
        engine_version=jax.__version__,
        capabilities=capabilities,
    )


@hookimpl
def keras_core_export_formats() -> list[ExportFormat]:
    """StableHLO."""
    from keras_backend_jax.export import FORMATS

    return FORMATS


@hookimpl
def keras_core_engine_layers() -> list[EngineLayer]:
    """Functions of JAX and modules of Flax."""
    from keras_backend_jax.layers import LAYERS

    return LAYERS


@hookimpl
def keras_core_doctor_checks() -> list[Callable[[], list[Remark]]]:
    """Whether jax has the plugin for the GPU that is there."""
    return [_unused_gpus]


def _unused_gpus() -> list[Remark]:
    if any(importlib.util.find_spec(name) for name in _CUDA_PLUGINS):
        return []
    found = unused_gpus("jax without its CUDA plugin", 'pip install "jax[cuda13]" (or [cuda12])')
    return [Remark(text) for text in found]
