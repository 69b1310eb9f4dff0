"""The guides that are for every engine: each is run from top to bottom, as one program."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import keras_core as keras

pytestmark = pytest.mark.one_in(15)
GUIDES = Path(__file__).parents[2] / "docs/guides"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# Guides for one engine choose it; `tests/docs` runs them in processes of their own.
PAGES = sorted(
    page
    for page in GUIDES.glob("*.md")
    if 'os.environ["KERAS_BACKEND"] = ' not in "".join(BLOCK.findall(page.read_text("utf-8")))
)


def program(page: Path) -> str:
    """The blocks of Python of a page, each on the lines that it has there."""
    text = page.read_text(encoding="utf-8")
    lines = [""] * text.count("\n")
    for match in BLOCK.finditer(text):
        start = text.count("\n", 0, match.start(1))
        block = match[1].splitlines()
        lines[start : start + len(block)] = block
    return "\n".join(lines)


@pytest.fixture
def _settings() -> Iterator[None]:
    """A guide may change settings, and what it registers is its own."""
    policy, floatx = keras.config.dtype_policy(), keras.config.floatx()
    with keras.saving.custom_object_scope({}):
        yield
    keras.config.set_dtype_policy(policy)
    keras.config.set_floatx(floatx)


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_guide(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(program(page), str(page), "exec"), {"__name__": "guide"})
