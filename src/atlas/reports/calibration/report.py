"""The calibration report: what was planted, what was recovered, and how a poisoned synthesizer fared."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.reports.calibration.poisoning import PoisonedArm
from atlas.reports.calibration.recovery import PlantScore, RateScore


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Scripted students with stated habits played all of it. `poisoned` has one arm a setting of the gate."""

    seed: int
    sessions: int
    replications: int
    played: int
    rates: tuple[RateScore, ...]
    plants: tuple[PlantScore, ...]
    poisoned: tuple[PoisonedArm, ...]
    simulated: bool = True
