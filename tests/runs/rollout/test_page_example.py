"""The benchmark of the page docs/rollouts.md, carried out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from atlas.rollouts.config import EnvConfig
from atlas.runs.rollout.benchmarks import open_benchmark
from atlas.settings import Settings

PAGE = Path(__file__).parents[3] / "docs/rollouts.md"


async def test_the_factory_of_the_page_gives_a_benchmark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "page_rollouts.py").write_text(code)
    monkeypatch.setattr(sys, "path", [*sys.path])
    settings = Settings.load({}, tmp_path / ".env")
    async with open_benchmark("page_rollouts:deals", EnvConfig(), settings, 7, tmp_path) as benchmark:
        assert {task.brief.family for task in benchmark.tasks} == {"deal_intake"}
        assert len(benchmark.tasks) == 12
