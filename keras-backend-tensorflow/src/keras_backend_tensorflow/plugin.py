"""The light module that the entry point names: a description, and how to load the rest."""

import importlib.util
from collections.abc import Callable

from keras_core_plugins.hooks import Remark, hookimpl
from keras_core_plugins.machine import unused_gpus
from keras_core_plugins.protocol import (
    Backend,
    BackendInfo,
    Capabilities,
    DataAdapter,
    DatasetFormat,
    Engine,
    EngineLayer,
    ExportFormat,
    PipelineTensors,
)

INFO = BackendInfo(
    name="tensorflow",
    protocol=(1, 1),
    capabilities=Capabilities(
        autodiff="native",
        stateful_variables=True,
        jit=True,
        jit_by_default=True,
        sparse=True,
        distribution=True,
        dynamic_shapes=True,
        checks_indices=True,
        int_dtype="int64",
        export_formats=("tf_saved_model", "litert", "onnx", "openvino"),
    ),
    engine=Engine(distribution="tensorflow", module="tensorflow", requires=">=2.18"),
    description="TensorFlow: graphs by tf.function, XLA on request",
)


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import TensorFlow and what stands on it."""
    from keras_backend_tensorflow import (
        autodiff,
        compiler,
        devices,
        distribution,
        integration,
        overrides,
        primitives,
        ragged,
        sparse,
        tensors,
        variables,
    )
    from keras_backend_tensorflow._engine import tf

    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=overrides.OVERRIDES,
        variables=variables,
        autodiff=autodiff,
        compiler=compiler,
        devices=devices,
        distribution=distribution,
        integration=integration,
        sparse=sparse,
        ragged=ragged,
        engine_version=tf.__version__,
    )


@hookimpl
def keras_core_export_formats() -> list[ExportFormat]:
    """SavedModels."""
    from keras_backend_tensorflow.export import FORMATS

    return FORMATS


@hookimpl
def keras_core_data_adapters() -> list[DataAdapter]:
    """Datasets."""
    from keras_backend_tensorflow.datasets import ADAPTERS

    return ADAPTERS


@hookimpl
def keras_core_pipeline_tensors() -> list[PipelineTensors]:
    """Tensors in functions of tf.data."""
    from keras_backend_tensorflow.pipelines import TENSORS

    return [TENSORS]


@hookimpl
def keras_core_dataset_formats() -> list[DatasetFormat]:
    """tf.data."""
    from keras_backend_tensorflow.datasets import FORMATS

    return FORMATS


@hookimpl
def keras_core_engine_layers() -> list[EngineLayer]:
    """The layer around a SavedModel."""
    from keras_backend_tensorflow.layers import LAYERS

    return LAYERS


@hookimpl
def keras_core_doctor_checks() -> list[Callable[[], list[Remark]]]:
    """Whether TensorFlow has the libraries of CUDA for the GPU that is there."""
    return [_unused_gpus]


def _unused_gpus() -> list[Remark]:
    if importlib.util.find_spec("nvidia") is not None:  # the libraries of CUDA as wheels
        return []
    cure = 'pip uninstall tensorflow-cpu, and pip install "keras-backend-tensorflow[gpu]"'
    found = unused_gpus("TensorFlow without the libraries of CUDA", cure)
    return [Remark(text) for text in found]
