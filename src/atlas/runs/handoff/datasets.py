"""The datasets of a bundle: what its runs were played from, copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from atlas.datasets.gaia.layout import GaiaLayout, Split
from atlas.datasets.gaia.loader import revision_of
from atlas.errors import DatasetError

FOLDER = "datasets"


def put_dataset(bundle: Path, source: Path) -> str:
    """Copy a dataset with the data card beside it; its path within the bundle."""
    name = put_file(bundle, source)
    if (card := source.parent / "README.md").is_file():
        shutil.copyfile(card, bundle / FOLDER / "DATA_CARD.md")
    return name


def put_file(bundle: Path, source: Path) -> str:
    """Copy a file; its path within the bundle. Another of the same name keeps its own."""
    folder = bundle / FOLDER
    folder.mkdir(exist_ok=True)
    name = source.name
    if (folder / name).exists() and (folder / name).read_bytes() != source.read_bytes():
        name = f"{sha256(source.read_bytes()).hexdigest()[:8]}-{name}"
    shutil.copyfile(source, folder / name)
    return f"{FOLDER}/{name}"


def gaia_of(revision: str, split: Split, places: Sequence[Path]) -> GaiaLayout | None:
    """The first of the folders whose questions, answers and attachments are those of a revision."""
    layouts = [GaiaLayout(path, split) for path in places]
    return next((layout for layout in layouts if _revision(layout) == revision), None)


def put_gaia(bundle: Path, layout: GaiaLayout, revision: str) -> str:
    """Copy one split of a GAIA dataset (questions, answers, attachments); its root within the bundle.

    `revision` tells datasets of other content apart.
    """
    name = f"{FOLDER}/gaia-{revision.removeprefix('sha256:')}"
    for path in _files(layout):
        target = bundle / name / path.relative_to(layout.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return name


def _revision(layout: GaiaLayout) -> str:
    """What the questions are; '' where there are none that can be read."""
    try:
        return revision_of(layout, layout.rows())
    except DatasetError:
        return ""


def _files(layout: GaiaLayout) -> Iterable[Path]:
    attached = (layout.folder / row.file_name for row in layout.rows() if row.file_name)
    beside = (path for path in (layout.answers, layout.root / "README.md") if path.is_file())
    return dict.fromkeys((layout.metadata(), *attached, *beside))
