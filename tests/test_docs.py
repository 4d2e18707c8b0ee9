"""What the pages promise, carried out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from atlas.core.protocols import Mark
from atlas.environments.crm import rules
from atlas.environments.crm.crm import Crm
from atlas.environments.crm.entities import Quote, QuoteId, QuoteStatus
from atlas.environments.crm.tools import TOOLS
from atlas.environments.crm.tools.tool import Tool, tool

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_tool_of_the_page_becomes_a_tool() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/add-a-tool.md").read_text(), re.DOTALL)
    # exec inherits the lazy annotations of this file, so their names must be found in the scope it is given.
    scope: dict[str, Any] = {**globals(), "Crm": Crm, "Quote": Quote, "QuoteId": QuoteId, "Mark": Mark}
    scope |= {"rules": rules, "replace": replace, "QuoteStatus": QuoteStatus, "tool": tool}
    exec(compile(re.sub(r"^   ", "", code, flags=re.MULTILINE), "add-a-tool.md", "exec"), scope)
    made: Tool[Any] = scope["approve_quote"]
    assert made.spec.writes
    assert made.spec.description == "Approve a quote, whatever its status."
    assert made.spec.parameters["required"] == ["quote_id"]
    assert made.spec.name not in TOOLS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"`((?:src|configs|tests|docs|data)/[\w./-]+)`", page.read_text()))
    linked = set(re.findall(r"\]\(([\w./-]+)\)", page.read_text()))
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    missing += [name for name in sorted(linked) if not (page.parent / name).exists()]
    assert missing == []


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text()
    source = "".join(path.read_text() for path in (ROOT / "src/atlas/cli").glob("*.py"))
    for flag in set(re.findall(r"`(?:ATLAS_OFFLINE_MODE=1 )?atlas [^`]*`", text)):
        for option in re.findall(r"--([a-z-]+)", flag):
            assert re.search(rf"\b{option.replace('-', '_')}\b", source), f"{flag}: --{option}"
