"""The reference: what is read from docstrings, and the pages that are made of it."""

import api
import api_pages
import pytest

DOCSTRING = """What it is, in
one paragraph.

More about it.

Args:
    x, y: Tensors
        of one shape.
    **options: See `Dense`.

Raises:
    ValueError: If there is nothing.

That is rare.

Example:

>>> 1 + 1
2
"""


def test_parts_of_a_docstring() -> None:
    found = api.parse(DOCSTRING)
    assert found.summary == "What it is, in one paragraph."
    assert found.text == "More about it."
    assert found.items("Args") == {
        "x": "Tensors\nof one shape.",
        "y": "Tensors\nof one shape.",
        "**options": "See `Dense`.",
    }
    assert found.items("Raises") == {"ValueError": "If there is nothing."}
    assert ("", "That is rare.") in found.sections
    assert found.runs
    assert not api.parse("A name.\n\nExample:\n\n```python\nf()\n```\n").runs


def test_every_public_name_has_one_page() -> None:
    entries = api.entries()
    names = [name for entry in entries for name in entry.names]
    assert len(names) == len(set(names))
    assert len({entry.name for entry in entries}) == len(entries)


@pytest.mark.parametrize("name", ["keras.layers.Dense", "keras.applications.VGG16"])
def test_a_page(name: str) -> None:
    text = api_pages.page(api_pages.homes()[name])
    for part in ("## Arguments", "## Source", f"{name}("):
        assert part in text


def test_names_in_prose_lead_to_their_pages() -> None:
    entry = api_pages.homes()["keras.layers.Dense"]
    linked = api_pages.linked("See `Layer` and ``Layer``.\n\n```\n`Layer`\n```", entry)
    assert linked == "See [`Layer`](keras.layers.Layer.md) and ``Layer``.\n\n```\n`Layer`\n```"


def test_types_are_explained() -> None:
    text = api_pages.types_page()
    assert "## TensorLike" in text
    page = api_pages.page(api_pages.homes()["keras.ops.softmax"])
    assert "[`TensorLike`](types.md#tensorlike)" in page


def test_examples_become_blocks() -> None:
    text = "Example:\n\n>>> f(1)\n2\n\nThat is all."
    assert api_pages.with_examples(text).count("```") == 2


def test_what_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = api_pages.homes()["keras.layers.Dense"]
    assert api.undocumented_arguments(entry) == []
    bare = api.Entry(entry.names, entry.module, entry.obj, entry.live, api.parse("A layer."))
    assert "units" in api.undocumented_arguments(bare)
    monkeypatch.setattr(api, "callable_entries", lambda: [bare])
    assert api.lacking()["example"] == [entry.name]
