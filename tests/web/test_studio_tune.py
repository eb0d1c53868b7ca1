"""The Tune page: what it says without a browser, and one search from the form to the filled Train form in one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import inkdigits

pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("optuna", reason="tuning needs the tune extra")

import optuna

from inkdigits.jobs.worker import adopt, find_worker
from inkdigits.training.plan import Plan
from inkdigits.training.study import Study
from web.settled import settle
from web.studio_steps import LONG, fill
from web.turning import open_on, turn

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

pytestmark = pytest.mark.train

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "studio_tune.py"
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    return tmp_path


def run() -> Any:
    app = testing.AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def past_study(home: Path, losses: list[float], name: str = "first") -> Path:
    """A study whose worker is no more; the last trial was cut short."""
    plan = Plan.settle(home / "studies" / name, {"base": "sample", "kernel_size": 3})
    with Study.open(plan) as study:
        for loss in losses:
            trial = study.optuna.ask()
            trial.suggest_float("dropout", 0, 0.5)
            trial.suggest_float("learning_rate", 0.01, 0.4, log=True)
            trial.report(loss, 1)
            last = loss is losses[-1]
            study.optuna.tell(trial, None if last else loss, optuna.trial.TrialState.PRUNED if last else None)
    return plan.folder


def test_it_begins_with_the_form_and_says_what_a_study_is(home: Path) -> None:
    app = run()
    assert "No study yet" in texts(app)
    assert {button.label for button in app.button} == {"Start"}
    assert app.button_group(key="tune_base").options == ["Built-in sample", "MNIST", "My own pictures only"]
    app.text_input(key="tune_name_study-1").input("../elsewhere")
    app.button(key="tune_start").click().run()
    assert "cannot name a study" in app.error[0].value
    app.text_input(key="tune_name_study-1").input("mine")
    app.text_input(key="tune_storage").input("oracle://somewhere")
    app.button(key="tune_start").click().run()
    assert "choose from sqlite, postgresql" in app.error[0].value
    assert not (home / "studies").exists()


def test_what_was_filled_in_is_there_after_a_look_at_another_page(home: Path) -> None:
    app = open_on("studio_tune")
    for name, value in (("trials", 77), ("minutes", 5), ("epochs", 3), ("size", 500)):
        app.number_input(key=f"tune_{name}").set_value(value).run()
    app.button_group(key="tune_base").set_value("own").run()
    app.text_input(key="tune_own").input("/nowhere").run()
    app.text_input(key="tune_storage").input("sqlite:///x").run()
    app.button_group(key="tune_opt").set_value("adamw").run()
    turn(turn(app, "studio_data"), "studio_tune")
    assert [app.number_input(key=f"tune_{name}").value for name in ("trials", "minutes", "epochs", "size")] == [
        77,
        5,
        3,
        500,
    ]
    assert [app.text_input(key=f"tune_{name}").value for name in ("own", "storage")] == ["/nowhere", "sqlite:///x"]
    assert [app.button_group(key=f"tune_{name}").value for name in ("base", "opt")] == ["own", "adamw"]


def test_a_past_study_shows_what_it_found(home: Path) -> None:
    past_study(home, [0.5, 0.4, 0.6, 0.45, 0.3, 0.9])
    app = run()
    assert app.subheader[0].value == "first · stopped unexpectedly"
    assert {button.label for button in app.button} == {"Start", "Train with the best settings", "Go on", "Delete"}
    assert "trial 4, validation loss 0.3000 · the shipped settings came to 0.5000" in texts(app)
    assert texts(app).count("cut short") == 1
    assert "complete, shipped settings" in texts(app)
    app.button(key="study_delete").click().run()
    app.button(key="study_delete_yes").click().run()
    assert not list((home / "studies").iterdir())
    assert "No study yet" in texts(app)


def test_stop_ends_the_worker_and_keeps_finished_trials(home: Path) -> None:
    folder = past_study(home, [0.5, 0.4, 0.9])
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as worker:
        adopt(folder, worker)
        app = run()
        assert app.subheader[0].value == "first · searching"
        assert {button.label for button in app.button} == {"Start", "Train with the best settings", "Stop"}
        app.button(key="study_stop").click().run()
        assert find_worker(folder) is None
    assert app.subheader[0].value == "first · stopped"
    assert "finished trials are kept" in app.info[0].value
    assert texts(app).count("complete") == 2
    assert "Go on" in {button.label for button in app.button}


def test_a_study_whose_database_is_away_says_so_and_can_be_deleted(home: Path) -> None:
    pytest.importorskip("psycopg", reason="needs the postgres extra")
    Plan.settle(home / "studies" / "shared", {"base": "sample"}, "postgresql://me:secret@127.0.0.1:1/digits")
    app = run()
    assert "me:***@127.0.0.1:1/digits does not answer" in app.error[0].value
    assert {button.label for button in app.button} == {"Start", "Go on", "Delete"}
    app.button(key="study_delete").click().run()
    assert any("Its trials in the database stay." in said.value for said in app.markdown)
    app.button(key="study_delete_yes").click().run()
    assert "No study yet" in texts(app)


@pytest.mark.parametrize(
    ("needed", "extras", "words"),
    [
        ({"_NEEDED", "_TUNING"}, "train,tune", "the 'train' and 'tune' extras"),
        ({"_NEEDED"}, "train", "the 'train' extra"),
        ({"_TUNING"}, "tune", "the 'tune' extra"),
    ],
)
def test_what_is_not_installed_is_one_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, needed: set[str], extras: str, words: str
) -> None:
    for name in needed:
        monkeypatch.setattr(f"inkdigits.web.studio.missing.{name}", ("not_there",))
    app = run()
    assert app.info[0].value == f"Tuning needs {words}: pip install 'inkdigits[{extras}]'"
    assert not app.button


@pytest.mark.browser
def test_a_small_study_from_the_form_to_the_filled_train_form(open_page: Callable[..., Any]) -> None:
    from web.test_accessibility import grave_violations

    page = open_page("tune", **PHONE)
    page.locator(".ink-empty").wait_for()
    assert grave_violations(page) == []
    fill(page, "Trials", 4)
    page.get_by_text("Each trial, and the database").click()
    fill(page, "Epochs of a trial", 1)
    fill(page, "Digits an epoch", 200)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).wait_for(timeout=LONG)
    page.get_by_text("Finished: train with the best settings").wait_for(timeout=LONG)
    settle(page)
    assert page.locator(".ink-table tbody tr").count() == 4
    assert page.get_by_text("complete, shipped settings").count() == 1
    assert grave_violations(page) == []
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0
    number = re.search(r"trial (\d+)", page.locator(".ink-pace").inner_text())
    assert number is not None
    row = page.locator(".ink-table tbody tr").filter(has=page.locator("th", has_text=re.compile(f"^{number[1]}$")))
    stem = row.locator("td").nth(2).inner_text()
    page.get_by_role("button", name="Train with the best settings").click()
    page.get_by_text("Filled in with the best settings").wait_for()
    settle(page)
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.get_by_text("The network", exact=True).click()
    assert page.get_by_label("Filters of the stem, 14 × 14").input_value() == stem
