"""Disjointness: what tasks that a playbook is tried on share with those it was learned from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from atlas.core.trial import Fingerprint
from atlas.errors import OverlapError

NAMED = 3
"""Overlaps that an error names; of the others it says how many there are."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Something that a task to be tried on (`task`) shares with one that was learned from (`evidence`)."""

    kind: Literal["task", "text", "world"]
    task: str
    evidence: str
    shared: str

    def __str__(self) -> str:
        if self.kind == "task":
            return f"task {self.task} is among those learned from"
        what = "says the same as" if self.kind == "text" else "shares its world with"
        return f"task {self.task} {what} {self.evidence} ({self.shared!r})"


class Evidence:
    """The tasks that were learned from, to hold others against."""

    def __init__(self, learned: Iterable[Fingerprint]) -> None:
        self._tasks: set[str] = set()
        self._texts: dict[str, str] = {}
        self._records: dict[str, str] = {}
        for task in learned:
            self.add(task)

    def add(self, task: Fingerprint) -> None:
        """Count a task among those learned from."""
        self._tasks.add(task.task)
        self._texts.update((text, task.task) for text in task.texts if text not in self._texts)
        self._records.update((record, task.task) for record in task.records if record not in self._records)

    def overlaps(self, task: Fingerprint) -> Iterator[Overlap]:
        """What `task` shares with them: itself, a wording, a record of its world; each kind at most once."""
        if task.task in self._tasks:
            yield Overlap("task", task.task, task.task, task.task)
        for text in task.texts:
            if text in self._texts:
                yield Overlap("text", task.task, self._texts[text], text)
                break
        for record in task.records:
            if record in self._records:
                yield Overlap("world", task.task, self._records[record], record)
                break

    def shares(self, task: Fingerprint) -> bool:
        """Whether `task` shares anything with them."""
        return next(self.overlaps(task), None) is not None


def require_disjoint(tasks: Sequence[Fingerprint], evidence: Evidence) -> None:
    """Raise `OverlapError` naming what any of `tasks` shares with the evidence."""
    found = [overlap for task in tasks for overlap in evidence.overlaps(task)]
    if not found:
        return
    named = "; ".join(map(str, found[:NAMED]))
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    raise OverlapError(
        f"the validation slice shares what was learned from, so nothing can be tried on it: {named}{more}; "
        "set learning.validation to another dataset, split or seed"
    )
