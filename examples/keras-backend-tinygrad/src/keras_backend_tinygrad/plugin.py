"""What Keras Core is told about the backend. Light: tinygrad is imported on loading."""

from keras_core_plugins import Backend, BackendInfo, Capabilities, Engine, hookimpl
from keras_core_plugins.protocol import ALL_DTYPES

INFO = BackendInfo(
    name="tinygrad",
    protocol=(1, 0),
    capabilities=Capabilities(
        autodiff="core",
        jit=True,
        jit_by_default=True,
        dtypes=ALL_DTYPES - {"complex64", "complex128", "float8_e4m3fn", "float8_e5m2"},
        thread_safe=False,
    ),
    engine=Engine(distribution="tinygrad", module="tinygrad", requires=">=0.14,<0.15"),
    description="tinygrad: small kernels, fused and compiled for the device at hand",
)


@hookimpl
def keras_core_backend_info() -> BackendInfo:
    """Describe the backend."""
    return INFO


@hookimpl
def keras_core_load_backend() -> Backend:
    """Import tinygrad and put the backend together."""
    from importlib.metadata import version

    import tinygrad

    try:
        (tinygrad.Tensor.ones(1) + 1).contiguous().realize()
    except Exception as error:  # of many kinds: a missing program, driver or library
        raise RuntimeError(
            "tinygrad computes on no device here. For the CPU it needs clang, or another compiler "
            "by the environment variable CC: pip install 'keras-backend-tinygrad[zig]', then "
            "CC=keras-tinygrad-cc DEV=CPU"
        ) from error
    from keras_backend_tinygrad import compiler, integration, linalg, primitives, tensors

    return Backend(
        info=INFO,
        tensors=tensors,
        primitives=primitives,
        overrides=linalg.OVERRIDES,
        compiler=compiler,
        integration=integration,
        engine_version=version("tinygrad"),
    )
