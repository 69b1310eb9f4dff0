"""Write the modules that users import from: ``python tools/faces.py [--check]``.

A public name is written once, in a mark at the definition of what it names::

    @public("keras.layers.Conv2D", "keras.layers.Convolution2D")
    class Conv2D(Layer): ...

From these marks follow the faces and an index. The face `keras_core/layers/__init__.py` lists all
names of ``keras.layers`` in ``__all__``, and imports them where types are checked; in a program,
the module of a name is imported when the name is first used. A face holds nothing else but its
docstring, which is written by hand. It is a package where there is a folder of its name or where it
has faces below it, else a module. The index, `keras_core/core/base/index.py`, says which module
defines a name, also for names that only files may use (``also_known_as``, ``keras.src``) and for
those of Keras 2 (``legacy("keras.backend.mean")``), and which modules have to be run for what they
register (``part_of("keras.ops")``). With ``--check`` nothing is written, and the exit status is 1
if a face or the index differs.
"""

import argparse
import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard

SOURCE: Final = Path(__file__).resolve().parents[1] / "keras-core" / "src"
PACKAGE: Final = SOURCE / "keras_core"
ROOT: Final = "keras"
HIDDEN: Final = f"{ROOT}.src"
INDEX: Final = PACKAGE / "core" / "base" / "index.py"
LAZY: Final = "keras_core.core.base.lazy"
LOCK: Final = "keras_core.core.tensors"

Mark = tuple[str, str]
"""A module and the name of a definition in it."""


@dataclass
class Marks:
    """What the marks of all files say; names are by public module."""

    public: dict[str, dict[str, Mark]]
    """Names that users import, with what they stand for; a module without names of its own is here
    if there are some below it."""
    names: dict[Mark, list[str]]
    """The same by what they stand for, in the order in which they are written."""
    hidden: dict[str, dict[str, str]]
    """Names that only files and strings may use, with the module that defines them."""
    old: dict[str, dict[str, str]]
    """Names of Keras 2 that are not part of the API any more, likewise."""
    parts: dict[str, list[str]]
    """Modules that are run for what they register."""
    operations: dict[str, str]
    """Operations (``@op("x:float")``) with the modules that declare them."""


def all_marks() -> Marks:
    """What the marks of all files say."""
    public, written = defaultdict[str, dict[str, Mark]](dict), defaultdict[Mark, list[str]](list)
    marks = Marks(public, written, defaultdict(dict), defaultdict(dict), defaultdict(list), {})
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        if not any(f"{word}(" in text for word in ("public", "legacy", "part_of", "op")):
            continue
        parts = path.relative_to(SOURCE).with_suffix("").parts
        place = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for call, defined in _calls(ast.parse(text)):
            names = _names(call, path) if not _is_mark(call, "op") else []
            match call.func:
                case ast.Name(id="public"):
                    for name in names:
                        _add_public(marks, name, (place, defined))
                    for name in _also_known_as(call):
                        module, _, last = name.rpartition(".")
                        module = module or names[0].rpartition(".")[0]
                        marks.hidden[module].setdefault(last, place)
                case ast.Name(id="legacy"):
                    for name in names:
                        module, _, last = name.rpartition(".")
                        marks.old[module][last] = place
                case ast.Name(id="op"):
                    options = {k.arg: k.value for k in call.keywords}
                    if "register" not in options:
                        name = options.get("name", ast.Constant(defined))
                        marks.operations[ast.literal_eval(name)] = place
                case _:
                    marks.parts[names[0]].append(place)
    for module in list(marks.public):
        while "." in module:
            module = module.rpartition(".")[0]
            marks.public.setdefault(module, {})
    return marks


