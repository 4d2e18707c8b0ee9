"""The document worker: a child process that reads an office file, PDF or picture, under limits, from its input."""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import BinaryIO
from xml.etree import ElementTree

MEMORY_BYTES = 1024**3
CPU_S = 30
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
MAX_PIXELS = 50_000_000


def xlsx(file: BinaryIO) -> Iterator[str]:
    """Every sheet: a line with its name, then its rows as comma-separated values."""
    import csv

    import openpyxl

    _archive(file).close()
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    for number, sheet in enumerate(book.worksheets):
        yield f"{'' if number == 0 else chr(10)}## Sheet: {sheet.title}\n"
        for row in sheet.iter_rows(values_only=True):
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow([_cell(value) for value in row])
            yield line.getvalue()


def docx(file: BinaryIO) -> Iterator[str]:
    """The paragraphs of a text document, those in its tables too, one a line."""
    with _archive(file) as archive:
        yield from _paragraphs(archive.read("word/document.xml"))


def pptx(file: BinaryIO) -> Iterator[str]:
    """Every slide: a line with its number, then its paragraphs."""
    with _archive(file) as archive:
        slides = [found for name in archive.namelist() if (found := _SLIDE.fullmatch(name))]
        for slide in sorted(slides, key=lambda found: int(found[1])):
            yield f"## Slide {slide[1]}\n"
            yield from _paragraphs(archive.read(slide[0]))


def pdf(file: BinaryIO) -> Iterator[str]:
    """Every page: a line with its number, then its text as it stands on the page."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    for number, page in enumerate(reader.pages, 1):
        yield f"{'' if number == 1 else chr(10)}## Page {number}\n{page.extract_text().strip()}\n"


def image(file: BinaryIO) -> Iterator[str]:
    """What a picture is; what it shows has to be seen."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(file) as picture:
        yield (
            f"This is a picture: {picture.format}, {picture.width} x {picture.height} pixels, mode {picture.mode}. "
            "read_file gives no text for what it shows."
        )


READERS: dict[str, Callable[[BinaryIO], Iterator[str]]] = {
    "xlsx": xlsx,
    "docx": docx,
    "pptx": pptx,
    "pdf": pdf,
    "image": image,
}
LIBRARIES = {"xlsx": "openpyxl", "pdf": "pypdf", "image": "PIL.Image"}
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


def _archive(file: BinaryIO) -> zipfile.ZipFile:
    """An office file as the archive that it is. Raises `ValueError` for one that unpacks to too much."""
    archive = zipfile.ZipFile(file)
    if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise ValueError(f"it unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")
    return archive


def _paragraphs(xml: bytes) -> Iterator[str]:
    """The texts of a document or slide: elements t within p, whatever their namespace."""
    for paragraph in ElementTree.fromstring(xml).iter():
        if paragraph.tag.endswith("}p"):
            yield "".join(part.text or "" for part in paragraph.iter() if part.tag.endswith("}t")) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def main(kind: str) -> int:
    """Write the text of standard input to standard output; the exit code says what went wrong."""
    # Imported before the limits bind: a library that is missing is no fault of the file.
    try:
        if kind in LIBRARIES:
            __import__(LIBRARIES[kind])
    except ImportError as error:
        sys.stdout.write(str(error.name))
        return 4
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", "replace", newline="\n")
    try:
        out.write(_whole(READERS[kind](io.BytesIO(sys.stdin.buffer.read()))))
    except Exception as error:  # whatever a damaged file makes the libraries raise, the file cannot be read
        out.write(str(error) if type(error) is ValueError else f"it is damaged ({type(error).__name__})")
        return 3
    finally:
        out.flush()
    return 0


def _whole(parts: Iterator[str]) -> str:
    """The parts joined. They are asked for one by one, so a document that is too long ends early."""
    text: list[str] = []
    length = 0
    for part in parts:
        text.append(part)
        if (length := length + len(part)) > MAX_CHARACTERS:
            raise ValueError(f"it holds more than {MAX_CHARACTERS:,} characters")
    return "".join(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
