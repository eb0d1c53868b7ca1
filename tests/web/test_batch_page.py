"""The Batch page, run without a browser: what it offers, to whom, and what it says when something is wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode
from inkdigits.batch.asked import Asked
from inkdigits.jobs.files import write_json
from inkdigits.jobs.standing import Standing
from inkdigits.settings import Settings
from inkdigits.storage import Actor
from inkdigits.web.accounts import identity
from inkdigits.web.batch.desk import drop_old
from inkdigits.wording import plain
from web.batch_page import at_home, run, texts, until_finished
from web.turning import open_on, turn

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

UWE, RITA, ADA = Actor(5, "Uwe", "user"), Actor(6, "Rita", "reviewer"), Actor(7, "Ada", "admin")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield from at_home(tmp_path / "home", monkeypatch)


def labels(app: Any) -> set[str]:
    return {button.label for button in app.button}


def archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("_", "."), content)
    return stream.getvalue()


def past_batch(home: Path, actor: Actor, title: str, reason: str = "stopped", year: int = 2026) -> Path:
    """A batch that stands still."""
    folder = home / "batches" / title
    folder.mkdir(parents=True)
    place = folder / "input"
    place.mkdir()
    Asked(title, f"{year}-11-20T10:00:00+00:00", actor.id, actor.name, str(place), ("a.png",), True).write(folder)
    write_json(folder / "ended.json", {"reason": reason, "message": "the disk is full" if reason == "error" else ""})
    write_json(folder / "progress.json", {"stage": "read", "done": 3, "total": 9, "metrics": {"refused": 1}})
    return folder


def test_audit_log_tells_who_did_what(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_AUTH", "local")
    identity.get_settings.cache_clear()
    past_batch(home, UWE, "of-uwe")
    app = run(monkeypatch, ADA)
    app.button(key="batch_delete").click().run()
    app.button(key="batch_delete_yes").click().run()
    assert not list(home.glob("batches/*"))
    [entry], _ = identity.get_accounts().audit.entries(ADA)
    assert (entry.person, entry.action, entry.subject) == ("Ada", "deletion", "batch of-uwe")
    assert entry.details == {"of": "Uwe"}


def test_what_may_not_be_kept_goes_when_the_app_starts_and_once_a_day(home: Path) -> None:
    settings = Settings(home=home, keep_days=7)
    old = past_batch(home, UWE, "old", year=2020)
    drop_old(Settings(home=home))
    assert old.exists()
    drop_old(settings)
    assert not old.exists()
    again = past_batch(home, UWE, "again", year=2020)
    drop_old(settings)
    assert again.exists()


def test_page_begins_with_the_form_and_says_what_to_do(home: Path) -> None:
    app = run()
    assert "No batch yet" in texts(app)
    assert labels(app) == {"Start"}
    app.button(key="batch_start").click().run()
    assert "there is nothing to read yet" in app.error[0].value
    assert not list(home.glob("batches/*"))


def test_uploads_become_a_table_and_are_deleted(home: Path) -> None:
    app = run()
    app.button_group(key="batch_expect").set_value("digit").run()
    packed = archive(a_png=encode(digit_picture(4)), bad_png=b"no picture")
    files = [("seven.png", encode(digit_picture(7)), "image/png"), ("two.zip", packed, "application/zip")]
    app.file_uploader[0].set_value(files).run()
    app.button(key="batch_start").click().run()
    until_finished(app)
    assert app.subheader[0].value == "2 files · finished"
    assert app.success[0].value == "Finished: 2 pages; 2 numbers; 1 could not be read."
    shown = texts(app)
    assert '<th scope="row">seven.png</th><td>1</td><td>7</td><td>sure, ' in shown
    assert '<th scope="row">two.zip!/bad.png</th>' in shown
    [folder] = home.glob("batches/*")
    assert not (folder / "input").exists()
    lines = (folder / "results.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ['"source"', '"seven.png"', '"two.zip!/a.png"']
    assert [button.proto.label for button in app.get("download_button")] == ["Download CSV", "Download errors"]
    app.button(key="batch_delete").click().run()
    assert "are deleted for good" in app.markdown[-1].value
    app.button(key="batch_delete_no").click().run()
    assert list(home.glob("batches/*"))
    app.button(key="batch_delete").click().run()
    app.button(key="batch_delete_yes").click().run()
    assert not list(home.glob("batches/*"))
    assert "No batch yet" in texts(app)


def test_what_was_filled_in_is_there_after_a_look_at_another_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_on("batch")
    app.button_group(key="batch_form").set_value("jsonl").run()
    files = [(f"{name}.png", encode(digit_picture(7)), "image/png") for name in "ab"]
    app.file_uploader[0].set_value(files).run()
    assert labels(app) == {"Start"}
    turn(turn(app, "history"), "batch")
    assert app.button_group(key="batch_form").value == "jsonl"
    assert any("2 files chosen before: **a\\.png, b\\.png**" in caption.value for caption in app.caption)
    app.file_uploader[0].set_value([("c.png", files[0][1], "image/png")]).run()
    started: list[Any] = []
    monkeypatch.setattr("inkdigits.batch.shelf.start_work", started.append)
    app.button(key="batch_start").click().run()
    [folder] = home.glob("batches/*")
    assert started == [folder]
    assert sorted(path.name for path in (folder / "input").iterdir()) == ["a.png", "b.png", "c.png"]
    assert not any("chosen before" in caption.value for caption in app.caption)
    app.button_group(key="batch_place").set_value("server").run()
    turn(turn(app, "history"), "batch")
    assert app.button_group(key="batch_place").value == "server"


def test_batch_that_does_not_start_leaves_the_others_in_sight(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past_batch(home, ADA, "first")
    past_batch(home, ADA, "second")
    running = Standing("running", {"done": 1, "total": 9}, "")
    monkeypatch.setattr("inkdigits.batch.shelf.read_standing", lambda folder: running)
    app = run()
    app.file_uploader[0].set_value([("a.png", encode(digit_picture(7)), "image/png")]).run()
    app.button(key="batch_start").click().run()
    [said] = app.error
    assert "**The batch did not start:** 2 batches are at work on this server already" in said.value
    assert "or stop one" in said.value
    assert labels(app) == {"Start", "Stop"}
    assert "<caption>All batches</caption>" in texts(app)


def test_damaged_batch_is_named_and_hides_no_other(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    past_batch(home, UWE, "first")
    folder = past_batch(home, UWE, "second")
    (folder / "asked.json").write_text("{}")
    app = run()
    assert not app.error
    assert app.subheader[0].value == "first · stopped"
    assert f"`{folder}`" in app.warning[0].value
    app = run(monkeypatch, UWE)
    assert app.subheader[0].value == "first · stopped"
    assert not app.warning


def test_batch_is_stopped_and_goes_on_to_its_end(home: Path) -> None:
    app = run()
    packed = archive(**{f"{seed:03}_png": encode(digit_picture(seed % 10, seed)) for seed in range(150)})
    app.file_uploader[0].set_value([("many.zip", packed, "application/zip")]).run()
    app.button(key="batch_start").click().run()
    app.button(key="batch_stop").click().run()
    assert app.subheader[0].value == "many\\.zip · stopped"
    [folder] = home.glob("batches/*")
    assert (folder / "input" / "many.zip").exists()
    app.button(key="batch_resume").click().run()
    until_finished(app)
    assert app.success[0].value.startswith("Finished: 150 pages; ")
    assert "Traceback" not in (folder / "log.txt").read_text()
    (folder / "results.csv").unlink()
    app.run()
    assert "The results are gone" in app.error[0].value


@pytest.mark.parametrize(
    ("reason", "state", "says"),
    [
        ("stopped", "stopped", "3 of 9 pages"),
        ("error", "failed", "the disk is full"),
        ("", "stopped unexpectedly", "nothing is lost or read twice"),
    ],
)
def test_batch_that_stands_still_says_how_and_can_go_on(home: Path, reason: str, state: str, says: str) -> None:
    past_batch(home, ADA, "first", reason)
    app = run()
    assert app.subheader[0].value == f"first · {state}"
    assert says in " ".join(box.value for box in (*app.error, *app.warning, *app.info))
    assert labels(app) == {"Start", "Resume", "Delete"}


@pytest.mark.parametrize(
    ("actor", "seen", "changes"),
    [
        (UWE, ["of-uwe"], {"of-uwe"}),
        (RITA, ["of-rita", "of-uwe"], {"of-rita"}),
        (ADA, ["of-rita", "of-uwe"], {"of-rita", "of-uwe"}),
    ],
    ids=["user", "reviewer", "admin"],
)
def test_people_see_what_their_role_allows(
    home: Path, monkeypatch: pytest.MonkeyPatch, actor: Actor, seen: list[str], changes: set[str]
) -> None:
    past_batch(home, UWE, "of-uwe")
    past_batch(home, RITA, "of-rita")
    app = run(monkeypatch, actor)
    for title in seen:
        for box in app.selectbox:
            box.set_value(title).run()
        assert app.subheader[0].value == f"{plain(title)} · stopped"
        assert ("Delete" in labels(app)) == (title in changes)
    others = {"of-uwe", "of-rita"} - set(seen)
    assert not any(name in texts(app) for name in others)


def test_folders_of_the_server_are_for_admins_and_below_the_root(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not any(group.key == "batch_place" for group in run(monkeypatch, UWE).button_group)
    app = run(monkeypatch, ADA)
    app.button_group(key="batch_place").set_value("server").run()
    assert "INKDIGITS_BATCH_ROOT" in app.info[0].value
    assert app.button(key="batch_start").disabled
    root = tmp_path / "scans"
    (root / "monday").mkdir(parents=True)
    (root / "monday" / "5.png").write_bytes(encode(digit_picture(5)))
    (tmp_path / "secret.png").write_bytes(encode(digit_picture(6)))
    (root / "monday" / "link.png").symlink_to(tmp_path / "secret.png")
    monkeypatch.setenv("INKDIGITS_BATCH_ROOT", str(root))
    identity.get_settings.cache_clear()
    app = run(monkeypatch, ADA)
    app.button_group(key="batch_place").set_value("server").run()
    app.selectbox(key="batch_into_").set_value("monday").run()
    app.button_group(key="batch_expect").set_value("digit").run()
    app.button(key="batch_start").click().run()
    until_finished(app)
    assert '<th scope="row">monday/5.png</th><td>1</td><td>5</td>' in texts(app)
    assert "leads out of the folder" in texts(app)
    assert (root / "monday" / "5.png").exists()
