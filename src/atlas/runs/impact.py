"""Impact, composed: what the stored sessions say about each entry of a playbook, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from atlas.core.json import dumps
from atlas.core.playbook import EntryId, LearningKey, Playbook, Quarantine
from atlas.errors import VersionConflict
from atlas.export.artifacts import write_text
from atlas.learning.config import LearningConfig, QuarantineConfig
from atlas.learning.curation import quarantined
from atlas.reports.impact.report import EntryImpact, ImpactReport, Threshold, impact_report
from atlas.reports.impact.section import impact_md, impact_section
from atlas.reports.wording import p_value
from atlas.runs.playbook import author, history_of, open_playbooks
from atlas.settings import Settings
from atlas.storage.entry_uses import PostgresEntryUses
from atlas.storage.playbooks import PostgresPlaybooks


async def measured(
    playbooks: PostgresPlaybooks, uses: PostgresEntryUses, key: LearningKey, threshold: Threshold
) -> ImpactReport:
    """The impact of every entry of the key's newest version. Real sessions count where there are any.

    Raises `StorageError`.
    """
    playbook, counts = await playbooks.load(key), await uses.sessions(key)
    simulated = not counts.get(False)
    evidence = await uses.evidence(key, simulated=simulated)
    return impact_report(
        playbook,
        evidence,
        threshold,
        simulated=simulated,
        sessions=counts.get(simulated, 0),
        others=counts.get(not simulated, 0),
    )


async def settle(
    playbooks: PostgresPlaybooks,
    uses: PostgresEntryUses,
    key: LearningKey,
    threshold: Threshold,
    *,
    author: str,
) -> ImpactReport:
    """Measure, and take what harms out of use in a new version, which the report names.

    A frozen playbook is left alone. Sessions may save versions meanwhile: then everything is measured again. Raises
    `StorageError`.
    """
    while True:
        report = await measured(playbooks, uses, key, threshold)
        if report.frozen or not report.harmful:
            return report
        playbook = await playbooks.load(key)
        changed = quarantined(playbook, _reasons(report.harmful), author=author)
        if changed is None or playbook.version != report.version:
            continue
        try:
            await playbooks.save(changed)
        except VersionConflict:
            continue
        return _after(report, changed)


async def settle_run(
    playbooks: PostgresPlaybooks,
    uses: PostgresEntryUses,
    keys: Sequence[LearningKey],
    config: LearningConfig,
    run_id: str,
) -> list[str]:
    """At the end of a run: what harms, a line an entry, quarantined where the config says so.

    A run that only reads its playbook neither measures nor changes it.
    """
    if not (config.enabled and config.update_enabled):
        return []
    threshold, said = threshold_of(config.quarantine), []
    for key in sorted(set(keys)):
        if config.quarantine.enabled:
            report = await settle(playbooks, uses, key, threshold, author=f"impact:{run_id}")
        else:
            report = await measured(playbooks, uses, key, threshold)
        said += [f"playbook {key}: {point}" for point in _harm(report)]
    return said


def threshold_of(config: QuarantineConfig) -> Threshold:
    """What a finding takes under a config."""
    return Threshold(config.min_withheld, config.false_discovery_rate)


async def report_impact(
    settings: Settings, key: str, threshold: Threshold, *, quarantine: bool, output: Path | None
) -> None:
    """Print the impact report of a playbook, or write it: Markdown, or JSON where the file is called so.

    With `quarantine` what harms is taken out of use first. Raises `ConfigError` for a key that is not there.
    """
    async with open_playbooks(settings) as store:
        chosen = (await history_of(store.playbooks, key))[-1].playbook.key
        if quarantine:
            report = await settle(store.playbooks, store.entry_uses, chosen, threshold, author=author())
        else:
            report = await measured(store.playbooks, store.entry_uses, chosen, threshold)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if output is None:
        console.print(_markdown(report, settings.report_time()))
        return
    write_text(output, dumps(report) if output.suffix == ".json" else _markdown(report, settings.report_time()))
    for point in impact_section(report).points:
        console.print(point)
    console.print(f"impact of playbook {report.key}, version {report.version}: {output}")


def _markdown(report: ImpactReport, timestamp: str) -> str:
    return impact_md(report, timestamp, f"atlas playbook impact --learning-key {report.key}")


def _reasons(harmful: Sequence[EntryImpact]) -> dict[EntryId, Quarantine]:
    return {impact.entry.id: _reason(impact) for impact in harmful}


def _reason(impact: EntryImpact) -> Quarantine:
    effect, p = impact.reward, impact.lasting_p
    assert effect is not None, "an entry that harms was measured"
    assert p is not None, "and tested"
    interval = effect.interval
    return Quarantine(
        f"mean reward {effect.difference:+.3f} ({interval.low:+.3f} to {interval.high:+.3f}) in {effect.shown} "
        f"sessions that were shown it against {effect.withheld} from which it was withheld, "
        f"p at any look {p_value(p)}",
        effect.difference,
        interval.low,
        interval.high,
        p,
        effect.shown,
        effect.withheld,
    )


def _after(report: ImpactReport, changed: Playbook) -> ImpactReport:
    """The report with the entries as the new version holds them."""
    now = {entry.id: entry for entry in changed.entries}
    return replace(
        report,
        version=changed.version,
        entries=tuple(replace(impact, entry=now[impact.entry.id]) for impact in report.entries),
        quarantined=tuple(impact.entry.id for impact in report.harmful),
    )


def _harm(report: ImpactReport) -> list[str]:
    return [point for point in impact_section(report).points if " harms: " in point]
