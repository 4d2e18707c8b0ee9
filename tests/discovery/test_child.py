from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from atlas.discovery.child import clean_environment, opened
from atlas.discovery.wire import Order
from atlas.errors import AgentError, WorldError
from tests.discovery.projects import COUNTER, STEPPER, counting, ended, launch, project


def test_no_key_is_passed_on() -> None:
    environ = {"PATH": "/bin", "OPENAI_API_KEY": "sk-1", "STORAGE__DATABASE_URL": "x", "DB_PASSWORD": "y"}
    clean = clean_environment(environ, {"MODE": "dry"})
    assert clean["PATH"] == "/bin"
    assert clean["MODE"] == "dry"
    assert not {"OPENAI_API_KEY", "STORAGE__DATABASE_URL", "DB_PASSWORD"} & set(clean)


async def test_a_project_answers_from_a_process_group_of_its_own(tmp_path: Path) -> None:
    async with opened(counting(tmp_path)) as child:
        begun = await child.ask(Order("begin", task="t", seed=5))
        pid = child._process.pid
        assert begun.value["observation"] == {"left": 3, "task": "t", "seed": 5}
        assert os.getpgid(pid) == pid != os.getpgid(0)
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, 0)


NOISY = """
    import os, sys
    print("garbage")
    sys.stdout.write("{no line end")
    os.write(1, b"\\xff\\xfe more" * 100000)
"""


async def test_what_a_project_prints_does_no_harm(tmp_path: Path) -> None:
    text = NOISY + COUNTER.replace("def step", "def talk(self): ...\n        print('class body')\n        def step")
    async with opened(launch(project(tmp_path, desk=text), "desk:Counter")) as child:
        assert (await child.ask(Order("begin"))).value["done"] is False


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise ValueError('bad luck')", r"environment desk:Counter of the project raised ValueError: bad luck"),
        ("print('so long')\nimport os\nos._exit(7)", r"its process with exit code 7; the last it printed: so long"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", r"ended its process by signal 9"),
        ("import time\ntime.sleep(60)", r"took longer than 1 s; --timeout allows more"),
        ("while True: pass", r"took longer than 1 s"),
        (
            "import os, sys\nos.write(int(sys.argv[1]), b'garbage\\n')\nimport time\ntime.sleep(60)",
            r"wrote into the socket of Atlas",
        ),
        (
            "import os, subprocess\nsubprocess.Popen(['sleep', '60'], close_fds=False)\nos._exit(7)",
            r"ended its process with exit code 7",
        ),
    ],
)  # fmt: skip
async def test_a_project_that_cannot_be_opened(tmp_path: Path, text: str, said: str) -> None:
    began = time.monotonic()
    timeout_s = 1.0 if "longer" in said else 60.0
    with pytest.raises(WorldError, match=said):
        async with opened(launch(project(tmp_path, desk=text), "desk:Counter", timeout_s=timeout_s)):
            pass
    assert time.monotonic() - began < 30


async def test_the_agents_failures_are_its_own(tmp_path: Path) -> None:
    text = COUNTER + STEPPER.replace("return 1", "raise KeyError('hint')")
    async with opened(launch(project(tmp_path, desk=text), "desk:Counter", "desk:Stepper")) as child:
        await child.ask(Order("begin"))
        await child.ask(Order("agent"))
        with pytest.raises(
            AgentError, match=r"agent desk:Stepper of the project raised KeyError: 'hint' \(desk\.py:"
        ):
            await child.ask(Order("decide"))
        assert (await child.ask(Order("step", action=1))).value["observation"] == {"left": 2}


async def test_the_time_between_orders_is_free(tmp_path: Path) -> None:
    async with opened(launch(project(tmp_path, desk=COUNTER), "desk:Counter", timeout_s=1.0)) as child:
        await child.ask(Order("begin"))
        await asyncio.sleep(1.1)
        assert (await child.ask(Order("step", action=1))).value["done"] is False


async def test_what_a_project_starts_ends_with_it(tmp_path: Path) -> None:
    text = "import subprocess\nsleeper = subprocess.Popen(['sleep', '60'])\n"
    text += "class Counter:\n    def reset(self): return sleeper.pid\n    def step(self, action): ...\n"
    async with opened(launch(project(tmp_path, desk=text), "desk:Counter")) as child:
        pid = (await child.ask(Order("begin"))).value["observation"]
        os.kill(pid, 0)
    for _ in range(100):
        if ended(pid):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the sleeper still runs")
