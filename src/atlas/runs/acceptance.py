"""Acceptance by trial: what sessions taught is staged, tried on tasks of its own, and then accepted or dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random

from atlas.assembly import alone
from atlas.core.playbook import LearningKey, Playbook
from atlas.core.session import RunId, Session, SessionId, Slot
from atlas.core.tasks import Task
from atlas.core.trial import Fingerprint, Trial
from atlas.datasets.fingerprint import fingerprint
from atlas.errors import BudgetExceeded, ConfigError, VersionConflict
from atlas.learning.candidate import candidate, content_digest
from atlas.learning.config import ValidationConfig
from atlas.learning.disjoint import Evidence, require_disjoint
from atlas.loop import Parts, evaluate
from atlas.reports.trial import Terms, trial_of
from atlas.reports.wording import percent
from atlas.runs.playing import Player
from atlas.storage.candidates import Staged
from atlas.storage.store import Store

ARM = "validation"
"""Arms of trials are `validation/<digest of key and version>`: a version is played once, though compared twice."""


@dataclass(frozen=True, slots=True)
class Validation:
    """Where versions are tried: the settings, the tasks that may be drawn, and those they must share nothing with.

    The latter are those that the run will learn from, and those that it holds out to report results on.
    """

    config: ValidationConfig
    pool: Sequence[Task]
    apart: Sequence[Task]


class TriedAcceptance:
    """Implements `Acceptance` on a store. The student plays alone in trials: what counts is what it reads."""

    def __init__(
        self,
        validation: Validation,
        parts: Parts,
        store: Store,
        run_id: RunId,
        player: Player,
        say: Callable[[str], None],
    ) -> None:
        """`parts` play the trials, `player` holds them against the budget, `say` gets a line for each decision."""
        self._validation, self._parts, self._store, self._run_id = validation, alone(parts), store, run_id
        self._player, self._say = player, say
        self._slices: dict[LearningKey, tuple[Task, ...]] = {}
        self._counted: set[SessionId] = set()

    async def ready(self, keys: Iterable[LearningKey]) -> None:
        """Draw the slices, so that what cannot be tried is said before anything is played. Raises `ConfigError`."""
        for key in dict.fromkeys(keys):
            await self._slice(key)

    async def sessions(self) -> list[Session]:
        """Every session that trials of this run have played so far, in one arm: `validation`.

        What each version played are trials of their own of the tasks.
        """
        played = [session async for session in self._store.sessions.of_run(self._run_id, f"{ARM}/")]
        arms = {arm: number for number, arm in enumerate(sorted({session.slot.arm for session in played}))}
        trials = self._validation.config.trials
        return [
            replace(s, slot=replace(s.slot, arm=ARM, trial=arms[s.slot.arm] * trials + s.slot.trial))
            for s in played
        ]

    async def hold(self, session: Session) -> None:
        """Save the session; its lessons wait. Raises `StorageError`."""
        await self._store.sessions.finish(session, pending=True)

    async def settle(self, key: LearningKey, *, rest: bool) -> None:
        """Decide about what waits under `key`. Of several processes one does; the others go on meanwhile."""
        async with self._store.candidates.deciding(key, wait=rest) as ours:
            while ours:
                staged = await self._store.candidates.staged(key) or await self._stage(key, rest)
                if staged is None:
                    return
                await self._decide(staged)

    async def _stage(self, key: LearningKey, rest: bool) -> Staged | None:
        """A candidate of what waits; None when that is too little yet, or nothing that changes the playbook."""
        lessons = await self._store.candidates.pending(key)
        if not lessons or (len(lessons) < self._validation.config.every and not rest):
            return None
        sources = [lesson.session_id for lesson in lessons]
        playbook = await self._store.playbooks.load(key)
        proposed = candidate(
            playbook, (lesson.proposal for lesson in lessons), author=f"{ARM} of run {self._run_id}"
        )
        if proposed is None:
            await self._store.candidates.dismiss(sources)
            return None
        return await self._store.candidates.stage(proposed, playbook.version, sources, self._run_id)

    async def _decide(self, staged: Staged) -> None:
        key = staged.playbook.key
        playbook = await self._store.playbooks.load(key)
        if playbook.version != staged.base:
            await self._store.candidates.withdraw(staged)
            return
        trial = await self._try(playbook, staged)
        if not trial.accepted:
            await self._store.candidates.reject(staged, trial)
        else:
            try:
                await self._store.candidates.accept(staged, trial)
            except VersionConflict:
                # Somebody changed the playbook while the trial was on, so it was not about the newest version.
                await self._store.candidates.withdraw(staged)
                return
            except ConfigError:
                # A session behind it was quarantined meanwhile; without that one its lessons can be staged again.
                await self._store.candidates.withdraw(staged)
                raise
        self._say(decision(key, staged.playbook.version, trial))

    async def _try(self, playbook: Playbook, staged: Staged) -> Trial:
        """Play the slice under both versions. Raises `OverlapError` when it shares anything with the evidence."""
        config, tasks = self._validation.config, await self._slice(playbook.key)
        prints = [fingerprint(task) for task in tasks]
        known, unchecked = await self._store.candidates.fingerprints(_sources(staged.playbook) | {*staged.sources})
        require_disjoint(prints, Evidence(known))
        sessions = [*await self._played(playbook, tasks), *await self._played(staged.playbook, tasks)]
        terms = Terms(staged.base, staged.sources, _name(prints), config.margin, config.alpha, unchecked)
        before, after = (_arm(version, self._run_id) for version in (playbook, staged.playbook))
        return trial_of(sessions, before, after, terms)

    async def _played(self, playbook: Playbook, tasks: Sequence[Task]) -> list[Session]:
        """The slice under one version; what this run has played of it already is not played again.

        Raises `BudgetExceeded` when the budget ended it.
        """
        config, arm = self._validation.config, _arm(playbook, self._run_id)
        plays = [
            (task, Slot(self._run_id, arm, task.task_id, trial)) for trial in range(config.trials) for task in tasks
        ]
        # Under a key of its own, so that a trial is no part of the history of the playbook it tries.
        apart = replace(playbook, key=LearningKey(f"{ARM}/{playbook.key}"))
        sessions: list[Session] = []
        async for session in evaluate(self._player.affordable(plays), self._parts, apart, config.concurrency):
            sessions.append(session)
            if session.session_id not in self._counted:
                self._counted.add(session.session_id)
                self._player.tried(session)
        if len(sessions) < len(plays):
            raise BudgetExceeded(
                f"the budget is spent after {len(sessions)} of {len(plays)} sessions of a trial; the lessons wait, "
                "and the same command with a larger --budget-usd goes on from there"
            )
        return sessions

    async def _slice(self, key: LearningKey) -> tuple[Task, ...]:
        """The tasks on which versions of `key` are tried: they share nothing with what it is learned from."""
        if key not in self._slices:
            self._slices[key] = _drawn(key, self._validation, self._parts, await self._evidence(key))
        return self._slices[key]

    async def _evidence(self, key: LearningKey) -> Evidence:
        evidence = Evidence(map(fingerprint, self._validation.apart))
        waiting = {lesson.session_id for lesson in await self._store.candidates.pending(key)}
        known, _ = await self._store.candidates.fingerprints(
            waiting | _sources(await self._store.playbooks.load(key))
        )
        for task in known:
            evidence.add(task)
        return evidence


def decision(key: LearningKey, version: int | None, trial: Trial) -> str:
    """A decision in one sentence; `version` is the one that an accepted candidate became."""
    verdict = f"accepted as version {version}" if trial.accepted else "dropped"
    rates = f"{percent(trial.before)} -> {percent(trial.after)}"
    simulated = " (SIMULATED)" if trial.simulated else ""
    return f"playbook {key}: lessons of {len(trial.sources)} sessions {verdict}{simulated}: {rates}, {trial.reason}"


def _drawn(key: LearningKey, validation: Validation, parts: Parts, evidence: Evidence) -> tuple[Task, ...]:
    config = validation.config
    readers = [task for task in validation.pool if parts.key.key(task.brief) == key]
    free = [task for task in readers if not evidence.shares(fingerprint(task))]
    if readers and not free:
        require_disjoint([fingerprint(task) for task in readers], evidence)
    if len(free) < config.size:
        raise ConfigError(
            f"learning.validation holds {len(readers)} tasks for which playbook {key} is read, {len(free)} of them "
            f"share nothing with what it is learned from, and size asks for {config.size}; name another dataset or "
            "split, a smaller size, or one --learning-key for all families"
        )
    return tuple(Random(config.seed).sample(free, config.size))


def _sources(playbook: Playbook) -> set[SessionId]:
    sources = {entry.provenance.source_session_id for entry in playbook.entries} - {""}
    return {SessionId(source) for source in sources}


def _arm(playbook: Playbook, run_id: RunId) -> str:
    """The arm of a version in the trials of a run; the same in every run that does the same."""
    # Two playbooks may say the same (nothing, in the beginning) and be tried at the same time.
    key = playbook.key.replace(run_id, "")
    return f"{ARM}/{sha256(key.encode()).hexdigest()[:6]}-{content_digest(playbook)}"


def _name(prints: Sequence[Fingerprint]) -> str:
    """8 hex digits that tell a slice from others."""
    return sha256(" ".join(sorted(task.task for task in prints)).encode()).hexdigest()[:8]
