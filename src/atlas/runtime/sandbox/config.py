"""Settings of isolated processes: block `agent.sandbox`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class SandboxConfig(BaseModel):
    """Block `agent.sandbox`: how many isolated processes there are, and what each may use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_concurrent_processes: int = Field(8, ge=1, le=256, description="Isolated processes at once.")
    process_timeout: float = Field(
        240.0, gt=0, description="Seconds that a task may take in its process, models and tools included; one "
        "deadline, after which the process is killed."
    )  # fmt: skip
    require_sandbox: bool = Field(
        False, description="Refuse to run where the kernel cannot fence files (Landlock) and filter system calls."
    )
    memory_mb: int = Field(1024, ge=64, description="Memory that the code of a task may use.")
    disk_mb: int = Field(
        256, ge=1, description="What the code of a task may write in all; no file may be larger either."
    )
    max_threads: int = Field(64, ge=1, le=1024, description="Threads of a process. Other processes are refused.")
    output_mb: int = Field(16, ge=1, description="What the code may print past its agent, or say in one message.")
