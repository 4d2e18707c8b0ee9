"""Curation: a person's acts on a playbook, each a new version."""

from dataclasses import replace

import pytest

from atlas.core.playbook import EntryId, Playbook, Proposal, Quarantine
from atlas.learning.curation import difference, edited, frozen, quarantined, rolled_back
from atlas.learning.gates import Ground
from atlas.learning.merge import merge
from atlas.learning.render import render
from tests.learning.making import book, brief, make_entry

GROUND = Ground(("client_search", "modify_quote"))
ONE = replace(make_entry(), id=EntryId("e1"))
TWO = replace(make_entry("quote", kind="keyword", imperative="Check the quote"), id=EntryId("e2"))


def handled(handle: str | None) -> Playbook:
    return book(replace(ONE, action=replace(ONE.action, runtime_handle=handle)))


def test_an_edit_is_the_next_version() -> None:
    old = book(ONE, version=3)
    entries = [replace(entry, action=replace(entry.action, runtime_handle=None)) for entry in (TWO, ONE)]
    new = edited(old, entries, GROUND, author="person:ann")
    assert (new.version, new.parent, new.author) == (4, 3, "person:ann")
    assert [entry.id for entry in new.entries] == ["e1", "e2"]
    assert old.entries == (ONE,)


@pytest.mark.parametrize("handle", ["client_search", "modify_*", None])
def test_tools_and_globs_of_tools_are_handles(handle: str | None) -> None:
    assert edited(Playbook(book().key), handled(handle).entries, GROUND, author="p").version == 1


def test_every_fault_is_named() -> None:
    entry = handled(None).entries[0]
    nonsense = [
        replace(entry, id=EntryId("a"), cue=replace(entry.cue, type="regex", pattern="(")),
        replace(entry, id=EntryId("a"), action=replace(entry.action, imperative=" ")),
        replace(handled("format_disk").entries[0], id=EntryId(" ")),
    ]
    with pytest.raises(ValueError, match="entry 1") as refused:
        edited(book(), nonsense, GROUND, author="p")
    lines = str(refused.value).splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("entry 1 (a): cue.pattern: ")
    assert "entry 2 (a): the id stands twice" in lines
    assert "entry 2 (a): action.imperative: it says nothing to do" in lines
    assert any("needs an id" in line for line in lines)
    assert any("'format_disk' is not a tool" in line for line in lines)


def test_a_rollback_is_a_version_of_its_own() -> None:
    first, second = book(ONE, version=1), book(ONE, TWO, version=2)
    back = rolled_back(second, first, author="p")
    assert (back.version, back.parent, back.entries) == (3, 1, (ONE,))
    with pytest.raises(ValueError, match="version 1 holds what version 3 holds already"):
        rolled_back(back, first, author="p")
    emptied = rolled_back(second, Playbook(first.key), author="p")
    assert (emptied.version, emptied.parent, emptied.entries) == (3, None, ())


def test_a_frozen_playbook_learns_nothing() -> None:
    shut = frozen(book(ONE, version=1), True, author="p")
    assert shut is not None
    assert (shut.version, shut.frozen) == (2, True)
    assert frozen(shut, True, author="p") is None
    assert merge(shut, Proposal(accepted=(TWO,)), author="s") is None
    assert rolled_back(shut, Playbook(shut.key), author="p").frozen, "a rollback does not open it"
    again = frozen(shut, False, author="p")
    assert again is not None
    assert merge(again, Proposal(accepted=(TWO,)), author="s") is not None


def test_a_difference_is_about_what_entries_say() -> None:
    three = replace(make_entry("deal", kind="keyword"), id=EntryId("e3"))
    reworded = replace(TWO, expected_effect="another")
    moved = replace(ONE, provenance=replace(ONE.provenance, source_session_id="elsewhere"))
    found = difference(book(ONE, TWO), book(moved, reworded, three))
    assert found.added == (three,)
    assert found.removed == ()
    assert found.changed == ((TWO, reworded),)
    assert difference(book(ONE, three), book(ONE)).removed == (three,)


HARM = Quarantine("it harmed", -0.3, -0.4, -0.2, 0.001, 100, 20)


def test_what_harms_is_kept_but_out_of_use() -> None:
    good, bad = make_entry(name="good"), make_entry(name="bad", imperative="Guess", session="s1")
    before = book(good, bad, version=4)
    after = quarantined(before, {bad.id: HARM}, author="impact:run")
    assert after is not None
    assert (after.version, after.parent, after.author) == (5, 4, "impact:run")
    kept = {entry.id: entry for entry in after.entries}
    assert kept[good.id] == good
    assert kept[bad.id].lifecycle == "quarantined"
    assert kept[bad.id].provenance == replace(bad.provenance, quarantine=HARM)
    assert quarantined(after, {bad.id: HARM}, author="impact:run") is None, "it is out of use already"
    assert quarantined(before, {}, author="impact:run") is None


def test_a_quarantined_entry_is_shown_to_nobody() -> None:
    entry = make_entry("deal", kind="keyword")
    after = quarantined(book(entry), {entry.id: HARM}, author="impact:run")
    assert after is not None
    assert render(after, brief("the deal"), 4000).matched == ()
