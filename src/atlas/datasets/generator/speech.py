"""Speech: how requests and replies are worded, from phrase banks with alternatives."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

_START = "\x00"
_CHOICE = re.compile(r"\[([^\[\]]*)\]")

DO_FIRST = (
    "{}.",
    "{}.",
    "Please {}.",
    "Can you {}?",
    "Could you {}?",
    "I need you to {}.",
    "{}, please.",
    "Could you please {}?",
    "I'd like you to {}.",
    "Hi, please {}.",
    "Would you {}?",
    "Kindly {}.",
    "Hey, can you {}?",
    "Good morning! Please {}.",
    "Quick one: {}.",
    "We need to {}.",
    "I want to {}.",
)
DO_LATER = (
    "{}.",
    "{}.",
    "Please {}.",
    "Now {}.",
    "Then {}.",
    "Also {}.",
    "Next, {}.",
    "And {}.",
    "Can you also {}?",
    "OK, {}.",
    "Great, now {}.",
    "Thanks. Please {}.",
    "After that, {}.",
    "One more thing: {}.",
    "Could you {}?",
    "Good. {}.",
    "Let's {}.",
    "Fine, then {}.",
    "I also need you to {}.",
    "Perfect, {}.",
)
JOINT = ("We need", "I want", "Let's")
"""Frames in which the user acts too, so that "tell me" does not fit."""
ASK_FIRST = ("{}?", "{}?", "{}?", "Quick question: {}?", "Hi, {}?", "Tell me, {}?", "Before my call: {}?")
ASK_LATER = ("{}?", "{}?", "{}?", "And {}?", "OK, and {}?", "Thanks. {}?", "One more question: {}?", "Now, {}?")
WANT_FIRST = (
    "What is {}?",
    "Tell me {}.",
    "I need {}.",
    "Can you give me {}?",
    "Please look up {}.",
    "Show me {}.",
    "Could you find {}?",
    "I'm looking for {}.",
    "Give me {}, please.",
    "Can you check {}?",
    "Let me know {}.",
    "Do you have {}?",
    "Please get me {}.",
    "Remind me of {}.",
)
WANT_LATER = (
    "What is {}?",
    "Now tell me {}.",
    "I also need {}.",
    "And {}?",
    "Also give me {}.",
    "Show me {}, too.",
    "Can you also check {}?",
    "Then look up {}.",
    "And what is {}?",
    "Next, get me {}.",
    "OK, what is {}?",
)


@dataclass(frozen=True, slots=True)
class Bank:
    """The ways to say one thing. `[a|b]` stands for either, `{slot}` for a value.

    `do` are imperative clauses ("close {deal}"), `ask` direct questions without the mark, `want` noun phrases
    of what is wanted, `say` whole messages. The first three get one of the usual frames around them.
    """

    do: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    want: tuple[str, ...] = ()
    say: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.do) + len(self.ask) + len(self.want) + len(self.say)

    def worded(self, rng: Random, *, first: bool, **slots: object) -> str:
        """One wording; `first` tells whether it opens the conversation."""
        groups = (
            (self.do, DO_FIRST if first else DO_LATER),
            (self.ask, ASK_FIRST if first else ASK_LATER),
            (self.want, WANT_FIRST if first else WANT_LATER),
            (self.say, ("{}",)),
        )
        template, frames = rng.choice([(text, frames) for texts, frames in groups for text in texts])
        clause = expand(rng, template)
        fitting = [frame for frame in frames if not (" me" in clause and frame.startswith(JOINT))]
        return sentence(rng.choice(fitting).replace("{}", clause), **slots)


def expand(rng: Random, template: str) -> str:
    """The template with every `[a|b]` replaced by one of its alternatives, innermost first."""
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), template)
    return template


def expansions(template: str) -> Iterator[str]:
    """Every text a template without nested alternatives can give."""
    parts = _CHOICE.split(template)
    choices = [part.split("|") if number % 2 else [part] for number, part in enumerate(parts)]
    return ("".join(parts) for parts in product(*choices))


def sentence(template: str, **slots: object) -> str:
    """The template tidied, its slots filled, "an" before a status that wants it, a capital letter at each start.
    Slot values stay as they are, but for the first letter of one that begins a sentence.
    """
    text = re.sub(r" +", " ", template).strip()
    text = re.sub(r" ([,.?!])(?![{\w])", r"\1", text)
    text = re.sub(r"([.?!])\.", r"\1", text)
    text = re.sub(r"(^|[.?!] )(\w|\{)", lambda found: f"{found[1]}{_START}{found[2]}", text)
    text = _AN.sub(r"\1n ", text.format(**slots))
    text = _MANY.sub("are", _DOLLARS.sub("dollar", text)).replace(" on the end of ", " at the end of ")
    return re.sub(f"{_START}(\\S*)", lambda found: _opening(found[1]), text)


_AN = re.compile(
    r"\b([Aa]) (?=(?:[Aa]ctive|[Aa]pproved|[Ii]nactive)\b|\$?(?:8\d*|1[18])(?:[ k%]|,\d|\.\d))", re.ASCII
)
_DOLLARS = re.compile(r"(?<=\d )dollars(?= (?:deal|quote|contract|opportunity|proposal|offer)\b)")
_MANY = re.compile(r"(?<=\b[Ww]hat )is(?= (?:all|the (?:names|contacts|people|files|documents|notes))\b)")


def _opening(word: str) -> str:
    """The first word of a sentence; a file name, an address or "v2" keeps its letters."""
    code = re.search(r"[\d_@/]|\w\.\w", word) is not None
    return word if code else word[:1].upper() + word[1:]


def money(amount: float) -> str:
    """Dollars as a careful writer gives them: "$48,500", "$48,512.50"."""
    return f"${amount:,.0f}" if amount == int(amount) else f"${amount:,.2f}"


def spoken_money(rng: Random, amount: float) -> str:
    """Dollars as users type them; every form means exactly `amount`."""
    forms = [
        money(amount),
        money(amount),
        f"{money(amount)[1:]} dollars",
        f"USD {money(amount)[1:]}",
        f"{amount:.15g}",
    ]
    if 1_000 <= amount < 1_000_000 and amount % 100 == 0:
        forms.append(f"{amount / 1000:.10g}k")
        forms.append(f"${amount / 1000:.10g}k")
    if amount >= 1_000_000 and amount % 10_000 == 0:
        forms += [f"{amount / 1_000_000:.10g} million", f"${amount / 1_000_000:.10g}M"]
    return rng.choice(forms)


def spoken_debt(rng: Random, amount: float) -> str:
    """Minus `amount` as users type it."""
    digits = money(amount)[1:]
    return rng.choice((f"-{digits}", f"-{digits}", f"-{digits} dollars", f"-{amount:.15g}"))


def spoken_percent(rng: Random, percent: float) -> str:
    return rng.choice(("{:.10g}%", "{:.10g}%", "{:.10g} percent")).format(percent)


def long_date(day: date) -> str:
    """ "April 17, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


