"""The command ``keras-core``. It imports no engine, unless it is told to."""

import argparse
import importlib.util
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from keras_core_plugins.alias import switch
from keras_core_plugins.coverage import coverage, coverage_to_json
from keras_core_plugins.discovery import catalog
from keras_core_plugins.doctor import (
    Diagnosis,
    description_to_json,
    diagnose,
    diagnosis_to_json,
    survey,
)
from keras_core_plugins.launch import launch
from keras_core_plugins.levels import CASE_TIMEOUT, LEVELS
from keras_core_plugins.loading import Description
from keras_core_plugins.probe import TIMEOUT
from keras_core_plugins.protocol import PRIMITIVES, PROTOCOL_VERSION
from keras_core_plugins.scaffold import ScaffoldError, new_backend
from keras_core_plugins.supervision import DEATHS, run_to_the_end

_OF_THE_CORE: Final = {
    "diff": "run a saved model on several backends, and name the first layer that differs",
    "bench": "time the predictions of a saved model on each backend",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if options.command is None:
        parser.print_help()
        return 2
    if options.command == "conformance":
        return _conformance(options, rest)
    if options.command in _OF_THE_CORE:
        return _in_the_core(f"keras_core.inspection.{options.command}", rest)
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="keras-core", description="Look at the backends that Keras Core can run on."
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="write JSON")
    shared.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar="SECONDS",
        help="how long to wait for plugins that are not official (default: %(default)g)",
    )
    backends = commands.add_parser("backends", parents=[shared], help="list the installed backends")
    backends.set_defaults(run=_backends)
    doctor = commands.add_parser(
        "doctor",
        parents=[shared],
        help="say which backend would be chosen and why, and what is wrong",
        description="The exit status is 1 if there is something to mend.",
    )
    doctor.add_argument(
        "--load", action="store_true", help="also load the backend, engine and all, and check it"
    )
    doctor.add_argument(
        "--protocol",
        action="store_true",
        help="count what each backend supplies of the protocol; imports their engines, each in a "
        "process of its own",
    )
    doctor.set_defaults(run=_doctor)
    conformance = commands.add_parser(
        "conformance",
        help="hold a backend against the conformance suite",
        description="Runs pytest on keras_core.conformance. Other arguments go to pytest as they "
        "are, such as -k EXPRESSION and --tb=short.",
    )
    conformance.add_argument("--backend", metavar="NAME", help="default: as keras_core chooses")
    conformance.add_argument("--level", choices=LEVELS, help="the last level to run; default: all")
    conformance.add_argument("--only", choices=LEVELS, help="the one level to run")
    for name, words in (
        ("--keep-going", "do not stop after a level with failures"),
        ("--primitives-only", "switch the backend's overrides off"),
        ("--everything", "run also what is about the core, and some cases compiled singly"),
    ):
        conformance.add_argument(name, action="store_true", help=words)
    for name, place, words in (
        ("--slice", "SEED", "run one eighth of the cases in less common dtypes"),
        ("--shard", "K/N", "run the K-th of N parts"),
        ("--affected-by", "REV", "run what changes since a revision of git can affect"),
    ):
        conformance.add_argument(name, metavar=place, help=words)
    conformance.add_argument(
        "--case-timeout",
        type=float,
        metavar="SECONDS",
        help="end a case that takes longer, count it as failed, and go on; default: "
        f"{CASE_TIMEOUT:g}, 0 for no limit",
    )
    conformance.add_argument(
        "--jobs", type=int, metavar="N", help="share the run among N processes (pytest-xdist)"
    )
    conformance.add_argument(
        "--merge",
        nargs="+",
        metavar="FILE",
        help="run nothing: put the JSON reports of several shards together, and judge the levels",
    )
    for name, words in (
        ("--report", "write the results as JSON"),
        ("--html", "write the results as a page"),
        ("--badge", "write the level reached as an SVG badge"),
    ):
        conformance.add_argument(name, metavar="FILE", help=words)
    for name, words in _OF_THE_CORE.items():  # which say themselves what they take
        commands.add_parser(name, help=words, add_help=False)
    overrides = commands.add_parser(
        "overrides",
        help="list what a backend may override, and how often training calls each",
        description="Counts the calls in a step of training of small models, on numpy.",
    )
    overrides.add_argument("--json", action="store_true", help="write JSON")
    overrides.set_defaults(run=_overrides)
    new = commands.add_parser(
        "new-backend",
        help="write the distribution of a new backend, to be filled in",
        description="The conformance suite then says what to do first, and next.",
    )
    new.add_argument("name", metavar="NAME", help="what KERAS_BACKEND will take")
    new.add_argument(
        "--engine",
        metavar="DISTRIBUTION",
        help="what to `pip install` for it; default: that of the module NAME, if it is installed",
    )
    new.add_argument(
        "--directory", type=Path, metavar="DIR", help="default: keras-backend-NAME, here"
    )
    new.set_defaults(run=_new_backend)
    program = commands.add_parser(
        "run",
        help="run a program in which `import keras` means Keras Core",
        description="Modules and processes that the program starts see Keras Core too, and so do "
        "those who import tensorflow.keras.",
    )
    program.add_argument("-m", action="store_true", dest="module", help="PROGRAM names a module")
    program.add_argument("program", metavar="PROGRAM", help="a file")
    program.add_argument("arguments", metavar="...", nargs=argparse.REMAINDER, help="for it")
    program.set_defaults(run=_run)
    together = commands.add_parser(
        "launch",
        help="run a program in several processes on this machine, for keras.distribution",
        description="Each process finds the others with `keras.distribution.initialize()`. If one "
        "fails, the others are stopped.",
    )
    together.add_argument(
        "--processes", type=_count, required=True, metavar="N", help="how many processes"
    )
    together.add_argument("-m", action="store_true", dest="module", help="PROGRAM names a module")
    together.add_argument("program", metavar="PROGRAM", help="a file")
    together.add_argument("arguments", metavar="...", nargs=argparse.REMAINDER, help="for it")
    together.set_defaults(run=_launch)
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"a positive number expected, got {text}")
    return number


