"""Kernels of spectral norm 1."""

from typing import Any, Unpack

from keras_core import initializers, ops
from keras_core.core.base.public import public
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.layers.core.wrapper import Wrapper
from keras_core.typing import LayerOptions, Mode, Shape, Tensor


@public("keras.layers.SpectralNormalization")
class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value at each call in training.

    That bounds the Lipschitz constant of the layer, which steadies generative adversarial
    networks. The singular value is estimated by power iteration, from where the last call ended.

    See [Miyato et al., 2018](https://arxiv.org/abs/1802.05957).

    Args:
        layer: A layer with a weight called ``kernel``, or ``embeddings``.
        power_iterations: Number of iterations at each call, a positive int; 1 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Call args:
        inputs: The inputs of the layer.
        training: Whether to normalise the kernel before the layer is called; False by default.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.SpectralNormalization(keras.layers.Dense(3), power_iterations=50)
    >>> y = layer(keras.ops.ones((2, 4)), training=True)
    >>> round(float(keras.ops.norm(layer.kernel, ord=2)), 3)
    1.0
    """

    def __init__(
        self, layer: Layer, power_iterations: int = 1, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = positive_int("power_iterations", power_iterations)

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        kernel: Any = getattr(self.layer, "kernel", None)
        if kernel is None:
            kernel = getattr(self.layer, "embeddings", None)
        if kernel is None:
            raise ValueError(
                f"{type(self).__name__} needs a layer with a weight called `kernel` or "
                f"`embeddings`. Received: a layer of type {type(self.layer).__name__}"
            )
        self.kernel = kernel
        self.vector_u = self.add_weight(
            (1, kernel.shape[-1]),
            initializers.TruncatedNormal(stddev=0.02),
            dtype=kernel.dtype,
            trainable=False,
            autocast=False,
            name="vector_u",
        )
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})

    def call(self, inputs: Tensor, training: Mode = False) -> Tensor:
        if training:
            vector_u, kernel = self.normalized_weights()
            self.vector_u.assign(vector_u)
            # The gradient is that of the kernel in its place, as if it had been set before.
            before = self.kernel.stored_value()
            change = ops.stop_gradient(ops.subtract(kernel, before))
            self.kernel.assign(ops.add(before, change))
        return self.layer(inputs)

    def normalized_weights(self) -> tuple[Any, Any]:
        """The next ``vector_u``, and the kernel divided by its spectral norm.

        Returns:
            Two tensors of the shapes of `vector_u` and of the kernel.
        """
        stored = self.kernel.stored_dtype
        dtype = "float32" if stored in ("float16", "bfloat16") else stored
        kernel = ops.cast(self.kernel.stored_value(), dtype)
        u = ops.cast(self.vector_u.stored_value(), dtype)
        matrix = ops.reshape(kernel, (-1, kernel.shape[-1]))
        for _ in range(self.power_iterations):
            v = ops.normalize(ops.matmul(u, ops.transpose(matrix)), order=2)
            u = ops.normalize(ops.matmul(v, matrix), order=2)
        norm = ops.matmul(ops.matmul(v, matrix), ops.transpose(u))
        kernel = ops.divide(kernel, ops.reshape(norm, (1,) * len(kernel.shape)))
        return ops.cast(u, stored), ops.cast(kernel, stored)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return self.layer.compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "power_iterations": self.power_iterations}
