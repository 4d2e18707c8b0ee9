"""The system text of a student: standing orders, then what playbook, teacher, plan and session add."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.runtime.assignment import Assignment


def system_text(
    instructions: str,
    playbook: str,
    guidance: Sequence[str],
    assignment: Assignment | None = None,
    metadata: Sequence[str] = (),
) -> str:
    """Instructions followed by a block each for playbook, guidance, plan and metadata; an empty one is left out."""
    blocks = [instructions.rstrip()]
    if playbook:
        blocks.append(f">>> Student Playbook >>>\n{playbook.rstrip()}\n>>> End Student Playbook >>>")
    if guidance:
        lines = "\n".join(f"- {line}" for line in guidance)
        blocks.append(f">>> Teacher Guidance >>>\n{lines}\n>>> End Teacher Guidance >>>")
    if assignment is not None and assignment.step is not None:
        blocks.append(f">>> Plan >>>\n{_plan(assignment)}\n>>> End Plan >>>")
    if metadata:
        lines = "\n".join(f"- {line}" for line in metadata)
        blocks.append(f">>> Session >>>\n{lines}\n>>> End Session >>>")
    return "\n\n".join(blocks)


def _plan(assignment: Assignment) -> str:
    """The user's request, the steps, and which of them is to be done now."""
    steps = [
        f"{number}. {step.description}{' <- now: do this step, and no other' if step is assignment.step else ''}"
        for number, step in enumerate(assignment.steps, 1)
    ]
    return "\n".join([f"The user asked: {assignment.part_of}", *steps])
