"""The offline planner: parts a request where it says "and then", and checks whether a plan has all of it."""

from __future__ import annotations

import re

from atlas.core.json import JsonObject

_JOINT = re.compile(
    r"(?:(?<=[.!?])|,|(?<=\w))\s+(?:and then|and also|then|also|after that,?|and(?= (?:let me know|tell me)))\s+",
    re.IGNORECASE,
)
_LEAST_WORDS = 4
"""Words of a part that can be a step; "Fine, then ..." has only one."""
_VERBATIM = re.compile(r"[\"“”:]|\bnote\b|\bsaying\b", re.IGNORECASE)
"""Words that may be followed by a text of the user's own, which no joint parts."""
_TELLING = re.compile(r"\b(?!And\b|Also\b|Then\b|After\b)[A-Z][\w-]*|\S*\d\S*")
"""Names and numbers: what a plan must not lose. The words that join two parts are none."""


def plan(ask: JsonObject) -> JsonObject:
    """The reply to "plan": a step a part of the request, each after the one before, since it may refer to it."""
    parts = _parts(ask["request"])
    return {
        "steps": [
            {"id": str(number), "description": part, "depends_on": [str(number - 1)] if number > 1 else []}
            for number, part in enumerate(parts, 1)
        ]
    }


def review(ask: JsonObject) -> JsonObject:
    """The reply to "review_plan": approved unless a name or a number of the request is in no step."""
    planned = " ".join(step["description"] for step in ask["plan"]["steps"]).casefold()
    lost = [word for word in _TELLING.findall(ask["request"]) if word.strip(".,?!").casefold() not in planned]
    if lost:
        return {"approved": False, "steps": None, "concerns": f"The plan lost: {', '.join(lost)}."}
    return {"approved": True, "steps": None, "concerns": ""}


def _parts(request: str) -> list[str]:
    if _VERBATIM.search(request):
        return [request]
    parts = [part.strip() for part in _JOINT.split(request)]
    if any(len(part.split()) < _LEAST_WORDS for part in parts):
        return [request]
    return [part[:1].upper() + part[1:] for part in parts]
