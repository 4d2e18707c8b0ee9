"""The form of a session's record: its keys, their types, and what each of them says.

Where a noun of the core stands as a type, the record holds its JSON.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, TypedDict

from msgspec import Meta

from atlas.core.digest import DigestSection
from atlas.core.drift import Baseline, DriftOutcome
from atlas.core.events import Actor
from atlas.core.history import PastSession
from atlas.core.json import JsonObject, JsonValue
from atlas.core.messages import Usage
from atlas.core.plan import Plan
from atlas.core.playbook import Entry, EntryId, KeyOrigin
from atlas.core.session import Escalation, Failure, Mode, Validation
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import Judgement, RewardPart, Verdict

ReviewStatus: TypeAlias = Literal["pending", "approved", "quarantined"]


def _says(sentence: str) -> Meta:
    return Meta(description=sentence)


class CallRecord(TypedDict):
    """A tool call: arguments as the model wrote them; `error` is the sentence that the agent got."""

    tool_name: str
    arguments: str
    result: JsonValue
    error: str | None


class AttemptRecord(TypedDict):
    """An attempt that was sent back, and why."""

    number: int
    by: Literal["student", "teacher"]
    output: str
    tool_calls: list[CallRecord]
    guidance: list[str]
    validation: Validation | None


class StepReward(TypedDict):
    """What the verifiers say of a turn; it stands at the turn's last step."""

    score: Annotated[float, _says("Share of the turn's required checks that hold, in [0, 1].")]
    passed: bool
    rationale: Annotated[str, _says("What does not hold. It may quote the target.")]


class StepRecord(TypedDict):
    """One turn, or one step of its plan: the attempt that stands, and those that were sent back before it."""

    step_id: Annotated[int, _says("Its place in the session, from 1.")]
    turn: Annotated[int, _says("The turn, counted from 1.")]
    plan_step: Annotated[str | None, _says("The id of the step in the turn's plan; null for a turn without one.")]
    description: Annotated[str, _says("What the user asked, or what the step of the plan says.")]
    trace: Annotated[str, _says("The tool calls of the attempt, a line of JSON each.")]
    output: Annotated[str, _says("The reply.")]
    reward: StepReward | None
    tool: Annotated[str | None, _says("The tool that was called last.")]
    tool_params: Annotated[JsonValue, _says("Its arguments; raw text where they are no JSON object.")]
    by: Literal["student", "teacher"]
    end: Annotated[str, _says("How the turn ended: replied, step_limit or time_limit.")]
    attempts: int
    guidance: Annotated[list[str], _says("What the student was told before the attempt that stands.")]
    validation: Validation | None
    teacher_failure: Failure | None
    attempt_history: list[AttemptRecord]


class UsageRecord(TypedDict):
    """Tokens and cost. `cost_usd` is null when a price is unknown."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    calls: int
    cost_usd: float | None


class TokenUsage(UsageRecord):
    """Tokens and cost of all roles together, and of each."""

    by_role: dict[str, UsageRecord]


class JudgesRecord(TypedDict):
    """What the panel of judges said."""

    identifier: str
    score: Annotated[float | None, _says("Null when every judge failed: missing, not zero.")]
    rationale: str
    samples: list[Judgement]
    escalated: bool
    escalation_reason: str | None


class RewardRecord(TypedDict):
    """The number learned from, with its parts."""

    score: float
    uncertainty: float
    parts: list[RewardPart]
    rationale: str | None
    judges: list[JudgesRecord]


class RewardStats(TypedDict):
    """Mean and population spread over the judge samples; null where there are none."""

    score: float
    score_mean: float | None
    score_stddev: float | None
    sample_count: int
    uncertainty_mean: float | None
    uncertainty_stddev: float | None
    best_uncertainty: float | None


class RewardSummary(TypedDict):
    """The reward in four numbers."""

    score: float
    score_stddev: float | None
    uncertainty_mean: float | None
    uncertainty_stddev: float | None


class DriftRecord(TypedDict):
    """The reward against the earlier rewards of its learning key, in robust z-scores; a fall is an alert."""

    outcome: DriftOutcome
    alert: bool
    reason: Annotated[str, _says("The outcome in a sentence.")]
    sessions: Annotated[int, _says("How many earlier sessions count; this one is none of them.")]
    min_baseline: int
    window: int
    z_threshold: float
    z: Annotated[float | None, _says("Scales from the median, below 0 for a fall; null without a baseline.")]
    baseline: Annotated[Baseline | None, _says("Median, median absolute deviation, and the scale made of it.")]


class AuditLine(TypedDict):
    """One judge call: what was asked, what came back, or why nothing did."""

    stage: Literal["tier1", "arbiter"]
    model: str
    prompt: str
    response: str | None
    token_usage: Usage | None
    duration_s: float | None
    error: str | None


class ModeChoice(TypedDict):
    """A mode that the session was in; `confidence` in [0, 1] is the probe's, null where it was not asked."""

    mode: Mode
    confidence: float | None


