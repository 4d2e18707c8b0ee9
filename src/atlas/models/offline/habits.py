"""Habits: the mistakes a simulated student is prone to, how often it makes each, and which words change that.

This file is the whole truth about the simulated student's faults. A habit strikes in a turn when a uniform draw
of (seed, habit, request, turn number) is below its rate. The draw depends on nothing else, so two arms, a retry
and a repeated run see the same draws, and only a changed rate changes the behaviour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache

from atlas.errors import ConfigError
from atlas.models.offline.draws import uniform


@dataclass(frozen=True)
class Habit:
    """One mistake.

    `rate` is how often it is made in a turn that gives occasion for it. A line of advice that matches
    `addressed_by` lowers the rate to rate * (1 - compliance); a line that matches `misled_by` raises it to
    rate + (1 - rate) * susceptibility, and does not count as addressing the habit whatever else it says.
    """

    name: str
    mistake: str
    rate: float
    addressed_by: str
    misled_by: str
    compliance: float = 0.9
    susceptibility: float = 0.6


HABITS: tuple[Habit, ...] = (
    Habit(
        "enum_case",
        "writes a stage or status in the user's spelling instead of the tool's, and gives up on the error",
        0.045,
        r"(?:exact|same|listed|allowed|schema|valid|official|canonical)\w*\b.*\b(?:spell|capital|letters?|"
        r"values?|wording|written)|"
        r"\b(?:spell|capital)\w*.*\b(?:exact|schema|tool|lists?)|(?:stage|status)\b.*\b(?:exactly|as the "
        r"(?:tool|schema) lists)",
        r"(?:spell\w*|capital\w*) (?:does not|doesn't|do not|don't) matter|in the user's (?:own )?(?:words|"
        r"spelling|wording)|lower[- ]?case (?:stage|status|values?)",
    ),
    Habit(
        "invented_id",
        "passes a name or a made-up id where an id is due, instead of looking the record up",
        0.02,
        r"\b(?:look(?:ing)? (?:\w+ ){0,4}up|search|find)\b.*\b(?:ids?|identifiers?|record|first|before)|"
        r"\bids?\b.*\b(?:returned|from a (?:search|tool)|never (?:invent|guess|make)|not (?:invent|guess))|"
        r"\b(?:invent|guess|make up|made[- ]up)\w*\b.*\bids?\b",
        r"skip the (?:search|look-?up)|without (?:a )?search(?:ing)?|(?:use|pass|give) the name (?:as|instead "
        r"of|in place of)|no need to (?:search|look)|derive the id from the name",
    ),
    Habit(
        "first_hit",
        "searches by part of the name and takes the first hit without comparing names",
        0.07,
        r"\b(?:compare|check|match|verify|confirm)\w*\b.*\b(?:names?|hits?|results?|candidates?)\b|\b(?:full|"
        r"exact|whole|complete|identical)\w*\b.*\bnames?\b|"
        r"\bnames?\b.*\b(?:exact|identical|similar|nearly|near-equal|alike)|(?:several|more than one|multiple|"
        r"first) (?:search )?(?:hits?|results?|match|record)",
        r"\b(?:always |just |simply )?(?:use|take|pick|trust|choose) the first (?:search )?(?:hit|result|"
        r"match|record)|first (?:hit|result|match) is (?:always )?(?:right|correct|good enough)",
    ),
    Habit(
        "date_format",
        "writes a date the American way and gives up on the error",
        0.06,
        r"\b(?:ISO|YYYY|yyyy)\b|\bdates?\b.*\b(?:format|form|written|write|year first|year-month-day)|"
        r"\byear[- ]month[- ]day",
        r"\bdates?\b.*\b(?:MM/DD|american|as the user (?:writes|wrote|says|said)|in the user's)|month[- ]first",
    ),
    Habit(
        "relative_date",
        "miscounts a date that is given relative to today or to the present value, by one day",
        0.10,
        r"\b(?:relative|calendar|count|work out|reckon|calculat|comput|weekday|end of (?:the "
        r")?month)\w*\b.*\b(?:date|day|today|week|month)|\bdates?\b.*\b(?:relative|count|today|calculat|"
        r"comput|work(?:ed)? out|calendar)",
        r"(?:roughly|approximate|about right|estimate).*\b(?:date|day)|\bdates?\b.*\b(?:roughly|approximate|"
        r"good enough|need not be exact)",
    ),
    Habit(
        "money_misread",
        "drops the scale of an amount such as 48.5k or 1.2 million",
        0.20,
        r"\b(?:thousand|million|suffix|abbreviat|shorthand|scale|short forms?|\dk\b|letter k)\w*|"
        r"\bamounts?\b.*\b(?:in full|full number|expand|zeros?|digits)",
        r"\b(?:ignore|drop|leave out)\b.*\b(?:suffix|scale|thousand|million|letter)|(?:suffix|scale)\w* "
        r"(?:does not|doesn't|do not|don't) matter",
    ),
    Habit(
        "currency_string",
        "sends an amount as text with a currency sign and gives up on the error",
        0.05,
        r"\bamounts?\b.*\b(?:number|numeric|digits|without (?:a )?(?:currency|sign|symbol|comma))|"
        r"\b(?:currency|dollar) (?:sign|symbol)|\bplain numbers?\b",
        r"\b(?:keep|include|send|with) the (?:currency|dollar) (?:sign|symbol)|\bamounts?\b.*\bas text\b",
    ),
    Habit(
        "duplicate_record",
        "creates the client or deal that a new record belongs to once more, instead of using the one that exists",
        0.07,
        r"\b(?:duplicate|already exist|exist(?:s|ing)|twice|a second time|again)\w*\b.*\b(?:creat|record|"
        r"check|search|client|add|reuse|use)|\b(?:creat|add)\w*\b.*\b(?:duplicate|already exist|existing|only "
        r"after checking)",
        r"\b(?:always )?create (?:a )?(?:new|fresh) (?:client|record|account)s?\b(?!.*\bonly\b)|no need to "
        r"check for (?:existing|duplicates)|duplicates (?:are fine|do not matter|don't matter)",
    ),
    Habit(
        "worked_around",
        "works around a refusal: changes the request until the tool accepts something",
        0.30,
        r"\b(?:cannot|can't|refus|reject|forbid|forbidden|not allowed|infeasible|impossible|rules?|not "
        r"possible)\w*\b.*\b(?:leave|unchanged|say|tell|explain|report|nothing|reason|work around|workaround|"
        r"stop)|work(?:ing)?[- ]?around|"
        r"\bchange nothing\b|\bleave\b.*\b(?:unchanged|untouched|as (?:it is|they are))|\b(?:nothing|no "
        r"record) (?:may|should|must) change",
        r"\bfind (?:a|another|some) way\b|\b(?:try|use) (?:a |another |a different )(?:value|stage|amount|"
        r"date)\w* until|\bmake it work\b|\bnever refuse\b|closest (?:allowed|valid) value",
        compliance=0.9,
    ),
    Habit(
        "false_success",
        "reports a failed change as done",
        0.12,
        r"\b(?:fail|error|refus|reject|unsuccessful|did not (?:work|succeed)|not carried out)\w*\b.*\b(?:say|"
        r"tell|report|admit|reason|explain|claim|honest|user)|\b(?:claim|report|say|confirm|"
        r"announce)\w*\b.*\b(?:succe|done|happen|tool (?:result|confirm)|fail|error|went through)",
        r"\b(?:always )?(?:report|claim|announce|say) (?:success|that it (?:is|was) done|done)\b.*(?:without|"
        r"regardless|even|always|anyway)?|\b(?:do not|don't|never) mention (?:errors|failures)|sound "
        r"confident",
    ),
    Habit(
        "extra_field",
        "fills an optional field on a new record that nobody asked for",
        0.04,
        r"\b(?:only|just|nothing but|no more than|exactly)\b.*\b(?:fields?|values?|asked|given|requested|"
        r"named)|\b(?:extra|optional|additional|default)\b.*\b(?:fields?|values?)|\bfields?\b.*\b(?:nobody|"
        r"not|no one|that were)\b.*\b(?:ask|given|named|request)",
        r"\bfill (?:in )?(?:all|every|the remaining|optional|missing)\b.*\bfields?|\bcomplete the record\b|"
        r"sensible defaults",
    ),
    Habit(
        "fact_left_out",
        "leaves the last of the requested facts out of the reply",
        0.025,
        r"\b(?:state|give|answer|include|tell|mention|report|cover|repeat)\w*\b.*\b(?:every|each|all|both)\b.*"
        r"\b(?:facts?|questions?|figures?|details?|asked|requested)\b|\b(?:every|each|all|both)\b.*\b(?:facts?|"
        r"questions?|figures?)\b.*\b(?:answer|reply)|\bleave (?:nothing|no (?:fact|question)) out",
        r"\b(?:as short as possible|one fact|keep (?:the )?(?:reply|answer)s? to one|only the (?:main|first|"
        r"most important) (?:fact|figure|point))",
    ),
    Habit(
        "stops_early",
        "does the first part of a request and forgets the rest",
        0.06,
        r"\b(?:every|each|all|both|several|remaining|second|rest)\b.*\b(?:parts?|steps?|things?|tasks?|"
        r"changes?|items?|of the request)|\b(?:multi-?part|several things|more than one (?:thing|change)|"
        r"whole request)|\bbefore (?:you )?(?:answer|reply|stop|finish)ing?\b.*\b(?:check|done|finish)",
        r"\bone (?:thing|change|step) (?:at a time|per turn|is enough)|\bstop after the first\b|only (?:do "
        r")?the first (?:part|step|item)",
    ),
    Habit(
        "wrong_reference",
        "takes \"that deal\" or \"the second quote\" for another record of the conversation",
        0.05,
        r"\b(?:refer|pronoun|earlier|previous|conversation|that deal|mentioned|last (?:named|mentioned)|most "
        r"recent(?:ly)?|latest)\w*\b.*\b(?:record|deal|quote|contact|client|turn|named|mean|one|mention)|"
        r"\b(?:record|deal|quote|one)\b.*\b(?:mentioned|referred|earlier (?:turn|message)|previous (?:turn|"
        r"message))",
        r"\b(?:use|take|assume|pick) (?:the )?(?:first|oldest) (?:record|deal|one) (?:mentioned|of the "
        r"conversation)|\bignore (?:the )?(?:earlier|previous) (?:turns|messages|conversation)",
    ),
    Habit(
        "filter_ignored",
        "counts and compares closed records too when only the open ones are asked for",
        0.18,
        r"\b(?:open|closed)\b.*\b(?:count|leave out|exclude|only|filter|add|total|list|compar)|\b(?:count|add|"
        r"total|list|compar|filter)\w*\b.*\b(?:open|closed|that meet|conditions?)",
        r"\b(?:count|include) (?:all|every|closed)\b.*\b(?:deals?|records?)|\bclosed (?:deals|ones) count "
        r"(?:too|as open)",
    ),
)  # fmt: skip

BY_NAME: dict[str, Habit] = {habit.name: habit for habit in HABITS}
_NEGATION = re.compile(
    r"\b(?:not|never|don't|avoid|no|without|rather than|instead of|stop)\b[\w\s,']{0,24}$", re.IGNORECASE
)


@dataclass(frozen=True)
class HabitProfile:
    """How prone a simulated student is to each habit. Names that are not given keep the habit's own numbers.

    All numbers are in [0, 1]. Raises `ConfigError` for a habit that does not exist or a number outside.
    """

    rates: Mapping[str, float] = field(default_factory=dict)
    """How often each habit's mistake is made when nothing addresses it."""
    compliance: Mapping[str, float] = field(default_factory=dict)
    """The part of the rate that advice which addresses the habit takes away."""
    susceptibility: Mapping[str, float] = field(default_factory=dict)
    """How far towards 1 advice that misleads the student raises the rate."""
    seed: int = 0
    """Seeds the draws, together with the habit, the request and the turn number."""

    def __post_init__(self) -> None:
        for key, numbers in (
            ("rates", self.rates),
            ("compliance", self.compliance),
            ("susceptibility", self.susceptibility),
        ):
            for name, number in numbers.items():
                _check(key, name, number)

    @classmethod
    def flawless(cls, seed: int = 0) -> HabitProfile:
        """No mistakes at all."""
        return cls(rates={habit.name: 0.0 for habit in HABITS}, seed=seed)

    @classmethod
    def only(cls, name: str, rate: float = 1.0, seed: int = 0) -> HabitProfile:
        """One habit at `rate`, all others never."""
        return cls(rates={habit.name: rate if habit.name == name else 0.0 for habit in HABITS}, seed=seed)

    def drawn_by(self, seed: int | None) -> HabitProfile:
        """The same habits with the draws of another seed; with those of its own when there is none."""
        return self if seed is None else replace(self, seed=seed)

    def rate(self, name: str, advice: Sequence[str] = ()) -> float:
        """The rate of a habit for a student that reads these lines of advice."""
        base = self.rates.get(name, BY_NAME[name].rate)
        if addresses(name, tuple(advice)):
            base *= 1.0 - self.compliance.get(name, BY_NAME[name].compliance)
        if misleads(name, tuple(advice)):
            base += (1.0 - base) * self.susceptibility.get(name, BY_NAME[name].susceptibility)
        return base

    def strikes(self, name: str, request: str, turn: int, advice: Sequence[str] = ()) -> bool:
        """Whether the habit's mistake is made in this turn, if there is occasion for it."""
        return uniform(self.seed, "habit", name, request, str(turn)) < self.rate(name, advice)


