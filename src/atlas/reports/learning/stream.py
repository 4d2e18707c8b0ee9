"""The stream of a thread: which arm is followed over time, and which one the others are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atlas.core.thread import Tally


def stream_of(arms: Sequence[Tally], taught: Mapping[str, int]) -> str | None:
    """The arm that taught the playbook most often, of equals the one with most sessions; None without arms."""
    if not arms:
        return None
    return max(arms, key=lambda arm: (taught.get(arm.name, 0), arm.sessions)).name


def baseline_of(arms: Sequence[Tally], stream: str | None) -> str | None:
    """The first arm beside the stream that no playbook was shown in, else the first one; None with a single arm."""
    others = [arm for arm in arms if arm.name != stream]
    bare = [arm for arm in others if arm.versions[1] == 0]
    return (bare or others)[0].name if others else None
