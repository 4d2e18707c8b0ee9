"""Rendering: templates filled in, strictly: a name that is missing is an error, not a blank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(
    template: str, *, autoescape: bool, filters: Sequence[Callable[..., str]] = (), **values: object
) -> str:
    """The template with `values`; each filter is known by the name of its function."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in filters})
    return environment.get_template(template).render(values)
