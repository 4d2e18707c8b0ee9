"""Every exception Atlas raises, named after the boundary that was crossed.

AtlasError
|-- InputError                what the user gave is wrong            exit 2
|   |-- ConfigError           a config file, key, flag or variable
|   |-- DatasetError          a dataset or task file, by file, line and key
|   |-- TokenizerError        a tokenizer that is not there or cannot be used
|   |   `-- TemplateError     a chat template that does not write a conversation as it was
|   `-- OverlapError          sets of tasks that must share nothing do
|-- BudgetExceeded            the configured spending limit was reached
|-- RunFailed                 no session of a run got through
|-- AuditFailed               an audit found what must not be
|-- ToolError                 a sentence for the agent; never leaves the environment
`-- InfrastructureError       something below us failed; never a score   exit 1
    |-- ModelError            a model call, by role and model
    |   |-- ModelTimeout, ModelRateLimited, ModelUnavailable, ModelDenied
    |   `-- ModelReplyError   a reply that cannot be used (prose where JSON is due)
    |-- PromptTooLarge        what a model must be told does not fit its budget
    |-- AgentError            one's own agent failed, in this process or behind HTTP
    |-- SandboxError          an isolated process failed, or there can be none
    |   |-- SandboxUnavailable, SandboxTimeout, SandboxCrashed, SandboxOverrun, SandboxForgery
    |-- WorldError            the environment's own state store failed
    |-- HubError              the hub that datasets come from failed
    |-- VerifierError         a grader crashed
    |   `-- JudgesFailed      not one judge of a panel gave an opinion
    |-- DeliveryError         the trajectory API cannot be reached, or refused a group
    `-- StorageError          the session store failed
        `-- VersionConflict   somebody else saved this playbook version first
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class AtlasError(Exception):
    """Base of all errors of Atlas. `str(error)` is one sentence fit for the screen."""

    exit_code: ClassVar[int] = 1
    boundary: ClassVar[str] = "atlas"


class InputError(AtlasError):
    """Something the user gave is wrong; the sentence says where and what to do."""

    exit_code = 2
    boundary = "input"


class ConfigError(InputError):
    """A config file, key, flag or environment variable is wrong."""

    boundary = "config"


class DatasetError(InputError):
    """A dataset or task file is wrong at a place that can be named."""

    boundary = "dataset"

    def __init__(self, reason: str, *, path: Path | str, line: int | None = None, key: str | None = None) -> None:
        """`reason` says what is wrong; `line` counts from 1; `key` is the dotted key inside the row."""
        place = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {key}: {reason}" if key else f"{place}: {reason}")
        self.reason, self.path, self.line, self.key = reason, Path(path), line, key


class TokenizerError(InputError):
    """A tokenizer is not there, or its files cannot be used."""

    boundary = "tokenizer"


class TemplateError(TokenizerError):
    """A chat template does not write a conversation as it was, so there are no token ids for it.

    `trait` is the property of the template in one word; `message` counts from 0, None where it is about them all.
    """

    def __init__(self, reason: str, trait: str, *, message: int | None = None) -> None:
        where = "" if message is None else f" (message {message})"
        super().__init__(f"the chat template {reason}{where}")
        self.reason, self.trait, self.message = reason, trait, message


class OverlapError(InputError):
    """A validation slice shares a task, a wording or a world with what was learned from."""

    boundary = "validation"


class BudgetExceeded(AtlasError):
    """The run's spending limit was reached; what is finished is kept and the run can be resumed."""

    boundary = "budget"


class RunFailed(AtlasError):
    """Every session of a run failed below us; each is stored with its reason and is played again on resume."""

    boundary = "run"


class AuditFailed(AtlasError):
    """An audit found something that must not be; the report says where."""

    boundary = "audit"


class ToolError(AtlasError):
    """A tool refuses a call. The text is shown to the agent, so it says what would be right."""

    boundary = "tool"


class InfrastructureError(AtlasError):
    """A part below us failed. Recorded as an outcome of its own, never as a score."""

    boundary = "infrastructure"


class ModelError(InfrastructureError):
    """A model call failed for good, after its retries."""

    boundary = "model"

    def __init__(self, cause: str, *, model: str, role: str = "", attempts: int = 1) -> None:
        """`role` is who called (student, teacher, judge ...); filled in by the caller that knows it."""
        super().__init__(cause)
        self.cause, self.model, self.role, self.attempts = cause, model, role, attempts

    def __str__(self) -> str:
        who = f"{self.role} model" if self.role else "model"
        tries = f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"{who} {self.model} failed{tries}: {self.cause}"


class ModelTimeout(ModelError):
    """No complete reply within the time limit of one call."""


class ModelRateLimited(ModelError):
    """The provider answered 429 until the retries were spent."""


class ModelUnavailable(ModelError):
    """Connection refused or dropped, or a 5xx answer, until the retries were spent."""


class ModelDenied(ModelError):
    """The provider refused the request itself (401, 403, 404, 400); retrying cannot help."""


class ModelReplyError(ModelError):
    """The model answered, but not in the form that was asked for."""


class PromptTooLarge(InfrastructureError):
    """What a model must be told does not fit its budget; the sentence names both sizes."""

    boundary = "prompt"


class AgentError(InfrastructureError):
    """An agent of the user's own raised, timed out, or answered in a form that cannot be used."""

    boundary = "agent"


class SandboxError(InfrastructureError):
    """The isolated process of a task failed."""

    boundary = "sandbox"


class SandboxUnavailable(SandboxError):
    """No isolated process can be had here, or none as safe as the config requires."""


class SandboxTimeout(SandboxError):
    """The isolated process was not done by its deadline and was killed."""


class SandboxCrashed(SandboxError):
    """The isolated process ended, or was ended by the kernel, before it was done."""


class SandboxOverrun(SandboxError):
    """The isolated process went beyond a limit (output, threads, bytes written) and was killed."""


class SandboxForgery(SandboxError):
    """What came out of the isolated process is no message that can be due now; it was killed."""


class WorldError(InfrastructureError):
    """The state store behind an environment failed (lost connection, full disk)."""

    boundary = "environment"


class HubError(InfrastructureError):
    """The hub that datasets are downloaded from cannot be reached, or broke off."""

    boundary = "hub"


class VerifierError(InfrastructureError):
    """A grader crashed; its crash is a record, not a zero."""

    boundary = "verifier"


class JudgesFailed(VerifierError):
    """Every judge of a panel failed, so there is no reward of the kind that other sessions have."""

    boundary = "judge"


class DeliveryError(InfrastructureError):
    """The trajectory API that groups are sent to cannot be reached, or does not take what it is sent."""

    boundary = "trajectory_api"


class StorageError(InfrastructureError):
    """The store of sessions and playbooks failed or cannot be reached."""

    boundary = "storage"


class VersionConflict(StorageError):
    """A playbook was changed by somebody else since it was read; reload, merge, save again."""
