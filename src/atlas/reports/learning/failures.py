"""The failure taxonomy: how often each kind of fault occurs, before and after, and which entries address it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject, to_json
from atlas.core.playbook import Entry
from atlas.core.session import SessionId
from atlas.core.thread import FaultExample, Moments, Thread
from atlas.reports.document import rate_json
from atlas.reports.learning import taxonomy
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.reward import BASELINE, RECENT
from atlas.reports.learning.wording import group_of, rate_of
from atlas.reports.metrics import Rate
from atlas.reports.page import Figure, Section, Table, numbers, words
from atlas.reports.statistics.moments import moments
from atlas.reports.wording import NOTHING, percent, rated

Basis: TypeAlias = Literal["labelled", "learned from one", "by its words"]

MOST_ADDRESSING, MOST_DRAWN = 4, 8
_LIVE = ("active", "provisional")


@dataclass(frozen=True, slots=True)
class Addressing:
    """An entry that addresses a kind of fault, and how that is known; words alone are a guess."""

    entry: Entry
    basis: Basis


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One kind: the share of scored sessions with it in each group, entries about it, and examples."""

    kind: str
    title: str
    groups: tuple[tuple[str, Moments], ...]
    addressing: tuple[Addressing, ...]
    examples: tuple[FaultExample, ...]

    @property
    def seen(self) -> float:
        """In how many sessions of all groups."""
        return sum(found.total for _, found in self.groups)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Kinds of faults by group, the most frequent first. `groups` are arms, or the windows of the only arm."""

    groups: tuple[str, ...]
    baseline: str | None
    rows: tuple[FaultRow, ...]
    lost: tuple[tuple[str, str, int, int], ...]


def measure(thread: Thread, labels: Labels) -> Taxonomy:
    """Arms are the groups where there are several; of a single arm the two windows are."""
    sizes = _groups(thread)
    found = {(tally.group, tally.kind): tally for tally in thread.faults.tallies}
    rows = []
    for kind in _kinds(thread):
        groups = []
        for name, size in sizes:
            tally = found.get((name, kind))
            groups.append(
                (
                    name,
                    Moments(size.n, size.tasks, tally.sessions, tally.squares, tally.cross, size.sizes)
                    if tally
                    else Moments(size.n, size.tasks, 0.0, 0.0, 0.0, size.sizes),
                )
            )
        examples = tuple(example for example in thread.faults.examples if example.kind == kind)
        addressing = tuple(_addressing(thread, kind, labels))
        rows.append(FaultRow(kind, taxonomy.title_of(kind), tuple(groups), addressing, examples))
    rows.sort(key=lambda row: (-row.seen, row.kind))
    played = {tally.name: tally.sessions for tally in thread.arms}
    lost = tuple((b.arm, b.boundary, b.sessions, played.get(b.arm, b.sessions)) for b in thread.faults.boundaries)
    baseline = thread.baseline_arm if len(thread.arms) > 1 else (BASELINE if sizes else None)
    return Taxonomy(tuple(name for name, _ in sizes), baseline, tuple(rows), lost)


def part(thread: Thread, labels: Labels) -> Part:
    """Key `failure_taxonomy`."""
    found = measure(thread, labels)
    draw = partial(_figures, found, thread.id.simulated) if found.rows else None
    return Part({"failure_taxonomy": _json(found)}, _section(found, thread), draw)


def _groups(thread: Thread) -> list[tuple[str, Moments]]:
    if len(thread.arms) > 1:
        return [(tally.name, tally.success) for tally in thread.arms]
    windows = ((BASELINE, thread.baseline), (RECENT, thread.recent))
    return [
        (name, moments((s.task_id, float(s.success)) for s in sessions if s.success is not None))
        for name, sessions in windows
        if sessions
    ]


def _kinds(thread: Thread) -> list[str]:
    """Every kind that occurred in some group, each once."""
    return list(dict.fromkeys(tally.kind for tally in thread.faults.tallies))


def _addressing(thread: Thread, kind: str, labels: Labels) -> Iterator[Addressing]:
    entries = thread.playbook.entries if thread.playbook else ()
    for entry in entries:
        if entry.lifecycle not in _LIVE:
            continue
        basis = _basis(entry, kind, thread, labels)
        if basis is not None:
            yield Addressing(entry, basis)


def _basis(entry: Entry, kind: str, thread: Thread, labels: Labels) -> Basis | None:
    label = labels.of(entry.id)
    if label is not None and label in (kind, kind.removeprefix(taxonomy.CATEGORY)):
        return "labelled"
    worded = taxonomy.about(entry, kind)
    # A session may fail in several ways at once: what an entry was learned from counts where its words fit as well.
    source = thread.faults.sources.get(SessionId(entry.provenance.source_session_id), ())
    if worded:
        return "learned from one" if kind in source else "by its words"
    return None


def _json(found: Taxonomy) -> JsonObject:
    return {
        "groups": list(found.groups),
        "baseline": found.baseline,
        "kinds": [
            {
                "kind": row.kind,
                "title": row.title,
                "rates": {name: rate_json(rate_of(value)) for name, value in row.groups},
                "entries": [
                    {"entry_id": each.entry.id, "imperative": each.entry.action.imperative, "basis": each.basis}
                    for each in row.addressing
                ],
                "examples": [to_json(example) for example in row.examples],
            }
            for row in found.rows
        ],
        "lost_below_us": [
            {"arm": arm, "boundary": boundary, "sessions": sessions, "of": played}
            for arm, boundary, sessions, played in found.lost
        ],
    }


def _section(found: Taxonomy, thread: Thread) -> Section:
    title = "Failure taxonomy"
    if not found.groups:
        return Section(title, ("Cannot say: no session of this key was scored yet.",))
    tables = [_rates(found), _addressed(found), _examples(found)] if found.rows else []
    if found.lost:
        tables.append(_lost(found))
    return Section(title, _paragraphs(found, thread), tables=tuple(tables))


def _paragraphs(found: Taxonomy, thread: Thread) -> tuple[str, ...]:
    if not found.rows:
        return ("No required check found a fault in any scored session.",)
    compared = (
        "Sessions belong to several arms, which are compared"
        if len(thread.arms) > 1
        else "Sessions belong to one arm, whose baseline window is compared with its recent window"
    )
    return (
        "The share of scored sessions in which a required check found a fault of each kind; a session can have "
        f"several. {compared}; the baseline is {found.baseline}. Shown to find where to look: none of these "
        "differences was tested. Infrastructure failures are no faults and stand apart.",
        "An entry addresses a kind when a label says so, when it was learned from a session with that fault and "
        "its words fit, or by its words alone, which is a guess.",
    )


def _rates(found: Taxonomy) -> Table:
    columns = (*words("kind of fault"), *numbers(*found.groups), *numbers("entries"))
    rows = tuple(
        (row.title, *(rated(rate_of(value)) for _, value in row.groups), str(len(row.addressing)))
        for row in found.rows
    )
    return Table("Sessions with a fault of each kind", columns, rows)


def _addressed(found: Taxonomy) -> Table:
    rows = tuple(
        (row.title if place == 0 else "", each.entry.action.imperative, each.entry.id, each.basis)
        for row in found.rows
        for place, each in enumerate(row.addressing[:MOST_ADDRESSING])
    )
    unaddressed = [row.title for row in found.rows if not row.addressing]
    notes = (f"No entry addresses: {'; '.join(unaddressed)}.",) if unaddressed else ()
    return Table(
        "Entries that address them", words("kind of fault", "entry", "id", "how that is known"), rows, notes
    )


def _examples(found: Taxonomy) -> Table:
    rows = tuple(
        (row.title if place == 0 else "", example.session_id, example.sentence)
        for row in found.rows
        for place, example in enumerate(row.examples)
    )
    return Table("Examples, the last ones", words("kind of fault", "session", "what the check said"), rows)


def _lost(found: Taxonomy) -> Table:
    rows = tuple(
        (arm, boundary, str(sessions), percent(sessions / played) if played else NOTHING)
        for arm, boundary, sessions, played in found.lost
    )
    return Table(
        "Sessions lost below us (no score, in no rate)",
        (*words("arm", "boundary"), *numbers("sessions", "of the arm's sessions")),
        rows,
    )


def _figures(found: Taxonomy, simulated: bool) -> tuple[Figure, ...]:
    # Imported where something is drawn: matplotlib takes a second that a summary need not wait for.
    from atlas.reports.charts import ChartRow, interval_chart
    from atlas.reports.learning.figures import titled

    rows = [ChartRow(row.title, tuple(group_of(name, value) for name, value in row.groups)) for row in found.rows]
    picture = interval_chart(
        titled("Sessions with a fault of each kind", simulated), found.groups, rows[:MOST_DRAWN]
    )
    alt = "; ".join(f"{row.title}: {_spoken(row.groups)}" for row in found.rows[:MOST_DRAWN])
    return (Figure("failures", alt, picture),)


def _spoken(groups: Sequence[tuple[str, Moments]]) -> str:
    rates: list[tuple[str, Rate]] = [(name, rate_of(value)) for name, value in groups]
    return ", ".join(f"{name} {percent(rate.value)}" for name, rate in rates)
