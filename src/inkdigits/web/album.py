"""The pictures of one visit: kept across pages, each read once for each question however often the page is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

import streamlit as st

from inkdigits import ImageError, MissingExtraError, ModelError, Reader, Reading
from inkdigits.images import Page, load_pages
from inkdigits.storage.record import Origin
from inkdigits.web.again import Posed, moved, places_now, same_answers, same_numbers
from inkdigits.web.history.keeping import keep_corrections, keep_page
from inkdigits.web.pictures import Asked, Outcome, Picture, Sheet, Work
from inkdigits.web.preview import make_preview, page_preview
from inkdigits.web.question import Question
from inkdigits.web.shared import get_reader

MEGABYTE = 2**20
HELD = 256 * MEGABYTE
"""Most bytes of pictures that one visit keeps, to read them again when the question changes."""


@dataclass(slots=True)
class Album:
    """Pictures, the newest batch first, what came of each, and what the user corrected.

    Attributes:
        pictures: In the order in which they are shown.
        files: Their bytes, by content.
        outcomes: By content, question and models, so that nothing is read twice.
        corrections: By the same and page: texts by the number's place on the page.
        stopped: The user stopped the reading; what waits stays until they go on.
        batch: Changes with every batch, so that the uploader starts empty again.
        source: Which door its pictures came through, for the history.
    """

    pictures: list[Picture] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    outcomes: dict[Asked, Outcome] = field(default_factory=dict)
    corrections: dict[tuple[str, Posed, int], dict[int, str]] = field(default_factory=dict)
    stopped: bool = False
    batch: int = 0
    source: Origin = "upload"
    _refused: dict[str, Outcome] = field(default_factory=dict)
    _work: Work | None = None
    _models: Mapping[str, str] = field(default_factory=dict)
    _question: Posed = field(default_factory=Posed)
    _last: Posed = field(default_factory=Posed)

    @property
    def question(self) -> Posed:
        """What is asked now, and of which models; when either changes, the pictures are read again."""
        return self._question

    @question.setter
    def question(self, asked: Question) -> None:
        last, self._question = self._question, Posed.to(self._models, asked)
        if last != self._question:
            self._last = last
            self._carry(last)

    def follow(self, models: Mapping[str, str]) -> None:
        """Takes the names of the models that read now, as :attr:`inkdigits.Reader.models` tells them."""
        self._models = models
        self.question = self._question

    def add(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Puts a batch of ``(name, bytes)`` in front; a file that is there already moves with it."""
        fresh = []
        for name, data in files:
            picture = Picture(name, hashlib.sha256(data).hexdigest())
            held = sum(map(len, self.files.values()))
            if picture.digest not in self.files and self.files and held + len(data) > HELD:
                self.refuse(name, f"this visit holds {held // MEGABYTE:,} MB of pictures already: clear them first")
                continue
            self.files[picture.digest] = data
            fresh.append(picture)
        self._put_first(fresh)

    def refuse(self, name: str, error: str) -> None:
        """Puts a file in front that was not taken, with the reason."""
        picture = Picture(name, hashlib.sha256(f"{name}\n{error}".encode()).hexdigest())
        self._refused[picture.digest] = Outcome(error=error)
        self._put_first([picture])

    @property
    def waiting(self) -> list[Picture]:
        """The pictures that are not read to their end yet, each content once, in the order shown."""
        found = {picture.digest: picture for picture in reversed(self.pictures) if self._waits(picture)}
        return [picture for picture in self.pictures if found.get(picture.digest) is picture]

    def read_one(self, reader: Reader) -> None:
        """Reads the next page of the next waiting picture; an error becomes its outcome."""
        picture = self.waiting[0]
        asked = (picture.digest, self.question)
        if self._work is None or self._work.asked != asked:
            self._work = Work(asked, read_sheets(reader, self.files[picture.digest], self.question))
        work = self._work
        try:
            found = work.read()
        except (ImageError, MissingExtraError) as error:
            self._end(Outcome(work.sheets, str(error)))
            return
        except BaseException:
            self._work = None  # what has raised gives nothing more: it is begun anew
            raise
        if found is None or work.take(self._kept(picture, *found)):
            self._end(Outcome(work.sheets))
        else:
            self.outcomes[asked] = Outcome(work.sheets, finished=False)

    def clear(self) -> None:
        """Forgets everything but the question."""
        self.pictures, self.files, self.outcomes, self.corrections, self._refused = [], {}, {}, {}, {}
        self._work = None
        self.stopped = False
        self.batch += 1

    def outcome(self, picture: Picture) -> Outcome | None:
        """What came of a picture, None while it waits."""
        return self._refused.get(picture.digest) or self.outcomes.get((picture.digest, self.question))

    def corrections_of(self, picture: Picture, page: int) -> dict[int, str]:
        """Corrected texts by the number's place on the page; change it in place."""
        return self.corrections.setdefault((picture.digest, self.question, page), {})

    def _kept(self, picture: Picture, page: Page, sheet: Sheet, took: float) -> Sheet:
        """A sheet after its page was handed to the history, unless it is there already, as it is or by other models."""
        before = self._before(picture, page.index)
        if before is not None and self._is_known(before, sheet):
            texts = self.corrections.setdefault((picture.digest, before[0], page.index), {})
            self.corrections[picture.digest, self.question, page.index] = texts  # shared: they stay, whoever reads next
            return replace(sheet, kept=before[1].kept)
        kept = keep_page(
            page,
            sheet.reading,
            self.source,
            name=picture.name,
            input_sha256=picture.digest,
            settings={"expect": self.question.expect, **self.question.limits},
            duration_ms=took,
        )
        if before is not None:
            texts = self.corrections.get((picture.digest, before[0], page.index), {})
            self._correct(picture, page.index, moved(texts, before[1].reading, sheet.reading), kept)
        return replace(sheet, kept=kept)

    def _correct(self, picture: Picture, page: int, texts: Mapping[int, str], kept: str) -> None:
        """Takes over corrections for a page that was kept just now."""
        self.corrections_of(picture, page).update(texts)
        if texts:
            keep_corrections(kept, texts)

    def _before(self, picture: Picture, page: int) -> tuple[Posed, Sheet] | None:
        """A question to a page before, and its sheet: the same to other models, the last first; or the last one."""
        likes = [asked for digest, asked in self.outcomes if digest == picture.digest and asked.is_like(self.question)]
        for asked in (*reversed(likes), self._last):
            if asked != self.question and (sheet := self._sheet(picture.digest, asked, page)):
                return asked, sheet
        return None

    def _is_known(self, before: tuple[Posed, Sheet], sheet: Sheet) -> bool:
        """Whether a sheet is that of before, for the history: other models may say otherwise, other questions not."""
        asked, known = before
        same = same_numbers if asked.is_like(self.question) else same_answers
        return same(known.reading, sheet.reading)

    def _sheet(self, digest: str, asked: Posed, page: int) -> Sheet | None:
        sheets = self.outcomes.get((digest, asked), Outcome()).sheets
        return next((sheet for sheet in sheets if sheet.reading.page == page), None)

    def _carry(self, last: Posed) -> None:
        """Lets answers that are here already have the corrections that their numbers had under the last question."""
        for digest, asked in self.outcomes:
            for sheet in self.outcomes[digest, asked].sheets if asked == self.question else ():
                page = sheet.reading.page
                known = self._sheet(digest, last, page)
                texts = self.corrections.get((digest, last, page), {})
                here = self.corrections.setdefault((digest, asked, page), {})
                if known is None or here is texts:
                    continue
                shared = places_now(known.reading, sheet.reading).values()
                now = {place: text for place, text in here.items() if place not in shared}
                now |= moved(texts, known.reading, sheet.reading)
                if now != here:
                    here.clear()
                    here.update(now)
                    keep_corrections(sheet.kept, here)

    def _end(self, outcome: Outcome) -> None:
        """Keeps what came of the picture that was read."""
        assert self._work is not None
        self.outcomes[self._work.asked] = outcome
        self._work = None

    def _waits(self, picture: Picture) -> bool:
        outcome = self.outcome(picture)
        return outcome is None or not outcome.finished

    def _put_first(self, fresh: list[Picture]) -> None:
        self.pictures = list(dict.fromkeys([*fresh, *self.pictures]))
        self.stopped = False


