"""What became of the entries a session was shown."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject, dumps
from atlas.core.playbook import Entry, Lessons
from atlas.core.session import Attempt, Played
from atlas.learning.config import UsageConfig
from atlas.learning.render import render
from atlas.learning.usage import track
from tests.learning.making import KEY, book, brief, called, make_entry, played, turn

SEARCHED = called("opportunity_search", {"name": "x"}, [{"name": "Harbor deal"}])


def used(
    entry: Entry, play: Played, config: UsageConfig | None = None, names: frozenset[str] = frozenset()
) -> JsonObject:
    lessons = Lessons(KEY, 1, shown=(entry.id,))
    usage = track(book(entry), lessons, play, config or UsageConfig(), names)
    record: JsonObject = usage["roles"][entry.audience][entry.id]
    return record


def test_the_whole_record() -> None:
    entry = make_entry("deal", kind="keyword", description="d")
    usage = track(
        book(entry), Lessons(KEY, 1, shown=(entry.id,)), played(turn("Move the deal", SEARCHED)), UsageConfig()
    )
    assert usage == {
        "roles": {
            "student": {
                entry.id: {
                    "shown": True,
                    "withheld": False,
                    "cue_hits": 2,
                    "action_adoptions": 1,
                    "successful_adoptions": 1,
                    "failed_adoptions": 0,
                    "hit_steps": ["turn 1", "turn 1 step 0"],
                    "adoption_steps": ["turn 1 step 0"],
                    "runtime_handle": "opportunity_search",
                    "category": "reinforcement",
                    "metadata": {
                        "cue": {"type": "keyword", "pattern": "deal", "description": "d"},
                        "scope": {"category": "reinforcement", "constraints": "", "applies_when": ""},
                        "expected_effect": "The right deal is changed",
                    },
                }
            },
            "teacher": {},
        },
        "session": {
            "cue_hits": 2,
            "action_adoptions": 1,
            "failed_adoptions": 0,
            "entries_matched": 1,
            "entries_shown": 1,
            "entries_withheld": 0,
        },
    }


def test_a_call_before_the_hit_is_no_adoption() -> None:
    entry = make_entry("proposal", kind="keyword")
    search = called("opportunity_search", {}, [{"stage": "Proposal"}])
    assert used(entry, played(turn("Find it", search)))["action_adoptions"] == 0
    assert used(entry, played(turn("Find it", search, search)))["action_adoptions"] == 1
    assert used(entry, played(turn("Find it", search), turn("Again", search, index=2)))["action_adoptions"] == 1


def test_error_sentences_are_observations() -> None:
    entry = make_entry("must be one of", kind="keyword", handle="modify_opportunity")
    failed = called("modify_opportunity", {"stage": "won"}, error="Opportunity stage must be one of: ...")
    record = used(
        entry, played(turn("Close it", failed, called("modify_opportunity", {"stage": "Closed-Won"}, {})))
    )
    assert (record["cue_hits"], record["action_adoptions"], record["failed_adoptions"]) == (1, 1, 0)


def test_a_failed_call_is_a_failed_adoption() -> None:
    failed = called("opportunity_search", {}, error="No such field.")
    record = used(make_entry("deal", kind="keyword"), played(turn("the deal", failed, SEARCHED)))
    assert (record["action_adoptions"], record["successful_adoptions"], record["failed_adoptions"]) == (2, 1, 1)


def test_replies_are_not_searched_and_neither_is_the_playbook() -> None:
    entry = make_entry("deal", kind="keyword")
    assert used(entry, played(turn("Hello", reply="The deal is closed")))["cue_hits"] == 0


def test_a_handle_may_be_a_glob_and_may_be_missing() -> None:
    play = played(turn("Move the deal", SEARCHED, called("quote_details", {}, {})))
    assert used(make_entry("deal", kind="keyword", handle="*_search"), play)["action_adoptions"] == 1
    assert used(make_entry("deal", kind="keyword", handle=None), play)["action_adoptions"] == 0


@pytest.mark.parametrize(
    ("wanted", "given", "adopted"),
    [
        ({"stage": "Closed-Won"}, {"stage": "Closed-Won", "id": "x"}, True),
        ({"stage": "Closed-Won"}, {"stage": "closed-won"}, False),
        ({"stage": "Closed-Won"}, {"id": "x"}, False),
        ({"name": "<name of the deal>"}, {"name": "Harbor"}, True),
        ({"name": "{name}"}, {"name": "Harbor"}, True),
        ({"name": None}, {"name": "Harbor"}, True),
        ({"name": None}, {}, False),
        ({"limit": 5}, {"limit": 5}, True),
        ({"limit": 5}, "{broken", False),
        ({}, "{broken", True),
    ],
)
def test_arguments_must_be_as_the_entry_says(wanted: JsonObject, given: JsonObject | str, adopted: bool) -> None:
    entry = make_entry("deal", kind="keyword", arguments=wanted)
    record = used(entry, played(turn("the deal", called("opportunity_search", given, {}))))
    assert record["action_adoptions"] == int(adopted)


def test_who_called_decides_whose_entry_was_adopted() -> None:
    moved = turn("Move the deal", SEARCHED)
    attempts = [Attempt(turn("Move the deal"), "student", 1), Attempt(moved, "teacher", 2)]
    student = make_entry("deal", kind="keyword")
    teacher = make_entry("deal", kind="keyword", audience="teacher")
    assert used(student, played(moved, attempts=attempts))["action_adoptions"] == 0
    assert used(teacher, played(moved, attempts=attempts))["action_adoptions"] == 1
    assert used(student, played(moved))["action_adoptions"] == 1
    assert used(teacher, played(moved))["action_adoptions"] == 0


def test_only_what_the_brief_called_for_is_tracked_and_only_what_was_shown_is_counted() -> None:
    shown, left, other = (make_entry("deal", kind="keyword", imperative=text, total=1) for text in ("A", "B", "C"))
    quiet = make_entry("deal", kind="keyword", lifecycle="deprecated", imperative="D")
    lessons = Lessons(KEY, 1, shown=(shown.id,), left_out=(left.id,))
    usage = track(book(shown, left, other, quiet), lessons, played(turn("the deal", SEARCHED)), UsageConfig())
    records = usage["roles"]["student"]
    assert {entry: record["shown"] for entry, record in records.items()} == {shown.id: True, left.id: False}
    assert records[left.id]["action_adoptions"] == 1
    assert usage["session"] == {
        "cue_hits": 2,
        "action_adoptions": 1,
        "failed_adoptions": 0,
        "entries_matched": 2,
        "entries_shown": 1,
        "entries_withheld": 0,
    }


def test_a_broken_cue_is_passed_over() -> None:
    broken = make_entry("(")
    lessons = render(book(broken), brief("the deal"), 4000)
    assert track(book(broken), lessons, played(turn("the deal")), UsageConfig())["roles"]["student"] == {}


def test_tracking_can_be_switched_off() -> None:
    entry = make_entry()
    lessons = Lessons(KEY, 1, shown=(entry.id,))
    assert track(book(entry), lessons, played(turn("Close the deal")), UsageConfig(enabled=False)) == {}


def test_examples_are_kept_up_to_the_limit_and_redacted() -> None:
    request = "Move the deal of Northwind Logistics to $5,000 and mail dana@northwind.com " + "x" * 500
    call = called("opportunity_search", {"name": "Northwind Logistics"}, [])
    play = played(turn(request, call, call, call), turn("the deal", index=2), turn("that deal", index=3))
    entry = make_entry("deal", kind="keyword")
    config = UsageConfig(capture_examples=True, max_examples_per_entry=2)
    record = used(entry, play, config, frozenset({"Northwind Logistics", "Northwind"}))
    assert [text[:69] for text in record["cue_examples"]] == [
        "Move the deal of [name] to [amount of money] and mail [e-mail address",
        "the deal",
    ]
    assert record["adoption_examples"] == ['opportunity_search {"name":"[name]"}'] * 2
    assert max(len(text) for text in record["cue_examples"]) == 160
    assert used(entry, play, UsageConfig(capture_examples=True, max_examples_per_entry=0))["cue_examples"] == []
    assert "cue_examples" not in used(entry, play)


def test_usage_is_plain_json() -> None:
    entry = make_entry("deal", kind="keyword")
    record = used(entry, played(turn("the deal", SEARCHED)), UsageConfig(capture_examples=True))
    assert isinstance(record["metadata"]["cue"], dict)
    assert dumps(record)


def test_what_was_withheld_is_told_from_what_had_no_room() -> None:
    entry = make_entry("deal", kind="keyword")
    lessons = Lessons(KEY, 1, withheld=(entry.id,), withhold_rates={entry.id: 0.1})
    usage = track(book(entry), lessons, played(turn("the deal", SEARCHED)), UsageConfig())
    record = usage["roles"]["student"][entry.id]
    assert (record["shown"], record["withheld"], record["cue_hits"]) == (False, True, 2)
    assert usage["session"]["entries_withheld"] == 1
    assert usage["session"]["cue_hits"] == 0, "what was not shown cannot have been followed"
