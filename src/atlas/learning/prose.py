"""The prose of an entry: everything it says, as text to be measured and searched."""

from __future__ import annotations

import re

from atlas.core.json import dumps
from atlas.core.playbook import Cue, Entry


def prose(entry: Entry) -> str:
    """All words of an entry but its cue's pattern, one field a line."""
    action, scope = entry.action, entry.scope
    fields = (
        entry.cue.description,
        action.imperative,
        entry.expected_effect,
        scope.constraints,
        scope.applies_when,
    )
    arguments = dumps(action.arguments) if action.arguments else ""
    return "\n".join(field for field in (*fields, arguments) if field.strip())


def length(entry: Entry) -> int:
    """Characters of all that an entry says, its cue's pattern included."""
    return len(entry.cue.pattern) + len(prose(entry))


def plain_pattern(cue: Cue) -> str:
    """The literal words of a cue: regex escapes such as `\\b` become blanks, `\\.` becomes a dot."""
    if cue.type != "regex":
        return cue.pattern
    return re.sub(r"\\(\W)", r"\1", re.sub(r"\\[a-zA-Z]", " ", cue.pattern))
