"""The light module that the entry point names: a description, and how to load the rest."""

from keras_core_plugins.hooks import hookimpl
from keras_core_plugins.protocol import Backend, BackendInfo, Capabilities

INFO = BackendInfo(
    name="numpy",
    protocol=(1, 0),
    capabilities=Capabilities(autodiff="core", checks_indices=True),
    description="NumPy on the CPU: the reference; trains through the core's own autodiff",
)


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import what does the work."""
    import numpy

    from keras_backend_numpy import integration, overrides, primitives, tensors

    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=overrides.OVERRIDES,
        integration=integration,
        engine_version=numpy.__version__,
    )
