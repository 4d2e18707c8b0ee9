"""The manifest: index.json, which names every file of a report, what was compared, and who leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from atlas.core.json import JsonObject, to_json
from atlas.core.thread import ThreadId
from atlas.reports.learning.comparison import Comparison, deltas_json
from atlas.reports.learning.estimate import Estimate
from atlas.reports.learning.summary import FORMAT

_LEADERS = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """One thread of a report: its files by kind, its momentum, and its comparison or why there is none."""

    id: ThreadId
    name: str
    sessions: int
    files: dict[str, str]
    momentum: Estimate
    recent_mean: float | None
    baseline_mean: float | None
    comparison: Comparison | str | None


def manifest_json(
    reported: Sequence[Reported],
    run_metadata: JsonObject,
    compared_to: str | None,
    timestamp: str,
    *,
    keyless: int = 0,
) -> JsonObject:
    """The document. Paths are relative to it. `aggregate` and `aggregates` are the same leaderboards.

    `keyless` counts the sessions that were left out because they read no playbook and fill none.
    """
    boards = _boards(reported)
    compared = {each.name: each.comparison for each in reported if each.comparison is not None}
    return {
        "format": FORMAT,
        "generated_at": timestamp,
        "learning_keys": list(dict.fromkeys(each.id.key for each in reported)),
        "simulated": any(each.id.simulated for each in reported),
        "sessions_left_out": keyless,
        "artifacts": {
            each.name: {
                **each.files,
                "learning_key": each.id.key,
                "simulated": each.id.simulated,
                "session_count": each.sessions,
                **({"comparison": compared_to} if each.comparison is not None else {}),
            }
            for each in reported
        },
        "comparisons": {name: deltas_json(found) for name, found in compared.items() if not isinstance(found, str)},
        "not_compared": {name: found for name, found in compared.items() if isinstance(found, str)},
        "aggregate": boards,
        "aggregates": boards,
        "run_metadata": run_metadata,
    }


def slugs(threads: Sequence[ThreadId]) -> dict[ThreadId, str]:
    """A file name for each thread: the key's first letters and a digest of all of it, as long as it takes to part.

    The same thread has the same slug in every report, unless two digests agree in their first eight letters.
    """
    length = 8
    while True:
        found = {thread: _slug(thread, length) for thread in threads}
        if len(set(found.values())) == len(found):
            return found
        length += 4


def names(threads: Sequence[ThreadId]) -> dict[ThreadId, str]:
    """The key of each thread; with "(simulated)" where real sessions of the same key are reported too."""
    real = {thread.key for thread in threads if not thread.simulated}
    return {
        thread: f"{thread.key} (simulated)" if thread.simulated and thread.key in real else thread.key
        for thread in threads
    }


def _slug(thread: ThreadId, length: int) -> str:
    words = re.sub(r"[^a-z0-9]", "", thread.key.lower())[:16] or "key"
    digest = sha256(f"{thread.key}\n{thread.simulated}".encode()).hexdigest()[:length]
    return f"{words}-{digest}"


def _boards(reported: Sequence[Reported]) -> JsonObject:
    compared = [(each.name, each.comparison) for each in reported if isinstance(each.comparison, Comparison)]
    means = [(name, found.recent_mean.value) for name, found in compared if found.recent_mean.value is not None]
    growth = [(name, float(found.sessions)) for name, found in compared if found.sessions is not None]
    momenta = [(each.name, each.momentum.value) for each in reported if each.momentum.value is not None]
    verdicts = {
        each.name: {"verdict": each.momentum.verdict, "interval": to_json(each.momentum.interval)}
        for each in reported
    }
    return {
        "recent_mean_best": _rises(means),
        "recent_mean_worst": _falls(means),
        "session_growth": _rises(growth),
        "session_drop": _falls(growth),
        "momentum_best": [{**row, **verdicts[row["learning_key"]]} for row in _rises(momenta)],
        "momentum_worst": [{**row, **verdicts[row["learning_key"]]} for row in _falls(momenta)],
    }


def _rises(deltas: Sequence[tuple[str, float]]) -> list[JsonObject]:
    """The largest increases; what did not change leads nowhere."""
    rising = sorted((pair for pair in deltas if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))
    return [{"learning_key": name, "delta": delta} for name, delta in rising[:_LEADERS]]


def _falls(deltas: Sequence[tuple[str, float]]) -> list[JsonObject]:
    falling = sorted((pair for pair in deltas if pair[1] < 0), key=lambda pair: (pair[1], pair[0]))
    return [{"learning_key": name, "delta": delta} for name, delta in falling[:_LEADERS]]
