"""The pages of the reference, in Markdown: one for each public object, one for each module.

`tools/site_hooks.py` hands them to MkDocs; nothing is written into the sources.
"""

import ast
import functools
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import api
import faces
import griffe

FOLDER: Final = "api"

TITLES: Final = {
    "Args": "Arguments",
    "Call args": "Arguments of the call",
    "Call arguments": "Arguments of the call",
    "References": "Reference",
    "Examples": "Example",
    "Notes": "Note",
}
LISTS: Final = frozenset({"Args", "Call args", "Call arguments", "Attributes", "Raises"})
FENCE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
CODE: Final = re.compile(r"(?<!`)`([\w.]+)(\(\))?`(?!`)")
ITEM: Final = re.compile(r"\s*([*-]|\d\.) ")
WIDTH: Final = 79

# What a module is about. The order is that of the menu.
MODULES: Final = {
    "keras": "The names that stand at the top: models, tensors, variables and the like.",
    "keras.models": "Models, and what makes, copies and loads them.",
    "keras.layers": "Layers, by family.",
    "keras.activations": "Activation functions, and the look-up by name.",
    "keras.ops": "Operations on tensors, the same on every engine.",
    "keras.ops.numpy": "The operations that NumPy has, too.",
    "keras.ops.nn": "The operations of neural networks.",
    "keras.ops.linalg": "Linear algebra.",
    "keras.ops.image": "Operations on images.",
    "keras.random": "Random tensors, and the generator of their seeds.",
    "keras.losses": "Losses, as classes and as functions.",
    "keras.metrics": "Metrics.",
    "keras.optimizers": "Optimizers.",
    "keras.optimizers.schedules": "Schedules of learning rates.",
    "keras.optimizers.legacy": "Names of optimizers that old programs import.",
    "keras.callbacks": "Callbacks, which follow training and act on it.",
    "keras.initializers": "Initial values of weights.",
    "keras.regularizers": "Penalties on weights and outputs.",
    "keras.constraints": "Projections of weights after each update.",
    "keras.dtype_policies": "In which dtypes layers compute and keep their weights.",
    "keras.mixed_precision": "Mixed precision, by the names of Keras 2 and of Keras 3.",
    "keras.quantizers": "Quantised weights and activations.",
    "keras.distribution": "Data and models over several devices.",
    "keras.distillation": "Training a small model from a large one.",
    "keras.saving": "Saving and loading models, weights and configs.",
    "keras.export": "Models for serving, without this library.",
    "keras.applications": "Known architectures, with weights trained on ImageNet.",
    "keras.datasets": "Small data sets, which are downloaded once.",
    "keras.preprocessing": "Data sets from folders and arrays, by their older names.",
    "keras.preprocessing.image": "Images as files and arrays.",
    "keras.preprocessing.sequence": "Sequences of one length.",
    "keras.preprocessing.text": "Text, by the names of Keras 2.",
    "keras.utils": "Helpers for data, files, models and random seeds.",
    "keras.utils.bounding_boxes": "Boxes in images.",
    "keras.visualization": "Pictures of images, boxes and masks.",
    "keras.wrappers": "Models as estimators of scikit-learn.",
    "keras.tree": "Nested structures of tensors.",
    "keras.config": "Settings of the process.",
    "keras.backend": "The backend in use, and helpers by their older names.",
    "keras.legacy.saving": "Configs in the format of Keras 2.",
    "keras.utils.legacy": "Configs in the format of Keras 2.",
}


def place(name: str) -> str:
    """The page of an object or a module, below the folder of the documentation."""
    return f"{FOLDER}/{name}.md"


@functools.cache
def homes() -> dict[str, api.Entry]:
    """By public name, the object."""
    return {name: entry for entry in api.entries() for name in entry.names}


@functools.cache
def stops() -> frozenset[str]:
    """The classes whose methods are on pages of their own."""
    return frozenset(
        entry.obj.path for entry in api.entries() if isinstance(entry.obj, griffe.Class)
    )


def pages() -> Iterator[tuple[str, str]]:
    """All pages with their text."""
    yield f"{FOLDER}/index.md", index()
    yield f"{FOLDER}/types.md", types_page()
    for module, names in api.namespaces().items():
        yield place(f"{module}.__module__"), module_page(module, names)
    for entry in api.entries():
        yield place(entry.name), page(entry)


def menu() -> list[dict[str, list[str | dict[str, str]]]]:
    """The modules as a part of the menu, each with the pages of its objects."""
    return [
        {
            module: [
                place(f"{module}.__module__"),
                *(
                    {name: place(e.name)}
                    for name, e in names.items()
                    if e.name == f"{module}.{name}"
                ),
            ]
        }
        for module, names in sorted(api.namespaces().items(), key=lambda item: _position(item[0]))
    ]


