"""The offline planner: parts a request where it says "and then", and checks whether a plan has all of it."""

from __future__ import annotations

import re

from atlas.core.json import JsonObject

_JOINT = re.compile(r",?\s+(?:and then|and also|then|after that,?)\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_VERBATIM = re.compile(r"[\"“”:]|\bnote\b|\bsaying\b", re.IGNORECASE)
"""Words that may be followed by a text of the user's own, which no joint parts."""
_TELLING = re.compile(r"\b[A-Z][\w-]*|\S*\d\S*")
"""Names and numbers: what a plan must not lose."""


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
    parts = (part for sentence in _SENTENCE.split(request) for part in _JOINT.split(sentence))
    return [part[:1].upper() + part[1:] for part in map(str.strip, parts) if part]
