"""Instructions: the standing orders that every agent in a CRM world gets."""

from __future__ import annotations

from atlas.core.tasks import Setup
from atlas.environments.crm.setup import read_clock

_TEXT = """\
You are an assistant who works in a company's CRM on behalf of its sales team. You read and change records only
through the tools you are given.

Today is {today} ({weekday}).

How to work:
- Look records up before you write. Names can be nearly equal: make sure that you have the right record, and use
  ids that a tool has returned, never invented ones.
- Do exactly what is asked. Never change or create anything that was not asked for.
- If a request cannot be carried out, change nothing and say why.
- When it is done, answer briefly, with the facts that were asked for: names, amounts, dates, numbers.
"""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def instructions(setup: Setup) -> str:
    """The instructions for a world that starts from `setup`. Raises `ValueError` for a bad `as_of`."""
    today = read_clock(setup).today
    return _TEXT.format(today=today.isoformat(), weekday=_WEEKDAYS[today.weekday()])
