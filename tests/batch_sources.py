"""Small batches for tests: digits as files, ZIPs and documents, and an engine that reads in this process."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import ClassVar

import pytest
from PIL import Image

from handwriting import digit_picture, encode
from inkdigits.batch import run
from inkdigits.batch.files import Files
from inkdigits.batch.job import Job
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.batch.work import read_items
from inkdigits.reader import Reader

DIGITS = tuple(encode(digit_picture(label)) for label in range(10))
"""A PNG of each digit."""


def document(labels: str, form: str) -> bytes:
    """A PDF or TIFF with a digit a page."""
    first, *rest = [Image.open(io.BytesIO(DIGITS[int(label)])) for label in labels]
    stream = io.BytesIO()
    first.save(stream, form, save_all=True, append_images=rest)
    return stream.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def many(count: int, path: Path) -> Path:
    """A ZIP with so many digits, in turn."""
    path.write_bytes(zipped({f"{place:04d}.png": DIGITS[place % 10] for place in range(count)}))
    return path


def scans(folder: Path) -> Path:
    """A folder with all that can be read, and some that cannot."""
    (folder / "b" / "deep").mkdir(parents=True)
    (folder / "a.png").write_bytes(DIGITS[1])
    (folder / "b" / "two.PNG").write_bytes(DIGITS[2])
    (folder / "b" / "deep" / "pages.tif").write_bytes(document("345670", "TIFF"))
    (folder / "b" / "form.pdf").write_bytes(document("89", "PDF"))
    inner = zipped({"x.png": DIGITS[3]})
    (folder / "z.zip").write_bytes(
        zipped(
            {
                "in/4.png": DIGITS[4],
                "in/doc.tiff": document("56", "TIFF"),
                "bad.png": b"no picture",
                "nested.zip": inner,
                "notes.txt": b"",
                "__MACOSX/._4.png": b"x",
            }
        )
    )
    (folder / "cut.png").write_bytes(DIGITS[5][:200])
    (folder / "notes.txt").write_text("not looked at")
    return folder


def rows_in(path: Path) -> list[dict[str, str]]:
    """A CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def read_here(patch: pytest.MonkeyPatch) -> None:
    """Lets batches be read in this process: no others are started."""
    patch.setattr(run, "open_engine", lambda name, *arguments: Inline(*arguments))


class Inline:
    """An engine without processes; one reader serves all of a test session."""

    _readers: ClassVar[dict[tuple[str, str], Reader]] = {}

    def __init__(self, job: Job, form: str, *more: object) -> None:
        self._job, self._form = job, form
        self._files = Files(job.settings)
        if (job.model, job.model_sha256) not in self._readers:
            self._readers[job.model, job.model_sha256] = job.open_reader()
        self._reader = self._readers[job.model, job.model_sha256]

    def __enter__(self) -> Inline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def read(self, chunks: Iterator[Chunk]) -> Iterator[tuple[int, Part]]:
        for chunk in chunks:
            outcome = read_items(chunk.items, self._job, self._reader, self._files)
            yield chunk.number, Part.of(outcome, self._form)
