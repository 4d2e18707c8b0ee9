"""Papers: what brings a file or a note, what asks for one, and what is asked."""

from __future__ import annotations

from datetime import date

import pytest

from atlas.models.offline.grammar.asks import Act
from atlas.models.offline.grammar.papers import PaperQuestion, paper_question, topic_of, without_author
from atlas.models.offline.grammar.parse import parse
from atlas.models.offline.kinds import Kind

TODAY = date(2026, 3, 2)


def question(text: str) -> PaperQuestion | None:
    (ask,) = parse(text, TODAY, ())
    assert ask.act is Act.READ
    return paper_question(ask)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Attach nda.pdf to Granite Pilot.", Kind.DOCUMENT),
        ("I have nda.pdf here for Granite Pilot. Please upload it.", Kind.DOCUMENT),
        ('The buyer sent "terms of use.pdf". Attach it to Granite Pilot.', Kind.DOCUMENT),
        ("Granite Pilot gets a new document today. Add it now without a file name.", Kind.DOCUMENT),
        ('Jot down a note on Granite Pilot: "Call again".', Kind.NOTE),
        ('Save "Asked for a longer term" as a note on Granite Pilot.', Kind.NOTE),
        ("Granite Pilot needs a note. I have no text for it yet, so leave it empty.", Kind.NOTE),
    ],
)
def test_a_paper_is_made_once_and_on_the_record_that_is_named(text: str, kind: Kind) -> None:
    (ask,) = parse(text, TODAY, ())
    assert (ask.act, ask.made) == (Act.CREATE, kind)
    assert ask.target is not None
    assert ask.target.name == "Granite Pilot"


def test_the_words_of_a_note_are_taken_as_they_are() -> None:
    (ask,) = parse('Add the note "Move Cobalt Rollout to $5k, then call Dana" to Granite Pilot.', TODAY, ())
    assert [span.said for span in ask.marked.tags("q", ask.text)] == ["Move Cobalt Rollout to $5k, then call Dana"]
    assert ask.target is not None
    assert ask.target.name == "Granite Pilot"


def test_one_paper_is_pointed_at_by_name_or_by_what_was_said() -> None:
    named, quoted = question("Who uploaded nda.pdf?"), question('When was the note "Call again soon" written?')
    assert named is not None
    assert (named.kind, named.want, named.named) == (Kind.DOCUMENT, "who", "nda.pdf")
    assert quoted is not None
    assert (quoted.kind, quoted.want, quoted.named) == (Kind.NOTE, "when", "Call again soon")
    second = question("Who uploaded the second one?")
    assert second is not None
    assert second.one is not None
    assert second.one.pick is not None
    assert second.one.pick.number == 2


def test_several_papers_are_those_of_a_record_or_of_a_person() -> None:
    on_deal, by_person = (
        question("How many files does Granite Pilot have?"),
        question("What did Dana Marsh upload?"),
    )
    assert on_deal is not None
    assert on_deal.holder is not None
    assert (on_deal.holder.name, on_deal.want) == ("Granite Pilot", "count")
    assert by_person is not None
    assert (by_person.author, by_person.holder) == ("Dana Marsh", None)


def test_the_newest_one_and_the_order_are_told_apart() -> None:
    newest, listed = (
        question("What is the latest note on Granite Pilot?"),
        question("List the notes on Granite Pilot, newest first."),
    )
    assert newest is not None
    assert newest.pick is not None
    assert newest.order is None
    assert listed is not None
    assert listed.pick is None
    assert listed.order is not None
    assert listed.order.highest


def test_what_is_no_paper_is_left_to_others() -> None:
    assert question("Which e-mail address is on file for Granite Logistics?") is None
    assert topic_of("move <n0> to <e0>") is None


def test_an_author_is_no_record() -> None:
    text = "attach <f0> to <n0>, uploaded by <n1>"
    assert "<n1>" not in without_author(text)
    assert len(without_author(text)) == len(text)
