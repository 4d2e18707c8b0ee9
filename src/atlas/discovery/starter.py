"""A starter for a project: an environment and an agent to try `atlas env init` on, and to change."""

from __future__ import annotations

from typing import Any

import atlas


@atlas.environment(name="number-desk")
class NumberDesk:
    """Hides a number from 1 to 100; the agent is told whether a guess is too low or too high."""

    def reset(self, task: str = "", seed: int = 0) -> dict[str, Any]:
        self.number = seed % 100 + 1
        self.guesses = 0
        return {"task": task, "hint": "guess a number from 1 to 100"}

    def step(self, action: int) -> tuple[dict[str, Any], float, bool, dict[str, Any]]:
        self.guesses += 1
        right = action == self.number
        hint = "right" if right else "too low" if action < self.number else "too high"
        return {"hint": hint}, float(right), right or self.guesses == 10, {"is_success": right}

    def close(self) -> None:
        """Nothing is held open."""


@atlas.agent(name="halving")
class Halving:
    """Halves what is left."""

    def plan(self, task: str, observation: dict[str, Any]) -> str:
        self.low, self.high, self.last = 1, 100, 0
        return "halve the range until the hint says right"

    def act(self, context: Any) -> int:
        hint = context.observation["hint"]
        if hint == "too low":
            self.low = self.last + 1
        elif hint == "too high":
            self.high = self.last - 1
        self.last = (self.low + self.high) // 2
        return self.last

    def summarize(self, context: Any, history: list[dict[str, Any]]) -> str:
        return f"The number is {self.last}, found after {len(history)} guesses."
