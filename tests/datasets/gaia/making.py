"""A small dataset in the official layout."""

from __future__ import annotations

import json
from pathlib import Path

from atlas.core.json import JsonObject


def row(number: int, **other: object) -> JsonObject:
    """A line of the official metadata."""
    return {
        "task_id": f"task-{number}",
        "Question": f"What is {number}?",
        "Level": 1 + number % 3,
        "Final answer": str(number),
        "file_name": "",
        "Annotator Metadata": {"Steps": "", "Number of steps": "3"},
    } | other


def dataset(root: Path, *rows: JsonObject, split: str = "validation", **files: bytes) -> Path:
    """Write rows and attachments (`a_csv` is a.csv) as the hub lays them out."""
    folder = root / "2023" / split
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metadata.jsonl").write_text("".join(json.dumps(line) + "\n" for line in rows))
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return root
