"""The table of faults in the documentation: each row is there, and each test that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/design/0008-what-withstands-what.md").read_text()
COUNTS = {"L": 16, "D": 7, "S": 8, "T": 8, "B": 8, "R": 4, "C": 5, "P": 8, "F": 1, "X": 1}
"""How many rows of each letter there are."""


def rows():
    table = PAGE.partition("## Rows")[2].partition("## What is left")[0]
    for line in table.splitlines():
        if line.startswith("| ") and not line.startswith("| Fault"):
            _, fault, tests, mutants, _ = line.split("|")
            yield fault, tests, mutants


def test_each_row_is_there_or_said_to_be_left():
    left = PAGE.partition("## What is left")[2]
    named = {
        name
        for text in [left, *[fault for fault, _, _ in rows()]]
        for name in re.findall(r"\b[LDSTBRCPFX]\d+\b", text)
    }
    assert named == {f"{letter}{i + 1}" for letter, n in COUNTS.items() for i in range(n)}


def test_each_mutant_stands_in_the_table():
    source = (ROOT / "tests/reliability/test_mutants.py").read_text()
    named = re.findall(r"\*([^*]+)\*", " ".join(mutants for _, _, mutants in rows()))
    assert sorted(named) == sorted(re.findall(r'^    "([^"]+)": \(', source, re.MULTILINE))


def test_each_kind_of_fault_of_programs_has_a_mutant():
    """The other page with such a table."""
    page = (ROOT / "docs/design/0013-what-would-have-found-it.md").read_text()
    source = (ROOT / "tests/reference/test_mutants.py").read_text()
    kinds = [line for line in page.splitlines() if re.match(r"\| \d+ ", line)]
    assert [int(line[2:].split()[0]) for line in kinds] == list(range(14))
    named = re.findall(r"\*([^*]+)\*", " ".join(line.split("|")[3] for line in kinds))
    assert sorted(named) == sorted(re.findall(r'^    "([^"]+)": \(', source, re.MULTILINE))
    for path in re.findall(r"`(tests/[^`:]+)", page):
        assert (ROOT / path).exists(), path


def test_each_test_is_there():
    for fault, tests, _ in rows():
        found, file = 0, None
        for name in re.findall(r"`([^`]+)`", tests):
            path, _, function = name.partition("::")
            if path.endswith(".py"):
                near = ROOT / "tests/reliability" / path
                file = near if near.exists() else ROOT / path
                assert file.exists(), f"{fault}: {path}"
                found += 1
            elif name.startswith("test_"):
                function = name
            function = function.partition("[")[0]
            if function:
                assert file is not None, fault
                assert f"def {function}(" in file.read_text(), f"{fault}: {file} has no {function}"
        assert found, f"no test for {fault}"
