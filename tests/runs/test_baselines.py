"""The baselines: each name and the model behind it."""

import pytest

from atlas.errors import ConfigError
from atlas.runs.baselines import AgentName, baseline
from atlas.student import sampling_seed


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("claude", "anthropic", "claude-sonnet-4-5-20250929"),
        ("gpt4.1", "openai", "gpt-4.1"),
        ("gpt4.1-mini", "openai", "gpt-4.1-mini"),
    ],
)
def test_a_name_stands_for_a_model(name: AgentName, provider: str, model: str) -> None:
    llm = baseline(name, None, None, None, offline=False).llm
    assert llm is not None
    assert (llm.provider, llm.model, llm.temperature) == (provider, model, 0.0)
    simulated = baseline(name, None, None, None, offline=True).llm
    assert simulated is not None
    assert simulated.provider == "offline"


def test_a_chat_agent_takes_any_model() -> None:
    for model, expected in (
        ("gpt-5", ("openai", "gpt-5")),
        ("anthropic/claude-sonnet-5", ("anthropic", "claude-sonnet-5")),
        ("meta-llama/llama-4", ("openai", "meta-llama/llama-4")),
    ):
        llm = baseline("chat", model, None, 0.7, offline=False).llm
        assert llm is not None
        assert (llm.provider, llm.model) == expected
        assert llm.temperature == 0.7
    served = baseline("chat", "anthropic/x", "http://127.0.0.1:8000/v1", None, offline=False).llm
    assert served is not None
    assert (served.provider, served.model) == ("openai", "anthropic/x"), "an endpoint has names of its own"


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="--agent chat needs --model"):
        baseline("chat", None, None, None, offline=False)
    with pytest.raises(ConfigError, match="belong to --agent chat"):
        baseline("oracle", "gpt-5", None, None, offline=False)


def test_trials_have_seeds_of_their_own() -> None:
    seeds = {sampling_seed(seed, trial) for seed in range(10) for trial in range(10)}
    assert len(seeds) == 100
    assert sampling_seed(42, 1) == sampling_seed(42, 1)
    assert all(0 <= seed < 2**31 for seed in seeds)
