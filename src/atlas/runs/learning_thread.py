"""A thread, gathered: every count of it that the learning report needs, from one moment of the store."""

from __future__ import annotations

from atlas.core.session import SessionId
from atlas.core.thread import SessionFilter, Thread, ThreadId
from atlas.reports.learning import taxonomy
from atlas.reports.learning.reward import BASELINE, RECENT
from atlas.reports.learning.stream import baseline_of, stream_of
from atlas.storage.threads import FaultGroups, FaultKinds, ThreadReader

LATEST = 10
KINDS = FaultKinds(
    tuple(kind.name for kind in taxonomy.KINDS),
    tuple(kind.pattern for kind in taxonomy.KINDS),
    taxonomy.CATEGORY,
    taxonomy.CATEGORY_PATTERN,
)


async def gather(
    reader: ThreadReader,
    thread: ThreadId,
    selection: SessionFilter,
    recent_window: int,
    baseline_window: int,
    *,
    impact: bool,
) -> Thread:
    """Ask for everything, for the evidence of entries with `impact`. The windows are of the arm that taught.

    Raises `StorageError`.
    """
    arms = await reader.arms()
    stream = stream_of(arms, await reader.taught())
    baseline_arm = baseline_of(arms, stream)
    last = await reader.windows(stream, recent_window + baseline_window) if stream else ()
    recent, baseline = last[:recent_window], last[recent_window:]
    playbook = await reader.playbook()
    sources = {entry.provenance.source_session_id for entry in playbook.entries} if playbook else set()
    groups = FaultGroups(
        RECENT,
        tuple(session.number for session in recent),
        BASELINE,
        tuple(session.number for session in baseline),
    )
    return Thread(
        id=thread,
        selection=selection,
        recent_window=recent_window,
        baseline_window=baseline_window,
        arms=arms,
        modes=await reader.modes(),
        reviews=await reader.reviews(),
        stream=stream,
        recent=recent,
        baseline=baseline,
        buckets=await reader.buckets(stream) if stream else (),
        baseline_arm=baseline_arm,
        pairs=await reader.pairs(baseline_arm) if baseline_arm else (),
        faults=await reader.faults(KINDS, groups, sorted(SessionId(source) for source in sources if source)),
        usage=await reader.usage(),
        cue_reward=await reader.cue_split("reward_score"),
        cue_tokens=await reader.cue_split("outcome_tokens"),
        evidence=await reader.evidence() if impact else None,
        models=await reader.models(),
        discoveries=await reader.discoveries(),
        latest=await reader.latest(LATEST),
        playbook=playbook,
        versions=await reader.versions(),
        rubric_weights=await reader.rubric_weights(),
    )
