"""`atlas sft-gen`, `atlas dpo-gen`, `atlas export rollouts` as a user runs them: files, sessions and a live API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from typer.testing import CliRunner

from atlas.cli.main import assembled
from atlas.core.json import JsonObject, dumps
from atlas.core.messages import Message
from atlas.core.trainer_group import trainer_group
from atlas.errors import AtlasError
from atlas.rollouts.group_file import GroupFile, read_groups
from tests.e2e.conftest import Atlas
from tests.rollouts.samples import called, group
from tests.rollouts.tokens.templates import HERMES, TEMPLATES, save

CONFIG = Path(__file__).parents[2] / "configs/atlas/crm_harness.yaml"
DATASET = CONFIG.parents[2] / "data/conversations/dev.jsonl"


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    path = tmp_path / "groups.jsonl"
    with GroupFile(path) as file:
        file.append(group(0.0, 0.25, 1.0, group_id="a"))
        file.append(replace(group(1.0, 1.0, group_id="b"), environment="smolagents"))
    return path


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    return save(tmp_path / "tokenizer", HERMES, eos="<|im_end|>")


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Inside:
    """`atlas` without a process of its own, in the test's folder: what it says, and the error it ends with."""

    folder: Path

    def __call__(self, *arguments: str | Path) -> Done:
        result = CliRunner().invoke(assembled(), [str(argument) for argument in arguments])
        error = result.exception
        if error is None or isinstance(error, SystemExit):
            return Done(result.exit_code, result.stdout, result.stderr)
        assert isinstance(error, AtlasError), error
        return Done(error.exit_code, result.stdout, f"error: {error}")


@pytest.fixture
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    monkeypatch.chdir(tmp_path)
    return Inside(tmp_path)


