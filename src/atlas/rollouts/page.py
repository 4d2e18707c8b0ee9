"""The page of a run's groups: one HTML file to look at them with, which needs no network and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from atlas.core.group import Group

MOST_GROUPS = 200
"""A browser bears no more; the others are in the file of groups."""


@dataclass(frozen=True, slots=True)
class PageContext:
    """What the head of the page says. `groups` is how many there are, shown or not."""

    title: str
    command: str
    groups: int
    left_out: int


def groups_html(groups: Iterable[Group], context: PageContext) -> Iterator[str]:
    """The page, piece by piece; one group is in memory at a time. All text of models and tools is escaped."""
    shown = islice(groups, MOST_GROUPS)
    first = next(shown, None)
    template = _environment().get_template("groups.html.j2")
    return template.generate(
        context=context,
        simulated=first.simulated if first else False,
        groups=chain([first], shown) if first else (),
        most=MOST_GROUPS,
    )


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
