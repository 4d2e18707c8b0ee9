"""What the synthesizer is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from atlas.core.json import JsonObject, loads_object
from atlas.core.playbook import Playbook
from atlas.core.session import Attempt, Session, Validation
from atlas.core.verdicts import PanelVerdict, Reward, Verdict
from atlas.learning.config import LearningConfig
from atlas.learning.prompt import MAX_PROMPT, messages
from tests.learning.making import HANDLES, book, called, make_entry, session, turn


def user(played: Session, playbook: Playbook | None = None, handles: tuple[str, ...] = HANDLES) -> JsonObject:
    text = messages(played, playbook or book(), handles, LearningConfig())[1].content
    assert len(text) <= MAX_PROMPT
    return loads_object(text)


def system(block: JsonObject) -> str:
    return messages(session(turn("x")), book(), HANDLES, LearningConfig.model_validate(block))[0].content


def test_the_whole_object() -> None:
    search = called("opportunity_search", {"name": "x"}, [{"stage": "Proposal"}])
    broken = called("modify_opportunity", "{not json", error="The arguments are not JSON.")
    first = turn("Move the deal", broken, reply="I could not")
    second = turn("Move the deal", search, reply="Moved")
    attempts = (
        Attempt(first, "student", 1, (), Validation(False, "Search it first", "guessed")),
        Attempt(second, "student", 2, ("Search it first",)),
    )
    judged = replace(
        session(second, attempts=attempts),
        verdicts=(
            Verdict("structured", "1", False, 0.25, "expected stage Closed-Won", details={"want": "hidden"}),
        ),
        panel=PanelVerdict(0.4, "Too quick", (), False, None, ()),
        reward=Reward(0.3, ()),
    )
    entry = make_entry()
    failed = {
        "tool": "modify_opportunity",
        "arguments": "{not json",
        "result": None,
        "error": "The arguments are not JSON.",
    }
    worked = {
        "tool": "opportunity_search",
        "arguments": {"name": "x"},
        "result": [{"stage": "Proposal"}],
        "error": None,
    }
    assert user(judged, book(entry)) == {
        "ask": "synthesize",
        "session": {
            "family": "quotes",
            "success": False,
            "turns_left_out": 0,
            "turns": [
                {
                    "request": "Move the deal",
                    "steps": [worked],
                    "reply": "Moved",
                    "attempts": [
                        {
                            "number": 1,
                            "by": "student",
                            "valid": False,
                            "guidance": "Search it first",
                            "steps": [failed],
                        },
                        {
                            "number": 2,
                            "by": "student",
                            "valid": None,
                            "guidance": "Search it first",
                            "steps": [worked],
                        },
                    ],
                }
            ],
        },
        "reward": {"score": 0.3},
        "verifiers": [{"name": "structured", "passed": False, "score": 0.25}],
        "judge": {"score": 0.4, "rationale": "Too quick"},
        "playbook_entries": [
            {
                "id": entry.id,
                "audience": "student",
                "cue": {"type": "regex", "pattern": entry.cue.pattern, "description": entry.cue.description},
                "action": {
                    "imperative": entry.action.imperative,
                    "runtime_handle": "opportunity_search",
                    "tool_name": None,
                    "arguments": {},
                },
                "expected_effect": entry.expected_effect,
                "scope": {"category": "reinforcement", "constraints": "", "applies_when": ""},
                "lifecycle": "active",
            }
        ],
        "runtime_handles": list(HANDLES),
        "limits": {"max_entries": 5, "max_text_length": 420},
    }


def test_what_is_missing_is_null() -> None:
    told = user(session(turn("Move the deal")))
    assert told["session"]["success"] is None
    assert told["reward"] == {"score": None}
    assert told["judge"] is None


def test_reasons_and_details_of_verifiers_are_never_told() -> None:
    verdict = Verdict("structured", "1", False, 0.0, "SECRET-REASON", details={"expected": "SECRET-DETAIL"})
    told = messages(replace(session(turn("x")), verdicts=(verdict,)), book(), HANDLES, LearningConfig())
    assert not any("SECRET" in message.content for message in told)


def test_long_results_are_cut_and_say_so() -> None:
    rows = [{"name": f"row {n}"} for n in range(2000)]
    told = user(session(turn("list", called("client_search", {}, rows))))
    result = told["session"]["turns"][0]["steps"][0]["result"]
    assert result.startswith('[{"name":"row 0"}')
    assert result.endswith("more characters)")


@pytest.mark.parametrize("letter", ["x", "\u0001", "漢", '"'])
def test_a_monstrous_session_fits(letter: str) -> None:
    huge = letter * 100_000
    calls = tuple(called(f"tool{n}", {"text": huge}, huge, None) for n in range(12))
    errors = tuple(called("t" * 5000, huge, error=huge) for _ in range(3))
    turns = tuple(turn(huge, *calls, *errors, index=n, reply=huge) for n in range(1, 8))
    attempts = [
        Attempt(turn, "student", number, (huge,), Validation(False, huge, huge))
        for turn in turns
        for number in range(5)
    ]
    played = replace(
        session(*turns, attempts=attempts),
        panel=PanelVerdict(0.1, huge, (), False, None, ()),
        reward=Reward(0.1, ()),
    )
    playbook = book(*(make_entry(effect=f"{n} {letter * 300}", constraints=str(n)) for n in range(100)))
    told = user(played, playbook, tuple(f"{letter * 100}{n}" for n in range(500)))
    assert told["session"]["turns_left_out"] > 0
    assert told["playbook_entries"]


def test_entries_about_the_called_tools_come_first_and_dead_ones_not_at_all() -> None:
    entries = [make_entry(constraints=str(n), handle="client_search") for n in range(100)]
    about = make_entry(handle="quote_details")
    dead = make_entry(handle="quote_details", constraints="old", lifecycle="pruned")
    told = user(session(turn("x", called("quote_details", {}))), book(*entries, about, dead))
    ids = [entry["id"] for entry in told["playbook_entries"]]
    assert ids[0] == about.id
    assert dead.id not in ids
    assert len(ids) == 60


def test_the_built_in_instructions_state_the_limits() -> None:
    text = system(
        {"max_entries_per_session": 3, "gates": {"max_text_length": 333}, "schema": {"cue_types": ["keyword"]}}
    )
    assert "At most 3 entries, each at most 333 characters" in text
    assert "Allowed types: keyword." in text
    assert "or null for advice without a tool" not in text
    assert '"session_student_learning": "..." or null' in text


def test_instructions_follow_the_config() -> None:
    assert "or null for advice without a tool" in system({"schema": {"allow_missing_tool_mapping": True}})
    assert '"session_student_learning": null' in system({"session_note_enabled": False})


def test_own_instructions_replace_ours_but_keep_the_form_of_the_reply() -> None:
    text = system({"prompts": {"synthesizer": "Find {at most} one lesson."}})
    assert text.startswith("Find {at most} one lesson.\n\nReply with one JSON object")
    assert "distil" not in text
    assert '{"version": "playbook_entry.v1"' in text
