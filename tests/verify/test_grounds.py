"""What a reply speaks of that nothing up to it has shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.tasks import Target
from atlas.verify.grounds import Grounds
from atlas.verify.vocabulary import Vocabulary
from tests.verify.plays import called, turn

WORLD = {
    "people": {"p1": {"name": "Ada Moss", "status": "Active"}, "p2": {"name": "Omar Lind", "status": "Prospect"}}
}
KNOWN = Vocabulary.of(Target((), world=WORLD))
SHOWN = called("find", {"name": "Ada"}, [{"name": "Ada Moss", "amount": 30000.0, "close_date": "2026-04-17"}])
TURN = replace(turn("", SHOWN), request="Raise it to $48,500 by May 2, please.")


def missing(reply: str) -> list[str]:
    return list(Grounds.of((TURN,), "Ada Moss is at 60% now.").missing(reply, KNOWN))


@pytest.mark.parametrize(
    "reply",
    [
        "Ada Moss: raised from $30,000 to $48,500, by 2026-05-02.",
        "That is $18,500 more, and $78,500 in all; it was due on April 17.",
        "She is a Prospect now, in 3 steps.",
    ],
)
def test_shown_said_or_added_up(reply: str) -> None:
    assert missing(reply) == []


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        ("It is at $48,501.", "amount 48501.00"),
        ("It closes on April 18.", "day 04-18"),
        ("Omar Lind has it.", "'Omar Lind' (people.name)"),
    ],
)
def test_without_ground(reply: str, what: str) -> None:
    assert missing(reply) == [what]


def test_later_turns_are_no_ground() -> None:
    later = replace(TURN, request="And $77,700 for Omar Lind?")
    assert list(Grounds.of((TURN, later), "").missing("It is $77,700 for Omar Lind.", KNOWN)) == []
    assert len(missing("It is $77,700 for Omar Lind.")) == 2
