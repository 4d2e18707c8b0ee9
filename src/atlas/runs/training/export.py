"""`atlas export rollouts`: groups of a file, or stored sessions, in a format that trainers and other tools read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import typer

from atlas.core.group import Group, Member
from atlas.core.json import JsonObject, loads_object
from atlas.core.wire_messages import read_messages, wire_messages
from atlas.errors import AtlasError, ConfigError, TemplateError, TokenizerError
from atlas.export.artifacts import write_jsonl
from atlas.export.sessions import Redact
from atlas.export.training.formats import FORMATS
from atlas.rollouts.group_file import read_groups
from atlas.rollouts.group_line import group_line
from atlas.rollouts.tokens.advantages import with_advantages
from atlas.rollouts.tokens.loader import load_tokenizer
from atlas.rollouts.tokens.tokenizer import ChatTokenizer, Trained, tokenise_group
from atlas.runs.store import redactor
from atlas.runs.training.sources import SessionSource, groups_of_sessions
from atlas.settings import Settings
from atlas.storage.reviews import ReviewStatus

_WAYS_OUT = {
    "trims": "; add --trim, which trims it before",
    "strips": "; add --last-turn-only, which trains on the last reply alone",
}
GROUPS = "groups"
"""The format of the files that `atlas rollout` writes and the other commands read."""


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """How token ids are made: of which messages, of trimmed texts, with advantages."""

    trained: Trained = "all"
    trim: bool = False
    advantages: bool = False


@dataclass(frozen=True, slots=True)
class RolloutExport:
    """What `atlas export rollouts` was asked for. Of `groups` and `sessions` exactly one is not None."""

    groups: Path | None
    sessions: SessionSource | None
    format: str
    output: Path
    tokenizer: str | None
    tokens: TokenChoice


def rollout_export(
    groups: Path | None,
    sessions: bool,
    form: str,
    output: Path | None,
    tokenizer: str | None,
    tokens: TokenChoice,
    database_url: str | None,
    statuses: tuple[ReviewStatus, ...],
    learning_key: str | None,
) -> RolloutExport:
    """What the flags come to. Raises `ConfigError` for those that are missing or exclude each other."""
    if output is None:
        raise ConfigError("--output is missing; name the file to write, for example --output messages.jsonl")
    if (groups is None) != sessions:
        raise ConfigError("name either a file of groups or --sessions")
    source = SessionSource(database_url, statuses, learning_key) if sessions else None
    return RolloutExport(groups, source, form, output, tokenizer, tokens)


async def export_rollouts(plan: RolloutExport, settings: Settings) -> None:
    """Write the rows whole or not at all, one group in memory at a time where they come from a file.

    Raises `ConfigError` and `DatasetError` for wrong input, `AtlasError` when there is nothing to write.
    """
    if plan.output.is_dir():
        raise ConfigError(f"--output {plan.output} is a folder; name a file in it")
    if plan.tokenizer is None and (plan.tokens.trim or plan.tokens.trained == "last"):
        raise ConfigError("--trim and --last-turn-only say how to tokenise; name a --tokenizer")
    if plan.tokens.advantages and plan.format != GROUPS:
        raise ConfigError("--advantages is for --format groups; the others hold scores")
    redact = redactor(settings, plan.sessions.database_url if plan.sessions else None)
    groups = _groups(plan, await _source(plan, settings), redact)
    rows = (redact(row) for group in groups for row in _rows(plan.format, group))
    count = write_jsonl(plan.output, _at_least_one(rows, plan.format))
    typer.echo(f"{count} {'row' if count == 1 else 'rows'} ({plan.format}) written to {plan.output}")


async def _source(plan: RolloutExport, settings: Settings) -> Iterable[Group]:
    if plan.sessions is not None:
        return await groups_of_sessions(plan.sessions, settings)
    assert plan.groups is not None, "a plan has one source"
    return read_groups(plan.groups)


def _groups(plan: RolloutExport, groups: Iterable[Group], redact: Redact) -> Iterator[Group]:
    """The groups with secrets masked, and tokenised where that was asked for."""
    tokenizer = load_tokenizer(plan.tokenizer, datetime.now(UTC)) if plan.tokenizer else None
    for given in groups:
        group = replace(given, members=tuple(_masked(member, redact) for member in given.members))
        made = _tokenised(group, tokenizer, plan.tokens) if tokenizer else group
        yield with_advantages(made) if plan.tokens.advantages else made


def _tokenised(group: Group, tokenizer: ChatTokenizer, choice: TokenChoice) -> Group:
    try:
        return tokenise_group(group, tokenizer, choice.trained, trim=choice.trim)
    except TemplateError as error:
        raise TokenizerError(f"group {group.group_id}: {error}{_WAYS_OUT.get(error.trait, '')}") from error


def _masked(member: Member, redact: Redact) -> Member:
    """The member with secrets masked. Token ids would spell them out, so they go when a secret was found."""
    rows = wire_messages(member.messages)
    masked = redact(rows)
    return member if masked == rows else replace(member, messages=read_messages(masked), ids=None)


def _rows(name: str, group: Group) -> Iterator[JsonObject]:
    return iter([loads_object(group_line(group))]) if name == GROUPS else FORMATS[name](group)


def _at_least_one(rows: Iterator[JsonObject], name: str) -> Iterator[JsonObject]:
    """`rows`; raises `AtlasError` when there is none, so that no earlier file is replaced by an empty one."""
    first = next(rows, None)
    if first is None:
        pairs = "no group holds two conversations of different scores that begin alike"
        why = pairs if name == "preference" else "there is no group"
        raise AtlasError(f"{why}, so nothing was written")
    yield first
    yield from rows
