"""Dense, Embedding, and layers without weights of their own."""

from collections.abc import Callable
from typing import Any

from keras_core import activations, constraints, initializers, ops, regularizers
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base import config, tree
from keras_core.core.base.public import public
from keras_core.core.objects import serialization
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.input_spec import InputSpec
from keras_core.layers.layer import Layer
from keras_core.layers.shapes import is_shape
from keras_core.ops.linear import dense


def positive_int(name: str, value: Any) -> int:
    """``value`` as an int.

    Raises:
        ValueError: If it is no positive int.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or value.__index__() <= 0:
        raise ValueError(
            f"Received an invalid value for `{name}`, expected a positive integer. "
            f"Received: {name}={value}"
        )
    return value.__index__()


@public("keras.layers.Dense")
class Dense(Layer):
    """``activation(inputs @ kernel + bias)``.

    Args:
        units: The size of the outputs.
        activation: An activation function or its name; none by default.
        use_bias: Whether a bias is added.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        lora_rank: The rank of a low-rank update that is trained instead of the kernel.
        lora_alpha: The scale of the update, ``lora_rank`` by default.
        quantization_config: How the kernel is quantised.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, ..., features)``.

    Output shape:
        ``(batch, ..., units)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.Dense(4, activation="relu")
    >>> keras.ops.shape(layer(keras.ops.ones((2, 3))))
    (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = positive_int("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        if lora_rank is not None or quantization_config is not None:
            raise NotImplementedError(
                "Low-rank updates and quantisation of `Dense` are not there yet. Leave out "
                "`lora_rank` and `quantization_config`."
            )
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        features = input_shape[-1]
        if features is None:
            raise ValueError(
                f"The last dimension of the inputs to layer {self.name!r} must be known. "
                f"Received: input_shape={input_shape}"
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=(features, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: features})

    def call(self, inputs: Any, training: Any = None) -> Any:
        if self.bias is None:
            x = ops.matmul(inputs, self.kernel)
        else:
            x = dense(inputs, self.kernel, self.bias)
        return apply_activation(self.activation, x)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "quantization_config": None,
        }


@public("keras.layers.Embedding")
class Embedding(Layer):
    """Vectors for integers.

    Args:
        input_dim: How many integers there are: they go from 0 to ``input_dim - 1``.
        output_dim: The size of the vectors.
        embeddings_initializer: For the vectors.
        embeddings_regularizer: For the vectors.
        embeddings_constraint: For the vectors.
        mask_zero: Whether 0 stands for padding, which later layers mask.
        weights: The initial vectors, an array of shape ``(input_dim, output_dim)``.
        lora_rank: See `Dense`.
        lora_alpha: See `Dense`.
        quantization_config: See `Dense`.
        **kwargs: See `Layer`.

    Input shape:
        ``(batch, ...)``, integers.

    Output shape:
        ``(batch, ..., output_dim)``.

    Example:

    >>> import keras_core as keras
    >>> keras.ops.shape(keras.layers.Embedding(10, 4)(keras.ops.zeros((2, 3), "int32")))
    (2, 3, 4)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        length = kwargs.pop("input_length", None)
        if length is not None and "input_shape" not in kwargs:
            kwargs["input_shape"] = (length,)
        super().__init__(**kwargs)
        if lora_rank is not None or quantization_config is not None:
            raise NotImplementedError(
                "Low-rank updates and quantisation of `Embedding` are not there yet. Leave out "
                "`lora_rank` and `quantization_config`."
            )
        self.input_dim = positive_int("input_dim", input_dim)
        self.output_dim = positive_int("output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        self.autocast = False
        if weights is not None:
            self.build(None)
            self.set_weights(weights if isinstance(weights, list) else [weights])

    def build(self, input_shape: Any = None) -> None:
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )

    def call(self, inputs: Any) -> Any:
        if not ops.dtype(inputs).startswith(("int", "uint")):
            inputs = ops.cast(inputs, "int32")
        out = ops.take(self.embeddings, inputs, axis=0)
        return ops.cast(out, self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        if not self.mask_zero:
            return None
        return ops.not_equal(inputs, 0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape, self.output_dim)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
            "quantization_config": None,
        }


@public("keras.layers.Activation")
class Activation(Layer):
    """An activation function.

    Args:
        activation: The function or its name.
        **kwargs: See `Layer`.
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return apply_activation(self.activation, inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": activations.serialize(self.activation)}


@public("keras.layers.ReLU")
class ReLU(Layer):
    """``max(x, 0)``, with three variations; see `keras.activations.relu`.

    Args:
        max_value: The largest result, None for no bound.
        negative_slope: The slope below the threshold.
        threshold: The value above which inputs pass.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (("max_value", max_value or 0), ("negative_slope", negative_slope),
                            ("threshold", threshold)):  # fmt: skip
            if value is None or value < 0:
                raise ValueError(f"`{name}` of a ReLU layer cannot be negative. Received: {value}")
        self.max_value, self.negative_slope, self.threshold = max_value, negative_slope, threshold
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return activations.relu(
            inputs,
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }


@public("keras.layers.LeakyReLU")
class LeakyReLU(Layer):
    """``x`` where it is positive, else ``negative_slope * x``.

    Args:
        negative_slope: The slope below 0.
        **kwargs: See `Layer`.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)  # its name in older versions of Keras
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a LeakyReLU layer cannot be None or negative. "
                f"Received: negative_slope={negative_slope}"
            )
        self.negative_slope = negative_slope
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "negative_slope": self.negative_slope}


