"""Figures of the learning report: the stream over time, and how titles say that models were scripted."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from atlas.core.thread import StreamBucket
from atlas.reports.drawing import BLUE, GREY, ORANGE, drawing_style, picture_of
from atlas.reports.learning.reward import Momentum
from atlas.reports.page import Picture
from atlas.reports.statistics.intervals import wilson


def titled(title: str, simulated: bool) -> str:
    """The title; it says so when scripted models played."""
    return f"{title} (simulated)" if simulated else title


def stream_picture(momentum: Momentum, simulated: bool) -> Picture:
    """Success in parts of the stream with 95 % intervals, mean reward, versions of the playbook, and tokens."""
    with drawing_style():
        figure = Figure(figsize=(9, 4.6), dpi=110, layout="constrained")
        title = titled(f"{momentum.stream}: success over the stream", simulated)
        figure.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
        _draw_success(upper, momentum.buckets)
        _draw_versions(upper, momentum.buckets)
        _draw_windows(upper, momentum)
        _draw_tokens(lower, momentum.buckets)
        return picture_of(figure)


def _middle(bucket: StreamBucket) -> float:
    return (bucket.first + bucket.last) / 2


def _draw_success(axes: Axes, buckets: Sequence[StreamBucket]) -> None:
    at = [_middle(bucket) for bucket in buckets]
    rates = [bucket.passed / bucket.sessions for bucket in buckets]
    intervals = [wilson(bucket.passed, bucket.sessions) for bucket in buckets]
    reach = [
        [rate - interval.low for rate, interval in zip(rates, intervals, strict=True)],
        [interval.high - rate for rate, interval in zip(rates, intervals, strict=True)],
    ]
    axes.errorbar(
        at, rates, yerr=reach, fmt="o", color=BLUE, capsize=2, linewidth=1, label="success (95 % interval)"
    )
    rewarded = [(_middle(bucket), bucket.reward) for bucket in buckets if bucket.reward is not None]
    axes.plot(
        [place for place, _ in rewarded],
        [reward for _, reward in rewarded],
        color=ORANGE,
        linewidth=1.4,
        linestyle="--",
        label="mean reward",
    )
    axes.set_ylim(-0.04, 1.14)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.grid(axis="y", color="#E4E6EA", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="lower left", frameon=False, fontsize=8)


def _draw_versions(axes: Axes, buckets: Sequence[StreamBucket]) -> None:
    """The playbook's version at the end of each part, where it changed."""
    before = -1
    for bucket in buckets:
        if bucket.version != before:
            axes.annotate(f"v{bucket.version}", (_middle(bucket), 1.06), ha="center", fontsize=7, color=GREY)
            before = bucket.version


def _draw_windows(axes: Axes, momentum: Momentum) -> None:
    """A band under each window, counted from the end of the stream."""
    end = momentum.buckets[-1].last + 0.5
    recent = end - momentum.recent.reward.n
    axes.axvspan(recent, end, color=ORANGE, alpha=0.10, linewidth=0)
    axes.axvspan(recent - momentum.baseline.reward.n, recent, color=BLUE, alpha=0.06, linewidth=0)
    axes.text(end, 0.02, "recent ", ha="right", va="bottom", fontsize=7, color=GREY)
    axes.text(recent, 0.02, "baseline ", ha="right", va="bottom", fontsize=7, color=GREY)


def _draw_tokens(axes: Axes, buckets: Sequence[StreamBucket]) -> None:
    known = [(_middle(bucket), bucket.tokens / 1000) for bucket in buckets if bucket.tokens is not None]
    axes.plot([place for place, _ in known], [tokens for _, tokens in known], color=GREY, marker=".", linewidth=1.2)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("1,000 tokens")
    axes.set_xlabel("sessions in the order of finishing; v: version of the playbook that they read")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
