"""The History page, run without a browser: the switch, the filter, pages, deleting, teaching, what is not theirs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")


from inkdigits.registry import Registry
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from inkdigits.web.history import keeping
from inkdigits.web.history import store as opened
from models import make_run, weights
from storage.made import BOB, picture_of, reading_of
from web.turning import run_page

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    assert keeping.get_keeper().wait(30)
    if opened.has_store():
        opened.get_store().close()


@pytest.fixture
def filled(home: Path) -> Store:
    """The page's own store with thirty readings, an hour apart, of 10 to 39."""
    store = opened.get_store()
    for place in range(30):
        reading = reading_of(str(place + 10))
        store.add(reading, picture_of(reading), created=NOON + timedelta(hours=place), id=f"r{place}", name="scan.png")
    return store


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def filter_label(app: Any) -> str:
    (label,) = (
        popover.proto.popover.label for popover in app.get("popover") if "Filter" in popover.proto.popover.label
    )
    return str(label)


def read(app: Any) -> list[str]:
    return [button.label.removeprefix("Open ") for button in app.button if button.label.startswith("Open ")]


def upload(app: Any) -> None:
    app.file_uploader[0].upload("seven.png", encode(digit_picture(7)), "image/png")
    app.run()
    assert app.get("bidi_component")
    assert keeping.get_keeper().wait(60)


def test_off_means_that_nothing_is_written(home: Path) -> None:
    app = run_page()  # of an app that others may reach, since it does not say where it listens
    assert "history is off" in texts(app)
    assert not app.toggle[0].value
    upload(run_page("upload"))
    assert not home.exists()


def test_the_switch_is_remembered(home: Path) -> None:
    app = run_page()
    app.toggle[0].set_value(True).run()
    assert "Nothing here yet" in texts(app)
    upload(run_page("upload"))
    (record,) = opened.get_store().list(LOCAL).records
    assert (record.text, record.source, record.name, record.settings) == (
        "7",
        "upload",
        "seven.png",
        {"expect": "page"},
    )
    assert len(record.model_sha256.split(" + ")[0]) == 64
    app = run_page()
    assert read(app) == ["7"]
    app.toggle[0].set_value(False).run()
    upload(run_page("upload"))
    assert opened.get_store().count(LOCAL) == 1


