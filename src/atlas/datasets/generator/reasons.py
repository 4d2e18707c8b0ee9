"""Reasons: what a right refusal says, in many wordings, and the signs by which a reply gives another reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from atlas.core.tasks import Fact
from atlas.datasets.generator import facts

Family: TypeAlias = Literal[
    "amount",
    "odds",
    "date",
    "closed",
    "blank",
    "missing",
    "email",
    "taken",
    "field",
    "value",
    "found",
    "home",
    "file",
]

SIGNS: dict[Family, tuple[Fact, ...]] = {
    "amount": (
        facts.dollars(10_000_000),
        *facts.texts(
            "greater than zero",
            "greater than 0",
            "above zero",
            "more than zero",
            "positive number",
            "positive amount",
            "be positive",
            "be negative",
            "numeric",
            "be a number",
            "valid number",
        ),
    ),
    "odds": facts.texts(
        "1 and 99", "1 to 99", "1% to 99%", "whole number", "whole percentage", "integer", "decimals"
    ),
    "date": facts.texts(
        "in the past", "past date", "in the future", "future date", "today or later", "before today", "a valid date"
    ),
    "closed": facts.texts("already closed", "closed deal", "closed deals", "closed opportunity", "is closed"),
    "blank": facts.texts("be blank", "be empty", "left blank", "left empty"),
    "missing": facts.texts("required field", "missing required", "is mandatory", "something required"),
    "email": facts.texts("valid e-mail", "valid email", "malformed", "e-mail format", "email format"),
    "taken": facts.texts(
        "already exists", "already in use", "already taken", "already belongs", "already registered"
    ),
    "field": facts.texts("no such field", "no field", "unknown field"),
    "value": facts.texts(
        "must be one of",
        "a valid stage",
        "a valid status",
        "no such stage",
        "no such status",
        "that spelling",
        "exact spelling",
    ),
    "found": facts.texts("not found", "could not find", "couldn't find", "could not be found", "no such record"),
    "home": facts.texts("not a contact of", "not a contact at", "another client", "different client"),
    "file": facts.texts("extension", "file type", "letters, numbers", "special characters", "file name"),
}
"""By family of reasons, what a reply that gives another one does not say."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a request must be declined. A right refusal states one of `told`, and no sign of a reason that is not so.

    `near` are families that a right refusal may well touch: the place of a missing amount "must not be blank".
    """

    family: Family
    told: tuple[Fact, ...]
    near: tuple[Family, ...] = ()

    def plus(self, *told: Fact) -> Reason:
        """The same reason, which may also be told like this."""
        return replace(self, told=(*self.told, *told))

    @property
    def foreign(self) -> tuple[Fact, ...]:
        """Signs of reasons that are not so."""
        own = (self.family, *self.near)
        return tuple(sign for family, signs in SIGNS.items() if family not in own for sign in signs)


def lacking(*nouns: str, near: tuple[Family, ...] = ()) -> Reason:
    """Something required is not given; `nouns` are what it may be called, without an article."""
    forms = (
        "{0} is required",
        "{0} field is required",
        "{0} is a required",
        "{0} is mandatory",
        "{0} is missing",
        "{0} is needed",
        "{0} is not optional",
        "{0} isn't optional",
        "{0} cannot be",
        "{0} can't be",
        "{0} must",
        "{0} has to be",
        "requires {1}",
        "require {1}",
        "needs {1}",
        "need {1}",
        "have {1}",
        "without {1}",
        "without any {0}",
        "provide {1}",
        "give me {1}",
        "missing {0}",
        "missing {1}",
        "no {0}",
        "required {0}",
        "required field {0}",
        "argument {0}",
    )
    told = [form.format(noun, f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}") for noun in nouns for form in forms]
    return Reason("missing", facts.texts(*told), near=("blank", "found", "email", *near))


CLOSED = Reason("closed", facts.texts("closed"), near=("date",))
"""The word itself: nothing but the deal's state is called so."""
POSITIVE = Reason(
    "amount",
    facts.texts(
        *(
            f"{than} {zero}"
            for than in ("greater than", "more than", "above", "over", "higher than", "larger than")
            for zero in ("zero", "0", "$0", "0.00", "$0.00")
        ),
        *(
            f"{a} {noun}"
            for a in ("positive", "negative")
            for noun in ("amount", "value", "number", "figure", "price", "amounts", "values", "numbers")
        ),
        *(
            f"{a} {noun}"
            for a in ("zero", "zero-dollar", "$0")
            for noun in ("amount", "value", "quote", "contract", "deal")
        ),
        *(
            f"{verb} {what}"
            for verb in ("be", "is", "of", "to", "as")
            for what in ("positive", "negative", "zero", "$0", "0")
        ),
        "below zero",
        "less than zero",
        "non-zero",
        "nonzero",
        "non-positive",
        "at least $0.01",
    ),
    near=("odds",),
)
LIMIT = Reason(
    "amount",
    (
        facts.dollars(10_000_000),
        *facts.texts(
            "10,000,000",
            "10M",
            "ten million",
            "the maximum",
            "maximum amount",
            "maximum value",
            "maximum allowed",
            "allowed maximum",
            "upper limit",
            "the limit",
            "too high",
            "too large",
            "too big",
        ),
    ),
)
NUMERIC = Reason(
    "amount",
    facts.texts(
        "numeric",
        "numerical",
        "non-numeric",
        "number",
        "numbers",
        "is text",
        "not text",
        "an amount of money",
        "valid amount",
        "actual amount",
        "concrete amount",
        "specific amount",
        "not an amount",
        "isn't an amount",
        "dollar amount",
        "dollar figure",
        "actual figure",
        "concrete figure",
        "specific figure",
        "in digits",
    ),
)
ODDS_RANGE = Reason(
    "odds",
    facts.texts(
        "1 and 99",
        "1% and 99%",
        "1 percent and 99 percent",
        "1 to 99",
        "1% to 99%",
        "1-99",
        "1%-99%",
        "1 through 99",
        "99%",
        "99 percent",
        "at most 99",
        "up to 99",
        "exceed 99",
        "above 99",
        "than 99",
        "below 100",
        "under 100",
        "less than 100",
        "at least 1",
        "at least 1%",
    ),
    near=("amount",),
)
WHOLE = Reason(
    "odds",
    facts.texts(
        "whole",
        "whole number",
        "whole-number",
        "integer",
        "integers",
        "decimal",
        "decimals",
        "decimal places",
        "fraction",
        "fractions",
        "fractional",
        "full percent",
        "full percentages",
    ),
    near=("amount",),
)
PAST = Reason(
    "date",
    facts.texts(
        "in the past",
        "past date",
        "past dates",
        "past day",
        "is past",
        "lies before",
        "already passed",
        "has passed",
        "already past",
        "already gone",
        "already over",
        "gone by",
        "earlier than today",
        "before today",
        "today or",
        "on or after today",
        "after today",
        "in the future",
        "future date",
        "backdate",
        "backdated",
    ),
)
NO_DATE = Reason(
    "date",
    facts.texts(
        "valid date",
        "valid calendar date",
        "valid day",
        "invalid date",
        "real date",
        "real calendar date",
        "actual date",
        "calendar",
        "no such date",
        "no such day",
        "not a date",
        "isn't a date",
        "not exist",
        "doesn't exist",
        "impossible date",
        "only has",
        "has only",
        "only 28",
        "only 30",
        "only 12",
        "only twelve",
        "no month",
        "no 13th month",
        "there is no February 30",
        "there is no 30 February",
        "no 30th",
        "no 31st",
        "no February 30",
        "no April 31",
        "no June 31",
        "no September 31",
        "no November 31",
    ),
)
_NO_TEXT = ("blank", "empty", "cleared", "removed")
_NEED = ("needs", "need", "requires", "require", "have", "has to have", "without", "keep")
NAMELESS = Reason(
    "blank",
    facts.texts(
        *(f"be {state}" for state in _NO_TEXT),
        *(f"left {state}" for state in _NO_TEXT[:2]),
        *(f"{state} name" for state in _NO_TEXT[:2]),
        *(f"{verb} {a} name" for verb in _NEED for a in ("a", "its", "some")),
        "blank names",
        "empty names",
        "name is required",
        "name is mandatory",
        "name is a required",
        "name field is required",
        "non-empty",
        "non-blank",
        "remove the name",
        "name cannot",
        "name can't",
    ),
    near=("missing",),
)
TEXTLESS = Reason(
    "blank",
    facts.texts(
        *(f"be {state}" for state in _NO_TEXT),
        *(f"left {state}" for state in _NO_TEXT[:2]),
        *(f"{state} {noun}" for state in _NO_TEXT[:2] for noun in ("note", "notes", "text", "content")),
        *(
            f"{verb} {noun}"
            for verb in (*_NEED, "without any", "no", "some", "needs some", "the")
            for noun in ("text", "content")
        ),
        *(f"{noun} is required" for noun in ("text", "content")),
        "non-empty",
        "non-blank",
        "what should the note say",
    ),
    near=("missing",),
)
TAKEN = Reason(
    "taken",
    facts.texts(
        *(
            f"already {verb}"
            for verb in ("exists", "in use", "used", "taken", "belongs", "registered", "has", "assigned")
        ),
        *(f"already {verb}" for verb in ("on file", "associated", "linked", "in the CRM", "recorded", "listed")),
        *(
            f"used by {whom}"
            for whom in ("another client", "an existing client", "a different client", "someone else")
        ),
        *(f"belongs to {whom}" for whom in ("another client", "an existing client", "a different client")),
        "is taken",
        "be unique",
        "duplicate",
        "same e-mail",
        "same email",
        "share an e-mail",
        "share an email",
    ),
    near=("home",),
)
BAD_EMAIL = Reason(
    "email",
    facts.texts(
        *(
            f"{how} {what}"
            for how in ("valid", "invalid", "proper", "complete", "full", "incomplete", "real", "an", "well-formed")
            for what in ("e-mail", "email", "address")
        ),
        *(
            f"{lack} {part}"
            for lack in ("missing", "missing its", "no", "lacks", "without", "incomplete", "needs")
            for part in ("a domain", "the domain", "domain", "an @", "the @", "@")
        ),
        "not valid",
        "isn't valid",
        "malformed",
        "e-mail format",
        "email format",
        "formatted",
        "wrong format",
        "right format",
        "two @",
        "double @",
        "incomplete",
        "top-level domain",
        "domain ending",
    ),
    near=("missing", "found"),
)
NO_FIELD = Reason(
    "field",
    facts.texts(
        "no field",
        "no such field",
        "no dedicated field",
        "no separate field",
        "not a field",
        "isn't a field",
        "field for",
        "unknown field",
        "unsupported field",
        "no property",
        "no place for",
        "nowhere to",
    ),
    near=("found", "missing"),
)
NOT_FOUND = Reason(
    "found",
    facts.texts(
        "not found",
        "no such",
        "could not find",
        "couldn't find",
        "cannot find",
        "can't find",
        "did not find",
        "didn't find",
        "unable to find",
        "could not be found",
        "couldn't be found",
        "could not locate",
        "couldn't locate",
        "can't locate",
        "unable to locate",
        "wasn't able to find",
        "does not exist",
        "doesn't exist",
        "do not exist",
        "don't see",
        "do not see",
        "not see",
        "no deal",
        "no opportunity",
        "no client",
        "no customer",
        "no account",
        "no quote",
        "no record",
        "no match",
        "no matching",
        "no results",
        "nothing called",
        "nothing named",
        "found no",
        "found nothing",
        "there is no",
        "there's no",
        "there isn't",
        "there is not",
        "has no",
        "have no",
        "does not have",
        "doesn't have",
        "don't have",
        "not in the CRM",
        "isn't in the CRM",
        "not on file",
        "only has",
    ),
    near=("home", "field"),
)
MISMATCH = Reason(
    "home",
    facts.texts(
        "not a contact",
        "isn't a contact",
        "not one of",
        "isn't one of",
        "not with",
        "isn't with",
        "not at",
        "isn't at",
        "not listed",
        "isn't listed",
        "not among",
        "isn't among",
        "not associated",
        "isn't associated",
        "not linked",
        "isn't linked",
        "not work",
        "doesn't work",
        "works at",
        "works for",
        "belongs to",
        "not belong",
        "doesn't belong",
        "is a contact at",
        "is a contact of",
        "is with",
        "no contact",
        "has no",
        "not found",
        "could not find",
        "couldn't find",
        "different client",
        "another client",
        "different company",
    ),
    near=("found", "taken"),
)
OTHER_CLIENT = MISMATCH.plus(
    *facts.texts(
        "not a deal of",
        "isn't a deal of",
        "not theirs",
        "isn't theirs",
        "not their",
        "another client's",
        "somebody else",
        "someone else",
        "is a deal of",
        "there is no deal",
        "no deal",
        "not tied to",
        "different account",
        "another account",
        "another customer",
        "different customer",
    )
)
UNSUPPORTED = Reason(
    "value",
    facts.texts(
        *(
            f"{a} {noun}"
            for a in ("valid", "invalid", "allowed", "available", "possible", "supported", "unsupported")
            for noun in (
                "stage",
                "status",
                "value",
                "stages",
                "statuses",
                "values",
                "option",
                "options",
                "choice",
                "choices",
            )
        ),
        *(
            f"{a} {noun}"
            for a in ("no such", "unknown", "not a", "isn't a", "no")
            for noun in ("stage", "status", "value")
        ),
        *(f"{a} one of" for a in ("be", "is", "not", "isn't", "use", "choose", "only")),
        "an option",
        "the options",
        "options are",
        "statuses are",
        "stages are",
        "can only be",
        "may only be",
        "must be one",
    ),
    near=("found", "field"),
)
SPELLING = UNSUPPORTED.plus(
    *facts.texts(
        "spelled",
        "spelling",
        "capital",
        "capitals",
        "capital letters",
        "capitalized",
        "capitalization",
        "casing",
        "case-sensitive",
        "uppercase",
        "upper case",
        "lowercase",
        "lower case",
        "leading",
        "trailing",
        "whitespace",
        "space",
        "spaces",
        "a blank",
        "the blank",
    )
)
_AT_ISSUE = (
    *(
        f"{{0}} {verb}"
        for verb in ("is not", "isn't", "cannot", "can't", "does not", "doesn't", "is no", "is invalid")
    ),
    *(f"{{0}} {verb}" for verb in ("is unsupported", "is unknown", "is rejected", "was rejected", "was refused")),
    *(
        f"{verb} {{0}}"
        for verb in ("no", "not", "not a", "isn't a", "have", "have a", "have an", "has no", "take", "accept")
    ),
    *(
        f"{verb} {{0}}"
        for verb in ("support", "support a", "know", "recognize", "called", "named", "store", "store the")
    ),
    *(
        f"{verb} {{0}}"
        for verb in ("track", "track the", "keep the", "record the", "use", "unsupported", "invalid")
    ),
    *(
        f"{{0}} {how}"
        for how in ("in that spelling", "in this spelling", "like that", "like this", "that way", "as typed")
    ),
    *(f"{{0}} {noun}" for noun in ("exactly", "with that", "with a", "field", "is not possible", "isn't possible")),
)


