"""The layer around a module of torch."""

import base64
import io
from typing import Any

import torch

from keras_backend_torch import devices
from keras_backend_torch.integration import TorchModule
from keras_backend_torch.tensors import DTYPES, NAMES
from keras_core_plugins import EngineLayer


def define(base: Any) -> type:
    """`keras.layers.TorchModuleWrapper`."""

    class TorchModuleWrapper(base):
        def __init__(
            self, module: Any, name: str | None = None, output_shape: Any = None, **kwargs: Any
        ) -> None:
            if not isinstance(module, torch.nn.Module):
                raise TypeError(
                    "A TorchModuleWrapper needs a `torch.nn.Module`. Received: "
                    f"module={module!r} of type {type(module)}"
                )
            parameters = list(module.parameters())
            if any(isinstance(p, torch.nn.UninitializedParameter) for p in parameters):
                raise ValueError(
                    "LazyModules are not supported unless they are already initialized: call the "
                    "module on an example first. Received uninitialized LazyModule: "
                    f"module={module!r}"
                )
            floats = {p.dtype for p in parameters if p.is_floating_point()}
            if kwargs.get("dtype") is None and len(floats) == 1:
                kwargs["dtype"] = NAMES[floats.pop()]
            super().__init__(name=name, **kwargs)
            module.to(devices.current())
            if floats:
                module.to(DTYPES[self.variable_dtype])
            self.add_module("module", module)
            self.fixed_output_shape = None if output_shape is None else tuple(output_shape)
            for path, parameter in module.named_parameters():
                self.adopt_variable(parameter, path, parameter.requires_grad)
            self.built = True

        def call(self, *args: Any, training: Any = None, **kwargs: Any) -> Any:
            module = self.module
            if training is not None and training is not module.training:
                module.train(training)
                try:
                    return self.call(*args, **kwargs)
                finally:
                    module.train(not training)
            if self.compute_dtype == self.variable_dtype:
                return module(*args, **kwargs)
            kind = next((p.device.type for p in module.parameters()), "cpu")
            with torch.autocast(kind, DTYPES[self.compute_dtype]):
                return module(*args, **kwargs)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return super().compute_output_shape(input_shape)

        # -- As a module --------------------------------------------------------------

        def _add_engine_variable(self, name: str, handle: torch.nn.Parameter) -> None:
            """The module has entered it already."""

        def _hold_parameters(self) -> None:
            held = dict(self.module.named_parameters())
            for v in self._own_variables:
                v.engine_variable = held[v.name]
                v.sync()

        def _apply(self, fn: Any, recurse: bool = True) -> Any:
            out = super()._apply(fn, recurse)
            self._hold_parameters()  # `to("meta")` and some other moves make new ones
            return out

        def __getattr__(self, name: str) -> Any:
            module = self.__dict__.get("_modules", {}).get("module")
            for kind in ("_parameters", "_buffers", "_modules"):
                if module is not None and name in module.__dict__[kind]:
                    return module.__dict__[kind][name]
            return super().__getattr__(name)

        def __setstate__(self, state: dict[str, Any]) -> None:
            super().__setstate__(state)
            self._hold_parameters()

        # -- Files -------------------------------------------------------------------

        def get_config(self) -> dict[str, Any]:
            buffer = io.BytesIO()
            torch.save(self.module, buffer)
            return {
                **super().get_config(),
                "module": base64.b64encode(buffer.getvalue()).decode("ascii"),
                "output_shape": self.fixed_output_shape,
            }

        @classmethod
        def from_config(
            cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
        ) -> Any:
            config = dict(config)
            if isinstance(config["module"], str):
                cls.refuse_in_safe_mode("a `torch.nn.Module` object via `torch.load()`", safe_mode)
                data = io.BytesIO(base64.b64decode(config["module"]))
                config["module"] = torch.load(data, "cpu", weights_only=False)
            return cls(**config)

        def save_own_variables(self, store: Any) -> None:
            for name, value in self.module.state_dict().items():
                store[name] = value.numpy(force=True)

        def load_own_variables(self, store: Any) -> None:
            state = {name: torch.as_tensor(store[name][()]) for name in store}
            self.module.load_state_dict(state)

    return TorchModuleWrapper


def is_plain_module(x: Any) -> bool:
    """Whether ``x`` is a module of torch that is no layer."""
    return isinstance(x, torch.nn.Module) and not isinstance(x, TorchModule)


LAYERS = [EngineLayer(name="TorchModuleWrapper", define=define, wraps=is_plain_module)]
