"""What all architectures share: their arguments, the checks of these, the input and the weights.

A family writes the body of a network as a function of the images; `architecture` makes the public
function of it, which takes the arguments that all have.
"""

import functools
import inspect
import re
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec

from keras_core import activations
from keras_core.applications.architectures._weights import path_of
from keras_core.core.base import config
from keras_core.core.graph.nodes import history_of
from keras_core.core.tensors.scopes import WeightsFollow
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.layers import Input
from keras_core.models import Model
from keras_core.typing import ActivationLike, FilePath, Tensor

P = ParamSpec("P")
Shape = tuple[int | None, ...]


_EXAMPLE = """
```python
import keras_core as keras

model = keras.applications.{name}()  # the weights are downloaded once
images = {module}.preprocess_input(images)  # colours from 0 to 255
{module}.decode_predictions(model.predict(images), top=3)
```"""


@dataclass
class Request:
    """What a user asks for: the arguments of the function that makes a model."""

    include_top: bool
    weights: Any
    input_tensor: Any
    input_shape: Any
    pooling: str | None
    classes: int
    classifier_activation: Any
    name: str | None
    options: dict[str, Any] = field(default_factory=dict)
    """The arguments that only some architectures have."""

    @property
    def pretrained(self) -> bool:
        """Whether the weights of ImageNet are asked for."""
        return self.weights == "imagenet"

    @property
    def rows(self) -> int | None:
        """The height of the images."""
        if self.input_shape is None:
            return None
        height: int | None = self.input_shape[1 if channels_first() else 0]
        return height

    @property
    def columns(self) -> int | None:
        """The width of the images."""
        if self.input_shape is None:
            return None
        width: int | None = self.input_shape[2 if channels_first() else 1]
        return width


def channels_first() -> bool:
    """Whether images have their channels before their rows."""
    return config.image_data_format() == "channels_first"


def standard(
    include_top: bool = True,
    weights: FilePath | None = "imagenet",
    input_tensor: Tensor | None = None,
    input_shape: Shape | None = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: ActivationLike = "softmax",
    name: str | None = None,
) -> Model:
    """The arguments that most architectures take.

    Args:
        include_top: Whether the layers that classify are part of the model, True by default.
            Without them it returns features, for a classifier of your own.
        weights: ``"imagenet"``, the default, for those trained on ImageNet, which are downloaded
            once; the path of a ``.h5``, ``.weights.h5`` or ``.keras`` file; or None for random
            ones.
        input_tensor: Symbolic tensor to build on, such as the result of `keras.Input` or of a
            layer called with it. By default the model has an input of its own.
        input_shape: Shape of an image without the batch, ``({size}, {size}, 3)`` by default with
            the top, and ``(None, None, 3)`` without; no side is smaller than {minimum}. With the
            top and the weights of ImageNet there is no other than the default.
        pooling: Without the top, what is made of the last feature map: None, the default, leaves
            it as it is; ``"avg"`` and ``"max"`` reduce it to one vector for each image.
        classes: Number of classes, 1000 by default; another needs weights that are not ImageNet's.
        classifier_activation: Activation of the last layer of the top, ``"softmax"`` by default;
            None returns logits.
        name: Name of the model, {name} by default.
    """
    raise NotImplementedError


def take_shape_of_tensor(request: Request) -> None:
    """Let the tensor that a model is built on say what the shape of an image is."""
    tensor = request.input_tensor
    if tensor is None:
        return
    if request.input_shape is not None and tuple(request.input_shape) != tuple(tensor.shape[1:]):
        raise ValueError(
            "`input_shape` must equal the shape of `input_tensor` without the batch; Received "
            f"`input_tensor.shape={tensor.shape}`, `input_shape={request.input_shape}`"
        )
    request.input_shape = tuple(tensor.shape[1:])


def architecture(
    name: str | Callable[[Request], str],
    size: int | Callable[[Request], int | None],
    file: str | Callable[[Request], str],
    *,
    like: Callable[P, Model] = standard,
    minimum: int = 32,
    check: Callable[[Request], None] | None = None,
) -> Callable[[Callable[..., Any]], Callable[P, Model]]:
    """Makes the public function of an architecture from its body.

    Args:
        name: The default name of the model.
        size: The default height and width of the images.
        file: Names the file of the weights; see `_weights.file_of`.
        like: A function with the arguments that the public one takes.
        minimum: The smallest height and width.
        check: Raises an error for arguments that do not go together, and completes them.

    Returns:
        A decorator for the body: a function of the images, the request and the arguments that
        only this architecture has, which returns the outputs.
    """

    def decorate(body: Callable[..., Any]) -> Callable[P, Model]:
        signature = _signature(like, name)

        @functools.wraps(body)
        def make(*args: P.args, **kwargs: P.kwargs) -> Model:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            request = _request(bound.arguments)
            _check(request)
            if check is not None:
                check(request)
            default = size(request) if callable(size) else size
            request.input_shape = _input_shape(request, default, minimum)
            if request.input_tensor is None:
                images = Input(shape=request.input_shape)
            else:
                images = request.input_tensor
            label = request.name or (name(request) if callable(name) else name)
            stem = file(request) if callable(file) else file
            path = path_of(request.weights, stem, request.include_top)
            with nullcontext() if request.weights is None else WeightsFollow():
                model = Model(
                    _sources(images), body(images, request, **request.options), name=label
                )
                if request.weights is not None:
                    model.load_weights(path)
            return model

        make.__signature__ = signature  # type: ignore[attr-defined]
        make.__doc__ = _documentation(body, like, signature.parameters, size, minimum, name)
        del make.__wrapped__  # the body takes other arguments
        return make

    return decorate


