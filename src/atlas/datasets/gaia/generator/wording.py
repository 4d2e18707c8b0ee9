"""The wording of a query: one of several ways to ask for it."""

from __future__ import annotations

from random import Random

from atlas.datasets.gaia.files.sheets import Cell
from atlas.datasets.gaia.generator.domain import Column
from atlas.datasets.gaia.generator.query import Act, Condition, Query, Test

_ACTS: dict[Act, tuple[str, ...]] = {
    "sum": (
        "What is the total {0} of the {things}{which}?",
        "Add up the {0} of all {things}{which}. What is the sum?",
        "What does the {0} of the {things}{which} come to in all?",
    ),
    "count": (
        "How many {things}{which} are there?",
        "Count the {things}{which}. How many are they?",
        "What is the number of {things}{which}?",
    ),
    "mean": (
        "What is the average {0} of the {things}{which}?",
        "What {0} do the {things}{which} have on average?",
        "Work out the mean {0} over the {things}{which}.",
    ),
    "median": (
        "What is the median {0} of the {things}{which}?",
        "Take the {things}{which}: what is the median of their {0}?",
    ),
    "highest": (
        "Of the {things}{which}, give the {0} of the one that has the highest {1}.",
        "What is the {0} of the {thing} with the largest {1} among the {things}{which}?",
    ),
    "lowest": (
        "Of the {things}{which}, give the {0} of the one that has the lowest {1}.",
        "What is the {0} of the {thing} with the smallest {1} among the {things}{which}?",
    ),
    "top group": (
        "Group the {things}{which} by {0}: which {0} has the highest total {1}?",
        "Which {0} reaches the largest total {1}, taking the {things}{which}?",
    ),
    "commonest": (
        "Which {0} occurs most often among the {things}{which}?",
        "Among the {things}{which}, what is the most frequent {0}?",
    ),
    "distinct": (
        "How many different values of {0} occur among the {things}{which}?",
        "How many distinct values does {0} take over the {things}{which}?",
    ),
    "product": (
        "Multiply {0} by {1} for each of the {things}{which}. What is the total?",
        "What is the sum of {0} times {1} over the {things}{which}?",
    ),
    "list": (
        "List the {0} of every one of the {things}{which}, in alphabetical order.",
        "Which are the {things}{which}? Give the {0} of each, in alphabetical order.",
    ),
    "first": (
        "Rank the {things}{which} by {1}, highest first, and give the {0} of the first {n}.",
        "Give the {0} of the {n} {things} that have the highest {1} among those{which}, highest first.",
    ),
    "days": (
        "How many days pass on average from {0} to {1} for the {things}{which}?",
        "For the {things}{which}, what is the average number of days from {0} to {1}?",
    ),
    "percentage": (
        "What percentage of all {things} are those{which}?",
        "Of all {things}, what is the percentage of those{which}?",
    ),
}
_TESTS: dict[Test, tuple[str, ...]] = {
    "is": ("whose {c} is {v}", "with {v} as {c}"),
    "is not": ("whose {c} is not {v}", "whose {c} is anything but {v}"),
    "above": ("whose {c} is above {v}", "whose {c} is more than {v}"),
    "at least": ("whose {c} is at least {v}", "whose {c} is {v} or more"),
    "below": ("whose {c} is below {v}", "whose {c} is less than {v}"),
    "since": ("whose {c} is on or after {v}", "whose {c} is {v} or later"),
    "before": ("whose {c} is before {v}", "whose {c} is earlier than {v}"),
    "between": (
        "whose {c} lies from {v} to {u} (both days included)",
        "whose {c} is between {v} and {u} (both days included)",
    ),
    "in month": ("whose {c} lies in {m}", "whose {c} falls into {m}"),
}
_ROUNDED = {
    0: (" Round to a whole number.", " Give it rounded to a whole number."),
    1: (" Round to one decimal.", " Give it with one decimal."),
    2: (" Round to two decimals.", " Give it with two decimals.", " Two decimals, please."),
}
_NUMBERS = {2: "two", 3: "three", 4: "four"}


def question(query: Query, things: str, random: Random) -> str:
    """The query in words. Columns go by their names in the file, in quotes or in plain words."""
    quoted = random.random() < 0.4
    names = [_name(column, quoted=quoted) for column in query.columns]
    conditions = [_condition(condition, quoted, random) for condition in query.conditions]
    which = f" {' and '.join(conditions)}" if conditions else ""
    text = random.choice(_ACTS[query.act]).format(
        *names, things=things, thing=things.removesuffix("s"), which=which, n=_NUMBERS.get(query.how_many, "")
    )
    if query.larger_unit:
        text += random.choice((" Give the answer in {}.", " The answer is wanted in {}.")).format(
            query.columns[0].asked_in
        )
    if query.decimals is not None:
        text += random.choice(_ROUNDED[query.decimals])
    return text


def _condition(condition: Condition, quoted: bool, random: Random) -> str:
    return random.choice(_TESTS[condition.test]).format(
        c=_name(condition.column, quoted=quoted),
        v=_value(condition.value),
        u=_value(condition.until),
        m=f"{condition.value:%B %Y}" if condition.test == "in month" else "",
    )


def _name(column: Column, *, quoted: bool) -> str:
    return f'"{column.header}"' if quoted else column.name.lower()


def _value(cell: Cell) -> str:
    return str(cell)
