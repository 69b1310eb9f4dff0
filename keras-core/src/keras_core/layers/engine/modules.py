"""Modules and functions of an engine as layers."""

from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core.base.public import part_of, public
from keras_core.layers.engine.provided import DeclaredLayer, provided

part_of("keras.layers")


@public("keras.layers.TorchModuleWrapper")
@provided
class TorchModuleWrapper(DeclaredLayer):
    """A torch module as a layer. Only with the torch backend.

    The parameters of the module are the weights of the layer; its buffers are saved with them. The
    module is in training mode when the layer is called for training, else in evaluation mode. A
    module that is set as an attribute of a layer, or added to a `Sequential`, is wrapped at once.

    A file of a model holds the module pickled, so `keras.saving.load_model` reads it with
    ``safe_mode=False`` only.

    Args:
        module: A `torch.nn.Module`. One that makes its parameters lazily has to be called before.
        name: A name; made from the class by default.
        output_shape: The shape of the output, with None for the batch. By default it is found
            when the layer is called on symbolic inputs.
        **kwargs: Arguments of every layer, such as ``dtype``; see `Layer`.

    Example:

    ```python
    layer = keras.layers.TorchModuleWrapper(torch.nn.Linear(8, 4))
    model = keras.Sequential([keras.Input((8,)), layer, keras.layers.ReLU()])
    ```
    """

    def __init__(
        self,
        module: Any,
        name: str | None = None,
        output_shape: Sequence[int | None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)

    def parameters(self, recurse: bool = True) -> Any:
        """An iterator of the parameters of the module.

        Args:
            recurse: Whether those of modules in it are among them; True by default.
        """
        self._refuse()


@public("keras.layers.JaxLayer")
@provided
class JaxLayer(DeclaredLayer):
    """A function of JAX as a layer. Only with the jax backend.

    ``call_fn`` takes some of ``params``, ``state``, ``rng``, ``inputs`` and ``training``, by these
    names and in any order. With ``state`` among them it returns ``(outputs, new_state)``, else the
    outputs.

    Args:
        call_fn: The function that computes the outputs. To be saved it has to be registered by
            `keras.saving.register_keras_serializable`.
        init_fn: A function of ``rng``, ``inputs`` and, if it has such a parameter, ``training``,
            which returns the initial ``params``, or ``(params, state)`` if ``call_fn`` takes a
            state. Used for what is not given. It is called with ones of the shape of the inputs.
        params: A pytree of arrays, the trainable weights; None for that of ``init_fn``.
        state: A pytree of arrays, or None for that of ``init_fn``: the untrainable weights.
        seed: An integer from which ``rng`` follows; None for another one each time.
        native_serialization_platforms: Kept in the config, for exports through TensorFlow; JAX
            itself does not use it.
        **kwargs: Arguments of every layer, such as ``name``; see `Layer`.

    Example:

    ```python
    def init(rng, inputs):
        return {"w": jax.random.normal(rng, (inputs.shape[-1], 4))}

    def call(params, inputs):
        return jax.nn.relu(inputs @ params["w"])

    layer = keras.layers.JaxLayer(call, init)
    ```
    """

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


@public("keras.layers.FlaxLayer")
@provided
class FlaxLayer(DeclaredLayer):
    """A module of Flax as a layer. Only with the jax backend and its extra ``flax``.

    ``pip install "keras-backend-jax[flax]"`` installs what it takes.

    The collection ``params`` of the module are the trainable weights of the layer, the other
    collections the untrainable ones. The module gets random numbers as the stream ``dropout``; the
    method may have a parameter ``training``, or ``deterministic``, the opposite.

    Args:
        module: A `flax.linen.Module`. To be saved, its class needs `get_config` and has to be
            registered by `keras.saving.register_keras_serializable`.
        method: The method to call, as a function of the module and its arguments, or its name; by
            default ``__call__``.
        variables: What ``module.init`` returned; by default it is called with ones of the shape
            of the inputs.
        **kwargs: Further arguments of `JaxLayer`, such as ``seed`` and ``name``.

    Example:

    ```python
    layer = keras.layers.FlaxLayer(flax.linen.Dense(4))
    model = keras.Sequential([keras.Input((8,)), layer])
    ```
    """

    def __init__(
        self,
        module: Any,
        method: Callable[..., Any] | str | None = None,
        variables: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)


@public("keras.layers.TFSMLayer")
@provided
class TFSMLayer(DeclaredLayer):
    """A SavedModel of TensorFlow as a layer, for inference. Only with the tensorflow backend.

    Args:
        filepath: The folder of the SavedModel, such as one that `keras.Model.export` wrote.
        call_endpoint: The name of the endpoint to call: a function of the SavedModel, or one of
            its signatures.
        call_training_endpoint: The endpoint to call for training; None for the same.
        trainable: Whether the variables of the SavedModel are trained.
        name: A name; made from the class by default.
        dtype: A dtype or a policy for the inputs; by default that of the process.

    Example:

    ```python
    model.export("path/to/model")
    layer = keras.layers.TFSMLayer("path/to/model", call_endpoint="serve")
    ```
    """

    def __init__(
        self,
        filepath: str,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype)
