"""The album behind the Upload page, without a browser: what is read once, page by page, and what waits."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from handwriting import Picture, digit_picture, encode
from inkdigits import ModelError, Reader
from inkdigits.images import Page

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from inkdigits.reading import Box, Number, Reading
from inkdigits.web.again import moved
from inkdigits.web.album import Album, read_again
from inkdigits.web.question import Question


def encode_pages(*pictures: Picture) -> bytes:
    """A TIFF of several pages."""
    memory = io.BytesIO()
    first, *others = [Image.fromarray(picture) for picture in pictures]
    first.save(memory, "TIFF", save_all=True, append_images=others)
    return memory.getvalue()


def album_of(*files: tuple[str, bytes]) -> Album:
    album = Album()
    album.question = Question("digit")
    album.add(files)
    return album


def test_same_content_is_read_once(reader: Reader) -> None:
    data = encode(digit_picture(7))
    album = album_of(("a.png", data), ("b.png", data))
    assert len(album.waiting) == 1
    album.read_one(reader)
    album.add([("c.png", data)])
    assert not album.waiting
    answers = [album.outcome(picture) for picture in album.pictures]
    assert [answer.sheets[0].reading.text for answer in answers if answer] == ["7", "7", "7"]


def test_newest_batch_comes_first_and_nothing_twice() -> None:
    album = album_of(("a.png", b"1"), ("b.png", b"2"))
    album.add([("b.png", b"2")])
    assert [picture.name for picture in album.pictures] == ["b.png", "a.png"]


def test_damage_is_an_outcome(reader: Reader) -> None:
    album = album_of(("a.png", b"no picture"))
    album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert "not a picture" in outcome.error
    assert not album.waiting


def test_another_question_reads_again_and_the_first_is_remembered(reader: Reader) -> None:
    album = album_of(("a.png", encode(digit_picture(7))))
    album.read_one(reader)
    first = album.outcome(album.pictures[0])
    album.question = Question("number")
    assert album.waiting == album.pictures
    album.read_one(reader)
    album.question = Question("digit")
    assert album.outcome(album.pictures[0]) is first


OLD, NEW = {"digit": "old", "line": "lines"}, {"digit": "new", "line": "lines"}


def test_other_models_read_again_and_what_was_corrected_and_kept_stays(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    def keep(page: Page, *_: object, **__: object) -> str:
        kept.append(f"id-{len(kept)}")
        return kept[-1]

    monkeypatch.setattr("inkdigits.web.album.keep_page", keep)
    album = album_of(("a.png", encode(digit_picture(7))))
    (picture,) = album.pictures
    album.follow(OLD)
    album.read_one(reader)
    album.corrections_of(picture, 0)[0] = "1"
    first = album.outcome(picture)
    album.follow({**OLD, "line": "other"})
    assert not album.waiting, "a digit is none of its business"
    album.follow(NEW)
    assert album.waiting == [picture]
    album.read_one(reader)
    second = album.outcome(picture)
    assert first is not None
    assert second is not None
    assert second is not first
    assert [sheet.kept for sheet in (*first.sheets, *second.sheets)] == ["id-0", "id-0"]
    assert album.corrections_of(picture, 0) == {0: "1"}
    album.corrections_of(picture, 0)[0] = "2"
    album.follow(OLD)
    assert album.outcome(picture) is first
    assert album.corrections_of(picture, 0) == {0: "2"}
    assert kept == ["id-0"]


def test_where_other_numbers_are_found_corrections_go_with_their_boxes(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page_of(*lefts: int) -> Reading:
        return Reading(tuple(Number((), Box(left, 0, 5, 5)) for left in lefts), 99, 9, "grey", "some")

    told: list[tuple[str, dict[int, str]]] = []
    monkeypatch.setattr("inkdigits.web.album.keep_page", lambda *_, **__: "id")
    monkeypatch.setattr("inkdigits.web.album.keep_corrections", lambda name, texts: told.append((name, dict(texts))))
    before, now = page_of(10, 20, 30), page_of(20, 30)
    assert moved({0: "1", 1: "2", 2: "3", 9: "4"}, before, now) == {0: "2", 1: "3"}
    album = album_of(("a.png", encode(digit_picture(7))))
    (picture,) = album.pictures
    for models, found in ((OLD, before), (NEW, now)):
        album.follow(models)
        monkeypatch.setattr(Question, "read", lambda *_, found=found, **__: found)
        album.read_one(reader)
        album.corrections_of(picture, 0).setdefault(1, "2")
    assert album.corrections_of(picture, 0) == {0: "2", 1: "2"}
    assert told == [("id", {0: "2"})]


def test_a_document_is_read_page_after_page(reader: Reader) -> None:
    album = album_of(("two.tif", encode_pages(digit_picture(7), digit_picture(3))))
    album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert (len(outcome.sheets), outcome.pages, outcome.finished) == (1, 2, False)
    assert album.waiting
    album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert [sheet.reading.text for sheet in outcome.sheets] == ["7", "3"]
    assert not album.waiting
    assert read_again(reader, album.files[album.pictures[0].digest], album.question, 1).trace


def test_a_run_that_ends_while_a_page_is_kept_loses_no_page_and_keeps_none_twice(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RunEnds(BaseException):
        """As Streamlit ends a run: at any word to it."""

    kept: list[int] = []

    def keep(page: Page, *_: object, **__: object) -> str:
        if page.index == 1 and kept == [0]:
            kept.append(-1)
            raise RunEnds
        kept.append(page.index)
        return f"id-{page.index}"

    monkeypatch.setattr("inkdigits.web.album.keep_page", keep)
    album = album_of(("three.tif", encode_pages(*(digit_picture(label) for label in (7, 3, 1)))))
    album.read_one(reader)
    with pytest.raises(RunEnds):
        album.read_one(reader)
    while album.waiting:
        album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert [(sheet.reading.text, sheet.kept) for sheet in outcome.sheets] == [
        ("7", "id-0"),
        ("3", "id-1"),
        ("1", "id-2"),
    ]
    assert kept == [0, -1, 1, 2]


def test_a_picture_waits_while_nothing_can_be_read(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    album = album_of(("a.png", encode(digit_picture(7))))
    with monkeypatch.context() as broken:
        broken.setattr(Reader, "read", raise_model_error)
        with pytest.raises(ModelError):
            album.read_one(reader)
    assert album.waiting == album.pictures
    album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert [sheet.reading.text for sheet in outcome.sheets] == ["7"]


def raise_model_error(*_: object, **__: object) -> None:
    raise ModelError("the model file is damaged")


def test_a_visit_keeps_no_more_than_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.web.album.HELD", 10)
    album = album_of(("a.png", b"12345678"), ("b.png", b"1234"))
    assert [album.outcome(picture) is None for picture in album.pictures] == [True, False]
    outcome = album.outcome(album.pictures[1])
    assert outcome is not None
    assert "clear them first" in outcome.error


def test_corrections_follow_their_numbers_from_question_to_question(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To an answer that is made, and back to one that is there; what was taken back does not come again."""

    def page_of(*boxes: tuple[int, str]) -> Reading:
        numbers = tuple(Number((), Box(left, 0, 5, 5), raw, 0.9) for left, raw in boxes)
        return Reading(numbers, 99, 9, "grey", "some")

    kept: list[str] = []
    told: list[tuple[str, dict[int, str]]] = []
    monkeypatch.setattr("inkdigits.web.album.keep_page", lambda *_, **__: kept.append("id") or f"id-{len(kept)}")
    monkeypatch.setattr("inkdigits.web.album.keep_corrections", lambda name, texts: told.append((name, dict(texts))))
    answers = {0: page_of((10, "1"), (20, "2")), 1: page_of((20, "2"), (30, "3"))}
    monkeypatch.setattr(Question, "read", lambda self, *_, **__: answers[self.length % 2])
    album = Album()
    album.question = Question("page")
    album.add([("a.png", encode(digit_picture(7)))])
    (picture,) = album.pictures
    album.read_one(reader)
    album.corrections_of(picture, 0).update({0: "11", 1: "12"})

    album.question = Question("page", length=1)
    album.read_one(reader)
    assert album.corrections_of(picture, 0) == {0: "12"}
    album.corrections_of(picture, 0).clear()
    album.question = Question("page")
    assert album.corrections_of(picture, 0) == {0: "11"}
    assert told == [("id-2", {0: "12"}), ("id-1", {0: "11"})]

    album.question = Question("page", length=2)
    album.read_one(reader)
    assert album.corrections_of(picture, 0) == {0: "11"}
    assert len(kept) == 2, "the same answer is in the history once"
