"""Figures: the numbers of a file of conversations, from which the audit's table and the data card are made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from atlas.datasets.audit.leaks import shared_names
from atlas.datasets.audit.masking import script
from atlas.datasets.audit.pointing import refers_back
from atlas.datasets.audit.subject import Subject, read_subjects
from atlas.datasets.audit.worlds import DISTRACTORS, size

NO_SPLIT = "-"
"""The split of rows that have none."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, unless a name says share (in [0, 1]). Keys are sorted.

    `tools` counts, by split, the turns that a tool decides, and `calls` those in which it is called at all.
    `masked` is the number of distinct utterances after ids, names, dates and numbers are masked, `scripts` that of
    distinct sequences of them. `world_rows` is (fewest, median, most).
    """

    conversations: int
    turns: int
    splits: dict[str, int]
    split_turns: dict[str, int]
    families: dict[str, dict[str, int]]
    complexity: dict[str, int]
    lengths: dict[int, int]
    world_rows: tuple[int, int, int]
    distractors: dict[str, int]
    refusing: int
    categories: dict[str, int]
    tools: dict[str, dict[str, int]]
    calls: dict[str, dict[str, int]]
    distinct: int
    masked: int
    scripts: int
    later_turns: int
    back_references: int
    shared_client_names_share: float
    paraphrased: dict[str, int]

    @property
    def distinct_share(self) -> float:
        return self.distinct / self.turns if self.turns else 0.0

    @property
    def golden(self) -> bool:
        """Whether every conversation is a golden negative: one turn, and that one refused."""
        return self.conversations == self.turns == self.refusing

    @property
    def refusing_share(self) -> float:
        return self.refusing / self.conversations if self.conversations else 0.0

    @property
    def back_reference_share(self) -> float:
        return self.back_references / self.later_turns if self.later_turns else 0.0

    def complexity_share(self, level: str) -> float:
        return self.complexity.get(level, 0) / self.conversations if self.conversations else 0.0


def data_card_figures(path: Path) -> Figures:
    """The figures of a dataset file. Raises `DatasetError` when it holds no conversation."""
    subjects, _ = read_subjects(path)
    return figures_of(subjects)


def figures_of(subjects: Sequence[Subject]) -> Figures:
    """The figures of conversations."""
    turns = [turn for row in subjects for turn in row.turns]
    scripts = [script(row) for row in subjects]
    sizes = sorted(map(size, subjects)) or [0]
    decided = ((row.split, turn.deciding.tool) for row in subjects for turn in row.turns if turn.deciding)
    called = (
        (row.split, tool) for row in subjects for turn in row.turns for tool in {call.tool for call in turn.calls}
    )
    return Figures(
        conversations=len(subjects),
        turns=len(turns),
        splits=_counted(row.split or NO_SPLIT for row in subjects),
        split_turns=_counted(row.split or NO_SPLIT for row in subjects for _ in row.turns),
        families=_by_split((row.split, row.family or NO_SPLIT) for row in subjects),
        complexity=_counted(row.complexity for row in subjects),
        lengths=dict(sorted(Counter(len(row.turns) for row in subjects).items())),
        world_rows=(sizes[0], sizes[len(sizes) // 2], sizes[-1]),
        distractors={name: sum(map(has, subjects)) for name, has in DISTRACTORS.items()},
        refusing=sum(any(not turn.succeeds for turn in row.turns) for row in subjects),
        categories=_counted(turn.category or "unnamed" for turn in turns if not turn.succeeds),
        tools=_by_split(decided),
        calls=_by_split(called),
        distinct=len({turn.said for turn in turns}),
        masked=len({text for texts in scripts for text in texts}),
        scripts=len(set(scripts)),
        later_turns=sum(turn.number > 1 for turn in turns),
        back_references=sum(map(refers_back, turns)),
        shared_client_names_share=shared_names(subjects),
        paraphrased=_counted(row.paraphrased_by for row in subjects if row.paraphrased_by),
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _by_split(pairs: Iterable[tuple[str | None, str]]) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for split, value in pairs:
        found[split or NO_SPLIT][value] += 1
    return {split: dict(sorted(counts.items())) for split, counts in sorted(found.items())}
