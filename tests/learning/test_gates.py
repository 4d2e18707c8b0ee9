"""The gates, entry by entry."""

from __future__ import annotations

import pytest

from atlas.core.json import JsonObject
from atlas.core.playbook import CueType, Entry
from atlas.learning.config import LearningConfig
from atlas.learning.gates import Gate, Ground, check, covered
from tests.learning.making import GROUND, HANDLES, make_entry

DATA_TOOLS = Ground(("data.query", "data.query_all", "logs.search"))


def gate(name: str, entry: Entry, block: JsonObject | None = None, ground: Ground = GROUND) -> Gate:
    return next(g for g in check(entry, LearningConfig.model_validate(block or {}), ground) if g.name == name)


def test_a_good_entry_passes_all_gates() -> None:
    assert [(g.name, g.reasons) for g in check(make_entry(), LearningConfig(), GROUND)] == [
        ("actionability", ()),
        ("cue", ()),
        ("generality", ()),
        ("length", ()),
    ]


@pytest.mark.parametrize(
    ("handle", "reason"),
    [
        ("opportunity_search", None),
        ("opportunity_*", None),
        ("*_search", None),
        ("[co]*_search", None),
        (None, "handle is missing"),
        ("  ", "handle is missing"),
        ("Opportunity_Search", "is not a tool"),
        ("search_opportunities", "is not a tool"),
        ("invoice_*", "is not a tool"),
        ("*", "names no tool in particular"),
        ("?*", "names no tool in particular"),
    ],
)
def test_the_handle_must_be_a_real_tool(handle: str | None, reason: str | None) -> None:
    reasons = gate("actionability", make_entry(handle=handle)).reasons
    assert (reason is None and not reasons) or (reason is not None and reason in reasons[0])


@pytest.mark.parametrize("imperative", ["", "  ", "...", "—"])
def test_there_must_be_something_to_do(imperative: str) -> None:
    assert gate("actionability", make_entry(imperative=imperative)).reasons == ("the imperative is missing",)


def test_the_tool_name_must_be_a_real_tool() -> None:
    assert gate("actionability", make_entry(tool_name="client_search")).passed
    assert gate("actionability", make_entry(tool_name="client_*")).reasons == (
        "'client_*' is not a tool of this environment",
    )


def test_no_handle_is_real_where_there_are_no_tools() -> None:
    assert not gate("actionability", make_entry(), ground=Ground(())).passed


def test_schema_lists_narrow_the_tools() -> None:
    exact = {"schema": {"allowed_runtime_handles": ["client_search", "opportunity_*"]}}
    assert gate("actionability", make_entry(handle="opportunity_search"), exact).passed
    assert gate("actionability", make_entry(handle="quote_details"), exact).reasons == (
        "'quote_details' is not among the allowed handles",
    )
    assert not gate(
        "actionability", make_entry(handle="*_search"), {"schema": {"runtime_handle_prefixes": ["client_"]}}
    ).passed
    assert gate(
        "actionability", make_entry(handle="client_*"), {"schema": {"runtime_handle_prefixes": ["client_"]}}
    ).passed


def test_a_listed_handle_must_still_exist() -> None:
    block = {"schema": {"allowed_runtime_handles": ["logs.search", "data.query*"]}}
    assert gate("actionability", make_entry(handle="data.query*"), block, DATA_TOOLS).passed
    assert gate("actionability", make_entry(handle="data.query_all"), block, DATA_TOOLS).passed
    assert not gate("actionability", make_entry(handle="data.query*"), block).passed


def test_advice_without_a_tool_can_be_let_in() -> None:
    block = {"schema": {"allow_missing_tool_mapping": True}}
    assert gate("actionability", make_entry(handle=None), block).passed
    assert not gate("actionability", make_entry(handle="no_such_tool"), block).passed


def test_covered() -> None:
    assert covered("client_*", HANDLES) == ["client_search"]
    assert covered("data.query", ["dataxquery", "data.query"]) == ["data.query"]


