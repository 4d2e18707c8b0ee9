"""Rollouts in a bundle: what is put in beside the groups, and how they are played again or why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from atlas.core.json import JsonObject
from atlas.datasets.gaia.layout import GaiaLayout
from atlas.datasets.gaia.loader import revision_of
from atlas.datasets.loader import dataset_revision
from atlas.errors import ConfigError
from atlas.rollouts.journal import LeftOut, group_id, open_journal
from atlas.runs.handoff.manifest import Figure, Replay
from atlas.runs.handoff.rollouts import page_figure, put_rollout, read_rollout
from atlas.runs.rollout.plan import read_plan
from tests.rollouts.samples import group

GAIA = Path(__file__).parents[3] / "data/gaia_mini"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "bundle").mkdir()
    return tmp_path / "bundle"


@pytest.fixture
def rollout(tmp_path: Path) -> Callable[..., Path]:
    """A file of groups: steps 0 and 2 in the file, step 1 left out."""

    def write(env: str = "crm", *flags: str, steps: tuple[int, ...] = (0, 1, 2), **identity: object) -> Path:
        path = tmp_path / "groups.jsonl"
        played: JsonObject = {"plays": "offline/student", "dataset_revision": "generated:seed=7", **identity}
        with open_journal(path) as journal:
            journal.begin({**read_plan("process", (env, *flags)).identity(), **played})
            for step in steps:
                if step == 1:
                    journal.note(LeftOut(step, "equal scores"))
                else:
                    journal.add(replace(group(1.0, group_id=group_id(step)), environment=env))
        return path

    return write


def test_groups_of_generated_conversations(bundle: Path, rollout: Callable[..., Path]) -> None:
    path = rollout("crm", "--env.group_size", "2", "--seed", "7", "--scoring.steps", "0.2")
    put = put_rollout(bundle, read_rollout(path), ())
    assert (put.name, put.environment, put.groups) == ("groups", "crm", 2)
    config, played = "configs/groups.rollout.yaml", "replays/groups/groups.jsonl"
    assert put.replay == Replay(
        (
            *("rollout", "process", "crm", "--config", config, "--offline"),
            *("--env.total_steps", "3", "--env.data_path_to_save_groups", played),
        )
    )
    assert page_figure(put) == Figure(
        "rollout groups",
        ("rollout", "view", "rollouts/groups/groups.jsonl", "--output", "figures/rollouts/groups.html"),
    )
    for name in ("groups.jsonl", "groups.run.jsonl"):
        assert (bundle / "rollouts/groups" / name).read_bytes() == path.with_name(name).read_bytes()
    again = read_plan("process", (*put.replay.arguments[2:3], "--config", str(bundle / config)))
    first = read_plan("process", ("crm", "--env.group_size", "2", "--seed", "7", "--scoring.steps", "0.2"))
    assert again.identity() == first.identity(), "played again under the config that it was played under"


def test_two_files_of_one_name_stand_side_by_side(bundle: Path, rollout: Callable[..., Path]) -> None:
    found = read_rollout(rollout())
    first, second = (put_rollout(bundle, found, ()) for _ in range(2))
    assert first.name == "groups"
    assert second.name.startswith("groups-")
    assert (bundle / second.groups_file).is_file()


def test_questions_go_in_with_their_files(bundle: Path, rollout: Callable[..., Path], tmp_path: Path) -> None:
    layout = GaiaLayout(GAIA, "validation")
    revision = revision_of(layout, layout.rows())
    found = read_rollout(rollout("smolagents", "--env.dataset_path", "gone", dataset_revision=revision))
    with pytest.raises(ConfigError, match=rf"content {revision}, and gone is not that; .* --dataset"):
        put_rollout(tmp_path / "other", found, ())
    put = put_rollout(bundle, found, (GAIA,))
    assert put.replay is not None
    plan = read_plan("process", ("smolagents", "--config", str(bundle / put.replay.arguments[4])))
    moved = GaiaLayout(bundle / str(plan.config.env.dataset_path), "validation")
    assert revision_of(moved, moved.rows()) == revision


def test_conversations_of_a_file_go_in(bundle: Path, rollout: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"row": 1}\n')
    revision = dataset_revision(tmp_path / "rows.jsonl")
    path = rollout("crm", "--env.dataset_path", str(tmp_path / "rows.jsonl"), dataset_revision=revision)
    assert put_rollout(bundle, read_rollout(path), ()).replay is not None
    assert (bundle / "datasets/rows.jsonl").read_text() == '{"row": 1}\n'


@pytest.mark.parametrize(
    ("arguments", "identity", "reason"),
    [
        (("crm",), {"plays": "gpt-4.1"}, "a real model played or judged it (gpt-4.1)"),
        (("crm",), {"judges_reasoning": "gpt-5"}, "a real model played or judged it (gpt-5)"),
        (("desk:deals",), {}, "the environment desk:deals is code that is not in the bundle"),
        (("crm", "--env.tokenizer_name", "some/model"), {}, "the tokenizer some/model is not in the bundle"),
    ],
    ids=["real model", "real judge", "own environment", "tokenizer"],
)
def test_why_groups_are_not_played_again(
    bundle: Path, rollout: Callable[..., Path], arguments: tuple[str, ...], identity: JsonObject, reason: str
) -> None:
    put = put_rollout(bundle, read_rollout(rollout(*arguments, **identity)), ())
    assert put.replay is None
    assert put.not_replayed == f"{reason}; what is stored is taken as it is"


def test_what_is_no_whole_rollout_is_refused(rollout: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nobody.jsonl is no file of groups with its nobody.run.jsonl beside it"):
        read_rollout(tmp_path / "nobody.jsonl")
    with pytest.raises(ConfigError, match="lacks groups that were begun; complete it first"):
        read_rollout(rollout(steps=(0, 2)))