@public("keras.layers.ELU")
class ELU(Layer):
    """``x`` where it is positive, else ``alpha * (exp(x) - 1)``.

    Args:
        alpha: The limit below 0, negated.
        **kwargs: See `Layer`.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return ops.elu(inputs, alpha=self.alpha)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}


def _check_mask(mask: Any, inputs: Any) -> None:
    have, want = tuple(mask.shape), tuple(inputs.shape)
    if len(have) > len(want) or any(
        m not in (None, 1, n) and n is not None
        for m, n in zip(reversed(have), reversed(want), strict=False)
    ):
        raise ValueError(
            "The mask of a Softmax layer must broadcast to its inputs. Received: "
            f"mask.shape={have}, inputs.shape={want}"
        )


@public("keras.layers.Softmax")
class Softmax(Layer):
    """``exp(x) / sum(exp(x))``; masked places get 0.

    Args:
        axis: The axis or axes that sum to 1.
        **kwargs: See `Layer`.
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            _check_mask(mask, inputs)
            low = -3e4 if ops.dtype(inputs) == "float16" else -1e9
            inputs = ops.where(mask, inputs, ops.full_like(inputs, low))
        out = ops.softmax(
            inputs, axis=tuple(self.axis) if isinstance(self.axis, list) else self.axis
        )
        if mask is not None:
            out = ops.multiply(out, ops.cast(mask, ops.dtype(out)))
        return out

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


