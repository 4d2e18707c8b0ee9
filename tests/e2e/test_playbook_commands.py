"""`atlas playbook` as a user types it: every act is a version, and nonsense is refused without loss."""

from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from tests.e2e.conftest import Atlas

ENTRY = """\
- id: e-1
  audience: student
  cue: {type: keyword, pattern: quote, description: a quote is asked for}
  action: {imperative: Search the quote before you change it, runtime_handle: quote_search}
  expected_effect: the right quote
"""


@pytest.fixture
def book(atlas: Atlas) -> str:
    """A playbook at version 1 with one entry."""
    (atlas.folder / "one.yaml").write_text(ENTRY)
    key = f"crm/quotes/{uuid4()}"
    done = atlas("playbook", "import", key, "one.yaml")
    assert done.returncode == 0, done.stderr
    assert f"playbook {key} is now at version 1" in done.stdout
    return key


def editor(atlas: Atlas, script: str) -> str:
    path = atlas.folder / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_the_life_of_a_playbook(atlas: Atlas, book: str) -> None:
    assert f"{book}  version 1, 1 active" in atlas("playbook", "list").stdout
    swap = editor(atlas, "sed -i 's/Search the quote/Look the quote up/' \"$1\"")
    assert "version 2" in atlas("playbook", "edit", book, EDITOR=swap).stdout
    shown = atlas("playbook", "show", book[:-5]).stdout
    assert "- When a quote is asked for: Look the quote up before you change it [tool: quote_search]" in shown
    assert "versions: 1, 2" in shown
    changes = atlas("playbook", "diff", book, "1").stdout
    assert "~ e-1" in changes
    assert "-    imperative: Search the quote before you change it" in changes
    assert "+ e-1" in atlas("playbook", "diff", book, "0", "1").stdout
    assert "version 3" in atlas("playbook", "rollback", book, "1").stdout
    assert "Search the quote" in atlas("playbook", "show", book).stdout
    assert "version 4" in atlas("playbook", "freeze", book).stdout
    assert "(frozen)" in atlas("playbook", "show", book).stdout
    assert "it is frozen already" in atlas("playbook", "freeze", book).stdout
    assert "version 5" in atlas("playbook", "freeze", book, "--off").stdout
    assert atlas("playbook", "export", book, "--output", "out.yaml", "--version", "2").returncode == 0
    (entry,) = yaml.safe_load((atlas.folder / "out.yaml").read_text())
    assert entry["action"]["imperative"] == "Look the quote up before you change it"
    assert "version 1" in atlas("playbook", "import", f"copy/{book}", "out.yaml").stdout
    assert "nothing changed" in atlas("playbook", "edit", book, EDITOR="true").stdout


def test_nonsense_is_refused_and_kept_for_its_author(atlas: Atlas, book: str) -> None:
    scribble = editor(atlas, 'sed -i \'s/type: keyword/type: regex/; s/pattern: quote/pattern: "("/\' "$1"')
    said = atlas.refused("playbook", "edit", book, EDITOR=scribble)
    assert "is no playbook, so nothing was saved" in said
    assert "entry 1 (e-1): cue.pattern" in said
    kept = Path(said.split("error: ")[1].split(" is no playbook")[0])
    assert 'pattern: "("' in kept.read_text() or "pattern: (" in kept.read_text()
    kept.unlink()
    for text in ("- {id: x}", "[", "- id: x\n  audience: nobody\n", "just words"):
        (atlas.folder / "bad.yaml").write_text(text)
        assert "is no playbook" in atlas.refused("playbook", "import", book, "bad.yaml")
    assert "versions: 1\n" in atlas("playbook", "show", book).stdout


def test_what_is_not_there_is_named(atlas: Atlas, book: str) -> None:
    assert f"did you mean '{book}'?" in atlas.refused("playbook", "show", book.replace("quotes", "qoutes"))
    assert "has no version 9; the newest is 1" in atlas.refused("playbook", "rollback", book, "9")
    assert "holds what version 1 holds already" in atlas.refused("playbook", "rollback", book, "1")
    assert "set EDITOR" in atlas.refused("playbook", "edit", book)
    assert "did not end well" in atlas.refused("playbook", "edit", book, EDITOR="false")
    assert "cannot be read" in atlas.refused("playbook", "import", book, "nowhere.yaml")
