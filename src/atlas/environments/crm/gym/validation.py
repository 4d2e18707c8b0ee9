"""Validation: whether a step, and at the end the episode, was right, and if not, what kind of wrong it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from atlas.core.json import JsonObject
from atlas.core.verdicts import Verdict
from atlas.environments.crm.gym.episode import Deed
from atlas.environments.crm.gym.progress import Progress
from atlas.environments.crm.gym.reward import succeeded

ErrorCategory: TypeAlias = Literal[
    "success", "action_decoding_error", "wrong_tool", "execution_failure", "validator_failure"
]


@dataclass(frozen=True, slots=True)
class Validation:
    """The outcome in a sentence, and its category. `details` are empty before the end."""

    success: bool
    message: str
    error_category: ErrorCategory
    details: JsonObject = field(default_factory=dict)


def validate_step(deed: Deed) -> Validation:
    """A step before the end: only whether it was carried out. Whether it was right would tell the target."""
    if deed.fault is None:
        return Validation(True, "carried out", "success")
    return Validation(False, deed.result.error or "", deed.fault)


def validate_episode(
    deeds: Sequence[Deed], reached: Progress, verdicts: Sequence[Verdict], *, reasons: bool
) -> Validation:
    """The whole episode, as the required verdicts say. `reasons`, which may quote the target, can be left out."""
    failed = [verdict for verdict in verdicts if verdict.required and not verdict.passed]
    details: JsonObject = {
        "failed": [verdict.verifier for verdict in failed],
        "reference_calls": reached.expected,
        "reference_calls_made": reached.made,
        "reference_calls_through": reached.through,
    }
    if succeeded(verdicts):
        return Validation(True, "every required verifier passed", "success", details)
    said = [f"{verdict.verifier}: {verdict.reason}" if reasons else verdict.verifier for verdict in failed]
    return Validation(False, f"failed: {'; '.join(said)}", _category(deeds, reached), details)


def _category(deeds: Sequence[Deed], reached: Progress) -> ErrorCategory:
    """The first thing that went wrong: no action could be read, a reference tool was not called in its turn, it was
    called but never got through, or all that was right and still the outcome is not."""
    if all(deed.fault == "action_decoding_error" for deed in deeds):
        return "action_decoding_error"
    if reached.made < reached.expected:
        return "wrong_tool"
    return "execution_failure" if reached.through < reached.expected else "validator_failure"
