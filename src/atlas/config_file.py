"""A config file: a YAML file read as a run config, with file, line and key in every complaint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from atlas.core.json import JsonObject
from atlas.errors import ConfigError
from atlas.settings import RunConfig

RETIRED = {
    "prompt_rewrite": "prompts are no longer rewritten; lessons reach them through the playbook",
    "metadata": "nothing ever read it; name the playbook with learning.learning_key",
    "student.max_plan_tokens": "it never had an effect; set agent.llm.max_output_tokens",
    "student.max_step_tokens": "it never had an effect; set agent.llm.max_output_tokens",
    "student.max_synthesis_tokens": "it never had an effect; set agent.llm.max_output_tokens",
    "student.prompt_guidance": "it never had an effect",
    "student.prompts.executor": "set agent.system_prompt",
    "student.prompts.synthesizer": "the replies of a plan's steps are the reply; nothing is rewritten",
    "teacher.prompt_guidance": "it never had an effect",
    "teacher.guidance_max_tokens": "it never had an effect; set teacher.llm.max_output_tokens",
    "teacher.max_review_tokens": "set teacher.llm.max_output_tokens",
    "teacher.validation_max_tokens": "set teacher.llm.max_output_tokens",
    "teacher.plan_cache_seconds": "plans are made anew for each session, so there is nothing to cache",
    "orchestration.rim_guidance_tag": "it never had an effect",
    "orchestration.emit_intermediate_steps": "every step is recorded and shown",
    "rim.active_judges": "it never had an effect; rim.judge_prompt says what judges look at",
    "learning.provisional_acceptance": "an entry that fails a gate which is not enforced is kept as provisional",
    "learning.pruning_config": "its figures were confounded; learning.quarantine retires what is shown to harm",
    "learning.history_limit": "the synthesizer reads the playbook and the session, no earlier ones",
    "learning.schema.version": "there is one, playbook_entry.v1",
    "runtime_safety.review.default_export_statuses": "give `atlas export` --include-status",
    "agent.tools": "an agent is given the tools of its environment",
    "agent.allow_generator": "what a generator yields is always joined",
    "agent.response_format": "what an agent answers is read by people and graders, in no form of ours",
    "agent.metadata_digest.max_plan_steps": "a plan is shown whole",
    "agent.metadata_digest.max_step_summaries": "earlier steps are in the conversation itself",
    "agent.metadata_digest.max_reward_audit_entries": "the reward audit is for people, never for a prompt",
    "agent.metadata_digest.max_prompt_rewrite_chars": "prompts are no longer rewritten",
    "adaptive_teaching.certify_first_run": "it never had an effect",
    "adaptive_teaching.triage_adapter": "the probe reads the task and the record of its playbook",
    "adaptive_teaching.default_tags": "they reached neither the playbook's key nor the session",
    "adaptive_teaching.reward": "block rim is the reward",
}
"""Keys of the public runtime that are gone, and what to do about each."""

_JSON: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A run config and the YAML that it was read from."""

    path: Path
    config: RunConfig
    root: yaml.Node

    def line(self, key: tuple[str, ...]) -> int | None:
        """The line, from 1, on which a key stands; None when the file leaves it at its default."""
        node: yaml.Node | None = self.root
        line = None
        for part in key:
            found = _entry(node, part)
            if found is None:
                return None
            line, node = found[0].start_mark.line + 1, found[1]
        return line


def load_run_config(path: Path) -> RunConfig:
    """The run config of a file. Raises `ConfigError` with file, line, key and the nearest known name."""
    return read_config_file(path).config


def read_config_file(path: Path) -> ConfigFile:
    """The file, read and checked. Raises `ConfigError` that names every fault at once, a line each."""
    blocks = ", ".join(RunConfig.model_fields)
    root, data = read_mapping(path, f"a run config is a mapping with the blocks {blocks}")
    try:
        return ConfigFile(path, RunConfig.model_validate(data), root)
    except ValidationError as error:
        # A default that was not computed is the shadow of another fault, which is in the list itself.
        faults = [fault for fault in error.errors() if fault["type"] != "default_factory_not_called"]
        raise ConfigError("\n".join(_sentence(fault, path, root) for fault in faults)) from error


def read_mapping(path: Path, expected: str) -> tuple[yaml.Node, dict[str, Any]]:
    """The mapping that a YAML file is, also as nodes that know their lines.

    Raises `ConfigError` for a file that cannot be read, is no YAML, or has a key twice; `expected` says of what is
    no mapping what would be right.
    """
    try:
        text = path.read_text()
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such config file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the config file cannot be read: {error}") from error
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if root is None or not isinstance(data, dict):
        raise ConfigError(f"{path}: {expected}")
    if twice := sorted(_repeated(root)):
        raise ConfigError("\n".join(f"{path}:{line}: {key}: this key stands twice" for line, key in twice))
    return root, data


def written(stored: JsonObject) -> str:
    """The YAML of a run config that was stored whole, by the names of its fields, without what is a default."""
    return yaml.safe_dump(_without_defaults(RunConfig, stored), sort_keys=False)


def _without_defaults(kind: type[BaseModel], stored: JsonObject) -> JsonObject:
    kept: JsonObject = {}
    for name, field in kind.model_fields.items():
        if name not in stored or (not field.is_required() and stored[name] == _default(field)):
            continue
        value, inner = stored[name], _model_in(field.annotation)
        kept[field.alias or name] = _without_defaults(inner, value) if inner and isinstance(value, dict) else value
    return kept


def _default(field: FieldInfo) -> Any:
    return _JSON.dump_python(field.get_default(call_default_factory=True, validated_data={}), mode="json")


def _sentence(fault: Any, path: Path, root: yaml.Node) -> str:
    where = tuple(str(part) for part in fault["loc"])
    key = ".".join(where)
    place = f"{path}:{nearest_line(root, where)}: {key}" if key else str(path)
    if fault["type"] == "extra_forbidden":
        if key in RETIRED:
            return f"{place}: retired; {RETIRED[key]}"
        known = sorted(_fields(RunConfig, where[:-1]))
        near = difflib.get_close_matches(where[-1], known, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(known)}"
        return f"{place}: unknown key; {advice}"
    if fault["type"] == "missing":
        return f"{place}: this key is required"
    if fault["type"] == "value_error":
        return f"{place}: {fault['ctx']['error']}"
    given = fault.get("input")
    shown = "" if isinstance(given, dict | list) else f" (given: {given!r})"
    return f"{place}: {fault['msg'][0].lower()}{fault['msg'][1:]}{shown}"


def _fields(kind: type[BaseModel], where: tuple[str, ...]) -> set[str]:
    """The names that a mapping at `where` may hold: the aliases where there are any."""
    for part in where:
        field = next((field for name, field in kind.model_fields.items() if part in (name, field.alias)), None)
        nested = None if field is None else _model_in(field.annotation)
        if nested is None:
            return set()
        kind = nested
    return {field.alias or name for name, field in kind.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next((kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def nearest_line(node: yaml.Node | None, where: tuple[str, ...]) -> int:
    """The line, from 1, of the key at `where`, or of its nearest parent that is there."""
    line = 1 if node is None else node.start_mark.line + 1
    for part in where:
        found = _entry(node, part)
        if found is None:
            return line
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def _entry(node: yaml.Node | None, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == name), None)


def _repeated(node: yaml.Node, inside: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every key that its mapping holds twice: YAML would quietly take the last."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = (*inside, str(key.value))
        if key.value in seen:
            yield key.start_mark.line + 1, ".".join(name)
        seen.add(key.value)
        yield from _repeated(value, name)
