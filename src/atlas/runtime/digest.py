"""The digest: what a student is shown beside the conversation, within a budget.

Over budget, things go in this order: the metadata, the last line first; the entries of the playbook, the worst
first; guidance, the oldest first. The instructions, the plan and the newest guidance stay, whatever their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from atlas.core.digest import DigestSection, DigestStats
from atlas.core.playbook import LearningKey
from atlas.core.protocols import LearningHistory
from atlas.errors import PromptTooLarge
from atlas.runtime.assignment import Assignment
from atlas.runtime.config import DigestConfig, DigestKey
from atlas.runtime.system_text import system_text

CUT = "... (cut)"


class Digest:
    """Fits a student's system text into `budget` characters."""

    def __init__(
        self, config: DigestConfig, budget: int, history: LearningHistory | None = None, *, simulated: bool = False
    ) -> None:
        """`history` is where the notes of past sessions come from; without one there are none."""
        self._config, self._budget = config, budget
        self._history, self._simulated = history, simulated

    async def notes(self, key: LearningKey) -> tuple[str, ...]:
        """What the last sessions of the key noted for the student, the newest first. Raises `StorageError`."""
        most = self._config.max_learning_history_entries
        if self._history is None or not most or "student_learning" not in self._config.include_session_keys:
            return ()
        history = await self._history.of(key, most, simulated=self._simulated)
        notes = (_flat(past.note, self._config.max_string_chars) for past in reversed(history.recent))
        return tuple(dict.fromkeys(note for note in notes if note))

    def text(
        self,
        instructions: str,
        playbook: str,
        guidance: Sequence[str],
        assignment: Assignment,
        metadata: Mapping[DigestKey, Sequence[str]],
    ) -> tuple[str, DigestStats]:
        """The system text, and what became of its sections. Raises `PromptTooLarge`."""
        told = [_cut(line, self._config.max_string_chars) for line in guidance]
        newest, older = told[-1:], told[:-1]
        least = len(system_text(instructions, "", newest, assignment))
        if least > self._budget:
            raise PromptTooLarge(_sentence(self._budget, least, len(instructions)))
        room = _Room(self._budget - least)
        kept = [*reversed(room.fill(reversed(older), len("- \n"), len("- \n"))), *newest]
        entries = playbook.splitlines()
        shown = room.fill(entries, len("\n"), _frame(playbook="x"))
        lines = [(key, line) for key in self._config.include_session_keys for line in metadata.get(key, ())]
        held = lines[: self._held([line for _, line in lines], room.left)]
        text = system_text(instructions, "\n".join(shown), kept, assignment, [line for _, line in held])
        lost: dict[DigestSection, int] = {
            "metadata": len(lines) - len(held),
            "playbook": len(entries) - len(shown),
            "guidance": len(told) - len(kept),
        }
        seen = {key for key, _ in held}
        return text, DigestStats(
            self._budget,
            len(text),
            tuple(key for key, has in metadata.items() if has and key not in seen),
            tuple(section for section, count in lost.items() if count),
            lost["playbook"],
            lost["guidance"],
        )

    def _held(self, lines: Sequence[str], left: int) -> int:
        """How many of the metadata's lines its section can hold."""
        section = _Room(min(left, self._config.max_section_chars))
        return len(section.fill(lines, len("- \n"), _frame(metadata="x")))


@dataclass(slots=True)
class _Room:
    """Characters that are still free."""

    left: int

    def fill(self, lines: Iterable[str], each: int, first: int) -> list[str]:
        """The first lines, as many as there is room for; the first one costs `first` more, any other `each`.

        When one does not fit there is no room left: what would come after it goes before it.
        """
        kept: list[str] = []
        for line in lines:
            cost = len(line) + (each if kept else first)
            if cost > self.left:
                self.left = 0
                break
            self.left -= cost
            kept.append(line)
        return kept


def _frame(*, playbook: str = "", metadata: str = "") -> int:
    """Characters that a section of one line takes beside its line."""
    return len(system_text("", playbook, [], None, [metadata] if metadata else [])) - len(playbook or metadata)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - len(CUT)]}{CUT}"


def _flat(text: str, most: int) -> str:
    """One line without the marks that open and close a section."""
    return _cut(" ".join(text.replace(">>>", ">").split()), most)


def _sentence(budget: int, least: int, instructions: int) -> str:
    return (
        f"the student's system text needs {least} characters ({instructions} of them instructions) and its budget "
        f"is {budget}; shorten agent.system_prompt, or raise agent.metadata_digest.char_budget"
    )
