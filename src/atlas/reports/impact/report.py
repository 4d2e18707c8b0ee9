"""The impact report of one playbook: effect, verdict and observed figures of every entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Literal, TypeAlias

from atlas.core.impact import Evidence
from atlas.core.playbook import Entry, EntryId, LearningKey, Playbook
from atlas.reports.impact.effect import Effect, reward_effect, success_effect
from atlas.reports.impact.observed import Observed, observed
from atlas.reports.statistics.multiplicity import benjamini_hochberg

SMALLEST_EFFECT = 0.1
"""The effect on the mean reward that matters; where it would not have shown, silence is no evidence."""

Finding: TypeAlias = Literal["helps", "harms", "no effect found", "underpowered", "not tested"]

_LIVE = ("active", "provisional")


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a finding takes: so many sessions in each arm, at this false discovery rate over the playbook."""

    min_withheld: int = 10
    false_discovery_rate: float = 0.05


@dataclass(frozen=True, slots=True)
class EntryImpact:
    """One entry. `reward` and `success` are None while nothing was withheld, the p-values where it was not tested.

    The `finding` rests on `adjusted_p`, which is for one look; `lasting_p` is the same of the test that may be
    repeated while sessions come in.
    """

    entry: Entry
    finding: Finding
    reward: Effect | None
    success: Effect | None
    adjusted_p: float | None
    lasting_p: float | None
    observed: Observed | None

    @property
    def misleading(self) -> bool:
        """Whether the observed reward delta has the other sign than an effect that was found."""
        delta = self.observed.reward_delta if self.observed else None
        if delta is None or self.reward is None or self.finding not in ("helps", "harms"):
            return False
        return delta.value * self.reward.difference < 0


@dataclass(frozen=True, slots=True)
class ImpactReport:
    """Every entry of the playbook's newest version, those that harm first. `sessions` are those that count.

    `others` are sessions of the key that were left out: real where these are simulated, or the other way round.
    `quarantined` are the entries that were taken out of use on its findings.
    """

    key: LearningKey
    version: int
    frozen: bool
    simulated: bool
    sessions: int
    others: int
    threshold: Threshold
    entries: tuple[EntryImpact, ...]
    quarantined: tuple[EntryId, ...] = ()

    @property
    def harmful(self) -> tuple[EntryImpact, ...]:
        """Live entries whose harm is significant however often it was looked for: what is to be quarantined."""
        limit = self.threshold.false_discovery_rate
        return tuple(
            impact
            for impact in self.entries
            if impact.finding == "harms" and impact.lasting_p is not None and impact.lasting_p <= limit
        )


def impact_report(
    playbook: Playbook,
    evidence: Sequence[Evidence],
    threshold: Threshold,
    *,
    simulated: bool,
    sessions: int,
    others: int = 0,
) -> ImpactReport:
    """The report. The false discovery rate is controlled over the live entries with enough sessions in both arms.

    How many sessions an entry was shown or withheld in says nothing of its effect, so choosing by it costs nothing.
    """
    known = {each.entry_id: each for each in evidence}
    impacts = [_measured(entry, known.get(entry.id)) for entry in playbook.entries]
    tested = [impact for impact in impacts if _testable(impact, threshold)]
    once = benjamini_hochberg([impact.reward.p_value for impact in tested if impact.reward])
    always = benjamini_hochberg([impact.reward.always_valid_p for impact in tested if impact.reward])
    adjusted = {each.entry.id: pair for each, pair in zip(tested, zip(once, always, strict=True), strict=True)}
    found = [_concluded(impact, adjusted.get(impact.entry.id), threshold) for impact in impacts]
    return ImpactReport(
        playbook.key,
        playbook.version,
        playbook.frozen,
        simulated,
        sessions,
        others,
        threshold,
        tuple(sorted(found, key=_order)),
    )


def _measured(entry: Entry, evidence: Evidence | None) -> EntryImpact:
    if evidence is None:
        return EntryImpact(entry, "not tested", None, None, None, None, None)
    seed = int.from_bytes(blake2b(entry.id.encode(), digest_size=4).digest(), "big")
    reward, success = reward_effect(evidence.outcomes, seed), success_effect(evidence.outcomes, seed)
    return EntryImpact(entry, "not tested", reward, success, None, None, observed(evidence))


def _testable(impact: EntryImpact, threshold: Threshold) -> bool:
    effect = impact.reward
    if effect is None or impact.entry.lifecycle not in _LIVE:
        return False
    return min(effect.shown, effect.withheld) >= threshold.min_withheld


def _concluded(impact: EntryImpact, adjusted: tuple[float, float] | None, threshold: Threshold) -> EntryImpact:
    adjusted_p, lasting_p = adjusted or (None, None)
    retired = impact.entry.lifecycle not in _LIVE
    finding = "not tested" if retired else _finding(impact.reward, adjusted_p, threshold)
    return replace(impact, adjusted_p=adjusted_p, lasting_p=lasting_p, finding=finding)


def _finding(effect: Effect | None, adjusted_p: float | None, threshold: Threshold) -> Finding:
    if effect is None:
        return "not tested"
    if adjusted_p is None:
        return "underpowered"
    if adjusted_p <= threshold.false_discovery_rate:
        return "helps" if effect.difference > 0 else "harms"
    if effect.detectable is None or effect.detectable > SMALLEST_EFFECT:
        return "underpowered"
    return "no effect found"


def _order(impact: EntryImpact) -> tuple[int, float, str]:
    """Harm first, then help, then what is not known; by effect and id."""
    rank = ("harms", "helps", "no effect found", "underpowered", "not tested").index(impact.finding)
    return rank, impact.reward.difference if impact.reward else 0.0, impact.entry.id
