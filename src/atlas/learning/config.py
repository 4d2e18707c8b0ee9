"""The `learning` block of a run config. Every key acts; unknown keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from atlas.core.playbook import CueType

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

AcceptanceMode: TypeAlias = Literal["off", "rubric", "validated"]


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PromptsConfig(_Block):
    """Prompts that replace the built-in ones."""

    synthesizer: Text | None = None
    """Replaces the whole system prompt of the synthesizer; the built-in one when null."""


class SchemaConfig(_Block):
    """What an entry may hold."""

    allowed_runtime_handles: tuple[Text, ...] = ()
    """Tools that entries may be about, exact or globs (`data.query*`). Empty, with no prefixes: every tool."""

    runtime_handle_prefixes: tuple[Text, ...] = ()
    """Tools whose name starts so are allowed too."""

    cue_types: Annotated[tuple[CueType, ...], Field(min_length=1)] = ("regex", "keyword", "predicate")
    """Kinds of cue that are accepted."""

    default_scope_category: Literal["reinforcement", "differentiation"] = "reinforcement"
    """Category of an entry whose author named none."""

    allow_missing_tool_mapping: bool = False
    """Whether an entry may do without a runtime handle."""


class RubricWeights(_Block):
    """How much each rubric score counts; only their proportions matter."""

    actionability: Share = 0.4
    """Can the agent do it: is the tool real, is it one tool."""

    generality: Share = 0.3
    """Will it hold for other tasks: no ids, dates, names."""

    hookability: Share = 0.2
    """Can its moment be told: how specific the cue is."""

    concision: Share = 0.1
    """Is it short."""

    @model_validator(mode="after")
    def _some_weight(self) -> RubricWeights:
        if not self.total:
            raise ValueError("at least one weight must be above zero")
        return self

    @property
    def total(self) -> float:
        return self.actionability + self.generality + self.hookability + self.concision

    def weigh(self, *, actionability: float, generality: float, hookability: float, concision: float) -> float:
        """The weighted mean of four scores, the weights normalised to sum 1; four decimals."""
        total = (
            self.actionability * actionability
            + self.generality * generality
            + self.hookability * hookability
            + self.concision * concision
        )
        return round(total / self.total, 4)


class GatesConfig(_Block):
    """What an entry must pass. One that fails a gate which is not enforced is kept as provisional."""

    enforce_actionability: bool = True
    """Reject entries whose runtime handle is not a tool of the environment, or that say nothing to do."""

    enforce_cue: bool = True
    """Reject entries whose cue does not compile, is too costly, or cannot match anything."""

    enforce_generality: bool = True
    """Reject entries that name ids, dates, e-mail addresses, phone numbers, amounts or names of one task."""

    max_text_length: Annotated[int, Field(ge=100, le=2000)] = 420
    """Characters that all text of an entry should stay within; its concision is measured against this."""

    allow_length_overflow_margin: Annotated[int, Field(ge=0, le=500)] = 20
    """Characters above `max_text_length` that are still accepted; longer entries are always rejected."""

    allowed_proper_nouns: tuple[Text, ...] = ("SQL", "HTTP", "JSON", "Atlas", "API")
    """Names and identifiers that are general knowledge, so no sign of one task."""

    banned_incident_tokens: tuple[Text, ...] = ("postmortem",)
    """Words (whole, in any case) that give away an entry about one incident."""


class UsageConfig(_Block):
    """What is recorded about entries while they are in use."""

    enabled: bool = True
    """Record cue hits and adoptions per session."""

    capture_examples: bool = False
    """Keep redacted snippets of the texts that hit and the calls that followed."""

    max_examples_per_entry: Annotated[int, Field(ge=0, le=20)] = 2
    """Most snippets kept per entry, of hits and of calls each."""

    withhold_rate: Annotated[float, Field(ge=0, le=0.9)] = 0.1
    """How often, at random, a learning session is not shown an entry it calls for; 0: never."""

    new_entry_withhold_rate: Annotated[float, Field(ge=0, le=0.9)] = 0.3
    """The same while an entry is new, where that is more: what it does is told sooner."""

    new_entry_sessions: Annotated[int, Field(ge=0)] = 200
    """In how many sessions, of those that call for it, an entry is new; one that is reworded is new again."""

    def rate_after(self, sessions: int) -> float:
        """The rate of an entry that so many sessions have drawn for."""
        if self.withhold_rate and sessions < self.new_entry_sessions:
            return max(self.withhold_rate, self.new_entry_withhold_rate)
        return self.withhold_rate


class QuarantineConfig(_Block):
    """When a run that learned takes an entry out of use because it was shown to harm."""

    enabled: bool = True
    """Quarantine at the end of a run; false only reports."""

    min_withheld: Annotated[int, Field(ge=2)] = 10
    """Sessions that were not shown an entry, below which nothing is concluded of it."""

    false_discovery_rate: Annotated[float, Field(gt=0, le=0.5)] = 0.05
    """Share of wrong findings accepted among all (Benjamini-Hochberg, over the entries of one playbook)."""


class ValidationConfig(_Block):
    """How a proposed playbook version is tried, where `acceptance` is `validated`."""

    dataset: Path | None = None
    """Conversations from which the validation slice is drawn; `atlas run` needs it."""

    split: Text = "train"
    """Split of the dataset from which the slice is drawn: never one that results are reported on."""

    size: Annotated[int, Field(ge=1, le=10_000)] = 60
    """Tasks in the slice: those a playbook is read for, drawn from what shares nothing with the evidence."""

    trials: Annotated[int, Field(ge=1, le=20)] = 1
    """Plays of each task under each version, with the same draws."""

    every: Annotated[int, Field(ge=1, le=1000)] = 15
    """Sessions of a playbook whose lessons are tried together, as one proposed version."""

    margin: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Loss of success rate that must be ruled out."""

    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """Chance that is taken of accepting a version that is worse by `margin`."""

    seed: int = 0
    """Draws the slice."""

    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    """Sessions at once in a trial."""


