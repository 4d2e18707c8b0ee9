"""The learning key: which playbook a task reads."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from atlas.core.playbook import KeyOrigin, KeySource, LearningKey
from atlas.core.tasks import Brief


@dataclass(frozen=True, slots=True)
class KeyRule:
    """How the tasks of one agent are given their keys: all the `named` one, else one for each task family."""

    agent: str
    named: LearningKey | None = None
    named_by: KeySource = "config"

    def key(self, brief: Brief) -> LearningKey:
        """Raises `ValueError` as `learning_key` does."""
        return learning_key(self.agent, brief.environment, brief.family, self.named)

    def origin(self, brief: Brief) -> KeyOrigin:
        """What the key of this task is made from."""
        source: KeySource = "derived" if self.named is None else self.named_by
        return KeyOrigin(source, self.agent, brief.environment, brief.family or None)


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
