"""The examples in the docstrings of what is public, as a reader would type them."""

import doctest
import importlib
from pathlib import Path

import faces
import pytest

from keras_core.core.objects import serialization

pytestmark = pytest.mark.one_in(15)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MARKS = sorted(faces.all_marks().names)


def examples_of(module: str, name: str) -> list[doctest.DocTest]:
    """The examples of an object and of its methods; what they need, they import."""
    obj = getattr(importlib.import_module(module), name)
    if not callable(obj):
        return []
    finder = doctest.DocTestFinder()
    found = finder.find(obj, name, module=importlib.import_module(module), globs={})
    return [test for test in found if test.examples]


EXAMPLES = [(module, name) for module, name in MARKS if examples_of(module, name)]


# What an engine does not do (to save memory, say), it warns about.
@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("module, name", EXAMPLES, ids=[name for _, name in EXAMPLES])
def test_example(module: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serialization, "_unsafe_allowed", [False])  # an example allows it
    said: list[str] = []
    for test in examples_of(module, name):
        runner = doctest.DocTestRunner(optionflags=OPTIONS)
        runner.run(test, out=said.append, clear_globs=False)
    assert not said, "".join(said)