def _backends(options: argparse.Namespace) -> int:
    known = catalog()
    descriptions = survey(known, timeout=options.timeout)
    if options.json:
        _write_json([description_to_json(d) for d in descriptions])
    else:
        _write_table(descriptions)
        for problem in known.problems:
            print(f"problem: {problem}", file=sys.stderr)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    if options.protocol:
        return _protocol(options)
    diagnosis = diagnose(catalog(), load_it=options.load, timeout=options.timeout)
    if options.json:
        _write_json(diagnosis_to_json(diagnosis))
    else:
        _write_diagnosis(diagnosis)
    return 1 if diagnosis.problems else 0


def _protocol(options: argparse.Namespace) -> int:
    found = coverage(survey(catalog(), timeout=options.timeout))
    if options.json:
        _write_json(
            {
                "protocol": list(PROTOCOL_VERSION),
                "primitives": list(PRIMITIVES),
                "backends": [coverage_to_json(one) for one in found],
            }
        )
    else:
        version = ".".join(map(str, PROTOCOL_VERSION))
        print(f"protocol {version}: {len(PRIMITIVES)} required primitives")
        print(f"composites on top of them: {max((one.composites for one in found), default=0)}")
        for one in found:
            print(f"{one.backend.name} ({one.backend.provider}):")
            if one.problem:
                print(f"  PROBLEM: {one.problem}")
                continue
            print(f"  {len(one.overrides)} overrides: {', '.join(one.overrides)}")
            for name, reason in one.unsupported:
                print(f"  {name} is not supported: {reason}")
    return 1 if any(one.problem for one in found) else 0


def _conformance(options: argparse.Namespace, rest: Sequence[str]) -> int:
    if importlib.util.find_spec("pytest") is None:
        print("The suite needs pytest: pip install 'keras-core[conformance]'", file=sys.stderr)
        return 2
    if options.merge:
        return _merge(options)
    # A configuration of pytest that lies around here is about other tests.
    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", os.getcwd()]
    command += ["-rN", "--tb=no", "-p", "no:cacheprovider"]
    command += [] if {"-v", "-vv", "--verbose"} & set(rest) else ["-q"]
    command += ["-p", "no:hypothesispytest"]  # which imports all of it, to report nothing
    if options.jobs:
        command += ["-n", str(options.jobs), "--dist", "loadgroup"]
    for name, value in vars(options).items():
        option = f"--{name.replace('_', '-')}"
        if name not in ("command", "jobs", "merge") and value is not None and value is not False:
            command += [option] if value is True else [option, str(value)]
    deaths = 1 if {"-x", "--exitfirst"} & set(rest) else DEATHS
    command += [*rest, "--pyargs", "keras_core.conformance"]
    return run_to_the_end(command, os.environ, deaths=deaths)


def _merge(options: argparse.Namespace) -> int:
    """Show reports as one. The core is needed for it, and no backend but the one that is there."""
    arguments = list(options.merge)
    for name in ("report", "html", "badge"):
        if path := getattr(options, name):
            arguments += [f"--{name}", path]
    return _in_the_core("keras_core.conformance.merge", arguments)