def rows(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_command_of_the_guide(atlas: Atlas, groups: Path, tokenizer: Path) -> None:
    done = atlas(
        "sft-gen", "output.jsonl", "--tokenizer", tokenizer, "--save-messages", "--env", "smolagents",
        "--groups", groups,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 conversations of 100 wanted from 1 group written to output.jsonl. SIMULATED\n"
    assert [row["score"] for row in rows(atlas.folder / "output.jsonl")] == [1.0, 1.0]


def test_text_pairs_and_filters(inside: Inside, groups: Path, tokenizer: Path) -> None:
    done = inside(
        "sft-gen", "sft.jsonl", "--tokenizer", tokenizer, "--groups", groups, "--save-top-n-per-group", "1",
        "--minimum-score-diff-max-min", "0.5",
    )  # fmt: skip
    # The tokens of the samples are three invented ids: what they decode to is text all the same.
    assert (
        done.stdout
        == "1 conversation of 100 wanted from 2 groups written to sft.jsonl; left out: 4 by score. SIMULATED\n"
    )
    (row,) = rows(inside.folder / "sft.jsonl")
    assert set(row) == {"prefix", "completion", "score", "simulated"}
    done = inside("dpo-gen", "dpo.jsonl", "--save-messages", "--groups", groups, "--num-seqs-to-save", "1")
    assert done.stdout == "1 pair from 1 group written to dpo.jsonl; left out: 1 in no pair. SIMULATED\n"
    (pair,) = rows(inside.folder / "dpo.jsonl")
    assert (pair["score"], pair["pos"][-1]["content"], set(pair)) == (
        1.0,
        "Answer 2.",
        {"pos", "neg", "score", "neg_score", "tools", "simulated"},
    )


def test_nothing_is_no_success(inside: Inside, groups: Path) -> None:
    common = ("--save-messages", "--groups", groups)
    done = inside("dpo-gen", "out.jsonl", *common, "--minimum-score-diff-max-min", "2")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: of 2 groups nothing fits, so nothing was written; left out: 5 in no pair" in done.stderr
    done = inside("sft-gen", "out.jsonl", *common, "--env", "gym")
    assert done.returncode == 1
    assert "holds no group of gym; it holds groups of crm, smolagents; nothing was written" in done.stderr
    (inside.folder / "empty.jsonl").touch()
    done = inside("sft-gen", "out.jsonl", "--save-messages", "--groups", "empty.jsonl")
    assert (done.returncode, "empty.jsonl holds no group; nothing was written" in done.stderr) == (1, True)
    done = inside("export", "rollouts", "empty.jsonl", "--output", "out.jsonl")
    assert (done.returncode, "there is no group, so nothing was written" in done.stderr) == (1, True)
    assert not (inside.folder / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("sft-gen out.jsonl --groups groups.jsonl", "--tokenizer is missing"),
        ("sft-gen out.jsonl --groups groups.jsonl --tokenizer ./none", "tokenizer ./none is not there"),
        ("sft-gen out.jsonl --groups none.jsonl --save-messages", "none.jsonl: the file of groups cannot be read"),
        ("sft-gen out.jsonl --groups bad.jsonl --save-messages", "bad.jsonl:1: this is no JSON"),
        ("sft-gen groups.jsonl --groups groups.jsonl --save-messages", "is there already; name another file"),
        ("dpo-gen . --groups groups.jsonl --save-messages", "is a folder; name a file in it"),
        ("sft-gen out.jsonl --groups groups.jsonl --sessions", "--groups and --sessions exclude each other"),
        ("export rollouts groups.jsonl", "--output is missing"),
        ("export rollouts --output x.jsonl", "name either a file of groups or --sessions"),
        ("export --limit 3 rollouts groups.jsonl --output x.jsonl", "--limit goes after the word rollouts"),
        ("export rollouts groups.jsonl --output x.jsonl --advantages", "--advantages is for --format groups"),
        ("export rollouts groups.jsonl --output x.jsonl --trim", "--trim and --last-turn-only say how to tokenise"),
    ],
)
def test_wrong_input_is_one_sentence(inside: Inside, groups: Path, arguments: str, sentence: str) -> None:
    (inside.folder / "bad.jsonl").write_text("{\n")
    done = inside(*arguments.split())
    assert (done.returncode, sentence in done.stderr) == (2, True), done


def test_every_format_is_written_from_a_file(inside: Inside, groups: Path, tokenizer: Path) -> None:
    for name, count in {"messages": 5, "preference": 2, "atif": 5, "verifiers": 7, "groups": 2}.items():
        done = inside(
            "export", "rollouts", groups, "--format", name, "--output", f"{name}.jsonl", "--tokenizer", tokenizer
        )
        assert (done.stdout, done.stderr) == (f"{count} rows ({name}) written to {name}.jsonl\n", "")
        assert len(rows(inside.folder / f"{name}.jsonl")) == count
    first, second = read_groups(inside.folder / "groups.jsonl")
    assert first.members[0].ids is not None
    assert len(first.members[0].ids.tokens) > 50
    done = inside(
        "export", "rollouts", "groups.jsonl", "--format", "groups", "--output", "with.jsonl", "--advantages"
    )
    first, second = read_groups(inside.folder / "with.jsonl")
    assert all(member.ids is not None and member.ids.advantages is not None for member in first.members)
    assert all(member.ids is not None and member.ids.advantages is None for member in second.members)


def test_what_a_template_does_to_a_text_is_said_with_a_way_out(inside: Inside, tmp_path: Path) -> None:
    gemma = save(tmp_path / "gemma", *TEMPLATES["gemma"])
    plain = (Message("user", "u"), Message("assistant", "first "), Message("user", "u"), Message("assistant", "x"))
    made = group(1.0)
    with GroupFile(tmp_path / "plain.jsonl") as file:
        file.append(replace(made, members=(replace(made.members[0], messages=plain),)))
    command = ("export", "rollouts", "plain.jsonl", "--output", "out.jsonl", "--tokenizer", gemma)
    done = inside(*command)
    assert done.returncode == 2
    assert "group g1: the chat template trims the space around an assistant's text (message 1)" in done.stderr
    assert "; add --trim, which trims it before" in done.stderr
    assert not (inside.folder / "out.jsonl").exists()
    for flag, produced in (("--trim", 2), ("--last-turn-only", 1)):
        assert inside(*command, flag).returncode == 0
        (row,) = rows(inside.folder / "out.jsonl")
        stretches = "".join("x" if mask == -100 else "." for mask in row["masks"]).split("x")
        assert len([each for each in stretches if each]) == produced
        assert row["messages"][1]["content"] == ("first" if flag == "--trim" else "first ")


def test_a_template_that_strips_reasoning_is_said_with_its_way_out(inside: Inside, tmp_path: Path) -> None:
    thinking = save(tmp_path / "thinking", *TEMPLATES["thinking"])
    said = "<think>\nHm.\n</think>\n\nfirst"
    plain = (Message("user", "u"), Message("assistant", said), Message("user", "u"), Message("assistant", "last"))
    made = group(1.0)
    with GroupFile(tmp_path / "plain.jsonl") as file:
        file.append(replace(made, members=(replace(made.members[0], messages=plain, ids=None),)))
    command = ("export", "rollouts", "plain.jsonl", "--output", "out.jsonl", "--tokenizer", thinking)
    done = inside(*command)
    assert done.returncode == 2
    reason = "the chat template drops what an assistant wrote before its answer (its reasoning) (message 1)"
    assert f"group g1: {reason}; add --last-turn-only, which trains on the last reply alone" in done.stderr
    done = inside("sft-gen", "sft.jsonl", "--groups", "plain.jsonl", "--tokenizer", thinking)
    assert done.returncode == 1
    assert f"1 {reason}; `atlas export rollouts --format groups --tokenizer T --last-turn-only`" in done.stderr
    assert inside(*command, "--last-turn-only", "--format", "groups").returncode == 0
    assert inside("sft-gen", "sft.jsonl", "--groups", "out.jsonl", "--tokenizer", thinking).returncode == 0
    (row,) = rows(inside.folder / "sft.jsonl")
    assert (row["completion"], "Hm." in row["prefix"]) == ("last<|im_end|>\n", False)


def test_a_secret_is_masked_and_its_tokens_go(
    inside: Inside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "sk-test-0123456789abcdef"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    told = group(1.0)
    leaked = replace(told.members[0], messages=called(f"The key is {secret}."))
    with GroupFile(tmp_path / "leak.jsonl") as file:
        file.append(replace(told, members=(leaked,)))
    for arguments in (
        ("export", "rollouts", "leak.jsonl", "--output", "out.jsonl"),
        ("sft-gen", "sft.jsonl", "--groups", "leak.jsonl", "--save-messages"),
    ):
        done = inside(*arguments)
        assert done.returncode == 0, done.stderr
    text = (inside.folder / "out.jsonl").read_text() + (inside.folder / "sft.jsonl").read_text()
    assert secret not in text
    assert rows(inside.folder / "out.jsonl")[0]["tokens"] == []


def test_stored_sessions_become_training_data_once_they_are_approved(
    atlas: Atlas,
    inside: Inside,
    tokenizer: Path,
    new_database: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = {"STORAGE__DATABASE_URL": new_database()}
    for command in (
        f"crm tasks --dataset {DATASET} --output tasks.jsonl --backend mock --limit 2",
        f"run --config {CONFIG} --task-file tasks.jsonl --output-dir out --learning-key shop",
    ):
        played = atlas(*command.split(), ATLAS_OFFLINE_MODE="1", **store)
        assert played.returncode == 0, played.stderr
    monkeypatch.setenv("STORAGE__DATABASE_URL", store["STORAGE__DATABASE_URL"])
    done = inside("sft-gen", "sft.jsonl", "--sessions", "--save-messages", "--allow-negative-scores")
    assert done.returncode == 1
    assert "no session in this store is approved (2 pending), so nothing was written" in done.stderr
    assert inside("review", "approve", "1").returncode == 0
    done = inside(
        "sft-gen", "sft.jsonl", "--sessions", "--save-messages", "--allow-negative-scores", "--env", "crm",
        "--tokenizer", tokenizer, "--max-token-len", "100000",
    )  # fmt: skip
    assert done.stdout == "1 conversation of 100 wanted from 1 group written to sft.jsonl. SIMULATED\n", done.stderr
    (row,) = rows(inside.folder / "sft.jsonl")
    assert [message["role"] for message in row["messages"]][:3] == ["system", "user", "assistant"]
    done = inside("export", "rollouts", "--sessions", "--include-status", "pending", "--include-status", "approved",
                 "--format", "groups", "--output", "groups.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    stored = list(read_groups(inside.folder / "groups.jsonl"))
    assert [(each.environment, each.simulated, len(each.members)) for each in stored] == [("crm", True, 1)] * 2
    done = inside("sft-gen", "none.jsonl", "--sessions", "--save-messages", "--env", "gym")
    assert (done.returncode, "no session of environment gym" in done.stderr) == (1, True)


class Api(BaseHTTPRequestHandler):
    """One batch of two groups after the registration, the second of another environment; then null."""

    asked: list[str] = []  # noqa: RUF012

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._reply({"uuid": 1})

    def do_GET(self) -> None:
        first = not any(path == "/batch" for path in self.asked)
        ours = trainer_group(replace(group(0.0, 1.0), group_overrides={"environment": "smolagents"}))
        theirs = trainer_group(replace(group(1.0, 0.0), group_overrides={"environment": "crm"}))
        self._reply({"batch": [ours, theirs] if first else None})

    def _reply(self, value: object) -> None:
        self.asked.append(self.path)
        data = dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def api() -> Iterator[str]:
    Api.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_groups_of_a_live_api(inside: Inside, api: str) -> None:
    live = ("--api-url", api, "--wait-s", "1", "--save-messages", "--env", "smolagents")
    done = inside("sft-gen", "live.jsonl", *live)
    assert done.stdout == "1 conversation of 100 wanted from 1 group written to live.jsonl; left out: 1 by score\n"
    assert Api.asked == ["/register", "/batch", "/batch"]
    done = inside("dpo-gen", "later.jsonl", *live)
    assert done.returncode == 1
    assert "no group came in time, so nothing was written; is an environment running" in done.stderr
    done = inside("dpo-gen", "live.jsonl", *live, "--append-to-previous")
    assert done.returncode == 1
    assert len(rows(inside.folder / "live.jsonl")) == 1


def test_an_api_that_is_not_there(inside: Inside) -> None:
    done = inside("sft-gen", "live.jsonl", "--save-messages", "--api-url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "no trajectory API can be reached at http://127.0.0.1:9" in done.stderr
    assert not (inside.folder / "live.jsonl").exists()


def test_our_own_api_gives_groups_and_wants_its_token(
    atlas: Atlas, inside: Inside, new_database: Callable[[], str]
) -> None:
    own = {"ATLAS_ROLLOUT_TOKEN": "sesame", "STORAGE__DATABASE_URL": new_database()}
    serving = atlas.start("rollout", "api", "--port", "0", **own)
    try:
        assert serving.stdout is not None
        url = serving.stdout.readline().split()[3].rstrip(",")
        live = ("--api-url", url, "--save-messages", "--group-size", "2")
        done = inside("sft-gen", "live.jsonl", *live, "--wait-s", "1")
        assert (done.returncode, f"{url}/register answered 401" in done.stderr) == (1, True)
        asked = (*live, "--tasks-per-step", "1", "--api-key", "sesame")
        # The first trainer asks for batches, and then environments may register and send.
        assert inside("sft-gen", "live.jsonl", *asked, "--wait-s", "1").returncode == 1
        sent = trainer_group(replace(group(0.0, 1.0), group_overrides={"environment": "crm"}))
        post(url, "/register-env", {"max_token_length": 99, "desired_name": "x", "weight": 1.0, "group_size": 2})
        post(url, "/scored_data", replace(sent, env_id=0))
        done = inside("sft-gen", "live.jsonl", *asked, "--wait-s", "3", "--env", "crm")
        assert done.stdout.startswith("1 conversation of 100 wanted from 1 group written to live.jsonl"), done
        assert rows(inside.folder / "live.jsonl")[0]["messages"][-1]["content"] == "Answer 1."
    finally:
        serving.terminate()
        serving.communicate()


def post(url: str, path: str, value: object) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer sesame"}
    with urlopen(Request(url + path, dumps(value).encode(), headers)) as reply:
        assert reply.status == 200
