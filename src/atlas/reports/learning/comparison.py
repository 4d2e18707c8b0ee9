"""A comparison: this report of a thread against a previous one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import ModelTally, Thread
from atlas.reports.learning.estimate import SMALLEST_REWARD, Estimate, Verdict
from atlas.reports.learning.part import Part
from atlas.reports.learning.previous import PreviousModel, PreviousReport, PreviousSummary
from atlas.reports.learning.reward import Momentum
from atlas.reports.learning.reward import measure as momentum_of
from atlas.reports.learning.wording import judged, signed_amount, signed_score
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.statistics.intervals import Interval, z_value
from atlas.reports.statistics.moments import mean_error
from atlas.reports.wording import NOTHING

_POWER_80 = 0.8416
"""The standard normal quantile of 80 % power."""


@dataclass(frozen=True, slots=True)
class ModelChange:
    """How one model of one role differs from the previous report; a rate is None where either lacks it."""

    sessions: int
    reward_mean: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Deltas are this report minus the previous one, None where either lacks the number."""

    previous: str
    older_format: bool
    recent_mean: Estimate
    latest_score: float | None
    sessions: int | None
    cue_hits: float | None
    adoptions: float | None
    cue_rate: float | None
    models: dict[str, ModelChange]


def compare(thread: Thread, report: PreviousReport) -> Comparison | str:
    """The comparison, or the reason why there is none."""
    found = [
        summary
        for summary in report.summaries
        if summary.learning_key == thread.id.key and summary.simulated in (None, thread.id.simulated)
    ]
    if not found:
        if thread.id.key in report.unreadable:
            return report.unreadable[thread.id.key]
        kind = "simulated" if thread.id.simulated else "real"
        return f"{report.path} has no summary of {kind} sessions of this key"
    earlier, momentum, usage = found[0], momentum_of(thread), thread.usage
    rate = usage.with_cues / usage.tracked if usage.tracked else None
    return Comparison(
        report.path,
        report.format == 0,
        _recent(earlier, momentum),
        _minus(momentum.latest, earlier.reward.latest_score),
        None if earlier.session_count is None else thread.sessions - earlier.session_count,
        _minus(float(usage.cue_hits), earlier.usage_metrics.cue_triggers),
        _minus(float(usage.adoptions), earlier.usage_metrics.adoption_events),
        _minus(rate, earlier.usage_metrics.cue_trigger_rate),
        _models({f"{m.role}:{m.model}": m for m in thread.models}, earlier),
    )


def part(thread: Thread, report: PreviousReport) -> Part:
    """Key `comparison`."""
    compared = compare(thread, report)
    title = "Comparison with the previous report"
    if isinstance(compared, str):
        return Part(
            {"comparison": {"previous": report.path, "reason": compared}},
            Section(title, (f"Cannot say: {compared}.",)),
        )
    return Part({"comparison": deltas_json(compared)}, _section(title, compared))


def deltas_json(compared: Comparison) -> JsonObject:
    """The deltas under the names that readers of manifests know."""
    return {
        "previous": compared.previous,
        "recent_mean_delta": compared.recent_mean.value,
        "recent_mean_estimate": to_json(compared.recent_mean),
        "latest_score_delta": compared.latest_score,
        "session_count_delta": compared.sessions,
        "cue_hit_delta": compared.cue_hits,
        "adoption_delta": compared.adoptions,
        "cue_trigger_rate_delta": compared.cue_rate,
        "model_deltas": {
            name: {"session_count_delta": change.sessions, "reward_mean_delta": change.reward_mean}
            for name, change in compared.models.items()
        },
    }


def _recent(earlier: PreviousSummary, momentum: Momentum) -> Estimate:
    """With an interval where the two windows cannot share a session: numbers of sessions only grow in a store."""
    now, then = momentum.recent, earlier.reward
    value = _minus(now.reward.mean, then.recent_mean)
    if value is None:
        return Estimate(None, None, None, SMALLEST_REWARD, "cannot say", "one of the reports has no recent mean")
    error, window = mean_error(now.reward), then.recent_window
    if error is None or window.reward_error is None or window.last_number is None or now.first_number is None:
        reason = "one of the reports has no error of its mean (too few tasks, equal rewards, or an older version)"
        return Estimate(value, None, None, SMALLEST_REWARD, "cannot say", reason)
    if window.last_number >= now.first_number:
        reason = "the two recent windows may share sessions"
        return Estimate(value, None, None, SMALLEST_REWARD, "cannot say", reason)
    both = math.hypot(error, window.reward_error)
    reach = z_value(0.95) * both
    interval, detectable = Interval(value - reach, value + reach), (z_value(0.95) + _POWER_80) * both
    return Estimate(value, interval, detectable, SMALLEST_REWARD, _verdict(interval, detectable))


def _verdict(interval: Interval, detectable: float) -> Verdict:
    if interval.low > 0:
        return "higher"
    if interval.high < 0:
        return "lower"
    return "underpowered" if detectable > SMALLEST_REWARD else "no difference found"


def _models(now: Mapping[str, ModelTally], earlier: PreviousSummary) -> dict[str, ModelChange]:
    then = {f"{model.role}:{model.model_id}": model for model in earlier.model_breakdown}
    return {name: _model(now.get(name), then.get(name)) for name in sorted({*now, *then})}


def _model(now: ModelTally | None, then: PreviousModel | None) -> ModelChange:
    sessions = (now.sessions if now else 0) - (then.session_count if then else 0)
    return ModelChange(sessions, _minus(now.reward_mean if now else None, then.reward_mean if then else None))


def _minus(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then


def _section(title: str, compared: Comparison) -> Section:
    rows = (
        ("sessions", signed_amount(compared.sessions)),
        ("mean reward of the recent window", signed_score(compared.recent_mean.value)),
        ("latest score", signed_score(compared.latest_score)),
        ("cue hits", signed_amount(compared.cue_hits)),
        ("adoptions", signed_amount(compared.adoptions)),
        ("share of sessions with a cue hit", signed_score(compared.cue_rate)),
    )
    tables = [Table("This report minus the previous one", (*words("what"), *numbers("change")), rows)]
    if compared.models:
        tables.append(_model_table(compared.models))
    older = ("The previous report is of an older version: what it lacks is not compared.",)
    return Section(
        title,
        (f"Against {compared.previous}.", *(older if compared.older_format else ())),
        points=(judged("Mean reward, recent window against recent window", compared.recent_mean, signed_score),),
        tables=tuple(tables),
    )


def _model_table(models: Mapping[str, ModelChange]) -> Table:
    rows = tuple(
        (name, signed_amount(change.sessions), signed_score(change.reward_mean) or NOTHING)
        for name, change in models.items()
    )
    return Table("By role and model", (*words("role:model"), *numbers("sessions", "mean reward")), rows)
