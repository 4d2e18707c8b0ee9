"""The retry policy: which failures are tried again, how often, and after what wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar

from atlas.errors import ModelError
from atlas.models.config import RetryConfig

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]

LONGEST_WAIT_S = 60.0
JITTER = 0.25


class TryAgain(Exception):
    """One try failed in a way that may pass. `error` is what the caller gets when it was the last one."""

    def __init__(self, error: ModelError, after_s: float | None = None) -> None:
        """`after_s` is the wait that the provider asked for."""
        super().__init__(str(error))
        self.error, self.after_s = error, after_s


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Tries in all, the wait before the second, and where sleep and chance come from."""

    attempts: int
    backoff_s: float
    sleep: Sleep
    rng: random.Random = field(repr=False)

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """The value of the first try that succeeds; the `ModelError` raised otherwise says how many were made."""
        number = 1
        while True:
            try:
                return await attempt()
            except TryAgain as again:
                if number >= self.attempts:
                    again.error.attempts = number
                    raise again.error from again.__cause__
                wait_s = self.wait_s(number, again.after_s)
            except ModelError as error:
                error.attempts = number
                raise
            await self.sleep(wait_s)
            number += 1

    def wait_s(self, number: int, after_s: float | None) -> float:
        """The wait after try `number`: never shorter than asked for, up to the cap, plus some jitter."""
        wanted = max(after_s or 0.0, self.backoff_s * 2.0 ** (number - 1))
        return min(wanted, LONGEST_WAIT_S) * (1 + JITTER * self.rng.random())


def retry_policy(config: RetryConfig, sleep: Sleep | None, rng: random.Random | None) -> RetryPolicy:
    """The policy of a config; a real clock and an unseeded source unless others are given."""
    # Unseeded on purpose: callers that failed together must not come back together, and no result depends on it.
    return RetryPolicy(config.attempts, config.backoff_seconds, sleep or asyncio.sleep, rng or random.Random())


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait that a `Retry-After` header asks for, in seconds or as a date; None without a usable one.

    A date is measured from the reply's own `Date` header, so no clock of ours is needed.
    """
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        wait_s = float(value)
    except ValueError:
        wait_s = _seconds_between(headers.get("Date", ""), value)
    return wait_s if wait_s >= 0 else None


def _seconds_between(start: str, end: str) -> float:
    """Seconds from one HTTP date to another; NaN when one of them is not a date."""
    try:
        return (parsedate_to_datetime(end) - parsedate_to_datetime(start)).total_seconds()
    except (TypeError, ValueError):
        return float("nan")
