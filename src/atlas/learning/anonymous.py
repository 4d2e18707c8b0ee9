"""Anonymous text: what is left of a text once everything that identifies one task is out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from atlas.learning.identifiers import redacted


def anonymous(text: str, known_names: Iterable[str]) -> str:
    """The text with identifiers replaced by their kind, and names of the task's data by `[name]`, in any case."""
    text = redacted(text)
    for name in sorted(known_names, key=lambda name: (-len(name), name)):
        text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", "[name]", text)
    return text
