"""Settings of the runtime: blocks `student`, `agent.metadata_digest`, `orchestration` and `adaptive_teaching`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from atlas.core.session import Mode

_OWN = "Rules in the place of ours, which {{base_prompt}} stands for; the form of the reply is added. {}"


DigestKey: TypeAlias = Literal["execution_mode", "attempt", "student_learning"]


class DigestConfig(BaseModel):
    """Block `agent.metadata_digest`: what the student is shown beside the conversation, its budget apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Off: the plain system text, without metadata and without a limit.")
    include_session_keys: tuple[DigestKey, ...] = Field(
        ("execution_mode", "attempt", "student_learning"),
        description="Metadata that the student is shown, in this order: how it is supervised, which attempt this "
        "is, and what the last sessions of its playbook noted.",
    )
    max_learning_history_entries: int = Field(3, ge=0, le=50, description="Past sessions whose notes are shown.")
    max_section_chars: int = Field(4000, ge=100, description="Most characters of the metadata.")
    max_string_chars: int = Field(
        1000, ge=100, description="Most characters of one note or one piece of guidance; what is above is cut."
    )


class StudentPrompts(BaseModel):
    """Block `student.prompts`: what a planner is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    planner: str | None = Field(None, description=_OWN.format("For whom `orchestration.planner` names."))


class TeacherPrompts(BaseModel):
    """Block `teacher.prompts`: what the teacher is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    validation: str | None = Field(None, description=_OWN.format("For every attempt."))
    guidance: str | None = Field(None, description=_OWN.format("Before each request in mode coach."))
    plan_review: str | None = Field(None, description=_OWN.format("For the student's plans."))


class StudentConfig(BaseModel):
    """Block `student`: how the student plays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tool_choice: Literal["auto", "required"] = Field(
        "auto", description="Whether the first step of a turn must call a tool."
    )
    max_steps: int = Field(12, ge=1, le=100, description="Model calls allowed in one turn.")
    prompts: StudentPrompts = StudentPrompts()


class OrchestrationConfig(BaseModel):
    """Block `orchestration`: how a session is supervised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    forced_mode: Mode | None = Field(
        None, description="Pins the mode of every session; without it `adaptive_teaching` decides."
    )
    max_retries: int = Field(
        1, ge=0, le=10, description="How often the teacher may send one turn back. Every attempt is validated."
    )
    planner: Literal["student", "teacher"] | None = Field(
        None,
        description="Who plans a request in mode coach, before it is played step by step; the teacher reviews a "
        "plan of the student. null: no plan.",
    )
    step_timeout_seconds: float = Field(
        900.0, gt=0, description="Time limit of one attempt at a turn, checked after every model call."
    )


class ProbeThresholds(BaseModel):
    """How sure the probe must be of a mode; one that is less sure gets the next more supervised mode."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    auto: float = Field(0.85, ge=0, le=1, description="Least confidence for auto; below it the mode is paired.")
    paired: float = Field(0.65, ge=0, le=1, description="Least confidence for paired; below it the mode is coach.")
    coach: float = Field(0.35, ge=0, le=1, description="Least confidence for coach; below it `fallback_mode`.")

    @model_validator(mode="after")
    def _are_ordered(self) -> ProbeThresholds:
        if not self.auto >= self.paired >= self.coach:
            raise ValueError("the thresholds must not rise from auto over paired to coach")
        return self


class ProbeConfig(BaseModel):
    """Block `adaptive_teaching.probe`: who picks the mode, its model apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    thresholds: ProbeThresholds = ProbeThresholds()
    fallback_mode: Literal["paired", "coach"] = Field(
        "paired", description="The mode when the probe fails, is late, cannot be understood or is not sure enough."
    )
    evidence_limit: int = Field(
        6, ge=1, le=200, description="Past sessions that the probe is shown one by one, the last of the history."
    )
    timeout_seconds: float = Field(15.0, gt=0, description="Time limit of the probe, retries included.")


class AdaptiveTeachingConfig(BaseModel):
    """Block `adaptive_teaching`: the mode of a session where `orchestration.forced_mode` does not pin one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether a mode is chosen at all; when off, it is `paired`.")
    mode_override: Mode | None = Field(None, description="The mode to use while enabled, without asking the probe.")
    probe: ProbeConfig = ProbeConfig()
    learning_history_limit: int = Field(
        10, ge=1, le=200, description="Past sessions of the learning key that recent averages are made of."
    )
