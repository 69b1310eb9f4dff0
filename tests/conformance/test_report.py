"""What the suite makes of results, without running any."""

import json

import pytest

from keras_core.conformance.declarations import Exclusion, read_declarations
from keras_core.conformance.page import to_badge, to_html
from keras_core.conformance.primitives import iter_cases
from keras_core.conformance.report import CaseResult, Report, to_text
from keras_core_plugins.levels import LEVELS
from keras_core_plugins.protocol import PRIMITIVES


def report(**outcomes):
    out = Report({"backend": "<mine>"})
    for level, outcome in outcomes.items():
        out.add(CaseResult(f"{level}::case", outcome, 0.5, "a < b"))
    return out


@pytest.mark.parametrize(
    "outcomes, reached",
    [
        ({}, None),
        ({"protocol": "passed"}, "protocol"),
        ({"protocol": "failed", "primitives": "passed"}, None),
        ({"primitives": "passed"}, None),
        ({"protocol": "passed", "primitives": "excluded"}, "primitives"),
        ({"protocol": "passed", "primitives": "not run", "ops": "passed"}, "protocol"),
        ({"protocol": "passed", "primitives": "not applicable", "ops": "passed"}, "ops"),
        (dict.fromkeys(LEVELS, "passed"), "performance"),
    ],
)
def test_reached(outcomes, reached):
    assert report(**outcomes).reached == reached


def test_verdict_names_what_does_not_apply():
    outcomes = {"protocol": "passed", "gradients": "not applicable"}
    assert report(**outcomes).verdict == "protocol (without gradients)"


def test_share_of_exclusions():
    out = report(protocol="passed", primitives="excluded", ops="not run")
    assert out.excluded_share == 0.5


def test_the_first_failure_is_that_of_the_lowest_level():
    out = report(ops="failed", primitives="failed")
    assert [case.level for case in out.failures] == ["primitives", "ops"]
    text = "\n".join(to_text(out, 80))
    assert "The first failure is the one to mend: primitives::case" in text
    assert "conformance.md#primitives" in text


def test_a_long_message_is_shortened():
    out = report()
    out.add(CaseResult("ops::x", "failed", message="\n".join(map(str, range(100)))))
    assert "... 60 more lines" in "\n".join(to_text(out, 80))


def test_measurements_are_shown():
    out = report()
    out.add(CaseResult("performance::op", "passed", properties={"ratio": 1.5}))
    assert "  performance::op: ratio 1.5" in to_text(out, 80)
    assert "ratio" in to_html(out)


def test_page_is_escaped_and_whole():
    page = to_html(report(protocol="failed", ops="excluded"))
    assert "&lt;mine&gt;" in page
    assert "a &lt; b" in page
    assert "<mine>" not in page
    assert "http" not in page


def test_badge():
    assert "#c22" in to_badge(report(protocol="failed"))
    assert ">protocol<" in to_badge(report(protocol="passed"))


def test_json():
    plain = json.loads(json.dumps(report(protocol="passed").to_json()))
    assert plain["reached"] == "protocol"
    assert plain["levels"][0] == {
        "name": "protocol", "status": "passed", "seconds": 0.5, "passed": 1, "failed": 0,
        "excluded": 0, "not_applicable": 0, "not_run": 0,
    }  # fmt: skip


def test_patterns_are_meant_as_they_are_written():
    assert Exclusion("ops::value[eigh*]", "").matches("ops::value[eigh-2x2]")
    assert not Exclusion("ops::value[eigh*]", "").matches("ops::valuee")
    assert not Exclusion("ops::value[eigh]", "").matches("ops::value[eigh-2x2]")


@pytest.mark.parametrize(
    "contents, problem",
    [
        ({"skip": []}, "unknown key 'skip'"),
        ({"exclude": [{"reason": "x"}]}, "`cases` has to be a list"),
        ({"exclude": [{"cases": "ops::x", "reason": "x"}]}, "`cases` has to be a list"),
        ({"exclude": [{"cases": ["ops::x"]}]}, "`reason` has to say why"),
        ({"exclude": [{"cases": ["ops::x"], "reason": " "}]}, "`reason` has to say why"),
        ({"exclude": "ops::x"}, "`cases` has to be a list"),
        ({"jit": {"options": "xla"}}, "`options` has to be a table"),
        ({"jit": {"option": {}}}, "`options` has to be a table"),
        ({"jit": True}, "`options` has to be a table"),
    ],
)
def test_malformed_declarations(contents, problem):
    (found,) = read_declarations(contents).problems
    assert problem in found


def test_cases_of_primitives_have_unique_ids_and_cover_all():
    cases = list(iter_cases())
    assert len({case.id for case in cases}) == len(cases)
    assert {case.primitive for case in cases} == set(PRIMITIVES)