class LearningConfig(_Block):
    """How lessons are made, kept and shown."""

    enabled: bool = True
    """Learn and show lessons at all."""

    update_enabled: bool = True
    """Propose new entries; false leaves the playbook as it is (read only)."""

    apply_to_prompts: bool = True
    """Show matching entries to student and teacher."""

    session_note_enabled: bool = True
    """Keep a note per session for student and teacher beside the entries."""

    learning_key: Text | None = None
    """The playbook that every task reads and extends; null gives each task family of the agent its own."""

    prompts: PromptsConfig = PromptsConfig()
    """Prompts that replace the built-in ones."""

    entry_schema: SchemaConfig = Field(default=SchemaConfig(), alias="schema")
    """What an entry may hold; `schema` in files."""

    rubric_weights: RubricWeights = RubricWeights()
    """How much each rubric score counts."""

    gates: GatesConfig = GatesConfig()
    """What an entry must pass."""

    usage_tracking: UsageConfig = UsageConfig()
    """What is recorded about entries in use."""

    quarantine: QuarantineConfig = QuarantineConfig()
    """When an entry that harms is taken out of use."""

    acceptance: AcceptanceMode = "rubric"
    """What decides about lessons that passed the gates. off: nothing, the newest stands. rubric: of two that say
    the same the one with the higher score stands. validated: as rubric, but a version is tried on tasks that share
    nothing with its evidence before any session reads it."""

    validation: ValidationConfig = ValidationConfig()
    """How a version is tried where `acceptance` is validated."""

    playbook_char_budget: Annotated[int, Field(ge=0, le=100_000)] = 4000
    """Most characters of playbook text shown to the student, and to the teacher."""

    max_entries_per_session: Annotated[int, Field(ge=1, le=100)] = 5
    """Most entries accepted from one session; what is above is rejected."""
