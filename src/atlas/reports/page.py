"""A page: a report for people, as sections of prose, figures and tables, whatever it is rendered as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading; numbers stand on the right."""

    heading: str
    numeric: bool = True


def words(*headings: str) -> tuple[Column, ...]:
    """Columns of text."""
    return tuple(Column(heading, numeric=False) for heading in headings)


def numbers(*headings: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(map(Column, headings))


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headings; a row's first cell names it. Raises `ValueError` for rows of other widths."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.caption}: {len(row)} cells under {len(self.columns)} columns: {row}")


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing as SVG and as PNG: the same bytes for the same numbers."""

    svg: bytes
    png: bytes


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its file name (no suffix) and what it shows, for those who cannot see it."""

    name: str
    alt: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it, in this order: paragraphs, bullet points, figures, tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def anchor(self) -> str:
        """The heading as the target of a link."""
        return "-".join("".join(letter if letter.isalnum() else " " for letter in self.title.lower()).split())


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report. `warnings` are what a reader must know before any number; `command` repeats the report."""

    title: str
    simulated: bool
    timestamp: str
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    command: str

    @property
    def heading(self) -> str:
        """The title; it says so when something in it is simulated."""
        return f"{self.title} (SIMULATED)" if self.simulated else self.title

    @property
    def figures(self) -> Iterator[Figure]:
        """Every figure, in order."""
        return (figure for section in self.sections for figure in section.figures)
