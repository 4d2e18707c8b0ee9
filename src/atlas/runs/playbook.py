"""Playbooks as people handle them: listed, shown, compared, edited, moved, taken back and frozen."""

from __future__ import annotations

import difflib
import getpass
import shlex
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from rich.console import Console

from atlas.assembly import databases
from atlas.core.json import from_json, to_json
from atlas.core.playbook import Entry, LearningKey, Playbook
from atlas.environments.crm.tools import SPECS
from atlas.errors import ConfigError
from atlas.export.artifacts import write_text
from atlas.learning.curation import difference, edited, frozen, rolled_back
from atlas.learning.gates import Ground
from atlas.learning.render import line
from atlas.runs.acceptance import decision
from atlas.settings import Settings
from atlas.storage.playbooks import PlaybookVersion, PostgresPlaybooks
from atlas.storage.store import Store, open_store

GROUND = Ground(tuple(spec.name for spec in SPECS))


async def list_playbooks(settings: Settings) -> None:
    """Every learning key with its newest version and its entries by lifecycle."""
    console = _console()
    async with _playbooks(settings) as playbooks:
        keys = await playbooks.keys()
        for key in keys:
            newest = (await playbooks.history(key))[-1]
            counts = Counter(entry.lifecycle for entry in newest.playbook.entries)
            entries = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no entries"
            state = ", frozen" if newest.playbook.frozen else ""
            console.print(f"{key}  version {newest.playbook.version}, {entries}{state}, {newest.created_at[:19]}")
        if not keys:
            console.print("no playbooks yet; `atlas quickstart` or `atlas run` makes the first")


async def show_playbook(settings: Settings, key: str, version: int | None) -> None:
    """The entries of one version as an agent reads them, what is known about each, and the versions there are."""
    console = _console()
    async with open_playbooks(settings) as store:
        history = await history_of(store.playbooks, key)
        chosen = _version(history, version)
        candidates = await store.candidates.history(chosen.playbook.key)
    playbook = chosen.playbook
    console.print(f"{playbook.key}, version {playbook.version}{' (frozen)' if playbook.frozen else ''}")
    console.print(f"made from version {playbook.parent or 0} by {playbook.author}, {chosen.created_at[:19]}")
    for entry in playbook.entries:
        console.print(f"\n{entry.id}  {entry.audience}, {entry.lifecycle}{_origin(entry)}")
        console.print(f"  {line(entry)}")
        if (quarantine := entry.provenance.quarantine) is not None:
            console.print(f"  quarantined: {quarantine.reason}")
    if playbook.rejected:
        console.print(f"\n{len(playbook.rejected)} refused:")
        for entry in playbook.rejected:
            rubric = entry.provenance.rubric
            reasons = "; ".join(rubric.failure_reasons) if rubric else ""
            console.print(f"  {entry.id}  {reasons or 'above the limit of one session'}")
            console.print(f"    {line(entry)}")
    versions = ", ".join(str(each.playbook.version) for each in history)
    console.print(f"\nversions: {versions}")
    if candidates:
        console.print("\nproposed versions:")
    for proposed in candidates:
        said = decision(playbook.key, proposed.version, proposed.trial) if proposed.trial else proposed.status
        console.print(f"  {proposed.created_at[:19]}, made from version {proposed.base}: {said}")


async def diff_playbook(settings: Settings, key: str, before: int, after: int | None) -> None:
    """What was added, removed and changed between two versions."""
    console = _console()
    async with _playbooks(settings) as playbooks:
        history = await history_of(playbooks, key)
    found = difference(_earlier(history, before), _version(history, after).playbook)
    for entry in found.removed:
        console.print(f"- {entry.id}  {line(entry)}")
    for entry in found.added:
        console.print(f"+ {entry.id}  {line(entry)}")
    for old, new in found.changed:
        console.print(f"~ {old.id}")
        lines = [_yaml([entry]).splitlines() for entry in (old, new)]
        changes = difflib.unified_diff(lines[0], lines[1], lineterm="", n=0)
        for change in list(changes)[2:]:
            if not change.startswith("@@"):
                console.print(f"    {change}")
    if not (found.added or found.removed or found.changed):
        console.print("no difference in the entries")


async def edit_playbook(settings: Settings, key: str) -> None:
    """Open the newest version in $VISUAL or $EDITOR, check what comes back, and save it as the next version."""
    async with _playbooks(settings) as playbooks:
        playbook = (await history_of(playbooks, key))[-1].playbook
        before = _yaml(playbook.entries)
        file = _in_editor(before, settings)
        after = _read(file)
        if after == before:
            _console().print("nothing changed")
        else:
            # The file stays when it is refused: what a person wrote is not thrown away.
            await _save(playbooks, _made(playbook, after, str(file)))
        file.unlink()


async def export_playbook(settings: Settings, key: str, output: Path, version: int | None) -> None:
    """Write the entries of one version as YAML, whole or not at all."""
    async with _playbooks(settings) as playbooks:
        chosen = _version(await history_of(playbooks, key), version)
    write_text(output, _yaml(chosen.playbook.entries))
    _console().print(f"{len(chosen.playbook.entries)} entries of version {chosen.playbook.version}: {output}")


