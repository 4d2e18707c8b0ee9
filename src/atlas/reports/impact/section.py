"""The impact section of a report for people, and the page that holds nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from atlas.reports.impact.effect import Effect
from atlas.reports.impact.observed import Observed
from atlas.reports.impact.report import SMALLEST_EFFECT, EntryImpact, Finding, ImpactReport
from atlas.reports.markdown import page_md
from atlas.reports.page import Page, Section, Table, numbers, words
from atlas.reports.statistics.intervals import Interval
from atlas.reports.statistics.ratios import Estimate
from atlas.reports.wording import NOTHING, p_value, percent, percent_interval, points, points_interval

_CUT = 70


def impact_section(report: ImpactReport) -> Section:
    """What was found, the effects, and the guide's figures beside them."""
    return Section(
        "Playbook entry impact",
        tuple(_paragraphs(report)),
        points=tuple(_findings(report)),
        tables=(_effects(report), _guide(report), _wordings(report)) if report.entries else (),
    )


def impact_page(report: ImpactReport, timestamp: str, command: str) -> Page:
    """The section as a page of its own."""
    title = f"Impact of playbook {report.key}, version {report.version}"
    return Page(title, report.simulated, timestamp, tuple(_warnings(report)), (impact_section(report),), command)


def impact_md(report: ImpactReport, timestamp: str, command: str) -> str:
    """The page as Markdown."""
    return page_md(impact_page(report, timestamp, command))


def _warnings(report: ImpactReport) -> Iterator[str]:
    if report.others:
        kind = "real" if report.simulated else "simulated"
        yield f"{report.others} {kind} sessions of this key are left out: they had another student."
    if report.frozen:
        yield "The playbook is frozen: nothing is withheld from its sessions, and no report changes it."


def _paragraphs(report: ImpactReport) -> Iterator[str]:
    if not report.entries:
        yield "The playbook has no entries, so there is nothing to measure."
        return
    yield (
        f"{len(report.entries)} entries, {report.sessions} sessions that learned. Effect: mean of the sessions "
        "that were shown the entry minus mean of those from which chance withheld it; p by the randomization test, "
        f"adjusted over the entries tested (Benjamini-Hochberg at {report.threshold.false_discovery_rate:g}); at "
        f'least {report.threshold.min_withheld} sessions in each arm are needed. "p, any look" is adjusted alike '
        "and holds however often one has looked while sessions came in: an entry is quarantined on that one."
    )
    yield (
        "Underpowered: an effect on the mean reward of "
        f"{SMALLEST_EFFECT:g} would probably not have shown, so nothing can be said. The guide's figures compare "
        "tasks that call for the entry with tasks that do not: they say where it is used, not what it does."
    )


def _findings(report: ImpactReport) -> Iterator[str]:
    for impact in report.entries:
        effect = impact.reward
        if effect is not None and impact.finding in ("harms", "helps"):
            found = f"{impact.entry.id} {impact.finding}: {_effect(effect)} in mean reward."
            yield found + _aftermath(report, impact)
    for impact in report.entries:
        past = impact.entry.provenance.quarantine
        if (
            past is not None
            and impact.entry.lifecycle == "quarantined"
            and impact.entry.id not in report.quarantined
        ):
            yield f"{impact.entry.id} is quarantined since an earlier version: {past.reason}"
    counts = Counter(impact.finding for impact in report.entries)
    rest: tuple[Finding, ...] = ("no effect found", "underpowered", "not tested")
    if quiet := [f"{counts[finding]} {finding}" for finding in rest if counts[finding]]:
        yield f"Of the others: {', '.join(quiet)}."


def _aftermath(report: ImpactReport, impact: EntryImpact) -> str:
    said = ""
    if impact.misleading:
        said += " Its observed reward delta has the other sign."
    if impact.entry.id in report.quarantined:
        said += " It was quarantined by this report."
    elif impact in report.harmful:
        said += " It is still in use."
    elif impact.finding == "harms":
        said += " It stays in use: the harm would not yet stand if every look so far had counted."
    return said


def _effects(report: ImpactReport) -> Table:
    columns = (
        *words("entry", "finding"),
        *numbers(
            "shown", "withheld", "effect on reward (95 %)", "effect on success, points (95 %)", "p", "adjusted p"
        ),
        *numbers("p, any look", "detectable"),
    )
    return Table("Effect of each entry, by chance withholding", columns, tuple(map(_effect_row, report.entries)))


def _effect_row(impact: EntryImpact) -> tuple[str, ...]:
    reward, success = impact.reward, impact.success
    state = "" if impact.entry.lifecycle == "active" else f" ({impact.entry.lifecycle})"
    return (
        impact.entry.id,
        impact.finding + state,
        str(reward.shown) if reward else "0",
        str(reward.withheld) if reward else "0",
        _effect(reward) if reward else NOTHING,
        f"{points(success.difference)} ({points_interval(success.interval)})" if success else NOTHING,
        p_value(reward.p_value) if reward else NOTHING,
        NOTHING if impact.adjusted_p is None else p_value(impact.adjusted_p),
        NOTHING if impact.lasting_p is None else p_value(impact.lasting_p),
        f"{reward.detectable:.2f}" if reward and reward.detectable is not None else NOTHING,
    )


def _guide(report: ImpactReport) -> Table:
    columns = (
        *words("entry"),
        *numbers("fired", "idle", "adoption rate", "reward delta", "success delta, points", "token delta"),
        *numbers(
            "tasks fired on", "success where fired", "sent back where fired", "failed adoptions", "impact score"
        ),
    )
    rows = tuple(_guide_row(impact.entry.id, impact.observed) for impact in report.entries if impact.observed)
    note = "Transfer success is two or more tasks fired on. Intervals are clustered by task."
    return Table("The guide's figures (observational)", columns, rows, (note,))


def _guide_row(entry_id: str, seen: Observed) -> tuple[str, ...]:
    return (
        entry_id,
        str(seen.fired),
        str(seen.idle),
        _number(seen.adoption_rate),
        _number(seen.reward_delta, signed=True),
        _points(seen.success_delta),
        _number(seen.token_delta, signed=True, digits=0),
        str(seen.tasks_fired),
        _share(seen.transfer_rate),
        _number(seen.sent_back),
        str(seen.failed_adoptions),
        _number(seen.impact_score, signed=True),
    )


def _wordings(report: ImpactReport) -> Table:
    rows = tuple(
        (impact.entry.id, impact.entry.audience, impact.entry.cue.pattern[:_CUT], impact.entry.action.imperative)
        for impact in report.entries
    )
    return Table("What the entries say", words("entry", "audience", "cue", "action"), rows)


def _effect(effect: Effect) -> str:
    return f"{effect.difference:+.3f} ({_span(effect.interval, '+.3f')})"


def _number(estimate: Estimate | None, *, signed: bool = False, digits: int = 2) -> str:
    if estimate is None:
        return NOTHING
    form = f"{'+' if signed else ''},.{digits}f"
    span = f" ({_span(estimate.interval, form)})" if estimate.interval else ""
    return f"{estimate.value:{form}}{span}"


def _points(estimate: Estimate | None) -> str:
    if estimate is None:
        return NOTHING
    span = f" ({points_interval(estimate.interval)})" if estimate.interval else ""
    return f"{points(estimate.value)}{span}"


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return NOTHING
    span = f" ({percent_interval(estimate.interval)})" if estimate.interval else ""
    return f"{percent(estimate.value)}{span}"


def _span(interval: Interval, form: str) -> str:
    return f"{interval.low:{form}} to {interval.high:{form}}"
