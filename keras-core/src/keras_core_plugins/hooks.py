"""The hooks that a plugin implements, and the marker to do it with.

A plugin is a light module: it imports `keras_core_plugins` and nothing else. It is named by
an entry point, in the group ``keras_core.backends`` (the entry point's name is what
``KERAS_BACKEND`` takes) or, if it holds no backend, in ``keras_core.plugins``::

    from keras_core_plugins import Backend, BackendInfo, Capabilities, Engine, hookimpl

    @hookimpl
    def keras_core_backend_info():
        return BackendInfo(
            name="myengine",
            protocol=(1, 0),
            capabilities=Capabilities(autodiff="core"),
            engine=Engine(distribution="my-engine", module="my_engine", requires=">=3"),
        )

    @hookimpl
    def keras_core_load_backend():
        from keras_backend_myengine.backend import BACKEND  # imports the engine

        return BACKEND
"""

from collections.abc import Iterable
from typing import Any, Final

import pluggy

from keras_core_plugins.protocol import (
    Backend,
    BackendInfo,
    DataAdapter,
    DatasetFormat,
    EngineLayer,
    ExportFormat,
    FileFormat,
    PipelineTensors,
)

PROJECT: Final = "keras_core"
BACKENDS_GROUP: Final = "keras_core.backends"
PLUGINS_GROUP: Final = "keras_core.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of the same name."""


class Remark(str):
    """What a check of the doctor found that does no harm."""

    __slots__ = ()


class HookSpecs:
    """The hooks. Each returns something: nothing of a plugin is called for its effects."""

    @hookspec(firstresult=True)
    def keras_core_backend_info(self) -> BackendInfo:
        """Describe the backend without importing its engine."""
        raise NotImplementedError  # pluggy never calls a specification

    @hookspec(firstresult=True)
    def keras_core_load_backend(self) -> Backend:
        """Import the engine and return the backend. Called once a process at most."""
        raise NotImplementedError

    @hookspec
    def keras_core_data_adapters(self) -> Iterable[DataAdapter]:
        """Adapters for kinds of data that ``fit`` should take, most specific first.

        Asked of the chosen backend and of plugins without one, and, for data that none of them
        and not the core itself knows, of the other backends: the loader of one engine feeds
        another. Called once a process at most; it imports no engine.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_dataset_formats(self) -> Iterable[DatasetFormat]:
        """Kinds of datasets that functions such as `image_dataset_from_directory` can return.

        One of the chosen backend that says so is what they return by default. The others are for
        whoever asks for them by name.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_export_formats(self) -> Iterable[ExportFormat]:
        """Formats that ``Model.export`` should be able to write.

        Asked when a model is exported, so that what writes them need not be imported before.
        A plugin with a backend names them in its capabilities too.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_file_formats(self) -> Iterable[FileFormat]:
        """Formats in which models, or their weights, can be saved and loaded.

        Asked of the chosen backend and of plugins without one, when a path is not that of a
        format of the core.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_pipeline_tensors(self) -> Iterable[PipelineTensors]:
        """Tensors of input pipelines to which layers can be applied, whatever the backend is.

        Asked of the chosen backend, of plugins without one, and of the other backends: a pipeline
        of one engine feeds another. Called once a process at most; it imports no engine.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_engine_layers(self) -> Iterable[EngineLayer]:
        """Layers of ``keras.layers`` that are computed by this engine and by no other.

        Asked of the chosen backend when the core is imported. What `EngineLayer.define` needs is
        imported there, and an optional package where it is first used.
        """
        raise NotImplementedError

    @hookspec
    def keras_core_doctor_checks(self) -> Iterable[Any]:
        """Checks for ``keras-core doctor``: functions that return problems as strings.

        Each says what to do. What works, and could be better, is a `Remark`. A check imports no
        engine.
        """
        raise NotImplementedError


BACKEND_HOOKS: Final = ("keras_core_backend_info", "keras_core_load_backend")


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows the hooks and has no plugin yet."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(HookSpecs)
    return manager
