"""Nothing of the history is lost or deleted unasked: corrections of others, deleting, a database that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import inkdigits

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

import streamlit as st
from streamlit.testing.v1 import AppTest

from inkdigits.errors import OptionError, StorageError
from inkdigits.storage import LOCAL, Actor
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store
from inkdigits.web.history import detail, keeper, keeping
from inkdigits.web.history import store as opened
from inkdigits.web.history.keeper import Keeper
from storage.made import ADA, ANN, BOB, EVE, picture_of, reading_of
from web.turning import run_page

VIEWS = Path(inkdigits.__file__).parent / "web" / "views"
ONE = "one"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The pages' own store, with one reading of three numbers; what they read is kept."""
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(keeping, "SETTLED", 60.0)
    store = opened.get_store()
    store.privacy.choose(LOCAL, Choice(history=True))
    reading = reading_of("4096", "77", "5")
    store.add(reading, picture_of(reading), id=ONE)
    yield store
    assert keeping.get_keeper().wait(30)
    store.close()


def corrected(store: Store) -> dict[int, str]:
    return dict(store.get(ONE, LOCAL).corrected)


# Corrections.


def upload_page() -> None:
    """What the Upload page does with what is typed there."""
    import streamlit as st

    from inkdigits.web.history.keeping import keep_corrections

    keep_corrections(st.session_state["reading"], st.session_state["texts"])


def test_what_is_typed_on_a_page_takes_back_nothing_that_was_corrected_elsewhere(store: Store) -> None:
    app = AppTest.from_function(upload_page, default_timeout=150)
    app.session_state["reading"] = ONE

    def types(*maps: dict[int, str]) -> dict[int, str]:
        for texts in maps:
            app.session_state["texts"] = texts
            app.run()
            assert not app.exception
        assert keeping.get_keeper().wait(60)
        return corrected(store)

    assert types({0: "40"}, {0: "4036"}) == {0: "4036"}
    store.correct(ONE, 1, "71", EVE)
    store.correct(ONE, 2, "5", LOCAL)
    assert types({0: "4086"}) == {0: "4086", 1: "71", 2: "5"}
    assert types({0: "4086", 2: "6"}, {2: "6"}) == {1: "71", 2: "6"}
    assert types({}) == {1: "71", 2: "5"}