class ProbeRecord(TypedDict):
    """What the probe said, and what it said it from. `mode` is null where it was not asked or failed."""

    mode: Mode | None
    confidence: float | None
    rationale: str
    playbook_version: int
    cue_hits: int
    failure: Failure | None


class AdaptiveSummary(TypedDict):
    """Which mode was chosen, and why. `probe` is null where the config left no choice."""

    adaptive_mode: Mode
    reason: str
    confidence: float | None
    probe: ProbeRecord | None
    mode_history: list[ModeChoice]


class HistoryRecord(TypedDict):
    """How earlier sessions of the key had fared when the mode was chosen; `entries` are the last of them."""

    entries: list[PastSession]
    count: int
    total_count: int
    scores: list[float]
    average_score: float | None
    overall_average_score: float | None
    recent_high_score_streak: int
    recent_low_score_streak: int


class PlannedTurn(TypedDict):
    """One turn of the conversation."""

    id: int
    description: str


class PlanRecord(TypedDict):
    """What was to be done: the turns of the conversation, and the plan of each turn that was planned."""

    steps: list[PlannedTurn]
    turn_plans: list[Plan]
    execution_mode: Mode


class EventRecord(TypedDict):
    """One thing that happened while the session ran. Where it was not stored, `id` and `created_at` are null."""

    id: int | None
    seq: Annotated[int, _says("Its place in the session, from 1.")]
    event_type: Annotated[str, _says('Dotted, for example "student.step".')]
    actor: Actor
    payload: JsonObject
    created_at: Annotated[str | None, _says("When it was stored, ISO-8601 UTC.")]


class DigestRecord(TypedDict):
    """How the student's system texts were fitted into their budget, all attempts together."""

    budget: Annotated[int, _says("Characters of one system text.")]
    used: Annotated[int, _says("Characters of the longest one.")]
    omitted: Annotated[list[str], _says("Keys of the metadata that some attempt was not shown.")]
    dropped_sections: Annotated[list[DigestSection], _says("Sections of which some attempt was not shown all.")]
    dropped_entries: Annotated[int, _says("The most entries of the playbook that one attempt was not shown.")]
    dropped_guidance: Annotated[int, _says("The most guidance that one attempt was not shown.")]


class Metadata(TypedDict):
    """What describes the session."""

    session_id: str
    run_id: str
    arm: Annotated[str, _says("The condition it was played in.")]
    task_id: str
    trial: int
    family: str
    dataset_revision: str
    simulated: bool
    agent: str | None
    execution_mode: Mode | None
    adaptive_summary: AdaptiveSummary | None
    status: Annotated[Literal["succeeded", "failed"], _says("Failed means: something below the agent failed.")]
    review_status: ReviewStatus
    learning_key: str
    learning_key_origin: Annotated[KeyOrigin | None, _says("What the key was made from, or who named it.")]
    playbook_version: Annotated[int, _says("The version it was shown; 0 is the empty playbook.")]
    entries_shown: list[EntryId]
    entries_left_out: list[EntryId]
    entries_withheld: list[EntryId]
    entries_proposed: list[Entry]
    entries_rejected: list[Entry]
    synthesis_failure: Failure | None
    digest_stats: Annotated[DigestRecord | None, _says("Null where the student's system text had no budget.")]
    token_usage: TokenUsage
    created_at: Annotated[str, _says("When it began, ISO-8601 UTC.")]
    completed_at: Annotated[str, _says("When it ended, ISO-8601 UTC.")]
    duration_s: float | None


