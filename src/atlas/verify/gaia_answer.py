"""GAIA answers: is the final answer the right one, by the normalisation rules of the benchmark's own scorer.

What is right is decided by the form of the right answer: a number is compared as a number, a list element by
element, anything else as text.
"""

from __future__ import annotations

import math
import re
import string
from typing import Literal, TypeAlias

from atlas.core.tasks import Target
from atlas.core.trajectory import Trajectory
from atlas.core.verdicts import TurnScore, Verdict

Form: TypeAlias = Literal["number", "list", "text"]

_MARKER = re.compile(r"FINAL\s+ANSWER\s*:", re.IGNORECASE)
_SEPARATORS = re.compile(r"[,;]")
_UNITS = str.maketrans("", "", "$%,")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_WRAPPING = " \t*_`\"'"


class GaiaAnswerVerifier:
    """Passes when the final answer of the trajectory is the target's. Score 1 or 0."""

    name = "gaia_answer"
    version = "1"
    required = True

    def check(self, trajectory: Trajectory, target: Target) -> Verdict:
        """Raises `ValueError` for a target without an answer: then nothing can be decided."""
        if target.answer is None:
            raise ValueError("the right answer is not published, so this task cannot be graded")
        given = final_answer(trajectory.final_answer)
        form = form_of(target.answer)
        right = given != "" and matches(given, target.answer)
        said = f"{given!r} " if given else "no answer "
        reason = f"{said}is {'' if right else 'not '}{target.answer!r}, compared as a {form}"
        turn = TurnScore(1, right, int(right), 1, () if right else (reason,))
        details = {"answer": given, "form": form}
        return Verdict(
            self.name, self.version, right, float(right), reason, self.required, turns=(turn,), details=details
        )


def final_answer(reply: str) -> str:
    """What a reply gives as its answer: what follows its last `FINAL ANSWER:` on that line, else all of it.

    Where nothing stands on that line, the next one counts. Markdown emphasis and quotes around it are dropped.
    """
    found = list(_MARKER.finditer(reply))
    text = reply[found[-1].end() :].strip(f"{_WRAPPING}\n") if found else reply
    answer = text.splitlines()[0] if found and text else text
    return answer.strip(f"{_WRAPPING}\n")


def form_of(right: str) -> Form:
    """How an answer is compared, by the form of the right one."""
    if _number(right) is not None:
        return "number"
    return "list" if _SEPARATORS.search(right) else "text"


def matches(given: str, right: str) -> bool:
    """Whether the answer given is the right one.

    number: `$`, `%` and `,` are removed from what was given, and it must be equal as a float. list: both are split
    at `,` and `;`, must be equally long, and each element is a number or a text, punctuation kept. text: case,
    white space and punctuation make no difference.
    """
    match form_of(right):
        case "number":
            return _same_number(given, right)
        case "list":
            left, expected = _SEPARATORS.split(given), _SEPARATORS.split(right)
            return len(left) == len(expected) and all(map(_same_element, left, expected))
        case "text":
            return _folded(given).translate(_PUNCTUATION) == _folded(right).translate(_PUNCTUATION)


def _same_element(given: str, right: str) -> bool:
    return _same_number(given, right) if _number(right) is not None else _folded(given) == _folded(right)


def _same_number(given: str, right: str) -> bool:
    value = _number(given.translate(_UNITS))
    return value is not None and value == _number(right)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _folded(text: str) -> str:
    return "".join(text.lower().split())
