"""Models as pictures: what the graph says, and what there is to say where it cannot be drawn."""

import shutil
import sys

import pytest

import keras_core as keras
from keras_core import layers
from keras_core.utils import model_to_dot, plot_model

pydot = pytest.importorskip("pydot", reason="pydot is an extra")


@pytest.fixture
def model():
    keras.utils.clear_session()  # so that names count from the start
    x, y = keras.Input((4,), name="x"), keras.Input((2,), name="y")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(2, name="deep")], name="inner")
    frozen = layers.Dense(2, activation="tanh", trainable=False, name="frozen")
    return keras.Model([x, y], layers.Add(name="sum")([inner(x), frozen(y)]) * 2, name="m")


def edges(graph):
    ends = [(e.get_source(), e.get_destination()) for e in graph.get_edges()]
    found = {tuple(x.strip('"').partition("/")[2] for x in pair) for pair in ends}
    return found.union(*map(edges, graph.get_subgraphs()))


def test_edges(model):
    flat = {("x", "inner"), ("y", "frozen"), ("inner", "sum"), ("frozen", "sum")}
    assert edges(model_to_dot(model)) == flat | {("sum", "multiply")}
    nested = edges(model_to_dot(model, expand_nested=True))
    begin = next(b for a, b in nested if a == "x")
    assert begin.startswith("inner/input_layer")
    assert {(begin, "inner/deep"), ("inner/deep", "sum"), ("frozen", "sum")} <= nested
    assert isinstance(model_to_dot(model, subgraph=True), pydot.Cluster)
    sequential = keras.Sequential([layers.Dense(2, name="a"), layers.ReLU(name="b")])
    sequential.build((None, 3))
    assert ("a", "b") in edges(model_to_dot(sequential))


FACTS = {
    "show_shapes": "(None, 4)",
    "show_dtype": "float32",
    "show_layer_activations": "tanh",
    "show_trainable": "Frozen",
    "show_layer_names": "frozen (Dense)",
}


@pytest.mark.parametrize("option", FACTS)
def test_what_boxes_say(model, option):
    plain = model_to_dot(model, show_layer_names=False).to_string()
    assert not any(f"<b>{fact}</b>" in plain or f">{fact}<" in plain for fact in FACTS.values())
    text = model_to_dot(model, **{"show_layer_names": False, option: True}).to_string()
    assert FACTS[option] in text


def test_options_of_the_graph(model):
    text = model_to_dot(model, rankdir="LR", dpi=33, splines="curved").to_string()
    for fact in ("rankdir=LR", "dpi=33", "splines=curved"):
        assert fact in text


def test_files(model, tmp_path, monkeypatch):
    plot_model(model, tmp_path / "m.dot", show_shapes=True)
    assert "(None, 4)" in (tmp_path / "m.dot").read_text()
    if shutil.which("dot"):
        plot_model(model, tmp_path / "m.png", show_shapes=True, expand_nested=True)
        assert (tmp_path / "m.png").read_bytes().startswith(b"\x89PNG")
        plot_model(model, tmp_path / "m.svg")
        assert "<svg" in (tmp_path / "m.svg").read_text()
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ImportError, match="Install Graphviz"):
        plot_model(model, tmp_path / "m.png")
    monkeypatch.setitem(sys.modules, "pydot", None)
    with pytest.raises(ImportError, match="pip install 'keras-core\\[plot\\]'"):
        plot_model(model)


def test_mistakes_are_named():
    with pytest.raises(ValueError, match="has not yet been built"):
        plot_model(keras.Sequential([layers.Dense(2)]))
    with pytest.raises(ValueError, match="Expected a model"):
        model_to_dot(layers.Dense(2))
