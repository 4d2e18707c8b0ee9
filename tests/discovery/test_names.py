from __future__ import annotations

import ast

from atlas.discovery.names import dotted, imported_names
from atlas.discovery.sources import Source


def names(text: str, path: str = "kit/desk/world.py", module: str = "kit.desk.world") -> dict[str, str]:
    return imported_names(Source(path, module, ast.parse(text)))


def test_imports_in_every_form() -> None:
    assert names("import atlas\nimport gymnasium.spaces\nimport numpy as np\nfrom atlas import agent as a") == {
        "atlas": "atlas",
        "gymnasium": "gymnasium",
        "np": "numpy",
        "a": "atlas.agent",
    }


def test_relative_imports_are_made_absolute() -> None:
    assert names("from . import base\nfrom .base import Base\nfrom ..tools import T") == {
        "base": "kit.desk.base",
        "Base": "kit.desk.base.Base",
        "T": "kit.tools.T",
    }
    assert names("from .base import Base", "kit/desk/__init__.py", "kit.desk") == {"Base": "kit.desk.base.Base"}


def test_dotted_names() -> None:
    def spelled(text: str) -> str:
        return dotted(ast.parse(text, mode="eval").body, {"gym": "gymnasium"})

    assert [spelled(text) for text in ("gym.Env", "gym.Env[int, int]", "Base", "make()")] == [
        "gymnasium.Env", "gymnasium.Env", "Base", "",
    ]  # fmt: skip
