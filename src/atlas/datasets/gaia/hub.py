"""The hub: GAIA fetched from Hugging Face with the user's own credentials."""

from __future__ import annotations

from pathlib import Path

from atlas.errors import ConfigError, HubError

ANNOTATED = "smolagents/GAIA-annotated"
RAW = "gaia-benchmark/GAIA"


def fetch(repository: str, folder: Path, endpoint: str | None, token: str | None) -> None:
    """Download a dataset repository into `folder`; files that are there already are not fetched again.

    `endpoint` and `token` are the hub's own when None: huggingface.co, and whoever has logged in on this machine.
    Raises `ConfigError` where the library is missing or access is not granted, `HubError` for an outage.
    """
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            GatedRepoError,
            HfHubHTTPError,
            LocalEntryNotFoundError,
            RepositoryNotFoundError,
        )
    except ImportError as error:
        raise ConfigError("downloading needs huggingface_hub; install it with pip install 'atlas[hub]'") from error
    try:
        snapshot_download(
            repository,
            repo_type="dataset",
            local_dir=folder,
            endpoint=endpoint,
            token=token,
            ignore_patterns=[".gitattributes", "README.md"],
        )
    except GatedRepoError as error:
        raise ConfigError(
            f"{repository} is gated, and access is not granted to you: ask for it at "
            f"https://huggingface.co/datasets/{repository}, then log in with `hf auth login` or set HF_TOKEN"
        ) from error
    except RepositoryNotFoundError as error:
        raise ConfigError(
            f"the hub shows no dataset {repository} to you: log in with `hf auth login` or set HF_TOKEN to a token "
            "of an account that has access"
        ) from error
    except LocalEntryNotFoundError as error:
        raise HubError(
            f"the hub cannot be reached ({_first_line(error)}); check the network, or play data/gaia_mini meanwhile"
        ) from error
    except (HfHubHTTPError, OSError) as error:
        raise HubError(f"{repository} cannot be downloaded: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    lines = str(error.__cause__ or error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
