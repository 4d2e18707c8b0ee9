"""The learning key: which playbook a task reads."""

from __future__ import annotations

from urllib.parse import quote

from atlas.core.playbook import LearningKey


def learning_key(agent: str, environment: str, family: str | None, override: str | None = None) -> LearningKey:
    """`agent/environment/family`, each part percent-encoded, so different parts never give one key.

    Without a family all families of the environment share one playbook, under `*`. An override is taken as it
    is. Raises `ValueError` when the agent, the environment or the override is blank.
    """
    if override is not None:
        return LearningKey(_filled("learning key", override))
    parts = (_filled("agent", agent), _filled("environment", environment))
    return LearningKey("/".join((*(quote(part, safe="") for part in parts), quote(family or "", safe="") or "*")))


def _filled(what: str, text: str) -> str:
    if not text.strip():
        raise ValueError(f"the {what} is blank, so no playbook can be named after it")
    return text.strip()
