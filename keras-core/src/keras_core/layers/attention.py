"""Multi-head attention, and the dense layer of einsums that it is made of."""

import math
import string
from typing import Any

from keras_core import activations, constraints, initializers, ops, regularizers
from keras_core.activations.functions import apply as apply_activation
from keras_core.core.base.public import public
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers.core import Softmax, positive_int
from keras_core.layers.layer import Layer
from keras_core.layers.normalization import Dropout


@public("keras.layers.EinsumDense")
class EinsumDense(Layer):
    """``activation(einsum(equation, inputs, kernel) + bias)``.

    Args:
        equation: Such as ``"abc,cde->abde"``: the inputs, the kernel, the outputs.
        output_shape: The shape of the outputs without the batch; None for sizes that are those
            of the inputs.
        activation: An activation function or its name; none by default.
        bias_axes: The letters of the outputs that the bias has; None for no bias.
        kernel_initializer: For the kernel.
        bias_initializer: For the bias.
        kernel_regularizer: For the kernel.
        bias_regularizer: For the bias.
        kernel_constraint: For the kernel.
        bias_constraint: For the bias.
        lora_rank: See `Dense`.
        lora_alpha: See `Dense`.
        quantization_config: See `Dense`.
        **kwargs: See `Layer`.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.EinsumDense("abc,cd->abd", output_shape=(None, 64), bias_axes="d")
    >>> keras.ops.shape(layer(keras.ops.ones((2, 8, 16))))
    (2, 8, 64)
    """

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if lora_rank is not None or quantization_config is not None:
            raise NotImplementedError(
                "Low-rank updates and quantisation of `EinsumDense` are not there yet. Leave out "
                "`lora_rank` and `quantization_config`."
            )
        self.equation = equation
        self.partial_output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(self, input_shape: Any) -> None:
        kernel_shape, bias_shape = self._weight_shapes(input_shape)
        self.kernel = self.add_weight(
            name="kernel",
            shape=kernel_shape,
            initializer=self._initializer(),
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if bias_shape is not None:
            self.bias = self.add_weight(
                name="bias",
                shape=bias_shape,
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _initializer(self) -> Any:
        """The initializer of the kernel, which knows what its axes are for."""
        initializer = self.kernel_initializer
        if not isinstance(initializer, initializers.VarianceScaling):
            return initializer
        kernel, output = self.equation.replace(" ", "").split(",")[1].split("->")
        axes = range(len(kernel))
        return initializer.with_axes(
            tuple(i for i in axes if kernel[i] not in output),
            tuple(i for i in axes if kernel[i] in output),
        )

    def _weight_shapes(self, input_shape: Any) -> tuple[Any, Any]:
        text = self.equation.replace(" ", "")
        try:
            left, output = text.split("->")
            inputs, kernel = left.split(",")
        except ValueError:
            raise ValueError(
                f"Invalid einsum equation {self.equation!r}. Equations must be in the form "
                "[X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]...."
            ) from None
        sizes: dict[str, Any] = {}
        letters = inputs.replace("...", "")
        if inputs.startswith("..."):
            pairs = zip(letters, input_shape[len(input_shape) - len(letters) :], strict=True)
        else:
            pairs = zip(letters, input_shape[: len(letters)], strict=True)
        sizes.update(pairs)
        out_letters = output.replace("...", "")
        given = list(self.partial_output_shape)
        described = out_letters if output.startswith("...") else out_letters[1:]
        if len(described) != len(given):
            raise ValueError(
                f"`output_shape` must have a size, or None, for each of {described!r}: the output "
                f"axes of {self.equation!r} without the batch and the ellipsis. "
                f"Received: output_shape={self.partial_output_shape}"
            )
        for letter, d in zip(described, given, strict=True):
            if d is None:
                continue
            if letter in sizes and sizes[letter] is not None and sizes[letter] != d:
                raise ValueError(
                    "Input shape and output shape do not match at shared dimension "
                    f"{letter!r}. Input shape is {sizes[letter]}, and output shape is {d}."
                )
            sizes[letter] = d
        for letter in kernel:
            if sizes.get(letter) is None:
                raise ValueError(
                    f"The size of the weight dimension {letter!r} is not known: it appears neither "
                    f"in `output_shape` nor in the input shape {input_shape}. "
                    f"Received: equation={self.equation!r}"
                )
        kernel_shape = tuple(sizes[c] for c in kernel)
        if not self.bias_axes:
            return kernel_shape, None
        for c in self.bias_axes:
            if c not in out_letters:
                raise ValueError(
                    f"Bias dimension {c!r} was requested, but is not part of the output spec "
                    f"{output!r}"
                )
        first = min(out_letters.index(c) for c in self.bias_axes)
        shape = [sizes[c] if c in self.bias_axes else 1 for c in out_letters]
        bias = shape if output.endswith("...") else shape[first:]
        if output.endswith("..."):
            extra = len(input_shape) - len(letters)
            bias = shape[first:] + [1] * extra
        return kernel_shape, tuple(bias)

    def call(self, inputs: Any, training: Any = None) -> Any:
        x = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            x = ops.add(x, self.bias)
        return apply_activation(self.activation, x)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            "equation": self.equation,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "quantization_config": None,
        }


@public("keras.layers.MultiHeadAttention")
class MultiHeadAttention(Layer):
    """Attention in several subspaces (Vaswani et al., 2017).

    Args:
        num_heads: The number of heads.
        key_dim: The size of each head for queries and keys.
        value_dim: The size of each head for values; ``key_dim`` by default.
        dropout: The share of the attention weights that is dropped in training.
        use_bias: Whether the projections have biases.
        output_shape: The shape of the outputs behind the attended axes; that of the queries by
            default.
        attention_axes: The axes that are attended over; all but the batch and the features by
            default.
        sliding_window: The distance up to which a target sees sources; all by default.
        flash_attention: See `keras.ops.dot_product_attention`.
        kernel_initializer: For the kernels.
        bias_initializer: For the biases.
        kernel_regularizer: For the kernels.
        bias_regularizer: For the biases.
        activity_regularizer: For the outputs.
        kernel_constraint: For the kernels.
        bias_constraint: For the biases.
        use_gate: Whether the outputs of the heads are multiplied by a learned gate.
        seed: An int, to drop the same in each run.
        **kwargs: See `Layer`.

    Call args:
        query: ``(batch, target, features)``.
        value: ``(batch, source, features)``.
        key: ``(batch, source, features)``; ``value`` by default.
        query_mask: ``(batch, target)``, bool.
        value_mask: ``(batch, source)``, bool.
        key_mask: ``(batch, source)``, bool.
        attention_mask: ``(batch, target, source)``, bool: which target sees which source.
        return_attention_scores: Whether the attention weights are returned too.
        use_causal_mask: Whether no target sees a later source.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> x = keras.ops.ones((1, 5, 8))
    >>> keras.ops.shape(layer(x, x))
    (1, 5, 8)
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: Any = None,
        attention_axes: Any = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        # of each projection, that of the outputs among them
        self.projection_regularizer = regularizers.get(activity_regularizer)
        self.num_heads = positive_int("num_heads", num_heads)
        self.key_dim = positive_int("key_dim", key_dim)
        self.value_dim = positive_int("value_dim", value_dim) if value_dim else self.key_dim
        self.dropout = dropout
        self.use_bias = use_bias
        self.use_gate = use_gate
        if sliding_window is not None:
            sliding_window = positive_int("sliding_window", sliding_window)
        self.sliding_window = sliding_window
        self.flash_attention = flash_attention
        if output_shape is None or isinstance(output_shape, int):
            self._output_shape: Any = None if output_shape is None else (output_shape,)
        else:
            self._output_shape = tuple(output_shape)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        if isinstance(attention_axes, int):
            attention_axes = (attention_axes,)
        self.attention_axes = None if attention_axes is None else tuple(attention_axes)
        self.seed = seed

    def _dense(self, equation: str, output_shape: Any, bias_axes: str, name: str) -> EinsumDense:
        return EinsumDense(
            equation,
            output_shape=output_shape,
            bias_axes=bias_axes if self.use_bias else None,
            kernel_initializer=self.kernel_initializer,
            bias_initializer=self.bias_initializer,
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=self.projection_regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            dtype=self.dtype_policy,
            name=name,
        )

    def build(self, query_shape: Any, value_shape: Any, key_shape: Any = None) -> None:
        key_shape = value_shape if key_shape is None else key_shape
        if value_shape[1:-1] != key_shape[1:-1]:
            raise ValueError(
                "All dimensions of `value` and `key`, except the last one, must be equal. "
                f"Received: value_shape={value_shape} and key_shape={key_shape}"
            )
        heads = (self.num_heads,)

        def project(shape: Any, size: int, name: str) -> EinsumDense:
            n = len(shape)
            free = string.ascii_lowercase[: n - 1]
            equation = (
                f"{free}{string.ascii_lowercase[n - 1]},{string.ascii_lowercase[n - 1]}yz->{free}yz"
            )
            layer = self._dense(equation, (*[None] * (n - 2), *heads, size), "yz", name)
            layer.build(shape)
            return layer

        self.query_dense = project(query_shape, self.key_dim, "query")
        self.key_dense = project(key_shape, self.key_dim, "key")
        self.value_dense = project(value_shape, self.value_dim, "value")
        rank = len(query_shape)
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, rank - 1))
        else:
            self.attention_axes = tuple(a % rank for a in self.attention_axes)
        if self.use_gate:
            self.gate_dense = project(query_shape, self.value_dim, "gate")
        self._softmax = Softmax(
            axis=tuple(range(-len(self.attention_axes), 0)), dtype=self.dtype_policy
        )
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)
        out = self._output_shape or (query_shape[-1],)
        free = string.ascii_lowercase[: rank - 1]
        results = string.ascii_lowercase[rank - 1 : rank - 1 + len(out)]
        self.output_dense = self._dense(
            f"{free}yz,yz{results}->{free}{results}",
            (*[None] * (rank - 2), *out),
            results,
            "attention_output",
        )
        self.output_dense.build((*query_shape[:-1], self.num_heads, self.value_dim))

    def call(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if key is None:
            key = value
        mask = self._mask(
            query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
        )
        q, k, v = self.query_dense(query), self.key_dense(key), self.value_dense(value)
        out, scores = self._attend(q, k, v, mask, training, return_attention_scores)
        if self.use_gate:
            out = ops.multiply(out, ops.sigmoid(self.gate_dense(query)))
        out = self.output_dense(out)
        return (out, scores) if return_attention_scores else out

    def _attend(
        self, q: Any, k: Any, v: Any, mask: Any, training: Any, want_scores: bool
    ) -> tuple[Any, Any]:
        simple = len(q.shape) == 4 and not want_scores and not (training and self.dropout > 0)
        if simple:
            out = ops.dot_product_attention(
                q, k, v, mask=mask, scale=1.0 / math.sqrt(self.key_dim),
                flash_attention=self.flash_attention,
            )  # fmt: skip
            return out, None
        rank = len(q.shape)
        attended: Any = self.attention_axes
        batch = self._kept_axes(rank)
        letters = iter(string.ascii_lowercase)
        target = {i: next(letters) for i in range(rank)}
        source = {i: (next(letters) if i in attended else target[i]) for i in range(rank)}
        depth = next(letters)
        t = "".join(target[i] for i in range(rank))
        s = "".join(source[i] for i in range(rank))
        s_value = s[:-1] + depth
        scores_term = (
            "".join(target[i] for i in batch)
            + "".join(target[i] for i in attended)
            + "".join(source[i] for i in attended)
        )
        q = ops.multiply(q, 1.0 / math.sqrt(self.key_dim))
        scores = ops.einsum(f"{s},{t}->{scores_term}", k, q)
        weights = self._softmax(scores, mask=mask)
        dropped = self._dropout_layer(weights, training=training)
        out = ops.einsum(f"{scores_term},{s_value}->{t[:-1]}{depth}", dropped, v)
        return out, weights

    def _mask(
        self,
        query: Any,
        value: Any,
        query_mask: Any,
        value_mask: Any,
        key_mask: Any,
        attention_mask: Any,
        causal: bool,
    ) -> Any:
        """All masks as one that broadcasts to the scores, or None."""
        k = len(self.attention_axes)
        parts = []
        if query_mask is not None:
            parts.append(self._spread(query_mask, len(query.shape), source=False))
        for m in (value_mask, key_mask):
            if m is not None:
                parts.append(self._spread(m, len(value.shape), source=True))
        if attention_mask is not None:
            m = ops.cast(attention_mask, "bool")
            for _ in range(len(query.shape) + k - len(m.shape)):
                m = ops.expand_dims(m, 0 if len(m.shape) == 2 * k else -2 * k - 1)
            parts.append(m)
        if causal or self.sliding_window is not None:
            t, s = ([ops.shape(x)[a] for a in self.attention_axes] for x in (query, value))
            free = (1,) * (len(query.shape) - k)
            rows = ops.reshape(ops.arange(math.prod(t), dtype="int32"), (*free, *t, *(1,) * k))
            columns = ops.reshape(ops.arange(math.prod(s), dtype="int32"), (*free, *(1,) * k, *s))
            if causal:
                parts.append(ops.greater_equal(rows, columns))
            if self.sliding_window is not None:
                near = ops.less(ops.abs(ops.subtract(rows, columns)), self.sliding_window)
                parts.append(near)
        if not parts:
            return None
        out = parts[0]
        for m in parts[1:]:
            out = ops.logical_and(out, m)
        return out

    def _kept_axes(self, rank: int) -> list[int]:
        """The axes of a projection that are not attended over: batch, others, and heads."""
        return [i for i in range(rank - 1) if i not in self.attention_axes]

    def _spread(self, mask: Any, rank: int, source: bool) -> Any:
        """A mask of the first axes of a query or value, with the axes of the scores."""
        sizes, n = ops.shape(mask), len(mask.shape)
        kept, k = self._kept_axes(rank + 1), len(self.attention_axes)
        order = [i for i in (*kept, *self.attention_axes) if i < n]
        mask = ops.transpose(ops.cast(mask, "bool"), order)
        attended = [sizes[a] if a < n else 1 for a in self.attention_axes]
        shape = [sizes[i] if i < n else 1 for i in kept]
        shape += [*(1,) * k, *attended] if source else [*attended, *(1,) * k]
        return ops.reshape(mask, shape)

    def compute_output_spec(
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = None,
        use_causal_mask: bool = False,
    ) -> Any:
        if query.shape[-1] is None:
            raise ValueError("The last dimension of `query` must be known.")
        out = self._output_shape or (query.shape[-1],)
        outputs = KerasTensor((*query.shape[:-1], *out), self.compute_dtype)
        if not return_attention_scores:
            return outputs
        scores = (query.shape[0], self.num_heads, *query.shape[1:-1], *value.shape[1:-1])
        return outputs, KerasTensor(scores, self.compute_dtype)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        return previous_mask

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_heads": self.num_heads,
            "key_dim": self.key_dim,
            "value_dim": self.value_dim,
            "dropout": self.dropout,
            "use_bias": self.use_bias,
            "use_gate": self.use_gate,
            "output_shape": self._output_shape,
            "attention_axes": self.attention_axes,
            "sliding_window": self.sliding_window,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": regularizers.serialize(self.projection_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "seed": self.seed,
        }