def _position(module: str) -> tuple[int, str]:
    order = list(MODULES)
    return (order.index(module) if module in MODULES else len(order), module)


# -- Modules ----------------------------------------------------------------------------


def index() -> str:
    """The page that lists the modules."""
    lines = ["# API reference", ""]
    lines += [
        "Names are those of Keras; `import keras_core as keras` gives them. What `TensorLike` and",
        "the like mean in signatures is on [a page of its own](types.md).",
        "",
    ]
    lines += ["| Module | Names | |", "|---|---|---|"]
    for module, names in sorted(api.namespaces().items(), key=lambda item: _position(item[0])):
        link = f"[`{module}`]({module}.__module__.md)"
        lines.append(f"| {link} | {len(names)} | {MODULES.get(module, _of_what(module))} |")
    return "\n".join([*lines, ""])


def _of_what(module: str) -> str:
    parent, _, last = module.rpartition(".")
    if parent == "keras.applications":
        return f"Architectures and preprocessing of `{last}`."
    return f"The data set `{last}`."


def module_page(module: str, names: dict[str, api.Entry]) -> str:
    """The names of a module, by family."""
    families: dict[str, list[tuple[str, api.Entry]]] = defaultdict(list)
    for name, entry in names.items():
        families[_family(entry)].append((name, entry))
    lines = [f"# {module}", "", MODULES.get(module, _of_what(module)), ""]
    below = [m for m in api.namespaces() if m.startswith(f"{module}.")]
    if below and module != "keras":
        links = ", ".join(f"[`{m}`]({m}.__module__.md)" for m in below)
        lines += [f"Also: {links}.", ""]
    headed = len(names) > 20 and len(families) > 1
    for family in sorted(families, key=lambda f: _title(f).lower()):
        if headed:
            lines += [f"## {_title(family)}", ""]
        for name, entry in families[family]:
            summary = linked(entry.docstring.summary, entry)
            lines += [f"[`{name}`]({entry.name}.md)", f":   {summary}", ""]
    return "\n".join(lines)


def _family(entry: api.Entry) -> str:
    """The module or package that says what an object is one of."""
    return ".".join(entry.module.split(".")[:3])


@functools.cache
def _title(family: str) -> str:
    """The first sentence of a module's docstring."""
    path = faces.SOURCE.joinpath(*family.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or family
    first = docstring.split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=\w)[.:](?:\s|$)", first)[0]


def types_page() -> str:
    """The names for types that signatures have."""
    lines = ["# Types in signatures", ""]
    lines += ["They are in `keras_core.typing`, for programs that a type checker reads, too.", ""]
    for name, obj in api.types().items():
        docstring = api.parse(obj.docstring.value if obj.docstring else "")
        lines += [f"## {name}", ""]
        if isinstance(obj, griffe.Attribute) and obj.value is not None:
            lines += ["```python", f"{name} = {obj.value}", "```", ""]
        lines += [docstring.summary, ""]
        if docstring.text:
            lines += [with_examples(docstring.text), ""]
        for title, body in docstring.sections:
            lines += [f"**{title}**", "", with_examples(body), ""]
        for field, member in obj.members.items():
            if isinstance(member, griffe.Attribute) and member.docstring:
                lines += [f"`{field}` <small>`{member.annotation}`</small>"]
                lines += [f":   {member.docstring.value}", ""]
    return "\n".join(lines)


# -- Objects ----------------------------------------------------------------------------


def page(entry: api.Entry) -> str:
    """The page of an object."""
    module, _, name = entry.name.rpartition(".")
    lines = [f"# {name}", "", f"[`{module}`]({module}.__module__.md)", ""]
    if callable(entry.live):
        lines += [*_signature(entry.name, entry.parameters, _returned(entry.obj)), ""]
    if len(entry.names) > 1:
        lines += ["Also: " + ", ".join(f"`{alias}`" for alias in entry.names[1:]) + ".", ""]
    lines += _parts(entry.docstring, entry, entry.parameters, heading="## {}")
    if isinstance(entry.obj, griffe.Class):
        lines += _inheritance(entry.obj)
        lines += _methods(entry.obj, entry)
    return "\n".join([*lines, *_source(entry.obj), ""])


def _signature(name: str, parameters: list[api.Parameter], returned: str) -> list[str]:
    shown = []
    for parameter in parameters:
        if parameter.keyword_only and not any(text.startswith("*") for text in shown):
            shown.append("*")
        shown.append(str(parameter))
    arrow = f" -> {returned}" if returned else ""
    one = f"{name}({', '.join(shown)}){arrow}"
    if len(one) <= WIDTH:
        return ["```python", one, "```"]
    return ["```python", f"{name}(", *(f"    {text}," for text in shown), f"){arrow}", "```"]


