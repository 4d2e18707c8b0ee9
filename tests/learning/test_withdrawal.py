"""Withdrawal: what a quarantined session taught goes, what others taught stays, and it can come back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from atlas.core.playbook import (
    Action,
    Cue,
    Entry,
    EntryId,
    LearningKey,
    Playbook,
    Proposal,
    Provenance,
    RubricScores,
)
from atlas.core.session import SessionId
from atlas.learning.merge import merge
from atlas.learning.withdrawal import Taught, reinstate, withdraw

KEY = LearningKey("chat/crm/quotes")
A, B, C = SessionId("run/arm/a/0"), SessionId("run/arm/b/0"), SessionId("run/arm/c/0")


def entry(name: str, source: str, effect: str = "", total: float = 0.5, imperative: str = "") -> Entry:
    rubric = RubricScores(total, total, total, total, total, {})
    return Entry(
        EntryId(name),
        "student",
        Cue("keyword", "quote"),
        Action(imperative or f"Do {name}."),
        effect,
        provenance=Provenance(source, "", rubric),
    )


def taught(playbook: Playbook, *entries: Entry) -> Playbook:
    merged = merge(playbook, Proposal(entries), author=entries[0].provenance.source_session_id)
    assert merged is not None
    return merged


def ids(playbook: Playbook | None) -> list[str]:
    assert playbook is not None
    return [entry.id for entry in playbook.entries]


def test_only_the_lessons_of_that_session_go() -> None:
    one = taught(Playbook(KEY), entry("x", A))
    two = taught(one, entry("y", B), entry("z", B))
    three = taught(two, entry("w", C))
    left = withdraw(three, {B}, [(one, two)], author="review")
    assert ids(left) == ["w", "x"]
    assert left is not None
    assert (left.version, left.parent, left.author) == (4, 3, "review")


def test_nothing_of_theirs_makes_no_version() -> None:
    one = taught(Playbook(KEY), entry("x", A))
    assert withdraw(one, {B}, [], author="review") is None
    gone = withdraw(one, {A}, [(Playbook(KEY), one)], author="review")
    assert gone is not None
    assert withdraw(gone, {A}, [(Playbook(KEY), one)], author="review") is None, "it is done already"


def test_a_lesson_that_others_reworded_goes_too() -> None:
    one = taught(Playbook(KEY), entry("x", A))
    two = taught(one, entry("x", B, effect="better"))
    assert ids(withdraw(two, {A}, [(Playbook(KEY), one)], author="review")) == []


def test_the_wording_before_comes_back() -> None:
    one = taught(Playbook(KEY), entry("x", A, effect="good"))
    two = taught(one, entry("x", B, effect="bad"))
    left = withdraw(two, {B}, [(one, two)], author="review")
    assert left is not None
    assert left.entries == one.entries


def test_a_later_wording_stands() -> None:
    one = taught(Playbook(KEY), entry("x", A, effect="good"))
    two = taught(one, entry("x", B, effect="bad"))
    three = taught(two, entry("x", C, effect="better"))
    assert withdraw(three, {B}, [(one, two)], author="review") is None


def test_two_wordings_in_a_row_are_taken_back() -> None:
    one = taught(Playbook(KEY), entry("x", A, effect="good"))
    two = taught(one, entry("x", B, effect="bad"))
    three = taught(two, entry("x", C, effect="worse"))
    left = withdraw(three, {B, C}, [(two, three), (one, two)], author="review")
    assert left is not None
    assert left.entries == one.entries


def test_an_entry_that_made_room_comes_back() -> None:
    one = taught(Playbook(KEY), entry("x", A, total=0.4, imperative="Search first."))
    two = taught(one, entry("y", B, total=0.9, imperative="Search first."))
    assert ids(two) == ["y"]
    assert ids(withdraw(two, {B}, [(one, two)], author="review")) == ["x"]


def test_it_does_not_come_back_beside_one_that_says_the_same() -> None:
    one = taught(Playbook(KEY), entry("x", A, total=0.4, imperative="Search first."))
    two = taught(one, entry("y", B, total=0.9, imperative="Search first."))
    three = Playbook(KEY, 3, (entry("z", C, total=0.6, imperative="Search first."), *two.entries))
    assert ids(withdraw(three, {B}, [(one, two)], author="review")) == ["z"]


def test_it_does_not_come_back_when_it_is_theirs() -> None:
    one = taught(Playbook(KEY), entry("x", A, total=0.4, imperative="Search first."))
    two = taught(one, entry("y", B, total=0.9, imperative="Search first."))
    assert ids(withdraw(two, {A, B}, [(one, two), (Playbook(KEY), one)], author="review")) == []


def test_a_frozen_playbook_changes_and_stays_frozen() -> None:
    one = taught(Playbook(KEY), entry("x", A))
    left = withdraw(replace(one, frozen=True), {A}, [(Playbook(KEY), one)], author="review")
    assert left is not None
    assert (ids(left), left.frozen) == ([], True)
    back = reinstate(left, [Proposal((entry("x", A),))], author="review")
    assert back is not None
    assert (back.entries, back.frozen, back.version) == (one.entries, True, 3)


def test_what_is_there_already_is_not_reinstated() -> None:
    one = taught(Playbook(KEY), entry("x", A))
    assert reinstate(one, [Proposal((entry("x", A),)), Proposal()], author="review") is None


LESSONS = st.tuples(st.sampled_from("abc"), st.sampled_from("xyzw"), st.sampled_from(["", "1", "2"]))


@given(st.lists(LESSONS, max_size=8))
def test_over_any_history_its_own_lessons_go_and_no_others(lessons: list[tuple[str, str, str]]) -> None:
    playbook = Playbook(KEY)
    steps: list[Taught] = []
    for session, name, effect in lessons:
        after = merge(playbook, Proposal((entry(name, session, effect),)), author=session)
        if after is not None:
            if session == "b":
                steps.insert(0, (playbook, after))
            playbook = after
    left = withdraw(playbook, {SessionId("b")}, steps, author="review") or playbook
    assert all(each.provenance.source_session_id != "b" for each in left.entries)
    others = {each.id for each in playbook.entries if each.provenance.source_session_id != "b"}
    assert {each.id for each in left.entries} == others
