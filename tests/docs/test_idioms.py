"""The table of idioms of the engines names tests that exist, and misses none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/design/0007-engine-idioms.md"
TEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)
PROGRAM = re.compile(r"^def (\w+)\(keras\):", re.MULTILINE)
FOLDERS = {
    "torch": "keras-backend-torch/tests",
    "jax": "keras-backend-jax/tests",
    "tensorflow": "keras-backend-tensorflow/tests",
    "openvino": "keras-backend-openvino/tests",
    "all": "tests/backends",
}
PROGRAMS = ROOT / "tests/backends/idioms"


def rows() -> list[tuple[str, str, list[str]]]:
    """The engine, the idiom and the names of tests of each row."""
    found = re.findall(r"^\| (\w+) \| (.+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [(a, b, re.findall(r"`([^`]+)`", c)) for a, b, c in found if a in FOLDERS]


def programs(engine: str) -> set[str]:
    """The programs in the style of an engine, or those for all."""
    name = "common.py" if engine == "all" else f"{engine}_programs.py"
    return set(PROGRAM.findall((PROGRAMS / name).read_text("utf-8")))


def named() -> tuple[set[tuple[Path, str]], set[tuple[str, str]]]:
    """The tests of the table, an empty name for a whole file, and its programs with engines."""
    tests, shown = set(), set()
    for engine, idiom, names in rows():
        assert names, f"{engine}: {idiom} has no test"
        file = ""
        for name in names:
            given, _, test = name.partition("::")
            if program := re.fullmatch(r"(?:test_idioms\.py)?\[(\w+)\]", name):
                shown.add((engine, program[1]))
                continue
            file = given or file
            path = ROOT / file if "/" in file else ROOT / FOLDERS[engine] / file
            tests.add((path, test))
    return tests, shown


def test_each_idiom_has_a_test_that_exists() -> None:
    tests, shown = named()
    assert len(tests) > 50
    for path, test in tests:
        assert path.is_file(), f"there is no {path.relative_to(ROOT)}"
        assert not test or test in TEST.findall(path.read_text("utf-8")), f"there is no {test}"
    for engine, program in shown:
        assert program in programs(engine), f"there is no program {program}"


def test_each_test_of_an_idiom_is_in_the_table() -> None:
    tests, shown = named()
    for path in ROOT.glob("keras-backend-*/tests/test_*_idioms.py"):
        if (path, "") not in tests:
            there = {(path, test) for test in TEST.findall(path.read_text("utf-8"))}
            assert not there - tests, f"not in the table: {there - tests}"
    for engine in FOLDERS:
        if engine != "openvino":
            there = {(engine, program) for program in programs(engine)}
            assert not there - shown, f"not in the table: {there - shown}"
