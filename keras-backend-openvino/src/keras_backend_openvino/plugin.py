"""The light module that the entry point names: a description, and how to load the rest."""

from keras_core_plugins.hooks import hookimpl
from keras_core_plugins.protocol import Backend, BackendInfo, Capabilities, Engine, ExportFormat

INFO = BackendInfo(
    name="openvino",
    protocol=(1, 0),
    capabilities=Capabilities(
        autodiff="none",
        jit=True,
        jit_by_default=True,
        dynamic_shapes=True,
        export_formats=("openvino",),
        # OpenVINO's CPU plugin computes 64-bit numbers in 32 bits, and unsigned ones of 32 as
        # signed; it has no complex numbers.
        dtypes=frozenset("bool uint8 uint16 int8 int16 int32 bfloat16 float16 float32".split()),
    ),
    engine=Engine(distribution="openvino", module="openvino", requires=">=2025.0"),
    description="OpenVINO: inference on Intel hardware",
)


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import OpenVINO and what stands on it."""
    import openvino

    from keras_backend_openvino import compiler, integration, overrides, primitives, tensors

    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=overrides.OVERRIDES,
        compiler=compiler,
        integration=integration,
        engine_version=openvino.__version__.partition("-")[0],
    )


@hookimpl
def keras_core_export_formats() -> list[ExportFormat]:
    """Models of OpenVINO."""
    from keras_backend_openvino.export import FORMATS

    return FORMATS
