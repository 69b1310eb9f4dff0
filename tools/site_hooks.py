"""What MkDocs does beside turning pages into HTML: hooks, named in `mkdocs.yml`.

The pages of the reference, and those of files that lie elsewhere in the repository, are made while
the site is built; links to such files lead to their pages.
"""

import posixpath
import re
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import api_pages  # noqa: E402  # it lies beside this file

LINK: Final = re.compile(r"(\]\()((?:\.\./)*[^)\s:#]+)((?:#[^)\s]*)?\))")

ELSEWHERE: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "examples/keras-backend-tinygrad/README.md": "examples/tinygrad.md",
    **{
        f"examples/{path.name}": f"examples/{path.stem}.md"
        for path in sorted((ROOT / "examples").glob("*.py"))
    },
}
"""Files of the repository by the pages that show them."""


def on_config(config: Any) -> Any:
    """Put the modules of the API into the menu."""
    for part in config.nav:
        if isinstance(part, dict) and "API reference" in part:
            part["API reference"] = ["api/index.md", "api/types.md", *api_pages.menu()]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages that are made."""
    from mkdocs.structure.files import File

    for place, text in api_pages.pages():
        files.append(File.generated(config, place, content=text))
    for source, page in ELSEWHERE.items():
        files.append(File.generated(config, page, content=_shown(source)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links to files of the repository to their pages."""
    here = page.file.src_uri
    source = {page: source for source, page in ELSEWHERE.items()}.get(here, f"docs/{here}")

    def lead(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match[2]))
        shown = ELSEWHERE.get(target, target.removeprefix("docs/"))
        return match[1] + posixpath.relpath(shown, posixpath.dirname(here) or ".") + match[3]

    return markdown if here.startswith("api/") else LINK.sub(lead, markdown)


def _shown(source: str) -> str:
    """A file of the repository as a page."""
    text = (ROOT / source).read_text(encoding="utf-8")
    if not source.endswith(".py"):
        return text
    return f"# {Path(source).name}\n\n```python title={source!r}\n{text}```\n"