def _add_public(marks: Marks, full: str, mark: Mark) -> None:
    module, _, name = full.rpartition(".")
    if module == HIDDEN or module.startswith(f"{HIDDEN}."):
        marks.hidden[module][name] = mark[0]
    elif marks.public[module].setdefault(name, mark) != mark:
        sys.exit(f"{full} stands for both {marks.public[module][name]} and {mark}")
    else:
        marks.names[mark].append(full)


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """The marks of a file, with the names of what they are about."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if _is_mark(decorator, "public", "legacy", "op"):
                    yield decorator, node.name
        elif isinstance(node, ast.Expr) and isinstance(call := node.value, ast.Call):
            if _is_mark(call, "part_of"):
                yield call, ""
            elif _is_mark(call.func, "legacy"):
                yield call.func, ""
            elif _is_mark(call.func, "public") and isinstance(held := call.args[0], ast.Name):
                yield call.func, held.id


def _is_mark(node: ast.expr, *words: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in words


def _names(call: ast.Call, path: Path) -> list[str]:
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if len(names) != len(call.args) or not all(n.startswith(ROOT) for n in names):
        sys.exit(f"{path}:{call.lineno}: marks take dotted names that begin with {ROOT!r}")
    return names


def _also_known_as(call: ast.Call) -> list[str]:
    given = [k.value for k in call.keywords if k.arg == "also_known_as"]
    return [name for value in given for name in ast.literal_eval(value)]


def place_of(module: str, marks: Marks) -> Path:
    """The file of a face."""
    folder = PACKAGE.joinpath(*module.split(".")[1:])
    packaged = folder.is_dir() or any(other.startswith(f"{module}.") for other in marks.public)
    return folder / "__init__.py" if packaged else folder.with_suffix(".py")


def face(module: str, marks: Marks, path: Path) -> str:
    """The source of a face."""
    old = ast.parse(path.read_text() if path.exists() else "")
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in old.body):
        sys.exit(f"{path} holds code, so it cannot be the face of {module}: move the code")
    docstring = ast.get_docstring(old, clean=False)
    own = "keras_core" + module.removeprefix(ROOT)
    below = sorted(m.rpartition(".")[2] for m in marks.public if m.rpartition(".")[0] == module)
    names = marks.public[module]
    if clash := set(below) & set(names):
        sys.exit(f"{module} has modules and names that are called alike: {sorted(clash)}")
    lines = [f'"""{docstring or f"`{module}`."}"""', ""]
    lines += ["from typing import TYPE_CHECKING", f"from {LAZY} import lazily"]
    if module == ROOT:
        lines.append(f"from {LOCK} import runtime as _runtime  # noqa: F401  # locks the backend")
    lines += ["", "if TYPE_CHECKING:"]
    lines += [f"    from {own} import {name} as {name}" for name in below]
    for name, (place, defined) in sorted(names.items()):
        lines.append(f"    from {place} import {defined} as {name}")
    lines += ["else:", "    __getattr__, __dir__ = lazily(__name__)"]
    listed = "".join(f"    {name!r},\n" for name in sorted([*below, *names]))
    lines += ["", f"__all__ = [\n{listed}]", ""]
    return "\n".join(lines)


def index(marks: Marks) -> str:
    """The source of the index; modules are named as from inside of the package."""

    def inside(place: str, defined: str = "", name: str = "") -> str:
        return place.partition(".")[2] + (f":{defined}" if defined != name else "")

    public = {
        module: {name: inside(*mark, name) for name, mark in sorted(names.items())}
        for module, names in sorted(marks.public.items())
    }
    hidden, old = (
        {module: {n: inside(p) for n, p in sorted(t[module].items())} for module in sorted(t)}
        for t in (marks.hidden, marks.old)
    )
    parts = {module: [*map(inside, sorted(marks.parts[module]))] for module in sorted(marks.parts)}
    operations = {name: inside(place) for name, place in sorted(marks.operations.items())}
    return f'''"""Which module defines a public name; written by `tools/faces.py` from the marks.

Modules are named as from inside of the package, with ``:definition`` where that has another name.
"""

PUBLIC = {public!r}
"""Names that users import, by public module."""

HIDDEN = {hidden!r}
"""Names that only files and strings may use."""

OLD = {old!r}
"""Names of Keras 2 that are not part of the API any more."""

OPERATIONS = {operations!r}
"""The operations, which are more than those of `keras.ops`."""

PARTS = {parts!r}
"""By public module, those which register something for what it has."""
'''


def formatted(text: str, path: Path) -> str:
    """Source as the project's formatter writes it."""
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        done = subprocess.run(ruff, input=text, capture_output=True, text=True, check=True)
        text = done.stdout
    return text


def main() -> int:
    """Write or check all faces and the index."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    marks = all_marks()
    wanted = {INDEX: index(marks)}
    for module in sorted(marks.public):
        path = place_of(module, marks)
        wanted[path] = face(module, marks, path)
    stale = []
    for path, text in wanted.items():
        text = formatted(text, path)
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