def spoken_date(rng: Random, day: date, today: date) -> str:
    """A future day as users give it, absolute or relative to `today`; every form means exactly `day`."""
    forms = [str(day), long_date(day), long_date(day), f"{day.day} {day:%B %Y}", f"{day:%b} {day.day}, {day.year}"]
    if timedelta(0) < day - today < timedelta(days=330):
        forms += [f"{day:%b} {day.day}", f"{day:%B} {day.day}", f"{day.day} {day:%B}"]
    if day.day == monthrange(day.year, day.month)[1] and timedelta(0) < day - today < timedelta(days=330):
        forms += [f"the end of {day:%B}", f"the last day of {day:%B}"]
    weeks, rest = divmod((day - today).days, 7)
    if not rest and 1 < weeks < 11:
        forms += [f"{_WORDS[weeks]} weeks from today", f"{_WORDS[weeks]} weeks from now"]
    return rng.choice(forms)


def future_day(rng: Random, today: date, *, least: int = 8, most: int = 240) -> date:
    """A day that users might name: any weekday, the end of a month, or some whole weeks ahead."""
    style = rng.random()
    if style < 0.25:
        day = today + timedelta(days=rng.randint(max(least, 32), most))
        return day.replace(day=monthrange(day.year, day.month)[1])
    if style < 0.45:
        return today + timedelta(weeks=rng.randint(2, 10))
    return today + timedelta(days=rng.randint(least, most))


_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_word(number: int) -> str:
    """Small numbers in words, others in digits."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def listed(items: list[str], last: str = "and") -> str:
    """ "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


_CLUMSY = re.compile(
    r"\bof (?:it|her|him)\b(?! (?:is|has|was)\b)|\"'s\b|s's\b|\bon the (?:end|last day) of\b", re.IGNORECASE
)
"""What a template and a value can make of each other that nobody writes: "the stage of it", "Partners's"."""


def unless_taken(taken: set[str], attempts: int, wording: Callable[[], str]) -> str:
    """A wording that nobody has used yet and that is not clumsy, or the last one tried; it counts as taken now."""
    for _ in range(attempts):
        text = wording()
        if text not in taken and not _CLUMSY.search(text):
            break
    taken.add(text)
    return text
