"""The synthesizer's reply, read strictly."""

from __future__ import annotations

from hashlib import sha256

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.playbook import Action, Cue, Provenance, Scope
from atlas.learning.reply import entry, entry_id, parse_reply
from tests.learning.making import cue


def draft(**changed: object) -> JsonObject:
    return {
        "audience": "student",
        "cue": {"type": "regex", "pattern": r"\bdeal\b", "description": "a deal is named"},
        "action": {
            "imperative": "Search first",
            "runtime_handle": "opportunity_search",
            "tool_name": None,
            "arguments": {},
        },
        "expected_effect": "The right deal",
        "scope": {"category": "differentiation", "constraints": "c", "applies_when": "w"},
        **changed,
    }


def reply(*drafts: JsonObject, **changed: object) -> JsonObject:
    return {"version": "playbook_entry.v1", "playbook_entries": list(drafts), **changed}


@pytest.mark.parametrize("form", ["{}", "  {}\n", "```json\n{}\n```", "```\n{}\n```", "\n```json\n{}\n```\n"])
def test_white_space_and_a_fence_are_forgiven(form: str) -> None:
    parsed = parse_reply(form.replace("{}", dumps(reply(draft()))))
    assert parsed.playbook_entries[0].cue.pattern == r"\bdeal\b"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("I learned nothing new.", "not the JSON object"),
        ("Here it is: " + dumps(reply()), "not the JSON object"),
        (dumps(reply(draft()))[:-20], "not the JSON object"),
        ("[]", "Expected `object`"),
        ("null", "Expected `object`"),
        (dumps({"playbook_entries": []}), "version"),
        (dumps(reply(version="playbook_entry.v2")), "version"),
        (dumps(reply(playbook_entries=None)), "playbook_entries"),
        (dumps(reply(playbook_entries={})), "playbook_entries"),
        (dumps(reply(metadata={"playbook_entries": []})), "metadata"),
        (dumps(reply(draft(audience="agent"))), "audience"),
        (dumps(reply(draft(cue="deal"))), "cue"),
        (dumps(reply(draft(cue={"type": "glob", "pattern": "x"}))), "cue.type"),
        (dumps(reply(draft(cue={"type": "regex", "pattern": 7}))), "cue.pattern"),
        (dumps(reply(draft(action={"imperative": ["a"]}))), "action.imperative"),
        (dumps(reply(draft(action={"imperative": "a", "arguments": "b"}))), "arguments"),
        (dumps(reply(draft(id="playbook-entry-1"))), "id"),
        (dumps(reply(draft(), draft(scope={"category": "other"}))), r"\[1\].scope.category"),
        ("[" * 100_000, "Expected `object`"),
        (dumps(reply(draft())).replace('"arguments":{}', '"arguments":' + '{"a":' * 20_000), "nested too deeply"),
        ('"' + "x" * 200_000 + '"', "at most 200000"),
    ],
)
def test_anything_else_is_refused_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_reply(text)


def test_an_entry_is_made_of_a_draft() -> None:
    made = entry(parse_reply(dumps(reply(draft()))).playbook_entries[0], "reinforcement", Provenance("s1", "d1"))
    assert made.cue == Cue("regex", r"\bdeal\b", "a deal is named")
    assert made.action == Action("Search first", "opportunity_search")
    assert made.scope == Scope("differentiation", "c", "w")
    assert made.provenance == Provenance("s1", "d1")
    assert made.id == entry_id("student", made.cue, made.action, made.scope)


def test_blanks_and_nulls_become_defaults() -> None:
    bare = {
        "audience": "teacher",
        "cue": {"type": "keyword", "pattern": "deal"},
        "action": {"imperative": " Do it "},
    }
    nulls = draft(
        audience="teacher",
        cue={"type": "keyword", "pattern": "deal", "description": None},
        action={"imperative": "Do it", "runtime_handle": " ", "tool_name": "", "arguments": None},
        expected_effect=None,
        scope={"category": None, "constraints": None, "applies_when": None},
    )
    parsed = parse_reply(dumps(reply(bare, nulls)))
    made = [entry(one, "differentiation", Provenance()) for one in parsed.playbook_entries]
    assert made[0] == made[1]
    assert made[0].scope == Scope("differentiation")
    assert made[0].action == Action("Do it")


def test_the_id_is_stable_and_tells_lessons_apart() -> None:
    known = entry_id("student", cue("deal"), Action("Search", "opportunity_search"), Scope(constraints="c"))
    digest = sha256(b"student||keyword||deal||Search||opportunity_search||c").hexdigest()
    assert known == f"playbook-entry-{digest[:12]}"
    same = entry_id(
        "student",
        cue("deal", description="other"),
        Action("Search", "opportunity_search", "t", {"a": 1}),
        Scope("differentiation", "c", "w"),
    )
    others = {
        entry_id("teacher", cue("deal"), Action("Search", "opportunity_search"), Scope(constraints="c")),
        entry_id("student", cue("deal", "regex"), Action("Search", "opportunity_search"), Scope(constraints="c")),
        entry_id("student", cue("deals"), Action("Search", "opportunity_search"), Scope(constraints="c")),
        entry_id("student", cue("deal"), Action("Look", "opportunity_search"), Scope(constraints="c")),
        entry_id("student", cue("deal"), Action("Search", "client_search"), Scope(constraints="c")),
        entry_id("student", cue("deal"), Action("Search", "opportunity_search"), Scope(constraints="d")),
    }
    assert same == known
    assert len(others - {known}) == 6
