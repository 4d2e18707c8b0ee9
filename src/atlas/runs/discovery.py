"""`atlas env init`: a project looked through, tried out with consent, and written down to be played."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import msgspec
import typer

from atlas import __version__
from atlas.assembly import utc_now
from atlas.core.json import JsonValue
from atlas.core.tasks import Setup
from atlas.discovery.candidate import FLAGS, Candidate, choose, named
from atlas.discovery.child import Launch, clean_environment
from atlas.discovery.decorators import Role
from atlas.discovery.environment import DiscoveredEnvironment
from atlas.discovery.generated_config import generated_config
from atlas.discovery.record import CONFIG, DISCOVERY, Discovery, Part
from atlas.discovery.scan import scan
from atlas.discovery.sources import read_sources
from atlas.discovery.trial import Trial, try_out
from atlas.errors import ConfigError
from atlas.export.artifacts import write_json, write_text
from atlas.runs.store import open_database
from atlas.settings import Settings
from atlas.storage.discoveries import PostgresDiscoveries
from atlas.telemetry.redaction import Redactor

STARTER = "number_desk.py"


@dataclass(frozen=True, slots=True)
class DiscoveryPlan:
    """What `atlas env init` was asked for. `variables`, `environment_arguments` and so on are NAME=VALUE each."""

    path: Path
    task: str
    variables: Sequence[str]
    environment: str | None
    agent: str | None
    environment_arguments: Sequence[str]
    agent_arguments: Sequence[str]
    timeout_s: float
    force: bool
    yes: bool


async def discover(plan: DiscoveryPlan, settings: Settings) -> None:
    """Find a project's pair, ask, try it out in a child process, write `.atlas/`, and keep a row in the store.

    Raises `ConfigError` before anything of the project is run when nothing fits, when it was done before, and when
    nobody consented; `WorldError` and `AgentError` when the trial fails, nothing being written then.
    """
    root = plan.path.expanduser().resolve()
    sources = read_sources(root)
    _require_new(root, force=plan.force)
    candidates = scan(sources.files)
    environment = _part("environment", candidates, plan.environment, plan.environment_arguments)
    agent = _part("agent", candidates, plan.agent, plan.agent_arguments)
    _show(environment, agent, sources.notes)
    variables = pairs(plan.variables, "--env")
    redact = redactor_of(variables, settings)
    _require_no_secret(redact, environment, agent)
    _require_consent(root, plan)
    launch = launch_of(root, environment, agent, plan.timeout_s, variables, settings)
    trial = await try_out(DiscoveredEnvironment(environment.label, launch), setup_of(plan.task), plan.task)
    found = Discovery.of(root, environment, agent, plan.task, trial, sources.notes, utc_now())
    redacted = redact(found.to_json())
    edited = _is_edited(root)
    write_json(root / DISCOVERY, redacted)
    if not edited:
        write_text(root / CONFIG, generated_config(found))
    _report(root, trial, edited=edited)
    async with open_database(settings, None) as database:
        number = await PostgresDiscoveries(database).add(
            root, plan.task, "discovery", redacted, {"atlas": __version__, "variables": sorted(variables)}
        )
    typer.echo(f"kept in the store as discovery {number}")


def scaffold(path: Path) -> None:
    """Write a small project with an environment and an agent. Raises `ConfigError` when it is there already."""
    target = path / STARTER
    if target.exists():
        raise ConfigError(f"{target} is there already; name another folder")
    write_text(target, resources.files("atlas.discovery").joinpath("starter.py").read_text())
    typer.echo(f"{target} written; `atlas env init {path}` finds what is in it")


def pairs(given: Sequence[str], flag: str) -> dict[str, str]:
    """NAME=VALUE each. Raises `ConfigError` for anything else."""
    split = [text.partition("=") for text in given]
    for text, (name, sign, _) in zip(given, split, strict=True):
        if not (sign and name):
            raise ConfigError(f"{flag} {text!r} is not of the form NAME=VALUE")
    return {name: value for name, _, value in split}


def launch_of(
    root: Path,
    environment: Part,
    agent: Part | None,
    timeout_s: float,
    variables: Mapping[str, str],
    settings: Settings,
) -> Launch:
    """How a project's process is started: with the allow-list of our variables, and those that the user added."""
    clean = clean_environment(settings.environ, variables)
    return Launch(root, environment.target, agent.target if agent else None, timeout_s, clean)