def effects(line: str, profile: HabitProfile | None = None) -> dict[str, tuple[float, float]]:
    """The planted truth about one line of advice: each habit whose rate it changes, rate before and after."""
    known = profile or HabitProfile()
    pairs = {habit.name: (known.rate(habit.name), known.rate(habit.name, (line,))) for habit in HABITS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@lru_cache(maxsize=4096)
def addresses(name: str, advice: tuple[str, ...]) -> bool:
    """Whether a line is about avoiding this mistake."""
    return any(_address(name).search(line) and not _leads_astray(name, line) for line in advice)


@lru_cache(maxsize=4096)
def misleads(name: str, advice: tuple[str, ...]) -> bool:
    """Whether a line recommends this mistake; a line that warns of it ("never use the first hit") does not."""
    return any(_leads_astray(name, line) for line in advice)


def _leads_astray(name: str, line: str) -> bool:
    return any(_NEGATION.search(line[: found.start()]) is None for found in _mislead(name).finditer(line))


@lru_cache(maxsize=64)
def _address(name: str) -> re.Pattern[str]:
    return re.compile(BY_NAME[name].addressed_by, re.IGNORECASE)


@lru_cache(maxsize=64)
def _mislead(name: str) -> re.Pattern[str]:
    return re.compile(BY_NAME[name].misled_by, re.IGNORECASE)


def _check(key: str, name: str, number: float) -> None:
    if name not in BY_NAME:
        near = get_close_matches(name, BY_NAME, n=1, cutoff=0.0)[0]
        raise ConfigError(f"habits {key}: there is no habit '{name}'; did you mean '{near}'?")
    if not 0.0 <= number <= 1.0:
        raise ConfigError(f"habits {key}: '{name}' is {number}; give a number from 0 to 1")
