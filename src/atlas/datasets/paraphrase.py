"""A paraphrase: an utterance in a model's words, kept only when it can be shown to ask for the same thing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

import msgspec

from atlas.core.json import dumps, reply_as
from atlas.core.messages import ChatRequest, Message, Usage
from atlas.core.protocols import ChatModel
from atlas.datasets.audit.audit import findings_of
from atlas.datasets.audit.finding import Finding, Surroundings
from atlas.datasets.audit.identifiers import ids
from atlas.datasets.audit.placeholders import markers
from atlas.datasets.audit.subject import Subject, subject_of
from atlas.datasets.conversation import Conversation, ConversationTurn
from atlas.datasets.held import held, strangers
from atlas.errors import ModelReplyError

TEMPERATURE = 0.7
LONGEST, SPARE = 2.0, 60
"""A rewritten utterance has at most twice the characters of the old one, and 60 more."""
_PROMPT = files("atlas.datasets") / "prompts" / "paraphrase.md"


class _Reply(msgspec.Struct, forbid_unknown_fields=True):
    utterance: str


@dataclass(frozen=True, slots=True)
class Paraphrased:
    """Conversations in the order given, how many utterances were replaced, and why others were not, by reason."""

    rows: tuple[Conversation, ...]
    kept: int
    refused: dict[str, int]
    usage: Usage


class Paraphraser:
    """Asks `model` for every utterance, at most `concurrency` at once; `seed` goes with each request."""

    def __init__(
        self, model: ChatModel, surroundings: Surroundings, *, concurrency: int = 8, seed: int = 0
    ) -> None:
        self._model, self._surroundings, self._seed = model, surroundings, seed
        self._places = asyncio.Semaphore(concurrency)
        self._prompt = _PROMPT.read_text()

    async def paraphrase(self, rows: Sequence[Conversation]) -> Paraphrased:
        """Every conversation with the rewritten utterances that pass; the rest of it as it was.

        An utterance passes when it holds the same values and steering words, no placeholder, id or new name, is
        said nowhere else in `rows`, and the audit finds nothing in the row that it did not find before. Raises
        `ModelError` when the model cannot be reached; a reply in the wrong form only leaves its utterance alone.
        """
        asked = [asyncio.create_task(self._ask(row, turn)) for row in rows for turn in row.turns]
        try:
            answers = iter(await asyncio.gather(*asked))
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        work = _Work(self._model.name, self._surroundings, {turn.user_utterance for r in rows for turn in r.turns})
        done: list[Conversation] = []
        usage = Usage()
        for row in rows:
            texts: list[str] = []
            for _ in row.turns:
                text, spent = next(answers)
                texts.append(text)
                usage += spent
            done.append(work.rewritten(row, texts))
        return Paraphrased(tuple(done), work.kept, dict(sorted(work.refused.items())), usage)

    async def _ask(self, row: Conversation, turn: ConversationTurn) -> tuple[str, Usage]:
        """The model's wording, "" for an unusable reply. The model is shown what users say and nothing else."""
        subject = subject_of(row, 0)
        question = {
            "ask": "paraphrase",
            "earlier": list(subject.said_until(turn.turn_id - 1)),
            "utterance": turn.user_utterance,
            "keep": sorted(held(turn.user_utterance, subject.names(), subject.today).names),
        }
        messages = (Message("system", self._prompt), Message("user", dumps(question)))
        request = ChatRequest(messages, json_object=True, temperature=TEMPERATURE, seed=self._seed)
        async with self._places:
            try:
                completion = await self._model.complete(request)
            except ModelReplyError:
                return "", Usage()
        try:
            return reply_as(_Reply, completion.message.content).utterance.strip(), completion.usage
        except ValueError:
            return "", completion.usage


class _Work:
    """The judging of the wordings, row by row in the order of the file. `taken` are the utterances there are."""

    def __init__(self, model: str, surroundings: Surroundings, taken: set[str]) -> None:
        self.kept = 0
        self.refused: Counter[str] = Counter()
        self._model, self._surroundings, self._taken = model, surroundings, taken

    def rewritten(self, row: Conversation, texts: Sequence[str]) -> Conversation:
        """The row with the wordings that pass."""
        subject = subject_of(row, 0)
        new: dict[int, str] = {}
        for turn, text in zip(row.turns, texts, strict=True):
            reason = self._refusal(subject, turn.user_utterance, text)
            if reason is not None:
                self.refused[reason] += 1
                continue
            new[turn.turn_id] = text
            self._taken.add(text)
        changed = self._with(row, new)
        worse = self._defects(changed) - self._defects(row) if new else set()
        if worse:
            self.refused[f"the audit finds: {min(check for check, _ in worse)}"] += len(new)
            self._taken -= set(new.values())
            return row
        self.kept += len(new)
        return changed

    def _refusal(self, subject: Subject, old: str, text: str) -> str | None:
        """Why a wording is not taken, None when nothing speaks against it."""
        if not text:
            return "no usable reply"
        if "\n" in text:
            return "several lines"
        if text in self._taken:
            return "said before"
        if len(text) > LONGEST * len(old) + SPARE:
            return "too long"
        if markers(text):
            return "placeholder"
        if ids(text):
            return "id"
        names = subject.names()
        difference = held(old, names, subject.today).difference(held(text, names, subject.today))
        return difference or ("names added" if strangers(text, old) else None)

    def _with(self, row: Conversation, new: dict[int, str]) -> Conversation:
        if not new:
            return row
        turns = tuple(
            replace(turn, user_utterance=new.get(turn.turn_id, turn.user_utterance)) for turn in row.turns
        )
        record = {"paraphrased_by": self._model, "paraphrased_turns": sorted(new)}
        return replace(row, turns=turns, cumulative_context={**row.cumulative_context, **record})

    def _defects(self, row: Conversation) -> set[tuple[str, int | None]]:
        found: list[Finding] = findings_of([subject_of(row, 0)], self._surroundings)
        return {(finding.check, finding.turn) for finding in found if finding.severity == "defect"}
