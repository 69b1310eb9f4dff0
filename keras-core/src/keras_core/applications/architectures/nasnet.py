"""Networks of two kinds of cells, which a search found."""

from typing import Any

from keras_core import layers
from keras_core.applications.architectures._blocks import classifier, pad_for_stride, pooled
from keras_core.applications.architectures._request import (
    Request,
    Shape,
    architecture,
    channels_first,
)
from keras_core.core.base.public import public
from keras_core.core.tensors.scopes import name_scope
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor


def signature(
    input_shape: Shape | None = None,
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    name: str | None = None,
) -> Model:
    """The arguments of NASNet.

    Args:
        input_shape: Shape of an image without the batch, ``({size}, {size}, 3)`` by default; no
            side is smaller than 32 or left open. With the top and the weights of ImageNet there is
            no other than the default.
    """
    raise NotImplementedError


def _axis() -> int:
    return 1 if channels_first() else -1


def _bn(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=_axis(), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _relu(x: Any, name: str | None = None) -> Any:
    return layers.Activation("relu", name=name)(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    return layers.Conv2D(
        filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name
    )(x)


def _separable(x: Any, filters: int, size: int, name: str, strides: int = 1) -> Any:
    """Two separable convolutions, the first of which may make a step."""
    with name_scope(f"separable_conv_block_{name}"):
        for i, step in ((1, strides), (2, 1)):
            x = _relu(x)
            if step == 2:
                x = pad_for_stride(x, size, f"separable_conv_{i}_pad_{name}")
            x = layers.SeparableConv2D(
                filters,
                size,
                strides=step,
                padding="same" if step == 1 else "valid",
                use_bias=False,
                name=f"separable_conv_{i}_{name}",
            )(x)
            x = _bn(x, f"separable_conv_{i}_bn_{name}")
    return x


def _pool(x: Any, name: str) -> Any:
    return layers.AveragePooling2D(3, strides=1, padding="same", name=name)(x)


class _Cells:
    """The cells of a network, each of which takes the outputs of the two before it."""

    def __init__(self, x: Any) -> None:
        self.x = self.before = x
        self.first = True
        self.larger = False  # whether `before` is twice as high and wide

    def _adjusted(self, filters: int, name: str) -> Any:
        """The output of the cell before the last, as high, wide and deep as a cell needs it."""
        p = self.before
        if self.larger:
            with name_scope("adjust_block"), name_scope(f"adjust_reduction_block_{name}"):
                return _halved(_relu(p, f"adjust_relu_1_{name}"), filters, name)
        if p.shape[_axis()] == filters or self.first:
            return p
        with name_scope("adjust_block"), name_scope(f"adjust_projection_block_{name}"):
            p = _conv(_relu(p), filters, f"adjust_conv_projection_{name}")
            return _bn(p, f"adjust_bn_{name}")

    def _taken(self, filters: int, kind: str, name: str) -> tuple[Any, Any]:
        """The outputs of the two cells before, with so many channels."""
        p = self._adjusted(filters, name)
        h = _conv(_relu(self.x), filters, f"{kind}_conv_1_{name}")
        return p, _bn(h, f"{kind}_bn_1_{name}")

    def _found(self, parts: list[Any], name: str, smaller: bool) -> None:
        self.before = self.x
        self.x = layers.Concatenate(axis=_axis(), name=name)(parts)
        self.larger, self.first = smaller, False

    def normal(self, filters: int, name: str) -> None:
        """A cell of the same height and width."""

        def separable(x: Any, size: int, place: str) -> Any:
            with name_scope(f"block_{place[-1]}"):
                return _separable(x, filters, size, f"normal_{place}_{name}")

        with name_scope(f"normal_A_block_{name}"):
            p, h = self._taken(filters, "normal", name)
            pairs = [
                [separable(h, 5, "left1"), separable(p, 3, "right1")],
                [separable(p, 5, "left2"), separable(p, 3, "right2")],
                [_pool(h, f"normal_left3_{name}"), p],
                [_pool(p, f"normal_left4_{name}"), _pool(p, f"normal_right4_{name}")],
                [separable(h, 3, "left5"), h],
            ]
            sums = [
                layers.Add(name=f"normal_add_{i}_{name}")(pair) for i, pair in enumerate(pairs, 1)
            ]
            self._found([p, *sums], f"normal_concat_{name}", smaller=False)

    def reduction(self, filters: int, name: str) -> None:
        """A cell of half the height and width."""

        def separable(x: Any, size: int, place: str, strides: int = 2) -> Any:
            with name_scope(f"block_{place[-1]}" if strides > 1 else "block_5"):
                return _separable(x, filters, size, f"reduction_{place}_{name}", strides)

        def pool(kind: Any, place: str) -> Any:
            return kind(3, strides=2, name=f"reduction_{place}_{name}")(padded)

        def add(number: str, *pair: Any) -> Any:
            return layers.Add(name=f"reduction_add{number}_{name}")(list(pair))

        with name_scope(f"reduction_A_block_{name}"):
            p, h = self._taken(filters, "reduction", name)
            padded = pad_for_stride(h, 3, f"reduction_pad_1_{name}")
            one = add("_1", separable(h, 5, "left1"), separable(p, 7, "right1"))
            two = add("_2", pool(layers.MaxPooling2D, "left2"), separable(p, 7, "right2"))
            three = add("3", pool(layers.AveragePooling2D, "left3"), separable(p, 5, "right3"))
            four = layers.Add()([two, _pool(one, f"reduction_left4_{name}")])
            five = add("4", separable(one, 3, "left4", 1), pool(layers.MaxPooling2D, "right5"))
            self._found([two, three, four, five], f"reduction_concat_{name}", smaller=True)


def _halved(x: Any, filters: int, name: str) -> Any:
    """Every second pixel, and every second of those between, with half of the filters each."""
    shifted = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    shifted = layers.Cropping2D(((1, 0), (1, 0)))(shifted)
    halves = []
    for i, half in ((1, x), (2, shifted)):
        pool = layers.AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{i}_{name}")
        halves.append(_conv(pool(half), filters // 2, f"adjust_conv_{i}_{name}"))
    return _bn(layers.Concatenate(axis=_axis())(halves), f"adjust_bn_{name}")


def _nasnet(x: Any, request: Request, stem: int, blocks: int, channels: int, skips: bool) -> Any:
    """The outputs of a network.

    Args:
        x: The images.
        request: What the user asks for.
        stem: Filters of the first convolution.
        blocks: Normal cells between two reductions.
        channels: Channels of the features.
        skips: Whether a cell after a reduction looks at what came before the reduction's input.
    """
    filters = channels // 24
    x = layers.Conv2D(
        stem, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
    )(x)
    cells = _Cells(_bn(x, "stem_bn1"))
    cells.reduction(filters // 4, "stem_1")
    cells.reduction(filters // 2, "stem_2")
    for stage in range(3):
        if stage:
            before = cells.before
            cells.reduction(filters * 2**stage, f"reduce_{stage * blocks}")
            if skips:  # `before` is twice as high and wide either way
                cells.before = before
        for i in range(blocks):
            cells.normal(filters * 2**stage, str(stage * blocks + i + min(stage, 1)))
    x = _relu(cells.x)
    if not request.include_top:
        return pooled(x, request, named=False)
    return classifier(layers.GlobalAveragePooling2D()(x), request)


def _variant(name: str, size: int) -> Any:
    def check(request: Request) -> None:
        if request.input_shape is None:
            request.input_shape = (3, size, size) if channels_first() else (size, size, 3)
        images = request.input_tensor
        shape = request.input_shape if images is None else images.shape[1:]
        if None in (shape[1:] if channels_first() else shape[:2]):
            raise ValueError(
                "The cells of NASNet are made for images of one size, which `input_shape` has to "
                f"say. Received: {tuple(shape)}"
            )

    return architecture(
        f"nasnet_{name}", size, f"nasnet/NASNet-{name}", like=signature, check=check
    )


@public(
    "keras.applications.NASNetMobile",
    "keras.applications.nasnet.NASNetMobile",
)
@_variant("mobile", 224)
def NASNetMobile(x: Any, request: Request) -> Any:
    """NASNet, the small one ("Learning Transferable Architectures for Scalable Image Recognition",
    Zoph et al., 2018).
    """
    return _nasnet(x, request, 32, 4, 1056, skips=False)


@public(
    "keras.applications.NASNetLarge",
    "keras.applications.nasnet.NASNetLarge",
)
@_variant("large", 331)
def NASNetLarge(x: Any, request: Request) -> Any:
    """NASNet, the large one ("Learning Transferable Architectures for Scalable Image Recognition",
    Zoph et al., 2018).
    """
    return _nasnet(x, request, 96, 6, 4032, skips=True)
