"""Names: what a name in a file stands for, as its imports say."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from atlas.discovery.sources import Source


def imported_names(source: Source) -> dict[str, str]:
    """Local name -> dotted name, of every import anywhere in the file."""
    names: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names |= dict(_import(alias) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, source)
            names |= {alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names}
    return names


def dotted(node: ast.expr, names: Mapping[str, str]) -> str:
    """`a.b.C` with its first part as `names` has it, of a subscript what is subscripted; else empty."""
    if isinstance(node, ast.Subscript):
        return dotted(node.value, names)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def _import(alias: ast.alias) -> tuple[str, str]:
    """`import a.b` makes `a` known, `import a.b as c` makes `c` stand for `a.b`."""
    first = alias.name.partition(".")[0]
    return (alias.asname, alias.name) if alias.asname else (first, first)


def _base(node: ast.ImportFrom, source: Source) -> str:
    """The module that names are imported from, a relative one made absolute."""
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    above = node.level - source.path.endswith("__init__.py")
    kept = package[: len(package) - above]
    return ".".join([*kept, *([node.module] if node.module else [])])
