"""Impact: what each entry does, by chance withholding, beside the figures that were merely observed."""

from __future__ import annotations

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import Thread
from atlas.reports.impact.observed import Observed
from atlas.reports.impact.report import EntryImpact, Threshold, impact_report
from atlas.reports.impact.section import impact_section
from atlas.reports.learning.part import Labels, Part
from atlas.reports.page import Section
from atlas.reports.statistics.ratios import Estimate

_LEFT_OUT = (
    "Not measured in a summary, for its tests draw at random from every session: the whole report has it, and "
    "`atlas playbook impact`."
)


def part(thread: Thread, labels: Labels) -> Part:
    """Key `playbook_impact`: harm first, then help, then what is not known; null where it was not measured."""
    if thread.playbook is None:
        none = Section("Playbook entry impact", ("Cannot say: this key has no playbook yet.",))
        return Part({"playbook_impact": []}, none)
    if thread.evidence is None:
        return Part({"playbook_impact": None}, Section("Playbook entry impact", (_LEFT_OUT,)))
    report = impact_report(
        thread.playbook,
        thread.evidence,
        Threshold(),
        simulated=thread.id.simulated,
        sessions=thread.usage.tracked,
    )
    return Part({"playbook_impact": [_json(impact) for impact in report.entries]}, impact_section(report))


def _json(impact: EntryImpact) -> JsonObject:
    entry = impact.entry
    return {
        "entry_id": entry.id,
        "audience": entry.audience,
        "lifecycle": entry.lifecycle,
        "cue_pattern": entry.cue.pattern,
        "runtime_handle": entry.action.runtime_handle,
        "finding": impact.finding,
        "effect_on_reward": to_json(impact.reward),
        "effect_on_success": to_json(impact.success),
        "adjusted_p_value": impact.adjusted_p,
        "any_look_p_value": impact.lasting_p,
        "observed_sign_misleads": impact.misleading,
        **(_observed(impact.observed) if impact.observed else {}),
    }


def _observed(seen: Observed) -> JsonObject:
    """The guide's figures under the guide's names; each `_interval` is that of the figure before it."""
    return {
        "total_cue_hits": seen.cue_hits,
        "successful_adoptions": seen.adoptions,
        **_figure("adoption_rate", seen.adoption_rate),
        **_figure("reward_delta", seen.reward_delta),
        **_figure("success_delta", seen.success_delta),
        **_figure("token_delta", seen.token_delta),
        "unique_incidents": seen.tasks_fired,
        "transfer_success": seen.transfer_success,
        **_figure("transfer_rate", seen.transfer_rate),
        "failure_avoidance": {
            **_figure("retry_avg", seen.sent_back),
            "retry_samples": seen.fired,
            "failed_adoptions": seen.failed_adoptions,
        },
        **_figure("impact_score", seen.impact_score),
    }


def _figure(name: str, estimate: Estimate | None) -> JsonObject:
    if estimate is None:
        return {name: None, f"{name}_interval": None}
    return {name: estimate.value, f"{name}_interval": to_json(estimate.interval)}