def _returned(obj: griffe.Object) -> str:
    return str(obj.returns or "") if isinstance(obj, griffe.Function) else ""


def _parts(
    docstring: api.Docstring, entry: api.Entry, parameters: list[api.Parameter], heading: str
) -> list[str]:
    """A docstring in Markdown."""
    lines = [linked(docstring.summary, entry), ""]
    if docstring.text:
        lines += [linked(with_examples(docstring.text), entry), ""]
    for title, body in docstring.sections:
        if title:
            lines += [heading.format(TITLES.get(title, title)), ""]
        if title in LISTS and (items := docstring.items(title)):
            types = {p.name.lstrip("*"): p for p in parameters} if title == "Args" else {}
            for name, text in items.items():
                lines += [_term(name, types.get(name.lstrip("*")), title)]
                lines += [":   " + linked(_indented(with_examples(text)), entry), ""]
        else:
            lines += [linked(with_examples(body), entry), ""]
    return lines


def _term(name: str, parameter: api.Parameter | None, title: str) -> str:
    if title == "Raises" or parameter is None:
        return f"`{name}`"
    kind = f" <small>{_type(parameter.annotation)}</small>" if parameter.annotation else ""
    default = f" <small>= `{parameter.default}`</small>" if parameter.default else ""
    return f"`{name}`{kind}{default}"


def _type(annotation: str) -> str:
    """A type, which leads to what explains it."""
    for name in re.findall(r"\w+", annotation):
        if name in api.types():
            return f"[`{annotation}`](types.md#{name.lower()})"
    return f"`{annotation}`"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def with_examples(text: str) -> str:
    """Fences around what is typed at a prompt, and an empty line before a list."""
    lines: list[str] = []
    inside = fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        starts = line.lstrip().startswith(">>>")
        if starts and not inside and not fenced:
            lines += ["", "```pycon"]
            inside = True
        elif inside and not line.strip():
            lines.append("```")
            inside = False
        item, above = ITEM.match(line), lines[-1] if lines else ""
        if item and above.strip() and not inside and not ITEM.match(above) and above[0] != " ":
            lines.append("")
        lines.append(line)
    return "\n".join([*lines, "```"] if inside else lines).strip("\n")


def linked(text: str, entry: api.Entry) -> str:
    """Text in which names of the API lead to their pages."""
    prose = [FENCE.sub("", text)]
    if not CODE.search(prose[0]):
        return text
    pieces = re.split(f"({FENCE.pattern})", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(
        piece if piece.startswith("```") else CODE.sub(lambda m: _link(m, entry), piece)
        for piece in pieces
    )


def _link(match: re.Match[str], entry: api.Entry) -> str:
    name = match[1]
    near = [f"{full.rpartition('.')[0]}.{name}" for full in entry.names]
    for candidate in (name, f"keras.{name}", *near, f"keras.layers.{name}"):
        if candidate in entry.names:
            break
        if candidate in homes():
            return f"[{match[0]}]({homes()[candidate].name}.md)"
        if candidate in api.namespaces():
            return f"[{match[0]}]({candidate}.__module__.md)"
    return match[0]


def _inheritance(cls: griffe.Class) -> list[str]:
    pages_of = {entry.obj.path: entry for entry in api.entries()}
    for base in api.bases(cls):
        if base.path in stops():
            name = pages_of[base.path].name
            return ["## Inherits", "", f"Methods and properties of [`{name}`]({name}.md).", ""]
    return []


def _methods(cls: griffe.Class, entry: api.Entry) -> list[str]:
    found = api.public_methods(cls, stops())
    lines = ["## Methods and properties", ""] if found else []
    for name, obj in found.items():
        docstring = api.parse(obj.docstring.value if obj.docstring else "")
        lines += [f"### {name}", ""]
        if isinstance(obj, griffe.Function):
            parameters = api.parameters(obj)
            lines += [*_signature(name, parameters, _returned(obj)), ""]
        else:
            parameters = []
        lines += _parts(docstring, entry, parameters, heading="**{}**")
    return lines


def _source(obj: griffe.Object) -> list[str]:
    """Where an object is written, and how."""
    if obj.is_alias or not isinstance(obj.filepath, type(faces.SOURCE)) or not obj.lineno:
        return []
    place = obj.filepath.relative_to(faces.SOURCE)
    return [
        "## Source { data-search-exclude }",
        "",
        f'??? quote "`{place}`, line {obj.lineno}"',
        "",
        "    ```python",
        *(f"    {line}" for line in obj.source.replace("```", "'''").splitlines()),
        "    ```",
    ]
