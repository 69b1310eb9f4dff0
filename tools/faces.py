"""Write the modules that users import from: ``python tools/faces.py [--check]``.

A public name is written once, in a mark at the definition of what it names::

    @public("keras.layers.Conv2D", "keras.layers.Convolution2D")
    class Conv2D(Layer): ...

From these marks follow the faces: `keras_core/layers/__init__.py` imports all names of
``keras.layers`` and lists them in ``__all__``. A face holds nothing else but its docstring, which
is written by hand, and imports of modules that say ``part_of("keras.ops")``, since they register
something there without a name. One that had names in Keras 2 (``legacy("keras.backend.mean")``)
looks for them when it is asked, and so it does for the names of modules that say ``on_demand()``.
It is a package where there is a folder of its name or where it has faces below it, else a module.
With ``--check`` nothing is written, and the exit status is 1 if a face differs.
"""

import argparse
import ast
import functools
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parents[1] / "keras-core" / "src"
PACKAGE: Final = SOURCE / "keras_core"
ROOT: Final = "keras"
HIDDEN: Final = f"{ROOT}.src"
LAZY: Final = "keras_core.core.base.lazy"

Mark = tuple[str, str]
"""A module and the name of a definition in it."""


def marks_in(path: Path) -> list[tuple[str, Mark]]:
    """Public names with what they stand for, as one file has them."""
    text = path.read_text()
    if "public(" not in text:
        return []
    parts = path.relative_to(SOURCE).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            calls = [d for d in node.decorator_list if _is_mark(d)]
            found += [(name, (module, node.name)) for call in calls for name in _names(call, path)]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            mark, arguments = node.value.func, node.value.args
            if _is_mark(mark) and len(arguments) == 1 and isinstance(arguments[0], ast.Name):
                held = arguments[0].id
                found += [(name, (module, held)) for name in _names(mark, path)]
    return found


def _is_mark(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "public"
    )


def _names(call: ast.expr, path: Path) -> list[str]:
    assert isinstance(call, ast.Call)
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if len(names) != len(call.args) or not all(n.startswith(f"{ROOT}.") for n in names):
        sys.exit(f"{path}:{call.lineno}: public() takes dotted names that begin with {ROOT!r}")
    return [name for name in names if not name.startswith(f"{HIDDEN}.")]


def parts() -> dict[str, list[str]]:
    """By public module, the modules that it runs for what they register there."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        for node in ast.parse(text).body if "part_of(" in text else ():
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                call = node.value
                if isinstance(call.func, ast.Name) and call.func.id == "part_of":
                    (module,) = (a.value for a in call.args if isinstance(a, ast.Constant))
                    inner = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
                    found[str(module)].append(inner)
    return found


def with_old_names() -> set[str]:
    """The public modules that had names in Keras 2 which are not part of the API any more."""
    return {
        name.value.rpartition(".")[0]
        for path in sorted(PACKAGE.rglob("*.py"))
        if "legacy(" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "legacy"
        for name in node.args
        if isinstance(name, ast.Constant) and isinstance(name.value, str)
    }


@functools.cache
def on_demand(module: str) -> bool:
    """Whether a module says that it is imported when its names are used."""
    path = SOURCE.joinpath(*module.split("."))
    text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    return "\non_demand()\n" in text


def all_faces() -> dict[str, dict[str, Mark]]:
    """By public module, its names and what they stand for."""
    faces: dict[str, dict[str, Mark]] = defaultdict(dict)
    for path in sorted(PACKAGE.rglob("*.py")):
        for full, mark in marks_in(path):
            module, _, name = full.rpartition(".")
            if faces[module].setdefault(name, mark) != mark:
                sys.exit(f"{full} stands for both {faces[module][name]} and {mark}")
    for module in list(faces):
        while "." in module:
            module = module.rpartition(".")[0]
            faces.setdefault(module, {})
    return dict(faces)


def place_of(module: str, faces: dict[str, dict[str, Mark]]) -> Path:
    """The file of a face."""
    folder = PACKAGE.joinpath(*module.split(".")[1:])
    packaged = folder.is_dir() or any(other.startswith(f"{module}.") for other in faces)
    return folder / "__init__.py" if packaged else folder.with_suffix(".py")


def text_of(module: str, faces: dict[str, dict[str, Mark]], path: Path) -> str:
    """The source of a face."""
    old = ast.parse(path.read_text() if path.exists() else "")
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in old.body):
        sys.exit(f"{path} holds code, so it cannot be the face of {module}: move the code")
    docstring = ast.get_docstring(old, clean=False)
    own = "keras_core" + module.removeprefix(ROOT)
    late = {n: mark for n, mark in faces[module].items() if on_demand(mark[0])}
    below = sorted(m.rpartition(".")[2] for m in faces if m.rpartition(".")[0] == module)
    names = faces[module]
    if clash := set(below) & set(names):
        sys.exit(f"{module} has modules and names that are called alike: {sorted(clash)}")
    lines = [f'"""{docstring or f"`{module}`."}"""', ""]
    for part in parts().get(module, ()):
        room, _, name = part.rpartition(".")
        lines.append(f"from {room} import {name} as _{name}  # noqa: F401  # it registers things")
    if below:
        lines.append(f"from {own} import {', '.join(below)}")
    for name, (place, defined) in sorted(names.items()):
        renamed = "" if name == defined else f" as {name}"
        if name not in late:
            lines.append(f"from {place} import {defined}{renamed}")
    if old := module in with_old_names():
        lines.append("from keras_core.core.base.legacy import names_of as _names_of")
    if late:
        assert not old, f"{module} has old names, and some that are imported when they are used"
        lines += ["from typing import TYPE_CHECKING", f"from {LAZY} import lazily"]
        lines += ["", "if TYPE_CHECKING:"]
        lines += [f"    from {place} import {defined}" for place, defined in late.values()]
        homes = "".join(f"    {name!r}: {place!r},\n" for name, (place, _) in sorted(late.items()))
        lines += ["", f"__getattr__ = lazily(__name__, {{\n{homes}}})"]
    listed = "".join(f"    {name!r},\n" for name in sorted([*below, *names]))
    lines += ["", f"__all__ = [\n{listed}]", ""]
    if old:  # which a type checker would take for any name
        lines.insert(1, "from typing import TYPE_CHECKING as _TYPE_CHECKING")
        lines += ["if not _TYPE_CHECKING:", "    __getattr__ = _names_of(__name__)", ""]
    text = "\n".join(lines)
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def main() -> int:
    """Write or check all faces."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    faces = all_faces()
    stale = []
    for module in sorted(faces):
        path = place_of(module, faces)
        text = text_of(module, faces, path)
        if not path.exists() or path.read_text() != text:
            stale.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    for path in stale:
        print(f"{path.relative_to(SOURCE)}: {'differs from the marks' if check else 'written'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
