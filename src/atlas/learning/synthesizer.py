"""The synthesizer: a model that distils a session into a proposal for the playbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from atlas.core.json import dumps
from atlas.core.messages import ChatRequest, Completion, Message
from atlas.core.playbook import Entry, Playbook, Proposal, Provenance
from atlas.core.protocols import ChatModel
from atlas.core.session import Played, Session
from atlas.errors import ModelReplyError
from atlas.learning.anonymous import anonymous
from atlas.learning.config import LearningConfig
from atlas.learning.gates import Ground
from atlas.learning.prompt import messages
from atlas.learning.reply import Reply, entry, parse_reply
from atlas.learning.rubric import assess

_REPAIR = "Your reply cannot be used: {reason}. Reply again with the one JSON object only, in the form asked for."
_ECHO = 4000
_NOTE = 1024


class Synthesizer:
    """Asks the model for lessons, then gates and scores each one."""

    def __init__(self, model: ChatModel, config: LearningConfig, runtime_handles: Sequence[str]) -> None:
        """`runtime_handles` are the names of the environment's tools."""
        self._model, self._config, self._handles = model, config, tuple(runtime_handles)

    async def propose(
        self, session: Session, playbook: Playbook, known_names: frozenset[str] = frozenset()
    ) -> Proposal:
        """What a session that was played teaches; nothing, unasked, while learning or its updates are off.

        `known_names` are names in the task's own data: an entry that holds one is not general. Raises
        `ModelError` when the model fails, `ModelReplyError` when its second reply cannot be used either.
        """
        if session.played is None or not (self._config.enabled and self._config.update_enabled):
            return Proposal()
        reply = await self._ask(messages(session, playbook, self._handles, self._config))
        source = Provenance(session.session_id, _guidance_digest(session.played))
        return self._proposal(reply, source, Ground(self._handles, known_names))

    async def _ask(self, question: tuple[Message, ...]) -> Reply:
        """The reply, asked for once more with the reason when it cannot be used."""
        first = await self._model.complete(ChatRequest(question, json_object=True))
        try:
            return _read(first)
        except ValueError as error:
            echo = Message("assistant", first.message.content[:_ECHO] or "(empty)")
            repair = Message("user", _REPAIR.format(reason=error))
        second = await self._model.complete(ChatRequest((*question, echo, repair), json_object=True))
        try:
            return _read(second)
        except ValueError as error:
            raise ModelReplyError(str(error), model=self._model.name, role="synthesizer", attempts=2) from error

    def _proposal(self, reply: Reply, source: Provenance, ground: Ground) -> Proposal:
        category = self._config.entry_schema.default_scope_category
        drafts = [entry(draft, category, source) for draft in reply.playbook_entries]
        unique = {draft.id: draft for draft in reversed(drafts)}
        assessed = [
            assess(unique[key], self._config, ground) for key in dict.fromkeys(draft.id for draft in drafts)
        ]
        kept = [e for e in assessed if e.lifecycle != "rejected"]
        most = self._config.max_entries_per_session
        return Proposal(
            accepted=tuple(kept[:most]),
            rejected=tuple(e for e in assessed if e.lifecycle == "rejected") + tuple(_surplus(kept[most:], most)),
            student_note=self._note(reply.session_student_learning, ground),
            teacher_note=self._note(reply.session_teacher_learning, ground),
        )

    def _note(self, text: str | None, ground: Ground) -> str:
        """A note without the task's own data: sessions of other tasks are shown it."""
        if not self._config.session_note_enabled:
            return ""
        return anonymous((text or "").strip(), ground.known_names)[:_NOTE]


def _read(completion: Completion) -> Reply:
    """Parse one answer. Raises `ValueError` with the reason, cut-off and refusal included."""
    try:
        return parse_reply(completion.message.content)
    except ValueError as error:
        if completion.finish_reason == "length":
            raise ValueError(f"the reply was cut off at the token limit ({error})") from error
        if completion.finish_reason == "refusal":
            raise ValueError(f"the model refused ({error})") from error
        raise


def _surplus(entries: Iterable[Entry], most: int) -> Iterable[Entry]:
    """Entries above the limit of a session, refused with that reason."""
    reason = f"limit: more than {most} entries from one session"
    for surplus in entries:
        rubric = surplus.provenance.rubric
        if rubric is not None:
            rubric = replace(rubric, failure_reasons=(*rubric.failure_reasons, reason))
        yield replace(surplus, lifecycle="rejected", provenance=replace(surplus.provenance, rubric=rubric))


def _guidance_digest(played: Played) -> str:
    """16 hex digits of SHA-256 over the sorted, distinct guidance lines; "" when nothing was guided."""
    told = {line for attempt in played.attempts for line in attempt.guidance}
    told |= {attempt.validation.guidance for attempt in played.attempts if attempt.validation}
    lines = sorted(line for line in told if line.strip())
    return sha256(dumps(lines).encode()).hexdigest()[:16] if lines else ""
