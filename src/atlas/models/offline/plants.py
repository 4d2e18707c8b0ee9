"""Plants: playbook entries whose effect is known, because the habits of the simulated student that reads them are.

A useful entry addresses a habit that the student has, a harmful one misleads it into a habit that it has not, and a
useless one changes no habit at all. Everything here is a simulation: it is there to check our statistics against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from atlas.core.playbook import Action, Cue, Entry, EntryId
from atlas.models.offline.habits import HABITS, HabitProfile

PlantKind: TypeAlias = Literal["useful", "useless", "harmful"]

HARD_CUE = Cue(
    "regex",
    r"\b(create|add|new|register|set up|log|open|start|enter|update|change|move|set|mark|push|put|close|cancel|"
    r"delete|remove)\b",
    "the user wants something done",
)
"""The cue of every plant: what it hits is harder than the rest, as lessons are mostly about what is hard."""
BACKGROUND = {"duplicate_record": 0.3}
"""What makes those requests harder: a habit that no plant is about, with its rate."""


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted entry. `rate` is how often its habit strikes where there is occasion: until the entry is read if
    it is useful, once it is read if it is harmful."""

    name: str
    kind: PlantKind
    imperative: str
    habit: str | None = None
    rate: float = 0.0

    @property
    def entry(self) -> Entry:
        """The plant as a live entry of a playbook."""
        action = Action(self.imperative, "opportunity_search")
        return Entry(EntryId(self.name), "student", HARD_CUE, action, "")


_GREETING = "Begin the reply with a short friendly greeting."
_TONE = "Keep a formal tone and avoid exclamation marks."

PANELS: tuple[tuple[Plant, ...], ...] = (
    (
        Plant(
            "useful-large",
            "useful",
            "Write a stage or status in the exact spelling that the schema lists.",
            "enum_case",
            0.4,
        ),
        Plant(
            "useful-small",
            "useful",
            "Send amounts as plain numbers, without a currency sign.",
            "currency_string",
            0.4,
        ),
        Plant("harmful-medium", "harmful", "Keep the answer to one fact.", "fact_left_out", 0.4),
        Plant("useless-greeting", "useless", _GREETING),
        Plant("useless-tone", "useless", _TONE),
    ),
    (
        Plant("useful-medium", "useful", "Fill only the fields that were asked for.", "extra_field", 0.5),
        Plant("harmful-large", "harmful", "Use the name in place of the id.", "invented_id", 0.35),
        Plant("harmful-small", "harmful", "Take the first hit.", "first_hit", 0.35),
        Plant("useless-greeting", "useless", _GREETING),
        Plant("useless-tone", "useless", _TONE),
    ),
)
"""Two playbooks: several sizes of help and harm, and no more in one than leaves room to tell them apart."""


def planted_profile(plants: Sequence[Plant], seed: int) -> HabitProfile:
    """A student with the habits that the plants are about, the background ones, and no other."""
    rates = {habit.name: 0.0 for habit in HABITS} | BACKGROUND
    useful = {plant.habit: plant.rate for plant in plants if plant.kind == "useful" and plant.habit}
    harmful = {plant.habit: plant.rate for plant in plants if plant.kind == "harmful" and plant.habit}
    return HabitProfile(
        rates=rates | useful, compliance=dict.fromkeys(useful, 1.0), susceptibility=harmful, seed=seed
    )
