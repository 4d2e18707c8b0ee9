"""Every sentence of the real graders is of a kind; the patterns mean the same to PostgreSQL."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import psycopg
import pytest

from atlas.core.state import Change, StateDiff
from atlas.core.tasks import Fact, Target, TurnTarget
from atlas.core.trajectory import Trajectory
from atlas.reports.learning import taxonomy
from atlas.verify.reply_facts import ReplyFactsVerifier
from atlas.verify.state import StateVerifier
from tests.reports.learning.threads import entry
from tests.verify.plays import played, turn

READ = TurnTarget(
    facts=(Fact("name", "Harbor Renewal"), Fact("money", "48500.00")), absent=(Fact("name", "Harbor Renewal 2026"),)
)
REFUSED = TurnTarget(refusal="modify_closed_opportunity", refusal_facts=(Fact("text", "closed"),))
WRITE = TurnTarget(reply="I've moved the deal to Negotiation.")
NOTHING = StateDiff()
MOVED = StateDiff(updated={"opportunities": {"o1": {"stage": Change("Proposal", "Negotiation")}}})
ROW = {"name": "Harbor", "amount": 48500.0, "close_date": "2026-04-17", "client_id": "c1"}
MADE = StateDiff(inserted={"opportunities": {"new:1": {"id": "new:1", **ROW}}})


def made(**columns: object) -> StateDiff:
    return StateDiff(inserted={"opportunities": {"o9": {"id": "o9", **ROW, **columns}}})


def reply_faults(trajectory: Trajectory, target: TurnTarget, state: StateDiff = NOTHING) -> list[str]:
    found = ReplyFactsVerifier().check(trajectory, Target((target,), state))
    return [sentence for score in found.turns for sentence in score.wrong]


def state_faults(expected: StateDiff, actual: StateDiff) -> list[str]:
    return list(StateVerifier().check(played(changes=actual), Target((), expected)).details["differences"])


def kinds_of(sentence: str) -> set[str]:
    found = {kind.name for kind in taxonomy.KINDS if re.search(kind.pattern, sentence)}
    return found | {f"category: {name}" for name in re.findall(taxonomy.CATEGORY_PATTERN, sentence)}


CASES: tuple[tuple[list[str], set[str]], ...] = (
    (reply_faults(played(turn("It is Harbor Renewal.")), READ), {"fact_left_out"}),
    (
        reply_faults(played(turn("Harbor Renewal is worth $48,500. So is Harbor Renewal 2026.")), READ),
        {"fact_wrong"},
    ),
    (reply_faults(played(turn("")), READ), {"no_reply"}),
    (
        reply_faults(played(turn("Done, the amount is changed now.")), REFUSED),
        {"refusal_unexplained", "false_success", "category: modify_closed_opportunity"},
    ),
    (reply_faults(played(turn("I've moved the deal to Negotiation.")), WRITE, MOVED), {"false_success"}),
    (state_faults(MADE, made(amount=48.5)), {"wrong_amount"}),
    (state_faults(MADE, made(close_date="2026-04-18")), {"wrong_date"}),
    (state_faults(MADE, made(client_id="c2")), {"wrong_record"}),
    (state_faults(MADE, made(name="Harbour")), {"wrong_value"}),
    (state_faults(MADE, NOTHING), {"change_missing"}),
    (state_faults(MOVED, NOTHING), {"wrong_value"}),
    (state_faults(NOTHING, MOVED), {"unwanted_change"}),
    (state_faults(NOTHING, made()), {"unwanted_change"}),
    (state_faults(StateDiff(deleted={"notes": {"n1": {"id": "n1"}}}), NOTHING), {"change_missing"}),
    (state_faults(NOTHING, StateDiff(deleted={"notes": {"n1": {"id": "n1"}}})), {"unwanted_change"}),
)


@pytest.mark.parametrize(
    ("sentences", "expected"), CASES, ids=[sorted(kinds)[0] + str(n) for n, (_, kinds) in enumerate(CASES)]
)
def test_what_graders_say_is_of_the_kind_it_should_be(sentences: list[str], expected: set[str]) -> None:
    assert sentences
    assert set[str]().union(*map(kinds_of, sentences)) == expected


@pytest.mark.parametrize(
    ("sentence", "kind", "words"),
    [
        ("the reply says amount 175.20, where 175200.00 is right", "fact_wrong", " is right"),
        (
            "the reply says 'changed nothing', where the request is to be carried out",
            "refused_wrongly",
            ", where the request is to be carried out",
        ),
        (
            "the reply speaks of day 04-17, which nothing up to it has shown",
            "ungrounded",
            ", which nothing up to it has shown",
        ),
        ("ended without a reply (step_limit)", "no_reply", "ended without a reply ("),
        ("was not played", "no_reply", "was not played"),
    ],
)
def test_sentences_that_need_a_whole_world_to_come_about(sentence: str, kind: str, words: str) -> None:
    assert kinds_of(sentence) == {kind}
    graders = Path(inspect.getfile(StateVerifier)).parent
    assert any(words in path.read_text() for path in graders.glob("*.py")), "the graders still say it like this"


def test_postgresql_reads_the_patterns_in_the_same_way(atlas_url: str) -> None:
    sentences = sorted({sentence for found, _ in CASES for sentence in found} | {"nobody knows"})
    with psycopg.connect(atlas_url) as connection:
        for kind in taxonomy.KINDS:
            rows = connection.execute(
                "SELECT said FROM unnest(%s::text[]) AS said WHERE said ~ %s", [sentences, kind.pattern]
            ).fetchall()
            assert {row[0] for row in rows} == {s for s in sentences if re.search(kind.pattern, s)}, kind.name


def test_every_kind_has_words() -> None:
    assert taxonomy.title_of("wrong_date") == "a date was stored wrong"
    assert taxonomy.title_of("category: bad_enum") == "request to be refused: bad enum"
    assert taxonomy.title_of(taxonomy.OTHER) == "anything else"
    assert len({kind.name for kind in taxonomy.KINDS}) == len(taxonomy.KINDS)


def test_entries_are_about_kinds_by_their_words() -> None:
    assert taxonomy.about(entry("e"), "wrong_date")
    assert not taxonomy.about(entry("e"), "wrong_amount")
    assert taxonomy.about(entry("e", "When the rules forbid a change, give the reason"), "category: bad_enum")
    assert not taxonomy.about(entry("e"), taxonomy.OTHER)