class FinalPayload(TypedDict):
    """What the user got."""

    status: Literal["ok", "error"]
    final_answer: str
    replies: list[str]


class TurnResult(TypedDict):
    """One turn of a conversation, and whether it was right (null where no verdict says)."""

    turn_id: int
    user_utterance: str
    agent_response_text: str
    end: str
    tool_calls: list[CallRecord]
    success: bool | None


class ConversationResult(TypedDict):
    """Strict success, the first turn that failed, and every turn."""

    conversation_id: JsonValue
    overall_success: bool | None
    turns_executed: int
    first_failed_turn: int | None
    per_turn_results: list[TurnResult]
    verification: dict[str, bool]
    reward_signal: float | None
    error_message: str | None


class AtlasMetadata(TypedDict):
    """Reward, usage and mode once more, under the names of the runbook."""

    session_reward: RewardRecord | None
    session_reward_stats: RewardStats | None
    session_reward_audit: list[AuditLine]
    token_usage: TokenUsage
    execution_mode: Mode | None
    adaptive_summary: AdaptiveSummary | None
    learning_usage: JsonObject
    session_metadata: Metadata


class SessionRecord(TypedDict):
    """One session: all that was asked, done, graded, learned and spent.

    It may quote the target of the task (in task_payload, verdicts and step rewards): it is for people and trainers,
    never for a prompt. Every key is always there; what a session does not have is null or empty.
    """

    session_id: Annotated[str, _says("<run>/<arm>/<task>/<trial>; a store holds it once.")]
    conversation_id: Annotated[JsonValue, _says("The dataset's own id of the conversation.")]
    simulated: Annotated[bool, _says("Whether a scripted model played any role.")]
    task: Annotated[str, _says("What the user asked, a line a turn; the task's id when nothing was played.")]
    final_answer: str
    plan: PlanRecord | None
    steps: list[StepRecord]
    trajectory: Annotated[Trajectory | None, _says("Null when the session failed before its last turn ended.")]
    session_metadata: Metadata
    execution_mode: Mode | None
    review_status: ReviewStatus
    review_notes: Annotated[str | None, _says("A line for every decision: when, which status, why.")]
    reward_stats: RewardStats | None
    reward_audit: list[AuditLine]
    session_reward: Annotated[RewardRecord | None, _says("Null for a session that failed: missing, not zero.")]
    reward_summary: RewardSummary | None
    drift: Annotated[DriftRecord | None, _says("Null where it was not watched, as in an evaluation.")]
    drift_alert: Annotated[bool | None, _says("Whether the reward fell too far; null without a baseline.")]
    student_learning: Annotated[str | None, _says("What the synthesizer noted for the student.")]
    teacher_learning: Annotated[str | None, _says("What the synthesizer noted for the teacher.")]
    teacher_notes: Annotated[list[str], _says("All guidance that was given, in order.")]
    adaptive_summary: AdaptiveSummary | None
    escalations: Annotated[list[Escalation], _says("Where the teacher took over, and why.")]
    learning_key: str
    learning_history: HistoryRecord | None
    verdicts: list[Verdict]
    failure: Failure | None
    trajectory_events: Annotated[list[EventRecord], _says("The first events of the session, oldest first.")]
    trajectory_events_left_out: Annotated[int, _says("How many later events the limit cut off.")]
    final_payload: FinalPayload
    conversation_result: ConversationResult
    task_payload: Annotated[JsonObject, _says("The task's line of tasks.jsonl; empty in an export of the store.")]
    atlas_metadata: AtlasMetadata