def _signature(like: Callable[..., Any], name: Any) -> inspect.Signature:
    """The signature of ``like``, with the name of the architecture as its default."""
    signature = inspect.signature(like)
    if not isinstance(name, str):
        return signature
    parameters = [
        p.replace(default=name) if p.name == "name" else p for p in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


def _documentation(
    body: Callable[..., Any], like: Any, parameters: Any, size: Any, minimum: int, name: Any
) -> str:
    """What the body says of the architecture, what its arguments are, and how it is used."""
    described = {**_arguments(standard), **_arguments(like)}
    lines = "\n".join(f"    {described[p]}" for p in parameters)
    filled = lines.format(
        size=size if isinstance(size, int) else 224,
        minimum=minimum,
        name=f"``{name!r}``" if isinstance(name, str) else "made of its arguments",
    )
    text, _, code = inspect.cleandoc(body.__doc__ or "").partition("\n\nExample:\n")
    module = f"keras.applications.{body.__module__.rpartition('.')[2]}"
    usual = _EXAMPLE.format(name=body.__name__, module=module)
    return f"{text}\n\nArgs:\n{filled}\n\nExample:\n{code or usual}\n"


def _arguments(function: Any) -> dict[str, str]:
    """The descriptions of the arguments of a function, by their names."""
    text = (inspect.getdoc(function) or "").partition("Args:\n")[2]
    entries = re.split(r"^    (?=\w+: )", text, flags=re.MULTILINE)[1:]
    return {entry.partition(":")[0]: entry.rstrip() for entry in entries}


def _request(arguments: dict[str, Any]) -> Request:
    shared = {k: arguments[k] for k in arguments if k in Request.__dataclass_fields__}
    options = {k: v for k, v in arguments.items() if k not in shared}
    return Request(**shared, options=options)


def _check(request: Request) -> None:
    weights = request.weights
    if weights not in (None, "imagenet") and not Path(weights).exists():
        raise ValueError(
            "The `weights` argument should be either `None` (random initialization), 'imagenet' "
            "(pre-training on ImageNet), or the path to the weights file to be loaded.  "
            f"Received: weights={weights}"
        )
    if request.pretrained and request.include_top and request.classes != 1000:
        raise ValueError(
            "If using `weights='imagenet'` with `include_top=True`, `classes` should be 1000.  "
            f"Received classes={request.classes}"
        )
    if request.pooling not in (None, "avg", "max"):
        raise ValueError(
            "The `pooling` argument should be None, 'avg' or 'max'. "
            f"Received: pooling={request.pooling!r}"
        )
    if weights is not None and request.include_top:
        activation = activations.get(request.classifier_activation)
        if activation not in (activations.softmax, activations.linear):
            raise ValueError(
                "Only `None` and `softmax` activations are allowed for the `classifier_activation` "
                "argument when using pretrained weights, with `include_top=True`; Received: "
                f"classifier_activation={activation}"
            )
    if request.input_tensor is not None and not isinstance(request.input_tensor, KerasTensor):
        raise ValueError(
            "Argument `input_tensor` must be a KerasTensor, such as `keras.Input` returns. "
            f"Received invalid type: {type(request.input_tensor)}"
        )


def _input_shape(request: Request, size: int | None, minimum: int) -> Shape:
    """The shape of the images without the batch."""

    def of(height: int | None, width: int | None, channels: int) -> Shape:
        first = channels_first()
        return (channels, height, width) if first else (height, width, channels)

    given = request.input_shape
    default = of(size, size, 3)
    fixed = request.pretrained and request.include_top and size is not None
    if given is None:
        return default if request.include_top else of(None, None, 3)
    given = tuple(given)
    if len(given) != 3:
        raise ValueError(
            f"`input_shape` must be a tuple of three integers. Received: input_shape={given}"
        )
    channels = given[0 if channels_first() else 2]
    if channels is None or (request.pretrained and channels != 3):
        raise ValueError(
            f"The input must have {'3' if request.pretrained else 'a known number of'} channels; "
            f"Received `input_shape={given}`"
        )
    if fixed and given != default:
        raise ValueError(
            "When setting `include_top=True` and loading `imagenet` weights, `input_shape` should "
            f"be {default}.  Received: input_shape={given}"
        )
    if channels not in (1, 3):
        warnings.warn(
            "This model usually expects 1 or 3 input channels. However, it was passed an "
            f"input_shape with {channels} input channels.",
            stacklevel=4,
        )
    sides = given[1:] if channels_first() else given[:2]
    if any(side is not None and side < minimum for side in sides):
        raise ValueError(
            f"Input size must be at least {minimum}x{minimum}; Received: input_shape={given}"
        )
    if request.include_top and None in given and size is not None:
        raise ValueError(
            "If `include_top` is True, you should specify a static `input_shape`. Received: "
            f"input_shape={given}"
        )
    return given


def _sources(x: KerasTensor) -> Any:
    """The inputs that a symbolic tensor depends on."""
    found: dict[int, KerasTensor] = {}
    seen: set[int] = set()
    ahead = [x]
    while ahead:
        tensor = ahead.pop()
        history = history_of(tensor)
        if history is None or history.node.is_input:
            found[id(tensor)] = tensor
        elif id(history.node) not in seen:
            seen.add(id(history.node))
            ahead.extend(reversed(history.node.input_tensors))
    sources = list(found.values())
    return sources[0] if len(sources) == 1 else sources
