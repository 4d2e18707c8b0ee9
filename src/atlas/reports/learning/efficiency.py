"""Efficiency: reward and tokens in sessions in which a cue hit, against those in which none did."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import CueSplit, Thread
from atlas.reports.learning.estimate import SMALLEST_REWARD, Estimate, estimate
from atlas.reports.learning.part import Labels, Part
from atlas.reports.learning.wording import interval_of, judged, signed_amount, signed_score
from atlas.reports.page import Section, Table, numbers, words
from atlas.reports.wording import amount, score

WITH, WITHOUT = "sessions with cue hits", "sessions without"


@dataclass(frozen=True, slots=True)
class Efficiency:
    """Both numbers, with a cue hit minus without; None where usage was not tracked."""

    reward: CueSplit
    tokens: CueSplit
    reward_delta: Estimate
    token_delta: Estimate


def measure(thread: Thread) -> Efficiency | None:
    """The difference that the cues mark, which need not be the one that the entries make."""
    if thread.cue_reward is None or thread.cue_tokens is None or not thread.usage.tracked:
        return None
    return Efficiency(
        thread.cue_reward,
        thread.cue_tokens,
        _against(thread.cue_reward, SMALLEST_REWARD),
        _against(thread.cue_tokens, None),
    )


def part(thread: Thread, labels: Labels) -> Part:
    """Key `efficiency`."""
    found = measure(thread)
    return Part({"efficiency": _json(found) if found else None}, _section(found))


def _against(split: CueSplit, smallest: float | None) -> Estimate:
    return estimate(
        split.none, split.hit, split.shared, ("the group without cue hits", "the group with them"), smallest
    )


def _json(found: Efficiency) -> JsonObject:
    return {
        "sessions_with_cues": round(found.reward.hit.n),
        "sessions_without_cues": round(found.reward.none.n),
        "average_reward_with_cues": found.reward.hit.mean,
        "average_reward_without_cues": found.reward.none.mean,
        "average_tokens_with_cues": found.tokens.hit.mean,
        "average_tokens_without_cues": found.tokens.none.mean,
        "reward_delta": found.reward_delta.value,
        "token_delta": found.token_delta.value,
        "reward_estimate": to_json(found.reward_delta),
        "token_estimate": to_json(found.token_delta),
        "observational": True,
    }


def _section(found: Efficiency | None) -> Section:
    title = "Efficiency snapshot"
    if found is None:
        return Section(title, ("Cannot say: usage was tracked in no session of this key.",))
    reward, tokens = found.reward, found.tokens
    rows = (
        (WITH, str(round(reward.hit.n)), score(reward.hit.mean), amount(tokens.hit.mean)),
        (WITHOUT, str(round(reward.none.n)), score(reward.none.mean), amount(tokens.none.mean)),
        ("difference", "", signed_score(found.reward_delta.value), signed_amount(found.token_delta.value)),
        (
            "95 % interval",
            "",
            interval_of(found.reward_delta, signed_score),
            interval_of(found.token_delta, signed_amount),
        ),
    )
    return Section(
        title,
        (
            "Observed, not caused: a cue hits where a task gives occasion for it, and such tasks may be harder or "
            "easier by themselves. What an entry does shows where it is withheld at random.",
        ),
        points=(
            judged("Mean reward, with a cue hit against without", found.reward_delta, signed_score),
            judged("Tokens a session, with a cue hit against without", found.token_delta, signed_amount),
        ),
        tables=(
            Table("With and without a cue hit", (*words("sessions"), *numbers("count", "reward", "tokens")), rows),
        ),
    )
