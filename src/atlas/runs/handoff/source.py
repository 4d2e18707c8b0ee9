"""A source: a run that is to be bundled, and what the store says of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from atlas.core.json import JsonValue
from atlas.core.session import RunId
from atlas.runs.handoff.manifest import Replay
from atlas.storage.runs import RunRecord

REPLAYS = "replays"


@dataclass(frozen=True, slots=True)
class Source:
    """A run to be bundled, and the folder of its artifacts where one was named.

    `tasks` is how many it played, those of trials apart; `ended` when its last session ended, in seconds since
    1970. Of the runs that read or filled its playbooks too, `before` had done so when it began, and `meanwhile` did
    while it was played; it `follows` where it did not begin with empty ones.
    """

    record: RunRecord
    folder: Path | None
    sessions: int
    tasks: int
    simulated: bool
    ended: int
    follows: bool = False
    before: frozenset[RunId] = frozenset()
    meanwhile: frozenset[RunId] = frozenset()

    @property
    def run_id(self) -> RunId:
        return self.record.run_id

    @property
    def artifacts(self) -> str:
        """Where its artifacts lie within the bundle."""
        return f"artifacts/{self.run_id}"

    def replay(self, *arguments: str, output: str) -> Replay:
        """The run played again by `arguments`, its artifacts going where the flag `output` says."""
        return Replay((*arguments, output, f"{REPLAYS}/{self.run_id}"), self.follows)


def flags(values: dict[str, JsonValue]) -> tuple[str, ...]:
    """The values as words of a command line; what is None is left out."""
    given = {f"--{name.replace('_', '-')}": value for name, value in values.items() if value is not None}
    return tuple(word for flag, value in given.items() for word in (flag, str(value)))


def real_models(models: JsonValue) -> str:
    """Why a run of these models, by role, is not played again; '' where all of them are scripted."""
    real = sorted({str(name) for name in models.values() if not str(name).startswith("offline/")})
    return f"real models played it ({', '.join(real)}); its stored sessions are taken as they are" if real else ""
