"""From one playbook version to the next."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from atlas.core.playbook import Entry, Lifecycle, Playbook, Proposal
from atlas.learning.merge import merge
from tests.learning.making import book, make_entry


def accepting(*entries: Entry) -> Proposal:
    return Proposal(accepted=entries)


def refusing(*entries: Entry) -> Proposal:
    return Proposal(rejected=tuple(replace(entry, lifecycle="rejected") for entry in entries))


def merged(playbook: Playbook, proposal: Proposal) -> Playbook:
    return merge(playbook, proposal, author="s9") or playbook


def test_a_new_entry_makes_a_new_version() -> None:
    old, new = make_entry(total=0.5), make_entry("quote", kind="keyword", imperative="Check the quote", total=0.5)
    result = merge(book(old, version=7), accepting(new), author="s9")
    assert result is not None
    assert (result.version, result.parent, result.author) == (8, 7, "s9")
    assert result.entries == book(old, new).entries


def test_nothing_new_is_no_version() -> None:
    entry = make_entry(total=0.5, session="s1")
    assert merge(book(entry), Proposal(), author="s9") is None
    assert merge(book(entry), accepting(replace_session(entry, "s2")), author="s9") is None


def replace_session(entry: Entry, session: str) -> Entry:
    return replace(entry, provenance=replace(entry.provenance, source_session_id=session))


def test_a_known_id_is_replaced_and_keeps_its_first_session() -> None:
    old, new = make_entry(effect="old", total=0.9, session="s1"), make_entry(effect="new", total=0.4, session="s2")
    (entry,) = merged(book(old), accepting(new)).entries
    assert entry.expected_effect == "new"
    assert entry.provenance.source_session_id == "s1"


def test_what_was_retired_stays_retired() -> None:
    retired: tuple[Lifecycle, ...] = ("deprecated", "pruned")
    for lifecycle in retired:
        old = make_entry(lifecycle=lifecycle, total=0.5)
        assert merge(book(old), accepting(make_entry(effect="new", total=0.9)), author="s9") is None


def test_the_same_advice_is_kept_once_the_better_one() -> None:
    old = make_entry("deal", kind="keyword", imperative="Search the deal first!", total=0.8)
    worse = make_entry(r"\bdeals?\b", imperative="search the DEAL first", total=0.7)
    equal = make_entry(r"\bdeals?\b", imperative="search the DEAL first", total=0.8)
    better = make_entry(r"\bdeals?\b", imperative="search the DEAL first", total=0.9)
    assert merge(book(old), accepting(worse), author="s9") is None
    assert merge(book(old), accepting(equal), author="s9") is None
    assert merged(book(old), accepting(better)).entries == (better,)


def test_advice_differs_by_audience_tool_and_words() -> None:
    old = make_entry(total=0.5)
    others = (
        make_entry(audience="teacher", total=0.5),
        make_entry(handle="client_search", total=0.5),
        make_entry(imperative="Look it up", total=0.5),
    )
    assert len(merged(book(old), accepting(*others)).entries) == 4


def test_retired_advice_may_come_back_under_another_cue() -> None:
    old = make_entry("deal", kind="keyword", lifecycle="pruned", total=0.9)
    assert len(merged(book(old), accepting(make_entry(total=0.5))).entries) == 2


def test_refused_entries_are_kept_once_with_their_reasons() -> None:
    first, second = make_entry(handle="x", total=0.1), make_entry(handle="y", total=0.1)
    once = merged(book(), refusing(first))
    assert [entry.id for entry in once.rejected] == [first.id]
    assert merge(once, refusing(first), author="s9") is None
    twice = merged(once, refusing(second, first))
    assert [entry.id for entry in twice.rejected] == [first.id, second.id]
    changed = merged(twice, refusing(make_entry(handle="x", total=0.2)))
    assert [entry.id for entry in changed.rejected] == [second.id, first.id]


def test_only_the_latest_refused_entries_are_kept() -> None:
    entries = [make_entry(handle=f"h{n}", total=0.1) for n in range(10)]
    result = merge(
        book(rejected=refusing(*entries[:6]).rejected), refusing(*entries[6:]), author="s", max_rejected=5
    )
    assert result is not None
    assert [entry.id for entry in result.rejected] == [entry.id for entry in entries[5:]]
    assert merge(book(), refusing(*entries), author="s", max_rejected=0) is None


def test_an_unsorted_playbook_alone_is_no_change() -> None:
    one, two = make_entry(total=0.5), make_entry(imperative="Other", total=0.5)
    playbook = replace(book(), entries=tuple(sorted((one, two), key=lambda entry: entry.id, reverse=True)))
    assert merge(playbook, accepting(one), author="s9") is None


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    return make_entry(
        draw(st.sampled_from(["deal", "quote", "client"])),
        kind="keyword",
        imperative=draw(st.sampled_from(["Search first", "search first.", "Check it", "Ask"])),
        effect=draw(st.sampled_from(["E", "F"])),
        handle=draw(st.sampled_from(["client_search", "quote_details"])),
        total=draw(st.sampled_from([0.2, 0.5, 0.9])),
        session=draw(st.sampled_from(["s1", "s2"])),
    )


proposals = st.builds(
    lambda kept, refused: replace(accepting(*kept), rejected=refusing(*refused).rejected),
    st.lists(entries(), max_size=5, unique_by=lambda entry: entry.id),
    st.lists(entries(), max_size=3, unique_by=lambda entry: entry.id),
)


@given(st.lists(proposals, max_size=3), proposals)
def test_merging_twice_changes_nothing_more(history: list[Proposal], proposal: Proposal) -> None:
    playbook = book()
    for earlier in history:
        playbook = merged(playbook, earlier)
    assert merge(merged(playbook, proposal), proposal, author="s9") is None


def advice(entry: Entry) -> tuple[str, str | None]:
    return entry.action.imperative.rstrip(".").lower(), entry.action.runtime_handle


@given(st.lists(proposals, max_size=2), proposals, proposals)
def test_proposals_about_different_advice_commute(history: list[Proposal], one: Proposal, two: Proposal) -> None:
    taken = {advice(entry) for entry in one.accepted}
    two = replace(two, accepted=tuple(entry for entry in two.accepted if advice(entry) not in taken))
    playbook = book()
    for earlier in history:
        playbook = merged(playbook, earlier)
    there, back = merged(merged(playbook, one), two), merged(merged(playbook, two), one)
    assert there.entries == back.entries
    assert {entry.id for entry in there.rejected} == {entry.id for entry in back.rejected}


@given(st.lists(proposals, max_size=4))
def test_live_advice_is_never_doubled_and_versions_count_up(history: list[Proposal]) -> None:
    playbook = book(version=0)
    for proposal in history:
        following = merge(playbook, proposal, author="s9")
        assert following is None or (following.version, following.parent) == (
            playbook.version + 1,
            playbook.version,
        )
        playbook = following or playbook
    assert len({advice(entry) for entry in playbook.entries}) == len(playbook.entries)


def test_what_harmed_does_not_come_back_under_another_cue() -> None:
    harmful = replace(make_entry("deal", kind="keyword", total=0.5), lifecycle="quarantined")
    again = make_entry("deals", kind="keyword", total=0.9)
    assert merge(book(harmful), accepting(again), author="s9") is None
    assert (
        merge(book(harmful), accepting(replace(harmful, lifecycle="active", expected_effect="x")), author="s9")
        is None
    )


def test_without_the_rubric_the_newest_of_two_that_say_the_same_stands() -> None:
    old = make_entry(total=0.9, name="old")
    new = make_entry("other", kind="keyword", total=0.2, name="new")
    assert merged(book(old), accepting(new)).entries == (old,), "the rubric keeps the better one"
    off = merge(book(old), accepting(new), author="s9", by_rubric=False)
    assert off is not None
    assert off.entries == (new,)
