"""Advice: the lines of playbook and guidance that a student finds in its system message, and nothing else of it."""

from __future__ import annotations

import re
from functools import lru_cache

_BLOCKS = re.compile(r">>> (Student Playbook|Teacher Guidance) >>>\n(.*?)\n?>>> End \1 >>>", re.DOTALL)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*")


@lru_cache(maxsize=256)
def advice_in(system_text: str) -> tuple[str, ...]:
    """Every line of the playbook and guidance blocks, without bullets; text outside the blocks is not advice."""
    lines = (line for block in _BLOCKS.finditer(system_text) for line in block[2].splitlines())
    return tuple(bare for line in lines if (bare := _BULLET.sub("", line).strip()))