@public("keras.layers.Identity")
class Identity(Layer):
    """The inputs as they are.

    Args:
        **kwargs: See `Layer`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        return inputs


@public("keras.layers.Masking")
class Masking(Layer):
    """Masks the steps of a sequence whose features all have one value.

    Args:
        mask_value: The value.
        **kwargs: See `Layer`.
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True
        self._needs_no_build()

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        keep = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return ops.multiply(inputs, ops.cast(keep, ops.dtype(inputs)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mask_value": self.mask_value}


@public("keras.layers.Rescaling")
class Rescaling(Layer):
    """``inputs * scale + offset``.

    Args:
        scale: A number, or one for each channel.
        offset: A number, or one for each channel.
        **kwargs: See `Layer`.
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True
        self._needs_no_build()

    def call(self, inputs: Any) -> Any:
        x = ops.cast(inputs, self.compute_dtype)
        scale, offset = (self._of_channels(v, len(x.shape)) for v in (self.scale, self.offset))
        return ops.add(ops.multiply(x, scale), offset)

    def _of_channels(self, value: Any, ndim: int) -> Any:
        if isinstance(value, (int, float)):
            return value
        value = ops.cast(value, self.compute_dtype)
        if len(value.shape) == 1 and config.image_data_format() == "channels_first":
            value = ops.reshape(value, (-1, *(1,) * (ndim - 2)))
        return value

    def get_config(self) -> dict[str, Any]:
        numbers = {"scale": self.scale, "offset": self.offset}
        return {
            **super().get_config(),
            **{k: serialization.serialize_keras_object(v) for k, v in numbers.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Rescaling":
        numbers = {
            k: serialization.deserialize_keras_object(v)
            for k, v in config.items()
            if k in ("scale", "offset")
        }
        return cls(**{**config, **numbers})


@public("keras.layers.Lambda")
class Lambda(Layer):
    """A function as a layer.

    A model with a Python lambda cannot be saved: use a registered function, or a subclass of
    `Layer`.

    Args:
        function: A function of the inputs.
        output_shape: The shape of the outputs without the batch, or a function of the input
            shape; inferred by default.
        mask: The mask of the outputs, or a function of the inputs and their mask.
        arguments: Keyword arguments for the function.
        **kwargs: See `Layer`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments or {}
        self._output_shape = output_shape
        self.mask = mask
        self.supports_masking = mask is not None
        self._needs_no_build()

    def call(self, inputs: Any, mask: Any = None, training: Any = None) -> Any:
        given = dict(self.arguments)
        names = getattr(getattr(self.function, "__code__", None), "co_varnames", ())
        if "mask" in names:
            given["mask"] = mask
        if "training" in names:
            given["training"] = training
        return self.function(inputs, **given)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_spec(*args, **kwargs)
        x = args[0]
        shapes = tree.map_structure(lambda t: t.shape, x)
        first = tree.flatten(x)[0]
        shape = (
            self._output_shape(shapes)
            if callable(self._output_shape)
            else (first.shape[0], *self._output_shape)
        )
        if is_shape(shape):
            return KerasTensor(shape, self.compute_dtype)
        return tree.map_structure(lambda s: KerasTensor(s, self.compute_dtype), shape)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        # A lambda has no form in JSON: it stays as it is, for copies within the process.
        parts = {"function": self.function, "arguments": self.arguments}
        if self._output_shape is not None:
            parts["output_shape"] = self._output_shape
        if self.mask is not None:
            parts["mask"] = self.mask
        forms = {
            k: v if _is_lambda(v) else serialization.serialize_keras_object(v)
            for k, v in parts.items()
        }
        return {**super().get_config(), **forms}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
    ) -> "Lambda":
        config = dict(config)
        for key in ("function", "arguments", "output_shape", "mask"):
            if isinstance(config.get(key), dict):
                config[key] = serialization.deserialize_keras_object(
                    config[key], custom_objects, safe_mode
                )
        if not callable(config["function"]):
            raise ValueError(
                "The function of a Lambda layer must be registered or given as a custom object. "
                f"Received: {config['function']!r}"
            )
        return cls(**config)


def _is_lambda(x: Any) -> bool:
    return getattr(x, "__name__", "") == "<lambda>"


@public("keras.layers.Wrapper")
class Wrapper(Layer):
    """A layer around another.

    Args:
        layer: The inner layer.
        **kwargs: See `Layer`.
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"The layer of a {type(self).__name__} must be a Keras layer. "
                f"Received: layer={layer!r} of type {type(layer)}"
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)
            self.layer.built = True

    def get_config(self) -> dict[str, Any]:
        data = serialization.serialize_keras_object(self.layer)
        data.pop("build_config", None)  # this layer builds it
        return {**super().get_config(), "layer": data}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        config = dict(config)
        layer = serialization.deserialize_keras_object(config.pop("layer"), custom_objects)
        return cls(layer, **config)
