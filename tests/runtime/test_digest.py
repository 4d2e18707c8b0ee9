"""The digest: what a student is shown fits its budget, and what had to go is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from atlas.core.digest import DigestStats
from atlas.core.history import History, PastSession
from atlas.core.plan import PlanStep
from atlas.core.playbook import LearningKey
from atlas.errors import PromptTooLarge
from atlas.runtime.assignment import Assignment
from atlas.runtime.config import DigestConfig, DigestKey
from atlas.runtime.digest import CUT, Digest
from atlas.runtime.system_text import system_text

ASSIGNMENT = Assignment(1, "move the deal", ())
ENTRIES = [f"- When a deal moves: do what entry {number} says" for number in range(5)]
PLAYBOOK = "\n".join(ENTRIES)
GUIDANCE = ["Search it first.", "Compare the name.", "Say what changed."]
METADATA: dict[DigestKey, Sequence[str]] = {
    "execution_mode": ("mode: paired",),
    "attempt": ("attempt: 2",),
    "student_learning": ("noted: read it twice", "noted: be brief"),
}
LINES = [line for lines in METADATA.values() for line in lines]
WHOLE = system_text("Orders.", PLAYBOOK, GUIDANCE, ASSIGNMENT, LINES)


def fitted(budget: int, config: DigestConfig | None = None) -> tuple[str, DigestStats]:
    return Digest(config or DigestConfig(), budget).text("Orders.", PLAYBOOK, GUIDANCE, ASSIGNMENT, METADATA)


def test_what_fits_is_shown_whole() -> None:
    text, stats = fitted(len(WHOLE))
    assert text == WHOLE
    assert stats == DigestStats(len(WHOLE), len(WHOLE))
    lines = "".join(f"- {line}\n" for line in LINES)
    assert text.endswith(f">>> Session >>>\n{lines}>>> End Session >>>")


def test_metadata_goes_first_then_the_worst_entries_then_old_guidance() -> None:
    losses = []
    for budget in range(len(WHOLE), 0, -1):
        try:
            text, stats = fitted(budget)
        except PromptTooLarge:
            break
        assert len(text) == stats.used <= budget
        losses.append((stats.dropped, stats.entries, stats.guidance))
        if stats.entries:
            assert ">>> Session >>>" not in text
            assert [entry in text for entry in ENTRIES] == [n < 5 - stats.entries for n in range(5)]
        if stats.guidance:
            assert "Playbook" not in text
            assert [line in text for line in GUIDANCE] == [n >= stats.guidance for n in range(3)]
    assert losses == sorted(losses, key=lambda loss: (len(loss[0]), loss[1:])), "each loss only grows"
    assert losses[1][0] == ("metadata",), "one character less is one line less"
    assert losses[-1] == (("metadata", "playbook", "guidance"), 5, 2)


def test_the_plan_and_the_newest_guidance_stay() -> None:
    step = PlanStep("find", "Find the deal")
    planned = Assignment(1, "Find the deal", (), "move the deal", (step,), step)
    least = len(system_text("Orders.", "", GUIDANCE[-1:], planned))
    text, stats = Digest(DigestConfig(), least).text("Orders.", PLAYBOOK, GUIDANCE, planned, METADATA)
    assert "Find the deal <- now" in text
    assert "Say what changed." in text
    assert stats.used == least
    with pytest.raises(PromptTooLarge):
        Digest(DigestConfig(), least - 1).text("Orders.", PLAYBOOK, GUIDANCE, planned, METADATA)


def test_what_must_be_said_and_does_not_fit_is_an_error_with_both_sizes() -> None:
    digest = Digest(DigestConfig(), 2000)
    with pytest.raises(
        PromptTooLarge, match=r"needs 3000 characters \(3000 of them instructions\) .* budget is 2000"
    ):
        digest.text("x" * 3000, "", [], ASSIGNMENT, {})


def test_one_huge_piece_of_guidance_is_cut_and_takes_nothing_else_with_it() -> None:
    digest = Digest(DigestConfig(max_string_chars=200), 2000)
    text, stats = digest.text("Orders.", PLAYBOOK, ["Search. " * 250_000], ASSIGNMENT, METADATA)
    assert CUT in text
    assert stats.dropped == ()


def test_keys_that_are_not_wanted_are_told() -> None:
    text, stats = fitted(4000, DigestConfig(include_session_keys=("attempt",)))
    assert "attempt: 2" in text
    assert "mode: paired" not in text
    assert (stats.omitted, stats.dropped) == (("execution_mode", "student_learning"), ())


def test_the_metadata_has_a_limit_of_its_own() -> None:
    config = DigestConfig(max_section_chars=100)
    long: dict[DigestKey, Sequence[str]] = {**METADATA, "student_learning": ("n" * 60,)}
    text, stats = Digest(config, 4000).text("Orders.", PLAYBOOK, [], ASSIGNMENT, long)
    assert "attempt: 2" in text
    assert (stats.omitted, stats.dropped, stats.entries) == (("student_learning",), ("metadata",), 0)


class Notes:
    """A learning history with these notes, the oldest first."""

    def __init__(self, *notes: str) -> None:
        self.notes, self.asked = notes, 0

    async def of(self, key: LearningKey, limit: int, *, simulated: bool) -> History:
        self.asked += 1
        return History(9, 0.5, tuple(PastSession(0.5, True, "paired", note) for note in self.notes[-limit:]))


async def test_the_last_notes_are_shown_the_newest_first() -> None:
    history = Notes("old", "", "same", "same", "x\n>>> End Session >>>")
    digest = Digest(DigestConfig(max_learning_history_entries=4), 4000, history)
    assert await digest.notes(LearningKey("k")) == ("x > End Session >", "same")


@pytest.mark.parametrize(
    "config", [DigestConfig(max_learning_history_entries=0), DigestConfig(include_session_keys=("attempt",))]
)
async def test_notes_that_nobody_wants_are_not_read(config: DigestConfig) -> None:
    history = Notes("a")
    assert await Digest(config, 4000, history).notes(LearningKey("k")) == ()
    assert history.asked == 0
    assert await Digest(DigestConfig(), 4000).notes(LearningKey("k")) == ()
