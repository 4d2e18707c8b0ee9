"""The system text of a student: standing orders, then what the playbook and the teacher have to say."""

from __future__ import annotations

from collections.abc import Sequence


def system_text(instructions: str, playbook: str, guidance: Sequence[str]) -> str:
    """Instructions followed by a block each for playbook and guidance; an empty block is left out."""
    blocks = [instructions.rstrip()]
    if playbook:
        blocks.append(f">>> Student Playbook >>>\n{playbook.rstrip()}\n>>> End Student Playbook >>>")
    if guidance:
        lines = "\n".join(f"- {line}" for line in guidance)
        blocks.append(f">>> Teacher Guidance >>>\n{lines}\n>>> End Teacher Guidance >>>")
    return "\n\n".join(blocks)
