"""Projects for the tests: files in a folder, as a user would have them."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

from atlas.discovery.child import Launch, clean_environment
from atlas.discovery.wire import Target

COUNTER = """
    class Counter:
        '''Counts down from `start`; done at 0, and only the last step pays.'''

        def __init__(self, start=3):
            self.start = start

        def reset(self, task=None, seed=0):
            self.left = self.start
            return {"left": self.left, "task": task, "seed": seed}

        def step(self, action):
            self.left -= action
            done = self.left <= 0
            return {"left": self.left}, 1.0 if done else None, done, {}

        def close(self):
            pass
"""
STEPPER = """
    class Stepper:
        '''Takes one away at a time.'''

        def plan(self, task, observation, *, emit_event=None):
            return ["take one", "until none is left"]

        def act(self, context, *, emit_event=None):
            emit_event("thought", {"left": context.observation["left"]})
            return 1

        def summarize(self, context, *, history=None, emit_event=None):
            return f"{context.task}: {len(history)} taken; {context.guidance or 'unguided'}"
"""


def project(folder: Path, *empty: str, **files: str) -> Path:
    """Writes `name.py` for each keyword, and each of the `empty` paths, and gives the root."""
    for name, text in {**dict.fromkeys(empty, ""), **{f"{name}.py": text for name, text in files.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder.resolve()


def launch(root: Path, environment: str, agent: str | None = None, *, timeout_s: float = 60.0) -> Launch:
    """Starts `module:qualname` of the project at `root`."""
    variables = clean_environment(os.environ, {})
    return Launch(root, target(environment), target(agent) if agent else None, timeout_s, variables)


def target(spelled: str, **kwargs: object) -> Target:
    module, _, qualname = spelled.partition(":")
    return Target(module, qualname, kwargs)


def counting(folder: Path) -> Launch:
    """A counter and a stepper in one file."""
    return launch(project(folder, desk=COUNTER + STEPPER), "desk:Counter", "desk:Stepper")


def ended(pid: int) -> bool:
    """Whether a process is gone, or dead and waiting for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True
