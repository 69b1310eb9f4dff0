"""Print the version of all distributions, or set it: ``python tools/version.py 1.1.0``."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION_LINE = re.compile(r'^version = "[^"]*"$', re.MULTILINE)
NUMBER = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")


def pyprojects() -> list[Path]:
    """The project files of the distributions."""
    found = sorted(ROOT.glob("keras-*/pyproject.toml"))
    if not found:
        raise SystemExit(f"no distribution found in {ROOT}")
    return found


def versions() -> dict[str, str]:
    """The version that each distribution states."""
    projects = [tomllib.loads(path.read_text(encoding="utf-8"))["project"] for path in pyprojects()]
    return {project["name"]: project["version"] for project in projects}


def set_version(version: str) -> None:
    """Write ``version`` into every project file."""
    for path in pyprojects():
        text, count = VERSION_LINE.subn(f'version = "{version}"', path.read_text(encoding="utf-8"))
        if count != 1:
            raise SystemExit(f"{path}: {count} lines with a version, 1 expected")
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Set the version if one is given; then check that there is only one, and print it."""
    if len(sys.argv) > 1:
        if NUMBER.fullmatch(sys.argv[1]) is None:
            raise SystemExit(f"{sys.argv[1]!r} is not a version such as 1.2.0 or 1.2.0rc1")
        set_version(sys.argv[1])
    found = versions()
    if len(set(found.values())) != 1:
        raise SystemExit(f"the distributions do not agree: {found}")
    print(next(iter(found.values())))


if __name__ == "__main__":
    main()
