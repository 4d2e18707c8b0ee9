"""The system text: smolagents' template, filled in without importing smolagents."""

from __future__ import annotations

import subprocess
import sys

import pytest

from atlas.agents.code import prompt
from atlas.agents.code.prompt import cut, system_text
from atlas.agents.code.wire import Input, ToolShape
from atlas.errors import ConfigError

SHAPE = ToolShape("look", "Look something up.", (Input("what", "string", "What to look up.", required=True),))


def test_tools_orders_and_imports_are_told() -> None:
    text = system_text("Be brief.", (SHAPE,), ("*",))
    assert 'def look(what: string) -> any:\n    """Look something up.' in text
    assert "def final_answer(answer: any)" in text
    assert "Be brief." in text
    assert "You can import from any package you want." in text
    assert "['csv', 'json']" in system_text("", (), ("json", "csv"))
    assert "{{" not in text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("think <code>\nx\n</code>\nObservation: 5", "think <code>\nx\n</code>"),
        ("plain words\nObservation: made up", "plain words"),
        ("plain words", "plain words"),
        ("<code>a</code><code>b</code>", "<code>a</code>"),
    ],
)
def test_what_a_model_made_up_about_the_outcome_is_dropped(said: str, kept: str) -> None:
    assert cut(said) == kept


def test_smolagents_itself_stays_out_of_this_process() -> None:
    check = (
        "import sys\nfrom atlas.agents.code.prompt import system_text\nsystem_text('', (), ())\n"
        "assert 'smolagents' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    prompt._template.cache_clear()
    monkeypatch.setattr(prompt, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"needs smolagents: pip install 'atlas\[code\]'"):
        system_text("", (), ())
