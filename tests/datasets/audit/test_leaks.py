"""Leaks between splits."""

from __future__ import annotations

from atlas.datasets.audit import leaks
from atlas.datasets.audit.subject import Subject
from tests.datasets.audit.making import current, spots


def row(line: int, split: str, family: str = "f", said: str = "Move Pilot.", mail: str = "jo@acme.com") -> Subject:
    contact = {f"p{line}": {"first_name": "Jo", "last_name": "Doe", "email": mail}}
    client = {f"c{line}": {"name": mail.split("@")[1]}}
    return current(
        ("split", split),
        ("family", family),
        ("turns.0.user_utterance", said),
        ("initial_entities.seed_data", {"Contact": contact, "Client": client}),
        name=f"c-{line}",
        line=line,
    )


def test_a_family_of_transfer_must_not_occur_elsewhere() -> None:
    assert spots(leaks.FAMILIES, row(1, "train"), row(2, "transfer")) == [
        (2, None, "family f of transfer occurs in train")
    ]
    assert spots(leaks.FAMILIES, row(1, "train"), row(2, "test"), row(3, "transfer", "g")) == []


def test_an_utterance_said_in_training_is_found_wherever_training_stands() -> None:
    assert [line for line, _, _ in spots(leaks.UTTERANCES, row(1, "test"), row(2, "train"))] == [1]
    assert spots(leaks.UTTERANCES, row(1, "train"), row(2, "test", said="Copy Pilot.")) == []
    assert spots(leaks.UTTERANCES, row(1, "train"), row(2, "train")) == []


def test_a_person_known_from_training_is_found() -> None:
    assert spots(leaks.PEOPLE, row(1, "train"), row(2, "transfer", "g")) == [
        (2, None, "knows Jo Doe <jo@acme.com>, as training does on line 1")
    ]
    assert spots(leaks.PEOPLE, row(1, "train"), row(2, "test", mail="jo@zenith.com")) == []


def test_the_share_of_client_names() -> None:
    rows = [row(1, "train"), row(2, "test"), row(3, "test", mail="jo@zenith.com")]
    assert leaks.shared_names(rows) == 0.5
    assert leaks.shared_names(rows[:1]) == 0.0
