"""Check that exceptions from SLF001 are needed: ``python tools/private_members.py``.

Members that begin with an underscore are used in their own module, and in tests. The files that do
not keep to that yet are listed in `pyproject.toml`; one that does by now has to leave the list, so
that it can only become shorter.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


def main() -> int:
    """Hold the files that use private members of others against the list."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text())
    exceptions = configuration["tool"]["ruff"]["lint"]["per-file-ignores"]
    exempt = {path for path, rules in exceptions.items() if "SLF001" in rules}
    listed = {path for path in exempt if "*" not in path}
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "SLF001", "--output-format", "json"]
    command = [*ruff, "--config", "lint.per-file-ignores={}", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    uses = json.loads(done.stdout)
    paths = [Path(use["filename"]).relative_to(ROOT) for use in uses]
    found = {path.as_posix() for path in paths if "tests" not in path.parts}
    for path in sorted(listed - found):
        print(f"{path} uses no private members of others: take it off the list of SLF001")
    print(f"{len(found)} files use private members of other modules")
    return int(bool(listed - found))


if __name__ == "__main__":
    sys.exit(main())