def test_a_server_may_switch_it_off_for_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HISTORY", "false")
    app = run_page()
    assert app.toggle[0].disabled
    assert any("INKDIGITS_HISTORY" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("filled")
def test_pages_and_filters() -> None:
    app = run_page()
    assert read(app) == [str(number) for number in range(39, 14, -1)]
    assert "1 to 25 of 30 readings" in texts(app)
    app.button(key="history_older").click().run()
    assert read(app) == ["14", "13", "12", "11", "10"]
    app.text_input[0].set_value("3").run()
    assert read(app) == [*(str(number) for number in range(39, 29, -1)), "23", "13"]
    app.text_input[0].set_value("9999").run()
    assert "No reading matches" in texts(app)
    app.button(key="history_all").click().run()
    assert len(read(app)) == 25


def test_tools_stand_only_where_there_is_something_to_work_on(home: Path) -> None:
    store = opened.get_store()

    def tools(app: Any) -> set[str]:
        return {*(field.label for field in app.text_input), *(fold.label for fold in app.expander)}

    app = run_page()
    assert "history is off" in texts(app)
    assert tools(app) == set()
    store.add(reading_of("7"), picture_of(reading_of("7")))
    app = run_page()
    assert tools(app) == {"Find", "Report", "What your corrections teach"}
    app.text_input[0].set_value("9").run()
    assert "No reading matches" in texts(app)
    assert "Find" in tools(app)


def test_what_holds_for_keeping_is_shown(home: Path) -> None:
    store = opened.get_store()
    store.add(reading_of("7"), picture_of(reading_of("7")))
    app = run_page()
    assert app.selectbox(key="history_days_0").value == 0
    app.selectbox(key="history_days_0").set_value(365).run()
    assert store.privacy.of(LOCAL).keep_days == 365
    assert run_page().selectbox(key="history_days_0").value == 365
    app.selectbox(key="history_days_0").set_value(0).run()
    assert store.privacy.of(LOCAL).keep_days is None


def test_a_shorter_time_deletes_nothing_unasked(home: Path) -> None:
    store = opened.get_store()
    for age in (1, 20, 40):
        reading = reading_of(str(age))
        store.add(reading, picture_of(reading), created=datetime.now(timezone.utc) - timedelta(days=age))
    app = run_page()
    app.selectbox(key="history_days_0").set_value(30).run()
    assert any("**1 reading** of yours would be deleted now" in box.value for box in app.warning)
    assert (store.count(LOCAL), store.privacy.of(LOCAL).keep_days) == (3, None)
    app.button(key="history_days_no").click().run()
    assert app.selectbox(key="history_days_1").value == 0
    assert not app.warning
    app.selectbox(key="history_days_1").set_value(7).run()
    app.button(key="history_days_yes").click().run()
    assert (store.count(LOCAL), store.privacy.of(LOCAL).keep_days) == (1, 7)
    assert not app.warning


def test_a_button_names_its_reading_in_a_few_words(home: Path) -> None:
    store = opened.get_store()
    for place, (number, name) in enumerate(
        (("", ""), ("", "scan.png"), ("", "n" * 30), ("1523084217", ""), ("7" * 40, ""))
    ):
        reading = reading_of(number)
        store.add(reading, picture_of(reading), created=NOON - timedelta(hours=place), name=name)
    assert read(run_page()) == [
        "a picture without a number",
        "scan\\.png",
        "n" * 24 + "…",
        "1523084217",
        "777777777777…",
    ]


def test_a_reading_is_opened_found_right_taken_back_and_deleted(filled: Store) -> None:
    app = run_page()
    app.button(key="history_open_r29").click().run()
    assert app.subheader[0].value == "39"
    app.button(key="history_right").click().run()
    assert filled.get("r29", LOCAL).checked
    app.button(key="history_undo").click().run()
    assert not filled.get("r29", LOCAL).checked
    app.button(key="history_delete").click().run()
    app.button(key="history_delete_yes").click().run()
    assert filled.count(LOCAL) == 29
    assert read(app)[0] == "38"


def test_pages_turn_only_as_far_as_there_are_any(filled: Store) -> None:
    app = run_page()

    def double_click(key: str) -> None:
        for _ in range(2):  # the second click meets the page that the first one led to, whose button is off
            app.button(key=key).proto.disabled = False
            app.button(key=key).click().run()
            assert not app.exception

    double_click("history_older")
    assert "26 to 30 of 30 readings" in texts(app)
    double_click("history_newer")
    assert "1 to 25 of 30 readings" in texts(app)
    app.button(key="history_older").click().run()
    filled.delete([f"r{place}" for place in range(5)], LOCAL)
    app.run()
    assert read(app)[0] == "39"


def test_steps_are_made_again(filled: Store) -> None:
    app = run_page(reading="r0")
    app.session_state["history_steps"] = True
    app.run()
    assert not app.exception
    assert "ink-steps" in texts(app)


def test_somebody_elses_reading_is_not_there(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.web.accounts.identity.current_actor", lambda: BOB)
    app = run_page(reading="r0")
    assert "There is no reading" in app.error[0].value
    assert "Nothing here yet" in texts(run_page())


def test_what_corrections_teach_each_network_is_told(filled: Store, home: Path) -> None:
    filled.correct("r0", 0, "16", LOCAL)
    app = run_page()
    app.session_state["history_teach"] = True
    app.run()
    assert "Digit network: **2 digits** in 1 checked reading." in app.markdown[0].value
    assert "Line network: **1 number** in 1 checked reading." in app.markdown[0].value
    assert '<th scope="row">6</th><td>1</td><td>0 (1)</td>' in texts(app)
    registry = Registry(home)
    time.sleep(1 - time.time() % 1)  # a model is of a whole second
    registry.add(make_run(home.parent / "run", note="Mine"), name="Mine")
    registry.import_(weights("line", "another"), name="Of somebody else")
    app.session_state["history_teach"] = True  # older AppTests close it at each run
    app.run()
    assert "Digit network: **0 digits** in 0 checked readings, since its last training." in app.markdown[0].value
    assert "Line network: **1 number** in 1 checked reading." in app.markdown[0].value
    assert app.code[0].value == "inkdigits train line --finetune corrections"


def test_a_history_that_cannot_be_opened_says_why(home: Path) -> None:
    home.mkdir()
    (home / "inkdigits.db").write_bytes(b"no database" * 100)
    app = run_page()
    assert "not a database" in app.error[0].value
    (home / "inkdigits.db").unlink()


@pytest.mark.usefixtures("filled")
def test_choices_left_open_want_all() -> None:
    app = run_page()
    assert filter_label(app) == "Filter"
    app.selectbox(key="history_source_0").set_value("upload").run()
    assert "No reading matches" in texts(app)
    app.selectbox(key="history_source_0").set_value("library").run()
    assert len(read(app)) == 25
    assert filter_label(app) == "Filter (1)"
    app.selectbox(key="history_checked_0").set_value(True).run()
    assert filter_label(app) == "Filter (2)"
    assert read(app) == []
    app.button(key="history_clear").click().run()
    assert filter_label(app) == "Filter"
    assert "1 to 25 of 30 readings" in texts(app)