def at_issue(reason: Reason, value: str) -> Reason:
    """The same reason, told of the value or field that cannot be stored, be it denied or not."""
    return reason.plus(*facts.texts(*(form.format(value) for form in _AT_ISSUE)))


def not_on(noun: str, plural: str) -> Reason:
    """Records of this kind take no notes, or no documents."""
    return Reason(
        "value",
        facts.texts(
            *(f"{word} {a} {noun}" for word in ("to", "on", "for", "with", "is", "under") for a in ("a", "the")),
            *(f"{word} {plural}" for word in ("to", "on", "for", "with", "of", "not", "under", "individual")),
            *(f"{plural} {word}" for word in ("cannot", "can't", "don't", "do not", "aren't", "are not")),
            f"{noun} record",
            f"{noun} records",
            f"{noun} level",
            f"a {noun}",
            plural,
        ),
        near=("found", "file", "field"),
    )


UNSAFE = Reason(
    "file",
    facts.texts(
        "letters, numbers",
        "letters and numbers",
        "only letters",
        "character",
        "characters",
        "symbol",
        "symbols",
        "spaces",
        "a space",
        "blanks",
        "punctuation",
        "underscores",
        "hyphens",
        "not allowed in a file name",
        "not allowed in file names",
        "not a valid file name",
        "valid file name",
        "invalid file name",
        "valid filename",
        "invalid filename",
        "unsafe",
    ),
)
NO_EXTENSION = Reason(
    "file",
    facts.texts(
        "extension", "extensions", "file ending", "an ending", "no ending", "suffix", "file type", "file format"
    ),
    near=("missing",),
)
BAD_EXTENSION = Reason(
    "file",
    facts.texts(
        "extension", "extensions", "file type", "file types", "file format", "file formats", "type of file", "files"
    ),
)
