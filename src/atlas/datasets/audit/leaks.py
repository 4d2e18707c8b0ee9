"""Leaks between splits: what a learner meets in training and is tested on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from atlas.datasets.audit.finding import Check, Spot, Surroundings
from atlas.datasets.audit.subject import Subject, turns_of

LEARNT, HELD_OUT = "train", frozenset({"test", "transfer"})


def _families(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    elsewhere: dict[str | None, str | None] = {
        row.family: row.split for row in subjects if row.split in (LEARNT, "test")
    }
    for row in subjects:
        if row.split == "transfer" and row.family in elsewhere:
            yield Spot(row.line, None, f"family {row.family} of transfer occurs in {elsewhere[row.family]}")


def _utterances(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    learnt: dict[str, int] = {}
    for row, turn in turns_of(subjects):
        if row.split == LEARNT:
            learnt.setdefault(turn.said, row.line)
    for row, turn in turns_of(subjects):
        if row.split in HELD_OUT and turn.said in learnt:
            yield Spot(row.line, turn.number, f"was said in training on line {learnt[turn.said]}: {turn.said!r}")


def _met(subjects: Sequence[Subject], surroundings: Surroundings) -> Iterator[Spot]:
    learnt: dict[str, int] = {}
    for row in subjects:
        if row.split == LEARNT:
            for name in _people(row):
                learnt.setdefault(name, row.line)
    for row in subjects:
        met = sorted(_people(row) & learnt.keys()) if row.split in HELD_OUT else []
        if met:
            yield Spot(row.line, None, f"knows {', '.join(met)}, as training does on line {learnt[met[0]]}")


def _people(row: Subject) -> set[str]:
    """Contacts by name and e-mail: who has both in common is the same person."""
    return {
        f"{contact.get('first_name')} {contact.get('last_name')} <{contact['email']}>"
        for contact in row.seed.get("Contact", {}).values()
        if contact.get("email")
    }


def shared_names(subjects: Sequence[Subject]) -> float:
    """Share of the client names of test and transfer that training knows too; 0.0 without them."""
    names: dict[bool, set[str]] = defaultdict(set)
    for row in subjects:
        if row.split in {LEARNT, *HELD_OUT}:
            names[row.split == LEARNT] |= {str(c.get("name")) for c in row.seed.get("Client", {}).values()}
    return len(names[True] & names[False]) / len(names[False]) if names[False] else 0.0


FAMILIES = Check("family of transfer seen elsewhere", "defect", _families)
UTTERANCES = Check("utterance of a held-out split said in training", "note", _utterances)
PEOPLE = Check("person of a held-out split known from training", "note", _met)