def _in_the_core(module: str, arguments: Sequence[str]) -> int:
    """Run a module that needs the core, in a process of its own, and no engine."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env={**os.environ, "KERAS_BACKEND": "numpy"}).returncode


def _overrides(options: argparse.Namespace) -> int:
    """In a process of its own, which counts before the core is imported."""
    core = importlib.util.find_spec("keras_core")
    assert core is not None
    assert core.origin is not None
    program = str(Path(core.origin).parent / "conformance" / "hot_paths.py")
    command = [sys.executable, "-P", program, *(["--json"] if options.json else [])]
    return subprocess.run(command, env={**os.environ, "KERAS_BACKEND": "numpy"}).returncode


def _new_backend(options: argparse.Namespace) -> int:
    try:
        place = new_backend(options.name, options.engine, options.directory)
    except ScaffoldError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"Wrote {place}. Next:\n"
        f"  pip install -e '{place}[test]'\n"
        f"  keras-core conformance --backend {options.name}"
    )
    return 0


def _run(options: argparse.Namespace) -> int:
    switch()
    sys.argv[:] = [options.program, *options.arguments]
    # As `python` does it: what lies beside the program, or here, can be imported.
    sys.path.insert(0, os.getcwd() if options.module else str(Path(options.program).parent))
    if options.module:
        runpy.run_module(options.program, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(options.program, run_name="__main__")
    return 0


def _launch(options: argparse.Namespace) -> int:
    command = [sys.executable, *(["-m"] if options.module else []), options.program]
    return launch([*command, *options.arguments], options.processes)


def _write_json(value: Any) -> None:
    json.dump(value, sys.stdout, indent=2)
    print()


def _write_table(descriptions: Sequence[Description]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("name", "distribution", "version", "protocol", "engine", "can"):
        table.add_column(title, overflow="fold", no_wrap=title != "can")
    for description in descriptions:
        installed, info = description.installed, description.info
        table.add_row(
            installed.name,
            installed.distribution,
            installed.version,
            "?" if info is None else ".".join(map(str, info.protocol)),
            engine_cell(description),
            abilities_cell(description),
        )
    # Into a pipe or a file a row is one line.
    console = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 1000)
    if sys.stdout.isatty():
        console.print(table)
    else:
        with console.capture() as captured:
            console.print(table)
        print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def engine_cell(description: Description) -> str:
    """The engine of a backend, and whether it is there."""
    info, status = description.info, description.engine
    if info is None:
        return "?"
    if info.engine is None or status is None:
        return "none needed"
    if not status.found:
        return f"{info.engine.distribution}: not installed"
    version = status.version or "version unknown"
    wrong = "" if status.satisfies else f" ({info.engine.requires} needed)"
    return f"{info.engine.distribution} {version}{wrong}"


def abilities_cell(description: Description) -> str:
    """What a backend can do, or what is wrong with it, in one line."""
    if description.error is not None:
        return f"nothing, it is broken: {description.problem}"
    if description.info is None:
        return ""
    capabilities = description.info.capabilities
    words = ["predict"]
    if capabilities.autodiff != "none":
        words.append("train")
    words += [
        word
        for word, able in (
            ("jit", capabilities.jit),
            ("sparse", capabilities.sparse),
            ("distribution", capabilities.distribution),
        )
        if able
    ]
    if capabilities.export_formats:
        words.append(f"export to {', '.join(capabilities.export_formats)}")
    return ", ".join(words)


def _write_diagnosis(diagnosis: Diagnosis) -> None:
    versions = ", ".join(f"{name} {v or 'missing'}" for name, v in diagnosis.versions.items())
    print(f"versions: {versions}; protocol {'.'.join(map(str, PROTOCOL_VERSION))}")
    for name, value in diagnosis.settings.items():
        print(f"{name}: {'not set' if value is None else value}")
    selection = diagnosis.selection
    if selection is None:
        print("backend: none can be chosen")
    else:
        installed = selection.installed
        print(f"backend: {installed.name} ({installed.provider}), because {selection.reason}")
    for description in diagnosis.descriptions:
        print(
            f"installed: {description.installed.name} ({description.installed.provider}); "
            f"engine: {engine_cell(description)}; it can: {abilities_cell(description)}"
        )
    for remark in diagnosis.remarks:
        print(f"remark: {remark}")
    for problem in diagnosis.problems:
        print(f"PROBLEM: {problem}")
    count = len(diagnosis.problems)
    print("no problem found" if not count else f"{count} problem{'' if count == 1 else 's'} found")


if __name__ == "__main__":
    sys.exit(main())