async def import_playbook(settings: Settings, key: str, source: Path) -> None:
    """Save the entries of a file as the next version of `key`, which may be new."""
    text = _read(source)
    if not key.strip():
        raise ConfigError("the learning key is blank")
    async with _playbooks(settings) as playbooks:
        await _save(playbooks, _made(await playbooks.load(LearningKey(key)), text, str(source)))


async def roll_back_playbook(settings: Settings, key: str, version: int) -> None:
    """Make an earlier version the newest one again, as a version of its own."""
    async with _playbooks(settings) as playbooks:
        history = await history_of(playbooks, key)
        try:
            back = rolled_back(history[-1].playbook, _earlier(history, version), author=author())
        except ValueError as error:
            raise ConfigError(str(error)) from error
        await _save(playbooks, back)


async def freeze_playbook(settings: Settings, key: str, *, on: bool) -> None:
    """Keep sessions from changing the playbook, or let them again."""
    async with _playbooks(settings) as playbooks:
        changed = frozen((await history_of(playbooks, key))[-1].playbook, on, author=author())
        if changed is None:
            _console().print(f"it is {'frozen' if on else 'not frozen'} already")
            return
        await _save(playbooks, changed)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False, markup=False)


@asynccontextmanager
async def open_playbooks(settings: Settings) -> AsyncIterator[Store]:
    """The store that the settings name."""
    async with databases(settings) as addresses, open_store(addresses.atlas_url) as store:
        yield store


@asynccontextmanager
async def _playbooks(settings: Settings) -> AsyncIterator[PostgresPlaybooks]:
    async with open_playbooks(settings) as store:
        yield store.playbooks


async def history_of(playbooks: PostgresPlaybooks, key: str) -> Sequence[PlaybookVersion]:
    """All versions of the playbook whose key is, or alone begins with, `key`. Raises `ConfigError`."""
    keys = await playbooks.keys()
    fitting = [key] if key in keys else [known for known in keys if known.startswith(key)]
    if len(fitting) == 1:
        return await playbooks.history(LearningKey(fitting[0]))
    if fitting:
        raise ConfigError(f"{len(fitting)} playbooks begin with {key!r}: {', '.join(fitting)}")
    near = difflib.get_close_matches(key, keys, n=1)
    advice = f"did you mean {near[0]!r}?" if near else "`atlas playbook list` names them all"
    raise ConfigError(f"there is no playbook {key!r}; {advice}")


def _version(history: Sequence[PlaybookVersion], version: int | None) -> PlaybookVersion:
    for saved in history:
        if version in (None, saved.playbook.version):
            return history[-1] if version is None else saved
    newest = history[-1].playbook
    raise ConfigError(f"playbook {newest.key} has no version {version}; the newest is {newest.version}")


def _earlier(history: Sequence[PlaybookVersion], version: int) -> Playbook:
    """A version, or for 0 the empty playbook that all began with."""
    return _version(history, version).playbook if version else Playbook(history[-1].playbook.key)


def _made(playbook: Playbook, text: str, source: str) -> Playbook:
    """The next version from a person's YAML. Raises `ConfigError` with every fault."""
    try:
        entries = from_json(tuple[Entry, ...], yaml.safe_load(text) or [])
        return edited(playbook, entries, GROUND, author=author())
    except (yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split()) if isinstance(error, yaml.YAMLError) else str(error)
        raise ConfigError(f"{source} is no playbook, so nothing was saved: {reason}") from error


async def _save(playbooks: PostgresPlaybooks, playbook: Playbook) -> None:
    """Save a version. Raises `VersionConflict` when a session saved one meanwhile."""
    await playbooks.save(playbook)
    _console().print(f"playbook {playbook.key} is now at version {playbook.version}")


def _yaml(entries: Sequence[Entry]) -> str:
    return yaml.safe_dump(to_json(entries), sort_keys=False, allow_unicode=True, width=100)


def _read(source: Path) -> str:
    try:
        return source.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: cannot be read: {error}") from error


def _in_editor(text: str, settings: Settings) -> Path:
    """A temporary file with `text` after the user's editor has closed it."""
    editor = settings.environ.get("VISUAL") or settings.environ.get("EDITOR")
    if not editor:
        raise ConfigError("no editor is named; set EDITOR, or use `atlas playbook export` and `import`")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", prefix="playbook-", delete=False) as file:
        file.write(text)
    try:
        subprocess.run([*shlex.split(editor), file.name], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise ConfigError(f"the editor {editor!r} did not end well, so nothing was saved: {error}") from error
    return Path(file.name)


def _origin(entry: Entry) -> str:
    source = entry.provenance.source_session_id
    return f", from {source}" if source else ""


def author() -> str:
    """Who makes a version by hand."""
    return f"person:{getpass.getuser()}"
