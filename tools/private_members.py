"""Check that private members stay private: ``python tools/private_members.py``.

A member that begins with an underscore is used by the module that has it, and by classes that
have it too, of other objects of their family. That is more than ruff's SLF001 allows, which sees
neither where a member comes from nor which class it is in, and less than Python does.

Members of other packages that have no public name are listed below, each with what it is for; one
that is not used any more has to leave the list.
"""

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

OF_OTHERS: Final = {
    "_inbound_nodes": "the calls of a layer: clients of Keras read them under this name",
    "_getframe": "Python's stack, for where a user's line is",
    "_exit": "the end of a process that must not run handlers",
    "_processes": "the processes of an executor, to kill those that hang, before Python 3.14",
    "_int_mm": "torch's product of integers",
    "_foreach_*": "torch's updates of lists of tensors, as its optimizers use them",
    "_fused_adam_": "the same",
    "_standard_gamma": "torch's gamma distribution with a generator",
    "_disable_dynamo": "torch's mark of what is not compiled",
    "_are_functorch_transforms_active": "whether torch.func differentiates",
    "_C": "torch's own module, for the one above",
    "_global_forward_hooks": "hooks of all of torch's modules, which a layer's call has to run",
    "_global_forward_pre_hooks": "the same",
    "_global_backward_hooks": "the same",
    "_global_backward_pre_hooks": "the same",
    "_global_parameter_registration_hooks": "the same, for parameters",
    "_global_module_registration_hooks": "the same, for modules",
    "_maybe_initialize_trackable": "what TensorFlow's checkpoints ask of an object",
    "_shared_name": "the same",
    "_serialize_to_tensors": "the same",
    "_restore_from_tensors": "the same",
    "_export_to_saved_model_graph": "what TensorFlow's SavedModels ask of an object",
    "_write_object_proto": "the same",
}


def is_private(name: str) -> bool:
    """Whether a name is for its own module; ``_replace`` and the like are namedtuples' API."""
    return (
        name.startswith("_")
        and not name.endswith("__")
        and name not in ("_replace", "_asdict", "_make", "_fields")
    )


def is_own(node: ast.expr) -> bool:
    """Whether an expression is the object or class that a method belongs to."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("super", "type")
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def members(tree: ast.Module) -> Iterator[str]:
    """The members that a module has: those that it defines, sets, or uses of ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Attribute) and (
            is_own(node.value) or isinstance(node.ctx, ast.Store)
        ):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Call):
            yield from (k.arg for k in node.keywords if k.arg)


def uses(tree: ast.Module) -> Iterator[ast.Attribute]:
    """Where a module uses private members of what is not ``self``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and not is_own(node.value):
            yield node


def main() -> int:
    """Hold every use of a private member against the members of its module."""
    wrong, used = 0, set[str]()
    for path in sorted(ROOT.glob("*/src/**/*.py")):
        tree = ast.parse(path.read_text())
        known = set(members(tree))
        for node in uses(tree):
            patterns = [name for name in OF_OTHERS if fnmatchcase(node.attr, name)]
            if patterns:
                used.update(patterns)
            elif node.attr not in known:
                wrong += 1
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                print(f"{place}: {ast.unparse(node)} is a private member of another module")
    for name in sorted(set(OF_OTHERS) - used):
        print(f"{name} is used nowhere: take it off the list")
    print(f"{wrong} private members of ours are used outside of their modules")
    return int(bool(wrong or set(OF_OTHERS) - used))


if __name__ == "__main__":
    sys.exit(main())
