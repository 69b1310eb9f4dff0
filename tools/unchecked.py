"""Run pyright, and hold the files that it does not check: ``python tools/unchecked.py [--lower]``.

`pyproject.toml` lists the files with errors inside of functions (``ignore`` of ``[tool.pyright]``).
Here pyright reads them too. What it finds in other files is shown, and so is what it finds in a
signature of a public name, wherever that is. The errors in the listed files are counted by file in
`tools/unchecked.toml`; none may rise, and each file has to have some, so that both lists only
shrink. ``--lower`` writes the counts that have become lower.
"""

import argparse
import ast
import json
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Final

import faces

ROOT: Final = Path(__file__).resolve().parents[1]
COUNTS: Final = Path(__file__).with_suffix(".toml")


def errors_of_all_files(settings: dict[str, Any]) -> list[tuple[Path, int, str]]:
    """The errors, those of the files to ignore included: file, line and message."""

    everything = {key: value for key, value in settings.items() if key != "ignore"}
    with tempfile.NamedTemporaryFile("w", dir=ROOT, prefix=".pyright-", suffix=".json") as file:
        file.write(json.dumps(everything))  # in the root, which its paths are relative to
        file.flush()
        command = [sys.executable, "-m", "pyright", "--project", file.name, "--outputjson"]
        command += ["--pythonpath", sys.executable]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["generalDiagnostics"]
    except ValueError:
        raise SystemExit(f"pyright did not run:\n{done.stdout}{done.stderr}") from None
    return [
        (
            Path(error["file"]).relative_to(ROOT),
            error["range"]["start"]["line"] + 1,
            f"{error['message']} ({error.get('rule', 'syntax')})",
        )
        for error in found
        if error["severity"] == "error"
    ]


def public_lines(path: Path, public: set[str]) -> set[int]:
    """The lines of a file that the signatures of public names and of their members stand on."""
    found: set[int] = set()

    def take(node: ast.stmt) -> None:
        if isinstance(node, ast.FunctionDef):
            found.update(range(node.lineno, node.body[0].lineno))
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                name = getattr(member, "name", "_")
                if not name.startswith("_") or name in ("__init__", "__call__"):
                    take(member)

    for node in ast.parse(path.read_text()).body:
        if getattr(node, "name", None) in public:
            take(node)
    return found


def main() -> int:
    """Show what pyright finds outside of the list, and hold the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lower", action="store_true", help="write counts that are lower now")
    options = parser.parse_args()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pyright"]
    listed = set(settings["ignore"])
    allowed: dict[str, int] = tomllib.loads(COUNTS.read_text())
    marks = faces.all_marks().names
    source = faces.SOURCE.relative_to(ROOT)

    faults: list[str] = []
    counts: Counter[str] = Counter()
    for file, line, message in errors_of_all_files(settings):
        path = file.as_posix()
        if path not in listed:
            faults.append(f"{path}:{line}: {message}")
            continue
        counts[path] += 1
        module = (
            ".".join(file.relative_to(source).with_suffix("").parts)
            if source in file.parents
            else ""
        )
        public = {name for place, name in marks if place == module}
        if line in public_lines(ROOT / file, public):
            faults.append(f"{path}:{line}: in a public signature: {message}")
    if options.lower:
        allowed = {path: min(n, counts[path]) for path, n in allowed.items() if counts[path]}
        lines = [f'"{path}" = {n}\n' for path, n in sorted(allowed.items())]
        COUNTS.write_text("".join([_HEAD, *lines]))
    for path in sorted({*listed, *allowed, *counts}):
        now, before = counts[path], allowed.get(path, 0)
        if path in listed and not now:
            faults.append(f"{path} has no errors: take it off `ignore` in pyproject.toml")
        if now > before:
            faults.append(f"{path} has {now} errors, {before} may be")
        elif now < before:
            print(f"{path} has {now} errors, fewer than the {before} that may be: run with --lower")
    print("\n".join(faults), file=sys.stderr)
    print(f"pyright: {sum(counts.values())} errors in {len(listed)} files that may have some")
    return int(bool(faults))


_HEAD: Final = """\
# The errors of pyright in each file that it does not have to pass, see tools/unchecked.py. They are
# inside of functions, none in a public signature. The numbers only become lower.
"""

if __name__ == "__main__":
    sys.exit(main())
