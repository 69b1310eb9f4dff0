"""Functions of JAX and modules of Flax as layers."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from keras_core_plugins import EngineLayer

_CALL_ARGUMENTS = ("params", "state", "rng", "inputs", "training")
_INIT_ARGUMENTS = ("rng", "inputs", "training")


def _arguments(fn: Callable[..., Any], role: str, known: Sequence[str]) -> list[str]:
    """The names of the parameters of ``fn``, all of which have to be known, ``inputs`` among them.

    Raises:
        ValueError: If they are not.
    """
    names = list(inspect.signature(fn).parameters)
    for name in names:
        if name not in known:
            raise ValueError(
                f"Unsupported argument in `{role}`: `{name}`, supported arguments are "
                f"{', '.join(f'`{k}`' for k in known)}"
            )
    required = known[:2] if role == "init_fn" else ("inputs",)
    for name in required:
        if name not in names:
            raise ValueError(f"Missing required argument in `{role}`: `{name}`")
    return names


def _names(tree: Any, otherwise: str) -> list[str]:
    """A name for each leaf of a pytree: where it stands in there."""
    paths = [path for path, _ in jax.tree_util.tree_flatten_with_path(tree)[0]]
    spelled = [jax.tree_util.keystr(path, simple=True, separator=".") for path in paths]
    return [name.replace("/", ".") or otherwise for name in spelled]


class _Tree:
    """The variables of a pytree, and how it is put together."""

    def __init__(self, layer: Any, tree: Any, kind: str, trainable: bool) -> None:
        leaves, self.structure = jax.tree.flatten(tree)
        arrays = [jnp.array(leaf) for leaf in leaves]  # copies: the memory of variables is reused
        self.variables = [
            layer.add_weight(
                array.shape,
                lambda shape, dtype, array=array: array,
                dtype=array.dtype.name,
                trainable=trainable,
                name=name,
            )
            for name, array in zip(_names(tree, kind), arrays, strict=True)
        ]

    def filled(self, leaves: Sequence[Any]) -> Any:
        return jax.tree.unflatten(self.structure, leaves)

    def read(self) -> Any:
        return self.filled([v.value for v in self.variables])

    def assign(self, tree: Any) -> None:
        leaves, structure = jax.tree.flatten(tree)
        if structure != self.structure:
            raise ValueError(
                "Structure mismatch: the structure of the state returned by `call_fn` does not "
                "match the structure of the state at initialization time. "
                f"Received: {structure}. Expected: {self.structure}"
            )
        for variable, value in zip(self.variables, leaves, strict=True):
            variable.assign(value)


def define_jax_layer(base: Any) -> type:
    """`keras.layers.JaxLayer`."""

    class JaxLayer(base):
        def __init__(
            self,
            call_fn: Callable[..., Any],
            init_fn: Callable[..., Any] | None = None,
            params: Any = None,
            state: Any = None,
            seed: int | None = None,
            native_serialization_platforms: Sequence[str] | None = None,
            **kwargs: Any,
        ) -> None:
            super().__init__(**kwargs)
            self.call_fn = call_fn
            self.init_fn = init_fn
            self.native_serialization_platforms = native_serialization_platforms
            self._takes = _arguments(call_fn, "call_fn", _CALL_ARGUMENTS)
            self._init_takes = (
                () if init_fn is None else _arguments(init_fn, "init_fn", _INIT_ARGUMENTS)
            )
            if (
                init_fn is None
                and params is None
                and state is None
                and not {"params", "state"}.isdisjoint(self._takes)
            ):
                raise ValueError(
                    "`init_fn`, `params` and `state` cannot all be `None` when `call_fn` takes a "
                    "`params` or a `state` argument."
                )
            self._seed = seed
            if "rng" in self._takes:
                self.seed_generator = self.make_seed_generator(seed)
            self._keep(_params=None, _state=None)
            self._make(params, state)

        def _make(self, params: Any, state: Any) -> None:
            if params is not None and self._params is None:
                self._keep(_params=_Tree(self, params, "params", trainable=True))
            if state is not None and self._state is None:
                self._keep(_state=_Tree(self, state, "state", trainable=False))

        @property
        def params(self) -> Any:
            """The pytree of variables that `call_fn` gets the values of; None before `build`."""
            return None if self._params is None else self._params.filled(self._params.variables)

        @property
        def state(self) -> Any:
            """The pytree of variables of the state; None before `build`."""
            return None if self._state is None else self._state.filled(self._state.variables)

        def build(self, input_shape: Any) -> None:
            wanted = {"params": self._params, "state": self._state}
            if self.init_fn is None or all(wanted[k] for k in wanted if k in self._takes):
                self._make({}, {})  # what nobody gave
                return
            ones = jax.tree.map(
                lambda shape: jnp.ones([1 if d is None else d for d in shape], self.compute_dtype),
                input_shape,
                is_leaf=lambda x: (
                    isinstance(x, (tuple, list)) and all(d is None or isinstance(d, int) for d in x)
                ),
            )
            key = self.make_seed_generator(self._seed).next()
            given = {"rng": jax.random.fold_in(key, 1), "inputs": ones, "training": True}
            made = self.init_fn(*[given[name] for name in self._init_takes])
            self._make(*(made if "state" in self._takes else (made, None)))

        def call(self, inputs: Any, training: bool = False) -> Any:
            given = {"inputs": inputs, "training": training}
            for name, tree in (("params", self._params), ("state", self._state)):
                given[name] = None if tree is None else tree.read()
            if "rng" in self._takes:
                given["rng"] = self.seed_generator.next() if training else None
            outputs = self.call_fn(*[given[name] for name in self._takes])
            if "state" not in self._takes:
                return outputs
            outputs, state = outputs
            self._state.assign(state)
            return outputs

        def get_config(self) -> dict[str, Any]:
            return {
                **super().get_config(),
                "call_fn": self.serialize(self.call_fn),
                "init_fn": self.serialize(self.init_fn),
                "native_serialization_platforms": self.native_serialization_platforms,
            }

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            functions = {k: cls.deserialize(config.get(k)) for k in ("call_fn", "init_fn")}
            return cls(**{**config, **functions})

    return JaxLayer


def define_flax_layer(base: Any) -> type:
    """`keras.layers.FlaxLayer`: a JaxLayer of the pure functions of a module."""
    jax_layer: Any = define_jax_layer(base)

    class FlaxLayer(jax_layer):
        def __init__(
            self,
            module: Any,
            method: Callable[..., Any] | str | None = None,
            variables: Any = None,
            **kwargs: Any,
        ) -> None:
            if not (callable(getattr(module, "apply", None)) and hasattr(module, "init")):
                raise TypeError(
                    "A FlaxLayer needs a `flax.linen.Module`. Received: "
                    f"module={module!r} of type {type(module)}"
                )
            called = method if callable(method) else getattr(module, method or "__call__")
            takes = inspect.signature(called).parameters

            def options(training: bool) -> dict[str, Any]:
                if "training" in takes:
                    return {"training": training}
                return {"deterministic": not training} if "deterministic" in takes else {}

            def init_fn(rng: Any, inputs: Any, training: bool) -> Any:
                streams = dict(zip(("params", "dropout"), jax.random.split(rng), strict=True))
                made = module.init(streams, inputs, method=method, **options(training))
                return _apart(made)

            def call_fn(params: Any, state: Any, rng: Any, inputs: Any, training: bool) -> Any:
                outputs, updated = module.apply(
                    {**params, **state},
                    inputs,
                    rngs=None if rng is None else {"dropout": rng},
                    method=method,
                    mutable=list(state) or ["state"],
                    **options(training),
                )
                return outputs, {**state, **updated}

            params, state = (None, None) if variables is None else _apart(variables)
            super().__init__(call_fn, init_fn, params, state, **kwargs)
            self._keep(module=module, method=method)

        def get_config(self) -> dict[str, Any]:
            base = {k: v for k, v in super().get_config().items() if not k.endswith("_fn")}
            method = self.serialize(self.method) if callable(self.method) else self.method
            return {**base, "module": self.serialize(self.module), "method": method}

        @classmethod
        def from_config(cls, config: dict[str, Any]) -> Any:
            parts = {k: cls.deserialize(config.get(k)) for k in ("module", "method")}
            return cls(**{**config, **parts})

    return FlaxLayer


def _apart(variables: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The variables of a module: the parameters, and all other collections."""
    given = dict(variables)
    params = {"params": given.pop("params")} if "params" in given else {}
    return params, given


LAYERS = [
    EngineLayer(name="JaxLayer", define=define_jax_layer),
    EngineLayer(name="FlaxLayer", define=define_flax_layer),
]
