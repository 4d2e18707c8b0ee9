"""The drift of a session, as exported: its numbers, and the outcome in a sentence."""

from __future__ import annotations

from atlas.core.drift import Baseline, Drift
from atlas.core.json import to_json
from atlas.export.form import DriftRecord


def drift_record(drift: Drift) -> DriftRecord:
    """Everything that was measured."""
    return {
        "outcome": drift.outcome,
        "alert": drift.alert,
        "reason": reason(drift),
        "sessions": drift.sessions,
        "min_baseline": drift.min_baseline,
        "window": drift.window,
        "z_threshold": drift.z_threshold,
        "z": drift.z,
        "baseline": to_json(drift.baseline),
    }


def reason(drift: Drift) -> str:
    """The outcome in a sentence."""
    if drift.baseline is None or drift.z is None:
        return f"{drift.sessions} earlier sessions count, and a baseline needs {drift.min_baseline}"
    moved = {"fell": "fell to", "rose": "rose to", "steady": "stays at", "insufficient_baseline": "is"}
    return (
        f"the reward {moved[drift.outcome]} {drift.reward:.3g}, {abs(drift.z):.2g} scales from the median "
        f"{drift.baseline.median:.3g} of {drift.sessions} sessions ({_spread(drift.baseline)}; "
        f"{drift.z_threshold:g} are an alert when they are a fall)"
    )


def _spread(baseline: Baseline) -> str:
    """What one scale is."""
    size = f"a scale is {baseline.scale:.3g}"
    match baseline.spread:
        case "mad":
            return f"{size}, from the median absolute deviation"
        case "mean_deviation":
            return f"{size}, from the mean absolute deviation, since more than half of the rewards are equal"
        case "floor":
            return f"{size}, the least that counts"