@pytest.fixture
def sheet(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A button in the place of the opened reading's sheet, which only a browser has; types on it what it is given."""

    def show(_: str, __: object, ___: bytes, corrections: dict[int, str], **known: Any) -> None:
        def keep() -> None:
            corrections.clear()
            corrections.update(st.session_state["typed"])
            known["on_change"]()

        st.button("Sheet", key="sheet", help=known["key"], on_click=keep)

    def types(app: Any, texts: dict[int, str]) -> None:
        app.session_state["typed"] = texts
        app.button(key="sheet").click().run()
        assert not app.exception

    monkeypatch.setattr(detail, "show_sheet", show)
    return types


def test_an_opened_reading_takes_back_only_what_it_shows(store: Store, sheet: Callable[..., None]) -> None:
    store.correct(ONE, 0, "4036", EVE)
    app = run_page(reading=ONE)
    first = app.button(key="sheet").help
    sheet(app, {0: "4036", 1: "71"})
    assert app.button(key="sheet").help == first  # it goes on where the keyboard is
    store.correct(ONE, 2, "6", EVE)
    sheet(app, {1: "71"})
    assert corrected(store) == {1: "71", 2: "6"}
    assert app.button(key="sheet").help != first  # it begins again, with what Eve says
    app.button(key="history_undo").click().run()
    sheet(app, {1: "71", 0: "1"})
    assert corrected(store) == {1: "71", 0: "1"}


def test_what_was_found_right_stays_while_another_number_is_corrected(store: Store, sheet: Callable[..., None]) -> None:
    app = run_page(reading=ONE)
    app.button(key="history_right").click().run()
    right = {0: "4096", 1: "77", 2: "5"}
    assert corrected(store) == right
    sheet(app, {**right, 1: "71"})
    assert corrected(store) == {**right, 1: "71"}
    assert [item.undone for item in store.get(ONE, LOCAL).corrections] == [None] * 4


# Deleting.


@pytest.mark.parametrize(
    ("actor", "words", "left"),
    [
        (ADA, "**4 readings of 4 people, none of them yours.** They, their pictures", 0),
        (LOCAL, "**4 readings of 4 people, not only yours: 3 belong to others.** They", 0),
        (EVE, "**1 reading**, their pictures and corrections are deleted for good. Those of others stay.", 3),
        (BOB, "**1 reading**, their pictures and corrections are deleted for good.", 3),
    ],
)
def test_it_is_said_whose_readings_are_deleted(
    store: Store, monkeypatch: pytest.MonkeyPatch, actor: Actor, words: str, left: int
) -> None:
    reading = reading_of("7")
    for owner in (ANN, BOB, EVE):
        store.add(reading, picture_of(reading), actor=owner)
    for place in ("accounts.identity", "history.privacy"):
        monkeypatch.setattr(f"inkdigits.web.{place}.current_actor", lambda: actor)
    app = run_page()
    app.button(key="history_delete_all").click().run()
    assert any(element.value.startswith(words) for element in app.markdown)
    app.button(key="history_delete_all_yes").click().run()
    assert store.count(LOCAL) == left


def test_a_reviewer_without_readings_is_offered_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.web.accounts.identity.current_actor", lambda: EVE)
    app = run_page()
    app.button(key="history_delete_all").click().run()
    assert any("None of these readings is yours" in element.value for element in app.markdown)
    assert app.button(key="history_delete_all_yes").disabled
    assert store.count(LOCAL) == 1


# A database that fails.


def test_a_switch_that_failed_shows_what_holds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run_page()
    with monkeypatch.context() as failing:
        failing.setattr(store.privacy, "choose", fail)
        app.toggle[0].set_value(False).run()
        check_told(app)
        assert app.toggle[0].value is True
        days(app).set_value(30).run()
        check_told(app)
        assert days(app).value == 0
    app.run()
    assert not app.error
    days(app).set_value(30).run()
    app.toggle[0].set_value(False).run()
    assert store.privacy.of(LOCAL) == Choice(history=False, keep_days=30)
    assert (app.toggle[0].value, days(app).value) == (False, 30)


def test_deleting_that_failed_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run_page()
    app.button(key="history_delete_all").click().run()
    monkeypatch.setattr(store.readings, "delete_all", fail)
    app.button(key="history_delete_all_yes").click().run()
    check_told(app)
    assert store.count(LOCAL) == 1


def fail(*_: object, **__: object) -> None:
    raise StorageError("the database is locked")


def check_told(app: Any) -> None:
    assert not app.exception
    assert [error.value for error in app.error] == ["**That was not done.** The database is locked\\."]


def days(app: Any) -> Any:
    return next(box for box in app.selectbox if box.label == "Keep readings")


def test_what_waits_and_what_was_dropped_is_told_those_whose_it_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_AGAIN", 0.01)
    own = Keeper()
    monkeypatch.setattr(keeping, "get_keeper", lambda: own)
    away = [StorageError("the database is away")]

    def waits() -> None:
        if away:
            raise away[0]

    def drops() -> None:
        raise OptionError("it is no reading")

    own.submit("anns", drops, whose=ANN.id)
    own.submit("one", drops)
    own.submit("two", drops)
    assert own.wait(60)
    own.submit("page", waits)
    own.submit("corrections", waits, noun="correction")
    app = run_page()
    (warning,) = app.warning
    assert warning.value.startswith("**1 reading and 1 correction wait to be kept.** The database is away")
    assert [error.value for error in app.error] == [
        "**2 readings could not be kept.** The last one: It is no reading\\."
    ]
    away.clear()
    assert own.wait(60)
    app.button(key="history_understood").click().run()
    assert not app.warning
    assert not app.error
    monkeypatch.setattr("inkdigits.web.accounts.identity.current_actor", lambda: ANN)
    assert [error.value for error in run_page().error] == ["**One reading could not be kept.** It is no reading\\."]


# Drawings.


def test_a_drawing_that_is_wiped_before_the_pen_rests_is_not_kept(store: Store) -> None:
    seven, one = [280, 220, 720, 220, 600, 450, 450, 820], [500, 200, 500, 800]
    app: Any = AppTest.from_file(str(VIEWS / "draw.py"), default_timeout=150)
    app.session_state["draw.pad.mounted"] = None

    def draws(revision: int, *strokes: list[int]) -> None:
        ink = [{"p": points, "w": 36} for points in strokes]
        app.session_state["draw.pad"] = {"ink": {"revision": revision, "down": False, "strokes": ink}}
        app.run()
        assert not app.exception

    draws(1, seven)
    draws(2)
    draws(3, seven)
    assert keeping.get_keeper().waiting(None) == {"reading": 1}
    draws(4, one)  # wiped and begun anew between two frames
    assert keeping.get_keeper().waiting(None) == {"reading": 1}
    assert keeping.get_keeper().wait(60)
    kept = [record for record in store.list(LOCAL).records if record.source == "draw"]
    assert [len(store.strokes(record.id, LOCAL)[0]) for record in kept] == [2]
