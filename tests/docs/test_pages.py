"""The guide for authors of backends: links lead somewhere, and what is generated is up to date."""

import itertools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keras_core_plugins.levels import LEVELS
from keras_core_plugins.protocol import PRIMITIVES

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCK = re.compile(r"^```python.*?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHOICE = 'os.environ["KERAS_BACKEND"] = '
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """What ``page.md#...`` may name: headings as the site and the forge spell them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        file, _, anchor = target.partition("#")
        place = (page.parent / file).resolve() if file else page
        if place == ROOT / "docs/api/index.md":  # made while the site is built
            continue
        assert place.exists(), f"{target} does not exist"
        assert not anchor or anchor in anchors(place), f"{target} has no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_code_is_python(page: Path) -> None:
    for code in BLOCK.findall(page.read_text(encoding="utf-8")):
        compile(code, str(page), "exec")


def codes_that_import_the_core() -> Iterator[Any]:
    """Each block of a page that imports the core; see test_tutorial.py for that page's."""
    for page in PAGES:
        if page.name != "tutorial.md" and page.parent.name != "guides":
            for i, code in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
                if "import keras_core" in code:
                    yield pytest.param(code, id=f"{page.relative_to(ROOT)}-{i}")


@pytest.mark.one_in(4)
@pytest.mark.parametrize("code", list(codes_that_import_the_core()))
def test_code_that_imports_the_core_runs(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def programs_for_an_engine() -> Iterator[Any]:
    """Each block of a guide that imports the core, with those after it that do not.

    Guides for every engine are run on every one: see tests/backends/test_guides.py.
    """
    for page in PAGES:
        blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
        if page.parent.name != "guides" or not any(CHOICE in block for block in blocks):
            continue
        starts = [i for i, block in enumerate(blocks) if "import keras_core" in block]
        for i, (start, end) in enumerate(itertools.pairwise([*starts, len(blocks)])):
            yield pytest.param("\n".join(blocks[start:end]), id=f"{page.stem}-{i}")


@pytest.mark.one_in(4)
@pytest.mark.parametrize("code", list(programs_for_an_engine()))
def test_a_guide_for_an_engine_is_a_program(code: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_every_level_has_a_section() -> None:
    """The suite's messages name them."""
    assert set(LEVELS) <= anchors(ROOT / "docs/backends/conformance.md")


def test_every_page_of_the_guide_is_in_its_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in (ROOT / "docs/backends").glob("*.md"):
        assert f"backends/{page.name}" in menu


@pytest.mark.slow
def test_reference_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools/protocol_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_reference_has_every_primitive() -> None:
    assert set(PRIMITIVES) <= anchors(ROOT / "docs/backends/primitives.md")


def test_reference_has_every_service() -> None:
    found = anchors(ROOT / "docs/backends/services.md")
    assert {"tensors", "variables", "autodiff", "compiler", "distribution", "is_tensor"} <= found
