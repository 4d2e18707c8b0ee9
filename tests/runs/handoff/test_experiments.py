"""Experiments in a bundle: the report that was shown must be the one that the sessions give."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas.errors import ConfigError
from atlas.runs.handoff.experiments import require_reports_of_today


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    for folder in ("figures/experiments/run-1/playbooks", "artifacts/run-1/playbooks"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "order-1.yaml").write_text("[]")
    return tmp_path


def test_a_report_of_today_passes_with_more_beside_it(bundle: Path) -> None:
    (bundle / "artifacts/run-1/run.json").write_text("{}")
    require_reports_of_today(bundle)


@pytest.mark.parametrize("shown", ["[1]", None], ids=["another", "missing"])
def test_a_report_of_yesterday_is_refused(bundle: Path, shown: str | None) -> None:
    path = bundle / "artifacts/run-1/playbooks/order-1.yaml"
    path.write_text(shown) if shown else path.unlink()
    with pytest.raises(ConfigError, match=r"run run-1: playbooks/order-1.yaml in its folder is not what"):
        require_reports_of_today(bundle)