def get_album(name: Origin) -> Album:
    """The album of this visit for pictures of one source, made when it is first asked for; it follows the models."""
    key = f"album_{name}"
    if key not in st.session_state:
        st.session_state[key] = Album(source=name)
    album: Album = st.session_state[key]
    album.follow(_reading_now(get_reader()))
    return album


def _reading_now(reader: Reader) -> Mapping[str, str]:
    """Names of the models; that for numbers may not open, which is told when something is read."""
    try:
        return reader.models
    except ModelError:
        return {"digit": reader.model}


def read_sheets(reader: Reader, data: bytes, question: Question) -> Iterator[tuple[Page, Sheet]]:
    """Reads an encoded picture or document, a page a step, and gives each with its page.

    Raises:
        ImageError: It cannot be opened, or a page of it is damaged.
        MissingExtraError: It is a PDF, and what opens these is not installed.
        OptionError: The question is malformed.
    """
    for page in load_pages(data, reader.settings):
        reading = question.read(reader, page)
        yield page, Sheet(reading, page_preview(page) if page.count > 1 else make_preview(data, reader.settings))


def read_again(reader: Reader, data: bytes, question: Question, index: int) -> Reading:
    """Reads one page once more, with its steps."""
    page = next(islice(load_pages(data, reader.settings), index, None))
    return question.read(reader, page, trace=True)
