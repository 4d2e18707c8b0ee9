"""Collected: what an experiment has left in the store, put together for its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from atlas.core.playbook import Entry, Playbook
from atlas.core.session import Session
from atlas.core.tasks import Task
from atlas.datasets.audit.subject import leaves
from atlas.datasets.fingerprint import fingerprint
from atlas.learning.disjoint import Evidence
from atlas.learning.placebo import placebo
from atlas.learning.prose import prose
from atlas.reports.evaluation.lean import lean
from atlas.reports.experiment.contamination import Certificate, HeldOut, Shown, certificate
from atlas.reports.experiment.layout import VALIDATION
from atlas.reports.experiment.report import Collected, OrderBook
from atlas.runs.experiment.design import Design
from atlas.runs.experiment.history import history_text
from atlas.runs.experiment.playing import order_key
from atlas.storage.store import Store


async def collected(store: Store, design: Design, *, char_budget: int, ngram: int) -> Collected:
    """Every session so far, the playbooks of the orders, and the certificate. Raises `StorageError`."""
    sessions = [lean(session) async for session in store.sessions.of_run(design.run_id)]
    books, shown = [], []
    for order in range(len(design.orders)):
        versions = [v.playbook for v in await store.playbooks.history(order_key(design.run_id, order))]
        history = await _history(store, design, order, char_budget)
        candidates = await store.candidates.history(order_key(design.run_id, order))
        trials = tuple(candidate.trial for candidate in candidates if candidate.trial)
        books.append(OrderBook(order, tuple(versions), history, trials))
        shown += _shown(order, versions, history)
    orders = tuple(tuple(task.task_id for task in tasks) for tasks in design.orders)
    return Collected(_numbered(sessions), orders, tuple(books), _certificate(shown, design, ngram))


async def _history(store: Store, design: Design, order: int, char_budget: int) -> str:
    played = [await store.sessions.finished(slot.session_id) for _, slot in design.learning(order)]
    return history_text([s for s in played if s is not None and s.failure is None], char_budget)


def _numbered(sessions: Sequence[Session]) -> tuple[Session, ...]:
    """The sessions, those of trials in one arm: the plays of each version tried as trials of their own."""
    versions = sorted({s.slot.arm for s in sessions if s.slot.arm.startswith(f"{VALIDATION}/")})
    place = {name: number for number, name in enumerate(versions)}
    most = 1 + max((s.slot.trial for s in sessions if s.slot.arm in place), default=0)
    return tuple(
        replace(s, slot=replace(s.slot, arm=VALIDATION, trial=place[s.slot.arm] * most + s.slot.trial))
        if s.slot.arm in place
        else s
        for s in sessions
    )


def _shown(order: int, versions: Sequence[Playbook], history: str) -> list[Shown]:
    """Every entry that any version ever had, of the last one the placebo, and the history."""
    entries = dict.fromkeys(_said(entry) for version in versions for entry in version.entries)
    emptied = [_said(entry) for entry in placebo(versions[-1]).entries] if versions else []
    return [
        Shown(f"playbook, order {order + 1}", "\n".join(entries)),
        Shown(f"placebo, order {order + 1}", "\n".join(emptied)),
        Shown(f"history, order {order + 1}", history),
    ]


def _said(entry: Entry) -> str:
    return f"{entry.cue.pattern}\n{prose(entry)}"


def _certificate(shown: Sequence[Shown], design: Design, ngram: int) -> Certificate:
    evidence = Evidence(map(fingerprint, design.training))
    found = [overlap for task in design.tested for overlap in evidence.overlaps(fingerprint(task))]
    return certificate(
        shown,
        [_held_out(task) for task in design.tested],
        [text for task in (*design.training, *design.spare) for text in _texts(task)],
        ngram=ngram,
        overlaps=[str(overlap) for overlap in found if overlap.kind != "text"],
        common_texts=sum(overlap.kind == "text" for overlap in found),
    )


def _held_out(task: Task) -> HeldOut:
    rows = (row for table in task.setup.content.values() for row in table.values())
    names = {
        value
        for row in rows
        for key, value in leaves(row)
        if isinstance(value, str) and len(value.split()) + value.count("@") > 1 and key.endswith(("name", "email"))
    }
    return HeldOut(task.task_id, _texts(task), tuple(sorted(names)))


def _texts(task: Task) -> tuple[str, ...]:
    """What is said in a task: the requests, and the right replies."""
    return (*task.brief.turns, *(turn.reply for turn in task.target.turns if turn.reply))
