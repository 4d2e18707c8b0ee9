"""The use of entries in one session: where their cues hit, and whether their actions followed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from atlas.core.json import JsonObject, JsonValue, dumps, to_json
from atlas.core.playbook import Action, Audience, Entry, Lessons, Playbook
from atlas.core.session import Played
from atlas.core.tools import ToolCall, ToolResult
from atlas.learning.anonymous import anonymous
from atlas.learning.config import UsageConfig
from atlas.learning.cue import Detector, detector
from atlas.learning.gates import covered
from atlas.learning.passage import Passage, passage

_SNIPPET = 160
_RAW = 2000


@dataclass(frozen=True, slots=True)
class _Moment:
    """One thing that happened, in order: a text that cues are searched in, or a call and its result."""

    place: str
    by: Audience
    text: Passage | None = None
    snippet: str = ""
    call: ToolCall | None = None
    result: ToolResult | None = None


def track(
    playbook: Playbook,
    lessons: Lessons,
    played: Played,
    config: UsageConfig,
    known_names: frozenset[str] = frozenset(),
) -> JsonObject:
    """What became of each entry that the brief called for; {} when tracking is off.

    `{"roles": {audience: {entry id: {...}}}, "session": {cue_hits, action_adoptions, failed_adoptions,
    entries_matched, entries_shown, entries_withheld}}`.
    Cues are searched in the user's messages and the tools' answers, never in the playbook's own text. An adoption
    is a call of the entry's tool, with the arguments that the entry states, after a hit; a student entry is
    adopted by the student's calls, a teacher entry by the teacher's. Entries left out of the prompt or withheld
    from it are tracked too (`shown` false), but count in no total of hits and adoptions. Examples are redacted,
    `known_names` included.
    """
    if not config.enabled:
        return {}
    moments = list(_moments(played))
    matched = set(lessons.matched)
    roles: dict[str, JsonObject] = {"student": {}, "teacher": {}}
    for entry in playbook.entries:
        cue = _usable(entry) if entry.id in matched else None
        if cue is not None:
            found = _follow(entry, cue, moments)
            roles[entry.audience][entry.id] = _record(entry, found, lessons, config, known_names)
    return {"roles": roles, "session": _totals(roles)}


@dataclass(frozen=True, slots=True)
class _Trail:
    """The moments that hit an entry's cue, and the calls that adopted its action."""

    hits: list[_Moment]
    adoptions: list[_Moment]

    @property
    def failed(self) -> int:
        return sum(1 for moment in self.adoptions if moment.result and not moment.result.ok)


def _usable(entry: Entry) -> Detector | None:
    try:
        return detector(entry.cue)
    except ValueError:
        return None


def _moments(played: Played) -> Iterator[_Moment]:
    players = {attempt.turn.index: attempt.by for attempt in played.attempts}
    for turn in played.trajectory.turns:
        by = players.get(turn.index, "student")
        yield _text(f"turn {turn.index}", by, turn.request)
        for number, step in enumerate(turn.steps):
            place = f"turn {turn.index} step {number}"
            pairs = list(zip(step.completion.message.tool_calls, step.results, strict=False))
            yield from (_Moment(place, by, call=call, result=result) for call, result in pairs)
            yield from (_text(place, by, result.error or dumps(result.value)) for _, result in pairs)


def _text(place: str, by: Audience, text: str) -> _Moment:
    return _Moment(place, by, text=passage(text), snippet=text[:_RAW])


def _follow(entry: Entry, cue: Detector, moments: Sequence[_Moment]) -> _Trail:
    trail = _Trail([], [])
    for moment in moments:
        if moment.text is not None and cue.hits(moment.text):
            trail.hits.append(moment)
        elif moment.call and trail.hits and moment.by == entry.audience and _adopts(moment.call, entry.action):
            trail.adoptions.append(moment)
    return trail


def _adopts(call: ToolCall, action: Action) -> bool:
    if not action.runtime_handle or not covered(action.runtime_handle, [call.name]):
        return False
    try:
        given = call.parsed()
    except ValueError:
        return not action.arguments
    return all(name in given and _agrees(given[name], wanted) for name, wanted in action.arguments.items())


def _agrees(given: JsonValue, wanted: JsonValue) -> bool:
    """Whether an argument is as the entry says; null and "<what goes there>" leave the value to the task."""
    return wanted is None or _is_blank(wanted) or bool(given == wanted)


def _is_blank(wanted: JsonValue) -> bool:
    return isinstance(wanted, str) and re.fullmatch(r"<.*>|\{.*\}", wanted.strip()) is not None


def _record(
    entry: Entry, trail: _Trail, lessons: Lessons, config: UsageConfig, known_names: frozenset[str]
) -> JsonObject:
    record = {
        "shown": entry.id in lessons.shown,
        "withheld": entry.id in lessons.withheld,
        "cue_hits": len(trail.hits),
        "action_adoptions": len(trail.adoptions),
        "successful_adoptions": len(trail.adoptions) - trail.failed,
        "failed_adoptions": trail.failed,
        "hit_steps": _places(trail.hits),
        "adoption_steps": _places(trail.adoptions),
        "runtime_handle": entry.action.runtime_handle,
        "category": entry.scope.category,
        "metadata": to_json({"cue": entry.cue, "scope": entry.scope, "expected_effect": entry.expected_effect}),
    }
    if config.capture_examples:
        most = config.max_examples_per_entry
        calls = [f"{m.call.name} {m.call.arguments[:_RAW]}" for m in trail.adoptions if m.call]
        record["cue_examples"] = [_example(m.snippet, known_names) for m in trail.hits[:most]]
        record["adoption_examples"] = [_example(call, known_names) for call in calls[:most]]
    return record


def _places(moments: Sequence[_Moment]) -> list[str]:
    return list(dict.fromkeys(moment.place for moment in moments))


def _example(text: str, known_names: frozenset[str]) -> str:
    """A redacted snippet, cut only after redaction so that no half of an identifier is left."""
    return anonymous(text, known_names)[:_SNIPPET]


def _totals(roles: dict[str, JsonObject]) -> JsonObject:
    matched = [record for records in roles.values() for record in records.values()]
    shown = [record for record in matched if record["shown"]]
    return {
        **{
            key: sum(record[key] for record in shown)
            for key in ("cue_hits", "action_adoptions", "failed_adoptions")
        },
        "entries_matched": len(matched),
        "entries_shown": len(shown),
        "entries_withheld": sum(record["withheld"] for record in matched),
    }
