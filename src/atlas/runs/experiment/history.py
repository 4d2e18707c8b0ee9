"""Plain history: what happened in earlier sessions, undistilled, as much of it as a playbook may say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from atlas.core.session import Session
from atlas.core.trajectory import Turn
from atlas.core.transcript import calls_of
from atlas.runtime.system_text import system_text


def history_text(sessions: Sequence[Session], char_budget: int) -> str:
    """The transcripts of `sessions`, given in order of play, in at most `char_budget` characters.

    The newest are kept; the oldest that still has room is cut at its beginning.
    """
    left, kept = char_budget, list[str]()
    for session in reversed(sessions):
        text = transcript(session)
        if len(text) + 1 > left:
            cut = text[len(text) - left + 1 :] if left > 1 else ""
            kept.append(cut.partition("\n")[2])
            break
        kept.append(text)
        left -= len(text) + 1
    return "\n".join(reversed([text for text in kept if text]))


def transcript(session: Session) -> str:
    """One session as lines: what was asked, called and answered, what the teacher said, whether it was right."""
    if session.played is None:
        return ""
    lines = [line for turn in session.played.trajectory.turns for line in _turn(turn)]
    lines += [f"Teacher: {line}" for line in session.played.guidance]
    if session.success is not None:
        lines.append(f"Outcome: {'right' if session.success else 'wrong'}")
    return "\n".join(map(_flat, lines))


def as_playbook_block(text: str) -> str:
    """The text in the frame in which a student is shown a playbook, so that arms differ in its content alone."""
    return system_text("", text, []).strip()


def _turn(turn: Turn) -> Iterator[str]:
    yield f"User: {turn.request}"
    for call in calls_of(turn):
        yield f"Call: {call['tool']}({_arguments(call['arguments'])}) -> {call['error'] or 'ok'}"
    yield f"Reply: {turn.reply}"


def _arguments(arguments: object) -> str:
    if not isinstance(arguments, dict):
        return str(arguments)
    return ", ".join(_pairs(arguments.items()))


def _pairs(items: Iterable[tuple[object, object]]) -> Iterator[str]:
    return (f"{name}={value!r}" for name, value in items)


def _flat(line: str) -> str:
    """One line, without the marks that open and close a section."""
    return " ".join(line.replace(">>>", ">").split())
