"""The pages as Streamlit's own test harness runs them: no browser, every widget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import inkdigits
from handwriting import digit_picture, encode
from inkdigits import ModelError, Reader
from inkdigits.web.question import Question

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

WEB = Path(inkdigits.__file__).parent / "web"


def run(page: str) -> Any:
    """One page, run once, without an exception."""
    app = testing.AppTest.from_file(str(WEB / "views" / f"{page}.py"), default_timeout=150).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def sheets(app: Any) -> int:
    """How many pictures are drawn with their numbers."""
    return sum(button.label == "How it was read" for button in app.button)


def upload_of_digits() -> Any:
    """The Upload page, asked for one digit a picture."""
    app = run("upload")
    app.session_state["upload.kept"] = Question("digit")
    return app


@pytest.mark.parametrize("page", ["draw", "upload", "camera"])
def test_page_runs_and_says_nothing_is_read_yet(page: str) -> None:
    assert not run(page).error


def test_application_starts_on_the_draw_page() -> None:
    app = testing.AppTest.from_file(str(WEB / "app.py"), default_timeout=150).run()
    assert not app.exception


def test_sample_is_read_once_and_cleared() -> None:
    app = run("upload")
    app.button(key="sample_clean.png").click().run()
    assert ">sure<" in texts(app)
    album = app.session_state["album_upload"]
    first = album.outcome(album.pictures[0])
    assert first.sheets[0].reading.text == "3"
    app.run()
    assert album.outcome(album.pictures[0]) is first
    next(button for button in app.button if button.label == "Clear").click().run()
    assert "Nothing to read yet" in texts(app)


def test_what_is_promoted_reads_the_pictures_again_and_a_correction_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("upload")
    app.button(key="sample_clean.png").click().run()
    album = app.session_state["album_upload"]
    (picture,) = album.pictures
    first = album.outcome(picture)
    album.corrections_of(picture, 0)[0] = "8"
    app.run()
    assert album.outcome(picture) is first
    monkeypatch.setattr(Reader, "models", property(lambda self: {"digit": "mine", "line": "mine, too"}))
    app.run()
    assert not app.exception
    second = album.outcome(picture)
    assert second is not first
    assert second.sheets[0].reading.text == "3"
    assert album.corrections_of(picture, 0) == {0: "8"}
    assert "<td>8</td>" in texts(app)


def test_uploaded_files_are_read_and_a_broken_one_is_named() -> None:
    app = upload_of_digits()
    good = encode(digit_picture(7))
    app.file_uploader[0].set_value([("seven.png", good, "image/png"), ("bad.png", good[:100], "image/png")]).run()
    assert not app.exception
    assert "<td>7</td>" in texts(app)
    assert "damaged or cut off" in texts(app)


def test_stop_keeps_what_was_read_and_the_rest_can_be_read_later() -> None:
    app = upload_of_digits()
    app.button(key="sample_clean.png").click().run()
    album = app.session_state["album_upload"]
    album.add([("seven.png", encode(digit_picture(7)))])
    album.stopped = True
    app.run()
    assert "Not read yet" in texts(app)
    assert "1 of 2 not read yet" in app.info[0].value
    next(button for button in app.button if button.label == "Read the rest").click().run()
    assert "<td>7</td>" in texts(app)
    assert not app.info


def test_long_gallery_grows_on_request() -> None:
    app = upload_of_digits()
    album = app.session_state["album_upload"]
    album.add([(f"{seed}.png", encode(digit_picture(1, seed))) for seed in range(14)])
    app.run()
    assert sheets(app) == 12
    next(button for button in app.button if button.label.startswith("Show")).click().run()
    assert sheets(app) == 14


def test_a_pattern_that_makes_no_sense_is_one_error_and_reads_nothing() -> None:
    app = run("upload")
    app.text_input(key="upload_pattern").input("(12").run()
    app.button(key="sample_clean.png").click().run()
    assert not app.exception
    assert "Nothing can be read with these limits" in app.error[0].value
    app.text_input(key="upload_pattern").input(r"\d").run()
    assert not app.error
    assert not app.session_state["album_upload"].waiting


def test_one_digit_knows_no_pattern_and_the_pattern_comes_back() -> None:
    app = run("upload")
    app.text_input(key="upload_pattern").input(r"\d{2}").run()
    app.button_group(key="upload_expect").set_value("digit").run()
    assert not app.session_state["album_upload"].question.narrow
    app.button_group(key="upload_expect").set_value("number").run()
    assert app.session_state["album_upload"].question.pattern == r"\d{2}"


def test_page_without_a_model_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModelError("the model file is missing")

    import streamlit

    streamlit.cache_resource.clear()
    monkeypatch.setattr("inkdigits.web.shared.Reader", fail)
    app = run("upload")
    assert "the model file is missing" in app.error[0].value
