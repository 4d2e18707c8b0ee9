"""Keyless sessions: what stands in the place of a learning key where no playbook is read and none is filled."""

from __future__ import annotations

from atlas.core.playbook import LearningKey

KEYLESS = "none"
"""What such a key is, or begins with before a slash: a store has to name one."""


def keyless(run_id: str) -> LearningKey:
    """What stands for the key in such sessions of a run: evaluations, and arms that are shown no playbook."""
    return LearningKey(f"{KEYLESS}/{run_id}")


def is_keyless(key: LearningKey) -> bool:
    """Whether a key is none."""
    return key.partition("/")[0] == KEYLESS
