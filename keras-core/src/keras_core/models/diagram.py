"""Models as graphs for Graphviz: `keras.utils.plot_model` and `keras.utils.model_to_dot`."""

import html
import itertools
import shutil
import sys
from pathlib import Path
from typing import Any

from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.graph.nodes import history_of, kind_of
from keras_core.layers.base.layer import Layer
from keras_core.models.function import plan_of
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential, built_as
from keras_core.typing import FilePath


def _pydot() -> Any:
    try:
        import pydot
    except ImportError as error:
        raise ImportError(
            "Diagrams of models are made with pydot, which is not installed: "
            "pip install 'keras-core[plot]'"
        ) from error
    return pydot


@public("keras.utils.model_to_dot")
def model_to_dot(
    model: Layer,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int | None = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """A model as a graph of pydot.

    Args:
        model: A model that is built.
        show_shapes: Whether a layer's box says the shapes of its inputs and outputs; False by
            default.
        show_dtype: Whether it says the dtype of its outputs; False by default.
        show_layer_names: Whether it says the name of the layer; True by default.
        rankdir: ``"TB"`` (the default) for a graph from top to bottom, ``"LR"`` for one from left
            to right.
        expand_nested: Whether models inside of the model are drawn as clusters of their layers;
            False by default.
        dpi: Dots per inch; 200 by default.
        subgraph: Whether a ``pydot.Cluster`` is returned, for use in another graph; False by
            default.
        show_layer_activations: Whether it says the activation of layers that have one; False by
            default.
        show_trainable: Whether it says if the layer trains; False by default.
        splines: How Graphviz draws the edges: ``"ortho"`` (the default) for right angles,
            ``"curved"``, ``"polyline"`` and so on.

    Returns:
        A ``pydot.Dot``, or a ``pydot.Cluster``.

    Raises:
        ImportError: If pydot is not installed.
        ValueError: If the model is not built.

    Example:

    >>> import keras_core as keras
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    >>> graph = keras.utils.model_to_dot(model)
    >>> "dense" in graph.to_string().lower()
    True
    """
    pydot = _pydot()
    if not isinstance(model, Model):
        raise ValueError(f"Expected a model. Received: {model!r} of type {type(model).__name__}")
    if not model.built:
        raise ValueError(
            "This model has not yet been built. Build the model first by calling `build()` or by "
            "calling the model on a batch of data."
        )
    texts = _Texts(
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable
    )
    drawing = _Drawing(pydot, texts, expand_nested)
    if subgraph:
        graph = drawing.cluster(model, model.name)
    else:
        graph = pydot.Dot()
        graph.set("rankdir", rankdir)
        graph.set("concentrate", "true")
        graph.set("splines", splines)
        graph.set("dpi", dpi)
    graph.set_node_defaults(shape="plaintext", fontname="Helvetica")
    drawing.fill(graph, model, model.name)
    return graph


class _Texts:
    """What the box of a layer says."""

    def __init__(
        self, shapes: bool, dtype: bool, names: bool, activations: bool, trainable: bool
    ) -> None:
        self._shapes, self._dtype, self._names = shapes, dtype, names
        self._activations, self._trainable = activations, trainable

    def label(self, layer: Any) -> str:
        """The box as a table in Graphviz's HTML."""
        kind = kind_of(layer)
        title = f"{layer.name} ({kind})" if self._names else kind
        facts = []
        activation = getattr(layer, "activation", None)
        if self._activations and activation is not None:
            name = getattr(activation, "__name__", type(activation).__name__)
            facts.append(("Activation", name))
        if self._shapes:
            facts.append(("Input shape", _shown(_attribute(layer, "input"), "shape")))
            facts.append(("Output shape", _shown(_attribute(layer, "output"), "shape")))
        if self._dtype:
            facts.append(("Output dtype", _shown(_attribute(layer, "output"), "dtype")))
        rows = [_row("black", "white", f"<b>{html.escape(title)}</b>")]
        rows += [_row("white", "black", f"{k}: <b>{html.escape(v)}</b>") for k, v in facts if v]
        if self._trainable and getattr(layer, "weights", None):
            if layer.trainable:
                rows.append(_row("forestgreen", "white", "Trainable"))
            else:
                rows.append(_row("firebrick", "white", "Frozen"))
        table = '<table border="0" cellborder="1" cellspacing="0" cellpadding="8">'
        return f"<{table}{''.join(rows)}</table>>"


def _row(background: str, color: str, text: str) -> str:
    return f'<tr><td bgcolor="{background}"><font color="{color}">{text}</font></td></tr>'


def _attribute(layer: Any, name: str) -> Any:
    try:
        return getattr(layer, name)
    except (AttributeError, ValueError):  # it was never called on symbolic tensors
        return None


def _shown(tensors: Any, what: str) -> str:
    if tensors is None:
        return "?"
    facts = [str(getattr(x, what)) for x in tree.flatten(tensors)]
    return facts[0] if len(facts) == 1 else ", ".join(dict.fromkeys(facts))


class _Drawing:
    """Boxes and edges. A nested model that is drawn as a cluster is entered and left by layers."""

    def __init__(self, pydot: Any, texts: _Texts, expand: bool) -> None:
        self._pydot, self._texts, self._expand = pydot, texts, expand

    def cluster(self, model: Model, path: str) -> Any:
        cluster = self._pydot.Cluster(_quoted(path), label=_quoted(model.name))
        cluster.set("style", "dashed")
        cluster.set("fontname", "Helvetica")
        return cluster

    def fill(self, graph: Any, model: Any, path: str) -> tuple[list[str], list[str]]:
        """Draw the layers of a model, and return the boxes that it is entered and left by."""
        ends: dict[Any, tuple[list[str], list[str]]] = {}
        inner = built_as(model) if isinstance(model, Sequential) else model
        functional = isinstance(inner, Functional)
        operations = inner.operations if functional else model.layers
        for operation in operations:
            ends[operation] = self._draw(graph, operation, f"{path}/{operation.name}")
        if functional:
            plan = plan_of(inner)
            for node in plan.nodes:
                entries = ends[node.operation][0]
                for i, parent in enumerate(node.parent_nodes):
                    target = entries[min(i, len(entries) - 1)]
                    for source in ends[parent.operation][1]:
                        self._connect(graph, source, target)
            entered = [e for x in plan.inputs for e in ends[_maker(x)][0]]
            left = [e for x in plan.outputs for e in ends[_maker(x)][1]]
            return entered, list(dict.fromkeys(left))
        if isinstance(model, Sequential):
            for before, after in itertools.pairwise(operations):
                self._connect(graph, ends[before][1][0], ends[after][0][0])
            return ends[operations[0]][0], ends[operations[-1]][1]
        boxes = [e for entry, _ in ends.values() for e in entry]
        return boxes[:1], boxes[-1:]

    def _draw(self, graph: Any, operation: Any, path: str) -> tuple[list[str], list[str]]:
        if self._expand and isinstance(operation, Model) and operation.layers:
            cluster = self.cluster(operation, path)
            ends = self.fill(cluster, operation, path)
            graph.add_subgraph(cluster)
            return ends
        graph.add_node(
            self._pydot.Node(_quoted(path), label=self._texts.label(operation), shape="plaintext")
        )
        return [path], [path]

    def _connect(self, graph: Any, source: str, target: str) -> None:
        graph.add_edge(self._pydot.Edge(_quoted(source), _quoted(target)))


def _maker(tensor: Any) -> Any:
    history = history_of(tensor)
    assert history is not None, "tensors of a graph have one"
    return history.operation


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@public("keras.utils.plot_model")
def plot_model(
    model: Layer,
    to_file: FilePath = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int | None = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
) -> Any:
    """Draws a model into a file. It needs pydot, and the program ``dot`` of Graphviz.

    Args:
        model: A model that is built.
        to_file: Path of the picture, whose suffix says the format: ``.png``, ``.svg``, ``.pdf``,
            ``.dot``; ``"model.png"`` by default.
        show_shapes: Whether a layer's box says the shapes of its inputs and outputs; False by
            default.
        show_dtype: Whether it says the dtype of its outputs; False by default.
        show_layer_names: Whether it says the name of the layer; False by default.
        rankdir: ``"TB"`` (the default) for a graph from top to bottom, ``"LR"`` for one from left
            to right.
        expand_nested: Whether models inside of the model are drawn as clusters of their layers;
            False by default.
        dpi: Dots per inch; 200 by default.
        show_layer_activations: Whether it says the activation of layers that have one; False by
            default.
        show_trainable: Whether it says if the layer trains; False by default.
        splines: How Graphviz draws the edges: ``"ortho"`` (the default) for right angles,
            ``"curved"``, ``"polyline"`` and so on.

    Returns:
        In a notebook the picture, if it is one that IPython shows; else None.

    Raises:
        ImportError: If pydot or Graphviz is not installed.
        ValueError: If the model is not built.

    Example:

    ```python
    import keras_core as keras

    keras.utils.plot_model(model, "model.png", show_shapes=True)
    ```
    """
    graph = model_to_dot(
        model,
        show_shapes=show_shapes,
        show_dtype=show_dtype,
        show_layer_names=show_layer_names,
        rankdir=rankdir,
        expand_nested=expand_nested,
        dpi=dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
    )
    path = Path(to_file)
    kind = path.suffix.lower().lstrip(".") or "png"
    if kind == "dot":
        path.write_text(graph.to_string(), "utf-8")
        return None
    if shutil.which("dot") is None:
        raise ImportError(
            "Pictures of models are drawn by the program `dot` of Graphviz, which was not found. "
            "Install Graphviz (https://graphviz.org/download), such as by `apt install graphviz` "
            "or `brew install graphviz`. A path that ends in `.dot` needs no Graphviz."
        )
    graph.write(str(path), format=kind)
    if "ipykernel" in sys.modules and kind in ("png", "jpg", "jpeg"):
        from IPython import display

        return display.Image(filename=str(path))
    return None
