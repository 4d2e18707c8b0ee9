from __future__ import annotations

from pathlib import Path

import pytest

from atlas.discovery.scan import scan
from atlas.discovery.sources import read_sources
from tests.discovery.projects import COUNTER, STEPPER, project


def found(folder: Path, text: str) -> list[tuple[str, str, str]]:
    candidates = scan(read_sources(project(folder, desk=text)).files)
    return [(candidate.role, candidate.qualname, candidate.found_by) for candidate in candidates]


@pytest.mark.parametrize(
    "text",
    [
        "import atlas\n@atlas.environment\nclass Desk: ...",
        "import atlas as a\n@a.environment(name='desk')\nclass Desk: ...",
        "from atlas import environment\n@environment\ndef Desk(): ...",
        "from atlas.discovery.decorators import environment as e\n@e()\nclass Desk: ...",
    ],
)
def test_decorators(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == [("environment", "Desk", "decorator")]


def test_the_label_of_a_decorator(tmp_path: Path) -> None:
    text = "import atlas\n@atlas.agent(name='clerk')\nclass Clerk: ...\n@atlas.environment\nclass Desk: ..."
    names = [candidate.name for candidate in scan(read_sources(project(tmp_path, desk=text)).files)]
    assert names == ["clerk", "Desk"]


def test_another_librarys_decorator_is_none(tmp_path: Path) -> None:
    assert found(tmp_path, "import other as atlas\n@atlas.environment\nclass Desk: ...") == []


def test_protocols_by_their_methods(tmp_path: Path) -> None:
    assert found(tmp_path, COUNTER + STEPPER) == [
        ("agent", "Stepper", "protocol"),
        ("environment", "Counter", "protocol"),
    ]


def test_protocols_by_their_base(tmp_path: Path) -> None:
    text = (
        "from atlas.discovery.protocols import AtlasEnvironmentProtocol, AtlasAgentProtocol as Agent\n"
        "class Desk(AtlasEnvironmentProtocol): ...\nclass Clerk(Agent): ..."
    )
    assert found(tmp_path, text) == [("agent", "Clerk", "protocol"), ("environment", "Desk", "protocol")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import gymnasium as gym\nclass Desk(gym.Env[int, int]): ...", ("environment", "Desk", "static")),
        ("from atlas.environments import CrmEnv\nclass Desk(CrmEnv): ...", ("environment", "Desk", "static")),
        ("class Desk:\n def reset(self): ...\n def step(self, a): ...", ("environment", "Desk", "static")),
        ("class Clerk:\n async def act(self, observation): ...", ("agent", "Clerk", "static")),
        ("def make_crm_env(seed=0): ...", ("environment", "make_crm_env", "static")),
        ("def build_agent(): ...", ("agent", "build_agent", "static")),
    ],
)  # fmt: skip
def test_static_signs(tmp_path: Path, text: str, expected: tuple[str, str, str]) -> None:
    assert found(tmp_path, text) == [expected]


def test_what_is_no_candidate(tmp_path: Path) -> None:
    text = """
        from abc import abstractmethod
        from typing import Protocol
        class Shape(Protocol):
            def reset(self): ...
            def step(self, a): ...
        class Base:
            @abstractmethod
            def act(self): ...
        class Config:
            def reset(self): ...
        def make_env(name): ...
        def environment(): ...
    """
    assert found(tmp_path, text) == []


def test_a_base_is_left_to_what_is_made_from_it(tmp_path: Path) -> None:
    text = COUNTER + "\n    class Better(Counter): ...\n"
    assert found(tmp_path, text) == [("environment", "Better", "protocol")]
