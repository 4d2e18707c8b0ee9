"""The page of groups: readable, honest, and harmless whatever a model wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from atlas.core.group import Group, ReasoningGrade
from atlas.core.messages import Message, Usage
from atlas.rollouts.page import MOST_GROUPS, PageContext, groups_html
from tests.rollouts.samples import group

CONTEXT = PageContext("Rollouts of crm by m", "atlas rollout process crm", 1, 2)


def html(*scores: float) -> str:
    return "".join(groups_html([group(*scores)], CONTEXT))


def test_scores_parts_messages_and_failures_are_shown() -> None:
    page = html(1.0, 0.25)
    for text in ("1.000", "0.250", "How many quotes has Acme?", "search(", "ModelTimeout: too late", "SIMULATED"):
        assert text in page
    assert "1 groups; 2 were played and left out" in page
    assert "atlas rollout process crm" in page


def test_a_grade_of_reasoning_is_shown_with_its_reason_and_a_missing_one_says_so() -> None:
    made = group(1.0, 0.25)
    grades = (
        ReasoningGrade("judge-1", "1", 0.5, "Step <2> guessed.", Usage(100, 20, 1, 0.002)),
        ReasoningGrade("judge-1", "1", None, "not graded: timeout", Usage(0, 0, 0, 0.0)),
    )
    members = tuple(replace(each, reasoning=grade) for each, grade in zip(made.members, grades, strict=True))
    page = "".join(groups_html([replace(made, members=members)], CONTEXT))
    assert "Reasoning, graded by judge-1 (120 tokens)" in page
    assert "Step &lt;2&gt; guessed." in page
    assert "Reasoning, not graded by judge-1 (0 tokens; the other weights are divided by their sum)" in page
    assert "not graded: timeout" in page


def test_what_a_model_wrote_is_escaped_and_no_script_may_run() -> None:
    made = group(1.0)
    evil = replace(made.members[0], messages=(Message("assistant", "<script>alert(1)</script>"),))
    page = "".join(groups_html([replace(made, members=(evil,))], CONTEXT))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_only_so_many_groups_are_shown_and_no_more_are_read() -> None:
    read: list[int] = []

    def groups() -> Iterator[Group]:
        for number in range(MOST_GROUPS + 50):
            read.append(number)
            yield group(1.0, group_id=f"{number:06d}")

    page = "".join(groups_html(groups(), replace(CONTEXT, groups=MOST_GROUPS + 50)))
    assert f"250 groups, of which the first {MOST_GROUPS} are shown" in page
    assert len(read) == MOST_GROUPS
    assert page.count("<summary>Group ") == MOST_GROUPS


def test_a_run_without_a_group_has_a_page_too() -> None:
    assert "0 groups" in "".join(groups_html([], replace(CONTEXT, groups=0)))
