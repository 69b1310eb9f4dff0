"""Convolutional networks that follow the designs of transformers."""

from typing import Any

from keras_core import initializers, layers, ops
from keras_core.applications.architectures._blocks import pooled
from keras_core.applications.architectures._request import Request, Shape, architecture
from keras_core.core.base.public import public
from keras_core.models import Model, Sequential
from keras_core.typing import ActivationLike, FilePath, Tensor

_MEAN = [0.485 * 255, 0.456 * 255, 0.406 * 255]
_VARIANCE = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2]


@public("keras.src.applications.convnext.LayerScale")
class LayerScale(layers.Layer):
    """Each channel times a number that is trained (Touvron et al., 2021).

    Args:
        init_values: The number that all channels begin with.
        projection_dim: How many channels there are.
        **kwargs: Arguments of `Layer`, such as ``name`` and ``dtype``.
    """

    def __init__(self, init_values: float, projection_dim: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, _: Any) -> None:
        self.gamma = self.add_weight(
            shape=(self.projection_dim,),
            initializer=initializers.Constant(self.init_values),
            name="gamma",
        )

    def call(self, x: Any) -> Any:
        return ops.multiply(x, self.gamma)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "init_values": self.init_values,
            "projection_dim": self.projection_dim,
        }


def signature(
    include_top: bool = True,
    include_preprocessing: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    input_shape: Shape | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    name: str | None = None,
) -> Model:
    """The arguments of ConvNeXt.

    Args:
        include_preprocessing: Whether the model normalises images of values from 0 to 255 itself,
            True by default.
    """
    raise NotImplementedError


def _norm(name: str | None = None) -> Any:
    return layers.LayerNormalization(epsilon=1e-6, name=name)


def _block(x: Any, channels: int, name: str) -> Any:
    before = x
    x = layers.Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(
        x
    )
    x = layers.Dense(4 * channels, name=f"{name}_pointwise_conv_1")(_norm(f"{name}_layernorm")(x))
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(channels, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(1e-6, channels, name=f"{name}_layer_scale")(x)
    return before + layers.Activation("linear", name=f"{name}_identity")(x)


def _convnext(
    x: Any, request: Request, default: str, depths: tuple[int, ...], width: int,
    include_preprocessing: bool,
) -> Any:  # fmt: skip
    name = request.name or default
    if include_preprocessing:
        x = layers.Normalization(
            mean=_MEAN, variance=_VARIANCE, name=f"{name}_prestem_normalization"
        )(x)
    stem = [
        layers.Conv2D(width, 4, strides=4, name=f"{name}_stem_conv"),
        _norm(f"{name}_stem_layernorm"),
    ]
    steps = [Sequential(stem, name=f"{name}_stem")]
    for i in range(3):
        label = f"{name}_downsampling"
        convolution = layers.Conv2D(width * 2 ** (i + 1), 2, strides=2, name=f"{label}_conv_{i}")
        steps.append(
            Sequential([_norm(f"{label}_layernorm_{i}"), convolution], name=f"{label}_block_{i}")
        )
    for i, (step, blocks) in enumerate(zip(steps, depths, strict=True)):
        x = step(x)
        for j in range(blocks):
            x = _block(x, width * 2**i, f"{name}_stage_{i}_block_{j}")
    if not request.include_top:
        return _norm()(pooled(x, request, named=False))
    x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
    return layers.Dense(
        request.classes, activation=request.classifier_activation, name=f"{name}_head_dense"
    )(_norm(f"{name}_head_layernorm")(x))


def _variant(name: str) -> Any:
    return architecture(f"convnext_{name}", 224, f"convnext/convnext_{name}", like=signature)


@public(
    "keras.applications.ConvNeXtTiny",
    "keras.applications.convnext.ConvNeXtTiny",
)
@_variant("tiny")
def ConvNeXtTiny(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """ConvNeXt, tiny ("A ConvNet for the 2020s", Liu et al., 2022)."""
    return _convnext(x, request, "convnext_tiny", (3, 3, 9, 3), 96, include_preprocessing)


@public(
    "keras.applications.ConvNeXtSmall",
    "keras.applications.convnext.ConvNeXtSmall",
)
@_variant("small")
def ConvNeXtSmall(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """ConvNeXt, small ("A ConvNet for the 2020s", Liu et al., 2022)."""
    return _convnext(x, request, "convnext_small", (3, 3, 27, 3), 96, include_preprocessing)


@public(
    "keras.applications.ConvNeXtBase",
    "keras.applications.convnext.ConvNeXtBase",
)
@_variant("base")
def ConvNeXtBase(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """ConvNeXt, base ("A ConvNet for the 2020s", Liu et al., 2022)."""
    return _convnext(x, request, "convnext_base", (3, 3, 27, 3), 128, include_preprocessing)


@public(
    "keras.applications.ConvNeXtLarge",
    "keras.applications.convnext.ConvNeXtLarge",
)
@_variant("large")
def ConvNeXtLarge(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """ConvNeXt, large ("A ConvNet for the 2020s", Liu et al., 2022)."""
    return _convnext(x, request, "convnext_large", (3, 3, 27, 3), 192, include_preprocessing)


@public(
    "keras.applications.ConvNeXtXLarge",
    "keras.applications.convnext.ConvNeXtXLarge",
)
@_variant("xlarge")
def ConvNeXtXLarge(x: Any, request: Request, include_preprocessing: bool) -> Any:
    """ConvNeXt, extra large ("A ConvNet for the 2020s", Liu et al., 2022)."""
    return _convnext(x, request, "convnext_xlarge", (3, 3, 27, 3), 256, include_preprocessing)
