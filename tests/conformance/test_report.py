"""What the suite makes of results, without running any."""

import json

import pytest

from keras_core.conformance.declarations import Exclusion, Excuse, read_declarations
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


def test_a_level_that_was_left_out_is_not_said_not_to_apply():
    out = report(protocol="left out")
    out.add(CaseResult("protocol::other", "not applicable"))
    assert out.levels()[0].status == "left out"
    assert out.verdict == "none"


def test_share_of_exclusions():
    out = report(protocol="passed", primitives="excluded", ops="not run")
    assert out.excluded_share == 0.5


def test_the_first_failure_is_that_of_the_lowest_level():
    out = report(ops="failed", primitives="failed")
    assert [case.level for case in out.failures] == ["primitives", "ops"]
    text = "\n".join(to_text(out, 80))
    assert "The first failure is the one to mend: primitives::case" in text
    assert "conformance.md#primitives" in text


def test_a_level_that_passes_alone_says_why_it_is_not_reached():
    text = "\n".join(to_text(report(protocol="left out", ops="passed"), 80))
    assert "level reached: none\n  passed by itself: ops." in text
    assert "--level ops" in text
    assert "by itself" not in "\n".join(to_text(report(ops="failed"), 80))


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
        "excluded": 0, "not_applicable": 0, "left_out": 0, "not_run": 0,
    }  # fmt: skip


def test_shards_are_judged_when_they_are_together():
    parts = [report(protocol="passed", primitives="left out"), report(primitives="passed")]
    for number, part in enumerate(parts, 1):
        part.facts["shard"] = f"{number}/2"
    assert "judged by shard 1/2 alone" in parts[0].verdict
    whole = Report.merged(parts)
    assert whole.facts["shard"] == "1/2, 2/2"
    assert whole.verdict == "primitives"
    assert Report.from_json(json.loads(json.dumps(whole.to_json()))).cases == whole.cases


@pytest.mark.parametrize(
    "outcomes, kept",
    [
        (("passed", "left out"), "passed"),
        (("left out", "failed"), "failed"),
        (("passed", "failed"), "failed"),
        (("not run", "passed"), "passed"),
        (("excluded", "left out"), "excluded"),
    ],
)
def test_what_says_most_is_kept(outcomes, kept):
    for order in (outcomes, outcomes[::-1]):
        (case,) = Report.merged([report(ops=outcome) for outcome in order]).cases.values()
        assert case.outcome == kept


def test_a_level_of_which_nothing_was_asked_stops_nothing():
    assert report(protocol="passed", primitives="left out", ops="passed").reached == "ops"


def test_patterns_are_meant_as_they_are_written():
    excuse = Excuse("never", "why")
    assert Exclusion("ops::value[eigh*]", excuse).matches("ops::value[eigh-2x2]")
    assert not Exclusion("ops::value[eigh*]", excuse).matches("ops::valuee")
    assert not Exclusion("ops::value[eigh]", excuse).matches("ops::value[eigh-2x2]")


def test_an_excuse_is_for_an_error_and_for_what_it_led_to():
    excuse = Excuse("never", "why", raises="LookupError")
    error = AssertionError("wrong")
    assert not excuse.covers(error)
    error.__cause__ = KeyError("x")
    assert excuse.covers(error)


@pytest.mark.parametrize(
    "contents, problem",
    [
        ({"skip": []}, "unknown key 'skip'"),
        ({"exclude": [{"reason": "x"}]}, "`cases` has to be a list"),
        ({"exclude": [{"cases": "ops::x", "reason": "x"}]}, "`cases` has to be a list"),
        ({"exclude": [{"cases": ["ops::x"]}]}, "`reason` has to say why"),
        ({"exclude": [{"cases": ["ops::x"], "reason": " "}]}, "`reason` has to say why"),
        ({"exclude": [{"cases": ["ops::x"], "reason": "x"}]}, "`kind` has to be one of"),
        (
            {"exclude": [{"cases": ["ops::x"], "reason": "x", "kind": "some"}]},
            "one of missing, upstream, never; got 'some'",
        ),
        (
            {"exclude": [{"cases": ["ops::x"], "reason": "x", "kind": "never", "raises": 1}]},
            "`raises` has to be the name of an error",
        ),
        (
            {"exclude": [{"cases": ["ops::x"], "reason": "x", "kind": "never", "issue": 1}]},
            "unknown keys issue",
        ),
        ({"lacks": [{"reason": "x", "kind": "never"}]}, "`primitive` has to be the name"),
        ({"lacks": [{"primitive": "softmax", "reason": "x"}]}, "got 'softmax'"),
        ({"lacks": [{"primitive": "svd", "kind": "never"}]}, "`reason` has to say why"),
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


def test_exclusions_are_counted_by_kind():
    found = Report({"backend": "x"})
    for number, reason in enumerate(("upstream: a", "missing: b", "upstream: c")):
        found.add(CaseResult(f"ops::{number}", "excluded", message=reason))
    assert found.exclusions == {"upstream": 2, "missing": 1}
    assert found.to_json()["excluded"] == {"upstream": 2, "missing": 1}
    assert any("2 upstream, 1 missing" in line for line in to_text(found, 100))
    assert "2 upstream, 1 missing" in to_html(found)