@pytest.mark.parametrize(
    ("kind", "pattern", "reason"),
    [
        ("regex", r"\bclose\b.*\bdeal\b", None),
        ("regex", r"(a+)+$", None),
        ("keyword", "close date", None),
        ("predicate", "quote AND NOT draft", None),
        ("regex", "(unclosed", "not a regular expression"),
        ("regex", r"(?!draft)", "not a regular expression"),
        ("regex", r"(\w{1,30}\s){1,30}", "too large"),
        ("regex", "x^y", "no text was found"),
        ("regex", r"[^\s\S]", "no text was found"),
        ("regex", "", "blank"),
        ("regex", "a" * 301, "at most 300"),
        ("keyword", "?!", "no word"),
        ("predicate", "a AND NOT a", "no text was found"),
        ("predicate", "a AND", "expected a word"),
    ],
)
def test_the_cue_must_work(kind: CueType, pattern: str, reason: str | None) -> None:
    reasons = gate("cue", make_entry(pattern, kind=kind)).reasons
    assert (reason is None and not reasons) or (reason is not None and reason in reasons[0])


def test_only_the_configured_cue_types_are_accepted() -> None:
    block = {"schema": {"cue_types": ["regex"]}}
    assert gate("cue", make_entry(), block).passed
    assert not gate("cue", make_entry("deal", kind="keyword"), block).passed


CUSTOMER = Ground(HANDLES, frozenset({"Northwind Logistics", "Dana Whitfield"}))


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("Write the stage in lowercase", True),
        ("Ask for at most 2000 rows", True),
        ("Use the exact case of the enum", True),
        ("Look up INC-12345 first", False),
        ("Search for Northwind Logistics", False),
        ("Search for northwind logistics", False),
        ("Ask Whitfield", False),
        ("Set the date to 2026-03-31", False),
        ("Mail dana@northwind.com", False),
        ("Call +49 30 1234567", False),
        ("Write a postmortem", False),
        ("Write postmortems", True),
    ],
)
@pytest.mark.parametrize("field", ["imperative", "effect", "constraints", "applies_when", "description"])
def test_generality_of_every_field(text: str, passes: bool, field: str) -> None:
    words = {"imperative": "Search first", "effect": "E", "constraints": "", "applies_when": "", "description": "D"}
    words[field] = text
    entry = make_entry(
        imperative=words["imperative"],
        effect=words["effect"],
        constraints=words["constraints"],
        applies_when=words["applies_when"],
        description=words["description"],
    )
    assert gate("generality", entry, ground=CUSTOMER).passed is passes


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        (r"\bINC-\d+\b", True),
        (r"\d{4}-\d{2}-\d{2}", True),
        (r"\S+@\S+", True),
        (r"INC\-12345", False),
        (r"\bnorthwind\b", False),
        (r"dana@northwind\.com", False),
        (r"2026-03-\d\d", False),
    ],
)
def test_generality_of_the_cue(pattern: str, passes: bool) -> None:
    assert gate("generality", make_entry(pattern), ground=CUSTOMER).passed is passes


def test_generality_of_arguments() -> None:
    assert gate("generality", make_entry(arguments={"stage": "Closed-Won"})).passed
    assert not gate("generality", make_entry(arguments={"query": {"email": "dana@northwind.com"}})).passed


def test_generality_lists_of_the_config() -> None:
    entry = make_entry(imperative="In an incident, search for Northwind Logistics and ISO-20022 or ABC-20022")
    reasons = gate("generality", entry, ground=CUSTOMER).reasons
    assert reasons == ("record id 'ABC-20022'", "name 'Northwind Logistics' of the task's own data")
    gates = {"allowed_proper_nouns": ["northwind logistics", "ABC-20022"], "banned_incident_tokens": ["Incident"]}
    assert gate("generality", entry, {"gates": gates}, CUSTOMER).reasons == ("banned word 'Incident'",)


def test_length_counts_every_field_and_allows_a_margin() -> None:
    gates = {"max_text_length": 100, "allow_length_overflow_margin": 10}
    pattern, description = "deal", "d"
    fixed = len(pattern) + len(description) + 1 + 1 + len("E")

    def of(size: int) -> Gate:
        entry = make_entry(
            pattern, kind="keyword", description=description, imperative="i" * (size - fixed), effect="E"
        )
        return gate("length", entry, {"gates": gates})

    assert of(110).passed
    assert of(111).reasons == ("111 characters, at most 110 are allowed",)


@pytest.mark.parametrize("name", ["actionability", "cue", "generality"])
def test_enforcement_is_configured_gate_by_gate(name: str) -> None:
    assert gate(name, make_entry()).enforced
    assert not gate(name, make_entry(), {"gates": {f"enforce_{name}": False}}).enforced
    assert gate("length", make_entry(), {"gates": {f"enforce_{name}": False}}).enforced
