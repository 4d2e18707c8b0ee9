"""The spaces of the Gymnasium environment, and an episode as an observation in them."""

from __future__ import annotations

import string
from typing import Any, TypeAlias

import numpy as np
from gymnasium import spaces

from atlas.core.messages import tool_message
from atlas.environments.crm.gym.action import ACTIONS, MAX_ARGUMENTS
from atlas.environments.crm.gym.episode import Deed, Episode
from atlas.environments.crm.schema import TABLES

Observation: TypeAlias = dict[str, Any]

MAX_TOLD = 8_192
"""Characters of the instructions and of a request."""

MAX_RESULT = 20_200
"""Characters of a tool result: what a model is shown of it at most, and the note that the rest was cut."""

MAX_ERROR = 4_096
MAX_ROWS = 1_000_000
_NOTHING, _DONE, _FAILED = 0, 1, 2


class UnicodeText(spaces.Space[str]):
    """Text of any characters up to a length; samples are printable ASCII.

    `spaces.Text` needs a list of its characters, and `AsyncVectorEnv` reads it wrong from shared memory without a
    word. A space of another kind it refuses there, and says that `shared_memory=False` helps.
    """

    def __init__(self, max_length: int) -> None:
        super().__init__(dtype=str)
        self.max_length = max_length

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Uniform in length and characters. Raises `ValueError` for a mask or probabilities: there are none."""
        if mask is not None or probability is not None:
            raise ValueError("UnicodeText is sampled without mask and probability")
        length = self.np_random.integers(self.max_length + 1)
        return "".join(self.np_random.choice(list(string.printable), size=length))

    def contains(self, x: Any) -> bool:
        return isinstance(x, str) and len(x) <= self.max_length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnicodeText) and self.max_length == other.max_length

    def __repr__(self) -> str:
        return f"UnicodeText({self.max_length})"


def action_space() -> spaces.Dict:
    """A tool by its index in `ACTIONS` and the JSON text of its arguments, which can always be written in ASCII."""
    arguments = spaces.Text(MAX_ARGUMENTS, min_length=0, charset=string.printable)
    return spaces.Dict({"tool": spaces.Discrete(len(ACTIONS)), "arguments": arguments})


def observation_space(max_steps: int, max_turns: int) -> spaces.Dict:
    """What an agent sees: the request of this turn, what its last action gave, table sizes and what is left.

    `last_tool.success` is 0 before the first action, then 1, or 2 for an error. `tool_index` is -1 where there is
    no tool: before the first action and after one that could not be read.
    """
    told = spaces.Dict({"description": UnicodeText(MAX_TOLD), "utterance": UnicodeText(MAX_TOLD)})
    last = spaces.Dict(
        {
            "tool": UnicodeText(64),
            "tool_index": spaces.Discrete(len(ACTIONS) + 1, start=-1),
            "arguments": UnicodeText(MAX_ARGUMENTS),
            "success": spaces.Discrete(3),
            "result": UnicodeText(MAX_RESULT),
            "error": UnicodeText(MAX_ERROR),
        }
    )
    return spaces.Dict(
        {
            "task": told,
            "last_tool": last,
            "crm_summary": spaces.Dict({table.name: _count(MAX_ROWS) for table in TABLES}),
            "steps_remaining": _count(max_steps),
            "turns_remaining": _count(max_turns),
        }
    )


def observe(episode: Episode) -> Observation:
    """The episode as it stands, of which every array is new."""
    return {
        "task": {"description": episode.task.brief.instructions, "utterance": episode.request},
        "last_tool": _last(episode.deeds[-1] if episode.deeds else None),
        "crm_summary": {table.name: _number(len(episode.state[table.name])) for table in TABLES},
        "steps_remaining": _number(episode.steps_remaining),
        "turns_remaining": _number(episode.turns_remaining),
    }


def _last(deed: Deed | None) -> Observation:
    if deed is None:
        return {"tool": "", "tool_index": -1, "arguments": "", "success": _NOTHING, "result": "", "error": ""}
    return {
        "tool": deed.tool,
        "tool_index": ACTIONS.index(deed.tool) if deed.tool else -1,
        "arguments": deed.arguments,
        "success": _FAILED if deed.fault else _DONE,
        "result": tool_message(deed.result).content if deed.is_call and not deed.fault else "",
        "error": (deed.result.error or "")[:MAX_ERROR],
    }


def _count(most: int) -> spaces.Box:
    return spaces.Box(0, most, (1,), np.int32)


def _number(value: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.array([value], dtype=np.int32)