def redactor_of(variables: Mapping[str, str], settings: Settings) -> Redactor:
    """Masks our secrets, and those among the variables that the user added."""
    by_name = Redactor()
    added = (value for name, value in variables.items() if by_name({name: value}) != {name: value})
    return Redactor((*settings.secrets(), *added))


def setup_of(task: str) -> Setup:
    """The beginning of an episode: the task, and a seed that is the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(task.encode()).digest()[:4]) >> 1
    return Setup(as_of=utc_now(), seed=str(seed), content={"task": task})


def _require_no_secret(redact: Redactor, *parts: Part) -> None:
    """What is written down must be what it was, so it cannot be masked."""
    for part in parts:
        if redact(part.kwargs) != part.kwargs:
            raise ConfigError(
                f"an argument for {part.spelled} looks like a key or password, and arguments are written to "
                f"{DISCOVERY}; let the project read it from a variable, and give that with --env, which is not"
            )


def _require_new(root: Path, *, force: bool) -> None:
    there = [name for name in (DISCOVERY, CONFIG) if (root / name).exists()]
    if there and not force:
        raise ConfigError(f"{root / there[0]} is there already; --force writes it anew")


def _part(role: Role, candidates: Sequence[Candidate], target: str | None, arguments: Sequence[str]) -> Part:
    flag = FLAGS[role].replace("-fn", "-arg")
    candidate = _known(candidates, named(role, target)) if target else choose(candidates, role)
    kwargs = {name: _read(text) for name, text in pairs(arguments, flag).items()}
    return Part.of(candidate, kwargs)


def _known(candidates: Sequence[Candidate], wanted: Candidate) -> Candidate:
    """What the scan knows of a named candidate, else just its name: it may lie outside the project."""
    same = (c for c in candidates if (c.role, c.target) == (wanted.role, wanted.target))
    return next(same, wanted)


def _read(text: str) -> JsonValue:
    """A value of the command line: JSON where it is JSON, else the text."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _show(environment: Part, agent: Part, notes: Sequence[str]) -> None:
    for role, part in (("environment", environment), ("agent", agent)):
        where = f" in {part.file}" if part.file else ""
        typer.echo(f"{role:12} {part.spelled}{where} ({part.reason})")
    for note in notes:
        typer.echo(f"note: {note}", err=True)


def _require_consent(root: Path, plan: DiscoveryPlan) -> None:
    if plan.yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError(
            f"trying this out imports and runs code of {root}, and there is no terminal to ask on; "
            "say --yes to allow it"
        )
    typer.echo(
        f"Trying it out imports and runs code of {root} in a process of its own. It gets {plan.timeout_s:g} s and "
        "none of your keys, but may do what you may do."
    )
    if not typer.confirm("Run it?", default=False):
        raise ConfigError("nothing was run and nothing was written")


def _is_edited(root: Path) -> bool:
    """Whether somebody changed the config that an earlier discovery generated: their work is not written over."""
    try:
        text, before = (root / CONFIG).read_text(), (root / DISCOVERY).read_bytes()
        return text != generated_config(msgspec.json.decode(before, type=Discovery))
    except (OSError, ValueError):
        return False


def _report(root: Path, trial: Trial, *, edited: bool) -> None:
    paid = f"paid {sum(trial.rewards):g}" if trial.rewards else "stated no reward"
    end = "done" if trial.done else "not done"
    typer.echo(f"trial: {len(trial.acts)} actions, {end}, {paid}; answer: {_short(trial.answer)}")
    typer.echo(f"written: {root / DISCOVERY}")
    typer.echo(f"{'left as you edited it' if edited else 'written'}: {root / CONFIG}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."
