from __future__ import annotations

from dataclasses import replace

from atlas.core.thread import StreamBucket
from atlas.reports.learning.figures import stream_picture, titled
from atlas.reports.learning.reward import measure
from tests.reports.learning.threads import thread


def test_titles_say_that_models_were_scripted() -> None:
    assert (titled("Arms", True), titled("Arms", False)) == ("Arms (simulated)", "Arms")


def test_a_stream_without_rewards_or_tokens_is_drawn_too() -> None:
    buckets = (StreamBucket(1, 5, 5, 0, None, None, 0), StreamBucket(6, 10, 5, 5, None, None, 3))
    momentum = measure(replace(thread(baseline=[0.5] * 5, recent=[0.5] * 5), buckets=buckets))
    picture = stream_picture(momentum, simulated=False)
    assert picture.png.startswith(b"\x89PNG")
    assert picture == stream_picture(momentum, simulated=False)
