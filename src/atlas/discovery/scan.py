"""The scan: candidates found by reading a project's syntax trees, nothing imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from atlas.discovery.candidate import Candidate, FoundBy
from atlas.discovery.classes import FUNCTIONS, ProjectClass, last, lineage, project_classes
from atlas.discovery.decorators import Role
from atlas.discovery.names import dotted, imported_names
from atlas.discovery.sources import Source

ROLES: tuple[Role, ...] = ("environment", "agent")
PROTOCOLS: dict[Role, str] = {"environment": "AtlasEnvironmentProtocol", "agent": "AtlasAgentProtocol"}
METHODS: dict[Role, tuple[str, ...]] = {
    "environment": ("reset", "step", "close"),
    "agent": ("plan", "act", "summarize"),
}
LEAST: dict[Role, tuple[str, ...]] = {"environment": ("reset", "step"), "agent": ("act",)}
"""What a class must at least have to look like one."""
MAKERS: dict[Role, re.Pattern[str]] = {
    "environment": re.compile(r"^(make|create|build)_(\w+_)?(env|environment)$"),
    "agent": re.compile(r"^(make|create|build)_(\w+_)?agent$"),
}

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_Sign: TypeAlias = tuple[FoundBy, str]


def scan(sources: Sequence[Source]) -> tuple[Candidate, ...]:
    """Every candidate, by role, file and line. The base of another candidate is left to that one."""
    classes = project_classes(sources)
    found = [(one, candidate) for one in classes.values() for candidate in _of_class(one, classes)]
    bases = {base for one, _ in found for base in lineage(one, classes)[0]}
    kept = [candidate for one, candidate in found if candidate.found_by == "decorator" or one.dotted not in bases]
    made = [candidate for source in sources for candidate in _of_functions(source)]
    return tuple(sorted([*kept, *made], key=lambda c: (c.role, c.file, c.line)))


def _of_class(found: ProjectClass, classes: Mapping[str, ProjectClass]) -> Iterator[Candidate]:
    place = (found.source.path, found.node.lineno)
    names = imported_names(found.source)
    for role in ROLES:
        label = _label(found.node, role, names)
        if label is not None:
            sign: _Sign | None = ("decorator", f"decorated with @atlas.{role}")
        else:
            sign = None if found.abstract else _sign(found, role, classes)
        if sign is not None:
            yield Candidate(role, found.source.module, found.qualname, *sign, *place, label or "")


def _sign(found: ProjectClass, role: Role, classes: Mapping[str, ProjectClass]) -> _Sign | None:
    """Why a class without a decorator may play the role; None when nothing speaks for it."""
    bases, methods = lineage(found, classes)
    if any(last(base) == PROTOCOLS[role] for base in bases):
        return "protocol", f"a subclass of {PROTOCOLS[role]}"
    if methods.issuperset(METHODS[role]):
        return "protocol", f"has {', '.join(METHODS[role])}"
    foreign = [base for base in bases if base not in classes and last(base).endswith("Env")]
    if role == "environment" and foreign:
        return "static", f"a subclass of {foreign[0]}"
    if methods.issuperset(LEAST[role]):
        return "static", f"has {' and '.join(LEAST[role])}"
    return None


def _of_functions(source: Source) -> Iterator[Candidate]:
    names = imported_names(source)
    for node in (node for node in source.tree.body if isinstance(node, FUNCTIONS)):
        for role in ROLES:
            label = _label(node, role, names)
            if label is not None:
                sign: _Sign = ("decorator", f"decorated with @atlas.{role}")
            elif MAKERS[role].match(node.name) and _needs_nothing(node):
                sign = ("static", "makes one, by its name")
            else:
                continue
            yield Candidate(role, source.module, node.name, *sign, source.path, node.lineno, label or "")


def _needs_nothing(node: _Function) -> bool:
    given = node.args
    required = len(given.posonlyargs) + len(given.args) - len(given.defaults)
    return required == 0 and all(default is not None for default in given.kw_defaults)


def _label(node: ast.ClassDef | _Function, role: Role, names: Mapping[str, str]) -> str | None:
    """What Atlas's decorator of this role calls it, empty where it states no name; None without the decorator."""
    for mark in node.decorator_list:
        called, keywords = (mark.func, mark.keywords) if isinstance(mark, ast.Call) else (mark, [])
        if dotted(called, names) in (f"atlas.{role}", f"atlas.discovery.decorators.{role}"):
            values = [word.value for word in keywords if word.arg == "name"]
            return next((str(value.value) for value in values if isinstance(value, ast.Constant)), "")
    return None
