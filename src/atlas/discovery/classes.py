"""The classes of a project: their bases and methods, as far as its own files say."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from atlas.discovery.names import dotted, imported_names
from atlas.discovery.sources import Source

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class ProjectClass:
    """One class. `bases` are dotted names, `methods` those of its own body."""

    source: Source
    qualname: str
    node: ast.ClassDef
    bases: tuple[str, ...]
    methods: frozenset[str]

    @property
    def dotted(self) -> str:
        return f"{self.source.module}.{self.qualname}"

    @property
    def abstract(self) -> bool:
        """Whether nothing can be made of it: a protocol, or a class with abstract methods."""
        marks = (
            ast.unparse(m) for item in self.node.body if isinstance(item, FUNCTIONS) for m in item.decorator_list
        )
        return any(last(base) == "Protocol" for base in self.bases) or any(
            "abstractmethod" in mark for mark in marks
        )


def project_classes(sources: Sequence[Source]) -> dict[str, ProjectClass]:
    """Dotted name -> class, nested ones included, those inside functions not."""
    return {found.dotted: found for source in sources for found in _classes(source)}


def lineage(found: ProjectClass, classes: Mapping[str, ProjectClass]) -> tuple[tuple[str, ...], frozenset[str]]:
    """All bases, near ones first, and all methods, as far as the project itself defines them."""
    bases: dict[str, None] = {}
    methods = set(found.methods)
    waiting = list(found.bases)
    while waiting:
        base = waiting.pop(0)
        if base not in bases and base in classes:
            methods |= classes[base].methods
            waiting += classes[base].bases
        bases[base] = None
    return tuple(bases), frozenset(methods)


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def _classes(source: Source) -> Iterator[ProjectClass]:
    own = {node.name: f"{source.module}.{node.name}" for node in source.tree.body if isinstance(node, ast.ClassDef)}
    yield from _walk(source, source.tree.body, "", {**imported_names(source), **own})


def _walk(
    source: Source, body: Sequence[ast.stmt], inside: str, names: Mapping[str, str]
) -> Iterator[ProjectClass]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            qualname = f"{inside}{node.name}"
            bases = tuple(dotted(base, names) for base in node.bases)
            methods = frozenset(item.name for item in node.body if isinstance(item, FUNCTIONS))
            yield ProjectClass(source, qualname, node, bases, methods)
            yield from _walk(source, node.body, f"{qualname}.", names)
