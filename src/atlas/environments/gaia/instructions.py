"""Instructions: the standing orders of every GAIA task, and how its files are named to the agent."""

from __future__ import annotations

from collections.abc import Sequence

INSTRUCTIONS = """\
You answer questions. Each has one short right answer, which can be worked out from the files that come with the \
question, or found on the web. The files lie in your working directory; look into them with the tools before you \
answer, and compute exactly instead of guessing.

End your reply with one line of this form:
FINAL ANSWER: <the answer>

The answer is graded by comparing it with the right one:
- A number is written in digits, without thousands separators, and without a unit or sign ($, %) unless the \
question asks for one.
- A text has as few words as possible: no article, no abbreviation, no sentence around it.
- A list is separated by commas, each element by the same rules, in the order that the question asks for.
"""


def asked(question: str, files: Sequence[str]) -> str:
    """The question as the agent reads it, with the names of its files."""
    if not files:
        return question
    shown = [f"{name} (unpacked already; see list_files)" if name.endswith(".zip") else name for name in files]
    return f"{question}\n\nAttached file{'s' if len(files) > 1 else ''}: {', '.join(shown)}"
