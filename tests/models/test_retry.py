from __future__ import annotations

import random

import pytest

from atlas.errors import ModelDenied, ModelUnavailable
from atlas.models.retry import LONGEST_WAIT_S, RetryPolicy, TryAgain, retry_after_s
from tests.models.conftest import Waits


def policy(waits: Waits, attempts: int = 3, backoff_s: float = 1.0, seed: int = 0) -> RetryPolicy:
    return RetryPolicy(attempts, backoff_s, waits, random.Random(seed))


class Flaky:
    """An attempt that fails `times` times before it succeeds."""

    def __init__(self, times: int, after_s: float | None = None) -> None:
        self.left, self.after_s, self.tries = times, after_s, 0

    async def __call__(self) -> str:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise TryAgain(ModelUnavailable("down", model="m"), self.after_s)
        return "done"


async def test_the_first_success_ends_it(waits: Waits) -> None:
    attempt = Flaky(2)
    assert await policy(waits).run(attempt) == "done"
    assert attempt.tries == 3


async def test_the_last_failure_is_raised_with_the_number_of_tries(waits: Waits) -> None:
    attempt = Flaky(9)
    with pytest.raises(ModelUnavailable, match="after 3 attempts") as failure:
        await policy(waits).run(attempt)
    assert (attempt.tries, failure.value.attempts, len(waits.asked)) == (3, 3, 2)


async def test_a_refusal_is_not_tried_again(waits: Waits) -> None:
    tries = 0

    async def attempt() -> None:
        nonlocal tries
        tries += 1
        raise ModelDenied("no", model="m") if tries == 2 else TryAgain(ModelUnavailable("down", model="m"))

    with pytest.raises(ModelDenied) as failure:
        await policy(waits, attempts=9).run(attempt)
    assert (tries, failure.value.attempts) == (2, 2)


async def test_waits_double_and_are_jittered_from_the_given_source(waits: Waits) -> None:
    with pytest.raises(ModelUnavailable):
        await policy(waits, attempts=5).run(Flaky(9))
    bases = [1.0, 2.0, 4.0, 8.0]
    assert all(base <= wait <= 1.25 * base for base, wait in zip(bases, waits.asked, strict=True))
    again, other = Waits(), Waits()
    for sleep, seed in ((again, 0), (other, 1)):
        with pytest.raises(ModelUnavailable):
            await policy(sleep, attempts=5, seed=seed).run(Flaky(9))
    assert again.asked == waits.asked != other.asked


async def test_no_wait_is_shorter_than_asked_for_or_longer_than_the_cap(waits: Waits) -> None:
    await policy(waits).run(Flaky(1, after_s=7.0))
    await policy(waits).run(Flaky(1, after_s=86_400.0))
    assert 7.0 <= waits.asked[0] <= 7.0 * 1.25
    assert LONGEST_WAIT_S <= waits.asked[1] <= LONGEST_WAIT_S * 1.25


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", None),
        ("-1", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    headers = {"Retry-After": value, "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}
    assert retry_after_s(headers) == seconds


def test_a_date_without_the_servers_own_clock_is_not_usable() -> None:
    assert retry_after_s({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT"}) is None
    assert retry_after_s({}) is None
