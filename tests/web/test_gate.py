"""What the gate decides, without a browser: who sees what, and what a button does for somebody who lost their role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import inkdigits
from inkdigits.errors import StorageError
from inkdigits.registry import Registry
from inkdigits.storage import LOCAL, Actor
from inkdigits.web.accounts import gate, identity
from inkdigits.web.accounts.identity import Visitor
from models import make_run

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

WEB = Path(inkdigits.__file__).parent / "web"
UWE = Actor(5, "Uwe *the user*", "user")


def run_app(monkeypatch: pytest.MonkeyPatch, visitor: Visitor, page: str) -> Any:
    """The application at a page, opened by somebody."""
    monkeypatch.setattr(gate, "get_visitor", lambda: visitor)
    monkeypatch.setattr(identity, "get_visitor", lambda: visitor)
    app = testing.AppTest.from_file(str(WEB / "app.py"), default_timeout=120).run()
    app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", ["studio_data", "studio_train", "studio_tune", "studio_evaluate", "studio_models"])
def test_studio_refuses_users_by_name(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    app = run_app(monkeypatch, Visitor(UWE), page)
    [refusal] = app.error
    assert "**This page is for admins.** You are signed in as Uwe \\*the user\\* (user)" in refusal.value
    assert not app.button


def test_database_that_is_away_is_said_and_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Visitor:
        raise StorageError("the database does not answer")

    monkeypatch.setattr(gate, "get_visitor", fail)
    app = testing.AppTest.from_file(str(WEB / "app.py"), default_timeout=120).run()
    assert not app.exception
    assert "the database does not answer" in app.error[0].value
    assert len(app.main.children) == 1


def test_button_asks_again_who_presses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    registry = Registry(tmp_path)
    model = registry.add(make_run(tmp_path / "run", note="Mine"), name="Mine")
    from inkdigits.web import shared

    shared._load_reader.clear()
    app = testing.AppTest.from_file(str(WEB / "views" / "studio_models.py"), default_timeout=120).run()
    button = app.button(key=f"promote_digit_{model.id}")
    monkeypatch.setattr(gate, "current_actor", lambda: UWE)
    button.click().run()
    assert "for admins" in app.error[0].value
    assert registry.pointer("digit").id == "shipped"
    monkeypatch.setattr(gate, "current_actor", lambda: LOCAL)
    app.button(key=f"promote_digit_{model.id}").click().run()
    assert registry.pointer("digit").id == model.id
    shared._load_reader.clear()


@pytest.mark.parametrize(
    ("page", "button", "place"), [("train", "train_start", "runs"), ("tune", "tune_start", "studies")]
)
def test_nothing_is_started_for_somebody_who_lost_their_role(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, button: str, place: str
) -> None:
    pytest.importorskip("torch", reason="training needs the 'train' extra")
    pytest.importorskip("optuna", reason="tuning needs the 'tune' extra")
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    app = testing.AppTest.from_file(str(WEB / "views" / f"studio_{page}.py"), default_timeout=120).run()
    monkeypatch.setattr(gate, "current_actor", lambda: UWE)
    app.button(key=button).click().run()
    assert "for admins" in app.error[0].value
    assert not (tmp_path / place).exists()


def test_import_of_others_is_put_away_by_admins_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inkdigits.foreign import background

    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.setattr(background, "launch", lambda *_: None)  # it ended without a word
    folder = background.start_import(tmp_path, b"no model", "theirs.onnx")
    from inkdigits.web import shared

    shared._load_reader.clear()
    app = testing.AppTest.from_file(str(WEB / "views" / "studio_models.py"), default_timeout=120).run()
    monkeypatch.setattr(gate, "current_actor", lambda: UWE)
    app.button(key=f"close_{folder.name}").click().run()
    assert not app.exception
    assert folder.exists()
    monkeypatch.setattr(gate, "current_actor", lambda: LOCAL)
    app.button(key=f"close_{folder.name}").click().run()
    assert not folder.exists()
    shared._load_reader.clear()
