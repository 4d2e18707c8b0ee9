"""Pictures of the generator: what has to be seen, because no text of it can be read from the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from atlas.datasets.gaia.files.png import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED, Picture, text_width

_ITEMS = ("Bread", "Cheese", "Apples", "Coffee", "Soap", "Rice", "Olives", "Batteries", "Honey", "Paper")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
_NAMES = ("Amara", "Bruno", "Chiara", "Deniz", "Elif", "Farid", "Goran", "Hanna")
_TEAMS = ("Red", "Blue", "Green")


@dataclass(frozen=True, slots=True)
class Seen:
    """A question about a picture."""

    question: str
    answer: str
    data: bytes


def receipt(random: Random) -> Seen:
    """A receipt: add up prices, some of them more than once."""
    items = random.sample(_ITEMS, 6)
    counts = [random.randint(1, 4) for _ in items]
    cents = [random.randrange(95, 990, 5) for _ in items]
    picture = Picture(340, 300)
    picture.text(90, 14, "Corner shop", scale=2)
    for place, (item, count, price) in enumerate(zip(items, counts, cents, strict=True)):
        y = 50 + place * 30
        picture.text(14, y, f"{count} x".replace("x", "X") + f" {item}")
        shown = f"{price / 100:.2f}"
        picture.text(320 - text_width(shown), y, shown)
    picture.rectangle(14, 236, 310, 2, GREY)
    picture.text(14, 250, "Prices are for one piece", scale=1)
    total = sum(count * price for count, price in zip(counts, cents, strict=True))
    return Seen(
        "The attached picture is a receipt with the number of pieces and the price of one piece for each article. "
        "What is to be paid for everything together?",
        f"{total / 100:.2f}",
        picture.png_bytes(),
    )


def chart(random: Random) -> Seen:
    """A bar chart with an axis: the bars end on its lines or half-way between them."""
    values = random.sample(range(3, 19), len(_MONTHS))
    picture = Picture(420, 300)
    for line in range(11):
        y = 250 - line * 22
        picture.rectangle(50, y, 350, 1, BLACK if line == 0 else GREY)
        picture.text(10, y - 6, str(line * 10), scale=2)
    for place, (month, value) in enumerate(zip(_MONTHS, values, strict=True)):
        left = 66 + place * 56
        picture.rectangle(left, 250 - value * 11, 34, value * 11, (BLUE, GREEN)[place % 2])
        picture.text(left, 260, month, scale=2)
    first, second = random.sample(range(len(_MONTHS)), 2)
    if values[first] < values[second]:
        first, second = second, first
    return Seen(
        "The attached picture is a bar chart of visitors a month. The bars end on a line of the axis or half-way "
        f"between two. By how much does {_MONTHS[first]} exceed {_MONTHS[second]}?",
        str((values[first] - values[second]) * 5),
        picture.png_bytes(),
    )


def board(random: Random) -> Seen:
    """A table on a board: rows by the colour of their mark, hours to be given in minutes."""
    teams = [random.choice(_TEAMS) for _ in _NAMES]
    quarters = [random.randint(9, 36) for _ in _NAMES]
    marks = {"Red": RED, "Blue": BLUE, "Green": GREEN}
    picture = Picture(360, 320)
    picture.text(40, 14, "Name", scale=2)
    picture.text(200, 14, "Hours", scale=2)
    for place, (name, team, quarter) in enumerate(zip(_NAMES, teams, quarters, strict=True)):
        y = 46 + place * 32
        picture.rectangle(12, y, 16, 14, marks[team])
        picture.text(40, y, name)
        picture.text(200, y, f"{quarter / 4:.2f}")
    picture.rectangle(330, 10, 16, 300, random.choice((ORANGE, PURPLE)))
    team = max(sorted(set(teams)), key=teams.count)
    minutes = sum(quarter * 15 for quarter, own in zip(quarters, teams, strict=True) if own == team)
    return Seen(
        "The attached picture shows a board with people, the hours they worked, and a square in the colour of the "
        f"team that each belongs to. How many minutes did the {team.lower()} team work in all?",
        str(minutes),
        picture.png_bytes(),
    )


PICTURES: dict[int, Callable[[Random], Seen]] = {1: receipt, 2: chart, 3: board}
"""Level -> what is drawn for it."""
