"""Discovery as pure functions: names, catalogues, what is read of metadata."""

import importlib.metadata

import pytest

import keras_core_plugins as k
from keras_core_plugins import discovery
from keras_core_plugins.discovery import PluginEntry, build_catalog, read
from keras_core_plugins.names import OFFICIAL, canonical, closest, is_valid, parse_request


def entry(name, distribution, path="/site", value=None, group="keras_core.backends", version="1.0"):
    return PluginEntry(
        group=group,
        name=name,
        value=value or f"{distribution}.plugin",
        distribution=distribution,
        version=version,
        path=path,
    )


class Distribution(importlib.metadata.Distribution):
    def __init__(self, texts):
        self.texts = texts

    def read_text(self, filename):
        return self.texts.get(filename)

    def locate_file(self, path):
        return f"/site/{path}"


@pytest.mark.parametrize(
    "request_, parsed",
    [
        ("torch", (None, "torch")),
        ("  Torch\n", (None, "torch")),
        ("my_engine2", (None, "my_engine2")),
        ("My_Dist.x:torch", ("my-dist-x", "torch")),
        ("dist : torch", ("dist", "torch")),
        ("", None),
        ("my-engine", None),
        ("a.b", None),
        ("a/b", None),
        ("1a", None),
        ("_a", None),
        ("tørch", None),
        ("torch\x00", None),
        (":torch", None),
        ("-dist:torch", None),
        ("a:b:torch", None),
        ("a" * 129, None),
    ],
)
def test_parse_request(request_, parsed):
    assert parse_request(request_) == parsed


def test_canonical_names_are_valid_or_refused():
    assert canonical(" My-Engine.2 ") == "my_engine_2"
    assert is_valid("my_engine_2")
    assert not is_valid("my_engine_2\n")


def test_closest():
    assert closest("tensorfow", OFFICIAL) == "tensorflow"
    assert closest("zzz", OFFICIAL) is None


def test_names_are_in_the_documented_order():
    names = ["zeta", "numpy", "openvino", "alpha", "torch", "jax", "tensorflow"]
    catalog = build_catalog(entry(n, OFFICIAL.get(n, n)) for n in names)
    assert catalog.names == (
        "tensorflow", "jax", "torch", "openvino", "alpha", "zeta", "numpy",
    )  # fmt: skip


def test_catalog_does_not_depend_on_the_order_of_what_was_read():
    entries = [entry("a", "two"), entry("a", "one"), entry("b", "three")]
    forward, backward = build_catalog(entries), build_catalog(reversed(entries))
    assert forward.claims == backward.claims
    assert [c.distribution for c in forward.claims["a"]] == ["one", "two"]


def test_catalog_is_read_only():
    catalog = build_catalog([entry("a", "one")])
    with pytest.raises(TypeError):
        catalog.claims["b"] = ()


def test_hidden_copy_of_a_distribution_adds_nothing():
    catalog = build_catalog(
        [entry("a", "one"), entry("a", "One", path="/old"), entry("old_name", "one", path="/old")]
    )
    assert catalog.names == ("a",)
    assert catalog.claims["a"][0].also_at == ("/old",)


def test_one_distribution_names_two_modules_for_a_backend():
    catalog = build_catalog([entry("a", "one", value="x"), entry("A", "one", value="y")])
    assert catalog.claims["a"][0].entry_point == "x"
    assert "names two backends 'a': x and y" in catalog.problems[0]


def test_entry_point_with_an_impossible_name():
    catalog = build_catalog([entry("9 lives", "cat"), entry("a", "one")])
    assert catalog.names == ("a",)
    assert "cat 1.0 in /site names a backend '9 lives'" in catalog.problems[0]


def test_plugins_without_backends_are_kept_apart():
    catalog = build_catalog([entry("adapters", "extra", group="keras_core.plugins")])
    assert catalog.names == ()
    assert [p.distribution for p in catalog.plugins] == ["extra"]


def test_read_takes_our_groups_only():
    good = {
        "entry_points.txt": "[console_scripts]\nx = y:z\n[keras_core.backends]\na = m\n",
        "METADATA": "Name: one\nVersion: 3\n",
    }
    entries, problems = read([Distribution(good)])
    assert entries == (entry("a", "one", value="m", version="3", path="/site/"),)
    assert problems == ()


def test_read_does_not_parse_metadata_of_others():
    class Explosive(Distribution):
        @property
        def metadata(self):
            raise AssertionError("parsed")

    points = "[console_scripts]\nx = y:z\n"
    assert read([Explosive({"entry_points.txt": points}), Explosive({})]) == ((), ())


@pytest.mark.parametrize(
    "texts, problem",
    [
        ({"METADATA": "Version: 1\n"}, "no name"),
        ({"METADATA": "Name: x\n"}, None),
    ],
)
def test_read_incomplete_metadata(texts, problem):
    texts = {"entry_points.txt": "[keras_core.backends]\na = m\n", **texts}
    good = {
        "entry_points.txt": "[keras_core.backends]\nb = n\n",
        "METADATA": "Name: good\nVersion: 1\n",
    }
    entries, problems = read([Distribution(texts), Distribution(good)])
    assert "b" in [e.name for e in entries]
    assert (problem is None) == (not problems)
    assert all(problem in text for text in problems)


def test_register_and_deregister():
    plugin = object()
    k.register("test_only", plugin)
    try:
        found = k.catalog().find("test_only", asked_by="the test")
        assert found.plugin is plugin
        assert found.distribution == "in-process"
        k.refresh()
        assert "test_only" in k.catalog().names, "reading the metadata again forgets nothing"
    finally:
        k.deregister("test_only")
    assert "test_only" not in k.catalog().names
    with pytest.raises(LookupError, match="no backend 'test_only' was registered"):
        k.deregister("test_only")


def test_register_wants_a_name():
    with pytest.raises(ValueError, match=r"'My-Engine' is not a name.*Did you mean 'my_engine'"):
        k.register("My-Engine", object())


def test_metadata_is_read_once(monkeypatch):
    calls = []
    monkeypatch.setattr(
        discovery.importlib.metadata, "distributions", lambda: calls.append(1) or []
    )
    k.refresh()
    try:
        k.catalog()
        k.catalog()
        assert len(calls) == 1
        k.refresh()
        assert len(calls) == 2
    finally:
        monkeypatch.undo()
        k.refresh()
