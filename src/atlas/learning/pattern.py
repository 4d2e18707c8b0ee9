"""A regex cue, in RE2: its time is linear in the text, whatever the pattern.

Python's `re` backtracks and cannot be interrupted, and a time limit would make what matches depend on the
machine. RE2 has neither fault; its price is that lookaround and backreferences are refused. The size of the
compiled program is bounded too, since linear time still has a factor: 10 kB of text take well below 1 ms, and
about 10 ms for patterns made to be slow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2  # type: ignore[import-untyped]

from atlas.learning.passage import Passage, passage, without_accents
from atlas.learning.witness import candidates

MAX_PATTERN = 300
"""Characters of a cue's pattern."""

MAX_PROGRAM = 150
"""RE2 instructions of one pattern: one or two a letter, `.{0,40}` about 80, `.*` about 2."""

_ANCHORS = ("^", "$", r"\A", r"\z")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled regex, case-insensitive. `\\w`, `\\d` and `\\b` are ASCII; accents are ignored on both sides."""

    source: str
    compiled: Any = field(compare=False, repr=False)
    anchored: bool
    narrow: bool

    def hits(self, text: Passage) -> bool:
        return self.compiled.search(text.narrow if self.narrow else text.utf8) is not None

    def rules_out(self, whole: Passage) -> bool:
        """Whether no part of the joined passage can hit. Anchors see other edges there, so they never rule out."""
        return not self.anchored and not self.hits(whole)

    def example(self) -> str | None:
        """A text that it hits, as short as can be found; None when there is none."""
        return next((text for text in candidates(self.source) if self.hits(passage(text))), None)


def pattern(source: str) -> Pattern:
    """Compile a regex. Raises `ValueError` when it is not one, or one that is refused."""
    source = without_accents(source)
    narrow = source.isascii()
    try:
        compiled = re2.compile(source.encode(errors="replace"), _options(narrow))
    except re2.error as error:
        raise ValueError(f"not a regular expression that RE2 knows: {_reason(error)}") from error
    if compiled.programsize > MAX_PROGRAM:
        raise ValueError(
            f"too large a regular expression ({compiled.programsize} instructions, at most {MAX_PROGRAM}): "
            "use .* or smaller repeat counts"
        )
    return Pattern(source, compiled, any(anchor in source for anchor in _ANCHORS), narrow)


def _options(narrow: bool) -> Any:
    """A pattern in ASCII reads one byte a character, which keeps its program small; others read UTF-8."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1 if narrow else re2.Options.Encoding.UTF8
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 1 << 18
    return options


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args else b""
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
