from __future__ import annotations

import pytest

from atlas.reports.learning.previous import PreviousArtifact, manifest_from, summary_from


def test_a_manifest_of_an_older_version_has_no_format() -> None:
    found = manifest_from({"learning_keys": ["a"], "artifacts": {"a": {"json": "a_summary.json", "markdown": "m"}}})
    assert found.format == 0
    assert found.artifacts["a"].json == "a_summary.json"


@pytest.mark.parametrize("value", [[], "text", {}, {"artifacts": []}, {"artifacts": {"a": {}}}])
def test_what_is_no_manifest_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"xpected|missing"):
        manifest_from(value)


def test_the_manifest_says_what_an_older_summary_does_not() -> None:
    assert summary_from({"learning_key": "a"}, PreviousArtifact("x", simulated=True)).simulated is True
    with pytest.raises(ValueError, match="session_count"):
        summary_from({"learning_key": "a", "session_count": "many"}, PreviousArtifact("x"))
