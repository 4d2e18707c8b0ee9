"""A candidate: what several sessions taught, as one version."""

from __future__ import annotations

from dataclasses import replace

from atlas.core.playbook import Proposal, Provenance
from atlas.learning.candidate import candidate, content_digest
from tests.learning.making import book, make_entry

OLD = make_entry(total=0.5)
ONE = make_entry("quote", kind="keyword", imperative="Check the quote", total=0.5, session="s1")
TWO = make_entry("note", kind="keyword", imperative="Read the note", total=0.5, session="s2")


def test_many_lessons_are_one_version() -> None:
    made = candidate(book(OLD, version=7), [Proposal((ONE,)), Proposal(), Proposal((TWO,))], author="batch")
    assert made is not None
    assert (made.version, made.parent, made.author) == (8, 7, "batch")
    assert made.entries == book(OLD, ONE, TWO).entries


def test_the_first_version_has_no_parent() -> None:
    made = candidate(replace(book(), version=0), [Proposal((ONE,))], author="batch")
    assert made is not None
    assert (made.version, made.parent) == (1, None)


def test_what_no_session_would_read_is_no_candidate() -> None:
    refused = replace(ONE, lifecycle="rejected")
    assert candidate(book(OLD), [Proposal(rejected=(refused,)), Proposal((OLD,))], author="batch") is None


def test_a_frozen_playbook_has_no_candidate() -> None:
    assert candidate(replace(book(OLD), frozen=True), [Proposal((ONE,))], author="batch") is None


def test_the_digest_is_of_what_is_read() -> None:
    moved = replace(OLD, provenance=Provenance("elsewhere", rubric=OLD.provenance.rubric))
    retired = replace(TWO, lifecycle="deprecated")
    same = {content_digest(book(OLD)), content_digest(book(moved, version=9)), content_digest(book(OLD, retired))}
    assert len(same) == 1
    assert content_digest(book(OLD, ONE)) not in same
    assert content_digest(book(replace(OLD, expected_effect="other"))) not in same
