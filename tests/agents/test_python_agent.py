"""Python agents: found by import path, called in any of the ways a function can be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from atlas.agents.python_agent import asking, imported
from atlas.errors import AgentError, ConfigError

MODULE = """
def main(prompt, metadata):
    return f"{prompt}, {metadata['llm_config']['model']}"

async def slow(prompt, metadata):
    return {"content": prompt}

def parts(prompt, metadata):
    yield from ("a", "b")

async def later(prompt, metadata):
    for part in ("c", "d"):
        yield part

def broken(prompt, metadata):
    raise RuntimeError("out of coffee")

class Nested:
    @staticmethod
    def main(prompt, metadata):
        return "nested"
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "path", list(sys.path))
    name = f"agent_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    return name


@pytest.mark.parametrize(
    ("attribute", "answer"),
    [
        ("main", "hi, m"),
        ("slow", {"content": "hi"}),
        ("parts", "ab"),
        ("later", "cd"),
        ("Nested.main", "nested"),
    ],
)
async def test_every_kind_of_function(module: str, tmp_path: Path, attribute: str, answer: object) -> None:
    ask = asking(imported(module, attribute, tmp_path), "mine", {"model": "m"})
    assert await ask("hi", {}) == answer


async def test_what_it_raises_is_named(module: str, tmp_path: Path) -> None:
    ask = asking(imported(module, "broken", tmp_path), "mine", None)
    with pytest.raises(AgentError, match="agent mine raised RuntimeError: out of coffee"):
        await ask("hi", {})


def test_what_is_missing_is_named(module: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'nowhere_at_all' cannot be imported"):
        imported("nowhere_at_all", "main", None)
    with pytest.raises(ConfigError, match="has no 'absent'"):
        imported(module, "absent", tmp_path)
